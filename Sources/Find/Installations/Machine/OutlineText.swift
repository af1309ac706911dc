/// The part of YAML that configuration of proxies is written in: keys by indentation, lists of `- `, plain and quoted
/// values, lists in brackets. Anything beyond is a fault with its line, never a guess.
enum OutlineText {
  struct Entry: Equatable {
    /// Names from the outside in; positions in a list are numbers.
    var path: [String]
    var value: String
    var line: Int
  }

  struct Fault: Error, Equatable {
    var line: Int
    var what: String
  }

  static let maximumEntries = 20_000
  private static let maximumDepth = 32

  private struct Level {
    var indent: Int
    var name: String
    /// Position of the list's item that is open; nil where this is no list.
    var item: Int?
  }

  static func entries(_ text: String) throws(Fault) -> [Entry] {
    var entries: [Entry] = []
    var levels: [Level] = []
    for (number, line) in LaunchReader.lines(text) {
      var body = Substring(line)
      var indent = body.prefix { $0 == " " }.count
      body = body.dropFirst(indent)
      guard body.first != "\t" else { throw Fault(line: number, what: "indented with a tab") }
      guard let first = body.first, first != "#", body != "---" else { continue }
      guard first != "%", body != "..." else { throw Fault(line: number, what: "more than one document") }
      while body == "-" || body.hasPrefix("- ") {
        // An item may stand as far out as the key that names the list.
        while let last = levels.last, last.indent > indent || last.indent == indent && last.item == nil && !isKey(last)
        {
          levels.removeLast()
        }
        if let last = levels.last, last.indent == indent, let item = last.item {
          levels[levels.count - 1].item = item + 1
        } else {
          while let last = levels.last, last.indent > indent { levels.removeLast() }
          levels.append(Level(indent: indent, name: "", item: 0))
        }
        let rest = body.dropFirst().drop { $0 == " " }
        indent += body.count - rest.count
        body = rest
        guard levels.count < maximumDepth else { throw Fault(line: number, what: "nested too deep") }
      }
      guard !body.isEmpty, body.first != "#" else { continue }
      guard entries.count < maximumEntries else { throw Fault(line: number, what: "too many settings") }
      while let last = levels.last, last.indent >= indent { levels.removeLast() }
      let path = levels.map { $0.item.map(String.init) ?? $0.name }
      guard let (name, value) = try key(body, number) else {
        entries += try values(body, path, number)
        continue
      }
      guard levels.count < maximumDepth else { throw Fault(line: number, what: "nested too deep") }
      levels.append(Level(indent: indent, name: name, item: nil))
      // A key alone is kept: that it is there may be all that matters.
      if value.isEmpty {
        entries.append(Entry(path: path + [name], value: "", line: number))
      } else {
        entries += try values(value, path + [name], number)
      }
    }
    return entries
  }

  private static func isKey(_ level: Level) -> Bool { !level.name.isEmpty }

  /// `name: value`, `"name": value`; nil where it is a value alone.
  private static func key(_ body: Substring, _ line: Int) throws(Fault) -> (String, Substring)? {
    if let quote = body.first, quote == "\"" || quote == "'" {
      guard let end = body.dropFirst().firstIndex(of: quote) else { throw Fault(line: line, what: "a quote is open") }
      let rest = body[body.index(after: end)...]
      guard rest.hasPrefix(":") else { return nil }
      return (String(body[body.index(after: body.startIndex)..<end]), rest.dropFirst().drop { $0 == " " })
    }
    var index = body.startIndex
    while index < body.endIndex {
      let next = body.index(after: index)
      if body[index] == ":", next == body.endIndex || body[next] == " " {
        let value = body[next...].drop { $0 == " " }
        return (String(body[..<index]), value.first == "#" ? "" : value)
      }
      if body[index] == "[" || body[index] == "{" { return nil }
      index = next
    }
    return nil
  }

  private static func values(_ text: Substring, _ path: [String], _ line: Int) throws(Fault) -> [Entry] {
    guard let first = text.first else { return [] }
    switch first {
    case "&", "*", "!": throw Fault(line: line, what: "anchors and tags are not followed")
    case "|", ">":
      // Text over several lines is none of what is looked for, and its lines look like keys.
      throw Fault(line: line, what: "text over several lines is not followed")
    case "[":
      guard let end = text.lastIndex(of: "]") else { throw Fault(line: line, what: "a list over several lines") }
      let inner = text[text.index(after: text.startIndex)..<end]
      guard !inner.contains(where: { $0 == "[" || $0 == "{" }) else {
        throw Fault(line: line, what: "a list in a list is not followed")
      }
      return inner.split(separator: ",").prefix(1000).enumerated().map { index, item in
        Entry(path: path + ["\(index)"], value: plain(item), line: line)
      }
    case "{":
      guard let end = text.lastIndex(of: "}") else { throw Fault(line: line, what: "a table over several lines") }
      let inner = text[text.index(after: text.startIndex)..<end]
      guard !inner.contains(where: { $0 == "[" || $0 == "{" }) else {
        throw Fault(line: line, what: "a table in a table is not followed")
      }
      let members = inner.split(separator: ",").prefix(1000).compactMap { member -> Entry? in
        guard let colon = member.firstIndex(of: ":") else { return nil }
        let value = plain(member[member.index(after: colon)...])
        return Entry(path: path + [plain(member[..<colon])], value: value, line: line)
      }
      return members.isEmpty ? [Entry(path: path, value: "", line: line)] : members
    default: return [Entry(path: path, value: plain(text), line: line)]
    }
  }

  private static func plain(_ text: Substring) -> String {
    var text = text.drop { $0 == " " }
    if let quote = text.first, quote == "\"" || quote == "'" {
      text = text.dropFirst()
      return String(text.prefix { $0 != quote })
    }
    if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
