import Foundation
import Model
import Platform
import Testing

@testable import Ledger

#if canImport(Glibc)
  import Glibc
#endif

/// `kill -9` under load. 25 rounds here; TRAMMEL_CRASH_ROUNDS=200 as Tests/System/ledger_crash.sh runs it.
@Suite struct CrashTests {
  @Test func `no acknowledged event is lost when two writers are killed at a random moment`() throws {
    let rounds = Int(ProcessInfo.processInfo.environment["TRAMMEL_CRASH_ROUNDS"] ?? "") ?? 25
    var random = Seeded(state: 9)
    var (acknowledged, events, empty) = (0, Int64(0), 0)
    var bench = Bench()
    for round in 0..<rounds {
      // A new ledger now and then: the moments of its making are as dangerous as any.
      if round % 8 == 0 { bench = Bench() }
      try PrivateFiles.makeDirectory(bench.directory)
      let answers = (0..<2).map { "\(bench.directory)/answers-\(round)-\($0)" }
      let writers = try answers.map { try LoadDriver.write(bench.directory, tasks: 4, answers: $0) }
      usleep(UInt32.random(in: 20_000..<420_000, using: &random))
      for writer in writers { kill(writer.processIdentifier, SIGKILL) }
      for writer in writers {
        writer.waitUntilExit()
        #expect(writer.terminationReason == .uncaughtSignal && writer.terminationStatus == SIGKILL)
      }
      // Nobody repairs anything: the next writer just opens it.
      let store = try Store(directory: bench.directory)
      var inRound = 0
      for file in answers {
        for line in try SystemFiles().text(file, limit: 1 << 26).split(separator: "\n") {
          let parts = line.split(separator: " ")
          guard parts.count == 2, let seq = Int64(parts[0]), parts[1].utf8.count == 36 else { continue }
          let entry = try store.entry(seq: seq)
          #expect(entry?.event?.id.description == String(parts[1]), "round \(round): event \(seq) is lost")
          inRound += 1
        }
      }
      acknowledged += inRound
      if inRound == 0 { empty += 1 }
      try store.append([bench.event()])
      let verification = try store.verify()
      #expect(verification.holds, "round \(round): \(verification.problems)")
      events += verification.events
      try store.close()
    }
    print(
      "\(rounds) kills of two writers; \(acknowledged) acknowledged events, none lost; \(empty) rounds before the first"
    )
    // If the writers never got anything done, nothing was tested.
    #expect(acknowledged > rounds * 10)
    #expect(empty < rounds * 3 / 4)
  }

  @Test func `two processes that append at once keep one chain`() throws {
    let bench = Bench()
    try PrivateFiles.makeDirectory(bench.directory)
    let answers = (0..<2).map { "\(bench.directory)/answers-\($0)" }
    let writers = try answers.map { try LoadDriver.write(bench.directory, tasks: 3, count: 600, answers: $0) }
    for writer in writers {
      writer.waitUntilExit()
      #expect(writer.terminationStatus == 0)
    }
    let (status, output) = try LoadDriver.run(LoadDriver.executable, ["check", bench.directory] + answers)
    #expect(status == 0, "\(output)")
    #expect(output.hasPrefix("1200 acknowledged"), "\(output)")
  }
}
