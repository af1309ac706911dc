/// What a client asks for in HTTP/1.0 or 1.1 (RFC 9112 §3), as far as it says who talks to whom.
public struct HTTPRequestHead: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    /// So far it is a request, and its head has not ended.
    case needMore
    case notHTTP
    /// The head, and how many bytes it takes with the empty line that ends it. After a CONNECT that was granted, the
    /// client's own protocol starts there.
    case head(HTTPRequestHead, consumed: Int)
    /// More than `limit` bytes without an end, or over 256 fields.
    case tooLarge
  }

  /// Bytes of a head that are read at most.
  public static let limit = 16 << 10

  public private(set) var method = ""
  /// As it was sent, in a form that can be shown. It may hold credentials: in its query, and with some services in its path.
  public private(set) var target = ""
  /// The path of the target without query; empty for CONNECT and for `*`.
  public private(set) var path = ""
  /// The host of the target where it names one (CONNECT, a request to a proxy), else of the field Host: in lower case,
  /// without a final dot, an IPv6 address without brackets. Nil where there is none, or none that can be one.
  public private(set) var host: String?
  public private(set) var port: UInt16?
  /// At most 512 bytes of it, in a form that can be shown.
  public private(set) var userAgent: String?
  /// A WebSocket is asked for (RFC 6455 §4.1).
  public private(set) var isWebSocketUpgrade = false
  /// permessage-deflate is offered (RFC 7692).
  public private(set) var offersCompression = false
  public private(set) var contentLength: Int?
  /// The target names a host, as requests to a proxy do (RFC 9112 §3.2.2); CONNECT is told by `isConnect`.
  public private(set) var isAbsolute = false
  /// Lines that are no field.
  public private(set) var damaged = 0

  public var isConnect: Bool { method == "CONNECT" }

  /// Whether these can be the first bytes of a request. For the hot path: it looks at eight bytes.
  public static func isPlausible(_ bytes: Span<UInt8>) -> Bool {
    for index in 0..<min(8, bytes.count) {
      let byte = bytes[index]
      if byte == 0x20 { return index >= 3 }
      guard (0x41...0x5A).contains(byte) || (byte == 0x2D && index > 0) else { return false }
    }
    return true
  }

  /// - Parameter bytes: all that is there from the first byte of the request on.
  public static func read(_ bytes: Span<UInt8>) -> Outcome {
    guard isPlausible(bytes) else { return .notHTTP }
    var lines = TextLines(bytes, limit: limit)
    guard let line = lines.next() else {
      // A method, a blank and the start of a target have to come soon.
      return lines.isOverLimit ? .tooLarge : hasMethod(bytes) ? .needMore : .notHTTP
    }
    var head = HTTPRequestHead()
    guard head.readRequestLine(bytes, line) else { return .notHTTP }
    var hostField: Range<Int>?
    for _ in 0..<HTTPField.limit {
      guard let line = lines.next() else { return lines.isOverLimit ? .tooLarge : .needMore }
      if line.isEmpty {
        head.finish(bytes, hostField)
        return .head(head, consumed: lines.offset)
      }
      guard let field = HTTPField(bytes, line) else {
        head.damaged += 1
        continue
      }
      if field.isNamed("host") { hostField = hostField ?? field.value } else { head.read(bytes, field) }
    }
    return .tooLarge
  }

  /// Whether a blank stands behind the method, or may still come: the longest registered one has 17 letters.
  private static func hasMethod(_ bytes: Span<UInt8>) -> Bool {
    for index in 0..<min(24, bytes.count) {
      let byte = bytes[index]
      if byte == 0x20 { return true }
      guard (0x41...0x5A).contains(byte) || byte == 0x2D else { return false }
    }
    return bytes.count < 24
  }

  private mutating func readRequestLine(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard HTTPRequestHead.hasMethod(bytes) else { return false }
    var blanks: [Int] = []
    for index in line where bytes[index] == 0x20 && blanks.count < 3 { blanks.append(index) }
    guard blanks.count == 2, blanks[1] > blanks[0] + 1 else { return false }
    let version = (blanks[1] + 1)..<line.upperBound
    guard bytes.holds("HTTP/1.", at: version.lowerBound), version.count == 8,
      (0x30...0x39).contains(bytes[version.lowerBound + 7])
    else { return false }
    let targetRange = (blanks[0] + 1)..<blanks[1]
    for index in targetRange where bytes[index] < 0x21 || bytes[index] == 0x7F { return false }
    method = bytes.text(line.lowerBound..<blanks[0])
    target = bytes.text(targetRange)
    return readTarget(bytes, targetRange)
  }

  /// The four forms of RFC 9112 §3.2.
  private mutating func readTarget(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if isConnect {
      (host, port) = bytes.authority(range)
      return host != nil
    }
    if bytes[range.lowerBound] == UInt8(ascii: "/") {
      path = bytes.text(range.lowerBound..<bytes.pathEnd(range))
      return true
    }
    if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "*") { return true }
    var start = range.lowerBound
    for scheme in ["http://", "https://", "ws://", "wss://", "ftp://"]
    where bytes.holds(scheme, at: start, folding: true) {
      start += scheme.utf8.count
      break
    }
    guard start > range.lowerBound else { return false }
    var end = start
    while end < range.upperBound, ![0x2F, 0x3F, 0x23].contains(bytes[end]) { end += 1 }
    // Nobody should send a name and a password here (RFC 9110 §4.2.4); they are no part of the host.
    for index in start..<end where bytes[index] == UInt8(ascii: "@") { start = index + 1 }
    (host, port) = bytes.authority(start..<end)
    path = bytes.text(end..<bytes.pathEnd(end..<range.upperBound))
    isAbsolute = true
    return host != nil
  }

  private mutating func read(_ bytes: Span<UInt8>, _ field: borrowing HTTPField) {
    if field.isNamed("user-agent") {
      userAgent = userAgent ?? bytes.text(field.value.prefix(512))
    } else if field.isNamed("upgrade") {
      if bytes.lists("websocket", in: field.value) { isWebSocketUpgrade = true }
    } else if field.isNamed("sec-websocket-extensions") {
      if bytes.lists("permessage-deflate", in: field.value) { offersCompression = true }
    } else if field.isNamed("content-length") {
      contentLength = contentLength ?? bytes.number(field.value)
    }
  }

  private mutating func finish(_ bytes: Span<UInt8>, _ hostField: Range<Int>?) {
    if host == nil, let hostField { (host, port) = bytes.authority(hostField) }
  }
}
