import Foundation
import GRDB
public import Model

extension Store {
  private static let columns =
    "SELECT seq, payload, leaf, hash, (SELECT hash FROM event p WHERE p.seq = event.seq - 1) FROM event"

  /// Events that fit, in the order and up to the number asked for.
  public func query(_ query: Query) throws(StoreError) -> [Entry] {
    guard query.limit > 0 else { return [] }
    let (condition, arguments) = query.condition
    var sql = Self.columns + condition + " ORDER BY seq " + (query.order == .newestFirst ? "DESC" : "ASC")
    // Text is judged here and not by SQLite, so then the limit is too.
    if query.text == nil { sql += " LIMIT \(query.limit)" }
    return try storing(path) {
      try reader.read { db in
        var found: [Entry] = []
        let rows = try Row.fetchCursor(
          db, sql: sql, arguments: StatementArguments(arguments.map(\.databaseValue)))
        while found.count < query.limit, let row = try rows.next() {
          let entry = try Self.entry(row, path: path)
          if let text = query.text, entry.event?.contains(text) != true { continue }
          found.append(entry)
        }
        return found
      }
    }
  }

  /// The event in a place; nil where there is none.
  public func entry(seq: Int64) throws(StoreError) -> Entry? {
    try storing(path) {
      try reader.read { db in
        try Row.fetchOne(db, sql: Self.columns + " WHERE seq = ?", arguments: [seq]).map {
          try Self.entry($0, path: path)
        }
      }
    }
  }

  /// The event with an id; nil where there is none, or its payload was removed.
  public func entry(id: EventID) throws(StoreError) -> Entry? {
    try storing(path) {
      try reader.read { db in
        try Row.fetchOne(db, sql: Self.columns + " WHERE id = ?", arguments: [Data(id.bytes)])
          .map { try Self.entry($0, path: path) }
      }
    }
  }

  static func entry(_ row: Row, path: String) throws -> Entry {
    let seq: Int64 = row[0]
    guard let leaf = Tip.digest(row[2]), let hash = Tip.digest(row[3]),
      let previous = seq == 1 ? .zero : Tip.digest(row[4])
    else { throw StoreError.corrupt(path: path, seq: seq, detail: "a hash is missing here or before") }
    let content: Entry.Content
    if let payload = row[1] as Data? {
      content = Event(canonicalBytes: Array(payload)).map(Entry.Content.event) ?? .unreadable
    } else {
      content = .removed
    }
    return Entry(seq: seq, content: content, leaf: leaf, previous: previous, hash: hash)
  }
}

extension Query.Argument {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .text(let text): text.databaseValue
    case .number(let number): number.databaseValue
    }
  }
}
