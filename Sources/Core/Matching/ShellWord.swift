/// A path or argument as one word of a shell command line.
///
/// A file may be named anything: quotes, newlines, escape sequences, characters that change the direction of text. What
/// a person copies from the screen must mean exactly this file, and must look like what it is.
public enum ShellWord {
  /// Nil where the text cannot name the file: bytes that were no UTF-8 have been replaced by U+FFFD, or it is empty.
  public static func quote(_ text: String) -> String? {
    guard !text.isEmpty, !text.unicodeScalars.contains("\u{FFFD}"), !text.unicodeScalars.contains("\0") else {
      return nil
    }
    if text.utf8.allSatisfy(isPlain), text.utf8.first != UInt8(ascii: "-") { return text }
    if text.unicodeScalars.allSatisfy(isVisible) {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
    // ANSI-C quoting (POSIX.1-2024 §2.2.4). Octal has a fixed length, so a digit that follows cannot join in.
    var out = "$'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": out += #"\'"#
      case "\\": out += #"\\"#
      case _ where isVisible(scalar): out.unicodeScalars.append(scalar)
      default:
        for byte in String(scalar).utf8 {
          let octal = String(byte, radix: 8)
          out += "\\" + String(repeating: "0", count: 3 - octal.utf8.count) + octal
        }
      }
    }
    return out + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "@"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }
}
