import Foundation
import Testing

/// The readers of a machine's files over changed seeds; the seeds and every cut of them are SeedTests' part.
@Suite struct HostFilesTests {
  typealias Target = @Sendable ([UInt8]) throws -> Void
  static let targets: [(name: String, rounds: Int, run: Target)] = [
    ("toml", 1000, fuzzTOML), ("shell", 1000, fuzzShell), ("property-list", 1000, fuzzPropertyList),
    ("machine", 300, fuzzMachine), ("state-database", 300, fuzzStateDatabase),
  ]

  private static func seeds(_ name: String) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/\(name)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { Array(try Data(contentsOf: folder.appending(path: $0))) }
  }

  @Test(arguments: targets.indices)
  func `a reader keeps its rules whatever a file holds`(index: Int) throws {
    let (name, rounds, run) = Self.targets[index]
    let seeds = try Self.seeds(name)
    #expect(!seeds.isEmpty)
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func random(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    let marks = Array("{}[]\"'=:,;\n\\ #-@(/*".utf8)
    for round in 0..<rounds {
      var bytes = seeds[random(seeds.count)]
      for _ in 0...random(6) where !bytes.isEmpty {
        switch random(6) {
        case 0: bytes[random(bytes.count)] = UInt8(random(256))
        case 1: bytes[random(bytes.count)] ^= 1 << UInt8(random(8))
        case 2: bytes.insert(marks[random(marks.count)], at: random(bytes.count))
        case 3: bytes.remove(at: random(bytes.count))
        case 4: bytes.removeSubrange(random(bytes.count)...)
        default:
          let start = random(bytes.count)
          let piece = bytes[start..<min(bytes.count, start + 1 + random(64))]
          bytes.insert(contentsOf: piece, at: random(bytes.count))
        }
      }
      #expect(throws: Never.self, "\(name), round \(round)") { try run(bytes) }
    }
  }
}
