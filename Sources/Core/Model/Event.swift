/// Anything that Trammel saw, decided or did, written once. The fields are those of docs/specs/events.md.
public struct Event: Sendable, Hashable {
  public var id: EventID
  public var time: Timestamp
  /// When it was written, where that is over a second after `time`.
  public var recorded: Timestamp?
  /// Dotted name, such as `agent.found`.
  public var kind: String
  public var severity: Severity
  /// Id of the host that recorded it.
  public var host: String
  /// Inventory id, where known.
  public var agent: String?
  /// W3C trace ids: the task of an agent that caused it, as lower-case hex.
  public var task: String?
  public var span: String?
  public var parent: String?
  public var actor: String?
  public var object: String?
  public var verdict: String?
  public var rule: String?
  public var reason: String?
  public var data: Value.Members

  public init(
    id: EventID, time: Timestamp, kind: String, severity: Severity = .info, host: String, agent: String? = nil,
    actor: String? = nil, object: String? = nil, verdict: String? = nil, rule: String? = nil, reason: String? = nil,
    data: Value.Members = [:]
  ) {
    self.id = id
    self.time = time
    self.kind = kind
    self.severity = severity
    self.host = host
    self.agent = agent
    self.actor = actor
    self.object = object
    self.verdict = verdict
    self.rule = rule
    self.reason = reason
    self.data = data
  }

  private static let texts: [(String, any WritableKeyPath<Event, String?> & Sendable)] = [
    ("agent", \.agent), ("task", \.task), ("span", \.span), ("parent", \.parent), ("actor", \.actor),
    ("object", \.object), ("verdict", \.verdict), ("rule", \.rule), ("reason", \.reason),
  ]

  /// Reads the stored form; nil where a field is missing or of another type.
  public init?(canonicalBytes bytes: [UInt8]) {
    guard let value = try? Value(canonicalBytes: bytes), let members = value.members,
      let id = members["id"]?.bytes.flatMap(EventID.init(bytes:)), let time = members["time"]?.int,
      let kind = members["kind"]?.string, let severity = members["severity"]?.string.flatMap(Severity.init(rawValue:)),
      let host = members["host"]?.string
    else { return nil }
    self.init(id: id, time: Timestamp(nanoseconds: time), kind: kind, severity: severity, host: host)
    recorded = members["recorded"]?.int.map(Timestamp.init(nanoseconds:))
    for (name, path) in Self.texts { self[keyPath: path] = members[name]?.string }
    data = members["data"]?.members ?? [:]
  }

  /// The JSON shape of the command line contract, without the place in the chain.
  public var value: Value {
    var members: Value.Members = [
      "id": .string(id.description), "time": .string(time.rfc3339(digits: 9)), "kind": .string(kind),
      "severity": .string(severity.rawValue), "host": .string(host),
    ]
    if let recorded { members["recorded"] = .string(recorded.rfc3339(digits: 9)) }
    for (name, path) in Self.texts { members[name] = self[keyPath: path].map(Value.string) }
    members["data"] = data.isEmpty ? nil : .object(data)
    return .object(members)
  }
}

/// Where events go. The ledger is the one that keeps them.
public protocol EventSink: Sendable {
  /// Returns once the events are durable, in the order given.
  func record(_ events: [Event]) async throws
}
