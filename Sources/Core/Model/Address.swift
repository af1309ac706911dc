/// An IP address, as bytes in network order: 4 for IPv4, 16 for IPv6. An IPv4-mapped IPv6 address is kept as IPv4.
public struct Address: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// Nil unless there are 4 or 16 bytes.
  public init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self.bytes = bytes
    case 16:
      let mapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
      self.bytes = mapped ? Array(bytes[12...]) : bytes
    default: return nil
    }
  }

  private init(quad: [UInt8]) { bytes = quad }

  /// `0.0.0.0`: every IPv4 address of the machine.
  public static let anyIPv4 = Address(quad: [0, 0, 0, 0])
  /// `127.0.0.1`
  public static let loopbackIPv4 = Address(quad: [127, 0, 0, 1])

  public var isIPv4: Bool { bytes.count == 4 }

  /// Every address of the machine: `0.0.0.0` or `::`.
  public var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }
  /// `127.0.0.0/8` (RFC 1122 §3.2.1.3) or `::1` (RFC 4291 §2.5.3).
  public var isLoopback: Bool {
    isIPv4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }
  /// `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291 §2.5.6).
  public var isLinkLocal: Bool {
    isIPv4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
  }
  /// `10/8`, `172.16/12`, `192.168/16` (RFC 1918) or `fc00::/7` (RFC 4193).
  public var isPrivate: Bool {
    if isIPv4 {
      return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] & 0xF0 == 16) || (bytes[0] == 192 && bytes[1] == 168)
    }
    return bytes[0] & 0xFE == 0xFC
  }
  /// Tailscale's `100.64.0.0/10` (RFC 6598, shared with carriers) and `fd7a:115c:a1e0::/48`.
  public var isTailnet: Bool {
    isIPv4
      ? bytes[0] == 100 && bytes[1] & 0xC0 == 64
      : Array(bytes[0..<6]) == [0xFD, 0x7A, 0x11, 0x5C, 0xA1, 0xE0]
  }

  public var scope: Scope {
    if isLoopback { return .loopback }
    if isTailnet { return .tailnet }
    if isPrivate || isLinkLocal { return .lan }
    return isUnspecified ? .lan : .public
  }

  public static func < (a: Address, b: Address) -> Bool {
    a.bytes.count != b.bytes.count ? a.bytes.count < b.bytes.count : a.bytes.lexicographicallyPrecedes(b.bytes)
  }

  /// Dotted quad, or RFC 5952 text.
  public var description: String {
    if isIPv4 { return bytes.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    var best = 0..<0
    var index = 0
    while index < 8 {
      guard groups[index] == 0 else {
        index += 1
        continue
      }
      var end = index
      while end < 8, groups[end] == 0 { end += 1 }
      if end - index > best.count, end - index > 1 { best = index..<end }
      index = end
    }
    func text(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
  }

  /// Reads a dotted quad or IPv6 text (RFC 4291 §2.2, a `%zone` is dropped); nil for anything else.
  public init?(_ text: String) {
    let body = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)[0]
    if let four = Self.quad(body) {
      self.init(bytes: four)
      return
    }
    guard body.contains(":") else { return nil }
    func parse(_ part: Substring) -> [UInt8]? {
      guard !part.isEmpty else { return [] }
      var out: [UInt8] = []
      let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
      for (index, piece) in pieces.enumerated() {
        if index == pieces.count - 1, piece.contains(".") {
          guard let four = Self.quad(piece) else { return nil }
          out += four
        } else {
          guard (1...4).contains(piece.utf8.count), piece.utf8.first != 0x2B, piece.utf8.first != 0x2D,
            let group = UInt16(piece, radix: 16)
          else { return nil }
          out += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
      }
      return out
    }
    let utf8 = Array(body.utf8)
    if let gap = utf8.indices.dropLast().first(where: { utf8[$0] == 0x3A && utf8[$0 + 1] == 0x3A }) {
      let characters = Array(body)
      guard characters.count == utf8.count, let head = parse(Substring(String(characters[..<gap]))),
        let tail = parse(Substring(String(characters[(gap + 2)...]))), head.count + tail.count <= 14
      else { return nil }
      self.init(bytes: head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail)
    } else {
      guard let all = parse(body), all.count == 16 else { return nil }
      self.init(bytes: all)
    }
  }

  private static func quad(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var out: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let value = UInt8(part)
      else { return nil }
      out.append(value)
    }
    return out
  }
}

/// How far a listening socket can be reached, from its address alone: the nearest first.
public enum Scope: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
  case loopback, tailnet, lan, `public`

  public var rank: Int {
    switch self {
    case .loopback: 0
    case .tailnet: 1
    case .lan: 2
    case .public: 3
    }
  }
  public static func < (a: Scope, b: Scope) -> Bool { a.rank < b.rank }
}
