import Model
import Synchronization
import Testing

@testable import Probe

/// With real sockets, on 127.0.0.1 only.
@Suite struct ProberTests {
  static let prober = Prober(host: ProbeResultTests.here, resolver: Names(table: ["box": ["127.0.0.1"]]))

  static func options(_ change: (inout Prober.Options) -> Void = { _ in }) -> Prober.Options {
    var options = Prober.Options()
    (options.rate, options.answerTimeout, options.connectTimeout) = (10_000, 60_000, 60_000)
    change(&options)
    return options
  }

  static func probe(
    _ server: FakeServer, answerTimeout: Int = 60_000, followsUp: Bool = true
  ) async throws -> ProbeResult {
    let results = try await prober.probe(
      [Target.address(.loopbackIPv4, zone: nil, port: server.port)],
      options: options {
        $0.answerTimeout = answerTimeout
        $0.followsUp = followsUp
      })
    return try #require(results.first)
  }

  @Test func `a gateway on a socket is recognised, asked and left`() async throws {
    let server = FakeServer([
      "/healthz": Array(Answers.live.utf8), Interview.history: Array(Answers.missingScope.utf8),
      "/": Array(Answers.page("OpenClaw Control").utf8), Interview.settings: Array(Answers.unauthorized.utf8),
    ])
    let result = try await Self.probe(server)
    #expect(
      result.verdict.kind == "openclaw" && result.verdict.authenticated == false && result.verdict.controlPage == true)
    #expect(
      result.host.id == "host-1" && result.from == .loopbackIPv4 && result.listener?.reachableFrom == ["127.0.0.1"])
    #expect(
      server.asked == [
        "GET /healthz HTTP/1.1", "GET \(Interview.history) HTTP/1.1", "GET / HTTP/1.1",
        "GET \(Interview.settings) HTTP/1.1",
      ])
  }

  @Test func `a challenge is heard, and the goodbye is a close frame and nothing else`() async throws {
    let goodbye = Mutex<[UInt8]>([])
    let gate = Latch()
    let server = FakeServer { guest, server in
      let request = guest.request()
      server.note(request)
      guard String(decoding: request, as: UTF8.self).contains("Upgrade: websocket") else {
        guest.say(Answers.notFound)
        return
      }
      guest.say(Array(Answers.upgraded.utf8))
      // In two pieces, as a slow network has it.
      guest.say(Array(Answers.challenge.prefix(40)))
      guest.say(Array(Answers.challenge.dropFirst(40)))
      let rest = guest.waitForEnd()
      goodbye.withLock { $0 = rest }
      gate.open()
    }
    let result = try await Self.probe(server)
    #expect(result.verdict.challenged && result.verdict.confidence == .certain)
    await gate.wait()
    let bytes = goodbye.withLock { $0 }
    #expect(bytes.count == 8 && bytes[0] == 0x88 && bytes[1] == 0x82)
    #expect(bytes[6] ^ bytes[2] == 0x03 && bytes[7] ^ bytes[3] == 0xE8)
  }

  @Test func `a port that speaks TLS is asked twice`() async throws {
    let server = FakeServer(["hello": TLSTests.hello13])
    let result = try await Self.probe(server)
    #expect(result.verdict.tls == true && result.verdict.tlsVersion == "TLS 1.3")
    #expect(server.asked == ["GET /healthz HTTP/1.1", "hello"])
  }

  @Test func `a closed port is refused, a denied one never touched`() async throws {
    let closed = { FakeServer([:]).port }()
    let denied = FakeServer([:])
    let results = try await Self.prober.probe(
      [Target.address(.loopbackIPv4, zone: nil, port: closed), .name("box", port: denied.port)],
      options: Self.options { $0.denied = Denial(ports: [denied.port]) })
    #expect(Set(results.map(\.verdict.state)) == [.refused, .untouched])
    #expect(denied.asked.isEmpty)
  }

  @Test func `garbage, an early end and a reset are a port without a name`() async throws {
    let ways: [@Sendable (FakeServer.Guest) -> Void] = [
      { guest in _ = guest.say(Array(repeating: 0xFF, count: 5000)) },
      { _ in },
      { $0.slam() },
      { guest in
        _ = guest.request()
        guest.slam()
      },
      { guest in
        _ = guest.request()
        guest.say("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 99\r\n\r\n{\"ok\"")
        guest.slam()
      },
    ]
    for serve in ways {
      let server = FakeServer { guest, _ in serve(guest) }
      let result = try await Self.probe(server)
      #expect(result.verdict.kind == nil && result.verdict.state != .silent)
    }
  }

  @Test func `heads and bodies without end, in large pieces and in single bytes, are cut by size`() async throws {
    for (start, piece) in [
      ("HTTP/1.1 200 OK\r\n", "X: y\r\n"), ("HTTP/1.1 200 OK\r\nX: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
      ("HTTP/1.1 200 OK\r\n\r\n", "b"), ("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", "{}"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", "z"),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999999999\r\n\r\n", "\u{1F}\u{8B}"),
    ] {
      let server = FakeServer { guest, _ in
        _ = guest.request()
        guest.say(start)
        while guest.say(piece) {}
      }
      let result = try await Self.probe(server, answerTimeout: 60_000)
      #expect(result.verdict.kind == nil && result.verdict.state == .open)
    }
  }

  @Test func `a server that takes its time is left after its time`() async throws {
    let server = FakeServer { guest, _ in
      _ = guest.request()
      guest.say("HTTP/1.1 200 OK\r\nServer: slow\r\n\r\n<title>OpenClaw Control</title>")
      _ = guest.waitForEnd()
    }
    // What came until then counts.
    let result = try await Self.probe(server, answerTimeout: 5000, followsUp: false)
    #expect(result.verdict.kind == "openclaw" && result.verdict.server == "slow")
    let silent = FakeServer { guest, _ in _ = guest.waitForEnd() }
    #expect(try await Self.probe(silent, answerTimeout: 50).verdict.asked == ["GET /healthz", "TLS ClientHello"])
  }

  @Test func `no more connections are open at a time than allowed`() async throws {
    let open = Mutex((now: 0, most: 0))
    let servers = (0..<8).map { _ in
      FakeServer { guest, _ in
        open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        _ = guest.request()
        open.withLock { $0.now -= 1 }
        guest.say(Answers.http("200 OK", "Server: x\r\n", ""))
      }
    }
    let results = try await Self.prober.probe(
      servers.map { .address(.loopbackIPv4, zone: nil, port: $0.port) }, options: Self.options { $0.concurrency = 2 })
    #expect(results.count == 8 && results.allSatisfy { $0.verdict.speaksHTTP })
    #expect(open.withLock { $0.most } <= 2)
    withExtendedLifetime(servers) {}
  }

  @Test func `progress counts to the end, and a later run goes on from a position`() async throws {
    let server = FakeServer(["/healthz": Array(Answers.live.utf8)])
    let closed = (0..<5).map { _ in { FakeServer([:]).port }() }
    let ports = closed + [server.port]
    let steps = Mutex<[Prober.Progress]>([])
    let options = Self.options {
      $0.ports = ports
      $0.seed = 7
    }
    let all = try await Self.prober.probe([.network(Prefix(.loopbackIPv4, 32)!)], options: options) { step in
      steps.withLock { $0.append(step) }
    }
    let seen = steps.withLock { $0 }
    #expect(seen.map(\.done) == [1, 2, 3, 4, 5, 6] && seen.allSatisfy { $0.total == 6 })
    #expect(seen.last?.found == 1 && seen.last?.refused == 5 && seen.last?.open == 1 && seen.last?.position == 6)
    // In a network, what refuses is counted and not listed.
    #expect(all.count == 1)

    var found = 0
    for position in 0..<UInt64(6) {
      steps.withLock { $0 = [] }
      let rest = try await Self.prober.probe(
        [.network(Prefix(.loopbackIPv4, 32)!)],
        options: Self.options {
          $0.ports = ports
          $0.seed = 7
          $0.position = position
        }
      ) { step in steps.withLock { $0.append(step) } }
      #expect(steps.withLock { $0.map(\.done) } == Array((position + 1)...6))
      found = max(found, rest.isEmpty ? found : Int(position) + 1)
    }
    // The gateway's place in the order is the last from which it is still found.
    let place = (0..<UInt64(6)).first { Order(count: 6, seed: 7)[$0] == 5 }
    #expect(place.map { Int($0) + 1 } == found)
  }

  @Test func `a cancelled run ends at once with what it has`() async throws {
    let reached = Latch()
    let server = FakeServer { guest, _ in
      reached.open()
      _ = guest.waitForEnd()
    }
    let task = Task {
      try await Self.prober.probe(
        [.address(.loopbackIPv4, zone: nil, port: server.port)], options: Self.options { $0.answerTimeout = 600_000 })
    }
    await reached.wait()
    task.cancel()
    #expect(try await task.value.isEmpty)
  }

  @Test func `nothing is sent where a target wants a yes`() async {
    await #expect(throws: ProbeError.isPublic("198.51.100.7")) {
      try await Self.prober.probe([.address(TargetTests.address("198.51.100.7"), zone: nil, port: 1)])
    }
    await #expect(throws: ProbeError.unresolved("gone", "no such name")) {
      try await Self.prober.probe([.name("gone", port: 1)])
    }
  }

  @Test func `the system's resolver knows localhost, and says why it does not know another`() throws {
    let resolver = SystemResolver()
    #expect(try resolver.addresses(of: "localhost").contains { $0.address.isLoopback })
    #expect(throws: ProbeError.self) { try resolver.addresses(of: "gone.invalid") }
    #expect(resolver.zone("lo") == 1 && resolver.zone("7") == 7 && resolver.zone("nosuchinterface") == nil)
  }

  @Test func `an error of connect is told for what it is`() {
    #expect(
      Sockets.progress(111) == .refused && Sockets.progress(110) == .silent && Sockets.progress(113) == .unreachable)
    #expect(Sockets.progress(115) == .underWay)
  }
}

/// Opened once; waiting ends then.
final class Latch: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  init() { (stream, continuation) = AsyncStream.makeStream() }
  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}
