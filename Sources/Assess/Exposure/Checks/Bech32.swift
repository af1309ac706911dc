/// The checksum of bech32 (BIP 173) over the prefix and the data, without its limit on the length, as age uses it.
enum Bech32 {
  private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= 500, let separator = range.last(where: { bytes[$0] == UInt8(ascii: "1") }),
      separator > range.lowerBound, range.upperBound - separator > 6
    else { return false }
    func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
    var sum: UInt32 = 1
    func add(_ value: UInt32) {
      let top = sum >> 25
      sum = (sum & 0x1FF_FFFF) << 5 ^ value
      for (bit, generator) in [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3].enumerated()
      where top >> UInt32(bit) & 1 == 1 {
        sum ^= UInt32(generator)
      }
    }
    for index in range.lowerBound..<separator { add(UInt32(lower(bytes[index]) >> 5)) }
    add(0)
    for index in range.lowerBound..<separator { add(UInt32(lower(bytes[index]) & 31)) }
    for index in separator + 1..<range.upperBound {
      guard let digit = alphabet.firstIndex(of: lower(bytes[index])) else { return false }
      add(UInt32(digit))
    }
    return sum == 1
  }
}
