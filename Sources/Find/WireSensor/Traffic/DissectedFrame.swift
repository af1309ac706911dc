import Wire

/// What a thread that walks a piece of a capture hands to the one that follows a frame's conversation. Trivially copyable.
struct DissectedFrame: BitwiseCopyable, Sendable {
  var packet = Packet()
  /// Nanoseconds since 1970.
  var time: Int64 = 0
  /// First byte of the frame, from the start of the file, and how many there are: two numbers in one word.
  private var extent: UInt64 = 0

  @inline(__always)
  mutating func stand(in frame: Frame) {
    time = frame.time
    extent = UInt64(truncatingIfNeeded: frame.offset) &<< 20 | UInt64(truncatingIfNeeded: frame.captured) & 0xF_FFFF
  }

  @inline(__always) var offset: Int { Int(truncatingIfNeeded: extent &>> 20) }
  @inline(__always) var count: Int { Int(truncatingIfNeeded: extent & 0xF_FFFF) }
}
