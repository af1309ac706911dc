import Formats
import Installations
import Model
import Platform
import Testing

@Suite struct LayersTests {
  static let rows: [Finder.Fingerprint] = [
    .init(kind: "claude-code", role: .stateDirectory, path: ".claude", confidence: .medium),
    .init(kind: "codex-cli", role: .stateDirectory, path: ".codex", confidence: .medium),
    .init(kind: "gemini-cli", role: .stateDirectory, path: ".gemini", confidence: .medium),
  ]

  static func read(_ kind: String, _ texts: KeyValuePairs<String, String>) throws -> Installation {
    var files = Eras.machine
    for (path, text) in texts { files.add(path, text, owner: path.hasPrefix("/etc") ? 0 : 1000) }
    return try #require(Eras.find(files, fingerprints: rows).installations.first { $0.kind == kind })
  }

  @Test func `Claude Code's files are read strongest first, with the answer about trust`() throws {
    let it = try Self.read(
      "claude-code",
      [
        "/etc/claude-code/managed-settings.json": "{}",
        "/home/ada/.claude.json":
          #"{"history":["a prompt"],"projects":{"/home/ada/app":{"hasTrustDialogAccepted":true}}}"#,
        "/home/ada/.claude/settings.json": "{}", "/home/ada/app/.claude/settings.json": "{}",
        "/home/ada/app/.claude/settings.local.json": "{}", "/home/ada/app/.mcp.json": "{}",
      ])
    // The machine's own file belongs to root and may be read by root alone here: a problem, and a layer.
    #expect(it.layers.map(\.scope) == [.managed, .local, .project, .project, .user, .user])
    #expect(it.layers.map(\.role) == ["settings", "settings", "settings", "mcp", "settings", "trust"])
    #expect(it.layers[1].isTrusted == true && it.layers[1].project == "/home/ada/app")
    #expect(it.layers[5].configuration["history"] == nil)
  }

  @Test func `where a user has set nothing, the defaults hold and can be judged`() throws {
    for (kind, file) in [("claude-code", ".claude/history.jsonl"), ("codex-cli", ".codex/history.jsonl")] {
      let it = try Self.read(kind, ["/home/ada/\(file)": "{}"])
      let user = try #require(it.layers.first { $0.scope == .user && $0.role == "settings" })
      #expect(user.configuration.root.members?.isEmpty == true && user.status.kind == .other)
      #expect(it.problems.isEmpty)
    }
  }

  @Test func `Codex's files are read strongest first, with the line of each key`() throws {
    let it = try Self.read(
      "codex-cli",
      [
        "/home/ada/.codex/config.toml":
          "sandbox_mode = \"read-only\"\n[projects.\"/home/ada/app\"]\ntrust_level = \"trusted\"\n",
        "/home/ada/.codex/work.config.toml": "", "/home/ada/app/.codex/config.toml": "x = [\n",
      ])
    #expect(it.layers.map(\.scope) == [.project, .profile, .user])
    #expect(it.layers[0].isTrusted == true)
    #expect(it.layers[2].configuration["sandbox_mode"]?.position.line == 1)
    #expect(it.problems.map(\.path) == ["/home/ada/app/.codex/config.toml"] && it.problems.first?.line == 2)
  }

  @Test func `Gemini CLI's folders are heard as the longest record says`() throws {
    let it = try Self.read(
      "gemini-cli",
      [
        "/home/ada/.gemini/trustedFolders.json": #"{"/home/ada/a":"TRUST_FOLDER","/home/ada/a/b":"DO_NOT_TRUST"}"#,
        "/home/ada/.gemini/settings.json": "{}", "/home/ada/a/.gemini/settings.json": "{}",
        "/home/ada/a/b/.env": "GEMINI_API_KEY=AIzaSyA1234567890abcdefghijklmnopqrstuv\nX=1\n",
      ])
    #expect(it.layers.map(\.isTrusted) == [true, false, nil, nil])
    #expect(it.layers[1].configuration["GEMINI_API_KEY"]?.string == Configuration.redacted)
  }
}
