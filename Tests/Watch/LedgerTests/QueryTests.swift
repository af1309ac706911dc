import Model
import Testing

@testable import Ledger

@Suite struct QueryTests {
  func filled() throws -> (Bench, Store) {
    let bench = Bench()
    let store = try bench.open()
    try store.append([
      bench.event("agent.found", severity: .info, agent: "a"),  // 2
      bench.event("finding.opened", severity: .high, agent: "a", object: "/etc/Secret.env"),  // 3
      bench.event("flow.closed", severity: .low, agent: "b", data: ["names": ["API.example.net", ["x": "deep"]]]),  // 4
    ])
    bench.pass(seconds: 10)
    try store.append([
      bench.event("finding.closed", severity: .medium, agent: nil),  // 5
      bench.event("findings%", severity: .critical, agent: "b"),  // 6
    ])
    return (bench, store)
  }

  static let start = Timestamp(nanoseconds: 1_790_000_000_000_000_000)

  @Test(arguments: [
    (Query(), [6, 5, 4, 3, 2, 1]),
    (Query(order: .oldestFirst), [1, 2, 3, 4, 5, 6]),
    (Query(limit: 2), [6, 5]),
    (Query(limit: 0), []),
    (Query(limit: -3), []),
    (Query(kinds: ["finding."]), [5, 3]),
    (Query(kinds: ["finding"]), [6, 5, 3]),
    (Query(kinds: ["findings%"]), [6]),
    (Query(kinds: ["%"]), []),
    (Query(kinds: ["agent", "flow.closed"]), [4, 2]),
    (Query(agent: "a"), [3, 2]),
    (Query(severity: .info), [6, 5, 4, 3, 2, 1]),
    (Query(severity: .low), [6, 5, 4, 3]),
    (Query(severity: .high), [6, 3]),
    (Query(agent: "b", severity: .critical), [6]),
    (Query(since: start.advanced(bySeconds: 10)), [6, 5]),
    (Query(until: start.advanced(bySeconds: 10)), [4, 3, 2, 1]),
    (Query(since: start, until: start), []),
    (Query(text: "secret"), [3]),
    (Query(text: "api.EXAMPLE"), [4]),
    (Query(text: "deep"), [4]),
    (Query(text: "nowhere"), []),
    (Query(kinds: ["f"], text: "b", limit: 1), [6]),
    (Query(order: .oldestFirst, after: 4), [5, 6]),
    (Query(limit: 2, before: 5), [4, 3]),
    (Query(after: 2, before: 4), [3]),
  ])
  func `a query gives what fits, in its order`(query: Query, expected: [Int64]) throws {
    let (_, store) = try filled()
    #expect(try store.query(query).map(\.seq) == expected)
  }

  @Test func `nothing in a query is read as SQL`() throws {
    let (_, store) = try filled()
    let evil = "' OR 1=1 --"
    for query in [Query(kinds: [evil]), Query(agent: evil), Query(text: evil)] {
      #expect(try store.query(query).isEmpty)
    }
  }

  @Test func `an id that is not there gives nothing`() throws {
    let (bench, store) = try filled()
    #expect(try store.entry(id: bench.event().id) == nil)
    #expect(try store.entry(seq: 99) == nil)
    #expect(try store.entry(seq: 0) == nil)
  }
}

@Suite struct TailTests {
  @Test func `a tail gives what is there, then what another process appends, in order and once`() async throws {
    let bench = Bench()
    let (store, other) = (try bench.open(), try bench.open())
    try store.append((0..<3).map { _ in bench.event() })
    try await withThrowingTaskGroup(of: [Int64].self) { group in
      group.addTask {
        var seen: [Int64] = []
        for try await entry in store.tail(after: 1, every: .milliseconds(1)) {
          seen.append(entry.seq)
          // Each new event is answered with the next one, until there are twenty.
          if entry.seq >= 4, entry.seq < 20 { try other.append([bench.event()]) }
          if entry.seq == 20 { break }
        }
        return seen
      }
      let seen = try await group.next()
      #expect(seen == Array(2...20))
    }
  }

  @Test func `a tail that filters goes past what does not fit`() async throws {
    let bench = Bench()
    let store = try bench.open(every: 1_000_000)
    try store.append((0..<1200).map { bench.event($0 % 2 == 0 ? "tool.call" : "flow.closed") })
    var seen: [Int64] = []
    for try await entry in store.tail(after: 0, matching: Query(kinds: ["tool"]), every: .milliseconds(1)) {
      seen.append(entry.seq)
      if seen.count == 600 { break }
    }
    #expect(seen == (0..<600).map { Int64($0) * 2 + 2 })
  }

  @Test func `a tail ends when its task is cancelled`() async throws {
    let bench = Bench()
    let store = try bench.open()
    let (started, signal) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      var count = 0
      for try await _ in store.tail(after: 0, every: .seconds(3600)) {
        count += 1
        signal.finish()
      }
      return count
    }
    for await _ in started {}
    task.cancel()
    #expect(try await task.value == 1)
  }
}
