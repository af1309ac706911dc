/// Paths and queries: made and read by the same rules (RFC 3986).
enum Link {
  private static let hex = Array("0123456789ABCDEF")

  static func encode(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
      }
    }
    // A segment of dots alone would be a step in the tree for the browser.
    return out == "." || out == ".." ? out.replacingDots : out
  }

  static func path(_ segments: String...) -> String { "/" + segments.map(encode).joined(separator: "/") }

  static func query(_ path: String, _ fields: [(String, String?)]) -> String {
    let pairs = fields.compactMap { name, value in value.map { "\(encode(name))=\(encode($0))" } }
    return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
  }

  /// Decodes `%XX` and, in forms and queries, `+`; nil where that is broken or no UTF-8.
  static func decode(_ text: some StringProtocol, plus: Bool) -> String? {
    var out: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      switch byte {
      case 0x25:
        guard bytes.count >= 2, let high = nibble(bytes.removeFirst()), let low = nibble(bytes.removeFirst()) else {
          return nil
        }
        out.append(high << 4 | low)
      case 0x2B where plus: out.append(0x20)
      default: out.append(byte)
      }
    }
    return String(validating: out, as: UTF8.self)
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// The fields of a query or a form, at most 32; the first of a name counts. Nil where one is broken.
  static func fields(_ text: some StringProtocol) -> [String: String]? {
    var out: [String: String] = [:]
    for pair in text.split(separator: "&").prefix(32) {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(halves[0], plus: true), let value = decode(halves.count == 2 ? halves[1] : "", plus: true)
      else { return nil }
      if out[name] == nil { out[name] = value }
    }
    return out
  }
}

extension String {
  fileprivate var replacingDots: String { map { _ in "%2E" }.joined() }
}
