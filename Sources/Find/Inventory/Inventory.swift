// Inventory: observations folded into agents, with the evidence for each.
//
// Pure: observations and the previous inventory go in, the next inventory and its changes come out.

public import Model

/// Every agent that was ever seen, and by which keys it is known again.
public struct Catalogue: Sendable, Hashable {
  /// An agent with the keys that lead to it.
  public struct Record: Sendable, Hashable {
    public var agent: Agent
    /// Descriptions of identity keys, in the order in which they were learnt.
    public var keys: [String]
    public init(agent: Agent, keys: [String]) {
      self.agent = agent
      self.keys = keys
    }
  }

  public internal(set) var records: [Record] = []

  /// Evidence kept for one agent, and keys: an attacker who announces forever must not grow memory forever.
  static let evidenceLimit = 64
  static let keyLimit = 128
  /// Agents kept in all. Beyond it, the longest lost unregistered one makes room; where there is none, new ones are
  /// counted and left out.
  public static let agentLimit = 10_000

  public init(records: [Record] = []) { self.records = records }

  public var agents: [Agent] { records.map(\.agent) }

  public subscript(id: String) -> Agent? { records.first { $0.agent.id == id }?.agent }
}

/// What a round of looking changed.
public enum Change: Sendable, Hashable {
  case found(Agent)
  /// With the names of what is different.
  case changed(Agent, [String])
  case lost(Agent)
  case listenerOpened(agent: String, Listener)
  case listenerClosed(agent: String, Listener)
}

extension Catalogue {
  /// Folds one round in.
  ///
  /// Observations that share an identity key are one agent; a key that leads to an agent of an earlier round leads to the
  /// same id. Evidence of the sources that looked in this round is replaced; that of the others is kept.
  ///
  /// - Parameters:
  ///   - looked: sources that looked at everything they can see in this round: what they no longer see is lost.
  ///   - now: time of the round.
  public mutating func fold(_ observations: [Observation], looked: Set<Observation.Source>, now: Timestamp) -> [Change]
  {
    let clusters = Self.cluster(observations, known: records)
    var changes: [Change] = []
    var touched: Set<Int> = []
    for cluster in clusters {
      guard let index = cluster.record ?? admit(cluster.observations, now: now) else { continue }
      let isNew = cluster.record == nil
      for other in cluster.absorbed { absorb(other, into: index) }
      let before = records[index].agent
      records[index] = Self.merge(cluster.observations, into: records[index], looked: looked, isNew: isNew, now: now)
      touched.insert(index)
      let after = records[index].agent
      if isNew {
        changes.append(.found(after))
        changes += after.listeners.map { .listenerOpened(agent: after.id, $0) }
      } else {
        changes += Self.difference(before, after)
      }
    }
    let gone = Set(clusters.flatMap(\.absorbed))
    for index in records.indices where !touched.contains(index) && !gone.contains(index) {
      let before = records[index].agent
      records[index].agent.evidence.removeAll { looked.contains($0.source) }
      guard records[index].agent.evidence.isEmpty, before.status != .lost else { continue }
      // The last evidence stays, so that a lost agent can still say how it was known.
      records[index].agent.evidence = before.evidence
      records[index].agent.status = .lost
      records[index].agent.listeners = []
      changes += before.listeners.map { .listenerClosed(agent: before.id, $0) }
      changes.append(.lost(records[index].agent))
    }
    records = records.indices.filter { !gone.contains($0) }.map { records[$0] }
    records.sort { Self.precedes($0.agent, $1.agent) }
    return changes
  }

  /// Riskiest first, then by name: a stable order for every list.
  static func precedes(_ a: Agent, _ b: Agent) -> Bool {
    if a.risk.score != b.risk.score { return a.risk.score > b.risk.score }
    if a.status.rank != b.status.rank { return a.status.rank > b.status.rank }
    if a.kind != b.kind { return a.kind < b.kind }
    return a.id < b.id
  }

  private struct Cluster {
    var observations: [Observation]
    /// Index of the record that is meant; nil for a new agent.
    var record: Int?
    /// Younger records that turn out to be the same agent.
    var absorbed: [Int]
  }

  /// Two records were one agent all along: the older one keeps its id and takes what the other knew.
  private mutating func absorb(_ other: Int, into index: Int) {
    let old = records[other]
    records[index].keys += old.keys.filter { !records[index].keys.contains($0) }
    records[index].agent.firstSeen = min(records[index].agent.firstSeen, old.agent.firstSeen)
    records[index].agent.registration = records[index].agent.registration ?? old.agent.registration
    records[index].agent.evidence += old.agent.evidence
  }

  /// Union of observations over shared keys, with the records of earlier rounds as further members.
  private static func cluster(_ observations: [Observation], known records: [Record]) -> [Cluster] {
    var parent = Array(0..<(records.count + observations.count))
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index {
        parent[index] = parent[parent[index]]
        index = parent[index]
      }
      return index
    }
    // Records come first, so that the smaller root is the older record.
    // Two products never become one, whatever key an attacker lets them share.
    var kinds: [String?] = records.map(\.agent.kind) + observations.map(\.kind)
    func join(_ a: Int, _ b: Int) {
      let x = root(a)
      let y = root(b)
      guard x != y, agree(kinds[x], kinds[y]) else { return }
      let kind = kinds[x] == nil || kinds[x] == unknownKind ? kinds[y] : kinds[x]
      parent[max(x, y)] = min(x, y)
      kinds[min(x, y)] = kind
    }
    var owner: [String: Int] = [:]
    for (index, record) in records.enumerated() {
      for key in record.keys where owner[key] == nil { owner[key] = index }
    }
    for (offset, observation) in observations.enumerated() {
      let index = records.count + offset
      for key in observation.keys.map(\.description) {
        if let other = owner[key] {
          join(other, index)
        } else {
          owner[key] = index
        }
      }
    }
    for (offset, observation) in observations.enumerated() where observation.isTraffic {
      let index = records.count + offset
      guard root(index) >= records.count else { continue }
      if let other = meant(observation, records, observations, rootOf: { root($0) }) { join(other, index) }
    }
    var members: [Int: [Observation]] = [:]
    var order: [Int] = []
    for (offset, observation) in observations.enumerated() {
      let lead = root(records.count + offset)
      if members[lead] == nil { order.append(lead) }
      members[lead, default: []].append(observation)
    }
    return order.map { lead in
      Cluster(
        observations: members[lead] ?? [], record: lead < records.count ? lead : nil,
        absorbed: lead < records.count ? records.indices.filter { $0 != lead && root($0) == lead } : [])
    }
  }

  /// The agent that traffic of a host belongs to: the only one of its kind there; where the traffic names no kind, the
  /// only one there.
  private static func meant(
    _ traffic: Observation, _ records: [Record], _ observations: [Observation], rootOf: (Int) -> Int
  ) -> Int? {
    func isSame(_ host: Host) -> Bool {
      host.id == traffic.host.id || (host.mac != nil && host.mac == traffic.host.mac)
        || host.addresses.contains { !$0.isLoopback && !$0.isLinkLocal && traffic.host.addresses.contains($0) }
    }
    func fits(_ kind: String?) -> Bool {
      guard let wanted = traffic.kind else { return true }
      return kind == wanted || kind == unknownKind
    }
    var candidates: [Int] = []
    for (index, record) in records.enumerated()
    where record.agent.status != .lost && fits(record.agent.kind) && isSame(record.agent.host) {
      candidates.append(rootOf(index))
    }
    for (offset, other) in observations.enumerated() where !other.isTraffic && fits(other.kind) && isSame(other.host) {
      candidates.append(rootOf(records.count + offset))
    }
    let distinct = Set(candidates)
    return distinct.count == 1 ? distinct.first : nil
  }

  private static func agree(_ a: String?, _ b: String?) -> Bool {
    guard let a, let b else { return true }
    return a == b || a == unknownKind || b == unknownKind
  }

  /// Kind of an agent that no fingerprint names.
  public static let unknownKind = "unknown"

  /// Makes room for a new agent and gives it an id; nil where the catalogue is full of agents that must stay.
  private mutating func admit(_ observations: [Observation], now: Timestamp) -> Int? {
    guard let first = observations.first else { return nil }
    if records.count >= Self.agentLimit {
      guard
        let victim = records.indices.filter({
          records[$0].agent.status == .lost && records[$0].agent.registration == nil
        }).min(by: { records[$0].agent.lastSeen < records[$1].agent.lastSeen })
      else { return nil }
      // Removing would shift the indices of this round, so the record is replaced in place.
      records[victim] = Record(agent: Self.blank(first, id: newID(observations), now: now), keys: [])
      return victim
    }
    records.append(Record(agent: Self.blank(first, id: newID(observations), now: now), keys: []))
    return records.count - 1
  }

  private static func blank(_ observation: Observation, id: String, now: Timestamp) -> Agent {
    Agent(
      id: id, kind: observation.kind ?? unknownKind, name: "", host: observation.host, status: .installed,
      firstSeen: now,
      lastSeen: now)
  }

  /// Product and eight digits of the strongest key: the same agent on the same host gets the same id on a new start, even
  /// where the inventory was deleted.
  private func newID(_ observations: [Observation]) -> String {
    let kind = observations.lazy.compactMap(\.kind).first ?? Self.unknownKind
    let key =
      observations.flatMap(\.keys).min { a, b in
        a.strength != b.strength ? a.strength < b.strength : a.description < b.description
      }?.description ?? "?"
    let taken = Set(records.map(\.agent.id))
    var salt = 0
    while true {
      let digits = Hex.encode(
        withHash("\(kind)\u{0}\(key)\u{0}\(salt == 0 ? "" : String(salt))").prefix(4))
      let id = "\(kind)-\(digits)"
      if !taken.contains(id) { return id }
      salt += 1
    }
  }

  /// FNV-1a, 64 bits (Fowler, Noll, Vo): names records, guards nothing.
  private func withHash(_ text: String) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash ^= hash >> 32
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) }
  }
}

extension Observation {
  /// Nothing but a host's traffic says that there is an agent.
  var isTraffic: Bool {
    !keys.isEmpty && keys.allSatisfy { if case .traffic = $0 { true } else { false } }
  }
}

extension Observation.Key {
  /// Which key names an agent best: the one that outlives most. 0 is best.
  var strength: Int {
    switch self {
    case .stateDirectory: 0
    case .container: 1
    case .unit: 2
    case .endpoint: 3
    case .traffic: 4
    case .process: 5
    }
  }

  /// Whether the key means the same agent after a restart.
  var outlivesProcess: Bool {
    switch self {
    case .stateDirectory, .container, .unit, .endpoint, .traffic: true
    case .process: false
    }
  }
}
