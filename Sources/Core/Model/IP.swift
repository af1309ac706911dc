/// An IP address in two machine words, for tables that hold millions. IPv4 is kept IPv4-mapped (RFC 4291 §2.5.5.2).
public struct IP: Sendable, Hashable, BitwiseCopyable {
  public var high: UInt64
  public var low: UInt64

  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Parameter v4: the four bytes as a number, the first in the highest place.
  @inline(__always)
  public init(v4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4)) }

  /// `::`: no address was seen. Computed: a stored one is a call into this module, several for each line of a log.
  @inlinable
  public static var none: IP { IP(high: 0, low: 0) }

  @inline(__always)
  public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

  public init(_ address: Address) {
    var words: (UInt64, UInt64) = (0, 0)
    if address.isIPv4 { words.1 = 0xFFFF }
    for (index, byte) in address.bytes.enumerated() {
      if address.bytes.count == 16, index < 8 {
        words.0 = words.0 << 8 | UInt64(byte)
      } else {
        words.1 = words.1 << 8 | UInt64(byte)
      }
    }
    (high, low) = words
  }

  public var address: Address {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    if !isIPv4 {
      for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(high >> UInt64(shift) & 0xFF)) }
    }
    for shift in stride(from: isIPv4 ? 24 : 56, through: 0, by: -8) { bytes.append(UInt8(low >> UInt64(shift) & 0xFF)) }
    return Address(bytes: bytes) ?? .anyIPv4
  }
}
