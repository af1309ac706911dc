/// One rule's answer about one agent.
public struct Finding: Sendable, Hashable {
  /// Dotted id of ours, such as `gateway.bind-exposed`.
  public var rule: String
  public var title: String
  public var severity: Severity
  public var outcome: Outcome
  /// Inventory id.
  public var agent: String?
  public var location: Location
  /// What was measured, in one line, without any secret value.
  public var evidence: String
  /// What happens if nobody acts.
  public var why: String
  public var fix: Fix
  public var references: [String]
  /// Row of the requirements, such as `H8`.
  public var requirement: String?
  /// The lowest deployment tier (1 to 3) that must pass it.
  public var tier: Int?
  /// The agent's own check that asks the same.
  public var openclawCheckID: String?

  /// There are three answers to every check.
  public enum Outcome: Sendable, Hashable {
    case pass
    case fail
    /// With the reason.
    case notMeasured(String)

    public var name: String {
      switch self {
      case .pass: "pass"
      case .fail: "fail"
      case .notMeasured: "not-measured"
      }
    }
  }

  public struct Location: Sendable, Hashable {
    public var file: String?
    /// From 1.
    public var line: Int?
    /// Dotted path in a configuration: `gateway.auth.token`.
    public var key: String?
    public var address: String?
    public init(file: String? = nil, line: Int? = nil, key: String? = nil, address: String? = nil) {
      self.file = file
      self.line = line
      self.key = key
      self.address = address
    }
  }

  public struct Fix: Sendable, Hashable {
    public var text: String
    /// Shell, ready to paste.
    public var command: String?
    /// Safe to do without asking: changes no behaviour that the owner relies on, and can be undone.
    public var automatic: Bool
    /// The change itself, where it can be spelled out; `audit --fix` makes those that are `automatic`.
    public var edit: Edit?
    public init(_ text: String, command: String? = nil, automatic: Bool = false, edit: Edit? = nil) {
      self.text = text
      self.command = command
      self.automatic = automatic
      self.edit = edit
    }
  }

  /// One change of one file.
  public enum Edit: Sendable, Hashable {
    /// Permission bits of a file or folder.
    case mode(path: String, UInt16)
    /// A setting in a JSON, JSON5 or JSONC file, by the names that lead to it; objects on the way are made.
    case set(file: String, key: [String], Value)
    case remove(file: String, key: [String])
  }

  public init(
    rule: String, title: String, severity: Severity, outcome: Outcome, agent: String? = nil,
    location: Location = Location(), evidence: String, why: String, fix: Fix, references: [String] = [],
    requirement: String? = nil, tier: Int? = nil, openclawCheckID: String? = nil
  ) {
    self.rule = rule
    self.title = title
    self.severity = severity
    self.outcome = outcome
    self.agent = agent
    self.location = location
    self.evidence = evidence
    self.why = why
    self.fix = fix
    self.references = references
    self.requirement = requirement
    self.tier = tier
    self.openclawCheckID = openclawCheckID
  }

  /// The JSON shape of the command line contract, with the outcome.
  public var value: Value {
    var members: Value.Members = [
      "rule": .string(rule), "title": .string(title), "severity": .string(severity.rawValue),
      "outcome": .string(outcome.name),
    ]
    if case .notMeasured(let reason) = outcome { members["not_measured"] = .string(reason) }
    members["agent"] = agent.map(Value.string)
    var place: Value.Members = [:]
    place["file"] = location.file.map(Value.string)
    place["line"] = location.line.map { .int(Int64($0)) }
    place["key"] = location.key.map(Value.string)
    place["address"] = location.address.map(Value.string)
    members["location"] = .object(place)
    members["evidence"] = .string(evidence)
    members["why"] = .string(why)
    var repair: Value.Members = ["text": .string(fix.text)]
    repair["command"] = fix.command.map(Value.string)
    repair["automatic"] = .bool(fix.automatic)
    members["fix"] = .object(repair)
    members["references"] = .strings(references)
    members["requirement"] = requirement.map(Value.string)
    members["tier"] = tier.map { .int(Int64($0)) }
    members["openclaw_check_id"] = openclawCheckID.map(Value.string)
    return .object(members)
  }
}
