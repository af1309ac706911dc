import Formats
import YAML

/// Positions stand inside the text and say what they say by a count of our own; what comes out is within the limits; the
/// dialects see the same shape; what was read, written again in flow style and read again, is the same.
@Sendable func fuzzYAML(_ bytes: [UInt8]) throws {
  let limits = YAML.Limits(bytes: 64 << 10, depth: 60, nodes: 3000)
  let places = YAMLPlaces(bytes)
  for dialect in [YAML.Dialect.pyYAML, .serde, .written] {
    let root: Node
    do throws(YAML.Error) { root = try YAML.parse(bytes, as: dialect, limits: limits) } catch {
      try hold((0...bytes.count).contains(error.position.offset), "an error beyond the text")
      try hold(isSafe(error.description), "a message with controls")
      try places.check(error.position)
      for width in [0, 9, 76] {
        try hold(isSafe(error.excerpt(of: bytes, width: width).replacing("\n", with: "")), "controls")
      }
      continue
    }
    var count = 0
    try check(root, places, depth: 0, count: &count)
    try hold(count <= limits.nodes, "\(count) values")
    let texts = try YAML.parse(bytes, as: .init(scalars: .text, mergesKeys: dialect.mergesKeys), limits: limits)
    try hold(isLike(root, texts), "another shape in another dialect")
    // A file of nothing: null in every dialect, though no dialect but two could write that.
    if case .null = root.content { continue }
    var text = ""
    write(root, &text)
    let again: Node
    do throws(YAML.Error) {
      // What is written has no `<<` of its own that merges: names stand in quotes.
      again = try YAML.parse(text, as: dialect, limits: .init(bytes: 4 << 20, depth: 60, nodes: 3000))
    } catch { throw Broken("written again it is not read: \(error)") }
    try hold(isSame(root, again), "written again it is another value")
  }
}

/// Line and column of every offset, counted from the beginning. Not for UTF-16.
private struct YAMLPlaces {
  private var lines: [Int] = []
  private var columns: [Int] = []
  private let count: Int

  init(_ bytes: [UInt8]) {
    count = bytes.count
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return }
    var line = 1
    var column = 1
    for (index, byte) in bytes.enumerated() {
      lines.append(line)
      columns.append(column)
      if byte == 0x0A || (byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80, !(index == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF])) {
        column += 1
      }
    }
    lines.append(line)
    columns.append(column)
  }

  func check(_ position: Position) throws {
    try hold((0...count).contains(position.offset) && position.line > 0 && position.column > 0, "beyond the text")
    guard !lines.isEmpty else { return }
    try hold(
      lines[position.offset] == position.line && columns[position.offset] == position.column,
      "offset \(position.offset) is line \(lines[position.offset]), column \(columns[position.offset]), not \(position)"
    )
  }
}

private func check(_ node: Node, _ places: YAMLPlaces, depth: Int, count: inout Int) throws {
  count += 1
  try hold(depth < 60, "deeper than allowed")
  try places.check(node.start)
  try places.check(node.end)
  try hold(node.start <= node.end, "an end before its start")
  for element in node.array ?? [] { try check(element, places, depth: depth + 1, count: &count) }
  for member in node.members ?? [] {
    try places.check(member.namePosition)
    try check(member.node, places, depth: depth + 1, count: &count)
  }
}

private func isLike(_ a: Node, _ b: Node) -> Bool {
  switch (a.content, b.content) {
  case (.array(let x), .array(let y)): x.count == y.count && zip(x, y).allSatisfy(isLike)
  case (.object(let x), .object(let y)):
    x.count == y.count && zip(x, y).allSatisfy { $0.name == $1.name && isLike($0.node, $1.node) }
  case (.null, .null), (.null, .string), (.bool, .string): true
  case (.number(_, let spelling), .string(let text)): spelling == text
  case (.string(let text), .string(let other)): text == other
  default: false
  }
}

private func isSame(_ a: Node, _ b: Node) -> Bool {
  switch (a.content, b.content) {
  case (.null, .null): true
  case (.bool(let x), .bool(let y)): x == y
  case (.number(let x, _), .number(let y, _)): x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN)
  case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
  case (.array(let x), .array(let y)): x.count == y.count && zip(x, y).allSatisfy(isSame)
  case (.object(let x), .object(let y)):
    x.count == y.count && zip(x, y).allSatisfy { $0.name.utf8.elementsEqual($1.name.utf8) && isSame($0.node, $1.node) }
  default: false
  }
}

private func write(_ node: Node, _ text: inout String) {
  switch node.content {
  case .null: text += "null"
  case .bool(let value): text += "\(value)"
  case .number(_, let spelling): text += spelling
  case .string(let value): quote(value, &text)
  case .array(let elements):
    text += "["
    for element in elements {
      write(element, &text)
      text += " , "
    }
    text += "]"
  case .object(let members):
    text += "{"
    for member in members {
      // A name that may be longer than a thousand characters has to be told as such.
      text += "? "
      quote(member.name, &text)
      text += " : "
      write(member.node, &text)
      text += "\n , "
    }
    text += "}"
  }
}

private func quote(_ value: String, _ text: inout String) {
  text += "\""
  for scalar in value.unicodeScalars {
    if (0x20..<0x7F).contains(scalar.value), scalar != "\"", scalar != "\\" {
      text.unicodeScalars.append(scalar)
    } else {
      let digits = String(scalar.value, radix: 16)
      text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
  }
  text += "\""
}
