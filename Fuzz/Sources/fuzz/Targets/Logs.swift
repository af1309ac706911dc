import Formats
import Model

/// The first line names the format, or `detect`; the rest is the log.
struct NamedLog {
  /// Nil where it has to be detected.
  var format: LogFormat?
  var bytes: [UInt8]

  init(format: LogFormat?, bytes: [UInt8]) {
    self.format = format
    self.bytes = bytes
  }

  /// Nil for the name of no format.
  init?(_ input: [UInt8]) {
    let end = input.firstIndex(of: 0x0A) ?? input.count
    let name = String(decoding: input[..<end], as: UTF8.self)
    bytes = Array(input[min(input.count, end + 1)...])
    format = LogFormat(rawValue: name)
    if format == nil, name != "detect" { return nil }
  }
}

/// A log, read whole and in pieces.
@Sendable func fuzzLogs(_ bytes: [UInt8]) throws {
  guard let named = NamedLog(bytes) else { return }
  let log = named.bytes
  let detected = LogFormat.detect(log)
  guard let format = named.format ?? detected else { return }
  let now = Timestamp(seconds: 1_795_720_000)
  if format == .piholeFTL {
    var record = LogRecord()
    let row = PiholeRow(timestamp: Double(log.count), type: Int64(log.first ?? 0), status: Int64(log.last ?? 0))
    let outcome = LogReader.read(row: row, domain: log.span, client: log.span, into: &record)
    try hold(outcome == .malformed || lies(record, in: log.span), "a range outside of the row")
    return
  }
  let whole = try records(format, log, by: max(1, log.count), now: now)
  let pieces = try records(format, log, by: 7, now: now)
  try hold(whole == pieces, "other records when read in pieces")
  if var utf16 = LogUTF16(log.span) { try hold(utf16.read(log.span).count <= log.count * 3 / 2 + 3, "too much text") }
}

private func records(_ format: LogFormat, _ log: [UInt8], by step: Int, now: Timestamp) throws -> [LogRecord] {
  var reader = LogReader(format: format, now: now)
  var lines = LogLines(limit: 1 << 16)
  var frames = LogFrames(limit: 1 << 16)
  var record = LogRecord()
  var found: [LogRecord] = []
  var isGood = true
  func take(_ line: Span<UInt8>) {
    let outcome = reader.read(line, into: &record)
    isGood = isGood && lies(record, in: line) && (outcome != .record || record.kind != .none)
    if outcome == .record { found.append(record) }
  }
  for start in stride(from: 0, to: log.count, by: step) {
    let piece = log.span.extracting(start..<min(log.count, start + step))
    if format == .dnstap { frames.read(piece, take) } else { lines.read(piece) { line, _ in take(line) } }
  }
  lines.finish { line, _ in take(line) }
  try hold(isGood, "a range outside of its line, or a record of nothing")
  return found
}

private func lies(_ record: LogRecord, in line: Span<UInt8>) -> Bool {
  for text in [
    record.name, record.answers, record.message, record.serverName, record.ja4, record.ja3, record.alpn,
    record.userAgent, record.host, record.method, record.uri, record.service,
  ] {
    guard text.start >= 0, text.count >= 0, text.end <= line.count else { return false }
    guard record.bytes(of: text, in: line).count <= 3 * Int(text.count) + 1 else { return false }
  }
  var answers = 0
  record.forEachAnswer(in: line) { _ in answers += 1 }
  return answers <= Int(record.answers.count) && record.message(in: line).count <= Int(record.message.count)
    && record.duration >= 0
}
