/// The scalar settings of a YAML file, read line by line: enough to find ports in the files of tunnels, and tolerant of
/// everything else. No anchors, no flow collections, no text over several lines.
struct ConfigLines {
  struct Entry: Sendable, Hashable {
    /// Names from the outside in; a list item is `#0`, `#1` …
    var path: [String]
    var value: String
  }

  private(set) var entries: [Entry] = []

  private struct Level {
    var indent: Int
    var name: String
    /// Items seen so far, where its value is a list.
    var items = 0
    var isItem = false
  }

  static let maximumLines = 5000
  static let maximumDepth = 16

  init(_ text: String) {
    var stack: [Level] = []
    for line in text.split(separator: "\n", maxSplits: Self.maximumLines).prefix(Self.maximumLines) {
      var rest = line.prefix { $0 != "\r" }
      var indent = rest.prefix { $0 == " " }.count
      rest = rest.dropFirst(indent)
      guard let first = rest.first, first != "#" else { continue }
      // `- name: x` opens an item, and a mapping inside it, on one line; `- - x` nests.
      while rest.hasPrefix("- ") || rest == "-", stack.count < Self.maximumDepth {
        // A list may stand at the same indent as the name that holds it.
        while let last = stack.last, last.indent > indent || (last.indent == indent && last.isItem) {
          stack.removeLast()
        }
        let number = stack.last?.items ?? 0
        if !stack.isEmpty { stack[stack.count - 1].items = number + 1 }
        stack.append(Level(indent: indent, name: "#\(number)", isItem: true))
        let blanks = rest.dropFirst().prefix { $0 == " " }.count
        rest = rest.dropFirst(1 + blanks)
        indent += 1 + blanks
      }
      guard !rest.isEmpty else { continue }
      guard let colon = Self.colon(rest) else {
        // A plain item: `- 8080`.
        if stack.last?.isItem == true, stack.last?.indent ?? 0 < indent { keep(stack.map(\.name), rest) }
        continue
      }
      while let last = stack.last, last.indent >= indent { stack.removeLast() }
      let name = Self.unquoted(rest[..<colon])
      let value = rest[rest.index(after: colon)...]
      if Self.unquoted(value).isEmpty {
        if stack.count < Self.maximumDepth { stack.append(Level(indent: indent, name: name)) }
      } else {
        keep(stack.map(\.name) + [name], value)
      }
    }
  }

  private mutating func keep(_ path: [String], _ value: Substring) {
    entries.append(Entry(path: path, value: Self.unquoted(value)))
  }

  /// The colon that ends a name: one with a blank or nothing behind it, so that `http://x` has none.
  private static func colon(_ text: Substring) -> Substring.Index? {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == ":" {
        let next = text.index(after: index)
        if next == text.endIndex || text[next] == " " || text[next] == "\t" { return index }
      }
      index = text.index(after: index)
    }
    return nil
  }

  /// Without blanks, quotes and a comment behind it.
  static func unquoted(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    if let quote = text.first, quote == "\"" || quote == "'" {
      return String(text.dropFirst().prefix { $0 != quote })
    }
    if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
    if text.hasPrefix("#") { return "" }
    while let last = text.last, last == " " || last == "\t" || last == "\r" || last == "," { text.removeLast() }
    return String(text)
  }
}
