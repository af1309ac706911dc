import CSQLite
import Formats
import Matching
import Model
import Platform
import Testing

@testable import Installations

#if canImport(Glibc)
  import Glibc
#endif

/// NanoClaw's checkout and its central database.
@Suite struct NanoClawTests {
  private static let texts: KeyValuePairs<String, String> = [
    "/home/ada/.config/nanoclaw/mount-allowlist.json": #"{"allowedRoots":[],"blockedPatterns":[]}"#,
    "/home/ada/.config/nanoclaw/sender-allowlist.json": "{}",
    "/home/ada/.config/systemd/user/nanoclaw-v2-0a1b2c3d.service":
      "[Service]\nWorkingDirectory=%h/my-claw\nExecStart=/usr/bin/node %h/my-claw/dist/index.js\n",
    "/home/ada/my-claw/package.json": #"{"name":"my-fork","version":"2.0.64","scripts":{"build":"tsc"}}"#,
    "/home/ada/my-claw/.env": "WEBHOOK_PORT=8443\nANTHROPIC_API_KEY=sk-ant-api03-abcdefghijklmnopqrst\n",
    "/home/ada/my-claw/groups/main/container.json":
      #"{"mcpServers":{"x":{"command":"npx","env":{"TOKEN":"abcdefgh1234567890"}}}}"#,
    "/home/ada/my-claw/groups/other/CLAUDE.md": "Be kind.",
    "/home/ada/my-claw/container/Dockerfile": "FROM node:22-slim\nARG AGENT_BROWSER_VERSION=latest\n",
    "/home/ada/my-claw/container/agent-runner/src/providers/claude.ts":
      "const a = 1\nconst o = {\n  permissionMode: 'bypassPermissions',\n}\n",
    "/home/ada/my-claw/data/v2.db": "SQLite format 3",
    "/home/ada/nanoclaw/package.json": #"{"name":"something-else","version":"9.9.9"}"#,
  ]

  private static func read(_ texts: KeyValuePairs<String, String>) throws -> Installation {
    var files = Eras.machine
    for (path, text) in texts { files.add(path, text) }
    let rows: [Finder.Fingerprint] = [
      .init(
        kind: "nanoclaw", role: .configuration, path: ".config/nanoclaw/mount-allowlist.json", confidence: .medium)
    ]
    return try #require(Eras.find(files, fingerprints: rows).installations.first { $0.kind == "nanoclaw" })
  }

  @Test func `the checkout is found by its unit, and what it says of containers is read`() throws {
    let it = try Self.read(Self.texts)
    #expect(it.stateDirectory == "/home/ada/.config/nanoclaw")
    #expect(it.version == "2.0.64" && it.versionSource == "/home/ada/my-claw/package.json")
    #expect(
      it.layers.map(\.role) == ["settings", "policy", "package", "environment", "group", "image", "runner"])
    #expect(it.layers[2].configuration["scripts"] == nil)
    #expect(it.layers[3].configuration["WEBHOOK_PORT"]?.string == "8443")
    #expect(it.layers[3].configuration["ANTHROPIC_API_KEY"]?.string == Configuration.redacted)
    #expect(it.layers[4].configuration["mcpServers.x.env.TOKEN"]?.string == Configuration.redacted)
    #expect(it.layers[5].configuration.root.array?[1].position.line == 2)
    #expect(it.layers[6].configuration.root.array?.map(\.position.line) == [3])
    #expect(it.files.contains { $0.role == .database && $0.path == "/home/ada/my-claw/data/v2.db" })
    #expect(it.problems.isEmpty)
  }

  @Test func `a checkout without a unit counts where it lies in a usual place and has the program's name`() throws {
    let it = try Self.read([
      "/home/ada/.config/nanoclaw/mount-allowlist.json": "{}",
      "/home/ada/nanoclaw/package.json": #"{"name":"nanoclaw","version":"2.1.17"}"#,
      "/home/ada/src/nanoclaw/package.json": #"{"name":"other"}"#,
    ])
    #expect(it.version == "2.1.17")
    #expect(it.layers.filter { $0.role == "package" }.map(\.path) == ["/home/ada/nanoclaw/package.json"])
  }

  @Test func `the central database says who may write and what is installed, without a credential`() throws {
    let database = try Made(
      """
      CREATE TABLE messaging_groups (id TEXT PRIMARY KEY, channel_type TEXT NOT NULL, platform_id TEXT NOT NULL,
        unknown_sender_policy TEXT NOT NULL DEFAULT 'strict');
      INSERT INTO messaging_groups VALUES ('1', 'telegram', 'a', 'public'), ('2', 'telegram', 'b', 'public'),
        ('3', 'whatsapp', 'c', 'request_approval');
      INSERT INTO messaging_groups (id, channel_type, platform_id) VALUES ('4', 'whatsapp', 'd');
      CREATE TABLE container_configs (agent_group_id TEXT PRIMARY KEY, image_tag TEXT,
        mcp_servers TEXT NOT NULL DEFAULT '{}', packages_apt TEXT NOT NULL DEFAULT '[]',
        packages_npm TEXT NOT NULL DEFAULT '[]');
      INSERT INTO container_configs VALUES ('g', 'x:1', '{"s":{"command":"npx","env":{"API_TOKEN":"abcdefgh1234567890"}}}',
        '["curl"]', '["left-pad"]'), ('h', NULL, 'not json', '[]', '7');
      """)
    var installation = Installation(kind: "nanoclaw", era: "nanoclaw", stateDirectory: database.directory)
    installation.files = [
      .init(path: database.path, role: .database, status: FileStatus(kind: .regular, mode: 0o600))
    ]
    NanoClawState.read(&installation, tags: KeyedTag(key: 1, 2), isOfThisMachine: true)
    let state = try #require(installation.nanoClaw)
    #expect(
      state.policies == [
        .init(channel: "telegram", policy: "public", count: 2),
        .init(channel: "whatsapp", policy: "request_approval", count: 1),
        .init(channel: "whatsapp", policy: "strict", count: 1),
      ])
    #expect(state.containers.count == 2)
    #expect(state.containers[0]["packages"]?["npm"]?.array?.map(\.string) == ["left-pad"])
    #expect(state.containers[0]["imageTag"]?.string == "x:1")
    #expect(
      state.containers[0]["mcpServers"]?["s"]?["env"]?["API_TOKEN"]?.string == Configuration.redacted)
    #expect(state.containers[1]["mcpServers"] == nil)
  }

  @Test func `a database that is none is a problem, and one of an image is left alone`() throws {
    var installation = Installation(kind: "nanoclaw", era: "nanoclaw", stateDirectory: "/x")
    let database = try Made("", text: "no database at all, but long enough to be looked at as one")
    installation.files = [
      .init(path: database.path, role: .database, status: FileStatus(kind: .regular, mode: 0o600))
    ]
    NanoClawState.read(&installation, tags: KeyedTag(key: 1, 2), isOfThisMachine: false)
    #expect(installation.problems.isEmpty && installation.nanoClaw == nil)
    NanoClawState.read(&installation, tags: KeyedTag(key: 1, 2), isOfThisMachine: true)
    #expect(installation.problems.map(\.path) == [database.path])
    #expect(installation.nanoClaw == nil)
  }
}

/// `data/v2.db` in a folder of its own, removed with it.
@safe private final class Made {
  let directory: String
  let path: String

  init(_ statements: String, text: String? = nil) throws {
    var template = Array("/tmp/trammel-nanoclaw-XXXXXX".utf8CString)
    directory = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    path = directory + "/data/v2.db"
    try #require(unsafe mkdir(directory + "/data", 0o700) == 0)
    if let text {
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
      let bytes = Array(text.utf8)
      try #require(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
      _ = Glibc.close(descriptor)
      return
    }
    var handle: OpaquePointer?
    try #require(unsafe sqlite3_open(path, &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close(handle) }
    try #require(unsafe sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK)
  }

  deinit {
    unsafe unlink(path)
    unsafe rmdir(directory + "/data")
    unsafe rmdir(directory)
  }
}
