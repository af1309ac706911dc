/// Command line switches that say how an agent was told to behave.
///
/// Only names of switches are kept, and the values of those few that are words of a fixed list: prompts, tokens and
/// addresses stand in argument lists as well, and are nobody's business here.
enum Switches {
  private static let valued: Set<String> = [
    "--permission-mode", "--approval-mode", "--sandbox", "-s", "-a", "--ask-for-approval", "--bind", "--tailscale",
    "--auto",
    "--mode",
  ]
  /// The next argument is text of a person or a setting, never a switch.
  private static let swallowed: Set<String> = [
    "-p", "-m", "-z", "-c", "--print", "--message", "--prompt", "--model", "--append-system-prompt", "--system-prompt",
  ]

  static func shown(_ arguments: [String]) -> [String] {
    var out: [String] = []
    var index = 1
    while index < arguments.count, out.count < 64 {
      let argument = arguments[index]
      index += 1
      if argument == "--" { break }
      guard argument.hasPrefix("-"), argument.count > 1, argument.utf8.count <= 64 else { continue }
      let name = String(argument.prefix { $0 != "=" })
      if valued.contains(name) {
        let value: String?
        if name.utf8.count < argument.utf8.count {
          value = String(argument.dropFirst(name.count + 1))
        } else if index < arguments.count {
          value = arguments[index]
          index += 1
        } else {
          value = nil
        }
        let isWord = value.map { $0.utf8.count <= 32 && $0.utf8.allSatisfy { byte in byte.isWordByte } } ?? false
        out.append(isWord ? "\(name) \(value ?? "")" : name)
      } else {
        if swallowed.contains(name), name == argument, index < arguments.count, !arguments[index].hasPrefix("-") {
          index += 1
        }
        out.append(name)
      }
    }
    return out
  }
}

extension UInt8 {
  /// A letter, a digit, `-`, `_` or `.`.
  fileprivate var isWordByte: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x2D
      || self == 0x5F || self == 0x2E
  }
}
