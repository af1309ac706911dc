import Knowledge
import Model

/// The verdict that signs amount to, with its odds and its sentence.
struct Decision {
  var verdict: HostActivity.Verdict
  var program: Double
  var agent: Double
  var confidence: Confidence
  var statement: String
  var candidates: [String]

  /// Odds, as logarithms, before anything is seen: most programs that speak to models are scripts.
  private static let prior = -2.0
  static let likelyAt = 0.6
  static let sureAt = 0.9

  init(signs: [Sign], judge: Judge) {
    let agentSigns = signs.filter { $0.question == .agent }
    program = Numerics.logistic(signs.filter { $0.question == .program }.reduce(0) { $0 + $1.weight })
    let odds = agentSigns.reduce(Self.prior) { $0 + $1.weight }
    let decisive = agentSigns.filter { $0.strength == .decisive }
    let strong = agentSigns.filter { $0.strength == .strong }
    let medium = agentSigns.count { $0.strength == .medium }
    // Signs that need no model service ask for a program by themselves.
    let acting = judge.modelPlaces.isEmpty ? 1 : program
    agent = decisive.isEmpty ? acting * Numerics.logistic(odds) : max(0.97, Numerics.logistic(odds))

    var products: [String: Double] = [:]
    for sign in agentSigns where sign.weight > 0 {
      if let product = sign.product { products[product, default: 0] += sign.weight }
    }
    let ranked = products.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let named = ranked.first.flatMap {
      $0.value >= 1.5 && $0.value > (ranked.dropFirst().first?.value ?? 0) ? $0.key : nil
    }
    candidates = named == nil ? ranked.map(\.key) : []

    let hasPrograms = !judge.programs.isEmpty
    let hasModel = !judge.modelPlaces.isEmpty
    // Without a strong sign, or two that speak for an agent by themselves, odds alone decide nothing; and it takes strong
    // signs of two sorts to be sure, since sizes and growth of the same uploads are one thing seen twice.
    let isBacked = !strong.isEmpty || medium >= 2
    if !decisive.isEmpty || (agent >= Self.sureAt && Set(strong.map(\.sort)).count >= 2) {
      verdict = .agent(named)
    } else if agent >= Self.likelyAt, isBacked {
      verdict = .likelyAgent(named)
    } else if !judge.browsers.isEmpty, !hasPrograms {
      verdict = .person
    } else if hasModel {
      verdict = judge.asksAsBrowser && !hasPrograms ? .person : .modelTraffic
    } else {
      verdict = .nothing
    }
    if !verdict.isAgent { candidates = ranked.map(\.key) }
    switch verdict {
    case .agent: confidence = decisive.isEmpty ? .high : decisive.contains { $0.weight >= 8 } ? .certain : .high
    case .likelyAgent: confidence = !strong.isEmpty && agent >= 0.8 ? .medium : .low
    case .modelTraffic: confidence = program >= 0.8 ? .medium : .low
    case .person: confidence = program < 0.1 ? .high : program < 0.3 ? .medium : .low
    case .nothing: confidence = .low
    }
    statement = ""
    statement = sentence(signs: agentSigns, judge: judge)
  }

  private func sentence(signs: [Sign], judge: Judge) -> String {
    let names = Set(judge.modelPlaces.map { judge.endpoints.rows[$0].provider }).sorted()
    let target = names.isEmpty ? "" : " with \(list(names))"
    let reasons = signs.filter { $0.weight > 0 }.prefix(2).map(\.words)
    let because = reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; ")
    switch verdict {
    case .agent(let kind): return "\(kind ?? "an agent") at work\(target)\(because)"
    case .likelyAgent(let kind):
      return "likely \(kind ?? "an agent")\(target)\(because)"
    case .modelTraffic:
      let runtimes = Set(judge.programs.compactMap { $0.hello?.runtime }).sorted()
      guard !judge.programs.isEmpty else {
        return "names of \(list(names)) were asked for: by what cannot be told from names alone"
      }
      let what =
        runtimes.isEmpty ? "a program, or a person, which sizes alone do not tell," : "a program (\(list(runtimes)))"
      let fits = candidates.isEmpty ? "" : "; \(list(candidates)) would look like this, and so would others"
      return "\(what) speaks\(target): a script or an agent, the wire cannot tell\(fits)"
    case .person where judge.browsers.isEmpty:
      return "names of \(list(names)) were asked for as by a person at a browser, of which names alone were seen"
    case .person: return "a person at a browser\(target); a program that drives a browser would look the same"
    case .nothing: return "no traffic with model services"
    }
  }

  private func list(_ words: [String]) -> String {
    let shown = words.prefix(4)
    guard shown.count > 1, let last = shown.last else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}
