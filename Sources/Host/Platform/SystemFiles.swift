internal import CLinux
internal import Model

#if canImport(Glibc)
  import Glibc
#endif

/// The files of this machine, or of an image mounted below `root`.
///
/// With a root, paths are resolved by the kernel inside it (openat2(2), RESOLVE_IN_ROOT): a symbolic link in a hostile
/// image cannot lead to a file of the host.
public struct SystemFiles: FileSystem {
  /// Nil for the machine's own root.
  public let root: String?
  private let rootDescriptor: SharedDescriptor?

  /// The machine's own files.
  public init() {
    root = nil
    rootDescriptor = nil
  }

  /// The files below a directory, which becomes `/`.
  public init(root: String) throws(FileError) {
    let descriptor = unsafe open(root, TRAMMEL_O_PATH | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(root, Self.code(errno)) }
    self.root = root
    self.rootDescriptor = SharedDescriptor(Descriptor(owning: descriptor))
  }

  private final class SharedDescriptor: Sendable {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  static func code(_ number: Int32) -> FileError.Code {
    switch number {
    case ENOENT: .notFound
    case EACCES, EPERM: .denied
    case ENOTDIR: .notDirectory
    case ELOOP: .symlinkLoop
    default: .system(number)
    }
  }

  private func opened(_ path: String, _ flags: Int32) throws(FileError) -> Descriptor {
    let raw: Int32
    if let rootDescriptor {
      raw = unsafe trammel_openat2(rootDescriptor.descriptor.raw, path, flags | O_CLOEXEC, TRAMMEL_RESOLVE_IN_ROOT)
    } else {
      raw = unsafe open(path, flags | O_CLOEXEC)
    }
    guard raw >= 0 else { throw FileError(path, Self.code(errno)) }
    return Descriptor(owning: raw)
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    // O_NONBLOCK: a FIFO or device that an attacker put in place of a file must not hang the look.
    try Self.read(try opened(path, O_RDONLY | O_NONBLOCK | O_NOCTTY), path, limit: limit)
  }

  /// The bytes of an open file.
  static func read(_ file: consuming Descriptor, _ path: String, limit: Int) throws(FileError) -> [UInt8] {
    var info = stat()
    guard unsafe fstat(file.raw, &info) == 0 else { throw FileError(path, Self.code(errno)) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path, .notRegular)
    }
    // Files of /proc say size 0, so the size is a hint and the limit is the rule.
    guard info.st_size <= limit else { throw FileError(path, .tooLarge) }
    var out: [UInt8] = []
    let step = max(4096, min(limit, Int(info.st_size)) + 1)
    while true {
      var failure: Int32 = 0
      let before = out.count
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: min(step, limit - before + 1)) { buffer, count in
        let got = unsafe Glibc.read(file.raw, buffer.baseAddress, buffer.count)
        if got < 0 { failure = errno }
        count = max(0, got)
      }
      if failure == EINTR { continue }
      guard failure == 0 else { throw FileError(path, Self.code(failure)) }
      if piece.isEmpty { return out }
      if out.isEmpty { out = piece } else { out += piece }
      guard out.count <= limit else { throw FileError(path, .tooLarge) }
    }
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    let directory = try opened(path, O_RDONLY | O_DIRECTORY)
    guard let stream = unsafe fdopendir(directory.release()) else { throw FileError(path, Self.code(errno)) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  public func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    var info = stat()
    if rootDescriptor == nil {
      let result = unsafe followingLinks ? stat(path, &info) : lstat(path, &info)
      guard result == 0 else { throw FileError(path, Self.code(errno)) }
    } else {
      let file = try opened(path, TRAMMEL_O_PATH | (followingLinks ? 0 : O_NOFOLLOW))
      guard unsafe fstat(file.raw, &info) == 0 else { throw FileError(path, Self.code(errno)) }
    }
    return Self.status(info)
  }

  static func status(_ info: stat) -> FileStatus {
    let kind: FileStatus.Kind =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symlink
      case S_IFSOCK: .socket
      default: .other
      }
    return FileStatus(
      kind: kind, mode: UInt16(info.st_mode & 0o7777), owner: info.st_uid, group: info.st_gid,
      size: Int64(info.st_size),
      modified: Timestamp(nanoseconds: Int64(info.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(info.st_mtim.tv_nsec)),
      device: UInt64(info.st_dev), inode: UInt64(info.st_ino))
  }

  public func readLink(_ path: String) throws(FileError) -> String {
    var failure: Int32 = 0
    let read: (Int32, String) -> [UInt8] = { directory, name in
      unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        let got = unsafe buffer.withMemoryRebound(to: CChar.self) { target in
          unsafe target.baseAddress.map { unsafe readlinkat(directory, name, $0, target.count) } ?? 0
        }
        if got < 0 { failure = errno }
        count = max(0, got)
      }
    }
    let bytes: [UInt8]
    if rootDescriptor == nil {
      bytes = read(AT_FDCWD, path)
    } else {
      let file = try opened(path, TRAMMEL_O_PATH | O_NOFOLLOW)
      bytes = read(file.raw, "")
    }
    guard failure == 0 else { throw FileError(path, failure == EINVAL ? .notRegular : Self.code(failure)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func realPath(_ path: String) throws(FileError) -> String {
    guard let root else {
      guard let resolved = unsafe realpath(path, nil) else { throw FileError(path, Self.code(errno)) }
      defer { unsafe free(resolved) }
      return unsafe String(cString: resolved)
    }
    // The kernel says where the descriptor really is; below the root that is the answer without the root's own path.
    let file = try opened(path, TRAMMEL_O_PATH)
    let full = try SystemFiles().readLink("/proc/self/fd/\(file.raw)")
    let base = try SystemFiles().realPath(root)
    guard full == base || full.hasPrefix(base == "/" ? "/" : base + "/") else { throw FileError(path, .notFound) }
    let inside = String(full.dropFirst(base == "/" ? 0 : base.utf8.count))
    return inside.isEmpty ? "/" : inside
  }
}
