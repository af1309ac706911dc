@testable import Wire

/// Writes Initial packets as a client does (RFC 9001 §5): AES-GCM in its plainest form, from the block cipher alone.
struct InitialSealer {
  /// The number of the version.
  var version: UInt32 = 1
  /// The id that the keys come from.
  var first: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]
  /// The id in the header, where it is another.
  var destination: [UInt8]?
  var source: [UInt8] = []
  var token: [UInt8] = []
  var numberLength = 4

  func packet(_ number: UInt32, _ frames: [UInt8], paddedTo size: Int = 0) -> [UInt8] {
    let keys = QUICVersion(number: version) ?? .one
    let secrets = QUICInitialKeys.derive(version: keys, destination: first)
    let frames = frames + [UInt8](repeating: 0, count: max(0, max(size, 4) - frames.count))
    let numberBytes = (0..<numberLength).reversed().map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
    var header = [0xC0 | keys.initialType << 4 | UInt8(numberLength - 1)]
    header += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: version >> $0) }
    header += short(destination ?? first) + short(source) + variable(token.count) + token
    header += variable(numberLength + frames.count + 16)
    let numberOffset = header.count
    header += numberBytes
    var nonce = secrets.nonce
    for index in 0..<4 { nonce[11 - index] ^= UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
    let sealed = Self.seal(frames, key: AES128(key: secrets.key), nonce: nonce, header: header)
    let mask = AES128(key: secrets.headerProtection).encrypt(Array(sealed[(4 - numberLength)..<(20 - numberLength)]))
    header[0] ^= mask[0] & 0x0F
    for index in 0..<numberLength { header[numberOffset + index] ^= mask[1 + index] }
    return header + sealed
  }

  /// AES-GCM (NIST SP 800-38D) with a nonce of 12 bytes: ciphertext and tag.
  private static func seal(_ plain: [UInt8], key: AES128, nonce: [UInt8], header: [UInt8]) -> [UInt8] {
    var cipher: [UInt8] = []
    for start in stride(from: 0, to: plain.count, by: 16) {
      let block = key.encrypt(nonce + [0, 0] + word(UInt16(2 + start / 16)))
      cipher += zip(plain[start..<min(start + 16, plain.count)], block).map { $0 ^ $1 }
    }
    let hashKey = UInt128(key.encrypt([UInt8](repeating: 0, count: 16)))
    var hash: UInt128 = 0
    func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16) }
    let lengths = [0, 0, 0, 0] + UInt32(8 * header.count).bytes + [0, 0, 0, 0] + UInt32(8 * cipher.count).bytes
    let hashed = padded(header) + padded(cipher) + lengths
    for start in stride(from: 0, to: hashed.count, by: 16) {
      hash = multiply(hash ^ UInt128(Array(hashed[start..<(start + 16)])), hashKey)
    }
    let tag = hash ^ UInt128(key.encrypt(nonce + [0, 0, 0, 1]))
    return cipher + (0..<16).map { UInt8(truncatingIfNeeded: tag >> UInt128(120 - 8 * $0)) }
  }

  /// In GF(2¹²⁸), with the bits in GCM's order.
  private static func multiply(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var product: UInt128 = 0
    var b = b
    for bit in 0..<128 {
      if a >> UInt128(127 - bit) & 1 == 1 { product ^= b }
      b = b & 1 == 1 ? b >> 1 ^ (0xE1 as UInt128) << 120 : b >> 1
    }
    return product
  }
}

extension UInt128 {
  fileprivate init(_ bytes: [UInt8]) { self = bytes.reduce(0) { $0 << 8 | UInt128($1) } }
}

extension UInt32 {
  fileprivate var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

/// A variable-length integer (RFC 9000 §16) in its shortest form.
func variable(_ value: Int) -> [UInt8] {
  let width = value < 64 ? 1 : value < 16_384 ? 2 : value < 1 << 30 ? 4 : 8
  var bytes = (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  bytes[0] |= [1: 0, 2: 0x40, 4: 0x80, 8: 0xC0][width, default: 0]
  return bytes
}

/// A CRYPTO frame (RFC 9000 §19.6).
func crypto(_ data: some Collection<UInt8>, at offset: Int) -> [UInt8] {
  [6] + variable(offset) + variable(data.count) + Array(data)
}
