import Detection
import Model
import Wire

@testable import WireSensor

/// A wire under test with a clock that only moves when told to.
final class Tap {
  static let start: Int64 = 1_795_700_000_000_000_000
  static let client = "192.168.1.10"
  static let server = "198.51.100.7"

  var traffic: Traffic
  var now = Tap.start

  /// With small tables, so that tests are quick and caps are near.
  init(_ change: (inout Traffic.Limits) -> Void = { _ in }) {
    var limits = Traffic.Limits()
    limits.flows = 4096
    limits.addressNames = 1024
    change(&limits)
    traffic = Traffic(limits: limits, seed: 0x1234_5678_9ABC_DEF1)
  }

  func take(_ frame: [UInt8], link: LinkType = .ethernet) {
    traffic.take(frame.span, link: link, time: now, length: frame.count)
  }

  func wait(_ seconds: Double) { now &+= Int64(seconds * 1e9) }

  func udp(_ source: String, _ sourcePort: Int, _ destination: String, _ port: Int, _ payload: [UInt8]) {
    take(Crafted.frame(source, destination, 17, Crafted.udp(sourcePort, port, payload)))
  }

  /// A question over UDP and the answer to it.
  func resolve(_ name: String, _ addresses: [String], client: String = Tap.client, ttl: UInt32 = 300) {
    udp(client, 50_000, "192.168.1.1", 53, Resolver.question(name))
    udp("192.168.1.1", 53, client, 50_000, Resolver.answer(name, addresses, ttl: ttl))
  }

  /// Conversations that are in the table, in its order.
  var sessions: [Session] {
    (0..<traffic.flows.used).map { traffic.flows[$0] }.filter { $0.transport != 0 && $0.stage != .messages }
      .map { traffic.session($0) }
  }

  var names: [String?] { sessions.map(\.name) }

  func activities() -> [HostActivity] {
    traffic.look(host: Host(id: "test", name: "test")).activities
  }
}

/// One TCP connection: it counts sequence numbers of both sides.
struct Talk {
  let tap: Tap
  var client = Tap.client
  var server = Tap.server
  var clientPort = 40_000
  var serverPort = 443
  var up: UInt32 = 1000
  var down: UInt32 = 5_000_000
  /// VLAN tag, 0 for none.
  var vlan = 0

  init(_ tap: Tap, client: String = Tap.client, server: String = Tap.server, clientPort: Int = 40_000, port: Int = 443)
  {
    self.tap = tap
    self.client = client
    self.server = server
    self.clientPort = clientPort
    serverPort = port
  }

  func segment(_ payload: [UInt8], isUp: Bool = true, at sequence: UInt32, flags: UInt8 = 0x18) {
    let segment = Crafted.tcp(
      isUp ? clientPort : serverPort, isUp ? serverPort : clientPort, payload, sequence: sequence, flags: flags)
    tap.take(Crafted.frame(isUp ? client : server, isUp ? server : client, 6, segment, vlan: vlan))
  }

  /// SYN, SYN ACK, ACK.
  mutating func open() {
    segment([], at: up, flags: 2)
    up &+= 1
    segment([], isUp: false, at: down, flags: 0x12)
    down &+= 1
    segment([], at: up, flags: 0x10)
  }

  mutating func send(_ payload: [UInt8]) {
    segment(payload, at: up)
    up &+= UInt32(payload.count)
  }

  mutating func send(_ text: String) { send(Array(text.utf8)) }

  mutating func answer(_ payload: [UInt8]) {
    segment(payload, isUp: false, at: down)
    down &+= UInt32(payload.count)
  }

  mutating func answer(_ text: String) { answer(Array(text.utf8)) }

  mutating func close() {
    segment([], at: up, flags: 0x11)
    segment([], isUp: false, at: down, flags: 0x11)
  }

  func reset(isUp: Bool = false) { segment([], isUp: isUp, at: isUp ? up : down, flags: 4) }
}

/// Frames put together from headers, without checksums.
enum Crafted {
  static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
  static func long(_ value: UInt32) -> [UInt8] { word(Int(value >> 16)) + word(Int(value & 0xFFFF)) }

  static func address(_ text: String) -> [UInt8] { Address(text)?.bytes ?? [] }

  /// The card of a host: 02 00 and the last four bytes of its address.
  static func card(_ address: [UInt8]) -> [UInt8] { [2, 0] + address.suffix(4) }

  static func frame(_ source: String, _ destination: String, _ number: UInt8, _ payload: [UInt8], vlan: Int = 0)
    -> [UInt8]
  {
    let packet = ip(source, destination, number, payload)
    return card(address(destination)) + card(address(source)) + (vlan > 0 ? [0x81, 0] + word(vlan) : [])
      + (packet[0] >> 4 == 4 ? [8, 0] : [0x86, 0xDD]) + packet
  }

  /// - Parameter place: flags and offset in units of eight bytes, as IPv4 has them.
  static func ip(
    _ source: String, _ destination: String, _ number: UInt8, _ payload: [UInt8], place: Int = 0x4000, id: Int = 7
  ) -> [UInt8] {
    let (from, to) = (address(source), address(destination))
    if from.count == 4 {
      return [0x45, 0] + word(20 + payload.count) + word(id) + word(place) + [64, number, 0, 0] + from + to + payload
    }
    return [0x60, 0, 0, 0] + word(payload.count) + [number, 64] + from + to + payload
  }

  static func udp(_ source: Int, _ destination: Int, _ payload: [UInt8]) -> [UInt8] {
    word(source) + word(destination) + word(8 + payload.count) + [0, 0] + payload
  }

  static func tcp(_ source: Int, _ destination: Int, _ payload: [UInt8], sequence: UInt32, flags: UInt8) -> [UInt8] {
    word(source) + word(destination) + long(sequence) + long(0) + [0x50, flags, 0xFA, 0xF0, 0, 0, 0, 0] + payload
  }

  /// VXLAN (RFC 7348) of a frame, between two switches.
  static func vxlan(_ network: Int, _ inner: [UInt8]) -> [UInt8] {
    frame(
      "10.255.0.1", "10.255.0.2", 17,
      udp(50_000, 4789, [8, 0, 0, 0, UInt8(network >> 16)] + word(network & 0xFFFF) + [0] + inner))
  }
}

/// Messages of DNS.
enum Resolver {
  static func name(_ text: String) -> DNS.Name { DNS.Name(text) ?? .root }

  static func question(_ text: String, type: UInt16 = DNS.Kind.a, edns: Bool = false) -> [UInt8] {
    var message = DNS.Message(id: 7, flags: 0x0100)
    message.questions = [DNS.Question(name(text), type: type)]
    if edns { message.additionals = [DNS.Record(.root, type: DNS.Kind.opt, class: 1232, ttl: 0, data: .opaque([]))] }
    return message.encoded()
  }

  static func answer(
    _ text: String, _ addresses: [String], ttl: UInt32 = 300, flags: UInt16 = 0x8180, edns: Bool = false
  ) -> [UInt8] {
    var message = DNS.Message(id: 7, flags: flags)
    message.questions = [DNS.Question(name(text), type: DNS.Kind.a)]
    message.answers = addresses.compactMap { Address($0) }.map {
      DNS.Record(
        name(text), type: $0.isIPv4 ? DNS.Kind.a : DNS.Kind.aaaa, ttl: ttl, data: .address($0))
    }
    if edns { message.additionals = [DNS.Record(.root, type: DNS.Kind.opt, class: 1232, ttl: 0, data: .opaque([]))] }
    return message.encoded()
  }

  /// An HTTPS record (RFC 9460) of priority 1 for the name itself, with one IPv4 hint.
  static func hints(_ text: String, _ address: String) -> [UInt8] {
    var message = DNS.Message(id: 7, flags: 0x8180)
    message.questions = [DNS.Question(name(text), type: 65)]
    message.answers = [
      DNS.Record(
        name(text), type: 65, ttl: 300,
        data: .opaque([0, 1, 0, 0, 1, 0, 3, 2, 0x68, 0x32, 0, 4, 0, 4] + Crafted.address(address)))
    ]
    return message.encoded()
  }

  /// With the two bytes of length before it that TCP asks for.
  static func framed(_ message: [UInt8]) -> [UInt8] { Crafted.word(message.count) + message }
}

/// A small generator with a fixed seed (xorshift64*): the same in every run.
struct Xorshift: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64 = 0x9E37_79B9_7F4A_7C15) { state = seed }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
