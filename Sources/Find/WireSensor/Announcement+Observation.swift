internal import Knowledge
public import Model
internal import Wire

extension Announcement {
  /// What the sensor knows of the machines around it, to tie an announcement to one of them.
  public struct Surroundings: Sendable {
    /// This machine, under the identity that every other sensor uses.
    public var host: Host
    public var own: Set<Address>
    public var neighbours: Neighbours
    public init(host: Host, own: Set<Address>, neighbours: Neighbours) {
      self.host = host
      self.own = own
      self.neighbours = neighbours
    }
  }

  /// Who is meant by an announcement, and how that is known.
  struct Attribution {
    var host: Host
    var note: String?
  }

  /// The announcement as evidence for an agent; nil where nothing says on which port one would be.
  public func observation(in surroundings: Surroundings) -> Observation? {
    guard let service else { return nil }
    let attribution = attribution(in: surroundings)
    var facts = Observation.Facts()
    facts.status = .announced
    facts.name = displayName
    let tls = text.map { $0["gatewayTls"].map { $0.elementsEqual("1".utf8) } ?? false }
    let places = places(attribution.host)
    facts.listeners = places.map { Listener(address: $0, port: service.port, tls: tls == true ? true : nil) }
    facts.reasons = reasons(attribution)
    facts.data = data(attribution)
    let endpoint = places.first.map { Listener(address: $0, port: service.port).endpoint } ?? "port \(service.port)"
    return Observation(
      source: .mdns, time: lastSeen, confidence: confidence(attribution), kind: type.kind, host: attribution.host,
      keys: places.map { .endpoint(host: attribution.host.id, address: $0, port: service.port) },
      detail: "announces \"\(title)\" as \(type.text) at \(endpoint) on \(link.name)"
        + (mode.map { ", \($0.rawValue) mode" } ?? ""),
      proof: "avahi-browse --resolve --terminate \(type.text)", facts: facts)
  }

  /// Where the gateway is said to be: the addresses of the target; its sender's where no address record was seen.
  private func places(_ host: Host) -> [Address] {
    addresses.isEmpty ? announcers.map(\.address) : addresses
  }

  /// A sender with one of this machine's addresses is this machine. Otherwise the target's addresses name the host, its
  /// card and that card's maker; where a stranger announces an address of this machine, the stranger is meant.
  func attribution(in surroundings: Surroundings) -> Attribution {
    let senders = announcers.map(\.address)
    if senders.contains(where: { surroundings.own.contains($0) }) { return Attribution(host: surroundings.host) }
    let name = service.map { $0.target.description } ?? title
    func mac(_ list: [Address]) -> String? {
      list.lazy.compactMap { surroundings.neighbours.mac(of: $0, link: link.index) }.first
    }
    func host(_ list: [Address], mac: String?) -> Host {
      let id = mac.map { "mac:\($0)" } ?? list.first.map { "ip:\($0)" } ?? "mdns:\(name)"
      return Host(id: id, name: name, addresses: list, mac: mac, vendor: mac.flatMap { Vendor.name(mac: $0) })
    }
    let sender = mac(senders)
    if addresses.contains(where: { surroundings.own.contains($0) }) {
      return Attribution(
        host: host(senders, mac: sender),
        note: "announced by \(Self.list(senders)), which is not this machine although it claims its address")
    }
    let target = mac(addresses)
    let isSame = isAnnouncedByItself || addresses.isEmpty || (sender != nil && sender == target)
    if isSame {
      let all = addresses + senders.filter { !addresses.contains($0) }
      return Attribution(host: host(all, mac: target ?? sender))
    }
    // One card may have a link-local address that its records do not list, and no neighbour entry for the others.
    if target == nil, senders.allSatisfy({ !$0.isIPv4 && $0.isLinkLocal }) {
      return Attribution(host: host(addresses + senders, mac: sender))
    }
    return Attribution(
      host: host(addresses, mac: target),
      note: "announced by \(Self.list(senders)), not by the host itself: a reflector or a forgery")
  }

  private static func list(_ addresses: [Address]) -> String {
    addresses.map(\.description).joined(separator: " and ")
  }

  /// Nothing here is authenticated, so nothing is certain; what does not fit together is worth less.
  private func confidence(_ attribution: Attribution) -> Confidence {
    if !type.isKnown || attribution.note != nil || isDisputed { return .low }
    return isOnLink ? .high : .medium
  }

  private func reasons(_ attribution: Attribution) -> [String] {
    var out = [
      type.isKnown
        ? "mDNS service type \(type.text) (\(type.era) era)"
        : "mDNS service type \(type.text) with the TXT record of a gateway (a fork)"
    ]
    if let note = attribution.note { out.append(note) }
    if isDisputed { out.append("two senders point the same name at different targets") }
    if !isOnLink { out.append("arrived with a hop limit below 255: routed or reflected, not from this link") }
    if let conflictSuffix {
      out.append("name carries the conflict suffix (\(conflictSuffix)): another gateway here has the same name")
    }
    return out
  }

  private func data(_ attribution: Attribution) -> Value.Members {
    var out: Value.Members = [
      "instance": .string(title), "service_type": .string(type.text), "era": .string(type.era),
      "interface": .string(link.name), "announced_by": .strings(announcers.map(\.address.description)),
    ]
    if let service {
      out["target"] = .string(service.target.description)
      out["port"] = .int(Int64(service.port))
    }
    out["mode"] = mode.map { .string($0.rawValue) }
    out["display_name"] = .string(displayName)
    out["conflict_suffix"] = conflictSuffix.map { .int(Int64($0)) }
    if isDisputed { out["disputed"] = true }
    out["attribution"] = attribution.note.map(Value.string)
    if let text {
      out["gateway_tls"] = .bool(text["gatewayTls"].map { $0.elementsEqual("1".utf8) } ?? false)
      var members: Value.Members = [:]
      for attribute in text.attributes {
        members[SafeText.render(attribute.key.utf8)] = attribute.value.map { .string(SafeText.render($0)) } ?? .null
      }
      out["txt"] = .object(members)
      // TXT is a hint that anybody can write; a port that differs from the record's own is worth a look, not belief.
      if let service, let claimed = text.text("gatewayPort"), claimed != String(service.port) {
        out["txt_port_differs"] = .string(claimed)
      }
    }
    out["leaks"] = .array(
      leaks.map {
        ["what": .string($0.what.rawValue), "value": .string($0.value), "source": .string($0.source)]
      })
    return out
  }
}
