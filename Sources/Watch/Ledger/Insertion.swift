import GRDB
import GRDBSQLite
import Model

/// The insert of one event, bound without detours: through values of GRDB each row took twice as long.
///
/// This is the one file of the module that calls C. Every pointer that is bound stays valid until the step is done, and
/// the bindings are cleared before it ends, so SQLite never holds one that is gone.
struct Insertion {
  private let statement: Statement
  private let database: Database

  /// For the length of one transaction, on the queue of its connection.
  init(_ database: Database) throws {
    self.database = database
    statement = try database.cachedStatement(
      sql: "INSERT INTO event(seq, id, time, kind, severity, agent, payload, leaf, hash) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
  }

  func run(seq: Int64, _ row: borrowing Store.Prepared, hash: Digest) throws {
    let handle = unsafe statement.sqliteStatement
    defer {
      // What these return is the error of the step, which is looked at below.
      unsafe sqlite3_reset(handle)
      unsafe sqlite3_clear_bindings(handle)
    }
    unsafe sqlite3_bind_int64(handle, 1, seq)
    unsafe sqlite3_bind_int64(handle, 3, row.time.nanoseconds)
    unsafe sqlite3_bind_int64(handle, 5, Int64(row.severity.rank))
    let code = unsafe Self.blob(handle, 2, row.id.bytes) {
      unsafe Self.text(handle, 4, row.kind) {
        unsafe Self.text(handle, 6, row.agent) {
          unsafe Self.blob(handle, 7, row.payload) {
            unsafe Self.digest(handle, 8, row.leaf) {
              unsafe Self.digest(handle, 9, hash) { unsafe sqlite3_step(handle) }
            }
          }
        }
      }
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: unsafe sqlite3_extended_errcode(database.sqliteConnection)),
        message: unsafe String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
  }

  private static func blob(
    _ handle: SQLiteStatement, _ index: Int32, _ bytes: [UInt8], then: () -> Int32
  ) -> Int32 {
    unsafe bytes.withUnsafeBytes { buffer in
      let code = unsafe sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), nil)
      return code == SQLITE_OK ? then() : code
    }
  }

  private static func digest(
    _ handle: SQLiteStatement, _ index: Int32, _ digest: Digest, then: () -> Int32
  ) -> Int32 {
    unsafe digest.withBytes { buffer in
      let code = unsafe sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), nil)
      return code == SQLITE_OK ? then() : code
    }
  }

  private static func text(
    _ handle: SQLiteStatement, _ index: Int32, _ text: String?, then: () -> Int32
  ) -> Int32 {
    guard var text else { return then() }
    return text.withUTF8 { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        // With its length, so that a NUL in the text is kept and does not end it.
        let code = unsafe sqlite3_bind_text64(
          handle, index, characters.baseAddress, UInt64(characters.count), nil, UInt8(SQLITE_UTF8))
        return code == SQLITE_OK ? then() : code
      }
    }
  }
}
