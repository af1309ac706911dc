public import Model

/// A tree of files as somebody needs it who walks all of it: folders with the kinds of what is in them, contents read
/// into room that is wiped, and nothing followed that leads elsewhere.
///
/// Implementations: `SystemTree` (the machine) and `MemoryFiles` (tests).
public protocol FileTree: Sendable {
  /// What is in a folder, by name. The folder itself and everything above it must be no symbolic link.
  func folder(_ path: String) throws(FileError) -> Folder
  /// Reads at most `limit` bytes of a regular file: from its beginning, or with `tail` those at its end.
  ///
  /// A symbolic link as last part is followed only with `followingLink`. What is no regular file is refused without
  /// waiting for it. The time of the last access stays as it was, where the system allows that.
  func load(_ path: String, limit: Int, tail: Bool, followingLink: Bool, into room: inout SecretBytes) throws(FileError)
    -> TreeStatus
  /// Of the path itself, a link included.
  func look(_ path: String) throws(FileError) -> TreeStatus
}

public struct Folder: Sendable, Hashable {
  public var children: [Child] = []
  /// Names that are no UTF-8, which no path can spell.
  public var unnameable = 0
  public var device: UInt64
  public var medium: Medium

  public struct Child: Sendable, Hashable {
    public var name: String
    public var kind: FileStatus.Kind
    public init(name: String, kind: FileStatus.Kind) {
      self.name = name
      self.kind = kind
    }
  }

  /// What a file system lies on.
  public enum Medium: Sendable, Hashable {
    case local
    /// Another machine answers, or a program of the user: a look may take for ever.
    case remote
    /// Made up by the kernel: `/proc`, `/sys`.
    case kernel
  }

  public init(children: [Child], unnameable: Int = 0, device: UInt64, medium: Medium = .local) {
    self.children = children
    self.unnameable = unnameable
    self.device = device
    self.medium = medium
  }
}

public struct TreeStatus: Sendable, Hashable {
  public var file: FileStatus
  /// Nil where the system keeps none.
  public var accessed: Timestamp?
  public init(file: FileStatus, accessed: Timestamp? = nil) {
    self.file = file
    self.accessed = accessed
  }
}

extension MemoryFiles: FileTree {
  public func folder(_ path: String) throws(FileError) -> Folder {
    let status = try status(path, followingLinks: false)
    guard status.kind == .directory else {
      throw FileError(path, status.kind == .symlink ? .symlinkLoop : .notDirectory)
    }
    let children = try list(path).map { name throws(FileError) in
      let inner = path == "/" ? "/\(name)" : "\(path)/\(name)"
      let kind: FileStatus.Kind
      do { kind = try self.status(inner, followingLinks: false).kind } catch { kind = .other }
      return Folder.Child(name: name, kind: kind)
    }
    return Folder(children: children, device: status.device)
  }

  public func load(
    _ path: String, limit: Int, tail: Bool, followingLink: Bool, into room: inout SecretBytes
  ) throws(FileError) -> TreeStatus {
    let status = try status(path, followingLinks: followingLink)
    guard status.kind == .regular else {
      throw FileError(path, status.kind == .symlink ? .symlinkLoop : .notRegular)
    }
    let bytes = try read(path, limit: .max)
    room.wipe()
    for byte in tail ? bytes.suffix(min(limit, room.capacity)) : bytes.prefix(min(limit, room.capacity)) {
      room.append(byte)
    }
    return TreeStatus(file: status)
  }

  public func look(_ path: String) throws(FileError) -> TreeStatus {
    TreeStatus(file: try status(path, followingLinks: false))
  }
}
