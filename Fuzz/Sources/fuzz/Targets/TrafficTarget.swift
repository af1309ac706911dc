import Detection
import Model
import Wire
import WireSensor

/// A whole capture file, frame by frame into the sensor's traffic with hardly any room in its tables, judged now and then.
/// What is counted and told at the end stays within the frames that were there, and can be shown. With room enough, the
/// seed of the tables changes nothing.
@Sendable func fuzzTraffic(_ bytes: [UInt8]) throws {
  guard var reader = try? CaptureReader(bytes.span) else { return }
  var traffic = Traffic.cramped()
  var count: UInt64 = 0
  while let frame = reader.next() {
    traffic.take(reader.bytes(of: frame), link: frame.link, time: frame.time, length: frame.length)
    count += 1
    if count % 32 == 0 {
      traffic.endIdle(at: Timestamp(nanoseconds: traffic.now))
      _ = traffic.look(host: Host(id: "h", name: "h"))
    }
  }
  traffic.finish()

  let counters = traffic.counters
  try hold(counters.frames == count, "frames that were not counted")
  try hold(counters.flows <= count, "flows without a packet")
  try hold(counters.tlsHellos + counters.quicHellos + counters.dtlsHellos <= count, "hellos without a frame")
  try hold(counters.challenges <= counters.webSockets, "a challenge without a WebSocket")
  try hold(
    counters.ja4.values.reduce(0, +) == counters.tlsHellos + counters.dtlsHellos
      && counters.ja4QUIC.values.reduce(0, +) == counters.quicHellos, "fingerprints without a hello")
  try traffic.holds(from: .wire)

  // More names of addresses could meet in one place of the table, which the seed chooses.
  guard bytes.count <= 2048 else { return }
  let (one, other) = (try told(bytes, seed: 1), try told(bytes, seed: 0x9E37_79B9_7F4A_7C15))
  try hold(one.counters == other.counters, "another seed counts otherwise: \(one.counters) \(other.counters)")
  try hold(one.activities == other.activities, "another seed judges otherwise: \(one.activities) \(other.activities)")
  try hold(one == other, "another seed tells otherwise")
}

private struct Told: Equatable {
  var counters: Traffic.Counters
  var activities: [HostActivity]
  var names: [Traffic.NameCount]
  var gateways: [String]
}

private func told(_ bytes: [UInt8], seed: UInt64) throws -> Told {
  var reader = try CaptureReader(bytes.span)
  var limits = Traffic.Limits()
  limits.flows = 256
  limits.addressNames = 1 << 12
  var traffic = Traffic(limits: limits, seed: seed)
  while let frame = reader.next() {
    traffic.take(reader.bytes(of: frame), link: frame.link, time: frame.time, length: frame.length)
  }
  traffic.finish()
  let look = traffic.look(host: Host(id: "h", name: "h"))
  return Told(
    counters: traffic.counters, activities: look.activities, names: look.names,
    gateways: look.announcements.map(\.title))
}

extension Traffic {
  /// With so little room that a small input fills every table.
  static func cramped() -> Traffic {
    var limits = Limits()
    limits.flows = 16
    limits.details = 8
    limits.names = 32
    limits.nameBytes = 1 << 12
    limits.handshakeBytes = 1 << 13
    limits.addressNames = 16
    limits.firstQuestions = 1 << 10
    var options = Observer.Options()
    options.hosts = 8
    options.pairs = 16
    options.contactsPerHost = 8
    options.othersPerHost = 8
    options.queriesPerHost = 8
    return Traffic(limits: limits, observer: Observer(options: options), seed: 0x5EED)
  }

  /// What holds at the end, wherever it came from.
  mutating func holds(from source: Observation.Source) throws {
    try hold(counters.tcpFlows + counters.udpFlows == counters.flows, "flows of no transport")
    try hold(counters.queryTypes.values.reduce(0, +) <= counters.dnsQueries, "types without questions")
    let look = look(host: Host(id: "h", name: "h"), source: source)
    try hold(look.names.count <= limits.names, "too many names")
    try hold(look.names.allSatisfy { isSafe($0.name) }, "a name with controls")
    try hold(look.activities.allSatisfy { isSafe($0.statement) }, "a sentence with controls")
    try hold(
      look.observations.allSatisfy { isSafe($0.detail) && isSafe($0.proof ?? "") }, "an observation with controls")
    try hold(isSafe(value(names: look.names, limit: 10).json()), "a document with controls")
    let status = status(source, what: "fuzz", skipped: [:], blind: [])
    try hold(isSafe(status.looked) && status.skipped.allSatisfy { $0.value > 0 }, "a state that says nothing")
  }
}
