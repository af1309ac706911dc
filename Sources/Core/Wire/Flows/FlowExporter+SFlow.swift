import Model

/// The running numbers of one source of samples.
struct SFlowSource: Sendable {
  var sequence = FlowSequence()
  /// Samples that the agent could not send, as it counts them from its start.
  var drops: UInt32?

  /// How many more there are than last time.
  mutating func dropped(_ count: UInt32) -> UInt64 {
    defer { drops = count }
    let more = count &- (drops ?? count)
    return more < 1 << 31 ? UInt64(more) : 0
  }
}

extension FlowExporter {
  /// Decodes one datagram of sFlow v5: whatever is not read is skipped by its length.
  mutating func decode(
    _ bytes: RawSpan, _ header: SFlowHeader, _ context: FlowContext, into records: inout [FlowRecord],
    _ outcome: inout FlowOutcome
  ) {
    let place = place(FlowStream.Key(format: .sFlow, domain: header.subAgent), at: context.received)
    streams[place].lastHeard = context.received
    streams[place].datagrams += 1
    streams[place].sequence.note(header.sequence, count: 1, clock: header.uptime, tolerance: FlowSequence.milliseconds)
    var blank = FlowRecord()
    blank.exporter = context.exporter
    blank.domain = header.subAgent
    blank.start = context.received
    blank.end = context.received
    blank.traits = [.isSFlow, .isSample, .isUntimed]
    var at = header.count
    var left = header.samples
    while left > 0 {
      guard at + 8 <= bytes.byteCount else { return close(place, .truncated, &outcome) }
      let type = bytes.long(at)
      let length = Int(bytes.long(at + 4))
      at += 8
      guard length <= bytes.byteCount - at else { return close(place, .truncated, &outcome) }
      switch type {
      case 1, 3, 5:
        guard records.count < context.limits.records else { return close(place, .count, &outcome) }
        let sample = SFlowSample(bytes, at..<(at + length), type: type)
        if sample?.read(bytes, from: blank, into: &records) != true { outcome.note(.truncated) }
        outcome.records = records.count
        if let sample { note(sample, place, header) }
      default: outcome.others += 1
      }
      at += length
      left -= 1
    }
    if at < bytes.byteCount { outcome.note(.length) }
    close(place, nil, &outcome)
  }

  private mutating func close(_ place: Int, _ fault: FlowFault?, _ outcome: inout FlowOutcome) {
    if let fault { outcome.note(fault) }
    streams[place].records += UInt64(outcome.records)
    streams[place].damaged += UInt64(outcome.damaged)
    if outcome.records > 0 { isProductive = true }
  }

  private mutating func note(_ sample: SFlowSample, _ place: Int, _ header: SFlowHeader) {
    if streams[place].sources[sample.source] == nil, streams[place].sources.count >= FlowStream.sourceLimit { return }
    let more = streams[place].sources[sample.source, default: SFlowSource()].note(sample, header)
    streams[place].drops &+= more
  }
}

extension SFlowSource {
  fileprivate mutating func note(_ sample: SFlowSample, _ header: SFlowHeader) -> UInt64 {
    sequence.note(sample.sequence, count: 1, clock: header.uptime, tolerance: FlowSequence.milliseconds)
    return dropped(sample.drops)
  }
}
