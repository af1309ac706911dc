extension Outline {
  /// Elements with their texts and attributes; `<add key="a" value="b"/>` and `<key>a</key><string>b</string>` are
  /// assignments. Nothing is expanded.
  mutating func readXML(_ text: Span<UInt8>, _ range: Range<Int>) {
    var levels: [(tag: String, node: Int, label: String?)] = [("", 0, nil)]
    var pending: String?
    var index = range.lowerBound
    var textStart = index
    while index < range.upperBound, !isFull {
      guard text[index] == UInt8(ascii: "<") else {
        index += 1
        continue
      }
      let content = Self.trimmed(text, textStart..<index)
      let isClosing = index + 1 < range.upperBound && text[index + 1] == UInt8(ascii: "/")
      if !content.isEmpty, isClosing, let top = levels.last {
        if top.tag == "key" {
          pending = Self.text(text, content)
        } else {
          add(Slot(name: top.node, value: content))
          if let label = top.label { add(Slot(name: add(name: label, under: top.node), value: content)) }
        }
      }
      var end = index + 1
      var quote: UInt8?
      // A comment may hold anything.
      if index + 3 < range.upperBound, text[index + 1] == UInt8(ascii: "!"), text[index + 2] == UInt8(ascii: "-") {
        while end < range.upperBound, text[end] != UInt8(ascii: ">") || text[end - 1] != UInt8(ascii: "-") { end += 1 }
      } else {
        while end < range.upperBound, quote != nil || text[end] != UInt8(ascii: ">") {
          if let open = quote {
            if text[end] == open { quote = nil }
          } else if Self.isQuote(text[end]) {
            quote = text[end]
          }
          end += 1
        }
      }
      if isClosing {
        if levels.count > 1 { levels.removeLast() }
      } else if index + 1 < end, text[index + 1] != UInt8(ascii: "!"), text[index + 1] != UInt8(ascii: "?") {
        var nameEnd = index + 1
        while nameEnd < end,
          ByteSet.boundary.contains(text[nameEnd]) || text[nameEnd] == UInt8(ascii: ".")
            || text[nameEnd] == UInt8(ascii: ":")
        { nameEnd += 1 }
        let tag = Self.text(text, index + 1..<nameEnd)
        let parent = levels.last?.node ?? 0
        var node = parent
        if tag != "key", tag != "plist" {
          if let name = pending {
            node = add(name: name, under: parent)
            pending = nil
          } else if tag != "dict" {
            node = add(name: tag, under: parent)
          }
        }
        let label = addAttributes(text, nameEnd..<end, under: node)
        if end > index, text[end - 1] != UInt8(ascii: "/"), levels.count < Self.depth {
          levels.append((tag, node, label))
        }
      }
      index = min(end + 1, range.upperBound)
      textStart = index
    }
  }

  /// The label among them, for the text of the element: `<property name="a">b</property>`.
  private mutating func addAttributes(_ text: Span<UInt8>, _ range: Range<Int>, under node: Int) -> String? {
    var label: String?
    var found: (name: String, value: Range<Int>)?
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index
      while index < range.upperBound, ByteSet.boundary.contains(text[index]) || text[index] == UInt8(ascii: ":") {
        index += 1
      }
      guard index > start, index + 1 < range.upperBound, text[index] == UInt8(ascii: "="), Self.isQuote(text[index + 1])
      else {
        index += 1
        continue
      }
      let name = Self.text(text, start..<index)
      let quote = text[index + 1]
      let valueStart = index + 2
      index = valueStart
      while index < range.upperBound, text[index] != quote { index += 1 }
      let value = valueStart..<index
      index += 1
      switch name {
      case "key", "name", "id": label = Self.text(text, value)
      case "value": found = (name, value)
      default: add(Slot(name: add(name: name, under: node), value: value))
      }
    }
    if let found { add(Slot(name: add(name: label ?? found.name, under: node), value: found.value)) }
    return found == nil ? label : nil
  }
}
