import Model
import Testing
import Wire

/// One datagram of each version, read whole.
@Suite struct FlowFormatTests {
  private let second: Int64 = 1_000_000_000
  private let epoch: Int64 = 1_767_225_600_000_000_000

  @Test func `version 5 is read with its sampling and the clock of its router`() throws {
    var collector = Collector()
    let outcome = collector.take(FlowFixture.v5)
    #expect(outcome.format == .netFlow5 && outcome.records == 2 && outcome.damaged == 0)
    var flow = FlowRecord()
    flow.source = IP(v4: 0xC000_0201)
    flow.destination = IP(v4: 0xC633_6401)
    (flow.input, flow.output, flow.domain) = (1, 2, 0x102)
    (flow.rawBytes, flow.rawPackets, flow.bytes, flow.packets, flow.sampling) = (1500, 3, 150_000, 300, 100)
    flow.start = epoch + second / 2 - 6 * second
    flow.end = epoch + second / 2 - second
    (flow.sourcePort, flow.destinationPort) = (49152, 443)
    (flow.protocol, flow.tcpFlags, flow.tos) = (6, 0x1B, 0x10)
    #expect(collector.records.first == flow)
    let echo = try #require(collector.records.last)
    #expect(echo.protocol == 1 && echo.icmp == 0x0800 && echo.input == 0xFFFF && echo.end == echo.start)
    #expect(collector.decoder.exporter(echo)?.address == IP(v4: 0xC000_0201))
  }

  @Test func `version 9 is read with a template, and sampled as its sampler says`() throws {
    var collector = Collector()
    let outcome = collector.take(FlowFixture.v9)
    #expect(outcome.format == .netFlow9 && outcome.records == 1 && outcome.templates == 2 && outcome.options == 1)
    #expect(outcome.damaged == 0)
    var flow = FlowRecord()
    flow.source = IP(v4: 0xC000_0201)
    flow.destination = IP(v4: 0xC633_6401)
    (flow.sourcePort, flow.destinationPort, flow.protocol, flow.domain) = (49152, 443, 6, 256)
    (flow.rawBytes, flow.rawPackets, flow.bytes, flow.packets, flow.sampling) = (1500, 3, 1_500_000, 3000, 1000)
    (flow.start, flow.end) = (epoch - 6 * second, epoch - second)
    #expect(collector.records == [flow])
  }

  @Test func `an IPFIX record keeps its names as ranges of the datagram`() throws {
    var collector = Collector()
    let outcome = collector.take(FlowFixture.ipfix)
    #expect(outcome.format == .ipfix && outcome.records == 2 && outcome.templates == 1 && outcome.damaged == 0)
    let flow = try #require(collector.records.first)
    #expect(flow.source.address == Address("2001:db8::1") && flow.destination.address == Address("2001:db8::2"))
    #expect(flow.bytes == 1500 && flow.packets == 3 && flow.sampling == 1 && flow.protocol == 6)
    #expect(flow.start == 1_767_225_592_712_000_000 && flow.end == 1_767_225_597_712_000_000)
    #expect(collector.text(flow.names.server, FlowFixture.ipfix) == "example.com")
    #expect(collector.text(flow.names.query, FlowFixture.ipfix) == "a.b")
    let second = try #require(collector.records.last)
    #expect(second.names.server.isEmpty && second.names.query.isEmpty && second.destinationPort == 53)
    #expect(second.bytes == 70 && second.protocol == 17)
  }

  @Test func `a sample of sFlow has the head of its packet, and is told up to what it stands for`() throws {
    var collector = Collector()
    let outcome = collector.take(FlowFixture.sFlow, at: 5)
    #expect(outcome.format == .sFlow && outcome.records == 1 && outcome.others == 1 && outcome.damaged == 0)
    let sample = try #require(collector.records.first)
    #expect(sample.rawBytes == 1518 && sample.bytes == 1518 * 512 && sample.packets == 512 && sample.rawPackets == 1)
    #expect(sample.link == .ethernet && sample.packet.count == 26 && sample.frameLength == 1518)
    #expect(FlowFixture.sFlow[sample.packet.range].prefix(6) == [2, 0, 0, 0, 0, 1])
    #expect(sample.vlan == 20 && sample.input == 1 && sample.output == 2)
    #expect(sample.start == epoch + 5 * second && sample.traits == [.isSFlow, .isSample, .isUntimed])
    // The agent that looked at the packet, not the relay that sent the datagram.
    #expect(collector.decoder.exporter(sample)?.address == IP(v4: 0xC000_0263))
  }

  @Test(arguments: [[], [0], [0, 9], bytes("0001 0000 0000"), bytes("0008 0001 00000000"), bytes("00000004 00000001")])
  func `what is no flow export is said to be none`(bytes: [UInt8]) {
    var collector = Collector()
    let outcome = collector.take(bytes)
    #expect(outcome.format == nil && outcome.fault == .version && collector.records.isEmpty)
    #expect(collector.decoder.sources.isEmpty, "nothing is remembered of it")
  }

  @Test(arguments: FlowFixture.all)
  func `each truncation is read as far as it goes and says that it was cut`(name: String, whole: [UInt8]) {
    var full = Collector()
    full.take(whole)
    for count in 4..<whole.count {
      var collector = Collector()
      let outcome = collector.take(Array(whole.prefix(count)))
      #expect(collector.records.count <= full.records.count, "\(name) cut at \(count)")
      for record in collector.records {
        #expect(record.packet.range.upperBound <= count && record.names.server.range.upperBound <= count)
      }
      // Sets of version 9 may end where they like: only what is inside of one can be missing.
      if whole[1] != 9 { #expect(outcome.damaged > 0, "\(name) cut at \(count)") }
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 2), (0xFFFF, 2)])
  func `the count of version 5 is a claim`(claim: Int, records: Int) {
    var datagram = FlowFixture.v5
    datagram.replaceSubrange(2..<4, with: Build.number(claim, 2))
    var collector = Collector()
    let outcome = collector.take(datagram)
    #expect(outcome.records == records && outcome.damaged == (claim == 2 ? 0 : 1))
  }

  @Test func `a router that has run for longer than its clock can count is no problem`() {
    // First and last packet before the clock began anew, the datagram after.
    var datagram = FlowFixture.v5
    datagram.replaceSubrange(4..<8, with: Build.number(1000, 4))
    datagram.replaceSubrange(48..<52, with: Build.number(UInt32.max - 999, 4))
    datagram.replaceSubrange(52..<56, with: Build.number(UInt32.max, 4))
    var collector = Collector()
    collector.take(datagram)
    #expect(collector.records.first?.start == epoch + second / 2 - 2 * second)
    #expect(collector.records.first?.end == epoch + second / 2 - second - 1_000_000)
  }
}
