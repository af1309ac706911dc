import Model
import Testing
import Wire
import WireSensor

@Suite struct ScheduleTests {
  private func sent(_ bench: inout Bench) throws -> [(legacy: Bool, message: DNS.Message)] {
    try bench.segment.outgoing(at: bench.now).map { ($0.isLegacy, try DNS.Message(decoding: $0.bytes)) }
  }

  @Test func `the first question goes to the asker's own port, then one multicast round, then one a minute`() throws {
    var bench = Bench(passive: false)
    var rounds: [(at: Double, legacy: Bool)] = []
    for step in 0...4000 {
      for one in try sent(&bench) {
        #expect(one.message.questions.map(\.name) == ServiceType.known.map(\.name))
        #expect(one.message.questions.allSatisfy { $0.unicast == one.legacy })
        rounds.append((Double(step) / 10, one.legacy))
      }
      bench.wait(0.1)
    }
    #expect(rounds.map { $0.at.rounded() } == [0, 1, 61, 181])
    #expect(rounds.map(\.legacy) == [true, false, false, false])
  }

  @Test func `a passive watch sends nothing`() throws {
    var bench = Bench(passive: true)
    bench.hear([Bench.records()[0]])
    for _ in 0..<1000 {
      bench.wait(1)
      #expect(bench.segment.outgoing(at: bench.now).isEmpty)
    }
  }

  @Test func `what is known and fresh is named in the question`() throws {
    var bench = Bench(passive: false)
    _ = try sent(&bench)
    bench.hear(Bench.records())
    bench.wait(1.1)
    let round = try #require(try sent(&bench).first { !$0.legacy })
    #expect(round.message.answers.map(\.data) == [.pointer(Bench.instance("studio (OpenClaw)"))])
    #expect(round.message.answers.map(\.ttl) == [4498])
  }

  @Test func `a legacy answer is not named as known: its lifetime is not the real one`() throws {
    var bench = Bench(passive: false)
    _ = try sent(&bench)
    bench.hear(Bench.records(ttl: 10), legacy: true)
    bench.wait(1.1)
    #expect(try #require(try sent(&bench).first { !$0.legacy }).message.answers.isEmpty)
  }

  @Test func `what an instance lacks is asked for, three times at most`() throws {
    var bench = Bench(passive: false)
    bench.hear([Bench.records()[0]])
    var asked: [UInt16] = []
    for _ in 0..<600 {
      bench.wait(0.1)
      for one in try sent(&bench) where one.legacy {
        asked += one.message.questions.filter { $0.name == Bench.instance("studio (OpenClaw)") }.map(\.type)
      }
    }
    #expect(asked == [33, 16, 33, 16, 33, 16])
  }

  @Test func `a host without an address is asked for`() throws {
    var bench = Bench(passive: false)
    bench.hear(Array(Bench.records().prefix(3)))
    bench.wait(0.3)
    let questions = try sent(&bench).flatMap(\.message.questions).filter { $0.name == Bench.name("studio.local") }
    #expect(questions.map(\.type) == [1, 28])
  }

  @Test func `a record near its end is asked for again at 80, 90 and 95 per cent`() throws {
    var bench = Bench(passive: false)
    bench.hear(Bench.records())
    var at: [Int] = []
    for second in 1...119 {
      bench.wait(1)
      let questions = try sent(&bench).flatMap(\.message.questions)
      if questions.contains(where: { $0.name == Bench.instance("studio (OpenClaw)") && $0.type == 33 }) {
        at.append(second)
      }
    }
    #expect(at == [96, 108, 114])
  }

  @Test func `a question for gateways is reported once, with its asker`() {
    var bench = Bench()
    var query = DNS.Message()
    query.questions = [
      DNS.Question(Bench.name(Bench.gateway), type: DNS.Kind.ptr),
      DNS.Question(Bench.name("_http._tcp.local"), type: 12),
    ]
    #expect(bench.hear(query.encoded(), from: "10.77.0.3").map(\.short) == ["queried _openclaw-gw._tcp by 10.77.0.3"])
    #expect(bench.hear(query.encoded(), from: "10.77.0.3").isEmpty)
    #expect(bench.segment.queries.map(\.count) == [2])
    bench.wait(3700)
    #expect(bench.hear(query.encoded(), from: "10.77.0.3").count == 1)
  }

  @Test func `our own question that comes back is not evidence`() throws {
    var bench = Bench(passive: false)
    bench.segment.own = [Bench.address("10.77.0.2")]
    let own = try #require(bench.segment.outgoing(at: bench.now).first)
    #expect(bench.hear(own.bytes, from: "10.77.0.2").isEmpty)
    #expect(bench.hear(own.bytes, from: "10.77.0.3").count == ServiceType.known.count)
  }

  @Test func `neither a probe nor a known answer is taken for an announcement or a look`() {
    var bench = Bench()
    var probe = DNS.Message()
    probe.questions = [DNS.Question(Bench.instance("studio (OpenClaw)"), type: DNS.Kind.any)]
    probe.authorities = [Bench.records()[1]]
    #expect(bench.hear(probe.encoded()).isEmpty)
    var query = DNS.Message()
    query.questions = [DNS.Question(Bench.name("_http._tcp.local"), type: 12)]
    query.answers = Bench.records()
    #expect(bench.hear(query.encoded()).isEmpty)
    #expect(bench.segment.announcements.isEmpty && bench.segment.queries.isEmpty)
  }
}
