import Installations
import Model

/// How the agent stands on its host, whatever its configuration says. For every kind of agent.
enum HostRules {
  static let all = [root, listeners, tunnel, unattended]

  static let root = Rule(
    "host.runs-as-root", "The agent runs as root", .high,
    because: "nothing on the machine is out of its reach; inside a container a flaw is still needed to leave it",
    reads: ["user of the process", "User= of its units", "user of its container"], for: .init(except: ["nanobot"]),
    tier: 1,
    requirement: "H11",
    why: "One misled command reads every key, changes every file and stays for good.",
    remedy: "Run it as an ordinary user of its own.", references: ["CWE-250"]
  ) { subject in
    let container = subject.container.found.flatMap { $0 }
    let fix =
      container != nil
      ? Finding.Fix("Start the container with a user: --user 1000:1000, or user: \"1000:1000\" in the compose file.")
      : nil
    if let account = subject.account.found {
      guard account.uid == 0 else { return [.pass("it runs as \(account.text)")] }
      return [
        .fail(
          "it runs as root\(container.map { " in container \($0.name)" } ?? "")",
          severity: container != nil ? .medium : nil, fix: fix)
      ]
    }
    if let container, let user = container.user, !user.isEmpty {
      let name = user.split(separator: ":")[0]
      guard name == "root" || name == "0" else { return [.pass("container \(container.name) runs as \(user)")] }
      return [.fail("container \(container.name) runs as \(user)", severity: .medium, fix: fix)]
    }
    let system = subject.installation?.units.filter(\.system) ?? []
    if let unit = system.first(where: { $0.user == nil || $0.user == "root" || $0.user == "0" }) {
      return [
        .fail(
          "\(unit.name) starts it as root\(unit.user == nil ? " (no User=)" : "")",
          at: Finding.Location(file: unit.path, key: "User"),
          fix: Finding.Fix(
            "In \(unit.path): set User= to an ordinary user of its own, then reload and restart it.",
            command: "systemctl daemon-reload"))
      ]
    }
    if let unit = system.first {
      if let reason = subject.startsUnread([.unit]) { return [.notMeasured(reason)] }
      return [.pass("\(unit.name) starts it as \(unit.user ?? "")", at: Finding.Location(file: unit.path, key: "User"))]
    }
    if case .blind(let reason) = subject.account { return [.notMeasured(reason)] }
    return []
  }

  static let listeners = Rule(
    "listener.beyond-loopback", "The agent listens beyond loopback", .high,
    because: "other machines can connect to it now", reads: ["listening sockets"], for: .everyone, tier: 1,
    requirement: "N2",
    why: "Every flaw and every missing login of that service is open to the network.",
    remedy: "Bind the service to 127.0.0.1, or stop it.", references: ["CWE-1327"]
  ) { subject in
    guard let sockets = subject.sockets.found else {
      if case .blind(let reason) = subject.sockets { return [.notMeasured(reason)] }
      return []
    }
    // The gateway's own port has rules of its own, which know the configuration.
    var others = sockets
    if subject.agent.kind == "openclaw" {
      let gateway = Settings.configured(subject)?.port ?? 18789
      others.removeAll { $0.listener.port == gateway }
    }
    // Inside a container with a network of its own, what leads out are its published ports.
    let open = Settings.ownNetwork(subject) == nil ? others.filter { $0.listener.scope > .loopback } : []
    guard open.isEmpty else {
      return open.map { socket in
        .fail(
          "\(socket.owner) listens on \(socket.listener.endpoint)",
          at: Finding.Location(address: socket.listener.endpoint),
          severity: socket.listener.authenticated == false
            ? .critical : socket.listener.scope == .tailnet ? .medium : nil)
      }
    }
    return [
      .pass(
        others.isEmpty
          ? "it has no other listening socket"
          : "\(others.count) listening sockets, none beyond loopback or its own container")
    ]
  }

  static let tunnel = Rule(
    "host.tunnel", "A tunnel leads to the agent", .high,
    because: "it goes around the firewall; with a public far end it is open to the internet",
    reads: ["tunnel processes and their targets"], for: .everyone, tier: 1, requirement: "N7",
    why:
      "The agent is reachable from elsewhere though it listens on loopback only, and the gateway takes what comes out of the tunnel for local.",
    remedy: "Stop the tunnel, or put a login in front of its far end.", references: ["CWE-1327"]
  ) { subject in
    guard let tunnels = subject.tunnels.found else {
      if case .blind(let reason) = subject.tunnels { return [.notMeasured(reason)] }
      return []
    }
    guard !tunnels.isEmpty else { return [.pass("no tunnel leads to it")] }
    return tunnels.map { tunnel in
      .fail(
        "\(tunnel.detail) leads to port \(tunnel.port)\(tunnel.isPublic ? ", open to the internet" : "")",
        at: Finding.Location(address: "127.0.0.1:\(tunnel.port)"), severity: tunnel.isPublic ? .critical : nil)
    }
  }

  static let unattended = Rule(
    "unattended.switches", "The agent was started with its questions switched off", .high,
    because: "the switch removes every question at once, and whoever started it may not be there",
    reads: ["arguments of the process", "ExecStart and Environment of units", "crontabs", "aliases"], for: .everyone,
    tier: 1,
    requirement: "H18b",
    why: "What a page, file or message talks the model into is done at once, without anybody being asked.",
    remedy: "Start it without the switch, or inside a sandbox that holds nothing of value.", references: ["CWE-862"]
  ) { subject in
    let kind = subject.agent.kind
    guard Unattended.knows(kind) else { return [.notMeasured("the switches of \(kind) are not known")] }
    var failures: [Answer] = []
    if let arguments = subject.arguments.found {
      for found in Unattended.switches(of: kind, in: arguments) {
        failures.append(.fail("\(found) in the arguments of the process", at: Finding.Location(key: found)))
      }
    }
    for unit in subject.installation?.units ?? [] {
      for found in Unattended.switches(of: kind, in: unit.execStart) {
        failures.append(.fail("\(found) in \(unit.name)", at: Finding.Location(file: unit.path, key: found)))
      }
      for variable in unit.environment {
        guard let value = variable.value, Unattended.isUnattended(kind, variable: variable.name, value: value) else {
          continue
        }
        failures.append(
          .fail(
            "\(variable.name)=\(value) in \(unit.name)",
            at: Finding.Location(file: unit.path, line: variable.line, key: variable.name)))
      }
    }
    let units = Set(subject.installation?.units.map(\.path) ?? [])
    let launches = (subject.installation?.launches ?? []).filter { $0.origin != .process && !units.contains($0.file) }
    for launch in launches {
      for found in Unattended.switches(of: kind, in: launch.words) {
        failures.append(.fail("\(found) \(launch.place)", at: launch.location(found)))
      }
      for (name, value) in launch.values.sorted(by: { $0.key < $1.key })
      where Unattended.isUnattended(kind, variable: name, value: value) {
        failures.append(.fail("\(name)=\(value) \(launch.place)", at: launch.location(name)))
      }
    }
    guard failures.isEmpty else { return failures }
    if let reason = subject.startsUnread() { return [.notMeasured(reason)] }
    // Units say how it will be started; how it was started only the process says.
    let hasUnits = subject.installation?.units.isEmpty == false
    if case .blind(let reason) = subject.arguments {
      guard hasUnits, subject.agent.status != .running else { return [.notMeasured(reason)] }
      return [.pass("no switch for unattended mode in its units")]
    }
    return [.pass("no switch for unattended mode in its arguments\(hasUnits ? " or units" : "")")]
  }
}
