import Detection
import Formats
import Model
import Platform
import Testing
import Wire

@testable import WireSensor

/// Files of logs, captures and flow exports, as they are read into the engine.
@Suite struct SourceTests {
  static let now = Timestamp(seconds: 1_795_720_000)

  /// Lines written by hand after each format's documentation, and how many of them tell about traffic.
  static let logs: [(LogFormat, String, Int)] = [
    (
      .dnsmasq,
      """
      Nov 26 16:56:16 dnsmasq[3150]: started, version 2.90 cachesize 150
      Nov 26 16:56:17 dnsmasq[3150]: query[A] api.anthropic.com from 192.168.1.10
      Nov 26 16:56:17 dnsmasq[3150]: reply api.anthropic.com is 198.51.100.7

      """, 2
    ),
    (
      .unbound,
      """
      [1795712185] unbound[3924:0] info: start of service (unbound 1.17.1).
      [1795712186] unbound[3924:0] info: 192.168.1.10 api.anthropic.com. A IN

      """, 1
    ),
    (
      .bind,
      """
      26-Nov-2026 16:55:54.505 queries: info: client @0x7faaf9635098 192.168.1.10#35427 (api.anthropic.com): query: api.anthropic.com IN A +E(0)K (192.0.2.54)

      """, 1
    ),
    (
      .squid,
      """
      1795712836.792   1500 192.168.1.10 TCP_TUNNEL/200 186 CONNECT api.anthropic.com:443 - HIER_DIRECT/198.51.100.7 -

      """, 1
    ),
    (
      .suricata,
      """
      {"timestamp":"2026-11-21T00:26:34.123456+0100","flow_id":1,"event_type":"dns","src_ip":"192.168.1.10","src_port":50000,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","id":4711,"rrname":"api.anthropic.com","rrtype":"A","tx_id":0}}
      {"timestamp":"2026-11-21T00:27:05.000000+0000","event_type":"stats","stats":{"uptime":10}}

      """, 1
    ),
  ]

  private func read(_ bytes: [UInt8], _ format: LogFormat? = nil, into tap: Tap = Tap()) throws -> LogSource.Outcome {
    let scratch = try Scratch()
    return try LogSource.read(try scratch.file(bytes), format: format, now: Self.now, into: &tap.traffic)
  }

  @Test(arguments: logs)
  func `a log is known by its first lines, plain, packed, and in UTF-16`(format: LogFormat, text: String, records: Int)
    throws
  {
    let bytes = Array(text.utf8)
    let wide: [UInt8] = [0xFF, 0xFE] + bytes.flatMap { [$0, 0] }
    let big: [UInt8] = [0xFE, 0xFF] + bytes.flatMap { [0, $0] }
    for variant in [bytes, Packed.gzip(bytes), Packed.zstd(bytes), wide, big, Packed.gzip(wide)] {
      let tap = Tap()
      let outcome = try read(variant, into: tap)
      #expect(outcome.format == format)
      #expect(outcome.records == records)
      #expect(outcome.malformed == 0)
      #expect(tap.activities().first?.providers.map(\.name) == ["Anthropic"])
    }
  }

  @Test(arguments: logs)
  func `a log that comes byte by byte, or without its last line's end, says the same`(
    format: LogFormat, text: String, records: Int
  ) throws {
    let tap = Tap()
    let bytes = Array(text.utf8.dropLast())
    guard var source = LogSource(head: bytes.span, format: nil, now: Self.now) else {
      throw LogSource.Problem.unknownFormat
    }
    source.advance(to: Self.now)
    for byte in bytes { source.take([byte].span, into: &tap.traffic) }
    source.finish(into: &tap.traffic)
    #expect(source.outcome.records == records)
    #expect(source.outcome.bytes == bytes.count)
  }

  /// A stream of one question, by the description of dnstap.
  static var dnstap: [UInt8] {
    let content = Array("protobuf:dnstap.Dnstap".utf8)
    let start = Crafted.long(2) + Crafted.long(1) + Crafted.long(UInt32(content.count)) + content
    let question = Resolver.question("api.anthropic.com")
    let message: [UInt8] =
      [8, 5, 0x10, 1, 0x18, 1, 0x22, 4, 192, 168, 1, 10, 0x2A, 4, 192, 168, 1, 1, 0x30, 80, 0x38, 53]
      // 1795700000 seconds.
      + [0x40, 0xA0, 0xAA, 0xA0, 0xD8, 6, 0x52, UInt8(question.count)] + question
    let frame: [UInt8] = [0x72, UInt8(message.count)] + message + [0x78, 1]
    return Crafted.long(0) + Crafted.long(UInt32(start.count)) + start + Crafted.long(UInt32(frame.count)) + frame
  }

  @Test func `dnstap is read frame by frame`() throws {
    let tap = Tap()
    let outcome = try read(Self.dnstap, into: tap)
    #expect(outcome.format == .dnstap && outcome.records == 1 && outcome.lines == 1)
    #expect(tap.activities().first?.providers.map(\.name) == ["Anthropic"])
  }

  @Test func `lines that are none of the format are counted, empty ones are not`() throws {
    let outcome = try read(
      Array("garbage\n\n1795712836.1 1 192.168.1.10 TCP_MISS/200 1 GET http://a.example/ - DIRECT/- -\n".utf8), .squid)
    #expect(outcome.malformed == 1 && outcome.records == 1 && outcome.lines == 3)
  }

  @Test func `a line beyond a mebibyte is counted and left out`() throws {
    let outcome = try read(
      Array(Self.logs[0].1.utf8) + [UInt8](repeating: 0x61, count: 3 << 20) + [0x0A] + Array(Self.logs[0].1.utf8))
    #expect(outcome.tooLong == 1)
    #expect(outcome.records == 4)
  }

  @Test func `nobody's log is refused, and so is none at all`() throws {
    for bytes in [[], Array("some text\nof no log\n".utf8), Packed.gzip(Array("some text\n".utf8))] {
      let fault = try #require(throws: LogSource.Problem.self) { try read(bytes) }
      guard case .unknownFormat = fault else {
        Issue.record("\(fault)")
        continue
      }
    }
    let tap = Tap()
    let fault = try #require(throws: LogSource.Problem.self) {
      try LogSource.read("/nonexistent/log", format: nil, now: Self.now, into: &tap.traffic)
    }
    guard case .file(let error) = fault else {
      Issue.record("\(fault)")
      return
    }
    #expect(error.code == .notFound)
  }

  @Test func `what a packed log holds before it is damaged or breaks off counts, and the place is told`() throws {
    let text = Array(String(repeating: Self.logs[0].1, count: 2000).utf8)
    for pack in [Packed.gzip, Packed.zstd] {
      let whole = pack(text)
      var wrong = whole
      // The type of the second block: 3 is none.
      if wrong[0] == 0x1F { wrong[10 + 5 + 65_535] = 7 } else { wrong[9 + 3 + 100_000] |= 6 }
      for bytes in [Array(whole.prefix(whole.count / 2)), wrong] {
        let tap = Tap()
        let fault = try #require(throws: LogSource.Problem.self) { try read(bytes, into: tap) }
        guard case .packed(let place) = fault else {
          Issue.record("\(fault)")
          continue
        }
        #expect(place > 60_000)
        #expect(tap.traffic.counters.dnsQueries > 200)
      }
    }
  }

  @Test func `a packed log that is damaged from the start is damaged, not unknown`() throws {
    for bytes in [
      [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 7, 7, 7], [0x28, 0xB5, 0x2F, 0xFD] + [UInt8](repeating: 0xFF, count: 20),
    ] as [[UInt8]] {
      for format in [nil, LogFormat.dnsmasq] {
        let fault = try #require(throws: LogSource.Problem.self) { try read(bytes, format) }
        guard case .packed = fault else {
          Issue.record("\(fault)")
          continue
        }
      }
    }
  }

  @Test func `a member of gzip whose last piece fills the buffer is complete`() throws {
    for count in [65_535, 65_536, 65_537, 131_072] {
      var text = Array(Self.logs[0].1.utf8)
      text += [UInt8](repeating: 0x0A, count: count - text.count)
      #expect(try read(Packed.gzip(text)).bytes == count)
      #expect(try read(Packed.zstd(text)).bytes == count)
      #expect(try read(Packed.gzip(text) + Packed.gzip(text)).bytes == 2 * count)
    }
  }

  @Test func `reading ends where its watcher says so`() throws {
    let scratch = try Scratch()
    let text = Array(String(repeating: Self.logs[0].1, count: 12_000).utf8)
    for bytes in [text, Packed.gzip(text)] {
      let tap = Tap()
      var calls: [Int] = []
      let path = try scratch.file(bytes)
      do {
        let outcome = try LogSource.read(path, format: nil, now: Self.now, into: &tap.traffic) { done, total in
          calls.append(done)
          return false
        }
        #expect(outcome.bytes == 1 << 20)
      } catch LogSource.Problem.packed {
        // A packed log of which the end was not seen is not known to be whole.
      }
      #expect(calls == [1 << 20])
    }
  }

  // MARK: Captures

  private func capture(_ frames: [[UInt8]]) -> [UInt8] {
    let writer = CaptureWriter(link: .ethernet)
    var out = writer.header
    for (number, frame) in frames.enumerated() {
      let time = Tap.start + Int64(number) * 1_000_000
      writer.append(
        Frame(time: time, offset: 0, captured: frame.count, length: frame.count, link: .ethernet), frame.span, to: &out)
    }
    return out
  }

  private static let frames = [
    Crafted.frame(Tap.client, "192.168.1.1", 17, Crafted.udp(50_000, 53, Resolver.question("api.anthropic.com"))),
    Crafted.frame(
      "192.168.1.1", Tap.client, 17, Crafted.udp(53, 50_000, Resolver.answer("api.anthropic.com", [Tap.server]))),
    Crafted.frame(Tap.client, Tap.server, 6, Crafted.tcp(40_000, 443, [], sequence: 1, flags: 2)),
  ]

  @Test func `a capture is read to its end`() throws {
    let scratch = try Scratch()
    let tap = Tap()
    let path = try scratch.file(capture(Self.frames))
    let outcome = try CaptureSource.read(path, into: &tap.traffic)
    #expect(outcome.path == path && outcome.fault == nil && outcome.size == capture(Self.frames).count)
    #expect(outcome.statistics.frames == 3)
    #expect(tap.traffic.counters.frames == 3)
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.traffic.firstTime == Tap.start && tap.traffic.now == Tap.start + 2_000_000)
  }

  @Test func `a long capture asks now and then whether to go on`() throws {
    let scratch = try Scratch()
    let tap = Tap()
    let path = try scratch.file(capture([[UInt8]](repeating: [UInt8](repeating: 0, count: 14), count: 70_000)))
    var calls = 0
    _ = try CaptureSource.read(path, into: &tap.traffic) { _, _ in
      calls += 1
      return false
    }
    #expect(calls == 1)
    #expect(tap.traffic.counters.frames == 1 << 16)
    let flows = try Scratch()
    var source = FlowSource()
    calls = 0
    try source.read(
      try flows.file(capture([[UInt8]](repeating: [0], count: 70_000))), into: &tap.traffic, now: Self.now
    ) {
      _, _ in
      calls += 1
      return false
    }
    #expect(calls == 1)
  }

  @Test func `what is no capture, and what is no file, is said to be so`() throws {
    let scratch = try Scratch()
    let tap = Tap()
    for path in [try scratch.file("no capture at all, but long enough"), "/nonexistent/capture"] {
      let fault = try #require(throws: CaptureSource.Problem.self) {
        try CaptureSource.read(path, into: &tap.traffic)
      }
      switch fault {
      case .format(.unknownFormat): #expect(path.hasPrefix("/tmp"))
      case .file(let error): #expect(error.code == .notFound)
      case .format, .packed: Issue.record("\(fault)")
      }
    }
  }

  @Test func `a name that the capture gives to an address holds for every client`() {
    let tap = Tap()
    if let address = Address(Tap.server) { tap.traffic.learn("API.Anthropic.com", of: IP(address)) }
    for client in ["192.168.1.10", "192.168.1.11"] { Talk(tap, client: client).segment([], at: 1, flags: 2) }
    #expect(tap.names == ["api.anthropic.com", "api.anthropic.com"])
  }

  // MARK: Flow exports

  /// NetFlow v5 of one flow from the client to the server: made up after the format's document.
  static let netFlow5: [UInt8] =
    [0, 5, 0, 1] + Crafted.long(3_600_000) + Crafted.long(1_795_700_000) + Crafted.long(0) + Crafted.long(1) + [
      0, 0, 0, 0,
    ]
    + Crafted.address(Tap.client) + Crafted.address(Tap.server) + [0, 0, 0, 0, 0, 1, 0, 2] + Crafted.long(10)
    + Crafted.long(1400) + Crafted.long(3_590_000) + Crafted.long(3_599_000) + Crafted.word(40_000) + Crafted.word(443)
    + [0, 0x1B, 6, 0] + [UInt8](repeating: 0, count: 8)

  @Test func `a file of export datagrams is read, and so is a capture of them, with names from questions before`()
    throws
  {
    let scratch = try Scratch()
    let datagram = Crafted.frame("192.168.1.254", "192.168.1.5", 17, Crafted.udp(9999, 2055, Self.netFlow5))
    let files = [
      ("raw", Self.netFlow5 + Self.netFlow5), ("captured", capture(Self.frames + [datagram, datagram])),
    ]
    for (name, bytes) in files {
      let tap = Tap()
      tap.now = 1_795_699_000_000_000_000
      tap.resolve("api.anthropic.com", [Tap.server], ttl: 86_400)
      var source = FlowSource()
      try source.read(try scratch.file(bytes, name), into: &tap.traffic, now: Self.now)
      #expect(source.counters.datagrams == 2 && source.counters.records == 2 && source.counters.damaged == 0)
      #expect(tap.names == ["api.anthropic.com"])
      #expect(tap.sessions.first?.bytesUp == 2000)
      let text = source.value.json()
      #expect(text.contains("netflow5") && text.contains(name == "raw" ? "0.0.0.0" : "192.168.1.254"))
    }
  }

  @Test func `data that comes before its template is kept and then read`() {
    let tap = Tap()
    func ipfix(_ number: UInt32, _ set: [UInt8]) -> [UInt8] {
      Crafted.word(10) + Crafted.word(16 + set.count) + Crafted.long(1_795_700_000) + Crafted.long(number)
        + Crafted.long(7)
        + set
    }
    let fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 4), (2, 4)].flatMap {
      Crafted.word($0.0) + Crafted.word($0.1)
    }
    let template = Crafted.word(2) + Crafted.word(8 + fields.count) + Crafted.word(300) + Crafted.word(7) + fields
    let values =
      Crafted.address(Tap.client) + Crafted.address(Tap.server) + Crafted.word(40_000) + Crafted.word(443) + [6]
      + Crafted.long(1400) + Crafted.long(10)
    let data = Crafted.word(300) + Crafted.word(4 + values.count) + values
    var source = FlowSource()
    let exporter = FlowDecoder.Exporter(address: IP(v4: 1), port: 1)
    source.take(ipfix(0, data).span, from: exporter, at: Tap.start, into: &tap.traffic)
    #expect(tap.sessions.isEmpty)
    source.take(ipfix(1, template).span, from: exporter, at: Tap.start, into: &tap.traffic)
    #expect(tap.sessions.map(\.bytesUp) == [1000])
    source.take([1, 2, 3].span, from: exporter, at: Tap.start, into: &tap.traffic)
    #expect(source.counters.foreign == 1 && source.counters.templates == 1)
    #expect(source.value.json().contains("ipfix"))
  }

  @Test func `what holds no flow export is said to be so`() throws {
    let scratch = try Scratch()
    for path in [try scratch.file("nothing of the kind, not at all"), "/nonexistent/flows"] {
      let tap = Tap()
      var source = FlowSource()
      var problem: CaptureSource.Problem?
      do throws(CaptureSource.Problem) { try source.read(path, into: &tap.traffic, now: Self.now) } catch {
        problem = error
      }
      switch problem {
      case .format(.unknownFormat), .file: break
      case .format, .packed, nil: Issue.record("\(path)")
      }
    }
    let tap = Tap()
    var source = FlowSource()
    let short = try scratch.file([0xD4, 0xC3, 0xB2, 0xA1], "short")
    #expect(throws: CaptureSource.Problem.self) { try source.read(short, into: &tap.traffic, now: Self.now) }
  }
}
