/// Looks for the first text message of one side of a WebSocket: OpenClaw's gateway greets every client with one.
public enum WebSocketFrames {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case notWebSocket
    /// The first message with text. `isChallenge`: it is the event `connect.challenge`, with which a gateway of OpenClaw
    /// opens every connection, before the client has said who it is.
    case text(isChallenge: Bool)
    /// The first message with data is binary or compressed, or the connection was closed before there was one.
    case noText
    /// No such message within `limit` bytes, or within 64 frames.
    case gaveUp
  }

  /// Bytes that are looked at.
  public static let limit = 64 << 10
  static let frameLimit = 64

  /// - Parameter bytes: all that is there from the first byte behind the head of the upgrade on.
  public static func firstText(_ bytes: Span<UInt8>, isClient: Bool) -> Outcome {
    var offset = 0
    for _ in 0..<frameLimit {
      let frame: WebSocketFrame
      switch WebSocketFrame.read(bytes, at: offset, isClient: isClient) {
      case .needMore: return offset < limit ? .needMore : .gaveUp
      case .notWebSocket: return .notWebSocket
      case .frame(let read): frame = read
      }
      let start = offset + frame.headLength
      guard frame.payloadLength <= limit - min(start, limit) else { return .gaveUp }
      let end = start + frame.payloadLength
      switch frame.kind {
      case .binary, .close: return .noText
      case .text where frame.isCompressed: return .noText
      case .text:
        guard end <= bytes.count else { return .needMore }
        return .text(isChallenge: isChallenge(bytes, start..<end, mask: frame.mask))
      // A message starts with text or binary: a continuation has nothing to continue.
      case .continuation: return .notWebSocket
      case .ping, .pong: break
      }
      guard end <= bytes.count else { return .needMore }
      offset = end
    }
    return .gaveUp
  }

  private static func isChallenge(_ bytes: Span<UInt8>, _ range: Range<Int>, mask: UInt32?) -> Bool {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    for (index, at) in range.enumerated() {
      let key = mask.map { UInt8(truncatingIfNeeded: $0 >> UInt32(24 - 8 * (index % 4))) } ?? 0
      text.append(bytes[at] ^ key)
    }
    var members = TopLevelStrings(text)
    var isEvent = false
    var isChallenge = false
    while let (name, value) = members.next() {
      if name == "type" { isEvent = value == "event" }
      if name == "event" { isChallenge = value == "connect.challenge" }
    }
    return isEvent && isChallenge
  }
}

/// The members of a JSON object whose values are strings, without those of objects inside it. It is no validator: what it
/// cannot follow ends it.
private struct TopLevelStrings {
  private let text: [UInt8]
  private var offset = 0
  private var depth = 0
  /// The string that may turn out to be a name, and the name whose value is awaited.
  private var last: String?
  private var name: String?

  init(_ text: [UInt8]) { self.text = text }

  mutating func next() -> (name: String, value: String)? {
    while offset < text.count {
      let byte = text[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        // An array around it all is no object.
        if depth == 1, byte == UInt8(ascii: "[") { return nil }
        (last, name) = (nil, nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        (last, name) = (nil, nil)
        if depth <= 0 { return nil }
      case UInt8(ascii: "\""):
        guard let value = string() else { return nil }
        guard depth == 1 else { break }
        if let name {
          self.name = nil
          return (name, value)
        }
        last = value
      case UInt8(ascii: ":"):
        if depth == 1 { (name, last) = (last, nil) }
      case UInt8(ascii: ","):
        if depth == 1 { (name, last) = (nil, nil) }
      default:
        if depth == 0, ![0x20, 0x09, 0x0A, 0x0D].contains(byte) { return nil }
      }
    }
    return nil
  }

  /// The string whose opening quote was read. Escapes stay as they are: the names that are looked for need none.
  private mutating func string() -> String? {
    let start = offset
    while offset < text.count {
      switch text[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text[start..<(offset - 1)].prefix(64), as: UTF8.self)
      case UInt8(ascii: "\\"): offset += 2
      default: offset += 1
      }
    }
    return nil
  }
}
