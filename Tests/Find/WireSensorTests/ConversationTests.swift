import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// Where conversations begin and end, and what keeps them apart.
@Suite struct ConversationTests {
  @Test func `counts of both directions are of payload`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send("hello")
    talk.answer("good day")
    let session = tap.sessions.first
    #expect(session?.bytesUp == 5 && session?.bytesDown == 8)
    #expect(session?.packetsUp == 3 && session?.packetsDown == 2)
    #expect(session?.isEstablished == true && session?.isWhole == true)
    #expect(session?.transport == .tcp)
  }

  @Test(arguments: ["FIN", "RST"])
  func `ports that are used again after an end begin a new conversation`(how: String) {
    let tap = Tap()
    tap.resolve("api.anthropic.com", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    talk.send("one")
    if how == "FIN" { talk.close() } else { talk.reset() }
    tap.wait(1)
    talk.up &+= 70_000
    talk.open()
    talk.send("two two")
    #expect(tap.sessions.map(\.bytesUp) == [7])
    #expect(tap.traffic.counters.flows == 3)
    #expect(tap.traffic.counters.sessionsTold == 1)
    tap.traffic.finish()
    #expect(tap.traffic.counters.sessionsTold == 2)
  }

  @Test func `a new start without an end is a new conversation, a repeated one is not`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.segment([], at: 1000, flags: 2)
    talk.segment([], at: 1000, flags: 2)
    #expect(tap.traffic.counters.flows == 1)
    talk.segment([], at: 99_000, flags: 0xC2)
    #expect(tap.traffic.counters.flows == 2 && tap.traffic.flows.count == 1)
    talk.up = 99_001
    talk.send("x")
    #expect(tap.sessions.first?.bytesUp == 1)
  }

  @Test func `a start from the other side, once something was said, is a new conversation`() {
    let tap = Tap()
    var talk = Talk(tap, clientPort: 443)
    talk.send("x")
    talk.segment([], isUp: false, at: 5, flags: 2)
    #expect(tap.traffic.counters.flows == 2 && tap.traffic.flows.count == 1)
    #expect(tap.sessions.first?.client.description == Tap.server)
  }

  @Test func `half an end is none`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.segment([], at: talk.up, flags: 0x11)
    talk.answer("still here")
    #expect(tap.traffic.flows[0].isOver == false)
    talk.segment([], isUp: false, at: talk.down, flags: 0x11)
    #expect(tap.traffic.flows[0].isOver)
  }

  @Test func `VLANs and virtual networks keep equal private addresses apart`() {
    let tap = Tap()
    for vlan in [0, 7, 8] {
      var talk = Talk(tap, server: "10.0.0.1")
      talk.vlan = vlan
      talk.open()
      talk.send("12345")
    }
    for network in [5, 6] {
      let segment = Crafted.tcp(40_000, 443, [1, 2], sequence: 1, flags: 0x18)
      for _ in 0..<2 { tap.take(Crafted.vxlan(network, Crafted.frame(Tap.client, "10.0.0.1", 6, segment))) }
    }
    #expect(tap.sessions.map(\.bytesUp) == [5, 5, 5, 4, 4])
  }

  /// Tags of the client's and of the server's packets: of a routed network, or stripped on one side.
  @Test(arguments: [(10, 20), (10, 0), (0, 10)])
  func `directions with different tags are one conversation`(up: Int, down: Int) {
    let tap = Tap()
    var talk = Talk(tap, server: "10.0.0.1")
    talk.vlan = up
    talk.segment([], at: talk.up, flags: 2)
    talk.vlan = down
    talk.segment([], isUp: false, at: talk.down, flags: 0x12)
    talk.up &+= 1
    talk.down &+= 1
    talk.vlan = up
    talk.send("123")
    talk.vlan = down
    talk.answer("45678")
    #expect(tap.sessions.map(\.bytesUp) == [3] && tap.sessions.map(\.bytesDown) == [5])
  }

  @Test func `equal addresses in two VLANs whose packets alternate stay apart`() {
    let tap = Tap()
    var talks = [7, 8].map { vlan in
      var talk = Talk(tap, server: "10.0.0.1")
      talk.vlan = vlan
      return talk
    }
    for (place, flags) in [(true, 2), (false, 0x12), (true, 0x10)] as [(Bool, UInt8)] {
      for index in talks.indices {
        let talk = talks[index]
        talk.segment([], isUp: place, at: place ? talk.up : talk.down, flags: flags)
        if flags == 2 { talks[index].up &+= 1 }
        if flags == 0x12 { talks[index].down &+= 1 }
      }
    }
    for index in talks.indices { talks[index].send([UInt8](repeating: 1, count: index + 1)) }
    for index in talks.indices.reversed() { talks[index].answer([UInt8](repeating: 1, count: index + 5)) }
    #expect(tap.sessions.map(\.bytesUp) == [1, 2] && tap.sessions.map(\.bytesDown) == [5, 6])
  }

  @Test func `a sender of all tags makes a few conversations and no more`() {
    let tap = Tap()
    for vlan in 1...4000 {
      tap.take(Crafted.frame(Tap.client, "10.0.0.1", 17, Crafted.udp(40_000, 9999, [1]), vlan: vlan))
    }
    #expect(tap.traffic.flows.count == FlowTable.tagLimit)
    #expect(tap.sessions.map(\.packetsUp).reduce(0, +) == 4000)
  }

  private func fragment(_ tap: Tap, _ data: ArraySlice<UInt8>, _ place: Int, id: Int = 7) {
    tap.take(Crafted.ip(Tap.client, Tap.server, 17, Array(data), place: place, id: id), link: .raw)
  }

  @Test func `a first fragment whose rest never comes is a packet of its conversation, once`() {
    let datagram = Crafted.udp(50_000, 9999, [UInt8](repeating: 1, count: 2000))
    let tap = Tap()
    fragment(tap, datagram[..<1200], 0x2000)
    fragment(tap, datagram[..<1200], 0x2000)
    #expect(tap.sessions.isEmpty)
    // Seen by the next fragment of anything, or by the clock.
    tap.wait(31)
    fragment(tap, datagram[1200..<1600], 0x2000 | 150, id: 8)
    #expect(tap.sessions.map(\.packetsUp) == [1] && tap.sessions.map(\.bytesUp) == [1192])
    #expect(tap.sessions.first?.start == Timestamp(nanoseconds: Tap.start))
    #expect(tap.sessions.map(\.clientPort) == [50_000] && tap.sessions.map(\.serverPort) == [9999])
    fragment(tap, datagram[..<1200], 0x2000, id: 9)
    tap.traffic.endIdle(at: Timestamp(nanoseconds: tap.now &+ 40_000_000_000))
    #expect(tap.sessions.map(\.packetsUp) == [2])
    fragment(tap, datagram[..<1200], 0x2000, id: 10)
    tap.traffic.finish()
    #expect(tap.traffic.counters.flows == 1)
  }

  @Test func `a first fragment that the capture cut is counted at once`() {
    let tap = Tap()
    let datagram = Crafted.udp(50_000, 9999, [UInt8](repeating: 1, count: 1192))
    let frame = Crafted.ip(Tap.client, Tap.server, 17, datagram, place: 0x2000)
    tap.traffic.take(Array(frame.prefix(96)).span, link: .raw, time: tap.now, length: frame.count)
    #expect(tap.sessions.map(\.packetsUp) == [1] && tap.sessions.map(\.bytesUp) == [1192])
  }

  @Test func `who sends first fragments alone fills no memory`() {
    let tap = Tap()
    let datagram = Crafted.udp(50_000, 9999, [UInt8](repeating: 1, count: 1192))
    for id in 0..<5000 { fragment(tap, datagram[...], 0x2000, id: id) }
    #expect(tap.traffic.fragments.count <= 256)
    #expect(tap.sessions.map(\.packetsUp) == [UInt64(5000 - tap.traffic.fragments.count)])
  }

  @Test func `fragments are one datagram, though only the first has ports`() {
    let tap = Tap()
    let datagram = Crafted.udp(50_000, 9999, [UInt8](repeating: 1, count: 2000))
    let pieces = [(0, 0x2000), (1200, 0x2000 | 150), (1600, 200)]
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
      for place in order {
        let (start, flags) = pieces[place]
        let end = place == 2 ? datagram.count : pieces[place + 1].0
        tap.take(
          Crafted.ip(Tap.client, Tap.server, 17, Array(datagram[start..<end]), place: flags, id: 100 + order[0]),
          link: .raw)
      }
    }
    #expect(tap.sessions.map(\.packetsUp) == [3])
    #expect(tap.sessions.map(\.bytesUp) == [6000])
    #expect(tap.sessions.map(\.serverPort) == [9999])
  }

  @Test func `fragments of a question are read as one`() {
    let tap = Tap()
    let datagram = Crafted.udp(50_000, 53, Resolver.question("api.anthropic.com"))
    tap.take(Crafted.ip(Tap.client, "192.168.1.1", 17, Array(datagram[16...]), place: 2), link: .raw)
    tap.take(Crafted.ip(Tap.client, "192.168.1.1", 17, Array(datagram[..<16]), place: 0x2000), link: .raw)
    #expect(tap.traffic.counters.dnsQueries == 1)
  }

  @Test func `a fragment without a transport header tells nothing`() {
    let tap = Tap()
    tap.take(Crafted.ip(Tap.client, Tap.server, 6, [1, 2, 3, 4, 5, 6, 7, 8], place: 0x2000), link: .raw)
    tap.take(Crafted.ip(Tap.client, Tap.server, 6, [1, 2], place: 1), link: .raw)
    #expect(tap.traffic.flows.count == 0)
  }

  @Test func `frames that carry no transport are counted and nothing else`() {
    let tap = Tap()
    tap.take([])
    tap.take([UInt8](repeating: 0xFF, count: 60))
    tap.take(Crafted.frame(Tap.client, Tap.server, 1, [8, 0, 0, 0]))
    #expect(tap.traffic.counters.frames == 3)
    #expect(tap.traffic.flows.count == 0)
  }

  // MARK: Clients

  @Test(arguments: [
    // Who sends from where to where, and whose conversation it is.
    (50_000, 53, true), (53, 50_000, false), (50_000, 18789, true), (18789, 50_000, false), (5353, 5353, true),
    (40_000, 50_000, true), (50_000, 40_000, true), (123, 123, true),
  ])
  func `the client of datagrams is told by their ports`(from: Int, to: Int, isClient: Bool) {
    let tap = Tap()
    tap.udp("192.0.2.1", from, "192.0.2.2", to, [1])
    #expect(tap.traffic.flows[0].client == IP(v4: isClient ? 0xC000_0201 : 0xC000_0202))
  }

  // MARK: Time

  @Test func `a frame without a time has that of the one before`() {
    let tap = Tap()
    tap.now = Frame.unknownTime
    var early = Talk(tap, clientPort: 1)
    early.open()
    #expect(tap.traffic.now == 0 && tap.traffic.firstTime == 0)
    tap.now = Tap.start
    var talk = Talk(tap, clientPort: 2)
    talk.open()
    tap.now = Frame.unknownTime
    talk.send("x")
    #expect(tap.traffic.now == Tap.start && tap.traffic.firstTime == Tap.start)
    #expect(tap.sessions.last?.end.nanoseconds == Tap.start)
  }

  @Test(arguments: [-1e9, -3600, 3600, 1e9, 7e9] as [Double])
  func `a clock that jumps loses no conversation and stops nothing`(seconds: Double) {
    let tap = Tap()
    tap.resolve("api.anthropic.com", [Tap.server])
    var talk = Talk(tap)
    talk.open()
    talk.send("one")
    tap.wait(seconds)
    for place in 0..<200 {
      var other = Talk(tap, clientPort: 1000 + place)
      other.open()
      other.close()
    }
    talk.send("two")
    tap.traffic.finish()
    #expect(tap.traffic.flows.count == 0)
    #expect(tap.activities().first?.providers.map(\.name) == ["Anthropic"])
  }

  @Test func `both ends of time are survived`() {
    let tap = Tap()
    for time in [Int64.max, Int64.min + 1, 0, -1, .max - 1, 1] as [Int64] {
      tap.now = time
      tap.resolve("api.anthropic.com", [Tap.server])
      var talk = Talk(tap, clientPort: Int(truncatingIfNeeded: time & 0x7FFF) + 1)
      talk.open()
      talk.send(Hello().record)
      for _ in 0..<40 { talk.segment([], at: talk.up &- 1, flags: 0x10) }
      talk.close()
    }
    tap.traffic.finish()
    let look = tap.traffic.look(host: Host(id: "test", name: "test"))
    #expect(look.activities.count == 1)
    #expect(tap.traffic.value(names: look.names, limit: 10).json().contains("api.anthropic.com"))
    _ = tap.traffic.status(.wire, what: "capture", skipped: [:], blind: [])
  }

  @Test func `a silent conversation ends after ten minutes, a closed one after half a minute, others after two`() {
    let tap = Tap()
    var open = Talk(tap, clientPort: 1)
    open.open()
    var closed = Talk(tap, clientPort: 2)
    closed.open()
    closed.close()
    tap.udp(Tap.client, 3, Tap.server, 9999, [1])
    let other = Talk(tap, server: "203.0.113.9", clientPort: 9)
    var left: [Int] = []
    // A sweep waits ten seconds more, for frames that come late.
    for seconds in [39.0, 2, 88, 2, 478, 4] {
      tap.wait(seconds)
      // Each sixteenth frame looks at one place.
      for _ in 0..<160 { other.segment([], at: 1, flags: 0x10) }
      left.append(tap.traffic.flows.count - 1)
    }
    #expect(left == [3, 2, 2, 1, 1, 0])
  }

  @Test func `a capture of one direction still tells who was answered`() {
    for isUp in [true, false] {
      let tap = Tap()
      let talk = Talk(tap)
      if isUp { talk.segment([], at: 1000, flags: 2) } else { talk.segment([], isUp: false, at: 5000, flags: 0x12) }
      talk.segment([], isUp: isUp, at: 1001, flags: 0x10)
      #expect(tap.sessions.map(\.isEstablished) == [!isUp])
      talk.segment(Hello().record, isUp: isUp, at: 1001)
      #expect(tap.sessions.map(\.isEstablished) == [true])
      #expect(tap.sessions.map(\.serverPort) == [443])
    }
  }

  @Test func `where no frame comes, a clock from outside ends what is silent`() {
    let tap = Tap()
    var talk = Talk(tap, port: 18789)
    talk.open()
    tap.udp(Tap.client, 50_005, Tap.server, 9999, [1])
    var left: [Int] = []
    for seconds in [119, 121, 599, 601, 10] as [Int64] {
      tap.traffic.endIdle(at: Timestamp(nanoseconds: Tap.start + seconds * 1_000_000_000))
      left.append(tap.traffic.flows.count)
    }
    #expect(left == [2, 1, 1, 0, 0])
    #expect(tap.traffic.counters.sessionsTold == 2)
    tap.traffic.finish()
    talk.open()
    #expect(tap.traffic.flows.count == 1 && tap.traffic.flows.used == 1)
  }

  // MARK: Room

  @Test func `conversations of two packets do not pile up: the table holds what is open and a little more`() {
    let tap = Tap()
    for number in 0..<3000 {
      tap.udp(Tap.client, 1024 + number, Tap.server, 9999, [1])
      tap.udp(Tap.server, 9999, Tap.client, 1024 + number, [1])
      tap.wait(1)
    }
    #expect(tap.traffic.flows.count < 300)
    #expect(tap.traffic.flows.evicted == 0)
  }

  @Test func `a flood of starts stays within the cap, and the flow that talks stays`() {
    let tap = Tap()
    var talk = Talk(tap)
    talk.open()
    talk.send(Hello().record)
    for number in 0..<40_000 {
      let source = "203.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
      let segment = Crafted.tcp(number & 0xFFFF, 443, [], sequence: 1, flags: 2)
      tap.wait(0.000_01)
      tap.take(Crafted.frame(source, Tap.server, 6, segment))
      if number % 1000 == 0 { talk.send("x") }
    }
    #expect(tap.traffic.flows.count <= 4096)
    #expect(tap.traffic.flows.evicted >= 35_000)
    #expect(tap.names.contains("api.anthropic.com"))
    #expect(tap.traffic.details.count == 1)
    #expect(tap.traffic.cards.count <= 65_536)
  }

  @Test func `a place that is given up gives back its details`() {
    let tap = Tap { $0.flows = 16 }
    for number in 0..<200 {
      var talk = Talk(tap, clientPort: 1000 + number)
      talk.open()
      talk.send(Array(Hello().record.prefix(50)))
    }
    #expect(tap.traffic.flows.count == 16 && tap.traffic.details.count == 16)
  }

  // MARK: Learning

  @Test func `what is learnt first names what comes later, and is not judged itself`() {
    let tap = Tap()
    tap.traffic.isLearning = true
    tap.resolve("api.anthropic.com", [Tap.server])
    var early = Talk(tap, server: "198.51.100.8", port: 18789)
    early.open()
    tap.traffic.endLearning()
    #expect(tap.traffic.flows.count == 0 && tap.traffic.counters.frames == 0 && tap.traffic.firstTime == 0)
    #expect(tap.activities().isEmpty)
    tap.wait(5)
    var talk = Talk(tap)
    talk.open()
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.traffic.firstTime == tap.now)
  }

  // MARK: What is told

  @Test(arguments: [
    ("198.51.100.7", 443, 0), ("198.51.100.7", 18789, 1), ("192.168.1.20", 19789, 1), ("169.254.169.254", 80, 1),
  ])
  func `conversations with gateways and with clouds' credentials are told, others are not`(
    server: String, port: Int, told: UInt64
  ) {
    let tap = Tap()
    var talk = Talk(tap, server: server, port: port)
    talk.open()
    talk.send("x")
    talk.answer("y")
    tap.traffic.finish()
    #expect(tap.traffic.counters.sessionsTold == told)
    // From then on all that the host does is told.
    var later = Talk(tap, server: "203.0.113.1")
    later.open()
    tap.traffic.finish()
    #expect(tap.traffic.counters.sessionsTold == told * 2)
  }

  @Test(arguments: [false, true])
  func `hosts of the own network that do not answer, or refuse, are told: they make a scan`(refuses: Bool) {
    let tap = Tap()
    for host in 1...40 {
      let talk = Talk(tap, server: "192.168.1.\(100 + host)", port: 22)
      talk.segment([], at: 1, flags: 2)
      if refuses { talk.segment([], isUp: false, at: 0, flags: 0x14) }
      #expect(tap.sessions.last?.isEstablished == false)
    }
    tap.traffic.finish()
    #expect(tap.traffic.counters.sessionsTold == 40)
    #expect(tap.activities().first?.concerns.contains { $0.name == "scan" } == true)
  }

  @Test func `an internet server that does not answer is nobody's scan`() {
    let tap = Tap()
    Talk(tap).segment([], at: 1, flags: 2)
    tap.traffic.finish()
    #expect(tap.traffic.counters.sessionsTold == 0)
  }
}
