import Foundation
import Model
import Platform
import Testing

@testable import Exposure

/// Homes that `seed_home.py` makes: what was planted is found, what a developer has anyway is not.
struct SeededHomeTests {
  private struct Planted: Decodable {
    var kinds: [String]
    var path: String
    var value: String?
    var trap: String?
    var facts: [String: String]
  }

  private func search(_ home: String) -> Look {
    var limits = Exposure.Limits()
    limits.system = false
    return Exposure.search(
      home: .init(path: home), files: SystemTree(), key: testKey, limits: limits,
      now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
  }

  @Test("95 of 100 planted credentials are found, with their facts, and nothing of a value leaves", arguments: [1, 2])
  func seeded(seed: Int) throws {
    let scratch = Scratch()
    let home = scratch.path + "/home"
    let manifest = scratch.path + "/planted.json"
    guard let status = try python(["seeded", home, manifest, "\(seed)"], script: "seed_home.py") else { return }
    try #require(status == 0)
    let planted = try JSONDecoder().decode([Planted].self, from: Data(contentsOf: URL(fileURLWithPath: manifest)))
    let look = search(home)
    var missed: [String] = []
    var wrong: [String] = []
    var asked = 0
    for entry in planted {
      let here = look.jewels.filter { $0.place.path == entry.path }
      switch entry.trap {
      case "reference", "template":
        if here.contains(where: { $0.confidence > .low && $0.state != .reference }) {
          wrong.append("\(entry.path) is a \(entry.trap ?? "")")
        }
        continue
      default: break
      }
      asked += 1
      let found = here.filter { entry.kinds.contains($0.kind) && $0.confidence > .low }
      let fit = found.filter { jewel in
        switch entry.trap {
        case "expired": jewel.state == .expired
        case "test": jewel.state == .test
        case "passphrase": jewel.protection != .none
        default: jewel.state == .live || jewel.state == .reference
        }
      }
      if fit.isEmpty { missed.append("\(entry.kinds[0]) in \(entry.path), \(entry.trap ?? "live")") }
      for (name, value) in entry.facts where !fit.contains(where: { $0.facts.contains(.init(name, value)) }) {
        wrong.append("\(entry.path) does not say \(name) = \(value)")
      }
    }
    #expect(Set(planted.flatMap(\.kinds)).count >= 150)
    #expect(Double(missed.count) <= 0.05 * Double(asked), "\(missed)")
    #expect(wrong == [])

    let output = "\(look)"
    for value in planted.compactMap(\.value) where value.count >= 12 {
      // The beginning, which of a key is its label and of an address its host.
      let start =
        value.hasPrefix("-----BEGIN")
        ? String(value.dropFirst(40).prefix(12))
        : value.contains("://") ? String(value.suffix(12)) : String(value.prefix(12))
      #expect(!output.contains(start), "a value of \(value.count) characters leaked")
    }
  }

  @Test("no value in any file of a seeded home, nor its first 12 characters, is in what is reported")
  func leaks() throws {
    let scratch = Scratch()
    let home = scratch.path + "/home"
    guard let status = try python(["seeded", home, scratch.path + "/planted.json", "7"], script: "seed_home.py") else {
      return
    }
    try #require(status == 0)
    let output = "\(search(home))"
    let found = Self.words(of: home).filter { output.contains($0) }
    #expect(found == [])
  }

  /// Beginnings of what looks random in the files: 12 characters with digits and letters of both cases.
  private static func words(of home: String) -> Set<String> {
    var words: Set<String> = []
    for case let path as String in FileManager.default.enumerator(atPath: home) ?? .init() {
      guard let data = FileManager.default.contents(atPath: home + "/" + path) else { continue }
      for word in String(decoding: data, as: UTF8.self).split(whereSeparator: {
        !$0.isASCII || !($0.isLetter || $0.isNumber)
      }) {
        guard word.count >= 16, word.contains(where: \.isNumber), word.contains(where: \.isLowercase),
          word.contains(where: \.isUppercase)
        else { continue }
        words.insert(String(word.prefix(12)))
      }
    }
    return words
  }

  @Test(
    "of what is reported in a developer's home without secrets at most 2 of 100 files are wrong", arguments: [1, 2])
  func clean(seed: Int) throws {
    let scratch = Scratch()
    let home = scratch.path + "/home"
    guard let status = try python(["clean", home, "\(seed)"], script: "seed_home.py") else { return }
    try #require(status == 0)
    let look = search(home)
    let shown = look.jewels.filter { $0.confidence > .low && $0.state != .dummy && $0.state != .reference }
    #expect(shown.map { "\($0.kind) \($0.place.path)" } == [])
    #expect(look.files > 200)
  }
}
