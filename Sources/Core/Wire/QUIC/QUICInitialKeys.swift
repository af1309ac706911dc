import Crypto

/// The keys of a client's Initial packets, which follow from the connection id that it chose first (RFC 9001 §5.2).
///
/// Anyone who sees the packet can derive them: nothing here is a secret.
struct QUICInitialKeys: Sendable {
  let version: QUICVersion
  let destination: [UInt8]
  private let key: SymmetricKey
  private let nonce: [UInt8]
  private let headerProtection: AES128

  init(version: QUICVersion, destination: [UInt8]) {
    self.version = version
    self.destination = destination
    let secrets = Self.derive(version: version, destination: destination)
    key = SymmetricKey(data: secrets.key)
    nonce = secrets.nonce
    headerProtection = AES128(key: secrets.headerProtection)
  }

  struct Secrets: Hashable {
    var key: [UInt8]
    var nonce: [UInt8]
    var headerProtection: [UInt8]
  }

  static func derive(version: QUICVersion, destination: [UInt8]) -> Secrets {
    let initial = authenticate(destination, key: version.salt)
    let client = expand(initial, label: "client in", count: 32)
    return Secrets(
      key: expand(client, label: version.labelPrefix + "key", count: 16),
      nonce: expand(client, label: version.labelPrefix + "iv", count: 12),
      headerProtection: expand(client, label: version.labelPrefix + "hp", count: 16))
  }

  /// HKDF-Expand-Label (RFC 8446 §7.1) for at most 32 bytes: one round of HMAC.
  private static func expand(_ secret: [UInt8], label: String, count: Int) -> [UInt8] {
    var info: [UInt8] = [0, UInt8(count), UInt8(6 + label.utf8.count)]
    info += "tls13 ".utf8
    info += label.utf8
    // No context; then the counter of HKDF-Expand (RFC 5869 §2.3).
    info += [0, 1]
    return Array(authenticate(info, key: secret).prefix(count))
  }

  /// HMAC-SHA-256 (RFC 2104) with a key of at most 64 bytes. Five of them make the keys of a flow; written out they take
  /// half the time of an interface that guards the key, which is public here.
  private static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var inner = [UInt8](repeating: 0x36, count: 64)
    var outer = [UInt8](repeating: 0x5C, count: 64)
    for (index, byte) in key.prefix(64).enumerated() {
      inner[index] ^= byte
      outer[index] ^= byte
    }
    inner += message
    outer += SHA256.hash(data: inner)
    return Array(SHA256.hash(data: outer))
  }

  /// The frames of a packet; nil where it was not protected with these keys, or is no longer what was sent.
  func open(_ datagram: Span<UInt8>, _ header: QUICLongHeader, start: Int) -> [UInt8]? {
    let sampleOffset = header.numberOffset + 4
    // A packet number of at least one byte, then at least the tag of 16.
    guard header.end - sampleOffset >= 16 else { return nil }
    let mask = headerProtection.encrypt(Self.copy(datagram, sampleOffset..<(sampleOffset + 16)))
    let first = datagram[start] ^ (mask[0] & 0x0F)
    let numberLength = Int(first & 3) + 1
    let payloadOffset = header.numberOffset + numberLength

    var authenticated = Self.copy(datagram, start..<payloadOffset)
    authenticated[0] = first
    var number: UInt64 = 0
    for index in 0..<numberLength {
      let byte = datagram[header.numberOffset + index] ^ mask[1 + index]
      authenticated[header.numberOffset - start + index] = byte
      number = number << 8 | UInt64(byte)
    }
    // The number as it was sent is the whole one: a client has not sent 256 Initial packets before its hello is through.
    var sealed = nonce
    for index in 0..<8 { sealed[11 - index] ^= UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
    sealed.reserveCapacity(12 + header.end - payloadOffset)
    for index in payloadOffset..<header.end { sealed.append(datagram[index]) }
    // A packet that does not open is the answer here, not an error.
    guard let box = try? AES.GCM.SealedBox(combined: sealed),
      let plain = try? AES.GCM.open(box, using: key, authenticating: authenticated)
    else { return nil }
    return Array(plain)
  }

  private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(range.count)
    for index in range { out.append(bytes[index]) }
    return out
  }
}
