/// A command line as one text, taken apart into arguments.
enum CommandLine {
  static let maximumArguments = 512

  /// Of a Unix host: tools join arguments with blanks, so that quoting is lost; the words are what remains.
  ///
  /// A title that npm writes is one argument with blanks in it.
  static func unix(_ text: some StringProtocol) -> [String] {
    let separators: Set<Character> = [" ", "\t", "\n", "\0"]
    let pieces = text.prefix(32 << 10).split { separators.contains($0) }
    let words = pieces.prefix(maximumArguments).map { String($0) }
    if words.count >= 3, words[0] == "npm", words[1] == "exec" {
      return [words[..<3].joined(separator: " ")]
    }
    return words
  }

  /// Of a Windows host, after the rules of CommandLineToArgvW, with slashes for backslashes so that fingerprints match.
  static func windows(_ text: some StringProtocol) -> [String] {
    var out: [String] = []
    var word = ""
    var isQuoted = false
    var hasWord = false
    var slashes = 0
    func end() {
      if hasWord, out.count < maximumArguments { out.append(word) }
      word = ""
      hasWord = false
    }
    for character in unquotedProgram(text.prefix(32 << 10)) {
      switch character {
      case "\\":
        slashes += 1
        hasWord = true
        continue
      case "\"":
        word += String(repeating: "/", count: slashes / 2)
        if slashes % 2 == 1 { word.append("\"") } else { isQuoted.toggle() }
        hasWord = true
      case " ", "\t", "\n":
        word += String(repeating: "/", count: slashes)
        if isQuoted { word.append(character) } else { end() }
      default:
        word += String(repeating: "/", count: slashes)
        word.append(character)
        hasWord = true
      }
      slashes = 0
    }
    word += String(repeating: "/", count: slashes)
    end()
    return out
  }

  /// `C:\Program Files\nodejs\node.exe x` with quotes around the program, which some starters forget.
  private static func unquotedProgram(_ text: some StringProtocol) -> String {
    let text = String(text)
    guard text.utf8.dropFirst().starts(with: Array(":\\".utf8)),
      let end = text.lowercased().firstRange(of: ".exe")?.upperBound
    else { return text }
    let count = text.lowercased().distance(from: text.lowercased().startIndex, to: end)
    let head = text.prefix(count)
    let rest = text.dropFirst(count)
    guard head.contains(" "), rest.isEmpty || rest.first == " " else { return text }
    return "\"\(head)\"\(rest)"
  }

  static func isWindows(_ text: some StringProtocol) -> Bool {
    let head = text.prefix(400)
    return head.contains(":\\") || head.lowercased().contains(".exe") || head.hasPrefix("\\??\\")
      || head.hasPrefix("\\\\")
  }

  /// A Windows program's path or name as fingerprints spell it: slashes, no `.exe`, the name in lower case.
  static func plainProgram(_ path: String) -> String {
    guard isWindows(path) else { return path }
    let parts = path.replacing("\\", with: "/").split(
      separator: "/", omittingEmptySubsequences: false)
    guard var name = parts.last?.lowercased() else { return path }
    for ending in [".exe", ".com"] where name.hasSuffix(ending) && name.utf8.count > 4 {
      name = String(name.dropLast(4))
    }
    return (parts.dropLast().map(String.init) + [name]).joined(separator: "/")
  }
}
