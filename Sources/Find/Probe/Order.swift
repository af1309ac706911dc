/// A random order of 0 ..< count that needs no memory: a Feistel network on the next even number of bits, walked until it
/// is within the count. Neighbouring numbers land far apart, so no host is asked on all its ports at once.
struct Order: Sendable, Hashable {
  let count: UInt64
  private let half: UInt64
  private let mask: UInt64
  private let keys: [UInt64]

  init(count: UInt64, seed: UInt64) {
    self.count = count
    let bits = UInt64(64 - max(1, count &- 1).leadingZeroBitCount)
    half = max(1, (bits + 1) / 2)
    mask = (1 << half) - 1
    var state = seed
    keys = (0..<4).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      return Self.mix(state)
    }
  }

  /// SplitMix64's finisher (Steele, Lea, Flood): spreads, hides nothing.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// The number at a place of the order; each below `count` comes exactly once.
  subscript(place: UInt64) -> UInt64 {
    guard place < count, half < 32 else { return place }
    var value = place
    // The network covers less than four times the count, so a walk is short, and it always comes back.
    repeat {
      var left = value >> half
      var right = value & mask
      for key in keys { (left, right) = (right, left ^ Self.mix(right ^ key) & mask) }
      value = left << half | right
    } while value >= count
    return value
  }
}
