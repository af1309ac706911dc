/// An information element: what a field of NetFlow v9 or IPFIX means.
public struct FlowElement: Sendable, Hashable {
  /// Private enterprise number; 0 for the elements of the IANA registry.
  public var enterprise: UInt32
  public var id: UInt16

  public init(_ id: UInt16, enterprise: UInt32 = 0) {
    self.enterprise = enterprise
    self.id = id
  }

  /// Field type of NetFlow v9, which knows no enterprises: vendors have put theirs above 32767.
  init(netFlow9 type: UInt16) {
    switch type {
    // nProbe's own begin at 57472.
    case 57472...: self.init(type - 57472, enterprise: Self.ntop)
    // PAN-OS: what App-ID found.
    case 56701: self.init(56701, enterprise: Self.paloAlto)
    // IOS writes an element of its enterprise with the top bit set.
    case 45003: self.init(12235, enterprise: Self.cisco)
    default: self.init(type)
    }
  }

  static let cisco: UInt32 = 9
  static let cesnet: UInt32 = 8057
  /// RFC 5103 §6.1: the element of the reverse direction.
  static let reverse: UInt32 = 29305
  static let paloAlto: UInt32 = 25461
  static let ntop: UInt32 = 35632
  static let flowmon: UInt32 = 39499
}

/// Which name a field holds.
public enum FlowName: UInt8, Sendable, CaseIterable {
  case server, query, host, application
}

/// What is done with a field. Those of the first block are numbers.
enum FlowRole: UInt8, Sendable {
  case skip
  case octets, packets, reverseOctets, reversePackets
  case transport, tos, dscp, tcpFlags, reverseTCPFlags, sourcePort, destinationPort
  case input, output, direction, vlan, sourceMAC, destinationMAC, icmp, icmpType, icmpCode
  case firstUptime, lastUptime, startSeconds, endSeconds, startMilliseconds, endMilliseconds, startNTP, endNTP
  case startDelta, endDelta, durationMilliseconds, durationMicroseconds, systemInit
  case observationSeconds, observationMilliseconds, observationNTP
  case interval, packetInterval, packetSpace, samplingSize, samplingPopulation, samplingProbability, sampler
  case application, endReason, firewallEvent, biflowDirection, frameLength, scopeInterface
  // Counters that are taken where the template has no better one.
  case octetsTotal, packetsTotal, octetsPost, packetsPost, octetsLayer2, ipLength, vlanOuter, inputPhysical,
    outputPhysical
  // Not numbers.
  case source4, destination4, source6, destination6
  case ethernetSection, ipSection
  case serverName, queryName, hostName, applicationName, ciscoName

  /// A number is read from its last eight bytes.
  var isNumber: Bool { rawValue < FlowRole.source4.rawValue }

  init(_ name: FlowName) {
    switch name {
    case .server: self = .serverName
    case .query: self = .queryName
    case .host: self = .hostName
    case .application: self = .applicationName
    }
  }

  /// - Parameter scope: the field is in the scope of a NetFlow v9 options template, whose types are of their own
  ///   (RFC 3954 §6.1).
  init(_ element: FlowElement, names: [FlowElement: FlowName]) {
    if let name = names[element] {
      self.init(name)
      return
    }
    switch element.enterprise {
    case 0: self = Self.registered(element.id)
    case FlowElement.reverse: self = Self.reverse(element.id)
    case FlowElement.cisco: self = element.id == 12235 ? .ciscoName : .skip
    case FlowElement.cesnet: self = Self.cesnet(element.id)
    case FlowElement.paloAlto: self = element.id == 56701 ? .applicationName : .skip
    case FlowElement.ntop: self = Self.ntop(element.id)
    case FlowElement.flowmon: self = Self.flowmon(element.id)
    default: self = .skip
    }
  }

  /// Elements of the IANA registry; below 128 they are the field types of NetFlow v9 as well (RFC 7012 §4.1).
  private static func registered(_ id: UInt16) -> FlowRole {
    switch id {
    case 1: .octets
    case 2: .packets
    case 4: .transport
    case 5: .tos
    case 6: .tcpFlags
    case 7, 180, 182: .sourcePort
    case 8: .source4
    case 10: .input
    case 11, 181, 183: .destinationPort
    case 12: .destination4
    case 14: .output
    case 21: .lastUptime
    case 22: .firstUptime
    case 23: .octetsPost
    case 24: .packetsPost
    case 27: .source6
    case 28: .destination6
    case 32, 139: .icmp
    case 34, 50: .interval
    case 48, 302: .sampler
    case 56: .sourceMAC
    case 58: .vlan
    case 61: .direction
    case 80: .destinationMAC
    case 85: .octetsTotal
    case 86: .packetsTotal
    case 95: .application
    case 96: .applicationName
    case 104, 315: .ethernetSection
    case 136: .endReason
    case 150: .startSeconds
    case 151: .endSeconds
    case 152: .startMilliseconds
    case 153: .endMilliseconds
    case 154, 156: .startNTP
    case 155, 157: .endNTP
    case 158: .startDelta
    case 159: .endDelta
    case 160: .systemInit
    case 161: .durationMilliseconds
    case 162: .durationMicroseconds
    case 176, 178: .icmpType
    case 177, 179: .icmpCode
    case 195: .dscp
    case 224: .ipLength
    case 231: .octets
    case 232: .reverseOctets
    case 233: .firewallEvent
    case 239: .biflowDirection
    case 243: .vlanOuter
    case 252: .inputPhysical
    case 253: .outputPhysical
    case 298: .packets
    case 299: .reversePackets
    case 305: .packetInterval
    case 306: .packetSpace
    case 309: .samplingSize
    case 310: .samplingPopulation
    case 311: .samplingProbability
    case 312: .frameLength
    case 313: .ipSection
    case 322: .observationSeconds
    case 323: .observationMilliseconds
    case 324, 325: .observationNTP
    case 352: .octetsLayer2
    default: .skip
    }
  }

  private static func reverse(_ id: UInt16) -> FlowRole {
    switch id {
    case 1, 85: .reverseOctets
    case 2, 86: .reversePackets
    case 6: .reverseTCPFlags
    default: .skip
    }
  }

  /// Elements of ipfixprobe.
  private static func cesnet(_ id: UInt16) -> FlowRole {
    switch id {
    case 2: .queryName
    case 808, 890: .serverName  // of TLS, of QUIC
    default: .skip
    }
  }

  /// Elements of nProbe.
  private static func ntop(_ id: UInt16) -> FlowRole {
    switch id {
    case 78: .tcpFlags
    case 79: .reverseTCPFlags
    case 119: .applicationName
    case 187: .hostName
    case 188: .serverName
    case 205: .queryName
    default: .skip
    }
  }

  private static func flowmon(_ id: UInt16) -> FlowRole {
    switch id {
    case 1: .hostName
    case 121: .queryName
    case 338: .serverName
    default: .skip
    }
  }
}
