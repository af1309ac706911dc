import Matching
import Installations
import Model

/// What the gateway takes on trust: proxies, names, clients that come through them.
enum TrustRules {
  static let all = [
    proxiesUnlisted, proxyLogin, sessionKeys, denyIneffective, tokenDiffers, notListening, credentialUnresolved,
    proxyIgnored, mcpApps,
  ]

  static let proxiesUnlisted = Rule(
    "gateway.proxies-unlisted", "A proxy stands before the gateway and is not listed", .low,
    because: "without one in front the empty list is right; with one, every caller looks like the proxy",
    reads: ["gateway.trustedProxies", "gateway.controlUi.enabled", "gateway.tailscale.mode", "tunnels"], tier: 2,
    requirement: "H9", openclaw: ["gateway.trusted_proxies_missing"],
    why:
      "Everybody who comes through the proxy passes for a program on this machine, and a limit on logins hits all of them or none.",
    remedy: "List the proxy's exact address in gateway.trustedProxies, or take the proxy away.",
    references: ["CWE-348"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.trustedProxies"
      let place = settings.place(key)
      let listed = settings[key]?.strings ?? []
      if !listed.isEmpty { return [.pass("\(key) has \(listed.count) entries", at: place)] }
      if settings.flag("gateway.controlUi.enabled") == false {
        return [.pass("gateway.controlUi.enabled is off", at: settings.place("gateway.controlUi.enabled"))]
      }
      guard let tunnels = subject.tunnels.found else {
        return [
          .notMeasured("\(key) is empty, and whether a proxy stands before the gateway was not looked at", at: place)
        ]
      }
      guard let front = tunnels.first(where: { $0.port == settings.port }) else {
        return [.pass("\(key) is empty; no tunnel or proxy before the gateway was seen", at: place)]
      }
      return [
        .fail(
          "\(key) is empty, and \(front.name) leads to port \(front.port)", at: place,
          fix: settings.edit(key, to: "the address from which the proxy connects, such as [\"127.0.0.1\"]"))
      ]
    }
  }

  static let proxyLogin = Rule(
    "gateway.proxy-does-the-login", "The gateway leaves the login to a proxy", .low,
    because: "it is sound as long as nothing but the proxy reaches the port; worse where others do",
    reads: ["gateway.auth.mode", "gateway.bind", "listening sockets"], tier: 2, requirement: "H9",
    openclaw: ["gateway.trusted_proxy_auth"],
    why: "Whoever reaches the port around the proxy writes the user header and is in.",
    remedy:
      "Let only the proxy reach the port, by bind and by firewall, and let it delete the header from what clients send.",
    references: ["CWE-290"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.auth.mode"
      let place = settings.place(key)
      guard settings[key]?.string == "trusted-proxy" else { return [.pass("\(key) is not trusted-proxy", at: place)] }
      let way = settings.exposure.first
      return [
        .fail(
          "\(key) is trusted-proxy\(way.map { ", and \($0)" } ?? "; nothing else leads to the gateway")", at: place,
          severity: way == nil ? nil : .medium)
      ]
    }
  }

  static let sessionKeys = Rule(
    "gateway.http-session-key", "Callers of the HTTP interface choose whose conversation they enter", .info,
    because: "whoever holds the key is the operator anyway, so this is a reminder of what the key is worth",
    reads: ["gateway.http.endpoints.chatCompletions.enabled", "gateway.http.endpoints.responses.enabled"], tier: 3,
    requirement: "H17", openclaw: ["gateway.http.session_key_override_enabled"],
    why: "A program that was given the key for one purpose reads and continues every conversation of the agent.",
    remedy: "Give the key only to programs that may do everything the agent may, or switch the interface off."
  ) { subject in
    Settings.judge(subject) { settings in
      let keys = ["chatCompletions", "responses"].map { "gateway.http.endpoints.\($0).enabled" }
      return Settings.outcome(
        keys.filter { settings.flag($0) == true }.map {
          .fail("\($0) is true", at: settings.place($0), fix: settings.edit($0, to: "false"))
        }, else: .pass("no interface that takes a session key is on", at: settings.place(keys[0])))
    }
  }

  /// Commands of paired devices as the product knows them.
  static let commands: Set<String> = GatewayRules.dangerousCommands.union([
    "canvas.present", "canvas.hide", "canvas.navigate", "canvas.eval", "canvas.snapshot", "canvas.a2ui.push",
    "canvas.a2ui.pushJSONL", "canvas.a2ui.reset", "camera.list", "location.get", "device.info", "device.status",
    "device.permissions", "device.health", "contacts.search", "calendar.events", "callLog.search", "reminders.list",
    "photos.latest", "motion.activity", "motion.pedometer", "notifications.list", "notifications.actions",
    "system.notify", "system.run", "system.run.prepare", "system.which", "browser.proxy", "browser.proxy.upload.v1",
    "fs.listDir", "system.execApprovals.get", "system.execApprovals.set",
  ])

  static let denyIneffective = Rule(
    "gateway.node-deny-ineffective", "An entry that should forbid a device's command forbids nothing", .medium,
    because: "the owner believes that the command is off",
    reads: ["gateway.nodes.commands.deny", "gateway.nodes.denyCommands"], tier: 2, requirement: "H17",
    openclaw: ["gateway.nodes.deny_commands_ineffective"],
    why: "Entries are compared letter by letter: a pattern, a group or a misspelt name matches no command.",
    remedy: "Write exact command names, such as camera.snap, one an entry."
  ) { subject in
    Settings.judge(subject) { settings in
      guard let deny = settings.first(of: ["gateway.nodes.commands.deny", "gateway.nodes.denyCommands"]) else {
        return [.pass("no command is denied by name", at: settings.place("gateway.nodes.commands.deny"))]
      }
      let place = settings.place(deny.setting, key: deny.key)
      let failures = deny.setting.strings.compactMap { entry -> Answer? in
        let shown = VisibleText.cutMiddle(VisibleText.terminal(entry), to: 60)
        if entry.hasPrefix("group:") { return .fail("\(deny.key) has \(shown): groups are for tools", at: place) }
        if entry.contains(where: { "*?[]^$/\\| ".contains($0) }) {
          return .fail("\(deny.key) has \(shown): patterns are not read", at: place)
        }
        return commands.contains(entry)
          ? nil : .fail("\(deny.key) has \(shown), which is no command that is known", at: place, severity: .low)
      }
      return Settings.outcome(
        failures, else: .pass("\(deny.key) has \(deny.setting.strings.count) exact commands", at: place))
    }
  }

  static let tokenDiffers = Rule(
    "gateway.token-shadowed", "A variable overrides the token of the configuration with another", .low,
    because: "one of the two is stale; which one counts depends on who starts the program",
    reads: ["gateway.auth.token", "OPENCLAW_GATEWAY_TOKEN in .env, units and environment files"], tier: 3,
    requirement: "H10", openclaw: ["gateway.env_token_overrides_config"],
    why:
      "A token that was thought to be replaced still opens the gateway, or clients fail and somebody switches the login off.",
    remedy: "Keep one of them: delete the variable, or write the configuration's token as a reference to it."
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.auth.token"
      let variable = "\(settings.variablePrefix)_GATEWAY_TOKEN"
      guard let own = settings.secret(key) else {
        return [.pass("\(key) is not set", at: settings.place(key))]
      }
      let place = Finding.Location(file: own.file, line: own.line, key: key)
      if settings["gateway.mode"]?.string == "remote" {
        return [.pass("gateway.mode is remote: this is a client", at: settings.place("gateway.mode"))]
      }
      guard case .literal = own.form else { return [.pass("\(key) is no literal", at: place)] }
      let others = settings.installation.storedSecrets.filter { $0.key == variable && $0.form == .literal }
      if let other = others.first(where: { $0.tag != own.tag || $0.length != own.length }) {
        return [
          .fail(
            "\(variable) has another value than \(key)",
            at: Finding.Location(file: other.file, line: other.line, key: variable))
        ]
      }
      if others.isEmpty, subject.environment.found?.contains(variable) == true {
        return [.notMeasured("the process has \(variable), and its value is not looked at", at: place)]
      }
      return [.pass("no other value of \(variable) was seen", at: place)]
    }
  }

  static let notListening = Rule(
    "gateway.not-listening", "The gateway runs and does not listen", .low,
    because: "it is a fault rather than a hole, but what cannot be reached cannot be judged either",
    reads: ["listening sockets", "arguments of the process", "gateway.port"], tier: 3, requirement: "N2",
    openclaw: ["gateway.probe_failed"],
    why: "Health checks and clients fail, and a probe of the running gateway says nothing about its login.",
    remedy: "Look at `openclaw status --all` and at the log for the reason why the port was not opened."
  ) { subject in
    Settings.judge(subject) { settings in
      guard let sockets = subject.sockets.found else {
        if case .blind(let reason) = subject.sockets { return [.notMeasured(reason)] }
        return []
      }
      guard subject.agent.status == .running else { return [.notMeasured("it is not running")] }
      if let socket = settings.gatewaySockets.first {
        let place = Finding.Location(address: socket.listener.endpoint)
        return [.pass("it listens on \(socket.listener.endpoint); no connection was made", at: place)]
      }
      guard sockets.isEmpty, subject.arguments.found?.contains("gateway") == true else {
        return [
          .notMeasured(
            "no socket on port \(settings.port) was seen, and whether this process is a gateway is not known")
        ]
      }
      return [.fail("the process has no listening socket, and its port is \(settings.port)")]
    }
  }

  static let credentialUnresolved = Rule(
    "gateway.credential-unresolved", "The gateway's login is a reference that leads nowhere", .medium,
    because: "an unknown name stays in place as text, so the token may be the name itself",
    reads: ["gateway.auth.token", "gateway.auth.password", ".env", "units", "environment of the process"], tier: 2,
    requirement: "H10", openclaw: ["gateway.probe_auth_secretref_unavailable"],
    why:
      "Releases differ: some refuse to start, others take the unresolved text for the token, which anybody can read in the manual.",
    remedy: "Set the variable where the gateway starts, or store the secret again."
  ) { subject in
    Settings.judge(subject) { settings in
      let keys = ["gateway.auth.token", "gateway.auth.password"]
      guard let secret = keys.compactMap({ settings.secret($0) }).first else {
        return [.pass("the login is no reference", at: settings.place(keys[0]))]
      }
      let place = Finding.Location(file: secret.file, line: secret.line, key: secret.key)
      switch secret.form {
      case .literal: return [.pass("\(secret.key) is written out", at: place)]
      case .reference(let source):
        return [
          .notMeasured(
            "\(secret.key) comes from a secret of source \(source), which only the product resolves", at: place)
        ]
      case .environment(let name, let resolved):
        if resolved || subject.environment.found?.contains(name) == true || settings.stored(name) != nil {
          return [.pass("\(secret.key) comes from \(name), which is set", at: place)]
        }
        guard subject.environment.found != nil || subject.agent.status != .running else {
          return [
            .notMeasured("\(secret.key) comes from \(name); the environment of the process was not read", at: place)
          ]
        }
        return [.fail("\(secret.key) names the variable \(name), which is set nowhere", at: place)]
      }
    }
  }

  static let proxyIgnored = Rule(
    "web.proxy-ignored", "Web requests of the agent go around the proxy", .low,
    because: "the proxy that should see and filter the traffic does not see it",
    reads: ["HTTP_PROXY", "HTTPS_PROXY", "tools.web.fetch.useTrustedEnvProxy", "proxy.proxyUrl"], tier: 2,
    requirement: "H12", openclaw: ["tools.web.fetch.env_proxy_without_use_trusted_env_proxy"],
    why: "What the agent fetches and sends in addresses is in no log and under no rule of the proxy.",
    remedy:
      "Set tools.web.fetch.useTrustedEnvProxy to true, or name the proxy in proxy.proxyUrl, which forces all traffic through it."
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "tools.web.fetch.useTrustedEnvProxy"
      if settings.flag(key) == true { return [.pass("\(key) is true", at: settings.place(key))] }
      if settings["proxy.proxyUrl"] != nil {
        return [.pass("proxy.proxyUrl is set", at: settings.place("proxy.proxyUrl"))]
      }
      if settings.flag("tools.web.fetch.enabled") == false {
        return [.pass("tools.web.fetch.enabled is off", at: settings.place("tools.web.fetch.enabled"))]
      }
      let found = settings.variables(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"])
      if let first = found.first {
        return [
          .fail(
            "\(first.name) is set in \(first.source), and \(key) is \(settings[key] == nil ? "unset" : "off")",
            at: settings.place(key), fix: settings.edit(key, to: "true"))
        ]
      }
      if case .blind(let reason) = subject.environment, subject.agent.status == .running {
        return [.notMeasured("no proxy stands in .env or units, and the environment was not read: \(reason)")]
      }
      return [.pass("no proxy is set in its environment", at: settings.place(key))]
    }
  }

  static let mcpApps = Rule(
    "mcp.apps-enabled", "Tool servers may show pages of their own in the gateway's page", .low,
    because: "the frames are walled off, but what they show looks like the gateway's own",
    reads: ["mcp.apps.enabled"], tier: 2, requirement: "H15", openclaw: ["mcp.apps.enabled"],
    why: "A tool server, or whoever controls it, shows a person forged questions inside the page that they trust.",
    remedy: "Set mcp.apps.enabled to false unless it is used."
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "mcp.apps.enabled"
      guard settings.flag(key) == true else {
        return [.pass(settings[key] == nil ? "\(key) is unset" : "\(key) is off", at: settings.place(key))]
      }
      return [.fail("\(key) is true", at: settings.place(key), fix: settings.edit(key, to: "false"))]
    }
  }
}
