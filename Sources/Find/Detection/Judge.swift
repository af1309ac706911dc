import Knowledge
import Matching
import Model

/// From what is kept of one host to what is said of it.
///
/// Two questions are answered apart, each by adding up logarithms of odds: does a program speak to the model or a person,
/// and does that program act by itself or is it a script? A fast client in Python answers the first and not the second;
/// that is why a script does not become an agent here however busy it is.
struct Judge {
  let state: HostState
  let endpoints: Endpoints
  /// Connections to model services: of programs, and of browsers. What shows no hello counts as a program's unless only
  /// browsers were seen.
  let programs: [HostState.Contact]
  let browsers: [HostState.Contact]
  /// Calls of one program to one service each. Requests that a program makes beside its calls of the model are left out.
  let chains: [ProgramChain]
  /// No program showed a hello.
  let hasUnknownOnly: Bool

  struct ProgramChain {
    var provider: String
    /// Cipher hash with ALPN letters; nil where no hello was seen.
    var program: String?
    var hello: HostState.Client?
    var contacts: [HostState.Contact]
    var chain: Chain
    var steps: [Call] { chain.steps }

    /// What came between two calls went into the second: it is larger, unless the service keeps what was said. A pipeline
    /// that fetches a page for each of many like calls looks the same but for that.
    func isFed(before place: Int) -> Bool {
      if contacts.contains(where: { $0.isWebSocket || !$0.opening.isEmpty }) { return true }
      guard steps[place].up > steps[place - 1].up, steps[place].up - steps[place - 1].up > 64 else { return false }
      // Documents of a batch are larger than the one before about half of the time.
      let near = steps[max(0, place - 3)...min(steps.count - 1, place + 3)].map { Double($0.up) }
      return Numerics.tau(near) >= 0.3
    }

    /// Settings, limits, lists and metrics that a program asks for or sends beside its calls of the model.
    func isSide(of all: [ProgramChain]) -> Bool {
      guard let hello else { return false }
      if contacts.allSatisfy({ $0.name == "ab.chatgpt.com" }) { return true }
      let largest = steps.filter { !$0.isReport }.map(\.up).max() ?? 0
      // The second hello of Bun: Claude Code asks for its settings with it.
      if hello.row?.product == "claude-code", hello.hasNoALPN, provider == "Anthropic", largest < 10_000 { return true }
      return all.contains { other in
        guard other.provider == provider, other.program != program || other.contacts[0].place != contacts[0].place,
          let runtime = hello.runtime, other.hello?.runtime == runtime
        else { return false }
        let calls = other.steps.filter { !$0.isReport }.map(\.up).max() ?? 0
        return calls >= 10_000 && largest < calls / 4
      }
    }
  }

  init(state: HostState, endpoints: Endpoints) {
    var state = state
    state.contacts.sort { Self.order($0) < Self.order($1) }
    state.others.sort { ($0.start, $0.end, $0.program, $0.target) < ($1.start, $1.end, $1.program, $1.target) }
    state.queries.sort { ($0.time, $0.place, $0.type) < ($1.time, $1.place, $1.type) }
    self.state = state
    self.endpoints = endpoints
    let models = state.contacts.filter { endpoints.rows[$0.place].isModel && $0.isEstablished }
    let browsers = models.filter(\.isBrowser)
    let known = models.filter { !$0.isBrowser && $0.hello != nil }
    let unknown = models.filter { !$0.isBrowser && $0.hello == nil }
    self.browsers = browsers + (known.isEmpty && !browsers.isEmpty ? unknown : [])
    programs = known + (known.isEmpty && !browsers.isEmpty ? [] : unknown)
    hasUnknownOnly = known.isEmpty
    var groups: [String: [HostState.Contact]] = [:]
    for contact in programs {
      let row = endpoints.rows[contact.place]
      groups["\(row.provider)|\(contact.place)|\(contact.hello?.program ?? "")", default: []].append(contact)
    }
    let all = groups.sorted { $0.key < $1.key }.map { _, contacts in
      ProgramChain(
        provider: endpoints.rows[contacts[0].place].provider, program: contacts[0].hello?.program,
        hello: contacts[0].hello, contacts: contacts, chain: Chain(contacts.flatMap(\.calls)))
    }
    chains = all.filter { !$0.isSide(of: all) }
  }

  private static func order(_ contact: HostState.Contact) -> (Int64, Int64, Int, UInt64, String) {
    (contact.start, contact.end, contact.place, contact.up, contact.hello?.ja4 ?? "")
  }

  /// Everything that is said of the host.
  func activity(addresses: [Address], now: Timestamp) -> HostActivity {
    let signs = (programSigns() + agentSigns()).sorted {
      $0.weight.magnitude != $1.weight.magnitude ? $0.weight.magnitude > $1.weight.magnitude : $0.name < $1.name
    }
    let decision = Decision(signs: signs, judge: self)
    let services = state.services.sorted { $0.key < $1.key }
    let models = services.filter { endpoints.rows[$0.key].isModel }.map { service($0.key, $0.value) }
    let others = services.filter { !endpoints.rows[$0.key].isModel }.map { service($0.key, $0.value) }
    let last = min(Timestamp(nanoseconds: state.last), now)
    return HostActivity(
      addresses: addresses, firstSeen: min(Timestamp(nanoseconds: state.first), last), lastSeen: last,
      providers: models.sorted { ($0.bytesUp, $1.domain) > ($1.bytesUp, $0.domain) },
      integrations: others,
      signs: signs, concerns: concerns(isAgent: decision.verdict.isAgent), verdict: decision.verdict,
      programProbability: decision.program, agentProbability: decision.agent, confidence: decision.confidence,
      statement: decision.statement, candidates: decision.candidates)
  }

  private func service(_ place: Int, _ totals: HostState.Totals) -> HostActivity.Service {
    let row = endpoints.rows[place]
    return HostActivity.Service(
      name: row.provider, domain: VisibleText.terminal(totals.domain), category: row.category, family: row.family,
      firstSeen: Timestamp(nanoseconds: totals.first), lastSeen: Timestamp(nanoseconds: totals.last),
      connections: totals.connections, queries: totals.queries, bytesUp: totals.up, bytesDown: totals.down)
  }

  /// Model services among what was used or asked for.
  var modelPlaces: [Int] { state.services.keys.filter { endpoints.rows[$0].isModel }.sorted() }

  func evidence(_ time: Int64, _ what: String) -> Sign.Evidence {
    Sign.Evidence(time: Timestamp(nanoseconds: time), what: what)
  }

  func evidence(_ contact: HostState.Contact) -> Sign.Evidence {
    evidence(
      contact.start, "\(contact.name), \(bytes(contact.up)) up" + (contact.hello.map { ", \($0.ja4)" } ?? ""))
  }

  func evidence(_ call: Call) -> Sign.Evidence {
    evidence(call.start, "\(bytes(call.up)) up, \(bytes(call.down)) down")
  }

  func bytes(_ count: UInt64) -> String {
    count < 1000 ? "\(count) B" : count < 10_000_000 ? "\(count / 1000) kB" : "\(count / 1_000_000) MB"
  }
}
