import Inventory
import Model

/// What a round changed, as events: only changes are written down, observations come by the million.
enum Chronicle {
  static func events(
    _ changes: [Change], before: [Finding], after: [Finding], agents: Catalogue, host: Host, now: Timestamp,
    random: (Int) -> [UInt8]
  ) -> [Event] {
    var out: [Event] = []
    func add(
      _ kind: String, _ severity: Severity = .info, agent: String?, object: String? = nil, rule: String? = nil,
      reason: String? = nil, data: Value.Members = [:]
    ) {
      out.append(
        Event(
          id: EventID(time: now, random: random(10)), time: now, kind: kind, severity: severity, host: host.id,
          agent: agent, object: object, rule: rule, reason: reason, data: data))
    }
    for change in changes {
      switch change {
      case .found(let agent):
        var data: Value.Members = [
          "kind": .string(agent.kind), "name": .string(agent.name), "status": .string(agent.status.rawValue),
          "where": .string(agent.host.name), "evidence": .array(agent.evidence.map(\.value)),
        ]
        data["version"] = agent.version.map(Value.string)
        data["user"] = agent.user.map(Value.string)
        data["state_directory"] = agent.stateDirectory.map(Value.string)
        add("agent.found", agent.registration == nil ? .low : .info, agent: agent.id, object: agent.kind, data: data)
      case .changed(let agent, let names):
        add("agent.changed", agent: agent.id, object: agent.kind, data: ["changes": .strings(names)])
      case .lost(let agent):
        add("agent.lost", agent: agent.id, object: agent.kind)
      case .listenerOpened(let id, let listener):
        add(
          "listener.opened", listener.scope == .loopback ? .info : .medium, agent: id, object: listener.endpoint,
          data: ["scope": .string(listener.scope.rawValue)])
      case .listenerClosed(let id, let listener):
        add("listener.closed", agent: id, object: listener.endpoint, data: ["scope": .string(listener.scope.rawValue)])
      }
    }
    let old = Dictionary(
      before.filter { $0.outcome == .fail }.map { ($0.identity, $0) }, uniquingKeysWith: { a, _ in a })
    let new = Dictionary(
      after.filter { $0.outcome == .fail }.map { ($0.identity, $0) }, uniquingKeysWith: { a, _ in a })
    for finding in after where finding.outcome == .fail && old[finding.identity] == nil {
      add(
        "finding.opened", finding.severity, agent: finding.agent,
        object: finding.location.file ?? finding.location.address,
        rule: finding.rule, reason: finding.title, data: ["evidence": .string(finding.evidence)])
    }
    for finding in before where finding.outcome == .fail && new[finding.identity] == nil {
      add(
        "finding.closed", agent: finding.agent, object: finding.location.file ?? finding.location.address,
        rule: finding.rule, reason: finding.title)
    }
    return out
  }
}
