import Detection
import Inventory
import Model
import Platform
import Reports
import Service
import WireSensor

/// The end of every verb that looks at wires: fold, then tell.
enum WireVerb {
  /// An observer that knows which host used which model before, where there is a state directory that says so.
  static func observer(_ common: CommonOptions, noInventory: Bool, quietDays: Int = 14) -> Observer {
    var options = Observer.Options()
    options.quietDays = quietDays
    let path = "\(common.stateDirectory)/\(Keeper.baselineFile)"
    guard !noInventory, let bytes = try? SystemFiles().read(path, limit: 256 << 20) else {
      return Observer(options: options)
    }
    return Observer(options: options, baseline: Baseline(storedBytes: bytes, quietDays: quietDays))
  }

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
      let round = try Round(state: common.openState())
      agents = try round.fold(report.look.activities, sweep).agents
      try round.keep(baseline: report.news.baseline, contacts: report.news.contacts)
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
    members["first_contacts"] = .array(report.news.contacts.map(\.value))
    for entry in extra.entries { members[entry.name] = entry.value }
    Terminal.say(Value.object(members).json(indent: 2))
  }
}
