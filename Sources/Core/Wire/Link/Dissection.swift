/// What a frame turned out to be, as far as flows care.
public enum Dissection: UInt8, Sendable, Hashable, CaseIterable {
  /// TCP or UDP with ports.
  case transport
  /// IP with another protocol.
  case ip
  /// A piece of an IP packet: ports only where it is the first one.
  case fragment
  /// No IP: ARP, LLDP, a link type that is not read …
  case other
  /// The frame contradicts itself or was cut within its headers. What was read before that stays in the packet.
  case damaged
}

extension Dissection {
  /// Why a frame was judged as it was. Each frame has one.
  public enum Reason: UInt8, Sendable, Hashable, CaseIterable {
    case tcp, udp
    /// IP with a protocol other than TCP and UDP, and what IPsec hides.
    case otherProtocol, encrypted
    case fragment
    case arp, lldp, spanningTree
    /// 802.2 without SNAP, and SNAP of a vendor.
    case llc
    /// PPP's own negotiation and compressed or encrypted payload; PPPoE discovery.
    case pppControl
    /// MPLS with neither IP nor Ethernet behind its labels.
    case mpls
    case otherEtherType, otherLinkType
    /// Cut within the headers of the link layer.
    case linkTruncated
    /// More than four VLAN tags, or 16 labels of MPLS.
    case tooManyTags
    case networkTruncated
    /// The version is not the one that the layer before announced.
    case networkVersion
    /// IPv4 header shorter than 20 bytes, or longer than the packet.
    case networkLength
    /// An extension header that does not fit, or more than 16 of them.
    case extensionHeaders
    case tcpTruncated
    /// The TCP header is shorter than 20 bytes or longer than the segment.
    case tcpLength
    case udpTruncated
    case udpLength

    public var dissection: Dissection {
      switch self {
      case .tcp, .udp: .transport
      case .otherProtocol, .encrypted: .ip
      case .fragment: .fragment
      case .arp, .lldp, .spanningTree, .llc, .pppControl, .mpls, .otherEtherType, .otherLinkType: .other
      case .linkTruncated, .tooManyTags, .networkTruncated, .networkVersion, .networkLength, .extensionHeaders,
        .tcpTruncated, .tcpLength, .udpTruncated, .udpLength:
        .damaged
      }
    }

    /// For reports: lower case, as the headers are called.
    public var name: String {
      switch self {
      case .tcp: "TCP"
      case .udp: "UDP"
      case .otherProtocol: "other IP protocol"
      case .encrypted: "IPsec"
      case .fragment: "IP fragment"
      case .arp: "ARP"
      case .lldp: "LLDP"
      case .spanningTree: "spanning tree"
      case .llc: "LLC"
      case .pppControl: "PPP control"
      case .mpls: "MPLS without IP"
      case .otherEtherType: "other EtherType"
      case .otherLinkType: "other link type"
      case .linkTruncated: "link header cut"
      case .tooManyTags: "too many tags"
      case .networkTruncated: "IP header cut"
      case .networkVersion: "wrong IP version"
      case .networkLength: "wrong IP length"
      case .extensionHeaders: "broken IPv6 extension headers"
      case .tcpTruncated: "TCP header cut"
      case .tcpLength: "wrong TCP header length"
      case .udpTruncated: "UDP header cut"
      case .udpLength: "wrong UDP length"
      }
    }
  }

  /// How many frames were judged for each reason.
  public struct Counts: Sendable {
    private var values = InlineArray<24, UInt64>(repeating: 0)

    public init() {}

    @inline(__always)
    public subscript(reason: Reason) -> UInt64 {
      get { values[Int(reason.rawValue)] }
      set { values[Int(reason.rawValue)] = newValue }
    }

    public func sum(of dissection: Dissection) -> UInt64 {
      Reason.allCases.reduce(0) { $1.dissection == dissection ? $0 &+ self[$1] : $0 }
    }
  }
}
