/// A configuration's text cut at its variables: `${NAME}` with a name of `[A-Z_][A-Z0-9_]*`; `$${NAME}` stands for the
/// literal `${NAME}`. Anything else with a dollar is ordinary text.
struct Substitution {
  enum Part: Equatable {
    case text(String)
    case variable(String)
  }

  private(set) var parts: [Part] = []

  init(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: "$")) else {
      parts = [.text(text)]
      return
    }
    let bytes = Array(text.utf8)
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let escaped = bytes[index...].starts(with: "$${".utf8)
      if escaped || bytes[index...].starts(with: "${".utf8),
        let end = Self.endOfName(bytes, from: index + (escaped ? 3 : 2))
      {
        if escaped {
          plain += bytes[(index + 1)...end]
        } else {
          if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
          plain = []
          parts.append(.variable(String(decoding: bytes[(index + 2)..<end], as: UTF8.self)))
        }
        index = end + 1
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    if !plain.isEmpty || parts.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
  }

  /// Where the closing brace stands; nil where no name does.
  private static func endOfName(_ bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9") where index > start: break
      case UInt8(ascii: "}") where index > start: return index
      default: return nil
      }
      index += 1
    }
    return nil
  }

  var variables: [String] {
    parts.compactMap { if case .variable(let name) = $0 { name } else { nil } }
  }

  /// The text with each variable's value, or as `${NAME}` where there is none: missing and empty count alike.
  func text(_ value: (String) -> String?) -> String {
    parts.reduce(into: "") { out, part in
      switch part {
      case .text(let text): out += text
      case .variable(let name):
        if let value = value(name), !value.isEmpty { out += value } else { out += "${\(name)}" }
      }
    }
  }
}
