// All `unsafe` of the flow decoders. It holds because the loads check their bounds themselves (they trap, they do not
// read beyond), and because every bit pattern is a value of the integers that are loaded.
extension Span<UInt8> {
  /// The same bytes, for loads of more than one.
  var raw: RawSpan {
    @_lifetime(copy self)
    @inline(__always) get { unsafe bytes }
  }
}

extension RawSpan {
  @inline(__always) func byte(_ offset: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Two bytes in network order.
  @inline(__always) func word(_ offset: Int) -> UInt16 {
    unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// Four bytes in network order.
  @inline(__always) func long(_ offset: Int) -> UInt32 {
    unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Eight bytes in network order.
  @inline(__always) func quad(_ offset: Int) -> UInt64 {
    unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// A number of 1 to 8 bytes in network order, which the caller has found to be there.
  @inline(__always) func number(_ offset: Int, count: Int) -> UInt64 {
    if offset &+ 8 <= byteCount { return quad(offset) &>> UInt64(truncatingIfNeeded: 64 &- count &* 8) }
    return edge(offset, count: count)
  }

  /// The same where eight bytes would reach past the end.
  @inline(never) private func edge(_ offset: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in offset..<(offset + count) { value = value << 8 | UInt64(byte(index)) }
    return value
  }

  /// A copy, for what is kept.
  func copy(_ range: Range<Int>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(range.count)
    for index in range { out.append(byte(index)) }
    return out
  }
}
