import Foundation
import GRDB
import Model
import Platform

extension Store {
  static func configuration(_ environment: Environment, readOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(environment.patience)
    configuration.prepareDatabase { db in
      if !readOnly {
        // FULL: a commit returns when its frames are on the disk. GRDB's own WAL mode would set NORMAL.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA secure_delete = ON")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
        try db.execute(sql: "PRAGMA cache_size = -16000")
      }
      // A file that an attacker prepared must not run what it likes when it is read.
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  static func openWriter(directory: String, path: String, environment: Environment) throws(StoreError) -> Writer {
    do {
      try PrivateFiles.makeDirectory(directory)
      // Made by us and not by SQLite, so that it and the files beside it (which take its mode) are never open to others.
      if !SystemFiles().exists(path) { _ = try PrivateFiles.createOnce(path, []) }
    } catch { throw StoreError(error) }
    // SQLite would open the file to read instead and fail later with less clear words.
    do { try PrivateFiles.checkWritable(path) } catch { throw StoreError(error) }
    return try storing(path) {
      let queue = try DatabaseQueue(path: path, configuration: configuration(environment, readOnly: false))
      do {
        return try prepare(queue, directory: directory, path: path, environment: environment)
      } catch {
        try? queue.close()
        throw error
      }
    }
  }

  private static func prepare(
    _ queue: DatabaseQueue, directory: String, path: String, environment: Environment
  ) throws -> Writer {
    try queue.writeWithoutTransaction { db in
      // Nothing is changed in a file that turns out to be somebody else's.
      if try !Schema.isEmpty(db) { try Schema.check(db, path: path) }
      try switchToWAL(db, path: path, environment: environment)
      var writer: Writer?
      try db.inTransaction(.immediate) {
        if try Schema.isEmpty(db) {
          let key = try SigningKey.loadOrCreate(in: directory, random: environment.random)
          try Schema.create(db)
          var tip = Tip()
          let ledger = environment.random(16)
          try tip.checkpoint(db, path: path, ledger: ledger, key: key, environment: environment)
          writer = Writer(queue: queue, key: key, ledger: ledger, tip: tip)
        } else {
          try Schema.check(db, path: path)
          let (tip, last) = try Tip.resume(db, path: path)
          guard let signer = last.key else { throw StoreError.corrupt(path: path, seq: nil, detail: "no key is named") }
          guard let key = try SigningKey.load(from: directory) else {
            throw StoreError.keyMissing(path: SigningKey.path(in: directory), fingerprint: signer.fingerprint)
          }
          guard key.publicKey == signer else {
            throw StoreError.keyMismatch(
              path: SigningKey.path(in: directory), ledger: signer.fingerprint, found: key.publicKey.fingerprint)
          }
          writer = Writer(queue: queue, key: key, ledger: last.ledger, tip: tip)
        }
        return .commit
      }
      guard let writer else { throw StoreError.io(path: path, detail: "the ledger could not be prepared") }
      return writer
    }
  }

  /// Two processes that switch a new file at once make one of them fail without waiting, so it asks again.
  private static func switchToWAL(_ db: Database, path: String, environment: Environment) throws {
    let deadline = Date(timeIntervalSinceNow: environment.patience)
    while true {
      do {
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
          throw StoreError.readOnly(path: path)
        }
        return
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && Date() < deadline {
        Thread.sleep(forTimeInterval: 0.005)
      }
    }
  }

  static func openReader(path: String, environment: Environment) throws(StoreError) -> DatabaseQueue {
    let files = SystemFiles()
    let status: FileStatus
    do { status = try files.status(path, followingLinks: true) } catch { throw StoreError(error) }
    guard status.kind == .regular, status.size > 0 else { throw .notALedger(path: path) }
    let configuration = configuration(environment, readOnly: true)
    func open(_ name: String) throws(StoreError) -> DatabaseQueue {
      try storing(path) {
        let queue = try DatabaseQueue(path: name, configuration: configuration)
        try queue.read { try Schema.check($0, path: path) }
        return queue
      }
    }
    do throws(StoreError) { return try open(path) } catch {
      // On read-only media SQLite cannot make the index of the write-ahead log. Where no log was left behind, the file
      // is whole without it.
      guard case .io = error, !hasLog(path) else {
        if case .io = error {
          throw .io(
            path: path,
            detail:
              "its write-ahead log cannot be read here; copy ledger.sqlite and ledger.sqlite-wal together to a folder that can be written and read it there"
          )
        }
        throw error
      }
      let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
      return try open("file:\(escaped)?immutable=1")
    }
  }

  private static func hasLog(_ path: String) -> Bool {
    guard let status = try? SystemFiles().status("\(path)-wal", followingLinks: true) else { return false }
    return status.size > 0
  }
}
