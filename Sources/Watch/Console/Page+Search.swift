import Model

extension Sight {
  /// Everything that holds a text: agents, findings, events.
  func search(_ text: String, events: [EventRow]) -> Page {
    let agents = AgentFilter(["q": text]).apply(snapshot.agents)
    let filter = FindingFilter(["q": text])
    let found = failed.filter { filter.holds($0, agent: agent($0.agent)) }
    let groups: [View] = [
      group(
        "agents", "Agents", href: Link.query("/agents", [("q", text)]),
        agents.map { agent in
          [
            "href": .text(Link.path("agents", agent.id)), "text": .markup(.name(agent.name)),
            "note": .markup("\(seen: Self.product(agent)) on \(seen: agent.host.name)"), "mark": .markup(risk(agent)),
          ]
        }),
      group(
        "findings", "Findings", href: filter.link("/findings"),
        found.map { finding in
          [
            "href": .text(Link.path("findings", finding.rule)), "text": .markup(.prose(finding.title)),
            "note": .markup(agent(finding.agent).map { .name($0.name) } ?? .empty),
            "mark": .markup(.severity(finding.severity)),
          ]
        }),
      group(
        "events", "Events", href: Link.query("/events", [("q", text)]),
        events.map { row in
          [
            "href": .text(Link.query("/events", [("q", text)]) + "#e\(row.seq)"),
            "text": .markup("<code>\(seen: row.event.kind)</code>"), "note": .markup(sentence(row.event, links: false)),
            "mark": .markup(ago(row.event.time)),
          ]
        }),
    ]
    let total = agents.count + found.count + events.count
    let heading: Markup = text.isEmpty ? "Search" : "\(total == 0 ? "Nothing" : String(total)) for \(Markup.name(text))"
    let view: View = [
      "heading": .markup(heading),
      "lead": .text(
        text.isEmpty
          ? "Type a name, host, address, rule or any text of an event."
          : "Among \(Words.count(snapshot.agents.count, "agent")), \(Words.count(failed.count, "finding")) and the events on record."
      ),
      "groups": .list(text.isEmpty ? [] : groups),
    ]
    return Page(title: "Search", place: .none, content: templates.render("search", view), search: text)
  }

  private func group(_ id: String, _ name: String, href: String, _ hits: [View]) -> View {
    [
      "group_id": .text("s-\(id)"), "group": .text(name), "group_href": .text(href),
      "group_all": .text(hits.count > 20 ? "All \(hits.count)" : "Open the list"),
      "hits": .list(Array(hits.prefix(20))),
      "none": .text("None."),
    ]
  }
}
