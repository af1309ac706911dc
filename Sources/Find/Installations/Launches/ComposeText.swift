/// The services of a Compose file, read line by line: scalars, lists in either form, and mappings of one level. Anchors,
/// merges, `extends` and included files are not followed; a file that uses them says so in `isPartial`.
struct ComposeText {
  struct Service {
    var name: String
    var line: Int
    var options: [Installation.Launch.Option] = []
    var environment: [(name: String, value: String)] = []
    var command: [String] = []
  }

  private(set) var services: [Service] = []
  private(set) var isPartial = false

  static let maximumServices = 200
  static let maximumOptions = 500

  private struct Level {
    var indent: Int
    var name: String
  }

  init(_ text: String) {
    var stack: [Level] = []
    for (number, line) in LaunchReader.lines(text) {
      var rest = Substring(line)
      var indent = rest.prefix { $0 == " " }.count
      rest = rest.dropFirst(indent)
      guard let first = rest.first, first != "#" else { continue }
      if rest.hasPrefix("<<:") || rest.hasPrefix("include:") || rest.hasPrefix("extends:") { isPartial = true }
      // A list may stand at the same indent as the name that holds it.
      let isItem = rest.hasPrefix("- ") || rest == "-"
      while let last = stack.last, last.indent > indent || (last.indent == indent && (!isItem || last.name == "-")) {
        stack.removeLast()
      }
      if isItem {
        let blanks = rest.dropFirst().prefix { $0 == " " }.count
        rest = rest.dropFirst(1 + blanks)
        stack.append(Level(indent: indent, name: "-"))
        indent += 1 + blanks
      }
      let (name, value) = Self.pair(rest)
      if value.first == "*" || value.first == "&" { isPartial = true }
      take(stack.map(\.name), name: name, value: value, whole: Self.plain(rest), line: number)
      if let name, stack.count < 16 { stack.append(Level(indent: indent, name: name)) }
    }
  }

  private mutating func take(_ path: [String], name: String?, value: Substring, whole: String, line: Int) {
    guard path.first == "services" else { return }
    if path.count == 1, let name {
      if services.count < Self.maximumServices { services.append(Service(name: name, line: line)) }
      return
    }
    guard path.count >= 2, let index = services.indices.last, services[index].name == path[1],
      services[index].options.count < Self.maximumOptions
    else { return }
    let text = Self.plain(value)
    switch path.count {
    case 2:
      guard let name else { return }
      let items = Self.flow(value) ?? (text.isEmpty ? [] : [text])
      for item in items { keep(index, name, item, line, isList: items.count > 1 || value.first == "[") }
    case 3 where path[2] == "-": break
    case 3:
      // A mapping of one level: `environment: {A: b}`.
      guard let name else { return }
      if path[2] == "environment" {
        services[index].environment.append((name, text))
      } else {
        services[index].options.append(.init("\(path[2]).\(name)", cut(text), line: line))
      }
    case 4 where path[3] == "-" && name == nil: keep(index, path[2], whole, line, isList: true)
    case 4 where path[3] == "-":
      // `- A=b` reads as no pair; `- type: bind` does.
      long(index, path[2], name ?? "", text, whole, line)
    default: break
    }
  }

  private mutating func keep(_ index: Int, _ name: String, _ value: String, _ line: Int, isList: Bool) {
    switch name {
    case "environment":
      if let (name, value) = ShellCommand.assignment(value) { services[index].environment.append((name, value)) }
    case "command", "entrypoint":
      services[index].command += isList ? [value] : ShellCommand.all(in: value).first?.words ?? []
    default: services[index].options.append(.init(name, cut(value), line: line))
    }
  }

  /// The long forms of ports and volumes are put together as the short ones: `source:target:ro`.
  private mutating func long(
    _ index: Int, _ list: String, _ name: String, _ value: String, _ whole: String, _ line: Int
  ) {
    guard list == "volumes" || list == "ports" else { return keep(index, list, whole, line, isList: true) }
    let key = "\(list).\(name)"
    services[index].options.append(.init(key, cut(value), line: line))
    let needed = list == "volumes" ? ("volumes.source", "volumes.target") : ("ports.published", "ports.target")
    guard name == "target" || name == "source" || name == "published" else { return }
    let options = services[index].options
    guard let first = options.last(where: { $0.name == needed.0 }),
      let second = options.last(where: { $0.name == needed.1 })
    else { return }
    services[index].options.removeAll { $0.name == needed.0 || $0.name == needed.1 }
    services[index].options.append(.init(list, "\(first.value):\(second.value)", line: min(first.line, second.line)))
  }

  private func cut(_ value: String) -> String { ShownWords.cut([value]).first ?? "" }

  /// `name: value`; a colon counts only with a blank or nothing behind it.
  private static func pair(_ text: Substring) -> (name: String?, value: Substring) {
    if text.hasPrefix("\"") || text.hasPrefix("'") {
      // A quoted item may hold anything; a quoted name is followed by a colon.
      guard let quote = text.first, let end = text.dropFirst().firstIndex(of: quote) else { return (nil, text) }
      let behind = text[text.index(after: end)...]
      guard behind.hasPrefix(":") else { return (nil, text) }
      return (String(text[..<end].dropFirst()), behind.dropFirst().drop { $0 == " " })
    }
    if text.hasPrefix("[") || text.hasPrefix("{") { return (nil, text) }
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == ":" {
        let next = text.index(after: index)
        if next == text.endIndex || text[next] == " " {
          return (String(text[..<index].prefix(128)), text[next...].drop { $0 == " " })
        }
      }
      if text[index] == "#", index > text.startIndex, text[text.index(before: index)] == " " { break }
      index = text.index(after: index)
    }
    return (nil, text)
  }

  /// Without blanks, quotes and a comment behind it.
  private static func plain(_ text: Substring) -> String {
    let text = text.drop { $0 == " " }
    if let quote = text.first, quote == "\"" || quote == "'" {
      return String(text.dropFirst().prefix { $0 != quote })
    }
    var end = text
    if let comment = end.firstRange(of: " #") { end = end[..<comment.lowerBound] }
    if end.hasPrefix("#") { return "" }
    while end.last == " " { end.removeLast() }
    return String(end)
  }

  /// The items of `[a, "b"]`; nil for anything else.
  private static func flow(_ value: Substring) -> [String]? {
    guard value.hasPrefix("["), let end = value.lastIndex(of: "]") else { return nil }
    var items: [String] = []
    var item = ""
    var quote: Character?
    for character in value[..<end].dropFirst() {
      if let open = quote {
        if character == open { quote = nil } else { item.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "," {
        items.append(plain(item[...]))
        item = ""
      } else {
        item.append(character)
      }
      if items.count > 256 { break }
    }
    items.append(plain(item[...]))
    return items.filter { !$0.isEmpty }
  }
}
