public import Model

/// One flow, or one sampled packet, as an exporter told it. Trivially copyable: nothing is allocated for one.
///
/// A field that the exporter did not send is zero. Names and packet heads are not copied: they are ranges of the
/// datagram that was decoded, and hold only as long as its bytes do.
public struct FlowRecord: BitwiseCopyable, Sendable, Hashable {
  public var source = IP.none
  public var destination = IP.none
  /// Estimates: what was counted times `sampling`.
  public var bytes: UInt64 = 0
  public var packets: UInt64 = 0
  /// As the exporter counted.
  public var rawBytes: UInt64 = 0
  public var rawPackets: UInt64 = 0
  /// From destination to source, times `sampling`, where one record tells both directions (RFC 5103, elements 231 and
  /// 232).
  public var reverseBytes: UInt64 = 0
  public var reversePackets: UInt64 = 0
  /// Nanoseconds since 1970: first and last packet. Where nothing was said: when the exporter sent it.
  public var start: Int64 = 0
  public var end: Int64 = 0
  /// Ethernet addresses, the first byte in the highest of 48 bits.
  public var sourceMAC: UInt64 = 0
  public var destinationMAC: UInt64 = 0
  /// Source id (v9), observation domain (IPFIX), sub-agent (sFlow), engine type and id (v5).
  public var domain: UInt32 = 0
  /// One packet in so many was looked at; 1 for all of them.
  public var sampling: UInt32 = 1
  public var input: UInt32 = 0
  public var output: UInt32 = 0
  /// Length on the wire of the frame whose head is `packet`.
  public var frameLength: UInt32 = 0
  /// Application id (RFC 6759): engine in the top byte, selector in the rest.
  public var application: UInt32 = 0
  public var names = Names()
  /// The head of a sampled packet, for the decoder of packets.
  public var packet = Slice()
  public var sourcePort: UInt16 = 0
  public var destinationPort: UInt16 = 0
  public var vlan: UInt16 = 0
  /// ICMP type in the upper byte, code in the lower.
  public var icmp: UInt16 = 0
  /// Which exporter, for `FlowDecoder.exporter(_:)`.
  public var exporter: UInt16 = 0
  public var `protocol`: UInt8 = 0
  /// All flags that were seen: FIN 1, SYN 2, RST 4, PSH 8, ACK 16.
  public var tcpFlags: UInt8 = 0
  public var reverseTCPFlags: UInt8 = 0
  public var tos: UInt8 = 0
  /// 0 ingress or unknown, 1 egress (element 61).
  public var direction: UInt8 = 0
  /// 1 idle, 2 active timeout, 3 end detected, 4 forced, 5 no resources (element 136).
  public var endReason: UInt8 = 0
  /// 1 created, 2 deleted, 3 denied, 5 update (element 233).
  public var firewallEvent: UInt8 = 0
  /// 1 the source opened it, 2 the destination did (element 239).
  public var biflowDirection: UInt8 = 0
  /// What `packet` starts with.
  public var link = Link.none
  public var traits: Traits = []

  public init() {}

  /// A range of the datagram.
  public struct Slice: BitwiseCopyable, Sendable, Hashable {
    public var offset: UInt16 = 0
    public var count: UInt16 = 0
    public init(offset: UInt16 = 0, count: UInt16 = 0) {
      self.offset = offset
      self.count = count
    }
    public var isEmpty: Bool { count == 0 }
    public var range: Range<Int> { Int(offset)..<(Int(offset) + Int(count)) }
  }

  /// Names that the exporter read from the payload.
  public struct Names: BitwiseCopyable, Sendable, Hashable {
    /// Of a TLS or QUIC ClientHello.
    public var server = Slice()
    /// The name that DNS was asked for, in presentation form.
    public var query = Slice()
    /// HTTP Host.
    public var host = Slice()
    /// What the exporter calls the application.
    public var application = Slice()
    public init() {}
  }

  /// The first layer of a packet head.
  public enum Link: UInt8, BitwiseCopyable, Sendable {
    case none, ethernet
    /// IPv4 or IPv6: its first four bits say which.
    case ip
    case mpls
    /// A link layer that is not decoded here.
    case other
  }

  public struct Traits: OptionSet, BitwiseCopyable, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// One packet, not the sum of a flow.
    public static let isSample = Traits(rawValue: 1)
    public static let isSFlow = Traits(rawValue: 2)
    /// The record tells both directions.
    public static let isBiflow = Traits(rawValue: 4)
    /// The device dropped the packet.
    public static let isDropped = Traits(rawValue: 8)
    /// `start` and `end` are when the exporter sent it: it named no time.
    public static let isUntimed = Traits(rawValue: 16)
  }
}
