import Model
import Testing
import Wire

/// What samples of sFlow may hold.
@Suite struct SFlowTests {
  private static let head = Build.tagged(1, bytes("00000001 000005ee 00000004 00000004 45000028"))

  @Test func `the wide form says the same`() throws {
    let body =
      bytes("00000064 00000000 00000003 00000200 0000c800 00000000 00000000 00000007 00000000 00000008 00000001")
      + Self.head
    var collector = Collector()
    collector.take(Build.sFlow([Build.tagged(3, body)]))
    let sample = try #require(collector.records.first)
    #expect(sample.input == 7 && sample.output == 8 && sample.sampling == 512 && sample.bytes == 1518 * 512)
  }

  @Test func `a packet that was discarded is one packet`() throws {
    let body = bytes("00000001 00000000 00000003 00000000 00000007 00000000 00000102 00000001") + Self.head
    var collector = Collector()
    collector.take(Build.sFlow([Build.tagged(5, body)]))
    let sample = try #require(collector.records.first)
    #expect(sample.traits.contains(.isDropped) && sample.packets == 1 && sample.input == 7)
  }

  @Test(arguments: [
    (UInt32(3), UInt32(4), UInt32(3), UInt32(4), false), (0x3FFF_FFFF, 0x3FFF_FFFF, 0, 0, false),
    (3, 0x4000_0001, 3, 0, true), (3, 0x8000_0003, 3, 0, false),
  ])
  func `interfaces of a kind of their own have no number`(
    input: UInt32, output: UInt32, in first: UInt32, out second: UInt32, isDropped: Bool
  ) {
    var collector = Collector()
    collector.take(Build.sFlow([Build.sample([Self.head], input: input, output: output)]))
    #expect(collector.records.map(\.input) == [first] && collector.records.map(\.output) == [second])
    #expect(collector.records.map { $0.traits.contains(.isDropped) } == [isDropped])
  }

  @Test(arguments: [(1, .ethernet), (11, .ip), (12, .ip), (13, .mpls), (7, .other)] as [(UInt32, FlowRecord.Link)])
  func `the first layer of a head is told`(protocol: UInt32, link: FlowRecord.Link) {
    var collector = Collector()
    let head = Build.tagged(1, Build.number(`protocol`, 4) + bytes("000005ee 00000004 00000004 45000028"))
    collector.take(Build.sFlow([Build.sample([head])]))
    #expect(collector.records.map(\.link) == [link])
  }

  @Test func `addresses come without a head as well`() throws {
    let ethernet = Build.tagged(2, bytes("00000040 020000000001 0000 020000000002 0000 00000800"))
    let v4 = Build.tagged(3, bytes("00000028 00000006 c0000201 c0000202 0000c000 000001bb 00000012 00000010"))
    let v6 = Build.tagged(
      4,
      bytes(
        """
        00000048 00000011 20010db8000000000000000000000001 20010db8000000000000000000000002
        0000c000 00000035 00000000 00000000
        """))
    var collector = Collector()
    collector.take(Build.sFlow([Build.sample([ethernet, v4]), Build.sample([v6], sequence: 2)]))
    let first = try #require(collector.records.first)
    #expect(first.source == IP(v4: 0xC000_0201) && first.destination == IP(v4: 0xC000_0202) && first.protocol == 6)
    #expect(first.sourcePort == 49152 && first.destinationPort == 443 && first.tcpFlags == 0x12 && first.tos == 0x10)
    #expect(first.sourceMAC == 0x0200_0000_0001 && first.destinationMAC == 0x0200_0000_0002 && first.rawBytes == 64)
    let second = try #require(collector.records.last)
    #expect(second.source.address == Address("2001:db8::1") && second.protocol == 17 && second.rawBytes == 72)
    #expect(second.destination.address == Address("2001:db8::2") && second.destinationPort == 53)
  }

  @Test func `sockets and hosts that a server tells are read`() throws {
    let socket = Build.tagged(2100, bytes("00000006 c0000201 c0000202 0000c000 00000050"))
    let six = Build.tagged(
      2101,
      bytes(
        "00000006 20010db8000000000000000000000001 20010db8000000000000000000000002 0000c000 00000050"))
    let request = Build.tagged(
      2206,
      bytes("00000002 000003e8 00000003 2f612f00 0000000b 6578616d706c652e636f6d 00") + Array(repeating: 0, count: 40))
    let url = Build.tagged(1005, bytes("00000001 00000001 2f000000 0000000b 6578616d706c652e636f6d 00"))
    let datagram = Build.sFlow([
      Build.sample([socket, request]), Build.sample([six, url], sequence: 2),
      Build.sample([Self.head, request], sequence: 3),
    ])
    var collector = Collector()
    #expect(collector.take(datagram).damaged == 0)
    #expect(
      collector.records.map { collector.text($0.names.host, datagram) } == Array(repeating: "example.com", count: 3))
    #expect(collector.records[0].destination == IP(v4: 0xC000_0202) && collector.records[0].destinationPort == 80)
    #expect(collector.records[1].destination.address == Address("2001:db8::2"))
  }

  @Test func `what is not known is stepped over by its length`() {
    let vendor = Build.tagged(9 << 12 | 1, [1, 2, 3, 4])
    let router = Build.tagged(1002, bytes("00000001 c0000201 00000018 00000018"))
    let tunnel = Build.tagged(1029, [0, 0, 0, 1])
    var collector = Collector()
    let outcome = collector.take(
      Build.sFlow([
        Build.tagged(9 << 12 | 1, [0, 0, 0, 0]), Build.tagged(2, [0, 0, 0, 0]), Build.tagged(4, []),
        Build.sample([vendor, router, tunnel, Self.head]),
      ]))
    #expect(outcome.records == 1 && outcome.others == 3 && outcome.damaged == 0)
    #expect(collector.records.map(\.frameLength) == [1518])
  }

  @Test(arguments: [1, 2, 3, 4, 1001, 1005, 2100, 2101, 2206] as [UInt32])
  func `a record that is too short says nothing`(type: UInt32) {
    for count in 0..<16 {
      var collector = Collector()
      let outcome = collector.take(Build.sFlow([Build.sample([Build.tagged(type, Array(repeating: 1, count: count))])]))
      #expect(outcome.records == 1 && collector.records.first?.source == IP.none, "\(count)")
      #expect(collector.records.first?.packet.isEmpty == true && collector.records.first?.names.host.isEmpty == true)
    }
  }

  @Test func `a VLAN that is not known is none`() {
    var collector = Collector()
    let unknown = Build.tagged(1001, bytes("ffffffff 00000000 ffffffff 00000000"))
    collector.take(Build.sFlow([Build.sample([unknown, Self.head])]))
    #expect(collector.records.map(\.vlan) == [0])
  }

  @Test func `counts of samples and records are claims`() {
    var collector = Collector()
    let more = collector.take(Build.sFlow([Build.sample([Self.head])], count: 1_000_000))
    #expect(more.records == 1 && more.fault == .truncated)
    let fewer = collector.take(Build.sFlow([Build.sample([Self.head]), Build.sample([Self.head])], count: 1))
    #expect(fewer.records == 1 && fewer.fault == .length)
    let records = collector.take(Build.sFlow([Build.sample([Self.head], count: 99)]))
    #expect(collector.records.count == 1 && records.records == 1, "what is there is kept")
    #expect(records.fault == .truncated)
    #expect(collector.take(Build.sFlow([Build.sample([], count: 99)])).records == 0)
  }

  @Test func `a length beyond the end ends a datagram, or a sample`() {
    var collector = Collector()
    let long = Build.number(1, 4) + Build.number(UInt32.max, 4) + [1, 2, 3, 4]
    #expect(collector.take(Build.sFlow([long])).fault == .truncated)
    #expect(collector.take(Build.sFlow([Build.sample([Self.head, long])])).fault == .truncated)
    #expect(collector.records.count == 1)
    for type in [1, 3, 5] as [UInt32] {
      #expect(collector.take(Build.sFlow([Build.tagged(type, [0, 0, 0, 1])])).fault == .truncated)
    }
  }

  @Test func `an agent may have an IPv6 address, or none`() {
    let six = bytes("00000005 00000002 20010db8000000000000000000000001 00000007 00000001 00000001 00000001")
    var collector = Collector()
    collector.take(six + Build.sample([Self.head]))
    #expect(collector.decoder.exporter(collector.records[0])?.address.address == Address("2001:db8::1"))
    #expect(collector.records[0].domain == 7)
    var none = Build.sFlow([Build.sample([Self.head])])
    none.replaceSubrange(8..<12, with: [0, 0, 0, 0])
    collector.take(none, from: 8)
    #expect(collector.decoder.exporter(collector.records[0])?.address == IP(v4: 0xC000_0208))
    var odd = none
    odd[7] = 3
    #expect(collector.take(odd).fault == .version)
  }

  @Test func `sources of one agent are bounded`() {
    var collector = Collector()
    for start in stride(from: 0, to: 3000, by: 500) {
      let samples = (start..<(start + 500)).map { source in
        Build.tagged(
          1,
          Build.number(1, 4) + Build.number(source, 4) + bytes("00000001 00000000 00000000 00000001 00000002 00000000"))
      }
      #expect(collector.take(Build.sFlow(samples)).records == 500)
    }
  }

  @Test func `samples of one datagram are bounded`() {
    var limits = FlowDecoder.Limits()
    limits.records = 10
    var collector = Collector(FlowDecoder(limits: limits))
    let outcome = collector.take(Build.sFlow((0..<20).map { _ in Build.sample([]) }))
    #expect(outcome.records == 10 && outcome.fault == .count)
  }
}
