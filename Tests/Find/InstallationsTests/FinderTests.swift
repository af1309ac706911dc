import Installations
import Model
import Platform
import Testing

@Suite struct FinderTests {
  @Test func `a machine without agents yields none, and says what it looked at`() {
    var files = Eras.machine
    files.add("/home/ada/.bashrc", "")
    files.add("/home/ada/openclaw/README.md", "a checkout")
    let found = Eras.find(files)
    #expect(found.installations.isEmpty && found.looseUnits.isEmpty && found.blind.isEmpty)
    #expect(found.looked.homes == 2)
    #expect(found.looked.description == "2 homes, 0 state directories, 0 files, 0 units")
  }

  @Test func `a backup folder and an empty directory are no installation`() {
    var files = Eras.machine
    files.add("/home/ada/.openclaw-backup/notes.txt", "x")
    files.add("/home/ada/.openclaw-old/agents", "a file, no folder")
    files.add(directory: "/home/ada/.clawdbot")
    files.add("/data/agents/x", "")
    files.add("/data/credentials/x", "")
    #expect(Eras.find(files).installations.isEmpty)
  }

  @Test(arguments: [
    "/home/ada/.openclaw/openclaw.json", "/home/ada/.openclaw/agents/main/x", "/home/ada/.openclaw/credentials/x",
    "/home/ada/.openclaw/state/openclaw.sqlite", "/home/ada/.openclaw/workspace/SOUL.md",
    "/home/ada/.openclaw/identity/device.json", "/home/ada/.openclaw/exec-approvals.json",
    "/root/.openclaw/openclaw.json",
    "/home/node/.openclaw/openclaw.json", "/data/.openclaw/openclaw.json", "/data/openclaw.json",
    "/var/lib/openclaw/openclaw.json", "/var/lib/claw/.openclaw/openclaw.json", "/home/eve/.openclaw/openclaw.json",
    "/Users/ada/.openclaw/openclaw.json", "/home/ada/.moldbot/moltbot.json", "/home/ada/.clawdis/clawdis.json",
  ])
  func `each usual place counts with any one part of a state directory`(path: String) {
    var files = Eras.machine
    files.add(path, "{}")
    #expect(Eras.find(files).installations.count == 1)
  }

  @Test func `an older name that links to the new directory is the same installation`() throws {
    var files = Eras.march
    files.add(link: "/home/ada/.clawdbot", to: "/home/ada/.openclaw")
    let found = Eras.find(files)
    #expect(found.installations.count == 1)
    #expect(found.installations.first?.linkedFrom == nil)
  }

  @Test func `a directory that is only reached by a link keeps both paths`() throws {
    var files = Eras.machine
    files.add("/mnt/big/claw/openclaw.json", "{}")
    files.add(link: "/home/ada/.openclaw", to: "/mnt/big/claw")
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.stateDirectory == "/mnt/big/claw")
    #expect(it.linkedFrom == "/home/ada/.openclaw")
  }

  @Test func `a home that may not be listed is a blind spot with its remedy`() {
    var files = Eras.machine
    files.deny("/home/bob")
    let found = Eras.find(files)
    #expect(
      found.blind == [
        SourceStatus.Blind("the home of bob (/home/bob)", remedy: "run with sudo to include /home/bob")
      ])
  }

  @Test func `a state directory closed to us is told of, not left out`() throws {
    let files = Guarded(
      base: {
        var files = Eras.machine
        files.add("/home/bob/.openclaw/openclaw.json", "{}", owner: 1001)
        return files
      }(), closed: ["/home/bob/.openclaw"])
    let found = Eras.find(files)
    let it = try #require(found.installations.first)
    #expect(it.stateDirectory == "/home/bob/.openclaw" && it.configuration == nil)
    #expect(it.problems.map(\.what) == ["permission denied"])
    #expect(found.blind.map(\.remedy) == ["run with sudo to include /home/bob/.openclaw"])
  }

  @Test func `units that may not be read are a blind spot`() {
    let files = Guarded(
      base: {
        var files = Eras.machine
        files.add("/home/bob/.config/systemd/user/openclaw-gateway.service", "", owner: 1001)
        return files
      }(), closed: ["/home/bob/.config"])
    let blind = Eras.find(files).blind
    #expect(
      blind.map(\.remedy) == [
        "run with sudo to include /home/bob/.config/systemd/user", "run with sudo to include /home/bob",
      ])
    // What else of it may start programs is one line, not one a file.
    #expect(blind.last?.what.hasSuffix(" files of /home/bob that may start programs") == true)
  }

  @Test func `a running process leads to its directory and gives its variables`() throws {
    var files = Eras.machine
    files.add("/opt/x/state/anything", "")
    files.add("/opt/x/conf.json", "{gateway: {auth: {token: '${MY_TOKEN}'}, port: '${OPENCLAW_GATEWAY_PORT}'}}")
    let found = Eras.find(
      files,
      environments: [
        Finder.Environment(
          [
            "OPENCLAW_STATE_DIR": "/opt/x/state", "OPENCLAW_CONFIG_PATH": "/opt/x/conf.json", "MY_TOKEN": "k",
            "OPENCLAW_GATEWAY_PORT": "20000", "OPENCLAW_PROFILE": "x",
          ], origin: "pid 7")
      ])
    let it = try #require(found.installations.first)
    #expect(it.stateDirectory == "/opt/x/state" && it.profile == "x")
    #expect(it.configuration?.path == "/opt/x/conf.json")
    #expect(it.configuration?["gateway.port"]?.string == "20000")
    #expect(it.secrets.first?.form == .environment("MY_TOKEN", resolved: true))
  }

  @Test func `homes of processes and of the caller are looked into once`() {
    var files = Eras.machine
    files.add("/srv/one/.openclaw/openclaw.json", "{}")
    files.add("/srv/two/.openclaw-x/openclaw.json", "{}")
    let found = Eras.find(
      files, homes: [Finder.Home("/srv/one", user: "one"), Finder.Home("/srv/one")],
      environments: [Finder.Environment(["HOME": "/srv/two", "OPENCLAW_PROFILE": "x"], origin: "pid 1")])
    #expect(found.installations.map(\.stateDirectory) == ["/srv/one/.openclaw", "/srv/two/.openclaw-x"])
    #expect(found.looked.homes == 4)
  }

  @Test func `a profile with a slash leads nowhere`() {
    var files = Eras.machine
    files.add("/etc/openclaw.json", "{}")
    let found = Eras.find(
      files,
      environments: [Finder.Environment(["HOME": "/home/ada", "OPENCLAW_PROFILE": "/../../../etc"], origin: "pid 1")])
    #expect(found.installations.isEmpty)
  }

  @Test func `a unit without its state directory is loose`() {
    var files = Eras.machine
    files.add(
      "/home/ada/.config/systemd/user/openclaw-gateway.service", "[Service]\nExecStart=/usr/bin/openclaw gateway\n")
    files.add(
      "/etc/systemd/system/openclaw-backup.service", "[Service]\nExecStart=/usr/bin/tar c /home/ada/.openclaw\n")
    files.add(
      "/etc/systemd/system/helper.service", "[Service]\nExecStart=/usr/bin/node /opt/openclaw/dist/index.js gateway\n")
    files.add("/usr/lib/systemd/system/other.service", "[Service]\nExecStart=/usr/bin/openclaw gateway\n")
    files.add(link: "/etc/systemd/system/openclaw-node.service", to: "/dev/null")
    let found = Eras.find(files)
    #expect(Set(found.looseUnits.map(\.name)) == ["openclaw-gateway.service", "helper.service"])
    #expect(found.looked.units == 2)
  }

  @Test func `a legacy unit beside a new one belongs to the directory that is there`() throws {
    var files = Eras.march
    for name in ["openclaw-gateway", "clawdbot-gateway"] {
      files.add("/home/ada/.config/systemd/user/\(name).service", "[Service]\nExecStart=/usr/bin/node x gateway\n")
    }
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.units.map(\.name).sorted() == ["clawdbot-gateway.service", "openclaw-gateway.service"])
  }

  @Test func `the newest of several versions managed by nvm is the one that counts`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{meta: {lastTouchedVersion: '2026.1.30'}}")
    for (node, version) in [("v22.1.0", "2026.9.3"), ("v24.0.0", "2026.10.1"), ("v25.0.0", "2026.9.12")] {
      files.add(
        "/home/ada/.nvm/versions/node/\(node)/lib/node_modules/openclaw/package.json",
        "{\"name\": \"openclaw\", \"version\": \"\(version)\"}")
    }
    let found = Eras.find(files)
    #expect(found.installations.first?.version == "2026.10.1")
    #expect(found.packages.count == 3)
  }

  @Test func `a version that is no version is not repeated`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{meta: {lastTouchedVersion: '\\x1b[31m2026'}}")
    files.add("/usr/lib/node_modules/openclaw/package.json", #"{"name": "openclaw", "version": "<script>"}"#)
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.version == nil && it.versionSource == nil)
  }

  @Test func `other products are found by the rows they are given`() throws {
    var files = Eras.machine
    files.add(directory: "/home/ada/.nanobot", mode: 0o755)
    files.add("/home/ada/.nanobot/config.json", "{}", mode: 0o644)
    files.add(directory: "/home/ada/.cursor")
    files.add("/home/ada/.config/nanoclaw/mount-allowlist.json", "{}")
    files.add(directory: "/home/ada/.codex-real")
    files.add(link: "/home/ada/.codex", to: "/home/ada/.codex-real")
    let rows: [Finder.Fingerprint] = [
      .init(kind: "nanobot", role: .stateDirectory, path: ".nanobot", confidence: .medium),
      .init(kind: "nanobot", role: .configuration, path: ".nanobot/config.json", confidence: .medium),
      .init(kind: "cursor-agent", role: .stateDirectory, path: ".cursor", confidence: .low),
      .init(kind: "nanoclaw", role: .configuration, path: ".config/nanoclaw/mount-allowlist.json", confidence: .medium),
      .init(kind: "codex-cli", role: .stateDirectory, path: ".codex", confidence: .medium),
      .init(kind: "claude-code", role: .stateDirectory, path: ".claude", confidence: .medium),
      .init(kind: "openclaw", role: .stateDirectory, path: ".nanobot", confidence: .medium),
    ]
    let found = Eras.find(files, fingerprints: rows).installations
    #expect(found.map(\.kind) == ["codex-cli", "nanoclaw", "nanobot"])
    let nanobot = try #require(found.last)
    #expect(nanobot.mode == 0o755 && nanobot.owner == 1000)
    #expect(nanobot.files.map(\.role) == [.stateDirectory, .configuration])
    #expect(nanobot.files.last?.status.mode == 0o644)
    #expect(found.first?.linkedFrom == "/home/ada/.codex")
  }
}

/// A file system in which some directories may be looked up and not listed, and nothing below them be seen: mode 0700 of
/// another user. Counts what is read.
struct Guarded: FileSystem {
  var base: MemoryFiles
  var closed: [String] = []
  /// Files that claim a size without having it.
  var sizes: [String: Int64] = [:]

  private func check(_ path: String) throws(FileError) {
    if closed.contains(where: { path.hasPrefix($0 + "/") }) { throw FileError(path, .denied) }
  }
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    try check(path)
    if sizes[path] != nil {
      Issue.record("a file that is too large was read")
      throw FileError(path, .tooLarge)
    }
    return try base.read(path, limit: limit)
  }
  func list(_ path: String) throws(FileError) -> [String] {
    try check(path + "/")
    return try base.list(path)
  }
  func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    try check(path)
    var status = try base.status(path, followingLinks: followingLinks)
    if let size = sizes[path] { status.size = size }
    return status
  }
  func readLink(_ path: String) throws(FileError) -> String { try base.readLink(path) }
  func realPath(_ path: String) throws(FileError) -> String {
    try check(path)
    return try base.realPath(path)
  }
}
