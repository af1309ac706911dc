public import Model

/// Files as a sensor needs them: looked at, never changed.
///
/// Implementations: `SystemFiles` (the machine, or a mounted image below a root) and `MemoryFiles` (tests, demo).
/// Paths are absolute. Names that are no UTF-8 are repaired with U+FFFD, so such a file is listed but cannot be opened.
public protocol FileSystem: Sendable {
  /// The bytes of a regular file; throws `.tooLarge` beyond `limit` bytes. Special files are refused, except below /proc.
  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]
  /// Names in a directory, sorted, without `.` and `..`.
  func list(_ path: String) throws(FileError) -> [String]
  func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus
  /// Target of a symbolic link, as written.
  func readLink(_ path: String) throws(FileError) -> String
  /// The path with every symbolic link resolved.
  func realPath(_ path: String) throws(FileError) -> String
}

public struct FileError: Error, Sendable, Hashable {
  public var path: String
  public var code: Code
  public enum Code: Sendable, Hashable {
    case notFound, denied, notDirectory, notRegular, tooLarge, symlinkLoop
    /// Number of the system's error.
    case system(Int32)
  }
  public init(_ path: String, _ code: Code) {
    self.path = path
    self.code = code
  }
}

public struct FileStatus: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case regular, directory, symlink, socket, other }
  public var kind: Kind
  /// The twelve permission bits.
  public var mode: UInt16
  public var owner: UInt32
  public var group: UInt32
  public var size: Int64
  public var modified: Timestamp
  public var device: UInt64
  public var inode: UInt64
  public init(
    kind: Kind, mode: UInt16, owner: UInt32 = 0, group: UInt32 = 0, size: Int64 = 0,
    modified: Timestamp = Timestamp(nanoseconds: 0), device: UInt64 = 0, inode: UInt64 = 0
  ) {
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.group = group
    self.size = size
    self.modified = modified
    self.device = device
    self.inode = inode
  }
}

extension FileSystem {
  /// Text of a file, with bytes that are no UTF-8 repaired.
  public func text(_ path: String, limit: Int = 1 << 20) throws(FileError) -> String {
    String(decoding: try read(path, limit: limit), as: UTF8.self)
  }

  public func exists(_ path: String) -> Bool { (try? status(path, followingLinks: true)) != nil }
}
