import Formats
import Model

/// The first line names the format, or `detect`; the rest is its log, read whole and in pieces.
@Sendable func fuzzLogs(_ bytes: [UInt8]) throws {
  let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
  let name = String(decoding: bytes[..<end], as: UTF8.self)
  let log = Array(bytes[min(bytes.count, end + 1)...])
  let detected = LogFormat.detect(log)
  guard let format = name == "detect" ? detected : LogFormat(rawValue: name) else { return }
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
