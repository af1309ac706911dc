import Installations
import Knowledge
import Matching
import Model

/// Doors of the gateway that are open without anybody noticing.
enum DoorRules {
  static let all = [plainTransport, fallback, loopbackExempt, pairing, remotePlain, terminal, embed, wideArea]

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
}
