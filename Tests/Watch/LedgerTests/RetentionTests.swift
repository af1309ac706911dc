import Foundation
import GRDB
import Model
import Platform
import Synchronization
import Testing

@testable import Ledger

@Suite struct RetentionTests {
  /// 30 old events, 30 new ones, checkpoints between them.
  func filled() throws -> (Bench, Store, Timestamp) {
    let bench = Bench()
    let store = try bench.open(every: 10)
    for _ in 0..<30 { try store.append([bench.event(object: "a private name")]) }
    bench.pass(seconds: 10)
    let border = Timestamp(nanoseconds: bench.clock.withLock { $0 })
    for _ in 0..<30 { try store.append([bench.event(object: "another name")]) }
    return (bench, store, border)
  }

  @Test func `payloads go, leaves stay, and the chain still holds`() throws {
    let (bench, store, border) = try filled()
    let kept = KeptCheckpoint(try store.checkpoint())
    let before = try store.query(Query(order: .oldestFirst, limit: 1000))
    let removal = try #require(try store.removePayloads(before: border))
    #expect(removal.count == 30)
    let after = try store.query(Query(order: .oldestFirst, limit: 1000))
    #expect(after.count == before.count + 2)
    for (old, new) in zip(before, after) {
      #expect(old.hash == new.hash && old.leaf == new.leaf && new.fits)
      let event = try #require(old.event)
      #expect(new.event == (event.time < border && event.kind != "ledger.checkpoint" ? nil : event))
    }
    let verification = try bench.verify(kept)
    #expect(verification.holds, "\(verification.problems)")
    #expect(verification.removed == 30)
    #expect(verification.signedThrough == after.last.map { $0.seq - 1 })
    #expect(try store.removePayloads(before: border) == nil)
    #expect(try store.append([bench.event()]).count == 1)
    #expect(try bench.verify().holds)
  }

  @Test func `nothing of a removed payload is left in the files`() throws {
    let (bench, store, border) = try filled()
    #expect(try store.query(Query(text: "a private name")).count == 30)
    #expect(try store.removePayloads(before: border) != nil)
    try store.close()
    for name in try SystemFiles().list(bench.directory) where name.hasPrefix("ledger.sqlite") {
      let bytes = try SystemFiles().read("\(bench.directory)/\(name)", limit: 1 << 24)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("a private name"), "\(name)")
      #expect(name != "ledger.sqlite" || String(decoding: bytes, as: UTF8.self).contains("another name"))
    }
  }

  @Test func `a payload that went without a signed removal is found`() throws {
    let (bench, store, border) = try filled()
    _ = try store.removePayloads(before: border)
    try store.close()
    try bench.tamper(
      "UPDATE event SET id = NULL, time = NULL, kind = NULL, severity = NULL, agent = NULL, payload = NULL WHERE seq IN (50, 51)"
    )
    let found = try bench.verify()
    #expect(found.problems == [.init(50, through: 51, "the payload is absent and no signed removal says so")])
  }

  @Test func `a removal that somebody made up is found`() throws {
    let (bench, store, border) = try filled()
    let real = try #require(try store.removePayloads(before: border))
    let forged = Removal(before: real.before, count: real.count, ranges: Ranges(40...60))
    let event = forged.event(id: bench.event().id, time: real.before, host: "x")
    try store.transaction { db, tip, _ in
      try tip.append(event, with: Insertion(db))
    }
    let head = try store.head.seq
    #expect(try bench.verify().problems == [.init(head, "a removal that the ledger's key did not sign here")])
  }

  @Test func `copies that stay behind a removed payload are found`() throws {
    let (bench, store, border) = try filled()
    _ = try store.removePayloads(before: border)
    try store.close()
    try bench.tamper("UPDATE event SET kind = 'agent.found' WHERE seq = 5")
    #expect(try bench.verify().problems.map(\.seq) == [5])
    try bench.tamper("UPDATE event SET kind = NULL, payload = x'a0' WHERE seq = 5")
    #expect(try bench.verify().problems.map(\.seq) == [5])
  }

  @Test func `runs are cut out of runs`() {
    var ranges = Ranges(1...10)
    ranges.subtract(Ranges(3...4))
    ranges.subtract(Ranges(9...20))
    #expect(ranges.list == [1...2, 5...8])
    ranges.subtract(Ranges(1...100))
    #expect(ranges.isEmpty)
    #expect(Ranges([[1, 2], [3, 3]] as Value)?.list == [1...2, 3...3])
    for bad: Value in [[[2, 1]], [[1, 2], [2, 3]], [[0, 1]], [1], "x", [[1, 2, 3]]] { #expect(Ranges(bad) == nil) }
  }
}
