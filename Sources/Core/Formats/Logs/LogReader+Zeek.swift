import Model

/// What the header of a Zeek log states (`#separator`, `#unset_field`, `#path`).
struct ZeekHeader: Sendable {
  enum Path: UInt8, Sendable { case other, dns, conn, ssl, http, quic }
  var separator: UInt8 = 0x09
  var path = Path.other
  /// A `-` alone, unless the header says otherwise; only its first byte is kept, all known settings have one.
  var unset: UInt8 = 0x2D
}

extension LogReader {
  /// Fields of a header that are looked at: a bound on what a line can make this reader keep.
  private static let columnLimit = 512

  /// Zeek's TSV: a header says which columns there are, and may come again after a rotation.
  mutating func readZeek(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    if line.byte(0) == 0x23 { return header(line) }
    let end = line.count
    guard end > 0 else { return .ignored }
    guard !columns.isEmpty else { return .malformed }
    fields = LogFields()
    var at = 0
    var column = 0
    let separator = zeek.separator
    var isEscaped = false
    while true {
      let next = line.first(separator, from: at, to: end)
      let field = columns[column]
      if field != .none, next > at, !(next &- at == 1 && line.byte(at) == zeek.unset),
        !line.equals("(empty)", from: at, to: next)
      {
        assign(field, .text, line, from: at, to: next, into: &record)
        if field == .name || field == .serverName || field == .host || field == .uri || field == .userAgent {
          isEscaped = isEscaped || line.first(0x5C, from: at, to: next) < next
        }
      }
      column &+= 1
      if next >= end { break }
      guard column < columns.count else { return .malformed }
      at = next &+ 1
    }
    // A line that was cut, or one of another log.
    guard column == columns.count else { return .malformed }
    if isEscaped { record.escape = .hex }
    return judge(line, into: &record)
  }

  private mutating func header(_ line: Span<UInt8>) -> LogOutcome {
    let end = line.count
    if line.has("#separator ", at: 0, to: end) {
      zeek = ZeekHeader()
      columns = []
      if line.has("\\x", at: 11, to: end), let high = hexadecimal(line.byte(13)), let low = hexadecimal(line.byte(14)) {
        zeek.separator = high << 4 | low
      } else if end == 12 {
        zeek.separator = line.byte(11)
      }
    } else if line.has("#unset_field", at: 0, to: end), end > 13 {
      zeek.unset = line.byte(13)
    } else if line.has("#path", at: 0, to: end) {
      func isPath(_ name: StaticString) -> Bool { line.equals(name, from: 6, to: end) }
      zeek.path =
        isPath("dns")
        ? .dns
        : isPath("conn")
          ? .conn
          : isPath("ssl")
            ? .ssl
            : isPath("http")
              ? .http
              : isPath("quic") ? .quic : .other
    } else if line.has("#fields", at: 0, to: end) {
      columns = []
      var at = 8
      while at < end, columns.count < Self.columnLimit {
        let next = line.first(zeek.separator, from: at, to: end)
        let field = schema.field(LogSchema.hash(line, from: at, to: next, below: LogSchema.root))
        columns.append(field == .group || field == .wrapper ? .none : field)
        at = next + 1
      }
    }
    return .ignored
  }
}
