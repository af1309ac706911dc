import Detection
import Model
import Wire
import WireSensor

/// A whole capture file, frame by frame into the sensor's traffic with hardly any room in its tables. What is counted and
/// told at the end stays within the frames that were there, and can be shown.
@Sendable func fuzzTraffic(_ bytes: [UInt8]) throws {
  guard var reader = try? CaptureReader(bytes.span) else { return }
  var limits = Traffic.Limits()
  limits.flows = 16
  limits.details = 8
  limits.names = 32
  limits.nameBytes = 1 << 12
  limits.addressNames = 16
  limits.firstQuestions = 1 << 10
  var traffic = Traffic(limits: limits, seed: 0x5EED)
  var count: UInt64 = 0
  while let frame = reader.next() {
    let content = bytes.span.extracting(frame.offset..<(frame.offset + frame.captured))
    traffic.take(content, link: frame.link, time: frame.time, length: frame.length)
    count += 1
  }
  traffic.finish()

  let counters = traffic.counters
  try hold(counters.frames == count, "frames that were not counted")
  try hold(counters.flows == counters.tcpFlows + counters.udpFlows && counters.flows <= count, "flows without a packet")
  try hold(counters.sessionsTold <= counters.flows, "sessions without a flow")
  try hold(counters.tlsHellos + counters.quicHellos + counters.dtlsHellos <= count, "hellos without a frame")
  try hold(counters.challenges <= counters.webSockets, "a challenge without a WebSocket")
  try hold(
    counters.ja4.values.reduce(0, +) == counters.tlsHellos + counters.dtlsHellos
      && counters.ja4QUIC.values.reduce(0, +) == counters.quicHellos, "fingerprints without a hello")

  let host = Host(id: "h", name: "h")
  let look = traffic.look(host: host)
  try hold(look.names.count <= limits.names, "too many names")
  try hold(look.names.allSatisfy { isSafe($0.name) }, "a name with controls")
  try hold(look.activities.allSatisfy { isSafe($0.statement) }, "a sentence with controls")
  try hold(look.observations.allSatisfy { isSafe($0.detail) && isSafe($0.proof ?? "") }, "an observation with controls")
  try hold(isSafe(traffic.value(names: look.names, limit: 10).json()), "a document with controls")
  let status = traffic.status(.wire, what: "fuzz", skipped: [:], blind: [])
  try hold(isSafe(status.looked) && status.skipped.allSatisfy { $0.value > 0 }, "a state that says nothing")
}
