import Hummingbird
import Model

// The pages that only read.
extension Desk {
  func page(_ route: Route, _ fields: [String: String], _ sight: Sight) async throws(Fault) -> Page {
    switch route {
    case .overview: return sight.overview(recent: try await events(EventQuery(limit: 200)))
    case .agents: return sight.agents(AgentFilter(fields), newest: try await newest())
    case .agent(let id, _):
      guard let agent = sight.agent(id) else {
        throw .notFound(
          "No agent is known as `\(id.prefix(200))`. It may have been forgotten, or never have been here.")
      }
      return sight.agent(
        agent, events: try await events(EventQuery(agent: id, limit: 8)),
        opened: try await events(EventQuery(kind: "finding.opened", agent: id, limit: 200)),
        credentials: try await events(EventQuery(kind: "credential.seen", agent: id, limit: 1)).first,
        newest: try await newest())
    case .findings(let rule, _):
      let filter = FindingFilter(fields)
      if let rule, !sight.snapshot.findings.contains(where: { $0.rule == rule }) {
        throw .notFound("No check of the name `\(rule.prefix(200))` has run.")
      }
      // A link to a rule that does not fail (any more) leads to its answer all the same.
      var shown = filter
      if let rule, fields["state"] == nil, !sight.failed.contains(where: { $0.rule == rule }),
        let other = sight.snapshot.findings.first(where: { $0.rule == rule })
      {
        shown.state = FindingFilter.state(other)
      }
      return sight.findings(
        shown, rule: rule, opened: try await events(EventQuery(kind: "finding.opened", limit: 1000)),
        newest: try await newest())
    case .events:
      let filter = EventFilter(fields)
      let lastHour = try await events(
        EventQuery(since: sight.now.advanced(bySeconds: -3600), limit: Sight.mostCounted))
      return sight.events(filter, rows: try await events(filter.query), lastHour: lastHour, newest: try await newest())
    case .search:
      let text = String((fields["q"] ?? "").prefix(200))
      return sight.search(text, events: text.isEmpty ? [] : try await events(EventQuery(text: text, limit: 20)))
    default: throw .notFound("There is no such page.")
    }
  }

  func export(_ route: Route, _ fields: [String: String], _ sight: Sight) async throws(Fault) -> Response? {
    let snapshot = sight.snapshot
    switch route {
    case .agents(let form) where form != .page:
      let agents = AgentFilter(fields).apply(snapshot.agents)
      return file(
        "agents", form, csv: { Exports.csv(agents: agents) }, json: { Exports.inventory(snapshot, agents: agents) })
    case .agent(let id, let form) where form != .page:
      guard let agent = sight.agent(id) else { throw .notFound("No agent is known as `\(id.prefix(200))`.") }
      let findings = snapshot.findings.filter { $0.agent == id }
      return file("agent", form, csv: { Exports.csv(evidence: agent) }) {
        var members = Exports.inventory(snapshot, agents: [agent]).members ?? [:]
        members["findings"] = .array(findings.map(\.value))
        return .object(members)
      }
    case .findings(_, let form) where form != .page:
      let filter = FindingFilter(fields)
      let findings = snapshot.findings.filter { filter.holds($0, agent: sight.agent($0.agent)) }
        .sorted(by: Sight.worstFirst)
      return file("findings", form, csv: { Exports.csv(findings: findings) }) {
        Exports.findings(snapshot, findings, target: snapshot.host.name)
      }
    case .events(let form) where form != .page:
      let rows = try await events(EventFilter(fields, limit: 10_000).query)
      return file("events", form, csv: { Exports.csv(events: rows) }, json: { Exports.events(snapshot, rows) })
    case .sources(let form):
      return file("sources", form, csv: { Exports.csv(sources: snapshot.sources) }) {
        Exports.inventory(snapshot, agents: [])
      }
    default: return nil
    }
  }

  private func file(_ name: String, _ form: Route.Form, csv: () -> CSV, json: () -> Value) -> Response {
    form == .csv
      ? .file("\(name).csv", csv().text, type: "text/csv; charset=utf-8")
      : .file("\(name).json", json().json(indent: 2) + "\n", type: "application/json")
  }

  func events(_ query: EventQuery) async throws(Fault) -> [EventRow] {
    do {
      return try await reading.events(query)
    } catch {
      throw .ledger("\(error)")
    }
  }

  /// Place of the newest event: what comes after it is new to this page.
  private func newest() async throws(Fault) -> UInt64 { try await events(EventQuery(limit: 1)).first?.seq ?? 0 }
}
