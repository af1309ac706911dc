/// Finds the ClientHello in the first datagrams of a client: DTLS 1.0, 1.2 (RFC 6347 §4) and 1.3 (RFC 9147 §5), whose hello
/// still goes in a record of the old form.
///
/// One for each flow. It keeps at most 16 KiB, and looks at no more than eight datagrams.
public struct DTLSHelloAssembler: Sendable {
  public enum Outcome: Sendable, Hashable {
    case needMore
    case hello(ClientHello)
    case notDTLS
    /// What this datagram has is broken; another may still complete the hello.
    case damaged(Fault)
    /// Eight datagrams without a hello, one beyond the limits, or it was found before.
    case gaveUp
  }

  public static let datagramLimit = 8

  private var fragments = MessageFragments()
  private var length: Int?
  private var sequence: UInt16?
  private var datagrams = 0
  private var isOver = false

  public init() {}

  /// Whether a datagram starts with a handshake record that has a ClientHello in the clear. It looks at 14 bytes.
  public static func isHello(_ datagram: Span<UInt8>) -> Bool {
    guard datagram.count >= 25 else { return false }
    return datagram[0] == 22 && datagram[1] == 0xFE && datagram[2] >= 0xFD && datagram[3] == 0 && datagram[4] == 0
      && datagram[13] == 1
  }

  public mutating func receive(_ datagram: Span<UInt8>) -> Outcome {
    guard !isOver, datagrams < Self.datagramLimit else {
      end()
      return .gaveUp
    }
    guard datagrams > 0 || Self.isHello(datagram) else { return .notDTLS }
    datagrams += 1
    do throws(Fault) {
      var cursor = Cursor(datagram)
      while cursor.remaining > 0 {
        if let outcome = try readRecord(&cursor) {
          end()
          return outcome
        }
      }
    } catch { return .damaged(error) }
    return .needMore
  }

  /// Nothing more is read, so nothing is kept.
  private mutating func end() {
    isOver = true
    fragments = MessageFragments()
  }

  private mutating func readRecord(_ cursor: inout Cursor) throws(Fault) -> Outcome? {
    let type = try cursor.byte()
    let version = try cursor.word()
    guard version >> 8 == 0xFE else { throw .dataLength(type: UInt16(type), at: cursor.offset - 3) }
    let epoch = try cursor.word()
    try cursor.skip(6)
    let count = Int(try cursor.word())
    guard count <= cursor.remaining else { throw .truncated(at: cursor.offset) }
    let end = cursor.offset + count
    guard type == 22, epoch == 0 else {
      try cursor.skip(count)
      return nil
    }
    while cursor.offset < end {
      if let outcome = try readFragment(&cursor, end: end) { return outcome }
    }
    return nil
  }

  /// Type, length of three bytes, number of the message, offset and length of the fragment of three bytes each.
  private mutating func readFragment(_ cursor: inout Cursor, end: Int) throws(Fault) -> Outcome? {
    let at = cursor.offset
    guard end - at >= 12 else { throw .truncated(at: at) }
    let head = try cursor.long()
    let total = Int(head & 0xFF_FFFF)
    let number = try cursor.word()
    let offsetHigh = Int(try cursor.byte())
    let offset = offsetHigh << 16 | Int(try cursor.word())
    let countHigh = Int(try cursor.byte())
    let count = countHigh << 16 | Int(try cursor.word())
    guard count <= end - cursor.offset else { throw .truncated(at: cursor.offset) }
    guard offset + count <= total else { throw .dataLength(type: UInt16(head >> 24), at: at) }
    let piece = cursor.bytes.extracting(cursor.offset..<(cursor.offset + count))
    try cursor.skip(count)
    guard head >> 24 == 1 else { return nil }
    if sequence != number || length != total {
      // Another message: the hello with the server's cookie, which has all that the first one had.
      fragments = MessageFragments()
      sequence = number
      length = total
    }
    guard fragments.insert(piece, at: offset) else { return .gaveUp }
    guard fragments.prefixCount == total else { return nil }
    return .hello(try ClientHello(fragments.bytes.span, isDatagram: true))
  }
}
