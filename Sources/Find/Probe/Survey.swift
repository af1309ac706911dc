internal import Model

/// One socket address to ask.
struct Endpoint: Sendable, Hashable {
  var address: Address
  /// Index of the interface for a link-local IPv6 address; else 0.
  var zone: UInt32 = 0
  var port: UInt16
  /// As it was given, where it was a name.
  var name: String?
  /// Named one by one, not as part of a network.
  var isNamed = false
}

/// Names to addresses, for the names that were given and no others.
protocol Resolver: Sendable {
  func addresses(of name: String) throws(ProbeError) -> [(address: Address, zone: UInt32)]
  /// Index of an interface; nil where there is none of that name.
  func zone(_ name: String) -> UInt32?
}

/// Targets laid out as numbered endpoints; each network costs a few words, whatever its width.
struct Survey: Sendable {
  struct Span: Sendable, Hashable {
    var network: Prefix
    /// Skipped at the front: the address of the network itself.
    var offset: UInt64 = 0
    var hosts: UInt64 = 1
    var ports: [UInt16]
    var zone: UInt32 = 0
    var name: String?
    var isNamed = true

    var count: UInt64 { hosts * UInt64(ports.count) }
    func covers(_ address: Address, _ zone: UInt32, _ port: UInt16) -> Bool {
      network.contains(address) && zone == self.zone && ports.contains(port)
    }
  }

  private(set) var spans: [Span] = []
  private(set) var total: UInt64 = 0

  /// Four /8 networks on ten ports: days at the default rate.
  static let limit: UInt64 = 1 << 30
  static let targetLimit = 4096

  /// Where probing needs no confirmation: RFC 1918, 4193, 3927, 4291, and 6598, which tailnets use.
  static let near = [
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
    "::1/128", "fe80::/10", "fc00::/7",
  ].compactMap { Prefix($0) }

  init(_ targets: [Target], options: Prober.Options, resolver: some Resolver) throws(ProbeError) {
    guard !targets.isEmpty, !options.ports.isEmpty else { throw .nothing }
    guard targets.count <= Self.targetLimit else { throw .tooMany(Self.limit) }
    for target in targets {
      switch target {
      case .network(let network): try add(network, options)
      case .address(let address, let zone, let port):
        var index: UInt32 = 0
        if let zone {
          guard let known = resolver.zone(zone) else { throw .notATarget("\(address)%\(zone)", "no interface \(zone)") }
          index = known
        }
        try add(address, index, port, nil, options)
      case .name(let name, let port):
        for found in try resolver.addresses(of: name) where Target.isHost(found.address) {
          try add(found.address, found.zone, port, name, options)
        }
      }
    }
    guard total > 0 else { throw .nothing }
  }

  private mutating func add(_ network: Prefix, _ options: Prober.Options) throws(ProbeError) {
    let bits = network.hostBits
    guard options.yes || bits <= 8 else { throw .tooWide(network.description) }
    guard options.yes || Self.near.contains(where: { $0.contains(network) }) else {
      throw .isPublic(network.description)
    }
    guard bits <= 30, Target.isHost(network.first) || network.length == 0 || network.first.bytes[0] != 0xFF,
      !network.first.isIPv4 || network.first.bytes[0] < 224
    else { throw bits > 30 ? .tooMany(Self.limit) : .notATarget(network.description, "it holds no hosts") }
    // The first and the last address of an IPv4 network are its own and its broadcast (RFC 1122 §3.2.1.3), except in
    // point-to-point links (RFC 3021).
    let all = UInt64(1) << UInt64(bits)
    let spares = network.first.isIPv4 && bits > 1
    try append(
      Span(
        network: network, offset: spares ? 1 : 0, hosts: spares ? all - 2 : all, ports: Self.unique(options.ports),
        isNamed: false))
  }

  private mutating func add(
    _ address: Address, _ zone: UInt32, _ port: UInt16?, _ name: String?, _ options: Prober.Options
  ) throws(ProbeError) {
    guard let network = Prefix(address, address.bytes.count * 8) else { return }
    guard options.yes || Self.near.contains(where: { $0.contains(address) }) else {
      throw .isPublic(name.map { "\($0) (\(address))" } ?? address.description)
    }
    try append(
      Span(network: network, ports: port.map { [$0] } ?? Self.unique(options.ports), zone: zone, name: name))
  }

  private mutating func append(_ span: Span) throws(ProbeError) {
    guard !spans.contains(span) else { return }
    spans.append(span)
    total += span.count
    guard total <= Self.limit else { throw .tooMany(Self.limit) }
  }

  private static func unique(_ ports: [UInt16]) -> [UInt16] {
    var seen: Set<UInt16> = []
    return ports.filter { $0 > 0 && seen.insert($0).inserted }
  }

  /// The endpoint of a number; nil where an earlier target has it already.
  subscript(index: UInt64) -> Endpoint? {
    var rest = index
    for (place, span) in spans.enumerated() {
      guard rest >= span.count else {
        let address = span.network.address(span.offset + rest / UInt64(span.ports.count))
        let port = span.ports[Int(rest % UInt64(span.ports.count))]
        if spans[..<place].contains(where: { $0.covers(address, span.zone, port) }) { return nil }
        return Endpoint(address: address, zone: span.zone, port: port, name: span.name, isNamed: span.isNamed)
      }
      rest -= span.count
    }
    return nil
  }
}
