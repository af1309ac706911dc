import Databases
public import Model
import Platform

/// What stands in the state database of OpenClaw since the summer of 2026 (`state/openclaw.sqlite`), without any value of
/// a credential: how many, and how old.
public struct StateDatabase: Sendable, Hashable {
  public var path: String
  /// `schema_meta`.
  public var schemaVersion: Int64?
  public var appVersion: String?
  /// `exec_approvals_config`.
  public var defaultSecurity: String?
  public var defaultAsk: String?
  public var allowlistCount: Int64?
  /// Grants that need no further question (`operator_approval_standing_grants`).
  public var standingGrants: Int?
  public var pairedDevices: [Device] = []
  public var pendingDevices: Int?
  /// Rows in tables of tokens, by table.
  public var tokens: [String: Int] = [:]
  /// The oldest `created_at` among them, by table.
  public var oldestToken: [String: Timestamp] = [:]
  public var cronJobs: Int?
  public var auditEvents: Int?
  /// The writer's log could not be taken in: what it wrote last is not here.
  public var omitsLog = false

  public struct Device: Sendable, Hashable {
    public var client: String?
    public var scopes: String?
    public var created: Timestamp?
    public init(client: String? = nil, scopes: String? = nil, created: Timestamp? = nil) {
      self.client = client
      self.scopes = scopes
      self.created = created
    }
  }

  public init(path: String) { self.path = path }

  static let maximumRows = 10_000
  /// Counted, never shown.
  private static let tokenTables = [
    "device_auth_tokens", "device_bootstrap_tokens", "gateway_origin_device_tokens", "mcp_oauth_stores",
    "channel_pairing_requests",
  ]

  /// - Parameter isOfThisMachine: databases of a mounted image are not opened: a link in it could lead anywhere.
  static func read(_ installation: inout Installation, isOfThisMachine: Bool) {
    guard let path = installation.databases.first(where: { $0.hasSuffix("/state/openclaw.sqlite") }) else { return }
    guard isOfThisMachine else { return }
    do throws(Database.Fault) {
      var database = try Database(readOnly: path, patience: 500)
      database.valueLimit = 4096
      installation.stateDatabase = try read(database, path)
    } catch {
      installation.problems.append(Installation.Problem(path: path, what: explain(error)))
    }
  }

  private static func read(_ database: borrowing Database, _ path: String) throws(Database.Fault) -> StateDatabase {
    var state = StateDatabase(path: path)
    state.omitsLog = database.omitsLog
    let tables = Set(try database.tables())
    func first(_ table: String, _ columns: [String]) throws(Database.Fault) -> [String: Database.Value] {
      guard tables.contains(table) else { return [:] }
      let known = Set(try database.columns(of: table))
      let wanted = columns.filter(known.contains)
      var values: [String: Database.Value] = [:]
      try database.rows(of: table, columns: wanted, limit: 1) { row in
        for (name, value) in zip(wanted, row.values) { values[name] = value }
        return false
      }
      return values
    }
    let meta = try first("schema_meta", ["schema_version", "app_version"])
    state.schemaVersion = integer(meta["schema_version"])
    state.appVersion = text(meta["app_version"]).flatMap { PackageReader.isVersion($0) ? $0 : nil }
    let approvals = try first("exec_approvals_config", ["default_security", "default_ask", "allowlist_count"])
    state.defaultSecurity = text(approvals["default_security"])
    state.defaultAsk = text(approvals["default_ask"])
    state.allowlistCount = integer(approvals["allowlist_count"])
    func count(_ table: String) throws(Database.Fault) -> Int? {
      guard tables.contains(table) else { return nil }
      var count = 0
      try database.rows(of: table, columns: [], limit: maximumRows) { _ in
        count += 1
        return true
      }
      return count
    }
    state.standingGrants = try count("operator_approval_standing_grants")
    state.pendingDevices = try count("device_pairing_pending")
    state.cronJobs = try count("cron_jobs")
    state.auditEvents = try count("audit_events")
    for table in tokenTables {
      guard let number = try count(table) else { continue }
      state.tokens[table] = number
      let known = try database.columns(of: table)
      guard let column = ["created_at_ms", "created_at", "issued_at_ms"].first(where: known.contains) else { continue }
      var oldest: Int64?
      try database.rows(of: table, columns: [column], limit: maximumRows) { row in
        if let value = integer(row.values.first) { oldest = min(oldest ?? value, value) }
        return true
      }
      state.oldestToken[table] = oldest.flatMap(time)
    }
    state.pairedDevices = try devices(database, tables)
    return state
  }

  private static func devices(_ database: borrowing Database, _ tables: Set<String>) throws(Database.Fault) -> [Device]
  {
    let table = "device_pairing_paired"
    guard tables.contains(table) else { return [] }
    let known = try database.columns(of: table)
    let columns = ["client_id", "approved_scopes_json", "created_at_ms"].filter(known.contains)
    var devices: [Device] = []
    try database.rows(of: table, columns: columns, limit: 500) { row in
      var device = Device()
      for (name, value) in zip(columns, row.values) {
        switch name {
        case "client_id": device.client = text(value)
        case "approved_scopes_json": device.scopes = text(value)
        default: device.created = integer(value).flatMap(time)
        }
      }
      devices.append(device)
      return true
    }
    return devices
  }

  private static func text(_ value: Database.Value?) -> String? {
    if case .text(let text) = value { String(text.prefix(400)) } else { nil }
  }
  private static func integer(_ value: Database.Value?) -> Int64? {
    if case .integer(let number) = value { number } else { nil }
  }
  /// Milliseconds since 1970; nil for what is no time of this century.
  private static func time(_ milliseconds: Int64) -> Timestamp? {
    guard (1...4_102_444_800_000).contains(milliseconds) else { return nil }
    return Timestamp(nanoseconds: milliseconds * 1_000_000)
  }

  static func explain(_ fault: Database.Fault) -> String {
    switch fault {
    case .file(let error): Paths.explain(error)
    case .notDatabase: "it is no SQLite database, or encrypted; not read"
    case .busy: "its writer keeps it locked; not read"
    case .unfinished: "its writer ended in the midst of a change; not read"
    case .corrupt: "the database is damaged; not read"
    case .noTable(let name): "it has no table \(String(name.prefix(64)))"
    case .noColumn(let name): "it has no column \(String(name.prefix(64)))"
    case .exhausted: "reading it costs more than any real one; not read"
    case .system(let number): "SQLite's error \(number); not read"
    }
  }
}
