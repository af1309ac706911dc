import Installations
import Matching
import Model

/// What is particular to one messenger.
enum MessengerRules {
  static let all = [
    discordNames, discordCommands, discordMembers, telegramIDs, telegramGroups, slackCommands, zaloGroups,
    feishuDocuments,
  ]

  private static let discordKeys = ["allowFrom", "dm", "guilds", "groupPolicy"]

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Ids of Discord are digits, with a prefix or as a mention.
  static func isDiscordID(_ text: String) -> Bool {
    var rest = text[...]
    for prefix in ["discord:", "user:", "pk:"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
    if rest.hasPrefix("<@"), rest.hasSuffix(">") { rest = rest.dropFirst(2).dropLast().drop { $0 == "!" } }
    return isDigits(rest) || text == "*" || text.hasPrefix("pk:")
  }

  static let discordNames = Rule(
    "discord.names-in-list", "Discord senders are listed by name", .medium,
    because: "names on Discord change hands; releases that match by name then let in whoever has it",
    reads: ["channels.discord.allowFrom", "channels.discord.dm.allowFrom", "channels.discord.guilds.*.users"], tier: 1,
    requirement: "H18", openclaw: ["channels.discord.allowFrom.name_based_entries"],
    why: "Somebody takes the name that a listed person gave up, and commands the agent.",
    remedy: "List the numeric ids of people.", references: ["CWE-290"]
  ) { subject in
    ChannelTrustRules.judge(subject, "discord", discordKeys, pass: "senders are listed by id") { settings, account in
      var lists = ["allowFrom", "dm.allowFrom"].compactMap { name in
        account.own.at(name).map { ("\(account.key).\(name)", $0) }
      }
      for guild in account.own.at("guilds")?.members ?? [] {
        let key = "\(account.key).guilds.\(guild.name)"
        if let users = guild.setting.at("users") { lists.append((key + ".users", users)) }
        for channel in guild.setting.at("channels")?.members ?? [] {
          if let users = channel.setting.at("users") { lists.append(("\(key).channels.\(channel.name).users", users)) }
        }
      }
      let loose = account.find("dangerouslyAllowNameMatching")?.setting.bool == true
      return lists.compactMap { key, list in
        let named = list.strings.filter { !isDiscordID($0) }
        guard !named.isEmpty else { return nil }
        return .fail(
          "\(VisibleText.cutMiddle(VisibleText.terminal(key), to: 100)) has \(named.count) entries that are no ids",
          at: settings.place(list, key: key), severity: loose ? .high : nil)
      }
    }
  }

  static let discordCommands = Rule(
    "discord.commands-unlisted", "Anybody on a Discord server may use the agent's commands", .medium,
    because: "what a command may do is limited by other walls; with access groups off even those are gone",
    reads: ["commands.useAccessGroups", "channels.discord.guilds", "channels.discord.allowFrom", "commands.native"],
    tier: 1,
    requirement: "H18",
    openclaw: ["channels.discord.commands.native.no_allowlists", "channels.discord.commands.native.unrestricted"],
    why: "A member of the server runs slash commands of the agent, which skip the checks for messages.",
    remedy: "List users in channels.discord.guilds.*.users, or owners in commands.ownerAllowFrom."
  ) { subject in
    ChannelTrustRules.judge(
      subject, "discord", discordKeys, pass: "commands are limited to listed people, or no server is configured"
    ) {
      settings, account in
      guard let guilds = account.own.at("guilds"), let members = guilds.members, !members.isEmpty,
        settings.flag("commands.native") != false, account.own.at("commands.native")?.bool != false,
        account.find("groupPolicy")?.setting.string != "disabled"
      else { return [] }
      let place = settings.place(guilds, key: account.key + ".guilds")
      let listed = members.contains { guild in
        guild.setting.at("users")?.strings.isEmpty == false
          || guild.setting.at("channels")?.members?.contains { $0.setting.at("users")?.strings.isEmpty == false }
            == true
      }
      let off = settings["commands.useAccessGroups"]?.bool == false && !settings.ignoresRetiredKeys
      if off, !listed {
        return [
          .fail(
            "commands.useAccessGroups is off, and no server lists users (\(account.name))", at: place, severity: .high
          )
          .naming("channels.discord.commands.native.unrestricted")
        ]
      }
      let owners = account.find("allowFrom", "dm.allowFrom")?.setting.strings ?? []
      let global = settings["commands.ownerAllowFrom"]?.strings ?? []
      guard !listed, owners.isEmpty, global.isEmpty else { return [] }
      return [
        .fail("\(members.count) servers, and neither users nor owners are listed (\(account.name))", at: place)
          .naming("channels.discord.commands.native.no_allowlists")
      ]
    }
  }

  static let discordMembers = Rule(
    "discord.server-wide", "Every member of a Discord server may command the agent", .medium,
    because: "the server was chosen, but not the people in it",
    reads: ["channels.discord.guilds.*.users", "channels.discord.guilds.*.roles"],
    tier: 1, requirement: "H18", openclaw: ["channels.discord.allowlisted_groups.broad_members"],
    why: "Whoever is invited to the server gives the agent instructions.",
    remedy: "List users or roles for each server or channel.", references: ["CWE-284"]
  ) { subject in
    ChannelTrustRules.judge(subject, "discord", discordKeys, pass: "every server is limited to people or roles") {
      settings, account in
      guard account.find("groupPolicy")?.setting.string != "disabled" else { return [] }
      return (account.own.at("guilds")?.members ?? []).compactMap { guild in
        func isLimited(_ setting: Configuration.Setting) -> Bool {
          ["users", "roles"].contains { setting.at($0)?.strings.isEmpty == false }
        }
        guard !isLimited(guild.setting) else { return nil }
        let channels = guild.setting.at("channels")?.members ?? []
        if !channels.isEmpty, channels.allSatisfy({ isLimited($0.setting) || $0.setting.at("allow")?.bool == false }) {
          return nil
        }
        let key = "\(account.key).guilds.\(guild.name)"
        return .fail(
          "\(VisibleText.cutMiddle(VisibleText.terminal(key), to: 100)) names neither users nor roles",
          at: settings.place(guild.setting, key: key))
      }
    }
  }

  private static let telegramKeys = ["allowFrom", "groupAllowFrom", "groups", "groupPolicy", "dm"]

  static func isTelegramID(_ text: String) -> Bool {
    var rest = text[...]
    for prefix in ["telegram:", "tg:"] where rest.lowercased().hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
    if rest.hasPrefix("-") { rest = rest.dropFirst() }
    return isDigits(rest) || text == "*"
  }

  static let telegramIDs = Rule(
    "telegram.entries-invalid", "Telegram senders are listed by something else than their id", .low,
    because: "such entries match nobody, or a name that changed hands",
    reads: ["channels.telegram.allowFrom", "channels.telegram.groupAllowFrom", "pairing stores in credentials/"],
    tier: 2, requirement: "H18", openclaw: ["channels.telegram.allowFrom.invalid_entries"],
    why: "The owner is locked out and opens the channel to everybody, or a stranger takes the name.",
    remedy: "List numeric ids: `openclaw doctor --fix` looks up what it can."
  ) { subject in
    ChannelTrustRules.judge(subject, "telegram", telegramKeys, pass: "every entry is an id") { settings, account in
      var out = ["allowFrom", "groupAllowFrom"].compactMap { name -> Answer? in
        guard let list = account.own.at(name) else { return nil }
        let wrong = list.strings.filter { !isTelegramID($0) }
        let key = "\(account.key).\(name)"
        return wrong.isEmpty
          ? nil : .fail("\(key) has \(wrong.count) entries that are no ids", at: settings.place(list, key: key))
      }
      for store in settings.installation.details?.allowStores ?? []
      where store.channel == "telegram" && account.parent == nil && store.named > 0 {
        out.append(.fail("\(store.named) entries are no ids", at: Finding.Location(file: store.path)))
      }
      return out
    }
  }

  static let telegramGroups = Rule(
    "telegram.group-senders-open", "Everybody in a Telegram group may command the agent", .high,
    because: "groups are reachable and nobody says who in them may write",
    reads: [
      "channels.telegram.groups", "channels.telegram.groupPolicy", "channels.telegram.groupAllowFrom",
      "channels.telegram.allowFrom",
    ],
    tier: 1, requirement: "H18",
    openclaw: ["channels.telegram.groups.allowFrom.missing", "channels.telegram.groups.allowFrom.wildcard"],
    why: "Each member of the group, and whoever joins, gives the agent instructions.",
    remedy: "List numeric ids in channels.telegram.groupAllowFrom.", references: ["CWE-284"]
  ) { subject in
    ChannelTrustRules.judge(subject, "telegram", telegramKeys, pass: "no group is reachable, or its senders are listed")
    {
      settings, account in
      let policy =
        account.find("groupPolicy")?.setting.string ?? settings["channels.defaults.groupPolicy"]?.string ?? "allowlist"
      let groups = account.find("groups")?.setting.members ?? []
      guard policy != "disabled", policy == "open" || !groups.isEmpty else { return [] }
      let list = account.find("groupAllowFrom") ?? account.find("allowFrom")
      let stores = (settings.installation.details?.allowStores ?? []).filter { $0.channel == "telegram" }
      if let list, list.setting.strings.contains("*") {
        return [
          .fail("\(list.key) has * (\(account.name))", at: settings.place(list.setting, key: list.key))
            .naming("channels.telegram.groups.allowFrom.wildcard")
        ]
      }
      if let store = stores.first(where: \.hasWildcard) {
        return [
          .fail("the pairing store has *", at: Finding.Location(file: store.path)).naming(
            "channels.telegram.groups.allowFrom.wildcard")
        ]
      }
      let perGroup = groups.contains { $0.setting.at("allowFrom")?.strings.isEmpty == false }
      guard list?.setting.strings.isEmpty ?? true, !perGroup, stores.allSatisfy({ $0.count == 0 }) else { return [] }
      let place =
        account.own.at("groups").map { settings.place($0, key: account.key + ".groups") }
        ?? settings.place(account.own, key: account.key)
      return [
        .fail(
          "groups are reachable (\(policy)) and no sender is listed (\(account.name))", at: place,
          severity: policy == "open" ? nil : .medium
        ).naming("channels.telegram.groups.allowFrom.missing")
      ]
    }
  }

  static let slackCommands = Rule(
    "slack.commands-unlisted", "Anybody in a Slack workspace may use the agent's commands", .medium,
    because: "the workspace is closed to strangers, but not to each colleague and guest",
    reads: [
      "channels.slack.slashCommand.enabled", "commands.native", "commands.useAccessGroups",
      "channels.slack.channels.*.users", "channels.slack.allowFrom",
    ],
    tier: 1, requirement: "H18",
    openclaw: ["channels.slack.commands.slash.no_allowlists", "channels.slack.commands.slash.useAccessGroups_off"],
    why: "A guest runs slash commands of the agent, which skip the checks for messages.",
    remedy: "List users in channels.slack.channels.*.users, or owners in commands.ownerAllowFrom."
  ) { subject in
    ChannelTrustRules.judge(
      subject, "slack", ["slashCommand", "allowFrom", "channels", "commands", "dm"],
      pass: "slash commands are off, or limited to listed people"
    ) { settings, account in
      let on =
        account.find("slashCommand.enabled")?.setting.bool == true
        || account.find("commands.native")?.setting.bool == true || settings.flag("commands.native") == true
      guard on else { return [] }
      let place =
        account.own.at("slashCommand").map { settings.place($0, key: account.key + ".slashCommand") }
        ?? settings.place(account.own, key: account.key)
      if settings["commands.useAccessGroups"]?.bool == false, !settings.ignoresRetiredKeys {
        return [
          .fail(
            "slash commands are on and commands.useAccessGroups is off (\(account.name))", at: place, severity: .high
          )
          .naming("channels.slack.commands.slash.useAccessGroups_off")
        ]
      }
      let users = (account.find("channels")?.setting.members ?? []).contains {
        $0.setting.at("users")?.strings.isEmpty == false
      }
      let owners = account.find("allowFrom", "dm.allowFrom")?.setting.strings ?? []
      guard !users, owners.isEmpty, settings["commands.ownerAllowFrom"]?.strings.isEmpty ?? true else { return [] }
      return [
        .fail("slash commands are on and nobody is listed (\(account.name))", at: place)
          .naming("channels.slack.commands.slash.no_allowlists")
      ]
    }
  }

  static let zaloGroups = Rule(
    "zalo.groups-by-name", "Zalo groups are listed by a name that its members can change", .medium,
    because: "a group with that name must be made first", reads: ["channels.zalouser.groups"], tier: 1,
    requirement: "H18",
    openclaw: ["channels.zalouser.groups.mutable_entries"],
    why: "Somebody gives a group of their own that name, and its members command the agent.",
    remedy: "List groups by their id.", references: ["CWE-290"]
  ) { subject in
    ChannelTrustRules.judge(subject, "zalouser", ["groups"], pass: "groups are listed by id") { settings, account in
      (account.own.at("groups")?.members ?? []).compactMap { group in
        var rest = group.name[...]
        for prefix in ["group:", "g:"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        guard rest != "*", !isDigits(rest), !rest.hasPrefix("g-") else { return nil }
        let key = "\(account.key).groups.\(group.name)"
        return .fail(
          "\(VisibleText.cutMiddle(VisibleText.terminal(key), to: 100)) is no id",
          at: settings.place(group.setting, key: key))
      }
    }
  }

  static let feishuDocuments = Rule(
    "feishu.documents-granted", "The agent may give away documents on Feishu", .low,
    because: "it is a tool that is on by default where the channel is", reads: ["channels.feishu.tools.doc"], tier: 3,
    requirement: "H17", openclaw: ["channels.feishu.doc_owner_open_id"],
    why: "A misled agent makes documents and grants access to an account that the instruction names.",
    remedy: "Set channels.feishu.tools.doc to false unless it is used."
  ) { subject in
    ChannelTrustRules.judge(
      subject, "feishu", ["tools", "appId", "appSecret"], pass: "its document tool is off, or no account is configured"
    ) { settings, account in
      let configured = account.find("appId") != nil || account.find("appSecret") != nil
      guard configured, account.find("tools.doc")?.setting.bool != false else { return [] }
      let key = "\(account.key).tools.doc"
      return [
        .fail(
          "\(key) is \(account.find("tools.doc") == nil ? "unset, which means on" : "true")",
          at: account.find("tools.doc").map { settings.place($0.setting, key: $0.key) }
            ?? settings.place(account.own, key: account.key),
          fix: settings.edit(key, to: "false"))
      ]
    }
  }
}
