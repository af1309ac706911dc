import Installations
import Matching
import Model
import Platform
import Testing

@testable import Posture

/// From a home on a disk to findings, through the real reader.
@Suite struct WholeTests {
  private func installation(_ files: MemoryFiles) throws -> Installation {
    try #require(Finder(files: files, tags: KeyedTag(key: 1, 2)).find().installations.first)
  }

  private func subject(_ installation: Installation, version: String?) -> Subject {
    Fixture.openclaw {
      $0.installation = installation
      $0.agent.version = version
    }
  }

  @Test func `a January home is judged by the keys of its time`() throws {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada/.clawdbot", mode: 0o755)
    files.add(
      "/home/ada/.clawdbot/clawdbot.json",
      """
      {
        "gateway": { "bind": "0.0.0.0", "auth": { "mode": "password", "password": 123456 } },
        "telegram": { "botToken": "123456789:AAabcdefghijklmnopqrstuvwxyz-_12345", "dm": { "policy": "open" } },
        "logging": { "redactSensitive": "off" }
      }
      """, mode: 0o644)
    files.add(
      "/home/ada/.config/systemd/user/clawdbot-gateway.service",
      "[Service]\nExecStart=/usr/bin/node /x/clawdbot/dist/entry.js gateway --port 18789\nEnvironment=CLAWDBOT_GATEWAY_TOKEN=changeme\n",
      mode: 0o644)
    var found = subject(try installation(files), version: "2026.1.16-2")
    found.sockets = .seen([Fixture.socket("0.0.0.0")])
    let failed = Dictionary(grouping: assess(found).filter { $0.outcome == .fail }, by: \.rule)
    #expect(failed["gateway.bind-exposed"]?[0].location.line == 2)
    #expect(failed["gateway.socket-exposed"] != nil)
    #expect(failed["gateway.password-plaintext"]?[0].location.line == 2)
    #expect(failed["gateway.token-weak"]?[0].severity == .critical)
    #expect(failed["channels.dm-open"]?[0].location.line == 3)
    #expect(failed["channels.open-with-exec"] != nil)
    #expect(failed["logging.redaction-off"]?[0].location.line == 4)
    #expect(failed["secrets.literal-in-configuration"]?[0].location.key == "telegram.botToken")
    #expect(failed["secrets.in-unit"]?[0].location.line == 3)
    #expect(failed["files.configuration-mode"]?[0].fix.command == "chmod 600 /home/ada/.clawdbot/clawdbot.json")
    #expect(failed["release.legacy-remains"]?[0].severity == .high)
    #expect(failed["release.advisories"]?[0].severity == .critical)
    let text = assess(found).map { "\($0.evidence) \($0.fix) \($0.location)" }.joined()
    for secret in ["123456", "AAabcdefghij", "changeme"] { #expect(!text.contains(secret)) }
  }

  @Test func `an August home that follows the advice has little to answer for`() throws {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada", mode: 0o700)
    files.add(directory: "/home/ada/.openclaw", mode: 0o700)
    files.add(
      "/home/ada/.openclaw/openclaw.json",
      """
      {
        $include: "./tools.json5",
        gateway: { bind: "loopback", auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
        channels: { slack: { dmPolicy: "pairing", botToken: { source: "store", id: "slack/bot" } } },
        plugins: { allow: ["bonjour"] },
      }
      """)
    files.add(
      "/home/ada/.openclaw/tools.json5",
      "{tools: {exec: {mode: 'deny'}, profile: 'messaging', fs: {workspaceOnly: true}},\n agents: {defaults: {sandbox: {mode: 'all'}}}}"
    )
    files.add("/home/ada/.openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=4f9a1c7be02d83561a0b9e4477c2d01f4f9a1c7be02d8356\n")
    files.add("/etc/default/ufw", "DEFAULT_OUTPUT_POLICY=\"REJECT\"\n", mode: 0o644, owner: 0)
    files.add("/etc/systemd/journal-upload.conf", "URL=https://logs.example.com\n", mode: 0o644, owner: 0)
    let findings = assess(subject(try installation(files), version: "2026.9.5"))
    #expect(findings.filter { $0.outcome == .fail }.map { "\($0.rule): \($0.evidence)" } == [])
    let token = try #require(findings.first { $0.rule == "gateway.token-weak" })
    #expect(token.outcome == .pass && token.location.file == "/home/ada/.openclaw/.env")
    let sandbox = try #require(findings.first { $0.rule == "sandbox.off" })
    #expect(sandbox.location.file == "/home/ada/.openclaw/tools.json5" && sandbox.location.line == 2)
  }

  @Test func `an include that is missing makes what rests on defaults unmeasured, and is itself a finding`() throws {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add("/home/ada/.openclaw/openclaw.json", "{$include: './gone.json5', gateway: {bind: 'lan'}}")
    let findings = assess(subject(try installation(files), version: nil))
    func outcome(_ rule: String) -> String? { findings.first { $0.rule == rule }?.outcome.name }
    #expect(outcome("configuration.unreadable") == "fail")
    #expect(outcome("gateway.bind-exposed") == "fail")
    #expect(outcome("exec.policy-full") == "not-measured")
    #expect(outcome("channels.dm-open") == "not-measured")
  }

  @Test func `a directory that may not be looked into is a blind spot, not a verdict`() throws {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.deny("/home/ada/.openclaw/openclaw.json")
    let findings = assess(subject(try installation(files), version: nil))
    #expect(
      findings.first { $0.rule == "exec.policy-full" }?.outcome
        == .notMeasured("the configuration was not read: permission denied"))
    #expect(findings.first { $0.rule == "configuration.unreadable" }?.outcome.isNotMeasured == true)
  }

  @Test func `a home of Claude Code is judged by its settings, and a credential in them stays there`() throws {
    var files = MemoryFiles()
    files.add("/etc/passwd", "ada:x:1000:1000:Ada:/home/ada:/bin/bash\n", mode: 0o644, owner: 0)
    files.add(directory: "/home/ada/.claude", mode: 0o755)
    files.add(
      "/home/ada/.claude/settings.json",
      """
      {
        "permissions": {
          "allow": ["Bash(curl:*)"]
        },
        "mcpServers": {
          "x": { "command": "npx", "args": ["-y", "server"], "env": { "GITHUB_TOKEN": "ghp_0123456789abcdefghij0123456789abcd" } }
        }
      }
      """, mode: 0o644)
    let installation = try #require(
      Finder(
        files: files,
        fingerprints: [
          .init(kind: "claude-code", role: .stateDirectory, path: ".claude", confidence: .high),
          .init(kind: "claude-code", role: .configuration, path: ".claude/settings.json", confidence: .high),
        ],
        tags: KeyedTag(key: 1, 2)
      ).find().installations.first)
    let subject = Fixture.kin("claude-code", nil) { $0.installation = installation }
    let findings = assess(subject)
    let failed = Dictionary(grouping: findings.filter { $0.outcome == .fail }, by: \.rule)
    #expect(failed["claude-code.allow-broad"]?[0].location.line == 3)
    #expect(failed["claude-code.sandbox-off"]?[0].evidence.contains("unset") == true)
    #expect(failed["claude-code.state-modes"]?[0].fix.command == "chmod 700 /home/ada/.claude")
    #expect(failed["mcp.inline-secret"]?[0].location.line == 6)
    #expect(failed["mcp.npx-unpinned"] != nil && failed["mcp.file-mode"] != nil)
    #expect(!findings.contains { "\($0)".contains("ghp_") })
  }
}
