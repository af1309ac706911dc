import Installations
import Model

/// Variables that the gateway starts with.
enum EnvironmentRules {
  static let all = [codeVariables, promptVariables, breakGlass, sources, oldNames, shellImport]

  static let codeVariables = Rule.variables(
    "environment.loads-code", "A variable loads code into the gateway", .high,
    because: "whoever set it, or can change the file that it names, runs in the gateway",
    names: [
      "NODE_OPTIONS", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "DYLD_LIBRARY_PATH",
      "BASH_ENV", "NODE_PATH", "GIT_EXEC_PATH", "PYTHONPATH", "PYTHONSTARTUP",
    ],
    // Common in a person's own environment, and of use only with a folder that others may write.
    milder: ["NODE_OPTIONS", "NODE_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH"],
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
      return subject.doubting(Settings.outcome(failures, else: .pass("no variable of an older name is set")))
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
      return subject.doubting(
        Settings.outcome(
          found.map { .fail("\($0.name) is set in \($0.source)", at: $0.location) },
          else: .pass(settings[key] == nil ? "\(key) is unset" : "\(key) is off", at: settings.place(key))))
    }
  }
}
