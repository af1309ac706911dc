public import Platform

/// A SQLite database that another program wrote, read and never changed: nothing appears beside it.
///
/// The file is taken as hostile. Its views, triggers and virtual tables do not exist here, its schema calls no function,
/// and statements are ours: columns of tables that were named, row by row. What is damaged ends the reading with a fault,
/// after the rows before it.
///
/// While one is open, nothing else in this process may close the same file: POSIX locks belong to processes, and end
/// with the first descriptor that is closed.
public struct Database: ~Copyable {
  /// What a column of a row holds.
  public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// Bytes that are no UTF-8 are repaired with U+FFFD.
    case text(String)
    case blob([UInt8])
    /// A text or blob of this many bytes, more than `valueLimit`: it is not copied.
    case tooLong(Int)
  }

  public enum Fault: Error, Sendable, Hashable {
    case file(FileError)
    /// No SQLite database; an encrypted one looks like that too.
    case notDatabase
    /// Its writer holds it locked, for longer than the reader waits.
    case busy
    /// Its writer ended in the midst of a change, which only a writer can take back.
    case unfinished
    case corrupt
    case noTable(String)
    case noColumn(String)
    /// A statement did more than any that is meant: what the schema says is made to cost time.
    case exhausted
    /// Number of SQLite's result.
    case system(Int32)
  }

  /// One row. Its number is that of SQLite (`rowid`), which an `INTEGER PRIMARY KEY` gives.
  public struct Row: Sendable, Hashable {
    public var id: Int64
    /// In the order in which the columns were named.
    public var values: [Value]

    public init(id: Int64, values: [Value]) {
      self.id = id
      self.values = values
    }
  }

  public enum Order: Sendable, Hashable { case ascending, descending }

  public let path: String
  /// What the writer has put into its log (`-wal`) and not yet moved into the file is not seen: the index of the log
  /// (`-shm`) is missing and would have to be made.
  public let omitsLog: Bool
  /// Bytes of a text or blob that is copied.
  public var valueLimit = 1 << 20
  let connection: Connection

  /// - Parameter patience: milliseconds to wait for a writer.
  public init(readOnly path: String, patience: Int32 = 2000) throws(Fault) {
    let (real, isLogged) = try Self.look(path)
    let log = (try? SystemFiles().status("\(real)-wal", followingLinks: true))?.size ?? 0
    let hasIndex = SystemFiles().exists("\(real)-shm")
    // A log without a single page in it was emptied by its writer's end: nobody can have the file open then.
    let access: Access = !isLogged ? .locked : log > 0 && hasIndex ? .logged : .alone
    let connection = try Connection(real, access, patience: patience)
    self.connection = connection
    self.path = path
    omitsLog = isLogged && log > 0 && !hasIndex
  }

  enum Access {
    /// Read locks on the file keep a writer from changing it under a statement.
    case locked
    /// The writer's log and its index are read, and readers are noted nowhere.
    case logged
    /// No writer: no locks either.
    case alone
  }

  /// The path without links, and whether the writer keeps a write-ahead log (https://sqlite.org/fileformat.html §1.3.3).
  private static func look(_ path: String) throws(Fault) -> (path: String, isLogged: Bool) {
    var mode: UInt8?
    let real: String
    do throws(FileError) {
      // Also refuses a pipe: opening one could wait for ever.
      let file = try MappedFile(path)
      if isDatabase(file.bytes) { mode = file.bytes[18] }
      real = try SystemFiles().realPath(path)
    } catch { throw .file(error) }
    guard let mode else { throw .notDatabase }
    return (real, mode == 2)
  }

  /// Whether a file that begins with these bytes is one.
  public static func isDatabase(_ head: Span<UInt8>) -> Bool {
    guard head.count >= 100 else { return false }
    for (place, byte) in "SQLite format 3\0".utf8.enumerated() where head[place] != byte { return false }
    return true
  }
}
