/// What the records of a data set look like, made ready for reading them: a list of steps, one for each field that is
/// wanted.
struct FlowTemplate: Sendable, Hashable {
  var id: UInt16
  var isOptions: Bool
  /// Fields of the scope, which come first.
  var scopes: Int
  /// Field specifiers as they came: equal ones mean the same.
  var fields: [UInt8]
  /// When it was sent last: nanoseconds since 1970.
  var refreshed: Int64
  /// Bytes of a record; of its shortest form where a field is of variable length.
  private(set) var minimum = 0
  private(set) var isVariable = false
  private(set) var steps: [Step] = []
  private(set) var needs: Needs = []

  /// A field that is read, or one of variable length that must be stepped over.
  struct Step: BitwiseCopyable, Sendable, Hashable {
    /// From the end of the last field of variable length, or the start of the record.
    var offset: UInt16
    /// 0 for variable length.
    var count: UInt16
    /// Where `count` is 0: bytes that a record has at least behind this field.
    var behind: UInt16
    var role: FlowRole
  }

  /// What is left to do when all fields of a record are read.
  struct Needs: OptionSet, Sendable, Hashable {
    let rawValue: UInt8
    static let uptime = Needs(rawValue: 1)
    static let duration = Needs(rawValue: 2)
    static let sampling = Needs(rawValue: 4)
    static let section = Needs(rawValue: 8)
    /// It speaks of a flow: it has an address, a name or a packet.
    static let flow = Needs(rawValue: 16)
    static let biflow = Needs(rawValue: 32)
  }

  /// Length in a field specifier that means that each record has its own (RFC 7011 §7).
  static let variable: UInt16 = 0xFFFF
  /// What a datagram can carry.
  static let longest = 65_515
}

extension FlowTemplate {
  /// One field of a template as it was sent.
  struct Field: Sendable, Hashable {
    var role: FlowRole
    var element: FlowElement
    var count: UInt16
  }

  /// Makes the steps.
  /// - Throws: where records would be empty, which would never end, or longer than a datagram.
  init(
    id: UInt16, isOptions: Bool, scopes: Int, fields: [UInt8], format: FlowFormat, names: [FlowElement: FlowName],
    refreshed: Int64
  ) throws(FlowFault) {
    self.id = id
    self.isOptions = isOptions
    self.scopes = scopes
    self.fields = fields
    self.refreshed = refreshed
    let list = Self.read(fields, format: format, scopes: isOptions ? scopes : 0, names: names)
    try compile(Self.settled(list))
  }

  private static func read(
    _ bytes: [UInt8], format: FlowFormat, scopes: Int, names: [FlowElement: FlowName]
  ) -> [Field] {
    let raw = bytes.span.raw
    var fields: [Field] = []
    var at = 0
    while at + 4 <= bytes.count {
      let type = raw.word(at)
      let count = raw.word(at + 2)
      at += 4
      if format == .ipfix {
        var element = FlowElement(type & 0x7FFF)
        if type & 0x8000 != 0, at + 4 <= bytes.count {
          element.enterprise = raw.long(at)
          at += 4
        }
        var role = FlowRole(element, names: names)
        if fields.count < scopes, role == .input { role = .scopeInterface }
        fields.append(Field(role: role, element: element, count: count))
      } else if fields.count < scopes {
        fields.append(Field(role: type == 2 ? .scopeInterface : .skip, element: FlowElement(0), count: count))
      } else {
        let element = FlowElement(netFlow9: type)
        fields.append(Field(role: FlowRole(element, names: names), element: element, count: count))
      }
    }
    return fields
  }

  /// Gives each field its final role: a second-best counter only counts where the best is missing.
  private static func settled(_ fields: [Field]) -> [Field] {
    var present = Set(fields.map(\.role.rawValue))
    // nProbe tells the way back in what elsewhere is the same way behind a middlebox.
    let isNtop = fields.contains { $0.element.enterprise == FlowElement.ntop }
    var out = fields
    func replace(_ second: FlowRole, _ first: FlowRole) {
      guard present.contains(second.rawValue) else { return }
      let role = present.contains(first.rawValue) ? FlowRole.skip : first
      for index in out.indices where out[index].role == second { out[index].role = role }
      present.insert(first.rawValue)
    }
    if isNtop, present.contains(FlowRole.octets.rawValue) {
      replace(.octetsPost, .reverseOctets)
      replace(.packetsPost, .reversePackets)
    }
    replace(.octetsTotal, .octets)
    replace(.octetsPost, .octets)
    replace(.octetsLayer2, .octets)
    replace(.ipLength, .octets)
    replace(.packetsTotal, .packets)
    replace(.packetsPost, .packets)
    replace(.vlanOuter, .vlan)
    replace(.inputPhysical, .input)
    replace(.outputPhysical, .output)
    for index in out.indices where !out[index].fits { out[index].role = .skip }
    return out
  }

  private mutating func compile(_ list: [Field]) throws(FlowFault) {
    var offset = 0
    for field in list {
      guard minimum + (field.count == Self.variable ? 1 : Int(field.count)) <= Self.longest else { throw .template }
      if field.count == Self.variable {
        steps.append(Step(offset: UInt16(offset), count: 0, behind: 0, role: field.role))
        offset = 0
        minimum += 1
        isVariable = true
      } else {
        if field.role != .skip, field.count > 0 {
          // Of a longer number the last eight bytes count.
          let spare = field.role.isNumber ? max(0, Int(field.count) - 8) : 0
          steps.append(
            Step(
              offset: UInt16(offset + spare), count: field.count - UInt16(spare), behind: 0, role: field.role))
        }
        offset += Int(field.count)
        minimum += Int(field.count)
      }
      if field.count > 0 { needs.formUnion(field.role.needs) }
    }
    guard minimum > 0 else { throw .template }
    // From the back: what must still come behind each field of variable length.
    var behind = offset
    for index in steps.indices.reversed() where steps[index].count == 0 {
      steps[index].behind = UInt16(behind)
      behind += Int(steps[index].offset) + 1
    }
  }
}

extension FlowTemplate.Field {
  /// Addresses and packets have lengths of their own.
  var fits: Bool {
    if count == FlowTemplate.variable { return true }
    return switch role {
    case .source4, .destination4: count == 4
    case .source6, .destination6: count == 16
    case .samplingProbability: count == 8
    default: true
    }
  }
}

extension FlowRole {
  var needs: FlowTemplate.Needs {
    switch self {
    case .firstUptime, .lastUptime: .uptime
    case .durationMilliseconds, .durationMicroseconds: .duration
    case .interval, .packetInterval, .packetSpace, .samplingSize, .samplingPopulation, .samplingProbability, .sampler:
      .sampling
    case .ethernetSection, .ipSection: [.section, .flow]
    case .source4, .destination4, .source6, .destination6, .sourceMAC, .destinationMAC, .serverName, .queryName,
      .hostName, .ciscoName:
      .flow
    case .reverseOctets, .reversePackets, .reverseTCPFlags: .biflow
    default: []
    }
  }
}
