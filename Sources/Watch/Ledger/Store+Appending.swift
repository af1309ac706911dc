import GRDB
public import Model
import Synchronization

extension Store {
  /// The largest payload that is taken, in bytes.
  public static let payloadLimit = 1 << 20

  /// Adds events in the order given, in one transaction; durable when it returns. All are written or none is.
  ///
  /// An event that is written over a second after it happened gets `recorded`.
  @discardableResult
  public func append(_ events: [Event]) throws(StoreError) -> [Entry] {
    let rows = try prepare(events)
    return Self.entries(events, rows, links: try append([rows]).first ?? [])
  }

  /// What the ledger writes of an event, encoded and hashed: all of the work that needs neither the disk nor the end of
  /// the chain. It leaves out what only the payload holds: each string of an event costs a count for every copy.
  struct Prepared: Sendable {
    var id: EventID
    var time: Timestamp
    var kind: String
    var severity: Severity
    var agent: String?
    /// Set where the event is written over a second after it happened.
    var recorded: Timestamp?
    var payload: [UInt8]
    var leaf: Digest

    init(_ event: Event) {
      id = event.id
      time = event.time
      kind = event.kind
      severity = event.severity
      agent = event.agent
      recorded = event.recorded
      payload = event.canonicalBytes
      leaf = Hash.leaf(payload)
    }
  }

  /// What a caller does before it asks for the lock, so that callers do it side by side.
  func prepare(_ events: [Event]) throws(StoreError) -> [Prepared] {
    let now = environment.now()
    var prepared: [Prepared] = []
    prepared.reserveCapacity(events.count)
    for event in events {
      guard !event.kind.hasPrefix("ledger.") else { throw .reservedKind(event.kind) }
      var one: Prepared
      if event.recorded == nil, abs(now.seconds(since: event.time)) > 1 {
        var late = event
        late.recorded = now
        one = Prepared(late)
      } else {
        one = Prepared(event)
      }
      guard one.payload.count <= Self.payloadLimit else {
        throw .tooLarge(event.id, bytes: one.payload.count, limit: Self.payloadLimit)
      }
      prepared.append(one)
    }
    return prepared
  }

  /// The events as they were written, with the places that they got.
  static func entries(_ events: [Event], _ rows: [Prepared], links: [Link]) -> [Entry] {
    links.indices.map { place in
      var event = events[place]
      event.recorded = rows[place].recorded
      let link = links[place]
      return Entry(
        seq: link.seq, content: .event(event), leaf: link.leaf, previous: link.previous, hash: link.hash)
    }
  }

  /// Appends the rows of several calls in one transaction; the links come back call by call.
  func append(_ calls: [[Prepared]]) throws(StoreError) -> [[Link]] {
    guard calls.contains(where: { !$0.isEmpty }) else { return calls.map { _ in [] } }
    return try transaction { db, tip, writer in
      let insertion = try Insertion(db)
      var all: [[Link]] = []
      for rows in calls {
        var links: [Link] = []
        links.reserveCapacity(rows.count)
        for place in rows.indices {
          links.append(try tip.append(rows[place], with: insertion))
          if tip.seq - (tip.checkpoint?.seq ?? 0) >= self.environment.checkpointEvents {
            try self.sign(db, &tip, writer)
          }
        }
        all.append(links)
      }
      if self.isDue(tip) { try self.sign(db, &tip, writer) }
      return all
    }
  }

  /// Signs what is there, where events came after the last checkpoint; gives the last checkpoint in any case.
  ///
  /// - Parameter onlyIfDue: leave it where the last one is younger than a minute.
  @discardableResult
  public func checkpoint(onlyIfDue: Bool = false) throws(StoreError) -> Checkpoint {
    try transaction { db, tip, writer in
      if tip.seq > tip.checkpoint?.seq ?? 0, !onlyIfDue || self.isDue(tip) { return try self.sign(db, &tip, writer) }
      return try Tip.resume(db, path: self.path).1
    }
  }

  /// The last checkpoint that was written.
  public var lastCheckpoint: Checkpoint {
    get throws(StoreError) { try storing(path) { try reader.read { try Tip.resume($0, path: path).1 } } }
  }

  private func isDue(_ tip: Tip) -> Bool {
    guard let last = tip.checkpoint, tip.seq > last.seq else { return false }
    // A clock that was set back must not put checkpoints off until it has caught up.
    return abs(environment.now().seconds(since: last.time)) >= environment.checkpointSeconds
  }

  @discardableResult
  func sign(_ db: Database, _ tip: inout Tip, _ writer: Writer) throws -> Checkpoint {
    try tip.checkpoint(db, path: path, ledger: writer.ledger, key: writer.key, environment: environment)
  }

  /// Runs a change at the end of the chain as it is on disk now. What the closure did counts only once it is durable.
  func transaction<T>(_ body: (Database, inout Tip, Writer) throws -> T) throws(StoreError) -> T {
    guard let writer else { throw .readOnly(path: path) }
    return try storing(path) {
      try writer.queue.writeWithoutTransaction { db in
        var tip = writer.tip.withLock { $0 }
        var result: T?
        try db.inTransaction(.immediate) {
          try tip.catchUp(db, path: path)
          result = try body(db, &tip, writer)
          return .commit
        }
        writer.tip.withLock { $0 = tip }
        guard let result else { throw StoreError.io(path: path, detail: "the transaction gave no result") }
        return result
      }
    }
  }
}
