import Knowledge
import Model

// Does a program speak to the model, or a person in a browser?
extension Judge {
  func programSigns() -> [Sign] {
    guard !modelPlaces.isEmpty else { return [] }
    return [helloSign(), nameSign(), transportSign(), pauseSign(), keepaliveSign(), rhythmSign(), typeSign()]
      .compactMap { $0 } + probeSigns()
  }

  private func helloSign() -> Sign? {
    let known = programs.filter { $0.hello != nil }
    if let first = known.first {
      let runtimes = Set(known.compactMap { $0.hello?.runtime }).sorted()
      guard !runtimes.isEmpty else {
        return Sign(
          "hello.unknown", .medium, about: .program, "the hello is no browser's, and of no client that is known",
          known.prefix(3).map(evidence))
      }
      let note = first.hello?.row?.note ?? ""
      return Sign(
        "hello.program", .strong, about: .program, weight: 3,
        "the hello is of \(runtimes.joined(separator: ", "))" + (note.isEmpty ? "" : " (\(note))"),
        known.prefix(3).map(evidence))
    }
    guard !browsers.isEmpty else { return nil }
    return Sign(
      "hello.browser", .counter, about: .program, weight: -3, "every hello to a model service is a browser's",
      browsers.prefix(3).map(evidence))
  }

  private func nameSign() -> Sign? {
    let rows = modelPlaces.map { endpoints.rows[$0] }
    if rows.contains(where: { $0.category == .llmAPI }) {
      return browsers.isEmpty
        ? Sign("name.api", .weak, about: .program, weight: 0.7, "the name is one that programs use") : nil
    }
    let hasHello = programs.contains { $0.hello != nil }
    return Sign(
      "name.web", .counter, about: .program, weight: hasHello ? -0.5 : -2, "only names of pages for people were used")
  }

  private func transportSign() -> Sign? {
    guard programs.contains(where: { $0.hello.map { $0.program.hasSuffix("_h1") || $0.hasNoALPN } ?? false }) else {
      return nil
    }
    return Sign(
      "transport.http1", .weak, about: .program, weight: 0.7, "HTTP/1.1 or no ALPN, where browsers offer HTTP/2")
  }

  /// Time from the end of an answer to the next question.
  private func pauseSign() -> Sign? {
    let isBrowser = programs.isEmpty
    let chain = isBrowser ? [Chain(browsers.flatMap(\.calls))] : chains.map(\.chain)
    let pauses = chain.flatMap { chain in chain.steps.indices.dropFirst().map { chain.pause(before: $0) } }
      .filter { $0 >= 0 && $0 < 600 }
    guard pauses.count >= 3, let median = Numerics.median(pauses) else { return nil }
    if median < 2, !isBrowser {
      return Sign(
        "pause.short", .weak, about: .program, weight: 1, "the next question comes \(tenths(median)) s after an answer")
    }
    if median > 5 {
      return Sign(
        "pause.long", .counter, about: .program, weight: isBrowser ? -1 : -0.5,
        "the next question comes \(tenths(median)) s after an answer, as from a person")
    }
    return nil
  }

  func tenths(_ value: Double) -> String {
    guard value.magnitude < 1e9 else { return "many" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths.magnitude % 10)"
  }

  /// A period of keepalive probes is a runtime's own, also on a connection whose start nobody saw.
  private func keepaliveSign() -> Sign? {
    let held = programs.filter { ($0.keepalive ?? 0) > 0 }
    if let contact = held.first(where: { (0.8...1.3).contains($0.keepalive ?? 0) }) {
      return Sign(
        "keepalive.1s", .medium, about: .program,
        "an idle connection is probed every second, as Node's and Bun's https agent do",
        [evidence(contact)])
    }
    guard
      let contact = held.first(where: { (14...16).contains($0.keepalive ?? 0) || (58...62).contains($0.keepalive ?? 0) }
      )
    else { return nil }
    return Sign(
      "keepalive", .weak, about: .program, "an idle connection is probed every \(tenths(contact.keepalive ?? 0)) s",
      [evidence(contact)])
  }

  /// Where only a resolver was watched: the beat of the questions.
  private func rhythmSign() -> Sign? {
    guard programs.isEmpty, browsers.isEmpty else { return nil }
    let asked = state.queries.filter { endpoints.rows[$0.place].category == .llmAPI }
    var moments: [Int64] = []
    for query in asked where moments.last.map({ Numerics.seconds(from: $0, to: query.time) > 0.5 }) ?? true {
      moments.append(query.time)
    }
    let hasPairs = Set(asked.map(\.type)).isSuperset(of: [1, 28]) && !asked.contains { $0.type == 65 }
    let seen = moments.prefix(6).map { evidence($0, "\(asked.first?.name ?? "") asked for") }
    let gaps = zip(moments, moments.dropFirst()).map { Numerics.seconds(from: $0, to: $1) }
    if gaps.count(where: { $0 < 15 }) >= 4 {
      return Sign("dns.calls", .medium, about: .program, "the name is asked for before each of many calls", seen)
    }
    if let beacon = Beacon(moments, candidates: Beacon.knownPeriods), beacon.count >= 6, beacon.isSteady {
      return Sign(
        "dns.rhythm", .weak, about: .program, "the name is asked for every \(tenths(beacon.medianInterval)) s", seen)
    }
    return hasPairs
      ? Sign("dns.pairs", .weak, about: .program, "A and AAAA are asked together, HTTPS records never", seen) : nil
  }

  /// A page for people is asked for with its HTTPS record and its address within seconds, and so are most other names of
  /// models. One such question alone is anybody's, who looks at what DNS says.
  var asksAsBrowser: Bool {
    let places = Set(modelPlaces)
    var names: [String: (place: Int, times: [Int64], https: [Int64])] = [:]
    for query in state.queries where places.contains(query.place) {
      var asked = names[query.name] ?? (query.place, [], [])
      if query.type == 65 { asked.https.append(query.time) } else { asked.times.append(query.time) }
      names[query.name] = asked
    }
    let paired = names.values.filter { asked in
      asked.https.contains { time in
        asked.times.contains { Numerics.seconds(from: time, to: $0).magnitude <= 5 }
      }
    }
    return paired.count * 2 >= names.count && paired.contains { endpoints.rows[$0.place].category == .llmWeb }
  }

  private func typeSign() -> Sign? {
    guard hasUnknownOnly, asksAsBrowser || !browsers.isEmpty else { return nil }
    let places = Set(modelPlaces)
    let asked = state.queries.filter { places.contains($0.place) && $0.type == 65 }
    guard !asked.isEmpty else { return nil }
    return Sign(
      "dns.https", .counter, about: .program, weight: browsers.isEmpty ? -1.5 : -0.7,
      "HTTPS records of the name are asked for, as browsers do", asked.prefix(3).map { evidence($0.time, $0.name) })
  }

  private func probeSigns() -> [Sign] {
    guard let named = state.userAgents.min(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return [] }
    return [
      Sign(
        "useragent.program", .medium, about: .program, "names itself \(named.key)", [evidence(named.value, named.key)])
    ]
  }
}
