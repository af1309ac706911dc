import Matching
public import Model
import Posture

/// The report for the people who decide: one page without jargon, then the evidence.
public struct Briefing: Sendable {
  public var host: Host
  public var time: Timestamp
  /// Without those that are lost.
  public var agents: [Agent]
  public var findings: [Finding]
  public var sources: [SourceStatus]

  public init(host: Host, time: Timestamp, agents: [Agent], findings: [Finding], sources: [SourceStatus]) {
    self.host = host
    self.time = time
    self.agents = agents.filter { $0.status != .lost }.sorted { a, b in
      a.risk.score != b.risk.score ? a.risk.score > b.risk.score : a.id < b.id
    }
    let ids = Set(self.agents.map(\.id))
    self.findings = findings.filter { $0.agent.map(ids.contains) ?? true }
    self.sources = sources
  }

  /// Something that a deployment tier asks and that fails, with the agents that it concerns.
  struct Step {
    var control: TierControl
    var severity: Severity
    var agents: [String]
  }

  /// The worst first, then those that help most agents.
  var steps: [Step] {
    var steps: [Step] = []
    for agent in agents {
      for state in TierReport(findings.filter { $0.agent == agent.id }).controls {
        guard case .fails(_, let severity) = state.answer, severity >= .medium else { continue }
        if let place = steps.firstIndex(where: { $0.control.id == state.control.id }) {
          steps[place].severity = max(steps[place].severity, severity)
          steps[place].agents.append(agent.id)
        } else {
          steps.append(Step(control: state.control, severity: severity, agents: [agent.id]))
        }
      }
    }
    return steps.enumerated().sorted { a, b in
      if a.element.severity != b.element.severity { return a.element.severity > b.element.severity }
      if a.element.agents.count != b.element.agents.count { return a.element.agents.count > b.element.agents.count }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// What the reader should take away, in one or two sentences.
  var headline: String {
    guard !agents.isEmpty else { return "No AI agent was found on \(host.name)." }
    let urgent = agents.filter { ($0.risk.level ?? .info) >= .high }.count
    let unowned = agents.filter { $0.registration == nil }.count
    var text = agents.count == 1 ? "One AI agent was found." : "\(agents.count) AI agents were found."
    text +=
      urgent == 0
      ? " None needs urgent action."
      : urgent == 1 ? " One needs action now." : " \(urgent) need action now."
    if unowned > 0 {
      text +=
        unowned == agents.count
        ? " Nobody has put a name to \(agents.count == 1 ? "it" : "any of them")."
        : " \(unowned) \(unowned == 1 ? "has" : "have") no owner on record."
    }
    return text
  }

  /// How an agent stands, in words for somebody who runs no computers.
  static func plain(_ agent: Agent) -> String {
    switch agent.status {
    case .running: "at work now"
    case .enabled: "starts by itself"
    case .announced: "offers itself on the network"
    case .installed: "installed"
    case .remains: "left behind"
    case .lost: "gone"
    }
  }

  static func reach(_ agent: Agent) -> String {
    guard let scope = agent.listeners.map(\.scope).max() else { return "from nowhere that was seen" }
    switch scope {
    case .loopback: return "from its own machine"
    case .tailnet: return "through the private network"
    case .lan: return "by everybody on the network"
    case .public: return "from the internet"
    }
  }

  static func urgency(_ level: Severity?) -> String {
    switch level {
    case .critical: "act today"
    case .high: "act this week"
    case .medium: "plan a change"
    case .low: "small matters"
    case .info: "in order"
    case nil: "could not be judged"
    }
  }

  /// What it was seen to talk to.
  static func talks(_ agent: Agent) -> [String] {
    var names: [String] = []
    for member in ["providers", "integrations"] {
      for one in agent.value[member]?.array ?? [] {
        guard let name = one["name"]?.string ?? one["domain"]?.string, !names.contains(name) else { continue }
        names.append(name)
      }
    }
    return names
  }

  private var counts: [(label: String, count: Int, colour: String)] {
    [(Severity.critical, "critical"), (.high, "high"), (.medium, "medium"), (.low, "low")].map { level, colour in
      (Self.urgency(level), agents.filter { $0.risk.level == level }.count, colour)
    }
      + [("in order", agents.filter { $0.risk.level == .info }.count, "pass")]
      + (agents.contains { $0.risk.level == nil }
        ? [("not judged", agents.filter { $0.risk.level == nil }.count, "faint")] : [])
  }

  public var html: String {
    var body = "<h1>\(HTML.text(headline))</h1>\n"
    body += "<p class=\"faint\">What AI agents do on \(HTML.text(host.name)), as of \(time.rfc3339())</p>\n"
    if !agents.isEmpty {
      body += "<h2>How they stand</h2>\n" + HTML.bars(counts, title: "Agents by urgency")
      body +=
        "<div class=\"table\"><table><tr><th>agent</th><th>who answers for it</th><th>state</th><th>can be reached</th><th>talks to</th><th>what to do</th></tr>\n"
      for agent in agents.prefix(8) {
        let level = agent.risk.level
        let talks = Self.talks(agent)
        body += "<tr><td><strong>\(HTML.text(agent.name))</strong>"
        if agent.name != agent.kind { body += "<br><span class=\"faint\">\(HTML.text(agent.kind))</span>" }
        body +=
          "</td><td>\(HTML.text(agent.registration?.owner ?? "nobody on record"))</td><td>\(Self.plain(agent))</td><td>\(Self.reach(agent))</td>"
        body += "<td>\(HTML.text(talks.isEmpty ? "not seen" : talks.prefix(4).joined(separator: ", ")))</td>"
        body += "<td class=\"word \(level?.rawValue ?? "info")\">\(Self.urgency(level))</td></tr>\n"
      }
      body += "</table></div>\n"
      if agents.count > 8 { body += "<p class=\"faint\">\(agents.count - 8) more behind this page.</p>\n" }
    }
    let steps = steps
    if !steps.isEmpty {
      body += "<h2>What should change first</h2>\n<ol>\n"
      for step in steps.prefix(5) {
        body +=
          "<li><strong>\(HTML.text(Self.wish(step))).</strong> Otherwise: \(HTML.text(Self.lowered(step.control.consequence)))"
        body += " <span class=\"faint\">\(HTML.text(Self.whom(step.agents)))</span></li>\n"
      }
      body += "</ol>\n"
    }
    let blind = sources.flatMap(\.blind)
    if !blind.isEmpty {
      body +=
        "<p class=\"soft\">\(blind.count == 1 ? "One thing" : "\(blind.count) things") could not be looked at; what stands here may be less than there is.</p>\n"
    }
    body += evidence(blind)
    return HTML.page(title: "AI agents on \(host.name)", body)
  }

  /// As something to be reached: the table says it as if it were so.
  private static func wish(_ step: Step) -> String { "Make sure that " + lowered(step.control.plain) }

  private static func lowered(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }

  private static func whom(_ agents: [String]) -> String {
    agents.count <= 2
      ? "Concerns \(agents.joined(separator: " and "))." : "Concerns \(agents.count) agents."
  }

  private func evidence(_ blind: [SourceStatus.Blind]) -> String {
    var body = "<h2 class=\"second\">Evidence</h2>\n"
    body +=
      "<p class=\"soft\">For the people who carry it out: every statement of the first page with where it was seen and how to change it.</p>\n"
    for agent in agents {
      let own = findings.filter { $0.agent == agent.id }
      let tiers = TierReport(own)
      body += "<h2>\(HTML.text(agent.id))</h2>\n"
      body += "<p>\(HTML.text(FindingsSummary(own).line)).</p>\n"
      body +=
        "<h3>How it is known</h3>\n<div class=\"table\"><table><tr><th>source</th><th>seen</th><th>certainty</th></tr>\n"
      for piece in agent.evidence {
        body +=
          "<tr><td>\(piece.source.rawValue)</td><td class=\"mono\">\(HTML.text(piece.detail))</td><td>\(piece.confidence.rawValue)</td></tr>\n"
      }
      body += "</table></div>\n"
      body +=
        "<h3>Deployment tier \(tiers.met) of 3 is met</h3>\n<div class=\"table\"><table><tr><th class=\"n\">tier</th><th>asks</th><th>answer</th></tr>\n"
      for state in tiers.controls {
        let mark =
          switch state.answer {
          case .holds: "<span class=\"word pass\">✓ holds</span>"
          case .fails(_, let severity):
            "<span class=\"word \(severity.rawValue)\">\(FindingsText.shape(severity))</span> \(HTML.text(state.text))"
          case .unknown: "<span class=\"faint\">? \(HTML.text(state.text))</span>"
          }
        body +=
          "<tr><td class=\"n\">\(state.control.tier)</td><td>\(HTML.text(state.control.title))</td><td>\(mark)</td></tr>\n"
      }
      body += "</table></div>\n"
      for severity in Severity.allCases.reversed() {
        for finding in own where finding.outcome == .fail && finding.severity == severity {
          body += HTML.finding(finding)
        }
      }
      body += HTML.unmeasured(own)
    }
    if !sources.isEmpty {
      body += "<h2>What was looked at</h2>\n<div class=\"table\"><table><tr><th>source</th><th>looked at</th></tr>\n"
      for source in sources {
        body += "<tr><td>\(source.source.rawValue)</td><td>\(HTML.text(source.looked))</td></tr>\n"
      }
      body += "</table></div>\n"
    }
    if !blind.isEmpty {
      body += "<h3>What could not be seen</h3>\n<div class=\"table\"><table><tr><th>what</th><th>what to do</th></tr>\n"
      for one in blind { body += "<tr><td>\(HTML.text(one.what))</td><td>\(HTML.text(one.remedy))</td></tr>\n" }
      body += "</table></div>\n"
    }
    return body
  }

  public var markdown: String {
    var out =
      "# \(Markdown.text(headline))\n\nWhat AI agents do on \(Markdown.text(host.name)), as of \(time.rfc3339()).\n"
    if !agents.isEmpty {
      out +=
        "\n| agent | who answers for it | state | can be reached | talks to | what to do |\n|---|---|---|---|---|---|\n"
      for agent in agents {
        let talks = Self.talks(agent)
        let cells = [
          agent.name, agent.registration?.owner ?? "nobody on record", Self.plain(agent), Self.reach(agent),
          talks.isEmpty ? "not seen" : talks.joined(separator: ", "), Self.urgency(agent.risk.level),
        ]
        out += "| " + cells.map(Markdown.text).joined(separator: " | ") + " |\n"
      }
    }
    let steps = steps
    if !steps.isEmpty {
      out += "\n## What should change first\n\n"
      for (place, step) in steps.prefix(5).enumerated() {
        out +=
          "\(place + 1). **\(Markdown.text(Self.wish(step))).** Otherwise: \(Markdown.text(Self.lowered(step.control.consequence))) \(Markdown.text(Self.whom(step.agents)))\n"
      }
    }
    out += "\n## Evidence\n\n"
    let page = FindingsPage(target: host.name, time: time, agents: agents, findings: findings).markdown
    out += page.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false).dropFirst(3).joined(
      separator: "\n")
    return out
  }

  public var value: Value {
    [
      "schema": "trammel.report/1", "host": host.value, "time": .string(time.rfc3339()), "headline": .string(headline),
      "agents": .array(
        agents.map { agent in
          var members: Value.Members = agent.value.members ?? [:]
          members["tier"] = TierReport(findings.filter { $0.agent == agent.id }).value
          return .object(members)
        }),
      "steps": .array(
        steps.map { step in
          [
            "control": .string(step.control.id), "title": .string(step.control.title),
            "otherwise": .string(step.control.consequence), "severity": .string(step.severity.rawValue),
            "tier": .int(Int64(step.control.tier)), "agents": .strings(step.agents),
          ]
        }), "summary": FindingsSummary(findings).value,
      "findings": .array(findings.map(\.value)), "sources": .array(sources.map(\.value)),
    ]
  }
}
