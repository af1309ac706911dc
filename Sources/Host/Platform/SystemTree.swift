internal import CLinux
internal import Model

#if canImport(Glibc)
  import Glibc
#endif

/// The files of this machine, for somebody who walks all of them.
///
/// Paths are resolved by the kernel without following any symbolic link (openat2(2), RESOLVE_NO_SYMLINKS): a folder that
/// is swapped for a link while it is walked leads nowhere. `unsafe` here is the passing of structs on this function's own
/// stack, and of texts, to calls that keep neither.
public struct SystemTree: FileTree {
  public init() {}

  /// `from linux/openat2.h`, fixed by the kernel's interface.
  private static let noSymlinks: UInt64 = 0x04
  private static let noMagicLinks: UInt64 = 0x02
  /// O_NOATIME of asm-generic/fcntl.h.
  private static let keepAccessTime: Int32 = 0o1_000_000

  private static func opened(_ path: String, _ flags: Int32, resolve: UInt64) throws(FileError) -> Descriptor {
    var raw = unsafe trammel_openat2(AT_FDCWD, path, flags | O_CLOEXEC, resolve)
    if raw < 0, errno == ENOSYS { raw = unsafe open(path, flags | O_CLOEXEC | O_NOFOLLOW) }
    guard raw >= 0 else { throw FileError(path, SystemFiles.code(errno)) }
    return Descriptor(owning: raw)
  }

  public func folder(_ path: String) throws(FileError) -> Folder {
    let directory = try Self.opened(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, resolve: Self.noSymlinks)
    var info = stat()
    guard unsafe fstat(directory.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    let medium = Self.medium(trammel_file_system(directory.raw))
    var folder = Folder(children: [], device: UInt64(info.st_dev), medium: medium)
    // A look at what may never answer ends here.
    guard medium == .local else { return folder }
    guard let stream = unsafe fdopendir(directory.release()) else { throw FileError(path, SystemFiles.code(errno)) }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name: String? = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(validatingCString: $0) }
      }
      guard let name else {
        folder.unnameable += 1
        continue
      }
      guard name != ".", name != ".." else { continue }
      let kind: FileStatus.Kind =
        switch Int(unsafe entry.pointee.d_type) {
        case DT_REG: .regular
        case DT_DIR: .directory
        case DT_LNK: .symlink
        case DT_SOCK: .socket
        // Some file systems do not say.
        case DT_UNKNOWN: (try? look(path == "/" ? "/\(name)" : "\(path)/\(name)"))?.file.kind ?? .other
        default: .other
        }
      folder.children.append(Folder.Child(name: name, kind: kind))
    }
    return folder
  }

  public func load(
    _ path: String, limit: Int, tail: Bool, followingLink: Bool, into room: inout SecretBytes
  ) throws(FileError) -> TreeStatus {
    let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (followingLink ? 0 : O_NOFOLLOW)
    let resolve = followingLink ? Self.noMagicLinks : Self.noSymlinks
    let file: Descriptor
    do {
      file = try Self.opened(path, flags | Self.keepAccessTime, resolve: resolve)
    } catch {
      guard error.code == .denied else { throw error }
      // Only the owner may ask for that.
      file = try Self.opened(path, flags, resolve: resolve)
    }
    var info = stat()
    guard unsafe fstat(file.raw, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw FileError(path, .notRegular) }
    let most = min(limit, room.capacity)
    let offset = tail ? max(0, Int(info.st_size) - most) : 0
    let failure = room.fill(from: file, offset: offset, limit: most)
    guard failure == 0 else { throw FileError(path, SystemFiles.code(failure)) }
    return Self.status(info)
  }

  public func look(_ path: String) throws(FileError) -> TreeStatus {
    var info = stat()
    guard unsafe lstat(path, &info) == 0 else { throw FileError(path, SystemFiles.code(errno)) }
    return Self.status(info)
  }

  private static func status(_ info: stat) -> TreeStatus {
    let kind: FileStatus.Kind =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symlink
      case S_IFSOCK: .socket
      default: .other
      }
    return TreeStatus(
      file: FileStatus(
        kind: kind, mode: UInt16(info.st_mode & 0o7777), owner: info.st_uid, group: info.st_gid,
        size: Int64(info.st_size), modified: time(info.st_mtim), device: UInt64(info.st_dev),
        inode: UInt64(info.st_ino)),
      accessed: time(info.st_atim))
  }

  private static func time(_ time: timespec) -> Timestamp {
    Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  /// From statfs(2).
  private static func medium(_ type: Int64) -> Folder.Medium {
    switch type & 0xFFFF_FFFF {
    case 0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x0102_1997, 0x6573_5546, 0x5346_414F, 0x7375_7245, 0x00C3_6400:
      .remote
    case 0x9FA0, 0x6265_6572, 0x0027_E0EB, 0x6367_7270, 0x6462_6720, 0x0187, 0x7363_6673, 0x7472_6163: .kernel
    default: .local
    }
  }
}
