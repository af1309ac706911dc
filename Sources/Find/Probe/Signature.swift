internal import Model

/// How an agent's server is known by one answer: all tests of a row must hold.
struct Signature: Sendable {
  enum Test: Sendable {
    case path(String)
    case port(Set<UInt16>)
    case status(Int)
    /// The field begins with the text; both without regard to case.
    case field(String, String)
    case noField(String)
    /// The body is this text, blanks around it aside.
    case text(String)
    case contains(String)
    /// The object has these members.
    case members([String: Value])
    case keys([String])
    /// The object has as many members of its own.
    case memberCount(Int)
    /// A duration as Go writes it: `1h2m3.5s`.
    case duration(String)
  }

  /// What the answer says of authentication.
  enum Access: Sendable {
    case unknown
    /// It was given without a login, and is not meant for everybody.
    case open
    case required
    /// The member tells, true for required.
    case member(String)
  }

  var kind: String
  var era: String? = nil
  var confidence: Confidence
  var reason: String
  var tests: [Test]
  /// Member that holds the version.
  var version: String? = nil
  var access = Access.unknown
  /// The page by which a person controls the agent answered.
  var isControlPage = false

  /// The headers that a gateway puts on each HTTP answer since March 2026.
  private static let gatewayFields: [Test] = [
    .field("permissions-policy", "camera=(), microphone=(), geolocation=()"), .field("referrer-policy", "no-referrer"),
    .field("x-content-type-options", "nosniff"),
  ]
  private static let live: [Test] = [
    .status(200), .members(["ok": true, "status": "live"]), .memberCount(2),
  ]

  /// The most telling row that matches wins; of equals the first.
  static let table: [Signature] = [
    // OpenClaw, through its names.
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .high,
      reason: "health answer and headers of an OpenClaw gateway (2026.3.1 or later)", tests: live + gatewayFields),
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .high, reason: "settings of the OpenClaw control page",
      tests: [.status(200), .keys(["serverVersion", "assistantName", "basePath"])], version: "serverVersion",
      isControlPage: true),
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .high, reason: "title of the OpenClaw control page",
      tests: [.status(200), .contains("<title>OpenClaw Control</title>")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "Moltbot", confidence: .high, reason: "title of the Moltbot control page",
      tests: [.status(200), .contains("<title>Moltbot Control</title>")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "Clawdbot", confidence: .high, reason: "title of the Clawdbot control page",
      tests: [.status(200), .contains("<title>Clawdbot Control</title>")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .medium, reason: "element of the OpenClaw control page",
      tests: [.status(200), .contains("<openclaw-app")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "Moltbot", confidence: .medium, reason: "element of the Moltbot control page",
      tests: [.status(200), .contains("<moltbot-app")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "Clawdbot", confidence: .medium, reason: "element of the Clawdbot control page",
      tests: [.status(200), .contains("<clawdbot-app")], isControlPage: true),
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .medium,
      reason: "health answer of an OpenClaw gateway, without its headers", tests: live),
    Signature(
      kind: "openclaw", era: "OpenClaw", confidence: .low, reason: "headers of an OpenClaw gateway",
      tests: gatewayFields),

    // The kin.
    Signature(
      kind: "nanobot", confidence: .medium, reason: "health answer of nanobot",
      tests: [.path("/health"), .status(200), .keys(["status", "process", "ready", "websocket"])]),
    Signature(
      kind: "nanobot", confidence: .low, reason: "page from a Python WebSocket server on nanobot's port",
      tests: [.port([8765]), .path("/"), .status(200), .field("server", "python/"), .contains("<")]),
    Signature(
      kind: "zeroclaw", confidence: .high, reason: "health answer of ZeroClaw, which tells whether it is paired",
      tests: [.path("/health"), .status(200), .members(["status": "ok"]), .keys(["paired", "require_pairing"])],
      access: .member("require_pairing")),
    Signature(
      kind: "zeroclaw", confidence: .medium, reason: "health answer of ZeroClaw, which tells whether it is paired",
      tests: [.path("/health"), .status(200), .members(["status": "ok"]), .keys(["paired"])]),
    Signature(
      kind: "picoclaw", confidence: .medium, reason: "health answer of PicoClaw",
      tests: [
        .path("/health"), .status(200), .members(["status": "ok"]), .keys(["uptime", "pid"]), .duration("uptime"),
      ]),
    Signature(
      kind: "picoclaw", confidence: .low, reason: "health answer on PicoClaw's port",
      tests: [
        .port([18790]), .path("/health"), .status(200), .members(["status": "ok"]), .memberCount(2),
        .duration("uptime"),
      ]),
    Signature(
      kind: "hermes", confidence: .high, reason: "status answer of the Hermes dashboard",
      tests: [.path("/api/status"), .status(200), .keys(["version", "hermes_home", "auth_required"])],
      version: "version", access: .member("auth_required")),
    Signature(
      kind: "hermes", confidence: .high, reason: "health answer of the Hermes API",
      tests: [.path("/health"), .status(200), .members(["platform": "hermes-agent"])], version: "version"),
    Signature(
      kind: "hermes", confidence: .low, reason: "health answer from aiohttp on the port of the Hermes API",
      tests: [.port([8642]), .path("/health"), .status(200), .members(["status": "ok"]), .field("server", "python/")]),
    Signature(
      kind: "qwenpaw", confidence: .medium, reason: "version answer of QwenPaw",
      tests: [
        .path("/api/version"), .port([8088]), .status(200), .keys(["version"]), .memberCount(1),
        .field("server", "uvicorn"),
      ], version: "version"),
    Signature(
      kind: "opencode", confidence: .high, reason: "health answer of an OpenCode server, given without a password",
      tests: [.path("/global/health"), .status(200), .members(["healthy": true]), .keys(["version"])],
      version: "version", access: .open),
    Signature(
      kind: "opencode", confidence: .low, reason: "password asked for on OpenCode's port",
      tests: [.port([4096]), .path("/global/health"), .status(401), .field("www-authenticate", "basic")],
      access: .required),
    Signature(
      kind: "goose", confidence: .low, reason: "status answer on the port of goosed",
      tests: [.port([3000]), .path("/status"), .status(200), .text("ok")]),
    Signature(
      kind: "n8n", confidence: .low, reason: "health answer on the port of n8n",
      tests: [.port([5678]), .path("/healthz"), .status(200), .members(["status": "ok"]), .memberCount(1)]),

    // Model servers: no agents, and worth telling where somebody asks.
    Signature(
      kind: "model-server:ollama", confidence: .high, reason: "greeting of Ollama",
      tests: [.path("/"), .status(200), .text("Ollama is running")], access: .open),
    Signature(
      kind: "model-server:llama.cpp", confidence: .high, reason: "server name of llama.cpp",
      tests: [.status(200), .field("server", "llama.cpp")]),
  ]

  /// The row for an answer, if any.
  static func match(_ answer: HTTPAnswer, path: String, port: UInt16) -> (signature: Signature, json: FlatJSON?)? {
    let json = answer.isEncoded ? nil : FlatJSON(answer.body)
    var best: Signature?
    for row in table where row.tests.allSatisfy({ $0.holds(answer, json, path, port) }) {
      if let found = best, found.confidence >= row.confidence { continue }
      best = row
    }
    return best.map { ($0, json) }
  }
}

extension Signature.Test {
  func holds(_ answer: HTTPAnswer, _ json: FlatJSON?, _ path: String, _ port: UInt16) -> Bool {
    switch self {
    case .path(let wanted): path == wanted
    case .port(let wanted): wanted.contains(port)
    case .status(let wanted): answer.status == wanted
    case .field(let name, let start): answer[name]?.lowercased().hasPrefix(start.lowercased()) ?? false
    case .noField(let name): answer[name] == nil
    case .text(let wanted): !answer.isEncoded && Self.trimmed(answer.body).elementsEqual(wanted.utf8)
    case .contains(let wanted): !answer.isEncoded && answer.body.contains(sequence: Array(wanted.utf8))
    case .members(let wanted): wanted.allSatisfy { json?[$0.key] == $0.value }
    case .keys(let wanted): wanted.allSatisfy { json?[$0] != nil }
    case .memberCount(let wanted): json?.names.count == wanted
    case .duration(let name): json?[name]?.string.map(Self.isDuration) ?? false
    }
  }

  private static func trimmed(_ body: [UInt8]) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    var body = body[...]
    while let last = body.last, isBlank(last) { body.removeLast() }
    return body.drop(while: isBlank)
  }

  /// Numbers, each with its unit.
  private static func isDuration(_ text: String) -> Bool {
    guard (2...40).contains(text.utf8.count), text.utf8.last == UInt8(ascii: "s") else { return false }
    return text.unicodeScalars.allSatisfy { "0123456789.hmsµnu".unicodeScalars.contains($0) }
      && (0x30...0x39).contains(text.utf8.first ?? 0)
  }
}

extension [UInt8] {
  func contains(sequence wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, count >= wanted.count else { return false }
    for start in 0...(count - wanted.count)
    where self[start] == first && self[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
    return false
  }
}
