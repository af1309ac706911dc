import Formats
import Model
import Testing

/// Whatever stands in a log, a reader keeps its promises.
@Suite struct LogHostileTests {
  /// Every range lies in the line, and what is decoded from it is bounded by it.
  private func check(_ record: LogRecord, _ line: Span<UInt8>) -> Bool {
    for text in [
      record.name, record.answers, record.message, record.serverName, record.ja4, record.ja3, record.alpn,
      record.userAgent, record.host, record.method, record.uri, record.service,
    ] {
      guard text.start >= 0, text.count >= 0, text.end <= line.count else { return false }
      guard record.bytes(of: text, in: line).count <= 3 * Int(text.count) + 1 else { return false }
    }
    var answers = 0
    record.forEachAnswer(in: line) { _ in answers += 1 }
    return answers <= Int(record.answers.count) && record.message(in: line).count <= Int(record.message.count)
      && record.duration >= 0
  }

  private func feed(_ format: LogFormat, _ bytes: [UInt8], _ comment: @autoclosure () -> String) {
    var reader = LogReader(format: format, now: LogFixture.now)
    var record = LogRecord()
    var isGood = true
    func one(_ line: Span<UInt8>) {
      let outcome = reader.read(line, into: &record)
      isGood = isGood && check(record, line) && (outcome != .record || record.kind != .none)
    }
    if format == .dnstap {
      var frames = LogFrames()
      frames.read(bytes.span) { one($0) }
      one(bytes.span)
    } else {
      var lines = LogLines()
      lines.read(bytes.span) { line, _ in one(line) }
      lines.finish { line, _ in one(line) }
    }
    if !isGood { Issue.record("\(format): \(comment())") }
  }

  @Test(arguments: LogFixture.all)
  func `no truncation of a log breaks a reader`(fixture: LogFixture) {
    for piece in fixture.format == .dnstap ? [fixture.bytes] : fixture.pieces {
      for end in 0...piece.count { feed(fixture.format, Array(piece[..<end]), "cut to \(end)") }
    }
    for end in stride(from: 0, through: fixture.bytes.count, by: 37) {
      _ = LogFormat.detect(Array(fixture.bytes[..<end]))
    }
  }

  @Test(arguments: LogFixture.all)
  func `no change of bytes breaks a reader`(fixture: LogFixture) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: state % UInt64(bound))
    }
    let special: [UInt8] = [
      0, 0x0A, 0x20, 0x22, 0x28, 0x29, 0x2C, 0x2D, 0x2E, 0x3A, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xFF, 0x39,
    ]
    for round in 0..<300 {
      var bytes = fixture.bytes
      for _ in 0...random(6) {
        let place = random(bytes.count)
        switch random(5) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random(256))
        case 1: bytes[place] = special[random(special.count)]
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(bytes[random(bytes.count)], at: place)
        default: bytes[place] = bytes[random(bytes.count)]
        }
        if bytes.isEmpty { break }
      }
      feed(fixture.format, bytes, "round \(round)")
      if round % 100 == 0 { _ = LogFormat.detect(bytes) }
    }
  }

  @Test(arguments: LogFormat.allCases)
  func `a long line of anything is only a line`(format: LogFormat) {
    for piece in [
      "\0", " ", "[", "{\"a\":", "{\"dns\":", "\"", "\\", "(", "a.", "9", ":", "::", ",", "\t", "<Data Name=",
      "client ",
      "é", " is ", " from ", "[[", "\"source\":{", "#fields\t",
    ] {
      var bytes = Array(repeating: Array(piece.utf8), count: 16_000 / piece.utf8.count).flatMap { $0 }
      feed(format, bytes, "only \(piece)")
      if let prefix = LogFixture.all.first(where: { $0.format == format })?.pieces.last {
        bytes = prefix + bytes
        feed(format, bytes, "after a line, \(piece)")
      }
    }
  }

  /// Found by reading: each comma looked for a quote as far as the end of the line, which took minutes for a megabyte.
  @Test(.timeLimit(.minutes(10)))
  func `an exported event without a time costs what its length costs`() {
    let line = #""RESPONSE_SUCCESS: TCP=0; QNAME=example.com.;""# + String(repeating: ",", count: 500_000)
    #expect(
      summaries(.windowsAnalytical, Array(line.utf8), now: LogFixture.now) == [
        "answer allowed transport=17 name=example.com"
      ])
  }

  @Test func `numbers out of range are not there`() {
    let line =
      #"{"timestamp":"2026-11-21T00:26:34.123456+0100","event_type":"flow","src_ip":"192.0.2.999","src_port":99999,"dest_ip":":::","#
      + #""proto":"999","flow":{"bytes_toserver":99999999999999999999999,"bytes_toclient":-1,"age":1e9,"start":"2026-13-01T00:00:00Z"}}"#
    let found = summaries(.suricata, Array(line.utf8), now: LogFixture.now)
    #expect(found == ["connection unanswered at=2026-11-20T23:26:34.123456Z"])
  }

  @Test func `deep nesting costs no stack`() {
    let depth = 50_000
    let deep =
      #"{"event_type":"dns","dns":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    #expect(summaries(.suricata, Array(deep.utf8), now: LogFixture.now) == ["."])
    let wrapped = String(repeating: #"{"_source":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
    #expect(summaries(.ecs, Array(wrapped.utf8), now: LogFixture.now) == ["."])
    _ = LogFormat.detect(Array(wrapped.utf8))
  }
}
