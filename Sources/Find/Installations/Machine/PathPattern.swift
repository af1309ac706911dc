import Platform

/// A path whose last part may hold `*` and `?`, as configuration files name others.
struct PathPattern {
  let text: String

  init(_ text: String) { self.text = text }

  /// The files that it names, in the order of their names; unread where one of its folders may not be listed or another
  /// part than the last is a pattern.
  func matches(in files: some FileSystem) -> MachineFacts.Reading<[String]> {
    guard Self.isPattern(text) else { return .read([text]) }
    let folder = Paths.parent(of: text)
    guard !Self.isPattern(folder), !text.contains("[") else {
      return .unread("\(text) names files by a pattern that is not followed")
    }
    let pattern = Array(Paths.name(of: text).utf8)
    switch MachineReader.names(folder, in: files) {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let names):
      return .read(
        names.filter { name in
          (!name.hasPrefix(".") || pattern.first == UInt8(ascii: ".")) && Self.matches(Array(name.utf8), pattern)
        }.map { "\(folder)/\($0)" })
    }
  }

  private static func isPattern(_ text: String) -> Bool { text.contains { $0 == "*" || $0 == "?" || $0 == "[" } }

  /// Goes back to the last star alone, so that no name costs more than its length times that of the pattern.
  static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    var (here, there) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while here < name.count {
      if there < pattern.count, pattern[there] == UInt8(ascii: "*") {
        star = (there, here)
        there += 1
      } else if there < pattern.count, pattern[there] == name[here] || pattern[there] == UInt8(ascii: "?") {
        here += 1
        there += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (there, here) = (last.pattern + 1, last.name + 1)
      } else {
        return false
      }
    }
    return pattern[there...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
