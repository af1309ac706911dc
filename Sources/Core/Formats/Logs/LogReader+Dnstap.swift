import Model

extension LogReader {
  /// One frame of dnstap: the addresses and times around a DNS message, whose bytes are given as they are. Follows
  /// dnstap/dnstap.pb `dnstap.proto`.
  ///
  /// Only what clients asked and were answered makes a record: types 5 and 6, of forwarders 7 and 8, of stubs 9 and 10.
  mutating func readDnstap(_ frame: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    var at = 0
    var message: LogText?
    while at < frame.count {
      guard let field = Protobuf.field(frame, at: &at, to: frame.count) else { return .malformed }
      if field.number == 14, field.isBytes { message = LogText(field.start, field.end) }
    }
    guard let message else { return .ignored }
    return readMessage(frame, message, into: &record)
  }

  private func readMessage(_ frame: Span<UInt8>, _ message: LogText, into record: inout LogRecord) -> LogOutcome {
    var type: UInt64 = 0
    var queryTime = (seconds: UInt64(0), nano: UInt64(0)), responseTime = (seconds: UInt64(0), nano: UInt64(0))
    var query = LogText(), response = LogText()
    var at = message.start
    while at < message.end {
      guard let field = Protobuf.field(frame, at: &at, to: message.end) else { return .malformed }
      switch field.number {
      case 1: type = field.value
      case 3: record.transport = field.value == 1 || field.value == 7 ? 17 : (field.value == 5 ? 17 : 6)
      case 4: record.client = Self.raw(frame, field)
      case 5: record.server = Self.raw(frame, field)
      case 6: record.clientPort = UInt16(truncatingIfNeeded: field.value)
      case 7: record.serverPort = UInt16(truncatingIfNeeded: field.value)
      case 8: queryTime.seconds = field.value
      case 9: queryTime.nano = field.value
      case 10: if field.isBytes { query = LogText(field.start, field.end) }
      case 12: responseTime.seconds = field.value
      case 13: responseTime.nano = field.value
      case 14: if field.isBytes { response = LogText(field.start, field.end) }
      default: break
      }
    }
    guard (5...10).contains(type) else { return .ignored }
    let isQuery = type % 2 == 1
    record.kind = isQuery ? .query : .answer
    record.message = isQuery || response.isEmpty ? query : response
    record.messageCoding = record.message.isEmpty ? .none : .raw
    let asked = Self.moment(queryTime.seconds, queryTime.nano)
    let answered = Self.moment(responseTime.seconds, responseTime.nano)
    record.time = isQuery || responseTime.seconds == 0 ? asked : answered
    if !isQuery, queryTime.seconds != 0, responseTime.seconds != 0 { record.duration = max(0, answered &- asked) }
    if !isQuery { record.action = .allowed }
    return .record
  }

  private static func moment(_ seconds: UInt64, _ nano: UInt64) -> Int64 {
    guard seconds > 0, seconds < 9_200_000_000, nano < 1_000_000_000 else { return LogRecord.unknownTime }
    return Int64(seconds) * 1_000_000_000 + Int64(nano)
  }

  /// 4 or 16 bytes.
  private static func raw(_ frame: Span<UInt8>, _ field: Protobuf.Field) -> IP {
    let count = field.end - field.start
    guard field.isBytes, count == 4 || count == 16 else { return .none }
    var value: UInt128 = 0
    for index in field.start..<field.end { value = value << 8 | UInt128(frame.byte(index)) }
    if count == 4 { return IP(v4: UInt32(truncatingIfNeeded: value)) }
    return IP(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
  }
}

/// The encoding of protocol buffers, as far as dnstap needs it (protobuf.dev "Encoding").
enum Protobuf {
  struct Field {
    var number: UInt64
    var value: UInt64 = 0
    var isBytes = false
    var start = 0
    var end = 0
  }

  /// The field at `at`, and steps over it; nil where it does not fit before `to` or has an unknown wire type.
  static func field(_ bytes: Span<UInt8>, at: inout Int, to: Int) -> Field? {
    guard let tag = varint(bytes, at: &at, to: to) else { return nil }
    var field = Field(number: tag >> 3)
    switch tag & 7 {
    case 0:
      guard let value = varint(bytes, at: &at, to: to) else { return nil }
      field.value = value
    case 1, 5:
      let count = tag & 7 == 1 ? 8 : 4
      guard to - at >= count else { return nil }
      for index in 0..<count { field.value |= UInt64(bytes.byte(at + index)) << UInt64(8 * index) }
      at += count
    case 2:
      guard let length = varint(bytes, at: &at, to: to), length <= UInt64(to - at) else { return nil }
      field.isBytes = true
      field.start = at
      at += Int(length)
      field.end = at
    default: return nil
    }
    return field
  }

  private static func varint(_ bytes: Span<UInt8>, at: inout Int, to: Int) -> UInt64? {
    var value: UInt64 = 0
    for step in 0..<10 {
      guard at < to else { return nil }
      let byte = bytes.byte(at)
      at += 1
      value |= UInt64(byte & 0x7F) << UInt64(7 * step)
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
