import Foundation
import GRDB
import Model

/// The growing end of the chain, as a writer knows it between two transactions.
struct Tip: Sendable {
  var seq: Int64 = 0
  var hash = Digest.zero
  /// Over the leaves of every event up to `seq`.
  var frontier = Frontier()
  /// The last checkpoint; nil only before the first event.
  var checkpoint: (seq: Int64, time: Timestamp)?
}

/// What the chain adds to an event.
struct Link {
  var seq: Int64
  var leaf: Digest
  var previous: Digest
  var hash: Digest
}

extension Tip {
  /// Adds one event. The caller is inside a transaction that began IMMEDIATE and has caught up.
  mutating func append(_ row: borrowing Store.Prepared, with insertion: Insertion) throws -> Link {
    let link = Link(seq: seq + 1, leaf: row.leaf, previous: hash, hash: Hash.link(hash, row.leaf))
    do {
      try insertion.run(seq: link.seq, row, hash: link.hash)
    } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
      throw StoreError.duplicate(row.id)
    }
    frontier.append(row.leaf)
    seq = link.seq
    hash = link.hash
    return link
  }

  /// The same for an event that is not encoded yet.
  mutating func append(_ event: Event, with insertion: Insertion) throws {
    _ = try append(Store.Prepared(event), with: insertion)
  }

  /// Adds a signed checkpoint over everything so far.
  @discardableResult
  mutating func checkpoint(
    _ db: Database, path: String, ledger: [UInt8], key: SigningKey, environment: Store.Environment
  ) throws -> Checkpoint {
    let now = environment.now()
    var checkpoint = Checkpoint(ledger: ledger, size: seq, root: frontier.root, chain: hash, time: now)
    try checkpoint.sign(with: key)
    let event = checkpoint.event(
      id: EventID(time: now, random: environment.random(10)), host: environment.host, peaks: frontier.peaks)
    try append(event, with: Insertion(db))
    self.checkpoint = (seq, now)
    return checkpoint
  }

  /// The end of a ledger that is there: from its last checkpoint, which must be sound, over what follows it.
  static func resume(_ db: Database, path: String) throws -> (Tip, Checkpoint) {
    let sql = "SELECT seq, payload, leaf, hash FROM event WHERE kind = '\(Checkpoint.kind)' ORDER BY seq DESC LIMIT 1"
    guard let row = try Row.fetchOne(db, sql: sql) else {
      throw StoreError.corrupt(path: path, seq: 1, detail: "no checkpoint is left")
    }
    let seq: Int64 = row[0]
    guard let payload = row[1] as Data?, let leaf = digest(row[2]), let hash = digest(row[3]),
      Hash.leaf(Array(payload)) == leaf, let event = Event(canonicalBytes: Array(payload)),
      let (checkpoint, frontier) = Checkpoint.read(event), let key = checkpoint.key, checkpoint.isSigned(by: key),
      checkpoint.size == seq - 1, frontier.root == checkpoint.root, Hash.link(checkpoint.chain, leaf) == hash
    else { throw StoreError.corrupt(path: path, seq: seq, detail: "the last checkpoint does not hold") }
    var tip = Tip(seq: seq, hash: hash, frontier: frontier, checkpoint: (seq, event.time))
    tip.frontier.append(leaf)
    try tip.catchUp(db, path: path)
    return (tip, checkpoint)
  }

  /// Takes in what other processes appended since the last transaction here, and checks that what was there still is.
  mutating func catchUp(_ db: Database, path: String) throws {
    let head = try Store.head(db, path: path)
    if head.seq == seq, head.hash == hash { return }
    let sql = "SELECT seq, leaf, hash, kind = '\(Checkpoint.kind)', time FROM event WHERE seq >= ? ORDER BY seq"
    let rows = try Row.fetchCursor(db, sql: sql, arguments: [seq])
    guard let mine = try rows.next(), mine[0] == seq, Self.digest(mine[2]) == hash else {
      throw StoreError.corrupt(path: path, seq: seq, detail: "this event was written here and is gone or changed")
    }
    while let row = try rows.next() {
      let next: Int64 = row[0]
      guard next == seq + 1, let leaf = Self.digest(row[1]), let link = Self.digest(row[2]),
        Hash.link(hash, leaf) == link
      else { throw StoreError.corrupt(path: path, seq: seq + 1, detail: "the chain breaks here") }
      frontier.append(leaf)
      (seq, hash) = (next, link)
      if row[3] == true, let time = row[4] as Int64? { checkpoint = (seq, Timestamp(nanoseconds: time)) }
    }
  }

  static func digest(_ data: Data?) -> Digest? { data.flatMap { Digest(bytes: Array($0)) } }
}
