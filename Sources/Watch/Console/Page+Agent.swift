import Model

extension Sight {
  /// How do you know, what is wrong?
  func agent(
    _ agent: Agent, events: [EventRow], opened: [EventRow], credentials: EventRow? = nil, newest: UInt64
  ) -> Page {
    let here = Link.path("agents", agent.id)
    let mine = snapshot.findings.filter { $0.agent == agent.id }.sorted(by: Self.worstFirst)
    let failed = mine.filter { $0.outcome == .fail }
    let passed = mine.filter { $0.outcome == .pass }
    let unmeasured = mine.compactMap { finding -> (Finding, String)? in
      if case .notMeasured(let reason) = finding.outcome { (finding, reason) } else { nil }
    }
    let view: View = [
      "live": live(after: newest, query: EventQuery(agent: agent.id), here: here),
      "name": .markup(.name(agent.name)), "lead": .markup(lead(agent, failed)),
      "tally": .markup(tally(failed, passed.count, unmeasured.count)), "registered": .flag(agent.registration != nil),
      "failed_count": .text(Words.grouped(failed.count)), "unmeasured_count": .text(Words.grouped(unmeasured.count)),
      "seen_line": .markup(
        "First seen \(Moment.element(agent.firstSeen, Moment.day(agent.firstSeen))), last seen \(ago(agent.lastSeen))"),
      "csv": .text(here + "/agent.csv"), "json": .text(here + "/agent.json"),
      "facts": .list(facts(agent).map(\.view)),
      "checks": .text(checks(mine.count, failed.count, passed.count, unmeasured.count)),
      "findings": .list(failed.prefix(Self.mostRows).map { article($0, opened) }),
      "nothing_wrong": .text(
        mine.isEmpty
          ? "Nothing has been assessed yet, so nothing is known to be wrong."
          : "None of the checks that could be measured failed."),
      "passed": .optional(
        passed.isEmpty
          ? nil
          : .joined(
            passed.map {
              "<li class=\"pair\"><span>\(Markup.pass()) \(Markup.prose($0.title))</span><code>\($0.rule)</code></li>"
            })),
      "passed_summary": .text(Words.count(passed.count, "check") + " passed"),
      "unmeasured": .list(
        unmeasured.map { finding, reason in
          [
            "badge": .markup(.unmeasured()), "title": .markup(.prose(finding.title)), "rule": .text(finding.rule),
            "reason": .markup(.prose(Self.period(reason))),
          ]
        }),
      "all_measured": .text(
        mine.isEmpty ? "Nothing has been assessed yet." : "Every check that applies to it was measured."),
      "tier": tier(mine), "credentials": self.credentials(credentials, of: agent),
      "events_href": .text(Link.query("/events", [("agent", agent.id)])),
      "events": .list(list(Array(events.prefix(8)))),
    ]
    return Page(
      title: Markup(String(agent.name.unicodeScalars.prefix(80))), place: .agents,
      content: templates.render("agent", view), drawers: drawers(agent, here))
  }

  private func lead(_ agent: Agent, _ failed: [Finding]) -> Markup {
    var out: Markup = "\(seen: Self.product(agent)) on \(seen: agent.host.name), \(Words.statusInFull(agent.status))"
    if let user = agent.user { out += ", as user \(seen: user)" }
    out += agent.registration.map { ", owned by \(Markup.name($0.owner))." } ?? ", owned by nobody."
    if let widest = agent.scope, widest > .loopback {
      let open = agent.listeners.contains { $0.scope == widest && $0.authenticated == false }
      let where_ = widest == .public ? "the internet" : "the \(Words.scope(widest))"
      out += " Open to \(where_)\(open ? " without a password" : "")."
    }
    if let worst = failed.first { out += " Worst: \(Markup.prose(worst.title))." }
    return out
  }

  private func tally(_ failed: [Finding], _ passed: Int, _ unmeasured: Int) -> Markup {
    var parts: [Markup] = []
    for severity in Severity.allCases.reversed() {
      let count = failed.count { $0.severity == severity }
      if count > 0 { parts.append(.severity(severity, "\(Words.severity(severity)) \(count)")) }
    }
    parts.append(.pass("Pass \(passed)"))
    parts.append(.unmeasured("Not measured \(unmeasured)"))
    return .joined(parts)
  }

  private func checks(_ all: Int, _ failed: Int, _ passed: Int, _ unmeasured: Int) -> String {
    all == 0
      ? "No check has run"
      : "\(Words.count(all, "check")): \(failed) failed, \(passed) passed, \(unmeasured) could not be measured"
  }

  private func article(_ finding: Finding, _ opened: [EventRow]) -> View {
    var meta: Markup = "<code>\(finding.rule)</code>"
    if let place = place(finding) { meta += " · \(place)" }
    if let tier = finding.tier { meta += " · tier \(tier)" }
    if let theirs = finding.openclawCheckID { meta += " · OpenClaw check <code>\(theirs)</code>" }
    return [
      "sev": .markup(.severity(finding.severity)), "title": .markup(.prose(finding.title)),
      "href": .text(Link.path("findings", finding.rule)),
      "when": .markup(self.opened(finding, opened) ?? .empty), "seen": .markup(.prose(finding.evidence)),
      "why": .markup(.prose(finding.why)), "fix": .markup(.prose(finding.fix.text)),
      "code": .markup(Self.code(finding.fix.command)), "meta": .markup(meta),
    ]
  }

  /// `openclaw.json, line 12, gateway.bind`
  func place(_ finding: Finding) -> Markup? {
    let location = finding.location
    var parts: [Markup] = []
    if let file = location.file {
      parts.append(
        .cut(file, raw: false, tail: min(24, file.split(separator: "/").last.map { $0.count + 1 } ?? 8), from: 48))
    }
    if let line = location.line { parts.append("line \(line)") }
    if let key = location.key { parts.append("<code>\(seen: key)</code>") }
    if let address = location.address { parts.append("<code>\(seen: address)</code>") }
    return parts.isEmpty ? nil : .joined(parts, separator: ", ")
  }
}

// Facts, and the drawers with what proves them.
extension Sight {
  struct Fact {
    var name: String
    var value: Markup
    var known: Markup
    var evidence: Markup

    var view: View {
      ["fact": .text(name), "value": .markup(value), "known": .markup(known), "evidence": .markup(evidence)]
    }
  }

  private func facts(_ agent: Agent) -> [Fact] {
    var facts: [Fact] = []
    func add(_ name: String, _ value: Markup, from sources: [Observation.Source]) {
      let present = sources.filter { source in agent.evidence.contains { $0.source == source } }
      guard let first = present.first else {
        facts.append(
          Fact(name: name, value: value, known: "by inference", evidence: "<span class=\"faint\">none kept</span>"))
        return
      }
      // Only what the button opens: other sources may know of it too, but nobody kept which.
      let count = agent.evidence.count { $0.source == first }
      facts.append(
        Fact(
          name: name, value: value, known: "\(Words.knownBy(first))",
          evidence: """
            <button class="link" type="button" popovertarget="e-\(first.rawValue)">\(Words.count(count, "source"))\
            <span class="vh"> for \(name)</span></button>
            """))
    }
    let sockets: [Observation.Source] = [.listener, .process, .container, .tunnel, .mdns, .installation, .unit, .demo]
    for listener in agent.listeners.prefix(12) {
      let reach: Markup =
        listener.scope == .loopback
        ? "this host only"
        : "<strong>reachable from the \(listener.scope == .public ? "internet" : Words.scope(listener.scope))</strong>"
      let proved: Markup =
        listener.reachableFrom.isEmpty
        ? "" : ", connected from \(seen: Words.list(listener.reachableFrom))"
      add("Listens", "<code>\(listener.endpoint)</code>, \(reach)\(proved)", from: sockets)
      let auth: Markup =
        switch listener.authenticated {
        case true?: "asked for"
        case false?: "<strong>none</strong>"
        case nil: .unmeasured()
        }
      let tls: Markup = listener.tls.map { $0 ? ", over TLS" : ", without TLS" } ?? ""
      add("Authentication", "\(auth)\(tls)", from: [.installation] + sockets)
    }
    let all = Observation.Source.allCases
    if agent.listeners.isEmpty {
      if agent.evidence.contains(where: { $0.source == .process || $0.source == .listener }) {
        add("Listens", "nowhere that was seen", from: [.listener, .process])
      } else {
        facts.append(
          Fact(
            name: "Listens", value: .unmeasured(), known: "no sensor of its host",
            evidence: "<span class=\"faint\">none</span>"))
      }
    }
    for (name, source) in [
      ("Process", Observation.Source.process), ("Unit", .unit), ("Container", .container), ("Tunnel", .tunnel),
      ("Announces", .mdns),
    ] {
      for item in agent.evidence.filter({ $0.source == source }).prefix(4) {
        add(name, .seen(item.detail, limit: 200), from: [source])
      }
    }
    if let directory = agent.stateDirectory {
      add("State", .cut(directory, raw: false, from: 64), from: [.installation, .process, .unit, .container, .demo])
    }
    if let version = agent.version {
      add(
        "Version", "<code>\(seen: version)</code>",
        from: [.installation, .process, .container, .mdns, .listener, .demo])
    }
    if let user = agent.user { add("User", .name(user), from: [.process, .unit, .installation, .demo]) }
    var host: [Markup] = [.name(agent.host.name)]
    host += agent.host.addresses.map(\.description).filter { $0 != agent.host.name }.prefix(4).map { "\($0)" }
    if let mac = agent.host.mac { host.append(.cut(mac, raw: false)) }
    if let vendor = agent.host.vendor { host.append(.seen(vendor)) }
    add("Host", .joined(host, separator: ", "), from: [.mdns, .process, .installation, .container, .listener] + all)
    for source in blind {
      for missed in source.blind.prefix(3) {
        facts.append(
          Fact(
            name: Words.source(source.source),
            value: "\(Markup.unmeasured()) <span class=\"faint\">\(Markup.prose(missed.what))</span>",
            known: "<a href=\"/#sensors\">how to allow it</a>", evidence: "<span class=\"faint\">none</span>"))
      }
    }
    return facts
  }

  private func drawers(_ agent: Agent, _ here: String) -> Markup {
    let sources = Observation.Source.allCases.filter { source in agent.evidence.contains { $0.source == source } }
    let drawers = sources.map { source -> View in
      let items = agent.evidence.filter { $0.source == source }
      return [
        "id": .text("e-\(source.rawValue)"), "heading": .text(Words.source(source)),
        "about": .markup(
          "Evidence about \(Markup.name(agent.name)): \(Words.knownBy(source)), \(Words.count(items.count, "time"))."),
        "items": .list(items.prefix(20).map(item)),
      ]
    }
    return templates.render(
      "agentdrawers",
      [
        "drawers": .list(drawers), "agent_name": .markup(.name(agent.name)), "register_href": .text(here + "/register"),
        "register_token": .text(token(here + "/register")), "unregister_href": .text(here + "/unregister"),
        "unregister_token": .text(token(here + "/unregister")), "registered": .flag(agent.registration != nil),
        "owner_value": .text(agent.registration?.owner ?? ""),
      ])
  }

  private func item(_ evidence: Agent.Evidence) -> View {
    var pairs = Self.pair("Observed", Moment.element(evidence.observed, Moment.ago(evidence.observed, now: now)))
    pairs += Self.pair("Exactly", "\(Moment.exact(evidence.observed))")
    pairs += Self.pair("Confidence", "\(evidence.confidence.rawValue)")
    if !evidence.reasons.isEmpty {
      pairs += Self.pair("Because", .joined(evidence.reasons.prefix(12).map { .prose($0) }, separator: "<br>"))
    }
    let data: Markup =
      evidence.data.isEmpty
      ? "" : "<h3>What it said</h3><dl class=\"kv\">\(Self.data(evidence.data))</dl>"
    return [
      "detail": .markup(.seen(evidence.detail)), "pairs": .markup(pairs), "data": .markup(data),
      "proof": .optional(evidence.proof.map { Self.code($0) }),
    ]
  }

  /// Members as pairs; all of it is text from outside.
  static func data(_ members: Value.Members) -> Markup {
    .joined(
      members.entries.prefix(40).map { entry in
        let text = entry.value.string ?? entry.value.json()
        return "<dt>\(seen: String(entry.name.unicodeScalars.prefix(64)))</dt><dd>\(Markup.raw(text))</dd>"
      })
  }
}
