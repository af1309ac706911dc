/// The command line of a tunnel program: its words, and the values of its options. Values are only read, never shown:
/// tokens stand among them.
struct TunnelArguments {
  private let arguments: [String]

  init(_ arguments: [String]) {
    // An interpreter's script takes the place of the program.
    var rest = arguments.dropFirst()
    if let first = arguments.first, Self.isInterpreter(first) { rest = rest.drop { $0.hasPrefix("-") }.dropFirst() }
    self.arguments = Array(rest.prefix(256))
  }

  private static func isInterpreter(_ program: String) -> Bool {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    return name == "node" || name == "nodejs" || name == "bun" || name.hasPrefix("python")
  }

  /// Arguments that are no options. Values of options written apart are among them.
  var words: [String] { arguments.filter { !$0.hasPrefix("-") } }

  func contains(_ names: String...) -> Bool {
    arguments.contains { argument in names.contains { argument == $0 || argument.hasPrefix($0 + "=") } }
  }

  func value(_ names: String...) -> String? { values(names).first }
  func values(_ names: String...) -> [String] { values(names) }

  /// `--url x`, `--url=x`, `-p3000`.
  private func values(_ names: [String]) -> [String] {
    var out: [String] = []
    for (index, argument) in arguments.enumerated() {
      for name in names {
        if argument == name {
          if index + 1 < arguments.count { out.append(arguments[index + 1]) }
        } else if argument.hasPrefix(name + "=") {
          out.append(String(argument.dropFirst(name.count + 1)))
        } else if name.count == 2, !name.hasPrefix("--"), argument.hasPrefix(name), !argument.hasPrefix("--") {
          out.append(String(argument.dropFirst(2)))
        }
      }
    }
    return out
  }

  /// The local end among the arguments behind a verb: one that names this machine, or a bare port; else the first that
  /// reads as a place and is no option's value.
  func target(after verb: String, valued: Set<String> = []) -> TunnelTarget? {
    guard let start = arguments.firstIndex(of: verb) else { return nil }
    var first: TunnelTarget?
    var index = start + 1
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument.hasPrefix("-") {
        if valued.contains(argument) { index += 1 }
        continue
      }
      guard let target = TunnelTarget(argument) else { continue }
      let isLocal = target.host == "localhost" || target.host == "::1" || target.host.hasPrefix("127.")
      let followsOption = index >= 2 && arguments[index - 2].hasPrefix("-") && !arguments[index - 2].contains("=")
      if isLocal { return target }
      if first == nil, !followsOption { first = target }
    }
    return first
  }
}

/// One `-R` of ssh(1): `[bind:]port:host:hostport`, or a port alone.
struct SSHForward: Sendable, Hashable {
  var target: TunnelTarget?
  /// The far end listens on every address of the server.
  var isOpen: Bool
  /// Without a target the server may go anywhere from here (a proxy).
  var isWholeNetwork: Bool

  init?(_ text: String) {
    var parts: [String] = []
    var part = ""
    var inBrackets = false
    for character in text {
      switch character {
      case "[": inBrackets = true
      case "]": inBrackets = false
      case ":" where !inBrackets, " " where !inBrackets:
        parts.append(part)
        part = ""
      default: part.append(character)
      }
    }
    parts.append(part)
    func isEverywhere(_ bind: String) -> Bool { ["", "*", "0.0.0.0", "::"].contains(bind) }
    switch parts.count {
    case 1, 2:
      guard let last = parts.last, UInt16(last) != nil else { return nil }
      target = nil
      isOpen = parts.count == 2 && isEverywhere(parts[0])
      isWholeNetwork = true
    case 3, 4:
      guard let port = UInt16(parts[parts.count - 1]), port > 0 else { return nil }
      let host = parts[parts.count - 2]
      target = TunnelTarget(host: host.isEmpty ? "localhost" : host, port: port)
      isOpen = parts.count == 4 && isEverywhere(parts[0])
      isWholeNetwork = false
    default: return nil
    }
  }
}
