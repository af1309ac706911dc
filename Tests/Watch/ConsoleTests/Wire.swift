import Console
import ConsoleSamples
import Model
import NIOCore
import NIOPosix
import Synchronization

/// A clock that stands still until it is told to go on.
final class TestClock: Sendable {
  private let now: Mutex<Timestamp>
  init(_ now: Timestamp = Timestamp(seconds: 1_795_000_000)) { self.now = Mutex(now) }
  var read: @Sendable () -> Timestamp { { [self] in now.withLock { $0 } } }
  func advance(_ seconds: Double) { now.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

/// Bytes that differ from call to call and repeat from run to run.
func countedBytes() -> @Sendable (Int) -> [UInt8] {
  let state = Counter()
  return { count in (0..<count).map { _ in state.next() } }
}

private final class Counter: Sendable {
  private let state = Mutex<UInt64>(0x9E37_79B9_7F4A_7C15)
  func next() -> UInt8 {
    state.withLock { value in
      value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: value >> 33)
    }
  }
}

/// An answer as it came over the socket.
struct Answer: Sendable {
  var status: Int
  var head: String
  var body: String

  func header(_ name: String) -> String? {
    head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
      .map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
  }
  var cookie: String? { header("Set-Cookie")?.split(separator: ";").first.map(String.init) }
}

/// The real server on a free port of 127.0.0.1, and a client of a few lines that says what it is told.
struct Wire: Sendable {
  let port: Int
  let server: Server
  let reading: SampleReading
  let clock: TestClock
  var host: String { "trammel.localhost:\(port)" }

  /// Runs a server around `act` and stops it afterwards.
  static func serving(
    empty: Bool = false, demo: Bool = true, _ act: @escaping @Sendable (Wire) async throws -> Void
  ) async throws {
    let clock = TestClock()
    let reading = SampleReading(empty: empty, demo: demo, clock: clock.read)
    let server = try Server(reading: reading, port: 0, clock: clock.read, random: countedBytes())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      guard let port = await server.started() else {
        try await group.next()
        return
      }
      do {
        try await act(Wire(port: port, server: server, reading: reading, clock: clock))
      } catch {
        group.cancelAll()
        throw error
      }
      group.cancelAll()
    }
  }

  /// Sends the bytes and reads until the server closes, or until `enough` holds.
  func exchange(_ bytes: String, enough: @escaping @Sendable (String) -> Bool = { _ in false }) async throws -> String {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: bytes))
      var text = ""
      for try await buffer in inbound {
        text += String(buffer: buffer)
        if enough(text) { break }
      }
      return text
    }
  }

  func ask(_ path: String, cookie: String? = nil, host: String? = nil, headers: [String] = []) async throws -> Answer {
    try await ask("GET", path, host: host, cookie: cookie, headers: headers)
  }

  func ask(
    _ method: String, _ path: String, host: String? = nil, cookie: String? = nil, headers: [String] = [],
    body: String? = nil
  ) async throws -> Answer {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? self.host)", "Connection: close"]
    if let cookie { lines.append("Cookie: \(cookie)") }
    if let body {
      lines += ["Content-Type: application/x-www-form-urlencoded", "Content-Length: \(body.utf8.count)"]
    }
    let text = try await exchange((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    let split = text.range(of: "\r\n\r\n")
    let head = split.map { String(text[..<$0.lowerBound]) } ?? text
    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Answer(status: status, head: head, body: split.map { String(text[$0.upperBound...]) } ?? "")
  }

  /// A form as a page of ours sends it.
  func submit(
    _ path: String, _ body: String, cookie: String?, origin: String? = nil, headers: [String] = []
  ) async throws -> Answer {
    try await ask(
      "POST", path, cookie: cookie, headers: ["Origin: \(origin ?? "http://\(host)")"] + headers, body: body)
  }

  /// Signs in by a fresh link and gives the cookie.
  func signedIn() async throws -> String {
    let link = server.signInLink()
    let path = String(link.dropFirst("http://\(host)".count))
    let answer = try await ask(path)
    guard answer.status == 200, let cookie = answer.cookie else { throw SampleReading.Failure("not signed in") }
    return cookie
  }

  /// The form token of a page for an address.
  static func token(in page: String, after marker: String) -> String? {
    guard let start = page.range(of: marker), let value = page[start.upperBound...].range(of: "name=\"token\" value=\"")
    else { return nil }
    return String(page[value.upperBound...].prefix { $0 != "\"" })
  }
}

extension String {
  /// The first place of a text.
  func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
extension Substring {
  func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
