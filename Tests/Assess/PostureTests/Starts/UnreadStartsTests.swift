import Formats
import Installations
import Model
import Platform
import Testing

@testable import Posture

@Suite struct UnreadStartsTests {
  /// Rules whose pass says that no start of the agent does something.
  static let aboutStarts: Set<String> = [
    "host.launch-unattended", "host.launch-certificates-unchecked", "host.launch-model-in-clear", "host.launch-secret",
    "host.launch-file-writable", "container.written-privileged", "container.written-engine-socket",
    "container.written-ports", "unattended.switches", "secrets.in-unit", "environment.loads-code",
    "environment.writes-prompts", "environment.break-glass", "environment.other-sources", "gateway.several-units",
    "claude-code.add-dirs", "codex-cli.web-search", "codex-cli.server", "codex-cli.writable-roots",
    "gemini-cli.include-dirs", "gemini-cli.trust-bypass", "gemini-cli.system-path", "hermes.dashboard-bind",
    "hermes.env-leak", "hermes.hooks-auto", "opencode.server",
  ]

  private static func hidden(_ subject: Subject) -> Subject {
    subject.with {
      $0.installation?.unreadStarts = Installation.Launch.Origin.allCases.map {
        .init($0, "/hidden/\($0.rawValue)", what: "permission denied")
      }
    }
  }

  @Test(arguments: aboutStarts.sorted())
  func `where a start may be hidden, a rule that found none has not measured`(id: String) throws {
    let rule = try #require(Rules.rule(id))
    let passes = Fixture.all.filter { $0.rule == id && $0.outcome == "pass" }
    #expect(!passes.isEmpty)
    var reasons: [String] = []
    for fixture in passes where fixture.subject.installation != nil {
      for finding in assess(Self.hidden(fixture.subject), rules: [rule]) {
        if case .notMeasured(let reason) = finding.outcome { reasons.append(reason) }
      }
    }
    #expect(reasons.contains { $0.contains("/hidden/") && $0.contains("permission denied") }, "\(reasons)")
  }

  @Test(arguments: aboutStarts.sorted())
  func `what fails fails, hidden starts or not`(id: String) throws {
    let rule = try #require(Rules.rule(id))
    for fixture in Fixture.all where fixture.rule == id && fixture.outcome == "fail" {
      #expect(assess(Self.hidden(fixture.subject), rules: [rule]).contains { $0.outcome == .fail })
    }
  }

  @Test func `a crontab says nothing about Compose files, and the other way round`() {
    let subject = Fixture.openclaw {
      $0.installation?.machine = MachineFacts()
      $0.installation?.unreadStarts = [.init(.cron, "/etc/crontab", what: "permission denied")]
    }
    #expect(assess(subject, rules: [LaunchRules.writtenPorts])[0].outcome == .pass)
    #expect(assess(subject, rules: [LaunchRules.secrets])[0].outcome.isNotMeasured)
  }

  @Test func `without a file of the user's the defaults are judged, and the file is said not to exist`() throws {
    let path = "/home/ada/.codex/config.toml"
    let subject = Fixture.kin("codex-cli", nil) {
      let nothing = Configuration.Setting(
        file: path, position: .init(line: 1, column: 1, offset: 0), content: .object([]))
      var layer = Installation.Layer(
        .user, Configuration(path: path, root: nothing), status: FileStatus(kind: .other, mode: 0))
      layer.exists = false
      $0.installation?.layers = [layer]
    }
    let finding = try #require(assess(subject).first { $0.rule == "codex-cli.web-search" })
    #expect(finding.outcome == .fail)
    #expect(finding.evidence == "web_search is unset, which means on (\(path) does not exist)")
    #expect(finding.location.file == path && finding.location.line == nil)
    #expect(finding.fix.text.hasPrefix("In \(path), which is to be made: set web_search"))
    let passed = try #require(assess(subject).first { $0.rule == "codex-cli.net-on" })
    #expect(passed.outcome == .pass && passed.evidence.hasSuffix("(\(path) does not exist)"))
  }

  @Test(arguments: ["claude-code", "gemini-cli", "nanobot", "opencode"])
  func `no change is offered for a file that does not exist`(kind: String) {
    let path = "/home/ada/.\(kind)/settings.json"
    func subject(exists: Bool) -> Subject {
      Fixture.kin(kind, nil) {
        let nothing = Configuration.Setting(
          file: path, position: .init(line: 1, column: 1, offset: 0), content: .object([]))
        var layer = Installation.Layer(
          .user, Configuration(path: path, root: nothing), status: FileStatus(kind: .regular, mode: 0o600))
        layer.exists = exists
        $0.installation?.layers = [layer]
      }
    }
    func edits(_ subject: Subject) -> Int {
      assess(subject).count { finding in
        if case .set(path, _, _) = finding.fix.edit { true } else { false }
      }
    }
    #expect(edits(subject(exists: false)) == 0)
    if kind == "claude-code" || kind == "gemini-cli" { #expect(edits(subject(exists: true)) > 0) }
    let findings = assess(subject(exists: false))
    #expect(findings.contains { $0.outcome == .fail && $0.evidence.contains("does not exist") })
  }
}
