import Foundation
import Knowledge
import Model
import Platform
import Testing

@testable import Exposure

/// A fixed key: fingerprints of tests compare.
// Of 32 bytes it is never nil.
// swift-format-ignore: NeverForceUnwrap
let testKey = FingerprintKey([UInt8](repeating: 7, count: 32))!
let testNow = Timestamp(seconds: 1_795_700_000)

func look(
  _ files: MemoryFiles, home: String = "/home/me", limits: Exposure.Limits = Exposure.Limits(),
  variables: [String: String] = [:]
) -> Look {
  Exposure.search(
    home: .init(path: home, owner: 1000, variables: variables), files: files, key: testKey, limits: limits, now: testNow
  )
}

/// Values drawn anew for each test, so that none stands in the repository.
struct Draw {
  var state: UInt64
  init(_ seed: UInt64 = 0x9E37_79B9_7F4A_7C15) { state = seed | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  static let alphanumeric = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
  static let hex = Array("0123456789abcdef".utf8)

  mutating func text(_ count: Int, _ alphabet: [UInt8] = Draw.alphanumeric) -> String {
    String(decoding: (0..<count).map { _ in alphabet[below(alphabet.count)] }, as: UTF8.self)
  }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }

  /// A text that a pattern matches.
  mutating func matching(_ node: Pattern.Node) -> [UInt8] {
    switch node {
    case .set(let set):
      let nice = set.bytes.filter { Self.alphanumeric.contains($0) }
      let from = nice.isEmpty ? set.bytes : nice
      return from.isEmpty ? [] : [from[below(from.count)]]
    case .sequence(let nodes): return nodes.flatMap { matching($0) }
    case .alternation(let branches): return matching(branches[below(branches.count)])
    case .repeated(let inner, let least, let most):
      return (0..<least + below(min(most - least, 6) + 1)).flatMap { _ in matching(inner) }
    case .capture(let inner): return matching(inner)
    case .lineStart, .lineEnd: return []
    }
  }
}

/// A folder that is gone after the test.
final class Scratch {
  let path: String
  init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("exposure-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs a script of `Tests/Assess/Homes`; nil where there is no Python.
func python(_ arguments: [String], script: String, beside file: String = #filePath) throws -> Int32? {
  guard FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") else { return nil }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
  process.arguments =
    [URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("../Homes/\(script)").path]
    + arguments
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}
