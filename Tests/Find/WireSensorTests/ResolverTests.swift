import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// Questions to resolvers, and what their answers tell of later conversations.
@Suite struct ResolverTests {
  private func tcp(_ tap: Tap, _ client: String = Tap.client, _ server: String = Tap.server) -> String? {
    var talk = Talk(tap, client: client, server: server, clientPort: 41_000)
    talk.open()
    return tap.sessions.last { $0.client.description == client && $0.server.description == server }?.name
  }

  @Test func `an answer names the later conversations of the client that asked, and of nobody else`() {
    let tap = Tap()
    tap.resolve("API.anthropic.com", [Tap.server, "2001:db8::7"])
    #expect(tcp(tap) == "api.anthropic.com")
    #expect(tcp(tap, "192.168.1.11") == nil)
    #expect(tcp(tap, Tap.client, "198.51.100.8") == nil)
    #expect(tap.traffic.counters.dnsQueries == 1 && tap.traffic.counters.dnsResponses == 1)
  }

  @Test func `hints of an HTTPS record name conversations as addresses do`() {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("chatgpt.com", type: 65))
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, Resolver.hints("chatgpt.com", Tap.server))
    #expect(tcp(tap) == "chatgpt.com")
    #expect(tcp(tap, "192.168.1.11") == nil)
    #expect(tap.traffic.counters.queryTypes == [65: 1])
  }

  @Test func `EDNS does not hide a question nor an answer`() {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("api.openai.com", edns: true))
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, Resolver.answer("api.openai.com", [Tap.server], edns: true))
    #expect(tcp(tap) == "api.openai.com")
    #expect(tap.traffic.counters.malformedDNS == 0)
  }

  @Test func `a name is known for ten minutes at least and a day at most, whatever the answer says`() {
    for (ttl, seconds, name) in [
      (1, 599.0, "example.com"), (1, 601, nil), (UInt32.max, 86_399, "example.com"), (UInt32.max, 86_401, nil),
    ] as [(UInt32, Double, String?)] {
      let tap = Tap()
      tap.resolve("example.com", [Tap.server], ttl: ttl)
      tap.wait(seconds)
      #expect(tcp(tap) == name)
    }
  }

  @Test func `DNS over TCP is read wherever segments cut it, the length too`() {
    let stream =
      Resolver.framed(Resolver.question("a.example.com")) + Resolver.framed(Resolver.question("b.example.com"))
    let answers = Resolver.framed(Resolver.answer("a.example.com", [Tap.server]))
    for cut in [1, 2, 3, 20, 32, 33, 40] {
      let tap = Tap()
      var talk = Talk(tap, server: "192.168.1.1", port: 53)
      talk.open()
      talk.send(Array(stream.prefix(cut)))
      talk.send(Array(stream.dropFirst(cut)))
      talk.answer(Array(answers.prefix(cut)))
      talk.answer(Array(answers.dropFirst(cut)))
      #expect(tap.traffic.counters.dnsOverTCP == 3)
      #expect(tap.traffic.counters.dnsQueries == 2 && tap.traffic.counters.dnsResponses == 1)
      #expect(tcp(tap) == "a.example.com")
      // A stream that was read to its end keeps nothing.
      #expect(tap.traffic.details[1].up?.bytes.isEmpty == true)
    }
  }

  @Test func `DNS over TCP is read out of order, from a SYN's own data, and amid a connection`() {
    let stream = Resolver.framed(Resolver.question("a.example.com"))
    let tap = Tap()
    var swapped = Talk(tap, server: "192.168.1.1", clientPort: 1001, port: 53)
    swapped.open()
    swapped.segment(Array(stream.dropFirst(10)), at: swapped.up &+ 10)
    swapped.segment(Array(stream.prefix(10)), at: swapped.up)
    Talk(tap, server: "192.168.1.1", clientPort: 1002, port: 53).segment(stream, at: 77, flags: 2)
    Talk(tap, server: "192.168.1.1", clientPort: 1003, port: 53).segment(stream, at: 99)
    #expect(tap.traffic.counters.dnsOverTCP == 3)
  }

  @Test func `a stream that is no DNS is given up`() {
    let tap = Tap()
    var talk = Talk(tap, server: "192.168.1.1", port: 53)
    talk.open()
    for place in 1...9 { talk.segment([1], at: talk.up &+ UInt32(place * 10)) }
    #expect(tap.traffic.flows[0].stage == .count)
    #expect(tap.traffic.details[1].up == nil)
  }

  @Test(
    arguments: [
      [], [0], [UInt8](repeating: 0, count: 11), [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 65],
      // An answer that promises a record that is not there.
      [0, 7, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0],
    ] as [[UInt8]])
  func `a message that is no DNS is counted`(bytes: [UInt8]) {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, "192.168.1.1", 53, bytes)
    #expect(tap.traffic.counters.malformedDNS == (bytes.isEmpty ? 0 : 1))
    #expect(tap.traffic.counters.dnsQueries == 0 && tap.traffic.counters.dnsResponses == 0)
  }

  @Test func `an answer that says it is cut, or that the capture cut, is none that is malformed`() {
    let tap = Tap()
    let whole = Resolver.answer("example.com", [Tap.server, "198.51.100.8"])
    var cut = Array(whole.dropLast(3))
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, cut)
    #expect(tap.traffic.counters.malformedDNS == 1)
    cut[2] |= 2
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, cut)
    let frame = Crafted.frame("192.168.1.1", Tap.client, 17, Crafted.udp(53, 50_000, whole))
    tap.traffic.take(Array(frame.dropLast(3)).span, link: .ethernet, time: tap.now, length: frame.count)
    #expect(tap.traffic.counters.malformedDNS == 1)
    #expect(tap.traffic.counters.dnsResponses == 2)
    #expect(tcp(tap) == "example.com")
  }

  @Test func `an answer without records, and one that says there is no such name, teach nothing`() {
    let tap = Tap()
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, Resolver.answer("example.com", []))
    tap.udp("192.168.1.1", 53, Tap.client, 50_000, Resolver.answer("example.com", [Tap.server], flags: 0x8183))
    #expect(tcp(tap) == nil)
    #expect(tap.traffic.counters.nameErrors == 1)
    #expect(tap.traffic.names.count == 0)
  }

  @Test func `a repeated question is told again only where its name is in the catalogue`() {
    let tap = Tap()
    for _ in 0..<3 {
      tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("example.com"))
      tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("api.anthropic.com"))
    }
    tap.udp("192.168.1.11", 50_000, "192.168.1.1", 53, Resolver.question("example.com"))
    #expect(tap.traffic.observer.statistics.queries == 5)
    #expect(tap.traffic.counters.dnsQueries == 7)
  }

  @Test func `questions are counted by type, each by its own`() {
    let tap = Tap()
    for type in [1, 28, 65, 65, 511, 512, 32_768, 32_769, 32_769, 65_280] as [UInt16] {
      tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("example.com", type: type))
    }
    #expect(tap.traffic.counters.queryTypes == [1: 1, 28: 1, 65: 2, 511: 1, 512: 1, 32_768: 1, 32_769: 2, 65_280: 1])
  }

  @Test func `who asks for every type does not fill the counters`() {
    let tap = Tap()
    for type in 0..<3000 {
      tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("example.com", type: UInt16(type)))
    }
    #expect(tap.traffic.counters.queryTypes.count == 512 + 1024)
    #expect(tap.traffic.counters.otherTypes == 3000 - 512 - 1024)
  }

  @Test func `a question for the root has no name`() {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, "192.168.1.1", 53, Resolver.question("."))
    #expect(tap.traffic.counters.dnsQueries == 1 && tap.traffic.names.count == 0)
  }

  @Test func `LLMNR is counted`() {
    let tap = Tap()
    tap.udp(Tap.client, 50_000, "224.0.0.252", 5355, Resolver.question("printer"))
    #expect(tap.traffic.counters.llmnr == 1 && tap.traffic.counters.dnsQueries == 0)
  }

  // MARK: Multicast

  private func announce(_ tap: Tap, _ records: [DNS.Record], from source: String = "10.77.0.1", port: Int = 5353) {
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = records
    tap.udp(source, port, "224.0.0.251", 5353, message.encoded())
  }

  @Test func `a gateway that announces itself in a capture is found, with the card of its host`() throws {
    let tap = Tap()
    announce(tap, Bench.records())
    let look = tap.traffic.look(host: Host(id: "test", name: "test"))
    #expect(look.announcements.map(\.title) == ["studio (OpenClaw)"])
    #expect(look.observations.count >= 1)
    #expect(tap.traffic.counters.mdnsResponses == 1)
    let activity = try #require(look.activities.first)
    #expect(activity.addresses.map(\.description) == ["10.77.0.1"])
  }

  @Test func `an announcement that expired or said goodbye within a capture is still told`() {
    for goodbye in [true, false] {
      let tap = Tap()
      announce(tap, Bench.records())
      tap.wait(60)
      if goodbye { announce(tap, Bench.records(ttl: 0)) }
      tap.wait(9000)
      announce(tap, Bench.records("other", host: "other.local", address: "10.77.0.2"), from: "10.77.0.2")
      let look = tap.traffic.look(host: Host(id: "test", name: "test"))
      #expect(look.announcements.map(\.title) == ["other", "studio (OpenClaw)"])
      #expect(look.activities.count == 2)
    }
  }

  @Test func `records of a known announcer are heard though they speak of no gateway`() {
    let tap = Tap()
    let records = Bench.records()
    announce(tap, Array(records.prefix(3)))
    announce(tap, Array(records.suffix(1)))
    #expect(tap.traffic.look(host: Host(id: "test", name: "test")).announcements.first?.addresses.count == 1)
  }

  /// Found by reading: every message made the segment look through all that was announced.
  @Test(.timeLimit(.minutes(10)))
  func `a message costs the same however much was announced`() {
    let tap = Tap()
    for number in 0..<900 {
      announce(
        tap, Bench.records("g\(number)", host: "g\(number).local", address: "10.77.9.9"),
        from: "10.77.\(number / 30 + 1).1")
    }
    var question = DNS.Message()
    question.questions = [DNS.Question(Resolver.name("_openclaw-gw._tcp.local"), type: DNS.Kind.ptr)]
    let bytes = question.encoded()
    for _ in 0..<30_000 { tap.udp("10.77.1.1", 5353, "224.0.0.251", 5353, bytes) }
    #expect(tap.traffic.counters.mdnsQueries == 30_000)
  }

  @Test(arguments: ["_printer._tcp.local", "_foo-ga", "_x-br", "_x-gw"])
  func `printers are counted and not listened to; what may be a gateway's is`(type: String) {
    let tap = Tap()
    let full = type.hasSuffix("local") ? type : type + "y._tcp.local"
    announce(tap, Bench.records(type: full))
    var question = DNS.Message()
    question.questions = [DNS.Question(Resolver.name(full), type: DNS.Kind.ptr)]
    tap.udp("10.77.0.2", 5353, "224.0.0.251", 5353, question.encoded())
    tap.udp("10.77.0.2", 5353, "224.0.0.251", 5353, [1, 2, 3])
    #expect(tap.traffic.counters.mdnsQueries == 1 && tap.traffic.counters.malformedDNS == 1)
    #expect(tap.traffic.announcers.count == (type == full ? 0 : 2))
  }

  @Test func `what is no DNS on the port of multicast DNS is damaged, unless the capture cut it`() {
    let tap = Tap()
    var answer = DNS.Message(flags: DNS.Message.multicastResponse)
    answer.answers = Bench.records(type: "_printer._tcp.local")
    let whole = answer.encoded()
    // No header, another operation, records or a question that are not there, noise.
    let question = Resolver.question("printer.local")
    for bytes in [
      [1, 2, 3], [0, 0, 0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0], Array(whole.dropLast(1)), Array(question.dropLast(1)),
      [UInt8](repeating: 0xFF, count: 40),
    ] { tap.udp("10.77.0.2", 5353, "224.0.0.251", 5353, bytes) }
    #expect(tap.traffic.counters.malformedDNS == 5)
    #expect(tap.traffic.counters.mdnsQueries == 0 && tap.traffic.counters.mdnsResponses == 0)
    let frame = Crafted.frame("10.77.0.2", "224.0.0.251", 17, Crafted.udp(5353, 5353, whole))
    tap.take(Array(frame.dropLast(9)))
    #expect(tap.traffic.counters.malformedDNS == 5 && tap.traffic.counters.mdnsResponses == 1)
  }

  @Test func `a probe for dozens of names with their records is whole`() {
    let tap = Tap()
    var probe = DNS.Message()
    for number in 0..<30 {
      probe.questions.append(DNS.Question(Resolver.name("host\(number).local"), type: 255))
    }
    probe.answers = Bench.records(type: "_printer._tcp.local")
    tap.udp("10.77.0.2", 5353, "224.0.0.251", 5353, probe.encoded())
    #expect(tap.traffic.counters.mdnsQueries == 1 && tap.traffic.counters.malformedDNS == 0)
  }

  /// Who sends from where to where; whether it is multicast DNS: to the groups, between two programs of the service, to a
  /// host of the own network (RFC 6762 §5.5) and back from one (§6.7).
  @Test(arguments: [
    ("192.168.1.10", 5353, "224.0.0.251", 5353, true), ("192.168.1.10", 50_000, "224.0.0.251", 5353, true),
    ("fe80::1", 5353, "ff02::fb", 5353, true), ("192.168.1.10", 50_000, "192.168.1.20", 5353, true),
    ("203.0.113.1", 5353, "203.0.113.2", 5353, true), ("192.168.1.20", 5353, "192.168.1.10", 50_000, true),
    ("192.168.1.10", 50_000, "208.67.222.222", 5353, false), ("208.67.222.222", 5353, "192.168.1.10", 50_000, false),
  ])
  func `a resolver of the internet on port 5353 is no multicast DNS`(
    from: String, port: Int, to: String, toPort: Int, isMulticast: Bool
  ) {
    let tap = Tap()
    tap.udp(from, port, to, toPort, Resolver.question("api.openai.com"))
    #expect(tap.traffic.counters.mdnsQueries == (isMulticast ? 1 : 0))
    #expect(tap.traffic.counters.dnsQueries == (isMulticast ? 0 : 1))
  }

  @Test func `names beyond the cap are refused, and label nothing`() {
    let tap = Tap {
      $0.names = 1000
      $0.nameBytes = 20_000
      $0.firstQuestions = 2048
    }
    for number in 0..<5000 {
      tap.resolve("h\(number).example.com", ["198.51.100.\(number % 250)"], client: "10.0.\(number % 200).1")
    }
    #expect(tap.traffic.names.count < 1000)
    #expect(tap.traffic.names.refused > 4000)
    // A name that is refused is no name: nothing is labelled with it.
    #expect(tcp(tap, "10.0.199.1", "198.51.100.249") == nil)
  }
}
