import Matching
public import Model

/// One thing about a host's traffic that speaks for an agent or against one, with what was seen.
public struct Sign: Sendable, Hashable {
  /// Stable, dotted: `upload.first`, `sandwich`.
  public var name: String
  public var strength: Strength
  public var question: Question
  /// What it adds to the logarithm of the odds; below zero where it speaks against.
  public var weight: Double
  /// In words, for a person.
  public var words: String
  /// Kind of agent that it points to, as in the fingerprint table.
  public var product: String?
  /// At most `Sign.evidenceLimit`, earliest first.
  public var evidence: [Evidence]

  public enum Strength: String, Sendable, Hashable, CaseIterable {
    case decisive, strong, medium, weak, counter
  }

  /// What the sign helps to answer.
  public enum Question: String, Sendable, Hashable {
    /// Does a program speak to the model, or a person in a browser?
    case program
    /// Does the program act by itself, or is it a script?
    case agent
  }

  public struct Evidence: Sendable, Hashable {
    public var time: Timestamp
    public var what: String
    public init(time: Timestamp, what: String) {
      self.time = time
      self.what = what
    }

    /// The earliest few, with names from outside made safe to look at.
    static func kept(_ all: [Evidence]) -> [Evidence] {
      all.sorted { ($0.time, $0.what) < ($1.time, $1.what) }.prefix(Sign.evidenceLimit).map {
        Evidence(time: $0.time, what: VisibleText.cutMiddle(VisibleText.terminal($0.what), to: 200))
      }
    }

    /// As part of a sign or a concern.
    var value: Value { ["time": .string(time.rfc3339(digits: 3)), "what": .string(what)] }
  }

  /// Evidence kept for one sign.
  public static let evidenceLimit = 6

  init(
    _ name: String, _ strength: Strength, about question: Question = .agent, weight: Double? = nil,
    product: String? = nil,
    _ words: String, _ evidence: [Evidence] = []
  ) {
    self.name = name
    self.strength = strength
    self.question = question
    self.weight = weight ?? strength.weight
    self.words = VisibleText.terminal(words)
    self.product = product
    self.evidence = Evidence.kept(evidence)
  }

  public var value: Value {
    var members: Value.Members = [
      "name": .string(name), "strength": .string(strength.rawValue), "about": .string(question.rawValue),
      "weight": .double(weight), "words": .string(words),
    ]
    members["kind"] = product.map(Value.string)
    members["evidence"] = .array(evidence.map(\.value))
    return .object(members)
  }
}

extension Sign {
  /// What is observed, whatever is concluded from it: signs of one sort do not confirm each other.
  var sort: Substring {
    let first = name.split(separator: ".").first ?? ""
    return first == "context" ? "upload" : first
  }
}

extension Sign.Strength {
  /// Logarithm of the likelihood ratio that a sign of this strength usually carries.
  var weight: Double {
    switch self {
    case .decisive: 6
    case .strong: 2.5
    case .medium: 1.2
    case .weak: 0.5
    case .counter: -1.2
    }
  }
}

/// What an agent on the host could do harm with, or does: no evidence that there is one.
public struct Concern: Sendable, Hashable {
  /// Stable, dotted: `metadata.address`, `tunnel`.
  public var name: String
  public var severity: Severity
  public var words: String
  public var evidence: [Sign.Evidence]

  init(_ name: String, _ severity: Severity, _ words: String, _ evidence: [Sign.Evidence] = []) {
    self.name = name
    self.severity = severity
    self.words = VisibleText.terminal(words)
    self.evidence = Sign.Evidence.kept(evidence)
  }

  public var value: Value {
    [
      "name": .string(name), "severity": .string(severity.rawValue), "words": .string(words),
      "evidence": .array(evidence.map(\.value)),
    ]
  }
}
