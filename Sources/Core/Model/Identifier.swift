/// A UUID of version 7 (RFC 9562 §5.7): sorts by time, unique by 74 random bits.
public struct EventID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Exactly 16 bytes.
  public let bytes: [UInt8]

  /// - Parameter random: at least 10 bytes from a source of randomness; missing ones count as zero.
  public init(time: Timestamp, random: [UInt8]) {
    let milliseconds = UInt64(bitPattern: max(0, time.milliseconds))
    var bytes: [UInt8] = []
    for shift in stride(from: 40, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: milliseconds >> UInt64(shift)))
    }
    for index in 0..<10 { bytes.append(index < random.count ? random[index] : 0) }
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    self.bytes = bytes
  }

  /// Nil unless there are 16 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Reads the 36-character form; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], let bytes = Hex.decode(parts.joined()) else { return nil }
    self.init(bytes: bytes)
  }

  public var description: String {
    let hex = Array(Hex.encode(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
  }

  public static func < (a: EventID, b: EventID) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
