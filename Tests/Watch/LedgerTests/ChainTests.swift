import Foundation
import GRDB
import Model
import Platform
import Testing

@testable import Ledger

@Suite struct ChainTests {
  @Test func `each event follows the one before`() throws {
    let bench = Bench()
    let store = try bench.open()
    let entries = try store.append([bench.event(), bench.event("finding.opened"), bench.event("tool.call")])
    #expect(entries.map(\.seq) == [2, 3, 4])
    let first = try #require(try store.entry(seq: 1))
    #expect(first.previous == .zero)
    var previous = first.hash
    for entry in entries {
      let event = try #require(entry.event)
      #expect(entry.leaf == Hash.leaf(event.canonicalBytes))
      #expect(entry.previous == previous)
      #expect(entry.hash == Hash.link(previous, entry.leaf))
      #expect(try store.entry(seq: entry.seq) == entry)
      #expect(try store.entry(id: event.id) == entry)
      #expect(entry.fits)
      previous = entry.hash
    }
    #expect(try store.head == Head(seq: 4, hash: previous))
    #expect(try bench.verify().holds)
  }

  @Test func `the first event is a signed checkpoint over nothing, and names ledger and key`() throws {
    let bench = Bench()
    let store = try bench.open()
    let event = try #require(try store.entry(seq: 1)?.event)
    let checkpoint = try #require(Checkpoint(event))
    #expect(checkpoint.size == 0)
    #expect(checkpoint.root == Hash.emptyTree)
    #expect(checkpoint.isSigned(by: try #require(checkpoint.key)))
    #expect(checkpoint.ledger == (try store.ledger))
    #expect(try bench.open(.readOnly).ledger == checkpoint.ledger)
  }

  @Test func `a checkpoint follows every so many events, also within one group`() throws {
    let bench = Bench()
    let store = try bench.open(every: 10)
    let entries = try store.append((0..<35).map { _ in bench.event() })
    let signed = try store.query(Query(kinds: ["ledger.checkpoint"], order: .oldestFirst))
    #expect(signed.map(\.seq) == [1, 12, 23, 34])
    #expect(entries.map(\.seq) == Array(2...39).filter { ![12, 23, 34].contains($0) })
    #expect(try bench.verify().signedThrough == 33)
  }

  @Test func `a checkpoint follows the first event after a minute, and a clock set back does not put it off`() throws {
    let bench = Bench()
    let store = try bench.open()
    bench.pass(seconds: 59)
    try store.append([bench.event()])
    #expect(try store.head.seq == 2)
    bench.pass(seconds: 1)
    try store.append([bench.event()])
    #expect(try store.head.seq == 4)
    #expect(try store.lastCheckpoint.size == 3)
    bench.pass(seconds: -3600)
    try store.append([bench.event()])
    #expect(try store.lastCheckpoint.size == 5)
  }

  @Test func `a checkpoint where nothing happened since the last one adds nothing`() throws {
    let bench = Bench()
    let store = try bench.open()
    let first = try store.checkpoint()
    #expect(first.size == 0)
    #expect(try store.head.seq == 1)
    try store.append([bench.event()])
    #expect(try store.checkpoint(onlyIfDue: true) == first)
    #expect(try store.checkpoint().size == 2)
    #expect(try store.checkpoint().size == 2)
    #expect(try store.head.seq == 3)
  }

  @Test func `the moment of writing is kept where it is over a second late`() throws {
    let bench = Bench()
    let store = try bench.open()
    let early = bench.event()
    bench.pass(seconds: 1)
    #expect(try store.append([early])[0].event?.recorded == nil)
    let late = bench.event()
    bench.pass(seconds: 2)
    #expect(try store.append([late])[0].event?.recorded == late.time.advanced(bySeconds: 2))
  }

  @Test func `two stores on one ledger keep one chain`() throws {
    let bench = Bench()
    let (one, other) = (try bench.open(every: 7), try bench.open(every: 7))
    for round in 0..<40 {
      let seq = try (round % 3 == 0 ? one : other).append([bench.event(), bench.event()])[0].seq
      #expect(seq > Int64(round) * 2)
    }
    let verification = try bench.verify()
    #expect(verification.holds, "\(verification.problems)")
    #expect(verification.events == 81 + Int64(verification.checkpoints) - 1)
    #expect(verification.checkpoints > 10)
  }

  @Test func `a group with a fault is not written at all`() throws {
    let bench = Bench()
    let store = try bench.open()
    let event = bench.event()
    try store.append([event])
    #expect(throws: StoreError.duplicate(event.id)) { try store.append([bench.event(), event]) }
    let own = bench.event("ledger.checkpoint")
    #expect(throws: StoreError.reservedKind("ledger.checkpoint")) { try store.append([bench.event(), own]) }
    let large = bench.event(data: ["text": .string(String(repeating: "x", count: Store.payloadLimit))])
    #expect(throws: StoreError.self) { try store.append([bench.event(), large]) }
    #expect(try store.head.seq == 2)
    #expect(try store.append([bench.event()])[0].seq == 3)
    #expect(try bench.verify().holds)
  }

  @Test func `a ledger goes on where it ended`() throws {
    let bench = Bench()
    for round in 0..<5 {
      let store = try bench.open(every: 4)
      try store.append((0..<3).map { _ in bench.event() })
      try store.close()
      #expect(try bench.verify().holds, "round \(round)")
    }
    #expect(try bench.verify().events == 15 + 4)
  }

  @Test func `a writer notices that its ledger was cut or changed below it`() throws {
    let bench = Bench()
    let store = try bench.open()
    let entries = try store.append((0..<5).map { _ in bench.event() })
    try bench.tamper("DELETE FROM event WHERE seq >= 5")
    #expect(throws: StoreError.self) { try store.append([bench.event()]) }
    #expect(entries.last?.seq == 6)
    #expect(try store.head.seq == 4)
  }
}

@Suite struct OpeningTests {
  @Test func `folder, files and key are closed to others`() throws {
    let bench = Bench()
    let store = try bench.open()
    try store.append([bench.event()])
    let files = SystemFiles()
    #expect(try files.status(bench.directory, followingLinks: false).mode == 0o700)
    #expect(try files.status(bench.directory + "/keys", followingLinks: false).mode == 0o700)
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "keys/ledger.ed25519"] {
      #expect(try files.status("\(bench.directory)/\(name)", followingLinks: false).mode == 0o600, "\(name)")
    }
    #expect(try files.list(bench.directory + "/keys") == ["ledger.ed25519"])
  }

  @Test func `a commit waits for the disk`() throws {
    let bench = Bench()
    let store = try bench.open()
    let writer = try #require(store.writer)
    let setting = try writer.queue.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(setting == 2)
  }

  @Test func `many that open a new ledger at once make one key and one first event`() async throws {
    let bench = Bench()
    let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let store = try Store(directory: bench.directory, environment: bench.environment())
          try store.append([bench.event()])
          return try #require(store.writer).key.publicKey.bytes
        }
      }
      return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
    }
    #expect(keys.count == 1)
    let verification = try bench.verify()
    #expect(verification.holds, "\(verification.problems)")
    #expect(verification.events == 9)
  }

  @Test func `reading where there is no ledger says so, and makes nothing`() throws {
    let bench = Bench()
    #expect(throws: StoreError.notFound(path: bench.path)) { try bench.open(.readOnly) }
    #expect(!SystemFiles().exists(bench.directory))
  }

  @Test func `a file that is no ledger is left as it is`() throws {
    let bench = Bench()
    try PrivateFiles.makeDirectory(bench.directory)
    try bench.tamper("CREATE TABLE other(a); INSERT INTO other VALUES (1)")
    let before = try SystemFiles().read(bench.path, limit: 1 << 20)
    #expect(throws: StoreError.notALedger(path: bench.path)) { try bench.open() }
    #expect(throws: StoreError.notALedger(path: bench.path)) { try bench.open(.readOnly) }
    #expect(try SystemFiles().read(bench.path, limit: 1 << 20) == before)
  }

  @Test func `a text file and an empty file are no ledgers`() throws {
    let bench = Bench()
    try PrivateFiles.makeDirectory(bench.directory)
    #expect(try PrivateFiles.createOnce(bench.path, Array(String(repeating: "not a database ", count: 100).utf8)))
    #expect(try !PrivateFiles.createOnce(bench.path, []))
    #expect(throws: StoreError.notALedger(path: bench.path)) { try bench.open() }
    #expect(throws: StoreError.notALedger(path: bench.path)) { try bench.open(.readOnly) }
  }

  @Test func `a ledger of a newer format is not touched`() throws {
    let bench = Bench()
    try bench.open().close()
    try bench.tamper("PRAGMA user_version = 2")
    #expect(throws: StoreError.newerSchema(path: bench.path, found: 2)) { try bench.open() }
    #expect(throws: StoreError.newerSchema(path: bench.path, found: 2)) { try bench.open(.readOnly) }
  }

  @Test(arguments: [
    "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event WHERE seq = 2; END", "CREATE VIEW v AS SELECT 1",
    "DROP INDEX event_severity", "CREATE TABLE extra(a)",
  ])
  func `a ledger with foreign tables, triggers or views is refused`(sql: String) throws {
    let bench = Bench()
    try bench.open().close()
    try bench.tamper(sql)
    #expect(throws: StoreError.self) { try bench.open() }
    #expect(throws: StoreError.self) { try bench.open(.readOnly) }
  }

  @Test func `without its key, or with another, a ledger can be read and not written`() throws {
    let bench = Bench()
    let store = try bench.open()
    let fingerprint = try #require(store.writer).key.publicKey.fingerprint
    try store.close()
    let key = SigningKey.path(in: bench.directory)
    let seed = try SystemFiles().read(key, limit: 64)
    try FileManager.default.removeItem(atPath: key)
    #expect(throws: StoreError.keyMissing(path: key, fingerprint: fingerprint)) { try bench.open() }
    #expect(try bench.verify().trust == .ledgerItself)

    _ = try PrivateFiles.createOnce(key, seed.map { $0 ^ 1 })
    let other = try #require(SigningKey(seed: seed.map { $0 ^ 1 })).publicKey.fingerprint
    #expect(throws: StoreError.keyMismatch(path: key, ledger: fingerprint, found: other)) { try bench.open() }
    let verification = try bench.verify()
    #expect(!verification.holds)
    #expect(verification.problems.first?.what.contains(fingerprint) == true)

    try FileManager.default.removeItem(atPath: key)
    _ = try PrivateFiles.createOnce(key, [1, 2, 3])
    #expect(throws: StoreError.keyUnreadable(path: key)) { try bench.open() }

    try FileManager.default.removeItem(atPath: key)
    _ = try PrivateFiles.createOnce(key, seed)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
    #expect(throws: StoreError.keyOpen(path: key, mode: 0o644)) { try bench.open() }
  }

  @Test func `a store that was opened to read refuses to write`() throws {
    let bench = Bench()
    try bench.open().close()
    let store = try bench.open(.readOnly)
    #expect(throws: StoreError.readOnly(path: bench.path)) { try store.append([bench.event()]) }
    #expect(throws: StoreError.readOnly(path: bench.path)) { try store.checkpoint() }
  }

  @Test func `every error is one line that says what to do`() {
    let errors: [StoreError] = [
      .notFound(path: "/s"), .diskFull(path: "/s"), .readOnly(path: "/s"), .denied(path: "/s"), .busy(path: "/s"),
      .notALedger(path: "/s"), .newerSchema(path: "/s", found: 2), .corrupt(path: "/s", seq: 3, detail: "x"),
      .keyMissing(path: "/s", fingerprint: "f"), .keyMismatch(path: "/s", ledger: "a", found: "b"),
      .keyOpen(path: "/s", mode: 0o644), .keyUnreadable(path: "/s"), .queueFull(limit: 1), .noSuchEvent("x"),
      .notCovered(seq: 1), .reservedKind("ledger.x"),
    ]
    for error in errors { #expect(!"\(error)".contains("\n") && "\(error)".contains(";"), "\(error)") }
  }
}
