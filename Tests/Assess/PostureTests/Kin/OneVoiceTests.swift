import Formats
import Installations
import Model
import Platform
import Testing

@testable import Posture

/// One fact is one finding: where a product has a rule of its own, the general one keeps quiet about it.
@Suite struct OneVoiceTests {
  private static func secret(_ key: String, _ file: String, line: Int = 3) -> Installation.SecretFact {
    Installation.SecretFact(key: key, file: file, line: line, form: .literal, length: 40, entropyBits: 200)
  }

  private func failed(_ subject: Subject) -> [Finding] { assess(subject).filter { $0.outcome == .fail } }

  @Test func `a secret in a layer's file is found with its line`() throws {
    let subject = Fixture.layered("claude-code", [.user("{}"), .project("{}")]) {
      let file = $0.installation?.layers[1].path ?? ""
      $0.installation?.secrets = [Self.secret("env.GITHUB_TOKEN", file, line: 7)]
    }
    let found = try #require(failed(subject).first { $0.rule == "secrets.literal-in-configuration" })
    #expect(found.location.file?.hasPrefix("/home/ada/src/app/") == true && found.location.line == 7)
    let clean = assess(Fixture.layered("claude-code", [.user("{}")]), rules: [SecretRules.literals])
    #expect(clean.map(\.outcome) == [.pass])
    let unread = assess(Fixture.unreadLayer("claude-code", [.user("{}")], unread: 0), rules: [SecretRules.literals])
    #expect(unread.first?.outcome.isNotMeasured == true)
  }

  @Test func `a server's credential is the business of the rules about servers`() {
    let text = #"{"mcpServers":{"x":{"command":"/opt/x","env":{"A_TOKEN":"<redacted>"}}}}"#
    let subject = Fixture.layered("claude-code", [.user(text)]) {
      let file = $0.installation?.layers[0].path ?? ""
      $0.installation?.secrets = [Self.secret("mcpServers.x.env.A_TOKEN", file)]
    }
    let rules = failed(subject).map(\.rule)
    #expect(rules.contains("mcp.inline-secret") && !rules.contains("secrets.literal-in-configuration"))
  }

  @Test(arguments: [
    ("nanobot", "providers.openai.apiKey", #"{"providers":{"openai":{"apiKey":"<redacted>"}}}"#, "nanobot.plain-key"),
    (
      "opencode", "provider.openai.options.apiKey",
      #"{"provider":{"openai":{"options":{"apiKey":"<redacted>"}}}}"#, "opencode.key-inline"
    ),
  ])
  func `a key of which the product's own rule speaks is told once`(
    kind: String, key: String, text: String, rule: String
  ) {
    let subject = Fixture.layered(kind, [.user(text)]) {
      let file = $0.installation?.layers[0].path ?? ""
      $0.installation?.secrets = [Self.secret(key, file), Self.secret("other.token", file, line: 9)]
    }
    let rules = failed(subject).filter { $0.rule == rule || $0.rule == "secrets.literal-in-configuration" }
    #expect(rules.map(\.location.key) == ["other.token", key] || rules.map(\.location.key) == [key, "other.token"])
  }

  @Test(arguments: ["claude-code", "codex-cli", "nanobot"])
  func `open modes of a product's state are told by its own rule`(kind: String) {
    let files = [LayerFile(scope: .user, text: "{}", mode: 0o644)]
    let subject = Fixture.layered(kind, files) { $0.installation?.mode = 0o755 }
    #expect(failed(subject).filter { $0.rule.hasPrefix("files.") } == [])
    #expect(failed(subject).contains { $0.rule == "\(kind).state-modes" || $0.rule == "\(kind).config-mode" })
  }

  @Test func `an agent that is root is told once`() {
    let nanobot = Fixture.kin("nanobot", "{}") { $0.account = .seen(.init(uid: 0)) }
    #expect(failed(nanobot).filter { $0.rule.contains("root") }.map(\.rule) == ["nanobot.root"])
    let other = Fixture.kin("goose", nil) { $0.account = .seen(.init(uid: 0)) }
    #expect(failed(other).filter { $0.rule.contains("root") }.map(\.rule) == ["host.runs-as-root"])
  }

  @Test(arguments: ["claude-code", "codex-cli", "gemini-cli", "nanobot", "opencode"])
  func `no two findings of an installation as it ships name the same place and key`(kind: String) {
    let found = failed(Fixture.layered(kind, [.user("{}")])).filter { $0.location.key != nil }
    for (index, finding) in found.enumerated() {
      let twins = found[(index + 1)...].filter {
        $0.rule != finding.rule && $0.location == finding.location && $0.evidence == finding.evidence
      }
      #expect(twins.map(\.rule) == [], "\(finding.rule)")
    }
  }
}
