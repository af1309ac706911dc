import Formats
import Model

/// One record of an export as flat names with texts: `src.process.pid` out of nested objects, a column out of CSV. Names
/// are in lower case.
struct Fields: Sendable {
  private(set) var values: [String: String] = [:]

  static let maximumFields = 600

  init(_ node: Node) { add(node, prefix: "", depth: 0) }

  init(names: [String], cells: [String]) {
    for (name, cell) in zip(names, cells) where !cell.isEmpty { values[name] = cell }
  }

  private mutating func add(_ node: Node, prefix: String, depth: Int) {
    guard depth < 6, prefix.utf8.count <= 200 else { return }
    for member in node.members ?? [] {
      guard values.count < Self.maximumFields else { return }
      let name = prefix.isEmpty ? member.name.lowercased() : "\(prefix).\(member.name.lowercased())"
      switch member.node.content {
      case .string(let text): values[name] = text
      case .number(_, let spelling): values[name] = spelling
      case .bool(let value): values[name] = value ? "true" : "false"
      case .object: add(member.node, prefix: name, depth: depth + 1)
      case .array(let list):
        // Of a list the first text stands for it, as of names of a container.
        if let text = list.first?.string { values[name] = text }
      case .null: break
      }
    }
  }

  subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The first of these names that has a value.
  subscript(names: [String]) -> String? { names.lazy.compactMap { self[$0] }.first }

  func has(_ names: String...) -> Bool { names.contains { values[$0] != nil } }

  func pid(_ names: [String]) -> Int32? { self[names].flatMap(Self.pid) }
  func port(_ names: [String]) -> UInt16? {
    self[names].flatMap { Self.number($0) }.flatMap(UInt16.init(exactly:)).flatMap {
      $0 > 0 ? $0 : nil
    }
  }
  func address(_ names: [String]) -> Address? { self[names].flatMap { Endpoint.address($0) } }
  func time(_ names: [String]) -> Timestamp? { self[names].flatMap(Self.time) }

  static func pid(_ text: String) -> Int32? {
    number(text).flatMap(Int32.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// A whole number as JSON and spreadsheets spell it: `812`, `812.0`.
  static func number(_ text: String) -> Int64? {
    if let value = Int64(text) { return value }
    guard text.utf8.count <= 32, let value = Double(text), value == value.rounded() else {
      return nil
    }
    return Int64(exactly: value)
  }

  /// RFC 3339, also without offset, which is UTC then; or a number since 1970 in seconds, milli-, micro- or nanoseconds or
  /// Windows' 100 ns since 1601, told apart by size.
  static func time(_ text: String) -> Timestamp? {
    if let time = Timestamp(rfc3339: text) { return time }
    if text.utf8.count <= 40, text.contains(":"), let time = Timestamp(rfc3339: text + "Z") {
      return time
    }
    guard text.utf8.count <= 32, let value = Double(text), value.isFinite, value > 0 else {
      return nil
    }
    let seconds: Double =
      switch value {
      case ..<1e8: -1
      case ..<1e11: value
      case ..<1e14: value / 1e3
      case ..<1e17: value / 1e6
      case 1.1e17..<1.5e17: value / 1e7 - 11_644_473_600
      default: value / 1e9
      }
    guard seconds > 0, seconds < 9e9 else { return nil }
    return Timestamp(seconds: 0).advanced(bySeconds: seconds)
  }
}
