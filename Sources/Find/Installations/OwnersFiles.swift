import Platform

/// Files as the owner of an installation may read them, whoever we are.
///
/// A look as root must not become the owner's way to files of others: `$include`, a symbolic link in place of the
/// configuration or an `EnvironmentFile=` may point anywhere. Judged by mode and owner of the file and of each directory
/// above it; groups count as if the owner were in all of them.
struct OwnersFiles: FileSystem {
  let base: any FileSystem
  let owner: UInt32

  init(_ base: any FileSystem, owner: UInt32) {
    self.base = base
    self.owner = owner
  }

  func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let real = try base.realPath(path)
    try check(real, others: 0o044, own: 0o400)
    var directory = Paths.parent(of: real)
    while directory != "/" {
      try check(directory, others: 0o011, own: 0o100)
      directory = Paths.parent(of: directory)
    }
    return try base.read(real, limit: limit)
  }

  private func check(_ path: String, others: UInt16, own: UInt16) throws(FileError) {
    let status = try base.status(path, followingLinks: true)
    guard owner == 0 || status.mode & (status.owner == owner ? own | others : others) != 0 else {
      throw FileError(path, Paths.notForOwner)
    }
  }

  func list(_ path: String) throws(FileError) -> [String] { try base.list(path) }
  func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    try base.status(path, followingLinks: followingLinks)
  }
  func readLink(_ path: String) throws(FileError) -> String { try base.readLink(path) }
  func realPath(_ path: String) throws(FileError) -> String { try base.realPath(path) }
}
