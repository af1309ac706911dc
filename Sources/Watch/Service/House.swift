public import Console
import Inventory
import Ledger
public import Model
import Platform

/// What the console reads: the inventory and the ledger of one state directory.
public struct House: Reading {
  let keeper: Keeper
  let bulletin: Bulletin
  let demo: Bool
  let since: Timestamp

  public init(keeper: Keeper, bulletin: Bulletin, demo: Bool, since: Timestamp) {
    self.keeper = keeper
    self.bulletin = bulletin
    self.demo = demo
    self.since = since
  }

  public func snapshot() async -> Snapshot {
    let now = Machine.now
    do throws(Keeper.Problem) {
      let stored = try keeper.stored()
      return Snapshot(
        host: keeper.host, taken: stored.taken ?? now, agents: stored.catalogue.agents, findings: stored.findings,
        sources: stored.sources, demo: demo, notRecording: bulletin.failure, since: since)
    } catch {
      return Snapshot(host: keeper.host, taken: now, demo: demo, notRecording: error.description, since: since)
    }
  }

  public func events(_ query: EventQuery) async throws -> [EventRow] {
    let entries = try keeper.ledger.query(
      Query(
        kinds: query.kind.map { [$0] } ?? [], agent: query.agent, severity: query.severity, since: query.since,
        text: query.text, order: .newestFirst, limit: query.limit, after: query.after.map { Int64(clamping: $0) },
        before: query.before.map { Int64(clamping: $0) }))
    return entries.compactMap { entry in
      entry.event.map { EventRow(seq: UInt64(max(0, entry.seq)), event: $0) }
    }
  }

  public func changes() -> AsyncStream<UInt64> { bulletin.changes() }

  public func register(agent id: String, owner: String) async throws {
    let now = Machine.now
    _ = try keeper.change(.register(id, Agent.Registration(owner: owner, time: now)), now: now)
    bulletin.post(failure: bulletin.failure)
  }

  public func unregister(agent id: String) async throws {
    _ = try keeper.change(.unregister(id), now: Machine.now)
    bulletin.post(failure: bulletin.failure)
  }
}
