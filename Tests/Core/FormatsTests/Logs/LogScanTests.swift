import Model
import Testing

@testable import Formats

@Suite struct LogScanTests {
  static let addresses = [
    "192.0.2.7", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3",
    "1.2.3.4 ",
    "1.2.3.0004", "010.1.1.1", "::", "::1", "1::", "2001:db8::7", "2001:db8:0:0:0:0:0:7", "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "::ffff:192.0.2.7",
    "64:ff9b::192.0.2.7",
    "::192.0.2.7", "1:2:3:4:5:6:192.0.2.7", "1:2:3:4:5:6:7:192.0.2.7", "fe80::1%eth0", "fe80::1%", ":::", "1::2::3",
    ":1",
    "1:", "12345::", "g::", "1:2:3:4:5:6:7:", "::1.2.3", "::1.2.3.4:5", "", "a", "ab", "::ffff:0:0",
  ]

  @Test(arguments: addresses)
  func `an address is read from bytes as it is from text`(text: String) {
    let bytes = Array(text.utf8)
    let alone = bytes.span.address(from: 0, to: bytes.count)
    #expect(alone == Address(text).map { IP($0) })
    let inner = Array("1\(text)9".utf8)
    let inside = inner.span.address(from: 1, to: inner.count - 1)
    #expect(inside == Address(text).map { IP($0) })
  }

  @Test func `any text of the letters of addresses is read alike`() {
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    let letters = Array("0129af:::..".utf8)
    for _ in 0..<20_000 {
      let bytes = (0...random(14)).map { _ in letters[random(letters.count)] }
      let text = String(decoding: bytes, as: UTF8.self)
      let found = bytes.span.address(from: 0, to: bytes.count)
      if found != Address(text).map({ IP($0) }) { Issue.record("\(text)") }
    }
  }

  @Test(arguments: 0..<40)
  func `a byte is found wherever it stands`(place: Int) {
    var bytes = Array(repeating: UInt8(0x80), count: 40)
    bytes[place] = 0x22
    let span = bytes.span
    for from in 0...40 {
      for to in [from, 20, 39, 40, 99] {
        let expected = place >= from && place < min(to, 40) ? place : to
        let first = span.first(0x22, from: from, to: to)
        let either = span.firstQuoteOrBackslash(from: from, to: to)
        let last = span.last(0x22, from: from, to: to)
        #expect(first == expected && either == expected)
        #expect(last == (expected == to ? nil : place))
      }
    }
  }

  @Test(
    arguments: [
      ("0", 0), ("1.5", 1_500_000_000), (".5", 500_000_000), ("1795220794.123456", 1_795_220_794_123_456_000),
      ("-1.5", -1_500_000_000),
      ("1.1234567891", 1_123_456_789), ("9199999999", 9_199_999_999_000_000_000), ("9200000000", nil), ("", nil),
      (".", nil), ("-", nil),
      ("1e3", nil), ("1.x", nil), ("99999999999999999999", nil), ("1.", 1_000_000_000),
    ] as [(String, Int64?)])
  func `seconds are read to nanoseconds`(text: String, expected: Int64?) {
    let bytes = Array(text.utf8)
    let found = bytes.span.nano(from: 0, to: bytes.count)
    #expect(found == expected)
  }

  @Test(
    arguments: [
      ("1795220794", 1_795_220_794_000_000_000), ("1795220794.5", 1_795_220_794_500_000_000),
      ("1795220794500", 1_795_220_794_500_000_000),
      ("1795220794500000", 1_795_220_794_500_000_000), ("1795220794500000000", 1_795_220_794_500_000_000),
      ("9999999999999999999", nil), ("x", nil),
    ] as [(String, Int64?)])
  func `the unit of a time is told by its size`(text: String, expected: Int64?) {
    let bytes = Array(text.utf8)
    let found = LogTime.epoch(bytes.span, from: 0, to: bytes.count)
    #expect(found == expected)
  }

  @Test func `a day is the day that a timestamp says`() {
    for (year, month, day) in [
      (1970, 1, 1), (2024, 2, 29), (2026, 11, 26), (1999, 12, 31), (2100, 3, 1), (1677, 10, 1),
    ] {
      let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
      #expect(LogTime.day(year, month, day).map { $0 * 86_400 } == Timestamp(rfc3339: text)?.seconds)
    }
    #expect(LogTime.day(2100, 2, 29) == nil)
    #expect(LogTime.day(2026, 4, 31) == nil)
    #expect(LogTime.day(2026, 13, 1) == nil)
    #expect(LogTime.day(9999, 1, 1) == nil)
  }

  @Test(
    arguments: [
      ("A", 1), ("AAAA", 28), ("HTTPS", 65), ("TYPE65", 65), ("type=65280", 65280), ("CAA", 257), ("*", 255),
      ("TYPE99999", 0), ("", 0),
      ("NOSUCH", 0), ("16", 16), ("ANY", 255), ("PTR", 12),
    ] as [(String, UInt16)])
  func `a type is a number`(text: String, expected: UInt16) {
    let bytes = Array(text.utf8)
    let found = DNSType.number(bytes.span, from: 0, to: bytes.count)
    #expect(found == expected)
  }

  @Test(
    arguments: [
      ("NOERROR", 0), ("noerror", 0), ("NXDOMAIN", 3), ("NXDomain", 3), ("ServFail", 2), ("5", 5), ("SUCCESS", 0),
      ("?", 65535), ("", 65535),
      ("99999", 65535), ("BADVERS", 16),
    ] as [(String, UInt16)])
  func `a response code is a number`(text: String, expected: UInt16) {
    let bytes = Array(text.utf8)
    let found = DNSType.code(bytes.span, from: 0, to: bytes.count)
    #expect(found == expected)
  }
}
