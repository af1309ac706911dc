import Installations
import Knowledge
import Model

/// Where the gateway listens and who can reach it.
enum GatewayRules {
  static let all = [
    bindExposed, socketExposed, tailscaleServe, tailscaleFunnel, realIPFallback, rateLimit, httpTools, nodeCommands,
  ]

  static let bindExposed = Rule(
    "gateway.bind-exposed", "The configuration opens the gateway beyond loopback", .high,
    because: "whoever reaches the port can try to log in, and every flaw before the login is theirs",
    reads: ["gateway.bind", "gateway.customBindHost", "--bind", "listening sockets"], tier: 1, requirement: "H8",
    why:
      "Other machines can connect to the gateway. One weak token or one flaw before the login gives them the agent, and with it a shell on this host.",
    remedy: "Bind the gateway to loopback and come in through a VPN or an authenticating proxy.",
    references: ["CWE-1327"]
  ) { subject in
    Settings.judge(subject) { settings in
      let bind = settings.bind
      let scope = settings.bindScope
      let evidence = bind.text
      guard scope > .loopback else { return [.pass(evidence, at: bind.location)] }
      if let container = settings.ownNetwork {
        return [
          .pass(
            "\(evidence), inside container \(container.name): what leads out are its published ports", at: bind.location
          )
        ]
      }
      let fix =
        bind.location.key == "gateway.bind"
        ? settings.edit("gateway.bind", to: "\"loopback\"")
        : Finding.Fix("Start the gateway with --bind loopback: remove \(bind.value) from \(bind.source).")
      let sockets = settings.gatewaySockets
      if !sockets.isEmpty, sockets.allSatisfy({ $0.listener.scope == .loopback }) {
        let seen = sockets.map(\.listener.endpoint).joined(separator: ", ")
        return [
          .fail(
            "\(evidence), but the running gateway listens on \(seen) only: the next start opens it", at: bind.location,
            severity: .info, fix: fix)
        ]
      }
      return [.fail(evidence, at: bind.location, severity: scope == .tailnet ? .medium : nil, fix: fix)]
    }
  }

  static let socketExposed = Rule(
    "gateway.socket-exposed", "The gateway listens beyond loopback", .high,
    because: "this is the socket itself, not a setting: it accepts connections from other machines now",
    reads: ["listening sockets", "gateway.bind", "gateway.port"], tier: 1, requirement: "N2",
    why:
      "Other machines can connect right now, whatever the configuration says. Some releases fall back to every address when a bind fails.",
    remedy: "Bind the gateway to loopback, restart it, and look at the socket again.", references: ["CWE-1327"]
  ) { subject in
    guard let sockets = subject.sockets.found else {
      if case .blind(let reason) = subject.sockets { return [.notMeasured(reason)] }
      return []
    }
    guard subject.agent.status == .running else {
      return [.notMeasured("it is not running, so there is no socket to look at")]
    }
    let settings = Settings.configured(subject)
    let port = settings?.port ?? 18789
    let own = sockets.filter { $0.listener.port == port }
    guard !own.isEmpty else { return [.notMeasured("no listening socket on port \(port) was seen")] }
    return own.map { socket in
      let place = Finding.Location(address: socket.listener.endpoint)
      let evidence = "\(socket.owner) listens on \(socket.listener.endpoint)"
      guard socket.listener.scope > .loopback else { return .pass(evidence, at: place) }
      if let container = Settings.ownNetwork(subject) {
        return .pass(
          "\(evidence), inside container \(container.name): what leads out are its published ports", at: place)
      }
      let told = settings.map { settings in
        settings.bindScope == .loopback
          ? ", although \(settings.bind.text)"
          : ""
      }
      let tailnet = socket.listener.scope == .tailnet
      return .fail(
        evidence + (told ?? ""), at: place, severity: tailnet ? .medium : nil,
        fix: settings.map { $0.edit("gateway.bind", to: "\"loopback\"") })
    }
  }

  static let tailscaleServe = Rule(
    "gateway.tailscale-serve", "Tailscale serves the gateway to the tailnet", .info,
    because: "the tailnet asks for an identity, so this is a choice rather than a hole",
    reads: ["gateway.tailscale.mode", "--tailscale"], tier: 3, requirement: "H9",
    openclaw: ["gateway.tailscale_serve"],
    why: "Every device and user of the tailnet reaches the gateway, unless the tailnet's own rules narrow that down.",
    remedy: "Keep it if it is wanted, and limit it in the tailnet's access rules to your own devices."
  ) { subject in
    Settings.judge(subject) { settings in
      guard let mode = settings.tailscaleMode else {
        return [.pass("gateway.tailscale.mode is unset", at: settings.place("gateway.tailscale.mode"))]
      }
      let evidence = "\(mode.source) is \(mode.value)"
      return [mode.value == "serve" ? .fail(evidence, at: mode.location) : .pass(evidence, at: mode.location)]
    }
  }

  static let tailscaleFunnel = Rule(
    "gateway.tailscale-funnel", "Tailscale Funnel puts the gateway on the internet", .critical,
    because: "a funnel is open to the whole internet and is found within hours",
    reads: ["gateway.tailscale.mode", "--tailscale"], tier: 1, requirement: "H8",
    openclaw: ["gateway.tailscale_funnel"],
    why: "Anybody on the internet can talk to the gateway. Only its login stands before a shell on this host.",
    remedy: "Switch the funnel off; serve inside the tailnet reaches your own devices as well.",
    references: ["CWE-1327"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard let mode = settings.tailscaleMode else {
        return [.pass("gateway.tailscale.mode is unset", at: settings.place("gateway.tailscale.mode"))]
      }
      let evidence = "\(mode.source) is \(mode.value)"
      guard mode.value == "funnel" else { return [.pass(evidence, at: mode.location)] }
      let fix =
        mode.location.key == "gateway.tailscale.mode"
        ? settings.edit("gateway.tailscale.mode", to: "\"off\"")
        : Finding.Fix("Start the gateway without --tailscale funnel.")
      return [.fail(evidence, at: mode.location, fix: fix)]
    }
  }

  static let realIPFallback = Rule(
    "gateway.real-ip-fallback", "The gateway believes the X-Real-IP header", .medium,
    because: "a caller can claim to be local, which loosens several checks; worse where others reach the gateway",
    reads: ["gateway.allowRealIpFallback"], tier: 1, requirement: "H10", openclaw: ["gateway.real_ip_fallback_enabled"],
    why: "A client writes its own address into a header, passes as loopback and escapes the limit on login attempts.",
    remedy: "Delete gateway.allowRealIpFallback.", references: ["CWE-348"]
  ) { subject in
    Settings.judge(subject) { settings in
      // Behind a proxy elsewhere the header comes from outside whatever the gateway is bound to.
      let behindProxy =
        settings["gateway.auth.mode"]?.string == "trusted-proxy"
        && (settings["gateway.trustedProxies"]?.strings ?? []).contains { Address($0)?.isLoopback != true }
      return settings.switchRule(
        "gateway.allowRealIpFallback", severity: settings.exposure.isEmpty && !behindProxy ? nil : .high)
    }
  }

  /// From here on the key is known for sure. An older release would not start with a key that it does not know.
  private static let withRateLimit = OpenClawVersion(year: 2026, month: 2, number: 25)

  static let rateLimit = Rule(
    "gateway.rate-limit-missing", "An exposed gateway sets no limit on login attempts", .medium,
    because: "guessing needs a reachable port and a weak secret as well; newer releases have a limit by default",
    reads: ["gateway.auth.rateLimit", "gateway.bind", "listening sockets"], tier: 2, requirement: "H10",
    openclaw: ["gateway.auth_no_rate_limit"],
    why:
      "A token can be guessed at full speed from the network. Releases before 2026.2.25 had no limit on loopback either, and web pages used that.",
    remedy: "Write down a limit for login attempts.", references: ["CWE-307", "GHSA-jmmg-jqc7-5qf4"]
  ) { subject in
    Settings.judge(subject) { settings in
      let ways = settings.exposure
      let place = settings.place("gateway.auth.rateLimit")
      if settings["gateway.auth.rateLimit"] != nil { return [.pass("gateway.auth.rateLimit is set", at: place)] }
      if settings["gateway.auth.mode"]?.string == "trusted-proxy" {
        return [.pass("the proxy in front does the login", at: settings.place("gateway.auth.mode"))]
      }
      guard let way = ways.first else {
        return [.pass("gateway.auth.rateLimit is unset; nothing leads to the gateway from outside", at: place)]
      }
      return [
        .fail(
          "gateway.auth.rateLimit is unset, and \(way)", at: place,
          fix: settings.edit(
            "gateway.auth.rateLimit", to: "{ maxAttempts: 10, windowMs: 60000, lockoutMs: 300000 }",
            automatic: subject.openClawVersion.map { $0 >= withRateLimit } ?? false))
      ]
    }
  }

  /// What `/tools/invoke` refuses unless it is allowed by name.
  static let dangerousTools: Set<String> = [
    "exec", "spawn", "shell", "fs_write", "fs_delete", "fs_move", "apply_patch", "sessions_spawn", "sessions_send",
    "cron",
    "gateway", "nodes", "whatsapp_login",
  ]

  static let httpTools = Rule(
    "gateway.http-dangerous-tools", "Dangerous tools may be called over HTTP", .high,
    because: "one request with the token runs them, without a model or a person in between",
    reads: ["gateway.tools.allow"], tier: 1, requirement: "H17",
    openclaw: ["gateway.tools_invoke_http.dangerous_allow"],
    why: "Whoever has the gateway token runs commands, writes files or makes scheduled jobs with one HTTP request.",
    remedy: "Remove the dangerous names from gateway.tools.allow."
  ) { subject in
    Settings.judge(subject) { settings in
      let place = settings.place("gateway.tools.allow")
      let named = (settings["gateway.tools.allow"]?.strings ?? []).filter { dangerousTools.contains($0) || $0 == "*" }
      guard !named.isEmpty else { return [.pass("gateway.tools.allow names no dangerous tool", at: place)] }
      return [
        .fail(
          "gateway.tools.allow has \(named.joined(separator: ", "))", at: place,
          severity: settings.exposure.isEmpty ? nil : .critical,
          fix: Finding.Fix(
            "In \(place.file ?? settings.configuration.path): remove \(named.joined(separator: ", ")) from gateway.tools.allow, then restart the gateway."
          ))
      ]
    }
  }

  /// Commands of paired devices that are off unless they are allowed by name.
  static let dangerousCommands: Set<String> = [
    "camera.snap", "camera.clip", "screen.record", "contacts.add", "calendar.add", "reminders.add", "sms.send",
    "sms.search", "desktop.stream", "health.summary",
  ]

  static let nodeCommands = Rule(
    "gateway.node-dangerous-commands", "Paired devices may be told to film, record or send messages", .medium,
    because: "it needs a paired device and a misled agent, but then reaches into a person's life",
    reads: ["gateway.nodes.commands.allow", "gateway.nodes.allowCommands"], tier: 1, requirement: "H17",
    openclaw: ["gateway.nodes.allow_commands_dangerous"],
    why: "An injected instruction takes pictures, records the screen or sends text messages from a paired phone.",
    remedy: "Allow such commands only while they are needed."
  ) { subject in
    Settings.judge(subject) { settings in
      let allow = settings.first(of: ["gateway.nodes.commands.allow", "gateway.nodes.allowCommands"])
      let deny =
        settings.first(of: ["gateway.nodes.commands.deny", "gateway.nodes.denyCommands"])?.setting.strings ?? []
      let key = allow?.key ?? "gateway.nodes.commands.allow"
      let named = (allow?.setting.strings ?? []).filter { dangerousCommands.contains($0) && !deny.contains($0) }
      guard !named.isEmpty else { return [.pass("\(key) allows no dangerous command", at: settings.place(key))] }
      return [
        .fail(
          "\(key) has \(named.joined(separator: ", "))", at: settings.place(key),
          severity: settings.exposure.isEmpty ? nil : .high,
          fix: Finding.Fix(
            "In \(settings.place(key).file ?? settings.configuration.path): remove \(named.joined(separator: ", ")) from \(key), then restart the gateway."
          ))
      ]
    }
  }
}

extension Settings {
  /// The settings where there are any, for rules that also work without.
  static func configured(_ subject: Subject) -> Settings? {
    guard let installation = subject.installation, let configuration = installation.configuration else { return nil }
    return Settings(subject: subject, configuration: configuration, installation: installation)
  }

  /// The usual shape: a switch that fails where it is true.
  func switchRule(_ key: String, severity: Severity? = nil, retired: Bool = false) -> [Answer] {
    guard flag(key) == true else {
      return [.pass(self[key] == nil ? "\(key) is unset" : "\(key) is off", at: place(key))]
    }
    if retired, ignoresRetiredKeys { return [.pass("\(key) is true; \(Self.retiredNote)", at: place(key))] }
    return [.fail("\(key) is true", at: place(key), severity: severity, fix: remove(key))]
  }
}
