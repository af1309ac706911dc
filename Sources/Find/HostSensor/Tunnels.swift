import Knowledge
import Model
import Platform

/// Tunnels of this host, and which agent each one leads to. One that leads to no agent is counted and makes no record.
struct Tunnels {
  let host: Host
  let files: any FileSystem
  let isRoot: Bool
  let now: Timestamp

  /// - Parameter agents: observations of this round, among whose listeners the targets are looked for.
  func sweep(
    _ tunnels: [TunnelReader.Tunnel], sockets: Sockets, agents: [Observation], instances: [Recognition.Instance]
  ) -> Sweep {
    var observations: [Observation] = []
    var lines: [String] = []
    var hidden = 0
    for tunnel in tunnels + Self.own(instances, sockets) {
      var tunnel = tunnel
      var confidence = Confidence.high
      if tunnel.targets.isEmpty, !tunnel.isWholeHost, let process = tunnel.process {
        guard let descriptors = process.descriptors else {
          hidden += 1
          lines.append("\(tunnel.name) → not readable")
          continue
        }
        tunnel.targets = connected(descriptors, process, sockets, agents)
        tunnel.source = "connections"
        confidence = .medium
      }
      if tunnel.isWholeHost {
        lines.append("\(tunnel.name) → this whole host")
      } else if tunnel.targets.isEmpty {
        lines.append("\(tunnel.name) → no port named and no agent connected now")
      }
      for target in tunnel.targets {
        let found = observation(tunnel, target, agents, confidence)
        lines.append("\(tunnel.name) → \(target.text)" + (found == nil ? " (no agent)" : ""))
        if let found { observations.append(found) }
      }
    }
    var looked = tunnels.isEmpty ? "no tunnel program runs" : "\(tunnels.count) tunnel\(tunnels.count == 1 ? "" : "s")"
    if !lines.isEmpty { looked += ": " + lines.prefix(8).joined(separator: ", ") }
    if lines.count > 8 { looked += " and \(lines.count - 8) more" }
    var blind: [SourceStatus.Blind] = []
    if hidden > 0 {
      blind.append(
        .init("where \(hidden) tunnel\(hidden == 1 ? "" : "s") of other users lead", remedy: "sudo trammel up"))
    }
    if !isRoot, files.exists("/var/lib/tailscale") {
      blind.append(.init("what tailscaled shares by itself", remedy: "sudo trammel up, or: tailscale serve status"))
    }
    return Sweep(observations: observations, status: [SourceStatus(.tunnel, looked: looked, blind: blind)])
  }

  private func observation(
    _ tunnel: TunnelReader.Tunnel, _ target: TunnelTarget, _ agents: [Observation], _ confidence: Confidence
  ) -> Observation? {
    let who = tunnel.process.map { "pid \($0.pid) " } ?? ""
    var facts = Observation.Facts()
    var keys: [Observation.Key] = []
    var kind: String?
    if target.isLocal(host), tunnel.process?.container == nil {
      guard
        let (agent, listener) = agents.lazy.compactMap({ agent in
          agent.facts.listeners.first { $0.port == target.port && target.reaches($0.address) }.map { (agent, $0) }
        }).first
      else { return nil }
      facts.listeners = [
        Listener(address: listener.address, port: listener.port, scope: max(listener.scope, tunnel.reach))
      ]
      keys = agent.keys
      kind = agent.kind
    } else {
      // A tunnel in a container reaches its neighbours by their names.
      guard let agent = agents.first(where: { Self.isNeighbour($0, target) }) else { return nil }
      keys = agent.keys
      kind = agent.kind
    }
    let far =
      switch tunnel.reach {
      case .public: "the internet"
      case .tailnet: "its private network"
      case .lan: "the other host"
      case .loopback: "this host"
      }
    let detail = "\(who)\(tunnel.name) opens \(target.text) to \(far)"
    facts.data =
      TunnelLook(name: tunnel.name, isPublic: tunnel.reach == .public, port: target.port, detail: detail).data
    facts.data["written_in"] = .string(tunnel.source)
    return Observation(
      source: .tunnel, time: now, confidence: confidence, kind: kind, host: host, keys: keys,
      detail: detail, proof: tunnel.process.map { "ps -o pid,user,lstart,comm -p \($0.pid)" }, facts: facts)
  }

  private static func isNeighbour(_ agent: Observation, _ target: TunnelTarget) -> Bool {
    guard agent.source == .container, let container = ContainerLook(data: agent.facts.data) else { return false }
    let name = target.host
    return container.name == name || container.labels["com.docker.compose.service"] == name
      || (name == "host.docker.internal" && container.ports.contains { $0.hostPort == target.port })
  }

  /// A token alone says where nothing leads: what the tunnel is connected to says it, while it is connected.
  private func connected(
    _ descriptors: [Int: String], _ process: ProcessTable.Process, _ sockets: Sockets, _ agents: [Observation]
  ) -> [TunnelTarget] {
    let inodes = Set(
      descriptors.values.compactMap { $0.hasPrefix("socket:[") ? UInt64($0.dropFirst(8).dropLast()) : nil })
    guard !inodes.isEmpty, let directory = sockets.directories[process.networkNamespace ?? sockets.own] else {
      return []
    }
    let ports = Set(agents.flatMap(\.facts.listeners).map(\.port))
    let targets = SocketTable.connections(files, directory: directory, inodes: inodes)
      .filter { ports.contains($0.port) && ($0.remote.isLoopback || host.addresses.contains($0.remote)) }
      .map { TunnelTarget(host: $0.remote.description, port: $0.port) }
    return TunnelReader.unique(targets).sorted { ($0.port, $0.host) < ($1.port, $1.host) }
  }

  /// An agent that was told to share itself: `openclaw gateway --tailscale funnel`, as long as its arguments show.
  private static func own(_ instances: [Recognition.Instance], _ sockets: Sockets) -> [TunnelReader.Tunnel] {
    instances.compactMap { instance in
      let arguments = TunnelArguments(instance.main.arguments)
      guard let mode = arguments.value("--tailscale"), mode == "serve" || mode == "funnel" else { return nil }
      let targets = (sockets.byProcess[instance.main.pid] ?? []).prefix(1)
        .map { TunnelTarget(host: $0.address.description, port: $0.port) }
      return TunnelReader.Tunnel(
        name: "tailscale \(mode)", reach: mode == "funnel" ? .public : .tailnet, process: instance.main,
        targets: Array(targets))
    }
  }
}
