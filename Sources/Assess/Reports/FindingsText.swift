import Matching
public import Model
public import Posture

/// Findings as text for a terminal: what fails by severity, what could not be measured and why, what passed as a count.
///
/// Whatever came from outside (paths, names, evidence) is made visible first: a file may be named like an escape sequence.
public struct FindingsText: Sendable {
  /// Columns of the terminal; lines of prose are broken there. Paths and commands are not: they are for copying.
  public var width: Int
  public var color: Bool
  /// Also each rule that passed.
  public var showsPasses: Bool

  public init(width: Int = 80, color: Bool = false, showsPasses: Bool = false) {
    self.width = max(40, width)
    self.color = color
    self.showsPasses = showsPasses
  }

  /// The report about one target. Ends with a line break.
  public func render(_ findings: [Finding], target: String) -> String {
    let summary = FindingsSummary(findings)
    var lines = [style(visible(target), .strong)] + Self.wrap(summary.line, width: width) + [""]
    for severity in Severity.allCases.reversed() {
      for finding in findings where finding.outcome == .fail && finding.severity == severity {
        lines += block(finding) + [""]
      }
    }
    let unmeasured = Self.unmeasured(findings)
    if !unmeasured.isEmpty {
      lines.append(style("Not measured", .strong))
      for (reason, rules) in unmeasured {
        lines += labelled("–", visible(reason), column: 4)
        lines += Self.wrap(rules.joined(separator: ", "), width: width - 4).map { "    " + style($0, .faint) }
      }
      lines.append("")
    }
    if showsPasses, summary.passed > 0 {
      lines.append(style("Passed", .strong))
      for finding in findings where finding.outcome == .pass {
        lines += labelled("✓", "\(finding.rule): \(visible(finding.evidence))", column: 4)
      }
      lines.append("")
    }
    return lines.joined(separator: "\n") + (lines.last == "" ? "" : "\n")
  }

  /// Which deployment tier is met, and what stands before the next one.
  public func render(_ tiers: TierReport) -> String {
    var lines = [
      style("Tier \(tiers.met) of 3 is met", .strong)
        + (tiers.claimed.map { $0 > tiers.met ? style(", \($0) is claimed", .strong) : "" } ?? "")
    ]
    if tiers.met < 3 { lines += Self.wrap("For tier \(tiers.met + 1), what helps most first:", width: width) }
    for state in tiers.next {
      let mark =
        switch state.answer {
        case .fails(_, let severity): style(Self.shape(severity), .severity(severity))
        case .unknown, .holds: style("?", .faint)
        }
      let text = Self.wrap("\(state.control.title): \(visible(state.text))", width: width - 4)
      lines += text.enumerated().map { ($0.offset == 0 ? "  \(mark) " : "    ") + $0.element }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func block(_ finding: Finding) -> [String] {
    let mark = "\(Self.shape(finding.severity)) \(finding.severity.rawValue.uppercased())"
    let pad = String(repeating: " ", count: max(1, 12 - mark.count))
    var lines = [style(mark, .severity(finding.severity)) + pad + style(visible(finding.title), .strong)]
    if let place = Self.place(finding.location) { lines += labelled("where", place, wraps: false) }
    lines += labelled("seen", visible(finding.evidence))
    lines += labelled("why", visible(finding.why))
    lines += labelled("fix", visible(finding.fix.text))
    if let command = finding.fix.command { lines += labelled("", "$ " + visible(command), wraps: false) }
    lines += labelled("rule", finding.rule, wraps: false)
    return lines
  }

  /// `file:line  key`, or the address.
  static func place(_ location: Finding.Location) -> String? {
    var parts: [String] = []
    if let file = location.file { parts.append(VisibleText.terminal(file) + (location.line.map { ":\($0)" } ?? "")) }
    if let address = location.address { parts.append(VisibleText.terminal(address)) }
    if let key = location.key { parts.append(VisibleText.terminal(key)) }
    return parts.isEmpty ? nil : parts.joined(separator: "  ")
  }

  /// Rules that share a reason stand together, in the order in which the reasons appear.
  static func unmeasured(_ findings: [Finding]) -> [(reason: String, rules: [String])] {
    var out: [(reason: String, rules: [String])] = []
    for finding in findings {
      guard case .notMeasured(let reason) = finding.outcome else { continue }
      if let index = out.firstIndex(where: { $0.reason == reason }) {
        if !out[index].rules.contains(finding.rule) { out[index].rules.append(finding.rule) }
      } else {
        out.append((reason, [finding.rule]))
      }
    }
    return out
  }

  static func shape(_ severity: Severity) -> String {
    switch severity {
    case .critical: "◆"
    case .high: "▲"
    case .medium: "■"
    case .low: "●"
    case .info: "○"
    }
  }

  private func visible(_ text: String) -> String { VisibleText.terminal(text) }

  private func labelled(_ label: String, _ text: String, column: Int = 12, wraps: Bool = true) -> [String] {
    let pieces = wraps ? Self.wrap(text, width: width - column) : [text]
    let indent = String(repeating: " ", count: column)
    let first = "  " + style(label, .faint) + String(repeating: " ", count: max(1, column - 2 - label.count))
    return pieces.enumerated().map { ($0 == 0 ? first : indent) + $1 }
  }

  /// Breaks between words; a word that is longer than the line stays whole.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if line.isEmpty {
        line = String(word)
      } else if columns(line) + 1 + columns(String(word)) <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return lines + [line]
  }

  /// Columns that a text takes: two for the wide blocks of East Asian scripts and emoji (UAX #11), none for marks.
  static func columns(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark: return sum
      default: break
      }
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return sum + 2
      default: return sum + 1
      }
    }
  }

  private enum Style {
    case strong, faint
    case severity(Severity)
  }

  private func style(_ text: String, _ style: Style) -> String {
    guard color, !text.isEmpty else { return text }
    let code =
      switch style {
      case .strong: "1"
      case .faint: "2"
      case .severity(.critical): "1;31"
      case .severity(.high): "31"
      case .severity(.medium): "33"
      case .severity(.low): "36"
      case .severity(.info): "2"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
