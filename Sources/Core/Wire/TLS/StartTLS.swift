/// Connections that begin in the clear and go over to TLS when the client asks for it.
///
/// SMTP (RFC 3207), IMAP and POP3 (RFC 2595), XMPP (RFC 6120 §5), LDAP (RFC 4511 §4.14), FTP (RFC 4217), NNTP (RFC 4642),
/// ManageSieve (RFC 5804) by their ports and a word; PostgreSQL and MySQL by the message itself, on any port.
public enum StartTLS {
  public enum Outcome: Sendable, Hashable {
    case needMore
    /// The request takes this many bytes from the front: the hello, or the other request, follows.
    case request(consumed: Int)
    case none
  }

  /// Whether conversations with this port of a server begin as lines, tags or messages that may ask for TLS.
  @inline(__always)
  public static func isUsed(on port: UInt16) -> Bool {
    switch port {
    case 21, 25, 110, 119, 143, 389, 587, 2525, 3268, 4190, 5222, 5269: true
    default: false
    }
  }

  /// Bytes of a segment that are searched.
  static let searchLimit = 512

  /// Whether a segment of a client of such a port asks for TLS. Where it stands in a letter, nothing comes of it: what
  /// follows is no hello.
  public static func isAsked(in segment: Span<UInt8>) -> Bool {
    for place in 0..<min(segment.count, searchLimit) {
      switch segment[place] | 0x20 {
      case 0x73:  // s
        if segment.holds("starttls", at: place, folding: true) { return true }
        if segment.holds("stls", at: place, folding: true) { return true }
      case 0x61:  // a
        if segment.holds("auth tls", at: place, folding: true) { return true }
        if segment.holds("auth ssl", at: place, folding: true) { return true }
      case 0x31:
        if segment.holds("1.3.6.1.4.1.1466.20037", at: place) { return true }
      default: break
      }
    }
    return false
  }

  /// The request of a database's client. PostgreSQL's may stand behind the one for GSS-API encryption, of the same form.
  public static func read(_ bytes: Span<UInt8>) -> Outcome {
    guard bytes.count >= 4 else { return .none }
    switch bytes[0] {
    case 0:
      // Length 8, then 1234 in the high half and 5679 (TLS) or 5680 (GSS-API) in the low half.
      let expected: [UInt8] = [0, 0, 0, 8, 4, 0xD2, 0x16]
      for place in 0..<min(bytes.count, 7) where bytes[place] != expected[place] { return .none }
      guard bytes.count >= 8 else { return .needMore }
      return bytes[7] == 0x2F || bytes[7] == 0x30 ? .request(consumed: 8) : .none
    case 0x20:
      // 32 bytes in packet 1: the head of a login that ends before the name, with the flag for TLS. Four bytes behind
      // nineteen zeros are MariaDB's.
      guard bytes[1] == 0, bytes[2] == 0, bytes[3] == 1 else { return .none }
      if bytes.count >= 6, bytes[5] & 8 == 0 { return .none }
      for place in 13..<max(13, min(bytes.count, 32)) where bytes[place] != 0 { return .none }
      return bytes.count >= 36 ? .request(consumed: 36) : .needMore
    default: return .none
    }
  }
}
