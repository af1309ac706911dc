/// The first message of a TLS client (RFC 8446 §4.1.2), as bytes: enough for any server of TLS 1.2 or 1.3 to answer.
///
/// The key share is random: whoever holds no private key for it cannot go on after the ServerHello, and is not meant to.
enum ClientHello {
  /// - Parameter server: name for the SNI extension (RFC 6066 §3); none for an address.
  /// - Parameter random: 64 bytes: the random of the message, then the key share. Missing ones count as zero.
  static func bytes(server: String?, random: [UInt8]) -> [UInt8] {
    func noise(_ range: Range<Int>) -> [UInt8] { range.map { $0 < random.count ? random[$0] : 0 } }
    var extensions: [UInt8] = []
    if let server, (1...253).contains(server.utf8.count) {
      extensions += field(0x0000, list16([0x00] + list16(Array(server.utf8))))
    }
    extensions += field(0x000A, list16([0x00, 0x1D, 0x00, 0x17, 0x00, 0x18]))  // x25519, P-256, P-384
    extensions += field(0x000B, [0x01, 0x00])  // uncompressed points
    extensions += field(
      0x000D,
      list16([
        0x04, 0x03, 0x05, 0x03, 0x06, 0x03, 0x08, 0x07, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06, 0x04, 0x01, 0x05, 0x01,
        0x06, 0x01,
      ]))
    extensions += field(0x0017, [])  // extended master secret, which some servers of TLS 1.2 insist on
    extensions += field(0xFF01, [0x00])  // secure renegotiation, the same
    extensions += field(0x002B, [0x04, 0x03, 0x04, 0x03, 0x03])  // TLS 1.3, 1.2
    extensions += field(0x0033, list16([0x00, 0x1D] + list16(noise(32..<64))))  // x25519
    let suites: [UInt8] = [
      0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x2C, 0xC0, 0x30, 0xCC, 0xA9, 0xCC, 0xA8, 0x00,
      0x9C, 0x00, 0x9D, 0xC0, 0x13, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35,
    ]
    let body = [0x03, 0x03] + noise(0..<32) + [0x00] + list16(suites) + [0x01, 0x00] + list16(extensions)
    let message = [0x01, 0x00, UInt8(body.count >> 8), UInt8(body.count & 0xFF)] + body
    return [0x16, 0x03, 0x01] + list16(message)
  }

  private static func field(_ type: UInt16, _ body: [UInt8]) -> [UInt8] {
    [UInt8(type >> 8), UInt8(type & 0xFF)] + list16(body)
  }

  private static func list16(_ body: [UInt8]) -> [UInt8] {
    [UInt8(body.count >> 8 & 0xFF), UInt8(body.count & 0xFF)] + body
  }
}
