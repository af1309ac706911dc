/// Reads records of one data set: what their template leaves open is taken from the stream and the header.
struct FlowReader {
  let template: FlowTemplate
  private let sampling: FlowSampling
  /// Sampling of records that tell nothing of it.
  private let rate: UInt32
  private let asksSampling: Bool
  private let hasInterfaces: Bool
  let exported: Int64
  let uptime: UInt32
  /// Whether it is known when the exporter started.
  let isTimed: Bool
  /// What all records have in common.
  private(set) var blank: FlowRecord

  init(template: FlowTemplate, stream: FlowStream, header: FlowHeader, exporter: UInt16, rate fallback: UInt32) {
    self.template = template
    sampling = stream.sampling
    let rate = stream.sampling.rate(sampler: nil, input: 0)
    self.rate = rate > 0 ? rate : fallback
    asksSampling = template.needs.contains(.sampling)
    hasInterfaces = !stream.sampling.interfaces.isEmpty
    exported = header.exported
    isTimed = header.format == .netFlow9 || stream.systemInit > 0
    uptime =
      header.format == .netFlow9
      ? header.uptime
      : UInt32(truncatingIfNeeded: UInt64(header.seconds) &* 1000 &- stream.systemInit)
    blank = FlowRecord()
    blank.domain = header.domain
    blank.exporter = exporter
  }

  /// Appends the record that starts there.
  /// - Returns: the byte behind it; nil where it is damaged, and nothing was appended.
  @inline(__always)
  func append(_ bytes: RawSpan, at start: Int, limit: Int, to records: inout [FlowRecord]) -> Int? {
    records.append(blank)
    var extras = FlowExtras()
    var span = records.mutableSpan
    let last = span.count &- 1
    guard
      let end = template.read(bytes, at: start, limit: limit, exported: exported, into: &span[last], &extras)
    else {
      records.removeLast()
      return nil
    }
    settle(&span[last], extras)
    return end
  }

  /// What can be said of a record when all its fields are read.
  @inline(__always)
  private func settle(_ record: inout FlowRecord, _ extras: FlowExtras) {
    if template.needs.contains(.uptime) { settleUptime(&record, extras) }
    if template.needs.contains(.duration), record.end == 0, record.start > 0 {
      record.end = record.start.addingReportingOverflow(extras.duration).partialValue
    }
    guard asksSampling else { return settle(&record) }
    var rate = extras.rate
    if rate == 0 { rate = sampling.rate(sampler: extras.hasSampler ? extras.sampler : nil, input: record.input) }
    settle(&record, rate: rate > 0 ? rate : self.rate)
  }

  @inline(__always)
  func settle(_ record: inout FlowRecord) {
    settle(&record, rate: hasInterfaces ? ratedByInterface(record) : rate)
  }

  @inline(never)
  private func ratedByInterface(_ record: FlowRecord) -> UInt32 {
    let rate = sampling.rate(sampler: nil, input: record.input)
    return rate > 0 ? rate : self.rate
  }

  @inline(__always)
  private func settle(_ record: inout FlowRecord, rate: UInt32) {
    if template.needs.contains(.section) { settleSection(&record) }
    if template.needs.contains(.biflow) { record.traits.insert(.isBiflow) }
    settleTimes(&record)
    // As in version 5: type and code of ICMP stand where the port would, if nowhere else.
    if record.protocol == 1 || record.protocol == 58, record.icmp == 0 { record.icmp = record.destinationPort }
    record.scale(by: rate)
  }

  /// Times that count from the start of the exporter.
  @inline(__always)
  private func settleUptime(_ record: inout FlowRecord, _ extras: FlowExtras) {
    guard isTimed || extras.systemInit > 0 else { return settleUntimed(&record, extras) }
    var now = uptime
    if extras.systemInit > 0 {
      now = UInt32(truncatingIfNeeded: UInt64(exported / 1_000_000) &- extras.systemInit)
    }
    if extras.hasFirst { record.start = FlowTime.uptime(extras.first, now: now, at: exported) }
    if extras.hasLast { record.end = FlowTime.uptime(extras.last, now: now, at: exported) }
  }

  /// IPFIX from an exporter that did not say when it started: its flows ended, so it is taken, when they were sent.
  private func settleUntimed(_ record: inout FlowRecord, _ extras: FlowExtras) {
    guard record.start == 0, record.end == 0, extras.hasFirst, extras.hasLast else { return }
    record.end = exported
    record.start = FlowTime.uptime(extras.first, now: extras.last, at: exported)
    record.traits.insert(.isUntimed)
  }

  private func settleSection(_ record: inout FlowRecord) {
    record.traits.insert(.isSample)
    if record.rawPackets == 0 { record.rawPackets = 1 }
    if record.frameLength == 0 { record.frameLength = UInt32(record.packet.count) }
    if record.rawBytes == 0 { record.rawBytes = UInt64(record.frameLength) }
  }

  @inline(__always)
  private func settleTimes(_ record: inout FlowRecord) {
    if record.start == 0 {
      record.start = record.end
      if record.end == 0 {
        record.start = exported
        record.end = exported
        record.traits.insert(.isUntimed)
      }
    }
    if record.end < record.start { record.end = record.start }
  }
}
