public import Model

/// One endpoint, asked once.
public struct ProbeResult: Sendable, Hashable {
  public var address: Address
  public var port: UInt16
  /// As it was given, where it was a name.
  public var name: String?
  public var verdict: Verdict
  /// Whose endpoint it is: this machine, or a neighbour by its card, else by its address.
  public var host: Host
  /// This machine's address on the connection.
  public var from: Address?
  /// The machine that asked.
  public var prober: Host
  /// Other addresses of the same host at which the same product answers on the same port: one gateway, bound to all.
  public var alsoAt: [Address] = []

  /// Where the observations come from.
  public static let source = Observation.Source(rawValue: "probe") ?? .listener

  /// `192.0.2.7:18789`
  public var endpoint: String { Listener(address: address, port: port).endpoint }

  /// The socket as a connection showed it; nil where none came about.
  public var listener: Listener? {
    guard verdict.state == .open else { return nil }
    return Listener(
      address: address, port: port, authenticated: verdict.authenticated, tls: verdict.tls,
      reachableFrom: from.map { [$0.description] } ?? [])
  }

  /// Results of one host, port and product know of each other. Loopback stays apart: there, another user's gateway may
  /// have the port that is open to the network.
  static func joined(_ results: [ProbeResult]) -> [ProbeResult] {
    struct Place: Hashable {
      var host: String
      var port: UInt16
      var kind: String
    }
    func place(_ result: ProbeResult) -> Place? {
      guard result.verdict.state == .open, !result.address.isLoopback else { return nil }
      return result.verdict.kind.map { Place(host: result.host.id, port: result.port, kind: $0) }
    }
    var addresses: [Place: [Address]] = [:]
    for result in results { if let place = place(result) { addresses[place, default: []].append(result.address) } }
    return results.map { result in
      var result = result
      let others = place(result).flatMap { addresses[$0] } ?? []
      result.alsoAt = Array(others.lazy.filter { $0 != result.address }.prefix(Self.aliasLimit))
      return result
    }
  }
  /// A host can have any number of addresses; a record of the inventory has room for few keys.
  private static let aliasLimit = 16

  /// The result in the JSON of `find probe`.
  public var value: Value {
    var members: Value.Members = [
      "address": .string(address.description), "port": .int(Int64(port)), "state": .string(verdict.state.rawValue),
    ]
    members["name"] = name.map(Value.string)
    members["kind"] = verdict.kind.map(Value.string)
    members["era"] = verdict.era.map(Value.string)
    members["version"] = verdict.version.map(Value.string)
    if verdict.kind != nil { members["confidence"] = .string(verdict.confidence.rawValue) }
    members["auth"] = verdict.authenticated.map(Value.bool)
    members["tls"] = verdict.tls.map(Value.bool)
    members["tls_version"] = verdict.tlsVersion.map(Value.string)
    if verdict.speaksHTTP { members["http"] = true }
    if verdict.speaksWebSocket { members["websocket"] = true }
    members["control_page"] = verdict.controlPage.map(Value.bool)
    members["server"] = verdict.server.map(Value.string)
    members["banner"] = verdict.banner.map(Value.string)
    members["redirect"] = verdict.redirect.map(Value.string)
    if !verdict.reasons.isEmpty { members["reasons"] = .strings(verdict.reasons) }
    members["asked"] = .strings(verdict.asked)
    members["reachable_from"] = .strings(listener?.reachableFrom ?? [])
    return .object(members)
  }
}
