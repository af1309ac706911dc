import Installations
import Matching
import Model

/// Guards of this machine that seem to be there: a firewall with a way around it, a service without walls, a proxy
/// without encryption, a home that stands open. For every kind of agent.
enum GuardRules {
  static let all = [dockerBypass, firewallOpen, unconfined, proxyInClear, home]

  // MARK: firewall

  static let dockerBypass = Rule(
    "network.docker-bypasses-firewall", "Ports that Docker publishes pass by this machine's firewall", .medium,
    because: "a container must publish a port first; the agent's own doing so makes it high",
    reads: ["ufw.conf", "after.rules", "iptables of daemon.json", "published ports", "Compose and Quadlet files"],
    for: .everyone, tier: 1, requirement: "H9",
    why: "ufw says that a port is closed, and every machine of the network reaches it all the same.",
    remedy: "Publish ports on 127.0.0.1 only, or put rules of your own into the chain DOCKER-USER.",
    references: ["CWE-1327"]
  ) { subject in
    MachineRules.ask(subject) { machine, installation in
      let firewall: MachineFacts.Firewall
      switch machine.firewall {
      case .absent: return [.notMeasured("ufw is not set up; other firewalls are not looked at")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let found): firewall = found
      }
      guard firewall.enabled else { return [.pass("ufw is off, which network.firewall-off speaks of")] }
      guard machine.isDockerInstalled else {
        if let reason = machine.dockerUnread { return [.notMeasured(reason)] }
        return [.pass("Docker is not installed here")]
      }
      let daemon = Finding.Location(file: machine.dockerDaemonFile, key: "iptables")
      switch machine.dockerDaemon {
      case .read(let settings) where settings["iptables"] == "false":
        return [.pass("iptables is false: Docker makes no rules", at: daemon)]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read, .absent: break
      }
      if firewall.guardsDocker { return [.pass("the firewall has rules of its own for what Docker publishes")] }
      if let reason = firewall.unread { return [.notMeasured(reason)] }
      let published = published(subject, installation)
      guard published.isEmpty else { return FileRules.capped(published) }
      return [
        .fail(
          "ufw is on, Docker is here, and no rule stands in the chain DOCKER-USER",
          at: Finding.Location(file: "/etc/ufw/after.rules"))
      ]
    }
  }

  /// Ports of the agent's own containers that other machines reach past the firewall.
  private static func published(_ subject: Subject, _ installation: Installation) -> [Answer] {
    let container = subject.container.found.flatMap { $0 }
    let running = (container?.ports ?? []).filter { $0.host.map { !$0.isLoopback } ?? true }.map { port in
      Answer.fail("container \(container?.name ?? "") publishes \(port.text), past ufw", severity: .high)
    }
    let written = installation.launches.filter { $0.origin == .compose }.flatMap { launch in
      launch[all: "ports"].filter { !LaunchRules.isOnLoopback($0.value) }.map { option in
        Answer.fail(
          "\(VisibleText.terminal(VisibleText.cutMiddle(option.value, to: 80))) is published past ufw",
          at: Finding.Location(file: launch.file, line: option.line, key: "ports"), severity: .high)
      }
    }
    return running + written
  }

  static let firewallOpen = Rule(
    "network.firewall-opens-agent", "The firewall lets everybody in to the agent's port", .medium,
    because: "the agent must listen there as well; where it does it is high",
    reads: ["user.rules of ufw", "listening sockets"], for: .everyone, tier: 1, requirement: "H9",
    why: "The day the agent binds to more than loopback, every machine of the network reaches it.",
    remedy: "Delete the rule, or let in the addresses that need it.", references: ["CWE-1327"]
  ) { subject in
    MachineRules.ask(subject) { machine, _ in
      let firewall: MachineFacts.Firewall
      switch machine.firewall {
      case .absent: return [.notMeasured("ufw is not set up; other firewalls are not looked at")]
      case .unread(let reason): return [.notMeasured(reason)]
      case .read(let found): firewall = found
      }
      let ports = NetworkRules.ports(subject)
      guard !ports.isEmpty else { return [.notMeasured("its ports are not known")] }
      let open = Set((subject.sockets.found ?? []).filter { $0.listener.scope > .loopback }.map(\.listener.port))
      let failures = firewall.openPorts.compactMap { line -> Answer? in
        guard let port = ports.sorted().first(where: { isFor($0, line.text) }) else { return nil }
        return .fail(
          "a rule lets everybody in to port \(port)", at: MachineRules.place(line),
          severity: open.contains(port) ? .high : nil,
          fix: Finding.Fix("Delete the rule.", command: "sudo ufw delete allow \(port)/tcp"))
      }
      guard failures.isEmpty else { return FileRules.capped(failures) }
      if let reason = firewall.unread { return [.notMeasured(reason)] }
      return [.pass("no rule for everybody names its ports")]
    }
  }

  /// Whether a rule of ufw speaks of that port: `--dport 18789`, `--dports 80,18000:19000`.
  static func isFor(_ port: UInt16, _ rule: String) -> Bool {
    let words = rule.split(separator: " ")
    guard let index = words.firstIndex(where: { $0 == "--dport" || $0 == "--dports" }), index + 1 < words.count else {
      return false
    }
    return words[index + 1].split(separator: ",").contains { part in
      let ends = part.split(separator: ":").compactMap { UInt16($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return false }
      return (first...last).contains(port)
    }
  }

  // MARK: service

  static let unconfined = Rule(
    "host.unit-unconfined", "The service that runs the agent has none of systemd's walls", .medium,
    because: "it takes a misled agent; then nothing of the system stands in its way",
    reads: [
      "NoNewPrivileges, ProtectSystem, ProtectHome, PrivateTmp, CapabilityBoundingSet, DynamicUser of units"
    ], for: .everyone, tier: 2, requirement: "H11",
    why: "A steered command uses every program that gives more rights, and writes wherever its user may.",
    remedy:
      "Write a drop-in with NoNewPrivileges=yes, ProtectSystem=strict, ProtectHome=tmpfs with the folders that it needs, PrivateTmp=yes.",
    references: ["CWE-250", "CWE-693"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let units = installation.launches.filter { $0.origin == .unit }
    guard !units.isEmpty else {
      if installation.machine == nil { return [.notMeasured("units were not looked at")] }
      return subject.doubting([.pass("no unit starts it")], [.unit])
    }
    let failures = units.compactMap { unit -> Answer? in
      let missing = missing(in: unit)
      guard let first = missing.first else { return nil }
      return .fail(
        "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") not set",
        at: Finding.Location(file: unit.file, line: unit.line, key: first),
        // Without new rights, and with the system read-only, the rest is a second wall.
        severity: missing.contains("NoNewPrivileges") || missing.contains("ProtectSystem") ? nil : .low)
    }
    guard failures.isEmpty else { return FileRules.capped(failures) }
    return subject.doubting(
      [.pass("its units are confined", at: Finding.Location(file: units[0].file))], [.unit])
  }

  private static let yes: Set<String> = ["yes", "true", "1", "on"]

  /// Walls that a unit leaves out, the most important first. A user's manager may not raise most of them.
  static func missing(in unit: Installation.Launch) -> [String] {
    func value(_ name: String) -> String { unit[name]?.value.lowercased() ?? "" }
    // systemd.exec(5): it implies the others.
    if yes.contains(value("DynamicUser")) { return [] }
    var missing: [String] = []
    if !yes.contains(value("NoNewPrivileges")) { missing.append("NoNewPrivileges") }
    guard !unit.file.contains("/systemd/user/") else { return missing }
    if !yes.union(["full", "strict"]).contains(value("ProtectSystem")) { missing.append("ProtectSystem") }
    if !yes.union(["read-only", "tmpfs"]).contains(value("ProtectHome")) { missing.append("ProtectHome") }
    if !yes.union(["disconnected"]).contains(value("PrivateTmp")) { missing.append("PrivateTmp") }
    // An ordinary user has no capabilities to lose.
    let user = unit["User"]?.value ?? "root"
    if user == "root" || user == "0", unit["CapabilityBoundingSet"] == nil { missing.append("CapabilityBoundingSet") }
    return missing
  }

  // MARK: proxy

  static let proxyInClear = Rule(
    "network.proxy-in-clear", "A reverse proxy leads to the agent without encryption", .medium,
    because: "somebody must sit on the way; the login passes there in clear",
    reads: ["listen, ssl, tls of nginx, Caddy and Traefik files"], for: .everyone, tier: 1, requirement: "H10",
    why: "Who is on the same network or on the way reads the token and everything that is said, and takes it over.",
    remedy: "Give the proxy a certificate, and let the plain port only redirect.", references: ["CWE-319"]
  ) { subject in
    NetworkRules.proxies(
      subject,
      { site in
        guard !site.hasTLS else { return nil }
        return .fail("\(site.program) leads to port \(site.port) without TLS", at: MachineRules.place(site.place))
      }, pass: "the proxies in front of it have certificates")
  }

  // MARK: home

  static let home = Rule(
    "host.home-open", "Others on this machine may look into the home of the agent's user", .low,
    because: "each file's own mode still counts; who may write there is another matter",
    reads: ["mode of the home"], for: .everyone, tier: 2, requirement: "H13",
    why: "Other accounts read what the agent and its tools leave there with the usual mode: clones, logs, keys.",
    remedy: "Set the mode of the home to 750 or 700.", references: ["CWE-732"]
  ) { subject in
    MachineRules.ask(subject) { machine, installation in
      let homes = machine.homes.filter {
        installation.stateDirectory == $0.key || installation.stateDirectory.hasPrefix($0.key + "/")
      }
      guard let (path, mode) = homes.max(by: { $0.key.utf8.count < $1.key.utf8.count }) else {
        return [.notMeasured("it lies in no home that was looked at")]
      }
      let place = Finding.Location(file: path)
      let text = "mode \(FileRules.octal(mode))"
      // A group of its own is what most systems give each user.
      let writes = mode & 0o022 != 0
      guard writes || mode & 0o005 != 0 else { return [.pass(text, at: place)] }
      let fix = ShellWord.quote(path).map {
        Finding.Fix("Take the rights of others away.", command: "chmod \(writes ? "go-w,o-rx" : "o-rx") \($0)")
      }
      return [
        .fail(
          writes ? "\(text): others may put files there" : "\(text): everybody may list it", at: place,
          severity: mode & 0o002 != 0 ? .critical : writes ? .high : nil, fix: fix)
      ]
    }
  }
}
