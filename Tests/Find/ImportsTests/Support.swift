import Foundation
import Model

@testable import Imports

/// What the tests share: a moment, a source, and the files of Fixtures.
enum Bench {
  static let now = Timestamp(seconds: 1_795_690_800)
  /// Of no sensor; the program has a source of its own for imports.
  static let source = Observation.Source.demo

  static func sweep(_ files: [(String, String)], host: String? = nil, source: Imports.Source? = nil)
    throws -> Sweep
  {
    var one = Import(host: host.flatMap(Import.host(named:)), source: Self.source, now: now)
    for (name, text) in files { try one.add(file: name, bytes: Array(text.utf8), source: source) }
    return one.finish()
  }

  static func sweep(_ text: String, host: String? = "web1", source: Imports.Source? = nil) throws
    -> Sweep
  {
    try sweep([("paste.txt", text)], host: host, source: source)
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures")

  static func fixture(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  static var fixtures: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0 != "README.md"
    }.sorted()
  }
}

extension Sweep {
  /// Each observation in few words: kind, confidence, status where known, listeners.
  var brief: [String] {
    observations.map { one in
      "\(one.kind ?? "?") \(one.confidence.rawValue)" + (one.facts.listeners.isEmpty ? "" : " ")
        + one.facts.listeners.map(\.endpoint).joined(separator: " ")
    }
  }
}
