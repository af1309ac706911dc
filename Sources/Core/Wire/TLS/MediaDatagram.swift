/// What a datagram between two browsers is: STUN, DTLS and media share one pair of ports, told by the first byte
/// (RFC 7983 §7).
public enum MediaDatagram: Sendable, Hashable {
  /// RFC 8489, with its magic number: an older one cannot be told from anything else.
  case stun
  /// A record of DTLS.
  case dtls
  /// A message of a channel over a relay (RFC 8656 §12.4), whose data stands in this range.
  case channel(Range<Int>)
  /// Keys by another way, or media, for which keys are agreed already.
  case zrtp, media
  case other

  public init(_ bytes: Span<UInt8>) {
    guard bytes.count > 0 else {
      self = .other
      return
    }
    switch bytes[0] {
    case 0...3: self = Self.isSTUN(bytes) ? .stun : .other
    case 16...19: self = .zrtp
    case 20...63: self = bytes.count >= 13 && bytes[1] == 0xFE ? .dtls : .other
    case 64...79:
      guard bytes.count >= 4 else {
        self = .other
        return
      }
      let end = 4 + (Int(bytes[2]) << 8 | Int(bytes[3]))
      // Padding may follow.
      self = end <= bytes.count && bytes.count - end < 4 ? .channel(4..<end) : .other
    case 128...191: self = .media
    default: self = .other
    }
  }

  /// Whether a datagram is a message of STUN: two bits of zero, a length of whole words that fits, the magic number.
  @inline(__always)
  public static func isSTUN(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= 20, bytes[0] < 4, bytes[4] == 0x21, bytes[5] == 0x12, bytes[6] == 0xA4, bytes[7] == 0x42 else {
      return false
    }
    let length = Int(bytes[2]) << 8 | Int(bytes[3])
    return length & 3 == 0 && 20 + length <= bytes.count
  }
}
