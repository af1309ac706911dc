import Model

extension Sight {
  /// What runs here, and what needs me?
  func overview(recent: [EventRow]) -> Page {
    let live = live(after: recent.first?.seq ?? 0, query: EventQuery(), here: "/")
    if snapshot.agents.isEmpty { return empty(heading: emptyHeading, place: .overview, live: live) }
    let failed = failed
    let view: View = [
      "live": live, "heading": .text(heading), "lead": .markup(lead(recent)), "states": .markup(states),
      "any_findings": .flag(!failed.isEmpty), "all_findings": .text("All " + Words.count(failed.count, "finding")),
      "worst": .list(failed.prefix(3).map { worst($0, recent) }), "nothing": .text(nothing),
      "lately": .list(recent.filter { $0.event.kind != "ledger.checkpoint" }.prefix(6).map(lately)),
      "sources": .list((blind + snapshot.sources.filter { $0.blind.isEmpty }).map(source)),
    ]
    return Page(title: "Overview", place: .overview, content: templates.render("overview", view))
  }

  private var active: [Agent] { snapshot.agents.filter { $0.status == .running || $0.status == .announced } }
  private var emptyHeading: String { "No agent on \(snapshot.host.name)" }

  private var heading: String {
    let active = active
    guard !active.isEmpty else {
      return "No agent runs now. \(Words.count(snapshot.agents.count, "is", "are")) known."
    }
    let hosts = Set(active.map(\.host.id)).count
    let verb = active.count == 1 ? "runs" : "run"
    let first = "\(Words.count(active.count, "agent")) \(verb) on \(Words.count(hosts, "host"))."
    let orphans = active.count { $0.registration == nil }
    switch orphans {
    case 0: return first + (active.count == 1 ? " It has an owner." : " Each has an owner.")
    case active.count: return first + (orphans == 1 ? " It belongs to nobody." : " None of them has an owner.")
    case 1: return first + " 1 of them belongs to nobody."
    default: return first + " \(orphans) of them belong to nobody."
    }
  }

  private func lead(_ recent: [EventRow]) -> Markup {
    var lead: Markup = "\(seen: snapshot.host.name)\(segment). Looked at \(ago(snapshot.taken))"
    if let newest = snapshot.agents.map(\.firstSeen).max() { lead += "; the last new agent came \(ago(newest))" }
    return lead + "."
  }

  private var segment: String {
    let others = Set(snapshot.agents.map(\.host.id)).subtracting([snapshot.host.id]).count
    return others == 0 ? "" : " and " + Words.count(others, "host") + " on its segment"
  }

  private var nothing: String {
    let measured = snapshot.findings.count { $0.outcome == .pass }
    let open = snapshot.findings.count - measured
    if snapshot.findings.isEmpty { return "Nothing has been assessed yet, so nothing is known to be wrong." }
    return "\(Words.count(measured, "check")) passed and none failed."
      + (open > 0 ? " \(open) could not be measured." : "")
  }

  private func worst(_ finding: Finding, _ recent: [EventRow]) -> View {
    let who: Markup = agent(finding.agent).map { "\(link($0)) on \(seen: $0.host.name): " } ?? ""
    return [
      "sev": .markup(.severity(finding.severity)), "title": .markup(.prose(finding.title)),
      "href": .text(Link.path("findings", finding.rule)), "when": .markup(opened(finding, recent) ?? .empty),
      "agent": .markup(who), "seen": .markup(.prose(Self.closed(finding.evidence))),
      "fix": .markup(.prose(finding.fix.text)),
      "code": .markup(Self.code(finding.fix.command)),
    ]
  }

  /// Evidence is a line without a full stop; here another sentence follows it.
  private static func closed(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }

  /// When it was found, where the ledger still says so.
  func opened(_ finding: Finding, _ recent: [EventRow]) -> Markup? {
    recent.first {
      $0.event.kind == "finding.opened" && $0.event.rule == finding.rule && $0.event.agent == finding.agent
    }.map { ago($0.event.time) }
  }

  private func lately(_ row: EventRow) -> View {
    ["text": .markup(sentence(row.event, links: true)), "when": .markup(ago(row.event.time))]
  }

  private func source(_ status: SourceStatus) -> View {
    let name = Words.source(status.source)
    return [
      "name": status.blind.isEmpty ? .text(name) : "<strong>\(name): blind in part</strong>",
      "looked": .markup("\(seen: status.looked)\(skipped(status))"),
      "blinds": .list(
        status.blind.map { ["what": .markup(.prose($0.what)), "remedy": .markup(.prose(Self.period($0.remedy)))] }),
    ]
  }

  private func skipped(_ status: SourceStatus) -> String {
    guard !status.skipped.isEmpty else { return "" }
    let parts = status.skipped.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "; skipped " + Words.list(parts)
  }

  static func period(_ text: String) -> String { text.isEmpty || text.hasSuffix(".") ? text : text + "." }

  /// No agent at all: what was looked at, what could not be seen, and the demo.
  func empty(heading: String, place: Page.Place, live: View) -> Page {
    let lasted = Moment.span(max(0, now.seconds(since: snapshot.since)))
    let lead =
      snapshot.sources.isEmpty
      ? "Trammel has just begun to look." : "Trammel has looked for \(lasted) and seen none."
    let view: View = [
      "live": live, "heading": .markup(Markup.seen(heading)), "lead": .text(lead),
      "looked": .list(
        snapshot.sources.map {
          ["name": .text(Words.source($0.source)), "looked_at": .markup(.seen($0.looked))]
        }),
      "unseen": .list(
        blind.flatMap(\.blind).map {
          ["what": .markup(.prose($0.what)), "remedy": .markup(.prose(Self.period($0.remedy)))]
        }),
    ]
    return Page(title: Markup(heading), place: place, content: templates.render("empty", view))
  }
}

// The bar of states: the subject is ink, the rest grey, labels sit in place.
extension Sight {
  private struct Segment {
    var count: Int
    var label: String
    var state: String
    /// No narrower than its label, in parts of a hundred: on a narrow page labels would collide.
    var least: Double
  }

  fileprivate var states: Markup {
    let active = active
    let gone = snapshot.agents.count { $0.status == .lost }
    let all = [
      Segment(count: active.count { $0.registration == nil }, label: "unregistered", state: "unregistered", least: 27),
      Segment(count: active.count { $0.registration != nil }, label: "registered", state: "registered", least: 23),
      Segment(count: snapshot.agents.count - active.count - gone, label: "idle", state: "idle", least: 12),
      Segment(count: gone, label: "gone", state: "gone", least: 12),
    ]
    let shown = all.filter { $0.count > 0 }
    let widths = Self.widths(shown.map { ($0.count, $0.least) })
    var shapes = Markup.empty
    var labels = Markup.empty
    var x = 0.0
    for (index, segment) in shown.enumerated() {
      let last = index == shown.count - 1
      let width = Self.percent(widths[index] - (last ? 0 : 0.3))
      let style =
        switch segment.state {
        case "unregistered": "c1"
        case "registered": "c3"
        case "idle": "c2"
        default: "axis"
        }
      shapes +=
        segment.state == "gone"
        ? "<rect class=\"axis\" x=\"\(Self.percent(x))\" y=\".5\" width=\"\(width)\" height=\"9\" stroke-dasharray=\"3 3\"/>"
        : "<rect class=\"\(style)\" x=\"\(Self.percent(x))\" width=\"\(width)\" height=\"10\"/>"
      let atEnd = last && shown.count > 1
      let place: Markup = atEnd ? "x=\"100%\" text-anchor=\"end\"" : "x=\"\(Self.percent(x))\""
      labels += """
        <a href="/agents?state=\(segment.state)"><text \(place) y="36" class="b">\(segment.count)</text>\
        <text \(place) y="56">\(segment.label)</text></a>
        """
      x += widths[index]
    }
    let said = Words.list(shown.map { "\($0.count) \($0.label)" })
    return """
      <section aria-labelledby="by-state">
      <h2 id="by-state" class="vh">Agents by state</h2>
      <svg class="chart" height="66" role="group" aria-label="Of \(Words.count(snapshot.agents.count, "agent")): \(said).">
      \(shapes)\(labels)
      </svg>
      </section>
      """
  }

  /// Shares of a hundred that keep to the counts as far as each least width allows.
  static func widths(_ parts: [(count: Int, least: Double)]) -> [Double] {
    let total = Double(parts.reduce(0) { $0 + $1.count })
    guard total > 0 else { return [] }
    let least = parts.reduce(0) { $0 + $1.least }
    var widths = parts.map { Double($0.count) / total * 100 }
    guard zip(widths, parts).contains(where: { $0 < $1.least }), least < 100 else { return widths }
    // Those too narrow get their least; the others share what is left by their counts.
    var fixed = Set<Int>()
    while true {
      let free = 100 - fixed.reduce(0) { $0 + parts[$1].least }
      let counts = Double(parts.indices.filter { !fixed.contains($0) }.reduce(0) { $0 + parts[$1].count })
      for index in parts.indices {
        widths[index] = fixed.contains(index) ? parts[index].least : free * Double(parts[index].count) / counts
      }
      guard let next = parts.indices.first(where: { !fixed.contains($0) && widths[$0] < parts[$0].least }) else {
        return widths
      }
      fixed.insert(next)
    }
  }

  static func percent(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
