import Matching
public import Model

/// How text for a terminal is dressed: colour or none, and how wide the page is.
public struct Style: Sendable, Hashable {
  public var colour: Bool
  /// Columns.
  public var width: Int

  public init(colour: Bool = false, width: Int = 100) {
    self.colour = colour
    self.width = max(60, min(width, 160))
  }

  public func bold(_ text: String) -> String { wrap(text, "1") }
  public func dim(_ text: String) -> String { wrap(text, "2") }

  private func wrap(_ text: String, _ code: String) -> String { colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

  /// A severity with its shape and word, so that nobody needs colour to read it.
  public func severity(_ severity: Severity) -> String {
    switch severity {
    case .critical: wrap("◆ critical", "1;31")
    case .high: wrap("▲ high", "31")
    case .medium: wrap("■ medium", "33")
    case .low: wrap("● low", "36")
    case .info: wrap("○ info", "2")
    }
  }

  public var pass: String { wrap("✓ pass", "32") }
  public var notMeasured: String { wrap("? not measured", "2") }

  /// Cuts a text into lines of at most the page's width, at blanks where there are any; each line starts with the indent.
  public func wrapped(_ text: String, indent: Int, first: String? = nil) -> String {
    let room = max(20, width - indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > room {
        lines.append(line)
        line = String(word)
      } else {
        line += line.isEmpty ? String(word) : " " + word
      }
    }
    lines.append(line)
    let pad = String(repeating: " ", count: indent)
    return lines.enumerated().map { ($0.offset == 0 ? (first ?? pad) : pad) + $0.element }.joined(separator: "\n")
  }
}

/// Columns of text, each as wide as it must be; the last one takes what is left.
struct Table {
  var header: [String]
  var rows: [[String]] = []
  /// What each cell looks like where that is not the text itself: colour has no width.
  var dressed: [[String?]] = []

  init(_ header: [String]) { self.header = header }

  mutating func add(_ cells: [String], dressed: [Int: String] = [:]) {
    rows.append(cells)
    self.dressed.append(cells.indices.map { dressed[$0] })
  }

  func text(_ style: Style, indent: Int = 2) -> String {
    var widths = header.map(\.count)
    for row in rows {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], min(cell.count, 40)) }
    }
    // The widest column gives way until the page is wide enough.
    func total() -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) + indent }
    while total() > style.width, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 10 {
      widths[widest] -= 1
    }
    func line(_ cells: [String], _ looks: [String?]) -> String {
      var out = String(repeating: " ", count: indent)
      for (index, cell) in cells.enumerated() {
        let cut = VisibleText.cutMiddle(cell, to: widths[index])
        out += cut == cell ? (looks[index] ?? cell) : cut
        if index < cells.count - 1 { out += String(repeating: " ", count: widths[index] - cut.count + 2) }
      }
      return out
    }
    let head = style.dim(line(header, header.map { _ in nil }))
    return ([head] + zip(rows, dressed).map { line($0, $1) }).joined(separator: "\n")
  }
}
