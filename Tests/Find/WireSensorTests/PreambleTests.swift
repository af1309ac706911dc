import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// What stands in a connection before the client's own protocol.
@Suite struct PreambleTests {
  static let name = "api.openai.com"
  static let hello = Hello(name: name).record

  /// SOCKS 5: connect to a name on port 443.
  static func five(_ name: String) -> [UInt8] { [5, 1, 0, 3, UInt8(name.utf8.count)] + Array(name.utf8) + [1, 0xBB] }

  /// A connection over a proxy: what the client sends, in turn with the proxy.
  static func talk(_ port: Int, _ sent: [[UInt8]]) -> Tap {
    let tap = Tap()
    var talk = Talk(tap, port: port)
    talk.open()
    for bytes in sent {
      talk.send(bytes)
      talk.answer([5, 0])
    }
    return tap
  }

  static let ways: [[[UInt8]]] = [
    [[5, 1, 0], five(name), hello],
    // A proxy may choose the password that was offered; libcurl offers GSS-API as well.
    [[5, 3, 0, 1, 2], [1, 1, 0x75, 2, 0x70, 0x77], five(name), hello],
    // Tor's clients do not wait.
    [[5, 1, 0] + five(name) + hello],
    [[5, 1, 0], five(name) + hello.prefix(20), Array(hello.dropFirst(20))],
    [[4, 1, 1, 0xBB, 0, 0, 0, 1, 0x75, 0] + Array(name.utf8) + [0], hello],
    [[4, 1, 1, 0xBB, 203, 0, 113, 5, 0], hello],
    [[5, 1, 0], [5, 1, 0, 1, 203, 0, 113, 5, 1, 0xBB], hello],
  ]

  @Test(arguments: ways, [1080, 9050, 42_000])
  func `TLS behind SOCKS names the conversation, on any port`(sent: [[UInt8]], port: Int) {
    let tap = Self.talk(port, sent)
    #expect(tap.names == [Self.name])
    #expect(tap.sessions.first?.nameSource == .connect)
    #expect(tap.sessions.first?.hello?.ja4.hasPrefix("t13d") == true)
    #expect(tap.traffic.counters.socks == 1 && tap.traffic.counters.tlsHellos == 1)
    #expect(tap.traffic.counters.damagedTLS == 0)
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `SOCKS byte by byte is read`() {
    let tap = Tap()
    var talk = Talk(tap, port: 1080)
    talk.open()
    for byte in [5, 1, 0] + Self.five(Self.name) { talk.send([byte]) }
    #expect(tap.names == [Self.name])
  }

  @Test func `the name asked for is known before the hello, and without one`() {
    let tap = Self.talk(
      9050, [[5, 1, 0], Self.five("2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion")])
    #expect(tap.names.first??.hasSuffix("wid.onion") == true)
    #expect(tap.sessions.first?.nameSource == .connect)
  }

  @Test func `an address asked for takes the name under which the client looked it up, else it is the name`() {
    for isKnown in [true, false] {
      let tap = Tap()
      if isKnown { tap.resolve("api.anthropic.com", ["203.0.113.5"]) }
      var talk = Talk(tap, port: 1080)
      talk.open()
      talk.send([5, 1, 0])
      talk.send([5, 1, 0, 1, 203, 0, 113, 5, 1, 0xBB])
      #expect(tap.names == [isKnown ? "api.anthropic.com" : "203.0.113.5"])
      #expect(tap.sessions.first?.nameSource == (isKnown ? .dns : .connect))
    }
  }

  @Test func `CONNECT to an address takes the name under which the client looked it up`() {
    let tap = Tap()
    tap.resolve("api.anthropic.com", ["203.0.113.5"])
    var talk = Talk(tap, port: 3128)
    talk.open()
    talk.send("CONNECT 203.0.113.5:443 HTTP/1.1\r\n\r\n")
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test func `a request in the clear behind SOCKS is read`() {
    let tap = Self.talk(
      1080, [[5, 1, 0], Self.five("www.example.com"), Array("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n".utf8)])
    #expect(tap.names == ["www.example.com"])
    #expect(tap.traffic.counters.httpRequests == 1)
  }

  @Test(
    arguments: [
      [[5, 1, 0], [5, 3, 0, 1, 0, 0, 0, 0, 0, 0]], [[5, 1, 0], [5, 2, 0, 1, 203, 0, 113, 5, 0, 80]],
      [[5, 1, 0], [9, 9, 9]], [[5, 2, 0, 2], [1, 1, 0x75, 1, 0x70], [9]], [[5, 1, 0], five(name), [5, 1, 0]],
      [[4, 1, 1, 0xBB, 203, 0, 113, 5, 1]], [[5, 0, 0]],
    ] as [[[UInt8]]])
  func `what is no connection through SOCKS is given up, and nothing is kept`(sent: [[UInt8]]) {
    let tap = Self.talk(1080, sent + [[9], [9], [9], [9], [9], [9]])
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details.bytes == 0)
    #expect(tap.traffic.counters.tlsHellos == 0)
  }

  @Test func `a password of SOCKS is gone as soon as it was read`() {
    let tap = Self.talk(1080, [[5, 1, 2], [1, 1, 0x75, 2, 0x70, 0x77]])
    #expect(tap.traffic.details.bytes == 0)
  }

  // MARK: Balancers

  static let line = Array("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".utf8)
  static let binary: [UInt8] =
    [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
    + [192, 0, 2, 1, 198, 51, 100, 7, 0xDC, 4, 1, 0xBB]

  @Test(arguments: [line, binary], [0, 7, 300])
  func `TLS behind a balancer's header is read, and the client that it names is noted beside the sender`(
    header: [UInt8], cut: Int
  ) throws {
    let all = header + Self.hello
    let place = cut == 0 ? header.count : cut == 7 ? 7 : all.count
    let tap = Self.talk(443, [Array(all[..<place]), Array(all[place...])])
    #expect(tap.names == [Self.name])
    #expect(tap.sessions.first?.nameSource == .tls)
    // Anybody can say so: who sent the packets stays the client.
    #expect(tap.sessions.first?.client.description == Tap.client)
    #expect(tap.traffic.details[tap.traffic.flows[0].detail].forwardedFor == IP(v4: 0xC000_0201))
    #expect(tap.traffic.counters.proxyHeaders == 1 && tap.traffic.counters.tlsHellos == 1)
  }

  @Test func `a request behind a balancer's header is read, and a second header is none`() {
    let request = Array("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n".utf8)
    #expect(Self.talk(80, [Self.line + request]).names == ["www.example.com"])
    #expect(Self.talk(80, [Self.line + Self.line + request]).names == [nil])
    #expect(
      Self.talk(80, [Array("POST / HTTP/1.1\r\nHost: www.example.com\r\n\r\n".utf8)]).names == ["www.example.com"])
  }

  @Test func `the name that a balancer was asked for is taken where the hello has none`() {
    let name = Array(Self.name.utf8)
    var header = Self.binary
    header[15] = UInt8(12 + 3 + name.count)
    header += [2, 0, UInt8(name.count)] + name
    #expect(Self.talk(443, [header + Hello(name: nil).record]).names == [Self.name])
  }

  // MARK: STARTTLS

  static let dialogues: [(Int, [String])] = [
    (25, ["EHLO a.example.com\r\n", "STARTTLS\r\n"]), (587, ["ehlo a\r\n", "starttls\r\n"]),
    (143, ["a1 CAPABILITY\r\n", "a2 STARTTLS\r\n"]), (110, ["CAPA\r\n", "STLS\r\n"]), (21, ["AUTH TLS\r\n"]),
    (5222, ["<stream:stream to='example.com'>", "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"]),
    (389, ["0\u{1D}\u{2}\u{1}\u{1}w\u{18}\u{10}\u{16}1.3.6.1.4.1.1466.20037"]),
    // Refused at first; and a request that lies across two segments.
    (25, ["EHLO a\r\n", "STARTTLS\r\n", "EHLO a\r\n", "STARTTLS\r\n", "STARTTLS\r\n"]),
    (25, ["EHLO a\r\n", "START", "TLS\r\n"]),
  ]

  @Test(arguments: dialogues)
  func `the hello behind a request in the clear is read`(port: Int, lines: [String]) {
    let tap = Tap()
    var talk = Talk(tap, port: port)
    talk.open()
    talk.answer("220 ready\r\n")
    for line in lines {
      talk.send(line)
      talk.answer("250 go on\r\n")
    }
    #expect(tap.traffic.details.bytes == 0)
    talk.send(Self.hello)
    #expect(tap.names == [Self.name])
    #expect(tap.sessions.first?.hello?.ja4.hasPrefix("t13d") == true)
    #expect(tap.traffic.counters.upgrades == 1 && tap.traffic.counters.splitTLS == 0)
  }

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
  func `behind a request in the clear a hello's segments may come in any order`(order: [Int]) {
    let tap = Tap()
    var talk = Talk(tap, port: 587)
    talk.open()
    talk.send("EHLO a\r\n")
    talk.send("STARTTLS\r\n")
    let long = Hello(name: Self.name, padding: 2500).record
    let cuts = [0, 1000, 2000, long.count]
    for piece in order { talk.segment(Array(long[cuts[piece]..<cuts[piece + 1]]), at: talk.up &+ UInt32(cuts[piece])) }
    #expect(tap.names == [Self.name])
    #expect(tap.traffic.counters.splitTLS == 1)
  }

  @Test func `TLS from the first byte on a port of talk in the clear is no upgrade`() {
    let tap = Self.talk(587, [Self.hello])
    #expect(tap.names == [Self.name])
    #expect(tap.traffic.counters.upgrades == 0)
  }

  @Test func `a letter in the clear is given up after some segments, and nothing of it is kept`() {
    let tap = Self.talk(
      25, [[UInt8]](repeating: Array("starttls, said the letter\r\n".utf8), count: 40))
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details.bytes == 0)
  }

  static let databases: [(Int, [[UInt8]])] = [
    (5432, [[0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F], hello]),
    (5432, [[0, 0, 0, 8, 4, 0xD2, 0x16, 0x30], [0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F], hello]),
    (6432, [[0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F] + hello]), (3306, [login, hello]), (3306, [login + hello]),
  ]
  static let login: [UInt8] =
    [0x20, 0, 0, 1, 0x85, 0x8A, 0xFF, 1, 0, 0, 0, 1, 0x2D] + [UInt8](repeating: 0, count: 23)

  @Test(arguments: databases)
  func `the hello behind a database client's request is read`(port: Int, sent: [[UInt8]]) {
    let tap = Self.talk(port, sent)
    #expect(tap.names == [Self.name])
    #expect(tap.traffic.counters.tlsHellos == 1 && tap.traffic.counters.upgrades > 0)
  }

  @Test func `a database that refuses TLS is left alone, and nothing of the login is kept`() {
    let tap = Self.talk(5432, [[0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F], [0, 0, 0, 20, 0, 3, 0, 0] + Array("user".utf8)])
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details.bytes == 0)
  }

  @Test func `preambles without end are given up`() {
    let tap = Self.talk(5432, [[UInt8]](repeating: [0, 0, 0, 8, 4, 0xD2, 0x16, 0x30], count: 12))
    #expect(tap.traffic.flows[0].stage == .count)
  }
}
