@testable import Probe

/// Answers as the servers give them; values are made up, forms are those of their documentation or source.
enum Answers {
  static let fields =
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nPermissions-Policy: camera=(), microphone=(), geolocation=()\r\n"

  static func http(_ status: String, _ fields: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
  }
  static func json(_ body: String, _ status: String = "200 OK", _ fields: String = "") -> String {
    http(status, fields + "Content-Type: application/json\r\n", body)
  }
  static func page(_ title: String, _ fields: String = "") -> String {
    http(
      "200 OK", fields + "Content-Type: text/html\r\n",
      "<!doctype html><html><head><title>\(title)</title></head><body></body></html>")
  }

  static let live = json(#"{"ok":true,"status":"live"}"#, "200 OK", fields)
  static let liveBehindProxy = json(#"{"ok":true,"status":"live"}"#, "200 OK", "Server: nginx\r\n")
  static let notFound = http("404 Not Found", "Content-Type: text/plain; charset=utf-8\r\n", "Not Found")
  static let notFoundOfGateway = http("404 Not Found", fields + "Content-Type: text/plain\r\n", "Not Found")
  static let unauthorized = json(
    #"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#, "401 Unauthorized", fields)
  static let lockedOut = json(
    #"{"error":{"message":"Too many failed authentication attempts. Please try again later.","type":"rate_limited"}}"#,
    "429 Too Many Requests", fields)
  static let missingScope = json(
    #"{"ok":false,"error":{"type":"forbidden","message":"missing scope: operator.read"}}"#, "403 Forbidden", fields)
  static let proxyRefused = json(
    #"{"error":{"message":"proxy","type":"proxy_attribution_required"}}"#, "403 Forbidden", fields)
  static let noSession = json(
    #"{"ok":false,"error":{"type":"not_found","message":"Session not found: trammel-probe"}}"#, "404 Not Found", fields)
  static let settings = json(
    #"{"basePath":"","assistantName":"Molly","assistantAvatar":"x","assistantAgentId":"main","serverVersion":"2026.4.2","localMediaPreviewRoots":["/home/ada"]}"#,
    "200 OK", fields)

  static let upgraded =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

  /// A text frame of a server.
  static func frame(_ text: String, opcode: UInt8 = 0x81) -> [UInt8] {
    let body = Array(text.utf8)
    let head: [UInt8] =
      body.count < 126
      ? [opcode, UInt8(body.count)]
      : body.count < 65_536
        ? [opcode, 126, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
        : [opcode, 127] + (0..<8).map { UInt8(truncatingIfNeeded: UInt64(body.count) >> UInt64(56 - 8 * $0)) }
    return head + body
  }
  static let challenge = frame(
    #"{"type":"event","event":"connect.challenge","payload":{"nonce":"3f2b8f0e-52a1-4c8e-9d5d-0c1b7a6e4f21","ts":1795700000000}}"#
  )
}

extension Reply {
  /// The reply that a connection with this question makes of these bytes, after which the server closes.
  static func of(_ question: Question, _ bytes: [UInt8], closing: Bool = true) -> Reply {
    var intake = Intake(question)
    intake.take(bytes)
    if closing { intake.end() }
    return intake.reply
  }
}
