import Exposure
import Matching
import Model

/// Credentials within reach and what their loss means, for a terminal: what happens first, what helps most next, what
/// was not seen last.
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
    var lines = [style.bold(VisibleText.terminal(document.target)), ""]
    lines += headline(document)
    lines += sentences(document)
    lines += controls(document)
    if explains { lines += jewels(document) }
    lines += unseen(document)
    return lines.joined(separator: "\n") + "\n"
  }

  private func wrapped(_ text: String, indent: Int = 4, first: String? = nil) -> String {
    style.wrapped(VisibleText.terminal(text), indent: indent, first: first)
  }

  // MARK: parts

  /// How many there are and how bad, in three lines.
  private func headline(_ document: JewelsDocument) -> [String] {
    let count = document.tally
    let seen =
      "Looked at \(Self.grouped(max(document.look.files, document.look.read))) files by name and read \(Self.grouped(document.look.read)) of them."
    guard count.all > 0 else {
      return [
        style.bold("No credential within this agent's reach was found."), wrapped(aside(count), indent: 0),
        wrapped(seen, indent: 0), "",
      ].filter { !$0.isEmpty } + [""]
    }
    var lines = [
      style.bold(wrapped("This agent can use \(Self.count(count.all, "credential", "credentials")).", indent: 0))
    ]
    let weights = Severity.allCases.reversed().compactMap { severity in
      count.bySeverity[severity].map { style.severity(severity) + " \(Self.grouped($0))" }
    }
    // Escapes have no width: a line for two of them at most is never too long.
    lines.append("  " + weights.prefix(3).joined(separator: "   "))
    if weights.count > 3 { lines.append("  " + weights.dropFirst(3).joined(separator: "   ")) }
    let rest = aside(count)
    if !rest.isEmpty { lines.append(wrapped(rest, indent: 0)) }
    return lines + [wrapped(seen, indent: 0), ""]
  }

  private func aside(_ count: JewelsDocument.Tally) -> String {
    let parts = [
      count.doubtful > 0
        ? "\(Self.grouped(count.doubtful)) more \(count.doubtful == 1 ? "value" : "values") may be secret (--explain)"
        : nil,
      count.unmeasured > 0 ? "for \(Self.grouped(count.unmeasured)) it could not be told whether it reaches them" : nil,
      count.out > 0 ? "\(Self.grouped(count.out)) more \(count.out == 1 ? "is" : "are") out of its reach" : nil,
      count.harmless > 0
        ? "\(Self.grouped(count.harmless)) more \(count.harmless == 1 ? "is" : "are") expired or made up" : nil,
    ].compactMap { $0 }
    guard let first = parts.first else { return "" }
    return (first.prefix(1).uppercased() + first.dropFirst()) + parts.dropFirst().map { "; " + $0 }.joined() + "."
  }

  private func sentences(_ document: JewelsDocument) -> [String] {
    let sentences = document.radius.sentences
    guard !sentences.isEmpty else { return [] }
    var lines = [style.bold(wrapped(BlastRadius.opening, indent: 0)), ""]
    for (number, sentence) in sentences.prefix(limit).enumerated() {
      let label = "\(number + 1).".padded(to: 4)
      lines.append(label + style.severity(JewelsDocument.severity(sentence.severity)))
      lines.append(wrapped(sentence.action))
      lines.append(wrapped("because \(sentence.cause)."))
      if let chain = sentence.chain { lines.append(wrapped("→ \(chain)")) }
      if explains, sentence.places.count > 1 {
        for place in sentence.places.prefix(20) { lines.append(style.dim("      " + VisibleText.terminal(place))) }
      }
      lines.append("")
    }
    if sentences.count > limit {
      lines += [style.dim(wrapped("and \(sentences.count - limit) more: --all shows them", indent: 2)), ""]
    }
    return lines
  }

  private func controls(_ document: JewelsDocument) -> [String] {
    guard !document.whatIf.isEmpty else { return [] }
    let all = document.radius.sentences.count
    var lines = [style.bold("What would shorten this list most"), ""]
    for (number, entry) in document.whatIf.enumerated() {
      lines.append(wrapped("\(entry.control.title).", first: "\(number + 1).".padded(to: 4)))
      lines.append(style.dim(wrapped(effect(entry, of: all))))
    }
    return lines + ["", style.dim(wrapped("No help against this: \(WhatIf.useless).", indent: 2)), ""]
  }

  private func effect(_ entry: WhatIf, of all: Int) -> String {
    let parts = [
      entry.removed > 0
        ? (entry.removed == all ? "gone: all \(all) points above" : "gone: \(entry.removed) of the \(all) points")
        : nil,
      entry.milder > 0 ? "\(entry.milder) \(entry.milder == 1 ? "gets" : "get") milder" : nil,
    ].compactMap { $0 }
    return parts.joined(separator: ", ")
  }

  private func jewels(_ document: JewelsDocument) -> [String] {
    var lines = [style.bold("Each credential"), ""]
    for (jewel, answer) in zip(document.look.jewels, document.reach.answers) {
      let place = jewel.place.path + (jewel.place.line.map { ":\($0)" } ?? "")
      lines.append("  \(style.severity(JewelsDocument.severity(jewel.severity)))  \(jewel.title)")
      lines.append(wrapped(place + (jewel.place.key.map { "  \($0)" } ?? "")))
      lines.append(
        wrapped(
          "weight: "
            + jewel.reasons.map { "\($0.text) \($0.change > 0 ? "+" : "")\($0.change)" }.joined(separator: ", ")))
      switch answer {
      case .reached(let ways): lines.append(wrapped("reached: " + ways.map(\.text).joined(separator: ", ")))
      case .out(let why): lines.append(wrapped("out of reach: \(why)"))
      case .notMeasured(let why): lines.append(wrapped("reach not measured: \(why)"))
      }
      lines.append(wrapped("last use: \(jewel.use.text)"))
      if let fingerprint = jewel.fingerprint { lines.append(style.dim("    " + fingerprint)) }
    }
    return lines + [""]
  }

  /// What was not seen: what could hide a credential first, what was left out on purpose after it.
  private func unseen(_ document: JewelsDocument) -> [String] {
    let look = document.look
    guard !look.blind.isEmpty || !look.skipped.isEmpty else { return [] }
    var lines = [style.bold("What was not looked at"), ""]
    for (reason, places) in Dictionary(grouping: look.blind, by: \.reason).sorted(by: {
      $0.key.rawValue < $1.key.rawValue
    }) {
      let first = places.first.map(\.path) ?? ""
      lines.append(
        wrapped(
          "\(Self.grouped(places.count)) \(Self.words(reason, places.count)): \(first)"
            + (places.count > 1 ? " and others" : ""), indent: 2))
    }
    for (skip, count) in look.skipped.sorted(by: { ($0.value, $0.key.rawValue) > ($1.value, $1.key.rawValue) }) {
      lines.append(wrapped("\(Self.grouped(count)) \(Self.words(skip, count))", indent: 2))
    }
    return lines
  }

  // MARK: words

  private static func words(_ reason: Look.Blind.Reason, _ count: Int) -> String {
    let isOne = count == 1
    switch reason {
    case .denied: return isOne ? "place is closed to this user" : "places are closed to this user"
    case .vanished: return "went away while it was looked at"
    case .failed: return "could not be read"
    case .remote: return isOne ? "lies on a network drive" : "lie on network drives"
    case .timeOut: return isOne ? "file was not reached in time" : "files were not reached in time"
    }
  }

  private static func words(_ skip: Look.Skip, _ count: Int) -> String {
    let isOne = count == 1
    switch skip {
    case .pruned:
      return isOne ? "folder of packages or caches (--all)" : "folders of packages and caches (--all looks there)"
    case .otherDevice: return isOne ? "folder on another disk" : "folders on other disks"
    case .symbolicLink: return isOne ? "link" : "links"
    case .notRegular: return isOne ? "socket, pipe or device" : "sockets, pipes and devices"
    case .tooDeep: return isOne ? "folder that lies too deep" : "folders that lie too deep"
    case .tooMany: return "the walk ended at its limit"
    case .cut: return isOne ? "long file, read in part" : "long files, read in part"
    case .binary: return isOne ? "file that is no text" : "files that are no text"
    case .notUTF8: return isOne ? "name that is no text" : "names that are no text"
    case .uninteresting: return isOne ? "file whose name promises nothing" : "files whose names promise nothing"
    case .duplicate: return isOne ? "second name of a file" : "second names of files"
    case .installed: return isOne ? "installed file" : "installed files"
    }
  }

  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(grouped(number)) \(number == 1 ? one : many)"
  }

  /// 12,345.
  static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var groups: [String] = []
    while digits.count > 3 {
      groups.append(String(digits.suffix(3)))
      digits.removeLast(3)
    }
    return ([digits] + groups.reversed()).joined(separator: ",")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
