/// What a server answers in HTTP/1.0 or 1.1 (RFC 9112 §4).
public struct HTTPResponseHead: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case notHTTP
    /// The head, and how many bytes it takes with the empty line that ends it.
    case head(HTTPResponseHead, consumed: Int)
    /// More than `HTTPRequestHead.limit` bytes without an end, or over 256 fields.
    case tooLarge
  }

  /// 100...999.
  public private(set) var status = 0
  /// At most 256 bytes of it, in a form that can be shown.
  public private(set) var server: String?
  /// The first protocol of the field Upgrade as it was sent, in a form that can be shown.
  public private(set) var upgrade: String?
  /// The type without its parameters, in lower case: `text/event-stream` is what models answer with.
  public private(set) var contentType: String?
  public private(set) var contentLength: Int?
  /// The server compresses its messages (RFC 7692), so that their text cannot be read.
  public private(set) var usesCompression = false
  private var hasWebSocket = false
  /// Lines that are no field.
  public private(set) var damaged = 0

  /// The connection is a WebSocket from here on (RFC 6455 §4.2.2).
  public var isWebSocket: Bool { status == 101 && hasWebSocket }

  /// - Parameter bytes: all that is there from the first byte of the response on.
  public static func read(_ bytes: Span<UInt8>) -> Outcome {
    for (index, expected) in "HTTP/1.".utf8.enumerated() where index < bytes.count && bytes[index] != expected {
      return .notHTTP
    }
    var lines = TextLines(bytes, limit: HTTPRequestHead.limit)
    guard let line = lines.next() else { return lines.isOverLimit ? .tooLarge : .needMore }
    var head = HTTPResponseHead()
    guard head.readStatusLine(bytes, line) else { return .notHTTP }
    for _ in 0..<HTTPField.limit {
      guard let line = lines.next() else { return lines.isOverLimit ? .tooLarge : .needMore }
      if line.isEmpty { return .head(head, consumed: lines.offset) }
      guard let field = HTTPField(bytes, line) else {
        head.damaged += 1
        continue
      }
      head.read(bytes, field)
    }
    return .tooLarge
  }

  /// `HTTP/1.1 200 OK`; the reason may be missing, with its blank.
  private mutating func readStatusLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    let start = line.lowerBound
    guard line.count >= 12, (0x30...0x39).contains(bytes[start + 7]), bytes[start + 8] == 0x20,
      line.count == 12 || bytes[start + 12] == 0x20, let number = bytes.number((start + 9)..<(start + 12)),
      number >= 100
    else { return false }
    status = number
    return true
  }

  private mutating func read(_ bytes: Span<UInt8>, _ field: borrowing HTTPField) {
    if field.isNamed("server") {
      server = server ?? bytes.text(field.value.prefix(256))
    } else if field.isNamed("upgrade") {
      if bytes.lists("websocket", in: field.value) { hasWebSocket = true }
      upgrade = upgrade ?? bytes.text(bytes.element(field.value.prefix(64)))
    } else if field.isNamed("sec-websocket-extensions") {
      if bytes.lists("permessage-deflate", in: field.value) { usesCompression = true }
    } else if field.isNamed("content-type") {
      contentType = contentType ?? bytes.text(bytes.element(field.value.prefix(128))).lowercased()
    } else if field.isNamed("content-length") {
      contentLength = contentLength ?? bytes.number(field.value)
    }
  }
}

extension Span<UInt8> {
  /// The first element of a list, without parameters.
  fileprivate func element(_ range: Range<Int>) -> Range<Int> {
    var end = range.lowerBound
    while end < range.upperBound, ![0x2C, 0x3B, 0x20, 0x09].contains(self[end]) { end += 1 }
    return range.lowerBound..<end
  }
}
