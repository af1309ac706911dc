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
    for finding in failed.prefix(3) { lines += Self.lines(finding, style) }
    if failed.count > 3 {
      lines.append("  \(failed.count - 3) more: trammel agents show \(agent.id)")
    }
    return lines.joined(separator: "\n")
  }

  /// Findings in short, the worst first.
  static func findings(_ findings: [Finding], _ style: Style) -> String {
    let failed = findings.filter { $0.outcome == .fail }.sorted { $0.severity > $1.severity }
    var lines = [style.bold("What is wrong")]
    for finding in failed { lines += Self.lines(finding, style) }
    let passed = findings.filter { $0.outcome == .pass }.count
    lines.append(
      style.dim("  \(passed) checks passed, \(findings.count - passed - failed.count) could not be measured."))
    return lines.joined(separator: "\n")
  }

  private static func lines(_ finding: Finding, _ style: Style) -> [String] {
    let fix = finding.fix.command.map { "$ " + VisibleText.terminal($0) } ?? VisibleText.terminal(finding.fix.text)
    return [
      "  \(style.severity(finding.severity))  \(VisibleText.terminal(finding.title))",
      style.wrapped(VisibleText.terminal(finding.evidence), indent: 6),
      style.wrapped(fix, indent: 8, first: "      → "),
    ]
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
