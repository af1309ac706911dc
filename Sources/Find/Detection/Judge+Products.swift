import Knowledge
import Model

// What names its product: gateways, user agents, and the habits of Codex and Claude Code.
extension Judge {
  func gatewaySigns() -> [Sign] {
    state.gateways.sorted { $0.key < $1.key }.compactMap { port, gateway in
      let peers = gateway.peers.sorted { $0.key < $1.key }.prefix(3).map { evidence($0.value, "from \($0.key)") }
      let seen = [evidence(gateway.first, "port \(port)")] + peers
      if gateway.hasChallenge {
        return Sign(
          "gateway.challenge", .decisive, weight: 9, product: gateway.kind,
          "port \(port) opens with the challenge of the gateway of \(gateway.kind)", seen)
      }
      if gateway.isAnnounced {
        return Sign(
          "gateway.announced", .decisive, weight: 8, product: gateway.kind,
          "announces an agent gateway (\(gateway.kind)) on port \(port)", seen)
      }
      if gateway.isWebSocket {
        return Sign(
          "gateway.websocket", .decisive, product: gateway.kind,
          "a WebSocket was opened on port \(port), the gateway port of \(gateway.kind)", seen)
      }
      guard !gateway.peers.isEmpty else { return nil }
      return Sign(
        "gateway.port", .medium, product: gateway.kind, "answers on port \(port), the gateway port of \(gateway.kind)",
        seen)
    }
  }

  func userAgentSigns() -> [Sign] {
    state.userAgents.sorted { $0.key < $1.key }.map { kind, time in
      Sign(
        "useragent", .decisive, product: kind, "a request in the clear names \(kind)", [evidence(time, "user agent")])
    }
  }

  /// Codex asks three names at once, and sends its metrics to a name of its own.
  func codexSigns() -> [Sign] {
    var signs: [Sign] = []
    let rust = state.contacts.filter { $0.hello?.runtime?.contains("rustls") ?? false }
    let exact = rust.filter { $0.hello?.row?.product == "codex-cli" }
    let names: [(time: Int64, name: String)] =
      state.contacts.map { ($0.start, $0.name) } + state.queries.map { ($0.time, $0.name) }
    func around(_ time: Int64) -> Int {
      let near = names.filter { Numerics.seconds(from: time, to: $0.time).magnitude <= 5 }.map(\.name)
      let hasPage = near.contains { $0 == "chatgpt.com" || $0.hasSuffix(".chatgpt.com") }
      return hasPage ? 1 + [near.contains("api.github.com"), near.contains("api.openai.com")].count { $0 } : 0
    }
    func best(_ contacts: [HostState.Contact]) -> (count: Int, contact: HostState.Contact)? {
      contacts.prefix(64).filter {
        $0.name.hasSuffix("chatgpt.com") || $0.name == "api.openai.com" || $0.name == "api.github.com"
      }
      .map { (around($0.start), $0) }.max { $0.0 < $1.0 }
    }
    let words = "chatgpt.com, api.github.com and api.openai.com within seconds, as Codex does when it starts"
    if let (count, contact) = best(exact), count >= 2 {
      signs.append(
        Sign("codex.start", count == 3 ? .decisive : .strong, product: "codex-cli", words, [evidence(contact)]))
    } else if let (count, contact) = best(rust), count == 3 {
      signs.append(Sign("codex.start", .strong, product: "codex-cli", words, [evidence(contact)]))
    } else if let time = state.queries.prefix(256).first(where: { $0.name == "chatgpt.com" && around($0.time) == 3 })?
      .time,
      !state.queries.contains(where: { $0.name == "chatgpt.com" && $0.type == 65 }), browsers.isEmpty
    {
      signs.append(Sign("codex.names", .medium, product: "codex-cli", words, [evidence(time, "chatgpt.com asked for")]))
    }
    if let metrics = rust.filter({ $0.name == "ab.chatgpt.com" }).max(by: { $0.up < $1.up }) {
      let isSure = metrics.up > 300_000 && metrics.hello?.row?.product == "codex-cli"
      signs.append(
        Sign(
          "codex.metrics", isSure ? .decisive : .strong, product: "codex-cli",
          "metrics of \(bytes(metrics.up)) to ab.chatgpt.com with Codex's hello", [evidence(metrics)]))
    } else if let page = rust.first(where: { endpoints.rows[$0.place].category == .llmWeb }) {
      signs.append(
        Sign(
          "codex.page", .medium, product: "codex-cli", "a Rust program speaks to \(page.name), a page for people",
          [evidence(page)]))
    }
    if let sign = exact.lazy.compactMap(socketSign).first { signs.append(sign) }
    if signs.isEmpty, let contact = exact.first(where: { endpoints.rows[$0.place].isModel }) {
      signs.append(
        Sign(
          "hello.codex", .weak, product: "codex-cli", "the hello is Codex's, and any reqwest program's",
          [evidence(contact)]))
    }
    return signs
  }

  /// One socket for the task, opened with a warm-up and the question: the same upload twice, or the second names the
  /// first and has only what is new.
  private func socketSign(_ contact: HostState.Contact) -> Sign? {
    guard contact.hello?.hasNoALPN ?? false, endpoints.rows[contact.place].isModel else { return nil }
    func pair(_ calls: some Collection<Call>, isShrunk: Bool) -> [Call]? {
      let pair = Array(calls.prefix(2))
      guard pair.count == 2, pair[0].up >= 8000, Numerics.seconds(from: pair[0].start, to: pair[1].start) < 2 else {
        return nil
      }
      if isShrunk { return pair[1].up <= pair[0].up / 2 && pair[0].down < 8000 ? pair : nil }
      return max(pair[0].up, pair[1].up) - min(pair[0].up, pair[1].up) <= pair[0].up / 20 ? pair : nil
    }
    if let twice = pair(contact.calls, isShrunk: false) ?? pair(contact.opening, isShrunk: false) {
      return Sign(
        "codex.socket", .strong, product: "codex-cli",
        "a socket without ALPN opens with the same \(bytes(twice[0].up)) twice", twice.map(evidence))
    }
    return pair(contact.opening, isShrunk: true).map {
      Sign(
        "codex.socket", .strong, product: "codex-cli",
        "a socket without ALPN opens with \(bytes($0[0].up)) and at once \(bytes($0[1].up)): a warm-up and what is new",
        $0.map(evidence))
    }
  }

  /// Claude Code speaks with two hellos of Bun, and its first upload carries its prompt and its tools.
  func claudeSigns() -> [Sign] {
    let bun = programs.filter { $0.hello?.row?.product == "claude-code" }
    guard let first = bun.first else { return [] }
    let own = bun.filter { endpoints.rows[$0.place].provider == "Anthropic" }
    let calls = own.filter { !($0.hello?.hasNoALPN ?? true) }
    let side = own.filter { $0.hello?.hasNoALPN ?? false }
    let pair = calls.lazy.compactMap { call in
      side.first { Numerics.seconds(from: call.start, to: $0.start).magnitude <= 10 }.map { (call, $0) }
    }.first
    let opening = calls.compactMap(\.calls.first).filter { !$0.isWholeConnection }.max { $0.up < $1.up }
    let size = opening?.up ?? 0
    let seen =
      (pair.map { [evidence($0.0), evidence($0.1)] } ?? [evidence(first)]) + (opening.map { [evidence($0)] } ?? [])
    if pair != nil {
      let isSure = size >= 30_000
      return [
        Sign(
          "claude.hellos", isSure ? .decisive : .strong, product: "claude-code",
          "both hellos of Bun to Anthropic within seconds" + (isSure ? ", and a first upload of \(bytes(size))" : ""),
          seen)
      ]
    }
    if (40_000...70_000).contains(size) {
      return [
        Sign(
          "claude.upload", .strong, product: "claude-code",
          "a first upload of \(bytes(size)) with Bun's hello: Claude Code's prompt and tools", seen)
      ]
    }
    if let events = side.first(where: { (200_000...500_000).contains($0.up) }) {
      return [
        Sign(
          "claude.events", .medium, product: "claude-code",
          "a batch of \(bytes(events.up)) to Anthropic with Bun's hello",
          [evidence(events)])
      ]
    }
    return [
      Sign(
        "hello.bun", own.isEmpty ? .weak : .medium, weight: own.isEmpty ? 0.3 : 0.8, product: "claude-code",
        "the hello is Claude Code's, and any Bun program's", seen)
    ]
  }
}
