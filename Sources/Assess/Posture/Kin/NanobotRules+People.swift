import Formats
import Installations
import Matching
import Model

/// Who commands nanobot, and what it reaches by itself.
extension NanobotRules {
  static let people = [groupOpen, mailAuthentication]

  private static func isOn(_ settings: KinSettings, _ channel: String) -> Bool {
    settings.flag("channels.\(channel).enabled") == true
  }

  static let groupOpen = product.rule(
    "group-open", "Everybody in a group or a workspace reaches the agent", .high,
    because: "these channels ship open: their groups, their direct messages, or their listener",
    reads: [
      "channels.whatsapp.groupPolicy", "channels.matrix.groupPolicy", "channels.slack.dm.policy",
      "channels.mattermost.dm.policy", "channels.msteams.host",
    ], tier: 2, requirement: "H18",
    why: "Any member of the group, or of the workspace, has the agent run commands.",
    remedy: "Set groupPolicy to mention and dm.policy to allowlist, and the host of Teams to 127.0.0.1.",
    references: ["CWE-284"]
  ) { settings in
    let doors: [(channel: String, part: String, closed: String)] = [
      ("whatsapp", "groupPolicy", "mention"), ("matrix", "groupPolicy", "mention"),
      ("slack", "dm.policy", "allowlist"), ("mattermost", "dm.policy", "allowlist"), ("msteams", "host", "127.0.0.1"),
    ]
    let failures = doors.filter { isOn(settings, $0.channel) }.compactMap { door -> Answer? in
      let key = "channels.\(door.channel).\(door.part)"
      let text = settings.text(key)
      let isListener = door.channel == "msteams"
      let isOpen = isListener ? text.map { !Reach.isLocal(host: $0) } ?? true : text == nil || text == "open"
      guard isOpen else { return nil }
      return .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means \(isListener ? "0.0.0.0" : "open")")",
        at: settings.place(key), fix: settings.set(key, to: .string(door.closed), also: "Then restart it."))
    }
    return failures.isEmpty
      ? [.pass("no enabled channel is open to a group", at: settings.place("channels"))] : failures
  }

  static let mailAuthentication = product.rule(
    "email-auth", "A forged sender is believed", .high, because: "the sender's address is the only login of a mail",
    reads: ["channels.email.verifyDkim", "channels.email.verifySpf", "channels.email.trustedAuthservIds"], tier: 2,
    requirement: "H18", why: "Whoever writes an allowed address into From commands the agent.",
    remedy: "Set verifyDkim and verifySpf to true, and trustedAuthservIds to the name of your receiving server.",
    references: ["CWE-290"]
  ) { settings in
    guard isOn(settings, "email") else { return [.pass("mail is off", at: settings.place("channels.email.enabled"))] }
    var failures = ["channels.email.verifyDkim", "channels.email.verifySpf"].compactMap { key -> Answer? in
      guard let found = settings.value(key), found.setting.bool == false else { return nil }
      return .fail("\(key) is false", at: found.place, fix: settings.set(key, to: true, also: "Then restart it."))
    }
    let trusted = "channels.email.trustedAuthservIds"
    if failures.isEmpty, settings.entries(trusted).isEmpty {
      failures.append(
        .fail(
          "\(trusted) is \(settings[trusted]?.shown ?? "unset, which means none"), so results that a sender wrote himself count",
          at: settings.place(trusted)))
    }
    return failures.isEmpty ? [.pass("\(trusted) is a list", at: settings.place(trusted))] : failures
  }

  static let reach = [localServices, remoteInstall, thirdPartyReader, unattended]

  /// Whether a range of addresses holds some that only this machine or its network should reach.
  static func isInside(_ range: String) -> Bool {
    let parts = range.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = parts.first, let address = Address(String(first)) else { return Reach.isLoopback(host: range) }
    // A short prefix covers some of them, whatever it begins with.
    if parts.count > 1, let bits = Int(parts[1]), bits < 8 { return true }
    return address.scope != .public || address.isUnspecified || address.isLinkLocal
  }

  static let localServices = product.rule(
    "ssrf", "The agent may call services of this machine and its network", .high,
    because: "such services, metadata services of clouds among them, trust whoever reaches them",
    reads: ["tools.ssrfWhitelist", "tools.webuiAllowLocalServiceAccess"], tier: 2, requirement: "H12",
    why: "A page that steers the model has it fetch cloud credentials or drive an internal service.",
    remedy: "Empty tools.ssrfWhitelist, and set tools.webuiAllowLocalServiceAccess to false.", references: ["CWE-918"]
  ) { settings in
    let list = "tools.ssrfWhitelist"
    var failures = settings.entries(list).compactMap { found -> Answer? in
      guard let text = found.setting.string, isInside(text) else { return nil }
      return .fail(
        "\(list) has \(found.setting.shown)", at: found.place,
        fix: Finding.Fix("\(found.line): remove \(found.setting.shown) from \(list), then restart it."))
    }
    let page = "tools.webuiAllowLocalServiceAccess"
    if settings.flag(page) != false {
      failures.append(
        .fail(
          "\(page) is \(settings[page]?.shown ?? "unset, which means true")", at: settings.place(page),
          fix: settings.set(page, to: false, also: "Then restart it.")))
    }
    return failures.isEmpty
      ? [.pass("no range of this network is on the list, and \(page) is false", at: settings.place(page))]
      : FileRules.capped(failures)
  }

  static let remoteInstall = product.rule(
    "remote-install", "The agent or a remote page installs code", .high,
    because: "programs come from a public catalogue, and the agent may change its own settings",
    reads: ["tools.webuiAllowRemotePackageInstall", "tools.cliApps.enable", "tools.my.allowSet"], tier: 3,
    requirement: "H15", why: "A remote client, or text that steers the model, brings in code that then stays.",
    remedy: "Set all three to false.", references: ["CWE-829"]
  ) { settings in
    let keys: [(key: String, isDefault: Bool)] = [
      ("tools.webuiAllowRemotePackageInstall", false), ("tools.my.allowSet", false), ("tools.cliApps.enable", true),
    ]
    let failures = keys.compactMap { entry -> Answer? in
      guard settings.flag(entry.key) ?? entry.isDefault else { return nil }
      return .fail(
        "\(entry.key) is \(settings[entry.key]?.shown ?? "unset, which means true")", at: settings.place(entry.key),
        fix: settings.set(entry.key, to: false, also: "Then restart it."))
    }
    return failures.isEmpty ? [.pass("none of the three is on", at: settings.place("tools.cliApps.enable"))] : failures
  }

  static let thirdPartyReader = product.rule(
    "jina", "Addresses that the agent fetches go to a third party", .medium,
    because: "addresses with tokens in them, and internal ones, leave with them",
    reads: ["tools.web.fetch.useJinaReader"],
    tier: 3, requirement: "H20", why: "An outside service keeps a list of what is read here.",
    remedy: "Set tools.web.fetch.useJinaReader to false.", references: ["CWE-201"]
  ) { settings in
    settings.ask("tools.web.fetch.useJinaReader", default: "true", set: false) { $0?.bool != false }
  }

  static let unattended = product.rule(
    "unattended", "The agent acts by the clock with an unconfined shell", .medium,
    because: "nobody watches these turns",
    reads: [
      "gateway.heartbeat.enabled", "agents.defaults.dream.enabled", "tools.exec.enable", "tools.exec.sandbox",
    ], tier: 2, requirement: "H18b",
    why: "What somebody slipped into its memory or its files is carried out at night, every half hour.",
    remedy: "Set gateway.heartbeat.enabled and agents.defaults.dream.enabled to false, or confine the shell.",
    references: ["CWE-862"]
  ) { settings in
    let heartbeat = "gateway.heartbeat.enabled"
    if settings.flag("tools.exec.enable") == false {
      return [.pass("tools.exec.enable is false", at: settings.place("tools.exec.enable"))]
    }
    if let found = settings.value("tools.exec.sandbox"), found.setting.string?.isEmpty == false {
      return [.pass("the shell is confined by \(found.setting.shown)", at: found.place)]
    }
    // The first run writes every default out, so the rarer one counts where it stands.
    var failures: [Answer] = []
    if settings.flag(heartbeat) != false {
      failures.append(
        .fail(
          "\(heartbeat) is \(settings[heartbeat]?.shown ?? "unset, which means true")", at: settings.place(heartbeat),
          fix: settings.set(heartbeat, to: false, also: "Then restart it.")))
    }
    let dream = "agents.defaults.dream.enabled"
    if let found = settings.value(dream), found.setting.bool == true {
      failures.append(
        .fail("\(dream) is true", at: found.place, fix: settings.set(dream, to: false, also: "Then restart it.")))
    }
    return failures.isEmpty ? [.pass("\(heartbeat) is false", at: settings.place(heartbeat))] : failures
  }
}
