import Foundation
import Testing

/// What the fuzzer starts from, without the fuzzer: each rule of Targets holds for every seed, for every truncation of it
/// and for changed bytes.
@Suite struct SeedTests {
  struct Seed: CustomTestStringConvertible, Sendable {
    var target: String
    var name: String
    var bytes: [UInt8]
    var testDescription: String { "\(target)/\(name)" }
  }

  static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Corpus")

  static let seeds: [Seed] = Targets.all.keys.sorted().flatMap { target in
    let folder = corpus.appending(path: target)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appending(path: name))).map { Seed(target: target, name: name, bytes: Array($0)) }
    }
  }

  @Test func `every target has seeds, and every folder of seeds a target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
    #expect(Set(folders) == Set(Targets.all.keys))
    #expect(Set(Self.seeds.map(\.target)) == Set(Targets.all.keys))
  }

  @Test(arguments: seeds)
  func `a seed and what is left of it after a cut or a change keep every rule`(seed: Seed) throws {
    let target = try #require(Targets.all[seed.target])
    let count = seed.bytes.count
    // Not more than a few hundred, evenly spread: every one of a short seed.
    // A search through a home asks hundreds of places first, and without optimisation that is most of a second.
    let cuts = seed.target == "jewels" ? 6 : 160
    for end in stride(from: count, through: 0, by: -max(1, count / cuts)) {
      #expect(throws: Never.self, "cut to \(end)") { try target(Array(seed.bytes[..<end])) }
    }
    guard count > 0 else { return }
    let kin = Self.seeds.filter { $0.target == seed.target }
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    // Whole captures cost more than a parser's input.
    let isCostly = ["detect", "traffic", "log-source", "flow-source"].contains(seed.target)
    for round in 0..<(seed.target == "jewels" ? 4 : isCostly ? 12 : 60) {
      var bytes = seed.bytes
      for _ in 0...random(3) where !bytes.isEmpty {
        let place = random(bytes.count)
        switch random(8) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random(256))
        case 1: bytes[place] ^= 1 << UInt8(truncatingIfNeeded: random(8))
        case 2: bytes[place] = bytes[random(bytes.count)]
        case 3: bytes[place] = [0, 0x7F, 0x80, 0xFF][random(4)]
        case 4: bytes.remove(at: place)
        case 5: bytes.insert(UInt8(truncatingIfNeeded: random(256)), at: place)
        case 6: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random(9)))
        default:
          // The end of another seed behind the beginning of this one.
          let other = kin[random(kin.count)].bytes
          bytes = bytes.prefix(place) + other.suffix(random(other.count + 1))
        }
      }
      #expect(throws: Never.self, "change \(round): \(bytes)") { try target(bytes) }
    }
  }
}
