/// An embedded table as its parsers see it: rows of tab-separated fields under one header line, and `# name` lines with
/// facts about the table itself. What cannot be read is a problem with its line, never a row that is half understood.
struct Table {
  private var rows: [(line: Int, fields: [String])] = []
  private var facts: [(line: Int, fields: [String])] = []
  private(set) var problems: [String] = []

  init(_ text: String) {
    var hasHeader = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where !line.isEmpty
    {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if fields[0].hasPrefix("# ") {
        facts.append((index + 1, [String(fields[0].dropFirst(2))] + fields.dropFirst()))
      } else if hasHeader {
        rows.append((index + 1, fields))
      } else {
        hasHeader = true
      }
    }
  }

  /// What the rows say; a row of another number of fields, or that `read` refuses, is a problem: `line 7: not a row`.
  mutating func values<Value>(_ count: Int, _ name: String = "a row", _ read: ([String]) -> Value?) -> [Value] {
    Self.values(rows, count, "not \(name)", read, &problems)
  }

  /// The fields behind the name of each fact so called, read in the same way.
  mutating func facts<Value>(_ name: String, _ count: Int, _ wanted: String, _ read: ([String]) -> Value?) -> [Value] {
    let named = facts.filter { $0.fields[0] == name }.map { (line: $0.line, fields: Array($0.fields.dropFirst())) }
    return Self.values(named, count, wanted, read, &problems)
  }

  /// `# compiled`: the day up to which the table is complete; empty where it does not say.
  var compiled: String { facts.first { $0.fields[0] == "compiled" && $0.fields.count == 2 }?.fields[1] ?? "" }

  private static func values<Value>(
    _ rows: [(line: Int, fields: [String])], _ count: Int, _ complaint: String, _ read: ([String]) -> Value?,
    _ problems: inout [String]
  ) -> [Value] {
    rows.compactMap { row in
      if row.fields.count == count, let value = read(row.fields) { return value }
      problems.append("line \(row.line): \(complaint)")
      return nil
    }
  }
}
