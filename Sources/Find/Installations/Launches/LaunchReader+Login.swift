import Platform

/// What a desktop starts at login: autostart entries (Desktop Entry Specification) and property lists of launchd.
extension LaunchReader {
  mutating func readLogin(_ home: Finder.Home) {
    let owner = owner(of: home)
    let folder = "\(home.path)/.config/autostart"
    for name in names(folder, .login, limit: 500) where name.hasSuffix(".desktop") {
      readDesktopEntry("\(folder)/\(name)", home: home.path, owner: owner)
    }
    let agents = "\(home.path)/Library/LaunchAgents"
    for name in names(agents, .login, limit: 500) where name.hasSuffix(".plist") {
      readPropertyList("\(agents)/\(name)", home: home.path, owner: owner)
    }
  }

  /// What launchd starts for the machine, and for everybody who logs in.
  mutating func readSystemLogins(_ homes: [Finder.Home]) {
    for folder in ["/Library/LaunchDaemons", "/Library/LaunchAgents"] {
      for name in names(folder, .login, limit: 2000) where name.hasSuffix(".plist") {
        readPropertyList("\(folder)/\(name)", home: nil, owner: 0, isDaemon: folder.hasSuffix("Daemons"), homes)
      }
    }
  }

  private mutating func readDesktopEntry(_ path: String, home: String, owner: UInt32) {
    guard let text = text(path, .login, owner: owner) else { return }
    var group = ""
    var isHidden = false
    var command: (line: Int, text: String)?
    for (number, line) in Self.lines(text) {
      if line.hasPrefix("[") { group = line }
      guard group == "[Desktop Entry]", let equals = line.firstIndex(of: "=") else { continue }
      let name = line[..<equals].filter { $0 != " " }
      let value = line[line.index(after: equals)...].drop { $0 == " " }
      switch name {
      case "Exec": command = (number, String(value))
      case "Hidden": isHidden = value == "true"
      case "X-GNOME-Autostart-enabled": isHidden = isHidden || value == "false"
      default: break
      }
    }
    guard !isHidden, let command else { return }
    shell(command.text, .login, file: path, number: command.line, home: home)
  }

  /// `ProgramArguments` and `EnvironmentVariables` of launchd.plist(5), where it is XML.
  private mutating func readPropertyList(
    _ path: String, home: String?, owner: UInt32, isDaemon: Bool = false, _ homes: [Finder.Home] = []
  ) {
    guard let text = text(path, .login, owner: owner) else { return }
    guard !text.hasPrefix("bplist") else {
      let what = "a binary property list; not read"
      hide(.login, path, what)
      return note(.init(path: path, what: what))
    }
    let list = PropertyListText(text)
    guard !list.arguments.isEmpty, let kind = recogniser.program(list.arguments) else { return }
    // A daemon without a name is root's; what everybody's login starts is nobody's in particular.
    let user = list.user ?? (isDaemon ? "root" : nil)
    var found = FoundLaunch(
      .login, kind: kind, file: path, line: list.line, words: list.arguments, variables: list.variables,
      home: home ?? user.flatMap { self.home(of: $0, homes) })
    if let user { found.launch.options.append(.init("user", user, line: list.line ?? 1)) }
    add(found)
  }
}

/// The two settings of a launchd property list that say what it starts; read tag by tag, everything else is passed over.
struct PropertyListText {
  private(set) var arguments: [String] = []
  private(set) var variables: [(name: String, value: String)] = []
  /// `UserName`, of a daemon.
  private(set) var user: String?
  /// Where the arguments begin.
  private(set) var line: Int?

  init(_ text: String) {
    var key = ""
    var inner = ""
    var section: String?
    for (number, line) in LaunchReader.lines(text) {
      var rest = Substring(line)
      while let open = rest.firstIndex(of: "<") {
        rest = rest[rest.index(after: open)...]
        guard let close = rest.firstIndex(of: ">") else { break }
        let tag = rest[..<close]
        rest = rest[rest.index(after: close)...]
        let content = Self.unescaped(rest.prefix { $0 != "<" })
        switch tag {
        case "key": if section == "EnvironmentVariables" { inner = content } else { key = content }
        case "array", "dict": if key == "ProgramArguments" || key == "EnvironmentVariables" { section = key }
        case "/array", "/dict": section = nil
        case "string" where section == "ProgramArguments" && arguments.count < 256:
          if self.line == nil { self.line = number }
          arguments.append(content)
        case "string" where section == "EnvironmentVariables" && variables.count < 256:
          variables.append((inner, content))
        case "string" where key == "UserName" && section == nil: user = String(content.prefix(64))
        case "string" where key == "Program" && arguments.isEmpty:
          self.line = number
          arguments = [content]
        default: break
        }
      }
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var out = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      out += rest[..<start]
      rest = rest[start...]
      let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
      if let (name, value) = known.first(where: { rest.hasPrefix($0.0) }) {
        out += value
        rest = rest.dropFirst(name.count)
      } else {
        out += "&"
        rest = rest.dropFirst()
      }
    }
    return out + rest
  }
}
