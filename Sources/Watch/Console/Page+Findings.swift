import Model

/// Which findings to list; the address is the state.
struct FindingFilter: Sendable, Hashable {
  enum State: String, Sendable, Hashable, CaseIterable { case open, unmeasured, passed }
  var state: State
  var text: String?

  init(_ fields: [String: String]) {
    state = fields["state"].flatMap(State.init(rawValue:)) ?? .open
    text = fields["q"].flatMap { $0.isEmpty ? nil : $0 }
  }

  func link(_ path: String, state other: State? = nil) -> String {
    let state = other ?? state
    return Link.query(path, [("q", text), ("state", state == .open ? nil : state.rawValue)])
  }

  static func state(_ finding: Finding) -> State {
    switch finding.outcome {
    case .fail: .open
    case .pass: .passed
    case .notMeasured: .unmeasured
    }
  }

  func holds(_ finding: Finding, agent: Agent?) -> Bool {
    guard Self.state(finding) == state else { return false }
    guard let text = text?.lowercased() else { return true }
    return [
      finding.rule, finding.title, finding.evidence, finding.location.file, finding.location.key, agent?.name,
      agent?.host.name,
    ].compactMap { $0 }.contains { $0.lowercased().contains(text) }
  }
}

extension Sight {
  /// What do we fix? Grouped by rule, worst first; one rule beside it, fix first.
  func findings(_ filter: FindingFilter, rule: String?, opened: [EventRow], newest: UInt64) -> Page {
    let held = snapshot.findings.filter { filter.holds($0, agent: agent($0.agent)) }.sorted(by: Self.worstFirst)
    var groups: [(rule: String, findings: [Finding])] = []
    var places: [String: Int] = [:]
    for finding in held {
      if let index = places[finding.rule] {
        groups[index].findings.append(finding)
      } else {
        places[finding.rule] = groups.count
        groups.append((finding.rule, [finding]))
      }
    }
    let one = groups.first { $0.rule == rule }?.findings
    let path = one == nil ? "/findings" : Link.path("findings", rule ?? "")
    var view: [String: View] = [
      "live": live(after: newest, query: EventQuery(kind: "finding."), here: filter.link(path)),
      "heading": .text(findingsHeading(filter, held.count, groups.count)), "lead": .text(findingsLead),
      "filter": .text(filter.text ?? ""), "chips": .markup(chips(filter)),
      "hidden": filter.state == .open
        ? "" : "<input type=\"hidden\" name=\"state\" value=\"\(filter.state.rawValue)\">",
      "csv": .text(filter.link("/findings.csv")), "json": .text(filter.link("/findings.json")),
      "any": .flag(!groups.isEmpty), "shape": one == nil ? "" : "split",
      "caption": "Findings by rule, worst first", "first_column": filter.state == .open ? "Severity" : "Answer",
      "rules": .list(groups.prefix(Self.mostRows).map { ruleRow($0.rule, $0.findings, filter, rule, opened) }),
      "rule": .flag(one != nil), "empty_title": .text(emptyTitle(filter)),
      "empty_text": .text(snapshot.findings.isEmpty ? "Nothing has been assessed yet." : findingsLead),
    ]
    if let one, let first = one.first { view.merge(beside(one, first, filter, opened)) { _, new in new } }
    let title: Markup = one?.first.map { Markup(String($0.title.prefix(80))) } ?? "Findings"
    return Page(title: title, place: .findings, content: templates.render("findings", .object(view)))
  }

  private func findingsHeading(_ filter: FindingFilter, _ count: Int, _ rules: Int) -> String {
    let from = rules == count ? "" : ", from " + Words.count(rules, "rule")
    switch filter.state {
    case .open where count == 0: return "No finding is open"
    case .open: return Words.count(count, "finding") + from
    case .unmeasured: return Words.count(count, "check") + " could not be measured"
    case .passed: return Words.count(count, "check") + " passed"
    }
  }

  private var findingsLead: String {
    let states = snapshot.findings.map(FindingFilter.state)
    let passed = states.count { $0 == .passed }
    let unmeasured = states.count { $0 == .unmeasured }
    return
      "\(Words.count(states.count, "check")) in all: \(states.count - passed - unmeasured) failed, \(passed) passed, "
      + "\(unmeasured) not measured."
  }

  private func emptyTitle(_ filter: FindingFilter) -> String {
    if filter.text != nil { return "Nothing matches this filter" }
    return switch filter.state {
    case .open: "Nothing is known to be wrong"
    case .unmeasured: "Everything that was asked could be measured"
    case .passed: "No check has passed yet"
    }
  }

  private func chips(_ filter: FindingFilter) -> Markup {
    let labels: [FindingFilter.State: String] = [.open: "Open", .unmeasured: "Not measured", .passed: "Passed"]
    return .joined(
      FindingFilter.State.allCases.map { state in
        Self.chip(
          labels[state] ?? "", count: snapshot.findings.count { FindingFilter.state($0) == state },
          href: filter.link("/findings", state: state), current: filter.state == state)
      })
  }

  private func badge(_ finding: Finding) -> Markup {
    switch finding.outcome {
    case .fail: .severity(finding.severity)
    case .pass: .pass()
    case .notMeasured: .unmeasured()
    }
  }

  private func ruleRow(
    _ rule: String, _ findings: [Finding], _ filter: FindingFilter, _ current: String?, _ opened: [EventRow]
  ) -> View {
    let newest = opened.first { $0.event.kind == "finding.opened" && $0.event.rule == rule }?.event.time
    let isCurrent = rule == current
    return [
      "on": isCurrent ? " class=\"on\"" : "", "current": isCurrent ? " aria-current=\"true\"" : "",
      "sev": .markup(findings.first.map(badge) ?? ""), "href": .text(filter.link(Link.path("findings", rule))),
      "title": .markup(.prose(findings.first?.title ?? rule)),
      "count": .text(String(Set(findings.map(\.agent)).count)),
      "when": .markup(newest.map(ago) ?? "<span class=\"faint\">unknown</span>"),
    ]
  }

  private func beside(_ findings: [Finding], _ first: Finding, _ filter: FindingFilter, _ opened: [EventRow])
    -> [String: View]
  {
    var meta: Markup = "<code>\(first.rule)</code>"
    if let tier = first.tier { meta += " · tier \(tier)" }
    if let requirement = first.requirement { meta += " · requirement \(requirement)" }
    if let theirs = first.openclawCheckID { meta += " · OpenClaw check <code>\(theirs)</code>" }
    let places = findings.prefix(50).map { finding -> View in
      let who: Markup =
        agent(finding.agent).map { "<strong>\(link($0))</strong> on \(seen: $0.host.name)" }
        ?? finding.agent.map { .raw($0) } ?? "this host"
      var seen = Markup.prose(finding.evidence)
      if case .notMeasured(let reason) = finding.outcome { seen = "Not measured: \(Markup.prose(reason))" }
      let when: Markup = self.opened(finding, opened).map { " <span class=\"faint\">\($0)</span>" } ?? ""
      return [
        "where": .markup(who + when), "seen": .markup(seen),
        "place": .markup(place(finding).map { "<br>\($0)" } ?? .empty),
      ]
    }
    var fixes: [Finding.Fix] = []
    for finding in findings where !fixes.contains(finding.fix) && fixes.count < 5 { fixes.append(finding.fix) }
    let references = first.references.prefix(12).map { reference -> Markup in
      // Only what is plainly a web address becomes a link; the rest is shown as it is.
      reference.hasPrefix("https://")
        ? "<li><a href=\"\(reference)\" rel=\"noreferrer noopener\">\(Markup.cut(reference, raw: false, from: 56))</a></li>"
        : "<li>\(seen: reference)</li>"
    }
    return [
      "rule_sev": .markup(badge(first)), "close": .text(filter.link("/findings")),
      "rule_title": .markup(.prose(first.title)), "rule_meta": .markup(meta), "rule_why": .markup(.prose(first.why)),
      "places": .list(Array(places)),
      "fixes": .list(
        fixes.map { ["fix": .markup(.prose($0.text)), "code": .markup(Self.code($0.command))] }),
      "references": .optional(references.isEmpty ? nil : .joined(Array(references))),
    ]
  }
}
