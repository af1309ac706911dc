import Crypto

/// ASCII text in the making: of a fingerprint, or of a list that is hashed for one.
struct JA4Text {
  private var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  init(_ list: [UInt16]) {
    bytes.reserveCapacity(5 * list.count + 1 + 5 * 24)
    append(list: list)
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(twoDigits value: Int) {
    let value = UInt8(min(99, value))
    bytes.append(0x30 + value / 10)
    bytes.append(0x30 + value % 10)
  }

  /// Four digits each, in lower case, with commas between.
  mutating func append(list: [UInt16]) {
    var isFirst = true
    for value in list {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(hex: value)
    }
  }

  /// `_` and the list in the order sent; nothing where there is none.
  mutating func appendSignatures(_ list: [UInt16]) {
    var separator = UInt8(ascii: "_")
    for value in list where !ClientHello.isGREASE(value) {
      bytes.append(separator)
      separator = UInt8(ascii: ",")
      append(hex: value)
    }
  }

  mutating func appendZeros() { for _ in 0..<12 { bytes.append(0x30) } }

  /// The first twelve digits of the SHA-256 of a text.
  mutating func appendHash(of text: JA4Text) {
    for byte in SHA256.hash(data: text.bytes).prefix(6) {
      bytes.append(Self.digit(byte >> 4))
      bytes.append(Self.digit(byte & 0xF))
    }
  }

  private mutating func append(hex value: UInt16) {
    bytes.append(Self.digit(UInt8(truncatingIfNeeded: value >> 12)))
    bytes.append(Self.digit(UInt8(truncatingIfNeeded: value >> 8) & 0xF))
    bytes.append(Self.digit(UInt8(truncatingIfNeeded: value >> 4) & 0xF))
    bytes.append(Self.digit(UInt8(truncatingIfNeeded: value) & 0xF))
  }

  /// A hexadecimal digit for 0...15.
  static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
