/// What a sensor saw: one thing, once, with its source, time and confidence. It merges and judges nothing.
public struct Observation: Sendable, Hashable {
  public var source: Source
  public var time: Timestamp
  /// How surely this alone says what it says.
  public var confidence: Confidence
  /// Product, as named in the fingerprint table (`openclaw`, `claude-code`); nil where no fingerprint names it.
  public var kind: String?
  public var host: Host
  /// What makes two observations speak of one agent.
  public var keys: [Key]
  /// What was seen, in one line, for a person: `pid 812 openclaw-gateway, user ada, since 09:14`.
  public var detail: String
  /// A command that repeats the observation, where one exists.
  public var proof: String?
  public var facts: Facts

  public enum Source: String, Sendable, Hashable, CaseIterable, Codable {
    case process, listener, installation, unit, container, tunnel, mdns
    /// Packets, from a capture or an interface.
    case wire
    /// Flow exports.
    case flows
    /// Logs of resolvers, proxies and other sensors.
    case log
    /// A request that was answered from outside.
    case probe
    /// What another tool saw on another host.
    case imported
    case demo
  }

  /// An identity key. Two observations with an equal key are about the same agent.
  public enum Key: Sendable, Hashable {
    /// The agent's state directory on a host, by its real path.
    case stateDirectory(host: String, path: String)
    /// A process by its start time in clock ticks, so that a reused pid is another process.
    case process(host: String, pid: Int32, start: UInt64)
    case container(host: String, id: String)
    case unit(host: String, path: String)
    case endpoint(host: String, address: Address, port: UInt16)
    /// What a host does on the wire: whichever agent of that kind runs there is meant.
    case traffic(host: String, kind: String?)

    public var description: String {
      switch self {
      case .stateDirectory(let host, let path): "dir:\(host):\(path)"
      case .process(let host, let pid, let start): "pid:\(host):\(pid):\(start)"
      case .container(let host, let id): "ctr:\(host):\(id)"
      case .unit(let host, let path): "unit:\(host):\(path)"
      case .endpoint(let host, let address, let port): "tcp:\(host):\(address):\(port)"
      case .traffic(let host, let kind): "wire:\(host):\(kind ?? "")"
      }
    }
  }

  /// What the observation says of the agent. Everything is optional: absent means not seen, never no.
  public struct Facts: Sendable, Hashable {
    public var status: Agent.Status?
    /// What the agent calls itself, as it came from outside: show it escaped.
    public var name: String?
    public var version: String?
    public var user: String?
    public var pid: Int32?
    public var executable: String?
    public var stateDirectory: String?
    public var listeners: [Listener] = []
    /// Why the sensor thinks what it thinks: fingerprint rows that matched, in words.
    public var reasons: [String] = []
    /// The rest, flat: mDNS TXT records, container settings, tunnel target.
    public var data: Value.Members = [:]

    public init() {}
  }

  public init(
    source: Source, time: Timestamp, confidence: Confidence, kind: String?, host: Host, keys: [Key], detail: String,
    proof: String? = nil, facts: Facts = Facts()
  ) {
    self.source = source
    self.time = time
    self.confidence = confidence
    self.kind = kind
    self.host = host
    self.keys = keys
    self.detail = detail
    self.proof = proof
    self.facts = facts
  }
}

/// What one sensor looked at in one round, and what it could not see.
public struct SourceStatus: Sendable, Hashable {
  public var source: Observation.Source
  /// One line: `412 processes, 37 listening sockets`.
  public var looked: String
  /// What was out of reach, each with how to let Trammel see it.
  public var blind: [Blind]
  /// Input that was skipped: name and count.
  public var skipped: [String: Int]

  public struct Blind: Sendable, Hashable {
    public var what: String
    public var remedy: String
    public init(_ what: String, remedy: String) {
      self.what = what
      self.remedy = remedy
    }
  }

  public init(_ source: Observation.Source, looked: String, blind: [Blind] = [], skipped: [String: Int] = [:]) {
    self.source = source
    self.looked = looked
    self.blind = blind
    self.skipped = skipped
  }

  public var value: Value {
    var counts: Value.Members = [:]
    for (name, count) in skipped.sorted(by: { $0.key < $1.key }) { counts[name] = .int(Int64(count)) }
    return [
      "source": .string(source.rawValue), "looked": .string(looked),
      "blind": .array(blind.map { ["what": .string($0.what), "remedy": .string($0.remedy)] }),
      "skipped": .object(counts),
    ]
  }
}

/// One round of looking.
public struct Sweep: Sendable {
  public var observations: [Observation]
  public var status: [SourceStatus]
  public init(observations: [Observation] = [], status: [SourceStatus] = []) {
    self.observations = observations
    self.status = status
  }
}

/// Looks at one corner of the world when asked. It never changes what it looks at.
public protocol Sensor: Sendable {
  func look(now: Timestamp) async -> Sweep
}
