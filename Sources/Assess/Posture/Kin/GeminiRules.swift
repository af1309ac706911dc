import Formats
import Installations
import Model
import Platform

/// Gemini CLI: trust decides whether a folder may overrule its user; what stands between is one answer.
enum GeminiRules {
  static let all = asking + confinement + folders + organisation + [AdvisoryRules.rule("gemini-cli", "Gemini CLI")]

  static func rule(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String], roles: Set<String> = [],
    _ question: @escaping @Sendable (KinSettings) -> [Answer]
  ) -> Rule {
    .kin(
      "gemini-cli", .gemini, name, title, severity, because: because, reads: reads, tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references, roles: roles, question)
  }

  static let asking = [yolo, approvalDefault, allowedTools, serverTrust]

  static let yolo = rule(
    "yolo", "Every tool runs without a question, or one switch makes it so", .critical,
    because: "the switch removes every question at once; where none is seen yet it is high",
    reads: ["-y", "--approval-mode=yolo", "security.disableYoloMode"], tier: 1, requirement: "H18b",
    why: "What a repository, page or file talks the model into is done at once.",
    remedy: "In the system settings set security.disableYoloMode to true.", references: ["CWE-862"]
  ) { settings in
    let key = "security.disableYoloMode"
    if settings.flag(key) == true { return [.pass("\(key) is true", at: settings.place(key))] }
    let started = settings.subject.launches.compactMap { launch -> Answer? in
      let switches = launch.switches
      let isOn = switches.has("-y", "--yolo") || switches.value("--approval-mode") == "yolo"
      return isOn
        ? .fail("yolo \(launch.place)", at: launch.location("--yolo"), fix: settings.set(key, to: true, in: .managed))
        : nil
    }
    if !started.isEmpty { return started }
    return [
      .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means that the switch works")",
        at: settings.place(key, in: .managed),
        severity: .high, fix: settings.set(key, to: true, in: .managed))
    ]
  }

  static let approvalDefault = rule(
    "approval-default", "Files are changed without a question", .medium,
    because: "edits run unasked; commands still ask", reads: ["general.defaultApprovalMode"], tier: 2,
    requirement: "H18b", why: "A file that the model was talked into changing is changed before anybody looks.",
    remedy: "Set general.defaultApprovalMode to default or plan.", references: ["CWE-862"]
  ) { settings in
    settings.ask("general.defaultApprovalMode", default: "default", set: "default") {
      ["auto_edit", "yolo"].contains($0?.string)
    }
  }

  /// Whether a prefix of commands that is let through lets any command through.
  private static func isBroad(_ prefix: String) -> Bool {
    Reach.isBroad(command: prefix.hasSuffix("*") ? prefix : prefix + " *")
  }

  /// What a rule of a policy file lets through too much; nil where it does not.
  private static func excess(_ rule: Configuration.Setting) -> String? {
    guard rule["decision"]?.string == "allow" else { return nil }
    let tools = rule["toolName"]?.strings ?? []
    if tools.contains("*") || tools.isEmpty { return "every tool" }
    guard tools.contains("run_shell_command") || tools.contains("ShellTool") else { return nil }
    let prefixes = rule["commandPrefix"]?.strings ?? []
    if prefixes.isEmpty, rule["commandRegex"] == nil, rule["argsPattern"] == nil { return "any command" }
    return prefixes.first(where: isBroad).map { "commands that begin with \(Configuration.Setting.shown($0))" }
  }

  static let allowedTools = rule(
    "allowed-tools", "The shell runs without a question", .high,
    because: "an interpreter, a downloader or the bare shell tool is an unattended shell",
    reads: ["tools.allowed", "policies/*.toml"], tier: 1, requirement: "H18b",
    why: "The model runs any command with your rights.",
    remedy: "Allow exact commands, such as run_shell_command(git status).",
    references: ["CWE-862", "CWE-77"], roles: ["policy"]
  ) { settings in
    var failures = settings.everywhere { context in
      context.entries("tools.allowed").compactMap { found -> Answer? in
        guard let tool = found.setting.string else { return nil }
        let names = ["run_shell_command", "ShellTool"]
        let isBare = names.contains(tool) || tool == "*"
        let inner = names.first { tool.hasPrefix($0 + "(") && tool.hasSuffix(")") }
          .map { String(tool.dropFirst($0.count + 1).dropLast()) }
        guard isBare || inner.map(isBroad) == true else { return nil }
        return .fail(
          "tools.allowed has \(found.setting.shown)", at: found.place,
          fix: Finding.Fix(
            "In \(found.setting.file), line \(found.setting.position.line): replace \(found.setting.shown) by the exact commands that are needed."
          ))
      }
    }
    // Policies of a folder are not enforced, so they let nothing through either.
    for layer in settings.files("policy") where layer.scope != .project && layer.scope != .local {
      for rule in layer.configuration["rule"]?.array ?? [] {
        guard let what = excess(rule) else { continue }
        failures.append(
          .fail("a policy allows \(what)", at: .init(file: layer.path, line: rule.position.line, key: "rule")))
      }
    }
    return failures.isEmpty
      ? [.pass("no shell is allowed unasked", at: settings.place("tools.allowed"))] : FileRules.capped(failures)
  }

  static let serverTrust = rule(
    "mcp-trust", "Tools of a server run without a question", .high, because: "the server decides alone what is done",
    reads: ["mcpServers.*.trust"], tier: 1, requirement: "H18b",
    why: "Text that steers the model writes, sends or deletes through the server at once.",
    remedy: "Set trust of the server to false, and name the tools that are needed in includeTools.",
    references: ["CWE-862"]
  ) { settings in
    settings.everywhere { context in
      let servers = context.members("mcpServers")
      let failures = servers.compactMap { server -> Answer? in
        guard let trust = server.found.setting.at("trust"), trust.bool == true else { return nil }
        let name = Configuration.Setting.shown(server.name)
        return .fail(
          "server \(name) has trust true",
          at: .init(file: trust.file, line: trust.position.line, key: "mcpServers.\(name).trust"),
          fix: Finding.Fix(
            "In \(trust.file), line \(trust.position.line): set trust to false.",
            edit: .set(file: trust.file, key: ["mcpServers", server.name, "trust"], false)))
      }
      return failures.isEmpty
        ? [.pass("\(servers.count) servers, none trusted blindly", at: context.place("mcpServers"))] : failures
    }
  }

  // MARK: confinement

  static let confinement = [sandbox, sandboxWide, redaction, includeDirectories]

  /// A variable as some start or some `.env` file of the user sets it.
  static func variable(_ name: String, _ settings: KinSettings) -> (
    value: String?, place: Finding.Location, text: String, layer: Installation.Layer?
  )? {
    for launch in settings.subject.launches where launch.environment.contains(name) || launch.values[name] != nil {
      return (launch.values[name], launch.location(name), launch.place, nil)
    }
    for layer in settings.files("environment") where layer.scope != .project || layer.isTrusted != false {
      if let setting = layer.configuration.root[name] {
        return (
          setting.string ?? setting.shown, .init(file: layer.path, line: setting.position.line, key: name),
          "in \(layer.path)", layer
        )
      }
    }
    if settings.subject.environment.found?.contains(name) == true {
      return (nil, .init(key: name), "in the environment of the process", nil)
    }
    return nil
  }

  static let sandbox = rule(
    "sandbox", "Shell commands run without a sandbox", .medium,
    because: "commands have all rights of the user; each is still asked for",
    reads: ["tools.sandbox", "security.toolSandboxing", "-s", "GEMINI_SANDBOX"], tier: 2, requirement: "H11",
    why: "One command that was waved through reads every key and reaches every network.",
    remedy: "Set tools.sandbox to docker or podman, or security.toolSandboxing to true.", references: ["CWE-693"],
    roles: ["environment"]
  ) { settings in
    if let launch = settings.subject.launches.first(where: {
      $0.switches.has("-s", "--sandbox") && $0.switches.value("-s", "--sandbox") != "false"
    }) {
      return [.pass("it is started with a sandbox \(launch.place)", at: launch.location("--sandbox"))]
    }
    if let set = variable("GEMINI_SANDBOX", settings), let value = set.value, !["false", "0", ""].contains(value) {
      return [.pass("GEMINI_SANDBOX is \(Configuration.Setting.shown(value)) \(set.text)", at: set.place)]
    }
    return settings.everywhere { context in
      if context.flag("security.toolSandboxing") == true {
        return [.pass("security.toolSandboxing is true", at: context.place("security.toolSandboxing"))]
      }
      let key = "tools.sandbox"
      let setting = context[key]
      let isOn =
        setting.map {
          $0.bool == true || ($0.string.map { !["", "false"].contains($0) } ?? false)
            || $0.members != nil && $0.at("enabled")?.bool != false
        } ?? false
      let evidence = "\(key) is \(setting?.shown ?? "unset, which means none")"
      return isOn
        ? [.pass(evidence, at: context.place(key))]
        : [.fail(evidence, at: context.place(key), fix: context.set("security.toolSandboxing", to: true))]
    }
  }

  static let sandboxWide = rule(
    "sandbox-wide", "The sandbox is opened, or a folder decides what it is", .high,
    because: "network, a home, or an image that others change is no cage",
    reads: [
      "tools.sandboxNetworkAccess", "tools.sandboxAllowedPaths", "tools.sandbox.*", "SANDBOX_FLAGS", "BUILD_SANDBOX",
    ],
    tier: 2, requirement: "H11",
    why: "A sandboxed command reads keys and sends them, or the project brings its own cage.",
    remedy: "Set sandboxNetworkAccess to false, empty sandboxAllowedPaths, and name the image by its digest.",
    references: ["CWE-693"], roles: ["environment"]
  ) { settings in
    let home = settings.subject.home
    var failures = settings.everywhere { context in
      var failures: [Answer] = []
      for key in ["tools.sandboxNetworkAccess", "tools.sandbox.networkAccess"] {
        guard let found = context.value(key), found.setting.bool == true else { continue }
        failures.append(.fail("\(key) is true", at: found.place, fix: context.set(key, to: false)))
      }
      for key in ["tools.sandboxAllowedPaths", "tools.sandbox.allowedPaths"] {
        for found in context.entries(key) {
          guard let path = found.setting.string, let reason = Reach.danger(of: path, home: home) else { continue }
          failures.append(.fail("\(key) has \(found.setting.shown): \(reason)", at: found.place))
        }
      }
      if let found = context.value("tools.sandbox.image"), let image = found.setting.string, !image.contains("@sha256:")
      {
        failures.append(
          .fail("tools.sandbox.image is \(found.setting.shown), without a digest", at: found.place, severity: .medium))
      }
      return failures
    }
    for name in ["SANDBOX_FLAGS", "BUILD_SANDBOX"] {
      guard let set = variable(name, settings), set.value != "", set.value != "false" else { continue }
      failures.append(.fail("\(name) is set \(set.text)", at: set.place))
    }
    return failures.isEmpty
      ? [.pass("no network, no wide path, no image of a tag", at: settings.place("tools.sandbox"))] : failures
  }

  static let redaction = rule(
    "env-redaction", "Commands see every key of the environment", .high,
    because: "the shell and hooks are given the environment unchanged",
    reads: ["security.environmentVariableRedaction.enabled"],
    tier: 1, requirement: "H14b", why: "Any command prints tokens into the conversation.",
    remedy: "Set security.environmentVariableRedaction.enabled to true.", references: ["CWE-526"]
  ) { settings in
    settings.ask("security.environmentVariableRedaction.enabled", default: "false", set: true) { $0?.bool != true }
  }

  static let includeDirectories = rule(
    "include-dirs", "Folders with keys are part of its work", .medium,
    because: "file tools may then read and change what lies there",
    reads: ["context.includeDirectories", "--include-directories"], tier: 2, requirement: "H13",
    why: "Keys and start files of the shell are as close to the model as the project.",
    remedy: "Name the folders that are needed, and nothing above them.", references: ["CWE-668"]
  ) { settings in
    let home = settings.subject.home
    let key = "context.includeDirectories"
    var failures = settings.everywhere { context in
      context.entries(key).compactMap { found in
        guard let path = found.setting.string, let reason = Reach.danger(of: path, home: home) else { return nil }
        return .fail("\(key) has \(found.setting.shown): \(reason)", at: found.place)
      }
    }
    for launch in settings.subject.launches {
      for path in launch.switches.values("--include-directories").flatMap({ $0.split(separator: ",").map(String.init) })
      {
        guard let reason = Reach.danger(of: path, home: home) else { continue }
        failures.append(
          .fail(
            "--include-directories \(Configuration.Setting.shown(path)) \(launch.place): \(reason)",
            at: launch.location("--include-directories")))
      }
    }
    return failures.isEmpty
      ? settings.subject.doubting([.pass("\(key) has no folder that holds keys", at: settings.place(key))]) : failures
  }
}
