extension Finding {
  /// Reads the JSON shape that `value` gives; nil where a required member is missing.
  public init?(value: Value) {
    guard let rule = value["rule"]?.string, let title = value["title"]?.string,
      let severity = value["severity"]?.string.flatMap(Severity.init(rawValue:)),
      let evidence = value["evidence"]?.string, let why = value["why"]?.string, let repair = value["fix"],
      let text = repair["text"]?.string
    else { return nil }
    let outcome: Outcome
    switch value["outcome"]?.string {
    case "pass": outcome = .pass
    case "fail": outcome = .fail
    case "not-measured": outcome = .notMeasured(value["not_measured"]?.string ?? "")
    default: return nil
    }
    let place = value["location"]
    self.init(
      rule: rule, title: title, severity: severity, outcome: outcome, agent: value["agent"]?.string,
      location: Location(
        file: place?["file"]?.string, line: place?["line"]?.int.map(Int.init), key: place?["key"]?.string,
        address: place?["address"]?.string),
      evidence: evidence, why: why,
      fix: Fix(text, command: repair["command"]?.string, automatic: repair["automatic"]?.bool ?? false),
      references: (value["references"]?.array ?? []).compactMap(\.string), requirement: value["requirement"]?.string,
      tier: value["tier"]?.int.map(Int.init), openclawCheckID: value["openclaw_check_id"]?.string)
  }

  /// What makes two findings of two rounds the same one: rule, agent and place.
  public var identity: String {
    [rule, agent, location.file, location.key, location.address]
      .map { $0 ?? "" }.joined(separator: "\u{1F}")
  }
}
