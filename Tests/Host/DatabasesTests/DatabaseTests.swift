import Databases
import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Databases of other programs, made with SQLite itself.
@Suite struct DatabaseTests {
  static let plain = #"""
    PRAGMA user_version = 7;
    CREATE TABLE things (id INTEGER PRIMARY KEY, "a ""name""" TEXT, weight REAL, raw BLOB);
    INSERT INTO things VALUES (2, 'two', 0.5, x'0001FF'), (5, 'fünf', NULL, NULL), (9, 9, 3, 'text');
    CREATE TABLE empty (x);
    """#

  static func rows(
    _ database: borrowing Database, _ table: String = "things", _ columns: [String] = ["a \"name\"", "weight", "raw"],
    after: Int64? = nil, order: Database.Order = .ascending, limit: Int = 1000
  ) throws -> [Database.Row] {
    var rows: [Database.Row] = []
    try database.rows(of: table, columns: columns, after: after, order: order, limit: limit) { row in
      rows.append(row)
      return true
    }
    return rows
  }

  /// A function, since an expectation copies what it looks at.
  static func omitsLog(_ database: borrowing Database) throws -> Bool { database.omitsLog }

  /// What opening and reading a database ends with.
  static func fault(_ path: String, _ body: (borrowing Database) throws -> Void = { _ in }) -> Database.Fault? {
    do {
      let database = try Database(readOnly: path, patience: 1)
      try body(database)
      return nil
    } catch { return error as? Database.Fault }
  }

  @Test func `each value has the type that is stored`() throws {
    let made = try MadeDatabase(Self.plain)
    let database = try Database(readOnly: made.path)
    #expect(
      try Self.rows(database) == [
        Database.Row(id: 2, values: [.text("two"), .real(0.5), .blob([0, 1, 0xFF])]),
        Database.Row(id: 5, values: [.text("fünf"), .null, .null]),
        Database.Row(id: 9, values: [.text("9"), .real(3), .text("text")]),
      ])
    #expect(try database.userVersion() == 7)
    #expect(try database.tables() == ["empty", "things"])
    #expect(try database.columns(of: "things") == ["id", "a \"name\"", "weight", "raw"])
    #expect(try Self.rows(database, "empty", ["x"]).isEmpty)
  }

  @Test func `rows are read on from where the last reading ended, in both directions`() throws {
    let made = try MadeDatabase(Self.plain)
    let database = try Database(readOnly: made.path)
    #expect(try Self.rows(database, limit: 2).map(\.id) == [2, 5])
    #expect(try Self.rows(database, after: 5).map(\.id) == [9])
    #expect(try Self.rows(database, after: 9).isEmpty)
    #expect(try Self.rows(database, order: .descending, limit: 1).map(\.id) == [9])
    #expect(try Self.rows(database, after: 9, order: .descending).map(\.id) == [5, 2])
    #expect(try database.rows(of: "things", columns: [], limit: 5) { $0.id < 5 } == 5)
    #expect(try database.rows(of: "empty", columns: [], after: 4, limit: 5) { _ in true } == 4)
    #expect(try Self.rows(database, limit: -1).isEmpty)
  }

  @Test func `a row is found by its number`() throws {
    let made = try MadeDatabase(Self.plain)
    let database = try Database(readOnly: made.path)
    let lookup = try database.lookup(in: "things", columns: ["weight"])
    #expect(try lookup.row(2) == [.real(0.5)])
    #expect(try lookup.row(3) == nil)
    #expect(try lookup.row(2) == [.real(0.5)])
  }

  @Test func `a finder outlives the database that made it`() throws {
    let made = try MadeDatabase(Self.plain)
    func finder() throws -> Database.Lookup {
      let database = try Database(readOnly: made.path)
      return try database.lookup(in: "things", columns: ["weight"])
    }
    #expect(try finder().row(2) == [.real(0.5)])
  }

  @Test func `what is longer than the limit is not copied`() throws {
    let made = try MadeDatabase("CREATE TABLE t (x); INSERT INTO t VALUES ('abcd'), (x'0102030405'), ('abc')")
    var database = try Database(readOnly: made.path)
    database.valueLimit = 3
    #expect(try Self.rows(database, "t", ["x"]).map(\.values) == [[.tooLong(4)], [.tooLong(5)], [.text("abc")]])
  }

  @Test func `bytes that are no UTF-8 are repaired`() throws {
    let made = try MadeDatabase("CREATE TABLE t (x); INSERT INTO t VALUES (CAST(x'61FF' AS TEXT))")
    let database = try Database(readOnly: made.path)
    #expect(try Self.rows(database, "t", ["x"]).map(\.values) == [[.text("a\u{FFFD}")]])
  }

  @Test func `a table or column that is not there is told`() throws {
    let made = try MadeDatabase(Self.plain)
    for (table, columns, expected) in [
      ("nothing", ["x"], Database.Fault.noTable("nothing")), ("things", ["x"], .noColumn("x")),
      ("things", ["weight\" FROM empty --"], .noColumn("weight\" FROM empty --")),
      ("a\u{0}b", [], .noTable("a\u{0}b")),
    ] {
      #expect(Self.fault(made.path) { _ = try Self.rows($0, table, columns) } == expected)
      #expect(Self.fault(made.path) { _ = try $0.lookup(in: table, columns: columns) } == expected)
    }
  }

  @Test func `what is no database is refused`() throws {
    let made = try MadeDatabase(Self.plain)
    made.close()
    let bytes = try made.bytes()
    #expect(Self.fault("/nowhere/at/all") == .file(FileError("/nowhere/at/all", .notFound)))
    #expect(Self.fault(made.directory) == .file(FileError(made.directory, .notRegular)))
    for other in [[], Array("SQLite format 3\0".utf8), Array("plain text ".utf8) + [UInt8](repeating: 32, count: 200)] {
      try made.write(other)
      #expect(Self.fault(made.path) == .notDatabase)
    }
    // The header of one, and noise behind it.
    try made.write(Array(bytes.prefix(16)) + [UInt8](repeating: 0xA5, count: 4096))
    #expect(Self.fault(made.path) { _ = try $0.tables() } == .notDatabase)
    let pipe = made.directory + "/pipe"
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(Self.fault(pipe) == .file(FileError(pipe, .notRegular)))
  }

  // MARK: Writers

  @Test(arguments: ["DELETE", "WAL"])
  func `reading leaves nothing beside the file, and changes nothing in it`(mode: String) throws {
    let made = try MadeDatabase("PRAGMA journal_mode = \(mode);" + Self.plain)
    made.close()
    let before = try made.bytes()
    let names = made.names
    let database = try Database(readOnly: made.path)
    #expect(try Self.rows(database).count == 3)
    #expect(made.names == names)
    #expect(names.count == 1)
    #expect(try made.bytes() == before)
    #expect(try !Self.omitsLog(database))
  }

  @Test func `what a writer has in its log is read, and its index stays as it is`() throws {
    let made = try MadeDatabase("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + Self.plain)
    let (file, log, index) = (try made.bytes(), try made.bytes("-wal"), try made.bytes("-shm"))
    let database = try Database(readOnly: made.path)
    #expect(try Self.rows(database).count == 3)
    #expect(try !Self.omitsLog(database))
    #expect(try made.bytes() == file)
    #expect(try made.bytes("-wal") == log)
    #expect(try made.bytes("-shm").count == index.count)
    // The writer goes on, and is followed.
    try made.run("INSERT INTO things VALUES (12, 'x', 1, 1)")
    #expect(try Self.rows(database, after: 9).map(\.id) == [12])
  }

  @Test func `a log without its index is not read, and that is told`() throws {
    let made = try MadeDatabase("PRAGMA journal_mode = WAL; " + Self.plain + "PRAGMA wal_checkpoint(TRUNCATE);")
    try made.run("INSERT INTO things VALUES (12, 'x', 1, 1)")
    // A copy of both files, as of a machine that lost its power.
    let copy = try MadeDatabase()
    copy.close()
    try copy.write(try made.bytes())
    try copy.write(try made.bytes("-wal"), "-wal")
    let names = copy.names
    let database = try Database(readOnly: copy.path)
    #expect(try Self.omitsLog(database))
    #expect(try Self.rows(database).map(\.id) == [2, 5, 9])
    #expect(copy.names == names)
  }

  @Test func `a database that its writer keeps locked is busy`() throws {
    let made = try MadeDatabase(Self.plain)
    // Another process: locks of one's own do not count.
    try made.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO things VALUES (12, 'x', 1, 1)")
    #expect(Self.fault(made.path) { _ = try $0.tables() } == .busy)
    try made.run("COMMIT; PRAGMA locking_mode = NORMAL; SELECT 1 FROM things")
    #expect(Self.fault(made.path) { _ = try $0.tables() } == nil)
  }

  @Test func `a change that was broken off is not read as if it were whole`() throws {
    let made = try MadeDatabase("PRAGMA cache_size = 1; PRAGMA journal_mode = PERSIST;" + Self.plain)
    try made.run(
      """
      BEGIN; WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
      INSERT INTO things SELECT i, 'filler of some length', i, zeroblob(50) FROM n
      """)
    let copy = try MadeDatabase()
    copy.close()
    try copy.write(try made.bytes())
    try copy.write(try made.bytes("-journal"), "-journal")
    let names = copy.names
    #expect(Self.fault(copy.path) { _ = try Self.rows($0) } == .unfinished)
    #expect(copy.names == names)
  }
}
