/// The `Host` of a request, read strictly: a name and, where given, a port.
struct Authority: Sendable, Hashable {
  var name: String
  var port: Int?

  /// Nil for anything but `name` or `name:port`.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty, first.utf8.count <= 253,
      first.utf8.allSatisfy({ Self.isNameByte($0) })
    else { return nil }
    name = first.lowercased()
    if parts.count == 2 {
      let digits = parts[1]
      guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let value = UInt16(digits), value > 0
      else { return nil }
      port = Int(value)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: true
    default: false
    }
  }

  /// The port may differ from ours: people forward it with `ssh -L`.
  var isOurs: Bool { name == Console.name }
  /// How a browser names this origin; 80 is left out.
  var origin: String { port.map { $0 == 80 ? "http://\(name)" : "http://\(name):\($0)" } ?? "http://\(name)" }
}
