import Detection
import Inventory
import Model
import Platform
import Reports
import Service
import WireSensor

/// The end of every verb that looks at wires: fold, then tell.
enum WireVerb {
  /// - Parameter extra: members of the JSON document beside the inventory's own, `hosts`, `capture` and `files`.
  static func tell(
    _ report: WireReport, host: Host, _ common: CommonOptions, _ style: Style, noInventory: Bool,
    source: Observation.Source, extra: Value.Members = [:]
  ) throws {
    let sweep = Sweep(observations: report.look.observations, status: [report.status])
    var agents: [Agent]
    if noInventory {
      var catalogue = Catalogue()
      _ = catalogue.fold(sweep.observations, looked: [], now: Machine.now)
      agents = catalogue.agents
    } else {
      agents = try Round(state: common.openState()).fold(report.look.activities, sweep).agents
    }
    let seen = Set(report.look.observations.map(\.host.id))
    agents = agents.filter { agent in
      seen.contains(agent.host.id) && agent.evidence.contains { $0.source == source || $0.source == .mdns }
    }
    guard common.json else {
      Terminal.say(WireText.render(report, agents: agents, style: style))
      return
    }
    var members = InventoryText.document(agents: agents, host: host, sources: [report.status]).members ?? [:]
    members["hosts"] = .array(report.look.activities.map(\.value))
    members["capture"] = report.value
    members["files"] = .array(report.files)
    for entry in extra.entries { members[entry.name] = entry.value }
    Terminal.say(Value.object(members).json(indent: 2))
  }
}
