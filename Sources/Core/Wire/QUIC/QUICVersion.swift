/// The versions of QUIC whose Initial packets can be read, by the way in which their keys are made.
enum QUICVersion: Sendable, Hashable, CaseIterable {
  /// RFC 9000, and the last two drafts of it.
  case one
  /// RFC 9369: other keys and other numbers for the types of packets.
  case two
  /// Drafts 29 to 32.
  case draft29
  /// Drafts 23 to 28, and what Facebook's programs made of them.
  case draft23

  /// - Parameter number: as it stands in a long header.
  init?(number: UInt32) {
    switch number {
    case 0x0000_0001, 0xFF00_0021, 0xFF00_0022: self = .one
    case 0x6B33_43CF: self = .two
    case 0xFF00_001D...0xFF00_0020: self = .draft29
    case 0xFF00_0017...0xFF00_001C, 0xFACE_B002: self = .draft23
    default: return nil
    }
  }

  /// What the two type bits of a long header are for an Initial packet.
  var initialType: UInt8 { self == .two ? 1 : 0 }
  var retryType: UInt8 { self == .two ? 0 : 3 }

  /// What turns the connection id into a secret (RFC 9001 §5.2, RFC 9369 §3.3.1).
  var salt: [UInt8] {
    switch self {
    case .one:
      [
        0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB,
        0x7F, 0x0A,
      ]
    case .two:
      [
        0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD,
        0x2E, 0xD9,
      ]
    case .draft29:
      [
        0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43, 0x90,
        0xA8, 0x99,
      ]
    case .draft23:
      [
        0xC3, 0xEE, 0xF7, 0x12, 0xC7, 0x2E, 0xBB, 0x5A, 0x11, 0xA7, 0xD2, 0x43, 0x2B, 0xB4, 0x63, 0x65, 0xBE, 0xF9,
        0xF5, 0x02,
      ]
    }
  }

  var labelPrefix: String { self == .two ? "quicv2 " : "quic " }
}
