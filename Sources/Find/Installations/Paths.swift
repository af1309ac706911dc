import Platform

/// Paths as text: no file is touched.
enum Paths {
  /// Refused by us, where the system would have let us: EACCES in the owner's name.
  static let notForOwner = FileError.Code.system(13)

  /// Everything before the last slash; `/` for what lies at the top.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

  /// Whether a real path is that directory or lies below it.
  static func isInside(_ path: String, _ directory: String) -> Bool {
    path == directory || path.hasPrefix(directory == "/" ? "/" : directory + "/")
  }

  /// Why a file could not be read, for a person.
  static func explain(_ error: FileError, limit: Int? = nil) -> String {
    switch error.code {
    case notForOwner: "the installation's owner may not read it; not read"
    case .notFound: "it does not exist"
    case .denied: "permission denied"
    case .notDirectory: "it is no directory"
    case .notRegular: "it is no regular file"
    case .tooLarge: limit.map { "larger than \($0 >> 20) MB; not read" } ?? "too large; not read"
    case .symlinkLoop: "its symbolic links lead in a circle"
    case .system(let number): "the system's error \(number)"
    }
  }
}
