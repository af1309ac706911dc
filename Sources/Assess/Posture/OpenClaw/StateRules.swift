import Installations
import Matching
import Model

/// Where the state lies, and what reaches it from there.
enum StateRules {
  static let all = [link, volume, crossAgent, claudeBypass]

  static let link = Rule(
    "files.configuration-link", "The configuration is a symbolic link", .low,
    because: "where it leads may have another owner, other modes and other backups",
    reads: ["path of the configuration"],
    tier: 2, requirement: "H13", openclaw: ["fs.config.symlink"],
    why: "Whoever may write the folder of its target swaps the configuration, and a check of the link sees nothing.",
    remedy: "Put the file itself there, or name its real path in OPENCLAW_CONFIG_PATH.", references: ["CWE-59"]
  ) { subject in
    Settings.details(subject) { details, installation in
      guard let path = installation.configuration?.path else { return [.notMeasured("no configuration was read")] }
      let place = Finding.Location(file: path)
      guard let target = details.configurationLink else { return [.pass("it is a file of its own", at: place)] }
      return [.fail("it leads to \(VisibleText.cutMiddle(VisibleText.terminal(target), to: 120))", at: place)]
    }
  }

  static let volume = Rule(
    "files.volume-unencrypted", "The state lies on a disk that is not encrypted", .low,
    because:
      "it matters for laptops and for disks that are sold or sent back; a provider may encrypt below what is seen here",
    reads: ["block device of the state directory", "/sys/dev/block"], tier: 3, requirement: "H14",
    openclaw: ["fs.unencrypted_state_volume"],
    why: "Whoever holds the disk reads every token and conversation on it.",
    remedy: "Encrypt the disk, or keep the state on a volume that is.", references: ["CWE-311"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let place = Finding.Location(file: installation.stateDirectory)
      switch details.isEncrypted {
      case true: return [.pass("a layer of encryption is below it", at: place)]
      case false: return [.fail("no layer of encryption below it is known to this machine", at: place)]
      default:
        return [
          .notMeasured(
            "the block device below it is not seen from here: `lsblk -o NAME,TYPE,MOUNTPOINTS` shows layers of type crypt",
            at: place)
        ]
      }
    }
  }

  static let crossAgent = Rule(
    "sessions.across-agents", "An agent may read the conversations of the others", .medium,
    because: "it is switched on by hand; how bad depends on what the others are told",
    reads: ["tools.sessions.visibility", "tools.agentToAgent.enabled", "tools.agentToAgent.allow"], tier: 2,
    requirement: "H17",
    openclaw: ["security.trust_model.cross_agent_session_access_default"],
    why: "A stranger who reaches the weakest agent asks it for what another one was told.",
    remedy: "Set tools.sessions.visibility to tree and tools.agentToAgent.enabled to false.", references: ["CWE-668"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      let key = "tools.sessions.visibility"
      if settings[key]?.string == "all" {
        failures.append(.fail("\(key) is all", at: settings.place(key), fix: settings.edit(key, to: "\"tree\"")))
      }
      let other = "tools.agentToAgent.enabled"
      if settings.flag(other) == true {
        let allow = settings["tools.agentToAgent.allow"]?.strings ?? []
        if allow.isEmpty || allow.contains("*") {
          failures.append(
            .fail(
              "\(other) is true, for \(allow.isEmpty ? "no list of agents" : "every agent")", at: settings.place(other),
              severity: .low, fix: settings.edit(other, to: "false")))
        }
      }
      return Settings.outcome(
        failures,
        else: .pass("\(key) is \(settings[key]?.string ?? "unset, which means tree")", at: settings.place(key)))
    }
  }

  static let claudeBypass = Rule(
    "agents.claude-bypass", "Claude Code runs below the agent with its questions switched off", .high,
    because: "the agent's full rights are handed on, whatever the person set for Claude Code itself",
    reads: ["agents.defaults.model", "agents.*.model", "tools.exec.mode", "tools.exec.security"], tier: 1,
    requirement: "H18b", openclaw: ["agents.claude_cli.permission_mode_overridden_by_yolo"],
    why: "Claude Code is started with bypassPermissions where commands need no leave: it edits and runs what it likes.",
    remedy: "Set tools.exec.mode to ask."
  ) { subject in
    Settings.judge(subject) { settings in
      let models = ModelRules.models(settings).filter { $0.id.lowercased().hasPrefix("claude-cli/") }
      guard let first = models.first else {
        return [.pass("no agent uses the command line of Claude Code", at: settings.place("agents.defaults.model"))]
      }
      guard let loose = models.first(where: { settings.exec($0.scope).isUnattended }) else {
        return [.pass("it is used, and commands are asked about", at: first.location)]
      }
      return [
        .fail(
          "\(settings.exec(loose.scope).evidence), and claude-cli is used (\(loose.scope.name))", at: loose.location)
      ]
    }
  }
}
