import Model

extension Sight {
  /// What the newest look for credentials that an agent reaches came to, as the ledger keeps it: kinds and counts.
  ///
  /// - Parameter row: of kind `credential.seen`; nil where nobody has looked.
  func credentials(_ row: EventRow?, of agent: Agent) -> View {
    let data = row?.event.data ?? [:]
    let sentences = data["sentences"]?.array ?? []
    let controls = data["what_if"]?.array ?? []
    let counts = Severity.allCases.reversed().compactMap { severity -> Markup? in
      guard let count = data["counts"]?[severity.rawValue]?.int, count > 0 else { return nil }
      return .severity(severity, "\(Words.severity(severity)) \(Words.grouped(Int(clamping: count)))")
    }
    return [
      "looked": .flag(row != nil),
      "line": .markup(row.map { "Looked \(ago($0.event.time))" } ?? "Not measured"),
      "found": .text(
        Words.count(Int(clamping: data["credentials"]?.int ?? 0), "credential") + " found, "
          + "\(Words.grouped(Int(clamping: data["out_of_reach"]?.int ?? 0))) out of its reach, "
          + "\(Words.grouped(Int(clamping: data["not_measured"]?.int ?? 0))) not measured"),
      "tally": .markup(.joined(counts)), "sentences": .list(sentences.prefix(6).map(sentence)),
      "more": .optional(
        sentences.count > 6
          ? "The six worst of \(Words.grouped(sentences.count)). All of them: <code>trammel jewels \(seen: agent.id)</code>"
          : nil),
      "has_controls": .flag(!controls.isEmpty), "controls": .list(controls.prefix(6).map(control)),
      "command": .markup(Self.code("trammel jewels \(agent.id)")),
    ]
  }

  private func sentence(_ value: Value) -> View {
    let severity = value["severity"]?.string.flatMap(Severity.init(rawValue:)) ?? .info
    return [
      "badge": .markup(.severity(severity)),
      "action": .markup(.prose(Self.period("… " + (value["action"]?.string ?? "")))),
      "count": .text(Words.count(Int(clamping: value["values"]?.int ?? 1), "credential")),
    ]
  }

  private func control(_ value: Value) -> View {
    let removed = Int(clamping: value["removed"]?.int ?? 0)
    let milder = Int(clamping: value["milder"]?.int ?? 0)
    let effect = [
      removed > 0 ? "\(Words.grouped(removed)) drop out" : nil,
      milder > 0 ? "\(Words.grouped(milder)) get milder" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    return ["title": .markup(.prose(Self.period(value["title"]?.string ?? ""))), "effect": .text(effect)]
  }
}
