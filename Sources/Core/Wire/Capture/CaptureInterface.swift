/// One interface of a section of a pcapng file.
struct CaptureInterface: Sendable, BitwiseCopyable {
  var link: LinkType
  /// Bytes that a simple packet block may have; 0 for no limit.
  var snapLength = 0
  var ticks = Ticks.multiplied(1000)
  /// Nanoseconds to add to each time.
  var shift: Int64 = 0
  /// Bytes at the end of a frame that are its checksum.
  var checksum = 0
  var drops: UInt64 = 0

  /// How a count of time units becomes nanoseconds, without overflow for any count.
  enum Ticks: Sendable, BitwiseCopyable {
    case multiplied(UInt64)
    case divided(UInt64)
    /// Units of 2^-n seconds.
    case binary(UInt8)
    /// Units so small that 64 bits of them are less than a nanosecond.
    case vanishing

    /// - Parameter resolution: the byte of `if_tsresol`: the top bit chooses powers of two.
    init(resolution: UInt8) {
      let exponent = resolution & 0x7F
      if resolution & 0x80 != 0 {
        self = .binary(exponent)
      } else if exponent <= 9 {
        self = .multiplied(Self.power(9 - exponent))
      } else if exponent <= 28 {
        self = .divided(Self.power(exponent - 9))
      } else {
        self = .vanishing
      }
    }

    /// 10^n for n up to 19.
    private static func power(_ n: UInt8) -> UInt64 { (0..<n).reduce(1) { value, _ in value * 10 } }

    /// Nil where the result does not fit.
    @inline(__always)
    func nanoseconds(_ count: UInt64) -> Int64? {
      switch self {
      case .multiplied(let factor):
        let (value, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : Int64(exactly: value)
      case .divided(let divisor): return Int64(exactly: count / divisor)
      case .binary(let exponent): return Self.binary(count, exponent)
      case .vanishing: return 0
      }
    }

    /// count × 10^9 / 2^n by way of 128 bits.
    private static func binary(_ count: UInt64, _ exponent: UInt8) -> Int64? {
      let (high, low) = count.multipliedFullWidth(by: 1_000_000_000)
      if exponent >= 64 { return Int64(exactly: high >> UInt64(exponent - 64)) }
      if exponent == 0 { return high == 0 ? Int64(exactly: low) : nil }
      guard high >> UInt64(exponent) == 0 else { return nil }
      return Int64(exactly: high << UInt64(64 - exponent) | low >> UInt64(exponent))
    }
  }

  @inline(__always)
  func time(_ count: UInt64) -> Int64 {
    guard let value = ticks.nanoseconds(count) else { return Frame.unknownTime }
    let (time, overflow) = value.addingReportingOverflow(shift)
    return overflow ? Frame.unknownTime : time
  }
}
