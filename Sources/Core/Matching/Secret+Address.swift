extension Secret {
  /// An address or an option with its credentials cut out, and the credentials: the password before `@`, values in the
  /// query whose names say so, the value of `--token=…`. Other text comes back as it is.
  public static func cut(_ text: String, replacement: String) -> (text: String, secrets: [String]) {
    var secrets: [String] = []
    func cut(name: Substring, value: Substring) -> String? {
      let value = String(value)
      guard value != replacement, looksLikeCredential(name: String(name), value: value) else { return nil }
      secrets.append(value)
      return replacement
    }
    if text.hasPrefix("-"), let equals = text.firstIndex(of: "="),
      let shown = cut(name: text[..<equals], value: text[text.index(after: equals)...])
    {
      return (text[...equals] + shown, secrets)
    }
    guard let scheme = text.firstRange(of: "://") else { return (text, []) }
    var result = text
    let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
      let password = String(authority[authority.index(after: colon)..<at])
      if !isPlaceholder(password), password != replacement {
        secrets.append(password)
        result = text[...colon] + replacement + text[at...]
      }
    }
    guard let question = result.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return (result, secrets) }
    let pairs = result[result.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
    let shown = pairs.map { pair -> String in
      guard let equals = pair.firstIndex(of: "="),
        let shown = cut(name: pair[..<equals], value: pair[pair.index(after: equals)...])
      else { return String(pair) }
      return pair[...equals] + shown
    }
    return (result[...question] + shown.joined(separator: "&"), secrets)
  }
}
