public import Console
public import Model
import Synchronization

/// A made-up office for the console's tests: rich, and hostile where the world is.
public final class SampleReading: Reading {
  private struct State {
    var agents: [Agent]
    var findings: [Finding]
    var sources: [SourceStatus]
    var rows: [EventRow]
    var version: UInt64 = 0
    var listeners: [Int: AsyncStream<UInt64>.Continuation] = [:]
    var nextListener = 0
    var failure: Failure?
  }

  /// What the ledger answers when it cannot be read.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
  }

  private let state: Mutex<State>
  private let clock: @Sendable () -> Timestamp
  private let began: Timestamp
  private let demo: Bool

  public init(empty: Bool = false, demo: Bool = true, clock: @escaping @Sendable () -> Timestamp) {
    self.clock = clock
    self.demo = demo
    let now = clock()
    began = now.advanced(bySeconds: -240)
    let office = SampleOffice(now: now)
    state = Mutex(
      State(
        agents: empty ? [] : office.agents, findings: empty ? [] : office.findings,
        sources: empty ? office.firstLook : office.sources, rows: empty ? [] : office.rows))
  }

  public func snapshot() async -> Snapshot {
    let now = clock()
    return state.withLock { state in
      Snapshot(
        host: SampleOffice.wren, taken: now.advanced(bySeconds: -12), agents: state.agents, findings: state.findings,
        sources: state.sources, demo: demo, ledgerVerified: now.advanced(bySeconds: -41), since: began)
    }
  }

  public func events(_ query: EventQuery) async throws -> [EventRow] {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return Array(
        state.rows.lazy.filter { row in
          let event = row.event
          if let kind = query.kind, !event.kind.hasPrefix(kind) { return false }
          if let agent = query.agent, event.agent != agent { return false }
          if let severity = query.severity, event.severity < severity { return false }
          if let before = query.before, row.seq >= before { return false }
          if let after = query.after, row.seq <= after { return false }
          if let since = query.since, event.time < since { return false }
          if let text = query.text?.lowercased(), !event.value.json().lowercased().contains(text) { return false }
          return true
        }.prefix(query.limit))
    }
  }

  public func changes() -> AsyncStream<UInt64> {
    let (stream, continuation) = AsyncStream<UInt64>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { state in state.listeners[id] = nil }
    }
    return stream
  }

  /// How many wait for changes.
  public var listening: Int { state.withLock { $0.listeners.count } }

  public func register(agent id: String, owner: String) async throws {
    try change(id, kind: "agent.registered") { agent, now in
      agent.registration = Agent.Registration(owner: owner, time: now)
    }
  }

  public func unregister(agent id: String) async throws {
    try change(id, kind: "agent.changed") { agent, _ in agent.registration = nil }
  }

  private func change(_ id: String, kind: String, _ act: (inout Agent, Timestamp) -> Void) throws {
    let now = clock()
    let found = state.withLock { state in
      guard let index = state.agents.firstIndex(where: { $0.id == id }) else { return false }
      act(&state.agents[index], now)
      return true
    }
    guard found else { throw Failure("no agent \(id)") }
    record(kind, agent: id)
  }

  /// From now on the ledger fails; nil ends it.
  public func fail(_ failure: Failure?) { state.withLock { $0.failure = failure } }

  /// A check of the first agent fails: a finding and its event.
  public func openFinding(
    rule: String = "exec.unasked", title: String = "Runs any command unasked", agent: String = SampleOffice.studio
  ) {
    state.withLock { state in
      state.findings.removeAll { $0.rule == rule && $0.agent == agent }
      state.findings.append(
        Finding(
          rule: rule, title: title, severity: .high, outcome: .fail, agent: agent,
          location: .init(file: "/Users/mira/.openclaw/openclaw.json", line: 31, key: "tools.exec.mode"),
          evidence: "`tools.exec.mode` is `full`.",
          why: "Whatever talks the model into a command has run it. Mail, web pages and skills all talk to the model.",
          fix: .init(
            "Ask about everything that is not known to be safe.", command: "openclaw config set tools.exec.mode ask")))
    }
    record("finding.opened", severity: .high, agent: agent, rule: rule, data: ["title": .string(title)])
  }

  public func record(
    _ kind: String, severity: Severity = .info, agent: String? = nil, object: String? = nil, rule: String? = nil,
    data: Value.Members = [:]
  ) {
    let now = clock()
    let (listeners, version) = state.withLock { state in
      let seq = (state.rows.first?.seq ?? 0) + 1
      var event = Event(
        id: EventID(time: now, random: [UInt8(truncatingIfNeeded: seq)]), time: now, kind: kind, severity: severity,
        host: SampleOffice.wren.id, agent: agent, object: object, data: data)
      event.rule = rule
      state.rows.insert(EventRow(seq: seq, event: event), at: 0)
      state.version += 1
      return (Array(state.listeners.values), state.version)
    }
    for listener in listeners { listener.yield(version) }
  }
}
