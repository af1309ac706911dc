import Databases
import Formats
import Model

/// The database of Pi-hole's resolver (`pihole-FTL.db`): its questions, in the order in which they were stored.
///
/// Read are tables, never the view `queries`: what a view does is up to whoever made the file. Follows pi-hole/FTL
/// `src/database/query-table.h`; in older versions of its schema `queries` is a table with the texts in it.
struct PiholeDatabase: ~Copyable {
  private let database: Database
  private let table: String
  private let columns: [String]
  private var domains: Texts
  private var clients: Texts
  /// Number of the last question that was read.
  private(set) var last: Int64?

  /// - Parameter after: number of the last question that is known.
  /// - Throws: `.noTable` or `.noColumn` where the database is another program's.
  init(_ path: String, after: Int64? = nil) throws(Database.Fault) {
    let database = try Database(readOnly: path)
    let (table, columns) = try Self.table(of: database)
    let tables = try database.tables()
    let domains = try Texts(database, "domain_by_id", "domain", in: tables)
    let clients = try Texts(database, "client_by_id", "ip", in: tables)
    self.database = database
    self.table = table
    self.columns = columns
    self.domains = domains
    self.clients = clients
    last = after
  }

  private static func table(
    of database: borrowing Database
  ) throws(Database.Fault) -> (name: String, columns: [String]) {
    let tables = try database.tables()
    guard let table = ["query_storage", "queries"].first(where: tables.contains) else { throw .noTable("queries") }
    var columns = ["timestamp", "type", "status", "domain", "client"]
    if try database.columns(of: table).contains("reply_type") { columns.append("reply_type") }
    return (table, columns)
  }

  /// Questions that are not in the file yet are not seen: see `Database.omitsLog`.
  var omitsLog: Bool { database.omitsLog }

  /// Numbers of the first question and the last; nil where there is none.
  func ends() throws(Database.Fault) -> (first: Int64, last: Int64)? {
    guard let first = try database.rows(of: table, columns: [], limit: 1, { _ in true }),
      let last = try database.rows(of: table, columns: [], order: .descending, limit: 1, { _ in true })
    else { return nil }
    return (first, last)
  }

  /// Reads on behind the last question.
  ///
  /// - Parameter limit: questions at most: their writer waits no longer than it takes to read these.
  /// - Returns: whether there may be more.
  /// - Throws: after the questions that could be read.
  mutating func read(
    limit: Int = 4096, now: Timestamp, outcome: inout LogSource.Outcome, into traffic: inout Traffic
  ) throws(Database.Fault) -> Bool {
    var rows: [Database.Row] = []
    var fault: Database.Fault?
    do throws(Database.Fault) {
      try database.rows(of: table, columns: columns, after: last, limit: limit) { row in
        rows.append(row)
        return true
      }
    } catch { fault = error }
    var record = LogRecord()
    let latest = LogRecord.latest(at: now)
    for row in rows {
      outcome.lines += 1
      guard let question = PiholeRow(row), let domain = try domains.text(row.values[3]),
        let client = try clients.text(row.values[4]),
        LogReader.read(row: question, domain: domain.span, client: client.span, into: &record) == .record
      else {
        outcome.malformed += 1
        last = row.id
        continue
      }
      outcome.records += 1
      if record.time > latest { record.time = LogRecord.unknownTime }
      traffic.take(from: &record, domain.span)
      last = row.id
    }
    if let fault { throw fault }
    return rows.count >= limit
  }
}

extension PiholeRow {
  /// Nil where a number is none.
  fileprivate init?(_ row: Database.Row) {
    guard let type = row.values[1].integer, let status = row.values[2].integer else { return nil }
    let timestamp: Double
    switch row.values[0] {
    case .integer(let seconds): timestamp = Double(seconds)
    case .real(let seconds): timestamp = seconds
    default: return nil
    }
    self.init(
      timestamp: timestamp, type: type, status: status,
      replyType: row.values.count > 5 ? row.values[5].integer : nil)
  }
}

extension Database.Value {
  fileprivate var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}

/// Texts that rows name by their number in another table; or hold themselves, as old versions wrote them.
private struct Texts {
  private let finder: Finder?
  private var known: [Int64: [UInt8]] = [:]
  private static let limit = 1 << 16

  init(_ database: borrowing Database, _ table: String, _ column: String, in tables: [String]) throws(Database.Fault) {
    finder = tables.contains(table) ? Finder(try database.lookup(in: table, columns: [column])) : nil
  }

  /// Nil where the value is no text and names none.
  mutating func text(_ value: Database.Value) throws(Database.Fault) -> [UInt8]? {
    switch value {
    case .text(let text): return Array(text.utf8)
    case .integer(let id):
      if let found = known[id] { return found }
      guard let finder, case .text(let text)? = try finder.lookup.row(id)?.first else { return nil }
      let bytes = Array(text.utf8.prefix(1024))
      if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
      known[id] = bytes
      return bytes
    case .null, .real, .blob, .tooLong: return nil
    }
  }

  private final class Finder {
    let lookup: Database.Lookup
    init(_ lookup: consuming Database.Lookup) { self.lookup = lookup }
  }
}
