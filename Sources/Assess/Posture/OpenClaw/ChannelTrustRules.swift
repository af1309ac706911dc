import Installations
import Matching
import Model

/// How each channel tells one sender from another.
enum ChannelTrustRules {
  static let all = [openInvalid, scopeMain, nameMatching, unresolved, warnings]

  /// The common shape: each account of a channel that sets one of these keys.
  static func judge(
    _ subject: Subject, _ channel: String?, _ keys: [String], pass: String,
    _ question: (Settings, ChannelAccount) -> [Answer]
  ) -> [Answer] {
    Settings.judge(subject) { settings in
      let accounts = settings.accounts(of: channel, setting: keys)
      guard !accounts.isEmpty else {
        return [
          .pass(
            channel.map { "channel \($0) is not configured" } ?? "no channel is configured",
            at: settings.place("channels"))
        ]
      }
      return Settings.outcome(
        accounts.flatMap { question(settings, $0) },
        else: .pass(pass, at: settings.place(accounts[0].own, key: accounts[0].key)))
    }
  }

  static let openInvalid = Rule(
    "channels.open-contradiction", "A channel is open and its list of senders says otherwise", .low,
    because: "releases differ in which of the two counts", reads: ["channels.*.dmPolicy", "channels.*.allowFrom"],
    tier: 2,
    requirement: "H18", openclaw: ["channels.<p>.dm.open_invalid"],
    why: "The owner believes that only the people on the list may write; some releases let in everybody.",
    remedy: "Set dmPolicy to allowlist, or to pairing."
  ) { subject in
    judge(subject, nil, ["dmPolicy", "dm", "allowFrom"], pass: "no channel contradicts itself") { settings, account in
      guard let policy = account.find("dmPolicy", "dm.policy"), policy.setting.string == "open" else { return [] }
      let list = account.find("allowFrom", "dm.allowFrom")
      guard !(list?.setting.strings.contains("*") ?? false) else { return [] }
      return [
        .fail(
          "\(policy.key) is open, and allowFrom \(list == nil ? "is unset" : "lists \(list?.setting.strings.count ?? 0) senders") (\(account.name))",
          at: settings.place(policy.setting, key: policy.key), fix: settings.edit(policy.key, to: "\"pairing\"")
        ).naming("channels.\(account.channel).dm.open_invalid")
      ]
    }
  }

  static let scopeMain = Rule(
    "sessions.people-share-one", "Several people write into one conversation", .medium,
    because: "they were all let in, but not to each other's talk",
    reads: ["session.dmScope", "channels.*.allowFrom", "pairing stores in credentials/"], tier: 2, requirement: "H18",
    openclaw: ["channels.<p>.dm.scope_main_multiuser"],
    why: "What one person tells the agent is repeated to the next who asks.",
    remedy: "Set session.dmScope to per-channel-peer.", references: ["CWE-668"]
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      let key = "session.dmScope"
      if let scope = settings[key]?.string, scope != "main" {
        return [.pass("\(key) is \(scope)", at: settings.place(key))]
      }
      var failures: [Answer] = []
      var unknown = false
      for account in settings.accounts(setting: ["allowFrom", "dm"]) where account.parent == nil {
        let policy = account.find("dmPolicy", "dm.policy")?.setting.string ?? "pairing"
        guard policy != "disabled" else { continue }
        let listed = (account.find("allowFrom", "dm.allowFrom")?.setting.strings ?? []).filter { $0 != "*" }.count
        let stores = details.allowStores.filter { $0.channel == account.channel }
        let paired = stores.reduce(0) { $0 + $1.count }
        let count = listed + paired
        if count > 1 || policy == "open" {
          failures.append(
            .fail(
              "\(policy == "open" ? "everybody" : "\(count) people") may write on \(account.name), and \(key) is \(settings[key] == nil ? "unset, which means main" : "main")",
              at: settings.place(key), fix: settings.edit(key, to: "\"per-channel-peer\"")
            ).naming("channels.\(account.channel).dm.scope_main_multiuser"))
        } else if policy == "pairing", stores.isEmpty, settings.keepsStateInDatabase {
          unknown = true
        }
      }
      if failures.isEmpty, unknown {
        return [.notMeasured("who was paired: \(Settings.databaseReason)", at: settings.place(key))]
      }
      return Settings.outcome(failures, else: .pass("no channel has more than one sender", at: settings.place(key)))
    }
  }

  static let nameMatching = Rule(
    "channels.names-identify", "Senders are told apart by names that anybody can take", .medium,
    because: "it takes somebody who knows a listed name, and where nobody is listed it matters less",
    reads: ["channels.*.dangerouslyAllowNameMatching", "channels.*.accounts.*"], tier: 1, requirement: "H18",
    openclaw: [
      "channels.<p>.allowFrom.dangerous_name_matching_enabled",
      "channels.synology-chat.reply.dangerous_name_matching_enabled",
    ],
    why: "A stranger who renames the account passes for the owner.",
    remedy: "Delete the switch and list ids.", references: ["CWE-290"]
  ) { subject in
    let name = "dangerouslyAllowNameMatching"
    return judge(subject, nil, [name], pass: "no channel goes by names") { settings, account in
      guard let own = account.own.at(name), own.bool == true else { return [] }
      let key = "\(account.key).\(name)"
      return [
        .fail("\(key) is true", at: settings.place(own, key: key), fix: settings.remove(key)).naming(
          account.channel == "synology-chat"
            ? "channels.synology-chat.reply.dangerous_name_matching_enabled"
            : "channels.\(account.channel).allowFrom.dangerous_name_matching_enabled")
      ]
    }
  }

  /// What some channels cannot work without: key of the credential, and the variable that stands in for it.
  private static let needs: [String: (keys: [String], variable: String)] = [
    "telegram": (["botToken", "tokenFile"], "TELEGRAM_BOT_TOKEN"),
    "discord": (["token"], "DISCORD_BOT_TOKEN"),
    "slack": (["botToken"], "SLACK_BOT_TOKEN"),
  ]

  static let unresolved = Rule(
    "channels.account-incomplete", "A configured channel has no credential that leads anywhere", .info,
    because: "it does not work as it is, and its rules cannot be checked to the end",
    reads: ["channels.*.botToken", "channels.*.token", "channels.*.accounts.*", ".env", "units"], tier: 3,
    requirement: "H4",
    openclaw: ["channels.<p>.account.read_only_resolution"],
    why: "The channel comes alive with whatever is set later, under rules that nobody looked at.",
    remedy: "Set the credential, or delete the channel."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      var unknown: String?
      let accounts = settings.accounts(setting: ["botToken", "token", "tokenFile"]).filter { needs[$0.channel] != nil }
      for account in accounts where account.parent != nil || account.own.at("accounts") == nil {
        guard let need = needs[account.channel] else { continue }
        let place = settings.place(account.own, key: account.key)
        if let found = need.keys.lazy.compactMap({ account.find($0) }).first {
          if case .environment(let name, false)? = settings.secret(found.key)?.form,
            subject.environment.found?.contains(name) != true
          {
            if subject.environment.found == nil {
              unknown = name
            } else {
              failures.append(
                .fail(
                  "\(found.key) names the variable \(name), which is set nowhere",
                  at: settings.place(found.setting, key: found.key)
                )
                .naming("channels.\(account.channel).account.read_only_resolution"))
            }
          }
          continue
        }
        if settings.variables([need.variable]).isEmpty {
          if subject.environment.found == nil {
            unknown = need.variable
          } else {
            failures.append(
              .fail("\(account.name) has no \(need.keys[0]), and \(need.variable) is set nowhere", at: place)
                .naming("channels.\(account.channel).account.read_only_resolution"))
          }
        }
      }
      if failures.isEmpty, let unknown {
        return [
          .notMeasured(
            "\(unknown) may be set in the environment of the process, which was not read",
            at: settings.place("channels"))
        ]
      }
      return Settings.outcome(
        failures,
        else: .pass(
          "\(accounts.count) accounts of channels that are known, each with a credential",
          at: settings.place("channels")))
    }
  }

  static let warnings = Rule.unanswered(
    "channels.plugin-warnings", "A channel's own plugin warns of something", .info,
    because: "what it warns of is in its own words; open doors have rules here", tier: 3, requirement: "H18",
    openclaw: ["channels.<p>.warning.<n>"],
    why: "Plugins know of traps in their own messenger that no general rule covers.",
    remedy: "Run `openclaw security audit` and read the warnings of the channels in use.",
    reason: "only the running plugin writes its warnings; the doors of every channel are judged by other rules")
}
