internal import CSQLite

// The one file of this module that calls C. Handles are made and closed by the types that own them; SQLite keeps a
// connection until its last statement is closed, so their order does not matter. Pointers that it hands out are read
// before the next call and not kept.

/// An open database.
@safe
struct Connection: ~Copyable {
  private let handle: OpaquePointer
  private let allowance: Allowance

  init(_ path: String, _ access: Database.Access, patience: Int32) throws(Database.Fault) {
    let query =
      switch access {
      case .locked: "mode=ro"
      // Without this one the reader would write its mark into the index.
      case .logged: "mode=ro&readonly_shm=1"
      case .alone: "mode=ro&immutable=1"
      }
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
    var result = unsafe sqlite3_open_v2("file://\(Self.escaped(path))?\(query)", &opened, flags, nil)
    let allowance = Allowance()
    if let opened = unsafe opened, result == SQLITE_OK {
      result = unsafe trammel_sqlite_restrict(opened, allowance.left)
      _ = unsafe sqlite3_busy_timeout(opened, patience)
    }
    guard let handle = unsafe opened, result == SQLITE_OK else {
      _ = unsafe sqlite3_close_v2(opened)
      throw Self.fault(result)
    }
    unsafe self.handle = handle
    self.allowance = allowance
  }

  deinit { _ = unsafe sqlite3_close_v2(handle) }

  /// A statement of ours.
  func prepare(_ text: String) throws(Database.Fault) -> Statement {
    allowance.renew()
    var prepared: OpaquePointer?
    let result = unsafe sqlite3_prepare_v2(handle, text, -1, &prepared, nil)
    guard result == SQLITE_OK, let statement = unsafe prepared else { throw Self.fault(result) }
    return unsafe Statement(statement, allowance)
  }

  /// Everything but what stands for itself in a path of a URI, as `%HH`.
  private static func escaped(_ path: String) -> String {
    var out = ""
    for byte in path.utf8 {
      switch byte {
      case 0x2D...0x2F, 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return out
  }

  static func fault(_ result: Int32) -> Database.Fault {
    // The rest of the number tells more of these.
    switch result {
    case SQLITE_READONLY | 1 << 8, SQLITE_READONLY | 3 << 8, SQLITE_READONLY | 5 << 8: return .unfinished
    default: break
    }
    return switch result & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
    case SQLITE_CORRUPT, SQLITE_FORMAT, SQLITE_AUTH, SQLITE_TOOBIG, SQLITE_ERROR: .corrupt
    case SQLITE_NOTADB: .notDatabase
    case SQLITE_INTERRUPT: .exhausted
    default: .system(result)
    }
  }
}

/// A statement that was prepared. It keeps what it needs of its connection.
@safe
struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let allowance: Allowance

  fileprivate init(_ handle: OpaquePointer, _ allowance: Allowance) {
    unsafe self.handle = handle
    self.allowance = allowance
  }

  deinit { _ = unsafe sqlite3_finalize(handle) }

  /// Starts anew, with this number in the first place of the text and that one in the second.
  func start(_ first: Int64, _ second: Int64? = nil) throws(Database.Fault) {
    _ = unsafe sqlite3_reset(handle)
    allowance.renew()
    var result = unsafe sqlite3_bind_int64(handle, 1, first)
    if let second, result == SQLITE_OK { result = unsafe sqlite3_bind_int64(handle, 2, second) }
    guard result == SQLITE_OK else { throw Connection.fault(result) }
  }

  /// Ends a run, and with it the lock on the file.
  func end() { _ = unsafe sqlite3_reset(handle) }

  /// Whether there is another row.
  func step() throws(Database.Fault) -> Bool {
    let result = unsafe sqlite3_step(handle)
    if result == SQLITE_ROW { return true }
    guard result == SQLITE_DONE else {
      end()
      throw Connection.fault(result)
    }
    return false
  }

  /// Names of the columns.
  var names: [String] {
    (0..<(unsafe sqlite3_column_count(handle))).map { place in
      guard let name = unsafe sqlite3_column_name(handle, place) else { return "" }
      return unsafe String(cString: name)
    }
  }

  /// A column of the row at hand as a number; what is none becomes one by SQLite's rules.
  func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, Int32(truncatingIfNeeded: column)) }

  /// A column of the row at hand, from 0 on.
  func value(_ place: Int, limit: Int) -> Database.Value {
    let column = Int32(truncatingIfNeeded: place)
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      // The text comes first: its length is counted in the coding that it was asked in.
      guard let text = unsafe sqlite3_column_text(handle, column) else { return .null }
      let count = Int(unsafe sqlite3_column_bytes(handle, column))
      guard count <= limit else { return .tooLong(count) }
      return .text(unsafe String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let bytes = unsafe sqlite3_column_blob(handle, column)
      let count = Int(unsafe sqlite3_column_bytes(handle, column))
      guard count <= limit else { return .tooLong(count) }
      return .blob(unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : count)))
    default: return .null
    }
  }
}

/// What a statement may still do, where SQLite counts it down.
@safe
private final class Allowance {
  /// Thousands of instructions of one statement: a row takes about ten, and a column each.
  private static let budget: Int64 = 200_000
  let left: UnsafeMutablePointer<Int64>

  init() {
    unsafe left = .allocate(capacity: 1)
    unsafe left.initialize(to: Self.budget)
  }

  deinit { unsafe left.deallocate() }

  func renew() { unsafe left.pointee = Self.budget }
}
