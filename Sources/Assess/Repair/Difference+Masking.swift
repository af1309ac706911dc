import Formats
import Model

extension Fixes.Operation {
  /// What the change does to the lines of the file, for a screen or a ticket: values that the change is not about are shown
  /// only where they are plain words, since a token may stand beside them.
  public var hunks: [Difference.Hunk] {
    guard let contents, contents.before != contents.after else { return [] }
    let edited = findings.compactMap { $0.fix.edit.flatMap(Masking.key) }
    return Difference.hunks(Masking.text(contents.before, edited), Masking.text(contents.after, edited))
  }
}

/// Values of a configuration taken out of its text.
enum Masking {
  /// What an edit is about; nil for a mode.
  static func key(_ edit: Finding.Edit) -> [String]? {
    switch edit {
    case .set(_, let key, _), .remove(_, let key): key
    case .mode: nil
    }
  }

  /// The text with an ellipsis for each value that may be a secret; all of it stays on its line.
  ///
  /// - Parameter shown: paths of values that are shown as they are.
  static func text(_ bytes: [UInt8], _ shown: [[String]]) -> [UInt8] {
    var limits = JSON5.Limits()
    limits.bytes = max(limits.bytes, bytes.count)
    guard let root = try? JSON5.parse(bytes, limits: limits) else { return Array("…".utf8) }
    var places: [Range<Int>] = []
    collect(root, path: [], isSecret: false, shown, &places)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var at = 0
    for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      out += withoutLongWords(bytes[at..<place.lowerBound])
      out += Array("\"…\"".utf8)
      at = place.upperBound
    }
    return out + withoutLongWords(bytes[at...])
  }

  private static func collect(
    _ node: Node, path: [String], isSecret: Bool, _ shown: [[String]], _ places: inout [Range<Int>]
  ) {
    if shown.contains(path) { return }
    switch node.content {
    case .null, .bool: return
    case .number: if !isSecret { return }
    case .string(let text): if !isSecret, isPlain(text) { return }
    case .array(let nodes):
      for node in nodes { collect(node, path: path, isSecret: isSecret, shown, &places) }
      return
    case .object(let members):
      for member in members {
        collect(member.node, path: path + [member.name], isSecret: isSecret || names(member.name), shown, &places)
      }
      return
    }
    places.append(node.start.offset..<node.end.offset)
  }

  /// Whether a key promises a secret; `redactSensitive` and the like do not.
  private static func names(_ key: String) -> Bool {
    let key = key.lowercased()
    return ["token", "secret", "pass", "key", "credential", "cookie", "pin", "header", "env"].contains {
      key.contains($0)
    }
  }

  /// A word of a setting: `loopback`, `non-main`, `on-miss`.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.count <= 24 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F }
  }

  /// Comments may hold a token as well: a word of twelve or more with a digit in it is none of a language.
  private static func withoutLongWords(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var word: [UInt8] = []
    func close() {
      let isLong = word.count >= 12 && word.contains { (0x30...0x39).contains($0) }
      out += isLong ? Array("…".utf8) : word
      word = []
    }
    for byte in bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "="):
        word.append(byte)
      default:
        close()
        out.append(byte)
      }
    }
    close()
    return out
  }
}
