public import Knowledge
public import Model

/// What one host does with models and with the services that agents use, what that says, and why.
public struct HostActivity: Sendable, Hashable {
  /// All known to be the same host's, the lowest first.
  public var addresses: [Address]
  public var firstSeen: Timestamp
  public var lastSeen: Timestamp
  /// Model services, the one with most bytes up first.
  public var providers: [Service]
  /// What else of the catalogue it uses: channels, code hosts, platforms, tunnels, hubs of models.
  public var integrations: [Service]
  /// Those that decided first; of equal weight by name.
  public var signs: [Sign]
  public var concerns: [Concern]
  public var verdict: Verdict
  /// That a program and not a person speaks to the model, 0 to 1.
  public var programProbability: Double
  /// That an agent acts here, 0 to 1. A judgement from few recordings, not a frequency.
  public var agentProbability: Double
  /// How surely the verdict holds.
  public var confidence: Confidence
  /// The verdict in one sentence, with what the wire cannot tell.
  public var statement: String
  /// Kinds of agents that fit, where the verdict names none.
  public var candidates: [String]

  public enum Verdict: Sendable, Hashable {
    /// With its kind where something names it.
    case agent(String?)
    case likelyAgent(String?)
    /// A program speaks to a model: a script or an agent, which the wire cannot tell.
    case modelTraffic
    /// A person at a browser.
    case person
    case nothing

    public var name: String {
      switch self {
      case .agent: "agent"
      case .likelyAgent: "likely-agent"
      case .modelTraffic: "model-traffic"
      case .person: "person"
      case .nothing: "nothing"
      }
    }
    /// Kind of the agent, where it is one and something names it.
    public var kind: String? {
      switch self {
      case .agent(let kind), .likelyAgent(let kind): kind
      case .modelTraffic, .person, .nothing: nil
      }
    }
    public var isAgent: Bool {
      switch self {
      case .agent, .likelyAgent: true
      case .modelTraffic, .person, .nothing: false
      }
    }
  }

  /// One service that the host used.
  public struct Service: Sendable, Hashable {
    /// Whose it is: `Anthropic`.
    public var name: String
    /// The name asked for; of several the first in the alphabet.
    public var domain: String
    public var category: Endpoints.Category
    /// Family of models, where the name tells it.
    public var family: String?
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var connections: Int
    /// Questions to a resolver.
    public var queries: Int
    public var bytesUp: UInt64
    public var bytesDown: UInt64

    /// The shape of the command line contract.
    public var value: Value {
      var members: Value.Members = [
        "name": .string(name), "domain": .string(domain), "category": .string(category.rawValue),
        "first_seen": .string(firstSeen.rfc3339()), "last_seen": .string(lastSeen.rfc3339()),
        "connections": .int(Int64(clamping: connections)), "queries": .int(Int64(clamping: queries)),
        "bytes_up": .int(Int64(clamping: bytesUp)), "bytes_down": .int(Int64(clamping: bytesDown)),
      ]
      members["family"] = family.map(Value.string)
      return .object(members)
    }
  }

  public var value: Value {
    var members: Value.Members = [
      "addresses": .strings(addresses.map(\.description)), "verdict": .string(verdict.name),
    ]
    members["kind"] = verdict.kind.map(Value.string)
    members["statement"] = .string(statement)
    members["confidence"] = .string(confidence.rawValue)
    members["probability"] = .double(agentProbability)
    members["program_probability"] = .double(programProbability)
    if !candidates.isEmpty { members["candidates"] = .strings(candidates) }
    members["first_seen"] = .string(firstSeen.rfc3339())
    members["last_seen"] = .string(lastSeen.rfc3339())
    members["providers"] = .array(providers.map(\.value))
    members["integrations"] = .array(integrations.map(\.value))
    members["signs"] = .array(signs.map(\.value))
    members["concerns"] = .array(concerns.map(\.value))
    return .object(members)
  }
}
