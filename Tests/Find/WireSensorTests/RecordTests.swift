import Detection
import Formats
import Foundation
import Model
import Testing
import Wire

@testable import WireSensor

/// Logs and flow exports tell the same tables as packets do.
@Suite struct RecordTests {
  static let now = Timestamp(seconds: 1_795_720_000)

  @discardableResult
  private func log(_ text: String, _ format: LogFormat, into tap: Tap) throws -> LogSource.Outcome {
    let bytes = Array(text.utf8)
    guard var source = LogSource(head: bytes.span, format: format, now: Self.now) else {
      throw LogSource.Problem.unknownFormat
    }
    source.take(bytes.span, into: &tap.traffic)
    source.finish(into: &tap.traffic)
    return source.outcome
  }

  /// One direction of a flow.
  private func record(
    _ from: String = Tap.client, _ sourcePort: UInt16 = 40_000, _ to: String = Tap.server, _ port: UInt16 = 443,
    bytes: UInt64 = 1400, packets: UInt64 = 10, at seconds: Int64 = 0, number: UInt8 = 6
  ) -> FlowRecord {
    var record = FlowRecord()
    if let address = Address(from) { record.source = IP(address) }
    if let address = Address(to) { record.destination = IP(address) }
    (record.sourcePort, record.destinationPort) = (sourcePort, port)
    (record.bytes, record.packets, record.protocol) = (bytes, packets, number)
    record.start = Tap.start + seconds * 1_000_000_000
    record.end = record.start + 1_000_000_000
    return record
  }

  private func take(_ record: FlowRecord, _ datagram: [UInt8] = [], received: Int64? = nil, into tap: Tap) {
    tap.traffic.take(record, datagram.span, received: received ?? record.end)
  }

  // MARK: Logs

  @Test func `a log that names the asker labels that client's connections, one that does not labels everybody's`()
    throws
  {
    let tap = Tap()
    try log(
      """
      Nov 26 16:56:20 dnsmasq[3372]: 1 192.168.1.10/56866 query[A] API.anthropic.com. from 192.168.1.10
      Nov 26 16:56:20 dnsmasq[3372]: 1 192.168.1.10/56866 reply API.anthropic.com is 198.51.100.7
      Nov 26 16:56:21 dnsmasq[3150]: query[A] api.openai.com from 192.168.1.10
      Nov 26 16:56:21 dnsmasq[3150]: reply api.openai.com is 198.51.100.8
      """, .dnsmasq, into: tap)
    let second = (tap.traffic.now - Tap.start) / 1_000_000_000
    for (client, server) in [(10, 7), (11, 7), (10, 8), (11, 8)] {
      take(record("192.168.1.\(client)", 40_000, "198.51.100.\(server)", at: second), into: tap)
    }
    #expect(tap.names == ["api.anthropic.com", nil, "api.openai.com", "api.openai.com"])
    #expect(tap.traffic.counters.dnsQueries == 2 && tap.traffic.counters.dnsResponses == 2)
    #expect(tap.traffic.counters.lines == 4)
    #expect(tap.activities().first?.providers.map(\.queries) == [1, 1])
  }

  @Test func `what the resolver blocked is told and teaches no address`() throws {
    let tap = Tap()
    try log(
      """
      {"IP":"192.168.1.10","T":"2026-11-21T00:26:35Z","QH":"api.anthropic.com","QT":"A","QC":"IN","CP":"","Answer":"q82BgwABAAAAAAAA","Result":{"Reason":3,"IsFiltered":true},"Elapsed":9}
      """, .adguard, into: tap)
    #expect(tap.traffic.observer.statistics.queries == 1)
    #expect(tap.traffic.interesting.count == 1)
  }

  @Test func `the message that a log keeps is read as from the wire`() throws {
    let tap = Tap()
    let message = Data(Resolver.answer("api.anthropic.com", [Tap.server])).base64EncodedString()
    try log(
      """
      {"T":"2026-11-21T00:26:35Z","QH":"api.anthropic.com","QT":"A","QC":"IN","CP":"","IP":"192.168.1.10","Answer":"\(message)","Result":{},"Elapsed":1}
      """, .adguard, into: tap)
    let second = (tap.traffic.now - Tap.start) / 1_000_000_000
    take(record(at: second), into: tap)
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.traffic.counters.dnsQueries == 1 && tap.traffic.counters.dnsResponses == 1)
  }

  @Test func `a message without its line's time has that of the log so far`() {
    let tap = Tap()
    var record = LogRecord()
    record.kind = .query
    record.client = IP(v4: 0xC0A8_010A)
    record.messageCoding = .raw
    let message = Resolver.answer("api.anthropic.com", [Tap.server])
    let line = Array("api.anthropic.com".utf8) + message
    record.name = LogText(0, 17)
    record.message = LogText(17, line.count)
    tap.traffic.now = Tap.start
    tap.traffic.take(record, line.span)
    let activity = tap.activities().first
    #expect(activity?.firstSeen.nanoseconds == Tap.start)
  }

  @Test func `the lines of a sensor about one connection are one conversation, counted once`() throws {
    let tap = Tap()
    let ends = #""id.orig_h":"192.168.1.10","id.orig_p":50000,"id.resp_h":"198.51.100.7","id.resp_p":443"#
    for _ in 0..<2 {
      try log(
        """
        {"_path":"ssl","ts":1795700000.6,"uid":"C4",\(ends),"version":"TLSv13","server_name":"API.Anthropic.com.","established":true}
        {"ts":1795700000.5,"uid":"C4",\(ends),"proto":"tcp","service":"ssl","duration":12.5,"orig_bytes":50800,"resp_bytes":123456,"conn_state":"SF","orig_pkts":60,"resp_pkts":120}
        """, .zeek, into: tap)
    }
    let session = tap.sessions.first
    #expect(tap.sessions.count == 1)
    #expect(session?.name == "api.anthropic.com" && session?.nameSource == .tls)
    #expect(session?.bytesUp == 50_800 && session?.bytesDown == 123_456)
    #expect(session?.packetsUp == 60 && session?.packetsDown == 120)
    #expect(session?.start.nanoseconds == 1_795_700_000_500_000_000)
    #expect(session?.end.nanoseconds == 1_795_700_013_000_000_000)
    #expect(session?.isEstablished == true)
    #expect(tap.traffic.counters.tlsHellos == 2)
  }

  @Test func `a connection nobody answered is no established one`() throws {
    let tap = Tap()
    try log(
      #"{"ts":1795700000.5,"uid":"C4","id.orig_h":"192.168.1.10","id.orig_p":50000,"id.resp_h":"192.168.1.20","id.resp_p":22,"proto":"tcp","conn_state":"S0","orig_pkts":1,"resp_pkts":0}"#,
      .zeek, into: tap)
    #expect(tap.sessions.map(\.isEstablished) == [false])
  }

  @Test func `fingerprint and user agent of a log are kept where the client matters, made safe to show`() throws {
    let tap = Tap()
    let ends = #""src_ip":"192.168.1.10","src_port":50003,"dest_ip":"198.51.100.7","dest_port":443,"proto":"TCP""#
    try log(
      """
      {"timestamp":"2026-11-26T00:26:37.000000+0000","flow_id":4,"event_type":"tls",\(ends),"tls":{"sni":"api.anthropic.com","version":"TLS 1.3","ja4":"t13d1713h1_5b57614c22b0_7f527383e249"}}
      {"timestamp":"2026-11-26T00:26:38.000000+0000","flow_id":5,"event_type":"tls","src_ip":"192.168.1.99","src_port":50003,"dest_ip":"198.51.100.9","dest_port":443,"proto":"TCP","tls":{"sni":"www.example.com","version":"TLS 1.3","ja4":"t13d1713h1_5b57614c22b0_7f527383e249"}}
      """, .suricata, into: tap)
    #expect(tap.sessions.map { $0.hello?.ja4 } == ["t13d1713h1_5b57614c22b0_7f527383e249", nil])
    var record = LogRecord()
    record.kind = .connection
    (record.client, record.server) = (IP(v4: 0xC0A8_010A), IP(v4: 0xC633_6407))
    let line = Array("evil\u{1B}[2Jname www.example.com".utf8)
    record.userAgent = LogText(0, 12)
    record.host = LogText(13, line.count)
    tap.traffic.take(record, line.span)
    #expect(tap.sessions.last?.userAgent?.contains("\u{1B}") == false)
    #expect(tap.sessions.last?.nameSource == .http)
  }

  @Test func `requests of a proxy are told by name where it matters, denied ones as not established`() throws {
    let tap = Tap()
    try log(
      """
      1795712836.792   1500 192.168.1.10 TCP_TUNNEL/200 186 CONNECT www.example.com:443 - HIER_DIRECT/198.51.100.10 -
      1795712836.792   1500 192.168.1.10 TCP_TUNNEL/200 186 CONNECT api.anthropic.com:443 - HIER_DIRECT/198.51.100.7 -
      1795712836.793      0 192.168.1.10 TCP_DENIED/403 3486 CONNECT api.openai.com:443 - HIER_NONE/- text/html
      1795712836.794      0 192.168.1.10 NONE_NONE/400 3615 GET / - HIER_NONE/- text/html
      """, .squid, into: tap)
    // The first came before anything was known of the client.
    #expect(tap.traffic.counters.httpRequests == 3)
    #expect(tap.traffic.counters.sessionsTold == 2)
    let activity = tap.activities().first
    #expect(activity?.addresses.map(\.description) == [Tap.client])
    #expect(activity?.providers.map(\.name).sorted() == ["Anthropic", "OpenAI"])
  }

  @Test func `the user agent of a proxy's line is kept`() throws {
    let tap = Tap()
    try log(
      #"192.168.1.10 - - [26/Nov/2026:00:26:34 +0000] "POST http://api.anthropic.com/v1/messages HTTP/1.1" 200 12 "-" "claude-cli/2.0 (external, cli)""#
        + "\n", .nginx, into: tap)
    var record = LogRecord()
    record.kind = .request
    record.client = IP(v4: 0xC0A8_010B)
    let line = Array("api.anthropic.com claude-cli/2.0".utf8)
    record.serverName = LogText(0, 17)
    record.userAgent = LogText(18, line.count)
    (record.start, record.time) = (Tap.start, Tap.start - 5)
    tap.traffic.take(record, line.span)
    #expect(tap.traffic.counters.httpRequests >= 1)
    #expect(tap.activities().contains { $0.addresses.map(\.description) == ["192.168.1.11"] })
  }

  @Test func `records without what they need tell nothing`() {
    let tap = Tap()
    for kind in [LogRecord.Kind.none, .query, .answer, .connection, .request] {
      var record = LogRecord()
      record.kind = kind
      tap.traffic.take(record, [UInt8]().span)
      record.client = IP(v4: 1)
      tap.traffic.take(record, [UInt8]().span)
    }
    #expect(tap.traffic.flows.count == 0 && tap.traffic.names.count == 0)
    #expect(tap.traffic.counters.lines == 10)
    // Text that does not lie in the line is none.
    var record = LogRecord()
    record.kind = .query
    record.name = LogText(5, 900)
    tap.traffic.take(record, Array("short".utf8).span)
    #expect(tap.traffic.names.count == 0)
  }

  @Test func `no number of a log is too large`() {
    let tap = Tap()
    var record = LogRecord()
    record.kind = .connection
    (record.client, record.server) = (IP(v4: 1), IP(v4: 2))
    (record.bytesUp, record.bytesDown, record.packetsUp, record.packetsDown) = (.max, .max, .max, .max)
    (record.start, record.duration) = (.max - 5, .max)
    tap.traffic.take(record, [UInt8]().span)
    (record.start, record.duration) = (.min + 1, .min)
    tap.traffic.take(record, [UInt8]().span)
    #expect(tap.sessions.map(\.bytesUp) == [.max])
    #expect(tap.sessions.map(\.packetsUp) == [UInt64(UInt32.max)])
    tap.traffic.finish()
  }

  @Test func `in a log that has answers only, each is a question`() throws {
    let tap = Tap()
    let line =
      #"{"timestamp":"2026-11-21T00:26:36.000000+0000","event_type":"dns","src_ip":"192.0.2.53","src_port":53,"dest_ip":"192.168.1.10","dest_port":50002,"proto":"UDP","dns":{"version":3,"type":"response","id":1,"rcode":"NOERROR","queries":[{"rrname":"api.anthropic.com","rrtype":"A"}],"grouped":{"A":["198.51.100.7","198.51.100.8"]}}}"#
    try log(line + "\n" + line + "\n" + line.replacing("NOERROR", with: "NXDOMAIN"), .suricata, into: tap)
    #expect(tap.traffic.observer.statistics.queries == 3)
    #expect(tap.traffic.counters.dnsQueries == 3 && tap.traffic.counters.dnsResponses == 3)
    #expect(tap.traffic.counters.nameErrors == 1)
    let second = (tap.traffic.now - Tap.start) / 1_000_000_000
    take(record(Tap.client, 40_001, "198.51.100.8", at: second), into: tap)
    #expect(tap.names == ["api.anthropic.com"])
  }

  // MARK: Flow exports

  @Test func `a flow record gets the name that its client asked for, and nobody else's`() {
    let tap = Tap()
    tap.resolve("api.anthropic.com", [Tap.server])
    take(record(), into: tap)
    take(record("192.168.1.11"), into: tap)
    // The answer's record comes first from some exporters.
    take(record(Tap.server, 443, Tap.client, 40_001), into: tap)
    #expect(tap.names == ["api.anthropic.com", nil, "api.anthropic.com"])
    #expect(tap.sessions.map(\.nameSource) == [.dns, nil, .dns])
  }

  @Test func `records of both directions and of later times are one conversation; headers are no payload`() {
    let tap = Tap()
    take(record(bytes: 1400, packets: 10, at: 5), into: tap)
    take(record(Tap.server, 443, Tap.client, 40_000, bytes: 9400, packets: 10, at: 6), into: tap)
    take(record(bytes: 600, packets: 10, at: 90), into: tap)
    // Fewer bytes than headers take: nothing is left.
    take(record(bytes: 30, packets: 10, at: 1), into: tap)
    let session = tap.sessions.first
    #expect(tap.sessions.count == 1)
    #expect(session?.bytesUp == 1000 + 200 && session?.bytesDown == 9000)
    #expect(session?.packetsUp == 30 && session?.packetsDown == 10)
    #expect(session?.start.nanoseconds == Tap.start + 1_000_000_000)
    #expect(session?.end.nanoseconds == Tap.start + 91_000_000_000)
    #expect(session?.isEstablished == true)
    #expect(tap.traffic.counters.flowRecords == 4)
  }

  @Test func `one record of both directions tells both, and which side opened it`() {
    let tap = Tap()
    var both = record("192.0.2.9", 80, "192.0.2.10", 50_000, bytes: 1400, packets: 10)
    (both.reverseBytes, both.reversePackets, both.biflowDirection) = (800, 10, 1)
    take(both, into: tap)
    #expect(tap.sessions.map(\.serverPort) == [50_000])
    #expect(tap.sessions.map(\.bytesUp) == [1000] && tap.sessions.map(\.bytesDown) == [400])
    #expect(tap.sessions.map(\.isEstablished) == [true])
  }

  @Test func `an exporter of one direction still tells who was answered`() {
    let tap = Tap()
    for (port, flags) in [(1001, 0x02), (1002, 0x1B), (1003, 0x10)] as [(UInt16, UInt8)] {
      var record = record(
        Tap.client, port, Tap.server, 443, bytes: port == 1003 ? 40 : 1400, packets: port == 1003 ? 1 : 10)
      record.tcpFlags = flags
      take(record, into: tap)
    }
    #expect(tap.sessions.map(\.isEstablished) == [false, true, true])
  }

  @Test func `flows of one record each do not pile up`() {
    let tap = Tap()
    for number in 0..<10_000 {
      take(record(Tap.client, UInt16(1024 + number), at: Int64(number)), into: tap)
    }
    #expect(tap.traffic.flows.count < 1500)
    #expect(tap.traffic.flows.evicted == 0)
  }

  @Test func `VLANs keep equal addresses of flow records apart`() {
    let tap = Tap()
    for vlan in [0, 7] as [UInt16] {
      var record = record()
      record.vlan = vlan
      take(record, into: tap)
    }
    #expect(tap.sessions.count == 2)
  }

  @Test func `a record without a protocol frees its place when its time is over`() {
    let tap = Tap()
    take(record(number: 0), into: tap)
    #expect(tap.traffic.flows.count == 1)
    tap.traffic.endIdle(at: Timestamp(nanoseconds: Tap.start + 600_000_000_000))
    #expect(tap.traffic.flows.count == 0 && tap.traffic.counters.sessionsTold == 0)
  }

  @Test func `no count of an exporter is too large, and no time`() {
    let tap = Tap()
    for time in [0, Int64.max, .min] as [Int64] {
      var record = record(bytes: .max, packets: .max)
      (record.reverseBytes, record.reversePackets) = (.max, 3)
      (record.start, record.end) = (time, time)
      for received in [time, 0, .max, .min] { for _ in 0..<20 { take(record, received: received, into: tap) } }
    }
    #expect(tap.sessions.first?.bytesDown == .max)
    #expect(tap.sessions.first?.packetsUp == UInt64(UInt32.max))
    tap.traffic.finish()
  }

  @Test func `the name that an exporter read is the conversation's`() {
    let tap = Tap()
    let datagram = Array("....API.anthropic.com\0www.Example.com".utf8)
    var named = record()
    named.names.server = .init(offset: 4, count: 18)
    take(named, datagram, into: tap)
    var hosted = record(Tap.client, 40_001)
    hosted.names.host = .init(offset: 22, count: 15)
    take(hosted, datagram, into: tap)
    var outside = record("192.168.1.11", 40_002)
    outside.names.server = .init(offset: 30, count: 99)
    take(outside, datagram, into: tap)
    #expect(tap.names == ["api.anthropic.com", "www.example.com", nil])
    #expect(tap.sessions.map(\.nameSource) == [.tls, .http, nil])
  }

  @Test func `an exporter whose clock is a day off is not believed, nor one whose flows end before they begin`() {
    for (start, end) in [(0, 2 * 86_400), (-2 * 86_400, -2 * 86_400), (9, 5)] as [(Int64, Int64)] {
      let tap = Tap()
      var record = record()
      record.start = Tap.start + start * 1_000_000_000
      record.end = Tap.start + end * 1_000_000_000
      take(record, received: Tap.start + 7, into: tap)
      #expect(tap.sessions.map(\.start.nanoseconds) == [Tap.start + 7])
      #expect(tap.sessions.map(\.end.nanoseconds) == [Tap.start + 7])
      #expect(tap.traffic.now == Tap.start + 7)
    }
  }

  @Test func `a record of nobody tells nothing`() {
    let tap = Tap()
    take(FlowRecord(), into: tap)
    #expect(tap.traffic.flows.count == 0)
  }

  // MARK: Samples

  private func sample(_ frame: [UInt8], link: FlowRecord.Link = .ethernet, count: Int? = nil) -> FlowRecord {
    var record = FlowRecord()
    record.packet = .init(offset: 3, count: UInt16(count ?? frame.count))
    record.link = link
    (record.bytes, record.packets) = (1500 * 512, 512)
    (record.start, record.end) = (Tap.start, Tap.start)
    return record
  }

  @Test func `a sampled packet tells its ends and the name in its hello, and counts for many`() {
    let tap = Tap()
    let frame = Crafted.frame(
      Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, Hello().record, sequence: 1, flags: 0x18))
    take(sample(frame), [0, 0, 0] + frame, into: tap)
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.sessions.first?.packetsUp == 512)
    #expect(tap.traffic.counters.tlsHellos == 1)
  }

  @Test func `sampled datagrams of QUIC and DNS are read, answers too`() {
    let tap = Tap()
    let question = Crafted.frame(
      Tap.client, "192.168.1.1", 17, Crafted.udp(50_000, 53, Resolver.question("www.example.com")))
    let answer = Crafted.frame(
      "192.168.1.1", Tap.client, 17, Crafted.udp(53, 50_000, Resolver.answer("www.example.com", ["203.0.113.4"])))
    let hello = Crafted.ip(Tap.client, Tap.server, 17, Crafted.udp(50_001, 443, Hello().initials(1)[0]))
    take(sample(question), [0, 0, 0] + question, into: tap)
    take(sample(answer), [0, 0, 0] + answer, into: tap)
    take(sample(hello, link: .ip), [0, 0, 0] + hello, into: tap)
    take(record(Tap.client, 40_001, "203.0.113.4"), into: tap)
    #expect(tap.names == ["api.anthropic.com", "www.example.com"])
    #expect(tap.traffic.counters.dnsQueries == 1 && tap.traffic.counters.quicHellos == 1)
  }

  @Test func `samples that end early, or of a layer that is not read, tell nothing`() {
    let tap = Tap()
    let frame = Crafted.frame(Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 0x10))
    take(sample(frame, count: 999), [0, 0, 0] + frame, into: tap)
    for link in [FlowRecord.Link.none, .mpls, .other] { take(sample(frame, link: link), [0, 0, 0] + frame, into: tap) }
    take(sample(frame, count: 30), [0, 0, 0] + frame, into: tap)
    #expect(tap.traffic.flows.count == 0)
    take(sample(frame), [0, 0, 0] + frame, into: tap)
    #expect(tap.sessions.count == 1)
  }
}
