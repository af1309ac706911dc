import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// What the first bytes of a conversation tell.
@Suite struct HandshakeTests {
  static let long = Hello(padding: 2500).record

  /// A hello in three segments, and the orders in which they may come: with their places, repetitions allowed.
  @Test(arguments: [
    [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 1, 0], [0, 0, 1, 1, 2], [1, 1, 2, 2, 0], [2, 0, 1, 0],
  ])
  func `a hello over three segments is read in whatever order they come`(order: [Int]) {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    let cuts = [0, 1000, 2000, Self.long.count]
    for piece in order {
      talk.segment(Array(Self.long[cuts[piece]..<cuts[piece + 1]]), at: talk.up &+ UInt32(cuts[piece]))
    }
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.traffic.counters.tlsHellos == 1)
    #expect(tap.traffic.counters.splitTLS == 1)
    #expect(tap.sessions.first?.nameSource == .tls)
  }

  @Test func `a hello byte by byte is read`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    for byte in Hello(name: "t.co").record.prefix(60) { talk.send([byte]) }
    talk.send(Array(Hello(name: "t.co").record.dropFirst(60)))
    #expect(tap.names == ["t.co"])
  }

  @Test func `segments that overlap do not spoil a hello`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.segment(Array(Self.long[0..<1200]), at: talk.up)
    talk.segment(Array(Self.long[600..<1800]), at: talk.up &+ 600)
    talk.segment(Array(Self.long[1500...]), at: talk.up &+ 1500)
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test func `a hello is read where the sequence numbers wrap`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.up = 0xFFFF_FFFF &- 700
    talk.open()
    talk.segment(Array(Self.long[1000...]), at: talk.up &+ 1000)
    talk.segment(Array(Self.long[..<1000]), at: talk.up)
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test func `the hello that a SYN carries is read`() {
    let tap = Tap()
    let talk = Talk(tap)
    talk.segment(Hello().record, at: 1000, flags: 2)
    #expect(tap.names == ["api.anthropic.com"])
  }

  @Test
  func
    `a capture that begins amid a connection still reads a hello that comes first, and says that it is no whole one`()
  {
    let tap = Tap()
    var talk = Talk(tap)
    talk.send(Array(Self.long[..<1200]))
    talk.send(Array(Self.long[1200...]))
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.sessions.first?.isWhole == false)
    #expect(tap.sessions.first?.clientPort == 40_000)
  }

  @Test func `the server's side seen first does not turn a connection around`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.answer("late answer")
    talk.send("late question")
    #expect(tap.sessions.map(\.serverPort) == [443])
    #expect(tap.sessions.first?.client.description == Tap.client)
    #expect(tap.sessions.first?.bytesUp == 13 && tap.sessions.first?.bytesDown == 11)
  }

  @Test func `an answer to a SYN that was not seen opens the client's connection`() {
    let tap = Tap()
    let talk = Talk(tap, clientPort: 443, port: 50_443)
    talk.segment([], isUp: false, at: 9, flags: 0x12)
    #expect(tap.sessions.map(\.serverPort) == [50_443])
    #expect(tap.sessions.first?.isWhole == true)
  }

  @Test(arguments: [
    ("without a name", Hello(name: nil)), ("with an address for a name", Hello(name: "198.51.100.7")),
  ])
  func `a hello that names nobody is counted`(what: String, hello: Hello) {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(hello.record)
    #expect(tap.names == [nil])
    #expect(tap.traffic.counters.helloWithoutName == 1)
    #expect(tap.traffic.counters.ja4.values.reduce(0, +) == 1)
  }

  @Test(arguments: ["API.Anthropic.COM", "api.anthropic.com.", "api\u{1B}[2J.example", "\u{0}", " ", ""])
  func `a name is kept in lower case without its final dot, and never with what a terminal obeys`(name: String) {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello(name: name).record)
    let kept = tap.names.first.flatMap { $0 }
    if name.lowercased().hasPrefix("api.") { #expect(kept == "api.anthropic.com") }
    #expect(kept?.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F } != false)
  }

  @Test func `the hello of a followed conversation is kept with its fingerprint`() throws {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello(hasGREASE: true, hasECH: true).record)
    let hello = try #require(tap.sessions.first?.hello)
    #expect(hello.alpn == ["h2", "http/1.1"])
    #expect(hello.hasGREASE && hello.hasECH && !hello.isResumption)
    #expect(hello.ja4.hasPrefix("t13d"))
    #expect(tap.traffic.counters.hellosWithECH == 1)
    #expect(Array(tap.traffic.counters.ja4.keys) == [hello.ja4])
  }

  @Test func `the hello of anybody else leaves nothing but its name`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(Array(Hello(name: "www.example.com", padding: 2000).record.prefix(1400)))
    #expect(tap.traffic.details.count == 1)
    talk.send(Array(Hello(name: "www.example.com", padding: 2000).record.dropFirst(1400)))
    #expect(tap.names == ["www.example.com"])
    #expect(tap.traffic.details.count == 0)
  }

  @Test func `a name in a hello beats the one that DNS gave`() {
    let tap = Tap()
    tap.resolve("telegram.org", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    #expect(tap.names == ["telegram.org"])
    #expect(tap.sessions.first?.nameSource == .dns)
    talk.send(Hello(name: "www.example.com").record)
    #expect(tap.names == ["www.example.com"])
    #expect(tap.sessions.first?.nameSource == .tls)
    // What is no model's is not followed any longer.
    #expect(tap.sessions.first?.turns.isEmpty == true)
  }

  /// A server's hello, an alert, a record that breaks off into another type, a message that is too long, and others; and
  /// whether it counts as damaged.
  static let foreign: [([UInt8], UInt64)] = [
    ([22, 3, 3, 0, 4, 2, 0, 0, 0], 1),
    ([21, 3, 1, 0, 2, 2, 40], 0),
    ([22, 3, 1, 0, 2, 1, 0, 23, 3, 3, 0, 1, 0], 1),
    ([22, 3, 1, 0, 4, 1, 255, 0, 0], 1),
    ([0, 1, 2, 3, 4, 5, 6, 7], 0),
    (Array("EHLO example.com\r\n".utf8), 0),
    (Array("GET / HTTP/9\u{1}\r\n\r\n".utf8), 0),
  ]

  @Test(arguments: foreign)
  func `what is no hello leaves a conversation without a name, and keeps nothing`(bytes: [UInt8], damaged: UInt64) {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    for _ in 0..<8 { talk.send(bytes) }
    #expect(tap.names == [nil])
    #expect(tap.traffic.counters.tlsHellos == 0)
    #expect(tap.traffic.counters.damagedTLS == damaged)
    #expect(tap.traffic.details.all.allSatisfy { $0.up == nil })
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `a hello that turns out damaged over several segments is counted`() {
    for tail in [[23, 3, 3, 0, 1, 0], [22, 3, 3, 0, 0]] as [[UInt8]] {
      let tap = Tap()
      var talk = Talk(tap)
      talk.open()
      talk.send([22, 3, 1, 0, 1, 1])
      talk.send(tail)
      #expect(tap.traffic.counters.damagedTLS == 1)
      #expect(tap.traffic.flows[0].stage == .count)
    }
  }

  @Test func `half an alert is waited for and then given up`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send([21])
    talk.send([3, 1, 0, 2, 2, 40])
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `a client that never completes its hello is given up after 64 segments`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send([22, 3, 1, 0x40, 0, 1, 0, 0x3F, 0xFC])
    for _ in 0..<64 { talk.send([0]) }
    #expect(tap.traffic.flows[0].stage == .inspect)
    talk.send([0])
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details.all.allSatisfy { $0.up == nil })
  }

  @Test func `a client that leaves holes is given up with the ninth`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    for place in 1...8 { talk.segment([1, 2], at: talk.up &+ UInt32(place * 10)) }
    #expect(tap.traffic.flows[0].stage == .inspect)
    talk.segment([1, 2], at: talk.up &+ 90)
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `a server that speaks on and on alone is not listened to`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    for _ in 0..<18 { talk.answer("220 hello\r\n") }
    #expect(tap.traffic.flows[0].stage == .count)
  }

  // MARK: UDP

  @Test func `a hello of QUIC is read from one datagram or two, in either order`() {
    let one = Hello().initials(1)
    let two = Hello(padding: 1200).initials(2)
    for (datagrams, split) in [(one, 0), (two, 1), (Array(two.reversed()), 1)] as [([[UInt8]], UInt64)] {
      let tap = Tap()
      for datagram in datagrams { tap.udp(Tap.client, 50_000, Tap.server, 443, datagram) }
      #expect(tap.names == ["api.anthropic.com"])
      #expect(tap.sessions.first?.transport == .quic)
      #expect(tap.sessions.first?.nameSource == .quic)
      #expect(tap.sessions.first?.hello?.ja4.hasPrefix("q13") == true)
      #expect(tap.traffic.counters.quicHellos == 1)
      #expect(tap.traffic.counters.splitQUIC == split)
      #expect(tap.traffic.counters.ja4QUIC.count == 1)
    }
  }

  @Test func `QUIC that cannot be opened is counted as damaged, and given up in the end`() {
    let tap = Tap()
    var datagram = Hello().initials(1)[0]
    datagram[600] ^= 1
    for _ in 0..<9 { tap.udp(Tap.client, 50_000, Tap.server, 443, datagram) }
    #expect(tap.traffic.counters.damagedQUIC == 8)
    #expect(tap.names == [nil])
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details[1].quic == nil)
  }

  @Test func `a hello of DTLS is read`() {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, Tap.server, 3478, Hello(name: "api.telegram.org").datagram)
    #expect(tap.names == ["api.telegram.org"])
    #expect(tap.sessions.first?.transport == .udp)
    #expect(tap.traffic.counters.dtlsHellos == 1)
  }

  @Test func `DTLS over two datagrams is waited for, and given up after eight`() {
    let tap = Tap()
    let whole = Hello().datagram
    var half = Array(whole.prefix(whole.count - 20))
    half[11...12] = Crafted.word(half.count - 13)[...]
    half[22...24] = ([0] + Crafted.word(half.count - 25))[...]
    for _ in 0..<10 { tap.udp(Tap.client, 50_000, Tap.server, 3478, half) }
    #expect(tap.names == [nil])
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `other datagrams are only counted after the third, and answers are not read`() {
    let tap = Tap()
    for _ in 0..<3 {
      tap.udp(Tap.server, 443, Tap.client, 50_000, Hello().initials(1)[0])
      tap.udp(Tap.client, 50_000, Tap.server, 443, [1, 2, 3])
    }
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.counters.quicHellos == 0)
    #expect(tap.sessions.first?.packetsDown == 3 && tap.sessions.first?.packetsUp == 3)
  }

  @Test func `where there is no room for details, whole hellos are read and others given up`() {
    let tap = Tap { $0.details = 0 }
    var whole = Talk(tap, clientPort: 40_001)
    whole.open()
    whole.send(Hello().record)
    var cut = Talk(tap, clientPort: 40_002)
    cut.open()
    cut.send(Array(Hello().record.prefix(100)))
    tap.udp(Tap.client, 50_000, Tap.server, 443, Hello().initials(1)[0])
    tap.udp(Tap.client, 50_001, "198.51.100.8", 443, Hello().initials(1)[0])
    tap.udp(Tap.client, 50_002, "198.51.100.8", 443, Hello().datagram)
    tap.udp(Tap.client, 50_003, "192.0.2.53", 53, [0])
    var resolver = Talk(tap, port: 53)
    resolver.open()
    resolver.send(Resolver.framed(Resolver.question("example.com")))
    #expect(tap.names.first == "api.anthropic.com")
    #expect(tap.traffic.counters.quicHellos == 0 && tap.traffic.counters.dnsOverTCP == 0)
    #expect(tap.traffic.details.refused >= 4)
  }

  @Test func `handshakes that never end share one budget of bytes, and give it back`() {
    let tap = Tap { $0.handshakeBytes = 100_000 }
    // A record of 16 KiB whose message says that it has 60000 bytes.
    let start = [22, 3, 1, 0x40, 0, 1, 0, 0xEA, 0x60] + [UInt8](repeating: 0, count: 9000)
    for number in 0..<40 {
      var talk = Talk(tap, clientPort: 1000 + number)
      talk.open()
      talk.send(start)
      talk.segment(start, at: talk.up &+ 20_000)
      #expect(tap.traffic.details.bytes <= 100_000)
    }
    #expect(tap.traffic.details.refused > 20)
    var web = Talk(tap, server: "192.168.1.20", clientPort: 99, port: 4242)
    web.open()
    web.send(RequestTests.upgrade)
    web.answer(Array("HTTP/1.1 101 ".utf8) + [UInt8](repeating: 0x61, count: 9000))
    var dns = Talk(tap, server: "192.168.1.1", clientPort: 98, port: 53)
    dns.open()
    dns.send([255, 255] + [UInt8](repeating: 0, count: 9000))
    #expect(tap.traffic.details.bytes <= 100_000)
    // A hello in one segment needs none of it.
    var whole = Talk(tap, clientPort: 97)
    whole.open()
    whole.send(Hello().record)
    #expect(tap.names.contains("api.anthropic.com"))
    let streams = tap.traffic.details.all.reduce(0) { $0 + ($1.up?.size ?? 0) + ($1.down?.size ?? 0) }
    #expect(tap.traffic.details.bytes == streams)
    tap.traffic.finish()
    #expect(tap.traffic.details.bytes == 0)
  }

  @Test func `fingerprints beyond 4096 are counted and not kept`() {
    let tap = Tap()
    for place in 0..<4200 {
      var talk = Talk(tap, clientPort: 10_000 + place)
      talk.open()
      // Two characters of the ALPN and the number of ciphers make the fingerprint.
      let letters = [UInt8(48 + place % 70), UInt8(48 + place / 70)]
      talk.send(Hello(name: nil, protocols: [String(decoding: letters, as: UTF8.self)]).record)
    }
    #expect(tap.traffic.counters.ja4.count <= 4096)
    #expect(tap.traffic.counters.ja4.values.reduce(0, +) &+ tap.traffic.counters.ja4Refused == 4200)
  }

  @Test func `every truncation and 3000 mutations of every first payload are survived`() {
    let seeds =
      [
        Hello(padding: 300).record, Array(RequestTests.upgrade.utf8),
        Array(RequestTests.accepted.utf8) + RequestTests.challenge,
        Hello().datagram,
      ]
      + Hello().initials(1)
    var random = Xorshift()
    let tap = Tap()
    for seed in seeds {
      for end in 0...seed.count where end < 80 || end % 17 == 0 {
        var talk = Talk(tap, clientPort: 1024 + Int(random.next() % 60_000))
        talk.open()
        talk.send(Array(seed.prefix(end)))
        talk.answer(Array(seed.prefix(end)))
        tap.udp(Tap.client, talk.clientPort, Tap.server, 443, Array(seed.prefix(end)))
      }
      for _ in 0..<600 {
        var bytes = seed
        for _ in 0...random.next() % 3 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xFF) }
        var talk = Talk(tap, clientPort: 1024 + Int(random.next() % 60_000))
        if random.next() & 1 == 0 { talk.open() }
        talk.send(bytes)
        talk.answer(bytes)
        tap.udp(Tap.client, talk.clientPort, Tap.server, 443, bytes)
      }
    }
    tap.traffic.finish()
    #expect(tap.traffic.flows.count == 0 && tap.traffic.details.count == 0)
  }
}
