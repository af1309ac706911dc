import Installations
import Matching
import Model
import Platform
import Testing

@testable import Posture

/// From a home on a disk to findings, for products whose settings are YAML.
@Suite struct YAMLHomesTests {
  private static let rows: [Finder.Fingerprint] = [
    .init(kind: "hermes", role: .stateDirectory, path: ".hermes", confidence: .medium),
    .init(kind: "goose", role: .stateDirectory, path: ".config/goose", confidence: .medium),
  ]

  private func subject(_ kind: String, _ texts: KeyValuePairs<String, String>) throws -> Subject {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o750)
    for (path, text) in texts {
      let isSystem = path.hasPrefix("/etc")
      files.add(path, text, mode: isSystem ? 0o644 : 0o600, owner: isSystem ? 0 : 1000)
    }
    let found = Finder(files: files, fingerprints: Self.rows, tags: KeyedTag(key: 1, 2)).find().installations
    return Fixture.kin(kind, nil) { subject in subject.installation = found.first { $0.kind == kind } }
  }

  private func answers(_ subject: Subject) -> [String: [Finding]] {
    Dictionary(grouping: assess(subject), by: \.rule).filter { $0.key.hasPrefix("\(subject.agent.kind).") }
  }

  @Test func `a careless home of Hermes is told with its lines`() throws {
    let subject = try subject(
      "hermes",
      [
        "/home/ada/.hermes/config.yaml": """
        # made up
        model: {api_key: sk-live-0123456789abcdef0123}
        approvals:
          mode: off
          cron_mode: approve
        terminal:
          backend: local
          env_passthrough: [AWS_SECRET_ACCESS_KEY]
        platforms:
          webhook: {enabled: on, extra: {secret: INSECURE_NO_AUTH}}
        hooks_auto_accept: yes
        skills: {inline_shell: true}
        security:
          redact_secrets: no
        command_allowlist: ["rm -rf"]

        """, "/home/ada/.hermes/.env": "GATEWAY_ALLOW_ALL_USERS=true\nHERMES_ENABLE_PROJECT_PLUGINS=1\n",
      ])
    let answers = answers(subject)
    for (rule, line) in [
      ("approvals-off", 4), ("cron-approve", 5), ("backend-local", 7), ("env-leak", 8), ("webhook-bind", nil),
      ("config-secret", 2), ("hooks-auto", 11), ("skill-shell", 12), ("security-block", 14), ("quick-commands", 15),
      ("allow-all-users", 1), ("project-plugins", 2), ("headless-auto", nil), ("managed-dir", nil),
    ] as [(String, Int?)] {
      let first = try #require(answers["hermes.\(rule)"]?.first { $0.outcome == .fail }, "\(rule)")
      #expect(first.location.line == line, "\(rule): \(first.location)")
    }
    #expect(!"\(answers)".contains("0123456789abcdef"))
  }

  @Test func `most rules of Hermes are measured on a home as it is set up`() throws {
    let subject = try subject(
      "hermes",
      [
        "/etc/hermes/config.yaml": "approvals: {mode: manual}\n",
        "/home/ada/.hermes/config.yaml":
          "approvals:\n  mode: off\n  deny: [\"*rm -rf*\"]\nterminal: {backend: docker, docker_network: false}\n"
          + "security: {tirith_fail_open: false, allow_lazy_installs: false}\n",
        "/home/ada/.hermes/.env": "TELEGRAM_ALLOWED_USERS=123456\n",
      ])
    let all = answers(subject)
    let blind = all.filter { $0.value.allSatisfy { $0.outcome.isNotMeasured } }.keys.sorted()
    // No version of it is known.
    #expect(blind == ["hermes.advisories"])
    #expect(all.count >= 16)
    let failed = all.filter { $0.value.contains { $0.outcome == .fail } }.keys.sorted()
    #expect(failed == [])
    // What the managed file says holds.
    #expect(all["hermes.approvals-off"]?.first?.location.file == "/etc/hermes/config.yaml")
  }

  @Test func `a broken file is never a pass`() throws {
    let subject = try subject(
      "hermes", ["/home/ada/.hermes/config.yaml": "approvals:\n  mode: manual\n deny: [x]\n"])
    for (rule, answers) in answers(subject) where rule != "hermes.advisories" {
      let passes = answers.filter { $0.outcome == .pass }
      // Of variables and starts something is known without the file.
      let isOfVariables = ["hermes.allow-all-users", "hermes.project-plugins", "hermes.dashboard-bind"].contains(rule)
      #expect(passes.isEmpty || isOfVariables, "\(rule): \(passes.map(\.evidence))")
    }
    let answer = try #require(answers(subject)["hermes.approvals-off"]?.first)
    #expect(answer.outcome.isNotMeasured)
  }

  // MARK: servers

  @Test func `servers of Hermes and extensions of Goose are servers, joined over their files`() throws {
    let hermes = try subject(
      "hermes",
      [
        "/etc/hermes/config.yaml": "mcp_servers: {off: {enabled: false}}\n",
        "/home/ada/.hermes/config.yaml":
          "mcp_servers:\n  docs: {command: npx, args: [-y, docs@1.2.3], env: {A: b}}\n  off: {command: x}\n  web: {url: \"https://example.com/mcp\", headers: {Authorization: \"Bearer ${TOKEN}\"}}\n",
      ])
    let servers = MCPServer.all(of: hermes)
    #expect(servers.map(\.name) == ["docs", "off", "web"] && servers.map(\.isDisabled) == [false, true, false])
    #expect(servers[0].command == "npx" && servers[0].arguments == ["-y", "docs@1.2.3"])
    #expect(servers[0].key == "mcp_servers.docs" && servers[0].location("args").line == 2)
    #expect(servers[2].transport == .http && servers[2].secrets.isEmpty)
    let goose = try subject(
      "goose",
      [
        "/etc/goose/config.yaml":
          "extensions:\n  x: {type: stdio, cmd: uvx, args: [mcp-x], enabled: true}\n  y: {type: sse, uri: \"http://example.com/\", enabled: true}\n",
        "/home/ada/.config/goose/config.yaml":
          "extensions:\n  x: {enabled: false}\n  y: {type: stdio, cmd: /opt/y, envs: {TOKEN: 0123456789abcdef0123456789}, enabled: true}\n  z: {type: builtin, enabled: true}\n",
      ])
    let extensions = MCPServer.all(of: goose)
    #expect(extensions.map(\.name) == ["y", "x"] && extensions.map(\.isDisabled) == [false, true])
    #expect(extensions[0].command == "/opt/y" && extensions[0].scope == .user && extensions[1].scope == .system)
    #expect(extensions[0].secrets == [.init(key: "extensions.y.envs.TOKEN", line: 3)])
    #expect(MCPServer.unread(goose) == nil)
  }

  // MARK: Compose

  @Test func `a Compose file that cannot be read leaves rules about starts unmeasured, and no other`() throws {
    let state = "/home/ada/.hermes/config.yaml"
    let broken = try subject(
      "hermes", [state: "approvals: {mode: manual}\n", "/home/ada/agent/compose.yaml": "services:\n  openclaw: [\n"])
    let rules = Dictionary(grouping: assess(broken), by: \.rule)
    for rule in ["container.written-privileged", "container.written-ports", "container.written-engine-socket"] {
      let answer = try #require(rules[rule]?.first)
      guard case .notMeasured(let reason) = answer.outcome else {
        Issue.record("\(rule): \(answer)")
        continue
      }
      #expect(reason.contains("/home/ada/agent/compose.yaml"))
    }
    // A switch in that file could say otherwise; no file of it says what stands in the settings.
    #expect(rules["hermes.approvals-off"]?.first?.outcome.isNotMeasured == true)
    #expect(rules["hermes.config-secret"]?.first?.outcome == .pass)
  }
}
