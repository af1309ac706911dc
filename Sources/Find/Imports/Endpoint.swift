import Model

/// An address with a port, in the spellings of socket tools.
struct Endpoint: Hashable {
  var address: Address
  var port: UInt16

  static let anyIPv6 = Address("::") ?? .anyIPv4

  /// `127.0.0.1:18789`, `[::1]:18789`, `:::18789`, `*:18789`, `127.0.0.53%lo:53`, `[fe80::1]%eth0:22`, `[fe80::1%2]:22`,
  /// and with `isDotted`, as BSD writes it, `127.0.0.1.18789`, `*.18789`, `fe80::1%lo0.18789`.
  ///
  /// Nil for a port by name, port 0 or `*`, and for a host by another name than `localhost`.
  init?(_ text: some StringProtocol, wildcard: Address = .anyIPv4, isDotted: Bool = false) {
    guard text.utf8.count <= 160, let cut = text.lastIndex(of: isDotted ? "." : ":"),
      let port = UInt16(text[text.index(after: cut)...]), port > 0,
      text[text.index(after: cut)...].first != "+"
    else { return nil }
    guard let address = Self.address(text[..<cut], wildcard: wildcard) else { return nil }
    self.init(address: address, port: port)
  }

  init(address: Address, port: UInt16) {
    self.address = address
    self.port = port
  }

  static func address(_ text: some StringProtocol, wildcard: Address = .anyIPv4) -> Address? {
    var host = String(text).filter { $0 != "[" && $0 != "]" }
    if let zone = host.firstIndex(of: "%") { host = String(host[..<zone]) }
    switch host {
    case "*", "", "0": return wildcard
    case "localhost": return wildcard.isIPv4 ? .loopbackIPv4 : Address("::1")
    case "any", "ANY": return wildcard
    default: return Address(host)
    }
  }

  /// The far end of a listening socket: no port, in any spelling.
  static func isOpen(_ text: some StringProtocol) -> Bool {
    text.hasSuffix(":*") || text.hasSuffix(".*") || text.hasSuffix(":0") || text == "*"
  }
}
