import Formats
import Platform

/// Files that are not opened: credentials, records of sessions, databases.
extension LayerReader {
  /// Paths of the files in a folder whose name ends so, sorted; a problem where it may not be listed.
  mutating func list(_ directory: String, ending: String) -> [String] {
    names(in: directory).filter { $0.hasSuffix(ending) }.prefix(Limit.siblings).map { "\(directory)/\($0)" }
  }

  /// Names in a folder as its owner may list it.
  mutating func names(in directory: String, quietly: Bool = false) -> [String] {
    do { return try files.list(directory) } catch {
      if error.code == .denied, !quietly { report(directory, nil, Paths.explain(error)) }
      return []
    }
  }

  /// False where there is no such file, or nobody may say.
  @discardableResult
  mutating func note(_ path: String, _ role: Installation.FileFact.Role) -> Bool {
    guard let status = try? files.status(path, followingLinks: true), !facts.contains(where: { $0.path == path }) else {
      return false
    }
    facts.append(Installation.FileFact(path: path, role: role, status: status))
    return true
  }

  /// The files of a folder and of those below it, as far as it holds; what is beyond is counted.
  mutating func noteTranscripts(in directory: String, ending: String, levels: Int = 4) {
    guard note(directory, .sessions) else { return }
    var folders = [(path: directory, level: 0)]
    var visited = 0
    while let folder = folders.popLast(), visited < 2000 {
      visited += 1
      for name in names(in: folder.path, quietly: true).reversed().prefix(2000) {
        let path = "\(folder.path)/\(name)"
        // No link is followed: it could lead in a circle or into somebody else's files.
        guard let status = try? files.status(path, followingLinks: false) else { continue }
        if status.kind == .directory, folder.level < levels {
          folders.append((path, folder.level + 1))
        } else if status.kind == .regular, name.hasSuffix(ending) {
          if facts.count(where: { $0.role == .transcript }) < 200 {
            facts.append(Installation.FileFact(path: path, role: .transcript, status: status))
          } else {
            moreTranscripts += 1
          }
        }
      }
    }
  }

  mutating func noteDatabases(in directory: String, ending: [String]) {
    for name in names(in: directory, quietly: true).prefix(5000) where ending.contains(where: { name.hasSuffix($0) }) {
      note("\(directory)/\(name)", .database)
    }
  }

  /// Projects by their paths, each once, absolute, without the home itself and at most two hundred.
  func projects(_ candidates: [Project]) -> [Project] {
    var seen: Set<String> = []
    var result: [Project] = []
    for candidate in candidates where result.count < Limit.projects {
      guard candidate.path.hasPrefix("/"), candidate.path != "/", !candidate.path.contains("\0"),
        candidate.path.utf8.count < 4096, seen.insert(candidate.path).inserted,
        (try? files.status(candidate.path, followingLinks: true).kind) == .directory
      else { continue }
      result.append(candidate)
    }
    return result
  }
}
