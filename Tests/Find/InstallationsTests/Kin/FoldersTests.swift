import Installations
import Model
import Platform
import Testing

/// Made-up homes: state that a variable moved, servers that come with folders of work, files that are broken.
@Suite struct FoldersTests {
  private func find(_ texts: KeyValuePairs<String, String>, denied: [String] = []) -> [Installation] {
    var files = Eras.machine
    for (path, text) in texts { files.add(path, text, owner: path.hasPrefix("/etc") ? 0 : 1000) }
    for path in denied { files.deny(path) }
    return Eras.find(files, fingerprints: LayersTests.rows).installations
  }

  @Test(arguments: [
    ("claude-code", "export CLAUDE_CONFIG_DIR=/srv/ada/cc\n", "/srv/ada/cc", "settings.json"),
    ("codex-cli", "export CODEX_HOME=$HOME/work/codex\n", "/home/ada/work/codex", "config.toml"),
    ("gemini-cli", "export GEMINI_CLI_HOME=~/g/\n", "/home/ada/g/.gemini", "settings.json"),
  ])
  func `state that a variable moved is found where it is`(
    kind: String, line: String, directory: String, file: String
  ) throws {
    let text = file.hasSuffix(".toml") ? "" : "{}"
    let found = find([
      "/home/ada/.bashrc": line, "\(directory)/\(file)": text, "/home/ada/.openclaw/openclaw.json": "{}",
    ])
    let it = try #require(found.first { $0.kind == kind })
    #expect(it.stateDirectory == directory && it.layers.contains { $0.path == "\(directory)/\(file)" && $0.exists })
    #expect(it.launches.map(\.file) == ["/home/ada/.bashrc"])
  }

  @Test func `a folder that is not there, and a value that only a shell knows, move nothing`() {
    let found = find([
      "/home/ada/.bashrc": "export CODEX_HOME=/nowhere\nexport CLAUDE_CONFIG_DIR=$XDG_CONFIG_HOME/claude\n",
      "/home/ada/.openclaw/openclaw.json": "{}",
    ])
    #expect(found.map(\.kind) == ["openclaw"])
  }

  @Test func `where Claude Code's folder is moved, its record lies in it`() throws {
    let found = find([
      "/home/ada/.bashrc": "export CLAUDE_CONFIG_DIR=/srv/cc\n", "/srv/cc/settings.json": "{}",
      "/srv/cc/.claude.json": #"{"mcpServers":{"mine":{"command":"x"}}}"#,
      "/home/ada/.claude.json": #"{"mcpServers":{"other":{"command":"y"}}}"#,
      "/home/ada/.openclaw/openclaw.json": "{}",
    ])
    let it = try #require(found.first { $0.kind == "claude-code" && $0.stateDirectory == "/srv/cc" })
    #expect(it.layers.first { $0.role == "trust" }?.path == "/srv/cc/.claude.json")
  }

  @Test func `servers that come with a folder of work are read, as its user may`() throws {
    let found = find([
      "/home/ada/.claude.json": #"{"projects":{"/home/ada/app":{},"/nowhere":{}}}"#, "/home/ada/.claude/x.json": "",
      "/home/ada/app/.vscode/mcp.json": #"{"servers":{"a":{"command":"/opt/a"}}}"#,
      "/home/ada/app/.cursor/mcp.json": #"{"mcpServers":{"b":{"command":"/opt/b"}}}"#,
    ])
    let clients = found.filter { $0.kind == "mcp-client" }
    #expect(clients.map(\.era) == ["Cursor", "VS Code"])
    #expect(clients.map(\.stateDirectory) == ["/home/ada/app/.cursor", "/home/ada/app/.vscode"])
    #expect(clients.allSatisfy { $0.layers.first?.scope == .project && $0.layers.first?.project == "/home/ada/app" })
    #expect(clients.last?.configuration?["servers.a.command"]?.string == "/opt/a")
  }

  // MARK: defaults

  @Test(arguments: [
    ("nanobot", ".nanobot", ".nanobot/sessions/a.jsonl", ".nanobot/config.json"),
    ("openhands", ".openhands", ".openhands/hooks.json", ".openhands/agent_settings.json"),
    ("opencode", ".config/opencode", ".config/opencode/x", ".config/opencode/opencode.json"),
  ])
  func `where there is no file of the user's, the defaults are one`(
    kind: String, folder: String, there: String, missing: String
  ) throws {
    var files = Eras.machine
    files.add("/home/ada/\(there)", "{}")
    let rows = [Finder.Fingerprint(kind: kind, role: .stateDirectory, path: folder, confidence: .high)]
    let it = try #require(Eras.find(files, fingerprints: rows).installations.first { $0.kind == kind })
    let unset = it.layers.filter { !$0.exists }
    #expect(unset.map(\.path) == ["/home/ada/\(missing)"] && unset.first?.configuration.root.members == [])
    // A file that is hidden is no file that is absent.
    files.deny("/home/ada/\(missing)")
    let hidden = try #require(Eras.find(files, fingerprints: rows).installations.first { $0.kind == kind })
    #expect(hidden.layers.allSatisfy { $0.exists })
  }

  // MARK: hostile files

  @Test func `a broken file is told with its line, its column and its text without its values`() throws {
    let it = try LayersTests.read(
      "claude-code",
      ["/home/ada/.claude/settings.json": "{\n  \"env\": {\"A_TOKEN\": \"hunter2hunter2\" \"B\": 1}\n}\n"])
    let problem = try #require(it.problems.first)
    #expect(problem.line == 2 && problem.column == 39)
    #expect(problem.excerpt == #"  "env": {"A_TOKEN": "••••••••••••••" ▸"B": •}"#)
    #expect(!"\(it)".contains("hunter2"))
  }

  @Test func `a value without quotes is hidden too`() throws {
    let it = try LayersTests.read("codex-cli", ["/home/ada/.codex/config.toml": "a = 1\ntoken = hunter2\n"])
    let problem = try #require(it.problems.first)
    #expect(problem.line == 2 && problem.excerpt == "token = ▸•••••••")
  }

  @Test func `links in a circle, pipes, wrong kinds and huge files are problems and no layers`() throws {
    var files = Eras.machine
    files.add("/home/ada/.claude.json", #"{"projects":{"/home/ada/a":{"hasTrustDialogAccepted":true}}}"#)
    files.add(directory: "/home/ada/.claude")
    files.add(link: "/home/ada/.claude/settings.json", to: "/home/ada/.claude/settings.json")
    files.add(node: "/home/ada/a/.claude/settings.json", .file([], FileStatus(kind: .other, mode: 0o600, owner: 1000)))
    files.add(
      node: "/home/ada/a/.mcp.json", .file([], FileStatus(kind: .regular, mode: 0o600, owner: 1000, size: 200 << 20)))
    files.add(directory: "/home/ada/a/.claude/settings.local.json")
    let it = try #require(
      Eras.find(files, fingerprints: LayersTests.rows).installations.first { $0.kind == "claude-code" })
    let problems = Dictionary(it.problems.map { ($0.path, $0.what) }, uniquingKeysWith: { a, _ in a })
    #expect(problems["/home/ada/.claude/settings.json"] == "its symbolic links lead in a circle")
    #expect(problems["/home/ada/a/.claude/settings.json"] == "it is no regular file")
    #expect(problems["/home/ada/a/.mcp.json"] == "larger than 2 MB; not read")
    #expect(!it.layers.contains { $0.role == "settings" && $0.scope == .user })
    #expect(!it.layers.contains { $0.scope == .local })
  }

  @Test(arguments: [
    "[]", "null", "3", "\"x\"", #"{"permissions":[]}"#, #"{"permissions":{"allow":{"a":1},"deny":7}}"#,
    #"{"mcpServers":[1,2]}"#, #"{"hooks":"x","sandbox":null,"env":[]}"#,
  ])
  func `values of another type than the product's are layers like any other`(text: String) throws {
    let it = try LayersTests.read("claude-code", ["/home/ada/.claude/settings.json": text])
    #expect(it.problems == [] && it.layers.contains { $0.path == "/home/ada/.claude/settings.json" })
  }

  @Test func `what a user links to is read in that user's name`() throws {
    var files = Eras.machine
    files.add("/root/secret.json", #"{"model":"x"}"#, mode: 0o600, owner: 0)
    files.add(directory: "/home/ada/.claude")
    files.add(link: "/home/ada/.claude/settings.json", to: "/root/secret.json")
    let it = try #require(Eras.find(files, fingerprints: LayersTests.rows).installations.first)
    #expect(it.problems.map(\.what) == ["the installation's owner may not read it; not read"])
    #expect(!"\(it.layers)".contains("model"))
  }
}
