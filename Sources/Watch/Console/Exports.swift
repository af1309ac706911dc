import Model

/// The tables as files: JSON in the shapes of the command line, CSV for spreadsheets.
enum Exports {
  static func inventory(_ snapshot: Snapshot, agents: [Agent]) -> Value {
    var members: Value.Members = ["schema": "trammel.inventory/1", "host": snapshot.host.value]
    members["taken"] = .string(snapshot.taken.rfc3339())
    if snapshot.demo { members["demo"] = true }
    members["agents"] = .array(agents.map(\.value))
    members["sources"] = .array(snapshot.sources.map(\.value))
    return .object(members)
  }

  static func findings(_ snapshot: Snapshot, _ findings: [Finding], target: String) -> Value {
    var summary: Value.Members = [:]
    for severity in Severity.allCases.reversed() {
      summary[severity.rawValue] = .int(Int64(findings.count { $0.outcome == .fail && $0.severity == severity }))
    }
    var members: Value.Members = ["schema": "trammel.findings/1", "target": .string(target)]
    if snapshot.demo { members["demo"] = true }
    members["summary"] = .object(summary)
    members["findings"] = .array(findings.map(\.value))
    return .object(members)
  }

  static func events(_ snapshot: Snapshot, _ rows: [EventRow]) -> Value {
    let events = rows.map { row -> Value in
      var members = row.event.value.members ?? [:]
      members["seq"] = .int(Int64(clamping: row.seq))
      return .object(members)
    }
    var members: Value.Members = ["schema": "trammel.events/1"]
    if snapshot.demo { members["demo"] = true }
    members["events"] = .array(events)
    return .object(members)
  }

  static func csv(agents: [Agent]) -> CSV {
    var csv = CSV([
      "id", "name", "kind", "version", "host", "addresses", "owner", "status", "listens", "risk", "score",
      "first_seen", "last_seen",
    ])
    for agent in agents {
      csv.add([
        agent.id, agent.name, agent.kind, agent.version ?? "", agent.host.name,
        agent.host.addresses.map(\.description).joined(separator: " "), agent.registration?.owner ?? "",
        agent.status.rawValue, agent.listeners.map { "\($0.endpoint) \($0.scope.rawValue)" }.joined(separator: " "),
        agent.risk.level?.rawValue ?? "not assessed", String(agent.risk.score), agent.firstSeen.rfc3339(),
        agent.lastSeen.rfc3339(),
      ])
    }
    return csv
  }

  static func csv(evidence agent: Agent) -> CSV {
    var csv = CSV(["agent", "source", "observed", "confidence", "detail", "proof"])
    for item in agent.evidence {
      csv.add([
        agent.id, item.source.rawValue, item.observed.rfc3339(), item.confidence.rawValue, item.detail,
        item.proof ?? "",
      ])
    }
    return csv
  }

  static func csv(findings: [Finding]) -> CSV {
    var csv = CSV([
      "severity", "rule", "title", "outcome", "agent", "file", "line", "key", "address", "evidence", "why", "fix",
      "command",
    ])
    for finding in findings {
      let place = finding.location
      csv.add([
        finding.severity.rawValue, finding.rule, finding.title, finding.outcome.name, finding.agent ?? "",
        place.file ?? "", place.line.map(String.init) ?? "", place.key ?? "", place.address ?? "", finding.evidence,
        finding.why, finding.fix.text, finding.fix.command ?? "",
      ])
    }
    return csv
  }

  static func csv(events: [EventRow]) -> CSV {
    var csv = CSV([
      "seq", "time", "severity", "kind", "host", "agent", "actor", "object", "verdict", "rule", "reason", "data", "id",
    ])
    for row in events {
      let event = row.event
      csv.add([
        String(row.seq), event.time.rfc3339(digits: 3), event.severity.rawValue, event.kind, event.host,
        event.agent ?? "", event.actor ?? "", event.object ?? "", event.verdict ?? "", event.rule ?? "",
        event.reason ?? "", event.data.isEmpty ? "" : Value.object(event.data).json(), event.id.description,
      ])
    }
    return csv
  }

  static func csv(sources: [SourceStatus]) -> CSV {
    var csv = CSV(["source", "looked", "blind", "remedy", "skipped"])
    for source in sources {
      let skipped = source.skipped.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      if source.blind.isEmpty { csv.add([source.source.rawValue, source.looked, "", "", skipped]) }
      for blind in source.blind {
        csv.add([source.source.rawValue, source.looked, blind.what, blind.remedy, skipped])
      }
    }
    return csv
  }
}
