import Platform

/// Base64 of both alphabets, decoded into room that is wiped.
enum Base64 {
  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte - 0x41)
    case 0x61...0x7A: UInt32(byte - 0x61 + 26)
    case 0x30...0x39: UInt32(byte - 0x30 + 52)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  /// Nil where anything else than base64, blanks and padding at the end is in the range, or nothing.
  static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SecretBytes? {
    guard !range.isEmpty, range.count <= 4 << 20 else { return nil }
    var out = SecretBytes(capacity: range.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var held = 0
    var isPadded = false
    for index in range {
      let byte = bytes[index]
      if byte == UInt8(ascii: "=") {
        isPadded = true
        continue
      }
      if ByteSet.blanks.contains(byte) { continue }
      guard !isPadded, let digit = digit(byte) else { return nil }
      bits = bits << 6 | digit
      held += 6
      if held >= 8 {
        held -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    guard held < 6, out.count > 0 else { return nil }
    return out
  }
}
