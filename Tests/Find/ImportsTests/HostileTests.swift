import Model
import Testing

@testable import Imports

/// Limits of time that an attacker would reach for: each would take minutes if reading were not linear.
@Suite struct HostileTests {
  @Test(arguments: [
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
    String(repeating: "[{", count: 50_000), String(repeating: "{\n", count: 50_000),
    String(repeating: "{\"a\":1}\n[", count: 20_000), String(repeating: "users:((", count: 40_000),
    String(repeating: "\u{1B}[", count: 50_000), String(repeating: "\u{1B}]", count: 50_000),
    String(repeating: "\"", count: 100_000), String(repeating: ",", count: 100_000),
    "==== " + String(repeating: "= ", count: 50_000),
    "tcp LISTEN 0 1 *:1 *:* users:((" + String(repeating: "(\"a\",pid=1", count: 20_000),
    "1f2e3d4c5b6a a b c Up " + String(repeating: "1-65535->1-65535/tcp,", count: 5000) + " n",
    "a 1 1 0 0 ? 0:0 " + String(repeating: "\\\"", count: 60_000) + ".exe",
    String(repeating: "a ", count: 100_000), String(repeating: "PID ", count: 20_000) + "COMMAND",
    String(repeating: "\u{FEFF}", count: 30_000), String(repeating: "\0", count: 100_000),
  ])
  func `hostile text is read in a moment`(text: String) throws {
    var one = Import(host: nil, source: Bench.source, now: Bench.now)
    do { try one.add(file: "x", bytes: Array(text.utf8), source: nil) } catch { return }
    #expect(one.finish().status.count == 1)
  }

  @Test func `a thousand agents of one host take no time squared`() throws {
    let lines = (1...3000).map { "ada \($0) \($0 - 1) 0 09:00 ? 00:00:01 openclaw-gateway" }
    let other = (5001...8000).map { "u\($0) \($0) 0 0 09:00 ? 00:00:01 openclaw-gateway" }
    let sweep = try Bench.sweep((lines + other).joined(separator: "\n"))
    #expect(sweep.observations.count > 3000)
  }

  @Test func `a loop of parents ends`() throws {
    let sweep = try Bench.sweep(
      """
      a 1 2 0 09:00 ? 00:00:01 openclaw-gateway
      a 2 1 0 09:00 ? 00:00:01 openclaw-gateway
      """)
    #expect(sweep.observations.count >= 1)
  }
}
