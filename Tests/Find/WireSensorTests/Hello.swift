@testable import Wire

/// A ClientHello, made up, in the form of RFC 8446 §4.1.2.
struct Hello {
  var name: String? = "api.anthropic.com"
  var protocols: [String] = ["h2", "http/1.1"]
  var hasGREASE = false
  var hasECH = false
  /// Bytes of the padding extension (RFC 7685): makes a hello as long as a test needs it.
  var padding = 0
  var isDatagram = false

  static func short(_ data: [UInt8]) -> [UInt8] { [UInt8(data.count)] + data }
  static func long(_ data: [UInt8]) -> [UInt8] { Crafted.word(data.count) + data }

  var body: [UInt8] {
    var extensions: [(Int, [UInt8])] = []
    if hasGREASE { extensions.append((0x3A3A, [])) }
    if let name { extensions.append((0, Self.long([0] + Self.long(Array(name.utf8))))) }
    extensions.append((16, Self.long(protocols.flatMap { Self.short(Array($0.utf8)) })))
    extensions.append((10, Self.long([0, 0x1D])))
    extensions.append((13, Self.long([4, 3, 8, 4])))
    extensions.append((43, Self.short([3, 4, 3, 3])))
    if hasECH { extensions.append((0xFE0D, [0])) }
    if padding > 0 { extensions.append((21, [UInt8](repeating: 0, count: padding))) }
    let ciphers: [UInt8] = (hasGREASE ? [0x2A, 0x2A] : []) + [0x13, 0x01, 0x13, 0x02]
    return (isDatagram ? [0xFE, 0xFD] : [3, 3]) + [UInt8](repeating: 0x11, count: 32) + [0]
      + (isDatagram ? [0] : []) + Self.long(ciphers) + [1, 0]
      + Self.long(extensions.flatMap { Crafted.word($0.0) + Self.long($0.1) })
  }

  /// Type 1 and three bytes of length before the body.
  var message: [UInt8] { [1, UInt8(body.count >> 16)] + Crafted.word(body.count & 0xFFFF) + body }

  /// In one record of TLS.
  var record: [UInt8] { [22, 3, 1] + Self.long(message) }

  /// In one record of DTLS 1.2 (RFC 6347 §4), whole.
  var datagram: [UInt8] {
    let body = Hello(
      name: name, protocols: protocols, hasGREASE: hasGREASE, hasECH: hasECH, padding: padding, isDatagram: true
    ).body
    let length = [0] + Crafted.word(body.count)
    let handshake = [1] + length + [0, 0] + [0, 0, 0] + length + body
    return [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0] + Self.long(handshake)
  }

  /// In QUIC Initial packets, cut in so many pieces.
  func initials(_ count: Int) -> [[UInt8]] {
    let message = message
    let size = (message.count + count - 1) / count
    return stride(from: 0, to: message.count, by: size).enumerated().map { number, start in
      let piece = Array(message[start..<min(message.count, start + size)])
      return Sealer.packet(UInt32(number), [6] + Sealer.variable(start) + Sealer.variable(piece.count) + piece)
    }
  }
}

/// Seals Initial packets of QUIC version 1 as a client does (RFC 9001 §5): AES-GCM from the block cipher alone.
private enum Sealer {
  static let id: [UInt8] = [0x83, 0x94, 0xC8, 0xF0, 0x3E, 0x51, 0x57, 0x08]

  static func packet(_ number: UInt32, _ frames: [UInt8]) -> [UInt8] {
    let secrets = QUICInitialKeys.derive(version: .one, destination: id)
    let frames = frames + [UInt8](repeating: 0, count: max(0, 1150 - frames.count))
    var header: [UInt8] = [0xC3, 0, 0, 0, 1, 8] + id + [0, 0] + variable(4 + frames.count + 16)
    let place = header.count
    let numberBytes = Crafted.long(number)
    header += numberBytes
    var nonce = secrets.nonce
    for index in 0..<4 { nonce[8 + index] ^= numberBytes[index] }
    let sealed = seal(frames, AES128(key: secrets.key), nonce, header)
    let mask = AES128(key: secrets.headerProtection).encrypt(Array(sealed[0..<16]))
    header[0] ^= mask[0] & 0x0F
    for index in 0..<4 { header[place + index] ^= mask[1 + index] }
    return header + sealed
  }

  static func variable(_ value: Int) -> [UInt8] {
    value < 64 ? [UInt8(value)] : Crafted.word(value | 0x4000)
  }

  private static func seal(_ plain: [UInt8], _ key: AES128, _ nonce: [UInt8], _ header: [UInt8]) -> [UInt8] {
    var cipher: [UInt8] = []
    for start in stride(from: 0, to: plain.count, by: 16) {
      let block = key.encrypt(nonce + Crafted.long(UInt32(2 + start / 16)))
      for (offset, byte) in plain[start..<min(start + 16, plain.count)].enumerated() {
        cipher.append(byte ^ block[offset])
      }
    }
    let hashKey = value(key.encrypt([UInt8](repeating: 0, count: 16)))
    var hash: UInt128 = 0
    func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16) }
    let lengths =
      Crafted.long(0) + Crafted.long(UInt32(8 * header.count)) + Crafted.long(0)
      + Crafted.long(UInt32(8 * cipher.count))
    let hashed = padded(header) + padded(cipher) + lengths
    for start in stride(from: 0, to: hashed.count, by: 16) {
      hash = multiply(hash ^ value(Array(hashed[start..<(start + 16)])), hashKey)
    }
    let tag = hash ^ value(key.encrypt(nonce + [0, 0, 0, 1]))
    return cipher + (0..<16).map { UInt8(truncatingIfNeeded: tag >> UInt128(120 - 8 * $0)) }
  }

  private static func value(_ bytes: [UInt8]) -> UInt128 { bytes.reduce(0) { $0 << 8 | UInt128($1) } }

  /// In GF(2¹²⁸), with the bits in GCM's order.
  private static func multiply(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var (product, b): (UInt128, UInt128) = (0, b)
    for bit in 0..<128 {
      if a >> UInt128(127 - bit) & 1 == 1 { product ^= b }
      b = b & 1 == 1 ? b >> 1 ^ (0xE1 as UInt128) << 120 : b >> 1
    }
    return product
  }
}
