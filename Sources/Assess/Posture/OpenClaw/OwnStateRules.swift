import Installations
import Knowledge
import Matching
import Model
import Platform

/// Traces, copies and surroundings of the state that the product's own audit does not look at.
enum OwnStateRules {
  static let all = [
    workTree, browserProfiles, instructions, bootFile, workspaceDotenv, codeVariables, promptVariables, breakGlass,
    sources, oldNames, shellImport, noExpiry, linger, auditOff, redaction, contentExported, cacheTrace, updatesOff,
  ]

  static let workTree = Rule(
    "files.in-work-tree", "The agent's state lies inside a version control work tree", .medium,
    because: "one careless command commits the keys; what was pushed cannot be taken back",
    reads: ["folders above the state directory"],
    tier: 1, requirement: "H14",
    why: "Tokens and conversations are committed and pushed, and stay in the history for good.",
    remedy: "Move the state out of the work tree, or make sure that everything in it is ignored.",
    references: ["CWE-538"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let place = Finding.Location(file: installation.stateDirectory)
      guard let found = details.workTree else {
        return [.pass("no folder above it is under version control", at: place)]
      }
      let own = found.hasPrefix(installation.stateDirectory + "/")
      return [
        .fail("\(VisibleText.terminal(found)) is \(own ? "in it" : "above it")", at: place, severity: own ? .high : nil)
      ]
    }
  }

  /// Files of which others may do something, with the usual shelter.
  private static func modes(
    _ installation: Installation, _ files: [Installation.FileFact], writeOnly: Bool
  ) -> [Answer] {
    files.compactMap { fact in
      guard fact.status.kind != .symlink, let others = FileRules.others(fact.status.mode), others.writes || !writeOnly
      else { return nil }
      let sheltered = installation.mode & 0o011 == 0 && fact.path.hasPrefix(installation.stateDirectory + "/")
      return .fail(
        "mode \(FileRules.octal(fact.status.mode)): \(others.text)\(sheltered ? "; the state directory keeps others out today" : "")",
        at: Finding.Location(file: fact.path), severity: sheltered ? .low : others.writes ? .critical : nil,
        fix: FileRules.chmod(fact.status.kind == .directory ? "700" : "600", fact.path))
    }
  }

  static let browserProfiles = Rule(
    "files.browser-profile-mode", "Others on this machine may read the agent's browser profile", .high,
    because: "cookies are logins, ready to use", reads: ["mode of browser/*/user-data"], tier: 1, requirement: "H14",
    why: "Another account copies the cookies and is logged in wherever the agent is.",
    remedy: "Set the folder's mode to 700.", references: ["CWE-732"]
  ) { subject in
    Settings.details(subject) { details, installation in
      Settings.outcome(
        modes(installation, details.browserProfiles, writeOnly: false),
        else: .pass("\(details.browserProfiles.count) profiles, none that others may read"))
    }
  }

  private static let instructionNames: Set<String> = [
    "SOUL.md", "AGENTS.md", "TOOLS.md", "MEMORY.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md", "BOOTSTRAP.md",
    "BOOT.md",
  ]
  private static func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  static let instructions = Rule(
    "workspace.instructions-writable", "Others may write the agent's instructions", .critical,
    because: "what stands there is obeyed at the next turn, with all tools",
    reads: ["modes of SOUL.md, AGENTS.md, MEMORY.md and the like"], tier: 1,
    requirement: "H13", why: "Another account adds a line, and the agent does for it what it does for its owner.",
    remedy: "Set files to 600 and the workspace to 700.", references: ["CWE-732"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let files = details.workspaceFiles.filter {
        instructionNames.contains(name($0.path)) || $0.status.kind == .directory
      }
      return Settings.outcome(
        modes(installation, files, writeOnly: true),
        else: .pass("\(files.count) files and folders of instructions, none that others may write"))
    }
  }

  static let bootFile = Rule(
    "workspace.boot-file", "A file tells the agent what to do at every start", .info,
    because: "it is a feature, and a place where an intruder stays",
    reads: ["workspace/BOOT.md", "hooks.internal.enabled"], tier: 3, requirement: "H17",
    why: "A line that was planted there is carried out at each start, before anybody asks for anything.",
    remedy: "Read BOOT.md, and delete it where it is not used."
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      if settings.flag("hooks.internal.enabled") == false {
        return [.pass("hooks.internal.enabled is off", at: settings.place("hooks.internal.enabled"))]
      }
      let found = details.workspaceFiles.filter { name($0.path) == "BOOT.md" && $0.status.size > 0 }
      return Settings.outcome(
        found.map { .fail("\($0.status.size) bytes", at: Finding.Location(file: $0.path)) },
        else: .pass("there is no BOOT.md"))
    }
  }

  static let workspaceDotenv = Rule(
    "workspace.environment-file", "The workspace has a .env, which the agent itself can write", .low,
    because: "newer releases refuse dangerous names from it; older ones did not", reads: ["workspace/.env", "version"],
    tier: 2, requirement: "H17",
    why:
      "A misled agent writes a variable there and changes, at the next start, where its traffic and its plugins come from.",
    remedy: "Move what is needed to the .env of the state directory and delete this one.", references: ["CWE-427"]
  ) { subject in
    Settings.details(subject) { details, _ in
      let found = details.workspaceFiles.filter { name($0.path) == ".env" }
      let old = subject.openClawVersion.map { $0 < OpenClawVersion(year: 2026, month: 5, number: 28) } ?? false
      return Settings.outcome(
        found.map {
          .fail(
            "it is read at start\(old ? ", and this release lets it set too much" : "")",
            at: Finding.Location(file: $0.path), severity: old ? .high : nil)
        },
        else: .pass("no workspace has one"))
    }
  }

  static let codeVariables = Rule.variables(
    "environment.loads-code", "A variable loads code into the gateway", .high,
    because: "whoever set it, or can change the file that it names, runs in the gateway",
    names: [
      "NODE_OPTIONS", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH",
      "BASH_ENV", "NODE_PATH", "GIT_EXEC_PATH", "PYTHONPATH", "PYTHONSTARTUP",
    ],
    tier: 1, requirement: "H11",
    why: "The code runs before any of the product's own, sees every key, and is in no list of plugins.",
    remedy: "Remove the variable from where it is set.", references: ["CWE-427"])

  static let promptVariables = Rule.variables(
    "environment.writes-prompts", "Everything that is said is written to disk for debugging", .medium,
    because: "it was meant for an hour and stays; the files are not redacted",
    names: [
      "OPENCLAW_RAW_STREAM", "OPENCLAW_RAW_STREAM_PATH", "OPENCLAW_DEBUG_MODEL_PAYLOAD",
      "OPENCLAW_DEBUG_MODEL_TRANSPORT", "OPENCLAW_DEBUG_SSE", "OPENCLAW_TRAJECTORY", "CLAWDBOT_RAW_STREAM",
    ],
    tier: 1, requirement: "H14", why: "Prompts, files and pasted keys pile up in files that nobody looks after.",
    remedy: "Remove the variable and delete the files that it made.", references: ["CWE-532"])

  static let breakGlass = Rule.variables(
    "environment.break-glass", "A variable takes a wall of the connections away", .high,
    because: "it was meant for an emergency, and holds for every connection",
    names: [
      "NODE_TLS_REJECT_UNAUTHORIZED", "OPENCLAW_ALLOW_INSECURE_PRIVATE_WS", "OPENCLAW_APNS_RELAY_ALLOW_HTTP",
      "CLAWDBOT_ALLOW_INSECURE_PRIVATE_WS",
    ],
    tier: 1, requirement: "H9", why: "Tokens and prompts go to whoever is on the way, without anybody noticing.",
    remedy: "Remove the variable from where it is set.", references: ["CWE-295"])

  static let sources = Rule.variables(
    "environment.other-sources", "A variable changes where skills and plugins come from", .medium,
    because: "whoever runs the other source decides what is installed",
    names: [
      "OPENCLAW_PLUGIN_INSTALL_OVERRIDES", "OPENCLAW_CLAWHUB_URL", "CLAWHUB_REGISTRY", "CLAWHUB_SITE",
      "CLAWDHUB_REGISTRY",
    ],
    tier: 2, requirement: "H15", why: "The next install or update brings another's code under a known name.",
    remedy: "Remove the variable unless you run that source yourself.", references: ["CWE-494"])

  static let oldNames = Rule(
    "environment.old-names", "Variables of an older name are set and have no effect", .low,
    because: "releases since the change of name ignore them", reads: [".env", "units", "environment of the process"],
    tier: 2, requirement: "H4",
    why: "A token, a bind or a state directory that the owner relies on is not in force.",
    remedy: "Give the variable its new name, OPENCLAW_…, and delete the old one."
  ) { subject in
    Settings.judge(subject) { settings in
      guard settings.installation.era == "OpenClaw" else {
        return [.pass("this installation is of \(settings.installation.era), which reads them")]
      }
      let all = Set(
        settings.installation.dotenv.map(\.name) + settings.installation.units.flatMap { $0.environment.map(\.name) }
          + (subject.environment.found ?? []))
      let old = all.filter { $0.hasPrefix("CLAWDBOT_") || $0.hasPrefix("MOLTBOT_") }
      let failures = settings.variables(old).map { found in
        Answer.fail(
          "\(found.name) is set in \(found.source)", at: found.location,
          severity: found.name.contains("TOKEN") || found.name.contains("PASSWORD") ? .medium : nil)
      }
      if failures.isEmpty, case .blind(let reason) = subject.environment, subject.agent.status == .running {
        return [.notMeasured("none is in a file, and the environment of the process was not read: \(reason)")]
      }
      return Settings.outcome(failures, else: .pass("no variable of an older name is set"))
    }
  }

  static let shellImport = Rule(
    "environment.shell-import", "The gateway takes over every variable of the login shell", .low,
    because: "the keys are the person's own, and the gateway needs few of them",
    reads: ["env.shellEnv.enabled", "OPENCLAW_LOAD_SHELL_ENV"], tier: 3, requirement: "H14",
    why:
      "Cloud keys and tokens that the person works with are in reach of the agent, of its plugins and of what they start.",
    remedy: "Set env.shellEnv.enabled to false and put what is needed into the .env of the state directory.",
    references: ["CWE-526"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "env.shellEnv.enabled"
      if settings.flag(key) == true {
        return [.fail("\(key) is true", at: settings.place(key), fix: settings.edit(key, to: "false"))]
      }
      let found = settings.variables(["OPENCLAW_LOAD_SHELL_ENV", "CLAWDBOT_LOAD_SHELL_ENV"])
      return Settings.outcome(
        found.map { .fail("\($0.name) is set in \($0.source)", at: $0.location) },
        else: .pass(settings[key] == nil ? "\(key) is unset" : "\(key) is off", at: settings.place(key)))
    }
  }

  static let noExpiry = Rule(
    "credentials.no-expiry", "A login of the agent never ends", .low,
    because: "a stolen one works until somebody revokes it", reads: ["auth-profiles.json: type, expires"], tier: 3,
    requirement: "H14",
    why: "A copy of the file, in a backup or a stolen disk, opens the account years later.",
    remedy: "Use a login that ends and renews itself (OAuth), or replace the key regularly.", references: ["CWE-613"]
  ) { subject in
    Settings.details(subject) { details, installation in
      guard !details.profiles.isEmpty else {
        return installation.databases.contains { $0.hasSuffix("openclaw-agent.sqlite") }
          ? [.notMeasured("logins: since mid 2026 they stand in openclaw-agent.sqlite, which is not read")]
          : [.pass("no login is stored in files")]
      }
      let endless = details.profiles.filter { ["token", "api_key", "api-key"].contains($0.type) && $0.expires == nil }
      return Settings.outcome(
        endless.map { profile in
          .fail(
            "\(VisibleText.cutMiddle(VisibleText.terminal(profile.name), to: 60)) is a \(profile.type == "token" ? "token" : "key") without an end",
            at: Finding.Location(file: profile.file, line: profile.line, key: "profiles.\(profile.name)"))
        }, else: .pass("\(details.profiles.count) logins, each with an end"))
    }
  }

  static let linger = Rule(
    "host.linger", "The agent runs whether or not its owner is logged in", .info,
    because: "it is how most of them are set up; it also means that nobody is there",
    reads: ["/var/lib/systemd/linger", "user units"], tier: 3,
    requirement: "H18b",
    why: "It works at night and on an account that was thought to be unused, until the machine is switched off.",
    remedy: "Switch it off for an account that is not meant to serve: loginctl disable-linger."
  ) { subject in
    Settings.details(subject) { details, installation in
      guard let linger = details.linger else {
        return [.notMeasured("whether units start without a login could not be looked at")]
      }
      let units = installation.units.filter { !$0.system && $0.enabled }
      guard linger, let unit = units.first else {
        return [.pass(linger ? "lingering is on, but no user unit starts the agent" : "lingering is off")]
      }
      let command = installation.ownerName.flatMap(ShellWord.quote).map { "loginctl disable-linger \($0)" }
      return [
        .fail(
          "lingering is on for \(VisibleText.terminal(installation.ownerName ?? "the owner")), and \(unit.name) is enabled",
          at: Finding.Location(file: unit.path),
          fix: Finding.Fix("Switch lingering off where the account is not meant to serve.", command: command))
      ]
    }
  }

  static let auditOff = Rule.value(
    "logging.no-audit-trail", "What the agent did is not recorded", .medium,
    because: "it harms nothing until something happens", keys: ["logging.audit.enabled", "audit.enabled"],
    isBad: ["false"], tier: 1, requirement: "H20",
    why: "After an incident nobody can tell which tools ran, when, and on whose message.",
    remedy: "Delete logging.audit.enabled.", references: ["CWE-778"])

  static let redaction = Rule(
    "logging.patterns-replaced", "Only secrets of some own forms are kept out of the logs", .low,
    because: "own patterns replace the built-in ones, they do not add to them", reads: ["logging.redactPatterns"],
    tier: 2, requirement: "H14",
    why: "Keys of all other forms end up in logs and transcripts.",
    remedy: "Delete logging.redactPatterns, or repeat the built-in patterns in it.", references: ["CWE-532"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "logging.redactPatterns"
      guard let list = settings[key]?.array else { return [.pass("\(key) is unset", at: settings.place(key))] }
      return [
        .fail(
          "\(key) has \(list.count) patterns, in place of the built-in ones", at: settings.place(key),
          severity: list.isEmpty ? .medium : nil, fix: settings.remove(key))
      ]
    }
  }

  static let contentExported = Rule(
    "diagnostics.content-exported", "What is said is sent to a collector", .medium,
    because: "the collector is somebody's choice, and holds it in clear",
    reads: ["diagnostics.otel.enabled", "diagnostics.otel.captureContent"], tier: 2, requirement: "H14",
    why: "Prompts, answers and tool output with keys in them stand in another system, with other readers.",
    remedy: "Delete diagnostics.otel.captureContent.", references: ["CWE-532"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "diagnostics.otel.captureContent"
      guard settings.flag("diagnostics.otel.enabled") == true, let own = settings[key], own.bool != false else {
        return [.pass("no content is exported", at: settings.place(key))]
      }
      let parts = own.members?.filter { $0.setting.bool == true }.map(\.name)
      if let parts, parts.isEmpty { return [.pass("\(key) names nothing", at: settings.place(key))] }
      return [.fail("\(key) is on", at: settings.place(key), fix: settings.remove(key))]
    }
  }

  static let cacheTrace = Rule.value(
    "diagnostics.trace-on", "Every request to the model is kept in a file", .medium,
    because: "it was meant for debugging, and is not redacted",
    keys: ["diagnostics.cacheTrace.enabled"], isBad: ["true"], tier: 2, requirement: "H14",
    why: "Prompts with files and keys in them pile up in logs/cache-trace.jsonl.",
    remedy: "Delete diagnostics.cacheTrace, and the file.", references: ["CWE-532"])

  static let updatesOff = Rule.value(
    "release.no-update-check", "Nobody is told of a newer release", .low,
    because: "the present release may be sound; in a month it is not",
    keys: ["update.checkOnStart"], isBad: ["false"], tier: 2, requirement: "H22",
    why: "Published weaknesses stay open because nobody notices that there is a fix.",
    remedy: "Delete update.checkOnStart, or follow the releases in another way.", references: ["CWE-1104"])
}
