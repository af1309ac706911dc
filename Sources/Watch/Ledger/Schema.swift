import Foundation
import GRDB

/// The tables, and what tells a ledger from any other SQLite file.
enum Schema {
  /// "TRLG": `PRAGMA application_id`.
  static let application = 0x5452_4C47
  /// `PRAGMA user_version`.
  static let version = 1

  /// Columns beside the payload are copies for queries, and NULL where the payload was removed. `verify` compares these
  /// statements to what the file says, byte by byte: a trigger or a view has no business in a ledger.
  ///
  /// Few indexes, because each costs every event: measured, indexes over time, kind and agent halved the rate of writing.
  /// Queries by these read from the end of the table that they want first, and stop at their limit.
  static let statements: [(type: String, name: String, table: String, sql: String)] = [
    (
      "table", "event", "event",
      "CREATE TABLE event(seq INTEGER PRIMARY KEY, id BLOB, time INTEGER, kind TEXT, severity INTEGER, agent TEXT, "
        + "payload BLOB, leaf BLOB NOT NULL, hash BLOB NOT NULL) STRICT"
    ),
    ("index", "event_id", "event", "CREATE UNIQUE INDEX event_id ON event(id)"),
    ("index", "event_severity", "event", "CREATE INDEX event_severity ON event(severity) WHERE severity >= 2"),
    (
      "index", "event_checkpoint", "event",
      "CREATE INDEX event_checkpoint ON event(seq) WHERE kind = 'ledger.checkpoint'"
    ),
  ]

  static func create(_ db: Database) throws {
    for statement in statements { try db.execute(sql: statement.sql) }
    try db.execute(sql: "PRAGMA application_id = \(application)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// True for a file without anything in it, which may become a ledger.
  static func isEmpty(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "PRAGMA application_id") == 0 && Int.fetchOne(db, sql: "PRAGMA user_version") == 0
      && Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
  }

  static func check(_ db: Database, path: String) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA application_id") == application else {
      throw StoreError.notALedger(path: path)
    }
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard found <= version else { throw StoreError.newerSchema(path: path, found: found) }
    guard found == version else { throw StoreError.notALedger(path: path) }
    if let difference = try difference(db) { throw StoreError.corrupt(path: path, seq: nil, detail: difference) }
  }

  /// In words, the first place where the file's tables are not ours; nil where they are.
  static func difference(_ db: Database) throws -> String? {
    let sql = "SELECT type, name, tbl_name, CAST(sql AS BLOB) FROM sqlite_schema"
    var expected = Dictionary(uniqueKeysWithValues: statements.map { ($0.name, $0) })
    for row in try Row.fetchAll(db, sql: sql) {
      let name: String? = row[1]
      guard let known = expected.removeValue(forKey: name ?? "") else {
        return "the file holds `\(name ?? "")`, which is no part of a ledger"
      }
      guard row[0] == known.type, row[2] == known.table, row[3] == Data(known.sql.utf8) else {
        return "the definition of `\(known.name)` was changed"
      }
    }
    return expected.keys.sorted().first.map { "the definition of `\($0)` is missing" }
  }
}
