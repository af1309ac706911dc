import Foundation
import GRDB
import Model
import Platform
import Testing

@testable import Ledger

/// What somebody does who may write the file and does not have the key; and what only a checkpoint kept elsewhere shows.
@Suite struct TamperTests {
  /// 60 events with checkpoints between them, closed.
  func ledger() throws -> (Bench, Checkpoint) {
    let bench = Bench()
    let store = try bench.open(every: 16)
    for number in 0..<55 {
      try store.append([
        bench.event(
          number % 3 == 0 ? "finding.opened" : "flow.closed", severity: number % 5 == 0 ? .high : .info,
          agent: number % 4 == 0 ? nil : "agent-\(number % 3)", object: "host-\(number).example.net")
      ])
    }
    let checkpoint = try store.checkpoint()
    try store.close()
    return (bench, checkpoint)
  }

  /// Puts the file back as it was.
  func each<T>(_ bench: Bench, _ cases: [T], _ body: (T) throws -> Void) throws {
    let files = FileManager.default
    let copy = bench.path + ".copy"
    if !files.fileExists(atPath: copy) { try files.copyItem(atPath: bench.path, toPath: copy) }
    for item in cases {
      for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: bench.path + suffix) }
      try files.copyItem(atPath: copy, toPath: bench.path)
      try body(item)
    }
  }

  func problems(_ bench: Bench, at seq: Int64, _ kept: KeptCheckpoint? = nil, _ comment: String = "") throws {
    let found = try bench.verify(kept)
    let places = found.problems.map { ($0.seq ?? 0)...($0.through ?? 0) }
    #expect(!found.holds, "\(comment) at \(seq) was not found")
    // The place named is the event, or the link to the one after it.
    #expect(
      places.contains { $0.contains(seq) || $0.contains(seq + 1) }, "\(comment) at \(seq): \(found.problems)")
  }

  @Test func `nothing is wrong with a ledger that nobody touched`() throws {
    let (bench, checkpoint) = try ledger()
    let found = try bench.verify(KeptCheckpoint(checkpoint))
    #expect(found.holds, "\(found.problems)")
    #expect(found.signedThrough == checkpoint.size)
    #expect(found.trust == .stateDirectory)
    #expect(found.events == checkpoint.size + 1)
  }

  @Test func `a changed byte in any column of any event is found at that event`() throws {
    let (bench, checkpoint) = try ledger()
    for column in ["id", "payload", "leaf", "hash"] {
      try each(bench, Array(1...checkpoint.size + 1)) { seq in
        let old = try stored(bench, column, seq)
        var bytes = old
        bytes[Int(seq * 7) % bytes.count] ^= 1 << UInt8(seq % 8)
        try bench.tamper("UPDATE event SET \(column) = ? WHERE seq = ?", [Data(bytes), seq])
        try problems(bench, at: seq, nil, column)
      }
    }
    let others = [
      "time = time + 1", "kind = kind || 'x'", "kind = kind || char(0) || 'x'", "severity = 4 - severity + 5",
      "agent = 'other'", "agent = CASE WHEN agent IS NULL THEN 'x' ELSE NULL END", "time = NULL", "severity = NULL",
      "kind = NULL", "id = NULL", "kind = upper(kind)",
    ]
    for change in others {
      try each(bench, Array(stride(from: Int64(1), through: checkpoint.size + 1, by: 3))) { seq in
        try bench.tamper("UPDATE event SET \(change) WHERE seq = ?", [seq])
        try problems(bench, at: seq, nil, change)
      }
    }
  }

  @Test func `every changed byte of one payload is found`() throws {
    let (bench, _) = try ledger()
    let payload = try stored(bench, "payload", 20)
    try each(bench, Array(payload.indices)) { index in
      var bytes = payload
      bytes[index] ^= 0x10
      try bench.tamper("UPDATE event SET payload = ? WHERE seq = 20", [Data(bytes)])
      try problems(bench, at: 20, nil, "byte \(index)")
    }
  }

  @Test func `a deleted event is found where it is missing`() throws {
    let (bench, checkpoint) = try ledger()
    try each(bench, Array(1...checkpoint.size)) { seq in
      try bench.tamper("DELETE FROM event WHERE seq = ?", [seq])
      try problems(bench, at: seq, nil, "deletion")
    }
    try each(bench, Array(1...checkpoint.size)) { seq in
      try bench.tamper("DELETE FROM event WHERE seq = ?", [seq])
      try bench.tamper("UPDATE event SET seq = -seq WHERE seq > ?", [seq])
      try bench.tamper("UPDATE event SET seq = -seq - 1 WHERE seq < 0")
      try problems(bench, at: seq, nil, "deletion with the rest moved up")
    }
  }

  @Test func `two events that changed places are found`() throws {
    let (bench, checkpoint) = try ledger()
    try each(bench, Array(1...checkpoint.size)) { seq in
      try bench.tamper("UPDATE event SET seq = 1000 WHERE seq = ?", [seq])
      try bench.tamper("UPDATE event SET seq = ? WHERE seq = ?", [seq, seq + 1])
      try bench.tamper("UPDATE event SET seq = ? WHERE seq = 1000", [seq + 1])
      try problems(bench, at: seq, nil, "swap")
    }
  }

  @Test func `an event that was put in is found`() throws {
    let (bench, checkpoint) = try ledger()
    let forged = bench.event("agent.found", agent: "forged")
    try each(bench, Array(2...checkpoint.size)) { seq in
      try bench.tamper("UPDATE event SET seq = -seq WHERE seq >= ?", [seq])
      try bench.tamper("UPDATE event SET seq = 1 - seq WHERE seq < 0")
      let previous = try #require(Digest(bytes: try stored(bench, "hash", seq - 1)))
      try insert(bench, forged, at: seq, after: previous)
      try problems(bench, at: seq, nil, "insertion")
    }
  }

  @Test func `an event replaced with its leaf and hash breaks the link to the next`() throws {
    let (bench, checkpoint) = try ledger()
    let forged = bench.event("agent.found", agent: "forged")
    try each(bench, Array(2...checkpoint.size)) { seq in
      let previous = try #require(Digest(bytes: try stored(bench, "hash", seq - 1)))
      try bench.tamper("DELETE FROM event WHERE seq = ?", [seq])
      try insert(bench, forged, at: seq, after: previous)
      try problems(bench, at: seq, nil, "replacement")
    }
  }

  @Test func `a tail that was cut off shows against a checkpoint kept elsewhere, and not without it`() throws {
    let (bench, checkpoint) = try ledger()
    let kept = try #require(KeptCheckpoint(checkpoint.note))
    try each(bench, Array(2...checkpoint.size)) { seq in
      try bench.tamper("DELETE FROM event WHERE seq >= ?", [seq])
      try problems(bench, at: seq, kept, "truncation")
      #expect(try bench.verify().holds, "the file alone cannot show a cut at \(seq)")
      let short = try #require(KeptCheckpoint("\(checkpoint.size):\(checkpoint.root)"))
      try problems(bench, at: seq, short, "truncation")
    }
  }

  @Test func `an older copy that was put back shows against a later checkpoint, even when it grew since`() throws {
    let bench = Bench()
    let store = try bench.open()
    for _ in 0..<20 { try store.append([bench.event()]) }
    try store.close()
    let old = bench.path + ".old"
    try FileManager.default.copyItem(atPath: bench.path, toPath: old)
    let again = try bench.open()
    for _ in 0..<20 { try again.append([bench.event()]) }
    let kept = KeptCheckpoint(try again.checkpoint())
    try again.close()
    #expect(try bench.verify(kept).holds)

    try FileManager.default.removeItem(atPath: bench.path)
    try FileManager.default.copyItem(atPath: old, toPath: bench.path)
    #expect(try bench.verify().holds)
    let missing = try bench.verify(kept)
    #expect(missing.problems.map(\.seq) == [22] && missing.problems.map(\.through) == [kept.size])

    let grown = try bench.open()
    for _ in 0..<40 { try grown.append([bench.event()]) }
    try grown.close()
    #expect(try bench.verify().holds)
    let rewritten = try bench.verify(kept)
    #expect(rewritten.problems.first?.what.contains("rewritten") == true, "\(rewritten.problems)")
  }

  @Test func `a tail rewritten without the key is found at the next checkpoint`() throws {
    let (bench, checkpoint) = try ledger()
    try each(bench, [Int64(10), 20, 40]) { seq in
      try rewrite(bench, from: seq, key: nil)
      try problems(bench, at: seq, nil, "rewriting")
      try problems(bench, at: seq, KeptCheckpoint(checkpoint), "rewriting")
    }
  }

  @Test func `a history rewritten and signed again with the host's key shows only against a kept checkpoint`() throws {
    let (bench, checkpoint) = try ledger()
    let key = try #require(try SigningKey.load(from: bench.directory))
    try each(bench, [Int64(10), 40]) { seq in
      try rewrite(bench, from: seq, key: key)
      #expect(try bench.verify().holds, "if this fails, the documentation promises too little")
      try problems(bench, at: seq, KeptCheckpoint(checkpoint), "rewriting with the key")
    }
  }

  @Test func `checkpoints of another key are found, whoever is trusted`() throws {
    let (bench, checkpoint) = try ledger()
    let other = try #require(SigningKey(seed: Array(repeating: 7, count: 32)))
    let real = try #require(checkpoint.key)
    try each(bench, [Int64(1), 30]) { seq in
      try rewrite(bench, from: seq, key: other)
      for pin in [nil, Store.Pin.key(real), .fingerprint(real.fingerprint)] {
        let found = try bench.verify(pin: pin)
        #expect(!found.holds)
        #expect(found.problems.contains { $0.what.contains(other.publicKey.fingerprint) }, "\(found.problems)")
      }
    }
    #expect(try bench.verify(pin: .key(other.publicKey)).holds == false)
  }

  @Test func `a checkpoint of another ledger, or a forged one, is not taken for this one's`() throws {
    let (bench, checkpoint) = try ledger()
    let (_, foreign) = try ledger()
    var changed = foreign
    changed.ledger[0] ^= 1
    #expect(try bench.verify(KeptCheckpoint(changed)).holds == false)
    changed = checkpoint
    changed.signature[5] ^= 1
    let found = try bench.verify(KeptCheckpoint(changed))
    #expect(found.problems.map(\.what).contains { $0.contains("was not signed by") })
  }

  @Test func `a ledger that was emptied or begun anew shows`() throws {
    let (bench, checkpoint) = try ledger()
    try each(bench, [0]) { _ in
      try bench.tamper("DELETE FROM event")
      #expect(try bench.verify().holds == false)
    }
    try FileManager.default.removeItem(atPath: bench.path)
    try bench.open().close()
    #expect(try bench.verify().holds)
    #expect(try bench.verify(KeptCheckpoint(checkpoint)).holds == false)
  }

  // MARK: what an attacker does

  func stored(_ bench: Bench, _ column: String, _ seq: Int64) throws -> [UInt8] {
    let queue = try DatabaseQueue(path: bench.path)
    defer { try? queue.close() }
    return try queue.read {
      Array(try #require(try Data.fetchOne($0, sql: "SELECT \(column) FROM event WHERE seq = ?", arguments: [seq])))
    }
  }

  func insert(_ bench: Bench, _ event: Event, at seq: Int64, after previous: Digest) throws {
    var tip = Tip(seq: seq - 1, hash: previous)
    let queue = try DatabaseQueue(path: bench.path)
    defer { try? queue.close() }
    try queue.write { db in
      try tip.append(event, with: Insertion(db))
    }
  }

  /// Writes the chain anew from one event on, with that event changed, and signs checkpoints again where there is a key.
  func rewrite(_ bench: Bench, from first: Int64, key: SigningKey?) throws {
    let queue = try DatabaseQueue(path: bench.path)
    defer { try? queue.close() }
    try queue.write { db in
      var tip = Tip()
      for row in try Row.fetchAll(db, sql: "SELECT seq, payload FROM event ORDER BY seq") {
        let seq: Int64 = row[0]
        var event = try #require(Event(canonicalBytes: Array(row[1] as Data)))
        if seq == first, event.kind != Checkpoint.kind { event.object = "what never happened" }
        if seq >= first, let (old, _) = Checkpoint.read(event) {
          var new = Checkpoint(
            ledger: old.ledger, size: seq - 1, root: tip.frontier.root, chain: tip.hash, time: old.time, key: old.key,
            signature: old.signature)
          if let key { try new.sign(with: key) }
          event = new.event(id: event.id, host: event.host, peaks: tip.frontier.peaks)
        }
        try db.execute(sql: "DELETE FROM event WHERE seq = ?", arguments: [seq])
        try tip.append(event, with: Insertion(db))
      }
    }
  }
}
