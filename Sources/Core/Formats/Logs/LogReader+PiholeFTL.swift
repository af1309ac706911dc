import Model

/// A row of the view `queries` of Pi-hole's database, without its texts. Follows pi-hole/FTL
/// `src/database/query-table.h` and `src/enums.h`.
public struct PiholeRow: Sendable, Hashable {
  /// Seconds since 1970; newer versions store fractions.
  public var timestamp: Double
  public var type: Int64
  public var status: Int64
  public var replyType: Int64?
  /// Milliseconds or seconds, as the version stores it: not used.
  public var replyTime: Double?

  public init(
    timestamp: Double, type: Int64, status: Int64, replyType: Int64? = nil, replyTime: Double? = nil
  ) {
    self.timestamp = timestamp
    self.type = type
    self.status = status
    self.replyType = replyType
    self.replyTime = replyTime
  }
}

extension LogReader {
  /// Takes a row of Pi-hole's database. `domain` stands for the line: the record's name is a range of it.
  public static func read(
    row: PiholeRow, domain: Span<UInt8>, client: Span<UInt8>, into record: inout LogRecord
  ) -> LogOutcome {
    record = LogRecord()
    guard domain.count > 0, domain.count <= 1 << 16 else { return .malformed }
    // A double holds microseconds of our time and no more: what lies below them is its rounding.
    if row.timestamp > 0, row.timestamp < 9.2e9 {
      let whole = row.timestamp.rounded(.down)
      record.time =
        Int64(whole) &* 1_000_000_000 &+ Int64(((row.timestamp - whole) * 1e6).rounded()) &* 1000
    }
    record.kind = .query
    record.name = name(domain, from: 0, to: domain.count)
    record.client = client.address(from: 0, to: client.count) ?? .none
    record.type = typeNumber(row.type)
    record.action = action(row.status)
    switch row.replyType {
    case 2: record.rcode = 3
    case 1, 3, 4, 6: record.rcode = 0
    case 8: record.rcode = 2
    case 9: record.rcode = 5
    default: break
    }
    return .record
  }

  /// Types above 100 are the number of DNS and 100.
  private static func typeNumber(_ type: Int64) -> UInt16 {
    switch type {
    case 1: 1
    case 2: 28
    case 3: 255
    case 4: 33
    case 5: 6
    case 6: 12
    case 7: 16
    case 8: 35
    case 9: 15
    case 10: 43
    case 11: 46
    case 12: 48
    case 13: 2
    case 15: 64
    case 16: 65
    case 100...65_635: UInt16(truncatingIfNeeded: type - 100)
    default: 0
    }
  }

  private static func action(_ status: Int64) -> LogRecord.Action {
    switch status {
    case 1, 4...11, 15, 16, 18: .blocked
    case 2, 12...14: .forwarded
    case 3, 17: .cached
    default: .none
    }
  }
}
