import Model
import Testing

@testable import Probe

/// Every answer of the other tests, cut at every place and changed at random: nothing traps, nothing grows, everything that
/// is kept can be shown.
@Suite struct HostileTests {
  static let seeds: [(name: String, bytes: [UInt8])] = [
    ("live", Array(Answers.live.utf8)), ("settings", Array(Answers.settings.utf8)),
    ("missing-scope", Array(Answers.missingScope.utf8)), ("page", Array(Answers.page("Clawdbot Control").utf8)),
    ("challenge", Array(Answers.upgraded.utf8) + Answers.challenge), ("chunked", Array(HTTPReaderTests.chunked.utf8)),
    ("interim", Array(HTTPReaderTests.interim.utf8)), ("tls13", TLSTests.hello13), ("tls12", TLSTests.hello12),
    ("alert", TLSTests.versionAlert),
    (
      "zeroclaw",
      Array(Answers.json(#"{"status":"ok","paired":true,"require_pairing":false,"runtime":{"a":[1,{"b":2}]}}"#).utf8)
    ),
    (
      "hermes",
      Array(Answers.json(#"{"version":"0.19.0","hermes_home":"/home/ada/.hermes","auth_required":false}"#).utf8)
    ),
    ("banner", Array("SSH-2.0-\u{1B}[31mOpenSSH\r\n".utf8)),
    ("redirect", Array(Answers.http("302 Found", "Server: \u{1B}x\r\nLocation: /\u{202E}\r\n", "").utf8)),
  ]

  /// The same as the fuzz target's.
  static func check(_ bytes: [UInt8]) throws {
    let others: [UInt16] = [18790, 42617, 9119, 7]
    for (port, isNamed) in [(18789, true), (others[bytes.count % 4], bytes.count % 3 == 0)] {
      let endpoint = Endpoint(address: TargetTests.address("192.0.2.7"), port: port, isNamed: isNamed)
      var interview = Interview(endpoint)
      var question: Question? = interview.begin()
      var count = 0
      while let asked = question {
        count += 1
        try #require(count <= 6)
        var whole = Intake(asked)
        whole.take(bytes)
        if count == 1, port == 18789 {
          var single = Intake(asked)
          for byte in bytes { single.take([byte]) }
          if whole.isComplete, single.isComplete { try #require(whole.reply == single.reply) }
        }
        whole.end()
        question = interview.take(whole.reply)
      }
      let verdict = interview.verdict
      let texts =
        [verdict.version, verdict.server, verdict.banner, verdict.redirect, verdict.tlsVersion].compactMap { $0 }
        + verdict.reasons + verdict.asked
      try #require(texts.allSatisfy { Self.isSafe($0) && $0.utf8.count <= 512 } && verdict.reasons.count <= 8)
      try #require(verdict.state == .open && (verdict.kind != nil || verdict.confidence == .low))
      let result = Outcome(endpoint: endpoint, verdict: verdict, from: endpoint.address).located(
        in: ProbeResultTests.place)
      try #require(Self.isSafe(result.observation(now: ProbeResultTests.now)?.detail ?? ""))
      try #require(Self.isSafe(result.value.json()))
    }
  }

  static func isSafe(_ text: String) -> Bool {
    !text.unicodeScalars.contains {
      switch $0.value {
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
      default: false
      }
    }
  }

  @Test(arguments: seeds.indices) func `every truncation ends in a verdict`(index: Int) throws {
    let bytes = Self.seeds[index].bytes
    for count in 0...bytes.count { try Self.check(Array(bytes[..<count])) }
  }

  @Test(arguments: seeds.indices) func `every change ends in a verdict`(index: Int) throws {
    var state = UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(max(1, bound)))
    }
    for _ in 0..<300 {
      var bytes = Self.seeds[index].bytes
      for _ in 0...next(4) {
        switch next(5) {
        case 0: bytes[next(bytes.count)] = UInt8(next(256))
        case 1: bytes.remove(at: next(bytes.count))
        case 2: bytes.insert(UInt8(next(256)), at: next(bytes.count + 1))
        case 3:
          let start = next(bytes.count)
          bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + next(40))], at: next(bytes.count))
        default:
          let other = Self.seeds[next(Self.seeds.count)].bytes
          bytes = Array(bytes.prefix(next(bytes.count) + 1)) + other.suffix(next(other.count))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      try Self.check(bytes)
    }
  }

  @Test func `random bytes end in a verdict`() throws {
    var state: UInt64 = 88_172_645_463_325_252
    for length in 0..<400 {
      let bytes = (0..<length).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state)
      }
      try Self.check(bytes)
    }
  }
}
