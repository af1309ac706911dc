import Model
import Testing
import Wire

/// How many packets stand for one.
@Suite struct FlowSamplingTests {
  /// A flow of 100 bytes with a sampler and an input interface.
  private static let template = Build.definition(256, [(8, 4), (1, 1), (48, 1), (10, 1)])
  private static let plain = Build.definition(257, [(8, 4), (1, 1)])
  private static func flow(sampler: UInt8, input: UInt8) -> [UInt8] {
    Build.set(256, [192, 0, 2, 1, 100, sampler, input])
  }
  private static let plainFlow = Build.set(257, [192, 0, 2, 1, 100])

  @Test(arguments: [true, false])
  func `each sampler, interface and domain has its rate`(isV9: Bool) {
    var collector = Collector()
    func send(_ sets: [[UInt8]], domain: UInt32 = 1) {
      collector.take(isV9 ? Build.v9(domain: domain, sets) : Build.ipfix(domain: domain, sets))
    }
    let definitions = Build.set(isV9 ? 0 : 2, Self.template + Self.plain)
    let scope = isV9 ? 1 : 149
    let bySampler = Build.options(300, scopes: [(scope, 4)], [(48, 1), (50, 2)], v9: isV9)
    let byInterface = Build.options(301, scopes: [(isV9 ? 2 : 10, 4)], [(34, 2)], v9: isV9)
    let whole = Build.options(302, scopes: [(scope, 4)], [(34, 2), (35, 1)], v9: isV9)
    send([definitions, bySampler, byInterface, whole])
    send([Self.flow(sampler: 1, input: 9)])
    #expect(collector.records.map(\.bytes) == [100], "nothing is known")
    send([Build.set(300, bytes("00000001 01 000a")), Self.flow(sampler: 1, input: 9), Self.plainFlow])
    #expect(collector.records.map(\.bytes) == [1000, 1000], "the only sampler holds for all")
    send([
      Build.set(300, bytes("00000001 02 0014")), Self.flow(sampler: 2, input: 9), Self.plainFlow,
      Self.flow(sampler: 3, input: 9),
    ])
    #expect(collector.records.map(\.bytes) == [2000, 100, 100], "of two, nobody knows which")
    send([Build.set(301, bytes("00000007 001e")), Self.flow(sampler: 3, input: 7), Self.flow(sampler: 1, input: 7)])
    #expect(collector.records.map(\.bytes) == [3000, 1000], "a sampler goes before an interface")
    send([Build.set(302, bytes("00000001 0028 01")), Self.flow(sampler: 3, input: 9), Self.plainFlow])
    #expect(collector.records.map(\.bytes) == [4000, 4000])
    #expect(collector.records.map(\.rawBytes) == [100, 100] && collector.records.map(\.sampling) == [40, 40])
    send([definitions, Self.plainFlow], domain: 2)
    #expect(collector.records.map(\.bytes) == [100], "another domain has its own")
  }

  @Test func `what is told for domain 0 holds for all of an exporter`() {
    var collector = Collector()
    let whole = Build.options(302, scopes: [(144, 4)], [(305, 4), (306, 4)])
    collector.take(Build.ipfix(domain: 0, [whole, Build.set(302, bytes("00000001 00000001 00000063"))]))
    collector.take(Build.ipfix(domain: 5, [Build.set(2, Self.plain), Self.plainFlow]))
    #expect(collector.records.map(\.sampling) == [100])
    collector.take(Build.ipfix(domain: 5, [Build.set(2, Self.plain), Self.plainFlow]), from: 2)
    #expect(collector.records.map(\.sampling) == [1])
  }

  @Test func `options data may come before what it is for, and before its template`() {
    var collector = Collector()
    let options = Build.options(300, scopes: [(149, 4)], [(34, 2)])
    #expect(collector.take(Build.ipfix([Build.set(300, bytes("00000001 000a"))])).held == 1)
    #expect(collector.take(Build.ipfix([options])).ready == 1)
    #expect(collector.decoder.decodeHeld(into: &collector.records)?.outcome.options == 1)
    collector.take(Build.ipfix([Build.set(2, Self.plain), Self.plainFlow]))
    #expect(collector.records.map(\.sampling) == [10])
  }

  @Test func `an exporter tells in its options when it started`() {
    var collector = Collector()
    let options = Build.options(300, scopes: [(144, 4)], [(160, 8)])
    let template = Build.template(256, [(8, 4), (22, 4), (21, 4)])
    collector.take(
      Build.ipfix([
        options, Build.set(300, bytes("00000001 0000019b76a3b980")), template,
        Build.set(256, bytes("c0000201 0036ea98 0036ec8c")),
      ]))
    #expect(collector.records.map(\.start) == [1_767_225_599_000_000_000])
    #expect(collector.records.map(\.end) == [1_767_225_599_500_000_000])
  }

  @Test(arguments: [true, false])
  func `an exporter tells in its options what it calls an application`(isV9: Bool) throws {
    var collector = Collector()
    let options =
      isV9
      ? Build.options(300, scopes: [(1, 4)], [(95, 4), (96, 8)], v9: true)
      : Build.options(300, scopes: [(95, 4)], [(96, 8)])
    let scope = isV9 ? bytes("00000000") : []
    let data = Build.set(300, scope + bytes("0d000005") + Array("chatbot".utf8) + [0])
    let template = Build.template(256, [(8, 4), (95, 4)], v9: isV9)
    let flows = Build.set(256, bytes("c0000201 0d000005 c0000201 0d000006"))
    let sets = [options, data, template, flows]
    collector.take(isV9 ? Build.v9(sets) : Build.ipfix(sets))
    let names = collector.records.map { collector.decoder.applicationName($0) }
    #expect(names == [Array("chatbot".utf8), nil])
  }

  @Test func `names of applications are bounded`() {
    var collector = Collector()
    collector.take(Build.ipfix([Build.options(300, scopes: [(95, 4)], [(96, 100)])]))
    let template = Build.template(256, [(8, 4), (95, 4)])
    for first in stride(from: 1, to: 3001, by: 500) {
      let rows = (first..<(first + 500)).flatMap { Build.number($0, 4) + Array(repeating: 0x61, count: 100) }
      collector.take(Build.ipfix([Build.set(300, rows)]))
    }
    let flows = (1..<3001).flatMap { bytes("c0000201") + Build.number($0, 4) }
    collector.take(Build.ipfix([template, Build.set(256, flows)]))
    let names = collector.records.compactMap { collector.decoder.applicationName($0) }
    #expect(names.count == 2048 && names.allSatisfy { $0.count == 48 })
  }

  @Test func `samplers and interfaces are bounded`() {
    var collector = Collector()
    let definition = Build.options(300, scopes: [(149, 1)], [(48, 2), (34, 1)])
    let byInterface = Build.options(301, scopes: [(10, 2)], [(34, 1)])
    collector.take(Build.ipfix([definition, byInterface, Build.set(2, Self.plain)]))
    collector.take(Build.ipfix([Build.set(300, (0..<3000).flatMap { [0] + Build.number($0, 2) + [5] })]))
    let full = collector.decoder.storedBytes().count
    collector.take(Build.ipfix([Build.set(300, (3000..<6000).flatMap { [0] + Build.number($0, 2) + [5] })]))
    #expect(collector.decoder.storedBytes().count == full)
    collector.take(Build.ipfix([Build.set(301, (0..<3000).flatMap { Build.number($0, 2) + [5] })]))
    #expect(collector.decoder.storedBytes().count == full + 1024 * 8)
  }

  @Test func `options that break off are damaged`() {
    var collector = Collector()
    let options = Build.options(300, scopes: [(149, 1)], [(335, 0xFFFF), (34, 1)])
    let outcome = collector.take(Build.ipfix([options, Build.set(300, bytes("00 02 6162 05 00 09 6162"))]))
    #expect(outcome.fault == .length && outcome.damaged == 1)
  }
}
