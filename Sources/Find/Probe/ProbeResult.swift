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
