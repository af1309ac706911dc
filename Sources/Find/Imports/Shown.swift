import Matching

/// Text of other hosts on its way to a person: short, visible, and without what opens a door.
enum Shown {
  /// One line of at most `limit` characters.
  static func line(_ text: String, limit: Int = 160) -> String {
    var words = VisibleText.cutMiddle(text, to: max(limit, 8) * 4).split(
      separator: " ", omittingEmptySubsequences: false)
    for index in words.indices where isSecret(words[index]) { words[index] = "…" }
    return VisibleText.cutMiddle(VisibleText.terminal(words.joined(separator: " ")), to: limit)
  }

  /// Names of switches alone: values, prompts and addresses stand in argument lists as well, and are nobody's business.
  static func switches(_ arguments: [String]) -> [String] {
    var out: [String] = []
    for argument in arguments.dropFirst() {
      if argument == "--" || out.count == 32 { break }
      guard argument.hasPrefix("-"), argument.utf8.count > 1 else { continue }
      let name = argument.prefix { $0 != "=" }
      // A dash may also begin a text that somebody wrote, or a token.
      guard name.utf8.count <= 48, name.utf8.allSatisfy(isNameByte),
        !isSecret(name.drop { $0 == "-" })
      else {
        continue
      }
      if !out.contains(String(name)) { out.append(String(name)) }
    }
    return out
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
      || byte == 0x2D
      || byte == 0x5F
  }

  private static func isSecret(_ word: Substring) -> Bool {
    guard word.utf8.count >= 12 else { return false }
    let text = String(word)
    if Secret.hasKnownForm(text) || !Secret.cut(text, replacement: "…").secrets.isEmpty {
      return true
    }
    return !text.contains("/") && Secret.looksRandom(text)
  }
}
