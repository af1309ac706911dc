import Formats
import Installations
import Matching
import Model
import Platform

/// Who reaches Hermes, and whose code it runs.
extension HermesRules {
  static let doors = [everybody, webhook, dashboard, secret]

  static let everybody = product.check(
    "allow-all-users", "Strangers may command the agent", .critical,
    because: "an open door in front of a shell", reads: ["GATEWAY_ALLOW_ALL_USERS", "*_ALLOW_ALL_USERS"], tier: 1,
    requirement: "H18", why: "Anybody who finds the bot has commands run here.",
    remedy: "Delete the variable, and list people in *_ALLOWED_USERS.", references: ["CWE-284"]
  ) { subject in
    subject.ask(variables: { $0.hasSuffix("_ALLOW_ALL_USERS") }, pass: "no variable lets everybody in") {
      $0.isOn ? .fail($0.shown, at: $0.place) : nil
    }
  }

  static let webhook = product.rule(
    "webhook-bind", "Webhooks are taken from the whole network", .high,
    because: "without a host it listens everywhere, and what arrives counts as allowed",
    reads: ["platforms.webhook.enabled", "platforms.webhook.extra.host", "platforms.webhook.extra.secret"], tier: 2,
    requirement: "H8", why: "Whoever reaches the port, or knows the secret, has the agent act.",
    remedy: "Set platforms.webhook.extra.host to 127.0.0.1, and a real secret.", references: ["CWE-1327", "CWE-306"]
  ) { settings in
    let base = "platforms.webhook"
    guard settings.flag("\(base).enabled") == true else {
      return [.pass("webhooks are off", at: settings.place("\(base).enabled"))]
    }
    var failures: [Answer] = []
    let host = "\(base).extra.host"
    if settings.text(host).map({ !Reach.isLocal(host: $0) }) ?? true {
      failures.append(
        .fail(
          "\(host) is \(settings[host]?.shown ?? "unset, which means every address")", at: settings.place(host),
          fix: settings.set(host, to: "127.0.0.1")))
    }
    var secrets = [settings.value("\(base).extra.secret")].compactMap(\.self)
    secrets += settings.each("\(base).extra.routes", ["secret"])
    for found in secrets where found.setting.string == "INSECURE_NO_AUTH" {
      failures.append(.fail("\(found.key) is INSECURE_NO_AUTH", at: found.place))
    }
    return failures.isEmpty ? [.pass("\(host) is loopback", at: settings.place(host))] : failures
  }

  static let dashboard = product.check(
    "dashboard-bind", "The page with its keys is on the network", .medium,
    because: "it edits keys; a public address needs a login, yet its status answers without one",
    reads: ["--host of hermes dashboard and hermes serve"], tier: 2, requirement: "H8",
    why: "Every flaw of its login opens the keys to whoever reaches the port.",
    remedy: "Start it without --host, and reach it through a tunnel.", references: ["CWE-1327"]
  ) { subject in
    subject.ask(
      launches: { launch in
        guard let switches = launch.switches(of: ["hermes"], ["dashboard", "serve"]),
          let host = switches.value("--host"), !Reach.isLocal(host: host)
        else { return nil }
        return .fail("--host \(Configuration.Setting.shown(host)) \(launch.place)", at: launch.location("--host"))
      }, pass: "no start of it names an address beyond loopback")
  }

  static let secret = product.rule(
    "config-secret", "A key stands in the configuration, or others may read it", .medium,
    because: "the file is copied and synced; its folder alone keeps others out",
    reads: ["model.api_key", "providers.*.api_key", "mode of config.yaml"], tier: 1, requirement: "H14",
    why: "Whoever sees a copy of the file uses the account behind the key.",
    remedy: "Move the key to ~/.hermes/.env, and set the mode of config.yaml to 600.",
    references: ["CWE-312", "CWE-732"]
  ) { settings in
    let found = ["model.api_key"].compactMap(settings.value) + settings.each("providers", ["api_key"])
    var failures = found.filter(settings.isLiteral).map { Answer.fail("\($0.key) is a literal", at: $0.place) }
    let isOpen = settings.installation.mode & 0o011 != 0
    for layer in settings.layers where layer.scope == .user || layer.scope == .profile {
      let isInside = layer.path.hasPrefix(settings.installation.stateDirectory + "/")
      guard layer.status.kind == .regular, isOpen || !isInside, let others = FileRules.others(layer.status.mode) else {
        continue
      }
      failures.append(
        .fail(
          "mode \(FileRules.octal(layer.status.mode)): \(others.text)", at: .init(file: layer.path),
          severity: others.writes ? .high : nil, fix: FileRules.chmod("600", layer.path)))
    }
    return failures.isEmpty ? [.pass("none of \(found.count) keys is a literal", at: settings.main)] : failures
  }

  // MARK: code

  static let code = [hooks, skillShell, plugins, scanner, managed, quick]

  static let hooks = product.rule(
    "hooks-auto", "New shell hooks run unseen", .high, because: "consent for each command is given in advance",
    reads: ["hooks_auto_accept", "--accept-hooks", "HERMES_ACCEPT_HOOKS"], tier: 1, requirement: "H15",
    why: "A command that something wrote into the hooks runs at the next start.",
    remedy: "Set hooks_auto_accept to false.", references: ["CWE-94"]
  ) { settings in
    var failures = starts(settings.subject, "--accept-hooks")
    if let found = settings.subject.variable("HERMES_ACCEPT_HOOKS"), found.isOn {
      failures.append(.fail(found.shown, at: found.place))
    }
    let answers = settings.ask("hooks_auto_accept", default: "false", set: false) { $0?.bool == true }
    return failures.isEmpty ? settings.subject.doubting(answers) : failures + answers.filter { $0.outcome == .fail }
  }

  static let skillShell = product.rule(
    "skill-shell", "The text of a skill runs commands on the host", .high,
    because: "they run when the skill is read, without approval",
    reads: ["skills.inline_shell", "skills.external_dirs"],
    tier: 1, requirement: "H15", why: "Whoever writes a skill, or into a folder of skills, runs commands here.",
    remedy: "Set skills.inline_shell to false.", references: ["CWE-94"]
  ) { settings in
    let writable = settings.entries("skills.external_dirs").compactMap { found -> Answer? in
      guard let text = found.setting.string,
        let fact = settings.installation.files.first(where: { isPath($0.path, text, home(settings.subject)) }),
        let others = FileRules.others(fact.status.mode), others.writes
      else { return nil }
      return .fail("\(found.key) has \(found.setting.shown): \(others.text)", at: found.place)
    }
    let answers = settings.ask("skills.inline_shell", default: "false", set: false) { $0?.bool == true }
    return writable.isEmpty ? answers : writable + answers.filter { $0.outcome == .fail }
  }

  /// Whether a text from the settings names that path: `~` is the home of the user.
  private static func isPath(_ path: String, _ text: String, _ home: String?) -> Bool {
    path == text || text.hasPrefix("~/") && home.map { path == $0 + text.dropFirst() } == true
  }

  static let plugins = product.check(
    "project-plugins", "Code of a repository is loaded into the agent", .high,
    because: "plugins of the folder of work run inside the process", reads: ["HERMES_ENABLE_PROJECT_PLUGINS"], tier: 1,
    requirement: "H15", why: "Opening a clone runs what its author wrote.",
    remedy: "Unset HERMES_ENABLE_PROJECT_PLUGINS.", references: ["CWE-829"]
  ) { subject in
    subject.ask(variables: { $0 == "HERMES_ENABLE_PROJECT_PLUGINS" }, pass: "HERMES_ENABLE_PROJECT_PLUGINS is not on") {
      $0.isOn ? .fail($0.shown, at: $0.place) : nil
    }
  }

  static let scanner = product.rule(
    "security-block", "A built-in guard is off, or lets all pass where it fails", .medium,
    because: "a scanner that is missing lets everything pass, and packages are installed while it runs",
    reads: [
      "security.redact_secrets", "security.allow_private_urls", "security.tirith_fail_open",
      "security.allow_lazy_installs",
    ], tier: 3, requirement: "H17", why: "Keys reach the conversation, or a command that should be stopped runs.",
    remedy: "Set redact_secrets to true, and the other three to false.", references: ["CWE-636"]
  ) { settings in
    let keys: [(key: String, good: Bool, isDefault: Bool)] = [
      ("redact_secrets", true, true), ("allow_private_urls", false, false), ("tirith_fail_open", false, true),
      ("allow_lazy_installs", false, true),
    ]
    let failures = keys.compactMap { entry -> Answer? in
      let key = "security.\(entry.key)"
      guard (settings.flag(key) ?? entry.isDefault) != entry.good else { return nil }
      return .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means \(entry.isDefault)")", at: settings.place(key),
        fix: settings.set(key, to: .bool(entry.good)))
    }
    return failures.isEmpty ? [.pass("all four guards stand", at: settings.place("security"))] : failures
  }

  static let managed = product.rule(
    "managed-dir", "No managed file binds the users, or a variable replaces it", .medium,
    because: "the policy holds by the rights of its folder alone",
    reads: ["/etc/hermes/config.yaml", "HERMES_MANAGED_DIR"], tier: 3, requirement: "N9",
    why: "Each user decides about approvals and doors, and nobody sees it.",
    remedy: "Deploy /etc/hermes/config.yaml as root, and forbid the variable in units.", references: ["CWE-284"]
  ) { settings in
    if let found = settings.subject.variable("HERMES_MANAGED_DIR"),
      found.value?.hasPrefix("/etc/") != true || found.place.file?.hasPrefix("/etc/") != true
    {
      return [.fail(found.shown, at: found.place)]
    }
    guard let layer = settings.layers.first(where: { $0.scope == .managed }) else {
      return [.fail("there is no managed file", at: .init(file: "/etc/hermes/config.yaml"))]
    }
    guard layer.status.owner == 0, layer.status.mode & 0o022 == 0 else {
      return [
        .fail(
          "it belongs to uid \(layer.status.owner), mode \(FileRules.octal(layer.status.mode))",
          at: .init(file: layer.path))
      ]
    }
    return settings.subject.doubting([
      .pass("it is root's, mode \(FileRules.octal(layer.status.mode))", at: .init(file: layer.path))
    ])
  }

  static let quick = product.rule(
    "quick-commands", "Commands are written down that pass the gate", .medium,
    because: "they bypass the agent's loop and its approvals", reads: ["quick_commands", "command_allowlist"], tier: 2,
    requirement: "H17", why: "Whoever may write to the agent runs them, and what they match is asked about no more.",
    remedy: "Remove the entry.", references: ["CWE-862"]
  ) { settings in
    var failures = settings.entries("command_allowlist").filter { $0.setting.string?.isEmpty == false }.map {
      Answer.fail("command_allowlist has \($0.setting.shown)", at: $0.place)
    }
    for member in settings.members("quick_commands") {
      let text = member.found.setting.string ?? member.found.setting.at("command")?.string ?? ""
      let words = text.split(separator: " ").map { $0.split(separator: "/").last ?? $0 }
      guard text.contains("*") || words.contains(where: { Reach.isBroad(command: "\($0) *") }) else { continue }
      failures.append(
        .fail("quick_commands.\(Configuration.Setting.shown(member.name)) runs an interpreter", at: member.found.place))
    }
    return failures.isEmpty
      ? [.pass("no such command is written down", at: settings.place("command_allowlist"))]
      : FileRules.capped(failures)
  }
}
