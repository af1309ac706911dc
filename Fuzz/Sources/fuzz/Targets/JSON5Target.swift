import Formats
import Model

/// Positions stand inside the text and say what they say by a count of our own; an error can be shown; what was read,
/// written as JSON and read again, is the same.
@Sendable func fuzzJSON5(_ bytes: [UInt8]) throws {
  let limits = JSON5.Limits(bytes: 64 << 10, depth: 100, nodes: 5000)
  let root: Node
  do throws(JSON5.Error) { root = try JSON5.parse(bytes, limits: limits) } catch {
    try checkError(error, bytes)
    return
  }
  let places = Places(bytes)
  try checkPlaces(root, places)
  try hold(root.start.offset >= 0 && root.end.offset <= bytes.count, "a value beyond the text")
  var text = ""
  write(root, &text)
  let again: Node
  do throws(JSON5.Error) {
    again = try JSON5.parse(text, limits: JSON5.Limits(bytes: 1 << 20, depth: 100, nodes: 5000))
  } catch { throw Broken("written again it is not read: \(error)") }
  try hold(isSame(root, again), "written again it is another value")
}

private func checkError(_ error: JSON5.Error, _ bytes: [UInt8]) throws {
  try hold((0...bytes.count).contains(error.position.offset), "an error beyond the text")
  try hold(error.line >= 1 && error.column >= 1 && isSafe(error.description), "a message with controls")
  for width in [-1, 0, 1, 2, 8, 9, 40, 76, 500] {
    // A place in one text must not break on another, which a file that changes meanwhile is.
    for text in [bytes, Array(bytes.reversed()), Array(bytes.prefix(bytes.count / 2)), []] {
      let lines = error.excerpt(of: text, width: width).split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
      try hold(lines.count == 2, "an excerpt of \(lines.count) lines")
      try hold(lines.allSatisfy { isSafe(String($0)) }, "an excerpt with controls")
      try hold(lines[1].last == "^" && lines[1].dropLast().allSatisfy { $0 == " " }, "an excerpt without its caret")
      try hold(lines.allSatisfy { $0.unicodeScalars.count <= max(width, 8) + 1 }, "an excerpt too wide")
    }
  }
}

/// Line and column of every offset, counted from the beginning.
private struct Places {
  var lines: [Int] = []
  var columns: [Int] = []

  init(_ bytes: [UInt8]) {
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
    try hold(lines.indices.contains(position.offset), "a position beyond the text")
    try hold(
      lines[position.offset] == position.line && columns[position.offset] == position.column,
      "offset \(position.offset) is line \(lines[position.offset]), column \(columns[position.offset]), not \(position)"
    )
  }
}

private func checkPlaces(_ node: Node, _ places: Places) throws {
  try places.check(node.start)
  try places.check(node.end)
  try hold(node.start < node.end, "a value of no length")
  switch node.content {
  case .array(let elements):
    var last = node.start
    for element in elements {
      try hold(element.start > last && element.end < node.end, "an element outside of its array")
      last = element.start
      try checkPlaces(element, places)
    }
  case .object(let members):
    var last = node.start
    for member in members {
      try places.check(member.namePosition)
      try hold(member.namePosition > last && member.node.start > member.namePosition, "a member out of place")
      try hold(member.node.end < node.end, "a member outside of its object")
      last = member.node.start
      try checkPlaces(member.node, places)
    }
  default: break
  }
}

private func write(_ node: Node, _ text: inout String) {
  switch node.content {
  case .null: text += "null"
  case .bool(let value): text += "\(value)"
  case .number(_, let spelling): text += spelling
  case .string(let value): text += Value.string(value).json()
  case .array(let elements):
    text += "["
    for element in elements {
      write(element, &text)
      text += ", "
    }
    text += "]"
  case .object(let members):
    text += "{"
    for member in members {
      text += Value.string(member.name).json() + ": "
      write(member.node, &text)
      text += "\n,"
    }
    text += "}"
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

/// A change of a configuration: it says what was meant and nothing else, or it is refused.
@Sendable func fuzzJSON5Edit(_ bytes: [UInt8]) throws {
  for path in [["a"], ["gateway", "auth"], ["x", "y", "z"]] {
    if let changed = try? JSON5.setting(path, to: .object([.init("k", .string("v"))]), in: bytes) {
      let node = try JSON5.parse(changed, limits: .init(bytes: changed.count))
      try hold(path.reduce(Optional(node)) { $0?[$1] }?["k"]?.string == "v", "the setting is not there")
    }
    if let changed = try? JSON5.removing(path, from: bytes), let node = try? JSON5.parse(changed) {
      try hold(path.reduce(Optional(node)) { $0?[$1] } == nil, "the setting is still there")
    }
  }
}
