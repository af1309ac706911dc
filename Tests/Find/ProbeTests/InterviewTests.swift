import Model
import Testing

@testable import Probe

@Suite struct InterviewTests {
  /// Talks to a made-up server until the interview has no more questions.
  ///
  /// - Parameter server: path or `upgrade` or `hello` to what comes back; nothing for what is missing.
  static func talk(_ port: UInt16, named: Bool = true, followsUp: Bool = true, _ server: [String: [UInt8]]) -> Verdict {
    let endpoint = Endpoint(address: TargetTests.address("192.168.1.7"), port: port, isNamed: named)
    var interview = Interview(endpoint, followsUp: followsUp)
    var question: Question? = interview.begin()
    var count = 0
    while let asked = question {
      count += 1
      #expect(count <= 6)
      let bytes =
        switch asked {
        case .get(let path): server[path]
        case .upgrade: server["upgrade"]
        case .hello: server["hello"]
        }
      question = interview.take(.of(asked, bytes ?? []))
    }
    return interview.verdict
  }
  static func talk(_ port: UInt16, named: Bool = true, _ server: [String: String]) -> Verdict {
    talk(port, named: named, server.mapValues { Array($0.utf8) })
  }
  static let history = "GET \(Interview.history)"
  static let settings = "GET \(Interview.settings)"

  @Test func `a gateway of spring 2026 is known by its health answer, and its version and page are asked for`() {
    let verdict = Self.talk(
      18789,
      [
        "/healthz": Answers.live, Interview.history: Answers.unauthorized,
        "/": Answers.page("OpenClaw Control", Answers.fields),
        Interview.settings: Answers.settings,
      ])
    #expect(verdict.kind == "openclaw" && verdict.era == "OpenClaw" && verdict.confidence == .high)
    #expect(verdict.version == "2026.4.2" && verdict.authenticated == true && verdict.controlPage == true)
    #expect(verdict.tls == false && !verdict.speaksWebSocket && verdict.state == .open)
    #expect(verdict.asked == ["GET /healthz", Self.history, "GET /", Self.settings])
  }

  @Test(
    arguments: [
      (Answers.unauthorized, true), (Answers.lockedOut, true), (Answers.proxyRefused, true),
      (Answers.missingScope, false),
      (Answers.noSession, false), (Answers.notFoundOfGateway, nil), (Answers.page("OpenClaw Control"), nil), ("", nil),
      (Answers.http("503 Service Unavailable", "", "busy"), nil),
      (Answers.http("404 Not Found", "Content-Encoding: gzip\r\n", #"{"error":{"type":"not_found"}}"#), nil),
    ] as [(String, Bool?)])
  func `whether a stranger has to log in is told by the history that nobody has`(answer: String, required: Bool?) {
    let verdict = Self.talk(18789, ["/healthz": Answers.live, Interview.history: answer])
    #expect(verdict.authenticated == required && verdict.kind == "openclaw")
  }

  @Test(arguments: [
    ("OpenClaw Control", "OpenClaw"), ("Moltbot Control", "Moltbot"), ("Clawdbot Control", "Clawdbot"),
  ])
  func `a page that answers for the health path tells the era`(title: String, era: String) {
    let verdict = Self.talk(18789, ["/healthz": Answers.page(title)])
    #expect(
      verdict.kind == "openclaw" && verdict.era == era && verdict.confidence == .high && verdict.controlPage == true)
    #expect(verdict.asked.count == (era == "OpenClaw" ? 3 : 1))
  }

  @Test func `an early gateway without a page is known by its challenge`() {
    var server = [
      "/healthz": Array(Answers.notFound.utf8), "upgrade": Array(Answers.upgraded.utf8) + Answers.challenge,
    ]
    let verdict = Self.talk(18789, server)
    #expect(
      verdict.kind == "openclaw" && verdict.confidence == .certain && verdict.challenged && verdict.speaksWebSocket)
    #expect(verdict.asked.prefix(2) == ["GET /healthz", "WebSocket upgrade"])
    // The nonce is nobody's business.
    #expect(!"\(verdict)".contains("3f2b8f0e"))
    // Named on any port, and not where it is one of a network on a port of others.
    #expect(Self.talk(9999, server).kind == "openclaw")
    #expect(Self.talk(9999, named: false, server).asked == ["GET /healthz"])
    // Where the page is told afterwards, the era is.
    server["/"] = Array(Answers.page("Clawdbot Control").utf8)
    #expect(Self.talk(18789, server).era == "Clawdbot")
  }

  @Test func `a health answer without the headers is confirmed by the challenge`() {
    let bytes = [
      "/healthz": Array(Answers.liveBehindProxy.utf8), "upgrade": Array(Answers.upgraded.utf8) + Answers.challenge,
    ]
    let verdict = Self.talk(443, bytes)
    #expect(verdict.confidence == .certain && verdict.server == "nginx" && verdict.era == "OpenClaw")
    let declined = Self.talk(443, ["/healthz": Answers.liveBehindProxy, "upgrade": Answers.notFound])
    #expect(declined.confidence == .medium && declined.kind == "openclaw" && declined.asked.contains(Self.history))
  }

  @Test(arguments: [
    Answers.frame(#"{"type":"event","event":"hello"}"#), Answers.frame(#"{"event":"connect.challenge"}"#),
    Answers.frame(#"{"type":"event","event":"connect.challenge","payload":{"nonce":""}}"#), Answers.frame("x"),
    Answers.frame("{}", opcode: 0x82), Answers.frame("{}", opcode: 0x01), Answers.frame("", opcode: 0x88),
    [0x81, 0x85, 1, 2, 3],
    [0x81, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [], [0x81], [0xC1, 0x00],
    Answers.frame(String(repeating: "a", count: 70_000)),
  ])
  func `a WebSocket that says something else is no gateway`(message: [UInt8]) {
    let verdict = Self.talk(
      18789, ["/healthz": Array(Answers.notFound.utf8), "upgrade": Array(Answers.upgraded.utf8) + message])
    #expect(verdict.kind == nil && verdict.speaksWebSocket && !verdict.challenged)
  }

  @Test func `pings before the challenge do not hide it, and many of them do not help`() {
    let ping = Answers.frame("p", opcode: 0x89)
    #expect(Frame(ping + Answers.challenge) != .partial)
    #expect(Frame(Array(repeating: ping, count: 20).flatMap { $0 }) == .partial)
    for count in 0..<Answers.challenge.count { #expect(Frame(Array(Answers.challenge[..<count])) == .partial) }
  }

  @Test(
    arguments: [
      // port, path, answer, kind, confidence, version, authenticated
      (
        18790, "/health", #"{"status":"ok","process":{"pid":7},"ready":true,"websocket":{"clients":0}}"#, "nanobot",
        Confidence.medium, nil, nil
      ),
      (
        42617, "/health", #"{"status":"ok","paired":false,"require_pairing":true,"runtime":{}}"#, "zeroclaw", .high,
        nil, true
      ),
      (
        42617, "/health", #"{"status":"ok","paired":true,"require_pairing":false,"runtime":{}}"#, "zeroclaw", .high,
        nil, false
      ),
      (42617, "/health", #"{"status":"ok","paired":true}"#, "zeroclaw", .medium, nil, nil),
      (18790, "/health", #"{"status":"ok","uptime":"1h2m3.5s","pid":812}"#, "picoclaw", .medium, nil, nil),
      (18790, "/health", #"{"status":"ok","uptime":"412.7ms"}"#, "picoclaw", .low, nil, nil),
      (
        9119, "/api/status", #"{"version":"0.19.0","hermes_home":"/home/ada/.hermes","auth_required":false}"#, "hermes",
        .high, "0.19.0", false
      ),
      (
        8642, "/health", #"{"status":"ok","platform":"hermes-agent","version":"0.21.6"}"#, "hermes", .high, "0.21.6",
        nil
      ),
      (4096, "/global/health", #"{"healthy":true,"version":"1.4.0"}"#, "opencode", .high, "1.4.0", false),
      (18790, "/health", #"{"ok":true,"status":"live"}"#, "openclaw", .medium, nil, nil),
    ] as [(UInt16, String, String, String, Confidence, String?, Bool?)])
  func `the kin are known by what only they answer`(
    port: UInt16, path: String, body: String, kind: String, confidence: Confidence, version: String?, required: Bool?
  ) {
    let verdict = Self.talk(port, named: false, [path: Answers.json(body)])
    #expect(verdict.kind == kind && verdict.confidence == confidence)
    #expect(verdict.version == version && verdict.authenticated == required)
    #expect(!"\(verdict)".contains("/home/ada"))
  }

  @Test func `more kin, told by headers, texts and status`() {
    #expect(
      Self.talk(8088, ["/api/version": Answers.json(#"{"version":"1.2"}"#, "200 OK", "Server: uvicorn\r\n")]).kind
        == "qwenpaw")
    let opencode = Self.talk(
      4096, ["/global/health": Answers.http("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "")])
    #expect(opencode.kind == "opencode" && opencode.confidence == .low && opencode.authenticated == true)
    #expect(
      Self.talk(8765, ["/": Answers.page("nanobot", "Server: Python/3.11 websockets/15.0\r\n")]).confidence == .low)
    #expect(
      Self.talk(8642, ["/health": Answers.json(#"{"status":"ok"}"#, "200 OK", "Server: Python/3.11 aiohttp/3.9\r\n")])
        .kind == "hermes")
    #expect(
      Self.talk(3000, ["/healthz": Answers.notFound, "/status": Answers.http("200 OK", "", "ok\n")]).kind == "goose")
    #expect(Self.talk(5678, ["/healthz": Answers.json(#"{"status":"ok"}"#)]).kind == "n8n")
    #expect(Self.talk(11434, ["/": Answers.http("200 OK", "", "Ollama is running")]).kind == "model-server:ollama")
    #expect(
      Self.talk(
        8080,
        [
          "/healthz": Answers.http("404 Not Found", "Server: nginx\r\n", ""),
          "/health": Answers.json(#"{"status":"ok"}"#, "200 OK", "Server: llama.cpp\r\n"),
        ]
      ).kind == "model-server:llama.cpp")
  }

  @Test(arguments: [
    Answers.json(#"{"status":"ok"}"#, "200 OK", "Server: x\r\n"), Answers.http("200 OK", "Server: x\r\n", "ok"),
    Answers.json(#"{"ok":true}"#, "200 OK", "Server: x\r\n"), Answers.page("OpenClaw", "Server: x\r\n"),
    Answers.json(#"{"ok":true,"status":"live","more":1}"#, "200 OK", "Server: x\r\n"),
    Answers.json(#"{"ok":"true","status":"live"}"#, "200 OK", "Server: x\r\n"),
    Answers.http("200 OK", "Server: x\r\nContent-Encoding: gzip\r\n", #"{"ok":true,"status":"live"}"#),
    Answers.http("500 Error", "Server: x\r\n", #"{"ok":true,"status":"live"}"#),
  ])
  func `strangers get one request and no name`(answer: String) {
    let verdict = Self.talk(18789, named: false, ["/healthz": answer])
    #expect(verdict.kind == nil && verdict.asked == ["GET /healthz"] && verdict.speaksHTTP && verdict.tls == false)
  }

  @Test func `a redirect is told and not followed`() {
    let verdict = Self.talk(
      18789, ["/healthz": Answers.http("302 Found", "Location: http://198.51.100.9/\u{1B}[2J\r\n", "")])
    #expect(verdict.asked == ["GET /healthz"])
    #expect(verdict.redirect == #"302 to http://198.51.100.9/\027[2J"#)
  }

  @Test func `what a server calls itself is shown safe and cut`() {
    let verdict = Self.talk(
      18789,
      [
        "/healthz": Answers.http(
          "200 OK", "Server: \u{1B}]0;owned\u{7}\u{202E}" + String(repeating: "x", count: 5000) + "\r\n", "")
      ])
    let server = verdict.server ?? ""
    #expect(server.hasPrefix(#"\027]0;owned\007\226\128\174"#) && server.utf8.count < 4 * 120)
  }

  @Test func `a version is shown safe and cut`() {
    let verdict = Self.talk(
      9119,
      [
        "/api/status": Answers.json(
          "{\"version\":\"1\u{1B}\(String(repeating: "9", count: 99))\",\"hermes_home\":\"x\",\"auth_required\":true}")
      ])
    // A control character is not allowed in JSON, so this is no answer at all.
    #expect(verdict.version == nil)
    let long = Self.talk(
      9119,
      [
        "/api/status": Answers.json(
          "{\"version\":\"\(String(repeating: "\u{202E}9", count: 99))\",\"hermes_home\":\"x\",\"auth_required\":true}")
      ])
    #expect((long.version ?? "").utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && (long.version ?? "").utf8.count <= 160)
  }

  @Test(
    arguments: [
      ([:], nil, nil), (["hello": TLSTests.hello13], true, "TLS 1.3"), (["hello": TLSTests.hello12], true, "TLS 1.2"),
      (["hello": TLSTests.versionAlert], true, nil), (["hello": Array("garbage".utf8)], nil, nil),
      (["hello": Array(TLSTests.hello13.prefix(20))], nil, nil),
      (["/healthz": TLSTests.versionAlert, "hello": TLSTests.hello13], true, "TLS 1.3"),
      (
        [
          "/healthz": Array(
            Answers.http("400 Bad Request", "", "Client sent an HTTP request to an HTTPS server.\n").utf8),
          "hello": TLSTests.hello12,
        ], true, "TLS 1.2"
      ),
      (
        [
          "/healthz": Array(Answers.http("400 Bad Request", "", "The plain HTTP request was sent to HTTPS port").utf8),
          "hello": TLSTests.hello12,
        ], true, "TLS 1.2"
      ),
    ] as [([String: [UInt8]], Bool?, String?)])
  func `a port that gives no HTTP is asked for TLS`(server: [String: [UInt8]], tls: Bool?, version: String?) {
    let verdict = Self.talk(443, server)
    #expect(verdict.tls == tls && verdict.tlsVersion == version && verdict.kind == nil && verdict.state == .open)
    #expect(verdict.asked == ["GET /healthz", "TLS ClientHello"])
    // On a port of OpenClaw the port is all that can be known.
    let gateway = Self.talk(18789, server)
    #expect(gateway.kind == (tls == true ? "openclaw" : nil) && gateway.confidence == .low)
  }

  @Test func `a banner is told, and nothing more is asked`() {
    let verdict = Self.talk(22, ["/healthz": Array("SSH-2.0-OpenSSH_9.2\r\nInvalid\u{1B}".utf8)])
    #expect(verdict.banner == "SSH-2.0-OpenSSH_9.2" && verdict.tls == false && verdict.asked == ["GET /healthz"])
  }

  @Test func `no connection is no answer, and a lost one later changes nothing`() {
    let endpoint = Endpoint(address: TargetTests.address("192.168.1.7"), port: 18789, isNamed: true)
    for (reply, state) in [(Reply.refused, Verdict.State.refused), (.silent, .silent), (.unreachable, .unreachable)] {
      var interview = Interview(endpoint)
      _ = interview.begin()
      #expect(interview.take(reply) == nil && interview.verdict.state == state && interview.verdict.asked.isEmpty)
      #expect(interview.take(reply) == nil)
    }
    var interview = Interview(endpoint)
    let first = interview.begin()
    #expect(interview.take(.of(first, Array(Answers.live.utf8))) == .get(Interview.history))
    #expect(interview.take(.refused) == nil && interview.verdict.state == .open && interview.verdict.kind == "openclaw")
  }

  @Test func `without follow-ups a gateway gets one request`() {
    let verdict = Self.talk(18789, followsUp: false, ["/healthz": Array(Answers.live.utf8)])
    #expect(verdict.asked == ["GET /healthz"] && verdict.kind == "openclaw")
  }

  @Test func `requests say who asks, carry no credential and no origin`() {
    let endpoint = Endpoint(address: TargetTests.address("fd00::7"), port: 18789)
    let get = String(decoding: Question.get("/healthz").bytes(endpoint, random: []), as: UTF8.self)
    #expect(
      get.hasPrefix(
        "GET /healthz HTTP/1.1\r\nHost: [fd00::7]:18789\r\nUser-Agent: Trammel/\(Model.version) (+probe)\r\n"))
    #expect(get.hasSuffix("\r\n\r\n"))
    let upgrade = String(
      decoding: Question.upgrade.bytes(
        Endpoint(address: endpoint.address, port: 80, name: "box"), random: Array("the sample nonce".utf8)),
      as: UTF8.self)
    // The sample of RFC 6455 §1.3.
    #expect(upgrade.contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") && upgrade.contains("Host: box\r\n"))
    for text in [get, upgrade] {
      #expect(!text.contains("Authorization") && !text.contains("Origin") && !text.contains("Cookie"))
    }
    #expect(Question.goodbye(random: [1, 2, 3, 4]) == [0x88, 0x82, 1, 2, 3, 4, 0x03 ^ 1, 0xE8 ^ 2])
    #expect(
      ["", "f", "fo", "foo", "foob"].map { Question.base64(Array($0.utf8)) } == [
        "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==",
      ])
  }
}
