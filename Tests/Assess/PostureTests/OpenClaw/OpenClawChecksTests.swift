import Installations
import Knowledge
import Model
import Testing

@testable import Posture

/// Every check of the product's own audit has a rule here, and no rule names one that it does not have.
@Suite struct OpenClawChecksTests {
  @Test(arguments: OpenClawChecks.embedded.all.map(\.id))
  func `every check of OpenClaw is asked by a rule`(id: String) {
    #expect(Rules.all.contains { $0.openclaw.contains(id) })
  }

  @Test func `no rule names a check that OpenClaw does not have`() {
    let known = Set(OpenClawChecks.embedded.all.map(\.id))
    for rule in Rules.all {
      #expect(rule.openclaw.filter { !known.contains($0) } == [], "\(rule.id)")
      #expect(Set(rule.openclaw).count == rule.openclaw.count)
    }
  }

  @Test(arguments: Fixture.all)
  func `a finding names one of its rule's checks, with its placeholders filled in`(fixture: Fixture) throws {
    let rule = try #require(Rules.rule(fixture.rule))
    for finding in assess(fixture.subject, rules: [rule]) {
      guard let id = finding.openclawCheckID else { continue }
      let check = try #require(OpenClawChecks.embedded.check(id), "\(id)")
      #expect(rule.openclaw.contains(check.id), "\(rule.id) answered as \(id)")
      if finding.outcome == .fail { #expect(!id.contains("<")) }
    }
  }

  /// Several checks of one rule are told apart: each of them is what some fixture's finding is named after.
  @Test func `every check of a measuring rule is the answer to some fixture`() {
    var answered: Set<String> = []
    for fixture in Fixture.all {
      guard let rule = Rules.rule(fixture.rule), !rule.openclaw.isEmpty else { continue }
      for finding in assess(fixture.subject, rules: [rule]) where finding.outcome == .fail || rule.openclaw.count > 1 {
        if let id = finding.openclawCheckID.flatMap(OpenClawChecks.embedded.check)?.id { answered.insert(id) }
      }
    }
    let asked = Rules.all.filter(\.measures).flatMap(\.openclaw)
    #expect(asked.filter { !answered.contains($0) } == [])
  }

  @Test func `findings of another product name no check of OpenClaw`() {
    let subject = Fixture.kin("goose", "{}") { $0.installation?.mode = 0o777 }
    let findings = assess(subject)
    #expect(findings.contains { $0.rule == "files.state-directory-mode" && $0.outcome == .fail })
    #expect(findings.allSatisfy { $0.openclawCheckID == nil })
  }
}
