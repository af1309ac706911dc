import Databases
import Testing

/// Databases that were made to do something when they are read.
@Suite struct HostileDatabaseTests {
  @Test func `views and virtual tables are no tables`() throws {
    let made = try MadeDatabase(
      """
      CREATE TABLE real (x); INSERT INTO real VALUES (1);
      CREATE VIEW looks (x) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
      CREATE VIRTUAL TABLE words USING fts5(x);
      """)
    let database = try Database(readOnly: made.path)
    #expect(try !database.tables().contains("looks"))
    #expect(try !database.tables().contains("words"))
    #expect(DatabaseTests.fault(made.path) { _ = try DatabaseTests.rows($0, "looks", ["x"]) } == .noTable("looks"))
    #expect(try DatabaseTests.rows(database, "real", ["x"]).count == 1)
  }

  @Test func `a view that the schema calls a table is not run`() throws {
    let made = try MadeDatabase(
      """
      CREATE TABLE real (x); INSERT INTO real VALUES (1);
      CREATE VIEW looks (x) AS SELECT x FROM real;
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET type = 'table', rootpage = 2 WHERE name = 'looks';
      """)
    made.close()
    #expect(DatabaseTests.fault(made.path) { _ = try DatabaseTests.rows($0, "looks", ["x"]) } != nil)
  }

  @Test func `a virtual table that the schema calls a table is not opened`() throws {
    let made = try MadeDatabase(
      """
      CREATE TABLE real (x);
      CREATE VIRTUAL TABLE words USING fts5(x);
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET rootpage = 2 WHERE name = 'words';
      """)
    made.close()
    #expect(DatabaseTests.fault(made.path) { _ = try DatabaseTests.rows($0, "words", ["x"]) } != nil)
  }

  @Test func `a column that is computed calls no function`() throws {
    let made = try MadeDatabase(
      """
      CREATE TABLE real (x, y AS (hex(zeroblob(x)))); INSERT INTO real (x) VALUES (50000000);
      """)
    #expect(DatabaseTests.fault(made.path) { _ = try DatabaseTests.rows($0, "real", ["y"]) } == .corrupt)
    #expect(DatabaseTests.fault(made.path) { _ = try DatabaseTests.rows($0, "real", ["x"]) } == nil)
  }

  @Test func `whatever byte is changed, reading ends, with what was read or a fault`() throws {
    let made = try MadeDatabase(
      """
      PRAGMA page_size = 512;
      CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200)
      INSERT INTO things SELECT i, 'name ' || i || CASE WHEN i % 50 THEN '' ELSE hex(zeroblob(400)) END FROM n;
      """)
    made.close()
    let whole = try made.bytes()
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var read = 0
    for round in 0..<3000 {
      var bytes = whole
      if round % 10 == 0 { bytes.removeLast(next(bytes.count)) }
      for _ in 0..<(1 + next(4)) where !bytes.isEmpty {
        // The most of what matters stands at the beginnings of pages.
        let place = next(2) == 0 ? next(bytes.count) : min(bytes.count - 1, next(bytes.count) / 512 * 512 + next(16))
        bytes[place] = UInt8(truncatingIfNeeded: next(256))
      }
      try made.write(bytes)
      var ids: [Int64] = []
      _ = DatabaseTests.fault(made.path) { database in
        try database.rows(of: "things", columns: ["name"], limit: 10_000) { row in
          ids.append(row.id)
          return true
        }
      }
      #expect(ids.count <= 1000)
      #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
      read += ids.count
    }
    #expect(read > 100_000)
  }
}
