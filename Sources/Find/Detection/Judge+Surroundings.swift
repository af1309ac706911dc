import Knowledge
import Model

// What else the host does that an agent does.
extension Judge {
  private static let hour = 3600.0

  /// Model calls and a channel for messages at one address.
  func channelSigns() -> [Sign] {
    let models = programs.map(\.start) + (programs.isEmpty && browsers.isEmpty ? modelQueryTimes : [])
    let bots = state.contacts.filter { contact in
      let row = endpoints.rows[contact.place]
      guard row.category == .messaging, contact.isEstablished, !contact.isBrowser else { return false }
      // People use the same names of most channels, with apps whose hello is a browser's or in no table.
      return row.weight == .strong || (row.weight == .normal && contact.hello?.row != nil)
    }
    let asked = state.queries.filter {
      endpoints.rows[$0.place].category == .messaging && endpoints.rows[$0.place].weight == .strong
    }
    guard let first = bots.first else {
      guard let question = asked.first, near(question.time, models) else { return [] }
      return [
        Sign(
          "channel.name", .medium, "\(question.name), a name for bots, and a model service within the hour",
          [evidence(question.time, question.name)])
      ]
    }
    let poll = bots.lazy.compactMap { self.poll($0) }.first
    let isNear = bots.contains { contact in
      models.contains { $0 <= contact.end && $0 >= contact.start } || near(contact.start, models)
        || near(contact.end, models)
    }
    guard isNear else {
      return [
        Sign(
          "channel.bot", .weak, "a program speaks to \(first.name)" + (poll.map { ", every \(tenths($0)) s" } ?? ""),
          [evidence(first)])
      ]
    }
    let beats = chains.compactMap { Work($0).heartbeat }.filter { $0.isSteady }
    // The poll of nanobot's library beside calls of nanobot's shape.
    let isNanobot = nanobotBeats != nil && poll.map { (9.5...10.6).contains($0) } ?? false
    let product = isNanobot ? "nanobot" : nil
    if let poll, let beat = beats.first {
      return [
        Sign(
          "gateway.bot", .decisive, product: product,
          "polls \(first.name) every \(tenths(poll)) s and calls a model every \(tenths(beat.medianInterval)) s unasked: a gateway",
          [evidence(first)])
      ]
    }
    return [
      Sign(
        "channel.bot", .strong, product: product,
        "a program speaks to \(first.name)" + (poll.map { ", every \(tenths($0)) s," } ?? "")
          + " and to a model within the hour",
        [evidence(first)])
    ]
  }

  /// A heartbeat of nanobot: a prompt of some thirty kilobytes, at once a call of a tenth that judges whether to tell the
  /// owner, then silence. The tasks that look so; nil of fewer than two.
  private var nanobotBeats: (chain: Chain, tasks: [Range<Int>])? {
    for group in chains where group.hello?.runtime?.hasPrefix("python") ?? false {
      let tasks = group.chain.tasks.filter { task in
        guard task.count == 2 else { return false }
        let (prompt, verdict) = (group.steps[task.lowerBound], group.steps[task.lowerBound + 1])
        return (24_000...64_000).contains(prompt.up) && (1500...6000).contains(verdict.up) && !prompt.isWholeConnection
          && (-0.5...2).contains(group.chain.pause(before: task.lowerBound + 1))
      }
      if tasks.count >= 2 { return (group.chain, tasks) }
    }
    return nil
  }

  private func nanobotSign() -> Sign? {
    guard let (chain, tasks) = nanobotBeats else { return nil }
    return Sign(
      "nanobot.beats", .medium, product: "nanobot",
      "\(tasks.count) times a prompt of \(bytes(chain.steps[tasks[0].lowerBound].up)), at once a call of a tenth, then silence: nanobot's heartbeat",
      tasks.prefix(Sign.evidenceLimit).map { evidence(chain.steps[$0.lowerBound]) })
  }

  private var modelQueryTimes: [Int64] {
    state.queries.filter { endpoints.rows[$0.place].category == .llmAPI }.map(\.time)
  }

  private func near(_ time: Int64, _ times: [Int64]) -> Bool {
    times.contains { Numerics.seconds(from: $0, to: time).magnitude <= Self.hour }
  }

  /// Seconds between equal uploads of a few hundred bytes that the server answers late: a long poll.
  private func poll(_ contact: HostState.Contact) -> Double? {
    let calls = contact.calls.filter { $0.up < 4000 }
    guard calls.count >= 5, let median = Numerics.median(calls.map { Double($0.up) }),
      let beacon = Beacon(calls.map(\.start), candidates: Beacon.knownPeriods),
      (2...90).contains(beacon.medianInterval),
      beacon.dispersionScore >= 0.85
    else { return nil }
    let equal = calls.count { (Double($0.up) - median).magnitude <= median * 0.15 + 32 }
    return equal * 5 >= calls.count * 4 ? beacon.medianInterval : nil
  }

  /// Sites of agents and stores of skills.
  func platformSigns() -> [Sign] {
    var signs: [Sign] = []
    let contacts = state.contacts.filter { contact in
      let row = endpoints.rows[contact.place]
      return (row.category == .agentPlatform || row.category == .skillRegistry) && row.weight != .shared
        && contact.isEstablished && !contact.isBrowser
    }
    let within = contacts.filter { contact in
      contact.hello != nil
        && chains.contains { group in
          group.steps.indices.dropFirst().contains {
            group.steps[$0 - 1].end <= contact.start && contact.start < group.steps[$0].start
              && Numerics.seconds(from: group.steps[$0 - 1].end, to: group.steps[$0].start) < 600
          }
        }
    }
    if let first = within.first {
      let isOwn = within.contains { endpoints.rows[$0.place].weight == .strong }
      signs.append(
        Sign(
          "platform.between", .strong,
          weight: isOwn ? within.contains { $0.hello?.isJavaScript ?? false } ? 5 : 4 : nil,
          product: within.lazy.compactMap { product($0.place) }.first,
          "\(first.name) is used by a program between two calls of a model", within.prefix(4).map(evidence)))
    } else if let first = contacts.first(where: { endpoints.rows[$0.place].weight == .strong }) {
      let own = contacts.filter { endpoints.rows[$0.place].weight == .strong }
      let isStrong = own.contains { $0.hello?.runtime != nil } || isSpread(own.map(\.start))
      signs.append(
        Sign(
          "platform.own", isStrong ? .strong : .medium, weight: isStrong ? 3 : nil, product: product(first.place),
          "a program uses \(first.name), where hardly anybody else goes", own.prefix(4).map(evidence)))
    } else if let first = contacts.first(where: { $0.hello != nil }) {
      signs.append(
        Sign(
          "platform", .weak, product: product(first.place), "a program uses \(first.name)",
          contacts.prefix(4).map(evidence)))
    }
    if !signs.contains(where: { $0.name != "platform" }), let sign = platformNameSign() { signs.append(sign) }
    return signs
  }

  /// Names of an agent's own sites and stores that are asked for.
  ///
  /// People read the documentation too: what makes a name strong is a runtime that calls models at the address and no
  /// browser there, or that it is asked for again and again.
  private func platformNameSign() -> Sign? {
    let platforms = state.queries.filter {
      let category = endpoints.rows[$0.place].category
      return category == .agentPlatform || category == .skillRegistry
    }
    let asked = platforms.filter { endpoints.rows[$0.place].weight == .strong }
    // A person who reads the documentation asks for HTTPS records too, or shows a browser's hello.
    let visited = state.contacts.contains { contact in contact.isBrowser && asked.contains { $0.place == contact.place }
    }
    guard let first = asked.first, !visited, !asked.contains(where: { $0.type == 65 }) else { return nil }
    let isRepeated = isSpread(asked.map(\.time))
    let caller = programs.first { $0.hello?.isRuntime ?? false }
    let isBeside = caller != nil && !state.hasBrowser
    let isBroad =
      Set(asked.map(\.name)).count > 1 || platforms.contains { endpoints.rows[$0.place].category == .skillRegistry }
    let words =
      "\(first.name) is asked for" + (isRepeated ? " again and again" : "")
      + (isBeside ? ", where \(caller?.hello?.runtime ?? "a program") calls a model and no browser is" : "")
    return Sign(
      "platform.name", isRepeated || isBeside ? .strong : .medium, weight: isBeside && isBroad ? 3 : nil,
      product: asked.lazy.compactMap { product($0.place) }.first, words,
      asked.prefix(4).map { evidence($0.time, $0.name) })
  }

  /// Three times or more, over more than a look around takes.
  private func isSpread(_ times: [Int64]) -> Bool {
    guard times.count >= 3, let first = times.min(), let last = times.max() else { return false }
    return Set(times.map { $0 / 60_000_000_000 }).count >= 3 && Numerics.seconds(from: first, to: last) > 1200
  }

  private func product(_ place: Int) -> String? {
    let row = endpoints.rows[place]
    if row.provider.hasPrefix("OpenClaw") { return row.weight == .strong ? "openclaw" : nil }
    if row.provider.hasPrefix("ClawHub") {
      // Its skills serve other agents too: what calls models must be able to be OpenClaw.
      let callers = programs.compactMap(\.hello).filter { $0.runtime != nil }
      return callers.isEmpty || callers.contains(where: \.isJavaScript) ? "openclaw" : nil
    }
    return row.provider == "NanoClaw" ? "nanoclaw" : nil
  }

  /// What software of models fetches when it starts.
  func startSigns() -> [Sign] {
    var signs: [Sign] = []
    let starts = programs.map(\.start) + modelQueryTimes
    guard let begin = starts.min() else { return [] }
    func isBefore(_ time: Int64) -> Bool { (-5...90).contains(Numerics.seconds(from: time, to: begin)) }
    let data: [(time: Int64, name: String)] =
      state.contacts.filter { endpoints.rows[$0.place].category == .llmData && !$0.isBrowser }.map {
        ($0.start, $0.name)
      }
      + state.queries.filter { endpoints.rows[$0.place].category == .llmData }.map { ($0.time, $0.name) }
    if let sign = nanobotSign() { signs.append(sign) }
    let installer = state.others.first { $0.program == "pip" && isBefore($0.start) }
    if let first = data.filter({ isBefore($0.time) }).min(by: { $0.time < $1.time }) {
      let isModels = first.name.hasSuffix("models.dev")
      let isPython = programs.contains { $0.hello?.runtime?.hasPrefix("python") ?? false }
      // A list of models that Python fetches before a prompt with many tools is hermes', a tokenizer's file nanobot's.
      let isLarge = chains.contains { ($0.steps.first?.up ?? 0) >= (isModels ? 40_000 : 24_000) }
      let named = isPython && isLarge ? isModels ? "hermes" : "nanobot" : nil
      let isSure = named == "hermes" && installer != nil
      signs.append(
        Sign(
          "start.names", isSure ? .medium : .weak, weight: isSure ? 1.6 : isModels ? 0.8 : 0.5, product: named,
          "\(first.name) is fetched just before the first call", [evidence(first.time, first.name)]))
    }
    if let installer {
      signs.append(
        Sign(
          "start.pip", .weak, "packages are looked for just before the first call", [evidence(installer.start, "pip")]))
    }
    if let contact = programs.first(where: { $0.hello?.runtime == "litellm" }) {
      let prices = state.contacts.filter { $0.name == "raw.githubusercontent.com" && isBefore($0.start) }
      signs.append(
        Sign(
          "hello.litellm", .medium, product: "aider", "the hello is litellm's: aider's, or a script's on that library",
          [evidence(contact)]))
      if let first = prices.first {
        signs.append(
          Sign(
            "start.prices", .weak, weight: prices.count >= 3 ? 0.8 : 0.2, product: prices.count >= 3 ? "aider" : nil,
            "a price list is fetched before the first call, \(prices.count == 1 ? "once" : "\(prices.count) times")",
            [evidence(first)]))
      }
    }
    return signs
  }

  /// What agents do more than others, and others do too.
  func habitSigns() -> [Sign] {
    var signs: [Sign] = []
    let steps = chains.flatMap(\.steps).sorted { $0.start < $1.start }
    let providers = Set(
      programs.filter { endpoints.rows[$0.place].category == .llmAPI && $0.hello != nil }.map {
        endpoints.rows[$0.place].provider
      })
    if providers.count >= 2 {
      signs.append(
        Sign(
          "providers", .weak, weight: min(1, 0.5 * Double(providers.count - 1)),
          "a program uses \(providers.count) model services: \(providers.sorted().joined(separator: ", "))"))
    }
    let busiest = steps.indices.contains { place in
      place + 30 < steps.count && Numerics.seconds(from: steps[place].start, to: steps[place + 30].start) < 600
    }
    if busiest { signs.append(Sign("rate", .weak, "over 30 calls within ten minutes")) }
    if let long = programs.first(where: {
      Numerics.seconds(from: $0.start, to: $0.end) > 1800 && ($0.calls.count >= 4 || $0.up > 200_000)
    }) {
      signs.append(
        Sign("sustained", .weak, "one connection to a model is used for over half an hour", [evidence(long)]))
    }
    let (up, down) = steps.filter { !$0.isReport }.reduce(into: (UInt64(0), UInt64(0))) {
      $0.0.saturate(adding: $1.up)
      $0.1.saturate(adding: $1.down)
    }
    if up > down, up >= 30_000, steps.count >= 3 {
      signs.append(Sign("upload.heavy", .weak, "more goes up than comes down: \(bytes(up)) against \(bytes(down))"))
    }
    let places = modelPlaces.filter { endpoints.rows[$0].category == .llmAPI }
    let hours = places.compactMap { state.services[$0] }.reduce(into: [Double](repeating: 0, count: 24)) {
      sum, totals in
      for (hour, count) in totals.hours.enumerated() { sum[hour] += Double(count) }
    }
    let days = places.compactMap { state.services[$0]?.dayMask.count }.max() ?? 0
    if days >= 3, !programs.isEmpty || browsers.isEmpty, evenness(hours) > 0.85 {
      signs.append(Sign("clock", .weak, weight: 0.8, "works at all hours, over \(days) days"))
    }
    return signs
  }

  /// Entropy of a distribution as a share of what it could be.
  private func evenness(_ counts: [Double]) -> Double {
    let total = counts.reduce(0, +)
    guard total > 0, let full = Numerics.ln(Double(counts.count)), full > 0 else { return 0 }
    return counts.reduce(0) { sum, count in
      let share = count / total
      return sum - share * (Numerics.ln(share) ?? 0)
    } / full
  }
}
