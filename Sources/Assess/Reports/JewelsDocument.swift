public import Exposure
public import Model

/// The JSON document `trammel.jewels/1` of the command line contract: credentials within reach, without their values.
public struct JewelsDocument: Sendable {
  public static let schema = "trammel.jewels/1"

  public var target: String
  public var home: String
  /// Nil where the home's own account is judged.
  public var agent: String?
  public var look: Look
  public var reach: Reach
  public var radius: BlastRadius
  public var whatIf: [WhatIf]

  public init(
    target: String, home: String, agent: String?, look: Look, reach: Reach, radius: BlastRadius, whatIf: [WhatIf]
  ) {
    self.target = target
    self.home = home
    self.agent = agent
    self.look = look
    self.reach = reach
    self.radius = radius
    self.whatIf = whatIf
  }

  /// Severity in words of 0 to 5.
  public static func severity(_ number: Int) -> Severity {
    switch number {
    case 5...: .critical
    case 4: .high
    case 3: .medium
    case 2: .low
    default: .info
    }
  }

  /// The worst sentence; nil where there is none.
  public var worst: Severity? { radius.sentences.map { Self.severity($0.severity) }.max() }

  /// How many credentials there are of which weight: one for a value, in however many places it lies.
  public struct Tally: Sendable, Hashable {
    /// Within reach and of use.
    public var all = 0
    public var bySeverity: [Severity: Int] = [:]
    /// Beside `all`, what may be no credential.
    public var doubtful = 0
    /// Of `all`, those of which it is not known whether the agent reaches them.
    public var unmeasured = 0
    public var out = 0
    public var harmless = 0
  }

  public var tally: Tally {
    var tally = Tally()
    var seen: [String: Int] = [:]
    // The worst place of a value counts, and the jewels are sorted so.
    for (jewel, answer) in zip(look.jewels, reach.answers) {
      let name = jewel.fingerprint ?? "\(jewel.kind) \(jewel.place.path)"
      seen[name, default: 0] += 1
      guard seen[name] == 1 else { continue }
      if answer.isOut {
        tally.out += 1
      } else if jewel.severity <= 0 {
        tally.harmless += 1
      } else if jewel.confidence == .low {
        tally.doubtful += 1
      } else {
        tally.all += 1
        tally.bySeverity[Self.severity(jewel.severity), default: 0] += 1
        if case .notMeasured = answer { tally.unmeasured += 1 }
      }
    }
    return tally
  }

  public var value: Value {
    var members: Value.Members = ["schema": .string(Self.schema), "target": .string(target), "home": .string(home)]
    members["agent"] = agent.map(Value.string)
    members["summary"] = summary
    members["sentences"] = .array(radius.sentences.map(value))
    members["what_if"] = .array(
      whatIf.map {
        [
          "control": .string($0.control.rawValue), "title": .string($0.control.title),
          "removed": .int(Int64($0.removed)),
          "milder": .int(Int64($0.milder)), "effect": .int(Int64($0.effect)),
        ]
      })
    members["jewels"] = .array(zip(look.jewels, reach.answers).map(value))
    members["skipped"] = .object(
      look.skipped.sorted { $0.key.rawValue < $1.key.rawValue }.reduce(into: Value.Members()) {
        $0[$1.key.rawValue] = .int(Int64($1.value))
      })
    members["blind"] = .array(look.blind.map { ["path": .string($0.path), "reason": .string($0.reason.rawValue)] })
    return .object(members)
  }

  private var summary: Value {
    var members: Value.Members = [:]
    for severity in Severity.allCases.reversed() {
      members[severity.rawValue] = .int(Int64(radius.sentences.count { Self.severity($0.severity) == severity }))
    }
    members["jewels"] = .int(Int64(look.jewels.count))
    members["out_of_reach"] = .int(Int64(radius.out))
    members["not_measured"] = .int(Int64(radius.unmeasured))
    members["harmless"] = .int(Int64(radius.harmless))
    members["files"] = .int(Int64(look.files))
    members["read"] = .int(Int64(look.read))
    let tally = self.tally
    members["credentials"] = [
      "reached": .int(Int64(tally.all)), "doubtful": .int(Int64(tally.doubtful)),
      "reach_not_measured": .int(Int64(tally.unmeasured)), "out_of_reach": .int(Int64(tally.out)),
      "harmless": .int(Int64(tally.harmless)),
      "by_severity": .object(
        Severity.allCases.reversed().reduce(into: Value.Members()) {
          $0[$1.rawValue] = .int(Int64(tally.bySeverity[$1] ?? 0))
        }),
    ]
    members["folders"] = .int(Int64(look.folders))
    return .object(members)
  }

  private func value(_ sentence: BlastRadius.Sentence) -> Value {
    var members: Value.Members = [
      "severity": .string(Self.severity(sentence.severity).rawValue), "kind": .string(sentence.kind),
      "family": .string(sentence.familyName),
      "text": .string("\(BlastRadius.opening) \(sentence.action), because \(sentence.cause)"),
      "values": .int(Int64(sentence.values)), "places": .strings(sentence.places),
      "ways": .strings(sentence.ways.map(\.text)),
    ]
    members["then"] = sentence.chain.map(Value.string)
    members["doubt"] = sentence.doubt.map(Value.string)
    return .object(members)
  }

  private func value(_ use: Jewel.Use) -> Value {
    switch use {
    case .now(let sign): ["answer": "now", "by": .string(sign)]
    case .on(let time, let sign): ["answer": "dated", "at": .string(time.rfc3339()), "by": .string(sign)]
    case .unknown(let why): ["answer": "unknown", "reason": .string(why)]
    }
  }

  private func value(_ jewel: Jewel, _ answer: Reach.Answer) -> Value {
    var members: Value.Members = [
      "kind": .string(jewel.kind), "family": .string(jewel.familyName), "title": .string(jewel.title),
      "severity": .string(Self.severity(jewel.severity).rawValue), "score": .int(Int64(jewel.severity)),
      "state": .string(jewel.state.rawValue), "confidence": .string(jewel.confidence.rawValue),
      "path": .string(jewel.place.path),
    ]
    members["line"] = jewel.place.line.map { .int(Int64($0)) }
    members["key"] = jewel.place.key.map(Value.string)
    members["mode"] = .string("0" + String(jewel.place.mode, radix: 8))
    members["owner"] = .int(Int64(jewel.place.owner))
    members["fingerprint"] = jewel.fingerprint.map(Value.string)
    members["count"] = .int(Int64(jewel.count))
    members["expires"] = jewel.expires.map { .string($0.rfc3339()) }
    members["modified"] = jewel.modified.map { .string($0.rfc3339()) }
    members["last_use"] = value(jewel.use)
    switch jewel.protection {
    case .none: break
    case .weak(let how): members["protection"] = ["strength": "weak", "how": .string(how)]
    case .strong(let how): members["protection"] = ["strength": "strong", "how": .string(how)]
    }
    members["facts"] = .array(jewel.facts.map { ["name": .string($0.name), "value": .string($0.value)] })
    members["reasons"] = .array(
      jewel.reasons.map { ["text": .string($0.text), "change": .int(Int64($0.change))] })
    switch answer {
    case .reached(let ways): members["reach"] = ["answer": "reached", "ways": .strings(ways.map(\.text))]
    case .out(let why): members["reach"] = ["answer": "out", "reason": .string(why)]
    case .notMeasured(let why): members["reach"] = ["answer": "not-measured", "reason": .string(why)]
    }
    return .object(members)
  }
}
