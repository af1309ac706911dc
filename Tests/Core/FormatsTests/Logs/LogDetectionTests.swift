import Formats
import Testing

@Suite struct LogDetectionTests {
  @Test(arguments: LogFixture.all)
  func `a log is told by its head`(fixture: LogFixture) {
    #expect(LogFormat.detect(fixture.bytes) == fixture.format)
  }

  /// One line is enough, where it is one about traffic; Pi-hole's are dnsmasq's until one of its own verbs comes.
  @Test(arguments: LogFixture.lines)
  func `one line about traffic tells the log`(fixture: LogFixture) {
    let lines = fixture.pieces
    let isTSV = fixture.bytes.starts(with: Array("#separator".utf8))
    for (line, expected) in zip(lines, fixture.expected) where expected != "." && expected != "!" && !isTSV {
      let found = LogFormat.detect(line + [0x0A])
      let isFamily = fixture.format == .pihole && found == .dnsmasq
      // The second half of a line that Windows broke tells nothing alone.
      let isBroken = fixture.format == .windowsDNS && line.first == 0x20
      #expect(found == fixture.format || isFamily || isBroken, "\(String(decoding: line, as: UTF8.self))")
    }
  }

  @Test func `a name is the one that is given on the command line`() {
    #expect(
      Set(LogFormat.allCases.map(\.rawValue)) == [
        "dnsmasq", "pihole", "unbound", "bind", "coredns", "adguard", "umbrella", "cloudflare", "windows-dns",
        "windows-analytical", "dnstap", "zeek", "suricata", "squid", "nginx", "ntopng", "ecs", "pihole-ftl",
      ])
  }

  @Test(arguments: [
    "", "\n", "hello world\n", "{}\n{}\n", "{\"a\":1}\n", "[1,2]\n", "<html><body></body></html>\n",
    "name,value\n1,2\n",
    "Nov 26 12:00:00 host sshd[1]: Accepted publickey for root from 192.0.2.7 port 22\n",
    "Nov 26 12:00:00 host kernel: IN=eth0 SRC=192.0.2.7 DST=192.0.2.8 PROTO=TCP\n",
    "2026-11-26 12:00:00,INFO,message,a,b,c,d,e,f,g\n", "#Version: 1.0\n#Fields: date time c-ip\n",
    "{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"message\":\"x\"}\n", "{\"ts\":1,\"level\":\"info\"}\n",
    "{\"timestamp\":\"2026-11-26T12:00:00Z\",\"level\":\"info\"}\n", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    "[12/Nov/2026] \"GET / HTTP/1.1\"\n", "{\"index\":{\"_index\":\"x\"}}\n", "[INFO] plugin/reload: x\n",
  ])
  func `what is no such log is not taken for one`(text: String) {
    #expect(LogFormat.detect(Array(text.utf8)) == nil)
  }

  /// What a client can choose stands inside of a line, not in front.
  @Test func `names that imitate another log do not change what it is`() {
    let line = "Nov 26 12:00:00 dnsmasq[1]: query[A] %s from 192.0.2.7\n"
    for name in [
      "unbound[1:0] info: 192.0.2.1 a. A IN", "client 192.0.2.1#5 (a): query: a IN A +", "{\"event_type\":\"dns\"}",
      "#separator \\x09", "[INFO] 192.0.2.1:5 - 1 \"A IN a. udp 1 false 1\" NOERROR qr 1 0.1s",
    ] {
      #expect(LogFormat.detect(Array(line.replacing("%s", with: name).utf8)) == .dnsmasq)
    }
    let agent =
      #"192.0.2.7 - - [26/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "unbound[1]: query: dnsmasq[1]: x""#
    #expect(LogFormat.detect(Array((agent + "\n").utf8)) == .nginx)
  }

  @Test func `a host that is called like a program is no program`() {
    let bind =
      "Nov 26 12:00:00 unbound named[99]: client 192.0.2.7#5 (a.example): query: a.example IN A + (192.0.2.53)\n"
    #expect(LogFormat.detect(Array(bind.utf8)) == .bind)
    let modern = "<30>1 2026-11-26T12:00:00Z dnsmasq unbound 311 - - [311:0] query: 192.0.2.7 a.example. A IN\n"
    #expect(LogFormat.detect(Array(modern.utf8)) == .unbound)
    #expect(LogFormat.detect(Array("Nov 26 12:00:00 dnsmasq sshd[1]: Accepted publickey for root\n".utf8)) == nil)
  }

  @Test(arguments: [false, true])
  func `a log in UTF-16 is told, and read as UTF-8, in any pieces`(isBig: Bool) throws {
    let fixture = try #require(LogFixture.resolvers.first { $0.format == .windowsDNS })
    var wide: [UInt8] = isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]
    for byte in fixture.bytes { wide += isBig ? [0, byte] : [byte, 0] }
    #expect(LogFormat.detect(wide) == .windowsDNS)
    for step in [1, 2, 3, 7, 4096] {
      let begun = LogUTF16(wide.span)
      var decoder = try #require(begun)
      var out: [UInt8] = []
      for start in stride(from: 0, to: wide.count, by: step) {
        out += decoder.read(wide.span.extracting(start..<min(wide.count, start + step)))
      }
      #expect(out == fixture.bytes)
    }
    let none = LogUTF16([0x41, 0].span)
    #expect(none == nil)
  }

  @Test func `halves of characters in UTF-16 are replaced, not dropped`() throws {
    let units: [UInt16] = [0xFEFF, 0xE4, 0xD83D, 0xDE00, 0xD83D, 0x41, 0xDE00]
    let wide = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let begun = LogUTF16(wide.span)
    var decoder = try #require(begun)
    let text = String(decoding: decoder.read(wide.span), as: UTF8.self)
    #expect(text == "ä😀\u{FFFD}A\u{FFFD}")
  }
}
