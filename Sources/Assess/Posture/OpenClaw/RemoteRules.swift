import Installations
import Matching
import Model

/// Models and messengers that the agent speaks to. Tool servers are asked about for every product alike: see MCPRules.
enum RemoteRules {
  static let all = [
    modelPlain, modelElsewhere, mediaCommands, telegramRoot,
    telegramHook,
  ]

  private static func shown(_ text: String, _ width: Int = 80) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(text), to: width)
  }

  private static func providers(_ settings: Settings) -> [(
    name: String, key: String, url: Configuration.Setting, scheme: String, host: String
  )] {
    (settings["models.providers"]?.members ?? []).compactMap { provider in
      guard let url = provider.setting.at("baseUrl"), let parts = url.string.flatMap(BrowserRules.parts) else {
        return nil
      }
      return (provider.name, "models.providers.\(provider.name).baseUrl", url, parts.scheme, parts.host)
    }
  }

  static let modelPlain = Rule(
    "models.in-clear", "A model elsewhere is spoken to without encryption", .high,
    because: "prompts, files and the key go along, and answers become commands", reads: ["models.providers.*.baseUrl"],
    tier: 1,
    requirement: "H9",
    why: "Whoever is on the way reads everything the agent thinks about and answers in the model's place.",
    remedy: "Use https, a VPN, or an SSH tunnel with an address of loopback.", references: ["CWE-319"]
  ) { subject in
    Settings.judge(subject) { settings in
      let all = providers(settings)
      let failures = all.compactMap { provider -> Answer? in
        guard provider.scheme == "http", !BrowserRules.isLoopback(provider.host) else { return nil }
        let scope = Address(provider.host)?.scope
        return .fail(
          "\(shown(provider.key)) is http: to \(shown(provider.host, 60))",
          at: settings.place(provider.url, key: provider.key),
          severity: scope == .tailnet ? .low : scope == .lan ? .medium : nil)
      }
      return Settings.outcome(
        failures, else: .pass("\(all.count) addresses of models, none in clear", at: settings.place("models.providers"))
      )
    }
  }

  /// Providers whose address is known, and what it ends in.
  private static let official: [String: [String]] = [
    "openai": ["openai.com", "azure.com"], "anthropic": ["anthropic.com", "claude.com"],
    "google": ["googleapis.com"], "openrouter": ["openrouter.ai"], "mistral": ["mistral.ai"], "xai": ["x.ai"],
    "groq": ["groq.com"], "deepseek": ["deepseek.com"],
  ]

  static let modelElsewhere = Rule(
    "models.address-not-its-own", "A known provider's name leads to another address", .medium,
    because: "it may be a gateway of the owner's company; it is also what an intruder changes",
    reads: ["models.providers.*.baseUrl"], tier: 2, requirement: "H12",
    why: "Every prompt, file and key goes to that address, and its answers become commands.",
    remedy: "Make sure that the address is one you chose; name the provider after it where it is."
  ) { subject in
    Settings.judge(subject) { settings in
      let all = providers(settings)
      let failures = all.compactMap { provider -> Answer? in
        guard let ends = official[provider.name], !BrowserRules.isLoopback(provider.host),
          !ends.contains(where: { provider.host == $0 || provider.host.hasSuffix("." + $0) })
        else { return nil }
        return .fail(
          "\(provider.key) leads to \(shown(provider.host, 60))", at: settings.place(provider.url, key: provider.key))
      }
      return Settings.outcome(
        failures,
        else: .pass(
          "\(all.count) addresses of models, each its provider's own or of a name of its own",
          at: settings.place("models.providers")))
    }
  }

  static let mediaCommands = Rule(
    "configuration.starts-programs", "The configuration starts programs of its own", .low,
    because: "it is a feature; whoever may write the configuration has a command",
    reads: ["tools.media.models", "tools.media.*.models", "models.providers.*.localService.command"],
    tier: 3, requirement: "H15",
    why:
      "A change of one line, by a chat command or a misled agent, runs a program for each picture or sound that comes in.",
    remedy: "Make sure that the programs named are the ones you chose."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      var lists = [("tools.media.models", settings["tools.media.models"])]
      for member in settings["tools.media"]?.members ?? [] where member.name != "models" {
        lists.append(("tools.media.\(member.name).models", member.setting.at("models")))
      }
      for (key, list) in lists {
        for (index, entry) in (list?.array ?? []).enumerated() where entry.at("type")?.string == "cli" {
          failures.append(
            .fail(
              "\(shown(key))[\(index)] starts \(shown(entry.at("command")?.string ?? "a program", 60))",
              at: settings.place(entry, key: "\(key)[\(index)]")))
        }
      }
      for provider in settings["models.providers"]?.members ?? [] {
        guard let command = provider.setting.at("localService.command") else { continue }
        let key = "models.providers.\(provider.name).localService.command"
        failures.append(
          .fail(
            "\(shown(key)) starts \(shown(command.string ?? "a program", 60))", at: settings.place(command, key: key)))
      }
      return Settings.outcome(
        failures, else: .pass("it starts no program for pictures, sounds or models", at: settings.place("tools.media")))
    }
  }

  static let telegramRoot = Rule(
    "telegram.server-in-clear", "Telegram is spoken to through another server, without encryption", .high,
    because: "the bot's token is part of each address", reads: ["channels.telegram.apiRoot"], tier: 1,
    requirement: "H9",
    why: "Whoever is on the way has the bot, reads every message and writes as anybody.",
    remedy: "Use https, or delete channels.telegram.apiRoot.", references: ["CWE-319"]
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = settings.accounts(of: "telegram", setting: ["apiRoot"]).compactMap { account -> Answer? in
        guard let root = account.own.at("apiRoot"), let parts = root.string.flatMap(BrowserRules.parts),
          parts.scheme == "http", !BrowserRules.isLoopback(parts.host)
        else { return nil }
        return .fail(
          "\(account.key).apiRoot is http: to \(shown(parts.host, 60))",
          at: settings.place(root, key: account.key + ".apiRoot"))
      }
      return Settings.outcome(
        failures,
        else: .pass("Telegram's own server, or an encrypted one", at: settings.place("channels.telegram.apiRoot")))
    }
  }

  static let telegramHook = Rule(
    "telegram.webhook-without-secret", "Anybody may pose as Telegram", .high,
    because: "the address is known to proxies and logs, and nothing else proves the sender",
    reads: ["channels.telegram.webhookUrl", "channels.telegram.webhookSecret"], tier: 1, requirement: "H10",
    why: "A request to the webhook passes for a message of any listed sender.",
    remedy: "Set channels.telegram.webhookSecret to a random value.", references: ["CWE-345"]
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = settings.accounts(of: "telegram", setting: ["webhookUrl"]).compactMap { account -> Answer? in
        guard let hook = account.own.at("webhookUrl"), hook.string?.isEmpty == false,
          account.find("webhookSecret") == nil
        else { return nil }
        return .fail(
          "\(account.key).webhookUrl is set, webhookSecret is not",
          at: settings.place(hook, key: account.key + ".webhookUrl"))
      }
      return Settings.outcome(
        failures,
        else: .pass("no webhook of Telegram without a secret", at: settings.place("channels.telegram.webhookUrl")))
    }
  }
}
