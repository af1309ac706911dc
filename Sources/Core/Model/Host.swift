/// A machine, as far as it is known. `id` is stable: derived from the machine id, else the MAC, else the address.
public struct Host: Sendable, Hashable {
  public var id: String
  public var name: String
  public var addresses: [Address]
  /// Lower case, colons between the octets.
  public var mac: String?
  /// Maker of the network card, from the IEEE's registry.
  public var vendor: String?

  public init(id: String, name: String, addresses: [Address] = [], mac: String? = nil, vendor: String? = nil) {
    self.id = id
    self.name = name
    self.addresses = addresses
    self.mac = mac
    self.vendor = vendor
  }

  public var value: Value {
    var members: Value.Members = [
      "id": .string(id), "name": .string(name), "addresses": .strings(addresses.map(\.description)),
    ]
    members["mac"] = mac.map(Value.string)
    members["vendor"] = vendor.map(Value.string)
    return .object(members)
  }
}

/// A listening TCP socket of an agent, or a port that leads to one.
public struct Listener: Sendable, Hashable {
  public var address: Address
  public var port: UInt16
  /// Real scope: of the address, widened where a tunnel or a published container port leads further.
  public var scope: Scope
  /// What a look at the configuration or the wire said; nil where nothing was measured.
  public var authenticated: Bool?
  public var tls: Bool?
  /// Networks or hosts from which a connection was made, not inferred.
  public var reachableFrom: [String]

  public init(
    address: Address, port: UInt16, scope: Scope? = nil, authenticated: Bool? = nil, tls: Bool? = nil,
    reachableFrom: [String] = []
  ) {
    self.address = address
    self.port = port
    self.scope = scope ?? address.scope
    self.authenticated = authenticated
    self.tls = tls
    self.reachableFrom = reachableFrom
  }

  /// `127.0.0.1:18789`, `[::1]:18789`.
  public var endpoint: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }

  public var value: Value {
    var members: Value.Members = [
      "address": .string(address.description), "port": .int(Int64(port)), "scope": .string(scope.rawValue),
    ]
    members["auth"] = authenticated.map(Value.bool)
    members["tls"] = tls.map(Value.bool)
    members["reachable_from"] = .strings(reachableFrom)
    return .object(members)
  }
}
