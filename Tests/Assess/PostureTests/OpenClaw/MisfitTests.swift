import Installations
import Model
import Testing

@testable import Posture

/// Values of a kind that a key does not have: the product does not start with them, so nothing is proven by them.
@Suite struct MisfitTests {
  @Test(arguments: [
    ("{gateway: [1]}", "gateway.bind-exposed", "gateway is not an object"),
    ("{gateway: {bind: 5}}", "gateway.bind-exposed", "gateway.bind is not a text"),
    ("{gateway: 'x'}", "control-ui.insecure-auth", "gateway is not an object"),
    ("{channels: {discord: []}}", "channels.dm-open", "channels.discord is not an object"),
    ("{logging: []}", "logging.redaction-off", "logging is not an object"),
  ])
  func `a pass that rests on a value of the wrong kind is not measured`(text: String, rule: String, why: String) throws
  {
    let rule = try #require(Rules.rule(rule))
    let findings = assess(Fixture.openclaw(text), rules: [rule])
    #expect(!findings.isEmpty && findings.allSatisfy { $0.outcome != .pass }, "\(findings.map(\.evidence))")
    #expect(findings.contains { if case .notMeasured(let said) = $0.outcome { said.contains(why) } else { false } })
  }

  @Test func `a misfit elsewhere takes no pass away, and null is as good as absent`() throws {
    let rule = try #require(Rules.rule("gateway.bind-exposed"))
    for text in ["{logging: [], gateway: {bind: 'loopback'}}", "{gateway: null}", "{gateway: {bind: null}}"] {
      #expect(assess(Fixture.openclaw(text), rules: [rule]).map(\.outcome) == [.pass], "\(text)")
    }
  }

  @Test func `what fails is still told beside a misfit`() throws {
    let rule = try #require(Rules.rule("gateway.bind-exposed"))
    let findings = assess(Fixture.openclaw("{gateway: {bind: 'lan', auth: []}}"), rules: [rule])
    #expect(findings.map(\.outcome) == [.fail])
  }
}
