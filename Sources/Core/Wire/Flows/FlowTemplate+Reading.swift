import Model

/// What fields say that a record does not keep as it is.
struct FlowExtras: BitwiseCopyable, Sendable {
  var first: UInt32 = 0
  var last: UInt32 = 0
  /// Nanoseconds.
  var duration: Int64 = 0
  /// When the exporter was started: milliseconds since 1970.
  var systemInit: UInt64 = 0
  var sampler: UInt32 = 0
  var interval: UInt64 = 0
  var packetInterval: UInt64 = 0
  var packetSpace: UInt64 = 0
  var size: UInt64 = 0
  var population: UInt64 = 0
  var probability: UInt64 = 0
  var interface: UInt32 = 0
  var hasSpace = false
  var hasFirst = false
  var hasLast = false
  var hasSampler = false
  var hasInterface = false

  /// 0 where nothing was said.
  var rate: UInt32 {
    var value = interval
    if value == 0, packetInterval > 0 {
      // So many packets in a row, then so many left out. Exporters that only tell the first mean one in so many.
      value =
        hasSpace ? packetInterval.addingReportingOverflow(packetSpace).partialValue / packetInterval : packetInterval
    }
    if value == 0, size > 0 { value = population / size }
    if value == 0, probability > 0 {
      let chance = Double(bitPattern: probability)
      if chance > 0, chance <= 1 { value = UInt64(min(1 / chance, 4e9).rounded()) }
    }
    return UInt32(clamping: value)
  }
}

extension FlowTemplate {
  /// Reads one record.
  /// - Parameters:
  ///   - start: its first byte; `minimum` bytes from there must lie before `limit`.
  ///   - limit: end of its set, not behind the end of `bytes`.
  /// - Returns: the byte behind it; nil where a field reaches beyond `limit`.
  @inline(__always)
  func read(
    _ bytes: RawSpan, at start: Int, limit: Int, exported: Int64, into record: inout FlowRecord,
    _ extras: inout FlowExtras
  ) -> Int? {
    guard isVariable else {
      let steps = self.steps.span
      for index in steps.indices {
        let step = steps[index]
        record.take(
          step.role, bytes, start &+ Int(step.offset), count: Int(step.count), exported: exported, &extras)
      }
      return start &+ minimum
    }
    return readVariable(bytes, at: start, limit: limit, exported: exported, into: &record, &extras)
  }

  @inline(__always)
  private func readVariable(
    _ bytes: RawSpan, at start: Int, limit: Int, exported: Int64, into record: inout FlowRecord,
    _ extras: inout FlowExtras
  ) -> Int? {
    let steps = self.steps.span
    var base = start
    var end = start
    for index in steps.indices {
      let step = steps[index]
      var at = base &+ Int(step.offset)
      if step.count > 0 {
        record.take(step.role, bytes, at, count: Int(step.count), exported: exported, &extras)
        continue
      }
      // What was checked before this field left one byte for its length at least (RFC 7011 §7).
      var count = Int(bytes.byte(at))
      at &+= 1
      if count == 255 {
        guard at &+ 2 <= limit else { return nil }
        count = Int(bytes.word(at))
        at &+= 2
      }
      base = at &+ count
      end = base &+ Int(step.behind)
      guard end <= limit else { return nil }
      guard count > 0, step.role != .skip else { continue }
      if step.role.isNumber, count > 8 {
        at &+= count &- 8
        count = 8
      }
      if step.role.isAddress4, count != 4 { continue }
      if step.role.isAddress6, count != 16 { continue }
      record.take(step.role, bytes, at, count: count, exported: exported, &extras)
    }
    // `end` counts what stands behind the last field of variable length.
    return end
  }
}

extension FlowRole {
  fileprivate var isAddress4: Bool { self == .source4 || self == .destination4 }
  fileprivate var isAddress6: Bool { self == .source6 || self == .destination6 }
}

extension FlowRecord {
  @inline(__always)
  mutating func take(
    _ role: FlowRole, _ bytes: RawSpan, _ at: Int, count: Int, exported: Int64, _ extras: inout FlowExtras
  ) {
    switch role {
    case .source4: Self.address(&source, v4: bytes.long(at))
    case .destination4: Self.address(&destination, v4: bytes.long(at))
    case .octets: rawBytes = bytes.number(at, count: count)
    case .packets: rawPackets = bytes.number(at, count: count)
    case .sourcePort: sourcePort = UInt16(truncatingIfNeeded: bytes.number(at, count: count))
    case .destinationPort: destinationPort = UInt16(truncatingIfNeeded: bytes.number(at, count: count))
    case .transport: `protocol` = bytes.byte(at &+ count &- 1)
    case .tcpFlags: tcpFlags = bytes.byte(at &+ count &- 1)
    case .tos: tos = bytes.byte(at &+ count &- 1)
    case .input: input = UInt32(truncatingIfNeeded: bytes.number(at, count: count))
    case .output: output = UInt32(truncatingIfNeeded: bytes.number(at, count: count))
    case .vlan: vlan = UInt16(truncatingIfNeeded: bytes.number(at, count: count)) & 0xFFF
    case .direction: direction = bytes.byte(at &+ count &- 1)
    case .firstUptime:
      extras.first = UInt32(truncatingIfNeeded: bytes.number(at, count: count))
      extras.hasFirst = true
    case .lastUptime:
      extras.last = UInt32(truncatingIfNeeded: bytes.number(at, count: count))
      extras.hasLast = true
    case .startMilliseconds: start = FlowTime.milliseconds(bytes.number(at, count: count))
    case .endMilliseconds: end = FlowTime.milliseconds(bytes.number(at, count: count))
    case .source6: Self.address(&source, v6: IP(high: bytes.quad(at), low: bytes.quad(at &+ 8)))
    case .destination6: Self.address(&destination, v6: IP(high: bytes.quad(at), low: bytes.quad(at &+ 8)))
    case .serverName: Self.name(&names.server, bytes, at, count)
    case .queryName: Self.name(&names.query, bytes, at, count)
    case .hostName: Self.name(&names.host, bytes, at, count)
    case .applicationName: Self.name(&names.application, bytes, at, count)
    default: takeRare(role, bytes, at, count: count, exported: exported, &extras)
    }
  }

  /// Many exporters have one template for both versions, and leave the other one's address at zero.
  @inline(__always)
  static func address(_ place: inout IP, v4 value: UInt32) {
    if value != 0 || place == .none { place = IP(v4: value) }
  }

  @inline(__always)
  static func address(_ place: inout IP, v6 value: IP) {
    if value != .none { place = value }
  }

  /// - Parameter at: where `count` bytes are; a number has eight at most.
  @inline(never)
  private mutating func takeRare(
    _ role: FlowRole, _ bytes: RawSpan, _ at: Int, count: Int, exported: Int64, _ extras: inout FlowExtras
  ) {
    guard role.isNumber else { return takeBytes(role, bytes, at, count) }
    let value = bytes.number(at, count: count)
    switch role {
    case .reverseOctets: reverseBytes = value
    case .reversePackets: reversePackets = value
    case .dscp: tos = UInt8(truncatingIfNeeded: value << 2)
    case .reverseTCPFlags: reverseTCPFlags = UInt8(truncatingIfNeeded: value)
    case .sourceMAC: sourceMAC = value & 0xFFFF_FFFF_FFFF
    case .destinationMAC: destinationMAC = value & 0xFFFF_FFFF_FFFF
    case .icmp: icmp = UInt16(truncatingIfNeeded: value)
    case .icmpType: icmp = icmp & 0xFF | UInt16(truncatingIfNeeded: value << 8)
    case .icmpCode: icmp = icmp & 0xFF00 | UInt16(truncatingIfNeeded: value & 0xFF)
    case .startSeconds: start = FlowTime.seconds(value)
    case .endSeconds: end = FlowTime.seconds(value)
    case .startNTP: start = FlowTime.ntp(value)
    case .endNTP: end = FlowTime.ntp(value)
    case .startDelta: start = FlowTime.before(exported, microseconds: value)
    case .endDelta: end = FlowTime.before(exported, microseconds: value)
    case .durationMilliseconds: extras.duration = FlowTime.milliseconds(value)
    case .durationMicroseconds: extras.duration = FlowTime.microseconds(value)
    case .systemInit: extras.systemInit = value
    case .observationSeconds: (start, end) = (FlowTime.seconds(value), FlowTime.seconds(value))
    case .observationMilliseconds: (start, end) = (FlowTime.milliseconds(value), FlowTime.milliseconds(value))
    case .observationNTP: (start, end) = (FlowTime.ntp(value), FlowTime.ntp(value))
    case .interval: extras.interval = value
    case .packetInterval: extras.packetInterval = value
    case .packetSpace:
      extras.packetSpace = value
      extras.hasSpace = true
    case .samplingSize: extras.size = value
    case .samplingPopulation: extras.population = value
    case .samplingProbability: extras.probability = value
    case .sampler:
      extras.sampler = UInt32(truncatingIfNeeded: value)
      extras.hasSampler = true
    case .scopeInterface:
      extras.interface = UInt32(truncatingIfNeeded: value)
      extras.hasInterface = true
    case .application: application = FlowTime.application(value, count: count)
    case .endReason: endReason = UInt8(truncatingIfNeeded: value)
    case .firewallEvent: firewallEvent = UInt8(truncatingIfNeeded: value)
    case .biflowDirection: biflowDirection = UInt8(truncatingIfNeeded: value)
    case .frameLength: frameLength = UInt32(truncatingIfNeeded: value)
    default: break
    }
  }

  private mutating func takeBytes(_ role: FlowRole, _ bytes: RawSpan, _ at: Int, _ count: Int) {
    switch role {
    case .ethernetSection:
      packet = Slice(offset: UInt16(truncatingIfNeeded: at), count: UInt16(truncatingIfNeeded: count))
      link = .ethernet
    case .ipSection:
      packet = Slice(offset: UInt16(truncatingIfNeeded: at), count: UInt16(truncatingIfNeeded: count))
      link = .ip
    case .ciscoName:
      // Application id, a tag that says what was read from its payload, and the value; no value is common.
      guard count > 6 else { return }
      switch (bytes.long(at), bytes.word(at + 4)) {
      case (0x0300_0050, 0x3402): Self.name(&names.host, bytes, at + 6, count - 6)
      case (0x0D00_01C5, 0x3401): Self.name(&names.server, bytes, at + 6, count - 6)
      default: break
      }
    default: break
    }
  }

  /// The first name that is not empty stays. Fixed lengths are filled up with zeros.
  @inline(__always)
  private static func name(_ slice: inout Slice, _ bytes: RawSpan, _ at: Int, _ count: Int) {
    guard slice.isEmpty else { return }
    var count = count
    while count > 0, bytes.byte(at &+ count &- 1) == 0 { count &-= 1 }
    slice = Slice(offset: UInt16(truncatingIfNeeded: at), count: UInt16(truncatingIfNeeded: count))
  }
}
