import Exposure
import Matching
import Model

/// Credentials within reach and what their loss means, for a terminal.
public struct JewelsText: Sendable {
  public var style: Style
  /// Sentences that are shown; the rest is counted.
  public var limit: Int
  /// Each jewel as well, with how its severity came about.
  public var explains: Bool

  public init(style: Style, limit: Int = 12, explains: Bool = false) {
    self.style = style
    self.limit = limit
    self.explains = explains
  }

  public func render(_ document: JewelsDocument) -> String {
    let sentences = document.radius.sentences
    var lines = [style.bold(VisibleText.terminal(document.target)), headline(document), ""]
    if !sentences.isEmpty { lines += [BlastRadius.opening, ""] }
    for sentence in sentences.prefix(limit) {
      lines.append("  " + style.severity(JewelsDocument.severity(sentence.severity)))
      lines.append(wrapped("… \(sentence.action),"))
      lines.append(wrapped("because \(sentence.cause)."))
      if let chain = sentence.chain { lines.append(wrapped("→ \(chain)")) }
      if explains, sentence.places.count > 1 {
        for place in sentence.places.prefix(20) { lines.append(style.dim("      " + VisibleText.terminal(place))) }
      }
      lines.append("")
    }
    if sentences.count > limit {
      lines += [style.dim("  and \(sentences.count - limit) more; all of them with --all"), ""]
    }
    if !document.whatIf.isEmpty {
      lines.append(style.bold("What would shorten the list"))
      for entry in document.whatIf {
        lines.append(wrapped("\(entry.control.title): \(effect(entry))."))
      }
      lines.append("")
    }
    if explains { lines += jewels(document) }
    lines += unseen(document)
    return lines.joined(separator: "\n") + "\n"
  }

  private func wrapped(_ text: String) -> String { style.wrapped(VisibleText.terminal(text), indent: 4) }

  private func headline(_ document: JewelsDocument) -> String {
    let counts = Severity.allCases.reversed().compactMap { severity in
      let count = document.radius.sentences.count { JewelsDocument.severity($0.severity) == severity }
      return count > 0 ? "\(count) \(severity.rawValue)" : nil
    }
    let found = InventoryText.count(document.look.jewels.count, "credential", "credentials")
    return "\(found) found\(counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) in kinds that it can use; "
      + "\(document.radius.out) out of its reach, \(document.radius.unmeasured) not measured, "
      + "\(document.radius.harmless) of no use any more"
  }

  private func effect(_ entry: WhatIf) -> String {
    [
      entry.removed > 0 ? "\(entry.removed) drop out" : nil, entry.milder > 0 ? "\(entry.milder) get milder" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
  }

  private func jewels(_ document: JewelsDocument) -> [String] {
    var lines = [style.bold("Each credential")]
    for (jewel, answer) in zip(document.look.jewels, document.reach.answers) {
      let place = jewel.place.path + (jewel.place.line.map { ":\($0)" } ?? "")
      lines.append("  \(style.severity(JewelsDocument.severity(jewel.severity)))  \(jewel.title)")
      lines.append(wrapped(place + (jewel.place.key.map { "  \($0)" } ?? "")))
      lines.append(
        wrapped(jewel.reasons.map { "\($0.text) \($0.change > 0 ? "+" : "")\($0.change)" }.joined(separator: ", ")))
      switch answer {
      case .reached(let ways): lines.append(wrapped("reached: " + ways.map(\.text).joined(separator: ", ")))
      case .out(let why): lines.append(wrapped("out of reach: \(why)"))
      case .notMeasured(let why): lines.append(wrapped("reach not measured: \(why)"))
      }
      if let fingerprint = jewel.fingerprint { lines.append(style.dim("    " + fingerprint)) }
    }
    return lines + [""]
  }

  private func unseen(_ document: JewelsDocument) -> [String] {
    let look = document.look
    guard !look.blind.isEmpty || !look.skipped.isEmpty else { return [] }
    var lines = [style.bold("Not looked at")]
    for (reason, places) in Dictionary(grouping: look.blind, by: \.reason).sorted(by: {
      $0.key.rawValue < $1.key.rawValue
    }) {
      lines.append(
        wrapped("\(reason.rawValue): \(places.count), the first \(places.first.map(\.path) ?? "")"))
    }
    let skipped = look.skipped.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
    if !skipped.isEmpty { lines.append(wrapped("left out on purpose: " + skipped.joined(separator: ", "))) }
    return lines
  }
}
