// Repair: changes that findings spell out, made so that they can be taken back.
//
// Goes in: findings with an edit that is marked safe. Stays out: deciding what is safe (the rules do), asking a person (the verb does).
public import Model
public import Platform

/// Plans and makes changes of files, and takes them back.
///
/// Before anything is changed, what was there is written into the state directory, synced. A change is made only where the
/// file is still what was planned for, and taken back only where it is still what the change left behind.
public struct Fixes: Sendable {
  let state: StateDirectory
  /// Folder below the state directory; one folder in it for each time.
  static let folder = "fixes"
  static let limit = 8 << 20

  public init(state: StateDirectory) { self.state = state }

  /// One file or folder, before and after; several findings may have a hand in it.
  public struct Operation: Sendable, Hashable {
    public var path: String
    public var before: FileStatus
    public var mode: UInt16
    /// Nil where the contents stay.
    public var contents: Contents?
    public var findings: [Finding]

    public struct Contents: Sendable, Hashable {
      public var before: [UInt8]
      public var after: [UInt8]
    }
    public var changesMode: Bool { mode != before.mode }
  }

  /// What is planned, and what was asked for and cannot be done, with the reason.
  public struct Plan: Sendable {
    public var operations: [Operation] = []
    public var refused: [Refusal] = []
  }

  public struct Refusal: Sendable, Hashable {
    public var path: String
    public var reason: String
    public var finding: Finding?
    public init(_ path: String, _ reason: String, finding: Finding? = nil) {
      self.path = path
      self.reason = reason
      self.finding = finding
    }
  }
}

extension FileError {
  /// For people, without the path.
  var reason: String {
    switch code {
    case .notFound: "it is not there"
    case .denied: "not allowed; run as its owner or with sudo"
    case .symlinkLoop: "a symbolic link leads there, and links are not followed to change something"
    case .notDirectory, .notRegular: "it is no regular file"
    case .tooLarge: "it is larger than \(Fixes.limit >> 20) MiB"
    case .system(let number): "error \(number) of the system"
    }
  }
}

/// The last name of a path and the folder before it.
func split(_ path: String) -> (folder: String, name: String) {
  let slash = path.lastIndex(of: "/") ?? path.startIndex
  let folder = String(path[..<slash])
  return (folder.isEmpty ? "/" : folder, String(path[slash...].drop { $0 == "/" }))
}
