public import Model

/// What the headers of one frame say. Trivially copyable: one is filled again and again, nothing is allocated.
///
/// Offsets count from the first byte of the frame. A field that the frame does not have is zero.
public struct Packet: Sendable, Hashable, BitwiseCopyable {
  public var source = IP(high: 0, low: 0)
  public var destination = IP(high: 0, low: 0)
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
  /// Where the payload of TCP or UDP starts, and how many of its bytes were captured. Of another protocol and of a
  /// fragment it is what IP carries.
  public var payloadOffset: Int32 = 0
  public var payloadCount: Int32 = 0
  /// Payload bytes that the packet had on the wire: more than `payloadCount` where the capture cut it.
  public var payloadLength: Int32 = 0
  /// Length of the IP packet on the wire: header and all. 0 where there is no IP packet.
  public var networkLength: Int32 = 0
  /// Innermost VLAN id; 0 for none.
  public var vlan: UInt16 = 0
  /// What keeps equal private addresses of different tunnels apart: VXLAN's VNI, GRE key, ERSPAN session. 0 outside of
  /// tunnels, and for the ones whose number may be another in each direction of one conversation: Geneve, GTP-U, PPTP.
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
