import Model
import Testing
import Wire

/// What a decoder keeps, and for whom.
@Suite struct FlowDecoderTests {
  private static let template = Build.template(256, [(8, 4), (1, 4)])
  private static let data = Build.set(256, bytes("c0000201 00000064"))

  @Test func `of too many exporters one without flows goes first, the longest silent one`() {
    var limits = FlowDecoder.Limits()
    limits.exporters = 4
    var collector = Collector(FlowDecoder(limits: limits))
    for host in 1...3 as ClosedRange<UInt32> {
      collector.take(Build.ipfix([Self.template, Self.data]), from: host, at: Double(host))
    }
    // Addresses that somebody made up only push out each other.
    for host in 10..<60 as Range<UInt32> { collector.take(Build.ipfix([Self.template]), from: host, at: Double(host)) }
    #expect(collector.decoder.sources.count == 4)
    for host in 1...3 as ClosedRange<UInt32> {
      #expect(collector.take(Build.ipfix([Self.data]), from: host, at: 100).records == 1)
    }
    // The last place is for one that does send flows.
    collector.take(Build.ipfix([Self.template, Self.data]), from: 70, at: 101)
    collector.take(Build.ipfix([Self.template, Self.data]), from: 71, at: 102)
    #expect(collector.take(Build.ipfix([Self.data]), from: 1, at: 103).held == 1, "1 was silent longest")
    #expect(collector.decoder.sources.count == 4)
  }

  @Test func `what waited for an exporter that is gone is dropped`() {
    var limits = FlowDecoder.Limits()
    limits.exporters = 1
    var collector = Collector(FlowDecoder(limits: limits))
    collector.take(Build.ipfix([Self.data]))
    collector.take(Build.ipfix([Self.template]))
    collector.take(Build.ipfix([Self.data]), from: 2)
    #expect(collector.decoder.decodeHeld(into: &collector.records) == nil)
  }

  @Test func `domains of one exporter are bounded`() {
    var collector = Collector()
    for domain in 0..<300 as Range<UInt32> {
      collector.take(Build.ipfix(domain: domain, [Self.template]), at: Double(domain) / 1000)
    }
    #expect(collector.decoder.sources.count == 256)
    #expect(collector.take(Build.ipfix(domain: 299, [Self.data]), at: 1).records == 1)
    #expect(collector.take(Build.ipfix(domain: 0, [Self.data]), at: 1).held == 1)
    // Templates of those that went do not count any more.
    #expect(collector.decoder.sources.map(\.templates).reduce(0, +) == 255)
  }

  @Test func `templates and sampling outlive a restart`() throws {
    var collector = Collector()
    collector.take(FlowFixture.v9)
    collector.take(FlowFixture.ipfix)
    let options = Build.options(300, scopes: [(10, 2)], [(34, 2)])
    collector.take(Build.ipfix(domain: 3, [options, Build.set(300, bytes("0007 000a")), Self.template]), from: 2)
    collector.take(FlowFixture.v5)
    collector.take(FlowFixture.sFlow)
    let stored = collector.decoder.storedBytes()
    var other = Collector(try FlowDecoder(storedBytes: stored))
    #expect(other.decoder.storedBytes() == stored)
    // Only the data sets: the templates are known.
    let v9 = Array(FlowFixture.v9.prefix(20)) + FlowFixture.v9.suffix(36)
    #expect(other.take(v9).records == 1 && other.records.map(\.sampling) == [1000])
    #expect(other.take(Build.ipfix(domain: 3, [Self.data]), from: 2).records == 1)
    #expect(other.take(Build.ipfix(domain: 3, [Self.data]), from: 2, at: 1801).held == 1, "they expire as ever")
  }

  @Test func `stored bytes that are cut or changed are refused or read, never more`() throws {
    var collector = Collector()
    collector.take(FlowFixture.v9)
    collector.take(FlowFixture.ipfix)
    let stored = collector.decoder.storedBytes()
    for count in 0..<stored.count {
      #expect(throws: Fault.self) { try FlowDecoder(storedBytes: Array(stored.prefix(count))) }
    }
    #expect(throws: Fault.self) { try FlowDecoder(storedBytes: stored + [0]) }
    #expect(throws: Fault.self) { try FlowDecoder(storedBytes: Array("TFLW".utf8) + [2, 0, 0]) }
    var random = Seeded(5)
    var readable = 0
    for _ in 0..<5000 {
      var mutant = stored
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        mutant[Int.random(in: mutant.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      guard let decoder = try? FlowDecoder(storedBytes: mutant) else { continue }
      readable += 1
      var other = Collector(decoder)
      other.take(FlowFixture.v9)
      other.take(FlowFixture.ipfix, at: 5)
      #expect(try FlowDecoder(storedBytes: other.decoder.storedBytes()).storedBytes() == other.decoder.storedBytes())
    }
    #expect(readable > 1000)
  }

  @Test func `what is stored beyond the limits is left out`() throws {
    var collector = Collector()
    for host in 1...5 as ClosedRange<UInt32> {
      collector.take(Build.ipfix([Build.set(2, (256..<266).flatMap { Build.definition($0, [(8, 4)]) })]), from: host)
    }
    var limits = FlowDecoder.Limits()
    limits.exporters = 2
    limits.templates = 3
    let small = try FlowDecoder(storedBytes: collector.decoder.storedBytes(), limits: limits)
    #expect(small.sources.map(\.templates) == [3, 3])
  }

  @Test func `a file of datagrams is cut where each one ends`() {
    let all = FlowFixture.all.map(\.1)
    let orders = [[0, 1, 2, 3], [1, 1, 3, 1, 0, 1], [3, 2, 1], [2, 2], [1], [3, 3, 1, 1]]
    for order in orders {
      let datagrams = order.map { all[$0] }
      let file = Array(datagrams.joined())
      var reader = FlowFile()
      var found: [[UInt8]] = []
      while let range = reader.next(in: file.span) { found.append(Array(file[range])) }
      #expect(found == datagrams && reader.offset == file.count, "\(order)")
    }
  }

  @Test(arguments: FlowFixture.all)
  func `a file that breaks off ends before what is not whole`(name: String, whole: [UInt8]) {
    for count in 0..<whole.count {
      let file = whole + whole.prefix(count)
      var reader = FlowFile()
      let first = reader.next(in: file.span)
      #expect(first == 0..<whole.count || name == "v9" && count > 0)
      while let range = reader.next(in: file.span) { #expect(range.upperBound <= file.count && !range.isEmpty) }
    }
  }

  @Test(arguments: FlowFixture.all)
  func `exports are recognised among other payloads`(name: String, whole: [UInt8]) {
    #expect(looks(whole, at: 50000))
    for count in 0..<whole.count {
      let cut = Array(whole.prefix(count))
      // Only sets of version 9 could end there.
      #expect(!looks(cut, at: 50000) || name == "v9", "\(count)")
      #expect(looks(cut, at: 2055) == (count >= 24) || count < 28 || name == "v9")
    }
    #expect(looks(whole + [0], at: 50000) == (name == "sFlow"))
  }

  @Test func `a datagram says when it was sent, except of sFlow`() {
    let moments = FlowFixture.all.map { FlowDecoder.exported($0.1.span) }
    #expect(moments == [1_767_225_600_500_000_000, 1_767_225_600_000_000_000, 1_767_225_600_000_000_000, nil])
    for bytes in [[], [0, 5], [0, 9, 0, 0, 0, 0], [1, 2, 3, 4]] as [[UInt8]] {
      let moment = FlowDecoder.exported(bytes.span)
      #expect(moment == nil)
    }
  }

  @Test func `other payloads are not taken for exports`() {
    var random = Seeded(11)
    let starts: [[UInt8]] = [[], [0, 5], [0, 9], [0, 10], [0, 0, 0, 5]]
    var taken = 0
    for round in 0..<20_000 {
      var payload = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      payload.insert(contentsOf: starts[round % starts.count], at: 0)
      if looks(payload, at: 50000) { taken += 1 }
    }
    #expect(taken == 0)
  }

  @Test func `a datagram longer than any is cut`() {
    var collector = Collector()
    let outcome = collector.take(FlowFixture.v5 + [UInt8](repeating: 0, count: 70_000))
    #expect(outcome.records == 2 && outcome.fault == .length)
  }

  @Test func `mutated datagrams never trap, and no range leaves its bytes`() {
    var random = Seeded(20_261_126)
    var collector = Collector()
    var records = 0
    for round in 0..<30_000 {
      var mutant = FlowFixture.all[round % FlowFixture.all.count].1
      for _ in 0..<Int.random(in: 1...6, using: &random) where !mutant.isEmpty {
        let index = Int.random(in: mutant.indices, using: &random)
        switch UInt8.random(in: 0...4, using: &random) {
        case 0: mutant[index] = .random(in: 0...255, using: &random)
        case 1: mutant.remove(at: index)
        case 2: mutant.insert(.random(in: 0...255, using: &random), at: index)
        case 3: mutant[index] = 0xFF
        default: mutant[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
      }
      let outcome = collector.take(mutant, from: UInt32(round / 1000), at: Double(round) / 10)
      records += outcome.records
      #expect(outcome.records <= mutant.count && collector.records.allSatisfy { $0.isWithin(mutant.count) })
      while let held = collector.decoder.decodeHeld(into: &collector.records) {
        #expect(collector.records.allSatisfy { $0.isWithin(held.bytes.count) })
      }
    }
    #expect(records > 10_000)
  }
}

private func looks(_ bytes: [UInt8], at port: UInt16) -> Bool {
  FlowDecoder.looksLikeFlowExport(bytes.span, destinationPort: port)
}

extension FlowRecord {
  fileprivate func isWithin(_ count: Int) -> Bool {
    [packet, names.server, names.query, names.host, names.application].allSatisfy { $0.range.upperBound <= count }
      && end >= start
  }
}
