/// The head of one frame of a WebSocket (RFC 6455 §5.2).
public struct WebSocketFrame: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    /// No frame of this side: a reserved bit or number, a control frame that is too long, a length that is not the
    /// shortest, or masked where it may not be or the other way round.
    case notWebSocket
    case frame(WebSocketFrame)
  }

  public enum Kind: UInt8, Sendable, Hashable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
  }

  public private(set) var kind = Kind.continuation
  public private(set) var isFinal = true
  /// The message is compressed (RSV1, RFC 7692 §6).
  public private(set) var isCompressed = false
  /// What a client's payload is XORed with, the first byte in the highest; nil in a frame of a server.
  public private(set) var mask: UInt32?
  /// Bytes of the head: 2 to 14.
  public private(set) var headLength = 2
  /// Bytes of the payload: below 2⁶³.
  public private(set) var payloadLength = 0

  /// - Parameter isClient: whose frame it is: a client masks, a server may not (RFC 6455 §5.1).
  public static func read(_ bytes: Span<UInt8>, at offset: Int = 0, isClient: Bool) -> Outcome {
    var cursor = Cursor(bytes, at: offset)
    var frame = WebSocketFrame()
    do throws(Fault) {
      return try frame.decode(&cursor, isClient: isClient) ? .frame(frame) : .notWebSocket
    } catch { return .needMore }
  }

  private mutating func decode(_ cursor: inout Cursor, isClient: Bool) throws(Fault) -> Bool {
    let start = cursor.offset
    let first = try cursor.byte()
    guard first & 0x30 == 0, let kind = Kind(rawValue: first & 0x0F) else { return false }
    self.kind = kind
    isFinal = first & 0x80 != 0
    isCompressed = first & 0x40 != 0
    if kind.isControl, !isFinal || isCompressed { return false }
    let second = try cursor.byte()
    guard (second & 0x80 != 0) == isClient else { return false }
    switch second & 0x7F {
    case 126:
      payloadLength = Int(try cursor.word())
      guard payloadLength > 125, !kind.isControl else { return false }
    case 127:
      let high = try cursor.long()
      guard high >> 31 == 0, !kind.isControl else { return false }
      payloadLength = Int(high) << 32 | Int(try cursor.long())
      guard payloadLength > 0xFFFF else { return false }
    case let short: payloadLength = Int(short)
    }
    if isClient { mask = try cursor.long() }
    headLength = cursor.offset - start
    return true
  }
}
