public import Model

/// An IP address in two machine words, for tables that hold millions. IPv4 is kept IPv4-mapped (RFC 4291 §2.5.5.2).
public struct IP: Sendable, Hashable, BitwiseCopyable {
  public var high: UInt64
  public var low: UInt64

  @inline(__always)
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Parameter v4: the four bytes as a number, the first in the highest place.
  @inline(__always)
  public init(v4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(v4)) }

  /// `::`: no address was seen.
  public static let none = IP(high: 0, low: 0)

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
    if !isIPv4 { for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(high >> UInt64(shift) & 0xFF)) } }
    for shift in stride(from: isIPv4 ? 24 : 56, through: 0, by: -8) { bytes.append(UInt8(low >> UInt64(shift) & 0xFF)) }
    return Address(bytes: bytes) ?? .anyIPv4
  }
}

/// What the headers of one frame say. Trivially copyable: one is filled again and again, nothing is allocated.
///
/// Offsets count from the first byte of the frame. A field that the frame does not have is zero.
public struct Packet: Sendable, Hashable, BitwiseCopyable {
  public var source = IP.none
  public var destination = IP.none
  /// IANA protocol number after the IPv6 extension headers: 6 TCP, 17 UDP, 1 and 58 ICMP.
  public var transport: UInt8 = 0
  /// Time to live or hop limit.
  public var hopLimit: UInt8 = 0
  public var sourcePort: UInt16 = 0
  public var destinationPort: UInt16 = 0
  /// FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
  public var tcpFlags: UInt8 = 0
  public var window: UInt16 = 0
  public var sequence: UInt32 = 0
  public var acknowledgement: UInt32 = 0
  /// Where the payload of TCP or UDP starts, and how many of its bytes were captured.
  public var payloadOffset: Int32 = 0
  public var payloadCount: Int32 = 0
  /// Payload bytes that the packet had on the wire: more than `payloadCount` where the capture cut it.
  public var payloadLength: Int32 = 0
  /// Length of the IP packet on the wire: header and all. 0 where there is no IP packet.
  public var networkLength: Int32 = 0
  /// Innermost VLAN id; 0 for none.
  public var vlan: UInt16 = 0
  /// What keeps equal private addresses of different tunnels apart: VNI, GRE key, ERSPAN session; 0 outside of tunnels.
  public var encapsulation: UInt32 = 0
  /// Innermost Ethernet addresses, the first byte in the highest of 48 bits; 0 where there are none.
  public var sourceMAC: UInt64 = 0
  public var destinationMAC: UInt64 = 0
  /// The packet is a fragment: its transport header is read only where `fragmentOffset` is 0.
  public var isFragment = false
  public var moreFragments = false
  public var fragmentID: UInt32 = 0
  /// In bytes.
  public var fragmentOffset: UInt16 = 0
  /// EtherType of the innermost layer (0x0800, 0x86DD, 0x0806 …).
  public var etherType: UInt16 = 0
  /// Where the IP packet of the innermost layer starts.
  public var networkOffset: Int32 = 0

  public init() {}
}
