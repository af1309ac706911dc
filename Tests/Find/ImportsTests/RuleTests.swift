import Model
import Testing

@testable import Imports

/// Rules of recognition and of names, with lines made up for each.
@Suite struct RuleTests {
  @Test(arguments: [
    "ada 812 1 0 09:00 ? 00:00:01 vim /home/ada/.openclaw/openclaw.json",
    "ada 812 1 0 09:00 ? 00:00:01 bash -c cd openclaw && openclaw gateway",
    "ada 812 1 0 09:00 ? 00:00:01 grep openclaw-gateway",
    "ada 812 1 0 09:00 ? 00:00:01 /usr/share/code/code /home/ada/openclaw",
    "ada 812 1 0 09:00 ? 00:00:01 tail -f /tmp/openclaw/openclaw-2026-11-26.log",
    "ada 812 1 0 09:00 ? 00:00:01 ssh web1 openclaw gateway",
    "ada 812 1 0 09:00 ? 00:00:01 node /srv/app/server.js --name openclaw",
    "ada 812 1 0 09:00 ? 00:00:01 python3 -c import openclaw",
    "ada 812 1 0 09:00 ? 00:00:01 sudo openclaw gateway",
    "ada 812 1 0 09:00 ? 00:00:01 [openclaw-gateway]",
    "notepad.exe                   812 Console                    1     84,212 K",
  ])
  func `who merely mentions an agent is none`(line: String) throws {
    #expect(try Bench.sweep(line).observations.isEmpty)
  }

  @Test(arguments: [
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN -", "openclaw low 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/node", "openclaw medium 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/bun", "openclaw medium 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/node-MainThread", "openclaw medium 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/python3", "openclaw low 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/docker-proxy", "openclaw low 0.0.0.0:18789"),
    ("tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/mydaemon", "openclaw low 0.0.0.0:18789"),
    ("tcp 0 0 127.0.0.1:42617 0.0.0.0:* LISTEN -", "zeroclaw low 127.0.0.1:42617"),
    ("tcp 0 0 127.0.0.1:42617 0.0.0.0:* LISTEN 7/zeroclaw", "zeroclaw medium 127.0.0.1:42617"),
    (
      "tcp 0 0 127.0.0.1:18789 0.0.0.0:* LISTEN 7/openclaw-gateway",
      "openclaw certain 127.0.0.1:18789"
    ),
  ])
  func `a port alone is low, under its runtime medium, with its program certain`(
    line: String, agent: String
  ) throws {
    let sweep = try Bench.sweep(line)
    #expect(sweep.agents == [agent])
    #expect(!sweep.observations[0].facts.reasons.isEmpty)
  }

  @Test func `a socket whose owner one tool names and another does not is one socket`() throws {
    let bare = "tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN -"
    let owned = "tcp 0 0 0.0.0.0:18789 0.0.0.0:* LISTEN 77/node"
    for texts in [[bare, owned], [owned, bare]] {
      let sweep = try Bench.sweep(texts.enumerated().map { ("netstat\($0.offset).txt", $0.element) }, host: "web1")
      #expect(sweep.agents == ["openclaw medium 0.0.0.0:18789"])
    }
  }

  @Test(arguments: [
    "tcp 0 0 0.0.0.0:3000 0.0.0.0:* LISTEN 77/node", "tcp 0 0 0.0.0.0:8080 0.0.0.0:* LISTEN -",
    "tcp 0 0 0.0.0.0:18790 0.0.0.0:* LISTEN -",
    "tcp 0 0 127.0.0.1:42617 0.0.0.0:* LISTEN 7/postgres",
    "tcp 0 0 192.0.2.1:40000 192.0.2.7:18789 ESTABLISHED 77/node",
    "udp 0 0 0.0.0.0:18789 0.0.0.0:* 77/node",
  ])
  func `a port that everybody uses, a client and UDP are no sign`(line: String) throws {
    #expect(try Bench.sweep(line).observations.isEmpty)
  }

  @Test(arguments: [
    ("node /usr/lib/node_modules/openclaw/dist/index.js gateway --port 18789", "openclaw high"),
    ("/usr/bin/node --max-old-space-size=512 /opt/openclaw/dist/entry.js", "openclaw high"),
    ("openclaw-gateway", "openclaw high"), ("clawdbot-gateway", "openclaw high"),
    ("openclaw-gateway 1000", "openclaw medium"), ("openclaw-node", "openclaw low"),
    ("npm exec openclaw --token sk-ant-made-up-0000000000000000000000", "openclaw high"),
    ("/home/ada/.local/bin/zeroclaw daemon", "zeroclaw high"),
    ("zeroclaw daemon", "zeroclaw medium"),
    ("/usr/bin/python3 /home/ada/.local/bin/nanobot gateway", "nanobot high"),
    ("/home/ada/.local/share/claude/versions/2.1.332 --resume", "claude-code high"),
    ("claude --dangerously-skip-permissions", "claude-code high"),
  ])
  func `a command line names its agent`(command: String, agent: String) throws {
    let sweep = try Bench.sweep("ada 812 1 0 09:00 ? 00:00:01 \(command)")
    #expect(
      sweep.agents.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [agent])
    #expect(!String(describing: sweep.observations).contains("sk-ant"))
  }

  @Test func `a starter and what it started are one agent`() throws {
    let sweep = try Bench.sweep(
      """
      UID          PID    PPID  C STIME TTY          TIME CMD
      ada          100       1  0 09:00 ?        00:00:00 npm exec openclaw gateway
      ada          101     100  0 09:00 ?        00:00:00 sh -c openclaw gateway
      ada          102     101  0 09:00 ?        00:00:01 openclaw-gateway
      bob          200       1  0 09:00 ?        00:00:01 openclaw-gateway
      """)
    #expect(sweep.agents.count == 2)
    #expect(sweep.observations[0].facts.data["processes"] == [100, 102])
  }

  @Test(arguments: [
    ("ada@web1:~$ ss -tlnp", "web1"), ("[root@web2 ~]# netstat -tlnp", "web2"),
    ("ada@mac-7 ~ % lsof -i", "mac-7"),
    ("root@db.example.com:/# ps aux", "db.example.com"), ("(venv) ada@web3:~/x$ ps", "web3"),
  ])
  func `a copied prompt names the host`(prompt: String, host: String) throws {
    let sweep = try Bench.sweep(
      [("x.txt", prompt + "\nada 812 1 0 09:00 ? 00:00:01 openclaw-gateway")], host: "given")
    #expect(sweep.observations.map(\.host.id) == ["import:\(host)"])
    #expect(sweep.status[0].skipped.isEmpty)
  }

  @Test(arguments: [
    "ada@localhost:~$ ps", "$ sudo ps -ef", "C:\\Users\\ada>netstat -ano", "PS C:\\> tasklist",
    "# /usr/bin/ss -tlnp",
    "```", "",
  ])
  func `other prompts name none and are no data`(prompt: String) throws {
    let sweep = try Bench.sweep(
      prompt + "\nada 812 1 0 09:00 ? 00:00:01 openclaw-gateway", host: "Given.Example")
    #expect(
      sweep.observations.map(\.host) == [Host(id: "import:given.example", name: "Given.Example")])
    #expect(sweep.status[0].skipped.isEmpty)
  }

  @Test(arguments: [
    ("web1-ss.txt", "web1"), ("/tmp/x/WEB1_ps_aux.txt", "WEB1"),
    ("C:\\x\\ws-17.netstat.txt", "ws-17"),
    ("db.example.com.txt", "db.example.com"), ("netstat.txt", nil), ("ss-2026-11-26.txt", nil),
    ("docker.json", nil),
  ])
  func `a file's name names the host where nothing else does`(file: String, host: String?) {
    #expect(RemoteHost.fromFile(file)?.name == host)
  }

  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1 80"), ("[::1]:80", "::1 80"), (":::80", ":: 80"),
    ("*:80", "0.0.0.0 80"),
    ("127.0.0.53%lo:53", "127.0.0.53 53"), ("[fe80::1]%eth0:22", "fe80::1 22"),
    ("[fe80::1%2]:22", "fe80::1 22"),
    ("[::ffff:192.0.2.1]:80", "192.0.2.1 80"), ("::ffff:192.0.2.1:80", "192.0.2.1 80"),
    ("localhost:80", "127.0.0.1 80"),
    ("*:http", nil), ("*:0", nil), ("*:*", nil), ("web1:80", nil), ("", nil), (":", nil),
    ("1.2.3.4:+80", nil),
    ("1.2.3.4:70000", nil),
  ])
  func `an address with a port is read in every spelling`(text: String, end: String?) {
    #expect(Endpoint(text).map { "\($0.address) \($0.port)" } == end)
  }

  @Test func `a host that calls itself names with controls is shown with their code points`() throws {
    let name = "web\u{1B}[31m\u{202E}1"
    let sweep = try Bench.sweep(
      #"{"hostIdentifier":"\#(name.unicodeScalars.map { "\\u" + String(String($0.value + 0x10000, radix: 16).suffix(4)) }.joined())","name":"p","columns":{"pid":"9","name":"openclaw-gatewa","cmdline":"openclaw-gateway"}}"#
    )
    #expect(sweep.observations.first?.host.name == "web<U+001B>[31m<U+202E>1")
  }

  @Test func `what is not known is refused with what to do`() {
    #expect(throws: ImportFault.unrecognised(file: "x")) { try Bench.sweep([("x", "dear diary")]) }
    #expect(throws: ImportFault.unrecognised(file: "x")) { try Bench.sweep([("x", "")]) }
    #expect(throws: ImportFault.unrecognised(file: "x")) { try Bench.sweep([("x", #"{"a":1}"#)]) }
    #expect(throws: ImportFault.nothing(file: "x", source: .ss)) {
      try Bench.sweep([("x", "ada 812 1 0 09:00 ? 00:00:01 openclaw-gateway")], source: .ss)
    }
    #expect(ImportFault.unrecognised(file: "x").description.contains("--source osquery, defender"))
    #expect(
      ImportFault.nothing(file: "x", source: .ss).description.contains(
        "nothing in it reads like ss"))
    #expect(ImportFault.tooLarge(file: "x", limit: 1 << 30).description.contains("1024 MiB"))
    #expect(Imports.Source.detect([]) == nil)
    #expect(Imports.Source.allCases.map(\.rawValue).contains("netstat-windows"))
  }

  @Test func `an answer without a row is an answer`() throws {
    let sweep = try Bench.sweep("[]", source: .osquery)
    #expect(sweep.observations.isEmpty)
    #expect(
      try Bench.sweep("State Recv-Q Send-Q Local Address:Port Peer Address:Port").observations
        .isEmpty)
  }

  @Test func `damaged records cost only themselves`() throws {
    let good =
      #"{"name":"p","hostIdentifier":"h","columns":{"pid":"9","cmdline":"openclaw-gateway","name":"x"}}"#
    let sweep = try Bench.sweep(
      ["{\"name\": bad}", good, "{\"cut\":", good].joined(separator: "\n"))
    #expect(sweep.agents == ["openclaw high"])
    #expect(sweep.status[0].skipped == ["damaged records": 2])
  }

  @Test func `what could not be seen is told with a remedy`() throws {
    let sweep = try Bench.sweep([
      ("x.txt", "TCP 0.0.0.0:18789 0.0.0.0:0 LISTENING 77\nTCP 0.0.0.0:22 0.0.0.0:0 LISTENING")
    ])
    let blind = sweep.status[0].blind
    #expect(blind.contains { $0.what == "owner of 1 listening socket on x" })
    #expect(
      blind.contains {
        $0.what == "name of the program that holds 1 listening socket on x"
          && $0.remedy.contains("tasklist")
      })
    #expect(blind.contains { $0.remedy == "--host NAME" })
    #expect(
      sweep.observations.first?.detail == "0.0.0.0:18789 (every interface), pid 77; seen by netstat"
    )
  }

  @Test(
    arguments: [
      ("2026-11-26T09:00:00Z", 1_795_683_600), ("2026-11-26T09:00:00.1234567", 1_795_683_600),
      ("1795683600", 1_795_683_600),
      ("1795683600000", 1_795_683_600), ("1795683600.25", 1_795_683_600),
      ("1795683600000000", 1_795_683_600),
      ("134401572000000000", 1_795_683_600), ("yesterday", nil), ("-5", nil), ("1e300", nil),
      ("0", nil),
    ] as [(String, Int64?)])
  func `times are read in the forms of exports`(text: String, seconds: Int64?) {
    #expect(Fields.time(text)?.seconds == seconds)
  }

  @Test(arguments: [
    (
      #""C:\Program Files\nodejs\node.exe" "C:\a b\x.js" --k=v"#,
      ["C:/Program Files/nodejs/node.exe", "C:/a b/x.js", "--k=v"]
    ),
    (#"C:\Program Files\nodejs\node.exe x.js"#, ["C:/Program Files/nodejs/node.exe", "x.js"]),
    (#"a.exe "b \"c\"" d\\"#, ["a.exe", #"b "c""#, "d//"]), (#""""#, [""]), ("", []),
  ])
  func `a Windows command line is split as Windows does it`(text: String, arguments: [String]) {
    #expect(CommandLine.windows(text) == arguments)
  }

  @Test func `limits hold`() throws {
    var intake = Intake(limits: .init(hosts: 2, entries: 5))
    let reader = FileReader(file: "x", source: nil, host: nil, now: Bench.now)
    let lines = (0..<20).map { "u@h\($0):~$ ps\nada \($0) 1 0 09:00 ? 00:00:01 openclaw-gateway" }
    _ = reader.read(Array(lines.joined(separator: "\n").utf8), into: &intake)
    #expect(intake.machines.count == 2)
    #expect(intake.skipped["beyond 2 hosts"] == 18)
    let many = (0..<20).map { "ada \($0) 1 0 09:00 ? 00:00:01 openclaw-gateway" }
    _ = reader.read(Array(("u@h1:~$ ps\n" + many.joined(separator: "\n")).utf8), into: &intake)
    #expect(intake.entries == 5)
    #expect(intake.skipped["beyond 5 records"] == 17)
  }
}
