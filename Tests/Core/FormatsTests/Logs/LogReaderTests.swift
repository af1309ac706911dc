import Formats
import Model
import Testing

@Suite struct LogReaderTests {
  @Test(arguments: LogFixture.all)
  func `each line gives what it tells and nothing else`(fixture: LogFixture) {
    let found = summaries(fixture.format, fixture.bytes, now: LogFixture.now)
    #expect(found.count == fixture.expected.count)
    for (line, (found, expected)) in zip(found, fixture.expected).enumerated() {
      #expect(found == expected, "line \(line + 1)")
    }
  }

  @Test(arguments: LogFixture.lines)
  func `no other format reads a line of it as its own`(fixture: LogFixture) {
    let same: [Set<LogFormat>] = [[.dnsmasq, .pihole], [.squid, .nginx]]
    for format in LogFormat.allCases where format != fixture.format && format.isLines {
      guard !same.contains(where: { $0.contains(format) && $0.contains(fixture.format) }) else { continue }
      let records = summaries(format, fixture.bytes, now: LogFixture.now).filter { $0 != "." && $0 != "!" }
      #expect(records.isEmpty, "\(format)")
    }
  }

  private func only(
    _ format: LogFormat, _ line: String, now: Timestamp = LogFixture.now, zone: Int = 0
  ) -> String {
    summaries(format, Array(line.utf8), now: now, zone: zone).last ?? ""
  }

  @Test(arguments: [
    // Read on 26 November: a date behind tomorrow was last year's.
    ("Nov 26 12:00:00", 1_795_720_000, "2026-11-26T12:00:00Z"),
    ("Nov 27 12:00:00", 1_795_720_000, "2026-11-27T12:00:00Z"),
    ("Nov 29 12:00:00", 1_795_720_000, "2025-11-29T12:00:00Z"),
    ("Dec 31 23:59:59", 1_795_720_000, "2025-12-31T23:59:59Z"),
    ("Jan  1 00:00:01", 1_795_720_000, "2026-01-01T00:00:01Z"),
    // Read on 1 January: December was last year's, and a clock that is ahead by hours does not make it last January.
    ("Dec 31 23:59:59", 1_798_761_600, "2026-12-31T23:59:59Z"),
    ("Jan  1 09:00:00", 1_798_761_600, "2027-01-01T09:00:00Z"),
    // Only a leap year has that day.
    ("Feb 29 12:00:00", 1_795_720_000, "2024-02-29T12:00:00Z"),
  ])
  func `a time without a year is the last one that has come`(text: String, now: Int64, expected: String) {
    let line = "\(text) dnsmasq[1]: query[A] www.example.com from 192.0.2.7"
    let found = only(.dnsmasq, line, now: Timestamp(seconds: now))
    #expect(found == "query at=\(expected) client=192.0.2.7 name=www.example.com type=1")
  }

  @Test func `the year follows the clock of whoever reads on`() {
    var reader = LogReader(format: .dnsmasq, now: Timestamp(seconds: 1_798_700_000))
    var record = LogRecord()
    let line = Array("Jan  2 00:00:00 dnsmasq[1]: query[A] www.example.com from 192.0.2.7".utf8)
    _ = reader.read(line.span, into: &record)
    #expect(Timestamp(nanoseconds: record.time).civil.year == 2026)
    reader.now = Timestamp(seconds: 1_798_850_000)
    #expect(reader.now.seconds == 1_798_850_000)
    _ = reader.read(line.span, into: &record)
    #expect(Timestamp(nanoseconds: record.time).civil.year == 2027)
  }

  @Test func `a zone is taken where the line gives none, and only there`() {
    let line = "26-Nov-2026 12:00:00.000 client 192.0.2.7#1 (a.example): query: a.example IN A + (192.0.2.53)"
    #expect(only(.bind, line, zone: 3600).contains("at=2026-11-26T11:00:00Z"))
    let utc = line.replacing("26-Nov-2026 12:00:00.000", with: "2026-11-26T12:00:00.000Z")
    #expect(only(.bind, utc, zone: 3600).contains("at=2026-11-26T12:00:00Z"))
    let umbrella = #""2026-11-26 12:00:00","a","a","192.0.2.7","","Allowed","1 (A)","NOERROR","a.example.","x""#
    #expect(only(.umbrella, umbrella, zone: 3600).contains("at=2026-11-26T12:00:00Z"))
  }

  /// dnsmasq writes names as they came: a name can look like the rest of a line.
  @Test(arguments: [
    ("query[A] x from 192.0.2.1 from 192.0.2.7", "query client=192.0.2.7 name=x from 192.0.2.1 type=1"),
    ("reply a is 192.0.2.1 is 198.51.100.1", "answer allowed name=a is 192.0.2.1 type=1 rcode=0 answer=198.51.100.1"),
    ("forwarded a to b to 192.0.2.1#5353", "answer forwarded server=192.0.2.1#5353 name=a to b"),
    ("reply t.example is it is so", "answer allowed name=t.example"),
    ("query[A] nobody from nowhere", "!"), ("query[A", "!"), ("query[A]", "!"), ("reply", "."), ("forwarded a", "!"),
    ("reply x is <HTTPS>", "answer allowed name=x type=65 rcode=0"),
    ("config x is REFUSED", "answer blocked name=x rcode=5"), ("reply x is FORMERR", "answer allowed name=x rcode=1"),
    ("reply x is NOTIMP", "answer allowed name=x rcode=4"),
    ("reply x is NODATA-IPv4", "answer allowed name=x type=1 rcode=0"),
    ("config x is 127.0.0.1", "answer blocked name=x type=1 rcode=0 answer=127.0.0.1"),
    ("config x is ::1", "answer blocked name=x type=28 rcode=0 answer=::1"),
    ("/etc/hosts localhost is 127.0.0.1", "answer allowed name=localhost type=1 rcode=0 answer=127.0.0.1"),
    ("/etc/block ads.example is 127.0.0.1", "answer blocked name=ads.example type=1 rcode=0 answer=127.0.0.1"),
    ("DHCP pc.lan is 192.0.2.9", "answer allowed name=pc.lan type=1 rcode=0 answer=192.0.2.9"),
    ("auth a.example is 192.0.2.9", "answer allowed name=a.example type=1 rcode=0 answer=192.0.2.9"),
    ("blocked upstream with NXDOMAIN is x", "."),
    ("special domain mask.example is NODATA", "answer blocked name=mask.example rcode=0"),
    ("7 TCP 192.0.2.7/53 query[A] x from 192.0.2.7", "query client=192.0.2.7#53 transport=6 name=x type=1 serial=7"),
    ("7 192.0.2.7/99999 query[A] x from 192.0.2.7", "."),
  ])
  func `what dnsmasq says is found behind any name`(message: String, expected: String) {
    let found = only(.dnsmasq, "Nov 26 12:00:00 dnsmasq[1]: " + message)
    #expect(found.replacing(" at=2026-11-26T12:00:00Z", with: "") == expected)
  }

  @Test(arguments: [
    "", " ", "[", "[1", "{", "{}", "{\"", "#", "#fields\t", "\"", "<", "<3", "<30>", "<30>1 ", "0", "-", "Nov",
    "Nov 26 12:00:0",
    "99-Foo-2026 00:00:00 x", "[99999999999999999999] unbound[1:0] info: a", "2026-02-30T00:00:00Z x",
    "Feb 30 00:00:00 a b",
    "[INFO] 1 - 2 \"\" ", "<Event><EventID>256</EventID></Event>", "client ", "client @", "client 1.2.3.4#",
    "client 1.2.3.4#5 (",
    "client 1.2.3.4#5 (a): view ", "client 1.2.3.4#5: query: ", "client 1.2.3.4#5: rpz ",
    "client 1.2.3.4#5: query failed (",
  ])
  func `a line of nothing is no record of any format`(line: String) {
    for format in LogFormat.allCases where format.isLines {
      let found = only(format, line)
      #expect(found == "." || found == "!" || found.isEmpty, "\(format): \(found)")
    }
  }

  @Test func `escapes of each format are taken off what is kept`() {
    func text(_ escape: LogRecord.Escape, _ line: String) -> String {
      var record = LogRecord()
      record.escape = escape
      let bytes = Array(line.utf8)
      return String(decoding: record.bytes(of: LogText(0, bytes.count), in: bytes.span), as: UTF8.self)
    }
    #expect(text(.none, #"a\x41"#) == #"a\x41"#)
    #expect(
      text(.json, #"a\/\"\\\n\t\r\b\f\u0041\ud83d\ude00\ud83d!\u00e4\u12"#) == "a/\"\\\n\t\r\u{8}\u{C}A😀\u{FFFD}!äu12")
    #expect(text(.json, "a\\") == "a\\")
    #expect(text(.hex, #"\x41\x4\"\\"#) == #"A\x4"\"#)
    #expect(text(.csv, #"a""b""#) == #"a"b""#)
    #expect(text(.xml, "a&amp;b&lt;&gt;&quot;&apos;&x") == "a&b<>\"'&x")
    #expect(text(.windows, "(3)www(7)example(3)com(0)") == "www.example.com")
    #expect(text(.windows, "(5)a.b\\c(0)") == "a\\.b\\\\c")
    #expect(text(.windows, "(0)") == ".")
    #expect(text(.windows, "(99)a") == ".")
    #expect(text(.windows, "www.example.com") == "www.example.com")
    #expect(text(.windows, "(9)short") == ".")
  }

  @Test func `a message that is broken is no message`() {
    func message(_ coding: LogRecord.MessageCoding, _ text: String) -> [UInt8] {
      var record = LogRecord()
      record.messageCoding = coding
      let bytes = Array(text.utf8)
      record.message = LogText(0, bytes.count)
      return record.message(in: bytes.span)
    }
    #expect(message(.none, "AAAA") == [])
    #expect(message(.raw, "AB") == [0x41, 0x42])
    #expect(message(.base64, "q83v") == [0xAB, 0xCD, 0xEF])
    #expect(message(.base64, #"+\/-_=="#) == [0xFB, 0xFF, 0xBF])
    #expect(message(.base64, "q8*v") == [])
    #expect(message(.hex, "0xABcd") == [0xAB, 0xCD])
    #expect(message(.hex, "ABx") == [0xAB])
    #expect(message(.hex, "AxB") == [])
  }

  /// Status, type and reply as `src/enums.h` numbers them.
  @Test(
    arguments: [
      (1, 1, "query blocked"), (2, 1, "query forwarded"), (3, 28, "query cached"), (4, 1, "query blocked"),
      (11, 1, "query blocked"), (12, 1, "query forwarded"), (16, 65, "query blocked"), (17, 64, "query cached"),
      (0, 0, "query"),
    ] as [(Int64, Int, String)])
  func `a row of Pi-hole's database is a query`(status: Int64, type: Int, expected: String) {
    let types: [Int: Int64] = [1: 1, 28: 2, 64: 15, 65: 16, 0: 14]
    var record = LogRecord()
    let domain = Array("www.example.com".utf8), client = Array("192.0.2.7".utf8)
    let row = PiholeRow(timestamp: 1_795_220_794.5, type: types[type] ?? 0, status: status, replyType: 2)
    let outcome = LogReader.read(row: row, domain: domain.span, client: client.span, into: &record)
    let kind = type == 0 ? "" : " type=\(type)"
    let found = summary(outcome, record, in: domain.span)
    #expect(
      found
        == "\(expected) at=2026-11-21T00:26:34.500000Z client=192.0.2.7 name=www.example.com\(kind) rcode=3")
    let nothing = LogReader.read(row: row, domain: [UInt8]().span, client: client.span, into: &record)
    #expect(nothing == .malformed)
  }

  @Test func `every type and reply of Pi-hole has its number of DNS`() {
    var record = LogRecord()
    let domain = Array("a".utf8)
    func read(_ type: Int64, _ reply: Int64?) -> (UInt16, UInt16) {
      let row = PiholeRow(timestamp: .nan, type: type, status: 99, replyType: reply)
      _ = LogReader.read(row: row, domain: domain.span, client: domain.span, into: &record)
      return (record.type, record.rcode)
    }
    #expect((1...16).map { read($0, nil).0 } == [1, 28, 255, 33, 6, 12, 16, 35, 15, 43, 46, 48, 2, 0, 64, 65])
    #expect(read(100 + 257, nil).0 == 257)
    #expect([0, 1, 2, 3, 4, 8, 9].map { read(1, $0).1 } == [65535, 0, 3, 0, 0, 2, 5])
    #expect(record.time == LogRecord.unknownTime)
    #expect(record.action == .none)
  }
}
