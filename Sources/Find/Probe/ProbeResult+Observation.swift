internal import Knowledge
public import Model

extension ProbeResult {
  /// The result as evidence for an agent; nil where nothing answered that is one.
  ///
  /// What is only a guess by its port is left out, with one exception: TLS on a port of OpenClaw, where a guess is all
  /// that there can be.
  public func observation(now: Timestamp) -> Observation? {
    guard let listener, let kind = verdict.kind, Fingerprints.isAgent(kind: kind) else { return nil }
    guard verdict.confidence >= .medium || verdict.tls == true else { return nil }
    var facts = Observation.Facts()
    facts.status = verdict.confidence >= .medium ? .running : nil
    facts.version = verdict.version
    facts.listeners = [listener]
    facts.reasons = verdict.reasons
    var data: Value.Members = ["asked": .strings(verdict.asked), "probed_by": .string(prober.name)]
    data["probed_from"] = from.map { .string($0.description) }
    data["era"] = verdict.era.map(Value.string)
    data["tls_version"] = verdict.tlsVersion.map(Value.string)
    data["server"] = verdict.server.map(Value.string)
    data["control_page"] = verdict.controlPage.map(Value.bool)
    if verdict.challenged { data["connect_challenge"] = true }
    facts.data = data
    return Observation(
      source: Self.source, time: now, confidence: verdict.confidence, kind: kind, host: host,
      keys: ([address] + alsoAt).map { .endpoint(host: host.id, address: $0, port: port) }, detail: detail,
      proof: proof, facts: facts)
  }

  private var detail: String {
    var parts = ["answers at \(endpoint) to \(from.map { $0 == address ? "itself" : $0.description } ?? prober.name)"]
    parts.append(verdict.tls == true ? verdict.tlsVersion ?? "TLS" : "plain HTTP")
    switch verdict.authenticated {
    case true?: parts.append("asks for a login")
    case false?: parts.append("asks nobody for a login")
    case nil: break
    }
    return parts.joined(separator: ", ")
  }

  private var proof: String? {
    if verdict.tls == true { return "openssl s_client -connect \(endpoint)" }
    if verdict.challenged {
      return "curl --include --no-buffer --max-time 5 --header 'Connection: Upgrade' --header 'Upgrade: websocket' "
        + "--header 'Sec-WebSocket-Version: 13' --header 'Sec-WebSocket-Key: \(Question.base64(Array(repeating: 0, count: 16)))' "
        + "http://\(endpoint)/"
    }
    let path = verdict.asked.first { $0.hasPrefix("GET ") }?.dropFirst(4)
    return path.map { "curl --include --max-time 5 http://\(endpoint)\($0)" }
  }
}

/// What is known of the machines around, to say whose an endpoint is.
struct Surroundings: Sendable {
  var host: Host
  var own: Set<Address>
  /// Ethernet addresses by IP address.
  var neighbours: [Address: String]

  /// An address of this machine is this machine's. Another is its card's, under the name that the sensor of announcements
  /// gives to it too.
  func host(of address: Address, name: String?) -> Host {
    if address.isLoopback || own.contains(address) { return host }
    let mac = neighbours[address]
    return Host(
      id: mac.map { "mac:\($0)" } ?? "ip:\(address)", name: name ?? address.description, addresses: [address], mac: mac,
      vendor: mac.flatMap { Vendor.name(mac: $0) })
  }
}

/// A result before it is known whose it is.
struct Outcome: Sendable, Hashable {
  var endpoint: Endpoint
  var verdict: Verdict
  var from: Address?

  var address: Address { endpoint.address }
  var port: UInt16 { endpoint.port }

  func located(in place: Surroundings) -> ProbeResult {
    ProbeResult(
      address: endpoint.address, port: endpoint.port, name: endpoint.name, verdict: verdict,
      host: place.host(of: endpoint.address, name: endpoint.name), from: from, prober: place.host)
  }
}
