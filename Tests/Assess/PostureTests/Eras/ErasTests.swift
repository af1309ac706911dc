import Foundation
import Installations
import Matching
import Model
import Platform
import Testing

@testable import Posture

/// Each layout, read from its files and judged as a whole. `UPDATE_GOLDEN=1` writes the results anew.
@Suite struct ErasTests {
  private func findings(_ era: Era) throws -> [Finding] {
    let installation = try #require(
      Finder(files: era.files, tags: KeyedTag(key: 1, 2)).find().installations.first)
    #expect(installation.problems == [])
    var subject = Fixture.openclaw {
      $0.installation = installation
      $0.agent.version = era.version
      $0.sockets = .seen(era.sockets)
    }
    subject.installation?.version = era.version
    return assess(subject)
  }

  @Test(arguments: Era.allCases)
  func `a configuration of each era is judged by the keys of its time`(era: Era) throws {
    let all = try findings(era)
    var text = "OpenClaw \(era.version), configuration as of \(era.rawValue)\n\n"
    for finding in all where finding.outcome != .pass {
      let place = [finding.location.file, finding.location.line.map(String.init)].compactMap { $0 }.joined(
        separator: ":")
      let words =
        if case .notMeasured(let reason) = finding.outcome { "not measured: \(reason)" } else {
          "\(finding.severity.rawValue): \(finding.evidence)"
        }
      text += "\(finding.rule)  \(words)\n"
      let details = [place, finding.location.key ?? "", finding.openclawCheckID.map { "(\($0))" } ?? ""].filter {
        !$0.isEmpty
      }
      if finding.outcome == .fail { text += "    \(details.joined(separator: "  "))\n" }
    }
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/era-\(era.rawValue).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: golden, encoding: .utf8) == text)
    // No secret of the files is in what was said of them.
    let said = all.map { "\($0.evidence) \($0.fix) \($0.location)" }.joined()
    for secret in ["changeme", "4f9a1c7b", "made-up-discord", "AAabcdefghij", "xoxb-made", "ntn_made", "sk-ant-made"] {
      #expect(!said.contains(secret))
    }
  }

  @Test func `what January kept elsewhere is found, with the place where it is written`() throws {
    let failed = Dictionary(grouping: try findings(.january).filter { $0.outcome == .fail }, by: \.rule)
    let elevated = try #require(failed["tools.elevated-wildcard"]?.first)
    #expect(elevated.location.key == "agent.elevated.allowFrom.discord" && elevated.location.line == 7)
    #expect(elevated.evidence == "agent.elevated.allowFrom.discord has *")
    #expect(elevated.openclawCheckID == "tools.elevated.allowFrom.discord.wildcard")
    #expect(failed["sandbox.host-network"]?.first?.location.key == "agent.sandbox.docker.network")
    #expect(failed["gateway.token-weak"]?.first?.location.key == "gateway.token")
    #expect(failed["models.outdated"]?.first?.location.line == 6)
    #expect(
      failed["control-ui.insecure-auth"]?.first?.fix.edit
        == .remove(file: "/home/ada/.clawdbot/clawdbot.json", key: ["gateway", "controlUi", "allowInsecureAuth"]))
  }

  @Test func `keys that August has retired are not held against it`() throws {
    let failed = Set(try findings(.august).filter { $0.outcome == .fail }.map(\.rule))
    #expect(
      failed.isDisjoint(with: ["control-ui.insecure-auth", "control-ui.device-auth-disabled", "logging.redaction-off"]))
    #expect(
      failed.isSuperset(of: [
        "exec.policy-full", "agents.no-single-default", "logging.no-audit-trail", "sessions.groups-share-main",
      ]))
  }

  @Test func `a key in its present place wins over the older one`() {
    let subject = Fixture.openclaw("{agent:{sandbox:{mode:'off'}},agents:{defaults:{sandbox:{mode:'all'}}}}")
    #expect(assess(subject, rules: [SandboxRules.off]).map(\.outcome) == [.pass])
    let odd = Fixture.openclaw("{agent:{bash:{security:'full'},elevated:3},tools:'none',routing:[]}")
    #expect(!assess(odd).isEmpty)
  }
}
