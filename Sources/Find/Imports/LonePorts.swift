import Knowledge
import Model

/// Sockets on an agent's port of which the file does not show that an agent holds them.
struct LonePorts {
  struct Lone {
    var kind: String
    var confidence: Confidence
    var sockets: [Machine.Socket]
    var owner: Sighting?
    var pid: Int32?
    var reasons: [String]
  }

  let machine: Machine
  let fingerprints: Fingerprints
  /// Ports that a container with an agent gives away.
  let published: Set<UInt16>
  /// Handles of recognised processes.
  let known: Set<String>

  /// Kinds by their own port: high, exact, and claimed by one agent only. Everybody uses 3000 and 8080.
  private var kinds: [UInt16: String] {
    var kinds: [UInt16: Set<String>] = [:]
    for row in fingerprints.rows("listen.port") where row.match == .exact {
      guard let port = UInt16(row.value) else { continue }
      kinds[port, default: []].insert(row.kind)
    }
    return kinds.compactMapValues { $0.count == 1 ? $0.first : nil }
      .filter { $0.key >= 10_000 && Fingerprints.isAgent(kind: $0.value) }
  }

  func all() -> [Lone] {
    let kinds = kinds
    var groups: [String: Lone] = [:]
    for socket in machine.sockets where socket.port > 0 && !published.contains(socket.port) {
      guard let kind = kinds[socket.port], !known.contains(socket.owner ?? "") else { continue }
      let owner = socket.owner.flatMap { machine.processes[$0] }
      guard let (confidence, reason) = judge(socket.port, owner) else { continue }
      let key = "\(kind) \(socket.owner ?? "")"
      var lone =
        groups[key]
        ?? Lone(
          kind: kind, confidence: confidence, sockets: [], owner: owner,
          pid: owner?.pid ?? socket.owner.flatMap { Int32($0) }, reasons: [])
      lone.sockets.append(socket)
      lone.confidence = max(lone.confidence, confidence)
      let text = "\(kind)'s usual port \(socket.port) (low); \(reason)"
      if !lone.reasons.contains(text) { lone.reasons.append(text) }
      groups[key] = lone
    }
    return groups.sorted { $0.key < $1.key }.map(\.value)
  }

  /// A port alone is always low; under the runtime that the gateway has it is medium.
  private func judge(_ port: UInt16, _ owner: Sighting?) -> (Confidence, String)? {
    let isGateway = port == Recognition.gatewayPort
    guard let owner, !owner.name.isEmpty else { return (.low, "its owner's name is not shown") }
    let name = CommandLine.plainProgram(owner.name).lastPathPart
    let shown = Shown.line(name, limit: 40)
    if Self.carriers.contains(name) {
      return isGateway ? (.low, "\(shown) carries it on from elsewhere") : nil
    }
    if owner.runtime == .interpreter || name == "MainThread" {
      let isNode =
        ["node", "nodejs", "bun", "deno", "MainThread", "node-MainThread"].contains(name)
        || name.hasPrefix("node")
      return (
        isGateway && isNode ? .medium : .low, "the owner is \(shown), a runtime that agents use"
      )
    }
    return isGateway ? (.low, "the owner is \(shown), which no fingerprint names") : nil
  }

  /// Programs that hold a port for somebody else: engines, forwards and proxies.
  private static let carriers: Set<String> = [
    "docker-proxy", "rootlessport", "rootlesskit", "conmon", "com.docker.backend", "com.docke",
    "docker-pr",
    "slirp4netns",
    "pasta", "ssh", "sshd", "svchost", "wslrelay", "vpnkit", "gvproxy", "socat", "haproxy", "nginx",
    "caddy",
    "tailscaled",
    "OrbStack",
  ]
}
