import Foundation
import GRDB
import Model

extension Store {
  /// What the caller knows about the key, from elsewhere.
  public enum Pin: Sendable, Hashable {
    case key(PublicKey)
    /// As `PublicKey.fingerprint` writes it.
    case fingerprint(String)
  }

  /// Reads the whole ledger and says what does not hold, and where. It changes nothing.
  ///
  /// - Parameters:
  ///   - checkpoint: one that was kept elsewhere. Only this finds a tail that was cut off, an older copy that was put
  ///     back, or a history that was rewritten and signed again with the host's own key.
  ///   - pin: the key that must have signed; else the one in the state directory; else the one that the ledger names.
  ///   - progress: called now and then with the number of events read.
  public func verify(
    checkpoint: KeptCheckpoint? = nil, pin: Pin? = nil, progress: (Int64) -> Void = { _ in }
  ) throws(StoreError) -> Verification {
    var key: PublicKey?
    var fingerprint: String?
    var trust = Verification.Trust.given
    switch pin {
    case .key(let given): key = given
    case .fingerprint(let given): fingerprint = given
    case nil:
      key = try SigningKey.load(from: directory, allowingOthers: true)?.publicKey
      trust = key == nil ? .ledgerItself : .stateDirectory
    }
    var walk = Walk(kept: checkpoint, key: key, fingerprint: fingerprint, trust: trust)
    // A connection of its own: a long look must not keep others from reading.
    let connection = try Self.openReader(path: path, environment: environment)
    try storing(path) {
      try connection.read { db in
        do {
          for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(20)") where line != "ok" {
            walk.report("SQLite: \(line)")
          }
          let rows = try Row.fetchCursor(db, sql: Self.everything)
          while let row = try rows.next() {
            walk.take(Walk.Row(row))
            if walk.result.events % 4096 == 0 { progress(walk.result.events) }
          }
        } catch let error as DatabaseError where Self.isDamage(error) {
          let place = walk.result.head.map { "after event \($0.seq)" } ?? "from the first event on"
          walk.report("SQLite: unreadable \(place): \(error.message ?? "malformed")")
        }
      }
      try connection.close()
    }
    walk.finish()
    return walk.result
  }

  private static let everything =
    "SELECT seq, id, time, CAST(kind AS BLOB), severity, CAST(agent AS BLOB), payload, leaf, hash, typeof(kind), "
    + "typeof(agent) FROM event NOT INDEXED ORDER BY seq"

  private static func isDamage(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_TOOBIG, .SQLITE_NOMEM, .SQLITE_MISMATCH: true
    default: false
    }
  }
}

extension Walk.Row {
  init(_ row: Row) {
    self.init(seq: row[0])
    var odd: String?
    func bytes(_ index: Int, _ name: String) -> [UInt8]? {
      switch (row[index] as DatabaseValue).storage {
      case .null: return nil
      case .blob(let data): return Array(data)
      default:
        odd = name
        return []
      }
    }
    func number(_ index: Int, _ name: String) -> Int64? {
      switch (row[index] as DatabaseValue).storage {
      case .null: return nil
      case .int64(let value): return value
      default:
        odd = name
        return .min
      }
    }
    id = bytes(1, "id")
    time = number(2, "time")
    kind = bytes(3, "kind")
    severity = number(4, "severity")
    agent = bytes(5, "agent")
    payload = bytes(6, "payload")
    leaf = bytes(7, "leaf")
    hash = bytes(8, "hash")
    // The cast to bytes, which makes a hidden NUL visible, also hides the type.
    if row[9] != "text", row[9] != "null" { odd = "kind" }
    if row[10] != "text", row[10] != "null" { odd = "agent" }
    oddColumn = odd
  }
}
