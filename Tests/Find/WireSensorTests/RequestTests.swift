import Detection
import Model
import Testing
import Wire

@testable import WireSensor

/// Requests in the clear: who is asked, tunnels through a proxy, and WebSockets that gateways open.
@Suite struct RequestTests {
  @Test func `a request tells its host and who asks`() {
    let tap = Tap()
    var talk = Talk(tap, port: 80)
    talk.open()
    talk.send("POST /v1/messages HTTP/1.1\r\nHost: API.Anthropic.com\r\nUser-Agent: claude-cli/2.0\r\n\r\n{}")
    #expect(tap.names == ["api.anthropic.com"])
    #expect(tap.sessions.first?.nameSource == .http)
    #expect(tap.sessions.first?.userAgent == "claude-cli/2.0")
    #expect(tap.traffic.counters.httpRequests == 1)
  }

  @Test func `a request over two segments, the first without its line's end, is read`() {
    let tap = Tap()
    var talk = Talk(tap, port: 80)
    talk.open()
    talk.send("GET / HT")
    talk.send("TP/1.1\r\nHost: www.example.com\r\n\r\n")
    #expect(tap.names == ["www.example.com"])
  }

  @Test func `a request to an address has no name`() {
    let tap = Tap()
    var talk = Talk(tap, port: 80)
    talk.open()
    talk.send("GET / HTTP/1.1\r\nHost: 198.51.100.7\r\n\r\n")
    #expect(tap.names == [nil])
    #expect(tap.traffic.counters.httpRequests == 1)
  }

  @Test func `TLS after CONNECT names the conversation, in the same segment or the next`() {
    for cut in [0, 5, 300] {
      let tap = Tap()
      var talk = Talk(tap, port: 3128)
      talk.open()
      let hello = Hello(name: "api.openai.com").record
      talk.send(Array("CONNECT api.openai.com:443 HTTP/1.1\r\nHost: x\r\n\r\n".utf8) + hello.prefix(cut))
      #expect(tap.names == ["api.openai.com"])
      talk.answer("HTTP/1.1 200 Connection established\r\n\r\n")
      if cut < hello.count { talk.send(Array(hello.dropFirst(cut))) }
      #expect(tap.names == ["api.openai.com"])
      #expect(tap.sessions.first?.nameSource == .connect)
      #expect(tap.sessions.first?.hello != nil)
      #expect(tap.traffic.counters.connects == 1 && tap.traffic.counters.tlsHellos == 1)
    }
  }

  @Test func `CONNECT to an address takes the name of the hello behind it`() {
    let tap = Tap()
    var talk = Talk(tap, port: 3128)
    talk.open()
    talk.send("CONNECT 203.0.113.5:443 HTTP/1.1\r\n\r\n")
    talk.send(Hello(name: "api.telegram.org").record)
    #expect(tap.names == ["api.telegram.org"])
    #expect(tap.sessions.first?.nameSource == .connect)
  }

  @Test func `what is no TLS after CONNECT is left alone, and a second CONNECT is no tunnel in a tunnel`() {
    for text in ["\u{1}\u{2}\u{3}\u{4}", "SSH-2.0-x\r\n", "CONNECT b.example.com:1 HTTP/1.1\r\n\r\n"] {
      let tap = Tap()
      var talk = Talk(tap, port: 3128)
      talk.open()
      talk.send("CONNECT a.example.com:22 HTTP/1.1\r\n\r\n")
      talk.send(text)
      #expect(tap.traffic.flows[0].stage == .count)
      #expect(tap.traffic.counters.connects == 1)
      #expect(tap.traffic.counters.ssh == (text.hasPrefix("SSH") ? 1 : 0))
    }
  }

  @Test func `SSH is counted`() {
    let tap = Tap()
    var talk = Talk(tap, port: 22)
    talk.open()
    talk.send("SSH-2.0-OpenSSH_9.6\r\n")
    #expect(tap.traffic.counters.ssh == 1)
    #expect(tap.traffic.flows[0].stage == .count)
  }

  // MARK: WebSocket

  static let upgrade =
    "GET /ws HTTP/1.1\r\nHost: studio.local:18789\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n"
  static let accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
  static let challenge: [UInt8] = {
    let text = Array(#"{"type":"event","event":"connect.challenge","payload":{"nonce":"0"}}"#.utf8)
    return [0x81, UInt8(text.count)] + text
  }()

  @Test func `a WebSocket that the gateway opens with its challenge is known for what it is`() {
    let bytes = Array(Self.accepted.utf8) + Self.challenge
    for cut in [0, 40, Self.accepted.utf8.count, bytes.count - 1] {
      let tap = Tap()
      var talk = Talk(tap, server: "192.168.1.20", port: 18789)
      talk.open()
      talk.send(Self.upgrade)
      if cut > 0 { talk.answer(Array(bytes.prefix(cut))) }
      talk.answer(Array(bytes.dropFirst(cut)))
      let session = tap.sessions.first
      #expect(session?.isGatewayChallenge == true)
      #expect(session?.webSocketPath == "/ws")
      #expect(tap.traffic.counters.challenges == 1 && tap.traffic.counters.webSockets == 1)
      // Whatever either of them does from now on is told.
      #expect(tap.traffic.interesting.count == 2)
    }
  }

  @Test func `segments of the challenge may be swapped`() {
    let tap = Tap()
    var talk = Talk(tap, server: "192.168.1.20", port: 4242)
    talk.open()
    talk.send(Self.upgrade)
    let head = Array(Self.accepted.utf8)
    talk.segment(Self.challenge, isUp: false, at: talk.down &+ UInt32(head.count))
    talk.segment(head, isUp: false, at: talk.down)
    #expect(tap.traffic.counters.challenges == 1)
  }

  static let others: [(String, String, [UInt8])] = [
    ("refused", "HTTP/1.1 403 Forbidden\r\n\r\n", []),
    ("other text", accepted, [0x81, 2, 0x7B, 0x7D]),
    ("binary", accepted, [0x82, 1, 0]),
    ("no WebSocket", accepted, [0x7F, 0xFF, 0xFF]),
  ]

  @Test(arguments: others)
  func `a WebSocket without a challenge is no gateway's`(what: String, head: String, frame: [UInt8]) {
    let tap = Tap()
    var talk = Talk(tap, server: "192.168.1.20", port: 4242)
    talk.open()
    talk.send(Self.upgrade)
    talk.answer(Array(head.utf8) + frame)
    #expect(tap.traffic.counters.challenges == 0)
    #expect(tap.sessions.first?.isGatewayChallenge == false)
    #expect(tap.traffic.flows[0].stage == .count)
  }

  @Test func `an answer without an end is given up, head or first message`() {
    for start in ["HTTP/1.1 101 S", Self.accepted + "\u{1}"] {
      let tap = Tap()
      var talk = Talk(tap, server: "192.168.1.20", port: 4242)
      talk.open()
      talk.send(Self.upgrade)
      talk.answer(start)
      for _ in 0..<66 { talk.answer([0x20]) }
      #expect(tap.traffic.flows[0].stage == .count)
    }
  }

  @Test func `a WebSocket is read where the start was not seen`() {
    let tap = Tap()
    var talk = Talk(tap, server: "192.168.1.20", port: 443)
    talk.send(Self.upgrade)
    talk.answer(Array(Self.accepted.utf8) + Self.challenge)
    #expect(tap.traffic.counters.challenges == 1)
  }
}
