import CSQLite
import Databases
import Detection
import Formats
import Model
import Testing
import WireSensor

#if canImport(Glibc)
  import Glibc
#endif

/// Pi-hole's database, made with SQLite after pi-hole/FTL `src/database/query-table.h`. Names and addresses are made up.
@Suite struct PiholeTests {
  /// Base tables and the view of the current schema.
  static let schema = """
    CREATE TABLE query_storage (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp INTEGER NOT NULL,
      type INTEGER NOT NULL, status INTEGER NOT NULL, domain INTEGER NOT NULL, client INTEGER NOT NULL, forward INTEGER,
      additional_info INTEGER, reply_type INTEGER, reply_time REAL, dnssec INTEGER, list_id INTEGER, ede INTEGER);
    CREATE TABLE domain_by_id (id INTEGER PRIMARY KEY, domain TEXT NOT NULL);
    CREATE TABLE client_by_id (id INTEGER PRIMARY KEY, ip TEXT NOT NULL, name TEXT);
    CREATE VIEW queries AS SELECT id, timestamp FROM query_storage;
    INSERT INTO domain_by_id VALUES (1, 'api.anthropic.com'), (2, 'www.example.com'), (3, 'blocked.example.net');
    INSERT INTO client_by_id VALUES (1, '192.0.2.7', 'ada'), (2, '2001:db8::9', '');
    """
  static let rows = """
    INSERT INTO query_storage (timestamp, type, status, domain, client, reply_type) VALUES
      (1764000000.25, 1, 2, 1, 1, 4), (1764000001, 16, 3, 2, 2, 4), (1764000002, 2, 1, 3, 1, 2),
      (1764000003, 1, 2, 77, 1, 4), (1764000004, 'x', 2, 1, 1, 4);
    """
  /// Before the texts had tables of their own.
  static let old = """
    CREATE TABLE queries (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL, type INTEGER NOT NULL,
      status INTEGER NOT NULL, domain TEXT NOT NULL, client TEXT NOT NULL, forward TEXT);
    INSERT INTO queries (timestamp, type, status, domain, client) VALUES
      (1500000000, 1, 2, 'api.anthropic.com', '192.0.2.7'), (1500000001, 2, 3, 'www.example.com', '192.0.2.8');
    """
  static let now = Timestamp(seconds: 1_764_100_000)

  @safe final class Made {
    let path: String
    private var handle: OpaquePointer?

    init(_ statements: String) throws {
      var template = Array("/tmp/trammel-pihole-XXXXXX".utf8CString)
      let directory = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
      path = directory + "/pihole-FTL.db"
      var opened: OpaquePointer?
      try #require(unsafe sqlite3_open(path, &opened) == SQLITE_OK)
      unsafe handle = opened
      try run(statements)
    }

    func run(_ statements: String) throws {
      try #require(unsafe sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK)
    }

    deinit {
      unsafe sqlite3_close(handle)
      for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) }
      unsafe rmdir(String(path.dropLast("/pihole-FTL.db".count)))
    }
  }

  static func read(_ path: String, _ format: LogFormat? = nil) throws -> (LogSource.Outcome, [HostActivity]) {
    var traffic = Traffic(seed: 7)
    let outcome = try LogSource.read(path, format: format, now: now, into: &traffic)
    traffic.finish()
    return (outcome, traffic.observer.verdicts(at: now))
  }

  static func problem(_ path: String, _ format: LogFormat? = nil) -> LogSource.Problem? {
    do {
      _ = try read(path, format)
      return nil
    } catch { return error as? LogSource.Problem }
  }

  @Test(arguments: ["DELETE", "WAL"])
  func `each question of the database is a line, with its name and who asked`(mode: String) throws {
    let made = try Made("PRAGMA journal_mode = \(mode);" + Self.schema + Self.rows)
    var traffic = Traffic(seed: 7)
    let outcome = try LogSource.read(made.path, format: nil, now: Self.now, into: &traffic)
    #expect(outcome.format == .piholeFTL)
    // A name that is in no table, and a type that is a text.
    #expect((outcome.lines, outcome.records, outcome.malformed) == (5, 3, 2))
    #expect(outcome.fault == nil && !outcome.omitsLog)
    #expect(traffic.counters.dnsQueries == 3)
    #expect(traffic.counters.nameErrors == 1)
    #expect(traffic.counters.queryTypes == [1: 1, 28: 1, 65: 1])
    #expect(traffic.firstTime == 1_764_000_000_250_000_000)
    #expect(traffic.now == 1_764_000_002_000_000_000)
    let names = traffic.status(.log, what: "", skipped: [:], blind: [])
    #expect(names.looked.contains("3 questions to resolvers"))
  }

  @Test func `a database of an older version is read as well`() throws {
    let made = try Made(Self.old)
    let (outcome, _) = try Self.read(made.path)
    #expect((outcome.lines, outcome.records, outcome.malformed) == (2, 2, 0))
  }

  @Test func `a question that is told to be another log's is refused, and so is another program's database`() throws {
    let made = try Made(Self.schema + Self.rows)
    guard case .unknownFormat? = Self.problem(made.path, .dnsmasq) else { return #expect(Bool(false)) }
    #expect(Self.problem(made.path, .piholeFTL) == nil)
    let other = try Made("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)")
    guard case .otherDatabase? = Self.problem(other.path) else { return #expect(Bool(false)) }
    // A view of the right name is no table.
    let hostile = try Made(
      """
      CREATE VIEW queries AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT i AS id, i AS timestamp, 1 AS type, 2 AS status, 'a' AS domain, '192.0.2.1' AS client FROM n
      """)
    guard case .otherDatabase? = Self.problem(hostile.path) else { return #expect(Bool(false)) }
  }

  @Test func `a database without a question is one`() throws {
    let made = try Made(Self.schema)
    #expect(try Self.read(made.path).0.lines == 0)
  }

  @Test func `what comes before the damage counts, and the damage is told`() throws {
    let made = try Made(
      Self.schema + """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)
        INSERT INTO query_storage (timestamp, type, status, domain, client) SELECT 1764000000 + i, 1, 2, 2, 1 FROM n
        """)
    let descriptor = unsafe open(made.path, O_RDWR)
    try #require(descriptor >= 0)
    let end = lseek(descriptor, 0, SEEK_END)
    let noise = [UInt8](repeating: 0xA5, count: 4096)
    // A page in the last quarter.
    try #require(unsafe pwrite(descriptor, noise, 4096, off_t(end / 4096 * 3 / 4 * 4096)) == 4096)
    _ = Glibc.close(descriptor)
    let (outcome, _) = try Self.read(made.path)
    #expect(outcome.lines > 4096 && outcome.lines < 20_000)
    #expect(outcome.fault == .corrupt)
  }

  // MARK: Following

  static func feed() -> WireFeed { WireFeed(count: 1, format: nil, seed: 3) }

  @Test func `a database is followed: what its writer adds is read once`() throws {
    let made = try Made("PRAGMA journal_mode = WAL;" + Self.schema + Self.rows)
    var feed = Self.feed()
    var follower = LogFollower(made.path, place: 0)
    #expect(follower.feed(&feed, now: Self.now))
    #expect(feed.lines == 3)
    #expect(!follower.feed(&feed, now: Self.now.advanced(bySeconds: 6)))
    try made.run(Self.rows)
    // Not before the pause is over.
    #expect(!follower.feed(&feed, now: Self.now.advanced(bySeconds: 7)))
    #expect(follower.feed(&feed, now: Self.now.advanced(bySeconds: 20)))
    #expect(feed.lines == 6)
    #expect(follower.trouble == nil)
  }

  @Test func `what keeps a log from being read is told for as long as it does`() throws {
    let made = try Made("CREATE TABLE other (x)")
    var feed = Self.feed()
    var database = LogFollower(made.path, place: 0)
    #expect(!database.feed(&feed, now: Self.now))
    #expect(database.trouble?.what.contains("another program") == true)

    let path = made.path + "-journal"
    var log = LogFollower(path, place: 0)
    #expect(!log.feed(&feed, now: Self.now))
    #expect(log.trouble?.what.contains("no such file") == true)
    #expect(log.trouble?.remedy.isEmpty == false)
    func append(_ text: String) throws {
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      try #require(descriptor >= 0)
      try #require(unsafe write(descriptor, text, text.utf8.count) == text.utf8.count)
      _ = Glibc.close(descriptor)
    }
    try append("Nov 25 00:00:00 dnsmasq[1]: query[A] www.example.com from 192.0.2.1\n")
    #expect(log.feed(&feed, now: Self.now))
    #expect(log.trouble == nil)
    // Taken away, and not for the moment of a rotation.
    unsafe unlink(path)
    for _ in 0..<10 { _ = log.feed(&feed, now: Self.now) }
    #expect(log.trouble == nil)
    for _ in 0..<20 { _ = log.feed(&feed, now: Self.now) }
    #expect(log.trouble?.what.contains("no such file") == true)
    try append("Nov 25 00:00:01 dnsmasq[1]: query[A] www.example.com from 192.0.2.1\n")
    for _ in 0..<3 { _ = log.feed(&feed, now: Self.now) }
    #expect(log.trouble == nil)
    #expect(feed.lines == 2)
  }

  @Test func `a log of which nothing is known says so`() throws {
    let made = try Made("")
    let path = made.path + "-wal"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
    let text = String(repeating: "nothing that anybody knows\n", count: 300)
    try #require(unsafe write(descriptor, text, text.utf8.count) == text.utf8.count)
    _ = Glibc.close(descriptor)
    var feed = Self.feed()
    var log = LogFollower(path, place: 0)
    #expect(log.feed(&feed, now: Self.now))
    #expect(log.trouble?.what.contains("known by its form") == true)
    #expect(feed.status(what: "x", [log.trouble]).blind == [log.trouble].compactMap(\.self))
  }

  @Test func `a log of years tells from when to when, a capture how long`() {
    func looked(_ first: Int64, _ last: Int64) -> String {
      var traffic = Traffic(seed: 1)
      var record = LogRecord()
      for time in [first, last] {
        record.time = time * 1_000_000_000
        let none: [UInt8] = []
        traffic.take(record, none.span)
      }
      return traffic.status(.log, what: "log", skipped: [:], blind: []).looked
    }
    #expect(looked(1_764_000_000, 1_764_000_100).hasPrefix("log in 100 s, "))
    #expect(looked(1_764_000_000, 1_764_003_600).hasPrefix("log in 60 min, "))
    #expect(looked(1_764_000_000, 1_764_086_400).hasPrefix("log in 24 h, "))
    #expect(looked(1_577_836_800, 1_764_000_000).hasPrefix("log from 2020-01-01 to 2025-11-24, "))
  }
}
