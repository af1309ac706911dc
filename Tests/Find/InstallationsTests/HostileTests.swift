import Installations
import Model
import Platform
import Testing

@Suite struct HostileTests {
  private func read(_ configuration: String, _ others: [String: String] = [:]) throws -> Installation {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", configuration)
    for (name, text) in others { files.add("/home/ada/.openclaw/\(name)", text) }
    return try #require(Eras.find(files).installations.first)
  }

  @Test func `a configuration of 200 MB is refused without being read`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/openclaw.json", "{}")
    let found = Eras.find(Guarded(base: files, sizes: ["/home/ada/.openclaw/openclaw.json": 200 << 20]))
    let it = try #require(found.installations.first)
    #expect(it.configuration == nil)
    #expect(it.problems.map(\.what) == ["larger than 2 MB; not read"])
  }

  @Test func `a configuration that is not readable is a problem and a blind spot`() throws {
    var files = Eras.machine
    files.add("/home/ada/.openclaw/agents/main/x", "")
    files.deny("/home/ada/.openclaw/openclaw.json")
    let found = Eras.find(files)
    #expect(found.installations.first?.configuration == nil)
    #expect(found.installations.first?.problems.map(\.what) == ["permission denied"])
    #expect(found.blind.map(\.remedy) == ["run with sudo to include /home/ada/.openclaw/openclaw.json"])
  }

  @Test func `a broken file is a problem with its place, without its text`() throws {
    let it = try read("{\n  gateway: { token: \"abc\" \"def\" }\n}")
    #expect(it.configuration == nil)
    let problem = try #require(it.problems.first)
    #expect(it.problems.count == 1 && problem.path == "/home/ada/.openclaw/openclaw.json")
    #expect(problem.line == 2 && problem.column == 27)
    #expect(problem.what == "not JSON5: expected `,` or `}`, found `\"`")
    // Names stay, values do not.
    #expect(problem.excerpt == #"  gateway: { token: "•••" ▸"•••" }"#)
  }

  @Test(arguments: ["[1, 2]", "\"lan\"", "5", "null"])
  func `a file that holds no object is no configuration`(text: String) throws {
    let it = try read(text)
    #expect(it.configuration == nil)
    #expect(it.problems.map(\.what) == ["the file holds no object, so it is no configuration"])
    #expect(it.problems.first?.line == 1)
  }

  @Test func `ten thousand nested arrays are a problem, not a crash`() throws {
    let it = try read(String(repeating: "[", count: 10_000))
    #expect(it.problems.first?.what == "not JSON5: more than 128 arrays and objects inside each other")
  }

  @Test func `includes cannot add up to more depth than one file may have`() throws {
    let deep = String(repeating: "{a:", count: 100) + "{$include:'b.json5'}" + String(repeating: "}", count: 100)
    let it = try read(deep, ["b.json5": String(repeating: "[", count: 60) + String(repeating: "]", count: 60)])
    #expect(it.configuration != nil)
    #expect(it.problems.first?.what.contains("inside each other") == true)
  }

  @Test func `files that include each other end with a problem, and the rest is read`() throws {
    let it = try read(
      "{$include: './a.json5', gateway: {port: 1}}", ["a.json5": "{hooks: {path: '/h'},\n $include: 'openclaw.json'}"])
    #expect(it.configuration?["gateway.port"]?.number == 1)
    #expect(it.configuration?["hooks.path"]?.string == "/h")
    #expect(it.problems.map(\.line) == [2])
    #expect(it.problems.map(\.path) == ["/home/ada/.openclaw/a.json5"])
    #expect(it.problems.first?.what == "`openclaw.json` includes itself in a circle; not read again")
  }

  @Test func `a tree of includes that doubles on every level is cut off`() throws {
    var others: [String: String] = [:]
    for level in 0..<8 {
      let next = "'l\(level + 1).json5'"
      others["l\(level).json5"] =
        "{x\(level): 1, $include: [\(Array(repeating: next, count: 10).joined(separator: ","))]}"
    }
    others["l8.json5"] = "{end: [1]}"
    let it = try read("{$include: 'l0.json5'}", others)
    #expect(it.configuration?["x0"]?.number == 1)
    #expect(it.problems.count <= 100)
    #expect(it.problems.contains { $0.what.contains("more than 200 includes") })
  }

  @Test func `more than ten levels are not followed`() throws {
    var others: [String: String] = [:]
    for level in 1...12 { others["l\(level).json5"] = "{x\(level): 1, $include: 'l\(level + 1).json5'}" }
    let it = try read("{$include: 'l1.json5'}", others)
    #expect(it.configuration?["x10"]?.number == 1)
    #expect(it.configuration?["x11"] == nil)
    #expect(it.problems.map(\.what) == ["`l11.json5` is included more than 10 levels deep; not read"])
  }

  @Test(arguments: ["/etc/shadow", "../../../etc/shadow", "link.json5", "folder/shadow", "../.openclaw-evil/x.json5"])
  func `an include that leads out of the configuration's directory is not read`(path: String) throws {
    var files = Eras.machine
    files.add("/etc/shadow", "{stolen: true}", mode: 0o600, owner: 0)
    files.add("/home/ada/.openclaw-evil/x.json5", "{stolen: true}")
    files.add("/home/ada/.openclaw/openclaw.json", "{\n$include: ['ok.json5', '\(path)']}")
    files.add("/home/ada/.openclaw/ok.json5", "{ok: true}")
    files.add(link: "/home/ada/.openclaw/link.json5", to: "/etc/shadow")
    files.add(link: "/home/ada/.openclaw/folder", to: "../../../etc")
    let it = try #require(Eras.find(files).installations.first { $0.stateDirectory == "/home/ada/.openclaw" })
    #expect(it.configuration?["ok"]?.bool == true)
    #expect(it.configuration?["stolen"] == nil)
    #expect(it.problems.map(\.what) == ["`\(path)` leads out of the configuration's directory; not read"])
    #expect(it.problems.map(\.line) == [2])
    #expect(!it.files.contains { $0.path == "/etc/shadow" })
  }

  @Test(arguments: ["openclaw.json", "included", ".env", "auth-profiles.json", "EnvironmentFile"])
  func `a look as root is no way for an owner to files of others`(way: String) throws {
    var files = Eras.machine
    files.add(directory: "/home/ada/.openclaw")
    files.add("/root/private/it", "STOLEN_NAME=x1\n{stolen: {a: {key: 'k-e-y'}}}", mode: 0o644, owner: 0)
    files.add("/srv/private.json", "{stolen: {key: 'k-e-y'}}", mode: 0o600, owner: 0)
    files.add("/home/ada/.openclaw/agents/main/x", "")
    switch way {
    case "openclaw.json": files.add(link: "/home/ada/.openclaw/openclaw.json", to: "/srv/private.json")
    case "included":
      files.add("/home/ada/.openclaw/.env", "OPENCLAW_INCLUDE_ROOTS=/\n")
      files.add("/home/ada/.openclaw/openclaw.json", "{$include: ['/srv/private.json', '/root/private/it']}")
    case ".env": files.add(link: "/home/ada/.openclaw/.env", to: "/root/private/it")
    case "auth-profiles.json":
      files.add(link: "/home/ada/.openclaw/agents/main/agent/auth-profiles.json", to: "/srv/private.json")
    default:
      files.add("/home/ada/.openclaw/openclaw.json", "{a: '${STOLEN_NAME}'}")
      files.add(
        "/home/ada/.config/systemd/user/openclaw-gateway.service",
        "[Service]\nExecStart=/usr/bin/openclaw gateway\nEnvironmentFile=/root/private/it\n")
    }
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.configuration?["stolen"] == nil && it.dotenv.allSatisfy { $0.name != "STOLEN_NAME" })
    #expect(it.storedSecrets.isEmpty)
    #expect(!"\(String(describing: it.configuration))".contains("x1"))
    #expect(it.problems.first?.what.contains("the installation's owner may not read it") == true)
  }

  @Test func `a root that the environment allows may be included from`() throws {
    var files = Eras.machine
    files.add("/etc/claw/shared.json5", "{shared: true}", mode: 0o644, owner: 0)
    files.add("/home/ada/.openclaw/openclaw.json", "{$include: '/etc/claw/shared.json5'}")
    let found = Eras.find(
      files,
      environments: [.init(["HOME": "/home/ada", "OPENCLAW_INCLUDE_ROOTS": "/srv:/etc/claw"], origin: "pid 1")])
    #expect(found.installations.first?.configuration?["shared"]?.bool == true)
    #expect(found.installations.first?.problems.isEmpty == true)
  }

  @Test(arguments: [
    ("{$include: 'missing.json5'}", "`missing.json5` cannot be included: it does not exist"),
    ("{$include: 7}", "`$include` takes a path or a list of paths"),
    ("{$include: ''}", "`$include` takes a path or a list of paths"),
    ("{$include: 'a\\0b'}", "`$include` takes a path or a list of paths"),
    ("{$include: [['x']]}", "`$include` takes a path or a list of paths"),
    ("{$include: '\\x1b[2J'}", "`<U+001B>[2J` cannot be included: it does not exist"),
    (
      "{a: 1, $include: 'list.json5'}",
      "the included file is no object and cannot be joined with the settings beside it"
    ),
  ])
  func `an include that cannot be followed is a problem with its place`(text: String, what: String) throws {
    let it = try read(text, ["list.json5": "[1]"])
    #expect(it.problems.map(\.what) == [what])
    #expect(it.problems.first?.line == 1 && it.problems.first?.column != nil)
    #expect(it.configuration != nil)
  }

  @Test(arguments: [
    "[]", "null", "7", "'text'", "{gateway: []}", "{gateway: {auth: 'x', port: {}}}", "{agents: 7}",
    "{agents: {list: {}}}",
    "{agents: {list: [7, null, {id: 7}, {}]}}", "{agents: {entries: []}}", "{env: []}", "{env: {vars: 7}}",
    "{channels: 'all'}", "{channels: {telegram: ['a']}}",
    "{gateway: {auth: {token: [['deep']], password: {a: {b: 'x'}}}}}",
    "{meta: {lastTouchedVersion: {}}}", "{gateway: {auth: {token: NaN, password: Infinity}}}", "{'': {'': ''}}",
    "{gateway: {auth: {token: {source: 'env', id: 7}}}}", "{$include: {}}",
    "{mcp: {servers: {a: {args: [1, null, '--token']}}}}",
    "{gateway: {remote: {url: '://@:?#&=='}}}", "{a: 'http://:@'}", "{a: '$${'}", "{a: '${'}", "{a: '$'}", "{a: '${}'}",
  ])
  func `wrong types everywhere are read without a trap`(text: String) throws {
    let it = try read(text)
    // What is no object is no configuration, and that is said.
    #expect((it.configuration != nil) == text.hasPrefix("{"))
    #expect(it.configuration != nil || !it.problems.isEmpty)
    _ = it.configuration?.agents
    _ = it.configuration?.agentDefaults
  }

  @Test func `secrets of the wrong type are cut as well`() throws {
    let it = try read(
      "{gateway: {auth: {token: [['deepsecret']], password: {a: {b: 'hiddensecret'}}}}, channels: {x: {token: 4711.5}}}"
    )
    #expect(!"\(it)".contains("deepsecret") && !"\(it)".contains("hiddensecret") && !"\(it)".contains("4711"))
    #expect(it.secrets.map(\.key) == ["gateway.auth.token.0.0", "gateway.auth.password.a.b", "channels.x.token"])
  }

  @Test func `of two settings with one name the last counts, and the first secret does not survive`() throws {
    let it = try read("{gateway: {auth: {token: 'firstsecret'}}, gateway: {auth: {token: 'secondsecret'}}}")
    #expect(it.secrets.map(\.length) == [12])
    #expect(!"\(it)".contains("firstsecret"))
  }

  @Test func `state files that are something else are read without a trap`() throws {
    var files = Eras.machine
    for name in ["agents", "credentials", "logs", "identity", "gateway", "secrets"] {
      files.add("/home/ada/.openclaw/\(name)", "a file")
    }
    files.add(directory: "/home/ada/.openclaw/openclaw.json")
    files.add(directory: "/home/ada/.openclaw/.env")
    files.add(directory: "/home/ada/.openclaw/state/openclaw.sqlite")
    let it = try #require(Eras.find(files).installations.first)
    #expect(it.configuration == nil)
    #expect(it.problems.map(\.what) == ["it is no regular file", "it is no regular file"])
  }

  @Test func `no truncation or change of bytes of a real configuration traps`() throws {
    let march = Eras.march
    let bytes = try march.read("/home/ada/.openclaw/openclaw.json", limit: 1 << 20)
    var random = SplitMix(state: 5)
    for round in 0..<300 {
      var changed = round < 100 ? Array(bytes[..<(bytes.count * round / 100)]) : bytes
      if !changed.isEmpty {
        changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      var files = Eras.machine
      files.add("/home/ada/.openclaw/openclaw.json", bytes: changed)
      let it = try #require(Eras.find(files).installations.first)
      #expect(it.configuration != nil || !it.problems.isEmpty)
    }
  }
}

/// A small generator with a fixed seed, so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
