public import Model

/// What was found at one time, kept under a name, to compare with.
public struct Snapshot: Sendable, Hashable {
  public var name: String
  public var time: Timestamp
  public var host: String
  public var agents: [Subject]
  public var findings: [Finding]

  /// What of an agent is compared.
  public struct Subject: Sendable, Hashable {
    public var id: String
    public var kind: String
    public var version: String?
    public var stateDirectory: String?
    public var listeners: [String]
    public init(_ agent: Agent) {
      id = agent.id
      kind = agent.kind
      version = agent.version
      stateDirectory = agent.stateDirectory
      listeners = agent.listeners.map(\.endpoint).sorted()
    }
    init?(value: Value) {
      guard let id = value["id"]?.string, let kind = value["kind"]?.string else { return nil }
      self.id = id
      self.kind = kind
      version = value["version"]?.string
      stateDirectory = value["state_directory"]?.string
      listeners = (value["listeners"]?.array ?? []).compactMap(\.string)
    }
    public var value: Value {
      [
        "id": .string(id), "kind": .string(kind), "version": .optional(version),
        "state_directory": .optional(stateDirectory), "listeners": .strings(listeners),
      ]
    }
  }

  public init(name: String, time: Timestamp, host: String, agents: [Agent], findings: [Finding]) {
    self.name = name
    self.time = time
    self.host = host
    self.agents = agents.map(Subject.init)
    self.findings = findings
  }

  /// The stored form: deterministic CBOR.
  public var storedBytes: [UInt8] {
    let value: Value = [
      "format": 1, "name": .string(name), "time": .int(time.nanoseconds), "host": .string(host),
      "agents": .array(agents.map(\.value)), "findings": .array(findings.map(\.value)),
    ]
    return value.canonicalBytes
  }

  /// Nil where the bytes are no snapshot of a format that this program knows.
  public init?(storedBytes: [UInt8]) {
    guard let value = try? Value(canonicalBytes: storedBytes), value["format"]?.int == 1,
      let name = value["name"]?.string, let time = value["time"]?.int, let host = value["host"]?.string
    else { return nil }
    self.name = name
    self.time = Timestamp(nanoseconds: time)
    self.host = host
    // All or nothing: what was left out would look like progress.
    guard let subjects = value["agents"]?.array, let answers = value["findings"]?.array else { return nil }
    agents = subjects.compactMap(Subject.init(value:))
    findings = answers.compactMap(Finding.init(value:))
    guard agents.count == subjects.count, findings.count == answers.count else { return nil }
  }
}

/// What changed between two snapshots.
public struct Drift: Sendable, Hashable {
  public var appeared: [Snapshot.Subject] = []
  public var gone: [Snapshot.Subject] = []
  /// Version, sockets: of each agent that is in both, in words.
  public var changed: [Change] = []
  public var opened: [Finding] = []
  public var closed: [Finding] = []
  /// The same finding, with another severity.
  public var worsened: [Finding] = []
  public var eased: [Finding] = []
  /// What failed before and can no longer be measured: no progress, and said as such.
  public var lostSight: [Finding] = []

  public struct Change: Sendable, Hashable {
    public var agent: String
    public var what: String
    public var before: String
    public var after: String
  }

  public init(from before: Snapshot, to after: Snapshot) {
    let old = Dictionary(before.agents.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    let new = Dictionary(after.agents.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    appeared = after.agents.filter { old[$0.id] == nil }
    gone = before.agents.filter { new[$0.id] == nil }
    for agent in after.agents {
      guard let earlier = old[agent.id] else { continue }
      if earlier.version != agent.version {
        changed.append(
          Change(
            agent: agent.id, what: "version", before: earlier.version ?? "unknown", after: agent.version ?? "unknown"))
      }
      if earlier.listeners != agent.listeners {
        changed.append(
          Change(
            agent: agent.id, what: "listeners", before: earlier.listeners.joined(separator: ", "),
            after: agent.listeners.joined(separator: ", ")))
      }
    }
    let failedBefore = Self.failed(before)
    let failedAfter = Self.failed(after)
    // A rule may stop measuring without its place: then it is looked for by rule and agent.
    let unmeasured = Set(
      after.findings.filter { $0.outcome.isNotMeasured }.map { "\($0.rule)\u{1F}\($0.agent ?? "")" })
    for finding in after.findings where finding.outcome == .fail {
      guard let earlier = failedBefore[finding.identity] else {
        opened.append(finding)
        continue
      }
      if finding.severity > earlier.severity { worsened.append(finding) }
      if finding.severity < earlier.severity { eased.append(finding) }
    }
    for finding in before.findings where finding.outcome == .fail && failedAfter[finding.identity] == nil {
      if unmeasured.contains("\(finding.rule)\u{1F}\(finding.agent ?? "")") {
        lostSight.append(finding)
      } else {
        closed.append(finding)
      }
    }
  }

  private static func failed(_ snapshot: Snapshot) -> [String: Finding] {
    Dictionary(
      snapshot.findings.filter { $0.outcome == .fail }.map { ($0.identity, $0) }, uniquingKeysWith: { a, _ in a })
  }

  public var isEmpty: Bool {
    appeared.isEmpty && gone.isEmpty && changed.isEmpty && opened.isEmpty && closed.isEmpty && worsened.isEmpty
      && eased.isEmpty && lostSight.isEmpty
  }

  public var value: Value {
    [
      "appeared": .array(appeared.map(\.value)), "gone": .array(gone.map(\.value)),
      "changed": .array(
        changed.map { change in
          [
            "agent": .string(change.agent), "what": .string(change.what), "before": .string(change.before),
            "after": .string(change.after),
          ]
        }), "opened": .array(opened.map(\.value)), "closed": .array(closed.map(\.value)),
      "worsened": .array(worsened.map(\.value)), "eased": .array(eased.map(\.value)),
      "lost_sight": .array(lostSight.map(\.value)),
    ]
  }
}
