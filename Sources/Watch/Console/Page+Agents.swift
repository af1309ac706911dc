import Model

/// Which agents to list; the address is the state.
struct AgentFilter: Sendable, Hashable {
  var text: String?
  var state: String?
  var scope: Scope?
  var kind: String?
  var sort: String?

  init(_ fields: [String: String]) {
    text = fields["q"].flatMap { $0.isEmpty ? nil : $0 }
    state = fields["state"].flatMap { Self.states.contains($0) ? $0 : nil }
    scope = fields["scope"].flatMap(Scope.init(rawValue:))
    kind = fields["kind"].flatMap { $0.isEmpty ? nil : $0 }
    sort = fields["sort"].flatMap { Self.sorts.contains($0) ? $0 : nil }
  }

  static let states = ["unregistered", "registered", "idle", "gone"]
  static let sorts = ["name", "host", "owner", "risk", "seen"]

  func link(_ path: String) -> String {
    Link.query(
      path, [("q", text), ("state", state), ("scope", scope?.rawValue), ("kind", kind), ("sort", sort)])
  }

  func with(_ change: (inout AgentFilter) -> Void) -> AgentFilter {
    var copy = self
    change(&copy)
    return copy
  }

  func holds(_ agent: Agent) -> Bool {
    if let state, Self.state(agent) != state { return false }
    if let scope, !agent.listeners.contains(where: { $0.scope == scope }) { return false }
    if let kind, agent.kind != kind { return false }
    guard let text = text?.lowercased() else { return true }
    let places =
      [
        agent.id, agent.name, agent.kind, agent.host.name, agent.registration?.owner, agent.user,
        agent.version, agent.stateDirectory, agent.host.mac,
      ].compactMap { $0 }
      + agent.host.addresses.map(\.description) + agent.listeners.map(\.endpoint)
    return places.contains { $0.lowercased().contains(text) }
  }

  static func state(_ agent: Agent) -> String {
    switch agent.status {
    case .running, .announced: agent.registration == nil ? "unregistered" : "registered"
    case .enabled, .installed, .remains: "idle"
    case .lost: "gone"
    }
  }

  /// The agents that hold, in the order asked for: riskiest first where nothing is.
  func apply(_ agents: [Agent]) -> [Agent] {
    agents.filter(holds).sorted { a, b in
      switch sort {
      case "name" where a.name != b.name: return a.name < b.name
      case "host" where a.host.name != b.host.name: return a.host.name < b.host.name
      case "owner" where a.registration?.owner != b.registration?.owner:
        return (a.registration?.owner ?? "") < (b.registration?.owner ?? "")
      case "seen" where a.lastSeen != b.lastSeen: return a.lastSeen > b.lastSeen
      default:
        let ranks = (a.risk.level?.rank ?? -1, b.risk.level?.rank ?? -1)
        if ranks.0 != ranks.1 { return ranks.0 > ranks.1 }
        if a.risk.score != b.risk.score { return a.risk.score > b.risk.score }
        return a.id < b.id
      }
    }
  }
}

extension Sight {
  /// Rows on one page; beyond it the filter helps more than scrolling.
  static let mostRows = 200

  /// Which, whose, where, how risky?
  func agents(_ filter: AgentFilter, newest: UInt64) -> Page {
    let here = filter.link("/agents")
    let live = live(after: newest, query: EventQuery(kind: "agent."), here: here)
    if snapshot.agents.isEmpty { return empty(heading: "Agents", place: .agents, live: live) }
    let rows = filter.apply(snapshot.agents)
    let shown = rows.prefix(Self.mostRows)
    let more: Markup =
      rows.count > shown.count
      ? "Shown are \(shown.count) of \(rows.count); narrow the filter or <a href=\"\(filter.link("/agents.csv"))\">export all</a>."
      : ""
    let view: View = [
      "live": live, "lead": .text(agentsLead(filter)), "filter": .text(filter.text ?? ""),
      "chips": .markup(chips(filter)),
      "csv": .text(filter.link("/agents.csv")), "json": .text(filter.link("/agents.json")), "any": .flag(!rows.isEmpty),
      "caption": .text(filter.sort == nil ? "Agents, riskiest first" : "Agents, by \(filter.sort ?? "risk")"),
      "columns": .markup(columns(filter)), "rows": .list(shown.map(row)), "more": .markup(more),
    ]
    return Page(title: "Agents", place: .agents, content: templates.render("agents", view))
  }

  private func agentsLead(_ filter: AgentFilter) -> String {
    let running = snapshot.agents.count { $0.status == .running }
    let orphans = snapshot.agents.count { AgentFilter.state($0) == "unregistered" }
    return "\(snapshot.agents.count) known, \(running) running, \(orphans) unregistered."
      + (filter.sort == nil || filter.sort == "risk" ? " Riskiest first." : "")
  }

  private func chips(_ filter: AgentFilter) -> Markup {
    let all = AgentFilter([:])
    let none = filter.with { ($0.text, $0.sort) = (nil, nil) } == all
    var out = Self.chip("All", count: snapshot.agents.count, href: "/agents", current: none)
    for (state, label) in [("unregistered", "Unregistered"), ("idle", "Idle"), ("gone", "Gone")] {
      let count = snapshot.agents.count { AgentFilter.state($0) == state }
      let current = filter.state == state
      guard count > 0 || current else { continue }
      out += Self.chip(label, count: count, href: all.with { $0.state = state }.link("/agents"), current: current)
    }
    for scope in [Scope.public, .lan, .tailnet] {
      let count = snapshot.agents.count { $0.listeners.contains { $0.scope == scope } }
      let current = filter.scope == scope
      guard count > 0 || current else { continue }
      let label = scope == .public ? "Open to the internet" : "On the \(Words.scope(scope))"
      out += Self.chip(label, count: count, href: all.with { $0.scope = scope }.link("/agents"), current: current)
    }
    if let kind = filter.kind {
      out += Self.setChip("\(seen: Words.kind(kind))", without: filter.with { $0.kind = nil }.link("/agents"))
    }
    if filter.state == "registered" {
      out += Self.setChip("registered", without: filter.with { $0.state = nil }.link("/agents"))
    }
    return out
  }

  private func columns(_ filter: AgentFilter) -> Markup {
    let columns: [(String, String?, Markup)] = [
      ("Agent", "name", ""), ("Host", "host", ""), ("Owner", "owner", ""), ("Listens", nil, ""), ("State", nil, ""),
      ("Risk", "risk", ""), ("Seen", "seen", " class=\"num\""),
    ]
    let current = filter.sort ?? "risk"
    return .joined(
      columns.map { label, sort, style in
        guard let sort else { return "<th scope=\"col\">\(label)</th>" }
        let falling = sort == "risk" || sort == "seen" ? "descending" : "ascending"
        let mark: Markup = sort == current ? " aria-sort=\"\(falling)\"" : ""
        let href = filter.with { $0.sort = sort }.link("/agents")
        return "<th scope=\"col\"\(style)\(mark)><a href=\"\(href)\">\(label)</a></th>"
      }, separator: "\n")
  }

  private func row(_ agent: Agent) -> View {
    let address = agent.host.addresses.first?.description ?? ""
    let more: Markup = address.isEmpty ? "" : " <span class=\"faint more\">\(address)</span>"
    return [
      "href": .text(Link.path("agents", agent.id)), "name": .markup(.name(agent.name)),
      "kind": .markup("\(seen: Self.product(agent))"), "host": .markup("\(Markup.name(agent.host.name))\(more)"),
      "host_title": .text(address), "owner": .markup(owner(agent)), "listens": .markup(listens(agent)),
      "status": .text(Words.status(agent.status)), "risk": .markup(risk(agent)), "when": .markup(ago(agent.lastSeen)),
    ]
  }

  static func product(_ agent: Agent) -> String {
    let version = agent.version.map { String($0.unicodeScalars.prefix(24)) }
    return [Words.kind(agent.kind), version].compactMap { $0 }.joined(separator: " ")
  }

  func owner(_ agent: Agent) -> Markup {
    agent.registration.map { .name($0.owner) } ?? "<strong>unregistered</strong>"
  }

  private func listens(_ agent: Agent) -> Markup {
    guard let widest = agent.scope else {
      // No listener seen is an answer only where somebody looked at this host's sockets.
      let looked = agent.evidence.contains { $0.source == .process || $0.source == .listener }
      return looked ? "none" : "<span class=\"faint\">not measured</span>"
    }
    let open = agent.listeners.filter { $0.scope == widest }
    let ports = Set(open.map(\.port)).sorted().prefix(3).map { ":\($0)" }.joined(separator: " ")
    let scope: Markup = widest == .loopback ? "loopback" : "<strong>\(Words.scope(widest))</strong>"
    let answers = Set(open.map(\.authenticated))
    let auth = answers == [true] ? ", auth" : answers.contains(false) ? ", no auth" : ""
    return "\(scope) \(ports)\(auth)"
  }

  func risk(_ agent: Agent) -> Markup {
    if agent.status == .lost { return .unmeasured("Gone") }
    guard let level = agent.risk.level else { return .unmeasured("Not assessed") }
    let figure: Markup = " <span class=\"faint\">\(agent.risk.score)</span>"
    let failed = snapshot.findings.contains { $0.agent == agent.id && $0.outcome == .fail }
    return (level == .info && !failed ? Markup.pass() : .severity(level)) + figure
  }
}
