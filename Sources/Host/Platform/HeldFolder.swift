internal import CLinux

#if canImport(Glibc)
  import Glibc
#endif

/// A folder that was reached without following one symbolic link, and is held open while files in it are changed.
///
/// Where root changes what lies in a home, the home's owner could put a link in the way between the look and the change.
/// Here the kernel refuses a way with a link in it (openat2(2), RESOLVE_NO_SYMLINKS), and the change is made relative to what
/// was opened.
public struct HeldFolder: ~Copyable, Sendable {
  private let descriptor: Descriptor
  private let path: String

  /// - Parameter path: absolute and without links, as `FileSystem.realPath` gives it.
  public init(_ path: String) throws(FileError) {
    let raw = unsafe trammel_openat2(
      AT_FDCWD, path, TRAMMEL_O_PATH | O_DIRECTORY | O_CLOEXEC, TRAMMEL_RESOLVE_NO_SYMLINKS)
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    descriptor = Descriptor(owning: raw)
    self.path = path
  }

  /// Mode, owner and kind of what stands there under that name; a link is not followed.
  public func status(_ name: String) throws(FileError) -> FileStatus {
    let file = try held(name)
    var info = stat()
    guard unsafe fstat(file.raw, &info) == 0 else { throw FileError("\(path)/\(name)", SystemFiles.code(errno)) }
    return SystemFiles.status(info)
  }

  public func read(_ name: String, limit: Int) throws(FileError) -> [UInt8] {
    let whole = "\(path)/\(name)"
    let raw = unsafe openat(descriptor.raw, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(whole, SystemFiles.code(errno)) }
    return try SystemFiles.read(Descriptor(owning: raw), whole, limit: limit)
  }

  /// Sets the permission bits of a file or folder.
  public func setMode(_ name: String, _ mode: UInt16) throws(FileError) {
    let file = try held(name)
    var info = stat()
    guard unsafe fstat(file.raw, &info) == 0 else { throw FileError("\(path)/\(name)", SystemFiles.code(errno)) }
    guard info.st_mode & S_IFMT != S_IFLNK else { throw FileError("\(path)/\(name)", .symlinkLoop) }
    // fchmod(2) refuses a descriptor that only names a file; through /proc it is the file itself and no path.
    guard unsafe chmod("/proc/self/fd/\(file.raw)", mode_t(mode)) == 0 else {
      throw FileError("\(path)/\(name)", SystemFiles.code(errno))
    }
  }

  /// Replaces a file, whole or not at all; mode, owner and group are those given.
  public func replace(_ name: String, with bytes: [UInt8], like status: FileStatus) throws(FileError) {
    let whole = "\(path)/\(name)"
    let temporary = ".\(name).\(getpid()).trammel"
    unsafe unlinkat(descriptor.raw, temporary, 0)
    let raw = unsafe openat(
      descriptor.raw, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard raw >= 0 else { throw FileError(whole, SystemFiles.code(errno)) }
    let file = Descriptor(owning: raw)
    func failure() -> FileError {
      let number = errno
      unsafe unlinkat(descriptor.raw, temporary, 0)
      return FileError(whole, SystemFiles.code(number))
    }
    var offset = 0
    while offset < bytes.count {
      let written = unsafe bytes[offset...].withUnsafeBytes { unsafe write(file.raw, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      offset += written
    }
    // The owner first: a change of owner takes some bits of the mode away.
    if status.owner != geteuid() || status.group != getegid() {
      guard fchown(file.raw, status.owner, status.group) == 0 else { throw failure() }
    }
    guard fchmod(file.raw, mode_t(status.mode)) == 0, fsync(file.raw) == 0,
      unsafe renameat(descriptor.raw, temporary, descriptor.raw, name) == 0
    else { throw failure() }
    // The folder is held by name only; syncing its entry needs a descriptor of its own.
    let folder = unsafe openat(descriptor.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      let held = Descriptor(owning: folder)
      _ = fsync(held.raw)
    }
  }

  private func held(_ name: String) throws(FileError) -> Descriptor {
    let raw = unsafe openat(descriptor.raw, name, TRAMMEL_O_PATH | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else { throw FileError("\(path)/\(name)", SystemFiles.code(errno)) }
    return Descriptor(owning: raw)
  }
}
