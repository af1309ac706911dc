import Matching

/// HTML that is safe to send: made from literals of ours, with every text from elsewhere escaped on the way in.
///
/// A `String` that is interpolated is escaped so that it may stand in an element or between the quotes of an attribute.
/// Escaping goes by Unicode scalar: a quote followed by a combining mark is one `Character`, yet still ends an attribute.
struct Markup: Sendable, Hashable, ExpressibleByStringInterpolation {
  private(set) var html: String

  init(stringLiteral value: String) { html = value }
  init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

  /// Text in an element or an attribute; what cannot be seen is spelled out in letters.
  init(_ text: String) {
    html = Self.plain(text, limit: Self.longest)
  }

  static let empty: Markup = ""
  var isEmpty: Bool { html.isEmpty }
  static func + (a: Markup, b: Markup) -> Markup {
    var sum = a
    sum.html += b.html
    return sum
  }
  static func += (a: inout Markup, b: Markup) { a.html += b.html }

  struct StringInterpolation: StringInterpolationProtocol {
    var html = ""
    init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity * 2) }
    mutating func appendLiteral(_ literal: String) { html += literal }
    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    mutating func appendInterpolation(_ text: String) { html += Markup(text).html }
    mutating func appendInterpolation(_ number: Int) { html += String(number) }
    mutating func appendInterpolation(_ number: UInt64) { html += String(number) }
    /// In an element only: what cannot be seen stands in a frame.
    mutating func appendInterpolation(seen text: String) { html += Markup.seen(text).html }
  }
}

extension Markup {
  /// Nothing that is longer helps a reader, and a page must stay small whatever the ledger holds.
  static let longest = 4096

  static func escape(_ scalar: Unicode.Scalar, into out: inout String) {
    switch scalar {
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "&": out += "&amp;"
    case "\"": out += "&quot;"
    case "'": out += "&#39;"
    default: out.unicodeScalars.append(scalar)
    }
  }

  private static func plain(_ text: String, limit: Int) -> String {
    pieces(text, limit: limit) { control, out in out += "[\(control)]" }
  }

  /// Text in an element, with each character that cannot be seen as `<span class="ctl">U+202E</span>`.
  static func seen(_ text: String, limit: Int = longest) -> Markup {
    Markup(trusted: pieces(text, limit: limit) { control, out in out += "<span class=\"ctl\">\(control)</span>" })
  }

  private init(trusted html: String) { self.html = html }

  private static func pieces(_ text: String, limit: Int, _ control: (String, inout String) -> Void) -> String {
    var out = ""
    let whole = text.unicodeScalars
    // Cut first: what is not shown is not looked at either.
    let end = whole.index(whole.startIndex, offsetBy: limit, limitedBy: whole.endIndex) ?? whole.endIndex
    for piece in VisibleText.pieces(String(whole[..<end])) {
      switch piece {
      case .plain(let plain): for scalar in plain.unicodeScalars { escape(scalar, into: &out) }
      case .control(let name): control(name, &out)
      }
    }
    if end < whole.endIndex { out += " … (\(whole.count) characters)" }
    return out
  }

  /// Text from outside: mono, isolated, what cannot be seen in frames.
  static func raw(_ text: String) -> Markup { "<span class=\"raw\">\(seen: text)</span>" }

  /// A long value of which the middle gives way; focus shows the whole. A short one stays as it is.
  static func cut(_ text: String, raw: Bool, tail: Int = 8, from length: Int = 24) -> Markup {
    let scalars = text.unicodeScalars
    let widths = scalars.map { VisibleText.pieces(String($0)) == [.plain(String($0))] ? 1 : 6 }
    guard widths.reduce(0, +) > length else {
      return raw ? Markup.raw(text) : "<span class=\"mono\">\(seen: text)</span>"
    }
    // The tail is always shown, so what is spelled out counts by the room it takes.
    var kept = 0
    var room = tail
    while kept < scalars.count - 1, widths[scalars.count - 1 - kept] <= room {
      room -= widths[scalars.count - 1 - kept]
      kept += 1
    }
    let split = scalars.index(scalars.endIndex, offsetBy: -max(1, kept))
    let style: Markup = raw ? "raw" : "mono"
    let head = Markup.seen(String(scalars[..<split]), limit: 512)
    return """
      <span class="mid \(style)" title="\(String(scalars.prefix(512)))"><span>\(head)</span><span>\
      \(seen: String(scalars[split...]))</span></span>
      """
  }

  /// A name from outside: as it is where it is tame, else as text from outside.
  static func name(_ text: String) -> Markup {
    let tame = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic && $0.value < 0x250 || ("0"..."9").contains($0)
        || "-_.@:+ ".unicodeScalars.contains($0)
    }
    if tame, !text.isEmpty, text.utf8.count <= 32, text.first != " ", text.last != " " { return Markup(text) }
    return text.isEmpty ? "<span class=\"faint\">no name</span>" : cut(text, raw: true)
  }

  /// A sentence of ours that may quote: what stands between backticks becomes code.
  static func prose(_ text: String) -> Markup {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return seen(text) }
    var out = Markup.empty
    for (index, part) in parts.enumerated() {
      out += index % 2 == 0 ? seen(String(part)) : "<code>\(seen: String(part))</code>"
    }
    return out
  }

  static func joined(_ parts: [Markup], separator: Markup = "") -> Markup {
    var out = Markup.empty
    for (index, part) in parts.enumerated() {
      if index > 0 { out += separator }
      out += part
    }
    return out
  }
}
