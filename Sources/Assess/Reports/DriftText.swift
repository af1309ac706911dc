import Matching
import Model
public import Posture

/// What changed between two snapshots, for a terminal.
public enum DriftText {
  public static func render(_ drift: Drift, from before: Snapshot, to after: Snapshot, style: Style) -> String {
    var lines = [
      style.bold(headline(drift)),
      style.dim(
        "\(VisibleText.terminal(before.name)) (\(before.time.rfc3339())) → \(VisibleText.terminal(after.name)) (\(after.time.rfc3339()))"
      ),
    ]
    func part(_ title: String, _ rows: [String]) {
      guard !rows.isEmpty else { return }
      lines += ["", style.bold(title)] + rows
    }
    part("New agents", drift.appeared.map { "  + \(agent($0))" })
    part("Gone", drift.gone.map { "  - \(agent($0))" })
    part(
      "Changed",
      drift.changed.map { change in
        "  \(change.agent)  \(change.what): \(words(change.before)) → \(words(change.after))"
      })
    part("Opened", drift.opened.map { row($0, style) })
    part("Grew worse", drift.worsened.map { row($0, style) })
    part("Closed", drift.closed.map { row($0, style) })
    part("Eased", drift.eased.map { row($0, style) })
    part("Failed before, cannot be measured now", drift.lostSight.map { row($0, style) })
    return lines.joined(separator: "\n")
  }

  private static func headline(_ drift: Drift) -> String {
    guard !drift.isEmpty else { return "Nothing changed." }
    let parts = [
      (drift.opened.count, "opened"), (drift.worsened.count, "grew worse"), (drift.closed.count, "closed"),
      (drift.eased.count, "eased"), (drift.lostSight.count, "out of sight"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let agents = drift.appeared.count + drift.gone.count + drift.changed.count
    var text = parts.isEmpty ? "No finding changed" : "Findings: " + parts.joined(separator: ", ")
    if agents > 0 { text += "; \(InventoryText.count(agents, "change", "changes")) of agents" }
    return text + "."
  }

  private static func agent(_ subject: Snapshot.Subject) -> String {
    [subject.id, subject.version, subject.stateDirectory].compactMap { $0.map(VisibleText.terminal) }
      .joined(separator: "  ")
  }

  private static func words(_ text: String) -> String { text.isEmpty ? "none" : VisibleText.terminal(text) }

  private static func row(_ finding: Finding, _ style: Style) -> String {
    let place = FindingsText.place(finding.location).map { "  " + $0 } ?? ""
    return "  \(style.severity(finding.severity))  \(VisibleText.terminal(finding.title))"
      + style.dim("  \(finding.rule)\(finding.agent.map { "  \($0)" } ?? "")\(place)")
  }
}
