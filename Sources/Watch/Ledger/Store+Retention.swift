import GRDB
public import Model

extension Store {
  /// Removes the payloads of events that happened before a moment, and the columns that are copies of them. Leaves and
  /// hashes stay, so the chain can still be computed. Gives nil where there was nothing to remove.
  ///
  /// The removal is an event under a signed checkpoint, in the same transaction. The ledger's own events stay whole.
  public func removePayloads(before: Timestamp) throws(StoreError) -> Removal? {
    let removal: Removal? = try transaction { db, tip, writer in
      let own = "(kind >= 'ledger.' AND kind < 'ledger/')"
      let sql = "SELECT seq, time < ? AND NOT \(own) FROM event WHERE payload IS NOT NULL AND NOT \(own) ORDER BY seq"
      var ranges = Ranges()
      var run: ClosedRange<Int64>?
      var count: Int64 = 0
      let rows = try Row.fetchCursor(db, sql: sql, arguments: [before.nanoseconds])
      while let row = try rows.next() {
        let seq: Int64 = row[0]
        if row[1] == true {
          // Between two that go there is at most what stays anyway or went before, so they are one run.
          run = (run?.lowerBound ?? seq)...seq
          count += 1
        } else if let done = run {
          ranges.add(done)
          run = nil
        }
      }
      if let run { ranges.add(run) }
      guard count > 0 else { return nil }
      try db.execute(
        sql: "UPDATE event SET id = NULL, time = NULL, kind = NULL, severity = NULL, agent = NULL, payload = NULL "
          + "WHERE time < ? AND NOT \(own)", arguments: [before.nanoseconds])
      guard db.changesCount == Int(count) else {
        throw StoreError.corrupt(
          path: self.path, seq: nil, detail: "\(db.changesCount) payloads would go where \(count) were counted")
      }
      let removal = try self.record(before: before, count: count, ranges: ranges, db, &tip, writer)
      try self.sign(db, &tip, writer)
      return removal
    }
    // The payloads are gone from the file; this takes them out of the write-ahead log as well. Where a reader is in the
    // way, the next ordinary checkpoint of SQLite does it.
    if removal != nil, let writer {
      try storing(path) {
        try writer.queue.writeWithoutTransaction { _ = try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      }
    }
    return removal
  }

  private func record(
    before: Timestamp, count: Int64, ranges: Ranges, _ db: Database, _ tip: inout Tip, _ writer: Writer
  ) throws -> Removal {
    let now = environment.now()
    var removal = Removal(before: before, count: count, ranges: ranges)
    removal.signature = try writer.key.sign(removal.message(ledger: writer.ledger, seq: tip.seq + 1))
    let event = removal.event(
      id: EventID(time: now, random: environment.random(10)), time: now, host: environment.host)
    let size = event.canonicalBytes.count
    guard size <= Self.payloadLimit else {
      throw StoreError.tooLarge(event.id, bytes: size, limit: Self.payloadLimit)
    }
    try tip.append(event, with: Insertion(db))
    return removal
  }
}
