/// Guesses where the next records stand, so that they are on their way from memory before they are asked for.
///
/// Where a record starts is known only when the one before it was loaded, so a walk through a file that is larger than
/// the caches waits for memory once a record: two thirds of its time. But traffic repeats itself: after two lengths the
/// third is mostly what it was the last time. A wrong guess costs nothing but the hint.
struct ReadAhead: Sendable {
  private var lengths = InlineArray<256, UInt16>(repeating: 0)
  private var last = 0
  private var before = 0

  /// Records ahead. Three are nearly as good; more gain nothing.
  private static var depth: Int { 4 }

  @inline(__always)
  private static func place(_ before: Int, _ last: Int) -> Int { (before &* 31 &+ last) & 255 }

  /// - Parameter offset: first byte of the next record.
  /// - Parameter length: bytes of the record before it.
  @inline(__always)
  mutating func look(_ bytes: Span<UInt8>, from offset: Int, after length: Int) {
    lengths[Self.place(before, last)] = UInt16(truncatingIfNeeded: length)
    before = last
    last = length
    var earlier = before
    var later = last
    var at = offset
    for _ in 0..<Self.depth {
      let guess = Int(lengths[Self.place(earlier, later)])
      at &+= guess
      // The headers of record and frame have up to two lines of a cache.
      bytes.prefetch(at)
      bytes.prefetch(at &+ 64)
      earlier = later
      later = guess
    }
  }
}
