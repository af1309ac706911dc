import Model
import WireSensor
import Wire

/// A segment under test with a clock that only moves when told to, and packets made of records.
struct Bench {
  static let link = Link(index: 3, name: "e0")
  static let start = Timestamp(seconds: 1_795_700_000)
  static let gateway = "_openclaw-gw._tcp.local"

  var segment: Segment
  var now = Bench.start

  init(passive: Bool = true, limits: Segment.Limits = Segment.Limits()) {
    segment = Segment(passive: passive, limits: limits)
    segment.attach(Bench.link, at: now)
  }

  static func name(_ text: String) -> DNS.Name { DNS.Name(text) ?? .root }
  static func address(_ text: String) -> Address {
    guard let address = Address(text) else { fatalError("no address: \(text)") }
    return address
  }
  static func instance(_ label: String, type: String = gateway) -> DNS.Name {
    DNS.Name(labels: [Array(label.utf8)] + name(type).labels) ?? .root
  }

  /// The four records by which a gateway announces itself.
  static func records(
    _ label: String = "studio (OpenClaw)", type: String = gateway, host: String = "studio.local", port: UInt16 = 18789,
    text: [String: String] = ["role": "gateway", "gatewayPort": "18789"], address: String = "10.77.0.1",
    ttl: UInt32? = nil
  ) -> [DNS.Record] {
    let owner = instance(label, type: type)
    let attributes = text.sorted { $0.key < $1.key }.map { DNS.Text.Attribute($0.key, Array($0.value.utf8)) }
    return [
      DNS.Record(name(type), type: DNS.Kind.ptr, ttl: ttl ?? 4500, data: .pointer(owner)),
      DNS.Record(
        owner, type: DNS.Kind.srv, cacheFlush: true, ttl: ttl ?? 120,
        data: .service(.init(port: port, target: name(host)))),
      DNS.Record(owner, type: DNS.Kind.txt, cacheFlush: true, ttl: ttl ?? 4500, data: .text(DNS.Text(attributes))),
      DNS.Record(
        name(host), type: address.contains(":") ? DNS.Kind.aaaa : DNS.Kind.a, cacheFlush: true, ttl: ttl ?? 120,
        data: .address(Bench.address(address))),
    ]
  }

  @discardableResult
  mutating func hear(
    _ records: [DNS.Record], from source: String = "10.77.0.1", legacy: Bool = false, hopLimit: UInt8? = 255
  ) -> [Segment.Change] {
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = records
    return hear(message.encoded(), from: source, legacy: legacy, hopLimit: hopLimit)
  }

  @discardableResult
  mutating func hear(
    _ bytes: [UInt8], from source: String = "10.77.0.1", legacy: Bool = false, hopLimit: UInt8? = 255
  ) -> [Segment.Change] {
    segment.receive(
      .init(
        bytes: bytes, address: Bench.address(source), link: Bench.link, hopLimit: hopLimit, isLegacy: legacy), at: now)
  }

  @discardableResult
  mutating func wait(_ seconds: Double) -> [Segment.Change] {
    now = now.advanced(bySeconds: seconds)
    return segment.advance(to: now)
  }
}

extension Segment.Change {
  /// `appeared studio (OpenClaw)`: what happened to whom.
  var short: String {
    switch self {
    case .appeared(let one): "appeared \(one.title)"
    case .changed(let one): "changed \(one.title)"
    case .withdrawn(let one, let reason): "\(reason.rawValue) \(one.title)"
    case .queried(let query): "queried \(query.type.text) by \(query.address)"
    case .flooded(let flood): "flooded by \(flood.address)"
    }
  }
}
