import Model

/// One question to a model and its answer, as far as the wire shows them.
struct Call: Sendable, Hashable {
  /// Nanoseconds since 1970; the end is the last byte of the answer.
  var start: Int64
  var end: Int64
  var up: UInt64
  var down: UInt64
  /// Payload bytes of the connection, since no single calls were seen: may be several.
  var isWholeConnection = false
}

extension Call {
  /// Much went up and nothing was said: metrics, or a call that was refused.
  var isReport: Bool { up >= 20_000 && down < 600 }

  /// Calls kept of one connection: the first half and the last.
  static let limit = 192

  /// A handshake sends at most this much before the first request: a hello with a post-quantum share and a ticket.
  private static let helloLimit: UInt64 = 2400
  /// Less is no request: settings, window updates, pings.
  private static let requestFloor: UInt64 = 150
  /// The same on a socket, where what is new in a step may be a line, compressed; pings have some 30 bytes.
  private static let socketFloor: UInt64 = 100

  /// The first flight of an upload is at most this much: the initial window (RFC 6928) and what the handshake added.
  private static let flight: ClosedRange<UInt64> = 8000...18_500

  /// The calls of a connection: turns without the handshake and without small frames of the protocol, and an upload that
  /// the server's session tickets, settings or window updates interrupt made whole again.
  static func calls(of session: Session) -> [Call] {
    guard !session.turns.isEmpty else { return whole(session) }
    var calls: [Call] = []
    let begin = session.start.nanoseconds
    let opening = handshake(of: session)
    var isSocket = false
    for turn in session.turns.dropFirst(opening) {
      let next = Call(
        start: turn.start.nanoseconds, end: max(turn.start, turn.end).nanoseconds, up: turn.bytesUp,
        down: turn.bytesDown)
      guard let last = calls.last else {
        if next.up >= requestFloor { calls.append(next) }
        continue
      }
      if calls.count == 1, last.isPreamble(of: next) {
        isSocket = session.hello.map(\.alpn.isEmpty) ?? false
        calls[0] = next
        continue
      }
      let isInterrupted = last.isInterrupted(
        by: next, sinceBegin: Numerics.seconds(from: begin, to: last.start), isFirst: calls.count == 1,
        isSocket: isSocket)
      if next.up < (isSocket ? socketFloor : requestFloor) || isInterrupted {
        calls[calls.count - 1].end = max(last.end, next.end)
        calls[calls.count - 1].up.saturate(adding: isInterrupted ? next.up : 0)
        calls[calls.count - 1].down.saturate(adding: next.down)
      } else {
        calls.append(next)
      }
    }
    if calls.count > limit { calls.removeSubrange(limit / 2..<calls.count - limit / 2) }
    return calls
  }

  /// How many turns the handshake took: the request to a proxy, the hello, and the second hello where the server asked
  /// for another key share. A hello is the first thing on its connection, so that where one was seen, so was the start.
  private static func handshake(of session: Session) -> Int {
    guard session.hello != nil else { return 0 }
    let turns = session.turns
    var count = 0
    func isSmall(_ limit: UInt64) -> Bool {
      count + 1 < turns.count && turns[count].bytesUp <= limit
        && Numerics.seconds(from: session.start.nanoseconds, to: turns[count].start.nanoseconds) < 5
    }
    if session.nameSource == .connect, isSmall(1000), turns[0].bytesDown < 1000 { count += 1 }
    guard isSmall(helloLimit) else { return count }
    count += 1
    if turns[count - 1].bytesDown < 250, isSmall(helloLimit), turns[count].bytesDown > 1000 { count += 1 }
    return count
  }

  /// Warm-up and question: the first two uploads of a socket after its upgrade, as they came. Empty without an upgrade.
  static func opening(of session: Session) -> [Call] {
    let turns = session.turns.dropFirst(handshake(of: session)).prefix(8).map {
      Call(
        start: $0.start.nanoseconds, end: max($0.start, $0.end).nanoseconds, up: $0.bytesUp, down: $0.bytesDown)
    }.filter { $0.up >= requestFloor }
    guard turns.count >= 3, turns[0].isPreamble(of: turns[1]) else { return [] }
    return Array(turns[1...2])
  }

  /// What came down was no answer: frames of the protocol, or the session tickets after the first flight. On a socket
  /// some bytes are an answer, compressed.
  private func isInterrupted(by next: Call, sinceBegin: Double, isFirst: Bool, isSocket: Bool) -> Bool {
    guard Numerics.seconds(from: start, to: end) < 0.8 else { return false }
    let pause = Numerics.seconds(from: end, to: next.start)
    if down < 250, !isSocket { return pause < 1 }
    // Tickets come once, after the handshake.
    return isFirst && sinceBegin < 3 && Self.flight.contains(up) && down < 1200 && pause < 0.2
  }

  /// An upgrade to a WebSocket, or a look whether the service is there, just before the work.
  private func isPreamble(of next: Call) -> Bool {
    up < 2500 && down < 1500 && next.up >= 4000 && next.up / 4 >= up && Numerics.seconds(from: start, to: end) < 0.8
      && Numerics.seconds(from: end, to: next.start) < 0.6
  }

  private static func whole(_ session: Session) -> [Call] {
    guard session.isWhole, session.bytesUp >= requestFloor, session.bytesDown > 0 else { return [] }
    return [
      Call(
        start: session.start.nanoseconds, end: max(session.start, session.end).nanoseconds, up: session.bytesUp,
        down: session.bytesDown, isWholeConnection: true)
    ]
  }
}
