import Model
import Testing
import Wire
import WireSensor

/// What a stranger on the segment can send.
@Suite struct HostileTests {
  @Test func `thousands of instances from one sender are capped, counted and reported once`() {
    var bench = Bench()
    var changes = bench.hear(Bench.records())
    for index in 0..<5000 {
      changes += bench.hear(
        Bench.records("fake \(index)", host: "fake-\(index).local", address: "10.77.0.66"), from: "10.77.0.66")
      if index % 100 == 0 { changes += bench.wait(0.01) }
    }
    let limits = bench.segment.limits
    #expect(bench.segment.announcements.count == limits.instancesPerSource + 1)
    #expect(bench.segment.counters.refusedInstances > 4900)
    #expect(changes.filter { $0.short.hasPrefix("flooded") }.map(\.short) == ["flooded by 10.77.0.66"])
    #expect(bench.segment.announcements.contains { $0.title == "studio (OpenClaw)" })
  }

  @Test func `thousands of senders cannot fill the table nor drive out the rest`() {
    var limits = Segment.Limits()
    limits.instances = 64
    var bench = Bench(limits: limits)
    // A greedy sender fills the table; each newcomer takes a place of his.
    for index in 0..<32 { bench.hear(Bench.records("a\(index)"), from: "10.77.0.66") }
    for index in 0..<32 { bench.hear(Bench.records("b\(index)"), from: "10.77.0.67") }
    #expect(bench.segment.announcements.count == 64)
    bench.hear(Bench.records(), from: "10.77.0.1")
    #expect(bench.segment.announcements.count == 64)
    #expect(bench.segment.announcements.contains { $0.title == "studio (OpenClaw)" })
    for index in 0..<3000 {
      bench.hear(Bench.records("c\(index)"), from: "10.\(index / 250).\(index % 250).9")
    }
    #expect(bench.segment.announcements.count == 64)
    #expect(bench.segment.announcements.contains { $0.title == "studio (OpenClaw)" })
  }

  @Test func `a sender that comes and goes cannot fill a ledger`() {
    var bench = Bench()
    var changes: [Segment.Change] = []
    for _ in 0..<500 {
      changes += bench.hear(Bench.records())
      bench.hear(Bench.records(ttl: 0))
      changes += bench.segment.advance(to: bench.now.advanced(bySeconds: 1.01))
    }
    #expect(changes.count == bench.segment.limits.changesPerMinute)
    #expect(bench.segment.counters.suppressedChanges == 1000 - changes.count)
  }

  @Test func `addresses, attributes and askers are capped`() throws {
    var bench = Bench()
    bench.hear(
      Bench.records(
        text: Dictionary(uniqueKeysWithValues: (0..<40).map { ("k\($0)", String(repeating: "v", count: 100)) })))
    for index in 2..<200 {
      bench.hear(
        [Bench.records(address: "10.77.0.\(index)")[3]].map { record in
          var plain = record
          plain.cacheFlush = false
          return plain
        })
    }
    let one = try #require(bench.segment.announcements.first)
    #expect(one.addresses.count == bench.segment.limits.addressesPerHost)
    #expect(bench.segment.counters.refusedAddresses > 0)
    #expect(one.text.map { $0.attributes.count < 30 && !$0.attributes.isEmpty } == true)
    #expect(bench.segment.counters.cutTexts == 1)
    for index in 0..<2000 {
      var query = DNS.Message()
      query.questions = [DNS.Question(Bench.name(Bench.gateway), type: DNS.Kind.ptr)]
      bench.hear(query.encoded(), from: "10.\(index / 250).\(index % 250).7")
    }
    #expect(bench.segment.queries.count == bench.segment.limits.queriers)
  }

  @Test func `a packet above the limit of the protocol is not read`() {
    var bench = Bench()
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = Bench.records()
    bench.hear(message.encoded() + Array(repeating: 0, count: 9000))
    #expect(bench.segment.announcements.isEmpty)
    #expect(bench.segment.counters.oversized == 1)
  }

  @Test func `a damaged record beside a sound announcement is counted`() {
    var bench = Bench()
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = Bench.records()
    message.answers.insert(
      DNS.Record(Bench.name("h.local"), type: DNS.Kind.a, ttl: 1, data: .opaque([1, 2, 3])), at: 0)
    bench.hear(message.encoded())
    #expect(bench.segment.announcements.count == 1)
    #expect(bench.segment.counters.damagedRecords == 1)
    // A lie about the number of records counts as one, whatever the number.
    bench.hear([0, 0, 0x84, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(bench.segment.counters.damagedRecords == 2)
    bench.hear([1, 2, 3])
    #expect(bench.segment.counters.malformed == 1)
  }

  @Test func `names and attributes that are no UTF-8 are counted and stay readable`() throws {
    var bench = Bench()
    var records = Bench.records()
    let owner = try #require(DNS.Name(labels: [[0xFF, 0x80]] + Bench.name(Bench.gateway).labels))
    records[0].data = .pointer(owner)
    records[1].name = owner
    records[2].name = owner
    records[2].data = .text(DNS.Text([.init("displayName", [0xFE, 0x41])]))
    bench.hear(records)
    let one = try #require(bench.segment.announcements.first)
    #expect(one.title == #"\255\128"#)
    #expect(one.displayName == #"\254A"#)
    #expect(bench.segment.counters.notUTF8 == 2)
  }

  @Test func `a pointer record whose instance is of another type does not count`() {
    var bench = Bench()
    bench.hear([
      DNS.Record(
        Bench.name(Bench.gateway), type: DNS.Kind.ptr, ttl: 100,
        data: .pointer(Bench.instance("x", type: "_ssh._tcp.local"))),
      DNS.Record(
        Bench.name(Bench.gateway), type: DNS.Kind.ptr, ttl: 100, data: .pointer(Bench.name("_tcp.local"))),
    ])
    #expect(bench.segment.announcements.isEmpty)
    #expect(bench.segment.counters.foreign == 2)
  }

  @Test func `mutated packets never trap and never outgrow the caps`() {
    var bench = Bench(passive: false)
    var random = Seeded(7)
    var message = DNS.Message(flags: DNS.Message.multicastResponse)
    message.answers = Bench.records()
    let sound = message.encoded()
    for round in 0..<1500 {
      var mutant = sound
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        mutant[Int.random(in: mutant.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      bench.hear(mutant, from: "10.77.0.\(round % 200)", legacy: round % 3 == 0)
      if round % 50 == 0 {
        bench.wait(0.5)
        _ = bench.segment.outgoing(at: bench.now)
      }
    }
    #expect(bench.segment.announcements.count <= bench.segment.limits.instances)
    #expect(bench.segment.counters.packets == 1500)
  }
}

/// splitmix64 with a fixed seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
