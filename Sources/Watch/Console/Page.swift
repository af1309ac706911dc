import Model

/// One page before it is framed: what differs from page to page.
struct Page: Sendable {
  enum Place: Sendable, Hashable { case overview, agents, findings, events, none }

  var title: Markup
  var place: Place
  var content: Markup
  var drawers: Markup = .empty
  /// What was searched for, kept in the field.
  var search = ""
}

/// What every page is made from: the snapshot, the moment, and the form tokens of this session.
struct Sight: Sendable {
  var snapshot: Snapshot
  var now: Timestamp
  var templates: Templates
  var token: @Sendable (_ action: String) -> String

  init(
    _ snapshot: Snapshot, now: Timestamp, templates: Templates, token: @escaping @Sendable (String) -> String
  ) {
    self.snapshot = snapshot
    self.now = now
    self.templates = templates
    self.token = token
    agents = Dictionary(snapshot.agents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private let agents: [String: Agent]

  func agent(_ id: String?) -> Agent? { id.flatMap { agents[$0] } }
  var blind: [SourceStatus] { snapshot.sources.filter { !$0.blind.isEmpty } }
  var failed: [Finding] { snapshot.findings.filter { $0.outcome == .fail }.sorted(by: Self.worstFirst) }
  func ago(_ time: Timestamp) -> Markup { Moment.relative(time, now: now) }

  /// Stable: by severity, then rule, then agent.
  static func worstFirst(_ a: Finding, _ b: Finding) -> Bool {
    if a.severity != b.severity { return a.severity > b.severity }
    if a.rule != b.rule { return a.rule < b.rule }
    return (a.agent ?? "") < (b.agent ?? "")
  }

  func link(_ agent: Agent) -> Markup { "<a href=\"\(Link.path("agents", agent.id))\">\(Markup.name(agent.name))</a>" }
  func link(agent id: String) -> Markup { agent(id).map(link) ?? .raw(id) }

  /// The bar behind which new rows wait: it counts events after the newest one that the page shows.
  func live(after seq: UInt64, query: EventQuery, here: String) -> View {
    let stream = Link.query(
      "/events/stream",
      [
        ("after", String(seq)), ("kind", query.kind), ("agent", query.agent), ("severity", query.severity?.rawValue),
        ("q", query.text),
      ])
    return "<a class=\"btn primary new\" href=\"\(here)\" data-live=\"\(stream)\" hidden>0 new</a>"
  }

  /// Shell lines, ready to copy.
  static func code(_ command: String?) -> Markup {
    guard let command, !command.isEmpty else { return .empty }
    let lines = command.split(whereSeparator: \.isNewline).map { line -> Markup in
      "<span class=\"p\">\(seen: String(line))</span>"
    }
    return """
      <div class="code"><pre tabindex="0"><code>\(Markup.joined(lines, separator: "\n"))</code></pre>\
      <button class="btn quiet copy" type="button" data-copy hidden>Copy</button></div>
      """
  }

  static func chip(_ label: String, count: Int?, href: String, current: Bool) -> Markup {
    let number: Markup = count.map { " <span class=\"n\">\(Words.grouped($0))</span>" } ?? ""
    let mark: Markup = current ? " aria-current=\"true\"" : ""
    return "<a class=\"chip\" href=\"\(href)\"\(mark)>\(label)\(number)</a>\n"
  }

  /// A filter that is on, and which its link takes away.
  static func setChip(_ label: Markup, without href: String) -> Markup {
    """
    <a class="chip set" href="\(href)" aria-current="true"><span>\(label)<span class="vh">, remove this filter</span>\
    </span></a>

    """
  }

  static func pair(_ term: String, _ value: Markup) -> Markup { "<dt>\(term)</dt><dd>\(value)</dd>" }
}

extension Sight {
  /// The whole page: bar, places, content, drawers, keys.
  func frame(_ page: Page, theme: Theme) -> Markup {
    let here: (Page.Place) -> View = { .markup($0 == page.place ? " aria-current=\"page\"" : .empty) }
    return templates.render(
      "layout",
      [
        "now": .text(now.rfc3339()), "theme": .markup(theme.attribute), "title": .markup(page.title),
        "q": .text(page.search), "sensors": .markup(sensors), "ledger": .optional(ledger),
        "demo": .flag(snapshot.demo), "at_overview": here(.overview), "at_agents": here(.agents),
        "at_findings": here(.findings), "at_events": here(.events),
        "agent_count": .text(Words.grouped(snapshot.agents.count)), "finding_count": .text(Words.grouped(failed.count)),
        "host": .markup(.name(snapshot.host.name)), "version": .text(snapshot.version),
        "sign_out_token": .text(token("/sign-out")), "content": .markup(page.content), "blind": .optional(blindNote),
        "drawers": .markup(page.drawers),
      ])
  }

  private var sensors: Markup {
    if let reason = snapshot.notRecording { return "<strong>Not recording:</strong> \(seen: reason)" }
    let all = snapshot.sources.count
    if all == 0 { return "First look under way" }
    if blind.isEmpty { return "\(Words.count(all, "sensor")), none blind" }
    return "<strong>\(blind.count) of \(all)</strong> sensors blind"
  }

  private var ledger: Markup? { snapshot.ledgerVerified.map { "Ledger verified \(ago($0))" } }

  /// Names each sensor that missed something, on every page: what is not there may only not have been seen.
  private var blindNote: Markup? {
    guard !blind.isEmpty else { return nil }
    let sentences = blind.prefix(8).map { source -> Markup in
      let what = source.blind.prefix(3).map(\.what)
      let more = source.blind.count > 3 ? " and \(source.blind.count - 3) more" : ""
      return "\(Words.source(source.source)): \(seen: Words.list(what) + more)."
    }
    return .joined(sentences, separator: " ")
  }
}

/// The colour scheme that somebody chose; a cookie that only says so, readable by the script that writes it.
enum Theme: String, Sendable, Hashable {
  case system, light, dark
  static let cookie = "__Host-theme"

  var attribute: Markup {
    switch self {
    case .system: ""
    case .light: " data-theme=\"light\""
    case .dark: " data-theme=\"dark\""
    }
  }
}
