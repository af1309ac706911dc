// Ledger beside plain SQLite: the same events, the same groups, the same durability, each into a new file.
//
//   swift run -c release --package-path Benchmarks ledger-benchmark [EVENTS] [GROUP] [DIRECTORY]
//
// Ours is what the program does: several callers record at once through `Recorder`, which commits them in groups. It counts
// everything from `Event` values on: canonical bytes, leaf, link, tree, signed checkpoint every 1,000 events,
// insert and commit. Plain counts inserts and commits of rows that were made beforehand, into a table with the same
// columns and indexes.
import Foundation
import GRDB
import Ledger
import Model

let arguments = CommandLine.arguments
let total = arguments.count > 1 ? Int(arguments[1]) ?? 300_000 : 300_000
let group = arguments.count > 2 ? Int(arguments[2]) ?? 1000 : 1000
let callers = 8
let share = max(1, group / (callers / 2))
let base = arguments.count > 3 ? arguments[3] : FileManager.default.temporaryDirectory.path
let folder = "\(base)/trammel-benchmark-\(UUID().uuidString)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

func event(_ number: Int, at time: Timestamp) -> Event {
  let random = (0..<10).map { UInt8(truncatingIfNeeded: number &* 0x9E37_79B9 >> ($0 * 3) &+ $0) }
  let kinds = ["flow.closed", "tool.call", "tool.result", "policy.decision", "model.request", "finding.opened"]
  let kind = kinds[number % kinds.count]
  var event = Event(
    id: EventID(time: Timestamp(nanoseconds: time.nanoseconds &+ Int64(number) * 1_000_000), random: random),
    time: time,
    kind: kind, severity: number % 50 == 0 ? .high : .info, host: "host-4f1c9a52", agent: "openclaw-\(number % 7)",
    actor: "pid:\(4000 + number % 300)", object: "api.example-\(number % 40).net:443", verdict: "allow",
    rule: "egress.providers", reason: "named in the policy",
    data: [
      "bytes_up": .int(Int64(number) * 37 % 100_000), "bytes_down": .int(Int64(number) * 91 % 1_000_000),
      "address": .string("203.0.113.\(number % 250)"), "interval": 300,
    ])
  event.task = "4bf92f3577b34da6a3ce929d0e0e4736"
  event.span = "00f067aa0ba902b7"
  return event
}

/// Processor time of this program, which other programs on the machine change less than the clock.
func processor() -> Double { Double(clock()) / 1e6 }

func seconds(_ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let duration = try clock.measure { try work() }
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

let now = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
let events = (0..<total).map { event($0, at: now) }
let sizes = events.prefix(1000).map { $0.canonicalBytes.count }
print("events \(total), groups of \(group), payload \(sizes.reduce(0, +) / sizes.count) bytes on average, in \(base)")

let encoding = seconds { for event in events { precondition(event.canonicalBytes.count > 100) } }
print("canonical bytes alone   \(Int(Double(total) / encoding)) events/s")

var best: (ours: Double, plain: Double) = (0, 0)
for round in 1...3 {
  let store = try Store(
    directory: "\(folder)/ours-\(round)", environment: Store.Environment(host: "bench", now: { now }))
  let single = try Store(
    directory: "\(folder)/single-\(round)", environment: Store.Environment(host: "bench", now: { now }))
  let alone = try seconds {
    for start in stride(from: 0, to: total, by: group) {
      try single.append(Array(events[start..<min(start + group, total)]))
    }
  }
  try single.close()

  let recorder = Recorder(store, groupLimit: group)
  let start = processor()
  let clock = ContinuousClock()
  let began = clock.now
  try await withThrowingTaskGroup { tasks in
    for caller in 0..<callers {
      tasks.addTask {
        for start in stride(from: caller * share, to: total, by: callers * share) {
          try await recorder.record(Array(events[start..<min(start + share, total)]))
        }
      }
    }
    try await tasks.waitForAll()
  }
  let duration = began.duration(to: clock.now)
  let ours = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  let oursProcessor = processor() - start
  print(
    "round \(round)   one caller: ledger \(Int(Double(total) / alone)) events/s   \(callers) callers in \(await recorder.groups) groups:"
  )
  guard try store.verify().holds else { fatalError("the ledger does not verify") }
  try store.close()

  var configuration = Configuration()
  configuration.prepareDatabase { db in
    for pragma in ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -16000"] {
      _ = try Row.fetchAll(db, sql: "PRAGMA \(pragma)")
    }
  }
  let queue = try DatabaseQueue(path: "\(folder)/plain-\(round).sqlite", configuration: configuration)
  let source = try DatabaseQueue(path: "\(folder)/ours-\(round)/ledger.sqlite")
  let schema = try source.read { try String.fetchAll($0, sql: "SELECT sql FROM sqlite_schema ORDER BY rowid") }
  try queue.write { db in for statement in schema { try db.execute(sql: statement) } }
  let rows = try source.read { db in
    try Row.fetchAll(
      db, sql: "SELECT seq, id, time, kind, severity, agent, payload, leaf, hash FROM event WHERE seq > 1 ORDER BY seq"
    ).map { StatementArguments($0.databaseValues) }
  }
  try source.close()
  let again = processor()
  let plain = try seconds {
    for start in stride(from: 0, to: rows.count, by: group) {
      try queue.write { db in
        let insert = try db.cachedStatement(
          sql: "INSERT INTO event(seq, id, time, kind, severity, agent, payload, leaf, hash) VALUES (?,?,?,?,?,?,?,?,?)"
        )
        for row in rows[start..<min(start + group, rows.count)] { try insert.execute(arguments: row) }
      }
    }
  }
  let plainProcessor = processor() - again
  try queue.close()
  print(
    "round \(round)   processor: ledger \(oursProcessor / Double(total) * 1e6) µs an event, plain \(plainProcessor / Double(rows.count) * 1e6) µs a row"
  )
  let rates = (ours: Double(total) / ours, plain: Double(rows.count) / plain)
  best = (max(best.ours, rates.ours), max(best.plain, rates.plain))
  print(
    "round \(round)   ledger \(Int(rates.ours)) events/s   plain SQLite \(Int(rates.plain)) rows/s   ratio \(rates.ours / rates.plain)"
  )
  try FileManager.default.removeItem(atPath: "\(folder)/ours-\(round)")
  try FileManager.default.removeItem(atPath: "\(folder)/single-\(round)")
  try FileManager.default.removeItem(atPath: "\(folder)/plain-\(round).sqlite")
}
print(
  "best      ledger \(Int(best.ours)) events/s   plain SQLite \(Int(best.plain)) rows/s   ratio \(best.ours / best.plain)"
)
