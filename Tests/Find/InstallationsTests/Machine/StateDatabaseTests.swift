import CSQLite
import Model
import Testing

@testable import Installations

#if canImport(Glibc)
  import Glibc
#endif

/// Made-up state databases of OpenClaw.
@Suite struct StateDatabaseTests {
  static let whole = """
    CREATE TABLE schema_meta(schema_version INTEGER, app_version TEXT);
    INSERT INTO schema_meta VALUES(4, '2026.9.5');
    CREATE TABLE exec_approvals_config(default_security TEXT, default_ask TEXT, allowlist_count INTEGER);
    INSERT INTO exec_approvals_config VALUES('full', 'off', 3);
    CREATE TABLE operator_approval_standing_grants(id TEXT);
    INSERT INTO operator_approval_standing_grants VALUES('a'), ('b');
    CREATE TABLE device_pairing_paired(client_id TEXT, approved_scopes_json TEXT, created_at_ms INTEGER, secret TEXT);
    INSERT INTO device_pairing_paired VALUES('cli', '["operator"]', 1780000000000, 'hunter2');
    CREATE TABLE device_auth_tokens(token TEXT, issued_at_ms INTEGER);
    INSERT INTO device_auth_tokens VALUES('hunter2', 1780000000000), ('hunter3', 1770000000000);
    CREATE TABLE cron_jobs(id TEXT);
    """

  private func read(_ statements: String) throws -> Installation {
    let made = try MadeState(statements)
    return made.read()
  }

  @Test func `versions, approvals, grants, devices and the age of tokens are read, and no token`() throws {
    let it = try read(Self.whole)
    let state = try #require(it.stateDatabase)
    #expect(it.problems == [] && state.schemaVersion == 4 && state.appVersion == "2026.9.5")
    #expect(state.defaultSecurity == "full" && state.defaultAsk == "off" && state.allowlistCount == 3)
    #expect(state.standingGrants == 2 && state.cronJobs == 0 && state.pendingDevices == nil)
    #expect(state.tokens == ["device_auth_tokens": 2])
    #expect(state.oldestToken["device_auth_tokens"] == Timestamp(seconds: 1_770_000_000))
    let device = StateDatabase.Device(
      client: "cli", scopes: "[\"operator\"]", created: Timestamp(seconds: 1_780_000_000))
    #expect(state.pairedDevices == [device])
    #expect(!"\(it)".contains("hunter"))
  }

  @Test func `a database without these tables says nothing of them`() throws {
    let state = try #require(try read("CREATE TABLE other(a)").stateDatabase)
    #expect(state.standingGrants == nil && state.cronJobs == nil && state.tokens == [:] && state.schemaVersion == nil)
  }

  @Test(arguments: [
    "INSERT INTO schema_meta VALUES('x', 7)", "INSERT INTO schema_meta VALUES(NULL, X'00')",
    "INSERT INTO schema_meta VALUES(1.5, '../../etc')",
  ])
  func `values of another type and versions that are none are left out`(row: String) throws {
    let state = try #require(
      try read("CREATE TABLE schema_meta(schema_version, app_version); \(row)").stateDatabase)
    #expect(state.schemaVersion == nil && state.appVersion == nil)
  }

  @Test(arguments: [-1, 0, Int64.max, Int64.min, 4_102_444_800_001])
  func `times of no real clock are none`(time: Int64) throws {
    let state = try #require(
      try read(
        "CREATE TABLE device_auth_tokens(t, created_at_ms INTEGER); INSERT INTO device_auth_tokens VALUES('x', \(time))"
      ).stateDatabase)
    #expect(state.tokens == ["device_auth_tokens": 1] && state.oldestToken["device_auth_tokens"] == nil)
  }

  @Test func `ten thousand rows are counted and no more, and long text is cut`() throws {
    let state = try #require(
      try read(
        """
        CREATE TABLE cron_jobs(id);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO cron_jobs SELECT i FROM n;
        CREATE TABLE exec_approvals_config(default_security TEXT, default_ask TEXT, allowlist_count INTEGER);
        INSERT INTO exec_approvals_config VALUES(printf('%.*c', 3000, 'x'), 'off', 0);
        """
      ).stateDatabase)
    #expect(state.cronJobs == StateDatabase.maximumRows && state.defaultSecurity?.count == 400)
  }

  @Test(arguments: [
    (Array("not a database, and longer than a header of a hundred bytes would be: ".utf8)
      + [UInt8](repeating: 7, count: 90)),
    [UInt8](repeating: 0, count: 4096), Array("SQLite format 3\0".utf8),
  ])
  func `what is no database is a problem with its reason`(bytes: [UInt8]) throws {
    let made = try MadeState(bytes: bytes)
    let it = made.read()
    #expect(it.stateDatabase == nil && it.problems.count == 1)
    #expect(it.problems.first?.what.hasSuffix("not read") == true && it.problems.first?.path == made.path)
  }

  @Test func `a file that is cut or changed is read or refused, whole`() throws {
    let made = try MadeState(Self.whole)
    let whole = made.read().stateDatabase
    let bytes = try made.bytes()
    for end in stride(from: 0, to: bytes.count, by: bytes.count / 60) {
      let it = try MadeState(bytes: Array(bytes[..<end])).read()
      // An empty file is an empty database.
      #expect(it.stateDatabase == nil || it.problems.isEmpty)
      if let state = it.stateDatabase { #expect(state.pairedDevices.count <= 1 && state != whole) }
    }
  }

  @Test func `a link, a folder and a database of a mounted image are not opened`() throws {
    let made = try MadeState(Self.whole)
    #expect(made.read(isOfThisMachine: false).stateDatabase == nil)
    var it = Installation(kind: "openclaw", era: "OpenClaw", stateDirectory: made.folder)
    it.databases = ["\(made.folder)/elsewhere.sqlite"]
    StateDatabase.read(&it, isOfThisMachine: true)
    #expect(it.stateDatabase == nil && it.problems == [])
    it.databases = ["\(made.folder)/missing/state/openclaw.sqlite"]
    StateDatabase.read(&it, isOfThisMachine: true)
    #expect(it.problems.map(\.what) == ["it does not exist"])
  }
}

/// A state database in a folder of its own, removed with it.
private final class MadeState {
  let folder: String
  var path: String { "\(folder)/state/openclaw.sqlite" }

  private init() throws {
    var template = Array("/tmp/trammel-state-XXXXXX".utf8CString)
    folder = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    try #require(unsafe mkdir("\(folder)/state", 0o700) == 0)
  }

  convenience init(_ statements: String) throws {
    try self.init()
    var handle: OpaquePointer?
    try #require(unsafe sqlite3_open(path, &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close(handle) }
    try #require(unsafe sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK)
  }

  convenience init(bytes: [UInt8]) throws {
    try self.init()
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try #require(descriptor >= 0)
    defer { _ = Glibc.close(descriptor) }
    try #require(unsafe write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func bytes() throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { _ = Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  func read(isOfThisMachine: Bool = true) -> Installation {
    var installation = Installation(kind: "openclaw", era: "OpenClaw", stateDirectory: folder)
    installation.databases = [path]
    StateDatabase.read(&installation, isOfThisMachine: isOfThisMachine)
    return installation
  }

  deinit {
    for suffix in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + suffix) }
    unsafe rmdir("\(folder)/state")
    unsafe rmdir(folder)
  }
}
