/// Whether a setting holds a credential, judged by its name and by the shape of its value. Nothing is kept.
public enum Secret {
  /// Whether the name promises a credential and the value can be one, or the value has a form that providers give out.
  public static func looksLikeCredential(name: String, value: String) -> Bool {
    if isPlaceholder(value) { return false }
    if hasKnownForm(value) { return true }
    switch promise(of: name) {
    case .nothing: return false
    case .key: return !isSetting(value) && !isNumber(value)
    // A password of digits is still a password.
    case .password: return !isSetting(value)
    }
  }

  /// Whether a name promises a credential, whatever its value.
  public static func isCredentialName(_ name: String) -> Bool { promise(of: name) != .nothing }

  /// Whether a text looks as if drawn at random: one word of 20 characters or more, with letters and digits, and as many
  /// bits as random text has. For places that usually hold credentials; elsewhere it takes names of models for secrets.
  public static func looksRandom(_ value: String) -> Bool {
    let bytes = Array(value.utf8.prefix(4097))
    guard 20...4096 ~= bytes.count, !isSetting(value),
      bytes.allSatisfy({ isTokenByte($0) || "+/=:".utf8.contains($0) }),
      bytes.contains(where: { (0x30...0x39).contains($0) }), bytes.contains(where: { $0 >= 0x41 })
    else { return false }
    // `claude-sonnet-4-5-20250929` is all that too, but in words.
    let longest = bytes.split { !isWordByte($0) }.max { $0.count < $1.count } ?? []
    return longest.count >= 16 && longest.contains { (0x30...0x39).contains($0) } && Entropy.perCharacter(value) >= 3.3
  }

  /// Written instead of a value: empty, `${NAME}`, `<your key>`, `****`, `null`.
  public static func isPlaceholder(_ value: String) -> Bool {
    let text = value.lowercased()
    if ["", "null", "none", "undefined", "unset", "disabled", "redacted", "[redacted]", "..."].contains(text) {
      return true
    }
    for (open, close) in [("${", "}"), ("<", ">"), ("{{", "}}"), ("%(", ")s"), ("%", "%")]
    where text.hasPrefix(open) && text.hasSuffix(close) && text.utf8.count > open.utf8.count {
      // `${NAME:-text}`: what stands there where the variable is unset is a value like any other.
      guard open == "${", let place = text.firstRange(of: ":-") else { return true }
      return isPlaceholder(String(text[place.upperBound...].dropLast()))
    }
    if text.hasPrefix("$"), text.utf8.dropFirst().allSatisfy({ isWordByte($0) }) { return true }
    return text.utf8.allSatisfy { $0 == UInt8(ascii: "*") } || text.unicodeScalars.allSatisfy { $0 == "•" }
  }

  /// Whether a text only says where a credential is: `{env:NAME}`, `${env:NAME}`, `${input:id}`, `{file:PATH}`, also behind the
  /// name of a scheme as in a header: `Bearer ${input:id}`.
  public static func isReference(_ value: String) -> Bool {
    var text = value.lowercased()
    for scheme in ["bearer ", "basic ", "token "] where text.hasPrefix(scheme) { text.removeFirst(scheme.count) }
    guard text.hasSuffix("}"), !text.contains(":-") else { return false }
    return ["${env:", "${input:", "{env:", "{file:"].contains { text.hasPrefix($0) }
      && text.utf8.count(where: { $0 == UInt8(ascii: "{") }) == 1
  }

  // MARK: names

  private enum Promise { case nothing, key, password }

  private static func promise(of name: String) -> Promise {
    let parts = words(of: name)
    guard let last = parts.last, !parts.contains("public"), !aboutCredentials.contains(last) else { return .nothing }
    // Shell's working directories.
    if parts == ["pwd"] || parts == ["oldpwd"] { return .nothing }
    if parts.contains(where: { passwords.contains($0) }) { return .password }
    return parts.contains { keys.contains($0) || $0.hasSuffix("token") || $0.hasSuffix("apikey") } ? .key : .nothing
  }

  private static let passwords: Set = ["password", "passwd", "pwd", "pass", "passphrase", "passwort", "pin"]
  private static let keys: Set = [
    "token", "key", "secret", "secrets", "credential", "credentials", "bearer", "cookie", "jwt", "pat", "authorization",
    "secretkey", "accesskey", "privatekey", "clientsecret", "signingkey",
  ]
  /// A name that ends so speaks about a credential: where it is, how long it lives, what it is called.
  private static let aboutCredentials: Set = [
    "path", "file", "dir", "directory", "url", "uri", "endpoint", "id", "name", "names", "ttl", "timeout", "ms",
    "seconds", "expiry", "expires", "count", "limit", "length", "size", "max", "min", "type", "mode", "provider",
    "header", "env", "prefix", "suffix", "algorithm", "format", "version", "enabled", "required", "budget", "policy",
    "source", "store", "command", "helper", "user", "profile", "window", "bytes",
  ]

  /// Lower-case words of `OPENAI_API_KEY`, `botToken`, `x-api-key`.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for scalar in name.unicodeScalars.prefix(200) {
      let isUpper = ("A"..."Z").contains(scalar)
      let isLetter = isUpper || ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if !isLetter || (isUpper && wasLower) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if isLetter { word += Character(scalar).lowercased() }
      wasLower = isLetter && !isUpper
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  // MARK: values

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    isWordByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  private static func isNumber(_ value: String) -> Bool { Double(value) != nil }

  /// A path, an address without a password, or a switch: no credential whatever its name.
  private static func isSetting(_ value: String) -> Bool {
    if ["true", "false", "yes", "no", "on", "off", "0", "1", "auto", "default"].contains(value.lowercased()) {
      return true
    }
    if let scheme = value.firstRange(of: "://") {
      let authority = value[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      let user = authority.split(separator: "@", omittingEmptySubsequences: false).dropLast().joined()
      return !user.contains(":")
    }
    guard ["/", "~/", "./", "../", "%h/"].contains(where: { value.hasPrefix($0) }) else { return false }
    // Base64 may begin with a slash too; a path has short parts and neither `+` nor `=`.
    return !value.contains("+") && !value.contains("=") && value.split(separator: "/").allSatisfy { $0.count <= 32 }
  }

  /// Beginnings that providers give their keys, with the least number of characters that follow.
  private static let prefixes: [(String, Int)] = [
    ("sk-", 16), ("sk_live_", 10), ("rk_live_", 10), ("sk_test_", 10), ("ghp_", 30), ("gho_", 30), ("ghu_", 30),
    ("ghs_", 30), ("ghr_", 30), ("github_pat_", 20), ("glpat-", 16), ("xoxb-", 16), ("xoxp-", 16), ("xoxa-", 16),
    ("xoxs-", 16), ("xapp-", 16), ("AIza", 30), ("hf_", 24), ("r8_", 24), ("gsk_", 24), ("xai-", 24), ("pplx-", 24),
    ("nvapi-", 24), ("tvly-", 16), ("npm_", 30), ("pypi-", 30), ("dop_v1_", 30), ("SG.", 30), ("shpat_", 20),
    ("whsec_", 16), ("tskey-", 12), ("ya29.", 20), ("AGE-SECRET-KEY-", 30), ("lin_api_", 20), ("ntn_", 20),
  ]

  /// Whether a value has the form of a provider's key, a bot token, a JSON web token or a private key.
  public static func hasKnownForm(_ value: String) -> Bool {
    if value.hasPrefix("-----BEGIN "), value.contains("PRIVATE KEY-----") { return true }
    let bytes = Array(value.utf8)
    guard bytes.count >= 16, bytes.count <= 8192 else { return false }
    if bytes.allSatisfy(isTokenByte) {
      if prefixes.contains(where: { value.hasPrefix($0) && bytes.count >= $0.utf8.count + $1 }) { return true }
      if bytes.count == 20, value.hasPrefix("AKIA") || value.hasPrefix("ASIA"), isUpper(bytes) { return true }
      return value.hasPrefix("eyJ") && bytes.count >= 40 && bytes.count { $0 == UInt8(ascii: ".") } == 2
    }
    // Telegram: number of the bot, colon, 35 characters.
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), 6...12 ~= colon else { return false }
    return bytes[..<colon].allSatisfy { (0x30...0x39).contains($0) } && bytes.count - colon - 1 == 35
      && bytes[(colon + 1)...].allSatisfy(isTokenByte)
  }

  private static func isUpper(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}
