import Inventory
import Matching
import Model
import Reports
import Service

/// What `up` prints.
enum UpText {
  static func render(_ agents: [Agent], _ outcome: Keeper.Outcome, host: Host, style: Style, demo: Bool) -> String {
    var parts = [style.bold(InventoryText.headline(agents, host: host))]
    if agents.isEmpty {
      parts.append(InventoryText.sources(outcome.sources, style: style))
      parts.append("To see what it looks like where there are some: make demo, or trammel up --demo")
      return parts.joined(separator: "\n\n")
    }
    parts.append(InventoryText.table(agents, style: style))
    for agent in agents {
      let failed = outcome.findings.filter { $0.agent == agent.id && $0.outcome == .fail }.sorted {
        $0.severity > $1.severity
      }
      parts.append(block(agent, failed, style))
    }
    parts.append(InventoryText.sources(outcome.sources, style: style))
    return parts.joined(separator: "\n\n")
  }

  /// One agent: the evidence in short, the three worst findings with their fix, and where the rest is.
  private static func block(_ agent: Agent, _ failed: [Finding], _ style: Style) -> String {
    var lines = [
      style.bold(agent.id)
        + style.dim("  \(agent.status.rawValue)\(agent.version.map { ", version " + VisibleText.terminal($0) } ?? "")")
    ]
    for piece in agent.evidence.prefix(4) {
      let label = "  " + piece.source.rawValue + String(repeating: " ", count: max(1, 14 - piece.source.rawValue.count))
      lines.append(style.dim(style.wrapped(VisibleText.terminal(piece.detail), indent: 16, first: label)))
    }
    if agent.evidence.count > 4 { lines.append(style.dim("  and \(agent.evidence.count - 4) more pieces of evidence")) }
    for finding in failed.prefix(3) {
      lines.append("  \(style.severity(finding.severity))  \(VisibleText.terminal(finding.title))")
      lines.append(style.wrapped(VisibleText.terminal(finding.evidence), indent: 6))
      let fix = finding.fix.command.map { "$ " + VisibleText.terminal($0) } ?? VisibleText.terminal(finding.fix.text)
      lines.append(style.wrapped(fix, indent: 8, first: "      → "))
    }
    if failed.count > 3 {
      lines.append("  \(failed.count - 3) more: trammel agents show \(agent.id)")
    }
    return lines.joined(separator: "\n")
  }

  /// One change while watching, as a line.
  static func say(_ change: Change, _ options: CommonOptions, _ style: Style) {
    guard !options.quiet else { return }
    let (kind, agent, text): (String, String, String) =
      switch change {
      case .found(let agent): ("agent.found", agent.id, agent.evidence.first?.detail ?? agent.kind)
      case .changed(let agent, let names): ("agent.changed", agent.id, names.joined(separator: "; "))
      case .lost(let agent): ("agent.lost", agent.id, "no longer seen")
      case .listenerOpened(let id, let listener):
        ("listener.opened", id, "\(listener.endpoint) \(listener.scope.rawValue)")
      case .listenerClosed(let id, let listener): ("listener.closed", id, listener.endpoint)
      }
    if options.json {
      let value: Value = ["kind": .string(kind), "agent": .string(agent), "detail": .string(text)]
      Terminal.say(value.json())
    } else {
      Terminal.say("\(kind)  \(agent)  \(VisibleText.terminal(text))")
    }
  }
}
