/// Crontabs (crontab(5), anacrontab(5)): of the system, of packages and of each user.
extension LaunchReader {
  private enum Form {
    /// Time, user, command.
    case system
    /// Time, command.
    case user(String)
    /// Period, delay, name, command; as root.
    case anacron
  }

  mutating func readCrontabs(_ homes: [Finder.Home]) {
    readCrontab("/etc/crontab", .system, homes)
    readCrontab("/etc/anacrontab", .anacron, homes)
    // cron passes over names with a dot in them.
    for name in names("/etc/cron.d", .cron, limit: 500) where !name.contains(".") {
      readCrontab("/etc/cron.d/\(name)", .system, homes)
    }
    for spool in ["/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"] {
      for name in names(spool, .cron, limit: 1000) where !["crontabs", "tabs", "atjobs", "atspool"].contains(name) {
        readCrontab("\(spool)/\(name)", .user(name), homes)
      }
    }
    for period in ["hourly", "daily", "weekly", "monthly"] {
      for name in names("/etc/cron.\(period)", .cron, limit: 200) where !name.hasPrefix(".") {
        let path = "/etc/cron.\(period)/\(name)"
        guard let text = text(path, .cron) else { continue }
        for (number, line) in Self.lines(text) {
          shell(line, .cron, file: path, number: number, home: "/root", user: "root")
        }
      }
    }
  }

  private mutating func readCrontab(_ path: String, _ form: Form, _ homes: [Finder.Home]) {
    guard let text = text(path, .cron) else { return }
    var variables: [(name: String, value: String)] = []
    for (number, line) in Self.lines(text) {
      let body = line.drop { $0 == " " || $0 == "\t" }
      guard let first = body.first, first != "#" else { continue }
      if let (name, value) = Self.variable(body) {
        variables.append((name, value))
        continue
      }
      guard let (user, command) = Self.entry(body, form) else { continue }
      // A bare percent sign ends the command: what follows is its input.
      shell(
        Self.beforePercent(command), .cron, file: path, number: number, variables: variables,
        home: home(of: user, homes), user: user)
    }
  }

  /// `NAME = value`, where the name is one word and no number.
  private static func variable(_ line: Substring) -> (String, String)? {
    guard let equals = line.firstIndex(of: "=") else { return nil }
    let name = line[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "'" }
    guard let first = name.first, first.isLetter || first == "_",
      name.utf8.allSatisfy({ $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }),
      line[..<equals].split(whereSeparator: { $0 == " " || $0 == "\t" }).count == 1
    else { return nil }
    var value = line[line.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
    while let last = value.last, last == " " || last == "\t" { value.removeLast() }
    if let quote = value.first, quote == "\"" || quote == "'", value.last == quote, value.count > 1 {
      value = value.dropFirst().dropLast()
    }
    return (name, String(value))
  }

  private static func entry(_ line: Substring, _ form: Form) -> (user: String, command: String)? {
    var rest = line
    func word() -> Substring? {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      let word = rest.prefix { $0 != " " && $0 != "\t" }
      rest = rest.dropFirst(word.count)
      return word.isEmpty ? nil : word
    }
    guard let first = word() else { return nil }
    var left = if case .anacron = form { 2 } else { first.hasPrefix("@") ? 0 : 4 }
    while left > 0 {
      guard word() != nil else { return nil }
      left -= 1
    }
    let user: String
    switch form {
    case .system:
      guard let name = word() else { return nil }
      user = String(name)
    case .user(let name): user = name
    case .anacron: user = "root"
    }
    return (user, String(rest))
  }

  private static func beforePercent(_ command: String) -> String {
    var result = ""
    var escaped = false
    for character in command {
      if character == "%" {
        guard escaped else { break }
        result.removeLast()
      }
      result.append(character)
      escaped = character == "\\"
    }
    return result
  }

  /// Lines with their numbers from 1, at most 20 000, each at most 4 000 characters.
  static func lines(_ text: String) -> [(number: Int, text: String)] {
    text.split(separator: "\n", maxSplits: 20_000, omittingEmptySubsequences: false).prefix(20_000).enumerated().map {
      var line = $1.prefix(4000)
      if line.last == "\r" { line.removeLast() }
      return ($0 + 1, String(line))
    }
  }
}
