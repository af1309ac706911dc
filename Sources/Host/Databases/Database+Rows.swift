extension Database {
  /// The number that the writer gave its schema (`PRAGMA user_version`).
  public func userVersion() throws(Fault) -> Int64 {
    let statement = try connection.prepare("PRAGMA user_version")
    return try statement.step() ? statement.integer(0) : 0
  }

  /// Names of the tables, sorted; without views, virtual tables and SQLite's own. At most 10 000.
  public func tables() throws(Fault) -> [String] {
    // A view and a virtual table have no page of their own.
    let statement = try connection.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name LIMIT 10000")
    var names: [String] = []
    while try statement.step() {
      guard case .text(let name) = statement.value(0, limit: 1000), !name.hasPrefix("sqlite_") else { continue }
      names.append(name)
    }
    return names
  }

  /// Names of the columns of a table, in its order.
  public func columns(of table: String) throws(Fault) -> [String] {
    guard try tables().contains(table) else { throw .noTable(table) }
    return try connection.prepare("SELECT * FROM \(try Self.quoted(table)) LIMIT 0").names
  }

  /// Hands out rows in the order of their numbers.
  ///
  /// - Parameters:
  ///   - after: the number of the last row that is known: those behind it follow, in the order that was asked for.
  ///   - limit: rows at most. The file stays locked against its writer for as long as this call takes.
  ///   - body: false ends the reading.
  /// - Returns: the number of the last row that was handed out; `after` where there was none.
  /// - Throws: after the rows that could be read.
  @discardableResult
  public func rows(
    of table: String, columns: [String], after: Int64? = nil, order: Order = .ascending, limit: Int,
    _ body: (Row) -> Bool
  ) throws(Fault) -> Int64? {
    let statement = try connection.prepare(try text(table, columns, isContinued: after != nil, order))
    var last = after
    let limit = Int64(max(0, limit))
    if let after { try statement.start(after, limit) } else { try statement.start(limit) }
    defer { statement.end() }
    while try statement.step() {
      let id = statement.integer(0)
      // A tree in which a page stands twice would never end.
      if let last, order == .ascending ? id <= last : id >= last { throw .corrupt }
      last = id
      let values = (1...max(1, columns.count)).prefix(columns.count).map { statement.value($0, limit: valueLimit) }
      guard body(Row(id: id, values: values)) else { break }
    }
    return last
  }

  /// Finds single rows of a table by their numbers.
  public func lookup(in table: String, columns: [String]) throws(Fault) -> Lookup {
    try check(table, columns)
    let list = try columns.map { column throws(Fault) in try Self.quoted(column) }.joined(separator: ", ")
    return Lookup(
      statement: try connection.prepare(
        "SELECT \(list.isEmpty ? "rowid" : list) FROM main.\(try Self.quoted(table)) WHERE rowid = ?1 LIMIT 1"),
      count: columns.count, valueLimit: valueLimit)
  }

  public struct Lookup: ~Copyable {
    let statement: Statement
    let count: Int
    let valueLimit: Int

    /// The columns of that row; nil where there is none.
    public func row(_ id: Int64) throws(Fault) -> [Value]? {
      try statement.start(id)
      defer { statement.end() }
      guard try statement.step() else { return nil }
      return (0..<count).map { statement.value($0, limit: valueLimit) }
    }
  }

  private func text(_ table: String, _ columns: [String], isContinued: Bool, _ order: Order) throws(Fault) -> String {
    try check(table, columns)
    var text = "SELECT rowid"
    for column in columns { text += ", \(try Self.quoted(column))" }
    text += " FROM main.\(try Self.quoted(table))"
    if isContinued { text += " WHERE rowid \(order == .ascending ? ">" : "<") ?1" }
    return text + " ORDER BY rowid \(order == .ascending ? "ASC" : "DESC") LIMIT ?\(isContinued ? 2 : 1)"
  }

  private func check(_ table: String, _ columns: [String]) throws(Fault) {
    let known = try self.columns(of: table)
    // Names are compared as SQLite does: whatever the case.
    for column in columns where !known.contains(where: { $0.lowercased() == column.lowercased() }) {
      throw .noColumn(column)
    }
  }

  /// A name as SQL writes one.
  private static func quoted(_ name: String) throws(Fault) -> String {
    guard !name.utf8.contains(0) else { throw .noTable(name) }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
