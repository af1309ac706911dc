import Installations
import Knowledge
import Matching
import Model

/// Doors of the gateway that the product's own audit does not look at.
enum OwnGatewayRules {
  static let all = [
    plainTransport, fallback, loopbackExempt, pairing, remotePlain, terminal, embed, fetches, adminRPC, desktop,
    wideArea, several, configWrites, owners,
  ]

  static let plainTransport = Rule(
    "gateway.no-encryption", "The gateway is reachable from outside without encryption", .medium,
    because: "somebody must be on the way between client and gateway",
    reads: ["gateway.tls.enabled", "gateway.bind", "listening sockets"],
    tier: 2, requirement: "H9",
    why: "Whoever listens on the network reads the token as it goes by, and is the operator from then on.",
    remedy: "Bind to loopback and come in through a VPN or SSH, or set gateway.tls.enabled to true.",
    references: ["CWE-319"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.tls.enabled"
      if settings.flag(key) == true { return [.pass("\(key) is true", at: settings.place(key))] }
      guard settings.ownNetwork == nil else {
        return [.notMeasured("inside a container: what stands before its published ports is not known")]
      }
      let open = settings.gatewaySockets.first { $0.listener.scope > .tailnet }
      let told = settings.gatewaySockets.isEmpty && settings.bindScope > .tailnet
      guard open != nil || told else {
        return [.pass("it is not open to a network without encryption of its own", at: settings.bind.location)]
      }
      return [
        .fail(
          "\(key) is \(settings[key] == nil ? "unset, which means off" : "off"), and \(open.map { "it listens on \($0.listener.endpoint)" } ?? settings.bind.text)",
          at: settings.place(key))
      ]
    }
  }

  static let fallback = Rule(
    "gateway.bind-falls-back", "A bind that fails opens the gateway to every address", .medium,
    because: "the address must be missing at start first, as it is when a VPN is slow",
    reads: ["gateway.bind", "gateway.customBindHost", "--bind", "version"], tier: 1, requirement: "H8",
    why: "The VPN is down when the gateway starts, and it listens on 0.0.0.0 instead, for everybody.",
    remedy: "Bind to loopback and let `tailscale serve` lead to it, or update: newer releases refuse to start instead.",
    references: ["CWE-636"]
  ) { subject in
    Settings.judge(subject) { settings in
      let bind = settings.bind
      guard bind.value == "custom" || bind.value == "tailnet" else { return [.pass(bind.text, at: bind.location)] }
      if bind.value == "custom", settings["gateway.customBindHost"]?.string.flatMap(Address.init) == nil {
        return [
          .fail(
            "\(bind.text), and gateway.customBindHost is no address", at: settings.place("gateway.customBindHost"),
            severity: .high)
        ]
      }
      guard let version = subject.openClawVersion else {
        return [
          .notMeasured(
            "\(bind.text); what happens when that fails depends on the release, which is not known", at: bind.location)
        ]
      }
      if version >= OpenClawVersion(year: 2026, month: 8, number: 1) {
        return [.pass("\(bind.text); \(version) refuses to start where that fails", at: bind.location)]
      }
      guard version <= OpenClawVersion(year: 2026, month: 4, number: 12) else {
        return [.notMeasured("\(bind.text); whether \(version) falls back is not known", at: bind.location)]
      }
      return [.fail("\(bind.text), and \(version) falls back to 0.0.0.0", at: bind.location)]
    }
  }

  static let loopbackExempt = Rule(
    "gateway.rate-limit-exempts-tunnel", "The limit on login attempts does not hold for a tunnel", .medium,
    because: "what comes out of a tunnel comes from loopback, which is exempt unless it is said otherwise",
    reads: ["gateway.auth.rateLimit.exemptLoopback", "tunnels", "gateway.tailscale.mode"], tier: 2, requirement: "H10",
    why: "A token can be guessed at full speed through the tunnel.",
    remedy: "Set gateway.auth.rateLimit.exemptLoopback to false.", references: ["CWE-307"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.auth.rateLimit.exemptLoopback"
      if settings.flag(key) == false { return [.pass("\(key) is off", at: settings.place(key))] }
      var ways = (subject.tunnels.found ?? []).filter { $0.port == settings.port }.map(\.name)
      if let mode = settings.tailscaleMode?.value, mode == "serve" || mode == "funnel" {
        ways.append("tailscale \(mode)")
      }
      guard let way = ways.first else {
        if case .blind(let reason) = subject.tunnels { return [.notMeasured(reason)] }
        return [.pass("no tunnel leads to the gateway", at: settings.place(key))]
      }
      return [
        .fail(
          "\(way) leads to it, and \(key) is \(settings[key] == nil ? "unset, which means true" : "true")",
          at: settings.place(key), fix: settings.edit(key, to: "false"))
      ]
    }
  }

  static let pairing = Rule(
    "gateway.pairing-unattended", "Devices are paired without anybody's leave", .medium,
    because: "it takes the token or a place on a trusted network first",
    reads: [
      "gateway.nodes.pairing.autoApproveLocal", "gateway.nodes.pairing.autoApproveCidrs",
      "gateway.auth.trustedProxy.deviceAutoApprove", "tunnels",
    ],
    tier: 2, requirement: "H10",
    why: "A device that nobody knows becomes part of the agent and stays so after the token is changed.",
    remedy: "Set gateway.nodes.pairing.autoApproveLocal to false and delete gateway.nodes.pairing.autoApproveCidrs."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      let cidrs = "gateway.nodes.pairing.autoApproveCidrs"
      for entry in settings[cidrs]?.strings ?? [] {
        let shown = VisibleText.cutMiddle(VisibleText.terminal(entry), to: 50)
        let bits = entry.split(separator: "/").last.flatMap { Int($0) } ?? 32
        let wide = bits < (entry.contains(":") ? 48 : 16)
        failures.append(
          .fail(
            "\(cidrs) has \(shown)", at: settings.place(cidrs), severity: wide ? .high : nil,
            fix: settings.remove(cidrs)))
      }
      let proxy = "gateway.auth.trustedProxy.deviceAutoApprove"
      if settings.flag(proxy) == true {
        failures.append(.fail("\(proxy) is true", at: settings.place(proxy), fix: settings.remove(proxy)))
      }
      let local = "gateway.nodes.pairing.autoApproveLocal"
      if settings.flag(local) != false, let tunnel = subject.tunnels.found?.first(where: { $0.port == settings.port }) {
        failures.append(
          .fail(
            "\(local) is \(settings[local] == nil ? "unset, which means true" : "true"), and what comes through \(tunnel.name) counts as local",
            at: settings.place(local), fix: settings.edit(local, to: "false")))
      }
      return Settings.outcome(
        failures, else: .pass("only programs on this machine are paired unasked", at: settings.place(local)))
    }
  }

  static let remotePlain = Rule(
    "gateway.remote-in-clear", "A gateway elsewhere is spoken to without encryption", .high,
    because: "the token goes along with each connection", reads: ["gateway.remote.url"], tier: 1, requirement: "H9",
    why: "Whoever is on the way reads the token and commands the other gateway.",
    remedy: "Use wss, or SSH: gateway.remote.transport ssh.", references: ["CWE-319"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.remote.url"
      guard let text = settings[key]?.string, let parts = BrowserRules.parts(text) else {
        return [.pass("\(key) is unset", at: settings.place(key))]
      }
      guard parts.scheme == "ws" || parts.scheme == "http", !BrowserRules.isLoopback(parts.host) else {
        return [.pass("\(key) is \(VisibleText.terminal(parts.scheme))", at: settings.place(key))]
      }
      if settings["gateway.remote.transport"]?.string == "ssh" {
        return [.pass("gateway.remote.transport is ssh", at: settings.place("gateway.remote.transport"))]
      }
      let tailnet = Address(parts.host)?.scope == .tailnet || parts.host.hasSuffix(".ts.net")
      return [
        .fail(
          "\(key) is \(parts.scheme): to \(VisibleText.cutMiddle(VisibleText.terminal(parts.host), to: 60))",
          at: settings.place(key), severity: tailnet ? .low : nil)
      ]
    }
  }

  static let terminal = Rule(
    "gateway.terminal-open", "The gateway's page has a terminal of this host", .low,
    because:
      "it takes the operator's rights, which mean a shell anyway where commands are on; worse where others reach the gateway",
    reads: ["gateway.terminal.enabled", "tools.exec.mode"], tier: 2, requirement: "H17",
    why: "A stolen token is a shell at once, past the agent, its questions and its log.",
    remedy: "Set gateway.terminal.enabled to false."
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "gateway.terminal.enabled"
      switch settings.flag(key) {
      case true:
        return [
          .fail(
            "\(key) is true", at: settings.place(key), severity: settings.exposure.isEmpty ? nil : .medium,
            fix: settings.edit(key, to: "false"))
        ]
      case false: return [.pass("\(key) is off", at: settings.place(key))]
      default:
        return [
          .notMeasured(
            "\(key) is unset, and releases differ in what that means; set it to false", at: settings.place(key))
        ]
      }
    }
  }

  static let embed = Rule.value(
    "control-ui.embeds-trusted", "Pages shown inside the gateway's page are trusted", .medium,
    because: "the page must be shown first, but a tool or an agent can do that",
    keys: ["gateway.controlUi.embedSandbox", "gateway.controlUi.allowExternalEmbedUrls"], isBad: ["trusted", "true"],
    tier: 2,
    requirement: "H10", why: "Content that the agent was given reads the gateway's own page and acts with its login.",
    remedy: "Delete gateway.controlUi.embedSandbox and gateway.controlUi.allowExternalEmbedUrls.",
    references: ["CWE-1021"])

  static let fetches = Rule(
    "gateway.http-fetches-addresses", "Callers of the HTTP interface make the gateway fetch any address", .low,
    because: "the caller needs the key, but may not be meant to reach the inside of the network",
    reads: [
      "gateway.http.endpoints.responses.enabled", "gateway.http.endpoints.responses.files.allowUrl",
      "gateway.http.endpoints.responses.files.urlAllowlist",
    ],
    tier: 3, requirement: "H12", why: "A program with the key reads services that only the gateway's machine reaches.",
    remedy: "Set files.allowUrl to false, or list hosts in files.urlAllowlist.", references: ["CWE-918"]
  ) { subject in
    Settings.judge(subject) { settings in
      let base = "gateway.http.endpoints.responses"
      guard settings.flag("\(base).enabled") == true else {
        return [.pass("\(base).enabled is off", at: settings.place("\(base).enabled"))]
      }
      let key = "\(base).files.allowUrl"
      if settings.flag(key) == false { return [.pass("\(key) is off", at: settings.place(key))] }
      let hosts = settings["\(base).files.urlAllowlist"]?.strings ?? []
      guard hosts.isEmpty || hosts.contains("*") else {
        return [.pass("\(hosts.count) hosts are listed", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is \(settings[key] == nil ? "unset, which means on" : "true"), for every host",
          at: settings.place(key), fix: settings.edit(key, to: "false"))
      ]
    }
  }

  static let adminRPC = Rule.value(
    "plugins.admin-rpc", "A plugin opens the gateway's controls over HTTP", .medium,
    because: "the token stands before it; worse where others reach the gateway",
    keys: ["plugins.entries.admin-http-rpc.enabled"], isBad: ["true"], tier: 1, requirement: "H17", exposed: .high,
    why: "One HTTP request with the token changes the configuration, pairs devices or ends the gateway.",
    remedy: "Delete plugins.entries.admin-http-rpc, and use the command line on the host.")

  static let desktop = Rule.value(
    "desktop.shared", "The agent's page shows and drives this host's desktop", .medium,
    because: "it takes the operator's rights; then it is the person's own screen", keys: ["desktop.host.enabled"],
    isBad: ["true"], tier: 2, requirement: "H17", exposed: .high,
    why: "A stolen token sees everything on the screen and types as the person who sits there.",
    remedy: "Set desktop.host.enabled to false.")

  static let wideArea = Rule(
    "discovery.wide-area", "The gateway announces itself in DNS beyond its segment", .low,
    because: "it opens no door, but tells every device of the tailnet or domain where one is",
    reads: ["discovery.wideArea.domain", "discovery.wideArea.enabled"], tier: 3, requirement: "N1",
    why: "A taken-over device finds the agent, its port and its host's name without looking for them.",
    remedy: "Delete discovery.wideArea, and type the address where it is needed.", references: ["CWE-200"]
  ) { subject in
    Settings.judge(subject) { settings in
      let domain = "discovery.wideArea.domain"
      let enabled = "discovery.wideArea.enabled"
      // Earlier releases ask for the switch, later ones only for the name.
      if settings.flag(enabled) == false { return [.pass("\(enabled) is off", at: settings.place(enabled))] }
      guard let key = [domain, enabled].first(where: { settings[$0] != nil }) else {
        return [.pass("\(domain) is unset", at: settings.place(domain))]
      }
      return [
        .fail(
          "\(key) is \(key == domain ? "set" : "true")", at: settings.place(key),
          fix: settings.remove("discovery.wideArea"))
      ]
    }
  }

  static let several = Rule(
    "gateway.several-units", "Several units start a gateway of this installation", .medium,
    because: "two gateways write the same state, and one of them is forgotten",
    reads: ["units", "OPENCLAW_ALLOW_MULTI_GATEWAY"],
    tier: 2, requirement: "H4",
    why: "The second one keeps listening with an older release, token and configuration after the first was put right.",
    remedy: "Disable all units but one, and give a second gateway a profile of its own."
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let enabled = installation.units.filter {
      $0.enabled && ($0.name.contains("gateway") || $0.execStart.contains("gateway"))
    }
    var failures: [Answer] = []
    if enabled.count > 1 {
      for unit in enabled.dropFirst() {
        let command = ShellWord.quote(unit.name).map { "systemctl \(unit.system ? "" : "--user ")disable --now \($0)" }
        failures.append(
          .fail(
            "\(unit.name) as well as \(enabled[0].name)", at: Finding.Location(file: unit.path),
            fix: Finding.Fix("Disable the unit that is not needed.", command: command)))
      }
    }
    let name = "OPENCLAW_ALLOW_MULTI_GATEWAY"
    for entry in installation.dotenv where entry.name == name && !entry.isEmpty {
      failures.append(
        .fail(
          "\(name) is set in .env",
          at: Finding.Location(file: installation.stateDirectory + "/.env", line: entry.line, key: name)))
    }
    for unit in installation.units {
      for variable in unit.environment where variable.name == name {
        failures.append(
          .fail("\(name) is set in \(unit.name)", at: Finding.Location(file: unit.path, line: variable.line, key: name))
        )
      }
    }
    return Settings.outcome(failures, else: .pass("\(enabled.count) units start a gateway"))
  }

  static let configWrites = Rule(
    "channels.open-with-configuration", "Strangers write on a channel that may change the configuration", .high,
    because: "commands in the chat rewrite settings, and the door is open",
    reads: ["channels.*.configWrites", "channels.*.dmPolicy", "channels.*.groupPolicy"], tier: 1, requirement: "H18",
    why: "A message changes who may write, which tools are on, or where the model's traffic goes.",
    remedy: "Close the channel, or set configWrites of it to false.", references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      let open = ExposureRules.open(settings)
      guard !open.isEmpty else { return [.pass("no channel is open to strangers", at: settings.place("channels"))] }
      let failures = open.compactMap { door -> Answer? in
        guard let channel = settings.channels.first(where: { $0.member.name == door.channel }) else { return nil }
        let own = channel.member.setting.at("configWrites")
        guard own?.bool != false else { return nil }
        let key = "\(channel.key).configWrites"
        return .fail(
          "\(door.evidence), and \(key) is \(own == nil ? "unset, which means on" : "true")", at: door.location,
          fix: settings.edit(key, to: "false"))
      }
      return Settings.outcome(
        failures, else: .pass("open channels may not change the configuration", at: open[0].location))
    }
  }

  static let owners = Rule(
    "commands.owner-anybody", "Anybody counts as the owner", .critical,
    because: "owners may do everything that a command in the chat can do",
    reads: ["commands.ownerAllowFrom", "commands.allowFrom"],
    tier: 1, requirement: "H18",
    why: "Every sender restarts the gateway, changes settings and switches sessions to full rights.",
    remedy: "List your own ids in commands.ownerAllowFrom.", references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      let key = "commands.ownerAllowFrom"
      if settings[key]?.strings.contains("*") == true {
        failures.append(.fail("\(key) has *", at: settings.place(key)))
      }
      for member in settings["commands.allowFrom"]?.members ?? [] where member.setting.strings.contains("*") {
        let own = "commands.allowFrom.\(member.name)"
        failures.append(.fail("\(own) has *", at: settings.place(member.setting, key: own), severity: .high))
      }
      return Settings.outcome(failures, else: .pass("no list of owners has *", at: settings.place(key)))
    }
  }
}
