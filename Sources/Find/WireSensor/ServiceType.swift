public import Wire

/// A DNS-SD service type under which agent gateways announce themselves.
public struct ServiceType: Sendable, Hashable {
  /// `_openclaw-gw._tcp.local`.
  public let name: DNS.Name
  /// Product, as in the fingerprint table.
  public let kind: String
  /// Name of the era: the product was renamed twice.
  public let era: String
  /// Whether the type alone says what it is. A fork is believed only with the TXT record of a gateway.
  public let isKnown: Bool

  /// Presentation text without the domain: `_openclaw-gw._tcp`.
  public var text: String { DNS.Name(labels: Array(name.labels.dropLast()))?.description ?? name.description }

  private init(_ name: DNS.Name, era: String, isKnown: Bool) {
    self.name = name
    self.kind = "openclaw"
    self.era = era
    self.isKnown = isKnown
  }

  /// The rows `mdns.service` of the fingerprint table, and the types of the bridge that early releases had.
  public static let known: [ServiceType] = [
    ("_openclaw-gw", "OpenClaw"), ("_moltbot-gw", "Moltbot"), ("_clawdbot-gw", "Clawdbot"),
    ("_moltbot-bridge", "Moltbot"), ("_clawdbot-gateway", "Clawdbot"), ("_clawdbot-bridge", "Clawdbot"),
    ("_clawdis-bridge", "Clawdis"),
  ].compactMap { label, era in
    DNS.Name(labels: [Array(label.utf8), Array("_tcp".utf8), Array("local".utf8)])
      .map { ServiceType($0, era: era, isKnown: true) }
  }

  private static let byName = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  private static let transport = DNS.Name(labels: [Array("_tcp".utf8), Array("local".utf8)])

  static func named(_ name: DNS.Name) -> ServiceType? { byName[name] }

  /// A rebranded fork: another `_…-gw._tcp` whose TXT record says `role=gateway` and names a `gatewayPort`.
  static func fork(_ name: DNS.Name, text: DNS.Text) -> ServiceType? {
    guard name.parent == transport, name.first.first == 0x5F, name.first.suffix(3).elementsEqual("-gw".utf8),
      text["role"].map({ $0.elementsEqual("gateway".utf8) }) == true, text["gatewayPort"] != nil
    else { return nil }
    return ServiceType(name, era: "fork", isKnown: false)
  }
}
