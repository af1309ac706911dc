import Crypto
import Platform

/// Base58 with a checksum of four bytes (double SHA-256), as in Bitcoin's keys.
enum Base58 {
  static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

  /// The bytes before the checksum; nil where it does not fit.
  static func checked(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SecretBytes? {
    guard let all = decode(bytes, range), all.count > 4 else { return nil }
    let end = all.count - 4
    let first = SHA.digest(all.bytes, 0..<end)
    let second = SHA.digest(first.span, 0..<first.count)
    for index in 0..<4 where all.bytes[end + index] != second[index] { return nil }
    var out = SecretBytes(capacity: end)
    for index in 0..<end { out.append(all.bytes[index]) }
    return out
  }

  static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SecretBytes? {
    guard range.count <= 200 else { return nil }
    // Big-endian digits of base 256, least first; at most 200 × 200 steps.
    var digits: [UInt8] = []
    defer { for index in digits.indices { digits[index] = 0 } }
    var zeros = 0
    for index in range {
      guard let value = alphabet.firstIndex(of: bytes[index]) else { return nil }
      if value == 0, digits.isEmpty { zeros += 1 }
      var carry = value
      for place in digits.indices {
        carry += Int(digits[place]) * 58
        digits[place] = UInt8(carry & 0xFF)
        carry >>= 8
      }
      while carry > 0 {
        digits.append(UInt8(carry & 0xFF))
        carry >>= 8
      }
    }
    var out = SecretBytes(capacity: zeros + digits.count)
    for _ in 0..<zeros { out.append(0) }
    for digit in digits.reversed() { out.append(digit) }
    return out
  }
}
