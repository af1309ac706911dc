import Model
import Platform
import Testing

@testable import HostSensor

@Suite struct TunnelTests {
  /// A gateway of OpenClaw on 127.0.0.1:18789.
  static func gateway() -> FakeHost {
    var host = FakeHost()
    host.add(pid: 500, "openclaw-gatewa", exe: "/usr/bin/node", ["openclaw-gateway"], open: [20: "socket:[70]"])
    host.listen("127.0.0.1", 18789, inode: 70)
    return host
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var exe: String
    var arguments: [String]
    var name: String
    var reach: Scope
    var files: [String: String] = [:]
    var variables: [String: String] = ["HOME": "/home/ada"]
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let ngrok3 = """
    version: "3"
    agent:
      authtoken: 2abcSECRETSECRETSECRET
    endpoints:
      - name: other
        url: https://x.ngrok.app
        upstream:
          url: http://localhost:3000
      - name: claw   # mine
        upstream:
          url: 18789
    """
  static let ngrok2 = """
    authtoken: 2abcSECRETSECRETSECRET
    tunnels:
      other:
        proto: http
        addr: 3000
      claw:
        addr: "http://127.0.0.1:18789"
        proto: http
    """
  static let cloudflared = """
    tunnel: 6ff42ae2
    credentials-file: /root/.cloudflared/6ff42ae2.json
    ingress:
    - hostname: claw.example.com
      service: http://localhost:18789
    - service: http_status:404
    """
  /// `{"Web":{"h.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:18789"}}}},"AllowFunnel":{"h.ts.net:443":true}}`
  static let funnel =
    #"{"_serve/profile-1":"eyJXZWIiOnsiaC50cy5uZXQ6NDQzIjp7IkhhbmRsZXJzIjp7Ii8iOnsiUHJveHkiOiJodHRwOi8vMTI3LjAuMC4xOjE4Nzg5In19fX0sIkFsbG93RnVubmVsIjp7ImgudHMubmV0OjQ0MyI6dHJ1ZX19","_machinekey":"c2VjcmV0"}"#

  static let table: [Case] = [
    Case(
      exe: "/usr/bin/ngrok", arguments: ["ngrok", "http", "18789", "--authtoken", "SECRETSECRET"], name: "ngrok",
      reach: .public),
    Case(
      exe: "/usr/bin/ngrok", arguments: ["ngrok", "http", "--url", "https://x.ngrok.app", "http://localhost:18789"],
      name: "ngrok", reach: .public),
    Case(
      exe: "/usr/bin/ngrok", arguments: ["ngrok", "tcp", "--region=eu", "127.0.0.1:18789"], name: "ngrok",
      reach: .public),
    Case(
      exe: "/usr/bin/ngrok", arguments: ["ngrok", "start", "--all"], name: "ngrok", reach: .public,
      files: ["/home/ada/.config/ngrok/ngrok.yml": ngrok3]),
    Case(
      exe: "/usr/bin/ngrok", arguments: ["ngrok", "start", "claw", "--config", "t.yml"], name: "ngrok", reach: .public,
      files: ["/home/ada/t.yml": ngrok2]),
    Case(
      exe: "/usr/bin/cloudflared", arguments: ["cloudflared", "tunnel", "--url", "http://localhost:18789"],
      name: "cloudflared", reach: .public),
    Case(
      exe: "/usr/bin/cloudflared", arguments: ["cloudflared", "tunnel", "run"], name: "cloudflared", reach: .public,
      files: ["/etc/cloudflared/config.yml": cloudflared]),
    Case(
      exe: "/usr/bin/cloudflared", arguments: ["cloudflared", "--config", "/x.yml", "tunnel", "run", "claw"],
      name: "cloudflared", reach: .public, files: ["/x.yml": cloudflared]),
    Case(
      exe: "/usr/bin/cloudflared", arguments: ["cloudflared", "tunnel", "run"], name: "cloudflared", reach: .public,
      variables: ["TUNNEL_URL": "http://127.0.0.1:18789"]),
    Case(
      exe: "/opt/frpc", arguments: ["frpc", "-c", "/etc/frp/frpc.toml"], name: "frpc", reach: .public,
      files: [
        "/etc/frp/frpc.toml":
          "serverAddr = \"x\"\nauth.token = \"SECRETSECRET\"\n[[proxies]]\nname = \"a\"\nlocalIP = \"127.0.0.1\"\nlocalPort = 18789\n"
      ]),
    Case(
      exe: "/opt/frpc", arguments: ["frpc"], name: "frpc", reach: .public,
      files: ["/home/ada/frpc.ini": "[common]\ntoken = SECRETSECRET\n[web]\ntype = tcp\nlocal_port = 18780-18790\n"]),
    Case(
      exe: "/opt/frpc", arguments: ["frpc", "-c", "f.json"], name: "frpc", reach: .public,
      files: ["/home/ada/f.json": #"{"proxies":[{"name":"a","localPort":18789,"localIP":"127.0.0.1"}]}"#]),
    Case(
      exe: "/usr/bin/bore", arguments: ["bore", "local", "18789", "--to", "bore.pub", "--secret", "SECRETSECRET"],
      name: "bore", reach: .public),
    Case(
      exe: "/usr/bin/node", arguments: ["node", "/usr/lib/node_modules/localtunnel/bin/lt.js", "--port", "18789"],
      name: "localtunnel", reach: .public),
    Case(exe: "/usr/bin/node", arguments: ["node", "/usr/bin/lt", "-p", "18789"], name: "localtunnel", reach: .public),
    Case(
      exe: "/usr/bin/zrok2", arguments: ["zrok2", "share", "public", "localhost:18789"], name: "zrok", reach: .public),
    Case(
      exe: "/usr/bin/zrok", arguments: ["zrok", "share", "private", "http://127.0.0.1:18789"], name: "zrok",
      reach: .tailnet),
    Case(
      exe: "/usr/bin/tailscale", arguments: ["tailscale", "serve", "18789"], name: "tailscale serve", reach: .tailnet),
    Case(
      exe: "/usr/bin/tailscale", arguments: ["tailscale", "serve", "--tcp", "443", "tcp://localhost:18789"],
      name: "tailscale serve", reach: .tailnet),
    Case(
      exe: "/usr/bin/tailscale", arguments: ["tailscale", "funnel", "--https=8443", "http://127.0.0.1:18789"],
      name: "tailscale funnel", reach: .public),
    Case(
      exe: "/usr/sbin/tailscaled", arguments: ["tailscaled"], name: "tailscale funnel", reach: .public,
      files: ["/var/lib/tailscale/tailscaled.state": funnel]),
    Case(
      exe: "/usr/bin/ssh", arguments: ["ssh", "-R", "80:localhost:18789", "nokey@localhost.run"], name: "localhost.run",
      reach: .public),
    Case(
      exe: "/usr/bin/ssh", arguments: ["ssh", "-p", "443", "-R0:localhost:18789", "SECRETSECRET@a.pinggy.io"],
      name: "pinggy.io", reach: .public),
    Case(
      exe: "/usr/bin/ssh", arguments: ["ssh", "-R", "80:localhost:18789", "serveo.net"], name: "serveo.net",
      reach: .public),
    Case(
      exe: "/usr/bin/ssh", arguments: ["ssh", "-fNR", "9000:127.0.0.1:18789", "me@vps.example"], name: "ssh -R",
      reach: .lan),
    Case(
      exe: "/usr/bin/ssh", arguments: ["ssh", "-R", "*:9000:[::1]:18789", "me@vps.example"], name: "ssh -R",
      reach: .public),
    Case(
      exe: "/usr/bin/devtunnel", arguments: ["devtunnel", "host", "-p", "18789", "--allow-anonymous"],
      name: "devtunnel", reach: .public),
  ]

  @Test(arguments: table) func `a tunnel is evidence of the agent that it leads to, and shows no token`(one: Case)
    async throws
  {
    var host = Self.gateway()
    if one.arguments.contains(where: { $0.contains("[::1]") }) {
      host.add(
        pid: 500, "openclaw-gatewa", exe: "/usr/bin/node", ["openclaw-gateway"],
        open: [20: "socket:[70]", 21: "socket:[71]"])
      host.listen("::1", 18789, inode: 71)
    }
    for (path, text) in one.files { host.files.add(path, text) }
    host.add(
      pid: 900, String(one.arguments[0].prefix(15)), exe: one.exe, one.arguments, variables: one.variables)
    let sweep = await host.look().sweep
    let found = try #require(sweep.of(.tunnel).first, "\(sweep.status(.tunnel)?.looked ?? "")")
    #expect(sweep.of(.tunnel).count == 1)
    #expect(found.kind == "openclaw")
    let look = try #require(TunnelLook(data: found.facts.data))
    #expect(look.name == one.name)
    #expect(look.isPublic == (one.reach == .public))
    #expect(look.port == 18789)
    #expect(found.facts.listeners.map(\.scope) == [one.reach])
    #expect(!Set(found.keys).isDisjoint(with: sweep.of(.process).first?.keys ?? []))
    #expect(!"\(sweep)".contains("SECRET"))
  }

  static let harmless: [[String]] = [
    ["ngrok", "version"], ["ngrok", "start", "--none"], ["cloudflared", "access", "tcp"], ["cloudflared", "proxy-dns"],
    ["bore", "server"], ["tailscale", "serve", "status"], ["tailscale", "status"],
    ["ssh", "-L", "1:localhost:18789", "h"],
    ["ssh", "h", "ssh", "-R", "1:localhost:18789", "i"], ["zrok", "access", "private", "x"], ["frps", "-c", "x"],
    ["devtunnel", "list"], ["tailscaled"],
  ]
  @Test(arguments: harmless) func `other uses of the same programs are no tunnel`(arguments: [String]) async {
    var host = Self.gateway()
    host.add(pid: 900, arguments[0], exe: "/usr/bin/\(arguments[0])", arguments)
    let sweep = await host.look().sweep
    #expect(sweep.of(.tunnel).isEmpty)
    #expect(sweep.status(.tunnel)?.looked == "no tunnel program runs")
  }

  @Test func `a tunnel that leads to no agent is counted, and makes no record`() async {
    var host = FakeHost()
    host.add(pid: 900, "ngrok", exe: "/usr/bin/ngrok", ["ngrok", "http", "3000"])
    host.add(
      pid: 901, "cloudflared", exe: "/usr/bin/cloudflared", ["cloudflared", "tunnel", "run", "--token", "SECRET"])
    host.add(pid: 902, "code-tunnel", exe: "/usr/bin/code-tunnel", ["code-tunnel", "tunnel"])
    host.add(pid: 903, "ssh", exe: "/usr/bin/ssh", ["ssh", "-R", "1080", "me@vps"])
    let sweep = await host.look().sweep
    #expect(sweep.observations.isEmpty)
    #expect(
      sweep.status(.tunnel)?.looked
        == "4 tunnels: ngrok → localhost:3000 (no agent), cloudflared → no port named and no agent connected now, VS Code tunnel → this whole host, ssh -R → this whole host"
    )
  }

  @Test func `a tunnel run by token is led to its agent by a connection`() async throws {
    var host = Self.gateway()
    host.add(
      pid: 901, "cloudflared", exe: "/usr/bin/cloudflared", ["cloudflared", "tunnel", "run", "--token", "SECRET"],
      open: [7: "socket:[88]", 8: "socket:[89]"])
    host.connect(to: "127.0.0.1", 18789, inode: 88)
    host.connect(to: "192.0.2.9", 7844, inode: 89)
    let found = try #require(await host.look().sweep.of(.tunnel).first)
    #expect(found.confidence == .medium)
    #expect(found.facts.data["written_in"] == "connections")
    #expect(found.facts.listeners.map(\.endpoint) == ["127.0.0.1:18789"])
  }

  @Test func `a tunnel to another machine is not led to an agent here`() async {
    var host = Self.gateway()
    host.add(pid: 900, "ngrok", exe: "/usr/bin/ngrok", ["ngrok", "http", "http://192.168.1.77:18789"])
    #expect(await host.look().sweep.of(.tunnel).isEmpty)
  }

  @Test func `a tunnel of another user whose sockets are hidden is a blind spot`() async throws {
    var host = Self.gateway()
    host.add(
      pid: 901, "cloudflared", exe: "/usr/bin/cloudflared", ["cloudflared", "tunnel", "run", "--token", "x"],
      variables: nil, user: 0, open: nil)
    let status = try #require(await host.look(isRoot: false).sweep.status(.tunnel))
    #expect(status.blind.first?.what == "where 1 tunnel of other users lead")
  }

  @Test(
    arguments: [
      ("3000", "localhost:3000"), (":3000", "localhost:3000"), ("http://[::1]:3000/x?y", "[::1]:3000"),
      ("https+insecure://127.0.0.1:8443", "127.0.0.1:8443"), ("http://localhost", "localhost:80"),
      ("http://user:pw@localhost:81", "localhost:81"), ("file:///srv", nil), ("unix:/run/x.sock", nil), ("0", nil),
      ("65536", nil), ("", nil), ("localhost", nil), ("http://a b:80", nil), ("[::1", nil),
      ("http://:", "localhost:80"),
    ] as [(String, String?)])
  func `a target is read in all its spellings`(text: String, expected: String?) {
    #expect(TunnelTarget(text)?.text == expected)
  }

  @Test func `files of tunnels cut anywhere, or nested without end, are read without a trap`() {
    for text in [Self.ngrok3, Self.ngrok2, Self.cloudflared, Self.funnel] {
      for count in 0...text.utf8.count {
        let piece = String(decoding: Array(text.utf8).prefix(count), as: UTF8.self)
        _ = TunnelFiles.ngrok(piece)
        _ = TunnelFiles.cloudflared(piece)
        _ = TailscaleState.read(piece)
        #expect(TunnelFiles.frpc(piece).isEmpty)
      }
    }
    let deep = (0..<400).map { String(repeating: " ", count: $0) + "- a:" }.joined(separator: "\n")
    #expect(ConfigLines(deep).entries.isEmpty)
    #expect(ConfigLines(String(repeating: "- ", count: 10_000) + "x").entries.count <= 1)
    #expect(TunnelFiles.frpc("localPort = 1-65535\nlocalPort = 65530-65535").count <= 70)
  }
}
