import Model
import Testing
import Wire

/// What got lost on the way, and what only looks so.
@Suite struct FlowSequenceTests {
  private static let template = Build.template(256, [(8, 4)])
  private static func data(_ count: Int) -> [UInt8] {
    Build.set(256, (0..<count).flatMap { _ in bytes("c0000201") })
  }

  /// Datagrams of version 9 as (number, milliseconds since the exporter started), then lost, late and restarts.
  @Test(
    arguments: [
      ([(5, 100), (6, 200), (7, 300)], 0, 0, 0),
      ([(5, 100), (9, 200)], 3, 0, 0),
      ([(5, 100), (7, 200), (6, 150), (8, 300)], 0, 1, 0),
      ([(5, 100), (8, 200), (6, 150), (9, 300)], 1, 1, 0),
      // Started again: number and clock begin anew.
      ([(5000, 1_000_000), (5001, 1_000_100), (0, 100), (1, 200)], 0, 0, 1),
      ([(5000, 1_000_000), (3, 400), (4, 500)], 0, 0, 1),
      ([(40, 1_000_000), (0, 1_000_100), (1, 1_000_200)], 0, 0, 1),
      ([(5000, 1_000_000), (100, 1_000_100)], 0, 0, 1),
      // Over the end of both counters.
      ([(0xFFFF_FFFF, 0xFFFF_FFFF), (0, 100), (1, 200)], 0, 0, 0),
      ([(0xFFFF_FFFE, 0xFFFF_FF00), (2, 100)], 3, 0, 0),
      // Another count altogether.
      ([(5, 100), (0x4000_0000, 200), (0x4000_0001, 300)], 0, 0, 1),
    ] as [([(UInt32, UInt32)], UInt64, UInt64, UInt64)])
  func `datagrams of version 9 are missed, late or of a new start`(
    steps: [(UInt32, UInt32)], lost: UInt64, late: UInt64, restarts: UInt64
  ) throws {
    var collector = Collector()
    for (sequence, uptime) in steps {
      let template = Build.template(256, [(8, 4)], v9: true)
      collector.take(Build.v9(sequence: sequence, uptime: uptime, [template, Self.data(3)]))
    }
    let source = try #require(collector.decoder.sources.first)
    #expect(source.lost == lost && source.late == late && source.restarts == restarts)
    #expect(source.datagrams == UInt64(steps.count) && source.records == UInt64(steps.count * 3))
  }

  @Test func `version 5 counts flows`() throws {
    var collector = Collector()
    var datagram = FlowFixture.v5
    for number in [100, 102, 110] {
      datagram.replaceSubrange(16..<20, with: Build.number(number, 4))
      collector.take(datagram)
    }
    #expect(collector.decoder.sources.first?.lost == 6)
  }

  @Test func `IPFIX counts data records, those of options as well`() throws {
    var collector = Collector()
    let options = Build.options(257, scopes: [(149, 4)], [(34, 1)])
    collector.take(Build.ipfix(sequence: 10, [Self.template, options]))
    collector.take(Build.ipfix(sequence: 10, [Self.data(3), Build.set(257, bytes("00000001 05"))]))
    collector.take(Build.ipfix(sequence: 14, [Self.data(2)]))
    #expect(collector.decoder.sources.first?.lost == 0)
    collector.take(Build.ipfix(sequence: 20, [Self.data(2)]))
    #expect(collector.decoder.sources.first?.lost == 4)
  }

  @Test func `records of an unknown template are not taken for lost ones`() {
    var collector = Collector()
    collector.take(Build.ipfix(sequence: 10, [Self.data(5)]))
    collector.take(Build.ipfix(sequence: 15, [Self.template, Self.data(5)]))
    collector.take(Build.ipfix(sequence: 20, [Self.data(5)]))
    #expect(collector.decoder.sources.first?.lost == 0)
  }

  @Test func `an IPFIX exporter that starts again has lost nothing`() {
    var collector = Collector()
    collector.take(Build.ipfix(sequence: 900, [Self.template, Self.data(5)]))
    collector.take(Build.ipfix(sequence: 0, seconds: 1_767_225_660, [Self.template, Self.data(5)]))
    collector.take(Build.ipfix(sequence: 5, seconds: 1_767_225_661, [Self.data(5)]))
    #expect(collector.decoder.sources.first?.lost == 0 && collector.decoder.sources.first?.restarts == 1)
  }

  @Test func `sFlow counts datagrams of an agent and samples of each of its sources`() throws {
    var collector = Collector()
    func datagram(_ sequence: UInt32, _ sample: UInt32, _ drops: UInt32) -> [UInt8] {
      Build.sFlow([Build.sample([], sequence: sample, drops: drops)], sequence: sequence, uptime: sequence * 10)
    }
    for (sequence, sample, drops) in [(1, 50, 7), (2, 51, 7), (4, 55, 9), (5, 56, 9)] as [(UInt32, UInt32, UInt32)] {
      collector.take(datagram(sequence, sample, drops))
    }
    let source = try #require(collector.decoder.sources.first)
    #expect(source.lost == 1 && source.lostSamples == 3 && source.drops == 2)
    collector.take(datagram(6, 57, 0))
    #expect(collector.decoder.sources.first?.drops == 2, "the agent began to count anew")
  }
}
