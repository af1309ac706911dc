// ledger-load: writes to a ledger under load and says what was acknowledged, for the tests that kill it. Not shipped.
//
//   ledger-load write STATE TASKS [COUNT]   one line "SEQ ID" for each acknowledged event; without COUNT it never ends
//   ledger-load check STATE FILE...         every line of the files is in the ledger, and the ledger verifies
import Foundation
import Ledger
import Model
import Platform

func fail(_ message: String, _ code: Int32 = 1) -> Never {
  FileHandle.standardError.write(Data("ledger-load: \(message)\n".utf8))
  exit(code)
}

func events(_ count: Int) -> [Event] {
  (0..<count).map { index in
    let now = Machine.now
    return Event(
      id: EventID(time: now, random: Machine.random(10)), time: now, kind: "flow.closed", host: "load",
      agent: "agent-\(index)", object: "api.example.net",
      data: ["bytes_up": .int(Int64(index)), "note": .string(String(repeating: "x", count: 200))])
  }
}

func write(_ state: String, tasks: Int, count: Int) async throws {
  let recorder = Recorder(try Store(directory: state))
  try await withThrowingTaskGroup { group in
    for _ in 0..<tasks {
      group.addTask {
        var left = count / tasks
        while left > 0 {
          let batch = min(left, Int.random(in: 1...5))
          left -= batch
          let entries = try await recorder.append(events(batch))
          let lines = entries.map { "\($0.seq) \($0.event?.id.description ?? "")\n" }.joined()
          // One write for each answer: after a kill the last line may be cut, never one before it.
          FileHandle.standardOutput.write(Data(lines.utf8))
        }
      }
    }
    try await group.waitForAll()
  }
  try await recorder.checkpoint()
}

func check(_ state: String, _ files: [String]) throws {
  let store = try Store(directory: state, access: .readOnly)
  var acknowledged = 0
  for file in files {
    for line in try SystemFiles().text(file, limit: 1 << 28).split(separator: "\n") {
      let parts = line.split(separator: " ")
      // A last line that the kill cut short acknowledges nothing.
      guard parts.count == 2, let seq = Int64(parts[0]), let id = EventID(String(parts[1])) else { continue }
      guard try store.entry(seq: seq)?.event?.id == id else { fail("lost: event \(seq), \(id)") }
      acknowledged += 1
    }
  }
  let verification = try store.verify()
  guard verification.holds else { fail("does not verify: \(verification.problems)") }
  print("\(acknowledged) acknowledged, \(verification.events) in the ledger, verified")
}

let arguments = CommandLine.arguments.dropFirst()
do {
  switch arguments.first {
  case "write" where arguments.count >= 3:
    guard let tasks = Int(arguments[3]), tasks > 0 else { fail("TASKS is a number above 0", 2) }
    try await write(arguments[2], tasks: tasks, count: arguments.count > 3 ? Int(arguments[4]) ?? .max : .max)
  case "check" where arguments.count >= 2: try check(arguments[2], Array(arguments.dropFirst(2)))
  default: fail("write STATE TASKS [COUNT] | check STATE FILE...", 2)
  }
} catch {
  fail("\(error)")
}
