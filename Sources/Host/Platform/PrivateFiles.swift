#if canImport(Glibc)
  import Glibc
#endif

/// Files and folders of Trammel's own that nobody but their owner may read.
public enum PrivateFiles {
  /// Makes a folder and its missing parents with mode 0700; one that is there keeps its mode.
  public static func makeDirectory(_ path: String) throws(FileError) {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/\(part)"
      if unsafe mkdir(prefix, 0o700) == 0 { continue }
      let code = errno
      // A parent on read-only media or in a closed folder is no fault as long as it exists.
      var info = stat()
      guard unsafe stat(prefix, &info) == 0 else { throw FileError(prefix, SystemFiles.code(code)) }
      guard info.st_mode & S_IFMT == S_IFDIR else { throw FileError(prefix, .notDirectory) }
    }
  }

  /// Writes a file that was not there, with mode 0600: whole and durable, or not at all. Of several processes that try
  /// at once exactly one gets true; the others get false and find the winner's file complete.
  public static func createOnce(_ path: String, _ bytes: [UInt8]) throws(FileError) -> Bool {
    let draft = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).new"
    let raw = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard raw >= 0 else { throw FileError(draft, SystemFiles.code(errno)) }
    defer { unsafe unlink(draft) }
    let file = Descriptor(owning: raw)
    var written = 0
    while written < bytes.count {
      let rest = bytes[written...]
      // The buffer is valid for its count for the length of the call.
      let count = unsafe rest.withUnsafeBytes { unsafe write(file.raw, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, SystemFiles.code(errno)) }
      written += count
    }
    guard fsync(file.raw) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    // link(2) fails where the name exists, rename(2) would replace it.
    guard unsafe link(draft, path) == 0 else {
      if errno == EEXIST { return false }
      throw FileError(path, SystemFiles.code(errno))
    }
    try syncDirectory(of: path)
    return true
  }

  /// Throws where a file cannot be written: its mode, its owner, or the medium. It is not opened for that: closing a
  /// second descriptor of a file gives up the locks that this process holds on it, SQLite's among them.
  public static func checkWritable(_ path: String) throws(FileError) {
    guard unsafe access(path, W_OK) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
  }

  /// Makes the names in a file's folder durable.
  public static func syncDirectory(of path: String) throws(FileError) {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    let folder = end == path.startIndex ? (path.hasPrefix("/") ? "/" : ".") : String(path[..<end])
    let raw = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(folder, SystemFiles.code(errno)) }
    let directory = Descriptor(owning: raw)
    guard fsync(directory.raw) == 0 else { throw FileError(folder, SystemFiles.code(errno)) }
  }
}

extension FileError.Code {
  /// No room on the medium, or none left for this user.
  public var isDiskFull: Bool { self == .system(ENOSPC) || self == .system(EDQUOT) }
  /// The medium is mounted read-only.
  public var isReadOnly: Bool { self == .system(EROFS) }
}
