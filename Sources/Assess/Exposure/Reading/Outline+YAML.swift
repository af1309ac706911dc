extension Outline {
  /// The part of YAML in which configurations are written: maps and lists by indentation, quoted and plain scalars, block
  /// scalars, flow collections on one line. Anchors and tags are not resolved, so nothing can expand.
  mutating func readYAML(_ text: Span<UInt8>, _ range: Range<Int>) {
    struct Level {
      var indent: Int
      var node: Int
    }
    var levels: [Level] = []
    var outline = self
    var block: (indent: Int, node: Int, start: Int, end: Int)?
    TextLine.each(text, range) { line in
      guard !outline.isFull else { return false }
      let content = Self.trimmed(text, line)
      var indent = content.lowerBound - line.lowerBound
      if let open = block {
        if content.isEmpty || indent > open.indent {
          block?.end = max(open.end, content.isEmpty ? open.end : line.upperBound)
          if open.start < 0, !content.isEmpty { block?.start = line.lowerBound }
          return true
        }
        if open.start >= 0 {
          outline.add(Slot(name: open.node, value: Self.trimmed(text, open.start..<open.end)))
        }
        block = nil
      }
      guard let first = content.first, text[first] != UInt8(ascii: "#") else { return true }
      if content.count >= 3, text[first] == UInt8(ascii: "-"), text[first + 1] == UInt8(ascii: "-"), indent == 0 {
        levels = []
        if outline.breaks.count < 1_000 { outline.breaks.append(line.lowerBound) }
        return true
      }
      var rest = content
      // `- - name: value`: each dash opens an element at its own column.
      while rest.count >= 1, text[rest.lowerBound] == UInt8(ascii: "-"),
        rest.count == 1 || text[rest.lowerBound + 1] == 0x20
      {
        while let last = levels.last,
          last.indent >= indent && outline.names[last.node].text == "[]" || last.indent > indent
        {
          levels.removeLast()
        }
        guard levels.count < Self.depth else { return true }
        let node = outline.add(name: "[]", under: levels.last?.node ?? 0)
        levels.append(Level(indent: indent, node: node))
        let inner = Self.trimmed(text, min(rest.lowerBound + 1, rest.upperBound)..<rest.upperBound)
        indent += inner.lowerBound - rest.lowerBound
        rest = inner
        guard !rest.isEmpty else { return true }
        // A list's dash may stand below its key at the same column: names of the element lie deeper.
        if let mark = Self.colon(text, rest) {
          _ = mark
        } else {
          let (value, _) = Self.value(text, rest, until: rest.upperBound, isLoose: false)
          if text[rest.lowerBound] == UInt8(ascii: "{") || text[rest.lowerBound] == UInt8(ascii: "[") {
            outline.readJSON(text, rest, under: node)
          }
          outline.add(Slot(name: node, value: value))
          outline.addInner(text, value, under: outline.names[node].parent)
          if text[rest.lowerBound] != UInt8(ascii: "-") { return true }
        }
      }
      guard let mark = Self.colon(text, rest) else { return true }
      while let last = levels.last,
        last.indent > indent || last.indent == indent && outline.names[last.node].text != "[]"
      {
        levels.removeLast()
      }
      // A key at the column of a dash ends the list.
      while let last = levels.last, last.indent == indent, outline.names[last.node].text == "[]", rest == content {
        levels.removeLast()
        while let outer = levels.last, outer.indent >= indent {
          guard outline.names[outer.node].text != "[]" || outer.indent > indent else { break }
          levels.removeLast()
        }
      }
      guard levels.count < Self.depth else { return true }
      var label = Self.trimmed(text, rest.lowerBound..<mark)
      if label.count >= 2, Self.isQuote(text[label.lowerBound]) { label = label.lowerBound + 1..<label.upperBound - 1 }
      let node = outline.add(name: Self.text(text, label), under: levels.last?.node ?? 0)
      let value = Self.trimmed(text, mark + 1..<rest.upperBound)
      levels.append(Level(indent: indent, node: node))
      guard let opening = value.first else { return true }
      switch text[opening] {
      case UInt8(ascii: "|"), UInt8(ascii: ">"):
        block = (indent, node, -1, -1)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        outline.readJSON(text, value, under: node)
        outline.add(Slot(name: node, value: value))
      default:
        let (scalar, _) = Self.value(text, value, until: value.upperBound, isLoose: false)
        outline.add(Slot(name: node, value: scalar, isEscaped: text[opening] == UInt8(ascii: "\"")))
      }
      return true
    }
    if let open = block, open.start >= 0 {
      outline.add(Slot(name: open.node, value: Self.trimmed(text, open.start..<open.end)))
    }
    self = outline
  }

  /// The colon after a key: followed by a blank or the end, outside quotes.
  private static func colon(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var quote: UInt8?
    for index in range {
      let byte = text[index]
      if let open = quote {
        if byte == open { quote = nil }
      } else if isQuote(byte), index == range.lowerBound {
        quote = byte
      } else if byte == UInt8(ascii: ":"),
        index + 1 == range.upperBound || text[index + 1] == 0x20 || text[index + 1] == 0x09
      {
        return index
      } else if byte == UInt8(ascii: "#"), index > range.lowerBound, text[index - 1] == 0x20 {
        return nil
      }
    }
    return nil
  }
}
