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
  /// Calls kept of one connection: the first half and the last.
  static let limit = 192

  /// A handshake sends at most this much before the first request: a hello with a post-quantum share and a ticket.
  private static let helloLimit: UInt64 = 2400
  /// Less is no request: settings, window updates, pings.
  private static let requestFloor: UInt64 = 150

  /// The calls of a connection: turns without the handshake, without small frames of the protocol, and with an upload
  /// that the server's session tickets or settings interrupt made whole again.
  static func calls(of session: Session) -> [Call] {
    guard !session.turns.isEmpty else { return whole(session) }
    var calls: [Call] = []
    let begin = session.start.nanoseconds
    for (index, turn) in session.turns.enumerated() {
      let next = Call(
        start: turn.start.nanoseconds, end: max(turn.start, turn.end).nanoseconds, up: turn.bytesUp,
        down: turn.bytesDown)
      let sinceBegin = Numerics.seconds(from: begin, to: next.start)
      if session.hello != nil, session.isWhole, index == 0, session.turns.count > 1, sinceBegin < 3,
        next.up <= helloLimit
      {
        continue
      }
      guard var last = calls.last else {
        if next.up >= requestFloor { calls.append(next) }
        continue
      }
      let pause = Numerics.seconds(from: last.end, to: next.start)
      let isInterrupted =
        Numerics.seconds(from: begin, to: last.start) < 3 && last.up >= 8000 && last.down < 1200 && pause < 0.2
        && Numerics.seconds(from: last.start, to: last.end) < 0.5
      if next.up < requestFloor || isInterrupted {
        last.end = max(last.end, next.end)
        last.up.saturate(adding: isInterrupted ? next.up : 0)
        last.down.saturate(adding: next.down)
        calls[calls.count - 1] = last
      } else {
        calls.append(next)
      }
    }
    if calls.count > limit { calls.removeSubrange(limit / 2..<calls.count - limit / 2) }
    return calls
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
