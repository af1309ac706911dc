/// One agent in the inventory, with everything that says so.
public struct Agent: Sendable, Hashable {
  /// Stable across restarts and upgrades.
  public var id: String
  public var kind: String
  public var name: String
  public var version: String?
  public var host: Host
  public var status: Status
  public var firstSeen: Timestamp
  public var lastSeen: Timestamp
  public var registration: Registration?
  public var user: String?
  public var stateDirectory: String?
  public var listeners: [Listener]
  public var evidence: [Evidence]
  public var risk: Risk

  /// From "acting" to "gone", in the order of how much it matters.
  public enum Status: String, Sendable, Hashable, CaseIterable, Codable {
    case running
    /// Enabled unit or restart policy, not running now.
    case enabled
    case announced
    case installed
    /// State without a program.
    case remains
    /// Not seen in the last look that could have seen it.
    case lost

    public var rank: Int {
      switch self {
      case .running: 5
      case .enabled: 4
      case .announced: 3
      case .installed: 2
      case .remains: 1
      case .lost: 0
      }
    }
  }

  public struct Registration: Sendable, Hashable {
    public var owner: String
    public var approvedBy: String?
    public var until: Timestamp?
    public var time: Timestamp
    public init(owner: String, approvedBy: String? = nil, until: Timestamp? = nil, time: Timestamp) {
      self.owner = owner
      self.approvedBy = approvedBy
      self.until = until
      self.time = time
    }
  }

  /// One observation, kept. The latest of each source and detail wins.
  public struct Evidence: Sendable, Hashable {
    public var source: Observation.Source
    public var observed: Timestamp
    public var detail: String
    public var confidence: Confidence
    public var proof: String?
    public var reasons: [String]
    public var data: Value.Members
    public init(
      source: Observation.Source, observed: Timestamp, detail: String, confidence: Confidence, proof: String? = nil,
      reasons: [String] = [], data: Value.Members = [:]
    ) {
      self.source = source
      self.observed = observed
      self.detail = detail
      self.confidence = confidence
      self.proof = proof
      self.reasons = reasons
      self.data = data
    }

    public var value: Value {
      var members: Value.Members = [
        "source": .string(source.rawValue), "observed": .string(observed.rfc3339()), "detail": .string(detail),
        "confidence": .string(confidence.rawValue),
      ]
      members["proof"] = proof.map(Value.string)
      if !reasons.isEmpty { members["reasons"] = .strings(reasons) }
      if !data.isEmpty { members["data"] = .object(data) }
      return .object(members)
    }
  }

  public struct Risk: Sendable, Hashable {
    /// Nil where nothing has been assessed.
    public var level: Severity?
    /// 0 (nothing found) to 100.
    public var score: Int
    public var reasons: [String]
    public init(level: Severity? = nil, score: Int = 0, reasons: [String] = []) {
      self.level = level
      self.score = score
      self.reasons = reasons
    }
    public var value: Value {
      ["level": .optional(level?.rawValue), "score": .int(Int64(score)), "reasons": .strings(reasons)]
    }
  }

  public init(
    id: String, kind: String, name: String, version: String? = nil, host: Host, status: Status, firstSeen: Timestamp,
    lastSeen: Timestamp, registration: Registration? = nil, user: String? = nil, stateDirectory: String? = nil,
    listeners: [Listener] = [], evidence: [Evidence] = [], risk: Risk = Risk()
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.version = version
    self.host = host
    self.status = status
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.registration = registration
    self.user = user
    self.stateDirectory = stateDirectory
    self.listeners = listeners
    self.evidence = evidence
    self.risk = risk
  }

  /// The widest scope of its listeners; nil where it listens nowhere that was seen.
  public var scope: Scope? { listeners.map(\.scope).max() }

  /// Services that the agent's host was seen to use, as the latest evidence lists them; each once.
  private func services(_ member: String) -> Value {
    var seen: Set<String> = []
    let all = evidence.sorted { $0.observed > $1.observed }.flatMap { $0.data[member]?.array ?? [] }
    return .array(all.filter { seen.insert("\($0["name"]?.string ?? "") \($0["domain"]?.string ?? "")").inserted })
  }

  /// The JSON shape of the command line contract.
  public var value: Value {
    var members: Value.Members = ["id": .string(id), "kind": .string(kind), "name": .string(name)]
    members["version"] = version.map(Value.string)
    members["host"] = host.value
    members["status"] = .string(status.rawValue)
    members["first_seen"] = .string(firstSeen.rfc3339())
    members["last_seen"] = .string(lastSeen.rfc3339())
    members["registered"] = .bool(registration != nil)
    members["owner"] = registration.map { .string($0.owner) }
    members["approved_by"] = registration?.approvedBy.map(Value.string)
    members["until"] = registration?.until.map { .string($0.rfc3339()) }
    members["user"] = user.map(Value.string)
    members["state_directory"] = stateDirectory.map(Value.string)
    members["listeners"] = .array(listeners.map(\.value))
    members["providers"] = services("providers")
    members["integrations"] = services("integrations")
    members["evidence"] = .array(evidence.map(\.value))
    members["risk"] = risk.value
    return .object(members)
  }
}
