/// Bytes from a stranger as text that can be shown: printable characters as they are, the rest as `\DDD`.
///
/// The escape is the one of RFC 1035 §5.1 (three decimal digits for a byte). UTF-8 is kept where it is valid and the
/// character is visible; controls, line separators, invisible and direction-changing characters are escaped, so that a
/// name can neither move a terminal's cursor nor read differently from what it is.
public enum SafeText {
  /// - Parameter escaping: printable ASCII that is written with a backslash before it.
  /// - Parameter keepingSpaces: whether the blank stays a blank; in a presentation name it is `\032`.
  public static func render(
    _ bytes: some Collection<UInt8>, escaping special: [UInt8] = [0x5C], keepingSpaces: Bool = true
  ) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      var out = ""
      for byte in bytes { append(byte, special: special, keepingSpaces: keepingSpaces, into: &out) }
      return out
    }
    var out = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        append(UInt8(scalar.value), special: special, keepingSpaces: keepingSpaces, into: &out)
      } else if isVisible(scalar) {
        out.unicodeScalars.append(scalar)
      } else {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { decimal(byte, into: &out) }
      }
    }
    return out
  }

  /// Whether the bytes are valid UTF-8 (RFC 3629).
  public static func isUTF8(_ bytes: some Collection<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse, .unassigned:
      false
    default: !scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func append(_ byte: UInt8, special: [UInt8], keepingSpaces: Bool, into out: inout String) {
    if special.contains(byte) {
      out += "\\"
      out.unicodeScalars.append(Unicode.Scalar(byte))
    } else if (0x21...0x7E).contains(byte) || (byte == 0x20 && keepingSpaces) {
      out.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      decimal(byte, into: &out)
    }
  }

  private static func decimal(_ byte: UInt8, into out: inout String) {
    let digits = String(byte)
    out += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
