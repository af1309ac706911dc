#if canImport(Glibc)
  import Glibc
#endif

/// The directory where Trammel keeps what it knows: mode 0700, files 0600, every write whole or not at all.
public struct StateDirectory: Sendable, Hashable {
  public let path: String

  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    case cannotCreate(String, Int32)
    case notOurs(String)
    case cannotWrite(String, Int32)
    case cannotLock(String, Int32)

    public var description: String {
      switch self {
      case .cannotCreate(let path, let number):
        "\(path): cannot be created (\(reason(number))); choose another with --state DIR"
      case .notOurs(let path):
        "\(path): belongs to another user; choose another state directory with --state DIR"
      case .cannotWrite(let path, let number):
        "\(path): cannot be written (\(reason(number))); nothing of the old file was lost"
      case .cannotLock(let path, let number): "\(path): cannot be locked (\(reason(number)))"
      }
    }

    private func reason(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
  }

  /// Opens a directory, made with mode 0700 where it is missing; one that others can write is closed to them first.
  public init(_ path: String) throws(Failure) {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/\(part)"
      if unsafe mkdir(prefix, 0o700) != 0, errno != EEXIST, errno != EISDIR {
        let number = errno
        var info = stat()
        // A parent on a read-only disk exists already and need not be made.
        if unsafe stat(prefix, &info) != 0 { throw .cannotCreate(path, number) }
      }
    }
    var info = stat()
    guard unsafe stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { throw .cannotCreate(path, ENOTDIR) }
    guard info.st_uid == geteuid() || geteuid() == 0 else { throw .notOurs(path) }
    if info.st_mode & 0o077 != 0 { _ = unsafe chmod(path, 0o700) }
    self.path = path
  }

  /// Where state lies unless said otherwise: `$TRAMMEL_STATE`, `/var/lib/trammel` for root, the user's XDG state folder.
  public static func defaultPath() -> String {
    if let path = Machine.environment("TRAMMEL_STATE"), !path.isEmpty { return path }
    if Machine.isRoot { return "/var/lib/trammel" }
    if let base = Machine.environment("XDG_STATE_HOME"), base.hasPrefix("/") { return "\(base)/trammel" }
    return "\(Machine.environment("HOME") ?? "/tmp")/.local/state/trammel"
  }

  /// Replaces a file: written beside it, synced, renamed over it. A crash leaves the old file or the new one.
  public func write(_ bytes: [UInt8], to name: String) throws(Failure) {
    try Self.replace("\(path)/\(name)", in: path, with: bytes)
  }

  /// Replaces any file with mode 0600: written beside it, synced, renamed over it.
  public static func replace(_ target: String, in folder: String, with bytes: [UInt8]) throws(Failure) {
    let temporary = "\(target).\(getpid()).new"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    var raw = unsafe open(temporary, flags, 0o600)
    if raw < 0, errno == EEXIST {
      // Left by a process that had this number and was killed; or laid there by somebody who would like to read what we write.
      unsafe unlink(temporary)
      raw = unsafe open(temporary, flags, 0o600)
    }
    guard raw >= 0 else { throw .cannotWrite(target, errno) }
    let file = Descriptor(owning: raw)
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes[offset...].withUnsafeBytes { unsafe Glibc.write(file.raw, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let number = errno
        unsafe unlink(temporary)
        throw .cannotWrite(target, number)
      }
      offset += written
    }
    guard fsync(file.raw) == 0, unsafe rename(temporary, target) == 0 else {
      let number = errno
      unsafe unlink(temporary)
      throw .cannotWrite(target, number)
    }
    let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      let held = Descriptor(owning: directory)
      _ = fsync(held.raw)
    }
  }

  /// Runs a body while no other process of Trammel does the same: flock(2) on a file of that name.
  public func locked<Result, Problem: Error>(
    _ name: String, _ body: () throws(Problem) -> Result, failure: (Failure) -> Problem
  ) throws(Problem) -> Result {
    let target = "\(path)/\(name)"
    let raw = unsafe open(target, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard raw >= 0 else { throw failure(.cannotLock(target, errno)) }
    // Closing the descriptor gives the lock back.
    let file = Descriptor(owning: raw)
    while flock(file.raw, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure(.cannotLock(target, errno)) }
    }
    return try body()
  }
}

extension StateDirectory {
  /// A fresh directory of its own below `$TMPDIR`, for what must leave nothing behind: see `remove`.
  public static func temporary(_ name: String) throws(Failure) -> StateDirectory {
    let base = Machine.environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    let path = "\(base)/\(name)-\(Machine.random(8).map { String($0, radix: 16) }.joined())"
    // mkdir(2) fails where somebody was there first: nobody can hand us a directory of theirs.
    guard unsafe mkdir(path, 0o700) == 0 else { throw .cannotCreate(path, errno) }
    return try StateDirectory(path)
  }

  /// Removes the directory with the files in it and one level below: as deep as Trammel writes.
  public func remove() {
    let files = SystemFiles()
    for name in (try? files.list(path)) ?? [] {
      let one = "\(path)/\(name)"
      if (try? files.status(one, followingLinks: false))?.kind == .directory {
        for inner in (try? files.list(one)) ?? [] { unsafe unlink("\(one)/\(inner)") }
        unsafe rmdir(one)
      } else {
        unsafe unlink(one)
      }
    }
    unsafe rmdir(path)
  }
}
