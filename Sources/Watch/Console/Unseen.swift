/// Splits text from outside into what a reader sees and what he would not.
enum Unseen {
  enum Piece: Sendable, Hashable {
    case plain(String)
    /// `U+202E`.
    case control(String)
  }

  static func pieces(_ text: String) -> [Piece] {
    var out: [Piece] = []
    var plain = String.UnicodeScalarView()
    var marks = 0
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      marks = category == .nonspacingMark || category == .enclosingMark ? marks + 1 : 0
      // A pile of marks climbs over the lines above, so only two are drawn.
      guard isUnseen(scalar, category) || marks > 2 else {
        plain.append(scalar)
        continue
      }
      if !plain.isEmpty { out.append(.plain(String(plain))) }
      plain = String.UnicodeScalarView()
      let hex = String(scalar.value, radix: 16, uppercase: true)
      out.append(.control("U+" + String(repeating: "0", count: max(0, 4 - hex.utf8.count)) + hex))
    }
    if !plain.isEmpty { out.append(.plain(String(plain))) }
    return out
  }

  private static func isUnseen(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Bool {
    switch category {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
    case .spaceSeparator: scalar != " "
    // Letters and marks that are drawn as nothing: the Hangul fillers, the grapheme joiner, the blank of Braille.
    default: [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0].contains(scalar.value)
    }
  }
}
