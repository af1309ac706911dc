import Installations
import Model
import Testing

@testable import Posture

@Suite struct KinPartsTests {
  @Test func `switches are whole arguments, never behind the double dash, never the text of a prompt`() {
    let switches = Switches([
      "claude", "-p", "--model", "--yolo", "--add-dir=/a", "--add-dir", "/b", "word", "--", "--bare",
    ])
    #expect(
      switches.has("-p", "--print") && switches.has("--model") && !switches.has("--yolo") && !switches.has("--bare"))
    #expect(switches.values("--add-dir") == ["/a", "/b"] && switches.value("--model") == "--yolo")
    #expect(switches.words == ["/b", "word", "--bare"])
    #expect(Switches([]).all.isEmpty && Switches(["x", "-"]).words == ["-"])
  }

  @Test func `starts that are written twice count once`() {
    let subject = Fixture.kin("claude-code", "{}") {
      $0.installation?.units = [
        .init(path: "/u/a.service", name: "a.service", system: true, enabled: true, execStart: ["claude", "-p"])
      ]
      $0.installation?.launches = [.init(.unit, file: "/u/a.service", words: ["claude", "-p"])]
    }
    #expect(subject.launches.map(\.origin) == [.unit, .process])
    #expect(subject.launchesBlind == nil)
    let blind = Fixture.kin("claude-code", "{}") { $0.arguments = .blind("not looked") }
    #expect(blind.launchesBlind == "not looked" && blind.launches.isEmpty)
  }

  @Test(arguments: [
    ("kitten", "sitting", 3), ("deny", "dney", 1), ("deny", "deny", 0), ("sandbox_mod", "sandbox_mode", 1),
    ("", "ab", 2),
    ("abc", "abcdef", 3),
  ])
  func `slips between two words are counted`(a: String, b: String, expected: Int) {
    #expect(Spelling.distance(a, b) == expected)
  }

  @Test func `a short word needs a closer likeness, and a known word is never another one's slip`() {
    func meant(_ key: String) -> String? {
      Spelling.meant(by: key, known: ["allow", "ask", "tool"], important: ["allow", "ask", "deny", "defaultMode"])
    }
    #expect(meant("alow") == "allow" && meant("DENY") == "deny" && meant("defautMod") == "defaultMode")
    #expect(meant("tool") == nil && meant("task") == "ask" && meant("any") == nil && meant("theme") == nil)
  }

  @Test(arguments: [
    ("/", true), ("~", true), ("/home/ada", true), ("/home/ada/", true), ("/home/ada/**", true), ("~/.aws", true),
    ("${HOME}/.ssh/id", true), ("/home/bob", true), ("/etc/x", true), ("../x", false), ("src", false),
    ("/home/ada/src/app", false), ("~/src/app", false), ("/srv/data", false), ("/home/ada/src/../.ssh", true),
  ])
  func `a folder is too much where it holds keys`(path: String, expected: Bool) {
    #expect((Reach.danger(of: path, home: "/home/ada") != nil) == expected)
  }

  @Test(arguments: [
    ("http://mcp.example/x", true), ("ws://10.0.0.1", true), ("https://x", false), ("http://localhost:1", false),
    ("http://127.0.0.1", false), ("http://[::1]:3/x", false), ("http://u:p@127.0.0.1/", false),
    ("http://${HOST}/", false),
    ("file:///x", false), ("x", false), ("http://localhost.evil.example/", true),
  ])
  func `an address is in clear where others carry it`(url: String, expected: Bool) {
    #expect(Reach.isClear(url) == expected)
  }

  @Test func `packages are found behind every runner`() throws {
    func package(_ line: String) -> MCPPackage? {
      let words = line.split(separator: " ").map(String.init)
      return MCPPackage.of(program: words[0], arguments: Array(words.dropFirst()))
    }
    let scoped = try #require(package("npx -y @scope/server@1.2.3 --flag x@2"))
    #expect(scoped.name == "@scope/server" && scoped.version == "1.2.3" && scoped.isPinned)
    let tag = try #require(package("docker run -i --rm -e A -v /a:/b registry.example:5000/mcp/x:1.2 serve"))
    #expect(tag.name == "registry.example:5000/mcp/x" && tag.version == "1.2" && !tag.isPinned)
    #expect(package("uvx --python 3.12 mcp==1.0")?.version == "1.0")
    #expect(package("npx --package=a@1.0.0 b")?.name == "a")
    #expect(
      package("npx") == nil && package("docker ps") == nil && package("node x.js") == nil && package("npx -y") == nil)
    #expect(package("npx a@1")?.isPinned == false && package("npx a@>=1.0.0")?.isPinned == false)
  }

  @Test func `servers of every client become the same record`() throws {
    func servers(_ kind: String, _ text: String, role: String = "settings") -> [MCPServer] {
      MCPServer.all(of: Fixture.layered(kind, [LayerFile(scope: .user, text: text, role: role)]))
    }
    let code = try #require(servers("vscode", "{servers:{x:{type:'sse',url:'https://x'}}}", role: "mcp").first)
    #expect(code.transport == .sse && code.key == "servers.x" && code.command == nil)
    let open = try #require(
      servers("opencode", "{mcp:{x:{type:'local',command:['bun','x','a'],environment:{A:'1'},enabled:false}}}").first)
    #expect(
      open.command == "bun" && open.arguments == ["x", "a"] && open.isDisabled && open.environment.map(\.name) == ["A"])
    let goose = try #require(
      servers("goose", "{extensions:{x:{type:'stdio',cmd:'/opt/x',args:['-a']},developer:{type:'builtin'}}}").first)
    #expect(goose.command == "/opt/x" && goose.arguments == ["-a"] && goose.program == "x")
    #expect(servers("goose", "{extensions:{developer:{type:'builtin'}}}").isEmpty)
    #expect(
      servers("gemini-cli", "{mcpServers:{x:{httpUrl:'https://x'},y:'text'},mcp:{allowed:['x']}}").map(\.name) == ["x"])
    #expect(servers("hermes", "{mcp_servers:{x:{command:'C:\\\\\\\\bin\\\\\\\\npx.cmd'}}}").first?.program == "npx")
    #expect(servers("claude-code", "{servers:{x:{command:'x'}}}").isEmpty)
  }

  @Test func `no credential and no control character reaches an answer`() {
    let subject = Fixture.layered(
      "claude-code",
      [
        .project(
          """
          {mcpServers:{'x\\u001b[31m':{command:'npx',args:['pkg\\u202e','--token','hunter2hunter2hunter2'],
           env:{API_KEY:'hunter2hunter2hunter2'},url:'http://u:hunter2hunter2@mcp.example/?api_key=hunter2hunter2hunter2'}}}
          """, role: "mcp"), .user("{permissions:{allow:['Bash(curl\\u001b *)']},permisions:{}}"),
      ])
    let findings = assess(subject)
    #expect(findings.contains { $0.outcome == .fail && $0.rule == "mcp.inline-secret" })
    for finding in findings {
      let text = "\(finding.evidence) \(finding.fix.text) \(finding.location.key ?? "")"
      #expect(
        !text.contains("hunter2") && !text.contains("\u{1B}") && !text.contains("\u{202E}"), "\(finding.rule): \(text)")
    }
  }

  @Test func `a flood of servers and folders is capped`() {
    let many = (0..<3000).map { "s\($0):{command:'npx',args:['a']}" }.joined(separator: ",")
    let findings = assess(
      Fixture.layered(
        "claude-code", [LayerFile(scope: .user, text: "{mcpServers:{\(many)}}", role: "mcp"), .user("{}")]))
    #expect(findings.count { $0.rule == "mcp.npx-unpinned" } == 20)
  }

  @Test func `a tunnel or a model server is not asked about servers`() {
    for kind in ["tunnel:ngrok", "model-server:ollama"] {
      #expect(!assess(Fixture.nowhere(kind)).contains { $0.rule.hasPrefix("mcp.") })
    }
  }

  /// A file as an attacker's repository may bring it: whatever stands there, the answer comes, and soon.
  @Test func `hostile settings end in answers`() {
    let slashes = String(repeating: "/", count: 200_000)
    let keys = (0..<20_000).map { "permissiona\($0):1" }.joined(separator: ",")
    let subject = Fixture.layered(
      "claude-code",
      [
        .project("{permissions:{additionalDirectories:['\(slashes)'],allow:['Bash(\(slashes):*)']},\(keys)}"),
        .user("{sandbox:[],hooks:1,env:'x',permissions:3}"),
        .project("{mcpServers:[1,{a:{command:[]}}],servers:{x:1,y:{command:'',args:'a',env:[],url:7}}}", role: "mcp"),
        LayerFile(
          scope: .user, text: "{projects:{'':{hasTrustDialogAccepted:true},'////':{hasTrustDialogAccepted:1}}}",
          role: "trust"),
      ])
    #expect(assess(subject).count > 60)
    #expect(assess(Fixture.layered("codex-cli", [.user("[]"), .project("'x'", trusted: true)])).count > 40)
    #expect(
      assess(Fixture.layered("gemini-cli", [.user("{tools:[],mcpServers:{x:{trust:'true'}},context:3}")])).count > 40)
  }
}
