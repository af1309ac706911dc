import Foundation
import Model
import Platform
import Testing

@testable import Exposure

/// What the fuzz target holds, over its seeds, every truncation of them, and mutations.
struct FuzzTests {
  private static let names = [
    ".env", ".aws/credentials", ".kube/config", "p/settings.json", "p/values.yaml", ".m2/settings.xml", ".ssh/id_rsa",
    ".bash_history", ".netrc", ".pgpass", "p/app.toml", "p/run.py", "Documents/notes.txt", ".docker/config.json",
    ".openclaw/openclaw.json", ".gnupg/private-keys-v1.d/a.key", "Documents/a.ppk", ".ssh/id-cert.pub",
    ".config/systemd/user/a.service", ".claude/projects/a/b.jsonl", "p/terraform.tfstate", ".pypirc",
  ]

  private func judge(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let path = "~/" + Self.names[Int(first) % Self.names.count]
    let text = Array(bytes.dropFirst())
    let rules = Rules.embedded
    let reading = Search.read(
      text.span, rules: rules, judge: Judge(rules: rules, key: testKey, now: testNow, owner: nil), path: path,
      hits: rules.places.hits(path), status: TreeStatus(file: FileStatus(kind: .regular, mode: 0o600)), target: nil)
    for jewel in reading.jewels {
      #expect((0...5).contains(jewel.severity))
      for text in jewel.facts.map(\.value) + [jewel.place.key ?? ""]
      where !text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
        Issue.record("a control character in \(jewel.kind)")
      }
    }
  }

  private var seeds: [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../Fuzz/Corpus/jewels")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.sorted { $0.path < $1.path }.compactMap { try? Array(Data(contentsOf: $0)) }
  }

  @Test("every truncation of every seed is read")
  func truncations() {
    #expect(seeds.count >= 15)
    for seed in seeds { for count in 0...seed.count { judge(Array(seed.prefix(count))) } }
  }

  @Test("mutations of the seeds are read")
  func mutations() {
    var draw = Draw(77)
    let seeds = seeds
    for _ in 0..<10_000 {
      var bytes = seeds[draw.below(seeds.count)]
      for _ in 0...draw.below(6) where !bytes.isEmpty {
        switch draw.below(5) {
        case 0: bytes[draw.below(bytes.count)] = UInt8(truncatingIfNeeded: draw.next())
        case 1: bytes.remove(at: draw.below(bytes.count))
        case 2:
          bytes.insert(
            contentsOf: Array("\"'\\{}[]:=-\n <>;&/$%|#".utf8.shuffled(using: &draw).prefix(3)),
            at: draw.below(bytes.count))
        case 3:
          let other = seeds[draw.below(seeds.count)]
          bytes += other.suffix(draw.below(other.count + 1))
        default:
          let start = draw.below(bytes.count)
          bytes.insert(contentsOf: Array(bytes[start..<min(bytes.count, start + draw.below(20))]), at: start)
        }
      }
      judge(bytes)
    }
  }

  @Test("keys and tokens cut anywhere are read")
  func cutKeys() throws {
    let scratch = Scratch()
    guard let status = try python(["seeded", scratch.path + "/h", scratch.path + "/m", "5"], script: "seed_home.py")
    else { return }
    try #require(status == 0)
    for name in [
      ".ssh/id_ed25519", ".ssh/id_ed25519-cert.pub", ".ssh/id_locked", "trap/locked.pem", ".pypirc",
      ".config/glab-cli/config.yml", "app4/.env.local",
    ] {
      let data = try Array(Data(contentsOf: URL(fileURLWithPath: scratch.path + "/h/" + name)))
      let place: UInt8 = name.contains("cert") ? 17 : name.hasPrefix(".ssh") || name.hasSuffix("pem") ? 6 : 0
      for count in stride(from: 0, to: data.count, by: 3) { judge([place] + data.prefix(count)) }
    }
  }
}

extension Draw: RandomNumberGenerator {}
