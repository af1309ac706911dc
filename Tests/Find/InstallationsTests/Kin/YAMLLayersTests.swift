import Formats
import Installations
import Model
import Platform
import Testing

/// Products whose settings are YAML, read from a disk. Files are made up in the documented form.
@Suite struct YAMLLayersTests {
  static let rows: [Finder.Fingerprint] = [
    .init(kind: "hermes", role: .stateDirectory, path: ".hermes", confidence: .medium),
    .init(kind: "hermes", role: .configuration, path: ".hermes/config.yaml", confidence: .medium),
    .init(kind: "goose", role: .stateDirectory, path: ".config/goose", confidence: .medium),
    .init(kind: "goose", role: .configuration, path: ".config/goose/config.yaml", confidence: .medium),
  ]

  static func read(_ kind: String, _ texts: KeyValuePairs<String, String>) -> [Installation] {
    var files = Eras.machine
    for (path, text) in texts {
      let isSystem = path.hasPrefix("/etc")
      files.add(path, text, mode: isSystem ? 0o644 : 0o600, owner: isSystem ? 0 : 1000)
    }
    return Eras.find(files, fingerprints: rows).installations.filter { $0.kind == kind }
  }

  static func one(_ kind: String, _ texts: KeyValuePairs<String, String>) throws -> Installation {
    try #require(read(kind, texts).first)
  }

  private func described(_ installation: Installation) -> [String] {
    installation.layers.map { "\($0.scope) \($0.role) \($0.path)" }
  }

  // MARK: Hermes

  @Test func `Hermes' files are read, the managed ones strongest`() throws {
    let it = try Self.one(
      "hermes",
      [
        "/etc/hermes/config.yaml": "approvals: {mode: manual}\n", "/etc/hermes/.env": "TERMINAL_ENV=docker\n",
        "/home/ada/.hermes/config.yaml": """
        model:
          api_key: sk-live-0123456789abcdef0123
        approvals:
          mode: off
          deny: ["*rm -rf*"]
        terminal: {cwd: ~/app, timeout: 0x10}
        skills:
          external_dirs: [~/skills, /srv/skills]
        mcp_servers:
          docs: {command: npx, args: [-y, docs-server], env: {API_TOKEN: 0123456789abcdef0123456789}}

        """,
        "/home/ada/.hermes/.env":
          "OPENROUTER_API_KEY=sk-or-v1-0123456789abcdef0123456789abcdef\nGATEWAY_ALLOW_ALL_USERS=true\n",
        "/home/ada/.hermes/hooks/log/HOOK.yaml": "name: log\nevents: [agent:start]\n",
        "/home/ada/.hermes/plugins/one/plugin.yaml": "name: one\n",
        "/home/ada/.hermes/plugins/web/two/plugin.yml": "name: two\n",
        "/home/ada/app/.hermes/plugins/three/plugin.yaml": "name: three\n",
        "/home/ada/.hermes/auth.json": "{}", "/home/ada/.hermes/state.db": "", "/home/ada/skills/x": "",
      ])
    #expect(
      described(it) == [
        "managed settings /etc/hermes/config.yaml", "managed environment /etc/hermes/.env",
        "user settings /home/ada/.hermes/config.yaml", "user environment /home/ada/.hermes/.env",
        "user hooks /home/ada/.hermes/hooks/log/HOOK.yaml", "user plugin /home/ada/.hermes/plugins/one/plugin.yaml",
        "user plugin /home/ada/.hermes/plugins/web/two/plugin.yml",
        "project plugin /home/ada/app/.hermes/plugins/three/plugin.yaml",
      ])
    #expect(it.problems.isEmpty)
    let user = it.layers[2].configuration
    #expect(user["approvals.mode"]?.bool == false && user["approvals.mode"]?.position.line == 4)
    #expect(user["terminal.timeout"]?.number == 16)
    #expect(user["model.api_key"]?.string == Configuration.redacted)
    #expect(it.secrets.map(\.key) == ["model.api_key", "mcp_servers.docs.env.API_TOKEN"])
    #expect(it.secrets.map(\.line) == [2, 10])
    #expect(it.layers[3].configuration["OPENROUTER_API_KEY"]?.string == Configuration.redacted)
    #expect(it.dotenv.map(\.name) == ["OPENROUTER_API_KEY", "GATEWAY_ALLOW_ALL_USERS"])
    #expect(it.files.contains { $0.path == "/home/ada/skills" && $0.role == .include })
    #expect(it.files.contains { $0.path == "/home/ada/.hermes/auth.json" && $0.role == .credentials })
    #expect(it.files.contains { $0.path == "/home/ada/.hermes/state.db" && $0.role == .database })
    #expect(!"\(it)".contains("0123456789abcdef"))
  }

  @Test func `a profile of Hermes is an installation of its own, of which nothing holds in another`() throws {
    let all = Self.read(
      "hermes",
      [
        "/home/ada/.hermes/config.yaml": "approvals: {deny: [x]}\n",
        "/home/ada/.hermes/profiles/work/config.yaml": "approvals: {mode: manual}\n",
        "/home/ada/.hermes/profiles/work/.env": "A=1\n", "/home/ada/.hermes/profiles/empty/notes.txt": "",
        "/home/ada/.hermes/profiles/.deleted/old/config.yaml": "",
      ])
    #expect(all.map(\.profile) == [nil, "work"])
    let work = try #require(all.last)
    #expect(work.stateDirectory == "/home/ada/.hermes/profiles/work" && work.ownerName == "ada")
    #expect(work.layers.map(\.scope) == [.user, .user])
    #expect(work.layers[0].configuration["approvals.deny"] == nil)
    #expect(work.layers[0].configuration["approvals.mode"]?.string == "manual")
  }

  /// A configuration, and what is said of it where.
  static let broken: [(text: String, line: Int, column: Int, what: String)] = [
    ("approvals:\n  mode: off\n bad: x\n", 3, 2, "did not find expected key"),
    ("approvals: [manual\n", 2, 1, "did not find expected ',' or ']'"),
    ("approvals:\n\tmode: off\n", 2, 1, "cannot start any token"),
    ("a: *none\n", 1, 4, "found an alias"), ("just text\n", 1, 1, "expected names with values"),
    ("- mode: off\n", 1, 1, "expected names with values"),
    ("approvals: {mode: manual}\n---\napprovals: {mode: off}\n", 2, 1, "a second document"),
    ("a: \"\u{1}\"\n", 1, 5, "control characters"),
    (String(repeating: "[", count: 1000), 1, 129, "more than 128 arrays and objects"),
  ]

  @Test(arguments: broken, ["hermes", "goose"])
  func `a broken file is a problem with its line and column`(
    broken: (text: String, line: Int, column: Int, what: String), kind: String
  ) throws {
    let path = kind == "hermes" ? "/home/ada/.hermes/config.yaml" : "/home/ada/.config/goose/config.yaml"
    let it = try Self.one(kind, [path: broken.text])
    let problem = try #require(it.problems.first)
    #expect(it.problems.count == 1 && problem.path == path)
    #expect(problem.line == broken.line && problem.column == broken.column, "\(problem)")
    #expect(problem.what.contains(broken.what))
    #expect(it.layers.first { $0.path == path } != nil)
  }

  @Test func `bytes that are no UTF-8, and a billion laughs, are problems`() throws {
    var files = Eras.machine
    files.add("/home/ada/.hermes/config.yaml", bytes: Array("a: ".utf8) + [0xFF], mode: 0o600, owner: 1000)
    let it = try #require(Eras.find(files, fingerprints: Self.rows).installations.first)
    #expect(it.problems.first?.what == "not YAML: expected UTF-8, found a byte that is none")
    let laughs = (0..<9).reduce("a0: &a0 lol\n") { text, level in
      text + "a\(level + 1): &a\(level + 1) [\(Array(repeating: "*a\(level)", count: 10).joined(separator: ", "))]\n"
    }
    let many = try Self.one("hermes", ["/home/ada/.hermes/config.yaml": laughs])
    #expect(many.problems.first?.what == "not YAML: more than 200000 values")
  }

  // MARK: Goose

  @Test func `Goose's files are read, the user's over the machine's`() throws {
    let it = try Self.one(
      "goose",
      [
        "/etc/goose/config.yaml": "GOOSE_MODE: approve\n",
        "/home/ada/.config/goose/config.yaml": """
        GOOSE_MODE: auto
        SECURITY_PROMPT_ENABLED: yes
        GOOSE_SEARCH_PATHS: [~/tools]
        extensions:
          x: {type: stdio, enabled: true, cmd: uvx, args: [mcp-x], envs: {TOKEN: 0123456789abcdef0123456789}}
          developer: {type: builtin, enabled: true}
        plugins:
          /home/ada/b/.agents/plugins/p: {enabled: true}

        """,
        "/home/ada/.config/goose/projects.json":
          #"{"projects":{"/home/ada/app":{"path":"/home/ada/app","last_instruction":"a prompt"}}}"#,
        "/home/ada/.config/goose/permission.yaml": "user:\n  always_allow: [developer__shell]\n",
        "/home/ada/.config/goose/secrets.yaml": "OPENAI_API_KEY: sk-live-0123456789abcdef\n",
        "/home/ada/.config/goose/.goosehints": "be kind",
        "/home/ada/app/.agents/plugins/demo/hooks/hooks.json":
          #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"sh x.sh"}]}]}}"#,
        "/home/ada/app/.config/goose/settings.local.json": #"{"disabledPlugins":["demo"]}"#,
        "/home/ada/b/.agents/plugins/p/.mcp.json": #"{"mcpServers":{"y":{"command":"npx"}}}"#,
        "/home/ada/.agents/plugins/own/hooks/hooks.json": #"{"hooks":{}}"#, "/home/ada/tools/x": "",
        "/home/ada/.local/share/goose/sessions/sessions.db": "",
      ])
    #expect(
      described(it) == [
        "local plugins /home/ada/app/.config/goose/settings.local.json",
        "project hooks /home/ada/app/.agents/plugins/demo/hooks/hooks.json",
        "project mcp /home/ada/b/.agents/plugins/p/.mcp.json", "user settings /home/ada/.config/goose/config.yaml",
        "user policy /home/ada/.config/goose/permission.yaml",
        "user hooks /home/ada/.agents/plugins/own/hooks/hooks.json",
        "user state /home/ada/.config/goose/projects.json", "system settings /etc/goose/config.yaml",
      ])
    #expect(it.problems.isEmpty)
    #expect(it.layers[1].project == "/home/ada/app" && it.layers[1].isTrusted == nil)
    let user = it.layers[3].configuration
    // serde_yaml reads `yes` as text.
    #expect(user["SECURITY_PROMPT_ENABLED"]?.string == "yes" && user["GOOSE_MODE"]?.position.line == 1)
    #expect(user["extensions.x.envs.TOKEN"]?.string == Configuration.redacted)
    #expect(user["extensions.x.envs.TOKEN"]?.position.line == 5)
    #expect(it.layers[4].configuration["user.always_allow"]?.array?.first?.position.line == 2)
    #expect(!"\(it)".contains("a prompt") && !"\(it)".contains("0123456789abcdef"))
    #expect(it.files.filter { $0.role == .approvals }.map(\.path) == ["/home/ada/.config/goose/permission.yaml"])
    #expect(it.files.contains { $0.path == "/home/ada/.config/goose/secrets.yaml" && $0.role == .credentials })
    #expect(it.files.contains { $0.path == "/home/ada/tools" && $0.role == .include })
    #expect(
      it.files.contains { $0.path == "/home/ada/.local/share/goose/sessions/sessions.db" && $0.role == .database })
  }

  @Test func `a file of nothing is settings without a word`() throws {
    let it = try Self.one("goose", ["/home/ada/.config/goose/config.yaml": "# nothing yet\n"])
    #expect(it.problems.isEmpty && it.layers.first?.configuration.root.members?.isEmpty == true)
  }
}
