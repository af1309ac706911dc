public import Model

/// Findings as OCSF 1.4 events of class 2003, Compliance Finding: one object a line.
public enum FindingsOCSF {
  public static func lines(
    _ findings: [Finding], host: Host, agents: [Agent], version: String, now: Timestamp
  ) -> [Value] {
    let byID = Dictionary(agents.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    return findings.map { event($0, host: host, agent: $0.agent.flatMap { byID[$0] }, version: version, now: now) }
  }

  private static func event(
    _ finding: Finding, host: Host, agent: Agent?, version: String, now: Timestamp
  ) -> Value {
    // Milliseconds since 1970 (timestamp_t).
    let time = Value.int(now.nanoseconds / 1_000_000)
    var compliance: Value.Members = [
      "control": .string(finding.rule), "standards": ["Trammel deployment tiers"],
      "requirements": .strings(
        (finding.tier.map { ["tier \($0)"] } ?? []) + (finding.requirement.map { [$0] } ?? [])),
    ]
    switch finding.outcome {
    case .pass:
      compliance["status"] = "Pass"
      compliance["status_id"] = 1
    case .fail:
      compliance["status"] = "Fail"
      compliance["status_id"] = 3
    case .notMeasured(let reason):
      compliance["status"] = "Unknown"
      compliance["status_id"] = 0
      compliance["status_detail"] = .string(reason)
    }
    // What passes is no incident, however grave its failure would be.
    let severity = finding.outcome == .fail ? finding.severity : .info
    var resource: Value.Members = ["type": "AI agent", "name": .string(agent?.name ?? finding.agent ?? "host")]
    resource["uid"] = finding.agent.map(Value.string)
    resource["version"] = agent?.version.map(Value.string)
    var evidence: Value.Members = ["observed": .string(finding.evidence)]
    evidence["file"] = finding.location.file.map(Value.string)
    evidence["line"] = finding.location.line.map { .int(Int64($0)) }
    evidence["key"] = finding.location.key.map(Value.string)
    evidence["address"] = finding.location.address.map(Value.string)
    return [
      "activity_id": 1, "activity_name": "Create", "category_uid": 2, "category_name": "Findings",
      "class_uid": 2003, "class_name": "Compliance Finding", "type_uid": 200_301,
      "type_name": "Compliance Finding: Create", "time": time, "severity_id": .int(Int64(severity.rank + 1)),
      "severity": .string(name(severity)), "message": .string("\(finding.title): \(finding.evidence)"),
      "metadata": [
        "version": "1.4.0",
        "product": ["name": "Trammel", "vendor_name": "Trammel", "version": .string(version)],
      ],
      "finding_info": [
        "uid": .string(finding.identity.split(separator: "\u{1F}").joined(separator: "|")),
        "title": .string(finding.title), "desc": .string(finding.why), "created_time": time,
        "analytic": ["name": .string(finding.rule), "type": "Rule", "type_id": 1],
      ],
      "compliance": .object(compliance), "resources": [.object(resource)],
      "remediation": ["desc": .string(finding.fix.text), "references": .strings(finding.references)],
      "device": ["hostname": .string(host.name), "uid": .string(host.id), "type": "Unknown", "type_id": 0],
      "unmapped": .object(evidence),
    ]
  }

  private static func name(_ severity: Severity) -> String {
    switch severity {
    case .info: "Informational"
    case .low: "Low"
    case .medium: "Medium"
    case .high: "High"
    case .critical: "Critical"
    }
  }
}
