import Detection
import Formats
import Model
import Platform
import WireSensor

/// A log as `fuzzLogs` takes it, plain or packed, into the sensor's traffic: at once, in pieces, from a file, and as a file
/// that grows. All of them tell the same, and what they tell can be shown.
@Sendable func fuzzLogSource(_ bytes: [UInt8]) throws {
  let isPacked = Unpacker.Kind(bytes.span) != nil
  let named = isPacked ? NamedLog(format: nil, bytes: bytes) : NamedLog(bytes)
  guard let named, named.bytes.count <= 1 << 16 else { return }
  let now = Timestamp(seconds: 1_795_720_000)

  var log = named.bytes
  var isWhole = true
  if let kind = Unpacker.Kind(log.span) {
    let unpacked = try Unpacked(log, kind, step: log.count)
    guard !unpacked.isLeft else { return }
    isWhole = unpacked.fault == nil && unpacked.isComplete
    log = unpacked.text
  }
  let head = log.span.extracting(first: 1 << 16)
  var filed: LogSource.Outcome?
  var fromFile = Traffic.cramped()
  let file = try UnlinkedFile(named.bytes)
  do throws(LogSource.Problem) {
    filed = try LogSource.read(file.path, format: named.format, now: now, into: &fromFile)
  } catch {
    switch error {
    case .file: throw Broken("a file that cannot be read")
    case .unknownFormat:
      try hold(named.format == nil && LogFormat.detect(head) == nil, "a log that nobody knew")
    case .packed(let place):
      try hold(!isWhole && place <= named.bytes.count, "sound, and told to be damaged at \(place)")
    // Read by SQLite, within the bounds that Databases sets.
    case .database, .otherDatabase: return
    }
  }

  guard var once = LogSource(head: head, format: named.format, now: now) else {
    return try hold(filed == nil, "a log that only a file tells")
  }
  var traffic = Traffic.cramped()
  once.take(log.span, into: &traffic)
  once.finish(into: &traffic)
  let outcome = once.outcome
  try hold(outcome.bytes == log.count, "bytes that were not counted")
  try hold(outcome.records + outcome.malformed <= outcome.lines, "more records than lines")
  try hold(traffic.counters.lines == UInt64(outcome.records), "records that traffic did not take")
  if let filed { try hold(filed == outcome && fromFile.counters == traffic.counters, "a file tells otherwise") }

  var pieces = LogSource(head: head, format: named.format, now: now)
  var other = Traffic.cramped()
  for start in stride(from: 0, to: log.count, by: 11) {
    pieces?.take(log.span.extracting(start..<min(log.count, start + 11)), into: &other)
  }
  pieces?.finish(into: &other)
  try hold(pieces?.outcome == outcome && other.counters == traffic.counters, "other records in pieces")
  traffic.finish()
  try traffic.holds(from: .log)

  var feed = WireFeed(count: 1, format: named.format, seed: 7)
  for start in stride(from: 0, to: log.count, by: 400) {
    feed.take(Array(log[start..<min(log.count, start + 400)]), of: 0, now: now.advanced(bySeconds: Double(start)))
  }
  try hold(feed.lines <= UInt64(outcome.lines), "a feed of more lines")
  let look = feed.look(host: Host(id: "h", name: "h"), now: now.advanced(bySeconds: 1e6))
  try hold(look.activities.allSatisfy { isSafe($0.statement) }, "a sentence with controls")
}
