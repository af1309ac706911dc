import Foundation
import Testing

/// The program that writes under load, built beside the tests.
enum LoadDriver {
  static var executable: URL {
    get throws {
      let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      // swift test runs the tests from a program beside ours, or from one of the toolchain that loads them.
      let places = [own] + CommandLine.arguments.map { URL(fileURLWithPath: $0) }
      let found = places.map { $0.deletingLastPathComponent().appendingPathComponent("ledger-load") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      return try #require(found, "ledger-load is built with the tests")
    }
  }

  /// A started writer whose answers go to a file: what is in it after a kill was acknowledged.
  static func write(_ state: String, tasks: Int, count: Int? = nil, answers: String) throws -> Process {
    let process = Process()
    process.executableURL = try executable
    process.arguments = ["write", state, String(tasks)] + (count.map { [String($0)] } ?? [])
    guard FileManager.default.createFile(atPath: answers, contents: nil),
      let output = FileHandle(forWritingAtPath: answers)
    else { throw CocoaError(.fileWriteUnknown) }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs to the end; gives the status and everything it said.
  static func run(_ program: URL, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
