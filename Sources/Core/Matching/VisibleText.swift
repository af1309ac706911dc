/// Text from outside, made safe to look at: what a terminal would obey, a page would reorder or an eye would miss is shown
/// as its code point.
///
/// Made visible: controls (escape sequences begin with one), bidirectional overrides and isolates (Trojan Source,
/// CVE-2021-42574), zero-width and other format characters, tag characters, invisible letters, private use, unassigned
/// code points, and heaps of combining marks.
public enum VisibleText {
  public enum Piece: Sendable, Hashable {
    case plain(String)
    /// `U+202E`.
    case control(String)
  }

  /// The text in pieces. With `keepingLines`, LF and TAB stay as they are.
  public static func pieces(_ text: String, keepingLines: Bool = false) -> [Piece] {
    var pieces: [Piece] = []
    var plain = String.UnicodeScalarView()
    var marks = 0
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      marks = category == .nonspacingMark || category == .enclosingMark ? marks + 1 : 0
      let isKept = keepingLines && (scalar == "\n" || scalar == "\t")
      if isKept || (isVisible(scalar, category) && marks <= maximumMarks) {
        plain.append(scalar)
      } else {
        if !plain.isEmpty { pieces.append(.plain(String(plain))) }
        plain = String.UnicodeScalarView()
        pieces.append(.control(codePoint(scalar)))
      }
    }
    if !plain.isEmpty { pieces.append(.plain(String(plain))) }
    return pieces
  }

  /// One line for a terminal: `name<U+001B>[31m`.
  public static func terminal(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    return pieces(text).reduce(into: "") { out, piece in
      switch piece {
      case .plain(let text): out += text
      case .control(let name): out += "<\(name)>"
      }
    }
  }

  /// At most `count` characters: the beginning, `…`, and the end, which is where paths and names differ.
  public static func cutMiddle(_ text: String, to count: Int) -> String {
    guard count > 0 else { return "" }
    guard let cut = text.index(text.startIndex, offsetBy: count, limitedBy: text.endIndex), cut < text.endIndex else {
      return text
    }
    let tail = (count - 1) / 2
    return "\(text.prefix(count - 1 - tail))…\(text.suffix(tail))"
  }

  /// A pile of marks climbs over the lines above, so only two are drawn.
  private static let maximumMarks = 2

  private static func isVisible(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    // A no-break blank looks like the one between two words, and is another character.
    case .spaceSeparator: return scalar == " "
    default: break
    }
    switch scalar.value {
    // Fillers that are letters by category and show nothing; Braille blank; Mongolian and other variation selectors,
    // which can carry any bytes unseen. U+FE0E and U+FE0F choose how an emoji looks.
    case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5, 0x180B...0x180F, 0xFE00...0xFE0D,
      0xE0100...0xE01EF:
      return false
    default: return true
    }
  }

  private static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
