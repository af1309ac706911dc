public import Model

extension HostActivity {
  /// What the inventory takes from it: an observation where the verdict is an agent, likely or sure; else nothing.
  ///
  /// - Parameters:
  ///   - host: the machine, where more is known of it than addresses.
  ///   - source: the sensor whose sessions these were.
  public func observations(host: Host? = nil, source: Observation.Source) -> [Observation] {
    guard verdict.isAgent, let address = addresses.first else { return [] }
    let host = host ?? Host(id: "addr:\(address)", name: address.description, addresses: addresses)
    var facts = Observation.Facts()
    facts.status = .running
    facts.reasons = signs.filter { $0.weight > 0 && $0.question == .agent }.map(\.words)
    facts.data = [
      "verdict": .string(verdict.name), "probability": .double(agentProbability),
      "providers": .array(providers.map(\.value)), "integrations": .array(integrations.map(\.value)),
    ]
    if !candidates.isEmpty { facts.data["candidates"] = .strings(candidates) }
    return [
      Observation(
        source: source, time: lastSeen, confidence: confidence, kind: verdict.kind, host: host,
        keys: [.traffic(host: host.id, kind: verdict.kind)], detail: statement, facts: facts)
    ]
  }

  /// Events for the ledger about one look: traffic with models, and each concern. Agents come from the inventory.
  ///
  /// - Parameter id: a fresh id for a moment.
  public func events(recordedBy recorder: String, id: (Timestamp) -> EventID) -> [Event] {
    guard let address = addresses.first else { return [] }
    var events: [Event] = []
    for service in providers {
      var data = service.value.members ?? [:]
      data["verdict"] = .string(verdict.name)
      data["probability"] = .double(agentProbability)
      events.append(
        Event(
          id: id(lastSeen), time: lastSeen, kind: "flow.closed", severity: .info, host: recorder,
          actor: address.description, object: service.domain, verdict: verdict.name, reason: statement, data: data))
    }
    for concern in concerns {
      let time = concern.evidence.last?.time ?? lastSeen
      events.append(
        Event(
          id: id(time), time: time, kind: "alert.raised", severity: concern.severity, host: recorder,
          actor: address.description, rule: concern.name, reason: concern.words,
          data: ["evidence": concern.value["evidence"] ?? .array([])]))
    }
    return events
  }
}
