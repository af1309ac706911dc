extension Outline {
  /// JSON and its relaxed forms: comments, single quotes, bare names, commas at the end.
  mutating func readJSON(_ text: Span<UInt8>, _ range: Range<Int>, under root: Int = 0) {
    struct Level {
      var node: Int
      var isArray: Bool
      var key: Int?
    }
    var levels: [Level] = []
    var skipped = 0
    var index = range.lowerBound
    let end = range.upperBound

    func target(_ outline: inout Outline) -> Int? {
      guard let top = levels.last else { return root }
      return top.isArray ? outline.add(name: "[]", under: top.node) : top.key
    }

    while index < end, !isFull {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        index += 1
        guard levels.count < Self.depth, skipped == 0, let node = target(&self) else {
          skipped += 1
          continue
        }
        levels.append(Level(node: node, isArray: byte == UInt8(ascii: "[")))
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        index += 1
        if skipped > 0 { skipped -= 1 } else { _ = levels.popLast() }
        // Whatever closed was the value of a key.
        if let last = levels.indices.last { levels[last].key = nil }
        if levels.isEmpty, skipped == 0, root != 0 { return }
      case UInt8(ascii: ","):
        index += 1
        if skipped == 0, let last = levels.indices.last { levels[last].key = nil }
      case UInt8(ascii: "/") where index + 1 < end && text[index + 1] == UInt8(ascii: "/"):
        while index < end, text[index] != 0x0A { index += 1 }
      case UInt8(ascii: "/") where index + 1 < end && text[index + 1] == UInt8(ascii: "*"):
        index += 2
        while index + 1 < end, text[index] != UInt8(ascii: "*") || text[index + 1] != UInt8(ascii: "/") { index += 1 }
        index += 2
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let start = index + 1
        index += 1
        var isEscaped = false
        while index < end, text[index] != byte {
          if text[index] == UInt8(ascii: "\\") {
            isEscaped = true
            index += 1
          }
          index += 1
        }
        let value = start..<max(start, min(index, end))
        index += 1
        guard skipped == 0 else { continue }
        take(text, value, isEscaped: isEscaped)
      default:
        let start = index
        while index < end, Self.isBare(text[index]) { index += 1 }
        guard index > start else {
          index += 1
          continue
        }
        if skipped == 0 { take(text, start..<index, isEscaped: false) }
      }
    }

    func take(_ text: Span<UInt8>, _ value: Range<Int>, isEscaped: Bool) {
      guard let last = levels.indices.last else { return }
      if levels[last].isArray {
        let node = add(name: "[]", under: levels[last].node)
        add(Slot(name: node, value: value, isEscaped: isEscaped))
        addInner(text, value, under: levels[last].node)
      } else if let key = levels[last].key {
        add(Slot(name: key, value: value, isEscaped: isEscaped))
      } else {
        levels[last].key = add(name: Self.text(text, value), under: levels[last].node)
      }
    }
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    ByteSet.word.contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "$")
  }

  /// An element of a list that is itself `NAME=value`: the variables of a container.
  mutating func addInner(_ text: Span<UInt8>, _ value: Range<Int>, under parent: Int) {
    var index = value.lowerBound
    while index < value.upperBound, ByteSet.word.contains(text[index]) || text[index] == UInt8(ascii: "-") {
      index += 1
    }
    guard index > value.lowerBound, index < value.upperBound, text[index] == UInt8(ascii: "=") else { return }
    let node = add(name: Self.text(text, value.lowerBound..<index), under: parent)
    add(Slot(name: node, value: index + 1..<value.upperBound))
  }

  /// A name as text, cut at 200 bytes.
  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(min(range.count, 200))
    for index in range.prefix(200) { out.append(bytes[index]) }
    return String(decoding: out, as: UTF8.self)
  }
}
