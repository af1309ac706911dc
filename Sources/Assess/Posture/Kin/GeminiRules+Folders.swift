import Formats
import Installations
import Model
import Platform

/// What a folder of work may do, once it is trusted, and how it comes to be trusted.
extension GeminiRules {
  static let folders = [folderTrust, trustBypass, trustParent, toolCommands, hooks, envFile, workspacePolicy]
  static let organisation = [serverAllow, extensions, policyDirectory, systemPath, telemetry]

  static let folderTrust = rule(
    "folder-trust", "Every folder is trusted", .critical,
    because: "the question that stands between a repository and its user is off",
    reads: ["security.folderTrust.enabled"],
    tier: 1, requirement: "H18b",
    why: "A clone that is opened loads its settings, variables, servers, hooks and commands.",
    remedy: "Delete security.folderTrust.enabled, or set it to true.", references: ["CWE-862"]
  ) { settings in
    settings.ask("security.folderTrust.enabled", default: "true", set: true) { $0?.bool == false }
  }

  static let trustBypass = rule(
    "trust-bypass", "It is started so that every folder counts as trusted", .critical,
    because: "jobs work on what strangers send in",
    reads: ["GEMINI_CLI_TRUST_WORKSPACE", "GEMINI_CLI_TRUSTED_FOLDERS_PATH", "--skip-trust"], tier: 1,
    requirement: "H18b", why: "A pull request or a clone runs commands in the job, with its tokens.",
    remedy: "Unset the variable and drop the switch; check out without the .gemini folder.", references: ["CWE-862"]
  ) { settings in
    var failures: [Answer] = []
    for launch in settings.subject.launches where launch.switches.has("--skip-trust") {
      failures.append(.fail("--skip-trust \(launch.place)", at: launch.location("--skip-trust")))
    }
    if let set = variable("GEMINI_CLI_TRUST_WORKSPACE", settings),
      !["false", "0", ""].contains(set.value?.lowercased() ?? "true")
    {
      failures.append(
        .fail(
          "GEMINI_CLI_TRUST_WORKSPACE is \(Configuration.Setting.shown(set.value ?? "set")) \(set.text)", at: set.place)
      )
    }
    if let set = variable("GEMINI_CLI_TRUSTED_FOLDERS_PATH", settings) {
      failures.append(.fail("GEMINI_CLI_TRUSTED_FOLDERS_PATH is set \(set.text)", at: set.place, severity: .high))
    }
    if failures.isEmpty, let reason = settings.subject.launchesBlind { return [.notMeasured(reason)] }
    return failures.isEmpty ? [.pass("no start of it skips the question about trust")] : failures
  }

  static let trustParent = rule(
    "trust-parent", "A folder is trusted in which other folders appear", .high,
    because: "later clones are born trusted", reads: ["trustedFolders.json"], tier: 1, requirement: "H18b",
    why: "The next clone below it loads its settings, servers and hooks without a question.",
    remedy: "Name single folders with TRUST_FOLDER.", references: ["CWE-732"]
  ) { settings in
    let records = settings.files("trust")
    guard !records.isEmpty else {
      return [.notMeasured("the record of trusted folders (trustedFolders.json) was not read")]
    }
    var failures: [Answer] = []
    var count = 0
    for layer in records {
      for member in layer.configuration.root.members ?? [] {
        let word = member.setting.string
        guard word == "TRUST_PARENT" || word == "TRUST_FOLDER" else { continue }
        count += 1
        let path = Configuration.Setting.shown(member.name)
        let place = Finding.Location(file: layer.path, line: member.setting.position.line, key: path)
        if word == "TRUST_PARENT" {
          failures.append(
            .fail(
              "\(path) is TRUST_PARENT: the folder above it is trusted", at: place,
              fix: Finding.Fix(
                "In \(layer.path), line \(member.setting.position.line): replace TRUST_PARENT by TRUST_FOLDER.")))
        } else if let reason = Reach.breeds(member.name, home: settings.subject.home, above: []) {
          failures.append(.fail("\(path) is trusted: \(reason)", at: place))
        }
      }
    }
    return failures.isEmpty
      ? [.pass("\(count) trusted folders, each for itself", at: .init(file: records[0].path))]
      : FileRules.capped(failures)
  }

  private static func heard(_ settings: KinSettings) -> [Installation.Layer] {
    settings.files.filter { ($0.scope == .project || $0.scope == .local) && $0.isTrusted != false }
  }

  static let toolCommands = rule(
    "tool-commands", "A repository's setting is a command that runs", .critical,
    because: "the value is given to a shell",
    reads: ["tools.discoveryCommand", "tools.callCommand", "mcp.serverCommand"],
    tier: 1, requirement: "H15", why: "Opening the trusted folder runs what its author wrote.",
    remedy: "Delete the key.",
    references: ["CWE-78"]
  ) { settings in
    let layers = heard(settings).filter { $0.role == "settings" }
    let failures = layers.flatMap { layer in
      ["tools.discoveryCommand", "tools.callCommand", "mcp.serverCommand"].compactMap { key -> Answer? in
        guard let setting = layer.configuration.root.at(key) else { return nil }
        let found = KinSettings.Found(key: key, layer: layer, setting: setting)
        return .fail("\(key) is \(setting.shown) in a folder of work", at: found.place, fix: KinSettings.remove(found))
      }
    }
    return failures.isEmpty
      ? [.pass("no folder of work brings such a command", at: settings.place("tools"))] : FileRules.capped(failures)
  }

  static let hooks = rule(
    "hooks", "A folder or an extension brings commands that run by themselves", .high,
    because: "they run at the start of a session and before tools, once the folder is trusted",
    reads: ["hooks", "hooksConfig.enabled"], tier: 1, requirement: "H15",
    why: "Commands of the repository's author run without a question.",
    remedy: "Set hooksConfig.enabled to false in the system settings.", references: ["CWE-94"]
  ) { settings in
    let key = "hooksConfig.enabled"
    if let found = settings.contexts[0].value(key), found.setting.bool == false {
      return [.pass("\(key) is false", at: found.place)]
    }
    let layers = heard(settings) + settings.files("extension").filter { $0.scope != .project && $0.scope != .local }
    let failures = layers.compactMap { layer -> Answer? in
      guard let setting = layer.configuration["hooks"], setting.members?.isEmpty == false else { return nil }
      return .fail(
        "\(layer.role == "extension" ? "an extension" : "a folder of work") brings hooks",
        at: .init(file: layer.path, line: setting.position.line, key: "hooks"),
        fix: settings.set(key, to: false, in: .managed))
    }
    return failures.isEmpty
      ? [.pass("no folder and no extension brings hooks", at: settings.place("hooks"))] : FileRules.capped(failures)
  }

  private static func isHijacking(_ name: String) -> Bool {
    let name = name.uppercased()
    return name.hasPrefix("GOOGLE_") || name.hasPrefix("GEMINI_") || name.hasSuffix("_PROXY") || name == "NODE_OPTIONS"
  }

  static let envFile = rule(
    "env-file", "A repository's .env changes where it connects and what it loads", .high,
    because: "a trusted folder's file moves the endpoint or loads code; where none is seen yet it is medium",
    reads: ["advanced.ignoreLocalEnv", ".env of the project"], tier: 2, requirement: "H15",
    why: "The key goes to another address, or code of the repository's author is loaded into the agent.",
    remedy: "Set advanced.ignoreLocalEnv to true.", references: ["CWE-454"]
  ) { settings in
    let key = "advanced.ignoreLocalEnv"
    // A folder that may say so itself is not asked.
    let base = settings.contexts[0]
    if base.flag(key) == true { return [.pass("\(key) is true", at: base.place(key))] }
    let failures = heard(settings).filter { $0.role == "environment" }.flatMap { layer in
      (layer.configuration.root.members ?? []).filter { isHijacking($0.name) }.map { member in
        Answer.fail(
          "\(Configuration.Setting.shown(member.name)) is set by a folder of work",
          at: .init(
            file: layer.path, line: member.setting.position.line, key: Configuration.Setting.shown(member.name)),
          fix: base.set(key, to: true))
      }
    }
    guard failures.isEmpty else { return FileRules.capped(failures) }
    return [
      .fail(
        "\(key) is \(base[key]?.shown ?? "unset, which means false")", at: base.place(key), severity: .medium,
        fix: base.set(key, to: true))
    ]
  }

  static let workspacePolicy = rule(
    "workspace-policy", "A folder's policies are enforced by nobody", .medium,
    because: "that tier of the policies is switched off", reads: ["policies/*.toml of the project"], tier: 2,
    requirement: "H4", why: "Everybody believes in rules that forbid nothing.",
    remedy: "Move them to ~/.gemini/policies.",
    references: ["CWE-636"]
  ) { settings in
    let policies = settings.files("policy")
    let failures = policies.filter { $0.scope == .project || $0.scope == .local }.map { layer in
      Answer.fail("a policy file lies in a folder of work", at: .init(file: layer.path))
    }
    return failures.isEmpty
      ? [.pass("\(policies.count) policy files, none in a folder of work", at: .init(file: policies.first?.path))]
      : FileRules.capped(failures)
  }

  // MARK: organisation

  static let serverAllow = rule(
    "mcp-allow", "Users and projects add servers as they like", .medium,
    because: "a list in the system settings adds servers and removes none", reads: ["mcp.allowed"], tier: 3,
    requirement: "N9", why: "A server that nobody approved sees what the agent sees.",
    remedy: "In the system settings list the servers that are allowed in mcp.allowed.", references: ["CWE-284"]
  ) { settings in
    let key = "mcp.allowed"
    let base = settings.contexts[0]
    guard let found = base.value(key), found.setting.array != nil else {
      return [.fail("\(key) is \(base[key]?.shown ?? "unset, which means any")", at: base.place(key, in: .managed))]
    }
    return [.pass("\(key) is \(found.setting.shown)", at: found.place)]
  }

  static let extensions = rule(
    "extensions", "Extensions come from any repository", .medium,
    because: "an extension brings servers, hooks and instructions",
    reads: ["security.blockGitExtensions", "security.allowedExtensions"], tier: 3, requirement: "H15",
    why: "What somebody published runs here with the next update.",
    remedy: "Set security.blockGitExtensions to true, or list the sources in security.allowedExtensions.",
    references: ["CWE-829"]
  ) { settings in
    let base = settings.contexts[0]
    let key = "security.blockGitExtensions"
    if base.flag(key) == true { return [.pass("\(key) is true", at: base.place(key))] }
    if let first = base.entries("security.allowedExtensions").first {
      return [.pass("security.allowedExtensions is a list", at: first.place)]
    }
    return [
      .fail(
        "\(key) is \(base[key]?.shown ?? "unset, which means any source")", at: base.place(key, in: .managed),
        fix: base.set(key, to: true, in: .managed))
    ]
  }

  static let policyDirectory = rule(
    "policy-dir", "The organisation's policies are ignored for the mode of their folder", .high,
    because: "the program drops a folder that others may write, without a word",
    reads: ["mode and owner of /etc/gemini-cli/policies"],
    tier: 3, requirement: "N9", why: "Everybody believes in rules that are not enforced.",
    remedy: "Give the folder to root, with mode 755.", references: ["CWE-732"]
  ) { settings in
    let folders = settings.installation.files.filter { $0.path.hasSuffix("/policies") && $0.status.kind == .directory }
      .map { (path: $0.path, status: $0.status) }
    let inside = settings.files("policy").filter { $0.scope == .managed || $0.scope == .system }.map {
      (path: $0.path, status: $0.status)
    }
    let home = settings.subject.home.map { $0 + "/" } ?? "/"
    let looked = (folders + inside).filter { !$0.path.hasPrefix(home) }
    guard !looked.isEmpty else { return [.notMeasured("no policy folder of the organisation was looked at")] }
    let failures = looked.compactMap { item -> Answer? in
      let mode = FileRules.octal(item.status.mode)
      guard item.status.owner != 0 || item.status.mode & 0o022 != 0 else { return nil }
      return .fail(
        item.status.owner != 0 ? "it belongs to uid \(item.status.owner), not to root" : "mode \(mode)",
        at: .init(file: item.path),
        fix: FileRules.chmod(item.status.kind == .directory ? "755" : "644", item.path))
    }
    return failures.isEmpty
      ? [.pass("mode \(FileRules.octal(looked[0].status.mode)), and it is root's", at: .init(file: looked[0].path))]
      : FileRules.capped(failures)
  }

  static let systemPath = rule(
    "system-path", "The enforced settings are replaced by a variable", .high,
    because: "who sets the variable chooses the file that should bind him",
    reads: ["GEMINI_CLI_SYSTEM_SETTINGS_PATH", "GEMINI_CLI_SYSTEM_DEFAULTS_PATH"], tier: 3, requirement: "N9",
    why: "What the organisation forbids is allowed again, and nobody sees it.",
    remedy: "Unset it; start the program through a wrapper that names the file of root.", references: ["CWE-454"]
  ) { settings in
    let names = ["GEMINI_CLI_SYSTEM_SETTINGS_PATH", "GEMINI_CLI_SYSTEM_DEFAULTS_PATH"]
    let failures = names.compactMap { name -> Answer? in
      guard let set = variable(name, settings) else { return nil }
      // The administrator's own wrapper or unit may name his file.
      if set.value?.hasPrefix("/etc/") == true, set.place.file?.hasPrefix("/etc/") == true { return nil }
      return .fail("\(name) is \(set.value.map(Configuration.Setting.shown) ?? "set") \(set.text)", at: set.place)
    }
    if failures.isEmpty, let reason = settings.subject.launchesBlind { return [.notMeasured(reason)] }
    return failures.isEmpty ? [.pass("neither variable is set")] : failures
  }

  static let telemetry = rule(
    "telemetry", "Prompts or usage are reported", .low,
    because: "what is typed reaches a collector, or how it is used its maker",
    reads: ["telemetry.logPrompts", "telemetry.otlpEndpoint", "privacy.usageStatisticsEnabled"], tier: 3,
    requirement: "H20", why: "Whoever reads the collector, or the line to it, reads the prompts.",
    remedy: "Set telemetry.logPrompts and privacy.usageStatisticsEnabled to false.", references: ["CWE-532"]
  ) { settings in
    settings.everywhere { context in
      if context.flag("telemetry.enabled") == true, context.flag("telemetry.logPrompts") == true,
        let found = context.value("telemetry.otlpEndpoint"), let url = found.setting.string
      {
        let host = Reach.parts(of: url)?.host
        if host.map({ !Reach.isLoopback(host: $0) }) ?? true {
          return [
            .fail(
              "prompts go to \(found.setting.shown)", at: found.place, severity: Reach.isClear(url) ? .medium : nil,
              fix: context.set("telemetry.logPrompts", to: false))
          ]
        }
      }
      let key = "privacy.usageStatisticsEnabled"
      let evidence = "\(key) is \(context[key]?.shown ?? "unset, which means true")"
      return context.flag(key) == false
        ? [.pass(evidence, at: context.place(key))]
        : [.fail(evidence, at: context.place(key), fix: context.set(key, to: false))]
    }
  }
}
