import Platform

/// Rights that sudoers(5) gives: aliases of users and commands are resolved, included files are followed in sudo's order.
struct SudoersReader {
  typealias Grant = MachineFacts.SudoGrant
  typealias Line = MachineFacts.Line

  let files: any FileSystem
  let accounts: Accounts
  let groups: [MachineFacts.Group]

  private var grants: [Found] = []
  private var users: [String: [String]] = [:]
  private var commands: [String: [String]] = [:]
  /// Whom `Defaults !authenticate` frees of the password; `ALL` for everybody.
  private var freed: Set<String> = []
  private var seen: Set<String> = []
  /// Why a part is not known.
  private var problem: String?

  private static let maximumFiles = 300
  private static let maximumGrants = 5000

  /// A right as it stands there, before aliases are known.
  private struct Found {
    var place: Line
    var who: [String]
    var commands: [(name: String, isFree: Bool)]
  }

  init(files: any FileSystem, accounts: Accounts, groups: [MachineFacts.Group]) {
    self.files = files
    self.accounts = accounts
    self.groups = groups
  }

  mutating func read(_ main: String = "/etc/sudoers") -> MachineFacts.Reading<[Grant]> {
    switch MachineReader.reading(main, in: files) {
    case .absent: return .absent
    case .unread(let reason): return .unread(reason)
    case .read(let text): take(text, of: main, depth: 0)
    }
    if let problem { return .unread(problem) }
    return .read(resolved())
  }

  // MARK: files

  private mutating func include(_ path: String, from file: String, depth: Int) {
    let path = path.hasPrefix("/") ? path : "\(Paths.parent(of: file))/\(path)"
    guard !path.contains("%h"), depth < 8, seen.count < Self.maximumFiles else {
      return fail("\(file) includes \(path), which was not followed")
    }
    guard seen.insert(path).inserted else { return }
    switch MachineReader.reading(path, in: files) {
    case .read(let text): take(text, of: path, depth: depth + 1)
    case .unread(let reason): fail(reason)
    case .absent: break
    }
  }

  private mutating func include(folder: String, from file: String, depth: Int) {
    let names: [String]
    do { names = try files.list(folder) } catch {
      if error.code != .notFound, error.code != .notDirectory { fail("\(folder): \(Paths.explain(error))") }
      return
    }
    // Names with a dot or a tilde at the end are passed over by sudo.
    for name in names where !name.contains(".") && !name.hasSuffix("~") {
      include("\(folder)/\(name)", from: file, depth: depth)
    }
  }

  private mutating func fail(_ reason: String) { problem = problem ?? reason }

  // MARK: lines

  private mutating func take(_ text: String, of file: String, depth: Int) {
    for line in Self.lines(text, of: file) {
      let words = line.text.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
      guard let first = words.first else { continue }
      let rest = words.count > 1 ? Self.unquoted(words[1]) : ""
      switch first {
      case "@include", "#include": include(rest, from: file, depth: depth)
      case "@includedir", "#includedir": include(folder: rest, from: file, depth: depth)
      case "User_Alias": Self.aliases(rest).forEach { users[$0, default: []] += $1 }
      case "Cmnd_Alias", "Cmd_Alias": Self.aliases(rest).forEach { commands[$0, default: []] += $1 }
      case "Host_Alias", "Runas_Alias": break
      case _ where first.hasPrefix("Defaults"): defaults(first.dropFirst(8), rest)
      default: if let found = Self.right(line), grants.count < Self.maximumGrants { grants.append(found) }
      }
    }
  }

  /// Whole lines: continued ones joined, comments cut off, with the number of the first.
  static func lines(_ text: String, of file: String) -> [Line] {
    var lines: [Line] = []
    var open: Line?
    for (number, line) in LaunchReader.lines(text) {
      var body = line
      let continues = body.hasSuffix("\\")
      if continues { body.removeLast() }
      if open == nil { open = Line(file: file, line: number, text: "") }
      if (open?.text.utf8.count ?? 0) < 16_000 { open?.text += body }
      if continues { continue }
      if let whole = open, let line = cleaned(whole) { lines.append(line) }
      open = nil
    }
    if let whole = open, let line = cleaned(whole) { lines.append(line) }
    return lines
  }

  /// A `#` begins a comment, unless `include` follows, or the number of a user or group.
  private static func cleaned(_ line: Line) -> Line? {
    var out = ""
    var rest = line.text.drop { $0 == " " || $0 == "\t" }
    if rest.hasPrefix("#include") {
      out = String(rest)
    } else {
      var previous: Character = " "
      while let character = rest.popFirst() {
        if character == "#", previous != "\\", rest.first?.isNumber != true { break }
        out.append(character)
        previous = character
      }
    }
    while out.last == " " || out.last == "\t" { out.removeLast() }
    return out.isEmpty ? nil : Line(file: line.file, line: line.line, text: out)
  }

  private static func unquoted(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    if text.first == "\"", text.last == "\"", text.count > 1 { text = text.dropFirst().dropLast() }
    return String(text)
  }

  /// `A = x, y : B = z`.
  private static func aliases(_ text: String) -> [(String, [String])] {
    text.split(separator: ":").compactMap { part in
      guard let equals = part.firstIndex(of: "=") else { return nil }
      return (
        part[..<equals].filter { $0 != " " && $0 != "\t" }, list(part[part.index(after: equals)...])
      )
    }
  }

  private static func list(_ text: Substring) -> [String] {
    text.split(separator: ",").prefix(1000).map { trimmed($0) }.filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }

  private mutating func defaults(_ scope: Substring, _ settings: String) {
    var names = ["ALL"]
    var settings = settings
    if scope.first == ":" {
      // `Defaults:ada` and `Defaults: ada` are the same.
      var named = scope.dropFirst()
      if named.isEmpty {
        let words = settings.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
        named = words.first ?? ""
        settings = words.count > 1 ? String(words[1]) : ""
      }
      names = Self.list(named)
    }
    let isFree = Self.list(Substring(settings)).contains {
      $0.hasPrefix("!") && $0.dropFirst().filter { $0 != " " } == "authenticate"
    }
    if isFree { freed.formUnion(names) }
  }

  /// `WHO HOST = (AS) TAG: COMMAND, COMMAND`; nothing for what is run as others than root.
  private static func right(_ line: Line) -> Found? {
    guard let equals = line.text.firstIndex(of: "=") else { return nil }
    let who = people(line.text[..<equals])
    guard !who.isEmpty else { return nil }
    var isFree = false
    var isRoot = true
    var commands: [(String, Bool)] = []
    for part in parts(line.text[line.text.index(after: equals)...]) {
      var rest = part.drop { $0 == " " || $0 == "\t" }
      if rest.first == "(", let close = rest.firstIndex(of: ")") {
        isRoot = includesRoot(rest[rest.index(after: rest.startIndex)..<close])
        rest = rest[rest.index(after: close)...].drop { $0 == " " || $0 == "\t" }
      }
      while let colon = rest.firstIndex(of: ":"), tags.contains(trimmed(rest[..<colon])) {
        switch trimmed(rest[..<colon]) {
        case "NOPASSWD": isFree = true
        case "PASSWD": isFree = false
        default: break
        }
        rest = rest[rest.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      }
      let command = trimmed(rest)
      if isRoot, !command.isEmpty, !command.hasPrefix("!") { commands.append((command, isFree)) }
    }
    let place = Line(file: line.file, line: line.line, text: String(line.text.prefix(400)))
    return commands.isEmpty ? nil : Found(place: place, who: who, commands: commands)
  }

  private static let tags: Set<String> = [
    "NOPASSWD", "PASSWD", "EXEC", "NOEXEC", "SETENV", "NOSETENV", "LOG_INPUT", "NOLOG_INPUT", "LOG_OUTPUT",
    "NOLOG_OUTPUT", "MAIL", "NOMAIL", "FOLLOW", "NOFOLLOW", "INTERCEPT", "NOINTERCEPT",
  ]

  /// Commands are separated by commas, those of a group of users in brackets are not.
  private static func parts(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "(": depth += 1
      case ")": depth = max(0, depth - 1)
      case "," where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return Array((parts + [text[start...]]).prefix(1000))
  }

  private static func includesRoot(_ text: Substring) -> Bool {
    let users = list(text.prefix { $0 != ":" })
    return users.contains { $0 == "ALL" || $0 == "root" || $0 == "#0" || $0.first?.isUppercase == true }
  }

  /// The users before the hosts: a list goes on while a comma stands between.
  private static func people(_ text: Substring) -> [String] {
    var people: [String] = []
    var current = ""
    var isOpen = true
    var isQuoted = false
    var previous: Character = " "
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if previous == "\\" {
        current.append(character)
      } else if character == ",", !isQuoted {
        if !current.isEmpty { people.append(current) }
        (current, isOpen) = ("", true)
      } else if character == " " || character == "\t", !isQuoted {
        if !current.isEmpty { isOpen = false }
      } else if character != "\\" {
        // The first word behind a list that no comma continues names the hosts.
        guard isOpen || current.isEmpty else { return people + [current] }
        current.append(character)
      }
      previous = character
    }
    // Without hosts there is no right.
    return []
  }

  // MARK: resolving

  private func resolved() -> [Grant] {
    grants.flatMap { found -> [Grant] in
      var names: [String] = []
      for name in found.who { expand(name, into: &names, depth: 0) }
      return names.prefix(1000).map { name in
        let isFreed = freed.contains("ALL") || freed.contains(name)
        let free = found.commands.filter { $0.isFree || isFreed }
        let counted = free.isEmpty ? found.commands : free
        return Grant(
          place: found.place, who: name, asksNoPassword: !free.isEmpty,
          allowsEverything: counted.contains { isEverything($0.name, depth: 0) })
      }
    }
  }

  private func expand(_ name: String, into names: inout [String], depth: Int) {
    guard names.count < 1000, !name.hasPrefix("!") else { return }
    if let members = users[name], depth < 8 {
      for member in members { expand(member, into: &names, depth: depth + 1) }
    } else if name.hasPrefix("%#"), let id = UInt32(name.dropFirst(2)) {
      names.append(groups.first { $0.id == id }.map { "%" + $0.name } ?? name)
    } else if name.hasPrefix("#"), let id = UInt32(name.dropFirst()) {
      names.append(accounts[id]?.name ?? name)
    } else {
      names.append(name)
    }
  }

  private func isEverything(_ command: String, depth: Int) -> Bool {
    command == "ALL" || depth < 8 && (commands[command] ?? []).contains { isEverything($0, depth: depth + 1) }
  }
}
