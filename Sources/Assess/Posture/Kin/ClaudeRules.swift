import Formats
import Installations
import Model

/// Claude Code: what it may do without asking, and whether its settings say what their author thinks.
enum ClaudeRules {
  static let all =
    permissions + sandbox + folders + organisation + [state, AdvisoryRules.rule("claude-code", "Claude Code")]

  static func rule(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String], roles: Set<String> = [],
    _ question: @escaping @Sendable (KinSettings) -> [Answer]
  ) -> Rule {
    .kin(
      "claude-code", .claudeCode, name, title, severity, because: because, reads: reads, tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references, roles: roles, question)
  }

  static let permissions = [
    bypassMode, modeWide, bypassLock, allowBroad, denySecrets, invalidFile, unknownKey, addDirs,
  ]

  private static let mode = "permissions.defaultMode"

  static let bypassMode = rule(
    "bypass-mode", "Every session starts without questions", .critical,
    because: "every tool runs unasked in each session, not only where somebody chose so", reads: [mode], tier: 1,
    requirement: "H18b", why: "What a repository, page or file talks the model into is done at once.",
    remedy: "Set permissions.defaultMode to default or plan.", references: ["CWE-862"]
  ) { settings in
    settings.ask(mode, default: "default", set: "default") { $0?.string == "bypassPermissions" }
  }

  static let modeWide = rule(
    "mode-wide", "Sessions start in a mode that seldom asks", .medium,
    because: "edits, or whatever a classifier likes, are done unasked; commands it does not like still ask",
    reads: [mode, "container", "--permission-mode"], tier: 2, requirement: "H18b",
    why:
      "A file that the model was talked into changing is changed before anybody looks, and later runs with your rights.",
    remedy: "Set permissions.defaultMode to default, and in the managed file permissions.disableAutoMode to disable.",
    references: ["CWE-862"]
  ) { settings in
    if let container = settings.subject.container.found.flatMap({ $0 }) {
      return [.pass("it runs in container \(container.name)", at: settings.place(mode))]
    }
    let wide = ["auto", "acceptEdits"]
    let started = settings.subject.launches.compactMap { launch -> Answer? in
      guard let mode = launch.switches.value("--permission-mode"), wide.contains(mode) else { return nil }
      return .fail("--permission-mode \(mode) \(launch.place)", at: launch.location("--permission-mode"))
    }
    let answers = settings.ask(mode, default: "default", set: "default") { $0?.string.map(wide.contains) ?? false }
    return started.isEmpty ? settings.subject.doubting(answers) : started + answers.filter { $0.outcome == .fail }
  }

  static let bypassLock = rule(
    "bypass-lock", "One switch can remove every question", .high,
    because: "whoever types, scripts or aliases the switch ends all asking; only root is refused it",
    reads: ["permissions.disableBypassPermissionsMode"], tier: 2, requirement: "H18b",
    why: "A job or an alias with --dangerously-skip-permissions runs whatever the model is talked into, unseen.",
    remedy: "Set permissions.disableBypassPermissionsMode to disable, in the managed file where there is one.",
    references: ["CWE-862"]
  ) { settings in
    settings.ask(
      "permissions.disableBypassPermissionsMode", default: "the switch works", set: "disable",
      in: settings.layers.contains { $0.scope == .managed } ? .managed : .user
    ) { $0?.string != "disable" }
  }

  /// The pattern inside `Bash(…)`, `*` for the bare tool; nil for other tools.
  static func shellPattern(_ rule: String) -> String? {
    for tool in ["Bash", "PowerShell"] {
      if rule == tool { return "*" }
      if rule.hasPrefix(tool + "("), rule.hasSuffix(")") { return String(rule.dropFirst(tool.count + 1).dropLast()) }
    }
    return nil
  }

  static let allowBroad = rule(
    "allow-broad", "A permission rule lets any command run unasked", .high,
    because: "an interpreter, a downloader or a container under a wildcard is an unattended shell",
    reads: ["permissions.allow", "permissions.deny"], tier: 1, requirement: "H18b",
    why: "The model runs any command through it, with your rights, without a question.",
    remedy: "Allow exact commands instead, such as Bash(git status).", references: ["CWE-862", "CWE-77"]
  ) { settings in
    settings.everywhere { context in
      let deny = context.entries("permissions.deny").compactMap(\.setting.string)
      if deny.contains(where: { shellPattern($0) == "*" }) {
        return [.pass("permissions.deny has Bash, which beats what is allowed", at: context.place("permissions.deny"))]
      }
      let allow = context.entries("permissions.allow")
      let broad = allow.filter { $0.setting.string.flatMap(shellPattern).map(Reach.isBroad(command:)) ?? false }
      guard broad.isEmpty else {
        return broad.map { found in
          let text = found.setting.shown
          return .fail(
            "permissions.allow has \(text)", at: found.place,
            fix: Finding.Fix(
              "In \(found.setting.file), line \(found.setting.position.line): replace \(text) by the exact commands that are needed."
            ))
        }
      }
      return [
        .pass(
          allow.isEmpty
            ? "permissions.allow is unset, so commands are asked for"
            : "none of the \(allow.count) rules of permissions.allow is a shell", at: context.place("permissions.allow")
        )
      ]
    }
  }

  static let denySecrets = rule(
    "deny-secrets", "Nothing keeps the file tools from your keys", .medium,
    because: "reading a file is seldom asked for, and what is read goes to the model provider",
    reads: ["permissions.deny", "sandbox.credentials.files"], tier: 1, requirement: "H14b",
    why: "A page or file that steers the model has it read ~/.ssh, ~/.aws or .env into the conversation.",
    remedy: "Add Read(~/.ssh/**), Read(~/.aws/**) and Read(./.env*) to permissions.deny.",
    references: ["CWE-200"]
  ) { settings in
    settings.everywhere { context in
      let key = "permissions.deny"
      var paths = context.entries(key).compactMap(\.setting.string).compactMap { rule -> String? in
        if rule == "Read" { return "**" }
        return rule.hasPrefix("Read(") && rule.hasSuffix(")") ? String(rule.dropFirst(5).dropLast()) : nil
      }
      paths += context.entries("sandbox.credentials.files").compactMap { entry in
        entry.setting["mode"]?.string == "deny" ? entry.setting["path"]?.string : nil
      }
      let all = paths.contains { ["**", "*", "~/**", "//**", "/**"].contains($0) }
      let open = [("~/.ssh", ".ssh"), ("~/.aws", ".aws"), (".env", ".env")].filter { _, mark in
        !all && !paths.contains { $0.contains(mark) }
      }.map(\.0)
      guard !open.isEmpty else { return [.pass("\(key) covers ~/.ssh, ~/.aws and .env", at: context.place(key))] }
      return [
        .fail(
          "\(key) is \(context[key]?.shown ?? "unset") and does not cover \(open.joined(separator: ", "))",
          at: context.place(key),
          fix: Finding.Fix(
            "In \(context.place(key).file ?? "the user's settings.json"): add Read(~/.ssh/**), Read(~/.aws/**) and Read(./.env*) to \(key)."
          ))
      ]
    }
  }

  static let invalidFile = rule(
    "invalid-file", "A settings file is dropped for one wrong value", .high,
    because: "deny rules and the sandbox in that file are gone with it", reads: ["every settings file"], tier: 1,
    requirement: "H4",
    why:
      "Everybody believes that the file holds. The program drops it whole, and without a terminal says so on one line only.",
    remedy: "Correct the named value.", references: ["CWE-636", "CWE-1287"]
  ) { settings in
    guard settings.dropped.isEmpty else {
      return settings.dropped.map { dropped in
        let key = dropped.fault.key.isEmpty ? "the file" : dropped.fault.key
        return .fail(
          "\(key) is \(dropped.fault.setting.shown) and \(dropped.fault.what); the program drops the whole file",
          at: .init(
            file: dropped.layer.path, line: dropped.fault.setting.position.line,
            key: dropped.fault.key.isEmpty ? nil : dropped.fault.key),
          fix: Finding.Fix(
            "In \(dropped.layer.path), line \(dropped.fault.setting.position.line): correct \(key): it \(dropped.fault.what)."
          ))
      }
    }
    return [.pass("each of \(settings.layers.count) settings files has the types that the program demands")]
  }

  private static let top = [
    "permissions", "sandbox", "hooks", "env", "disableAllHooks", "allowManagedHooksOnly",
    "allowManagedPermissionRulesOnly", "allowManagedMcpServersOnly", "disableSideloadFlags", "allowedMcpServers",
    "deniedMcpServers", "strictKnownMarketplaces", "disableSkillShellExecution", "disabledMcpjsonServers",
    "enabledMcpjsonServers", "enableAllProjectMcpServers", "disableRemoteControl", "requiredMinimumVersion",
    "disableClaudeAiConnectors", "cleanupPeriodDays", "autoUploadSessions",
  ]
  private static let spelled: [(prefix: String, known: [String], important: Set<String>)] = [
    ("", top + ["model", "minimumVersion", "enabledPlugins", "apiKeyHelper", "statusLine"], Set(top)),
    (
      "permissions",
      [
        "allow", "ask", "deny", "defaultMode", "additionalDirectories", "disableBypassPermissionsMode",
        "disableAutoMode", "blockWritesOutsideWorkingDirectories",
      ],
      [
        "allow", "ask", "deny", "defaultMode", "additionalDirectories", "disableBypassPermissionsMode",
        "disableAutoMode", "blockWritesOutsideWorkingDirectories",
      ]
    ),
    (
      "sandbox",
      [
        "enabled", "failIfUnavailable", "allowUnsandboxedCommands", "excludedCommands", "autoAllowBashIfSandboxed",
        "network", "filesystem", "credentials", "enableWeakerNestedSandbox", "enableWeakerNetworkIsolation",
        "allowAppleEvents", "allowNestedUserNamespaces", "windows", "ripgrep", "ignoreViolations",
      ],
      [
        "enabled", "failIfUnavailable", "allowUnsandboxedCommands", "excludedCommands", "autoAllowBashIfSandboxed",
        "network", "filesystem", "credentials",
      ]
    ),
  ]

  static let unknownKey = rule(
    "unknown-key", "A settings key is misspelt and does nothing", .medium,
    because: "the program takes unknown keys without a word", reads: ["names of keys", "permissions.*", "sandbox.*"],
    tier: 1, requirement: "H4", why: "A misspelt deny list denies nothing, and nobody is told.",
    remedy: "Correct the spelling.", references: ["CWE-1287"]
  ) { settings in
    Self.misspelt(settings.layers + settings.dropped.map(\.layer), spelled)
  }

  /// Keys that look like another one, over all files of a product.
  static func misspelt(
    _ layers: [Installation.Layer], _ tables: [(prefix: String, known: [String], important: Set<String>)]
  ) -> [Answer] {
    var failures: [Answer] = []
    for layer in layers {
      for table in tables {
        let section = table.prefix.isEmpty ? layer.configuration.root : layer.configuration[table.prefix]
        for member in (section?.members ?? []).prefix(2000) {
          guard let meant = Spelling.meant(by: member.name, known: table.known, important: table.important) else {
            continue
          }
          let name = Configuration.Setting.shown(member.name)
          let key = table.prefix.isEmpty ? name : "\(table.prefix).\(name)"
          failures.append(
            .fail(
              "\(key) is unknown; \(meant) was meant",
              at: .init(file: layer.path, line: member.setting.position.line, key: key),
              fix: Finding.Fix(
                "In \(layer.path), line \(member.setting.position.line): rename \(name) to \(meant), after a look at what it then does."
              )))
        }
      }
    }
    return failures.isEmpty
      ? [.pass("no key in \(layers.count) files is close to one that protects")] : FileRules.capped(failures)
  }

  static let addDirs = rule(
    "add-dirs", "The file tools are given folders that hold keys", .medium,
    because: "file tools may then read and change what lies there; a person still sees edits",
    reads: ["permissions.additionalDirectories", "--add-dir"], tier: 2, requirement: "H13",
    why: "Keys and start files of the shell are as close to the model as the project.",
    remedy: "Name the sibling folders that are needed, and nothing above them.", references: ["CWE-668"]
  ) { settings in
    let home = settings.subject.home
    let key = "permissions.additionalDirectories"
    var failures = settings.everywhere { context in
      context.entries(key).compactMap { found in
        guard let path = found.setting.string, let reason = Reach.danger(of: path, home: home) else { return nil }
        return .fail(
          "\(key) has \(found.setting.shown): \(reason)", at: found.place,
          fix: Finding.Fix(
            "In \(found.setting.file), line \(found.setting.position.line): replace \(found.setting.shown) in \(key) by the folders that are needed."
          ))
      }
    }
    for launch in settings.subject.launches {
      for path in launch.switches.values("--add-dir") {
        guard let reason = Reach.danger(of: path, home: home) else { continue }
        failures.append(
          .fail(
            "--add-dir \(Configuration.Setting.shown(path)) \(launch.place): \(reason)",
            at: launch.location("--add-dir")))
      }
    }
    return failures.isEmpty
      ? settings.subject.doubting([.pass("\(key) has no folder that holds keys", at: settings.place(key))]) : failures
  }

  static let state = Rule(
    "claude-code.state-modes", "Others on this machine may look into Claude Code's state", .medium,
    because: "names of projects are seen at once; transcripts are closed one by one",
    reads: ["mode of ~/.claude", "modes of the files in it", "mode of ~/.claude.json"],
    for: .init(kinds: ["claude-code"]), tier: 1, requirement: "H13",
    why: "Other accounts list projects and sessions, and read what a tool or an update left open, tokens included.",
    remedy: "Set the mode of ~/.claude to 700, and of the files in it to 600.", references: ["CWE-732"]
  ) { subject in StateModes.answers(subject, whole: nil, note: "projects and sessions can be listed") }
}

extension Subject {
  /// The home of the user whose installation it is: the folder that holds the state directory, or the usual place of
  /// such directories.
  var home: String? {
    guard let state = installation?.stateDirectory, let slash = state.lastIndex(of: "/"), slash > state.startIndex
    else { return nil }
    let folder = String(state[..<slash])
    for place in ["/.config", "/.local/share", "/Library/Application Support"] where folder.hasSuffix(place) {
      return folder.utf8.count > place.utf8.count ? String(folder.dropLast(place.count)) : nil
    }
    return folder
  }
}
