/// Names and values in what has no structure of its own: programs, command lines, connection strings, texts in a text.
///
/// `name = "value"`, `name: "value"`, `"name" => 'value'`, `setenv("NAME", "value")`, `name: Type = "value"`,
/// `--name value`, `ENV NAME value`, `a=b;c=d`, `?a=b&c=d`, and all of it with `\"` for quotes. Only names that may
/// belong to a credential are kept, for a program has thousands of others.
extension Outline {
  mutating func readPairs(_ text: Span<UInt8>, _ range: Range<Int>, under root: Int = 0, known: inout Set<Int>) {
    var index = range.lowerBound
    while index < range.upperBound, !isFull {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: ","):
        guard let start = Self.valueStart(text, range, at: index),
          let label = Self.label(text, range, before: index, isComma: byte == UInt8(ascii: ","))
        else { break }
        keep(text, range, label, start, root, &known)
      case 0x20, 0x09:
        if let label = Self.option(text, range, before: index) {
          keep(text, range, label, index + 1, root, &known)
        }
      default: break
      }
      index += 1
    }
  }

  /// The label before a separator is worth a look; then its value.
  private mutating func keep(
    _ text: Span<UInt8>, _ range: Range<Int>, _ label: Range<Int>, _ start: Int, _ root: Int, _ known: inout Set<Int>
  ) {
    guard Self.mayName(text, label) else { return }
    let before = label.lowerBound > range.lowerBound ? text[label.lowerBound - 1] : 0
    guard let value = Self.pairValue(text, start..<range.upperBound, after: before), value.count >= 4,
      known.insert(value.lowerBound).inserted
    else { return }
    let node = add(name: Self.text(text, label), under: root)
    add(Slot(name: node, value: value, context: max(range.lowerBound, label.lowerBound - 60)..<value.lowerBound))
  }

  /// Where the value begins that a separator stands before; nil where it is none.
  private static func valueStart(_ text: Span<UInt8>, _ range: Range<Int>, at index: Int) -> Int? {
    let next = index + 1 < range.upperBound ? text[index + 1] : 0
    let before = index > range.lowerBound ? text[index - 1] : 0
    switch text[index] {
    case UInt8(ascii: "="):
      // `==`, `!=`, `<=`, `=~`, but `:=` and `=>` are separators.
      guard !"=~".utf8.contains(next), !"=!<>+".utf8.contains(before) else { return nil }
      return next == UInt8(ascii: ">") ? index + 2 : index + 1
    case UInt8(ascii: ":"):
      guard next == 0x20 || next == 0x09 || isQuote(next) || next == UInt8(ascii: "\\") else { return nil }
      return index + 1
    default:
      // `("NAME", "value")`: both in quotes.
      guard isQuote(before) else { return nil }
      var place = index + 1
      while place < range.upperBound, text[place] == 0x20 { place += 1 }
      guard place < range.upperBound, isQuote(text[place]) || text[place] == UInt8(ascii: "\\") else { return nil }
      return place
    }
  }

  private static func isLabel(_ byte: UInt8) -> Bool {
    ByteSet.boundary.contains(byte) || byte == UInt8(ascii: ".")
  }

  private static func label(_ text: Span<UInt8>, _ range: Range<Int>, before index: Int, isComma: Bool) -> Range<Int>? {
    var end = index
    func skip(_ wanted: (UInt8) -> Bool) {
      while end > range.lowerBound, wanted(text[end - 1]) { end -= 1 }
    }
    skip { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ":") }
    let isQuoted = end > range.lowerBound && (isQuote(text[end - 1]) || text[end - 1] == UInt8(ascii: "]"))
    skip { isQuote($0) || $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "?") }
    var start = end
    while start > range.lowerBound, isLabel(text[start - 1]), end - start < 100 { start -= 1 }
    if isComma {
      return isQuoted && end - start >= 3 && start > range.lowerBound && isQuote(text[start - 1]) ? start..<end : nil
    }
    // `name: Type =`, `name string =`: the name stands before its type.
    if !isQuoted, text[index] == UInt8(ascii: "=") {
      var place = start
      while place > range.lowerBound, " &'*".utf8.contains(text[place - 1]) { place -= 1 }
      let isTyped = place > range.lowerBound && text[place - 1] == UInt8(ascii: ":")
      if isTyped || isType(text, start..<end) {
        var last = isTyped ? place - 1 : place
        while last > range.lowerBound, text[last - 1] == 0x20 { last -= 1 }
        var first = last
        while first > range.lowerBound, isLabel(text[first - 1]), last - first < 100 { first -= 1 }
        if last > first { return first..<last }
      }
    }
    // `\nNAME`: the letter belongs to the escape.
    if start > range.lowerBound, text[start - 1] == UInt8(ascii: "\\"), start < end, "nrt".utf8.contains(text[start]) {
      start += 1
    }
    while start < end, text[start] == UInt8(ascii: "-") || text[start] == UInt8(ascii: ".") { start += 1 }
    return end - start >= 2 ? start..<end : nil
  }

  private static func isType(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    Rejection.isOne(of: types, text, range)
  }
  private static let types = ["string", "str", "bytes", "char", "varchar"].map { Array($0.utf8) }

  /// `--name` before a blank, and `ENV NAME`, `set -gx NAME`, `--export NAME`.
  private static func option(_ text: Span<UInt8>, _ range: Range<Int>, before index: Int) -> Range<Int>? {
    var start = index
    while start > range.lowerBound, isLabel(text[start - 1]), index - start < 100 { start -= 1 }
    guard index - start >= 3, index + 1 < range.upperBound, text[index + 1] != UInt8(ascii: "-"),
      !ByteSet.blanks.contains(text[index + 1])
    else { return nil }
    if text[start] == UInt8(ascii: "-"), text[start + 1] == UInt8(ascii: "-") { return start + 2..<index }
    // A name after one of the words that set it.
    guard start > range.lowerBound, text[start - 1] == 0x20 else { return nil }
    var end = start
    while end > range.lowerBound, text[end - 1] == 0x20 { end -= 1 }
    var first = end
    while first > range.lowerBound, isLabel(text[first - 1]), end - first < 12 { first -= 1 }
    return Rejection.isOne(of: setters, text, first..<end) ? start..<index : nil
  }
  private static let setters = [
    "ENV", "-gx", "-Ux", "-x", "-xg", "-U", "-g", "setx", "setenv", "set", "--global", "--add",
  ].map {
    Array($0.utf8)
  }

  /// A value as programs and commands write it: in quotes, or up to what ends a word there.
  private static func pairValue(_ text: Span<UInt8>, _ range: Range<Int>, after before: UInt8) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    // `(`, `b"…"`, `\"`.
    if start < range.upperBound, text[start] == UInt8(ascii: "(") { start += 1 }
    if start + 1 < range.upperBound, "brfu@".utf8.contains(text[start]), isQuote(text[start + 1]) { start += 1 }
    var slashes = 0
    while start < range.upperBound, text[start] == UInt8(ascii: "\\"), slashes < 8 {
      slashes += 1
      start += 1
    }
    guard start < range.upperBound else { return nil }
    if isQuote(text[start]) {
      let quote = text[start]
      let first = start + 1
      var end = first
      while end < range.upperBound, end - first < 4_000 {
        let byte = text[end]
        if byte == 0x0A || byte == quote || slashes > 0 && byte == UInt8(ascii: "\\") { break }
        end += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      return first..<min(end, range.upperBound)
    }
    // A backslash that quoted nothing is an escape of the text around: `\n`.
    guard slashes == 0 else { return nil }
    var end = start
    let isList = before == UInt8(ascii: ";")
    let isQuery = before == UInt8(ascii: "?") || before == UInt8(ascii: "&")
    while end < range.upperBound, end - start < 4_000 {
      let byte = text[end]
      if byte <= 0x20 || isQuote(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\\") { break }
      if isQuery, byte == UInt8(ascii: "&") || byte == UInt8(ascii: "#") { break }
      if !isList, !isQuery, ",)]}<>|".utf8.contains(byte) { break }
      end += 1
    }
    return start..<end
  }

  /// Whether a name has a part that names of credentials have.
  private static func mayName(_ text: Span<UInt8>, _ label: Range<Int>) -> Bool {
    var found = false
    parts.scan(text, label, ignoringCase: true) { _, _ in found = true }
    return found
  }
  private static let parts = LiteralIndex(
    [
      "key", "token", "secret", "pass", "pwd", "cred", "auth", "private", "dsn", "cookie", "jwt", "mnemonic", "seed",
      "bearer", "session", "_pat", "webhook", "signature", "access",
    ].map { Array($0.utf8) })
}

extension Outline {
  /// What stands in the values of a structured file: lists of assignments, code in notebooks, commands in units.
  mutating func readValues(_ text: Span<UInt8>) {
    var known = Set(slots.map(\.value.lowerBound))
    for slot in slots where slot.value.count >= 12 && !isFull {
      var hasPair = false
      for index in slot.value {
        let byte = text[index]
        if byte == UInt8(ascii: "=") || byte == 0x20 || byte == UInt8(ascii: ":") {
          hasPair = true
          break
        }
      }
      guard hasPair else { continue }
      readPairs(text, slot.value, under: slot.name, known: &known)
    }
  }

  /// `{"name": "A", "value": "b"}`, `- name: A` over `value: b`, and `--name` before its value in a list of arguments.
  mutating func pairNeighbours(_ text: Span<UInt8>) {
    var labels: [Int: Int] = [:]
    for (number, slot) in slots.enumerated() {
      guard Self.labelNames.contains(names[slot.name].text), slot.value.count >= 2, slot.value.count <= 120 else {
        continue
      }
      labels[names[slot.name].parent] = number
    }
    let count = slots.count
    for number in 0..<count where !isFull {
      let slot = slots[number]
      let own = names[slot.name]
      if Self.valueNames.contains(own.text), slot.value.count >= 3, let label = labels[own.parent] {
        let node = add(name: Self.text(text, slots[label].value), under: own.parent)
        add(Slot(name: node, value: slot.value, isEscaped: slot.isEscaped))
      } else if own.text == "[]", number > 0, names[slots[number - 1].name].text == "[]",
        names[slots[number - 1].name].parent == own.parent
      {
        let option = slots[number - 1].value
        guard option.count > 3, option.count <= 60, text[option.lowerBound] == UInt8(ascii: "-"),
          text[option.lowerBound + 1] == UInt8(ascii: "-"), !option.contains(where: { text[$0] == UInt8(ascii: "=") })
        else { continue }
        let node = add(name: Self.text(text, option.lowerBound + 2..<option.upperBound), under: own.parent)
        add(Slot(name: node, value: slot.value))
      }
    }
  }

  private static let labelNames: Set = ["name", "Name", "key", "Key", "id", "variable", "ParameterKey"]
  private static let valueNames: Set = ["value", "Value", "default", "ParameterValue", "#text"]

  /// `variable "db_password" { default = "…" }`: the default goes by the variable's name.
  mutating func nameDefaults(_ text: Span<UInt8>, _ range: Range<Int>) {
    var label: String?
    var found: [(String, Range<Int>)] = []
    TextLine.each(text, range) { line in
      let content = Self.trimmed(text, line)
      let head = Self.text(text, content.lowerBound..<min(content.upperBound, content.lowerBound + 9))
      if head == "variable ", let open = content.first(where: { text[$0] == UInt8(ascii: "\"") }),
        let close = (open + 1..<content.upperBound).first(where: { text[$0] == UInt8(ascii: "\"") })
      {
        label = Self.text(text, open + 1..<close)
      } else if head.hasPrefix("default"), let name = label,
        let equals = content.first(where: { text[$0] == UInt8(ascii: "=") })
      {
        let (value, _) = Self.value(text, equals + 1..<content.upperBound, until: content.upperBound, isLoose: true)
        if value.count >= 4, found.count < 1_000 { found.append((name, value)) }
      } else if content.count == 1, text[content.lowerBound] == UInt8(ascii: "}"), content.lowerBound == line.lowerBound
      {
        label = nil
      }
      return true
    }
    for (name, value) in found where !isFull { add(Slot(name: add(name: name, under: 0), value: value)) }
  }
}
