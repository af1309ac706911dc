public import Detection
import HostSensor
public import Installations
public import Inventory
public import Ledger
public import Model
public import Platform
import Posture
public import WireSensor

/// Keeps the inventory: folds what the sensors saw into it, has it judged, writes down what changed.
///
/// Several processes may keep the same state directory (`find host` beside a running `up`): each round reads, folds and
/// writes under one lock, and an event is written before the inventory that it speaks of, so that a crash repeats an event
/// rather than losing it.
public struct Keeper: Sendable {
  public let state: StateDirectory
  public let host: Host
  let ledger: Store
  let random: @Sendable (Int) -> [UInt8]

  /// What a round ended with.
  public struct Outcome: Sendable {
    public var agents: [Agent]
    public var findings: [Finding]
    public var sources: [SourceStatus]
    public var changes: [Change]
    /// Events written.
    public var recorded: Int
  }

  public enum Problem: Error, Sendable {
    case state(StateDirectory.Failure)
    case ledger(StoreError)
    /// The stored inventory cannot be read; it was moved aside under the given name, and nothing else was lost.
    case inventory(String)

    public var description: String {
      switch self {
      case .state(let failure): failure.description
      case .ledger(let failure): failure.description
      case .inventory(let text): text
      }
    }
  }

  /// - Parameter random: bytes for event ids.
  public init(
    state: StateDirectory, host: Host, random: @escaping @Sendable (Int) -> [UInt8] = { Machine.random($0) }
  ) throws(Problem) {
    self.state = state
    self.host = host
    self.random = random
    do {
      ledger = try Store(
        directory: state.path, environment: Store.Environment(host: host.id, now: { Machine.now }, random: random))
    } catch { throw .ledger(error) }
  }

  /// One round: what was seen goes in, what is there now comes out.
  ///
  /// - Parameters:
  ///   - installations: read for the same round; findings about files come from them.
  ///   - looked: sources that looked at all they can see; what they saw before and see no longer is lost.
  ///   - more: events of the sensors themselves, written before those that follow from the inventory.
  public func fold(
    _ sweep: Sweep, installations: [Installation]?, looked: Set<Observation.Source>, more: [Event] = [], now: Timestamp
  ) throws(Problem) -> Outcome {
    try state.locked(
      "inventory.lock",
      { () throws(Problem) -> Outcome in
        var stored = try load()
        let changes = stored.catalogue.fold(sweep.observations, looked: looked, now: now)
        // A round that did not look at this host leaves what was found here as it was, and judges only what runs elsewhere.
        let present = stored.catalogue.agents.filter { $0.status != .lost }
        let here = present.filter { $0.host.id == host.id }
        let judged = Judgement.findings(
          agents: installations == nil ? present.filter { $0.host.id != host.id } : present,
          installations: installations ?? [], host: host, now: now)
        let kept = installations == nil ? stored.findings.filter { old in here.contains { $0.id == old.agent } } : []
        let findings = kept + judged
        stored.catalogue.assess(Judgement.risks(agents: present, findings: findings))
        let events =
          more
          + Chronicle.events(
            changes, before: stored.findings, after: findings, agents: stored.catalogue, host: host, now: now,
            random: random)
        if !events.isEmpty {
          do throws(StoreError) { _ = try ledger.append(events) } catch { throw Problem.ledger(error) }
        }
        stored.findings = findings
        stored.sources = Self.merged(stored.sources, sweep.status)
        stored.taken = now
        try save(stored)
        return Outcome(
          agents: stored.catalogue.agents, findings: findings, sources: stored.sources, changes: changes,
          recorded: events.count)
      }, failure: Problem.state)
  }

  /// What was heard by multicast DNS: the whole segment, as it is now.
  public func fold(_ report: MDNS.Report, now: Timestamp) throws(Problem) -> Outcome {
    let events = report.changes.map { $0.event(id: EventID(time: now, random: random(10)), time: now, host: host.id) }
    return try fold(report.sweep, installations: nil, looked: [.mdns], more: events, now: now)
  }

  /// What wires showed of other hosts and of this one. A capture is a look at the past: nothing that it lacks is lost.
  public func fold(_ activities: [HostActivity], _ sweep: Sweep, now: Timestamp) throws(Problem) -> Outcome {
    let events = activities.flatMap { activity in
      activity.events(recordedBy: host.id) { EventID(time: $0, random: random(10)) }
    }
    return try fold(sweep, installations: nil, looked: [], more: events, now: now)
  }

  /// Name of the file that says which host used which model when.
  public static let baselineFile = "baseline.cbor"

  /// Keeps the baseline for the next look; contacts that are news become events first, so that a crash repeats one rather
  /// than losing it.
  public func keep(baseline: [UInt8], contacts: [FirstContact], now: Timestamp) throws(Problem) {
    let events = contacts.map { contact in
      Event(
        id: EventID(time: contact.time, random: random(10)), time: contact.time, kind: "alert.raised",
        severity: contact.isFirstOfHost ? .medium : .low, host: host.id, actor: contact.host.description,
        object: contact.provider, rule: "model.first-contact",
        reason: contact.isFirstOfHost
          ? "the host spoke to a model service for the first time in \(contact.daysWatched) days"
          : "the host spoke to \(contact.provider) for the first time in \(contact.daysWatched) days",
        data: contact.value.members ?? [:])
    }
    if !events.isEmpty {
      do throws(StoreError) { _ = try ledger.append(events) } catch { throw Problem.ledger(error) }
    }
    do throws(StateDirectory.Failure) { try state.write(baseline, to: Self.baselineFile) } catch { throw .state(error) }
  }

  /// Signs what is in the ledger: where a checkpoint is due, or, at the end of a watch, whatever is not signed yet.
  public func sign(onlyIfDue: Bool) throws(Problem) {
    do throws(StoreError) { _ = try ledger.checkpoint(onlyIfDue: onlyIfDue) } catch { throw .ledger(error) }
  }

  private static func merged(_ old: [SourceStatus], _ new: [SourceStatus]) -> [SourceStatus] {
    var out = old.filter { status in !new.contains { $0.source == status.source } } + new
    out.sort { a, b in
      (Observation.Source.allCases.firstIndex(of: a.source) ?? 99)
        < (Observation.Source.allCases.firstIndex(of: b.source) ?? 99)
    }
    return out
  }

  /// The inventory as it was last written.
  public func stored() throws(Problem) -> Stored {
    try state.locked("inventory.lock", { () throws(Problem) -> Stored in try load() }, failure: Problem.state)
  }

  /// Changes who answers for an agent, or forgets one; the change is an event.
  public func change(_ edit: Edit, now: Timestamp) throws(Problem) -> Agent? {
    try state.locked(
      "inventory.lock",
      { () throws(Problem) -> Agent? in
        var stored = try load()
        guard let agent = stored.catalogue[edit.agent] else { return nil }
        var kind = "agent.registered"
        var data: Value.Members = [:]
        switch edit {
        case .register(_, let registration):
          _ = stored.catalogue.register(agent.id, registration)
          data["owner"] = .string(registration.owner)
          data["approved_by"] = registration.approvedBy.map(Value.string)
          data["until"] = registration.until.map { .string($0.rfc3339()) }
        case .unregister:
          _ = stored.catalogue.unregister(agent.id)
          kind = "agent.changed"
          data["changes"] = .strings(["unregistered"])
        case .forget:
          _ = stored.catalogue.forget(agent.id)
          stored.findings.removeAll { $0.agent == agent.id }
          kind = "agent.changed"
          data["changes"] = .strings(["forgotten"])
        }
        let event = Event(
          id: EventID(time: now, random: random(10)), time: now, kind: kind, host: host.id, agent: agent.id,
          actor: edit.actor, object: agent.id, data: data)
        do throws(StoreError) { _ = try ledger.append([event]) } catch { throw Problem.ledger(error) }
        try save(stored)
        return stored.catalogue[agent.id] ?? agent
      }, failure: Problem.state)
  }

  public enum Edit: Sendable {
    case register(String, Agent.Registration)
    case unregister(String)
    case forget(String)

    var agent: String {
      switch self {
      case .register(let id, _), .unregister(let id), .forget(let id): id
      }
    }
    var actor: String? {
      if case .register(_, let registration) = self { registration.approvedBy ?? registration.owner } else { nil }
    }
  }
}

/// What lies in the state directory beside the ledger: `inventory.cbor`.
public struct Stored: Sendable {
  public var catalogue = Catalogue()
  public var findings: [Finding] = []
  public var sources: [SourceStatus] = []
  /// When the last round ended.
  public var taken: Timestamp?
}

extension Keeper {
  static let file = "inventory.cbor"
  private static let limit = 256 << 20

  func load() throws(Problem) -> Stored {
    let path = "\(state.path)/\(Self.file)"
    let bytes: [UInt8]
    do {
      bytes = try SystemFiles().read(path, limit: Self.limit)
    } catch {
      if error.code == .notFound { return Stored() }
      throw .inventory("\(path): cannot be read (\(error.code)); check its owner and mode")
    }
    do {
      let value = try Value(canonicalBytes: bytes)
      guard let inventory = value["inventory"]?.bytes else {
        throw Catalogue.StorageError.unreadable("no inventory in it")
      }
      var stored = Stored()
      stored.catalogue = try Catalogue(storedBytes: inventory)
      stored.findings = (value["findings"]?.array ?? []).compactMap(Finding.init(value:))
      stored.sources = (value["sources"]?.array ?? []).compactMap(SourceStatus.init(value:))
      stored.taken = value["taken"]?.int.map(Timestamp.init(nanoseconds:))
      return stored
    } catch {
      throw .inventory("\(path): \(error); move it away and look again: the next round finds what is there")
    }
  }

  private func save(_ stored: Stored) throws(Problem) {
    let value: Value = [
      "inventory": .bytes(stored.catalogue.storedBytes), "findings": .array(stored.findings.map(\.value)),
      "sources": .array(stored.sources.map(\.value)),
      "taken": stored.taken.map { .int($0.nanoseconds) } ?? .null,
    ]
    do { try state.write(value.canonicalBytes, to: Self.file) } catch { throw .state(error) }
  }
}
