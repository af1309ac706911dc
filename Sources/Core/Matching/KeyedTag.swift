/// Tags that tell whether two secrets are equal without keeping either: SipHash-2-4 (Aumasson, Bernstein 2012) under a key
/// that lives as long as one reading and is then thrown away.
public struct KeyedTag: Sendable, Hashable {
  private let first: UInt64
  private let second: UInt64

  /// The key must come from the system's random source, and be used for one reading.
  public init(key first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  public func tag(_ text: String) -> UInt64 { tag(Array(text.utf8)) }

  public func tag(_ bytes: [UInt8]) -> UInt64 {
    var v0 = first ^ 0x736f_6d65_7073_6575
    var v1 = second ^ 0x646f_7261_6e64_6f6d
    var v2 = first ^ 0x6c79_6765_6e65_7261
    var v3 = second ^ 0x7465_6462_7974_6573
    func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { x << n | x >> (64 - n) }
    func rounds(_ count: Int) {
      for _ in 0..<count {
        v0 = v0 &+ v1
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 = v2 &+ v3
        v3 = rotate(v3, 16) ^ v2
        v0 = v0 &+ v3
        v3 = rotate(v3, 21) ^ v0
        v2 = v2 &+ v1
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
      }
    }
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << UInt64(8 * (index % 8))
      if index % 8 == 7 {
        v3 ^= word
        rounds(2)
        v0 ^= word
        word = 0
      }
    }
    word |= UInt64(bytes.count & 0xFF) << 56
    v3 ^= word
    rounds(2)
    v0 ^= word
    v2 ^= 0xFF
    rounds(4)
    return v0 ^ v1 ^ v2 ^ v3
  }
}
