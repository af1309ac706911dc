/// A table for spreadsheets (RFC 4180), in which no cell can become a formula.
///
/// Every cell is quoted. Where a cell, or what a spreadsheet of another country would split off it, begins with a
/// character that starts a formula, an apostrophe goes before that character: the cell is then shown as text.
struct CSV: Sendable {
  private(set) var text: String

  init(_ columns: [String]) {
    text = ""
    add(columns)
  }

  mutating func add(_ cells: [String]) { text += cells.map(Self.cell).joined(separator: ",") + "\r\n" }

  static func cell(_ value: String) -> String {
    var out = "\""
    var atStart = true
    for scalar in value.unicodeScalars {
      if atStart, startsFormula(scalar) { out += "'" }
      if scalar == "\"" { out += "\"" }
      out.unicodeScalars.append(scalar)
      switch scalar {
      // Semicolon, tab and line ends separate fields elsewhere; blanks and quotes before a formula are skipped.
      case ";", "\t", "\n", "\r", "|": atStart = true
      case " ", "\"", "\u{A0}", "\u{FEFF}": break
      default: atStart = false
      }
    }
    return out + "\""
  }

  /// Also the full-width forms, which some spreadsheets take for the plain ones.
  private static func startsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\t", "\r", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
    default: false
    }
  }
}
