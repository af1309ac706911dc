/// One line of a text, without its end.
struct TextLine {
  var range: Range<Int>

  /// The lines of a range; a line of more than 64 KiB is cut and its rest left out.
  static func each(_ text: Span<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Bool) {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, text[end] != 0x0A { end += 1 }
      var last = min(end, start + Pattern.unbounded)
      if last > start, text[last - 1] == 0x0D { last -= 1 }
      guard body(start..<last) else { return }
      start = end + 1
    }
  }
}

extension Outline {
  static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, ByteSet.blanks.contains(text[low]) { low += 1 }
    while high > low, ByteSet.blanks.contains(text[high - 1]) { high -= 1 }
    return low..<high
  }

  static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  /// A value as written: without its quotes (which may close up to 200 lines further on), or without the comment after it.
  static func value(_ text: Span<UInt8>, _ range: Range<Int>, until end: Int, isLoose: Bool) -> (Range<Int>, next: Int)
  {
    let range = trimmed(text, range)
    guard let first = range.first else { return (range, range.upperBound) }
    if isQuote(text[first]) {
      var start = first + 1
      // Three of them: a text of several lines.
      let isTriple = first + 2 < end && text[first + 1] == text[first] && text[first + 2] == text[first]
      if isTriple { start = first + 3 }
      var index = start
      var lines = 0
      while index < end, lines < 200 {
        if text[index] == UInt8(ascii: "\\") {
          index += 2
          continue
        }
        if text[index] == 0x0A { lines += 1 }
        if text[index] == text[first] { return (start..<index, index + (isTriple ? 3 : 1)) }
        index += 1
      }
      // Never closed: an ordinary character.
      return (first + 1..<max(range.upperBound, first + 1), range.upperBound)
    }
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = text[index]
      if isLoose,
        ByteSet.blanks.contains(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") || isQuote(byte)
          || byte == UInt8(ascii: ")")
      {
        break
      }
      if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";"), index > range.lowerBound,
        ByteSet.blanks.contains(text[index - 1])
      {
        break
      }
      index += 1
    }
    return (trimmed(text, range.lowerBound..<index), range.upperBound)
  }

  /// Sections and `name = value`: INI, TOML, properties, variables of a shell, units of systemd.
  mutating func readLines(_ text: Span<UInt8>, _ range: Range<Int>, isLoose: Bool) {
    var section = 0
    var skipUntil = range.lowerBound
    var outline = self
    TextLine.each(text, range) { line in
      guard line.lowerBound >= skipUntil, !outline.isFull else { return !outline.isFull }
      var rest = Self.trimmed(text, line)
      guard let first = rest.first else { return true }
      let opening = text[first]
      if opening == UInt8(ascii: "#") || opening == UInt8(ascii: ";") && !isLoose { return true }
      if opening == UInt8(ascii: "["), !isLoose, text[rest.upperBound - 1] == UInt8(ascii: "]") {
        section = outline.section(text, rest)
        return true
      }
      for word in ["export ", "set -gx ", "set -Ux ", "set -x ", "setx ", "set "] as [StaticString] {
        let bytes = Array(word.description.utf8)
        guard rest.count > bytes.count, bytes.indices.allSatisfy({ text[rest.lowerBound + $0] == bytes[$0] }) else {
          continue
        }
        rest = Self.trimmed(text, rest.lowerBound + bytes.count..<rest.upperBound)
        if bytes.count > 7 || bytes[0] == UInt8(ascii: "s"),
          let blank = rest.first(where: { text[$0] == 0x20 || text[$0] == UInt8(ascii: "=") }), text[blank] == 0x20
        {
          // fish and cmd: the value follows a blank.
          outline.assign(
            text, rest.lowerBound..<blank, blank + 1..<rest.upperBound, section, isLoose: isLoose, line: line,
            end: range.upperBound, next: &skipUntil)
          return true
        }
        break
      }
      guard let mark = Self.separator(text, rest, isLoose: isLoose) else { return true }
      outline.assign(
        text, rest.lowerBound..<mark, mark + 1..<rest.upperBound, section, isLoose: isLoose, line: line,
        end: range.upperBound, next: &skipUntil)
      return true
    }
    self = outline
  }

  /// Where the name ends: the first `=`, or a `:` before it that has no slash or colon beside it.
  private static func separator(_ text: Span<UInt8>, _ range: Range<Int>, isLoose: Bool) -> Int? {
    var colon: Int?
    for index in range {
      let byte = text[index]
      if byte == UInt8(ascii: "=") { return colon ?? index }
      if byte == UInt8(ascii: ":"), colon == nil {
        let next = index + 1 < range.upperBound ? text[index + 1] : 0x20
        // `//registry.example/:_authToken=` has one inside its name.
        if ByteSet.blanks.contains(next) || isQuote(next) { colon = index }
      }
    }
    return colon
  }

  private mutating func section(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
    var inner = range.lowerBound + 1..<range.upperBound - 1
    var isElement = false
    if inner.count > 2, text[inner.lowerBound] == UInt8(ascii: "["), text[inner.upperBound - 1] == UInt8(ascii: "]") {
      inner = inner.lowerBound + 1..<inner.upperBound - 1
      isElement = true
    }
    var node = 0
    for part in Self.text(text, Self.trimmed(text, inner)).split(separator: ".").prefix(16) {
      node = add(name: part.filter { $0 != "\"" && $0 != "'" }, under: node)
    }
    return isElement ? add(name: "[]", under: node) : node
  }

  private mutating func assign(
    _ text: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>, _ section: Int, isLoose: Bool, line: Range<Int>,
    end: Int, next: inout Int
  ) {
    var label = Self.trimmed(text, name)
    while let last = label.last,
      Self.isQuote(text[last]) || text[last] == UInt8(ascii: "]") || text[last] == UInt8(ascii: "?")
        || text[last] == UInt8(ascii: ":")
    {
      label = label.lowerBound..<last
    }
    label = Self.trimmed(text, label)
    if isLoose
      || label.contains(where: { text[$0] == 0x20 }) && !label.contains(where: { text[$0] == UInt8(ascii: "/") })
    {
      // `const apiKey`, `this.options['token`: the last word is the name.
      var start = label.upperBound
      while start > label.lowerBound, ByteSet.boundary.contains(text[start - 1]) || text[start - 1] == UInt8(ascii: ".")
      {
        start -= 1
      }
      label = start..<label.upperBound
    }
    while let first = label.first, Self.isQuote(text[first]) { label = first + 1..<label.upperBound }
    guard !label.isEmpty, label.count <= 200 else { return }
    var inner = value
    // `:=`, `=>`, `==`.
    while let first = inner.first, text[first] == UInt8(ascii: "=") || text[first] == UInt8(ascii: ">") {
      inner = first + 1..<inner.upperBound
    }
    let isProgram = isLoose
    let (range, after) = Self.value(text, inner, until: end, isLoose: isProgram)
    next = max(next, after)
    guard !range.isEmpty else { return }
    var node = section
    let words = Self.text(text, label)
    if words.contains("/") || words.contains(":") || isLoose {
      node = add(name: words, under: node)
    } else {
      for part in words.split(separator: ".").prefix(16) { node = add(name: String(part), under: node) }
    }
    if words == "Environment" || words == "SetCredential" {
      addWords(text, inner, under: node)
      return
    }
    if text[range.lowerBound] == UInt8(ascii: "{") || text[range.lowerBound] == UInt8(ascii: "[") {
      readJSON(text, range, under: node)
    }
    add(
      Slot(
        name: node, value: range, isEscaped: Self.isQuote(text[max(range.lowerBound - 1, 0)]),
        context: isLoose ? line.lowerBound..<range.lowerBound : nil))
  }

  /// `"A=b" C=d`, as systemd writes variables; `name:value` for credentials.
  private mutating func addWords(_ text: Span<UInt8>, _ range: Range<Int>, under parent: Int) {
    var index = range.lowerBound
    while index < range.upperBound, !isFull {
      guard !ByteSet.blanks.contains(text[index]) else {
        index += 1
        continue
      }
      var word = index..<index
      if Self.isQuote(text[index]) {
        let quote = text[index]
        index += 1
        let start = index
        while index < range.upperBound, text[index] != quote { index += 1 }
        word = start..<index
        index += 1
      } else {
        let start = index
        while index < range.upperBound, !ByteSet.blanks.contains(text[index]) { index += 1 }
        word = start..<index
      }
      guard let mark = word.first(where: { text[$0] == UInt8(ascii: "=") || text[$0] == UInt8(ascii: ":") }) else {
        continue
      }
      let node = add(name: Self.text(text, word.lowerBound..<mark), under: parent)
      var value = mark + 1..<word.upperBound
      if value.count >= 2, Self.isQuote(text[value.lowerBound]), text[value.upperBound - 1] == text[value.lowerBound] {
        value = value.lowerBound + 1..<value.upperBound - 1
      }
      add(Slot(name: node, value: value))
    }
  }
}

extension Outline {
  /// `AccountName=a;AccountKey=b`: a value that is a list of assignments.
  mutating func splitConnections(_ text: Span<UInt8>) {
    for slot in slots where slot.value.count >= 12 && slot.value.count <= 2_000 && !isFull {
      guard slot.value.contains(where: { text[$0] == UInt8(ascii: ";") }) else { continue }
      var start = slot.value.lowerBound
      while start < slot.value.upperBound {
        let end = (start..<slot.value.upperBound).first { text[$0] == UInt8(ascii: ";") } ?? slot.value.upperBound
        let part = Self.trimmed(text, start..<end)
        if let mark = part.prefix(60).first(where: { text[$0] == UInt8(ascii: "=") }), mark > part.lowerBound,
          (part.lowerBound..<mark).allSatisfy({ ByteSet.word.contains(text[$0]) || text[$0] == 0x20 })
        {
          add(
            Slot(
              name: add(name: Self.text(text, part.lowerBound..<mark), under: slot.name),
              value: mark + 1..<part.upperBound))
        }
        start = end + 1
      }
    }
  }
}
