/// Microsoft's keyed checksum of 64 bits, of which 32 are used: the seed that fits a key tells what it is for.
enum Marvin32 {
  static func of(_ bytes: Span<UInt8>, _ range: Range<Int>, seed: UInt64) -> UInt32 {
    let value = wide(bytes, range, seed: seed)
    return UInt32(truncatingIfNeeded: value) ^ UInt32(truncatingIfNeeded: value >> 32)
  }

  static func wide(_ bytes: Span<UInt8>, _ range: Range<Int>, seed: UInt64) -> UInt64 {
    var low = UInt32(truncatingIfNeeded: seed)
    var high = UInt32(truncatingIfNeeded: seed >> 32)
    func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
    func mix() {
      high ^= low
      low = rotate(low, 20) &+ high
      high = rotate(high, 9) ^ low
      low = rotate(low, 27) &+ high
      high = rotate(high, 19)
    }
    var index = range.lowerBound
    while range.upperBound - index >= 4 {
      let word =
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
        | UInt32(bytes[index + 3]) << 24
      low = low &+ word
      mix()
      index += 4
    }
    var last: UInt32 = 0x80
    for place in (index..<range.upperBound).reversed() { last = last << 8 | UInt32(bytes[place]) }
    low = low &+ last
    mix()
    mix()
    return UInt64(high) << 32 | UInt64(low)
  }
}
