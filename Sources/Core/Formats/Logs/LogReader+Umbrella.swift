import Model

extension LogReader {
  /// The columns of a log without a header: the first ten are the same in all versions.
  static let umbrellaColumns: [LogField] = [
    .time, .none, .none, .client, .externalIP, .decision, .typeName, .rcodeName, .name, .none,
  ]

  /// Cisco Umbrella's and Secure Access' DNS log in CSV, versions 1 to 13, with a header row or without. Times are UTC.
  /// Follows docs.umbrella.com "DNS Log Formats".
  mutating func readUmbrella(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    guard end > 0 else { return .ignored }
    var at = line.has("\u{FEFF}", at: 0, to: end) ? 3 : 0
    let isHeader = line.equalsFolded(
      "TIMESTAMP", from: line.byte(at) == 0x22 ? at + 1 : at, to: min(end, at + (line.byte(at) == 0x22 ? 10 : 9)))
    if isHeader { columns = [] }
    fields = LogFields()
    var column = 0
    while at <= end {
      var start = at
      var stop: Int
      if line.byte(at) == 0x22 {
        start = at &+ 1
        stop = line.first(0x22, from: start, to: end)
        while line.byte(stop &+ 1) == 0x22, stop < end { stop = line.first(0x22, from: stop &+ 2, to: end) }
        guard stop < end else { return .malformed }
        at = stop &+ 1
        guard at == end || line.byte(at) == 0x2C else { return .malformed }
      } else {
        stop = line.first(0x2C, from: at, to: end)
        at = stop
      }
      if isHeader {
        guard columns.count < 64 else { return .malformed }
        columns.append(named(line, from: start, to: stop))
      } else if column < columns.count, columns[column] != .none {
        // `1 (A)`: the number is enough.
        if columns[column] == .typeName { stop = line.first(0x20, from: start, to: stop) }
        assign(columns[column], .text, line, from: start, to: stop, into: &record)
      }
      column &+= 1
      if at >= end { break }
      at &+= 1
    }
    if isHeader { return .ignored }
    guard column >= 9 else { return .malformed }
    // Without a zone, and it is not the zone of whoever reads.
    if record.time != LogRecord.unknownTime { record.time = record.time &+ time.zone &* 1_000_000_000 }
    return judge(line, into: &record)
  }

  /// `Internal IP`, `InternalIp` and `Internal Client IP`.
  private func named(_ line: Span<UInt8>, from: Int, to: Int) -> LogField {
    var hash = LogSchema.root
    var index = from
    while index < to {
      let letter = line.byte(index) | 0x20
      if letter &- 0x61 < 26 { hash = LogSchema.step(hash, letter) }
      index += 1
    }
    let field = schema.field(hash)
    return field == .group ? .none : field
  }
}
