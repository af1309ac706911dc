import Formats
import Installations
import Matching
import Model

/// nanobot: a shell that asks nobody, and a policy of which half is never consulted.
///
/// One file an instance, no layer of a project; a first run writes every default into it.
enum NanobotRules {
  static let all = shell + keys + listeners + people + reach + [rootShell, AdvisoryRules.rule("nanobot", "nanobot")]

  static let product = KinProduct(kind: "nanobot")

  // MARK: shell

  static let shell = [denyInert, workspaceText, sandboxNetwork, sandboxBinds, environmentKeys]

  private static let sandbox = "tools.exec.sandbox"
  private static let restrict = "tools.restrictToWorkspace"

  /// Nil where commands can be run at all.
  private static func withoutShell(_ settings: KinSettings) -> Answer? {
    guard let found = settings.value("tools.exec.enable"), found.setting.bool == false else { return nil }
    return .pass("tools.exec.enable is false", at: found.place)
  }
  private static func isSandboxed(_ settings: KinSettings) -> Bool { settings.text(sandbox)?.isEmpty == false }

  static let denyInert = product.rule(
    "deny-inert", "The lists of allowed and denied commands are never consulted", .critical,
    because: "a policy that looks written does nothing: the guard runs only where the workspace is restricted",
    reads: ["tools.exec.denyPatterns", "tools.exec.allowPatterns", restrict, sandbox], tier: 1, requirement: "H17",
    why: "Whoever wrote the list believes that these commands are stopped, and each of them runs.",
    remedy: "Set tools.restrictToWorkspace to true, and tools.exec.sandbox to bwrap.", references: ["CWE-693"]
  ) { settings in
    if let off = withoutShell(settings) { return [off] }
    let lists = ["tools.exec.denyPatterns", "tools.exec.allowPatterns"].compactMap(settings.value)
      .filter { $0.setting.array?.isEmpty == false }
    guard !lists.isEmpty else {
      return [
        .pass("neither list has an entry, so nobody relies on one", at: settings.place("tools.exec.denyPatterns"))
      ]
    }
    if isSandboxed(settings) { return [.pass("\(sandbox) restricts the workspace", at: settings.place(sandbox))] }
    if settings.flag(restrict) == true {
      return [.pass("\(restrict) is true, so the lists are consulted", at: settings.place(restrict))]
    }
    return lists.map { found in
      .fail(
        "\(found.key) is \(found.setting.shown), and \(restrict) is not true", at: found.place,
        fix: settings.set(restrict, to: true, also: "Then restart it."))
    }
  }

  static let workspaceText = product.rule(
    "workspace-guard-textual", "The limit to the workspace is a filter over text", .high,
    because: "it is no isolation: a script or a computed path passes it", reads: [restrict, sandbox], tier: 2,
    requirement: "H17", why: "A steered command spells the path another way and reads every file of its user.",
    remedy: "Set tools.exec.sandbox to bwrap.", references: ["CWE-184", "CWE-693"]
  ) { settings in
    if let off = withoutShell(settings) { return [off] }
    if isSandboxed(settings) {
      return [.pass("\(sandbox) is \(settings[sandbox]?.shown ?? "")", at: settings.place(sandbox))]
    }
    guard settings.flag(restrict) == true else {
      return [.pass("\(restrict) is not true, so nobody relies on it", at: settings.place(restrict))]
    }
    return [
      .fail(
        "\(restrict) is true and \(sandbox) is \(settings[sandbox] == nil ? "unset" : "empty")",
        at: settings.place(restrict),
        fix: settings.set(sandbox, to: "bwrap", also: "Bubblewrap must be installed; then restart it."))
    ]
  }

  static let sandboxNetwork = product.rule(
    "sandbox-network", "Commands reach every network, this host's own services included", .medium,
    because: "the sandbox hides files and leaves the network open", reads: [sandbox, "tools.exec.enable"], tier: 3,
    requirement: "H12",
    why: "A steered command talks to the gateway and to metadata services, and sends away what it read.",
    remedy: "Run the service in a network namespace of its own or behind a proxy, or set tools.exec.enable to false.",
    references: ["CWE-923"]
  ) { settings in
    if let off = withoutShell(settings) { return [off] }
    if let box = settings.subject.box, box.network == "none" {
      return [.pass("container \(box.name) has no network", at: settings.place(sandbox))]
    }
    let kind = settings.text(sandbox) ?? ""
    return [
      .fail(
        kind.isEmpty
          ? "there is no sandbox, and the network is open"
          : "\(sandbox) is \(Configuration.Setting.shown(kind)), which leaves the network open",
        at: settings.place(sandbox))
    ]
  }

  static let sandboxBinds = product.rule(
    "sandbox-binds", "The sandbox is given folders that undo it", .high,
    because: "what lies there can be read, or changed, from inside",
    reads: ["tools.exec.sandboxRoBinds", "tools.exec.sandboxRwBinds"], tier: 2, requirement: "H13",
    why: "A steered command reads keys or leaves a start file, while everybody believes that it is locked in.",
    remedy: "Remove the folder; give one that holds nothing else.", references: ["CWE-668"]
  ) { settings in
    let home = settings.subject.home
    let lists = ["tools.exec.sandboxRoBinds", "tools.exec.sandboxRwBinds"]
    let failures = lists.flatMap(settings.entries).compactMap { found -> Answer? in
      guard let text = found.setting.string, let path = text.split(separator: ":").first.map(String.init),
        let reason = Reach.danger(of: path, home: home)
      else { return nil }
      return .fail(
        "\(found.key) has \(found.setting.shown): \(reason)", at: found.place,
        fix: Finding.Fix("\(found.line): remove \(found.setting.shown) from \(found.key), then restart it."))
    }
    return failures.isEmpty
      ? [.pass("no folder that holds keys is given to the sandbox", at: settings.place(lists[1]))]
      : FileRules.capped(failures)
  }

  static let environmentKeys = product.rule(
    "env-keys", "Commands are given variables that hold secrets", .high,
    because: "the shell gets HOME, LANG and TERM alone unless a name is listed", reads: ["tools.exec.allowedEnvKeys"],
    tier: 1, requirement: "H14b", why: "Whatever steers the model prints the variable and sends it away.",
    remedy: "Remove the name from tools.exec.allowedEnvKeys.", references: ["CWE-526"]
  ) { settings in
    let key = "tools.exec.allowedEnvKeys"
    let failures = settings.entries(key).compactMap { found -> Answer? in
      guard let name = found.setting.string, Reach.isSecretName(name) || name == "*" else { return nil }
      return .fail(
        "\(key) has \(found.setting.shown)", at: found.place,
        fix: Finding.Fix("\(found.line): remove \(found.setting.shown) from \(key), then restart it."))
    }
    return failures.isEmpty
      ? [.pass("\(key) has no name of a secret", at: settings.place(key))] : FileRules.capped(failures)
  }

  // MARK: keys

  static let keys = [configurationMode, plainKey]

  static let configurationMode = product.check(
    "config-mode", "Others on this machine may read nanobot's keys", .high,
    because: "its first run writes the file with keys readable for everybody",
    reads: ["mode of ~/.nanobot", "mode of ~/.nanobot/config.json", "modes of the files in it"], tier: 1,
    requirement: "H14", why: "Every local account uses the API keys and speaks as the bot.",
    remedy: "Set the mode of ~/.nanobot to 700, and of config.json to 600.", references: ["CWE-732"]
  ) { subject in
    StateModes.answers(subject, whole: nil, note: "the configuration with its keys is written readable for everybody")
  }

  static let channelSecrets = [
    "token", "botToken", "appToken", "secret", "appSecret", "password", "imapPassword",
  ]

  static let plainKey = product.rule(
    "plain-key", "Keys stand in the configuration itself", .medium, because: "they are copied with every backup",
    reads: ["providers.*.apiKey", "tools.web.search.apiKey"] + channelSecrets.map { "channels.*.\($0)" }, tier: 1,
    requirement: "H14", why: "Whoever sees a copy of the file uses the account behind the key.",
    remedy: "Write ${NAME} in its place, set the variable where the service is started, and make a new key.",
    references: ["CWE-312"]
  ) { settings in
    let found =
      settings.each("providers", ["apiKey"]) + settings.each("channels", channelSecrets)
      + ["tools.web.search.apiKey"].compactMap(settings.value)
    let failures = found.filter(settings.isLiteral).map { found in
      Answer.fail(
        "\(found.key) is a literal", at: found.place,
        fix: Finding.Fix("\(found.line): replace the value of \(found.key) by ${NAME}, and make a new key."))
    }
    return failures.isEmpty
      ? [.pass("none of \(found.count) keys is a literal", at: settings.main)] : FileRules.capped(failures)
  }

  // MARK: listeners

  static let listeners = [bindTrick, pageOpen, socketWithoutToken, serviceWithoutKey]

  private static func isSet(_ settings: KinSettings, _ key: String) -> Bool { settings.text(key)?.isEmpty == false }
  private static let page = "channels.websocket"
  private static func pageIsOff(_ settings: KinSettings) -> Answer? {
    guard let found = settings.value("\(page).enabled"), found.setting.bool == false else { return nil }
    return .pass("\(page).enabled is false", at: found.place)
  }

  static let bindTrick = product.rule(
    "bind-trick", "The agent listens for the network without a login", .critical,
    because: "spellings such as 0 or ::0, and addresses of the network, are accepted without a secret",
    reads: ["api.host", "\(page).host", "gateway.host", "api.apiKey", "\(page).token"], tier: 1, requirement: "H8",
    why: "Whoever reaches the port commands the agent, and with it the shell.",
    remedy: "Set the host to 127.0.0.1, or set api.apiKey and channels.websocket.token.",
    references: ["CWE-306", "CWE-1327"]
  ) { settings in
    let hosts: [(key: String, secrets: [String])] = [
      ("api.host", ["api.apiKey"]), ("\(page).host", ["\(page).token", "\(page).tokenIssueSecret"]),
      ("gateway.host", []),
    ]
    let failures = hosts.compactMap { host -> Answer? in
      guard let found = settings.value(host.key), let text = found.setting.string, !Reach.isLocal(host: text) else {
        return nil
      }
      if host.key.hasPrefix(page), pageIsOff(settings) != nil { return nil }
      if host.secrets.contains(where: { isSet(settings, $0) }) { return nil }
      return .fail(
        "\(host.key) is \(found.setting.shown)\(host.secrets.first.map { " and \($0) is empty" } ?? "")",
        at: found.place, fix: settings.set(host.key, to: "127.0.0.1", also: "Then restart it."))
    }
    return failures.isEmpty
      ? [.pass("no host beyond this machine without a secret", at: settings.place("api.host"))] : failures
  }

  static let pageOpen = product.rule(
    "webui-open", "Any local program gets a token for the agent", .high,
    because: "the page on loopback hands one out to whoever asks",
    reads: [
      "\(page).enabled", "\(page).token", "\(page).tokenIssueSecret", "\(page).trustedProxyAuth",
      "\(page).unixSocketPath",
    ], tier: 2, requirement: "H4",
    why: "Other accounts, and a command inside the sandbox, read its settings and command the agent.",
    remedy: "Set channels.websocket.tokenIssueSecret, or channels.websocket.unixSocketPath.", references: ["CWE-306"]
  ) { settings in
    if let off = pageIsOff(settings) { return [off] }
    for key in ["token", "tokenIssueSecret", "unixSocketPath"].map({ "\(page).\($0)" }) where isSet(settings, key) {
      return [.pass("\(key) is set", at: settings.place(key))]
    }
    let proxy = "\(page).trustedProxyAuth"
    if let found = settings.value(proxy), found.setting.bool != false, found.setting.members?.isEmpty != true {
      return [.notMeasured("whom \(proxy) lets in is not judged", at: found.place)]
    }
    let key = "\(page).enabled"
    return [
      .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means true"), and there is no secret",
        at: settings.place(key),
        fix: Finding.Fix(
          "In \(settings.place(key).file ?? "config.json"): set \(page).tokenIssueSecret to ${NAME} of a long random variable, then restart it."
        ))
    ]
  }

  static let socketWithoutToken = product.rule(
    "ws-notoken", "The WebSocket needs no login", .critical,
    because: "every client is let in, and every sender is allowed there by default",
    reads: ["\(page).websocketRequiresToken", "\(page).allowFrom"], tier: 1, requirement: "H4",
    why: "Whoever opens a connection commands the agent, and with it the shell.",
    remedy: "Delete channels.websocket.websocketRequiresToken.", references: ["CWE-306"]
  ) { settings in
    if let off = pageIsOff(settings) { return [off] }
    return settings.ask("\(page).websocketRequiresToken", default: "true", set: true) { $0?.bool == false }
  }

  static let serviceWithoutKey = product.rule(
    "api-noauth", "The API needs no key", .medium,
    because: "it listens on loopback, where every local program is a user",
    reads: ["api.apiKey", "arguments of its starts", "listening sockets"], tier: 2, requirement: "H4",
    why: "Other accounts and sandboxed programs of this machine command the agent.", remedy: "Set api.apiKey.",
    references: ["CWE-306"]
  ) { settings in
    let key = "api.apiKey"
    if isSet(settings, key) { return [.pass("\(key) is set", at: settings.place(key))] }
    let serves =
      settings.subject.launches.contains { $0.arguments(of: ["nanobot"])?.contains("serve") == true }
      || settings.subject.sockets.found?.contains { $0.listener.port == 8900 } == true
    if !serves, settings.value(key) == nil {
      if let reason = settings.subject.launchesBlind { return [.notMeasured("whether it serves: \(reason)")] }
      return [.pass("nothing starts its API", at: settings.place(key))]
    }
    return [
      .fail(
        "\(key) is \(settings[key]?.shown ?? "unset, which means none")\(serves ? ", and the API runs" : "")",
        at: settings.place(key),
        fix: Finding.Fix(
          "In \(settings.place(key).file ?? "config.json"): set \(key) to ${NANOBOT_API_KEY} and the variable to a long random text, then restart it."
        ))
    ]
  }

  static let rootShell = product.check(
    "root", "The shell of the agent is root's", .high, because: "commands run as whoever runs the service",
    reads: ["user of the process", "User= of its units", "user of its container", "tools.exec.enable"], tier: 1,
    requirement: "H11",
    why: "One misled command changes every file of the machine and stays for good.",
    remedy: "Run it as a service of an ordinary account of its own.", references: ["CWE-250"]
  ) { subject in
    let configuration = subject.installation.flatMap { KinSettings.layers(of: $0).first }?.configuration
    let isOff = configuration?["tools.exec.enable"]?.bool == false
    return HostRules.root.check(subject).map { answer in
      guard isOff, answer.outcome == .fail else { return answer }
      var answer = answer
      answer.evidence += ", though tools.exec.enable is false"
      answer.severity = .low
      return answer
    }
  }
}
