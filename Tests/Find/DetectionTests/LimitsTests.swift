import Model
import Testing

@testable import Detection

/// Whoever sends can make up hosts, names and numbers: nothing grows without bound, nothing traps.
@Suite struct LimitsTests {
  @Test func `hosts over the limit go, those of which nothing is known first`() {
    var options = Observer.Options()
    options.hosts = 64
    var observer = Observer(options: options)
    for session in Traffic.claudeCode().sessions { observer.add(session) }
    for number in 0..<5000 as Range<UInt32> {
      let client = IP(v4: 0x0A00_0000 | number).address
      observer.add(
        Session(
          client: client, server: Traffic.host, serverPort: 22, transport: .tcp,
          start: Traffic.begin.advanced(bySeconds: Double(number)),
          end: Traffic.begin.advanced(bySeconds: Double(number))))
    }
    #expect(observer.hosts.count <= 65)
    #expect(observer.statistics.evictedHosts > 4000)
    #expect(observer.verdicts(at: Traffic.begin).first?.verdict == .agent("claude-code"))
  }

  @Test func `pairs over the limit make room too`() {
    var options = Observer.Options()
    options.pairs = 100
    var observer = Observer(options: options)
    for number in 0..<400 as Range<UInt32> {
      observer.add(
        NameQuery(
          time: Traffic.begin.advanced(bySeconds: Double(number)), client: IP(v4: 0x0A00_0000 | number).address,
          name: "api.openai.com", type: 1))
    }
    #expect(observer.hosts.count <= 101)
    #expect(observer.statistics.evictedHosts > 0)
  }

  @Test func `a busy host keeps its totals and its latest connections`() throws {
    var options = Observer.Options()
    options.contactsPerHost = 100
    options.othersPerHost = 50
    options.queriesPerHost = 50
    var observer = Observer(options: options)
    var traffic = Traffic()
    for number in 0..<1000 {
      traffic.connect("api.openai.com", .python, at: Double(number) * 20, up: 1000, down: 100)
      traffic.connect("example.com", .curl, at: Double(number) * 20, up: 1000, down: 100)
      traffic.ask("api.openai.com", at: Double(number))
    }
    for session in traffic.sessions { observer.add(session) }
    for query in traffic.queries { observer.add(query) }
    let host = try #require(observer.hosts.values.first)
    #expect(host.contacts.count <= 100 && host.others.count <= 50 && host.queries.count <= 50)
    #expect(observer.statistics.evictedRecords == host.dropped && host.dropped > 3000)
    let service = try #require(observer.verdicts(at: Traffic.begin).first?.providers.first)
    #expect(service.connections == 1000 && service.queries == 2000 && service.bytesUp == 1_000_000)
  }

  @Test func `turns beyond counting become few calls`() {
    var session = Session(
      client: Traffic.host, server: Traffic.host, serverPort: 443, transport: .tcp, start: Traffic.begin,
      end: Traffic.begin)
    session.turns = (0..<10_000).map {
      let start = Traffic.begin.advanced(bySeconds: Double($0) * 3)
      return .init(start: start, end: start.advanced(bySeconds: 2), bytesUp: 5000, bytesDown: 5000)
    }
    #expect(Call.calls(of: session).count == Call.limit)
  }

  @Test func `names from outside are shown escaped and cut`() throws {
    var traffic = Traffic.claudeCode()
    let hostile = "\u{1B}[31m\u{202E}evil.openclaw.ai"
    traffic.connect(hostile, .node, at: 3)
    traffic.connect(String(repeating: "x", count: 100_000), .curl, at: 3)
    let found = try #require(traffic.activity())
    let text = found.value.json()
    #expect(
      !text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("u001b") && text.utf8.count < 40_000)
    #expect(found.signs.contains { $0.evidence.contains { $0.what.contains("<U+001B>") } })
  }

  @Test func `extreme values never trap`() {
    var state: UInt64 = 0xDEAD_BEEF
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let times: [Int64] = [.min, .min + 1, -1, 0, 1, 1_795_700_000_000_000_000, .max - 1, .max]
    let counts: [UInt64] = [0, 1, 149, 150, 10_000, 50_000, 650_000, 1 << 63, .max - 1, .max]
    let names = [
      "api.anthropic.com", "api.openai.com", "chatgpt.com", "ab.chatgpt.com", "api.github.com", "api.telegram.org",
      "clawhub.ai", "models.dev", "example.com", "", ".", "webhook.site", "abc.ngrok.io", "raw.githubusercontent.com",
    ]
    let keepalives = [nil, 1, 15, .nan, .infinity, -.infinity, -1, 1e300] as [Double?]
    func time() -> Timestamp {
      Timestamp(nanoseconds: next() % 3 == 0 ? times[Int(next() % 8)] : times[5] &+ Int64(next() % 4_000_000_000))
    }
    for round in 0..<150 {
      var observer = Observer()
      for _ in 0..<60 {
        var session = Session(
          client: Traffic.host, server: Address(bytes: [10, 0, 0, UInt8(next() % 4)]) ?? .anyIPv4,
          serverPort: next() % 4 == 0 ? 18789 : 443, transport: next() % 9 == 0 ? .quic : .tcp, start: time(),
          end: time())
        session.name = next() % 8 == 0 ? nil : names[Int(next() % UInt64(names.count))]
        session.hello =
          next() % 4 == 0 ? nil : Traffic.Client.allCases[Int(next() % UInt64(Traffic.Client.allCases.count))].hello
        if next() % 20 == 0 { session.hello?.ja4 = "__" }
        session.bytesUp = counts[Int(next() % 10)]
        session.bytesDown = counts[Int(next() % 10)]
        session.packetsUp = counts[Int(next() % 10)]
        session.packetsDown = counts[Int(next() % 10)]
        session.isWhole = next() % 3 > 0
        session.isEstablished = next() % 5 > 0
        session.keepalive = keepalives[Int(next() % 8)]
        session.turns = (0..<next() % 9).map { _ in
          .init(start: time(), end: time(), bytesUp: counts[Int(next() % 10)], bytesDown: counts[Int(next() % 10)])
        }
        observer.add(session)
        observer.add(
          NameQuery(
            time: time(), client: Traffic.host, name: names[Int(next() % UInt64(names.count))],
            type: [1, 28, 65, 16][Int(next() % 4)]))
      }
      let now = Timestamp(nanoseconds: times[round % 8])
      for found in observer.verdicts(at: now) {
        #expect((0...1).contains(found.agentProbability) && (0...1).contains(found.programProbability))
        _ = found.value.json()
        _ = found.observations(source: .demo)
        _ = found.events(recordedBy: "h") { EventID(time: $0, random: []) }
      }
      _ = observer.firstContacts()
      #expect(Baseline(storedBytes: observer.baseline.storedBytes) != nil)
    }
  }
}

/// Turns as a sensor cuts them, and the calls that they are.
@Suite struct CallTests {
  typealias Cut = (at: Double, up: UInt64, down: UInt64, lasts: Double)

  func calls(_ cuts: [Cut], source: Session.NameSource = .tls, hello: Bool = true) -> [UInt64] {
    var session = Session(
      client: Traffic.host, server: Traffic.host, serverPort: 443, transport: .tcp, start: Traffic.begin,
      end: Traffic.begin.advanced(bySeconds: 60))
    session.nameSource = source
    session.hello = hello ? Traffic.Client.python.hello : nil
    session.turns = cuts.map {
      let start = Traffic.begin.advanced(bySeconds: $0.at)
      return .init(start: start, end: start.advanced(bySeconds: $0.lasts), bytesUp: $0.up, bytesDown: $0.down)
    }
    return Call.calls(of: session).map(\.up)
  }

  @Test func `the handshake is no call`() {
    #expect(calls([(0, 517, 3000, 0.02), (0.04, 900, 4000, 1)]) == [900])
    #expect(calls([(0, 120, 39, 0.01), (0.02, 517, 3000, 0.02), (0.04, 900, 4000, 1)], source: .connect) == [900])
    #expect(calls([(0, 517, 99, 0.02), (0.03, 560, 3000, 0.02), (0.06, 900, 4000, 1)]) == [900])
    #expect(calls([(0, 517, 3000, 0.02), (0.04, 900, 4000, 1)], hello: false) == [517, 900])
  }

  @Test func `tickets and window updates do not cut an upload`() {
    #expect(calls([(0, 517, 3000, 0.02), (0.04, 14_400, 510, 0.02), (0.07, 36_000, 9000, 2)]) == [50_400])
    #expect(
      calls([
        (0, 517, 3000, 0.02), (0.04, 14_400, 80, 0.02), (0.07, 28_000, 35, 0.02), (0.1, 27_000, 35, 0.02),
        (0.13, 400, 9000, 2),
      ]) == [69_800])
  }

  @Test func `an upgrade before the work is no call`() {
    #expect(calls([(0, 517, 3000, 0.02), (0.04, 640, 800, 0.03), (0.1, 22_000, 3000, 1)]) == [22_000])
  }

  @Test func `small frames belong to the answer before`() {
    #expect(calls([(0, 900, 4000, 1), (1, 35, 9000, 1), (3, 900, 100, 2)], hello: false) == [900, 900])
  }

  @Test func `a long poll with a short answer stays a call each`() {
    #expect(calls((0..<5).map { (Double($0) * 10.03, 382, 212, 10) }, hello: false) == Array(repeating: 382, count: 5))
  }

  @Test func `a connection of which only sums are known is one call`() {
    var session = Session(
      client: Traffic.host, server: Traffic.host, serverPort: 443, transport: .tcp, start: Traffic.begin,
      end: Traffic.begin)
    session.bytesUp = 20_000
    session.bytesDown = 5000
    #expect(Call.calls(of: session).map(\.isWholeConnection) == [true])
    session.isWhole = false
    #expect(Call.calls(of: session).isEmpty)
  }
}
