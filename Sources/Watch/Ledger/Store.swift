public import Foundation
import GRDB
public import Model
public import Platform
import Synchronization

/// The ledger of a state directory: `ledger.sqlite`, and the key in `keys/`.
///
/// Calls block until SQLite answers and may come from any thread. Several processes may hold the same ledger open and
/// write to it. Code that lives in async functions writes through `Recorder`, which commits in groups.
public final class Store: Sendable {
  /// The state directory.
  public let directory: String
  /// The database file.
  public let path: String
  let environment: Environment
  let reader: DatabaseQueue
  let writer: Writer?

  /// Where a store gets time and randomness from, and who it says it is.
  public struct Environment: Sendable {
    public var now: @Sendable () -> Timestamp
    /// As many random bytes as asked for.
    public var random: @Sendable (Int) -> [UInt8]
    /// Id of the host, written into the store's own events.
    public var host: String
    /// How long to wait for another process that writes.
    public var patience: TimeInterval
    /// A checkpoint follows this many events,
    public var checkpointEvents: Int64
    /// or the first event after this many seconds.
    public var checkpointSeconds: Double

    public init(
      host: String = "", now: @escaping @Sendable () -> Timestamp = { Machine.now },
      random: @escaping @Sendable (Int) -> [UInt8] = { Machine.random($0) }, patience: TimeInterval = 10,
      checkpointEvents: Int64 = 1000, checkpointSeconds: Double = 60
    ) {
      self.host = host
      self.now = now
      self.random = random
      self.patience = patience
      self.checkpointEvents = checkpointEvents
      self.checkpointSeconds = checkpointSeconds
    }
  }

  public enum Access: Sendable, Hashable { case readWrite, readOnly }

  /// What only a store that writes has.
  final class Writer: Sendable {
    let queue: DatabaseQueue
    let key: SigningKey
    let ledger: [UInt8]
    /// Touched inside `queue` only; the lock is what lets the compiler see that.
    let tip: Mutex<Tip>
    init(queue: DatabaseQueue, key: SigningKey, ledger: [UInt8], tip: Tip) {
      self.queue = queue
      self.key = key
      self.ledger = ledger
      self.tip = Mutex(tip)
    }
  }

  /// Opens the ledger of a state directory. With `.readWrite` it is made where there is none, and so is the key.
  public init(
    directory: String, access: Access = .readWrite, environment: Environment = Environment()
  ) throws(StoreError) {
    self.directory = directory
    self.environment = environment
    let path = "\(directory)/ledger.sqlite"
    self.path = path
    switch access {
    case .readWrite:
      let writer = try Self.openWriter(directory: directory, path: path, environment: environment)
      self.writer = writer
      reader = try storing(path) {
        try DatabaseQueue(path: path, configuration: Self.configuration(environment, readOnly: true))
      }
    case .readOnly:
      writer = nil
      reader = try Self.openReader(path: path, environment: environment)
    }
  }

  /// Closes both connections. The store must not be used after it.
  public func close() throws(StoreError) {
    try storing(path) {
      try reader.close()
      try writer?.queue.close()
    }
  }

  /// Id of the ledger, from its first event.
  public var ledger: [UInt8] {
    get throws(StoreError) {
      if let writer { return writer.ledger }
      guard let first = try entry(seq: 1)?.event, let checkpoint = Checkpoint(first) else {
        throw .corrupt(path: path, seq: 1, detail: "the first event is not the ledger's own")
      }
      return checkpoint.ledger
    }
  }

  /// The last event.
  public var head: Head {
    get throws(StoreError) { try storing(path) { try reader.read { try Self.head($0, path: path) } } }
  }

  static func head(_ db: Database, path: String) throws -> Head {
    guard let row = try Row.fetchOne(db, sql: "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1") else {
      throw StoreError.corrupt(path: path, seq: 1, detail: "the ledger is empty, not even its first event is left")
    }
    guard let hash = Digest(bytes: Array(row[1] as Data? ?? Data())) else {
      throw StoreError.corrupt(path: path, seq: row[0], detail: "the hash has not 32 bytes")
    }
    return Head(seq: row[0], hash: hash)
  }
}
