import Model

/// In which order the debug log of a Windows server writes its dates: the language of the system decides, so the first
/// date that can be read in one way only settles it.
struct WindowsDates: Sendable {
  var isDayFirst: Bool?
  /// A packet whose line was broken behind the address: its rest is the next line.
  var broken: (record: LogRecord, isReceived: Bool)?
}

extension LogReader {
  /// The DNS debug log of Windows Server: one packet a line, as the legend at its head describes them. Only what a client
  /// asked and was answered makes a record, not what the server asks others.
  mutating func readWindowsDNS(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    var at = 0
    if let broken = windows.broken {
      windows.broken = nil
      at = Self.pastBlanks(line, 0)
      // A long address takes all of its line; the next one begins with the id of the query.
      if at > 0 {
        record = broken.record
        return packet(line, from: at, isReceived: broken.isReceived, into: &record)
      }
    }
    guard end > 0, line.isDigit(0) else { return .ignored }
    guard let moment = windowsTime(line, at: &at) else { return .ignored }
    guard let word = line.find(" PACKET ", from: at, to: min(end, at + 40)) else { return .ignored }
    record.time = moment
    at = Self.pastBlanks(line, word + 8)
    // The id of the packet, then protocol, direction and address.
    at = Self.pastBlanks(line, line.first(0x20, from: at, to: end))
    if line.has("UDP ", at: at, to: end) {
      record.transport = 17
    } else if line.has("TCP ", at: at, to: end) {
      record.transport = 6
    } else {
      return .malformed
    }
    at = Self.pastBlanks(line, at + 4)
    let isReceived = line.has("Rcv ", at: at, to: end)
    guard isReceived || line.has("Snd ", at: at, to: end) else { return .malformed }
    at = Self.pastBlanks(line, at + 4)
    let addressEnd = line.first(0x20, from: at, to: end)
    guard let remote = line.address(from: at, to: addressEnd) else { return .malformed }
    record.client = remote
    at = Self.pastBlanks(line, addressEnd)
    if at >= end {
      windows.broken = (record, isReceived)
      record.client = .none
      return .ignored
    }
    return packet(line, from: at, isReceived: isReceived, into: &record)
  }

  /// `5b47 R Q [8081   DR  NOERROR] A      (8)openclaw(2)ai(0)`: what comes behind the address.
  private func packet(
    _ line: Span<UInt8>, from: Int, isReceived: Bool, into record: inout LogRecord
  ) -> LogOutcome {
    let end = line.count
    let at = Self.pastBlanks(line, line.first(0x20, from: from, to: end))
    let isResponse = line.has("R ", at: at, to: end)
    guard let bracket = line.find("[", from: at, to: end), let close = line.find("]", from: bracket, to: end) else {
      return .malformed
    }
    // A response that comes in, or a query that goes out, is the server's own.
    guard isReceived != isResponse else { return .ignored }
    let codeStart = (line.last(0x20, from: bracket, to: close) ?? bracket) + 1
    if isResponse { record.rcode = DNSType.code(line, from: codeStart, to: close) }
    let type = Self.pastBlanks(line, close + 1)
    let typeEnd = line.first(0x20, from: type, to: end)
    let name = Self.pastBlanks(line, typeEnd)
    guard name < end else { return .malformed }
    record.type = DNSType.number(line, from: type, to: typeEnd)
    record.kind = isResponse ? .answer : .query
    record.action = isResponse ? .allowed : .none
    record.escape = .windows
    var stop = end
    while stop > name, line.byte(stop - 1) == 0x20 || line.byte(stop - 1) == 0x0D { stop -= 1 }
    record.name = LogText(name, stop)
    return .record
  }

  /// `1/10/2026 9:05:02 AM`, `10.01.2026 09:05:02`, `2026-01-10 09:05:02`, `20260110 09:05:02`; steps over it.
  mutating func windowsTime(_ line: Span<UInt8>, at index: inout Int) -> Int64? {
    var at = index
    func number() -> Int? {
      let start = at
      while line.isDigit(at), at - start < 8 { at += 1 }
      return line.number(from: start, to: at).map { Int($0) }
    }
    guard let first = number() else { return nil }
    var year = 0, month = 0, date = 0
    var parts: (Int, Int)?
    let separator = line.byte(at)
    if first >= 10_000_000, separator == 0x20 {
      (year, month, date) = (first / 10_000, first / 100 % 100, first % 100)
    } else {
      guard separator == 0x2F || separator == 0x2E || separator == 0x2D else { return nil }
      at += 1
      guard let second = number(), line.byte(at) == separator else { return nil }
      at += 1
      guard let third = number() else { return nil }
      if first > 31 {
        (year, month, date) = (first, second, third)
      } else {
        year = third < 100 ? third + 2000 : third
        parts = (first, second)
      }
    }
    while line.byte(at) == 0x20 || line.byte(at) == 0x2C { at += 1 }
    guard var hour = number(), line.byte(at) == 0x3A || line.byte(at) == 0x2E, let minute = line.two(at + 1),
      line.byte(at + 3) == line.byte(at), let second = line.two(at + 4), hour < 24, minute < 60, second <= 60
    else { return nil }
    at += 6
    let nanosecond = LogTime.fraction(line, at: &at)
    var isTwelve = false
    if line.byte(at) == 0x20, line.byte(at + 2) | 0x20 == 0x6D {
      let half = line.byte(at + 1) | 0x20
      if half == 0x61 || half == 0x70 {
        isTwelve = true
        hour = hour % 12 + (half == 0x70 ? 12 : 0)
        at += 3
      }
    }
    if let parts {
      // The separator of German dates, or a day over 12, settles the order; else 12 hours are American.
      if parts.0 > 12 { windows.isDayFirst = true }
      if parts.1 > 12 { windows.isDayFirst = false }
      let isDayFirst = windows.isDayFirst ?? (separator == 0x2E || !isTwelve)
      (date, month) = isDayFirst ? parts : (parts.1, parts.0)
    }
    guard let day = time.day(year: year, month: month, day: date) else { return nil }
    index = at
    return time.moment(day: day, second: hour * 3600 + minute * 60 + second, nanosecond: nanosecond)
  }
}
