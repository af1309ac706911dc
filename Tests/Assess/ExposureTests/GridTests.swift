import Foundation
import Model
import Platform
import Testing

@testable import Exposure

/// Homes of `seed_grid.py`, which another hand wrote: every kind in every carrier, and a developer's clutter.
struct GridTests {
  private struct Planted: Decodable {
    var kinds: [String]
    var carrier: String
    var path: String
    var line: Int?
  }

  private func search(_ home: String) -> Look {
    var limits = Exposure.Limits()
    limits.system = false
    limits.seconds = 600
    return Exposure.search(
      home: .init(path: home), files: SystemTree(), key: testKey, limits: limits,
      now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
  }

  /// What the default view shows as a credential.
  private func isShown(_ jewel: Jewel) -> Bool { jewel.confidence > .low && jewel.state != .dummy }

  @Test("95 of 100 values are found on their line, whatever carries them, and 90 by their kind")
  func grid() throws {
    let scratch = Scratch()
    let home = scratch.path + "/home"
    let manifest = scratch.path + "/planted.json"
    // One value in twelve, drawn evenly: enough for a share, and done in seconds.
    guard let status = try python(["grid", home, manifest, "3", "12"], script: "seed_grid.py") else { return }
    try #require(status == 0)
    let planted = try JSONDecoder().decode([Planted].self, from: Data(contentsOf: URL(fileURLWithPath: manifest)))
    let places = Dictionary(grouping: search(home).jewels.filter(isShown), by: \.place.path)
    var missed: [String: Int] = [:]
    var asked: [String: Int] = [:]
    var isNamed = 0
    for entry in planted {
      let here = (places[entry.path] ?? []).filter {
        entry.line == nil || $0.place.line == nil || $0.place.line == entry.line
      }
      asked[entry.carrier, default: 0] += 1
      if here.isEmpty { missed[entry.carrier, default: 0] += 1 }
      if here.contains(where: { entry.kinds.contains("*") || entry.kinds.contains($0.kind) }) { isNamed += 1 }
    }
    let all = Double(planted.count)
    #expect(planted.count > 1_500)
    #expect(asked.count >= 80)
    #expect(Double(missed.values.reduce(0, +)) <= 0.05 * all, "\(missed)")
    #expect(Double(isNamed) >= 0.90 * all)
    // What a file of this form holds is found at all: a value that two literals share is the one that is not.
    for (carrier, count) in asked where count >= 10 && carrier != "split" && !carrier.hasPrefix("transcript") {
      #expect(Double(missed[carrier] ?? 0) <= 0.34 * Double(count), "\(carrier)")
    }
  }

  @Test("of what a home full of look-alikes shows at most 2 in 100 files are wrong", arguments: [1, 2])
  func clutter(seed: Int) throws {
    let scratch = Scratch()
    let home = scratch.path + "/home"
    guard let status = try python(["noise", home, "\(seed)"], script: "seed_grid.py") else { return }
    try #require(status == 0)
    let look = search(home)
    let shown = look.jewels.filter { isShown($0) && $0.state != .reference }
    #expect(look.files > 900)
    #expect(
      Double(Set(shown.map(\.place.path)).count) <= 0.02 * Double(look.read),
      "\(shown.map { "\($0.kind) \($0.place.path) \($0.place.key ?? "")" })")
  }
}
