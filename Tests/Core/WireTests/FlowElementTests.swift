import Model
import Testing
import Wire

/// What single elements mean.
@Suite struct FlowElementTests {
  private static let epoch: Int64 = 1_767_225_600_000_000_000

  /// One IPFIX record of a source address and one more field.
  private static func record(_ fields: [(Int, String)], seconds: UInt32 = 1_767_225_600) -> FlowRecord? {
    var collector = Collector()
    let values = fields.map { bytes($0.1) }
    let template = Build.template(256, [(8, 4)] + zip(fields, values).map { ($0.0.0, $0.1.count) })
    collector.take(Build.ipfix(seconds: seconds, [template, Build.set(256, [192, 0, 2, 1] + values.joined())]))
    return collector.records.first
  }

  @Test(
    arguments: [
      // Counters: reduced sizes, second-best ones, longer than eight bytes.
      ([(1, "05")], \FlowRecord.rawBytes, 5), ([(1, "00000100000000")], \.rawBytes, 1 << 32),
      ([(1, "ff0000000000000000000000000007")], \.rawBytes, 7), ([(1, "ffffffffffffffff")], \.bytes, .max),
      ([(85, "0005")], \.rawBytes, 5), ([(85, "0005"), (1, "0007")], \.rawBytes, 7), ([(23, "08")], \.rawBytes, 8),
      ([(352, "08")], \.rawBytes, 8), ([(224, "08")], \.rawBytes, 8), ([(86, "09")], \.rawPackets, 9),
      ([(24, "09")], \.packets, 9), ([(1, "05"), (23, "08")], \.rawBytes, 5),
      ([(231, "0005"), (232, "0006"), (298, "01"), (299, "02")], \.reverseBytes, 6),
      ([(231, "0005"), (232, "0006"), (298, "01"), (299, "02")], \.reversePackets, 2),
      ([(231, "0005"), (232, "0006")], \.bytes, 5),
    ] as [([(Int, String)], any KeyPath<FlowRecord, UInt64> & Sendable, UInt64)])
  func `counters of any width are read`(
    fields: [(Int, String)], path: any KeyPath<FlowRecord, UInt64> & Sendable, value: UInt64
  ) {
    #expect(Self.record(fields)?[keyPath: path] == value)
  }

  @Test(
    arguments: [
      ([(4, "11")], \FlowRecord.protocol, 17), ([(5, "b8")], \.tos, 0xB8), ([(195, "2e")], \.tos, 0xB8),
      ([(6, "0112")], \.tcpFlags, 0x12), ([(61, "01")], \.direction, 1), ([(136, "03")], \.endReason, 3),
      ([(233, "03")], \.firewallEvent, 3), ([(239, "02")], \.biflowDirection, 2),
    ] as [([(Int, String)], any KeyPath<FlowRecord, UInt8> & Sendable, UInt8)])
  func `kinds are read`(fields: [(Int, String)], path: any KeyPath<FlowRecord, UInt8> & Sendable, value: UInt8) {
    #expect(Self.record(fields)?[keyPath: path] == value)
  }

  @Test(
    arguments: [
      ([(7, "01bb")], \FlowRecord.sourcePort, 443), ([(180, "01bb")], \.sourcePort, 443),
      ([(181, "01bb")], \.destinationPort, 443), ([(182, "01bb")], \.sourcePort, 443),
      ([(183, "01bb")], \.destinationPort, 443), ([(32, "0800")], \.icmp, 0x800), ([(139, "8000")], \.icmp, 0x8000),
      ([(176, "03"), (177, "01")], \.icmp, 0x301), ([(179, "01"), (178, "03")], \.icmp, 0x301),
      ([(58, "0014")], \.vlan, 20), ([(243, "0015")], \.vlan, 21), ([(243, "0015"), (58, "0014")], \.vlan, 20),
    ] as [([(Int, String)], any KeyPath<FlowRecord, UInt16> & Sendable, UInt16)])
  func `ports and tags are read`(
    fields: [(Int, String)], path: any KeyPath<FlowRecord, UInt16> & Sendable, value: UInt16
  ) {
    #expect(Self.record(fields)?[keyPath: path] == value)
  }

  @Test(
    arguments: [
      ([(10, "0007")], \FlowRecord.input, 7), ([(14, "00000008")], \.output, 8), ([(252, "07")], \.input, 7),
      ([(253, "07")], \.output, 7), ([(252, "07"), (10, "09")], \.input, 9), ([(34, "0000000a")], \.sampling, 10),
      ([(50, "0b")], \.sampling, 11), ([(305, "01"), (306, "63")], \.sampling, 100), ([(305, "64")], \.sampling, 100),
      ([(305, "64"), (306, "00")], \.sampling, 1), ([(309, "02"), (310, "64")], \.sampling, 50),
      ([(311, "3f847ae147ae147b")], \.sampling, 100), ([(311, "0000000000000001")], \.sampling, 4_000_000_000),
      ([(311, "bff0000000000000")], \.sampling, 1), ([(34, "00")], \.sampling, 1),
      ([(34, "ffffffffffffffff")], \.sampling, .max),
      ([(95, "0d0001c5")], \.application, 0x0D00_01C5), ([(95, "03")], \.application, 0x0300_0000),
      ([(95, "030050")], \.application, 0x0300_0050),
    ] as [([(Int, String)], any KeyPath<FlowRecord, UInt32> & Sendable, UInt32)])
  func `interfaces, rates and applications are read`(
    fields: [(Int, String)], path: any KeyPath<FlowRecord, UInt32> & Sendable, value: UInt32
  ) {
    #expect(Self.record(fields)?[keyPath: path] == value)
  }

  /// Start and end, in milliseconds from when the message was exported.
  @Test(
    arguments: [
      ([(150, "6955b8fe"), (151, "6955b8ff")], -2000, -1000),
      ([(152, "0000019b76da9f10"), (153, "0000019b76daa6e0")], -2288, -288),
      ([(154, "ed00377e80000000"), (155, "ed00377f00000000")], -1500, -1000),
      ([(156, "ed00377e80000000"), (157, "ed00377f00000000")], -1500, -1000),
      // Plain micro- and nanoseconds since 1970 in the same elements.
      ([(154, "00064748461eb960")], -100, -100), ([(156, "18867251e8041f00")], -100, -100),
      ([(158, "0000000f4240"), (159, "00000007a120")], -1000, -500),
      ([(150, "6955b8fe"), (161, "000003e8")], -2000, -1000), ([(150, "6955b8fe"), (162, "000f4240")], -2000, -1000),
      ([(322, "6955b8ff")], -1000, -1000), ([(323, "0000019b76da9f10")], -2288, -2288),
      ([(324, "ed00377f00000000")], -1000, -1000),
      ([(160, "0000019b76a3b980"), (22, "0036ea98"), (21, "0036ec8c")], -1000, -500),
      ([(22, "0036ea98"), (21, "0036ec8c"), (160, "0000019b76a3b980")], -1000, -500),
      // Without the start of the exporter only their distance is known.
      ([(22, "0036ea98"), (21, "0036ec8c")], -500, 0),
      ([(151, "6955b8ff")], -1000, -1000), ([(150, "6955b8ff")], -1000, -1000), ([], 0, 0),
      ([(150, "6955b8ff"), (151, "6955b8fe")], -1000, -1000),
      // What does not fit is as if not said.
      ([(152, "ffffffffffffffff")], 0, 0), ([(150, "ffffffffffffffff")], 0, 0), ([(156, "7fffffffffffffff")], 0, 0),
    ] as [([(Int, String)], Int64, Int64)])
  func `times of every kind are read`(fields: [(Int, String)], start: Int64, end: Int64) throws {
    let flow = try #require(Self.record(fields))
    if fields.first?.1 != "7fffffffffffffff" {
      #expect((flow.start - Self.epoch) / 1_000_000 == start && (flow.end - Self.epoch) / 1_000_000 == end)
    }
    #expect(flow.end >= flow.start)
  }

  @Test func `addresses and cards have lengths of their own`() throws {
    let flow = try #require(Self.record([(12, "c0000202"), (56, "020000000001"), (80, "020000000002")]))
    #expect(flow.destination == IP(v4: 0xC000_0202))
    #expect(flow.sourceMAC == 0x0200_0000_0001 && flow.destinationMAC == 0x0200_0000_0002)
    #expect(Self.record([(12, "c000"), (28, "20010db8")])?.destination == IP.none)
  }

  /// Names: enterprise and element, with what is in the record.
  @Test(arguments: [
    (8057, 808, FlowName.server), (8057, 890, .server), (8057, 2, .query), (35632, 188, .server), (35632, 205, .query),
    (35632, 187, .host), (35632, 119, .application), (39499, 338, .server), (39499, 121, .query), (39499, 1, .host),
    (99_999, 7, .server),
  ])
  func `names of known vendors and of own choice are found`(enterprise: Int, id: Int, name: FlowName) {
    for count in [16, 0xFFFF] {
      var collector = Collector(FlowDecoder(names: [FlowElement(7, enterprise: 99_999): .server]))
      let text = Array("example.com".utf8)
      // A fixed length is filled up with zeros.
      let value = count == 16 ? text + [0, 0, 0, 0, 0] : [UInt8(text.count)] + text
      let message = Build.ipfix([
        Build.template(256, [(8, 4)], enterprise: [(enterprise, id, count)]), Build.set(256, [192, 0, 2, 1] + value),
      ])
      collector.take(message)
      let names = collector.records[0].names
      let found = [
        FlowName.server: names.server, .query: names.query, .host: names.host, .application: names.application,
      ]
      for (kind, slice) in found { #expect(collector.text(slice, message) == (kind == name ? "example.com" : "")) }
    }
  }

  @Test(arguments: [
    (57660, \FlowRecord.Names.server), (57677, \.query), (57659, \.host), (96, \.application),
    (56701, \.application),
  ])
  func `version 9 has the names of vendors among its own types`(
    type: Int, path: any KeyPath<FlowRecord.Names, FlowRecord.Slice> & Sendable
  ) {
    let datagram = Build.v9([
      Build.template(256, [(8, 4), (type, 12)], v9: true),
      Build.set(256, [192, 0, 2, 1] + Array("example.com".utf8) + [0]),
    ])
    var collector = Collector()
    collector.take(datagram)
    #expect(collector.text(collector.records[0].names[keyPath: path], datagram) == "example.com")
  }

  @Test(arguments: [(false, 9, 12235), (true, 0, 45003)])
  func `a name of Cisco's says itself what it is of`(isV9: Bool, enterprise: Int, id: Int) {
    let values = [
      bytes("0d0001c53401") + Array("server.test".utf8), bytes("030000503402") + Array("host.test".utf8),
      bytes("030000503401") + Array("/path".utf8), bytes("030000503402"),
    ].map { $0 + [UInt8](repeating: 0, count: 18 - $0.count) }
    let fields = values.map { _ in (9, 12235, 18) }
    let template =
      isV9
      ? Build.template(256, [(8, 4)] + values.map { _ in (45003, 18) }, v9: true)
      : Build.template(256, [(8, 4)], enterprise: fields)
    let data = Build.set(256, [192, 0, 2, 1] + values.joined())
    let datagram = isV9 ? Build.v9([template, data]) : Build.ipfix([template, data])
    var collector = Collector()
    collector.take(datagram)
    let names = collector.records[0].names
    #expect(collector.text(names.server, datagram) == "server.test")
    #expect(collector.text(names.host, datagram) == "host.test" && names.query.isEmpty)
  }

  @Test func `both directions of one record are told apart`() throws {
    let template = Build.template(
      256, [(8, 4), (1, 2), (2, 1), (6, 1)], enterprise: [(29305, 1, 2), (29305, 2, 1), (29305, 6, 1), (29305, 7, 2)])
    var collector = Collector()
    collector.take(
      Build.ipfix([template, Build.set(256, bytes("c0000201 0064 03 12 03e8 04 1b 0000"))]))
    let flow = try #require(collector.records.first)
    #expect(flow.bytes == 100 && flow.reverseBytes == 1000 && flow.packets == 3 && flow.reversePackets == 4)
    #expect(flow.tcpFlags == 0x12 && flow.reverseTCPFlags == 0x1B && flow.traits.contains(.isBiflow))
    // nProbe has its own way of telling.
    var other = Collector()
    other.take(
      Build.v9([
        Build.template(256, [(8, 4), (1, 1), (23, 1), (2, 1), (24, 1), (57550, 1), (57551, 1)], v9: true),
        Build.set(256, bytes("c0000201 05 06 01 02 02 12")),
      ]))
    let second = try #require(other.records.first)
    #expect(second.bytes == 5 && second.reverseBytes == 6 && second.packets == 1 && second.reversePackets == 2)
    #expect(second.tcpFlags == 2 && second.reverseTCPFlags == 0x12)
  }

  @Test(arguments: [(315, FlowRecord.Link.ethernet), (104, .ethernet), (313, .ip)])
  func `the head of a packet is a range for the decoder of packets`(id: Int, link: FlowRecord.Link) throws {
    let message = Build.ipfix([
      Build.template(256, [(312, 2), (id, 0xFFFF)]), Build.set(256, bytes("05ee 04 45000028") + bytes("0040 01 60")),
    ])
    var collector = Collector()
    collector.take(message)
    #expect(collector.records.map(\.link) == [link, link])
    let sample = try #require(collector.records.first)
    #expect(Array(message[sample.packet.range]) == bytes("45000028"))
    #expect(sample.frameLength == 1518 && sample.bytes == 1518 && sample.packets == 1)
    #expect(sample.traits.contains(.isSample) && !sample.traits.contains(.isSFlow))
  }

  @Test func `a template for both versions of IP leaves the other one's address at zero`() {
    let zeros = [UInt8](repeating: 0, count: 16)
    let six = bytes("20010db8000000000000000000000001")
    for order in [[(8, 4), (27, 16)], [(27, 16), (8, 4)]] {
      var collector = Collector()
      let isFirst = order[0].0 == 8
      let old = isFirst ? bytes("c0000201") + zeros : zeros + bytes("c0000201")
      let new = isFirst ? [0, 0, 0, 0] + six : six + [0, 0, 0, 0]
      collector.take(Build.ipfix([Build.template(256, order), Build.set(256, old + new)]))
      #expect(collector.records.map(\.source.address.description) == ["192.0.2.1", "2001:db8::1"])
    }
    #expect(Self.record([(12, "00000000")])?.destination == IP(v4: 0))
  }

  @Test(arguments: [("01", "0800", 0x800), ("3a", "8000", 0x8000), ("06", "0050", 0)] as [(String, String, UInt16)])
  func `type and code of ICMP may stand where the port would`(transport: String, port: String, icmp: UInt16) {
    #expect(Self.record([(4, transport), (11, port)])?.icmp == icmp)
  }

  @Test func `a number of variable length is read, an address of a wrong one is not`() throws {
    var collector = Collector()
    collector.take(
      Build.ipfix([
        Build.template(256, [(8, 0xFFFF), (1, 0xFFFF), (27, 0xFFFF)]),
        Build.set(256, bytes("04 c0000201 0a 00000000000000000007 04 20010db8") + bytes("03 c00002 00 00")),
      ]))
    #expect(collector.records.map(\.source) == [IP(v4: 0xC000_0201), IP.none])
    #expect(collector.records.map(\.rawBytes) == [7, 0])
  }

  @Test func `a product that does not fit stays at the greatest number`() {
    let flow = Self.record([(1, "8000000000000000"), (2, "02"), (34, "0002")])
    #expect(flow?.bytes == .max && flow?.packets == 4 && flow?.rawBytes == 1 << 63)
  }
}
