extension JSON5 {
  /// A line of a file, broken or not, with a dot for each character of what may be a secret: texts that are no plain word,
  /// everything on a line whose keys promise a secret, and long words with a digit outside of texts. Keys stay.
  static func withoutValues(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var out = line
    let isSecret = promisesSecret(String(String.UnicodeScalarView(line)).lowercased())
    var place = 0
    while place < line.count {
      if isQuote(line[place]) {
        let end = closing(line, from: place)
        let inside = (place + 1)..<max(place + 1, min(end, line.count))
        if !isKey(line, after: end), isSecret || !isPlain(line[inside]) {
          for index in inside { out[index] = "•" }
        }
        place = end + 1
        continue
      }
      var end = place
      while end < line.count, isWord(line[end]) { end += 1 }
      let word = line[place..<end]
      if !word.isEmpty, !isKey(line, after: end - 1),
        word.count >= 12 || isSecret, word.contains(where: { ("0"..."9").contains($0) })
      {
        for index in place..<end { out[index] = "•" }
      }
      place = max(end, place + 1)
    }
    return out
  }

  /// Whether a key or a line promises a secret.
  private static func promisesSecret(_ text: String) -> Bool {
    ["token", "secret", "pass", "key", "credential", "cookie", "pin"].contains { text.contains($0) }
  }

  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool { scalar == "\"" || scalar == "'" || scalar == "`" }

  /// Place of the quote that ends a text, or the end of the line.
  private static func closing(_ line: [Unicode.Scalar], from start: Int) -> Int {
    var place = start + 1
    while place < line.count, line[place] != line[start] { place += line[place] == "\\" ? 2 : 1 }
    return place
  }

  private static func isKey(_ line: [Unicode.Scalar], after end: Int) -> Bool {
    let next = line.dropFirst(end + 1).first { $0 != " " }
    return next == ":"
  }

  private static func isPlain(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
    word.count <= 24 && word.allSatisfy { ("a"..."z").contains($0) || $0 == "-" || $0 == "_" }
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      || ["_", "-", "+", ".", "=", "/"].contains(scalar)
  }
}
