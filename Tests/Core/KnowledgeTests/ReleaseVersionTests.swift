import Knowledge
import Testing

@Suite struct ReleaseVersionTests {
  @Test func `releases stand in the order in which their makers count`() throws {
    let order = [
      "0.1.3.post7", "0.1.4.post3", "0.1.4.post4", "0.19.0", "0.39.0-nightly.20260401.g5411f11", "0.39.0-preview.1",
      "0.39.0", "0.39.1", "1.0.0a1", "1.0.0-beta.2", "1.0.0-beta.10", "1.0.0rc1", "1.0.0-rc.12", "1.0.0", "1.0.0-2",
      "2.0.24", "2.1.9", "2.1.90", "2.1.330", "2026.4.16", "2026.7.7.2", "2026.10.1",
    ]
    let versions = try order.map { try #require(ReleaseVersion($0), "\($0)") }
    for (index, version) in versions.enumerated().dropFirst() {
      #expect(versions[index - 1] < version, "\(order[index - 1]) before \(order[index])")
      #expect(!(version < versions[index - 1]))
    }
  }

  @Test(arguments: [
    ("v2.1.0", "2.1"), ("2.1.330 (Claude Code)", "2.1.330"), ("codex-cli 0.163.0", "0.163.0"),
    ("1.2.3+build.7", "1.2.3"),
    ("0.163.0-linux-x64", "0.163.0"), ("7.0.0-rc12", "7.0.0rc12"), ("1.0.0-RC.1", "1.0.0-rc1"),
    ("1.2.3_post1", "1.2.3.post1"),
  ])
  func `one release is written in several ways`(a: String, b: String) throws {
    #expect(try #require(ReleaseVersion(a)) == #require(ReleaseVersion(b)))
  }

  @Test(arguments: [
    "", "latest", "main", "2.1.60-acme.3", "1.2.3-fork", "9999999999.1", "1.2.3.4.5.6.7", "-1", "v", "1.2.3-beta-fork",
    "1.2.3-beta.9999999999",
  ])
  func `what cannot be put in order is refused`(text: String) {
    let version = ReleaseVersion(text)
    // A word behind a beta is taken for its commit, as those of nightly builds are.
    if text == "1.2.3-beta-fork" { #expect(version != nil) } else { #expect(version == nil, "\(text)") }
  }

  @Test func `counts by year and by small numbers are not compared`() throws {
    let small = try #require(ReleaseVersion("0.19.0"))
    let year = try #require(ReleaseVersion("2026.4.16"))
    #expect(!small.isComparable(with: year) && year.isComparable(with: year))
  }

  @Test func `any bytes are read or refused`() {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let alphabet = Array("0123456789.-+_ vabrcpostnightly\u{FF}é".unicodeScalars)
    for _ in 0..<20_000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int(state % 24) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        text.append(alphabet[Int(state % UInt64(alphabet.count))])
      }
      state = state &* 6_364_136_223_846_793_005 &+ 1
      if let version = ReleaseVersion(String(text)) { #expect(!(version < version)) }
    }
  }
}
