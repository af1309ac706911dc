/// Moments as exporters write them, to nanoseconds since 1970. What does not fit is 0: not known.
enum FlowTime {
  @inline(__always) static func milliseconds(_ value: UInt64) -> Int64 { product(value, 1_000_000) }
  static func microseconds(_ value: UInt64) -> Int64 { product(value, 1000) }
  static func seconds(_ value: UInt64) -> Int64 { product(value, 1_000_000_000) }

  @inline(__always) private static func product(_ value: UInt64, _ factor: UInt64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? 0 : Int64(exactly: product) ?? 0
  }

  /// Seconds since 1900 and a binary fraction (RFC 7011 §6.1.9). Some exporters write plain micro- or nanoseconds since
  /// 1970 into these elements: as NTP they would lie before 1970.
  static func ntp(_ value: UInt64) -> Int64 {
    let seconds = value >> 32
    let epoch: UInt64 = 2_208_988_800
    guard seconds >= epoch else {
      return value < 1 << 56 ? product(value, 1000) : Int64(exactly: value) ?? 0
    }
    return Int64((seconds - epoch) * 1_000_000_000 + ((value & 0xFFFF_FFFF) * 1_000_000_000) >> 32)
  }

  static func before(_ moment: Int64, microseconds: UInt64) -> Int64 {
    let (difference, overflow) = moment.subtractingReportingOverflow(Self.microseconds(microseconds))
    return overflow ? 0 : difference
  }

  /// Milliseconds of a clock that started with the exporter, to a moment: both counters wrap after 49.7 days.
  @inline(__always) static func uptime(_ value: UInt32, now: UInt32, at exported: Int64) -> Int64 {
    exported &+ Int64(Int32(bitPattern: value &- now)) &* 1_000_000
  }

  /// Time from one moment to a later one; 0 where the later one is not later.
  static func elapsed(from start: Int64, to end: Int64) -> Int64 {
    let (difference, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? (end > start ? .max : 0) : max(0, difference)
  }

  /// Engine in the first byte, selector in the others (RFC 6759 §4), to one number.
  static func application(_ value: UInt64, count: Int) -> UInt32 {
    guard count > 1 else { return UInt32(truncatingIfNeeded: value << 24) }
    let width = UInt64(count * 8 - 8)
    let selector = value & (1 << width - 1)
    return UInt32(truncatingIfNeeded: (value >> width) << 24 | selector & 0xFF_FFFF)
  }
}
