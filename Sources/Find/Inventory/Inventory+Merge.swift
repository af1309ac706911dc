public import Model

extension Catalogue {
  /// One record with the observations of this round folded in.
  static func merge(
    _ observations: [Observation], into record: Record, looked: Set<Observation.Source>, isNew: Bool, now: Timestamp
  ) -> Record {
    var agent = record.agent
    let ranked = observations.sorted { a, b in
      a.confidence != b.confidence ? a.confidence > b.confidence : order(a.source) < order(b.source)
    }
    if agent.kind == unknownKind || isNew, let kind = ranked.lazy.compactMap(\.kind).first { agent.kind = kind }

    agent.host = hosts(of: ranked, previous: isNew ? nil : agent.host)
    agent.lastSeen = max(agent.lastSeen, now)
    agent.version = first(ranked, \.version) ?? agent.version
    agent.user = first(ranked, \.user) ?? agent.user
    agent.stateDirectory = first(ranked, \.stateDirectory) ?? agent.stateDirectory
    let name = first(ranked, \.name) ?? (agent.name.isEmpty ? nil : agent.name)
    agent.name = String((name ?? agent.kind).unicodeScalars.prefix(200).map(Character.init))

    let fresh = evidence(of: observations)
    // What a source said before and does not say now is gone if it looked; what others said stays.
    // A look at this machine that sees its files and no process knows better than who asked its port before.
    let isStopped =
      looked.contains(.process) && observations.contains { $0.source == .installation }
      && !observations.contains { strongest($0.source) == .running }
    let kept = agent.evidence.filter { old in
      !looked.contains(old.source) && !(isStopped && old.source == .probe)
        && !fresh.contains { $0.source == old.source && isSame($0, old) }
    }
    agent.status = status(of: ranked, previous: agent.status, kept: kept)
    agent.evidence = Array((fresh + kept).prefix(evidenceLimit)).sorted {
      ($0.confidence.rank, order($1.source), $1.detail) > ($1.confidence.rank, order($0.source), $0.detail)
    }
    let before = agent.listeners
    agent.listeners = listeners(
      of: ranked, previous: looked.isDisjoint(with: [.process, .listener]) ? agent.listeners : [],
      knownSockets: agent.evidence.contains { $0.source != .mdns && $0.source != .installation })
    if agent.evidence.contains(where: { $0.source == .probe }) { Self.keepReach(of: before, in: &agent.listeners) }

    // A process key dies with its process; the others lead here for good, oldest dropped first.
    var keys = record.keys.filter { !$0.hasPrefix("pid:") }
    var known = Set(keys)
    for key in observations.flatMap(\.keys).sorted(by: { $0.strength < $1.strength }).map(\.description)
    where known.insert(key).inserted { keys.append(key) }
    if keys.count > keyLimit { keys.removeFirst(keys.count - keyLimit) }
    return Record(agent: agent, keys: keys)
  }

  /// Whether one piece of evidence says anew what another said: of probes the newest answer of an endpoint counts.
  private static func isSame(_ new: Agent.Evidence, _ old: Agent.Evidence) -> Bool {
    guard new.source == .probe else { return new.detail == old.detail }
    return new.detail.prefix { $0 != "," } == old.detail.prefix { $0 != "," }
  }

  /// The strongest of what is seen now and of what a source that did not look this time had said before: an announcement
  /// that is heard again does not stop the process that another sensor saw.
  private static func status(
    of observations: [Observation], previous: Agent.Status, kept: [Agent.Evidence]
  ) -> Agent.Status {
    let seen = observations.compactMap(\.facts.status).max { $0.rank < $1.rank } ?? .announced
    guard let limit = kept.map({ strongest($0.source) }).max(by: { $0.rank < $1.rank }) else { return seen }
    let before = previous.rank < limit.rank ? previous : limit
    return before.rank > seen.rank ? before : seen
  }

  /// The most that a source can say of an agent.
  private static func strongest(_ source: Observation.Source) -> Agent.Status {
    switch source {
    case .process, .listener, .container, .tunnel, .wire, .flows, .log, .probe, .imported, .demo: .running
    case .unit: .enabled
    case .mdns: .announced
    case .installation: .installed
    }
  }

  private static func order(_ source: Observation.Source) -> Int {
    Observation.Source.allCases.firstIndex(of: source) ?? 99
  }

  private static func first(_ observations: [Observation], _ fact: KeyPath<Observation.Facts, String?>) -> String? {
    observations.lazy.compactMap { $0.facts[keyPath: fact] }.first
  }

  /// The host as its best observer names it, with everything that any of them knows of it.
  private static func hosts(of observations: [Observation], previous: Host?) -> Host {
    guard var host = previous ?? observations.first?.host else { return Host(id: "unknown", name: "unknown") }
    for other in observations.map(\.host) where other.id == host.id || previous == nil {
      for address in other.addresses where !host.addresses.contains(address) && host.addresses.count < 32 {
        host.addresses.append(address)
      }
      host.mac = host.mac ?? other.mac
      host.vendor = host.vendor ?? other.vendor
    }
    return host
  }

  /// One piece of evidence for each source and detail, the latest.
  private static func evidence(of observations: [Observation]) -> [Agent.Evidence] {
    struct Origin: Hashable {
      var source: Observation.Source
      var detail: String
    }
    var out: [Agent.Evidence] = []
    // An import of a fleet's events has thousands of one agent: a search through them for each would take its square.
    var places: [Origin: Int] = [:]
    for observation in observations {
      let piece = Agent.Evidence(
        source: observation.source, observed: observation.time, detail: observation.detail,
        confidence: observation.confidence, proof: observation.proof, reasons: observation.facts.reasons,
        data: observation.facts.data)
      let origin = Origin(source: piece.source, detail: piece.detail)
      if let index = places[origin] {
        out[index] = piece
      } else {
        places[origin] = out.count
        out.append(piece)
      }
    }
    return out
  }

  /// Sockets by address and port; what one observer knows of authentication or reach completes what another saw.
  ///
  /// - Parameter knownSockets: `previous` came from somebody who saw sockets, not from announcements.
  private static func listeners(
    of observations: [Observation], previous: [Listener], knownSockets: Bool
  ) -> [Listener] {
    var out: [Listener] = previous
    let seen = observations.filter { $0.source != .mdns && $0.source != .probe }.flatMap(\.facts.listeners)
    let announced = observations.filter { $0.source == .mdns }.flatMap(\.facts.listeners)
    // What a connection showed of the login goes before what a configuration promises.
    let probed = observations.filter { $0.source == .probe }.flatMap(\.facts.listeners)
    for listener in probed {
      add(listener, to: &out)
      // The newest answer counts, whatever was answered before.
      guard let index = out.firstIndex(where: { $0.address == listener.address && $0.port == listener.port }) else {
        continue
      }
      out[index].authenticated = listener.authenticated ?? out[index].authenticated
      out[index].tls = listener.tls ?? out[index].tls
    }
    for listener in seen { add(listener, to: &out) }
    // An announcement names a port but saw no socket: it adds one only where no socket of that port was seen. Of its own,
    // each address counts.
    let sockets = Set((knownSockets ? out : probed + seen).map(\.port))
    for listener in announced {
      if sockets.contains(listener.port), let index = out.firstIndex(where: { $0.port == listener.port }) {
        out[index].tls = out[index].tls ?? listener.tls
      } else {
        add(listener, to: &out)
      }
    }
    return Array(out.sorted { ($0.port, $0.address) < ($1.port, $1.address) }.prefix(64))
  }

  /// A look at the host sees sockets and not who reaches them: what a probe proved stays with its socket.
  private static func keepReach(of before: [Listener], in list: inout [Listener]) {
    for old in before where !old.reachableFrom.isEmpty {
      guard let index = list.firstIndex(where: { $0.address == old.address && $0.port == old.port }) else { continue }
      list[index].authenticated = list[index].authenticated ?? old.authenticated
      for place in old.reachableFrom where !list[index].reachableFrom.contains(place) {
        list[index].reachableFrom.append(place)
      }
    }
  }

  private static func add(_ listener: Listener, to list: inout [Listener]) {
    if let index = list.firstIndex(where: { $0.address == listener.address && $0.port == listener.port }) {
      list[index].scope = max(list[index].scope, listener.scope)
      list[index].authenticated = list[index].authenticated ?? listener.authenticated
      list[index].tls = list[index].tls ?? listener.tls
      for place in listener.reachableFrom where !list[index].reachableFrom.contains(place) {
        list[index].reachableFrom.append(place)
      }
    } else {
      list.append(listener)
    }
  }

  static func difference(_ before: Agent, _ after: Agent) -> [Change] {
    var names: [String] = []
    if before.status != after.status { names.append("status \(before.status.rawValue) → \(after.status.rawValue)") }
    if before.version != after.version {
      names.append("version \(before.version ?? "unknown") → \(after.version ?? "unknown")")
    }
    if before.user != after.user { names.append("user \(before.user ?? "unknown") → \(after.user ?? "unknown")") }
    if before.kind != after.kind { names.append("kind \(before.kind) → \(after.kind)") }
    if before.stateDirectory != after.stateDirectory { names.append("state directory") }
    let sources = Set(after.evidence.map(\.source)).subtracting(before.evidence.map(\.source))
    if !sources.isEmpty { names.append("seen by \(sources.map(\.rawValue).sorted().joined(separator: ", "))") }
    var changes: [Change] = names.isEmpty ? [] : [.changed(after, names)]
    func same(_ a: Listener, _ b: Listener) -> Bool { a.address == b.address && a.port == b.port }
    changes += after.listeners.filter { new in !before.listeners.contains { same($0, new) } }
      .map { .listenerOpened(agent: after.id, $0) }
    changes += before.listeners.filter { old in !after.listeners.contains { same($0, old) } }
      .map { .listenerClosed(agent: after.id, $0) }
    return changes
  }
}

extension Catalogue {
  /// Writes down who answers for an agent; false where there is none of that id.
  public mutating func register(_ id: String, _ registration: Agent.Registration) -> Bool {
    guard let index = records.firstIndex(where: { $0.agent.id == id }) else { return false }
    records[index].agent.registration = registration
    return true
  }

  public mutating func unregister(_ id: String) -> Bool {
    guard let index = records.firstIndex(where: { $0.agent.id == id }) else { return false }
    records[index].agent.registration = nil
    return true
  }

  /// Removes an agent; if it is still there, the next look finds it anew.
  public mutating func forget(_ id: String) -> Bool {
    guard let index = records.firstIndex(where: { $0.agent.id == id }) else { return false }
    records.remove(at: index)
    return true
  }

  /// Takes what an assessment found, and puts the riskiest first.
  public mutating func assess(_ risks: [String: Agent.Risk]) {
    for index in records.indices {
      if let risk = risks[records[index].agent.id] { records[index].agent.risk = risk }
    }
    records.sort { Self.precedes($0.agent, $1.agent) }
  }

  /// Agents whose id is, or starts with, the text; or whose name or kind is the text.
  public func matching(_ text: String) -> [Agent] {
    if let exact = self[text] { return [exact] }
    let byID = agents.filter { $0.id.hasPrefix(text) }
    return byID.isEmpty ? agents.filter { $0.kind == text || $0.name == text } : byID
  }
}
