import Matching

/// What the name of a setting promises about its value, more strictly than `Secret`: for files that hold everything.
enum Naming {
  enum Promise { case nothing, key, secret, password }

  /// - Parameter names: from the root of the file; the last one is that of the value.
  static func promise(_ names: [String]) -> Promise {
    guard let last = names.last(where: { $0 != "[]" }) else { return .nothing }
    let words = Naming.words(of: last)
    guard let end = words.last(where: { !$0.allSatisfy(\.isNumber) }), !endings.contains(end),
      !words.contains(where: excluded.contains)
    else { return .nothing }
    // Ciphertext has the names of what it holds.
    guard !names.contains(where: { Self.words(of: $0).contains(where: ciphers.contains) }) else { return .nothing }
    if words.count == 1, end == "pwd" || end == "pass" || end == "pw", names.count > 1 { return .password }
    guard Secret.isCredentialName(last) || words.contains(where: more.contains) else { return .nothing }
    if words.contains(where: passwords.contains) { return .password }
    // `key` alone names the members of any map.
    if words == ["key"] || words == ["pat"] || words == ["pin"] {
      let above = names.dropLast().flatMap { Self.words(of: $0) }
      guard above.contains(where: { strong.contains($0) || speaking.contains($0) }) else { return .nothing }
      return words == ["key"] ? .secret : .key
    }
    let isSecret = words.contains { strong.contains($0) } || words.contains("api") || words.contains("access")
    return isSecret || words.contains("token") ? .secret : .key
  }

  /// Lower-case words of `OPENAI_API_KEY`, `botToken`, `x-api-key`.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var wasLower = false
    for scalar in name.unicodeScalars.prefix(200) {
      let isUpper = ("A"..."Z").contains(scalar)
      let isWord = isUpper || ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if !isWord || (isUpper && wasLower) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if isWord { word += Character(scalar).lowercased() }
      wasLower = isWord && !isUpper
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static let passwords: Set = ["password", "passwd", "pwd", "pass", "passphrase", "passwort", "pw"]
  private static let ciphers: Set = ["encrypted", "sealed", "secure", "enc"]
  private static let speaking: Set = ["auth", "token", "tokens", "credentials", "credential"]
  private static let more: Set = ["dsn", "mnemonic", "authtoken", "authkey", "apitoken", "passwd", "auth"]
  private static let strong: Set = [
    "secret", "secrets", "private", "encryption", "signing", "master", "session", "jwt", "webhook", "hmac", "client",
    "secretkey", "privatekey", "clientsecret", "apikey", "accesskey", "authtoken", "bearer", "salt", "app", "deploy",
  ]
  /// Last words of names that speak about a credential, or of things that are called like one.
  private static let endings: Set = [
    "path", "file", "dir", "directory", "url", "uri", "endpoint", "id", "ids", "name", "names", "ttl", "timeout", "ms",
    "seconds", "expiry", "expires", "count", "limit", "length", "type", "mode", "provider", "header", "headers", "env",
    "prefix", "suffix", "algorithm", "alg", "format", "version", "enabled", "policy", "source", "store", "command",
    "helper", "user", "username", "profile", "window", "bytes", "hint", "rules", "label", "field", "fields", "property",
    "alias", "error", "errors", "message", "text", "title", "placeholder", "template", "pattern", "regex", "strength",
    "reset", "route", "page", "param", "params", "parameter", "column", "class", "event", "status", "state", "action",
    "scheme", "realm", "audience", "issuer", "callback", "redirect", "lifetime", "rotation", "hasher", "hashers",
    "binding", "icon", "color", "colors", "customizations", "serializer", "generator", "manager", "service", "factory",
    "handler", "validator", "validators", "attribute", "attr", "ref", "arn", "domain", "host", "port", "region",
    "scope", "scopes", "description", "usage", "valid", "required", "changed", "input", "form", "view", "button",
    "link", "example", "examples", "schema", "kind", "level", "group", "role", "roles", "method", "methods", "grant",
    "location", "lookup", "key_name", "bits", "map", "size", "data", "pub", "address", "interval", "period", "rate",
    "quota", "date", "time", "at", "on", "by", "index",
  ]
  /// Words that make any name another thing.
  private static let excluded: Set = [
    "public", "publishable", "primary", "foreign", "partition", "sort", "cache", "translation", "i18n", "feature",
    "idempotency", "routing", "checksum", "checksums", "sha", "sha1", "sha256", "sha512", "md5", "digest", "hash",
    "hashed", "fingerprint", "thumbprint", "etag", "revision", "integrity", "commit", "gpg", "pgp", "encrypted",
    "sealed", "tokenizer", "unk", "bos", "eos", "pad", "mask", "cls", "sep", "max", "min", "csrf", "anon",
    "continuation", "cursor", "keyboard", "shortcut", "hotkey", "keybinding", "theme", "storage", "keyword",
    "signkeyid",
  ]
}
