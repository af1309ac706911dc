/// The header of a datagram of NetFlow v9 or IPFIX.
struct FlowHeader {
  var format: FlowFormat
  /// Bytes before the first set.
  var count: Int
  /// End of the message.
  var end: Int
  /// Nanoseconds since 1970.
  var exported: Int64
  /// Milliseconds since the exporter started; IPFIX does not tell it.
  var uptime: UInt32
  var seconds: UInt32
  var sequence: UInt32
  var domain: UInt32

  /// - Parameter bytes: begins with the version.
  init(_ bytes: RawSpan, _ format: FlowFormat) throws(FlowFault) {
    self.format = format
    if format == .netFlow9 {
      guard bytes.byteCount >= 20 else { throw .truncated }
      count = 20
      end = bytes.byteCount
      uptime = bytes.long(4)
      seconds = bytes.long(8)
      sequence = bytes.long(12)
      domain = bytes.long(16)
    } else {
      guard bytes.byteCount >= 16 else { throw .truncated }
      count = 16
      end = Int(bytes.word(2))
      guard end >= 16 else { throw .length }
      uptime = 0
      seconds = bytes.long(4)
      sequence = bytes.long(8)
      domain = bytes.long(12)
    }
    exported = Int64(seconds) * 1_000_000_000
  }
}

/// What stays the same while one datagram is decoded.
struct FlowContext {
  var limits: FlowDecoder.Limits
  var names: [FlowElement: FlowName]
  var exporter: UInt16
  var received: Int64
  /// Bytes of all sets that wait, of all exporters.
  var heldBytes: Int
}

extension FlowExporter {
  /// Decodes one datagram of NetFlow v9 (RFC 3954) or one IPFIX message (RFC 7011).
  mutating func decode(
    _ bytes: RawSpan, _ header: FlowHeader, _ context: FlowContext, into records: inout [FlowRecord],
    _ outcome: inout FlowOutcome
  ) {
    let place = place(FlowStream.Key(format: header.format, domain: header.domain), at: context.received)
    streams[place].lastHeard = context.received
    streams[place].datagrams += 1
    sweeps = 0
    expire(before: context.received, after: context.limits.wait, &outcome)

    if header.end > bytes.byteCount { outcome.note(.truncated) }
    if header.end < bytes.byteCount { outcome.note(.length) }
    let end = min(header.end, bytes.byteCount)
    var counted: UInt32? = 0
    var at = header.count
    while at + 4 <= end {
      let id = bytes.word(at)
      let length = Int(bytes.word(at + 2))
      guard length >= 4 else {
        outcome.note(.length)
        counted = nil
        break
      }
      if at + length > end {
        outcome.note(.truncated)
        counted = nil
      }
      let set = (at + 4)..<min(at + length, end)
      switch (id, header.format) {
      case (0, .netFlow9), (2, .ipfix):
        learn(place, bytes, set, isOptions: false, context, &outcome)
      case (1, .netFlow9), (3, .ipfix):
        learn(place, bytes, set, isOptions: true, context, &outcome)
      case (256..., _):
        if let number = decodeSet(place, id, bytes, set, header, context, into: &records, &outcome) {
          counted = counted.map { $0 &+ UInt32(truncatingIfNeeded: number) }
        } else {
          counted = nil
        }
      default: outcome.note(.set)
      }
      at += length
    }
    if header.format == .netFlow9 { counted = 1 }
    streams[place].sequence.note(
      header.sequence, count: counted, clock: header.format == .netFlow9 ? header.uptime : header.seconds,
      tolerance: header.format == .netFlow9 ? FlowSequence.milliseconds : FlowSequence.milliseconds / 1000)
    streams[place].damaged += UInt64(outcome.damaged)
  }

  /// Decodes the records of one data set.
  /// - Returns: how many records it had, of flows or not; nil where that could not be told.
  mutating func decodeSet(
    _ place: Int, _ id: UInt16, _ bytes: RawSpan, _ set: Range<Int>, _ header: FlowHeader, _ context: FlowContext,
    into records: inout [FlowRecord], _ outcome: inout FlowOutcome
  ) -> Int? {
    guard let template = template(place, id, context) else {
      hold(place, id, bytes, set, header, context, &outcome)
      return nil
    }
    if template.isOptions { return decodeOptions(place, template, bytes, set, header, &outcome) }
    guard template.needs.contains(.flow) else {
      // Nothing of a flow in it: only its records are counted.
      return count(template, bytes, set, &outcome)
    }
    let reader = FlowReader(
      template: template, stream: streams[place], header: header, exporter: context.exporter,
      rate: fallbackRate(for: streams[place].key))
    var at = set.lowerBound
    var number = 0
    var fault: FlowFault?
    if reader.readsColumns {
      number = min(set.count / template.minimum, max(0, context.limits.records - records.count))
      reader.append(number, bytes, at: at, to: &records)
      at += number * template.minimum
    }
    while at + template.minimum <= set.upperBound {
      guard records.count < context.limits.records else {
        fault = .count
        break
      }
      guard let next = reader.append(bytes, at: at, limit: set.upperBound, to: &records) else {
        fault = .length
        break
      }
      at = next
      number += 1
    }
    outcome.records += number
    streams[place].records += UInt64(number)
    if number > 0 { isProductive = true }
    if let fault { outcome.note(fault) }
    return fault == nil ? number : nil
  }

  /// A template that is known and was sent lately enough.
  private mutating func template(_ place: Int, _ id: UInt16, _ context: FlowContext) -> FlowTemplate? {
    guard let template = streams[place].templates[id] else { return nil }
    guard FlowTime.elapsed(from: template.refreshed, to: context.received) <= context.limits.lifetime else {
      streams[place].templates[id] = nil
      templateCount -= 1
      return nil
    }
    return template
  }

  private func count(
    _ template: FlowTemplate, _ bytes: RawSpan, _ set: Range<Int>, _ outcome: inout FlowOutcome
  ) -> Int? {
    var at = set.lowerBound
    var number = 0
    var record = FlowRecord()
    var extras = FlowExtras()
    while at + template.minimum <= set.upperBound {
      guard let next = template.read(bytes, at: at, limit: set.upperBound, exported: 0, into: &record, &extras) else {
        outcome.note(.length)
        return nil
      }
      at = next
      number += 1
    }
    outcome.others += number
    return number
  }
}
