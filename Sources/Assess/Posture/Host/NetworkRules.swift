import Installations
import Matching
import Model

/// What leads to the agent, and from it, over the network of this machine. For every kind of agent.
enum NetworkRules {
  static let all = [firewallOff, metadata, proxyLogin, proxyTrust, proxyTLS, tunnelPrepared, routed]

  /// Ports on which the agent listens, or would; empty where none is known.
  static func ports(_ subject: Subject) -> Set<UInt16> {
    var ports = Set(subject.sockets.found?.map(\.listener.port) ?? [])
    if subject.agent.kind == "openclaw" { ports.insert(Settings.configured(subject)?.port ?? 18789) }
    return ports
  }

  static let firewallOff = Rule(
    "network.firewall-off", "The firewall of this machine is set up and switched off", .low,
    because: "services on loopback are not touched; the rest is open",
    reads: ["/etc/ufw/ufw.conf", "/etc/default/ufw"],
    for: .everyone, tier: 2, requirement: "H9",
    why: "A service that opens a port by mistake is reachable at once, though a firewall is believed to be there.",
    remedy: "Let SSH in, then switch it on: ufw enable."
  ) { subject in
    MachineRules.ask(subject) { machine, _ in
      switch machine.firewall {
      case .absent: return [.notMeasured("ufw is not set up; other firewalls are not looked at")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let firewall):
        let place = firewall.isEnabled.map(MachineRules.place) ?? Finding.Location(file: "/etc/ufw/ufw.conf")
        guard firewall.enabled else { return [.fail("ENABLED is no", at: place)] }
        if firewall.inputPolicy == nil, let reason = firewall.unread { return [.notMeasured(reason)] }
        if let policy = firewall.inputPolicy, policy.text.contains("ACCEPT") {
          return [.fail("it is on, and lets in what no rule names", at: MachineRules.place(policy))]
        }
        return [.pass("ufw is on", at: place)]
      }
    }
  }

  static let metadata = Rule(
    "network.metadata-reachable", "Nothing keeps the agent from the cloud's metadata service", .medium,
    because: "what it gives depends on the rights of this machine in its cloud",
    reads: ["vendor of the machine", "firewall files", "IPAddressDeny of units"], for: .everyone, tier: 2,
    requirement: "H9", why: "One request to 169.254.169.254 may give the keys of the machine's role in the cloud.",
    remedy: "Deny that address to the agent: IPAddressDeny=169.254.169.254 in its unit.", references: ["CWE-918"]
  ) { subject in
    MachineRules.ask(subject) { machine, installation in
      switch machine.cloud {
      case .absent: return [.notMeasured("whose machine this is could not be read")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(nil): return [.pass("this is no machine of a known cloud")]
      case .read(let name?):
        if let line = machine.metadataBlocks.first {
          return [.pass("a rule of the firewall names the address", at: MachineRules.place(line))]
        }
        let units = installation.launches.filter { $0.origin == .unit }
        let closed = units.filter { launch in
          launch[all: "IPAddressDeny"].contains {
            $0.value.contains("169.254") || $0.value == "any" || $0.value == "link-local"
          }
        }
        if !units.isEmpty, closed.count == units.count {
          return subject.doubting([.pass("its units deny the address")], [.unit])
        }
        if let reason = machine.metadataUnread { return [.notMeasured("a rule may stand in \(reason)")] }
        return [.fail("this is a machine of \(name), and no file denies 169.254.169.254 (no packet was sent)")]
      }
    }
  }

  static func proxies(
    _ subject: Subject, _ question: (MachineFacts.ProxySite) -> Answer?, pass: String
  ) -> [Answer] {
    MachineRules.ask(subject) { machine, _ in
      let wanted = ports(subject)
      guard !wanted.isEmpty else { return [.notMeasured("its ports are not known")] }
      let sites = machine.proxies.filter { wanted.contains($0.port) && !$0.isLocal }
      let failures = sites.compactMap(question)
      if !failures.isEmpty { return FileRules.capped(failures) }
      if let problem = machine.proxyProblems.first { return [.notMeasured(problem)] }
      return [.pass(sites.isEmpty ? "no file of nginx, Caddy or Traefik leads to it" : pass)]
    }
  }

  static let proxyLogin = Rule(
    "network.proxy-no-login", "A reverse proxy leads to the agent without asking who is there", .high,
    because: "the agent's own login may still stand behind it", reads: ["nginx, Caddy and Traefik files"],
    for: .everyone, tier: 1, requirement: "H10",
    why: "Whoever reaches the proxy reaches the agent, and may pass for local there.",
    remedy: "Put a login into the proxy: auth_request, basic_auth or forwardAuth.", references: ["CWE-306"]
  ) { subject in
    proxies(
      subject,
      { site in
        guard !site.hasLogin else { return nil }
        return .fail("\(site.program) leads to port \(site.port)", at: MachineRules.place(site.place))
      }, pass: "the proxies in front of it have a login")
  }

  static let proxyTrust = Rule(
    "network.proxy-header-trust", "A reverse proxy believes where callers say they come from", .medium,
    because: "it loosens checks that go by address", reads: ["nginx, Caddy and Traefik files"], for: .everyone, tier: 2,
    requirement: "H10", why: "A caller writes 127.0.0.1 into a header and is taken for local.",
    remedy: "Set the header from the connection ($remote_addr), and trust only proxies of your own.",
    references: ["CWE-348"]
  ) { subject in
    proxies(
      subject,
      { site in site.trusts.map { .fail("\(site.program), in front of port \(site.port)", at: MachineRules.place($0)) }
      },
      pass: "the proxies in front of it set the headers themselves")
  }

  static let proxyTLS = Rule(
    "network.proxy-old-tls", "A reverse proxy in front of the agent speaks outdated encryption", .low,
    because: "breaking it takes a place on the way and effort", reads: ["ssl_protocols", "protocols", "minVersion"],
    for: .everyone, tier: 3, requirement: "H10",
    why: "Somebody on the way can push a connection down to what can be broken.",
    remedy: "Allow TLS 1.2 and 1.3 only.", references: ["CWE-327"]
  ) { subject in
    proxies(
      subject,
      { site in site.oldTLS.map { .fail("\(site.program), in front of port \(site.port)", at: MachineRules.place($0)) }
      },
      pass: "no version before 1.2 is named")
  }

  static let tunnelPrepared = Rule(
    "network.tunnel-prepared", "A tunnel to the agent is set up in a file", .medium,
    because: "it opens when the program starts, which may be at the next login",
    reads: ["ngrok.yml", "cloudflared config.yml", "frpc.toml", "RemoteForward of ssh"], for: .everyone, tier: 2,
    requirement: "N7", why: "One command, or a service at the next start, makes the agent reachable from elsewhere.",
    remedy: "Remove the entry, or put a login in front of its far end."
  ) { subject in
    MachineRules.ask(subject) { machine, _ in
      let wanted = ports(subject)
      guard !wanted.isEmpty else { return [.notMeasured("its ports are not known")] }
      let found = machine.tunnels.filter { wanted.contains($0.port) }
      guard !found.isEmpty else {
        if let problem = machine.tunnelProblems.first { return [.notMeasured(problem)] }
        return [.pass("no file of a tunnel names its port")]
      }
      return FileRules.capped(
        found.map {
          .fail(
            "\($0.name) leads to port \($0.port)\($0.isPublic ? ", open to the internet" : "")",
            at: MachineRules.place($0.place), severity: $0.isPublic ? .high : nil)
        })
    }
  }

  static let routed = Rule(
    "network.loopback-routed", "Packets from outside may reach services on loopback", .high,
    because: "loopback is what everything else here relies on", reads: ["net.ipv4.conf.all.route_localnet"],
    for: .everyone, tier: 1, requirement: "H9",
    why: "Machines of the same network may reach a gateway that listens on 127.0.0.1 only.",
    remedy: "Set net.ipv4.conf.all.route_localnet to 0.", references: ["CVE-2020-8558"]
  ) { subject in
    MachineRules.ask(subject) { machine, _ in
      let name = "net.ipv4.conf.all.route_localnet"
      guard let value = machine.kernel[name] else { return [.notMeasured("\(name) could not be read")] }
      return value == "0" ? [.pass("\(name) is 0")] : [.fail("\(name) is \(value)", at: Finding.Location(key: name))]
    }
  }
}
