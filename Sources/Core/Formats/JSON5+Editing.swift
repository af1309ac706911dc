extension JSON5 {
  /// Why a change was not made. Nothing was changed then.
  public enum EditError: Swift.Error, Sendable, Hashable {
    /// The text is no JSON5.
    case unreadable(Error)
    /// Something on the way is a list, a text or a number.
    case notObject(String)
    /// The result would say something else than meant; a fault of the editor, which nobody should pay for.
    case unfaithful
  }

  /// What a change puts in a place.
  public indirect enum Replacement: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Replacement])
    case object([Entry])
    public struct Entry: Sendable, Hashable {
      public var name: String
      public var value: Replacement
      public init(_ name: String, _ value: Replacement) {
        self.name = name
        self.value = value
      }
    }
  }

  /// The text with one setting changed; every other byte, comments and order included, stays.
  ///
  /// Objects on the way are made where they are missing. A name that occurs twice is changed where it counts: at its last
  /// place. The result is read again and compared before it is handed out.
  public static func setting(
    _ path: [String], to value: Replacement, in bytes: [UInt8], limits: Limits = Limits()
  ) throws(EditError) -> [UInt8] {
    let root = try read(bytes, limits)
    var node = root
    for (depth, name) in path.enumerated() {
      guard case .object(let members) = node.content else {
        throw .notObject(path.prefix(depth).joined(separator: "."))
      }
      if let next = node[name] {
        node = next
        continue
      }
      let inner = path.dropFirst(depth + 1).reversed().reduce(value) { .object([.init($1, $0)]) }
      let place = Insertion(bytes, node, members, root: root)
      return try checked(place.inserting(name, inner), path, value, before: root, limits)
    }
    let style = Writer(
      quotes: true, indent: Insertion.indent(of: bytes, at: node.start), lineBreak: Insertion.lineBreak(of: bytes))
    return try checked(
      replacing(bytes, node.start.offset..<node.end.offset, with: style.text(value)), path, value, before: root, limits)
  }

  /// The text without one setting and its comma; comments stay. The same bytes where it is not there.
  public static func removing(
    _ path: [String], from bytes: [UInt8], limits: Limits = Limits()
  ) throws(EditError) -> [UInt8] {
    let root = try read(bytes, limits)
    guard let name = path.last else { return bytes }
    var node = root
    for part in path.dropLast() {
      guard let next = node[part] else { return bytes }
      node = next
    }
    guard case .object(let members) = node.content else { return bytes }
    var result = bytes
    // From the end on, so that places before stay true. All of them: an earlier double would come to life.
    for index in members.indices.reversed() where members[index].name == name {
      let range = removal(of: index, members, in: result)
      result = replacing(result, range, with: "")
    }
    return try checked(result, path, nil, before: root, limits)
  }

  private static func read(_ bytes: [UInt8], _ limits: Limits) throws(EditError) -> Node {
    do { return try parse(bytes, limits: limits) } catch { throw .unreadable(error) }
  }

  static func replacing(_ bytes: [UInt8], _ range: Range<Int>, with text: String) -> [UInt8] {
    Array(bytes[..<range.lowerBound]) + Array(text.utf8) + Array(bytes[range.upperBound...])
  }

  /// From the member to its comma; for the last member from the comma before it.
  private static func removal(of index: Int, _ members: [Node.Member], in bytes: [UInt8]) -> Range<Int> {
    var start = members[index].namePosition.offset
    var end = members[index].node.end.offset
    var scanner = Gap(bytes, at: end)
    if scanner.reach(UInt8(ascii: ",")) {
      end = scanner.offset + 1
    } else if index > 0 {
      var before = Gap(bytes, at: members[index - 1].node.end.offset)
      // Comments between the comma and the member stay, and so does the comma then: a file with comments allows it.
      if before.reach(UInt8(ascii: ",")), Gap.isBlank(bytes[(before.offset + 1)..<start]) { start = before.offset }
    }
    // A line that held nothing else goes as a whole.
    var lineStart = start
    while lineStart > 0, bytes[lineStart - 1] == 0x20 || bytes[lineStart - 1] == 0x09 { lineStart -= 1 }
    var lineEnd = end
    while lineEnd < bytes.count, bytes[lineEnd] == 0x20 || bytes[lineEnd] == 0x09 { lineEnd += 1 }
    if lineStart > 0, bytes[lineStart - 1] == 0x0A, lineEnd < bytes.count, bytes[lineEnd] == 0x0A {
      return lineStart..<(lineEnd + 1)
    }
    return start..<end
  }

  private static func checked(
    _ result: [UInt8], _ path: [String], _ value: Replacement?, before root: Node, _ limits: Limits
  ) throws(EditError) -> [UInt8] {
    var wider = limits
    wider.bytes = max(limits.bytes, result.count)
    guard let after = try? parse(result, limits: wider) else { throw .unfaithful }
    let expected = Replacement(root).setting(path[...], to: value)
    guard Replacement(after) == expected else { throw .unfaithful }
    return result
  }
}

extension JSON5.Replacement {
  /// What a text says, without places; of names that occur twice the last.
  init(_ node: Node) {
    switch node.content {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let value, _): self = .number(value)
    case .string(let value): self = .string(value)
    case .array(let nodes): self = .array(nodes.map(JSON5.Replacement.init))
    case .object(let members):
      var last: [String: Int] = [:]
      for (index, member) in members.enumerated() { last[member.name] = index }
      self = .object(
        members.enumerated().filter { last[$0.element.name] == $0.offset }.map {
          Entry($0.element.name, JSON5.Replacement($0.element.node))
        })
    }
  }

  fileprivate func setting(_ path: ArraySlice<String>, to value: JSON5.Replacement?) -> JSON5.Replacement {
    guard let name = path.first else { return value ?? self }
    guard case .object(var entries) = self else { return self }
    if let index = entries.firstIndex(where: { $0.name == name }) {
      if path.count == 1, value == nil {
        entries.remove(at: index)
      } else {
        entries[index].value = entries[index].value.setting(path.dropFirst(), to: value)
      }
    } else if let value {
      entries.append(Entry(name, path.dropFirst().reversed().reduce(value) { .object([Entry($1, $0)]) }))
    }
    return .object(entries)
  }

  /// NaN is what it is: a file may hold it.
  public static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.number(let x), .number(let y)): x == y || (x.isNaN && y.isNaN)
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)): x == y
    default: false
    }
  }
}

/// The bytes between values: space, comments, commas.
private struct Gap {
  let bytes: [UInt8]
  var offset: Int

  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// Goes to the next byte that is neither space nor comment; true where it is the one wanted.
  mutating func reach(_ wanted: UInt8) -> Bool {
    skip()
    return offset < bytes.count && bytes[offset] == wanted
  }

  mutating func skip() {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "/"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "/") {
        while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
      } else if byte == UInt8(ascii: "/"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "*") {
        offset += 2
        while offset + 1 < bytes.count, !(bytes[offset] == UInt8(ascii: "*") && bytes[offset + 1] == UInt8(ascii: "/"))
        { offset += 1 }
        offset = min(offset + 2, bytes.count)
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") {
        return
      } else {
        // The text was read before: what else stands between values is one of the many kinds of space.
        offset += 1
      }
    }
  }

  static func isBlank(_ slice: ArraySlice<UInt8>) -> Bool {
    slice.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}

/// Where a new member goes in an object, and in which style.
private struct Insertion {
  let bytes: [UInt8]
  let object: Node
  let members: [Node.Member]
  let quotes: Bool
  let isOneLine: Bool
  let lineBreak: String
  let indent: String

  init(_ bytes: [UInt8], _ object: Node, _ members: [Node.Member], root: Node) {
    self.bytes = bytes
    self.object = object
    self.members = members
    let sample = members.first ?? root.members?.first
    quotes =
      sample.map { member in
        let byte = bytes[member.namePosition.offset]
        return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
      } ?? true
    isOneLine = object.start.line == object.end.line
    lineBreak = Self.lineBreak(of: bytes)
    if let first = members.first, first.namePosition.line != object.start.line {
      indent = Self.indent(of: bytes, at: first.namePosition)
    } else {
      indent = Self.indent(of: bytes, at: object.start) + "  "
    }
  }

  static func lineBreak(of bytes: [UInt8]) -> String { bytes.contains(0x0D) ? "\r\n" : "\n" }

  /// Blanks at the start of the line of a position.
  static func indent(of bytes: [UInt8], at position: Position) -> String {
    var start = position.offset
    while start > 0, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
    var end = start
    while end < bytes.count, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  func inserting(_ name: String, _ value: JSON5.Replacement) -> [UInt8] {
    let writer = JSON5.Writer(quotes: quotes, indent: indent, lineBreak: lineBreak)
    let closing = object.end.offset - 1
    if isOneLine {
      let text = writer.name(name) + ": " + writer.oneLine(value)
      guard let last = members.last else {
        return JSON5.replacing(bytes, (object.start.offset + 1)..<(object.start.offset + 1), with: " " + text + " ")
      }
      var gap = Gap(bytes, at: last.node.end.offset)
      let at = gap.reach(UInt8(ascii: ",")) ? gap.offset + 1 : last.node.end.offset
      return JSON5.replacing(
        bytes, at..<at, with: (at == last.node.end.offset ? ", " : " ") + text + (at == last.node.end.offset ? "" : ",")
      )
    }
    let line = indent + writer.name(name) + ": " + writer.text(value)
    // Before the closing brace, behind whatever comments stand there; on a line of its own, since they may end with the line.
    var end = closing
    while end > 0, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    let startsLine = end > 0 && (bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D)
    let tail = startsLine ? "" : lineBreak + JSON5Indent.outer(indent)
    let head = startsLine ? "" : lineBreak
    guard let last = members.last else {
      return JSON5.replacing(bytes, end..<end, with: head + line + lineBreak + tail.drop(lineBreak))
    }
    var gap = Gap(bytes, at: last.node.end.offset)
    let hasComma = gap.reach(UInt8(ascii: ","))
    var result = JSON5.replacing(
      bytes, end..<end, with: head + line + (hasComma ? "," : "") + lineBreak + tail.drop(lineBreak))
    if !hasComma {
      result.insert(UInt8(ascii: ","), at: last.node.end.offset)
    }
    return result
  }
}

private enum JSON5Indent {
  static func outer(_ indent: String) -> String { String(indent.dropLast(indent.hasSuffix("\t") ? 1 : 2)) }
}

extension String {
  fileprivate func drop(_ prefix: String) -> String { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self }
}

extension JSON5 {
  /// Writes values as JSON, so that a file that was strict stays strict.
  struct Writer {
    var quotes: Bool
    var indent: String
    var lineBreak: String

    func name(_ name: String) -> String {
      let isPlain =
        !name.isEmpty && name.utf8.first.map { !(0x30...0x39).contains($0) } == true
        && name.utf8.allSatisfy { byte in
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
      return quotes || !isPlain ? quoted(name) : name
    }

    func oneLine(_ value: Replacement) -> String {
      switch value {
      case .null: "null"
      case .bool(let value): value ? "true" : "false"
      case .number(let value):
        if value.rounded() == value, abs(value) < 1e15 { String(Int64(value)) } else { "\(value)" }
      case .string(let text): quoted(text)
      case .array(let values): "[" + values.map(oneLine).joined(separator: ", ") + "]"
      case .object(let entries):
        entries.isEmpty
          ? "{}" : "{ " + entries.map { name($0.name) + ": " + oneLine($0.value) }.joined(separator: ", ") + " }"
      }
    }

    /// Objects over several lines, indented behind `indent`.
    func text(_ value: Replacement) -> String {
      guard case .object(let entries) = value, !entries.isEmpty else { return oneLine(value) }
      var inner = self
      inner.indent += indent.hasSuffix("\t") ? "\t" : "  "
      let lines = entries.map { inner.indent + name($0.name) + ": " + inner.text($0.value) }
      return "{" + lineBreak + lines.joined(separator: "," + lineBreak) + lineBreak + indent + "}"
    }

    private func quoted(_ text: String) -> String {
      var out = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case let control where control.value < 0x20 || control.value == 0x2028 || control.value == 0x2029:
          let hex = String(control.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + "\""
    }
  }
}
