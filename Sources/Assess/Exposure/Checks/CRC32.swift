/// The checksum of Ethernet and zip (reflected 0x04C11DB7), which several providers put at the end of their tokens.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  static func of(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for index in range { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[index])] }
    return ~value
  }
}

/// Numbers written in an alphabet.
enum Digits {
  static let base62 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
  static let base36 = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
  static let lowerHex = Array("0123456789abcdef".utf8)
  static let upperHex = Array("0123456789ABCDEF".utf8)

  /// Whether a range spells a number with exactly as many digits as it has, zeros in front.
  static func spell(_ number: UInt64, in alphabet: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var rest = number
    let base = UInt64(alphabet.count)
    for index in range.reversed() {
      guard bytes[index] == alphabet[Int(rest % base)] else { return false }
      rest /= base
    }
    return rest == 0
  }

  /// The number that a range spells; nil for other characters or where it is too great.
  static func number(in alphabet: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    var value: UInt64 = 0
    for index in range {
      guard let digit = alphabet.firstIndex(of: bytes[index]) else { return nil }
      let (product, over) = value.multipliedReportingOverflow(by: UInt64(alphabet.count))
      let (sum, overSum) = product.addingReportingOverflow(UInt64(digit))
      guard !over, !overSum else { return nil }
      value = sum
    }
    return value
  }
}
