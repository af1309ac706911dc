import Model
import Testing

@testable import Posture

@Suite struct TierTests {
  static func finding(_ rule: String, _ tier: Int, _ outcome: Finding.Outcome, _ severity: Severity = .high) -> Finding
  {
    Finding(
      rule: rule, title: "t", severity: severity, outcome: outcome, agent: "a1", location: .init(), evidence: "e",
      why: "w", fix: .init("f"), references: [], requirement: nil, tier: tier, openclawCheckID: nil)
  }
  static func state(_ id: String, _ report: TierReport) -> TierReport.Answer? {
    report.controls.first { $0.control.id == id }?.answer
  }

  @Test(arguments: Rules.all.map(\.id))
  func `every rule stands for something that a tier asks`(id: String) {
    #expect(TierControl.asking(id) != nil)
  }

  @Test(arguments: TierControl.all)
  func `whatever the table names exists`(control: TierControl) {
    #expect(!control.rules.isEmpty || control.unmeasured != nil)
    #expect(!control.title.hasSuffix(".") && control.consequence.hasSuffix("."))
    for pattern in control.rules {
      let one = TierControl("x", 1, "t", otherwise: "c", rules: [pattern])
      #expect(Rules.all.contains { one.fits($0.id) }, "\(pattern) fits no rule")
    }
  }

  @Test func `of several lines that fit, the most exact one counts`() {
    #expect(TierControl.asking("container.published-ports")?.id == "reach")
    #expect(TierControl.asking("container.privileged")?.id == "account")
    #expect(TierControl.asking("claude-code.project-hooks")?.id == "folders")
    #expect(TierControl.asking("claude-code.allow-broad")?.id == "shell")
    #expect(TierControl.asking("nobody.knows") == nil)
  }

  @Test func `what first matters in a higher tier stands against that one alone`() {
    let report = TierReport([Self.finding("exec.ask-off", 1, .pass), Self.finding("exec.policy-full", 2, .fail)])
    #expect(Self.state("shell", report) == .holds)
    #expect(Self.state("shell-2", report) == .fails(1, .high))
  }

  @Test func `a rule that no line names still stands against its tier`() {
    let report = TierReport([Self.finding("nobody.knows", 2, .fail, .low)])
    #expect(Self.state("rest-2", report) == .fails(1, .low))
  }

  @Test func `a tier is met where everything of it and below holds, and not where something was not seen`() {
    let personal = [
      "gateway.bind-exposed", "gateway.auth-none", "exec.ask-off", "files.dotenv-mode", "release.advisories",
    ]
    let seen = personal.map { Self.finding($0, 1, .pass) }
    #expect(TierReport(seen).met == 1)
    #expect(TierReport(seen, claimed: 2).claimed == 2)
    #expect(TierReport(Array(seen.dropLast())).met == 0)
    #expect(TierReport(seen + [Self.finding("exec.ask-off", 1, .notMeasured("closed"))]).met == 0)
    #expect(TierReport(seen + [Self.finding("mcp.plain-http", 1, .fail)]).met == 0)
    #expect(TierReport([]).met == 0)
  }

  @Test func `what helps most comes first, and what nobody could see last`() {
    let report = TierReport([
      Self.finding("files.dotenv-mode", 1, .fail, .medium), Self.finding("gateway.auth-none", 1, .fail, .critical),
      Self.finding("exec.ask-off", 1, .fail, .medium), Self.finding("exec.policy-full", 1, .fail, .medium),
    ])
    #expect(report.next.prefix(3).map(\.control.id) == ["sign-in", "shell", "files"])
    #expect(report.next.dropFirst(3).allSatisfy { if case .unknown = $0.answer { true } else { false } })
  }

  @Test func `a control that nobody here can measure never holds, and a failure of a part of it counts`() {
    let silent = TierReport([])
    #expect(silent.controls.contains { $0.control.id == "scope" && $0.answer != .holds })
    let report = TierReport([Self.finding("codex-cli.requirements", 3, .fail, .medium)])
    #expect(Self.state("change", report) == .fails(1, .medium))
    #expect(Self.state("change", TierReport([Self.finding("codex-cli.requirements", 3, .pass)])) != .holds)
  }

  @Test func `what is no question for a product is left out`() {
    let report = TierReport([Self.finding("gateway.bind-exposed", 1, .pass)])
    #expect(Self.state("folders", report) == nil)
    #expect(Self.state("shell", report) == .unknown("no rule asks this of such an agent"))
  }
}
