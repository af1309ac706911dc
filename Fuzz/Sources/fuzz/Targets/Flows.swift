import Model
import Wire

/// Datagrams of flow exports one after another, as a file of them; then again as one of another exporter, later, with
/// what was stored in between.
@Sendable func fuzzFlows(_ bytes: [UInt8]) throws {
  var limits = FlowDecoder.Limits()
  limits.exporters = 4
  limits.templates = 64
  limits.held = 8
  limits.heldBytes = 1 << 16
  limits.records = 4096
  var decoder = FlowDecoder(limits: limits, names: [FlowElement(7, enterprise: 99_999): .server])
  var records: [FlowRecord] = []
  let hosts = (0..<3).map { FlowDecoder.Exporter(address: IP(v4: 0xC000_0201 + UInt32($0)), port: 9995) }
  var now: Int64 = 1_767_225_600_000_000_000

  func check(_ outcome: FlowOutcome, _ count: Int) throws {
    try hold(records.count == outcome.records, "\(records.count) records, \(outcome.records) told")
    try hold(records.count <= limits.records && records.count <= max(1, count), "more records than bytes")
    try hold((outcome.damaged == 0) == (outcome.fault == nil), "damage without a reason")
    for record in records {
      for slice in [
        record.packet, record.names.server, record.names.query, record.names.host, record.names.application,
      ] { try hold(slice.range.upperBound <= count, "a range beyond the bytes") }
      try hold(record.end >= record.start, "an end before its start")
      try hold(record.bytes >= record.rawBytes && record.sampling >= 1, "an estimate below the count")
      try hold(decoder.exporter(record) != nil, "a record of nobody")
    }
  }

  func send(_ range: Range<Int>, _ host: Int) throws {
    try check(decoder.decode(bytes.span.extracting(range), from: hosts[host], at: now, into: &records), range.count)
    now += 700_000_000
    var turns = 0
    while let held = decoder.decodeHeld(into: &records) {
      try check(held.outcome, held.bytes.count)
      turns += 1
      try hold(turns <= limits.held * limits.exporters, "what waits never ends")
    }
  }

  for round in 0..<3 {
    var file = FlowFile()
    while let range = file.next(in: bytes.span) { try send(range, round) }
    try hold(file.offset <= bytes.count, "a file read beyond its end")
    if file.offset < bytes.count { try send(file.offset..<bytes.count, round) }
    let sources = decoder.sources
    try hold(sources.map(\.templates).reduce(0, +) <= limits.templates * limits.exporters, "too many templates")
    let stored = decoder.storedBytes()
    guard let again = try? FlowDecoder(storedBytes: stored, limits: limits, names: decoder.names) else {
      throw Broken("what was stored cannot be read")
    }
    try hold(again.storedBytes() == stored, "stored otherwise when read back")
    if round == 1 { decoder = again }
    now += 1_000_000_000_000
  }
  for port in [2055, 50000] as [UInt16] { _ = FlowDecoder.looksLikeFlowExport(bytes.span, destinationPort: port) }
  if let hostile = try? FlowDecoder(storedBytes: bytes, limits: limits) {
    try hold(hostile.sources.count <= limits.exporters * 256, "too many stored sources")
  }
}
