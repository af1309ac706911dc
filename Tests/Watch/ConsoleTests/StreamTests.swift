import Console
import ConsoleSamples
import Logging
import Model
import ServiceLifecycle
import Testing

@Suite struct StreamTests {
  @Test(.timeLimit(.minutes(10)))
  func `the stream carries a number, and only of what its filter lets through`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      let newest = try await wire.reading.events(EventQuery(limit: 1))[0].seq
      let request =
        "GET /events/stream?after=\(newest)&kind=finding. HTTP/1.1\r\nHost: \(wire.host)\r\nCookie: \(cookie)\r\n\r\n"
      async let text = wire.exchange(request) { $0.contains("data: 2\n\n") }
      while wire.reading.listening == 0 { await Task.yield() }
      wire.reading.record("tool.call", agent: SampleOffice.studio)
      wire.reading.openFinding(rule: "a.b", title: "<b>first of all</b>")
      wire.reading.openFinding(rule: "c.d", title: "two")
      let answer = try await text
      #expect(answer.contains("content-type: text/event-stream") || answer.contains("Content-Type: text/event-stream"))
      #expect(!answer.contains("first of all") && !answer.contains("studio"))
      #expect(!answer.contains("data: 3"))
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a stream gives its place back when its browser leaves`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      for _ in 0..<100 {
        let text = try await wire.exchange(
          "GET /events/stream?after=0 HTTP/1.1\r\nHost: \(wire.host)\r\nCookie: \(cookie)\r\n\r\n"
        ) { $0.contains("data: ") || $0.contains(" 503 ") }
        #expect(text.hasPrefix("HTTP/1.1 200"))
      }
      while wire.reading.listening > 0 { await Task.yield() }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a stream ends with its session`() async throws {
    try await Wire.serving { wire in
      let cookie = try await wire.signedIn()
      async let text = wire.exchange(
        "GET /events/stream?after=0 HTTP/1.1\r\nHost: \(wire.host)\r\nCookie: \(cookie)\r\n\r\n")
      while wire.reading.listening == 0 { await Task.yield() }
      wire.clock.advance(8000)
      wire.reading.record("tool.call")
      #expect(try await text.hasSuffix("0\r\n\r\n"), "the server closed it")
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a graceful stop ends open streams`() async throws {
    let clock = TestClock()
    let reading = SampleReading(clock: clock.read)
    let server = try Server(reading: reading, port: 0, clock: clock.read, random: countedBytes())
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let group = ServiceGroup(services: [server], logger: logger)
    async let running: Void = group.run()
    let port = try #require(await server.started())
    let wire = Wire(port: port, server: server, reading: reading, clock: clock)
    let cookie = try await wire.signedIn()
    async let text = wire.exchange(
      "GET /events/stream?after=0 HTTP/1.1\r\nHost: \(wire.host)\r\nCookie: \(cookie)\r\n\r\n")
    while reading.listening == 0 { await Task.yield() }
    await group.triggerGracefulShutdown()
    _ = try await text
    try await running
  }
}

@Suite struct StartTests {
  private func refusal(address: String = "127.0.0.1") -> Console.Failure? {
    do {
      let clock = TestClock()
      _ = try Server(
        reading: SampleReading(clock: clock.read), address: address, port: 0, clock: clock.read, random: countedBytes())
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "192.168.1.2", "example.org", "", "fe80::1"])
  func `anywhere but loopback is refused with what to do`(address: String) throws {
    let failure = try #require(refusal(address: address))
    #expect(failure == .notLoopback(address))
    #expect("\(failure)".contains("ssh -L"))
  }

  @Test(arguments: ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
  func `loopback is served`(address: String) { #expect(refusal(address: address) == nil) }

  @Test(.timeLimit(.minutes(10)))
  func `a taken port is named`() async throws {
    try await Wire.serving { wire in
      let clock = TestClock()
      let second = try Server(reading: wire.reading, port: wire.port, clock: clock.read, random: countedBytes())
      await #expect(throws: Console.Failure.portTaken(address: "127.0.0.1", port: wire.port)) { try await second.run() }
      #expect(await second.started() == nil)
    }
  }

  @Test func `the line for a screen elsewhere names the port`() async throws {
    try await Wire.serving { wire in
      #expect(wire.server.sshHint(user: "ada", host: "wren") == "ssh -L \(wire.port):127.0.0.1:\(wire.port) ada@wren")
    }
  }
}
