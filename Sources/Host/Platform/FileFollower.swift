#if canImport(Glibc)
  import Glibc
#endif

/// Reads what is appended to a file, across rotation: a new file under the same name, or the same one emptied.
public struct FileFollower: Sendable {
  public let path: String
  private var file: Opened
  private var offset: off_t = 0
  /// Calls since the name leads to another file.
  private var idle = 0
  /// Calls since nothing has the name any more.
  private var missing = 0
  private static let grace = 20

  private final class Opened: Sendable {
    let descriptor: Descriptor
    let inode: ino_t
    init(_ descriptor: consuming Descriptor, inode: ino_t) {
      self.descriptor = descriptor
      self.inode = inode
    }
  }

  /// The file was taken away, and for a while now no other has come under its name.
  public var isGone: Bool { missing > Self.grace }

  /// Bytes of one reading.
  public static let limit = 4 << 20

  /// Starts at the beginning of what is there.
  public init(_ path: String) throws(FileError) {
    self.path = path
    file = try Self.open(path)
  }

  private static func open(_ path: String) throws(FileError) -> Opened {
    let raw = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let descriptor = Descriptor(owning: raw)
    var info = stat()
    guard unsafe fstat(descriptor.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw FileError(path, .notRegular) }
    return Opened(descriptor, inode: info.st_ino)
  }

  /// What came since the last reading, at most `limit` bytes; empty where nothing did.
  ///
  /// After a rotation the old file is read on for `grace` calls that find nothing: a writer may still have it open.
  public mutating func read() throws(FileError) -> [UInt8] {
    var info = stat()
    guard unsafe fstat(file.descriptor.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    // Emptied in place: a log that is copied and truncated starts anew.
    if info.st_size < offset { offset = 0 }
    let bytes = try next(upTo: info.st_size)
    guard bytes.isEmpty else {
      idle = 0
      return bytes
    }
    // Everything of the old file is read: is there a new one under its name?
    var named = stat()
    guard status(path, &named) else {
      missing += 1
      idle = 0
      return []
    }
    missing = 0
    guard named.st_ino != file.inode else {
      idle = 0
      return []
    }
    idle += 1
    // A new file in which something stands has a writer: the old one has none any more, or soon.
    guard idle > Self.grace || named.st_size > 0 && idle > 1 else { return [] }
    idle = 0
    file = try Self.open(path)
    offset = 0
    guard unsafe fstat(file.descriptor.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    return try next(upTo: info.st_size)
  }

  /// stat(2): a function and a type of one name, of which Swift takes the type.
  private func status(_ path: String, _ info: inout stat) -> Bool {
    unsafe fstatat(AT_FDCWD, path, &info, 0) == 0
  }

  private mutating func next(upTo end: off_t) throws(FileError) -> [UInt8] {
    guard end > offset else { return [] }
    let wanted = min(Int(end - offset), Self.limit)
    var bytes = [UInt8](repeating: 0, count: wanted)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(file.descriptor.raw, $0.baseAddress, wanted, offset)
    }
    if count < 0 {
      if errno == EINTR { return [] }
      throw FileError(path, SystemFiles.code(errno))
    }
    bytes.removeLast(wanted - count)
    offset += off_t(count)
    return bytes
  }
}
