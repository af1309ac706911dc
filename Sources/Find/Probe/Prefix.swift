public import Model

/// A network: the addresses that share their first `length` bits.
public struct Prefix: Sendable, Hashable, CustomStringConvertible {
  /// With the bits of the host cleared.
  public let first: Address
  public let length: Int

  /// Nil unless the length fits the address.
  public init?(_ address: Address, _ length: Int) {
    guard (0...address.bytes.count * 8).contains(length) else { return nil }
    var bytes = address.bytes
    for index in bytes.indices {
      let kept = min(8, max(0, length - index * 8))
      bytes[index] &= kept == 0 ? 0 : 0xFF << UInt8(8 - kept)
    }
    // Sixteen bytes of an IPv6 network may read as an IPv4-mapped address, which `Address` keeps as four.
    guard let first = Address(bytes: bytes), first.bytes.count == address.bytes.count else { return nil }
    self.first = first
    self.length = length
  }

  /// `10.0.0.0/8`, `fe80::/10`; an address alone is a network of one.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard !parts[0].contains("%"), let address = Address(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(address, address.bytes.count * 8)
      return
    }
    guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(parts[1])
    else { return nil }
    self.init(address, length)
  }

  public var description: String { "\(first)/\(length)" }

  /// Bits that tell its hosts apart.
  var hostBits: Int { first.bytes.count * 8 - length }

  func contains(_ address: Address) -> Bool {
    address.bytes.count == first.bytes.count && Prefix(address, length)?.first == first
  }

  func contains(_ other: Prefix) -> Bool { other.length >= length && contains(other.first) }

  /// The address that many after the first.
  func address(_ offset: UInt64) -> Address {
    var bytes = first.bytes
    var carry = offset
    for index in bytes.indices.reversed() where carry > 0 {
      let sum = UInt64(bytes[index]) + carry & 0xFF
      carry = carry >> 8 + sum >> 8
      bytes[index] = UInt8(sum & 0xFF)
    }
    return Address(bytes: bytes) ?? first
  }
}
