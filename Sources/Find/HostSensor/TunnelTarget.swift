import Model

/// What a tunnel leads to: a port, and the host as the tunnel names it.
struct TunnelTarget: Sendable, Hashable {
  /// `localhost`, an address, or a name that the tunnel can resolve.
  var host: String
  var port: UInt16

  init(host: String = "localhost", port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `3000`, `:3000`, `localhost:3000`, `http://[::1]:3000/path`, `https+insecure://127.0.0.1:8443`,
  /// `tcp://127.0.0.1:22`, `http://localhost`; nil for a file, a socket's path, and everything else.
  init?(_ text: String) {
    var rest = Substring(text)
    var usual: UInt16?
    if let scheme = rest.firstRange(of: "://") {
      switch rest[..<scheme.lowerBound] {
      case "http", "ws", "http+insecure": usual = 80
      case "https", "https+insecure", "wss": usual = 443
      case "tcp", "tls", "tls-terminated-tcp", "ssh", "rdp", "smb", "udp": usual = nil
      default: return nil
      }
      rest = rest[scheme.upperBound...]
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // Credentials may stand in front of the host: they are passed over, never kept.
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    if let port = UInt16(rest), port > 0 {
      self.init(port: port)
      return
    }
    var host: Substring
    var port: Substring = ""
    if rest.hasPrefix("[") {
      guard let close = rest.firstIndex(of: "]") else { return nil }
      host = rest[rest.index(after: rest.startIndex)..<close]
      port = rest[rest.index(after: close)...].dropFirst()
    } else if let colon = rest.lastIndex(of: ":") {
      host = rest[..<colon]
      port = rest[rest.index(after: colon)...]
    } else {
      guard usual != nil else { return nil }
      host = rest
    }
    guard let number = port.isEmpty ? usual : UInt16(port), number > 0, host.utf8.count <= 253,
      host.utf8.allSatisfy({ Self.isHostByte($0) })
    else { return nil }
    self.init(host: host.isEmpty ? "localhost" : String(host), port: number)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "-._:%".utf8.contains(byte)
  }

  /// Whether the tunnel means this machine.
  func isLocal(_ host: Host) -> Bool {
    let name = self.host.lowercased()
    if name == "localhost" || name.hasSuffix(".localhost") || name == host.name.lowercased() { return true }
    guard let address = Address(name) else { return false }
    return address.isLoopback || address.isUnspecified || host.addresses.contains(address)
  }

  /// Whether a socket on this machine answers there.
  func reaches(_ address: Address) -> Bool {
    if address.isUnspecified { return true }
    guard let wanted = Address(host) else { return address.isLoopback || host.lowercased() != "localhost" }
    return wanted == address || wanted.isUnspecified
  }

  var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
