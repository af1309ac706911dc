import Model
import Testing
import Wire

/// What templates may do, and what they may not.
@Suite struct FlowTemplateTests {
  private static let pair = [(8, 4), (12, 4), (1, 4)]
  private static let flow = bytes("c0000201 c0000202 00000064")
  private static let data = Build.set(256, flow)

  @Test func `data before its template waits for it and is decoded when it comes`() throws {
    var collector = Collector()
    #expect(collector.take(Build.ipfix([Self.data])).held == 1)
    #expect(collector.records.isEmpty && collector.decoder.decodeHeld(into: &collector.records) == nil)
    let outcome = collector.take(Build.ipfix(sequence: 1, [Build.template(256, Self.pair)]), at: 9)
    #expect(outcome.ready == 1 && outcome.records == 0)
    let answer = collector.decoder.decodeHeld(into: &collector.records)
    let held = try #require(answer)
    #expect(held.outcome.records == 1 && held.outcome.damaged == 0 && held.received == 1_767_225_600_000_000_000)
    #expect(collector.records.map(\.rawBytes) == [100])
    #expect(collector.decoder.decodeHeld(into: &collector.records) == nil && collector.records.isEmpty)
  }

  @Test func `names of a set that waited are ranges of the bytes that come with it`() throws {
    var collector = Collector()
    let message = FlowFixture.ipfix
    let template = 16..<(16 + 4 + 4 + 9 * 4 + 2 * 8)
    collector.take(
      Array(message[0..<2]) + Build.number(message.count - template.count, 2) + message[4..<16]
        + message[template.upperBound...])
    collector.take(Build.ipfix(domain: 512, [Array(message[template])]))
    let answer = collector.decoder.decodeHeld(into: &collector.records)
    let held = try #require(answer)
    #expect(collector.records.map { collector.text($0.names.server, held.bytes) } == ["example.com", ""])
  }

  @Test func `data whose template does not come within ten seconds is counted, not kept`() {
    var collector = Collector()
    collector.take(Build.ipfix([Self.data]))
    let late = collector.take(Build.ipfix([Build.template(256, Self.pair)]), at: 10.1)
    #expect(late.withoutTemplate == 1 && late.ready == 0)
    #expect(collector.decoder.sources.first?.withoutTemplate == 1)
  }

  @Test func `sixty-four sets wait at most, and no more bytes than are allowed`() {
    var collector = Collector()
    for _ in 0..<64 { #expect(collector.take(Build.ipfix([Self.data])).held == 1) }
    let more = collector.take(Build.ipfix([Self.data]))
    #expect(more.held == 0 && more.withoutTemplate == 1)
    var limits = FlowDecoder.Limits()
    limits.heldBytes = 100
    var small = Collector(FlowDecoder(limits: limits))
    let datagram = Build.ipfix([Self.data])
    #expect((1...4).map { small.take(datagram, from: $0).held } == [1, 1, 1, 0], "32 bytes each")
    // Those of exporters that fell silent make room in time.
    #expect(small.take(datagram, from: 5, at: 11).held == 1)
  }

  @Test func `a template can change its meaning`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.template(256, Self.pair), Self.data]))
    #expect(collector.records.map(\.rawBytes) == [100])
    let swapped = collector.take(Build.ipfix([Build.template(256, [(12, 4), (8, 4), (2, 4)]), Self.data]))
    #expect(swapped.templates == 1)
    #expect(collector.records.map(\.rawPackets) == [100] && collector.records[0].source == IP(v4: 0xC000_0202))
    let same = collector.take(Build.ipfix([Build.template(256, [(12, 4), (8, 4), (2, 4)])]))
    #expect(same.templates == 0, "sent again it is not new")
  }

  @Test func `equal numbers of other exporters, domains and versions are other templates`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.template(256, Self.pair)]))
    #expect(collector.take(Build.ipfix([Self.data]), from: 2).held == 1)
    #expect(collector.take(Build.ipfix(domain: 2, [Self.data])).held == 1)
    #expect(collector.take(Build.v9([Self.data])).held == 1)
    #expect(collector.take(Build.ipfix([Self.data])).records == 1)
  }

  @Test func `a template holds for half an hour, and longer when it is sent again`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.template(256, Self.pair)]))
    #expect(collector.take(Build.ipfix([Self.data]), at: 1799).records == 1)
    collector.take(Build.ipfix([Build.template(256, Self.pair)]), at: 1799)
    #expect(collector.take(Build.ipfix([Self.data]), at: 3590).records == 1)
    #expect(collector.take(Build.ipfix([Self.data]), at: 3600).held == 1)
    #expect(collector.decoder.sources.first?.templates == 0)
  }

  @Test func `a template without fields takes one back, or all of its kind`() {
    var collector = Collector()
    collector.take(
      Build.ipfix([
        Build.template(256, Self.pair), Build.template(257, Self.pair),
        Build.options(258, scopes: [(149, 4)], [(34, 4)]),
      ]))
    #expect(collector.take(Build.ipfix([Build.set(2, bytes("0100 0000"))])).withdrawn == 1)
    #expect(collector.decoder.sources.first?.templates == 2)
    #expect(collector.take(Build.ipfix([Build.set(2, bytes("0002 0000"))])).withdrawn == 1)
    #expect(collector.take(Build.ipfix([Build.set(3, bytes("0003 0000"))])).withdrawn == 1)
    #expect(collector.take(Build.ipfix([Build.set(3, bytes("0003 0000"))])).withdrawn == 0)
    #expect(collector.decoder.sources.first?.templates == 0)
  }

  @Test func `one datagram takes all templates back only a few times`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.set(2, (256..<300).flatMap { Build.definition($0, Self.pair) })]))
    let all = Build.set(3, (0..<1000).flatMap { _ in bytes("0003 0000") })
    let outcome = collector.take(Build.ipfix([all, Build.set(2, bytes("0002 0000"))]))
    #expect(outcome.damaged == 997 && outcome.withdrawn == 0)
    #expect(collector.take(Build.ipfix([Build.set(2, bytes("0002 0000"))])).withdrawn == 44)
  }

  /// Sets that are not what they should be: with the fault, in a set of templates of IPFIX and of version 9.
  @Test(arguments: [
    ("records of length 0", "0100 0001 0008 0000", FlowFault.template),
    ("longer than a datagram", "0100 0002 0008 fff0 0008 fff0", .template),
    ("more fields than there are", "0100 0003 0008 0004", .truncated),
    ("a number of a set", "00ff 0001 0008 0004", .template),
    ("too many fields", "0100 0201" + String(repeating: "0008 0004", count: 513), .template),
  ])
  func `a template that cannot be is refused`(what: String, body: String, fault: FlowFault) {
    for datagram in [Build.ipfix([Build.set(2, bytes(body))]), Build.v9([Build.set(0, bytes(body))])] {
      var collector = Collector()
      let outcome = collector.take(datagram)
      #expect(outcome.templates == 0 && outcome.fault == fault, "\(what)")
      #expect(collector.decoder.sources.first?.templates == 0)
    }
  }

  @Test func `a refused template takes the place of the one before`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.template(256, Self.pair)]))
    collector.take(Build.ipfix([Build.template(256, [(8, 0)])]))
    #expect(collector.take(Build.ipfix([Self.data])).held == 1)
  }

  @Test func `a template of version 9 without fields is refused`() {
    var collector = Collector()
    #expect(collector.take(Build.v9([Build.set(0, bytes("0100 0000"))])).fault == .template)
  }

  @Test(arguments: [
    ("0101 0003 0004 0001 0004 0022 0004", FlowFault.template), ("0101 0004", .truncated),
    ("0101 0004 0008 0001 0004 0022 0004", .truncated), ("0101 0000 0000", .template),
  ])
  func `options of version 9 are refused where their lengths cannot be`(body: String, fault: FlowFault) {
    var collector = Collector()
    #expect(collector.take(Build.v9([Build.set(1, bytes(body))])).fault == fault)
  }

  @Test(arguments: ["0101 0001 0000 0022 0004", "0101 0001 0002 0022 0004"])
  func `options of IPFIX need a scope, of fields that they have`(body: String) {
    var collector = Collector()
    #expect(collector.take(Build.ipfix([Build.set(3, bytes(body))])).fault == .template)
  }

  @Test func `an exporter cannot fill the memory with templates`() {
    var limits = FlowDecoder.Limits()
    limits.templates = 100
    var collector = Collector(FlowDecoder(limits: limits))
    var refused = 0
    for domain in 0..<5 {
      let all = (256..<296).flatMap { Build.definition($0, Self.pair) }
      refused += collector.take(Build.ipfix(domain: UInt32(domain), [Build.set(2, all)])).damaged
    }
    #expect(refused == 100 && collector.decoder.sources.map(\.templates).reduce(0, +) == 100)
    // Those that it has it may change.
    #expect(collector.take(Build.ipfix(domain: 0, [Build.template(256, [(8, 4)])])).templates == 1)
  }

  @Test(arguments: 0..<12)
  func `padding of any length below a record's is no record`(padding: Int) {
    let zeros = [UInt8](repeating: 0, count: padding)
    var collector = Collector()
    let outcome = collector.take(
      Build.ipfix([
        Build.set(2, Build.definition(256, Self.pair) + zeros), Build.set(256, Self.flow + Self.flow + zeros),
      ]))
    #expect(outcome.records == 2 && outcome.templates == 1)
    #expect(outcome.damaged == 0)
    let v9 = collector.take(
      Build.v9([Build.set(0, Build.definition(256, Self.pair) + zeros), Build.set(256, Self.flow + zeros)]))
    #expect(v9.records == 1 && v9.damaged == 0)
  }

  @Test(arguments: 0..<4)
  func `a set that is shorter than its header ends the datagram`(length: Int) {
    var collector = Collector()
    let bad = Build.set(256, Self.flow, length: length)
    let outcome = collector.take(Build.ipfix([Build.template(256, Self.pair), Self.data, bad, Self.data]))
    #expect(outcome.records == 1 && outcome.fault == .length)
  }

  @Test func `a set that is longer than its datagram is read as far as it goes`() {
    var collector = Collector()
    let long = Build.set(256, Self.flow + Self.flow.prefix(5), length: 500)
    let outcome = collector.take(Build.ipfix([Build.template(256, Self.pair), long]))
    #expect(outcome.records == 1 && outcome.fault == .truncated)
  }

  @Test func `sets that no version assigns are stepped over`() {
    var collector = Collector()
    let odd = [0, 1, 4, 255].map { Build.set($0, [1, 2, 3]) }
    let outcome = collector.take(Build.ipfix(odd + [Build.template(256, Self.pair), Self.data]))
    #expect(outcome.records == 1 && outcome.damaged == 4 && outcome.fault == .set)
    #expect(collector.take(Build.v9([Build.set(2, []), Build.set(3, [])])).damaged == 2)
  }

  @Test(arguments: [("000a 000f", FlowFault.length), ("000a 0020", .truncated), ("000a 0011", .length)])
  func `the length of a message is a claim`(start: String, fault: FlowFault) {
    let message = bytes(start + "6955b900 00000000 00000001 0000")
    var collector = Collector()
    #expect(collector.take(message).fault == fault)
  }

  @Test func `records of one datagram are bounded`() {
    var limits = FlowDecoder.Limits()
    limits.records = 10
    var collector = Collector(FlowDecoder(limits: limits))
    let many = Build.set(256, (0..<50).flatMap { _ in Self.flow })
    let outcome = collector.take(Build.ipfix([Build.template(256, Self.pair), many]))
    #expect(collector.records.count == 10 && outcome.fault == .count)
  }

  @Test func `data that speaks of no flow gives no records`() {
    var collector = Collector()
    let counters = Build.template(256, [(10, 4), (1, 4)], enterprise: [(99_999, 3, 0xFFFF)])
    let outcome = collector.take(
      Build.ipfix([counters, Build.set(256, bytes("00000001 00000002 00 00000001 00000002 02 6162"))]))
    #expect(outcome.records == 0 && outcome.others == 2)
    let broken = collector.take(Build.ipfix(sequence: 2, [Build.set(256, bytes("00000001 00000002 05 6162"))]))
    #expect(broken.fault == .length)
  }

  @Test func `a value that reaches beyond its set ends the set`() {
    for length in ["03", "fe", "ff", "ff 00", "ff ffff"] {
      var collector = Collector()
      let template = Build.template(256, [(8, 4)], enterprise: [(8057, 808, 0xFFFF), (8057, 2, 0xFFFF)])
      let outcome = collector.take(
        Build.ipfix([template, Build.set(256, bytes("c0000201 00 00 c0000202" + length + "61"))]))
      #expect(outcome.records == 1 && collector.records.count == 1, "\(length)")
      #expect(outcome.fault == .length, "\(length)")
    }
  }
}
