import GRDB
public import Model
import Platform

/// Why the ledger could not do what was asked. `description` is one line: what, where, what to do.
///
/// Whatever the error, an event that was not returned by `append` was not acknowledged.
public enum StoreError: Error, Sendable, Hashable {
  case notFound(path: String)
  case diskFull(path: String)
  case readOnly(path: String)
  case denied(path: String)
  /// Another process held the write lock for the whole waiting time.
  case busy(path: String)
  case notALedger(path: String)
  case newerSchema(path: String, found: Int)
  /// The chain on disk is not what was written. `seq`: the event where that showed.
  case corrupt(path: String, seq: Int64?, detail: String)
  case keyMissing(path: String, fingerprint: String)
  case keyMismatch(path: String, ledger: String, found: String)
  /// Others than the owner may read the private key.
  case keyOpen(path: String, mode: UInt16)
  case keyUnreadable(path: String)
  /// An event with this id was written before.
  case duplicate(EventID)
  /// Kinds that begin with `ledger.` are the store's own.
  case reservedKind(String)
  case tooLarge(EventID, bytes: Int, limit: Int)
  /// More events wait to be written than the queue may hold.
  case queueFull(limit: Int)
  case noSuchEvent(String)
  /// No checkpoint covers the event yet.
  case notCovered(seq: Int64)
  case io(path: String, detail: String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let path): "no ledger at \(path); name the state directory with --state, or run `trammel up` first"
    case .diskFull(let path):
      "no room left to write \(path); free some space, nothing was recorded since the last answer"
    case .readOnly(let path): "\(path) is on read-only media; events cannot be recorded there, reading works"
    case .denied(let path): "no permission for \(path); run as the user who owns it, or name another --state directory"
    case .busy(let path): "\(path) is locked by another process that does not let go; find it with `fuser \(path)`"
    case .notALedger(let path): "\(path) is not a Trammel ledger; move it away or name another --state directory"
    case .newerSchema(let path, let found):
      "\(path) was written by a newer Trammel (format \(found)); update Trammel to read it"
    case .corrupt(let path, let seq, let detail):
      "\(path)\(seq.map { ", event \($0)" } ?? ""): \(detail); run `trammel ledger verify` and keep the file as evidence"
    case .keyMissing(let path, let fingerprint):
      "the key \(path) that signed this ledger (\(fingerprint)) is gone; restore it, or move ledger.sqlite away to begin a new one"
    case .keyMismatch(let path, let ledger, let found):
      "\(path) is the key \(found), this ledger is signed by \(ledger); restore the right key or the right ledger"
    case .keyOpen(let path, let mode):
      "\(path) can be read by others (mode \(String(mode, radix: 8))); run `chmod 600 \(path)` and ask who may have copied it"
    case .keyUnreadable(let path): "\(path) is not a key of 32 bytes; restore it from a backup"
    case .duplicate(let id): "event \(id) was recorded before; each event needs an id of its own"
    case .reservedKind(let kind): "the kind \(kind) is the ledger's own; name the event otherwise"
    case .tooLarge(let id, let bytes, let limit):
      "event \(id) has \(bytes) bytes, more than \(limit); shorten what it carries"
    case .queueFull(let limit): "\(limit) events already wait to be written; the disk is slower than the events"
    case .noSuchEvent(let name): "no event \(name) in this ledger; list some with `trammel ledger query`"
    case .notCovered(let seq):
      "event \(seq) is under no checkpoint yet; make one with `trammel ledger checkpoint`"
    case .io(let path, let detail): "\(path): \(detail)"
    }
  }
}

extension StoreError {
  init(_ error: FileError) {
    if error.code.isDiskFull {
      self = .diskFull(path: error.path)
    } else if error.code.isReadOnly {
      self = .readOnly(path: error.path)
    } else {
      switch error.code {
      case .denied: self = .denied(path: error.path)
      case .notFound: self = .notFound(path: error.path)
      default: self = .io(path: error.path, detail: "\(error.code)")
      }
    }
  }

  /// What a failure inside SQLite means for whoever called.
  init(_ error: any Error, path: String) {
    if let known = error as? StoreError {
      self = known
      return
    }
    guard let failure = error as? DatabaseError else {
      self = .io(path: path, detail: "\(error)")
      return
    }
    switch failure.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_NOTADB: self = .notALedger(path: path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, seq: nil, detail: failure.message ?? "the file is malformed")
    case .SQLITE_PERM, .SQLITE_AUTH: self = .denied(path: path)
    case .SQLITE_CANTOPEN: self = .io(path: path, detail: "cannot be opened; check that its folder exists and is yours")
    case .SQLITE_IOERR where failure.extendedResultCode == .SQLITE_IOERR_SHMSIZE: self = .diskFull(path: path)
    default: self = .io(path: path, detail: failure.message ?? "SQLite error \(failure.extendedResultCode.rawValue)")
    }
  }
}

/// Runs a closure that talks to SQLite and gives its errors their meaning.
func storing<T>(_ path: String, _ body: () throws -> T) throws(StoreError) -> T {
  do { return try body() } catch { throw StoreError(error, path: path) }
}
