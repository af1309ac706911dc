internal import Wire

/// What the first bytes after a ClientHello say: a ServerHello, an alert, or something that is no TLS.
enum TLSAnswer: Sendable, Hashable {
  /// - Parameter version: as negotiated: 0x0304 is TLS 1.3. A HelloRetryRequest is a ServerHello too (RFC 8446 §4.1.4).
  case hello(version: UInt16)
  /// RFC 8446 §6: the port speaks TLS and refuses this client: 70 is an unsupported version, 40 no common suite, 112 an
  /// unknown name.
  case alert(UInt8)
  case notTLS
  case partial

  /// Reads what has come so far; at most one record, which is 16 KiB and 5 bytes.
  init(_ bytes: [UInt8]) {
    do throws(Fault) {
      self = try Self.read(bytes)
    } catch {
      self = .notTLS
    }
  }

  /// Whether bytes begin like a record of a TLS server.
  static func isRecord(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 3 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3 && bytes[2] <= 4
  }

  private static func read(_ bytes: [UInt8]) throws(Fault) -> TLSAnswer {
    if bytes.count < 3 { return bytes.isEmpty || bytes[0] == 0x15 || bytes[0] == 0x16 ? .partial : .notTLS }
    guard isRecord(bytes) else { return .notTLS }
    guard bytes.count >= 5 else { return .partial }
    let length = Int(bytes[3]) << 8 | Int(bytes[4])
    // RFC 8446 §5.1: a plaintext record holds at most 2^14 bytes.
    guard length > 0, length <= 16384 else { return .notTLS }
    var cursor = Cursor(bytes.span, at: 5)
    if bytes[0] == 0x15 {
      guard length == 2 else { return .notTLS }
      guard cursor.remaining >= 2 else { return .partial }
      let level = try cursor.byte()
      return level == 1 || level == 2 ? .alert(try cursor.byte()) : .notTLS
    }
    guard cursor.remaining >= length else {
      return cursor.remaining > 0 && bytes[5] != 0x02 ? .notTLS : .partial
    }
    let end = 5 + length
    guard try cursor.byte() == 0x02 else { return .notTLS }
    let high = try cursor.byte()
    let body = Int(high) << 16 | Int(try cursor.word())
    guard body >= 38, cursor.offset + body <= end else { return .notTLS }
    let stop = cursor.offset + body
    var version = try cursor.word()
    guard (0x0300...0x0303).contains(version) else { return .notTLS }
    try cursor.skip(32)
    let session = Int(try cursor.byte())
    guard session <= 32 else { return .notTLS }
    try cursor.skip(session + 3)
    guard cursor.offset <= stop else { return .notTLS }
    if stop - cursor.offset >= 2 {
      let extensions = Int(try cursor.word())
      guard cursor.offset + extensions <= stop else { return .notTLS }
      let last = cursor.offset + extensions
      while last - cursor.offset >= 4 {
        let type = try cursor.word()
        let size = Int(try cursor.word())
        guard cursor.offset + size <= last else { return .notTLS }
        if type == 0x002B, size == 2 {
          version = try cursor.word()
        } else {
          try cursor.skip(size)
        }
      }
    }
    return .hello(version: version)
  }

  /// `TLS 1.3`; nil for a number that is no version.
  static func name(_ version: UInt16) -> String? {
    switch version {
    case 0x0304: "TLS 1.3"
    case 0x0303: "TLS 1.2"
    case 0x0302: "TLS 1.1"
    case 0x0301: "TLS 1.0"
    case 0x0300: "SSL 3.0"
    default: nil
    }
  }
}
