import Installations
import Model
import Testing

@testable import Posture

@Suite struct PostureTests {
  @Test(arguments: Fixture.all)
  func `a rule says of a situation what it must`(fixture: Fixture) throws {
    let rule = try #require(Rules.rule(fixture.rule))
    let findings = assess(fixture.subject, rules: [rule])
    #expect(!findings.isEmpty)
    let hit = try #require(
      findings.first { finding in
        let text = if case .notMeasured(let reason) = finding.outcome { reason } else { finding.evidence }
        return finding.outcome.name == fixture.outcome && text.contains(fixture.says)
      }, "\(findings.map { "\($0.outcome) \($0.evidence)" })")
    // A pass or a blind spot beside a failure would be no such situation.
    if fixture.outcome != "fail" { #expect(findings.allSatisfy { $0.outcome.name == fixture.outcome }) }
    if let severity = fixture.severity { #expect(hit.severity == severity) }
    if let line = fixture.line { #expect(hit.location.line == line) }
    #expect(!hit.fix.text.isEmpty && !hit.why.isEmpty && hit.agent == "a1")
  }

  @Test(arguments: Rules.all.map(\.id))
  func `every rule has a fixture for each of the three answers`(id: String) {
    let outcomes: Set = Rules.rule(id)?.measures == false ? ["not-measured"] : ["pass", "fail", "not-measured"]
    #expect(Set(Fixture.all.filter { $0.rule == id }.map(\.outcome)) == outcomes)
  }

  @Test func `every fixture names a rule, and rules have ids of their own`() {
    let ids = Rules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(Fixture.all.map(\.rule)) == Set(ids))
    #expect(Rules.all.count >= 50)
  }

  @Test(arguments: Rules.all.map(\.id))
  func `a rule says why it matters, what to do and which tier needs it`(id: String) throws {
    let rule = try #require(Rules.rule(id))
    #expect(!rule.title.hasSuffix(".") && rule.title.count <= 80)
    #expect(!rule.severityReason.isEmpty && !rule.reads.isEmpty)
    #expect(rule.why.hasSuffix(".") || rule.why.hasSuffix(")."))
    #expect(rule.remedy.hasSuffix("."))
    #expect((1...3).contains(rule.tier))
    #expect(["H", "N"].contains(String(rule.requirement.prefix(1))))
    #expect(id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "." || $0 == "-" })
  }

  @Test func `where nothing could be seen, nothing passes and nothing fails`() {
    let findings = assess(Fixture.nothing)
    #expect(findings.count > 40)
    #expect(findings.allSatisfy { $0.outcome.isNotMeasured })
    #expect(risk(of: findings) == Agent.Risk(level: nil, score: 0))
  }

  @Test func `a hardened installation fails nothing`() {
    let subject = Fixture.openclaw(
      """
      {gateway: {bind: 'loopback', auth: {mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}'}},
       tools: {profile: 'messaging', deny: ['group:runtime', 'group:fs'], exec: {mode: 'deny'}, fs: {workspaceOnly: true}},
       agents: {defaults: {sandbox: {mode: 'all'}}}, plugins: {allow: ['bonjour']},
       channels: {telegram: {dmPolicy: 'pairing', botToken: {source: 'store', id: 'telegram/bot'}}}}
      """
    ) {
      $0.installation?.secrets = [Fixture.variable("gateway.auth.token", "OPENCLAW_GATEWAY_TOKEN")]
      $0.installation?.files = [Fixture.file("openclaw.json", .configuration, 0o600)]
    }
    let findings = assess(subject)
    #expect(findings.filter { $0.outcome == .fail }.map(\.rule) == [])
    #expect(risk(of: findings) == Agent.Risk(level: .info, score: 0))
  }

  @Test func `an installation as it ships fails what its defaults leave open`() {
    let failed = assess(Fixture.openclaw()).filter { $0.outcome == .fail }.map(\.rule)
    #expect(
      failed == [
        "gateway.auth-missing-loopback", "exec.policy-full", "exec.ask-off", "tools.profile-full",
        "tools.files-unconfined",
        "sandbox.off", "browser.control-without-login", "plugins.no-allow-list",
      ])
  }

  @Test func `a gateway started without a configuration is judged by its defaults`() {
    let bare = Fixture.openclaw(nil)
    #expect(assess(bare, rules: [ToolRules.execFull])[0].outcome.isNotMeasured)
    let started = bare.with { $0.arguments = .seen(["node", "openclaw.mjs", "gateway", "--allow-unconfigured"]) }
    #expect(assess(started, rules: [ToolRules.execFull])[0].outcome == .fail)
  }

  @Test func `rules of one product keep quiet about another`() {
    let rules = Set(assess(Fixture.kin("nanobot", "{}")).map(\.rule))
    #expect(!rules.contains("gateway.bind-exposed") && rules.contains("nanobot.exec-unconfined"))
    #expect(rules.contains("host.tunnel"))
    #expect(!Set(assess(Fixture.openclaw()).map(\.rule)).contains("nanobot.exec-unconfined"))
  }

  @Test func `advisories of channels that are not configured are counted and not held against it`() throws {
    let plain = assess(Fixture.openclaw { $0.agent.version = "2026.6.8" }, rules: [ReleaseRules.advisories])
    let feishu = assess(
      Fixture.openclaw("{channels:{feishu:{}}}") { $0.agent.version = "2026.6.8" }, rules: [ReleaseRules.advisories])
    #expect(plain[0].evidence.contains("more concern parts that are not configured"))
    func count(_ finding: Finding) -> Int? {
      finding.evidence.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
    #expect(try #require(count(feishu[0])) == #require(count(plain[0])) + 2)
  }

  @Test func `a thousand readable transcripts are twenty findings that name the number`() {
    let findings = assess(
      Fixture.openclaw {
        $0.installation?.mode = 0o755
        $0.installation?.files = (0..<1000).map { Fixture.file("agents/main/sessions/\($0).jsonl", .transcript, 0o644) }
      }, rules: [FileRules.transcripts])
    #expect(findings.count == 20)
    #expect(findings[19].evidence.hasSuffix("980 more like it"))
  }

  @Test func `the score stays in the band of the worst finding and grows with more`() {
    func findings(_ severities: [Severity]) -> [Finding] {
      severities.enumerated().map {
        Finding(
          rule: "r\($0)", title: "Title \($0)", severity: $1, outcome: .fail, evidence: "", why: "", fix: .init(""))
      }
    }
    #expect(risk(of: findings([.info])).score == 1)
    #expect(risk(of: findings([.low])).score == 10)
    #expect(risk(of: findings([.medium, .low])).score == 31)
    #expect(risk(of: findings([.low, .high, .medium])).score == 58)
    #expect(risk(of: findings(Array(repeating: .high, count: 50))).score == 79)
    #expect(risk(of: findings(Array(repeating: .critical, count: 50))).score == 100)
    let some = risk(of: findings([.low, .critical, .high]))
    #expect(some.level == .critical && some.reasons == ["Title 1.", "Title 2.", "Title 0."])
  }
}
