import Platform

/// Start files of shells: aliases and functions that start an agent, and variables that change how it runs.
extension LaunchReader {
  private static let startFiles = [
    ".bashrc", ".bash_profile", ".bash_login", ".profile", ".bash_aliases", ".zshrc", ".zprofile", ".zshenv", ".zlogin",
    ".zsh_aliases", ".aliases", ".kshrc", ".xprofile", ".xsessionrc", ".config/fish/config.fish",
  ]

  mutating func readShell(_ home: Finder.Home) {
    let owner = owner(of: home)
    for name in Self.startFiles { readStartFile("\(home.path)/\(name)", home: home.path, owner: owner) }
    for folder in [".config/fish/conf.d", ".bashrc.d", ".config/environment.d"] {
      let path = "\(home.path)/\(folder)"
      for name in names(path, .shell, limit: 100) where !name.hasPrefix(".") {
        readStartFile("\(path)/\(name)", home: home.path, owner: owner)
      }
    }
  }

  private mutating func readStartFile(_ path: String, home: String, owner: UInt32) {
    guard let text = text(path, .shell, owner: owner) else { return }
    let isAssignments = path.contains("/environment.d/")
    var heredoc: String?
    var count = 0
    for (number, line) in Self.lines(text) {
      let body = line.drop { $0 == " " || $0 == "\t" }
      if let end = heredoc {
        if body == end { heredoc = nil }
        continue
      }
      guard let first = body.first, first != "#", count < 200 else { continue }
      let before = launches.count
      readLine(String(body), isAssignment: isAssignments, file: path, number: number, home: home)
      count += launches.count - before
      heredoc = Self.heredoc(body)
    }
  }

  private mutating func readLine(_ line: String, isAssignment: Bool, file: String, number: Int, home: String) {
    for command in ShellCommand.all(in: line) {
      var exported: [(name: String, value: String)] = isAssignment || command.words.isEmpty ? command.assignments : []
      switch command.words.first {
      case "alias":
        for word in command.words.dropFirst() {
          guard let (name, value) = Self.alias(word) else { continue }
          alias(name, value, file: file, number: number, home: home)
        }
        // fish: alias NAME 'command'.
        if command.words.count >= 3, !command.words[1].contains("="), !command.words[1].hasPrefix("-") {
          alias(command.words[1], command.words[2...].joined(separator: " "), file: file, number: number, home: home)
        }
      case "export", "declare", "typeset":
        exported += command.words.dropFirst().compactMap(ShellCommand.assignment)
      case "set", "setenv":
        let words = command.words.dropFirst().drop { $0.hasPrefix("-") }
        let isExported =
          command.words.first == "setenv" || command.words.contains { $0.hasPrefix("-") && $0.contains("x") }
        if isExported, let name = words.first, words.count > 1 {
          exported.append((name, words.dropFirst().joined(separator: " ")))
        }
      default:
        let inner = command.behindStarters()
        guard !inner.words.isEmpty, let kind = recogniser.program(inner.words) else { break }
        add(
          FoundLaunch(
            .shell, kind: kind, file: file, line: number, words: inner.words, variables: inner.assignments, home: home))
      }
      for (name, value) in exported { variable(name, value, file: file, number: number, home: home) }
    }
  }

  private mutating func alias(_ name: String, _ value: String, file: String, number: Int, home: String) {
    for command in ShellCommand.all(in: value) {
      let inner = command.behindStarters()
      guard !inner.words.isEmpty, let kind = recogniser.program(inner.words) else { continue }
      var found = FoundLaunch(
        .shell, kind: kind, file: file, line: number, words: inner.words, variables: inner.assignments, home: home)
      found.launch.options.append(.init("alias", String(name.prefix(64)), line: number))
      add(found)
    }
  }

  /// `NAME=value` of an alias, whose name may hold more than that of a variable.
  private static func alias(_ word: String) -> (String, String)? {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex, !word.hasPrefix("-") else { return nil }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  /// An exported variable that belongs to an agent, or that changes every program which speaks to a model.
  private mutating func variable(_ name: String, _ value: String, file: String, number: Int, home: String) {
    let kind = recogniser.variable(name) ?? MovedState.kind(of: name)
    guard kind != nil || Self.concernsAll(name) else { return }
    add(
      FoundLaunch(
        .shell, kind: kind ?? Self.everyKind, file: file, line: number, words: [], variables: [(name, value)],
        home: home))
  }

  /// The kind of a launch that concerns every agent of the home.
  static let everyKind = "*"

  /// Variables that change how any agent loads code, trusts servers or reaches its model.
  static func concernsAll(_ name: String) -> Bool {
    wanted.contains(name) || name.hasSuffix("_BASE_URL") || name.hasSuffix("_API_BASE") || name.hasSuffix("_API_KEY")
      || name.hasSuffix("_AUTH_TOKEN")
  }
  private static let wanted: Set<String> = [
    "NODE_OPTIONS", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_EXTRA_CA_CERTS", "NODE_PATH", "LD_PRELOAD", "LD_LIBRARY_PATH",
    "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BUN_OPTIONS", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHTTPSVERIFY", "BASH_ENV",
    "GIT_SSL_NO_VERIFY", "CURL_INSECURE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY",
    "ALL_PROXY", "OPENAI_API_BASE",
  ]

  /// The word that ends a text which begins on this line (`<<EOF`).
  private static func heredoc(_ line: Substring) -> String? {
    guard let start = line.firstRange(of: "<<") else { return nil }
    let rest = line[start.upperBound...].drop { $0 == "-" || $0 == " " }
    guard rest.first != "<" else { return nil }
    let word = rest.drop { $0 == "'" || $0 == "\"" || $0 == "\\" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return word.isEmpty ? nil : String(word)
  }
}
