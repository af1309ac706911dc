public import Model

/// Everything that the pages show at one moment.
public struct Snapshot: Sendable {
  /// The host on which Trammel runs.
  public var host: Host
  public var taken: Timestamp
  public var agents: [Agent]
  public var findings: [Finding]
  /// What each sensor looked at, and what it could not see.
  public var sources: [SourceStatus]
  /// Everything is made up, and each page says so.
  public var demo: Bool
  public var version: String
  /// When the ledger was last proved whole; nil where nobody has.
  public var ledgerVerified: Timestamp?
  /// Why nothing is recorded at the moment; nil while all is well.
  public var notRecording: String?
  /// Since when Trammel has been looking.
  public var since: Timestamp

  public init(
    host: Host, taken: Timestamp, agents: [Agent] = [], findings: [Finding] = [], sources: [SourceStatus] = [],
    demo: Bool = false, version: String = Model.version, ledgerVerified: Timestamp? = nil,
    notRecording: String? = nil, since: Timestamp? = nil
  ) {
    self.host = host
    self.taken = taken
    self.agents = agents
    self.findings = findings
    self.sources = sources
    self.demo = demo
    self.version = version
    self.ledgerVerified = ledgerVerified
    self.notRecording = notRecording
    self.since = since ?? taken
  }
}

/// Which events to show. Each filter that is nil lets everything through; those that are given must all hold.
public struct EventQuery: Sendable, Hashable {
  /// Beginning of the kind: `finding.` or `agent.found`.
  public var kind: String?
  /// Inventory id.
  public var agent: String?
  public var severity: Severity?
  /// Occurs somewhere in the event's text, whatever the case of its letters.
  public var text: String?
  /// Exclusive bounds on `seq`.
  public var before: UInt64?
  public var after: UInt64?
  public var since: Timestamp?
  public var limit: Int

  public init(
    kind: String? = nil, agent: String? = nil, severity: Severity? = nil, text: String? = nil, before: UInt64? = nil,
    after: UInt64? = nil, since: Timestamp? = nil, limit: Int = 200
  ) {
    self.kind = kind
    self.agent = agent
    self.severity = severity
    self.text = text
    self.before = before
    self.after = after
    self.since = since
    self.limit = limit
  }
}

/// One event with its place in the ledger.
public struct EventRow: Sendable, Hashable {
  public var seq: UInt64
  public var event: Event
  public var id: EventID { event.id }
  public init(seq: UInt64, event: Event) {
    self.seq = seq
    self.event = event
  }
}

/// What the console needs of the rest of the house. It never writes but for who owns an agent.
public protocol Reading: Sendable {
  func snapshot() async -> Snapshot
  /// Newest first, at most `limit`.
  func events(_ query: EventQuery) async throws -> [EventRow]
  /// A number that grows whenever something changed. Each caller gets a stream of its own, which keeps the newest only.
  func changes() -> AsyncStream<UInt64>
  func register(agent id: String, owner: String) async throws
  func unregister(agent id: String) async throws
}
