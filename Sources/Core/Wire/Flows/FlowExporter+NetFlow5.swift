import Model

extension FlowExporter {
  /// Decodes one datagram of NetFlow v5: a header of 24 bytes, then records of 48.
  mutating func decode5(
    _ bytes: RawSpan, _ context: FlowContext, into records: inout [FlowRecord], _ outcome: inout FlowOutcome
  ) throws(FlowFault) {
    guard bytes.byteCount >= 24 else { throw .truncated }
    let claimed = Int(bytes.word(2))
    let count = min(claimed, (bytes.byteCount - 24) / 48, context.limits.records)
    if count < claimed { outcome.note(claimed > 1365 ? .count : .truncated) }
    if bytes.byteCount > 24 + claimed * 48 { outcome.note(.length) }
    let uptime = bytes.long(4)
    let domain = UInt32(bytes.word(20))
    let place = place(FlowStream.Key(format: .netFlow5, domain: domain), at: context.received)
    let exported = Int64(bytes.long(8)) * 1_000_000_000 + Int64(bytes.long(12))
    // Two bits of mode, which some exporters leave at zero, before the interval.
    let sampling = UInt32(bytes.word(22) & 0x3FFF)

    var blank = FlowRecord()
    blank.domain = domain
    blank.exporter = context.exporter
    records.reserveCapacity(count)
    var at = 24
    for _ in 0..<count {
      var record = blank
      record.source = IP(v4: bytes.long(at))
      record.destination = IP(v4: bytes.long(at + 4))
      let interfaces = bytes.long(at + 12)
      record.input = interfaces >> 16
      record.output = interfaces & 0xFFFF
      record.rawPackets = UInt64(bytes.long(at + 16))
      record.rawBytes = UInt64(bytes.long(at + 20))
      record.start = FlowTime.uptime(bytes.long(at + 24), now: uptime, at: exported)
      record.end = max(record.start, FlowTime.uptime(bytes.long(at + 28), now: uptime, at: exported))
      let ports = bytes.long(at + 32)
      record.sourcePort = UInt16(truncatingIfNeeded: ports >> 16)
      record.destinationPort = UInt16(truncatingIfNeeded: ports)
      let kinds = bytes.long(at + 36)
      record.tcpFlags = UInt8(truncatingIfNeeded: kinds >> 16)
      record.protocol = UInt8(truncatingIfNeeded: kinds >> 8)
      record.tos = UInt8(truncatingIfNeeded: kinds)
      // Type and code of ICMP stand where the port would.
      if record.protocol == 1 { record.icmp = record.destinationPort }
      record.scale(by: sampling)
      records.append(record)
      at += 48
    }
    outcome.records = count
    if count > 0 { isProductive = true }
    streams[place].lastHeard = context.received
    streams[place].datagrams += 1
    streams[place].records += UInt64(count)
    streams[place].damaged += UInt64(outcome.damaged)
    if sampling > 0 { streams[place].sampling.rate = sampling }
    streams[place].sequence.note(
      bytes.long(16), count: UInt32(claimed), clock: uptime, tolerance: FlowSequence.milliseconds)
  }
}
