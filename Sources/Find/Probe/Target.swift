public import Model

/// What a person asks to be probed.
public enum Target: Sendable, Hashable {
  case name(String, port: UInt16?)
  /// - Parameter zone: interface of a link-local address, by name or number.
  case address(Address, zone: String?, port: UInt16?)
  case network(Prefix)

  /// Reads `HOST`, `HOST:PORT`, `ADDRESS`, `[ADDRESS]:PORT` or a network such as `10.0.0.0/24`.
  public init(parsing text: String) throws(ProbeError) {
    let shown = String(text.prefix(80))
    func fail(_ why: String) -> ProbeError { .notATarget(shown, why) }
    guard !text.isEmpty else { throw .nothing }
    guard text.utf8.count <= 300, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .notATarget(
        String(shown.unicodeScalars.map { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "?" }),
        "names and addresses are printable ASCII")
    }
    if text.contains("://") { throw fail("give HOST or HOST:PORT, not a URL") }
    if text.contains("/") {
      guard let prefix = Prefix(text) else { throw fail("a network is ADDRESS/LENGTH, such as 192.168.1.0/24") }
      self = .network(prefix)
      return
    }
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { throw fail("the bracket is not closed") }
      let rest = text[text.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw fail("after the bracket comes :PORT") }
      let port = rest.isEmpty ? nil : try Self.port(rest.dropFirst(), shown)
      self = try Self.address(String(text[text.index(after: text.startIndex)..<close]), port, shown)
      return
    }
    // Two colons or more are an IPv6 address: its last group could be taken for a port, so a port needs brackets.
    if text.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
      self = try Self.address(text, nil, shown)
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let port = parts.count == 2 ? try Self.port(parts[1], shown) : nil
    let host = String(parts[0])
    if Address(host) != nil {
      self = try Self.address(host, port, shown)
    } else {
      guard Self.isName(host) else { throw fail("it is neither a host name nor an address") }
      self = .name(host.lowercased(), port: port)
    }
  }

  private static func port(_ text: Substring, _ shown: String) throws(ProbeError) -> UInt16 {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(text), port > 0
    else { throw .notATarget(shown, "a port is a number from 1 to 65535") }
    return port
  }

  private static func address(_ text: String, _ port: UInt16?, _ shown: String) throws(ProbeError) -> Target {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = Address(String(parts[0])) else {
      throw .notATarget(shown, "no address; IPv6 with a port is [ADDRESS]:PORT")
    }
    guard isHost(address) else { throw .notATarget(shown, "this address belongs to no single host") }
    guard parts.count == 2 else { return .address(address, zone: nil, port: port) }
    guard !address.isIPv4, address.isLinkLocal, (1...15).contains(parts[1].utf8.count) else {
      throw .notATarget(shown, "only a link-local IPv6 address has an interface after %")
    }
    return .address(address, zone: String(parts[1]), port: port)
  }

  /// Neither unspecified, nor multicast, nor broadcast.
  static func isHost(_ address: Address) -> Bool {
    let first = address.bytes[0]
    return !address.isUnspecified && first != 0xFF && !(address.isIPv4 && (first >= 224 || first == 0))
  }

  /// A host name as resolvers take it (RFC 1123 §2.1, and the underscore that people use). A name that ends in a number
  /// is a mistyped address: `127.1` would otherwise be somebody's loopback.
  private static func isName(_ text: String) -> Bool {
    let body = text.hasSuffix(".") ? text.dropLast() : text[...]
    let labels = body.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...253).contains(body.utf8.count), let last = labels.last,
      !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !last.hasPrefix("0x"), !last.hasPrefix("0X")
    else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.utf8.first != 0x2D && label.utf8.last != 0x2D
        && label.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
        }
    }
  }
}
