import Model

// Records of one length are read field by field: each field of all records of a set, then the next field. What a field
// means is then asked once for a set, not once for a record.
extension FlowReader {
  /// Whether nothing of a record must be remembered beside it.
  var readsColumns: Bool {
    !template.isVariable && template.needs.isDisjoint(with: [.sampling, .duration])
      && (isTimed || !template.needs.contains(.uptime))
  }

  /// Appends so many records, which lie one after another from `start`.
  func append(_ number: Int, _ bytes: RawSpan, at start: Int, to records: inout [FlowRecord]) {
    let first = records.count
    records.append(contentsOf: repeatElement(blank, count: number))
    var rows = records.mutableSpan
    let steps = template.steps.span
    for index in steps.indices { fill(&rows, first, steps[index], bytes, start) }
    for index in first..<rows.count { settle(&rows[index]) }
  }

  @inline(__always)
  private func each(
    _ rows: inout MutableSpan<FlowRecord>, _ first: Int, _ start: Int, _ body: (inout FlowRecord, Int) -> Void
  ) {
    var at = start
    for index in first..<rows.count {
      body(&rows[index], at)
      at &+= template.minimum
    }
  }

  private func fill(
    _ rows: inout MutableSpan<FlowRecord>, _ first: Int, _ step: FlowTemplate.Step, _ bytes: RawSpan, _ start: Int
  ) {
    let at = start &+ Int(step.offset)
    let count = Int(step.count)
    switch step.role {
    case .source4: each(&rows, first, at) { FlowRecord.address(&$0.source, v4: bytes.long($1)) }
    case .destination4: each(&rows, first, at) { FlowRecord.address(&$0.destination, v4: bytes.long($1)) }
    case .octets: each(&rows, first, at) { $0.rawBytes = bytes.number($1, count: count) }
    case .packets: each(&rows, first, at) { $0.rawPackets = bytes.number($1, count: count) }
    case .sourcePort:
      each(&rows, first, at) { $0.sourcePort = UInt16(truncatingIfNeeded: bytes.number($1, count: count)) }
    case .destinationPort:
      each(&rows, first, at) { $0.destinationPort = UInt16(truncatingIfNeeded: bytes.number($1, count: count)) }
    case .transport: each(&rows, first, at &+ count &- 1) { $0.protocol = bytes.byte($1) }
    case .tcpFlags: each(&rows, first, at &+ count &- 1) { $0.tcpFlags = bytes.byte($1) }
    case .tos: each(&rows, first, at &+ count &- 1) { $0.tos = bytes.byte($1) }
    case .direction: each(&rows, first, at &+ count &- 1) { $0.direction = bytes.byte($1) }
    case .input: each(&rows, first, at) { $0.input = UInt32(truncatingIfNeeded: bytes.number($1, count: count)) }
    case .output: each(&rows, first, at) { $0.output = UInt32(truncatingIfNeeded: bytes.number($1, count: count)) }
    case .firstUptime:
      each(&rows, first, at) {
        let value = UInt32(truncatingIfNeeded: bytes.number($1, count: count))
        $0.start = FlowTime.uptime(value, now: uptime, at: exported)
      }
    case .lastUptime:
      each(&rows, first, at) {
        let value = UInt32(truncatingIfNeeded: bytes.number($1, count: count))
        $0.end = FlowTime.uptime(value, now: uptime, at: exported)
      }
    case .startMilliseconds: each(&rows, first, at) { $0.start = FlowTime.milliseconds(bytes.number($1, count: count)) }
    case .endMilliseconds: each(&rows, first, at) { $0.end = FlowTime.milliseconds(bytes.number($1, count: count)) }
    default:
      var extras = FlowExtras()
      each(&rows, first, at) { $0.take(step.role, bytes, $1, count: count, exported: exported, &extras) }
    }
  }
}
