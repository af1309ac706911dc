import Model
import Testing
import Wire

@Suite struct FragmentsTests {
  static let second: Int64 = 1_000_000_000
  /// A datagram of 3008 bytes with its header.
  static let datagram = Crafted.udp(53, 40_000, (0..<3000).map { UInt8(truncatingIfNeeded: $0) })

  static func cut(_ data: [UInt8], at size: Int) -> [(offset: Int, data: [UInt8], more: Bool)] {
    stride(from: 0, to: data.count, by: size).map {
      ($0, Array(data[$0..<min($0 + size, data.count)]), $0 + size < data.count)
    }
  }

  static func four(_ offset: Int, _ data: [UInt8], more: Bool, id: Int = 0x1234, options: [UInt8] = []) -> [UInt8] {
    Crafted.ethernet(
      0x0800, Crafted.ipv4(17, data, place: offset / 8 | (more ? 0x2000 : 0), id: id, options: options),
      tags: [(0x8100, 7)])
  }

  static func six(_ offset: Int, _ data: [UInt8], more: Bool, chain: Bool = false) -> [UInt8] {
    let fragment = bytes("11 00") + Crafted.word(offset | (more ? 1 : 0)) + bytes("01020304")
    return Crafted.ethernet(
      0x86DD,
      chain
        ? Crafted.ipv6(0, bytes("33 00 000000000000 2c 01 000000000000 00000000") + fragment + data)
        : Crafted.ipv6(44, fragment + data))
  }

  static func add(_ frame: [UInt8], to fragments: inout Fragments, at time: Int64 = 0) -> Fragments.Datagram? {
    var packet = Packet()
    var dissector = Dissector()
    _ = dissector.dissect(frame.span, link: .ethernet, into: &packet)
    return fragments.add(frame.span, packet, time: time)
  }

  static func whole(_ datagram: Fragments.Datagram?) throws -> (Packet, [UInt8]) {
    let datagram = try #require(datagram)
    var dissector = Dissector()
    var packet = Packet()
    #expect(dissector.dissect(datagram.bytes.span, link: .raw, into: &packet) == .transport)
    datagram.complete(&packet)
    return (packet, Array(datagram.bytes.dropFirst(Int(packet.payloadOffset)).prefix(Int(packet.payloadCount))))
  }

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2, 1, 0]], [4, 6])
  func `a datagram is whole when its last piece came, in whatever order`(order: [Int], version: Int) throws {
    var fragments = Fragments()
    let parts = Self.cut(Self.datagram, at: 1480)
    var result: Fragments.Datagram?
    var completed = 0
    for index in order where completed == 0 {
      let part = parts[index]
      result = Self.add(
        version == 4
          ? Self.four(part.offset, part.data, more: part.more) : Self.six(part.offset, part.data, more: part.more),
        to: &fragments)
      if result != nil { completed += 1 }
    }
    let (packet, payload) = try Self.whole(result)
    #expect(payload == Array(Self.datagram.dropFirst(8)))
    #expect(
      packet.sourcePort == 53 && packet.source == (version == 4 ? Crafted.ip("192.0.2.1") : Crafted.ip("2001:db8::1")))
    #expect(packet.vlan == (version == 4 ? 7 : 0) && packet.sourceMAC == 0x0200_5E00_5301)
    #expect(!packet.isFragment && packet.networkLength == Int32(Self.datagram.count + (version == 4 ? 20 : 40)))
    #expect(fragments.count == 0 && fragments.bytes == 0 && fragments.statistics.completed == 1)
  }

  @Test func `headers of the first fragment are the datagram's`() throws {
    var fragments = Fragments()
    let parts = Self.cut(Self.datagram, at: 1480)
    var result: Fragments.Datagram?
    for part in parts {
      result = Self.add(Self.four(part.offset, part.data, more: part.more, options: [1, 1, 1, 0]), to: &fragments)
    }
    #expect(try Self.whole(result).0.payloadOffset == 32)
    for part in parts {
      result = Self.add(Self.six(part.offset, part.data, more: part.more, chain: true), to: &fragments)
    }
    let (packet, payload) = try Self.whole(result)
    #expect(packet.payloadOffset == 40 + 8 + 12 + 8 && payload.count == 3000)
  }

  @Test func `IPv4 keeps the bytes that came first where fragments overlap`() throws {
    var fragments = Fragments()
    let ones = Array(repeating: UInt8(1), count: 64)
    let twos = Array(repeating: UInt8(2), count: 64)
    let head = Crafted.udp(1, 2, Array(repeating: 0, count: 24), length: 8 + 24 + 128)
    // 64..128 first; then 32..96, of which 32 are new; then 96..160, of which 32 are new.
    #expect(Self.add(Self.four(64, ones, more: true), to: &fragments) == nil)
    #expect(Self.add(Self.four(32, twos, more: true), to: &fragments) == nil)
    #expect(Self.add(Self.four(96, twos, more: false), to: &fragments) == nil)
    let (_, payload) = try Self.whole(Self.add(Self.four(0, head, more: true), to: &fragments))
    #expect(payload == Array(repeating: 0, count: 24) + twos.prefix(32) + ones + twos.prefix(32))
    #expect(fragments.statistics.overlapping == 2)
  }

  @Test func `a piece that spans others fills what is between them`() throws {
    var fragments = Fragments()
    let data = Self.datagram
    #expect(Self.add(Self.four(800, Array(data[800..<880]), more: true), to: &fragments) == nil)
    #expect(Self.add(Self.four(80, Array(data[80..<160]), more: true), to: &fragments) == nil)
    #expect(Self.add(Self.four(0, Array(data[..<8]), more: true), to: &fragments) == nil)
    let (_, payload) = try Self.whole(Self.add(Self.four(8, Array(data[8...]), more: false), to: &fragments))
    #expect(payload == Array(data.dropFirst(8)) && fragments.statistics.overlapping == 1)
  }

  /// Found by reading: each copy was compared with all bytes that were held and not with its own.
  @Test(.timeLimit(.minutes(10)))
  func `a copy of a small fragment costs its own length, however much is held`() {
    var fragments = Fragments()
    let parts = Self.cut([UInt8](repeating: 7, count: 60_000), at: 1440)
    // All but the first eight bytes, so that it stays open.
    for part in parts.dropFirst() { _ = Self.add(Self.six(part.offset, part.data, more: part.more), to: &fragments) }
    var packet = Packet()
    var dissector = Dissector()
    let copy = Self.six(1440, [UInt8](repeating: 7, count: 8), more: true)
    _ = dissector.dissect(copy.span, link: .ethernet, into: &packet)
    var completed = 0
    for _ in 0..<200_000 where fragments.add(copy.span, packet, time: 0) != nil { completed += 1 }
    #expect(fragments.statistics.repeated == 200_000)
    #expect(fragments.count == 1 && completed == 0)
  }

  @Test func `IPv6 drops a datagram whose fragments overlap, and a copy is no overlap`() {
    var fragments = Fragments()
    let parts = Self.cut(Self.datagram, at: 1480)
    func add(_ index: Int, flip: Bool = false, shift: Int = 0) -> Fragments.Datagram? {
      var data = parts[index].data
      if flip { data[3] ^= 1 }
      return Self.add(Self.six(parts[index].offset + shift, data, more: parts[index].more), to: &fragments)
    }
    #expect(add(1) == nil && add(1) == nil)
    #expect(fragments.statistics.repeated == 1 && fragments.statistics.refused == 0)
    #expect(add(1, flip: true) == nil)
    #expect(fragments.statistics.refused == 1 && fragments.bytes == 0)
    // The dropped one does not begin anew.
    #expect(add(0) == nil && add(1) == nil && add(2) == nil)
    #expect(fragments.statistics.completed == 0)
    var others = Fragments()
    swap(&fragments, &others)
    #expect(add(0) == nil && add(1, shift: -8) == nil)
    #expect(fragments.statistics.refused == 1)
  }

  @Test func `ends that contradict each other are refused`() {
    for order in [
      [(0, 64, false), (64, 64, false)], [(64, 64, true), (0, 64, false)],
      [(0, 64, true), (64, 64, false), (128, 8, true)],
    ] {
      var fragments = Fragments()
      for (index, part) in order.enumerated() {
        // The first byte is missing, so that nothing completes too early.
        let frame = Self.four(8 + part.0, Array(repeating: 0, count: part.1), more: part.2)
        #expect(Self.add(frame, to: &fragments) == nil, "\(index)")
      }
      #expect(fragments.statistics.refused == 1, "\(order)")
    }
  }

  @Test func `what can be no fragment is counted`() {
    var fragments = Fragments()
    let data = Array(repeating: UInt8(0), count: 64)
    #expect(Self.add(Self.four(0, Array(data.prefix(63)), more: true), to: &fragments) == nil)
    #expect(Self.add(Self.four(65_528, data, more: false), to: &fragments) == nil)
    #expect(Self.add(Self.four(0, [], more: true), to: &fragments) == nil)
    #expect(Self.add(Array(Self.four(0, data, more: true).dropLast()), to: &fragments) == nil)
    #expect(Self.add(Crafted.inner, to: &fragments) == nil)
    #expect(Self.add(Array(Self.six(0, data, more: true).prefix(60)), to: &fragments) == nil)
    #expect(fragments.statistics.damaged == 6 && fragments.count == 0)
  }

  @Test func `a frame that is not the packet's own is refused`() {
    var fragments = Fragments()
    var packet = Packet()
    packet.isFragment = true
    packet.networkLength = 100
    packet.etherType = 0x86DD
    let zeros = Array(repeating: UInt8(0), count: 200)
    #expect(fragments.add(zeros.span, packet, time: 0) == nil)
    packet.networkOffset = -5
    #expect(fragments.add(zeros.span, packet, time: 0) == nil)
    packet.networkOffset = .max
    packet.networkLength = .max
    #expect(fragments.add(zeros.span, packet, time: 0) == nil)
    #expect(fragments.statistics.damaged == 3)
  }

  @Test func `a datagram waits thirty seconds by the packets' clock`() {
    let parts = Self.cut(Self.datagram, at: 2000)
    func completed(_ first: Int64, _ second: Int64) -> Bool {
      var fragments = Fragments()
      _ = Self.add(Self.four(0, parts[0].data, more: true), to: &fragments, at: first)
      return Self.add(Self.four(2000, parts[1].data, more: false), to: &fragments, at: second) != nil
    }
    #expect(completed(0, 30 * Self.second) && !completed(0, 31 * Self.second))
    #expect(completed(Frame.unknownTime, 0) && completed(0, Frame.unknownTime))
    #expect(!completed(.max, -.max) && !completed(60 * Self.second, 0))
  }

  @Test func `the number of datagrams is bounded and the oldest goes`() {
    var fragments = Fragments()
    let data = Array(repeating: UInt8(0), count: 8)
    for id in 0..<1000 {
      _ = Self.add(Self.four(8, data, more: true, id: id), to: &fragments, at: Int64(id))
      #expect(fragments.count <= 256)
    }
    #expect(fragments.statistics.evicted == 744 && fragments.bytes == 256 * 8)
    _ = Self.add(Self.four(8, data, more: true, id: 2000), to: &fragments, at: 40 * Self.second)
    #expect(fragments.count == 1 && fragments.statistics.expired == 256)
  }

  @Test func `the number of pieces is bounded`() {
    var fragments = Fragments()
    for index in 0..<300 {
      _ = Self.add(Self.four(16 * index + 8, Array(repeating: 0, count: 8), more: true), to: &fragments)
    }
    #expect(fragments.statistics.refused == 1 && fragments.bytes == 0)
  }

  @Test func `a datagram longer than its length field can say is refused`() {
    var fragments = Fragments()
    let data = Array(repeating: UInt8(0), count: 65_520)
    for part in Self.cut(data, at: 32_760) {
      #expect(Self.add(Self.four(part.offset, part.data, more: part.more), to: &fragments) == nil)
    }
    #expect(fragments.statistics.refused == 1 && fragments.count == 0)
  }
}
