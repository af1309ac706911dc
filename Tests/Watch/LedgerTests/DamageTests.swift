import Foundation
import GRDB
import Model
import Platform
import Testing

@testable import Ledger

/// Single bits that change in the closed file, anywhere in it.
@Suite struct DamageTests {
  /// Everything that the file says about events.
  func content(_ path: String) throws -> [[DatabaseValue]] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
      try Row.fetchAll(
        db,
        sql:
          "SELECT seq, id, time, hex(kind), severity, hex(agent), payload, leaf, hash FROM event NOT INDEXED ORDER BY seq"
      )
      .map { row in Array(row.databaseValues) }
    }
  }

  @Test func `a flipped bit in the file is found, or changes nothing that the file says`() throws {
    let bench = Bench()
    let store = try bench.open(every: 16)
    for number in 0..<50 {
      try store.append([bench.event(severity: number % 4 == 0 ? .high : .low, object: "host-\(number).example.net")])
    }
    try store.close()
    let original = try SystemFiles().read(bench.path, limit: 1 << 24)
    let expected = try content(bench.path)
    let flips = Int(ProcessInfo.processInfo.environment["TRAMMEL_FLIPS"] ?? "") ?? 600
    var random = Seeded(state: 4)
    var (found, harmless) = (0, 0)
    for turn in 0..<flips {
      // Half of them in the header and the first pages, where the schema is.
      let offset =
        turn % 4 == 0 ? Int.random(in: 0..<512, using: &random) : Int.random(in: 0..<original.count, using: &random)
      var bytes = original
      let bit = UInt8.random(in: 0..<8, using: &random)
      bytes[offset] ^= 1 << bit
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.path + suffix) }
      try Data(bytes).write(to: URL(fileURLWithPath: bench.path))
      let holds: Bool
      do { holds = try bench.verify().holds } catch { holds = false }
      if holds {
        harmless += 1
        #expect(try content(bench.path) == expected, "offset \(offset), bit \(bit) was not found")
      } else {
        found += 1
      }
    }
    print("flipped bits: \(flips); found by verify: \(found); provably without effect: \(harmless)")
    #expect(found > flips / 3)
  }
}
