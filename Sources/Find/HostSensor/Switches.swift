/// Command line switches that say how an agent was told to behave.
///
/// Only names of switches are kept, and the values of those few that are words of a fixed list: prompts, tokens and
/// addresses stand in argument lists as well, and are nobody's business here. Where a value was left out, `…` stands for
/// it, so that a reader of the list does not take the next switch for the value.
enum Switches {
  static let leftOut = "…"

  private static let valued: Set<String> = [
    "--permission-mode", "--approval-mode", "--sandbox", "-s", "-a", "--ask-for-approval", "--bind", "--tailscale",
    "--auto", "--mode", "--allowedTools", "--allowed-tools",
  ]

  static func shown(_ arguments: [String]) -> [String] {
    var out: [String] = []
    var index = 1
    while index < arguments.count, out.count < 64 {
      let argument = arguments[index]
      index += 1
      if argument == "--" { break }
      guard argument.hasPrefix("-"), argument.count > 1 else { continue }
      let name = String(argument.prefix { $0 != "=" })
      // A dash may also begin a text that somebody wrote.
      guard name.utf8.count <= 64, name.utf8.allSatisfy(\.isWordByte) else { continue }
      if name.utf8.count < argument.utf8.count {
        out.append("\(name)=\(value(String(argument.dropFirst(name.count + 1)), of: name))")
      } else if index < arguments.count, !arguments[index].hasPrefix("-") {
        out.append("\(name) \(value(arguments[index], of: name))")
        index += 1
      } else {
        out.append(name)
      }
    }
    return out
  }

  /// The value where it is one of the words that say how the agent behaves.
  private static func value(_ text: String, of name: String) -> String {
    guard valued.contains(name), (1...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isListByte) else {
      return leftOut
    }
    return text
  }
}

extension UInt8 {
  /// A letter, a digit, `-`, `_` or `.`.
  fileprivate var isWordByte: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x2D
      || self == 0x5F || self == 0x2E
  }
  /// Also what joins words to a list of tools: `Bash(*),Edit`.
  fileprivate var isListByte: Bool {
    isWordByte || self == 0x2C || self == 0x28 || self == 0x29 || self == 0x2A
  }
}
