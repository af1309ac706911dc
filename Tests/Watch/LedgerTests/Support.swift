import Foundation
import GRDB
import Model
import Synchronization

@testable import Ledger

/// A state directory that goes away with the value, and a world without chance: a clock that the test moves, and
/// "random" bytes that count.
final class Bench: Sendable {
  let directory: String
  let clock = Mutex<Int64>(1_790_000_000_000_000_000)
  private let counter = Mutex<UInt64>(0)

  init() {
    directory = FileManager.default.temporaryDirectory.path + "/ledger-test-\(UUID().uuidString)"
  }
  deinit { try? FileManager.default.removeItem(atPath: directory) }

  var path: String { directory + "/ledger.sqlite" }

  func environment(every events: Int64 = 1000) -> Store.Environment {
    Store.Environment(
      host: "test-host", now: { Timestamp(nanoseconds: self.clock.withLock { $0 }) },
      random: { count in
        let start = self.counter.withLock {
          $0 += 1
          return $0
        }
        var source = Seeded(state: start)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &source) }
      }, patience: 10, checkpointEvents: events)
  }

  func open(_ access: Store.Access = .readWrite, every events: Int64 = 1000) throws -> Store {
    try Store(directory: directory, access: access, environment: environment(every: events))
  }

  /// Moves the clock.
  func pass(seconds: Int64) { clock.withLock { $0 += seconds * 1_000_000_000 } }

  func event(
    _ kind: String = "agent.found", severity: Severity = .info, agent: String? = "openclaw-1", object: String? = nil,
    data: Value.Members = ["port": 18789]
  ) -> Event {
    let number = counter.withLock {
      $0 += 1
      return $0
    }
    let time = Timestamp(nanoseconds: clock.withLock { $0 })
    var source = Seeded(state: number)
    let random = (0..<10).map { _ in UInt8.random(in: 0...255, using: &source) }
    return Event(
      id: EventID(time: time, random: random), time: time, kind: kind, severity: severity, host: "test-host",
      agent: agent, object: object, data: data)
  }

  /// Changes the file behind the ledger's back, as an attacker with the right to write it does.
  func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql, arguments: arguments) }
    try queue.close()
  }

  func verify(_ kept: KeptCheckpoint? = nil, pin: Store.Pin? = nil) throws -> Verification {
    let store = try open(.readOnly)
    defer { try? store.close() }
    return try store.verify(checkpoint: kept, pin: pin)
  }
}

/// A generator with a fixed seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
