public import Model

/// A file system of values, for tests and for the made-up home of `--demo`.
public struct MemoryFiles: FileSystem {
  public enum Node: Sendable, Hashable {
    case file([UInt8], FileStatus)
    case directory(FileStatus)
    case link(String)
    /// Exists, but every access is refused.
    case denied
  }

  public private(set) var nodes: [String: Node] = ["/": .directory(FileStatus(kind: .directory, mode: 0o755))]

  public init() {}

  public mutating func add(
    _ path: String, _ text: String, mode: UInt16 = 0o600, owner: UInt32 = 1000,
    modified: Timestamp = Timestamp(seconds: 0)
  ) {
    add(path, bytes: Array(text.utf8), mode: mode, owner: owner, modified: modified)
  }

  public mutating func add(
    _ path: String, bytes: [UInt8], mode: UInt16 = 0o600, owner: UInt32 = 1000,
    modified: Timestamp = Timestamp(seconds: 0)
  ) {
    parents(of: path, owner: owner)
    nodes[path] = .file(
      bytes,
      FileStatus(
        kind: .regular, mode: mode, owner: owner, group: owner, size: Int64(bytes.count), modified: modified,
        inode: UInt64(nodes.count)))
  }

  public mutating func add(directory path: String, mode: UInt16 = 0o700, owner: UInt32 = 1000) {
    parents(of: path, owner: owner)
    nodes[path] = .directory(
      FileStatus(kind: .directory, mode: mode, owner: owner, group: owner, inode: UInt64(nodes.count)))
  }

  public mutating func add(link path: String, to target: String) {
    parents(of: path, owner: 1000)
    nodes[path] = .link(target)
  }

  /// Anything else: a socket, a device.
  public mutating func add(node path: String, _ node: Node, owner: UInt32 = 0) {
    parents(of: path, owner: owner)
    nodes[path] = node
  }

  public mutating func deny(_ path: String) {
    parents(of: path, owner: 0)
    nodes[path] = .denied
  }

  private mutating func parents(of path: String, owner: UInt32) {
    var prefix = ""
    for part in path.split(separator: "/").dropLast() {
      prefix += "/\(part)"
      if nodes[prefix] == nil {
        nodes[prefix] = .directory(FileStatus(kind: .directory, mode: 0o755, owner: owner, inode: UInt64(nodes.count)))
      }
    }
  }

  private func resolve(_ path: String, followingLast: Bool) throws(FileError) -> (String, Node) {
    var pending = Array(path.split(separator: "/").reversed())
    var current = ""
    var links = 0
    while let part = pending.popLast() {
      if part == "." { continue }
      if part == ".." {
        current = String(current[..<(current.lastIndex(of: "/") ?? current.startIndex)])
        continue
      }
      let next = "\(current)/\(part)"
      guard let node = nodes[next] else { throw FileError(path, .notFound) }
      switch node {
      case .denied: throw FileError(path, .denied)
      case .link(let target) where !pending.isEmpty || followingLast:
        links += 1
        guard links < 40 else { throw FileError(path, .symlinkLoop) }
        if target.hasPrefix("/") { current = "" }
        pending += target.split(separator: "/").reversed()
      default: current = next
      }
    }
    let resolved = current.isEmpty ? "/" : current
    guard let node = nodes[resolved] else { throw FileError(path, .notFound) }
    return (resolved, node)
  }

  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard case .file(let bytes, let status) = try resolve(path, followingLast: true).1, status.kind == .regular else {
      throw FileError(path, .notRegular)
    }
    guard bytes.count <= limit else { throw FileError(path, .tooLarge) }
    return bytes
  }

  public func list(_ path: String) throws(FileError) -> [String] {
    let (resolved, node) = try resolve(path, followingLast: true)
    guard case .directory = node else { throw FileError(path, .notDirectory) }
    let prefix = resolved == "/" ? "/" : resolved + "/"
    return nodes.keys.filter { $0 != "/" && $0.hasPrefix(prefix) && !$0.dropFirst(prefix.count).contains("/") }
      .map { String($0.dropFirst(prefix.count)) }.sorted()
  }

  public func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    switch try resolve(path, followingLast: followingLinks).1 {
    case .file(_, let status), .directory(let status): return status
    case .link: return FileStatus(kind: .symlink, mode: 0o777)
    case .denied: throw FileError(path, .denied)
    }
  }

  public func readLink(_ path: String) throws(FileError) -> String {
    guard case .link(let target) = try resolve(path, followingLast: false).1 else { throw FileError(path, .notRegular) }
    return target
  }

  public func realPath(_ path: String) throws(FileError) -> String { try resolve(path, followingLast: true).0 }
}
