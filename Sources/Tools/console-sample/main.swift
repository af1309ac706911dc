// console-sample [--port N] [--empty]: serves the console with made-up data, for the browser test. Not installed.
//
// Prints `link URL` and `port N`, then takes a command a line: `finding` (a check fails), `event` (something happens),
// `link` (a fresh sign-in link), `fail` and `heal` (the ledger cannot be read), `quit`. The end of input quits too.
import Console
import ConsoleSamples
import Foundation
import Model

let arguments = Array(CommandLine.arguments.dropFirst())
let port = arguments.firstIndex(of: "--port").flatMap {
  arguments.indices.contains($0 + 1) ? Int(arguments[$0 + 1]) : nil
}
let clock: @Sendable () -> Timestamp = {
  Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) &* 1000)
}
let random: @Sendable (Int) -> [UInt8] = { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }

func say(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

let reading = SampleReading(empty: arguments.contains("--empty"), demo: !arguments.contains("--empty"), clock: clock)
let (lines, input) = AsyncStream<String>.makeStream()
Thread.detachNewThread {
  while let line = readLine() { input.yield(line) }
  input.finish()
}

do {
  let server = try Server(reading: reading, port: port ?? 0, clock: clock, random: random)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await server.run() }
    guard let port = await server.started() else {
      try await group.next()
      return
    }
    say("port \(port)")
    say("link \(server.signInLink())")
    commands: for await line in lines {
      switch line {
      case "finding": reading.openFinding()
      case "event": reading.record("tool.call", agent: SampleOffice.studio, object: "exec ls -la <b>x</b>\u{202E}")
      case "link": say("link \(server.signInLink())")
      case "fail": reading.fail(.init("disk I/O error"))
      case "heal": reading.fail(nil)
      case "quit": break commands
      default: say("unknown \(line)")
      }
      if line != "link" { say("done \(line)") }
    }
    group.cancelAll()
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
