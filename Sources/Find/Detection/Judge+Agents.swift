import Knowledge
import Model

// Does the program act by itself, or is it a script?
extension Judge {
  func agentSigns() -> [Sign] {
    let sandwich = sandwichSign().map { [$0] } ?? []
    return gatewaySigns() + userAgentSigns() + codexSigns() + claudeSigns() + drivenSigns() + sandwich
      + channelSigns() + platformSigns() + startSigns() + habitSigns()
  }

  /// Between two calls something else connects: what a tool does.
  private func sandwichSign() -> Sign? {
    let found = Sandwich.all(chains: chains, others: state.others + toolContacts)
    let sandwiches = found.filter(\.isFed)
    guard sandwiches.count >= 1 else { return nil }
    let seen = sandwiches.prefix(6).map {
      evidence($0.other.start, "\($0.other.program) to \($0.other.target), between two calls")
    }
    let words = "\(sandwiches.count) connections lie between an answer and the next call, and end just before it"
    let chance = Sandwich.expected(chains: chains, others: state.others + toolContacts, found: found.count)
    // Behind one address with many hosts something always lies between; and where most of it went into no call, a
    // pipeline fetches.
    guard Double(found.count) > 3 * chance, sandwiches.count * 2 >= found.count else { return nil }
    let tools = Sandwich.tools(sandwiches)
    let foreign = sandwiches.count(where: \.isForeign)
    if tools.count >= 2 {
      return Sign("sandwich", .decisive, words + ", of \(tools.joined(separator: ", "))", seen)
    }
    if sandwiches.count >= 2 {
      return Sign("sandwich", foreign >= 2 ? .strong : .medium, words, seen)
    }
    return Sign(
      "sandwich", foreign > 0 ? .medium : .weak, "a connection lies between an answer and the next call", seen)
  }

  /// Connections of programs to names of the catalogue that are no model's: tools reach for code hosts and searches.
  private var toolContacts: [HostState.Other] {
    state.contacts.filter { contact in
      guard contact.isEstablished, !contact.isBrowser else { return false }
      switch endpoints.rows[contact.place].category {
      case .llmAPI, .llmWeb, .llmData, .messaging, .tunnel, .dohBypass: return false
      case .agentPlatform, .skillRegistry, .codeHost, .exfil, .addressEcho, .cloudMetadata: return true
      }
    }.map {
      HostState.Other(
        start: $0.start, end: $0.end, program: $0.hello?.runtime ?? "unknown", client: $0.hello, target: $0.name)
    }
  }
}
