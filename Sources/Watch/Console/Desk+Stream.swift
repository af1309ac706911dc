import HTTPTypes
import Hummingbird
import Model
import NIOCore
import ServiceLifecycle
import Synchronization

/// How many streams are open.
final class Streams: Sendable {
  static let most = 64
  private let open = Mutex(0)

  /// False where there are too many.
  func enter() -> Bool {
    open.withLock { count in
      guard count < Self.most else { return false }
      count += 1
      return true
    }
  }
  func leave() { open.withLock { $0 -= 1 } }
  var count: Int { open.withLock { $0 } }
}

// Server-sent events. The stream carries a number only: how many events that the filter lets through came after the
// newest one that the page shows. Rows travel as an ordinary page.
extension Desk {
  /// More is not counted, the page would not show it either.
  static let mostNew = 999
  private static let interval: Duration = .seconds(15)
  /// Changes closer than this are reported together.
  private static let pause: Duration = .milliseconds(250)

  func stream(_ query: EventQuery, _ session: Sessions.ID, _ request: Request) -> Response {
    guard streams.enter() else { return Response(status: .serviceUnavailable, headers: .secure()) }
    let ticket = Ticket(streams)
    var query = query
    query.after = query.after ?? 0
    query.before = nil
    query.limit = Self.mostNew
    let fixed = query
    return Response(
      status: .ok, headers: .secure([.contentType: "text/event-stream"]),
      body: ResponseBody { [self] writer in
        // Leaves when the body is done, or when it is dropped unsent.
        defer { ticket.leave() }
        try await write(fixed, session, until: request.body, to: &writer)
        try await writer.finish(nil)
      })
  }

  @concurrent
  private func write(
    _ query: EventQuery, _ session: Sessions.ID, until body: RequestBody, to writer: inout any ResponseBodyWriter
  ) async throws {
    try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
    let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let changes = reading.changes()
    signal.yield()
    // A browser that leaves closes its end: the place is free at once, not when the next write fails.
    try await body.consumeWithInboundCloseHandler { _ in
      // Both end with this function: what is not awaited by then is cancelled.
      async let _: Void = Self.forward(changes, to: signal)
      async let _: Void = Self.tick(signal)
      var sent = 0
      for await _ in signals.cancelOnGracefulShutdown() {
        guard sessions.isAlive(session, now: clock()) else { break }
        let count = try await reading.events(query).count
        // The comment keeps the connection up.
        try await writer.write(ByteBuffer(string: count == sent ? ":\n\n" : "data: \(count)\n\n"))
        sent = count
      }
    } onInboundClosed: {
      signal.finish()
    }
  }

  private static func forward(_ changes: AsyncStream<UInt64>, to signal: AsyncStream<Void>.Continuation) async {
    for await _ in changes {
      signal.yield()
      guard (try? await Task.sleep(for: pause)) != nil else { return }
    }
  }

  private static func tick(_ signal: AsyncStream<Void>.Continuation) async {
    while (try? await Task.sleep(for: interval)) != nil { signal.yield() }
  }
}

/// One place among the open streams, given back once.
private final class Ticket: Sendable {
  private let streams: Streams
  private let isOpen = Mutex(true)
  init(_ streams: Streams) { self.streams = streams }
  func leave() {
    let first = isOpen.withLock { open in
      defer { open = false }
      return open
    }
    if first { streams.leave() }
  }
  deinit { leave() }
}
