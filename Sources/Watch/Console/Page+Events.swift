import Model

/// Which events to list; the address is the state.
struct EventFilter: Sendable, Hashable {
  var query: EventQuery

  init(_ fields: [String: String], limit: Int = 200) {
    func given(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : String($0.prefix(200)) } }
    query = EventQuery(
      kind: given("kind"), agent: given("agent"), severity: given("severity").flatMap(Severity.init(rawValue:)),
      text: given("q"), before: given("before").flatMap { UInt64($0) }, after: given("after").flatMap { UInt64($0) },
      limit: limit)
  }

  func with(_ change: (inout EventQuery) -> Void) -> EventFilter {
    var copy = self
    change(&copy.query)
    return copy
  }

  func link(_ path: String) -> String {
    Link.query(
      path,
      [
        ("q", query.text), ("kind", query.kind), ("agent", query.agent), ("severity", query.severity?.rawValue),
        ("before", query.before.map(String.init)),
      ])
  }

  /// Nothing but a text and a place in the list.
  var isOpen: Bool { query.kind == nil && query.agent == nil && query.severity == nil }
}

extension Sight {
  /// What just happened? `rows` are the newest that the filter lets through, `lastHour` what the chart counts.
  func events(_ filter: EventFilter, rows: [EventRow], lastHour: [EventRow], newest: UInt64) -> Page {
    let query = filter.query
    let first = filter.with { $0.before = nil }
    var view: [String: View] = [
      "lead": .text(eventsLead(lastHour, query)), "filter": .text(query.text ?? ""),
      "csv": .text(filter.link("/events.csv")), "json": .text(filter.link("/events.json")),
      "chips": .markup(chips(first)), "hidden": .markup(hidden(query)), "chart": .markup(chart(lastHour)),
      "live": query.before == nil ? live(after: newest, query: query, here: first.link("/events")) : "",
      "events": .list(list(rows)),
    ]
    view["older"] = .optional(
      rows.count >= query.limit
        ? rows.last.map { last in Markup(filter.with { $0.before = last.seq }.link("/events")) } : nil)
    view["newest"] = .optional(query.before == nil ? nil : Markup(first.link("/events")))
    view["footer"] = .text(
      rows.isEmpty
        ? ""
        : Words.count(rows.count, "event")
          + ". Times are UTC. The list stands still while you read; new rows wait above.")
    view["why_empty"] = .text(
      filter.isOpen && query.text == nil
        ? "Nothing has been recorded yet. What Trammel sees, decides or does appears here by itself."
        : "None that is recorded matches this filter.")
    return Page(title: "Events", place: .events, content: templates.render("events", .object(view)))
  }

  private func eventsLead(_ lastHour: [EventRow], _ query: EventQuery) -> String {
    let denied = lastHour.count { $0.event.verdict == "deny" }
    let number = lastHour.count >= Self.mostCounted ? "Over \(Self.mostCounted)" : String(lastHour.count)
    return (query.before == nil ? "Live. " : "") + "\(number) in the last hour"
      + (denied > 0 ? ", \(denied) denied." : ".")
  }

  /// Events that the chart and its sentence count at most.
  static let mostCounted = 2000

  private func hidden(_ query: EventQuery) -> Markup {
    .joined(
      [("kind", query.kind), ("agent", query.agent), ("severity", query.severity?.rawValue)].compactMap { name, value in
        value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" }
      })
  }

  private func chips(_ filter: EventFilter) -> Markup {
    let query = filter.query
    let all = filter.with { ($0.kind, $0.agent, $0.severity, $0.text) = (nil, nil, nil, nil) }
    var out = Self.chip("All", count: nil, href: all.link("/events"), current: filter.isOpen)
    let worse = query.severity == .medium
    out += Self.chip(
      "Medium and worse", count: nil, href: filter.with { $0.severity = worse ? nil : .medium }.link("/events"),
      current: worse)
    let kinds = [("finding.", "Findings"), ("agent.", "Agents"), ("listener.", "Listeners"), ("mdns.", "mDNS")]
    for (kind, label) in kinds {
      let current = query.kind == kind
      out += Self.chip(
        label, count: nil, href: filter.with { $0.kind = current ? nil : kind }.link("/events"), current: current)
    }
    if let agent = query.agent {
      let name: Markup = self.agent(agent).map { .name($0.name) } ?? .raw(agent)
      out += Self.setChip("agent \(name)", without: filter.with { $0.agent = nil }.link("/events"))
    }
    if let severity = query.severity, severity != .medium {
      out += Self.setChip("\(severity.rawValue) and worse", without: filter.with { $0.severity = nil }.link("/events"))
    }
    if let kind = query.kind, !kinds.contains(where: { $0.0 == kind }) {
      out += Self.setChip("kind \(Markup.raw(kind))", without: filter.with { $0.kind = nil }.link("/events"))
    }
    return out
  }

  /// Events a minute in the last hour.
  private func chart(_ lastHour: [EventRow]) -> Markup {
    var counts = Array(repeating: 0, count: 60)
    for row in lastHour {
      let minute = Int(now.seconds(since: row.event.time) / 60)
      if (0..<60).contains(minute) { counts[59 - minute] += 1 }
    }
    guard let peak = counts.max(), peak > 0, let at = counts.firstIndex(of: peak) else { return "" }
    let bars = counts.enumerated().filter { $0.element > 0 }.map { index, count in
      let height = max(2, 44 * count / peak)
      return "M\(index * 10 + 1) \(48 - height)h8v\(height)h-8z"
    }.joined()
    let start = String(Moment.clock(now.advanced(bySeconds: -3600)).prefix(5))
    let top = String(Moment.clock(now.advanced(bySeconds: Double(at - 60) * 60)).prefix(5))
    // The label of the peak keeps clear of those at the ends.
    let x = Self.percent(min(62, max(18, Double(at) / 60 * 100)))
    let label = at < 8 ? "\(start), \(peak) a minute at most" : start
    let middle: Markup = at < 8 ? "" : "<text class=\"f\" x=\"\(x)\" y=\"62\">\(top), \(peak) a minute</text>"
    return """
      <figure>
      <figcaption class="vh">Events a minute in the last hour</figcaption>
      <svg class="chart" height="64" role="img" aria-label="\(Words.count(lastHour.count, "event")) in the last hour, at most \(peak) a minute, at \(top).">
      <svg width="100%" height="48" viewBox="0 0 600 48" preserveAspectRatio="none"><path class="c2" d="\(bars)"/><path class="axis" d="M0 48H600"/></svg>
      <text class="f" y="62">\(label)</text>\(middle)<text class="f" x="100%" y="62" text-anchor="end">now</text>
      </svg>
      </figure>
      """
  }
}

// One event as a row that opens, and as a sentence.
extension Sight {
  /// Rows, with the day above each first one of another day.
  func list(_ rows: [EventRow]) -> [View] {
    var day = Moment.day(now)
    return rows.map { row in
      let own = Moment.day(row.event.time)
      defer { day = own }
      return self.row(row, day: own == day ? nil : own)
    }
  }

  private func row(_ row: EventRow, day: String?) -> View {
    let event = row.event
    var story = Markup.empty
    if let id = event.agent { story += Self.pair("Agent", link(agent: id)) }
    if let actor = event.actor { story += Self.pair("Actor", .raw(actor)) }
    if let object = event.object { story += Self.pair("Object", .raw(object)) }
    if let rule = event.rule {
      let known = snapshot.findings.contains { $0.rule == rule }
      story += Self.pair(
        "Rule", known ? "<a href=\"\(Link.path("findings", rule))\">\(seen: rule)</a>" : .raw(rule))
    }
    if let reason = event.reason { story += Self.pair("Because", .prose(reason)) }
    story += Self.data(event.data)
    if story.isEmpty { story = Self.pair("Host", .raw(event.host)) }
    var record = Self.pair("Exact time", "\(event.time.rfc3339(digits: 9))")
    if let recorded = event.recorded { record += Self.pair("Recorded", "\(recorded.rfc3339(digits: 9))") }
    record += Self.pair("Recorded by", .raw(event.host))
    record += Self.pair("Event", .cut(event.id.description, raw: false, tail: 12))
    record += Self.pair("Ledger", "no. \(Words.grouped(Int(clamping: row.seq)))")
    if let task = event.task { record += Self.pair("Task", .cut(task, raw: true)) }
    return [
      "anchor": .text("e\(row.seq)"), "day": .optional(day.map { Markup($0) }),
      "time": .markup(Moment.element(event.time, Moment.clock(event.time))),
      "sev": .markup(.severity(event.severity)), "kind": .markup("\(seen: event.kind)"),
      "text": .markup(sentence(event, links: false)), "verdict": .markup(.verdict(event.verdict)),
      "story": .markup(story), "record": .markup(record),
      "link": .text(
        Link.query("/events", [("before", String(row.seq == .max ? row.seq : row.seq + 1))]) + "#e\(row.seq)"),
    ]
  }

  /// `studio: Gateway open to the LAN`; names stay text inside a summary, which is itself a control.
  func sentence(_ event: Event, links: Bool) -> Markup {
    let known = agent(event.agent)
    let who: Markup? = known.map { links ? link($0) : .name($0.name) } ?? event.agent.map { .raw($0) }
    // An opened or closed finding has its title as the reason.
    let title = event.data["title"]?.string ?? (event.kind.hasPrefix("finding.") ? event.reason : nil)
    let what: Markup? = title.map { .prose($0) } ?? event.object.map { .raw($0) }
    let said: Markup =
      switch event.kind {
      case "agent.found": "found"
      case "agent.lost": "not seen again"
      case "agent.registered": "registered"
      case "agent.changed": "changed"
      case "listener.opened": "listens on"
      case "listener.closed": "no longer listens on"
      case "finding.closed": "no longer:"
      case "finding.accepted": "accepted:"
      case "mdns.announced": "announces"
      case "mdns.queried": "looks for"
      case "finding.opened": ""
      default: links ? "\(seen: event.kind)" : ""
      }
    let subject: Markup? = who ?? event.actor.map { .raw($0) }
    let verb: Markup? = said.isEmpty ? nil : said
    // What a title says about somebody follows a colon.
    let colon: Markup = subject != nil && verb == nil && title != nil ? ": " : " "
    var out = Markup.joined([subject, verb, what].compactMap { $0 }, separator: colon)
    if what == nil, let reason = event.reason { out += out.isEmpty ? .prose(reason) : ", \(Markup.prose(reason))" }
    return out.isEmpty ? "\(seen: event.kind)" : out
  }
}
