/// Reads records of one data set: what their template leaves open is taken from the stream and the header.
struct FlowReader {
  let template: FlowTemplate
  private let sampling: FlowSampling
  /// Sampling of records that tell nothing of it.
  private let rate: UInt32
  private let asksSampling: Bool
  private let exported: Int64
  private let uptime: UInt32
  private let isTimed: Bool
  private var blank: FlowRecord

  init(template: FlowTemplate, stream: FlowStream, header: FlowHeader, exporter: UInt16, rate fallback: UInt32) {
    self.template = template
    sampling = stream.sampling
    let rate = stream.sampling.rate(sampler: nil, input: 0)
    self.rate = rate > 0 ? rate : fallback
    asksSampling = template.needs.contains(.sampling) || !stream.sampling.interfaces.isEmpty
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

  /// - Returns: the byte behind the record; nil where it is damaged, and nothing was appended.
  @inline(__always)
  func append(_ bytes: RawSpan, at start: Int, limit: Int, to records: inout [FlowRecord]) -> Int? {
    var record = blank
    var extras = FlowExtras()
    guard let end = template.read(bytes, at: start, limit: limit, exported: exported, into: &record, &extras) else {
      return nil
    }
    if template.needs.contains(.uptime) { settleUptime(&record, extras) }
    if template.needs.contains(.duration), record.end == 0, record.start > 0 {
      record.end = record.start.addingReportingOverflow(extras.duration).partialValue
    }
    if template.needs.contains(.section) { settleSection(&record) }
    if template.needs.contains(.biflow) { record.traits.insert(.isBiflow) }
    settleTimes(&record)
    var rate = self.rate
    if asksSampling {
      rate = extras.rate
      if rate == 0 {
        rate = sampling.rate(sampler: extras.hasSampler ? extras.sampler : nil, input: record.input)
        if rate == 0 { rate = self.rate }
      }
    }
    record.scale(by: rate)
    records.append(record)
    return end
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
