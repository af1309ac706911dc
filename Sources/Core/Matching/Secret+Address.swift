extension Secret {
  /// An address or an option with its credentials cut out, and the credentials: the password before `@`, values in the
  /// query whose names say so, the value of `--token=…`. Other text comes back as it is.
  ///
  /// What is left holds nothing more to cut: cutting it again changes nothing.
  public static func cut(_ text: String, replacement: String) -> (text: String, secrets: [String]) {
    var secrets: [String] = []
    var shown = text
    // A value that is cut out of the middle may bring two pieces together that make another address.
    for _ in 0..<maximumPasses {
      let count = secrets.count
      shown = pass(over: shown, replacement, &secrets)
      if secrets.count == count { break }
    }
    return (shown, secrets)
  }

  private static let maximumPasses = 64
  /// Queries inside each other.
  private static let maximumDepth = 64

  private static func pass(over text: String, _ replacement: String, _ secrets: inout [String]) -> String {
    if text.hasPrefix("-"), let equals = text.firstIndex(of: "="),
      let shown = cut(
        name: text[..<equals], value: text[text.index(after: equals)...], replacement: replacement, &secrets)
    {
      return text[...equals] + shown
    }
    guard text.contains("://") else { return text }
    let result = withoutPasswords(text, replacement, &secrets)
    guard let question = result.firstIndex(where: isQuery) else { return result }
    return result[...question]
      + withoutValues(result[result.index(after: question)...], replacement, &secrets, depth: 0)
  }

  /// The replacement, where that name promises a credential and the value can be one.
  private static func cut(
    name: Substring, value: Substring, replacement: String, _ secrets: inout [String]
  ) -> String? {
    let value = String(value)
    guard value != replacement, looksLikeCredential(name: String(name), value: value) else { return nil }
    secrets.append(value)
    return replacement
  }

  /// The password of every address in the text.
  private static func withoutPasswords(_ text: String, _ replacement: String, _ secrets: inout [String]) -> String {
    var out = ""
    var rest = Substring(text)
    while let scheme = rest.firstRange(of: "://") {
      out += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      let authority = rest.prefix { $0 != "/" && !isQuery($0) }
      guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { continue }
      let password = String(authority[authority.index(after: colon)..<at])
      guard !isPlaceholder(password), password != replacement else { continue }
      secrets.append(password)
      out += rest[...colon] + replacement
      rest = rest[at...]
    }
    return out + rest
  }

  /// Values of `name=value&name=value`; one that is none itself may be an address with a query of its own.
  private static func withoutValues(
    _ text: Substring, _ replacement: String, _ secrets: inout [String], depth: Int
  ) -> String {
    text.split(separator: "&", omittingEmptySubsequences: false).map { pair -> String in
      if let equals = pair.firstIndex(of: "="),
        let shown = cut(
          name: pair[..<equals], value: pair[pair.index(after: equals)...], replacement: replacement, &secrets)
      {
        return pair[...equals] + shown
      }
      guard depth < maximumDepth, let question = pair.firstIndex(where: isQuery) else { return String(pair) }
      return pair[...question]
        + withoutValues(pair[pair.index(after: question)...], replacement, &secrets, depth: depth + 1)
    }.joined(separator: "&")
  }

  private static func isQuery(_ character: Character) -> Bool { character == "?" || character == "#" }
}
