import Matching
import Installations
import Model

/// What stands between a connection and the agent.
enum LoginRules {
  static let all = [
    missingExposed, missingLoopback, switchedOff, tokenWeak, tokenPlain, passwordPlain, proxyList, proxyHeader,
    proxyUsers,
  ]

  private static let token = "gateway.auth.token"

  static let missingExposed = Rule(
    "gateway.auth-missing-exposed", "An exposed gateway asks for no login", .critical,
    because: "whoever reaches the port is the operator: that is a shell on this host for strangers",
    reads: ["gateway.auth", "gateway.bind", "listening sockets", "tunnels", "published ports", ".env", "units"],
    tier: 1,
    requirement: "H4", openclaw: ["gateway.bind_no_auth"],
    why: "Anybody who can connect controls the agent, reads its conversations and runs commands as its user.",
    remedy: "Bind to loopback at once, then set a long random token.", references: ["CWE-306"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard let way = settings.exposure.first else {
        return [.pass("nothing leads to the gateway from outside", at: settings.place("gateway.auth"))]
      }
      return answer(settings, circumstance: way)
    }
  }

  static let missingLoopback = Rule(
    "gateway.auth-missing-loopback", "The gateway asks for no login on loopback", .high,
    because: "every local user, every container on the host network and many a web page reach loopback",
    reads: ["gateway.auth", ".env", "units", "environment of the process"], tier: 1, requirement: "H4",
    openclaw: ["gateway.loopback_no_auth"],
    why:
      "Other accounts on this machine, sandboxed programs and pages in a browser can reach loopback and command the agent.",
    remedy: "Set a long random token.", references: ["CWE-306"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard settings.exposure.isEmpty else {
        return [.pass("it is reachable from outside and judged there", at: settings.place("gateway.auth"))]
      }
      return answer(settings, circumstance: "it is set to listen on loopback")
    }
  }

  private static func answer(_ settings: Settings, circumstance: String) -> [Answer] {
    let fix = settings.edit(
      "gateway.auth", to: "{ mode: \"token\", token: \"${\(settings.variablePrefix)_GATEWAY_TOKEN}\" }")
    let file = settings.installation.stateDirectory + "/.env"
    let command = ShellWord.quote(file).map {
      "(umask 077; printf '\(settings.variablePrefix)_GATEWAY_TOKEN=%s\\n' \"$(openssl rand -hex 32)\" >> \($0))"
    }
    switch settings.login {
    case .present(let how): return [.pass(how, at: settings.place("gateway.auth"))]
    case .unknown(let reason): return [.notMeasured(reason)]
    case .switchedOff:
      return [
        .fail(
          "gateway.auth.mode is none, and \(circumstance)", at: settings.place("gateway.auth.mode"),
          fix: Finding.Fix(fix.text, command: command))
      ]
    case .missing(let what):
      return [
        .fail(
          "\(what), and \(circumstance)",
          at: settings.place(token), fix: Finding.Fix(fix.text, command: command))
      ]
    }
  }

  static let switchedOff = Rule(
    "gateway.auth-none", "The login of the gateway is switched off", .high,
    because: "it is a decision written down, and it holds for HTTP and WebSocket alike",
    reads: ["gateway.auth.mode", "--auth"], tier: 1, requirement: "H4", openclaw: ["gateway.http.no_auth"],
    why: "Every connection is treated as the operator with full rights.",
    remedy: "Set gateway.auth.mode to token.", references: ["CWE-306"]
  ) { subject in
    Settings.judge(subject) { settings in
      if let choice = settings.switchValue("--auth"), choice.value == "none" {
        return [
          .fail(
            "\(choice.source) is none", at: choice.location, severity: settings.exposure.isEmpty ? nil : .critical,
            fix: Finding.Fix("Start the gateway without --auth none."))
        ]
      }
      let place = settings.place("gateway.auth.mode")
      let mode = settings["gateway.auth.mode"]?.string
      guard mode == "none" else {
        return [
          .pass(mode.map { "gateway.auth.mode is \($0)" } ?? "gateway.auth.mode is unset, which means token", at: place)
        ]
      }
      return [
        .fail(
          "gateway.auth.mode is none", at: place, severity: settings.exposure.isEmpty ? nil : .critical,
          fix: settings.edit("gateway.auth.mode", to: "\"token\""))
      ]
    }
  }

  /// Shorter than the product's own floor, a known word, or little entropy for its length.
  static func weakness(of secret: Installation.SecretFact) -> String? {
    if secret.isWellKnown { return "it is a well-known word or one repeated character" }
    if secret.length < 24 { return "it has \(secret.length) characters; 24 is the least" }
    let bits = Int(secret.entropyBits.rounded(.down))
    return secret.entropyBits < 64 ? "its characters carry about \(bits) bits; 64 is the least" : nil
  }

  /// Judges the literal, wherever it stands: in the configuration, or behind its variable in a file that was read.
  static func strength(_ key: String, _ settings: Settings, absent: [Answer]) -> [Answer] {
    guard let secret = settings.secret(key) else { return absent }
    guard let literal = settings.literal(secret) else {
      let place = Finding.Location(file: secret.file, line: secret.line, key: key)
      return switch secret.form {
      case .environment(let name, _):
        [.notMeasured("the value comes from the variable \(name) and is not looked at", at: place)]
      case .reference(let source):
        [.notMeasured("the value comes from a secret of source \(source) and is not looked at", at: place)]
      case .literal: []
      }
    }
    return strength(of: literal, as: key, settings)
  }

  private static func strength(
    of literal: Installation.SecretFact, as key: String, _ settings: Settings
  ) -> [Answer] {
    let place = Finding.Location(file: literal.file, line: literal.line, key: literal.key)
    guard let weakness = weakness(of: literal) else {
      return [.pass("\(key) has \(literal.length) characters and \(Int(literal.entropyBits)) bits", at: place)]
    }
    return [
      .fail(
        "\(key) is weak: \(weakness)", at: place,
        severity: literal.isWellKnown && !settings.exposure.isEmpty ? .critical : nil,
        fix: Finding.Fix(
          "In \(literal.file), line \(literal.line): replace \(literal.key) by a random value of 64 hexadecimal digits, then restart the gateway.",
          command: "openssl rand -hex 32"))
    ]
  }

  static let tokenWeak = Rule(
    "gateway.token-weak", "The gateway's token can be guessed", .high,
    because: "the token is the only thing between a connection and the operator's rights",
    reads: [token, "gateway.auth.password"], tier: 1, requirement: "H10", openclaw: ["gateway.token_too_short"],
    why: "A guessed token is full control. A web page can try tokens against loopback as fast as the gateway answers.",
    remedy: "Use a random token of at least 32 bytes.", references: ["CWE-521"]
  ) { subject in
    Settings.judge(subject) { settings in
      let password = "gateway.auth.password"
      let key = settings.secret(token) == nil && settings.secret(password) != nil ? password : token
      let variable = "\(settings.variablePrefix)_GATEWAY_TOKEN"
      let absent =
        settings.stored(variable).map { strength(of: $0, as: variable, settings) }
        ?? (subject.environment.found?.contains(variable) == true
          ? [.notMeasured("the value comes from the variable \(variable) and is not looked at")]
          : [.pass("no token was found to judge", at: settings.place(token))])
      return strength(key, settings, absent: absent)
    }
  }

  static let tokenPlain = Rule(
    "gateway.token-plaintext", "The gateway's token stands in the configuration in clear", .medium,
    because: "it leaks with every backup, copy and shared configuration, but needs access to the file first",
    reads: [token], tier: 2, requirement: "H14",
    why:
      "Whoever reads the file, a backup or a pasted configuration owns the gateway. The agent itself can read it, and so can what it runs.",
    remedy: "Put the token into the environment and refer to it as ${OPENCLAW_GATEWAY_TOKEN}.", references: ["CWE-312"]
  ) { subject in plaintext(subject, key: token, suffix: "GATEWAY_TOKEN") }

  static let passwordPlain = Rule(
    "gateway.password-plaintext", "The gateway's password stands in the configuration in clear", .medium,
    because: "a password chosen by a person is often used elsewhere too",
    reads: ["gateway.auth.password"], tier: 2, requirement: "H14",
    openclaw: ["config.secrets.gateway_password_in_config"],
    why:
      "Whoever reads the file, a backup or a pasted configuration owns the gateway, and tries the password elsewhere.",
    remedy: "Put the password into the environment and refer to it as ${OPENCLAW_GATEWAY_PASSWORD}.",
    references: ["CWE-312"]
  ) { subject in plaintext(subject, key: "gateway.auth.password", suffix: "GATEWAY_PASSWORD") }

  private static func plaintext(_ subject: Subject, key: String, suffix: String) -> [Answer] {
    Settings.judge(subject) { settings in
      let variable = "\(settings.variablePrefix)_\(suffix)"
      guard let secret = settings.secret(key) else { return [.pass("\(key) is not set", at: settings.place(key))] }
      let place = Finding.Location(file: secret.file, line: secret.line, key: key)
      switch secret.form {
      case .environment(let name, _): return [.pass("\(key) comes from \(name)", at: place)]
      case .reference(let source): return [.pass("\(key) comes from a secret of source \(source)", at: place)]
      case .literal:
        return [
          .fail(
            "\(key) is a literal of \(secret.length) characters", at: place,
            fix: Finding.Fix(
              "In \(secret.file), line \(secret.line): set \(key) to \"${\(variable)}\" and put the value into \(settings.installation.stateDirectory)/.env with mode 0600."
            ))
        ]
      }
    }
  }

  private static func proxy(_ subject: Subject, _ question: (Settings) -> [Answer]) -> [Answer] {
    Settings.judge(subject) { settings in
      guard settings["gateway.auth.mode"]?.string == "trusted-proxy" else {
        return [.pass("gateway.auth.mode is not trusted-proxy", at: settings.place("gateway.auth.mode"))]
      }
      return question(settings)
    }
  }

  static let proxyList = Rule(
    "gateway.trusted-proxy-list", "The gateway trusts any proxy", .critical,
    because: "the identity is a header, and with no list of proxies or a wide one anybody can send it",
    reads: ["gateway.auth.mode", "gateway.trustedProxies", "gateway.auth.trustedProxy.allowLoopback"], tier: 1,
    requirement: "H9",
    openclaw: ["gateway.trusted_proxy_no_proxies", "gateway.trusted_proxy_allow_loopback"],
    why: "A client writes the user header itself and is logged in as whom it likes.",
    remedy: "List the exact addresses of the proxy in gateway.trustedProxies.", references: ["CWE-290"]
  ) { subject in
    proxy(subject) { settings in
      let place = settings.place("gateway.trustedProxies")
      let proxies = settings["gateway.trustedProxies"]?.strings ?? []
      if proxies.isEmpty {
        return [
          .fail(
            "gateway.auth.mode is trusted-proxy and gateway.trustedProxies is empty", at: place,
            fix: settings.edit("gateway.trustedProxies", to: "the exact address of your proxy, such as [\"10.0.0.5\"]"))
        ]
      }
      if let wide = proxies.first(where: { $0.hasSuffix("/0") || $0 == "*" }) {
        return [.fail("gateway.trustedProxies has \(wide)", at: place)]
      }
      if settings.flag("gateway.auth.trustedProxy.allowLoopback") == true {
        return [
          .fail(
            "gateway.auth.trustedProxy.allowLoopback is true: every local program may send the header",
            at: settings.place("gateway.auth.trustedProxy.allowLoopback"), severity: .medium,
            fix: settings.remove("gateway.auth.trustedProxy.allowLoopback")
          ).naming("gateway.trusted_proxy_allow_loopback")
        ]
      }
      return [.pass("gateway.trustedProxies has \(proxies.count) entries", at: place)]
    }
  }

  static let proxyHeader = Rule(
    "gateway.trusted-proxy-user-header", "The proxy's user header is not named", .high,
    because: "without the header nobody can be told apart, and the login is whatever the release makes of that",
    reads: ["gateway.auth.mode", "gateway.auth.trustedProxy.userHeader"], tier: 1, requirement: "H9",
    openclaw: ["gateway.trusted_proxy_no_user_header"],
    why: "The gateway relies on its proxy for the login but does not know in which header the user stands.",
    remedy: "Name the header that the proxy sets, and let the proxy delete it from what clients send.",
    references: ["CWE-290"]
  ) { subject in
    proxy(subject) { settings in
      let key = "gateway.auth.trustedProxy.userHeader"
      if let name = settings[key]?.string, !name.isEmpty {
        return [.pass("\(key) is \(name)", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is unset", at: settings.place(key),
          fix: settings.edit(key, to: "the header that your proxy sets, such as \"x-forwarded-user\""))
      ]
    }
  }

  static let proxyUsers = Rule(
    "gateway.trusted-proxy-users", "Every user of the proxy is an operator", .medium,
    because: "the proxy asks for a login, but a colleague's account is enough",
    reads: ["gateway.auth.mode", "gateway.auth.trustedProxy.allowUsers"], tier: 2, requirement: "H9",
    openclaw: ["gateway.trusted_proxy_no_allowlist"],
    why: "Each account that the proxy lets in has full control of the agent.",
    remedy: "List the users in gateway.auth.trustedProxy.allowUsers.", references: ["CWE-863"]
  ) { subject in
    proxy(subject) { settings in
      let key = "gateway.auth.trustedProxy.allowUsers"
      let users = settings[key]?.strings ?? []
      guard users.isEmpty else { return [.pass("\(key) has \(users.count) entries", at: settings.place(key))] }
      return [
        .fail(
          "\(key) is empty", at: settings.place(key),
          fix: settings.edit(key, to: "the users who may, such as [\"ada@example.org\"]"))
      ]
    }
  }
}
