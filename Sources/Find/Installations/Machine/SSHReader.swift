import Platform

/// Settings of sshd_config(5): the first value of a keyword counts, those inside `Match` are passed over, included files
/// are read where they are named.
struct SSHReader {
  typealias Line = MachineFacts.Line
  let files: any FileSystem

  private var settings: [String: Line] = [:]
  private var problem: String?
  private var count = 0

  private static let maximumFiles = 200

  init(files: any FileSystem) { self.files = files }

  func read() -> MachineFacts.Reading<[String: Line]> {
    // Some systems keep the maker's file below /usr and only changes in /etc.
    for main in ["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"] {
      switch MachineReader.reading(main, in: files) {
      case .absent: continue
      case .unread(let reason): return .unread(reason)
      case .read(let text):
        var reader = self
        reader.take(text, main, depth: 0)
        return reader.problem.map { .unread($0) } ?? .read(reader.settings)
      }
    }
    return .absent
  }

  private mutating func take(_ text: String, _ path: String, depth: Int) {
    for line in MachineReader.lines(text, of: path) {
      let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "=" })
      guard let keyword = words.first?.lowercased(), words.count > 1 else { continue }
      if keyword == "match" { return }
      if keyword == "include" {
        for pattern in words.dropFirst() { include(String(pattern.filter { $0 != "\"" }), from: path, depth: depth) }
      } else if settings[keyword] == nil {
        settings[keyword] = Line(file: path, line: line.line, text: words.dropFirst().joined(separator: " "))
      }
    }
  }

  private mutating func include(_ pattern: String, from path: String, depth: Int) {
    let pattern = pattern.hasPrefix("/") ? pattern : "/etc/ssh/\(pattern)"
    guard depth < 8 else { return fail("\(path) includes \(pattern), which was not followed") }
    switch PathPattern(pattern).matches(in: files) {
    case .absent: break
    case .unread(let reason): fail(reason)
    case .read(let paths):
      for path in paths {
        count += 1
        guard count <= Self.maximumFiles else { return fail("\(path): more than \(Self.maximumFiles) files") }
        switch MachineReader.reading(path, in: files) {
        case .absent: break
        case .unread(let reason): fail(reason)
        case .read(let text): take(text, path, depth: depth + 1)
        }
      }
    }
  }

  private mutating func fail(_ reason: String) { problem = problem ?? reason }
}
