import Formats

/// The line at which a file cannot be understood, as it may be shown to anybody: names and punctuation as they stand, a
/// mark before the place, and a point for every character of a value.
enum ShownLine {
  static let mark = "▸"

  /// On each side of the place, after the rest is hidden.
  private static let width = 40

  static func excerpt(_ error: JSON5.Error, of bytes: [UInt8]) -> String? {
    // Wider than it is shown: where quotes begin and end is told from the start of the line.
    let lines = error.excerpt(of: bytes, width: 4000).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 2 else { return nil }
    // The second line has the caret below the place.
    let place = lines[1].unicodeScalars.count - 1
    let scalars = Array(lines[0].unicodeScalars)
    guard 0...scalars.count ~= place else { return nil }
    // Of a line that was cut there nothing is known of its quotes.
    let shown = scalars.first == "…" ? scalars.map { isWord($0) ? "•" : $0 } : masked(scalars)
    let before = text(shown[..<place].suffix(width))
    let after = text(shown[place...].prefix(width))
    return (place > width ? "…" : "") + before + mark + after + (scalars.count - place > width ? "…" : "")
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  /// A word or quoted text is kept where it is a name: where a colon or an equals sign follows.
  static func masked(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var out = scalars
    var index = 0
    while index < scalars.count {
      let start = index
      if scalars[index] == "\"" || scalars[index] == "'" {
        let quote = scalars[index]
        index += 1
        while index < scalars.count, scalars[index] != quote { index += scalars[index] == "\\" ? 2 : 1 }
        index = min(index + 1, scalars.count)
        let isClosed = index - start > 1 && scalars[index - 1] == quote
        guard !isClosed || !isName(scalars, after: index) else { continue }
        for place in (start + 1)..<(isClosed ? index - 1 : index) where start + 1 <= place { out[place] = "•" }
      } else if isWord(scalars[index]) {
        while index < scalars.count, isWord(scalars[index]) { index += 1 }
        guard !isName(scalars, after: index) else { continue }
        for place in start..<index { out[place] = "•" }
      } else {
        index += 1
      }
    }
    return out
  }

  private static func isName(_ scalars: [Unicode.Scalar], after index: Int) -> Bool {
    var index = index
    while index < scalars.count, scalars[index] == " " { index += 1 }
    return index < scalars.count && (scalars[index] == ":" || scalars[index] == "=")
  }

  /// Everything that is not one of the signs of JSON and TOML.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "{", "}", "[", "]", ",", ":", "=", "\"", "'", "…": false
    default: true
    }
  }
}
