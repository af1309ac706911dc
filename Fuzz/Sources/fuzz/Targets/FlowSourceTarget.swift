import Model
import Wire
import WireSensor

/// Flow exports, as a file of datagrams or a capture of them, into the sensor's traffic: read as a file, and told one by
/// one by two exporters, the second of which hears the first one's datagrams late.
@Sendable func fuzzFlowSource(_ bytes: [UInt8]) throws {
  let now = Timestamp(seconds: 1_795_720_000)
  var source = FlowSource()
  var traffic = Traffic.cramped()
  let file = try UnlinkedFile(bytes)
  do throws(CaptureSource.Problem) {
    try source.read(file.path, into: &traffic, now: now)
  } catch {
    guard case .format = error else { throw Broken("a file that cannot be read: \(error)") }
    try hold(source.counters == FlowSource().counters, "refused, and read")
  }
  try holds(source, &traffic)

  var limits = FlowDecoder.Limits()
  limits.exporters = 2
  limits.templates = 16
  limits.held = 4
  limits.heldBytes = 1 << 12
  limits.records = 512
  source = FlowSource(decoder: FlowDecoder(limits: limits))
  traffic = Traffic.cramped()
  for round in 0..<2 {
    let exporter = FlowDecoder.Exporter(address: IP(v4: 0xC000_0201), port: 9995 + UInt16(round))
    var time = now.nanoseconds
    var file = FlowFile()
    while let range = file.next(in: bytes.span) {
      let datagram = bytes.span.extracting(range)
      source.take(
        datagram, from: exporter, at: round == 0 ? FlowDecoder.exported(datagram) ?? time : time, into: &traffic)
      time &+= 30_000_000_000
    }
    if file.offset < bytes.count {
      source.take(bytes.span.extracting(droppingFirst: file.offset), from: exporter, at: time, into: &traffic)
    }
    traffic.endIdle(at: Timestamp(nanoseconds: time))
  }
  try holds(source, &traffic)
}

private func holds(_ source: FlowSource, _ traffic: inout Traffic) throws {
  let counters = source.counters
  try hold(counters.records == traffic.counters.flowRecords, "records that traffic did not take")
  try hold(counters.foreign <= counters.datagrams, "foreign datagrams that nobody sent")
  traffic.finish()
  try traffic.holds(from: .flows)
  try hold(isSafe(source.value.json()), "a document with controls")
}
