extension Value {
  /// JSON text (RFC 8259). Bytes become lower-case hex, a number that JSON cannot hold becomes null.
  ///
  /// - Parameter indent: blanks for each level, or nil for one line.
  public func json(indent: Int? = nil) -> String {
    var out = ""
    write(into: &out, indent: indent, level: 0)
    return out
  }

  private func write(into out: inout String, indent: Int?, level: Int) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .int(let value): out += String(value)
    case .double(let value):
      if !value.isFinite {
        out += "null"
      } else if value == value.rounded(), value.magnitude < 1e15 {
        out += String(Int64(value))
      } else {
        out += value.description
      }
    case .string(let value): Self.quote(value, into: &out)
    case .bytes(let value): Self.quote(Hex.encode(value), into: &out)
    case .array(let values):
      Self.list(values, "[", "]", into: &out, indent: indent, level: level) { value, out in
        value.write(into: &out, indent: indent, level: level + 1)
      }
    case .object(let members):
      Self.list(members.entries, "{", "}", into: &out, indent: indent, level: level) { entry, out in
        Self.quote(entry.name, into: &out)
        out += indent == nil ? ":" : ": "
        entry.value.write(into: &out, indent: indent, level: level + 1)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, into out: inout String, indent: Int?, level: Int,
    each: (Element, inout String) -> Void
  ) {
    out += open
    for (index, element) in elements.enumerated() {
      if index > 0 { out += "," }
      if let indent { out += "\n" + String(repeating: " ", count: indent * (level + 1)) }
      each(element, &out)
    }
    if let indent, !elements.isEmpty { out += "\n" + String(repeating: " ", count: indent * level) }
    out += close
  }

  /// What a terminal would obey or a viewer would reorder is written as escapes: controls of both sets (U+009B begins an
  /// escape sequence as well), bidirectional and zero-width characters, and the separators that break JavaScript.
  private static func quote(_ text: String, into out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if isPlain(scalar) {
          out.unicodeScalars.append(scalar)
        } else {
          for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            let hex = String(unit, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
          }
        }
      }
    }
    out += "\""
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 0x20 && scalar.value != 0x7F }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

/// Lower-case hexadecimal.
public enum Hex {
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var out: [UInt8] = []
    for byte in bytes {
      out.append(digit(byte >> 4))
      out.append(digit(byte & 15))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Nil where the text has an odd length or another character than a hexadecimal digit.
  public static func decode(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var out: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
      out.append(high << 4 | low)
    }
    return out
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
  private static func nibble(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x61...0x66: character - 0x57
    case 0x41...0x46: character - 0x37
    default: nil
    }
  }
}
