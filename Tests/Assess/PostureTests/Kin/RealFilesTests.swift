import Installations
import Matching
import Model
import Platform
import Testing

@testable import Posture

/// Files as they lie on a disk, read by the product's own reader, then judged: the texts of the reference, unchanged.
@Suite struct RealFilesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rule: String
    var outcome: String
    var says: String
    var path: String
    var text: String
    var mode: UInt16 = 0o600
    var testDescription: String { "\(rule) \(outcome): \(says)" }
  }

  private static let goose = "/home/ada/.config/goose"
  private static let plugin = "/home/ada/src/app/.agents/plugins/p/hooks/hooks.json"

  static let gooseCases: [Case] = [
    .init(
      rule: "goose.mode-auto", outcome: "fail", says: "GOOSE_MODE is auto", path: "\(goose)/config.yaml",
      text: "GOOSE_MODE: auto"),
    .init(
      rule: "goose.mode-auto", outcome: "pass", says: "approve", path: "\(goose)/config.yaml",
      text: "GOOSE_MODE: approve"
    ),
    .init(
      rule: "goose.tool-always-allow", outcome: "fail", says: "developer__shell", path: "\(goose)/permission.yaml",
      text: "user:\n  always_allow: [\"developer__shell\"]"),
    .init(
      rule: "goose.tool-always-allow", outcome: "pass", says: "no shell", path: "\(goose)/permission.yaml",
      text: "user:\n  always_allow: []"),
    .init(
      rule: "goose.project-plugin-hooks", outcome: "fail", says: "sh x.sh", path: plugin,
      text: #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh x.sh"}]}]}}"#),
    .init(
      rule: "goose.project-plugin-hooks", outcome: "pass", says: "1 folder", path: plugin, text: #"{"hooks":{}}"#),
    .init(
      rule: "goose.policy-hook-fail-open", outcome: "fail", says: "guard.sh", path: plugin,
      text: #"{"hooks":{"PreToolUse":[{"matcher":"*","hooks":[{"command":"guard.sh"}]}]}}"#),
    .init(
      rule: "goose.policy-hook-fail-open", outcome: "pass", says: "blocks", path: plugin,
      text:
        #"{"hooks":{"PreToolUse":[{"matcher":".*","hooks":[{"command":"guard.sh","on_failure":"block"}]}]}}"#),
    .init(
      rule: "goose.secrets-file", outcome: "fail", says: "in clear", path: "\(goose)/secrets.yaml",
      text: "OPENAI_API_KEY: sk-live-123456"),
    .init(
      rule: "goose.secrets-file", outcome: "pass", says: "no secrets.yaml", path: "\(goose)/config.yaml", text: ""),
    .init(
      rule: "goose.allowlist", outcome: "fail", says: "http://intra", path: "\(goose)/config.yaml",
      text: "GOOSE_ALLOWLIST: http://intra/list.yaml"),
    .init(
      rule: "goose.allowlist", outcome: "pass", says: "https://intra", path: "\(goose)/config.yaml",
      text: "GOOSE_ALLOWLIST: https://intra.example/list.yaml"),
    .init(
      rule: "goose.extension-cmd", outcome: "fail", says: "x starts mcp-x", path: "\(goose)/config.yaml",
      text: "extensions:\n  x: {type: stdio, enabled: true, cmd: uvx, args: [\"mcp-x\"], envs: {TOKEN: abc}}"),
    .init(
      rule: "goose.extension-cmd", outcome: "pass", says: "no extension", path: "\(goose)/config.yaml",
      text: "extensions:\n  x: {type: stdio, enabled: true, cmd: uvx, args: [\"mcp-x==1.2.3\"], env_keys: [TOKEN]}"),
    .init(
      rule: "goose.injection-scan", outcome: "fail", says: "is false", path: "\(goose)/config.yaml",
      text: "SECURITY_PROMPT_ENABLED: false"),
    .init(
      rule: "goose.injection-scan", outcome: "pass", says: "is true", path: "\(goose)/config.yaml",
      text: "SECURITY_PROMPT_ENABLED: true"),
    .init(
      rule: "goose.telemetry", outcome: "fail", says: "is true", path: "\(goose)/config.yaml",
      text: "GOOSE_TELEMETRY_ENABLED: true"),
    .init(
      rule: "goose.telemetry", outcome: "pass", says: "is false", path: "\(goose)/config.yaml",
      text: "GOOSE_TELEMETRY_ENABLED: false"),
  ]

  private static let hands = "/home/ada/.openhands"

  static let handsCases: [Case] = [
    .init(
      rule: "openhands.project-hooks", outcome: "fail", says: "sh x.sh",
      path: "/home/ada/src/app/.openhands/hooks.json",
      text: #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh x.sh"}]}]}}"#),
    .init(
      rule: "openhands.project-hooks", outcome: "pass", says: "1 folder",
      path: "/home/ada/src/app/.openhands/hooks.json", text: #"{"hooks":{}}"#),
    .init(
      rule: "openhands.settings-secret", outcome: "fail", says: "llm.api_key stands in it",
      path: "\(hands)/agent_settings.json", text: #"{"llm":{"api_key":"sk-live-123456"}}"#, mode: 0o644),
    .init(
      rule: "openhands.settings-secret", outcome: "pass", says: "0600", path: "\(hands)/agent_settings.json",
      text: #"{"llm":{"api_key":"sk-live-123456"}}"#),
    .init(
      rule: "openhands.conversation-modes", outcome: "fail", says: "mode 0644",
      path: "\(hands)/conversations/b/events/event-00000-b.json", text: "{}", mode: 0o644),
    .init(
      rule: "openhands.mcp-file", outcome: "fail", says: "t starts foo", path: "\(hands)/mcp.json",
      text: #"{"mcpServers":{"t":{"command":"npx","args":["-y","foo"],"env":{"TOKEN":"abc"}}}}"#),
    .init(
      rule: "openhands.mcp-file", outcome: "pass", says: "1 server", path: "\(hands)/mcp.json",
      text: #"{"mcpServers":{"t":{"command":"npx","args":["-y","foo@1.2.3"],"env":{}}}}"#),
    .init(
      rule: "openhands.skills-autoload", outcome: "fail", says: "instructions", path: "/home/ada/src/app/AGENTS.md",
      text: "Do it."),
    .init(
      rule: "openhands.skills-autoload", outcome: "pass", says: "1 folder", path: "\(hands)/cli_config.json", text: "{}"
    ),
  ]

  private static let claw = "/home/ada/.config/nanoclaw/mount-allowlist.json"

  static let clawCases: [Case] = [
    .init(
      rule: "nanoclaw.mount-allowlist", outcome: "fail", says: "has ~", path: claw,
      text: #"{"allowedRoots":[{"path":"~","allowReadWrite":true}],"blockedPatterns":[]}"#),
    .init(
      rule: "nanoclaw.mount-allowlist", outcome: "pass", says: "1 root", path: claw,
      text: #"{"allowedRoots":[{"path":"~/projects/a","allowReadWrite":false}],"blockedPatterns":["token"]}"#),
    .init(
      rule: "nanoclaw.allowlist-writable", outcome: "fail", says: "mode 0666", path: claw, text: "{}", mode: 0o666),
    .init(rule: "nanoclaw.allowlist-writable", outcome: "pass", says: "mode 0600", path: claw, text: "{}"),
    .init(
      rule: "nanoclaw.group-config", outcome: "fail", says: "left-pad",
      path: "/home/ada/nanoclaw/groups/main/container.json",
      text: #"{"packages":{"npm":["left-pad"],"apt":[]},"mcpServers":{}}"#),
    .init(
      rule: "nanoclaw.group-config", outcome: "pass", says: "1 group",
      path: "/home/ada/nanoclaw/groups/main/container.json",
      text: #"{"packages":{"npm":["left-pad@1.3.0"],"apt":[]},"mcpServers":{}}"#),
    .init(
      rule: "nanoclaw.image-pins", outcome: "fail", says: "AGENT_BROWSER_VERSION is latest",
      path: "/home/ada/nanoclaw/container/Dockerfile", text: "AGENT_BROWSER_VERSION=latest"),
    .init(
      rule: "nanoclaw.image-pins", outcome: "pass", says: "1 version",
      path: "/home/ada/nanoclaw/container/Dockerfile", text: "AGENT_BROWSER_VERSION=0.20.0"),
    .init(
      rule: "nanoclaw.advisories", outcome: "fail", says: "CVE-2026-56693", path: "/home/ada/nanoclaw/package.json",
      text: #"{"name":"nanoclaw","version":"2.0.64"}"#),
    .init(
      rule: "nanoclaw.advisories", outcome: "pass", says: "no advisory", path: "/home/ada/nanoclaw/package.json",
      text: #"{"name":"nanoclaw","version":"2.1.17"}"#),
  ]

  @Test(arguments: gooseCases + handsCases + clawCases)
  func `a file of the reference is judged as it must be`(it: Case) throws {
    let kind = String(it.rule.prefix { $0 != "." })
    var files = Self.home(kind)
    files.add(it.path, it.text, mode: it.mode)
    try Self.expect(kind, files, it.rule, it.outcome, it.says)
  }

  static let starts: [(rule: String, outcome: String, says: String, unit: String)] = [
    ("openhands.web-bind", "fail", "without --host", "ExecStart=/home/ada/.local/bin/openhands web"),
    ("openhands.web-bind", "pass", "no start", "ExecStart=/home/ada/.local/bin/openhands web --host 127.0.0.1"),
    ("openhands.yolo", "fail", "--headless", "ExecStart=/home/ada/.local/bin/openhands --headless -t x"),
    ("openhands.yolo", "pass", "asks", "ExecStart=/home/ada/.local/bin/openhands"),
    (
      "openhands.env-leak", "fail", "LLM_API_KEY is set",
      "Environment=LLM_API_KEY=sk-live-1234567890abcdef\nExecStart=/home/ada/.local/bin/openhands"
    ),
    ("openhands.env-leak", "pass", "no variable", "ExecStart=/home/ada/.local/bin/openhands"),
    ("openhands.serve-docker", "fail", "openhands serve", "ExecStart=/home/ada/.local/bin/openhands serve"),
    (
      "openhands.agent-server", "fail", "--host 0.0.0.0",
      "ExecStart=/home/ada/.venv/bin/agent-server --host 0.0.0.0"
    ),
    (
      "openhands.agent-server", "pass", "a key is set",
      "Environment=SESSION_API_KEY=0a1b2c3d4e5f60718293\nExecStart=/home/ada/.venv/bin/agent-server --host 127.0.0.1"
    ),
    (
      "goose.server", "fail", "is a word that everybody knows",
      "Environment=GOOSE_SERVER__SECRET_KEY=test\nExecStart=/usr/local/bin/goosed agent"
    ),
    ("goose.server", "pass", "no key of its own", "ExecStart=/usr/local/bin/goosed agent"),
    (
      "goose.mode-auto", "fail", "GOOSE_MODE is auto in",
      "Environment=GOOSE_MODE=auto\nExecStart=/usr/local/bin/goosed agent"
    ),
  ]

  @Test(arguments: starts)
  func `a unit of the reference is judged as it must be`(
    it: (rule: String, outcome: String, says: String, unit: String)
  ) throws {
    let kind = String(it.rule.prefix { $0 != "." })
    var files = Self.home(kind)
    files.add("\(Self.goose)/config.yaml", "GOOSE_MODE: approve\n")
    files.add("/home/ada/.config/systemd/user/agent.service", "[Service]\n\(it.unit)\n", mode: 0o644)
    try Self.expect(kind, files, it.rule, it.outcome, it.says)
  }

  private static let rows: [Finder.Fingerprint] = [
    .init(kind: "goose", role: .stateDirectory, path: ".config/goose", confidence: .medium),
    .init(kind: "openhands", role: .stateDirectory, path: ".openhands", confidence: .medium),
    .init(
      kind: "nanoclaw", role: .configuration, path: ".config/nanoclaw/mount-allowlist.json", confidence: .medium),
  ]

  /// A home in which the product lies, with one folder of work that it knows.
  private static func home(_ kind: String) -> MemoryFiles {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o755)
    files.add("/home/ada/src/app/README", "A folder of work.")
    switch kind {
    case "goose":
      files.add(
        "/home/ada/.local/share/goose/projects.json",
        #"{"projects":{"/home/ada/src/app":{"path":"/home/ada/src/app","last_instruction":"x"}}}"#)
      files.add(directory: goose, mode: 0o755)
    case "openhands":
      files.add(directory: hands, mode: 0o755)
      files.add(directory: "\(hands)/conversations", mode: 0o700)
      files.add(
        "\(hands)/conversations/a/base_state.json", #"{"workspace":{"working_dir":"/home/ada/src/app"}}"#)
    default:
      files.add(claw, #"{"allowedRoots":[],"blockedPatterns":[]}"#)
      files.add("/home/ada/nanoclaw/package.json", #"{"name":"nanoclaw","version":"2.1.17"}"#)
    }
    return files
  }

  private static func expect(_ kind: String, _ files: MemoryFiles, _ id: String, _ outcome: String, _ says: String)
    throws
  {
    let recogniser = Recogniser(
      program: { words in
        let name = words.first?.split(separator: "/").last ?? ""
        return ["openhands": "openhands", "agent-server": "openhands", "goosed": "goose"][String(name)]
      }, variable: { _ in nil })
    let found = Finder(files: files, fingerprints: rows, recogniser: recogniser, tags: KeyedTag(key: 1, 2)).find()
    let installation = try #require(found.installations.first { $0.kind == kind })
    let rule = try #require(Rules.rule(id))
    let subject = Fixture.layered(kind, []) {
      $0.installation = installation
      $0.arguments = .seen([kind])
      $0.environment = .seen(["HOME"])
    }
    let findings = assess(subject, rules: [rule])
    #expect(
      findings.contains { finding in
        let text = if case .notMeasured(let reason) = finding.outcome { reason } else { finding.evidence }
        return finding.outcome.name == outcome && text.contains(says)
      }, "\(findings.map { "\($0.outcome) \($0.evidence)" }) \(installation.problems)")
  }
}
