public import Model

/// Which network card is behind which address, as the kernel learned it (ARP and NDP).
public struct Neighbours: Sendable {
  struct Key: Hashable, Sendable {
    var link: UInt32
    var address: Address
  }
  private var cards: [Key: [UInt8]] = [:]

  /// The kernel's own tables have about a thousand entries; a larger one is not read to its end.
  public static let limit = 4096

  public init() {}

  /// - Parameter mac: six bytes; anything else is ignored.
  public mutating func add(_ address: Address, link: UInt32, mac: [UInt8]) {
    guard mac.count == 6, cards.count < Self.limit, mac.contains(where: { $0 != 0 }) else { return }
    cards[Key(link: link, address: address)] = mac
  }

  /// The card's address in lower case with colons; nil where neither the kernel nor the address itself says it.
  public func mac(of address: Address, link: UInt32) -> String? {
    (cards[Key(link: link, address: address)] ?? Self.embedded(in: address)).map(Self.text)
  }

  /// A link-local address of the modified EUI-64 form has the card's address in it (RFC 4291 appendix A).
  static func embedded(in address: Address) -> [UInt8]? {
    let bytes = address.bytes
    guard !address.isIPv4, address.isLinkLocal, bytes[11] == 0xFF, bytes[12] == 0xFE else { return nil }
    return [bytes[8] ^ 0x02, bytes[9], bytes[10], bytes[13], bytes[14], bytes[15]]
  }

  private static func text(_ mac: [UInt8]) -> String { mac.map { Hex.encode([$0]) }.joined(separator: ":") }
}
