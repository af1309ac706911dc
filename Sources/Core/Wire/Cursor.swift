/// Reads bytes of a message from front to back and never past the end.
///
/// It cannot outlive the bytes it reads (`~Escapable`), so it copies nothing; every step checks its bounds.
public struct Cursor: ~Escapable {
  /// The whole message: compression pointers of DNS count from its first byte.
  public let bytes: Span<UInt8>
  public private(set) var offset: Int

  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = min(max(0, offset), bytes.count)
  }

  public var remaining: Int { bytes.count - offset }

  @_lifetime(self: copy self)
  public mutating func byte() throws(Fault) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(at: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// Two bytes in network order.
  @_lifetime(self: copy self)
  public mutating func word() throws(Fault) -> UInt16 {
    guard remaining >= 2 else { throw .truncated(at: offset) }
    defer { offset += 2 }
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  /// Four bytes in network order.
  @_lifetime(self: copy self)
  public mutating func long() throws(Fault) -> UInt32 {
    let high = try word()
    return UInt32(high) << 16 | UInt32(try word())
  }

  @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(Fault) {
    guard count >= 0, count <= remaining else { throw .truncated(at: offset) }
    offset += count
  }

  /// A copy of the next bytes: the length was checked against what is there before anything is allocated.
  @_lifetime(self: copy self)
  public mutating func take(_ count: Int) throws(Fault) -> [UInt8] {
    let start = offset
    try skip(count)
    var out: [UInt8] = []
    out.reserveCapacity(count)
    for index in start..<offset { out.append(bytes[index]) }
    return out
  }
}

/// Why bytes are not what they claim to be, with the offset where that showed.
public enum Fault: Error, Sendable, Hashable {
  case truncated(at: Int)
  /// The two top bits of a length byte are 01 or 10, which nothing uses (RFC 6891 §5 withdrew the one that did).
  case labelType(at: Int)
  /// More than 255 bytes (RFC 1035 §3.1).
  case nameTooLong(at: Int)
  /// A compression pointer that does not lead to an earlier name: the shape of every loop.
  case pointerNotBackwards(at: Int)
  case tooManyPointers(at: Int)
  /// The data of a record does not fill the length that the record gives.
  case dataLength(type: UInt16, at: Int)
  case tooManyRecords(at: Int)

  public var offset: Int {
    switch self {
    case .truncated(let at), .labelType(let at), .nameTooLong(let at), .pointerNotBackwards(let at),
      .tooManyPointers(let at), .dataLength(_, let at), .tooManyRecords(let at):
      at
    }
  }
}
