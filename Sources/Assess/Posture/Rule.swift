public import Model

/// One check: what it reads, whom it concerns, why it matters, and the small function that answers.
public struct Rule: Sendable {
  /// Dotted: `gateway.bind-exposed`. A contract: scripts and baselines name it.
  public var id: String
  /// What is wrong where it fails, in one short sentence without a full stop.
  public var title: String
  /// Where it fails; an answer may say another one.
  public var severity: Severity
  public var severityReason: String
  /// Configuration keys and observations.
  public var reads: [String]
  public var appliesTo: Audience
  /// The lowest deployment tier (1 to 3) that must pass it.
  public var tier: Int
  /// Row of the requirements.
  public var requirement: String
  /// Ids of the product's own checks that ask the same, as in `openclaw-checks.tsv`: the first is what a finding names
  /// where its answer says nothing else.
  public var openclaw: [String]
  /// False where only the product itself, running, could answer: such a rule says so, and what to do instead.
  public var measures: Bool
  /// What happens if nobody acts.
  public var why: String
  /// What to do in general; an answer may give the exact edit.
  public var remedy: String
  public var references: [String]
  /// At least one answer. Several where several places fail.
  public var check: @Sendable (Subject) -> [Answer]

  /// Products and eras that a rule speaks about; empty means all.
  public struct Audience: Sendable, Hashable {
    public var kinds: [String]
    public var eras: [String]
    /// Kinds with a rule of their own that asks the same, and more of it.
    public var except: [String] = []
    public init(kinds: [String] = [], eras: [String] = [], except: [String] = []) {
      self.kinds = kinds
      self.eras = eras
      self.except = except
    }
    public static let everyone = Audience()
    public static let openClaw = Audience(kinds: ["openclaw"])

    func includes(_ subject: Subject) -> Bool {
      guard kinds.isEmpty || kinds.contains(subject.agent.kind), !except.contains(subject.agent.kind) else {
        return false
      }
      guard !eras.isEmpty, let era = subject.era else { return true }
      return eras.contains(era)
    }
  }

  init(
    _ id: String, _ title: String, _ severity: Severity, because severityReason: String, reads: [String],
    for appliesTo: Audience = .openClaw, tier: Int, requirement: String, openclaw: [String] = [],
    why: String, remedy: String, references: [String] = [], check: @escaping @Sendable (Subject) -> [Answer]
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.severityReason = severityReason
    self.reads = reads
    self.appliesTo = appliesTo
    self.tier = tier
    self.requirement = requirement
    self.openclaw = openclaw
    measures = true
    self.why = why
    self.remedy = remedy
    self.references = references
    self.check = check
  }

  /// A question that no look at files and sockets answers: kept, so that nobody takes silence for a pass.
  static func unanswered(
    _ id: String, _ title: String, _ severity: Severity, because severityReason: String, tier: Int,
    requirement: String, openclaw: [String], why: String, remedy: String, reason: String
  ) -> Rule {
    var rule = Rule(
      id, title, severity, because: severityReason, reads: ["nothing: only the running product can answer"], tier: tier,
      requirement: requirement, openclaw: openclaw, why: why, remedy: remedy
    ) { subject in
      [.notMeasured(subject.installation == nil ? subject.installationMissing : reason)]
    }
    rule.measures = false
    return rule
  }
}

/// What one rule found in one place.
public struct Answer: Sendable, Hashable {
  public var outcome: Finding.Outcome
  /// Nil: the rule's own.
  public var severity: Severity?
  public var location: Finding.Location
  /// One line, without any secret value.
  public var evidence: String
  /// Nil: the rule's remedy.
  public var fix: Finding.Fix?
  /// The product's own id for exactly this; nil: the rule's first. Empty: it has none for this.
  public var openclawCheckID: String?

  static func pass(_ evidence: String, at location: Finding.Location = Finding.Location()) -> Answer {
    Answer(outcome: .pass, location: location, evidence: evidence)
  }
  static func fail(
    _ evidence: String, at location: Finding.Location = Finding.Location(), severity: Severity? = nil,
    fix: Finding.Fix? = nil
  ) -> Answer {
    Answer(outcome: .fail, severity: severity, location: location, evidence: evidence, fix: fix)
  }
  /// The same answer under another of the product's ids; nil: the product does not ask this.
  func naming(_ id: String?) -> Answer {
    var answer = self
    answer.openclawCheckID = id ?? ""
    return answer
  }
  static func notMeasured(_ reason: String, at location: Finding.Location = Finding.Location()) -> Answer {
    Answer(outcome: .notMeasured(reason), location: location, evidence: "not measured")
  }
}
