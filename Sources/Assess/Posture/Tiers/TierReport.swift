public import Model

/// Which deployment tier one agent meets, which somebody claims, and what is missing, what matters most first.
public struct TierReport: Sendable, Hashable {
  /// 0 to 3: the highest tier of which everything holds, with everything below it.
  public var met: Int
  public var claimed: Int?
  public var controls: [State]

  public struct State: Sendable, Hashable {
    public var control: TierControl
    public var answer: Answer
  }

  public enum Answer: Sendable, Hashable {
    case holds
    /// How many findings stand against it, and the worst.
    case fails(Int, Severity)
    /// With the reason.
    case unknown(String)
  }

  /// - Parameter findings: of one agent, every answer, passes included.
  public init(_ findings: [Finding], claimed: Int? = nil) {
    self.claimed = claimed
    var asked: [String: [Int: [Finding]]] = [:]
    var rest: [Int: [Finding]] = [:]
    for finding in findings {
      let tier = min(max(finding.tier ?? 1, 1), 3)
      if let control = TierControl.asking(finding.rule) {
        // A rule that first matters in a higher tier does not stand against a lower one.
        asked[control.id, default: [:]][max(tier, control.tier), default: []].append(finding)
      } else {
        rest[tier, default: []].append(finding)
      }
    }
    controls = (1...3).flatMap { tier -> [State] in
      var states: [State] = []
      for control in TierControl.all where control.tier <= tier {
        let own = asked[control.id]?[tier] ?? []
        if control.tier == tier, control.concernsAll || !own.isEmpty {
          states.append(State(control: control, answer: Self.answer(control, own)))
        } else if control.tier < tier, !own.isEmpty {
          states.append(State(control: control.inTier(tier), answer: Self.answer(control, own)))
        }
      }
      if let own = rest[tier] {
        let control = TierControl(
          "rest-\(tier)", tier, "Whatever else this tier asks", otherwise: "It stands more open than it has to.")
        states.append(State(control: control, answer: Self.answer(control, own)))
      }
      return states
    }
    met = 0
    for tier in 1...3 {
      guard self.controls.allSatisfy({ $0.control.tier != tier || $0.answer == .holds }) else { break }
      met = tier
    }
  }

  private static func answer(_ control: TierControl, _ asked: [Finding]) -> Answer {
    let failed = asked.filter { $0.outcome == .fail }
    if let worst = failed.map(\.severity).max() { return .fails(failed.count, worst) }
    if let reason = control.unmeasured { return .unknown(reason) }
    // What was measured in part only is not proven.
    let reason = asked.lazy.compactMap { finding in
      if case .notMeasured(let reason) = finding.outcome { reason } else { nil }
    }.first
    if reason == nil, !asked.isEmpty { return .holds }
    return .unknown(reason ?? "no rule asks this of such an agent")
  }

  /// What stands between here and the next tier: what fails first, the worst first, then what nobody could see.
  public var next: [State] {
    let tier = min(met + 1, 3)
    guard met < 3 else { return [] }
    func weight(_ state: State) -> Int {
      switch state.answer {
      case .fails(let count, let severity): 1000 * (severity.rank + 1) + min(count, 999)
      case .unknown: 1
      case .holds: 0
      }
    }
    return controls.filter { $0.control.tier == tier && $0.answer != .holds }
      .enumerated().sorted { a, b in
        weight(a.element) != weight(b.element) ? weight(a.element) > weight(b.element) : a.offset < b.offset
      }.map(\.element)
  }

  /// `{claimed, met, next: [{id, tier, title, state, findings, severity, reason}]}` of the command line contract.
  public var value: Value {
    var members: Value.Members = ["met": .int(Int64(met))]
    members["claimed"] = claimed.map { .int(Int64($0)) }
    members["next"] = .array(next.map(\.value))
    members["controls"] = .array(controls.map(\.value))
    return .object(members)
  }
}

extension TierReport.State {
  public var value: Value {
    var members: Value.Members = [
      "id": .string(control.id), "tier": .int(Int64(control.tier)), "title": .string(control.title),
    ]
    switch answer {
    case .holds: members["state"] = "holds"
    case .fails(let count, let severity):
      members["state"] = "fails"
      members["findings"] = .int(Int64(count))
      members["severity"] = .string(severity.rawValue)
    case .unknown(let reason):
      members["state"] = "not-measured"
      members["reason"] = .string(reason)
    }
    return .object(members)
  }

  /// For a person: `3 findings, the worst critical`.
  public var text: String {
    switch answer {
    case .holds: "holds"
    case .fails(let count, let severity):
      "\(count) finding\(count == 1 ? "" : "s"), \(count == 1 ? "" : "the worst ")\(severity.rawValue)"
    case .unknown(let reason): "not measured: \(reason)"
    }
  }
}
