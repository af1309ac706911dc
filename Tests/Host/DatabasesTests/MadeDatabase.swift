import CSQLite
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// A database that a test writes in a directory of its own, removed with it.
@safe final class MadeDatabase {
  let directory: String
  let path: String
  private var handle: OpaquePointer?

  init(_ statements: String = "") throws {
    var template = Array("/tmp/trammel-database-XXXXXX".utf8CString)
    directory = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    path = directory + "/made é?#%41.db"
    var opened: OpaquePointer?
    try #require(unsafe sqlite3_open(path, &opened) == SQLITE_OK)
    unsafe handle = opened
    try run(statements)
  }

  deinit {
    close()
    for name in names { unsafe unlink("\(directory)/\(name)") }
    unsafe rmdir(directory)
  }

  func run(_ statements: String) throws {
    let result = unsafe sqlite3_exec(handle, statements, nil, nil, nil)
    try #require(result == SQLITE_OK, "\(unsafe String(cString: sqlite3_errmsg(handle)))")
  }

  func close() {
    unsafe sqlite3_close(handle)
    unsafe handle = nil
  }

  /// Files in the directory, sorted.
  var names: [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func bytes(_ suffix: String = "") throws -> [UInt8] {
    let descriptor = unsafe open(path + suffix, O_RDONLY)
    try #require(descriptor >= 0)
    defer { _ = Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4 << 20)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  func write(_ bytes: [UInt8], _ suffix: String = "") throws {
    let descriptor = unsafe open(path + suffix, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { _ = Glibc.close(descriptor) }
    try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
