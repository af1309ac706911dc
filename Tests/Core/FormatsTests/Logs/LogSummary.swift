import Formats
import Model

/// One line of text for what a line of a log gave: only what is there.
func summary(_ outcome: LogOutcome, _ record: LogRecord, in line: Span<UInt8>) -> String {
  guard outcome == .record else { return outcome == .ignored ? "." : "!" }
  func end(_ address: IP, _ port: UInt16) -> String {
    if address == .none { return port == 0 ? "" : "?#\(port)" }
    return address.address.description + (port == 0 ? "" : "#\(port)")
  }
  var parts = ["\(record.kind)"]
  func add(_ name: String, _ value: String) { if !value.isEmpty { parts.append("\(name)=\(value)") } }
  func add(_ name: String, _ value: some BinaryInteger) { if value != 0 { parts.append("\(name)=\(value)") } }
  func add(_ name: String, _ text: LogText) {
    add(name, String(decoding: record.bytes(of: text, in: line), as: UTF8.self))
  }
  if record.action != .none { parts.append("\(record.action)") }
  if record.state != .unknown { parts.append("\(record.state)") }
  if record.time != LogRecord.unknownTime {
    add("at", Timestamp(nanoseconds: record.time).rfc3339(digits: record.time % 1_000_000_000 == 0 ? 0 : 6))
  }
  if record.start != LogRecord.unknownTime, record.start != record.time {
    add("start", Timestamp(nanoseconds: record.start).rfc3339(digits: 0))
  }
  add("ns", record.duration)
  add("client", end(record.client, record.clientPort))
  add("server", end(record.server, record.serverPort))
  add("transport", record.transport)
  add("name", record.name)
  add("type", record.type)
  if record.rcode != LogRecord.unknownCode { parts.append("rcode=\(record.rcode)") }
  var answers: [String] = []
  record.forEachAnswer(in: line) { answers.append($0.address.description) }
  if answers.isEmpty, record.answer != .none { answers = [record.answer.address.description] }
  add("answer", answers.joined(separator: ","))
  add("serial", record.serial)
  if record.bytesUp != 0 || record.bytesDown != 0 { add("bytes", "\(record.bytesUp)/\(record.bytesDown)") }
  if record.packetsUp != 0 || record.packetsDown != 0 { add("packets", "\(record.packetsUp)/\(record.packetsDown)") }
  add("status", record.status)
  add("method", record.method)
  add("host", record.host)
  add("uri", record.uri)
  add("agent", record.userAgent)
  add("sni", record.serverName)
  add("ja3", record.ja3)
  add("ja4", record.ja4)
  add("alpn", record.alpn)
  add("service", record.service)
  add("message", record.message(in: line).count)
  return parts.joined(separator: " ")
}

/// What each line of a log gives.
func summaries(_ format: LogFormat, _ log: [UInt8], now: Timestamp, zone: Int = 0) -> [String] {
  var reader = LogReader(format: format, now: now, zone: zone)
  var record = LogRecord()
  var out: [String] = []
  if format == .dnstap {
    var frames = LogFrames()
    frames.read(log.span) { out.append(summary(reader.read($0, into: &record), record, in: $0)) }
    return out
  }
  var lines = LogLines()
  lines.read(log.span) { line, _ in out.append(summary(reader.read(line, into: &record), record, in: line)) }
  lines.finish { line, _ in out.append(summary(reader.read(line, into: &record), record, in: line)) }
  return out
}
