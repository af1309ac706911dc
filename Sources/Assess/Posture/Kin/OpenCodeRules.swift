import Formats
import Installations
import Matching
import Model

/// OpenCode: most tools run unasked as it ships, and a project's file beats the user's.
///
/// managed, `.opencode/` and project, user; everything is merged, and of rules about one thing the last that fits wins.
enum OpenCodeRules {
  static let all = [
    permission, lastMatch, auto, projectOverride, plugins, server, share, update, inlineKey, externalFolder, managed,
    AdvisoryRules.rule("opencode", "OpenCode"),
  ]

  static let product = KinProduct(kind: "opencode", merging: Merging(joinsLists: true))

  /// What the merged table says about one tool, and where; nil where the default holds.
  static func word(_ tool: String, _ context: KinSettings) -> (word: String?, found: KinSettings.Found)? {
    for layer in context.layers {
      guard let table = layer.configuration["permission"] else { continue }
      if let word = table.string {
        return (word, .init(key: "permission", layer: layer, setting: table))
      }
      for name in [tool, "*"] {
        guard let setting = table.at(name) else { continue }
        let found = KinSettings.Found(key: "permission.\(name)", layer: layer, setting: setting)
        if let word = setting.string { return (word, found) }
        // Patterns: what none of them names falls to the one for all.
        if let all = setting.members?.last(where: { $0.name == "*" }) { return (all.setting.string, found) }
      }
    }
    return nil
  }

  static let permission = product.rule(
    "permission-default", "Commands and edits run without a question", .critical,
    because: "most tools are allowed as it ships", reads: ["permission"], tier: 1, requirement: "H18b",
    why: "What a repository, page or file talks the model into is done at once.",
    remedy: "Set permission to {\"*\": \"ask\", \"bash\": \"ask\", \"edit\": \"ask\"}.", references: ["CWE-862"]
  ) { settings in
    settings.everywhere { context in
      for tool in ["bash", "edit"] {
        let said = word(tool, context)
        guard said == nil || said?.word == "allow" else { continue }
        let place = said?.found.place ?? context.place("permission")
        return [
          .fail(
            said.map { "\($0.found.key) is allow, so \(tool) is not asked for" }
              ?? "permission is \(context["permission"]?.shown ?? "unset"), which means that \(tool) is allowed",
            at: place,
            fix: Finding.Fix(
              "In \(place.file ?? "opencode.json"): set permission to {\"*\": \"ask\", \"bash\": \"ask\", \"edit\": \"ask\"}."
            ))
        ]
      }
      return [.pass("commands and edits are not allowed unasked", at: context.place("permission"))]
    }
  }

  static let lastMatch = product.rule(
    "last-match", "A later rule undoes a denied command", .high, because: "of the rules that fit the last one wins",
    reads: ["permission.bash"], tier: 2, requirement: "H17",
    why: "The command that everybody believes denied runs.", remedy: "Put the broad pattern first.",
    references: ["CWE-863"]
  ) { settings in
    let failures = settings.written("permission.bash").flatMap { found -> [Answer] in
      let members = (found.setting.members ?? []).prefix(500)
      var denied: [String] = []
      var answers: [Answer] = []
      for member in members {
        if member.setting.string == "deny" {
          denied.append(member.name)
          continue
        }
        guard member.name.last == "*" else { continue }
        let prefix = String(member.name.dropLast())
        guard let lost = denied.first(where: { $0.hasPrefix(prefix) && $0 != member.name }) else { continue }
        answers.append(
          .fail(
            "\(Configuration.Setting.shown(member.name)) stands after \(Configuration.Setting.shown(lost)), which is denied",
            at: .init(file: found.setting.file, line: member.setting.position.line, key: found.key)))
      }
      return answers
    }
    return failures.isEmpty
      ? [.pass("no rule undoes a denied command", at: settings.place("permission.bash"))] : FileRules.capped(failures)
  }

  static let auto = product.check(
    "auto", "A start turns every question into a yes", .high, because: "what would be asked is allowed",
    reads: ["--auto"], tier: 1, requirement: "H18b", why: "A job does whatever it is talked into, unseen.",
    remedy: "Drop --auto.", references: ["CWE-862"]
  ) { subject in
    subject.ask(
      launches: { launch in
        launch.switches.has("--auto") ? .fail("--auto \(launch.place)", at: launch.location("--auto")) : nil
      }, pass: "no start of it has --auto")
  }

  private static func allows(_ setting: Configuration.Setting, depth: Int = 0) -> Bool {
    setting.string == "allow"
      || depth < 4 && (setting.members ?? []).prefix(500).contains { allows($0.setting, depth: depth + 1) }
  }

  static let projectOverride = product.rule(
    "project-override", "A repository decides about rights, programs or endpoints", .critical,
    because: "its file beats the user's, and no question about trust is asked",
    reads: [
      "permission", "mcp", "provider.*.options.baseURL", "plugin", "formatter", "lsp", ".opencode of the project",
    ],
    tier: 1, requirement: "H15",
    why: "Starting it in a clone runs its author's programs, or sends the key to his address.",
    remedy: "Delete these keys from the repository; set what must hold in /etc/opencode/opencode.json.",
    references: ["CWE-94", "CWE-829"]
  ) { settings in
    var failures: [Answer] = []
    let managesRights = settings.layers.contains { $0.scope == .managed && $0.configuration["permission"] != nil }
    for layer in settings.files where layer.scope == .project || layer.scope == .local {
      if ["extension", "hooks"].contains(layer.role) {
        failures.append(.fail("a folder of work brings code that is loaded", at: .init(file: layer.path)))
      }
      guard layer.role == "settings" || layer.role == "mcp" else { continue }
      var found: [KinSettings.Found] = ["mcp", "plugin", "formatter", "lsp", "permission"].compactMap { key in
        guard let setting = layer.configuration.root.at(key), setting.bool != false,
          setting.array?.isEmpty != true, setting.members?.isEmpty != true,
          key != "permission" || allows(setting) && !managesRights
        else { return nil }
        return .init(key: key, layer: layer, setting: setting)
      }
      for member in layer.configuration["provider"]?.members ?? [] {
        guard let setting = member.setting.at("options.baseURL") else { continue }
        let name = Configuration.Setting.shown(member.name)
        found.append(.init(key: "provider.\(name).options.baseURL", layer: layer, setting: setting))
      }
      failures += found.map {
        .fail("\($0.key) is \($0.setting.shown) in a folder of work", at: $0.place, fix: KinSettings.remove($0))
      }
    }
    return failures.isEmpty
      ? [.pass("no folder of work decides about rights, programs or endpoints", at: settings.main)]
      : FileRules.capped(failures)
  }

  static let plugins = product.rule(
    "plugin-unpinned", "A plugin is whatever was published last", .high, because: "it runs inside the process",
    reads: ["plugin"], tier: 1, requirement: "H15", why: "Who takes over the package runs code here at the next start.",
    remedy: "Write the version behind the name: name@1.2.3.", references: ["CWE-829"]
  ) { settings in
    let found = settings.entries("plugin")
    let failures = found.compactMap { found -> Answer? in
      guard let text = found.setting.string, !text.hasPrefix("."), !text.hasPrefix("/"), !text.hasPrefix("~"),
        !text.hasPrefix("file:"), MCPPackage.of(program: "npx", arguments: [text])?.isPinned != true
      else { return nil }
      return .fail(
        "plugin has \(found.setting.shown), without a version", at: found.place,
        fix: Finding.Fix("\(found.line): write \(found.setting.shown)@ and the version that you have looked at."))
    }
    return failures.isEmpty
      ? [.pass("\(found.count) plugins, each with its version", at: settings.place("plugin"))]
      : FileRules.capped(failures)
  }

  static let server = product.rule(
    "server", "Its server is open to the network", .critical, because: "one of its calls is a shell",
    reads: ["server.hostname", "server.mdns", "--hostname", "--mdns", "OPENCODE_SERVER_PASSWORD"], tier: 1,
    requirement: "H8", why: "Whoever reaches the port runs commands as you.",
    remedy: "Set server.hostname to 127.0.0.1 and server.mdns to false, and set OPENCODE_SERVER_PASSWORD.",
    references: ["CWE-306", "CVE-2026-22812"]
  ) { settings in
    // With a password it is still a shell on the network, behind one secret.
    let severity: Severity? = settings.subject.variable("OPENCODE_SERVER_PASSWORD") == nil ? nil : .high
    var failures: [Answer] = []
    for launch in settings.subject.launches {
      let switches = launch.switches
      let host = switches.value("--hostname")
      guard host.map({ !Reach.isLocal(host: $0) }) ?? switches.has("--mdns") else { continue }
      failures.append(
        .fail(
          "\(host.map { "--hostname \(Configuration.Setting.shown($0))" } ?? "--mdns") \(launch.place)",
          at: launch.location("--hostname"), severity: severity))
    }
    let answers = settings.everywhere { context in
      let key = "server.hostname"
      if let found = context.value(key), let host = found.setting.string {
        guard !Reach.isLocal(host: host) else { return [.pass("\(key) is \(found.setting.shown)", at: found.place)] }
        return [
          .fail(
            "\(key) is \(found.setting.shown)", at: found.place, severity: severity,
            fix: context.set(key, to: "127.0.0.1"))
        ]
      }
      let mdns = "server.mdns"
      guard context.flag(mdns) == true else {
        return [.pass("\(key) is unset, which means loopback", at: context.place(key))]
      }
      return [
        .fail(
          "\(mdns) is true and \(key) is unset, which means 0.0.0.0", at: context.place(mdns), severity: severity,
          fix: context.set(mdns, to: false))
      ]
    }
    return failures.isEmpty
      ? settings.subject.doubting(answers) : failures + answers.filter { $0.outcome == .fail }
  }

  static let share = product.rule(
    "share", "Every session is published on the vendor's site", .high,
    because: "prompts and output leave without anybody's doing", reads: ["share"], tier: 2, requirement: "H20",
    why: "Whoever has the link reads the code and the keys that the session showed.",
    remedy: "Set share to disabled.", references: ["CWE-200"]
  ) { settings in settings.ask("share", default: "manual", set: "disabled") { $0?.string == "auto" } }

  static let update = product.rule(
    "autoupdate", "It replaces itself at a start", .low, because: "code runs that nobody here has looked at",
    reads: ["autoupdate"], tier: 3, requirement: "H22", why: "A bad release is on every machine the same day.",
    remedy: "Set autoupdate to notify.", references: ["CWE-494"]
  ) { settings in
    settings.ask("autoupdate", default: "true", set: "notify") { $0?.bool != false && $0?.string != "notify" }
  }

  static let inlineKey = product.rule(
    "key-inline", "A key stands in the configuration", .high, because: "the file is made to be committed",
    reads: ["provider.*.options.apiKey"], tier: 1, requirement: "H14",
    why: "Whoever sees the file, a backup or a commit uses the account behind the key.",
    remedy: "Write {env:NAME} or {file:~/.secrets/x} in its place, and make a new key.", references: ["CWE-798"]
  ) { settings in
    let keys = settings.written("provider").flatMap { table in
      (table.setting.members ?? []).prefix(500).compactMap { member -> KinSettings.Found? in
        guard let setting = member.setting.at("options.apiKey") else { return nil }
        let name = Configuration.Setting.shown(member.name)
        return .init(key: "provider.\(name).options.apiKey", layer: table.layer, setting: setting)
      }
    }
    let failures = keys.filter(settings.isLiteral).map { found in
      Answer.fail(
        "\(found.key) is a literal", at: found.place,
        fix: Finding.Fix("\(found.line): replace the value by {env:NAME}, and make a new key."))
    }
    return failures.isEmpty ? [.pass("no key is a literal", at: settings.main)] : FileRules.capped(failures)
  }

  static let externalFolder = product.rule(
    "external-dir", "The agent leaves the project without a question", .high,
    because: "every file of the user is within reach", reads: ["permission.external_directory"], tier: 1,
    requirement: "H13", why: "A steered model reads keys, or changes files that run later.",
    remedy: "Set permission.external_directory to ask.", references: ["CWE-668"]
  ) { settings in
    settings.everywhere { context in
      let key = "permission.external_directory"
      guard let found = context.value(key) else {
        return [.pass("\(key) is unset, which means ask", at: context.place(key))]
      }
      let wide = (found.setting.members ?? []).first {
        $0.setting.string == "allow" && ["*", "**", "~", "~/*", "~/**", "/", "/*", "/**"].contains($0.name)
      }
      guard found.setting.string == "allow" || wide != nil else {
        return [.pass("\(key) is \(found.setting.shown)", at: found.place)]
      }
      return [
        .fail(
          wide.map { "\(key) allows \(Configuration.Setting.shown($0.name))" } ?? "\(key) is allow",
          at: .init(
            file: found.setting.file, line: (wide?.setting ?? found.setting).position.line, key: key),
          fix: context.set(key, to: "ask"))
      ]
    }
  }

  static let managed = product.rule(
    "managed", "Nothing binds users and projects", .medium, because: "each of them decides about rights and sharing",
    reads: ["/etc/opencode/opencode.json"], tier: 3, requirement: "N9",
    why: "A repository or a user allows what the organisation forbids, and nobody sees it.",
    remedy: "Deploy /etc/opencode/opencode.json with permission and share.", references: ["CWE-284"]
  ) { settings in
    let layers = settings.layers.filter { $0.scope == .managed }
    guard let first = layers.first else {
      return [.fail("there is no managed file", at: .init(file: "/etc/opencode/opencode.json"))]
    }
    guard
      let missing = ["permission", "share"].first(where: { key in !layers.contains { $0.configuration[key] != nil } })
    else { return [.pass("permission and share are managed", at: .init(file: first.path))] }
    return [.fail("\(missing) is not managed", at: .init(file: first.path, key: missing))]
  }
}
