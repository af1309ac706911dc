/// What a captured frame starts with: the number that capture files carry (tcpdump.org's list of link-layer header types).
///
/// Any number can be held; `Dissector` reads the ones that are named here.
public struct LinkType: RawRepresentable, Sendable, Hashable, BitwiseCopyable {
  public var rawValue: UInt16
  @inline(__always)
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Loopback of BSD: the address family in the writer's byte order.
  public static let null = LinkType(rawValue: 0)
  public static let ethernet = LinkType(rawValue: 1)
  public static let ppp = LinkType(rawValue: 9)
  /// IP without a header before it, as BSD numbers it.
  public static let rawBSD = LinkType(rawValue: 12)
  /// The same as OpenBSD numbers it.
  public static let rawOpenBSD = LinkType(rawValue: 14)
  /// PPP with an HDLC header, which may be left out (RFC 1662).
  public static let pppSerial = LinkType(rawValue: 50)
  /// A PPPoE session header first (RFC 2516).
  public static let pppoe = LinkType(rawValue: 51)
  /// IP without a header before it; the first four bits tell the version.
  public static let raw = LinkType(rawValue: 101)
  /// Cisco's HDLC: address, control, EtherType.
  public static let ciscoHDLC = LinkType(rawValue: 104)
  /// Loopback of OpenBSD: the address family in network order.
  public static let loop = LinkType(rawValue: 108)
  /// A wireless frame (IEEE 802.11), read where it is data and not encrypted.
  public static let ieee80211 = LinkType(rawValue: 105)
  /// Linux's `any` device.
  public static let sll = LinkType(rawValue: 113)
  /// A wireless frame behind what the radio said of it (radiotap.org).
  public static let radiotap = LinkType(rawValue: 127)
  /// Per-packet information: fields, then a frame of the link type that the header names.
  public static let ppi = LinkType(rawValue: 192)
  public static let ipv4 = LinkType(rawValue: 228)
  public static let ipv6 = LinkType(rawValue: 229)
  /// Packets that Linux's firewall logged.
  public static let nflog = LinkType(rawValue: 239)
  /// macOS's `pktap` devices: a header with the process, then the frame.
  public static let pktap = LinkType(rawValue: 258)
  /// Linux's `any` device, second version, with the interface.
  public static let sll2 = LinkType(rawValue: 276)
}
