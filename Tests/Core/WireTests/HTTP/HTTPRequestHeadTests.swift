import Testing

@testable import Wire

@Suite struct HTTPRequestHeadTests {
  private func head(_ text: String) throws -> HTTPRequestHead {
    guard case .head(let head, let consumed) = HTTPRequestHead.read(text) else { throw Missing() }
    #expect(consumed == text.utf8.count)
    return head
  }
  private struct Missing: Error {}

  /// Recorded from curl, straight and with a proxy.
  private static let plain =
    "GET /path?q=1 HTTP/1.1\r\nHost: 127.0.0.1:4433\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
  private static let tunnel =
    "CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\nUser-Agent: curl/7.88.1\r\nProxy-Connection: Keep-Alive\r\n\r\n"
  private static let proxied =
    "GET http://api.example.com/x HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nProxy-Connection: Keep-Alive\r\n\r\n"
  /// Made up, as the `ws` library of Node asks.
  private static let upgrade =
    "GET / HTTP/1.1\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nHost: gateway.example:18789\r\n\r\n"
  private static let post =
    "POST /v1/responses HTTP/1.1\r\nhost:API.Example.COM.\r\ncontent-length: 50716 \r\nuser-agent:\t\u{E4}gent\u{1B}[2J\\ \r\n\r\n"
  static let all = [plain, tunnel, proxied, upgrade, post]

  @Test func `a request says whom it asks for what`() throws {
    let head = try head(Self.plain)
    #expect(head.method == "GET" && head.target == "/path?q=1" && head.path == "/path")
    #expect(head.host == "127.0.0.1" && head.port == 4433 && head.userAgent == "curl/7.88.1")
    #expect(!head.isConnect && !head.isAbsolute && !head.isWebSocketUpgrade && head.contentLength == nil)
  }

  @Test func `a tunnel through a proxy names its end, and the client's hello follows the head`() throws {
    let head = try head(Self.tunnel)
    #expect(head.isConnect && head.host == "api.example.com" && head.port == 443 && head.path.isEmpty)
    let stream = Array(Self.tunnel.utf8) + RecordedHello.all[0].record
    guard case .head(_, let consumed) = HTTPRequestHead.read(stream),
      case .hello(let hello) = TLSRecords.read(Array(stream[consumed...]))
    else { throw Missing() }
    #expect(hello.serverName == "api.example.com")
  }

  @Test func `a request to a proxy names the host in its target`() throws {
    let head = try head(Self.proxied)
    #expect(head.isAbsolute && head.host == "api.example.com" && head.port == nil && head.path == "/x")
  }

  @Test func `an upgrade to a WebSocket is told in whatever case it is asked for`() throws {
    let head = try head(Self.upgrade)
    #expect(head.isWebSocketUpgrade && head.offersCompression)
    #expect(head.host == "gateway.example" && head.port == 18789)
  }

  @Test func `what a stranger wrote can be shown`() throws {
    let head = try head(Self.post)
    #expect(head.host == "api.example.com" && head.contentLength == 50716)
    #expect(head.userAgent == "\u{E4}gent\\027[2J\\\\")
  }

  @Test(
    arguments: [
      ("http://user:secret@h.example:8080/a/b?k=v#f", "h.example", 8080, "/a/b"),
      ("HTTPS://H.example", "h.example", nil, ""),
      ("ws://[2001:db8::1]:18789/", "2001:db8::1", 18789, "/"),
      ("http://[fe80::1%25eth0]/", "fe80::1%25eth0", nil, "/"),
      ("http://h.example?x", "h.example", nil, ""), ("http://h.example:/", "h.example", nil, "/"),
      ("http://h.example:99999/", "h.example", nil, "/"), ("http://h.example:8a/", "h.example", nil, "/"),
    ] as [(String, String, UInt16?, String)])
  func `a target with a host gives it without what belongs to a person`(
    target: String, host: String, port: UInt16?, path: String
  ) throws {
    let head = try head("GET \(target) HTTP/1.1\r\nHost: other.example\r\n\r\n")
    #expect(head.host == host && head.port == port && head.path == path && head.isAbsolute)
  }

  @Test(arguments: [
    "", " ", "a b", "a/b", "user@h", "[2001:db8::1", "[2001:db8::1]x", "[]", ".", "a\u{1}b",
    String(repeating: "a", count: 256),
  ])
  func `a host that can be none is none`(host: String) throws {
    #expect(try head("GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n").host == nil)
  }

  @Test func `of a field that stands twice the first one counts, and lines that are no field are counted`() throws {
    let head = try head(
      "GET * HTTP/1.1\nHost: a.example\nHost: b.example\nno field\n folded\n: x\nUser-Agent: 1\nUser-Agent: 2\nContent-Length: 5\nContent-Length: 6\nUpgrade: h2c\n\n"
    )
    #expect(head.host == "a.example" && head.userAgent == "1" && head.contentLength == 5 && head.damaged == 3)
    #expect(!head.isWebSocketUpgrade && head.path.isEmpty && head.target == "*")
  }

  @Test func `a list is searched element by element`() throws {
    for (list, has) in [
      ("websocket", true), ("h2c, WebSocket", true), ("websocket/13", false), ("xwebsocket", false),
      (", ,websocket ;a", true),
    ] {
      #expect(try head("GET / HTTP/1.1\r\nUpgrade: \(list)\r\n\r\n").isWebSocketUpgrade == has, "\(list)")
    }
  }

  @Test(arguments: [
    "get / HTTP/1.1\r\n", "GE / HTTP/1.1\r\n", "GET  / HTTP/1.1\r\n", "GET / HTTP/2.0\r\n", "GET / HTTP/1.x\r\n",
    "GET /\r\n", "GET / x HTTP/1.1\r\n", "GET a HTTP/1.1\r\n", "GET /\u{1} HTTP/1.1\r\n", "CONNECT / HTTP/1.1\r\n",
    "INVITE sip:a@b.example SIP/2.0\r\n", "OPTIONS rtsp://a/b RTSP/1.0\r\n", "SSH-2.0-OpenSSH\r\n", "\u{16}\u{3}\u{1}",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "GET http:///a HTTP/1.1\r\n", "\r\n",
    "HELO a\r\n",
    "ABCDEFGHIJKLMNO\u{1}", "-GET / HTTP/1.1",
  ])
  func `other protocols are told by their first line`(text: String) {
    #expect(HTTPRequestHead.read(text) == .notHTTP)
  }

  @Test(arguments: all)
  func `a head that is cut anywhere is awaited`(text: String) {
    let bytes = Array(text.utf8)
    for count in bytes.indices {
      #expect(HTTPRequestHead.read(Array(bytes[..<count])) == .needMore)
    }
  }

  @Test func `a head without end is not awaited for ever`() {
    let start = "GET /\(String(repeating: "a", count: HTTPRequestHead.limit))"
    #expect(HTTPRequestHead.read(start) == .tooLarge)
    #expect(HTTPRequestHead.read("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 300)) == .tooLarge)
    #expect(HTTPRequestHead.read("GET / HTTP/1.1\r\nCookie: " + start) == .tooLarge)
  }

  @Test(arguments: all)
  func `whatever is changed in a head, what is read of it can be shown`(text: String) {
    for bytes in mutations(of: Array(text.utf8), count: 4000) {
      guard case .head(let head, let consumed) = HTTPRequestHead.read(bytes) else { continue }
      #expect(consumed <= bytes.count && !head.method.isEmpty && !head.target.isEmpty)
      #expect(
        [head.target, head.path, head.host ?? "", head.userAgent ?? ""].allSatisfy { !$0.utf8.contains { $0 < 0x20 } })
      #expect(head.host?.utf8.count ?? 0 <= 255 && head.contentLength ?? 0 >= 0)
    }
  }
}

@Suite struct HTTPResponseHeadTests {
  private static let switching =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
  private static let stream =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\nContent-Length: 12\r\nbad line\r\n\r\n"
  private static let tunnel = "HTTP/1.0 200\r\n\r\n"
  static let all = [switching, stream, tunnel]

  private func head(_ text: String) throws -> HTTPResponseHead {
    guard case .head(let head, let consumed) = HTTPResponseHead.read(text) else { throw Missing() }
    #expect(consumed == text.utf8.count)
    return head
  }
  private struct Missing: Error {}

  @Test func `a WebSocket begins behind the answer that switches to it`() throws {
    let switching = try head(Self.switching)
    #expect(
      switching.status == 101 && switching.isWebSocket && switching.usesCompression && switching.upgrade == "websocket")
    #expect(try !head("HTTP/1.1 101 X\r\nUpgrade: h2c\r\n\r\n").isWebSocket)
    #expect(try !head("HTTP/1.1 426 X\r\nUpgrade: websocket\r\n\r\n").isWebSocket)
  }

  @Test func `a streamed answer is told by its type`() throws {
    let head = try head(Self.stream)
    #expect(head.status == 200 && head.server == "nginx/1.22.1" && head.contentType == "text/event-stream")
    #expect(head.contentLength == 12 && head.damaged == 1 && head.upgrade == nil && !head.usesCompression)
  }

  @Test func `an answer without a reason is one`() throws {
    #expect(try head(Self.tunnel).status == 200)
  }

  @Test(arguments: [
    "HTTP/2 200\r\n\r\n", "HTTP/1.1 99 X\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1 20x OK\r\n\r\n",
    "HTTP/1.1\r\n\r\n", "http/1.1 200\r\n\r\n",
    "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.x 200 OK\r\n", "\u{15}\u{3}", "ICY 200 OK\r\n",
  ])
  func `other protocols are told by their first line`(text: String) {
    #expect(HTTPResponseHead.read(text) == .notHTTP)
  }

  @Test(arguments: all)
  func `a head that is cut is awaited, one that is changed is read or refused`(text: String) {
    let bytes = Array(text.utf8)
    for count in bytes.indices { #expect(HTTPResponseHead.read(Array(bytes[..<count])) == .needMore) }
    for changed in mutations(of: bytes, count: 4000) {
      guard case .head(let head, let consumed) = HTTPResponseHead.read(changed) else { continue }
      #expect(consumed <= changed.count && (100...999).contains(head.status))
    }
  }

  @Test func `a head without end is not awaited for ever`() {
    #expect(HTTPResponseHead.read("HTTP/1.1 200 " + String(repeating: "a", count: 20_000)) == .tooLarge)
    #expect(HTTPResponseHead.read("HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 300)) == .tooLarge)
    #expect(HTTPResponseHead.read("HTTP/1.1 200 OK\r\na: " + String(repeating: "a", count: 20_000)) == .tooLarge)
  }
}
