import Model

/// What a request asks for, read once from its path and query.
enum Route: Sendable, Hashable {
  case asset(String)
  case signIn
  case signOut
  case overview
  case agents(Form)
  case agent(String, Form)
  case register(String)
  case unregister(String)
  case findings(rule: String?, Form)
  case events(Form)
  case stream
  case sources(Form)
  case search

  enum Form: String, Sendable, Hashable { case page, csv, json }

  /// Needs no session.
  var isPublic: Bool {
    switch self {
    case .asset, .signIn: true
    default: false
    }
  }

  /// Nil where there is no such page. `path` begins with `/` and has no query.
  init?(_ path: String) {
    var segments: [String] = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).prefix(8) {
      guard let segment = Link.decode(part, plus: false) else { return nil }
      segments.append(segment)
    }
    guard path.hasPrefix("/"), segments.count <= 3 else { return nil }
    switch (segments.first ?? "", segments.count > 1 ? segments[1] : nil, segments.count > 2 ? segments[2] : nil) {
    case ("", nil, nil): self = .overview
    case ("trammel.css", nil, nil), ("trammel.js", nil, nil), ("icon.svg", nil, nil): self = .asset(segments[0])
    case ("sign-in", nil, nil): self = .signIn
    case ("sign-out", nil, nil): self = .signOut
    case ("search", nil, nil): self = .search
    case ("events", "stream", nil): self = .stream
    case ("agents", let id?, nil) where !id.isEmpty: self = .agent(id, .page)
    case ("agents", let id?, "agent.csv"): self = .agent(id, .csv)
    case ("agents", let id?, "agent.json"): self = .agent(id, .json)
    case ("agents", let id?, "register"): self = .register(id)
    case ("agents", let id?, "unregister"): self = .unregister(id)
    case ("findings", let rule?, nil) where !rule.isEmpty: self = .findings(rule: rule, .page)
    default:
      guard segments.count == 1 else { return nil }
      let parts = segments[0].split(separator: ".", maxSplits: 1).map(String.init)
      guard let noun = parts.first, let form = parts.count == 1 ? .page : Form(rawValue: parts[1]) else { return nil }
      switch noun {
      case "agents": self = .agents(form)
      case "findings": self = .findings(rule: nil, form)
      case "events": self = .events(form)
      case "sources" where form != .page: self = .sources(form)
      default: return nil
      }
    }
  }
}
