import Model

/// The stored form: deterministic CBOR of this shape, with a version. A reader of an older program refuses a newer one.
extension Catalogue {
  private static let schema: Int64 = 1

  public enum StorageError: Error, Sendable, Hashable {
    /// The bytes are no inventory, or one of a newer program.
    case unreadable(String)
  }

  public var storedBytes: [UInt8] {
    Value.object([
      "schema": .int(Self.schema),
      "records": .array(records.map { ["keys": .strings($0.keys), "agent": Self.encode($0.agent)] }),
    ]).canonicalBytes
  }

  public init(storedBytes: [UInt8]) throws(StorageError) {
    let value: Value
    do { value = try Value(canonicalBytes: storedBytes) } catch { throw .unreadable("not an inventory: \(error)") }
    guard let schema = value["schema"]?.int else { throw .unreadable("no schema number") }
    guard schema == Self.schema else { throw .unreadable("schema \(schema) is of a newer program") }
    self.init()
    for item in value["records"]?.array ?? [] {
      guard let agent = item["agent"].flatMap(Self.decode), let keys = item["keys"]?.array else {
        throw .unreadable("a record is incomplete")
      }
      records.append(Record(agent: agent, keys: keys.compactMap(\.string)))
    }
  }

  private static func time(_ time: Timestamp) -> Value { .int(time.nanoseconds) }

  private static func encode(_ agent: Agent) -> Value {
    var members: Value.Members = [
      "id": .string(agent.id), "kind": .string(agent.kind), "name": .string(agent.name),
      "status": .string(agent.status.rawValue), "first": time(agent.firstSeen), "last": time(agent.lastSeen),
      "host": agent.host.value, "listeners": .array(agent.listeners.map(\.value)), "risk": agent.risk.value,
      "evidence": .array(
        agent.evidence.map { piece in
          var members: Value.Members = [
            "source": .string(piece.source.rawValue), "time": time(piece.observed), "detail": .string(piece.detail),
            "confidence": .string(piece.confidence.rawValue), "reasons": .strings(piece.reasons),
            "data": .object(piece.data),
          ]
          members["proof"] = piece.proof.map(Value.string)
          return .object(members)
        }),
    ]
    members["version"] = agent.version.map(Value.string)
    members["user"] = agent.user.map(Value.string)
    members["directory"] = agent.stateDirectory.map(Value.string)
    if let registration = agent.registration {
      var entry: Value.Members = ["owner": .string(registration.owner), "time": time(registration.time)]
      entry["approved"] = registration.approvedBy.map(Value.string)
      entry["until"] = registration.until.map(time)
      members["registration"] = .object(entry)
    }
    return .object(members)
  }

  private static func decode(_ value: Value) -> Agent? {
    guard let id = value["id"]?.string, let kind = value["kind"]?.string, let name = value["name"]?.string,
      let status = value["status"]?.string.flatMap(Agent.Status.init(rawValue:)), let first = value["first"]?.int,
      let last = value["last"]?.int, let host = value["host"].flatMap(Self.host)
    else { return nil }
    var agent = Agent(
      id: id, kind: kind, name: name, version: value["version"]?.string, host: host, status: status,
      firstSeen: Timestamp(nanoseconds: first), lastSeen: Timestamp(nanoseconds: last))
    agent.user = value["user"]?.string
    agent.stateDirectory = value["directory"]?.string
    agent.listeners = (value["listeners"]?.array ?? []).compactMap(Self.listener)
    agent.evidence = (value["evidence"]?.array ?? []).compactMap(Self.evidence)
    if let risk = value["risk"] {
      agent.risk = Agent.Risk(
        level: risk["level"]?.string.flatMap(Severity.init(rawValue:)), score: Int(risk["score"]?.int ?? 0),
        reasons: (risk["reasons"]?.array ?? []).compactMap(\.string))
    }
    if let entry = value["registration"], let owner = entry["owner"]?.string, let time = entry["time"]?.int {
      agent.registration = Agent.Registration(
        owner: owner, approvedBy: entry["approved"]?.string,
        until: entry["until"]?.int.map(Timestamp.init(nanoseconds:)),
        time: Timestamp(nanoseconds: time))
    }
    return agent
  }

  private static func host(_ value: Value) -> Host? {
    guard let id = value["id"]?.string, let name = value["name"]?.string else { return nil }
    return Host(
      id: id, name: name, addresses: (value["addresses"]?.array ?? []).compactMap { $0.string.flatMap(Address.init) },
      mac: value["mac"]?.string, vendor: value["vendor"]?.string)
  }

  private static func listener(_ value: Value) -> Listener? {
    guard let address = value["address"]?.string.flatMap(Address.init),
      let port = value["port"]?.int.flatMap(UInt16.init(exactly:))
    else { return nil }
    return Listener(
      address: address, port: port, scope: value["scope"]?.string.flatMap(Scope.init(rawValue:)),
      authenticated: value["auth"]?.bool, tls: value["tls"]?.bool,
      reachableFrom: (value["reachable_from"]?.array ?? []).compactMap(\.string))
  }

  private static func evidence(_ value: Value) -> Agent.Evidence? {
    guard let source = value["source"]?.string.flatMap(Observation.Source.init(rawValue:)),
      let time = value["time"]?.int,
      let detail = value["detail"]?.string,
      let confidence = value["confidence"]?.string.flatMap(Confidence.init(rawValue:))
    else { return nil }
    return Agent.Evidence(
      source: source, observed: Timestamp(nanoseconds: time), detail: detail, confidence: confidence,
      proof: value["proof"]?.string, reasons: (value["reasons"]?.array ?? []).compactMap(\.string),
      data: value["data"]?.members ?? [:])
  }
}
