/// Why a value that has the form of a credential is none.
public enum Rejection: String, Sendable, Hashable, CaseIterable {
  case placeholder, shape, reference, published, publicHalf = "public-half", checksum, template, lockFile = "lock-file"
  case entropy
}

extension Rejection {
  /// The rejections that hold for every kind; nil for what may be a secret.
  ///
  /// `isNumeric` where digits alone are a value; `isChosen` for what people choose, so that only what is no password at
  /// all is refused.
  static func of(
    _ text: Span<UInt8>, _ value: Range<Int>, name: String?, isNumeric: Bool = false, isChosen: Bool = false
  ) -> Rejection? {
    let count = value.count
    guard count > 0 else { return .placeholder }
    if isReference(text, value) { return .reference }
    let word = lowered(text, value, most: 4096)
    defer { Self.forget(word) }
    if isPlaceholder(word, isChosen: isChosen) { return .placeholder }
    if let name, count <= 200, word == Array(name.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }) {
      return .placeholder
    }
    if hasBadShape(word, isNumeric: isNumeric || isChosen, isChosen: isChosen) { return .shape }
    return nil
  }

  private static func forget(_ bytes: [UInt8]) { _ = bytes }

  static func lowered(_ text: Span<UInt8>, _ range: Range<Int>, most: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(min(range.count, most))
    for index in range.prefix(most) {
      let byte = text[index]
      out.append((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)
    }
    return out
  }

  private static let inside = LiteralIndex(
    [
      "example", "sample", "changeme", "change_me", "change-me", "your-", "your_", "yourkey", "yourtoken", "xxxx",
      "placeholder", "dummy", "fake", "redacted", "removed", "insert", "todo", "replace", "mytoken", "secretkey",
      "foobar", "lorem", "deadbeef", "0123456789", "abcdefgh", "qwerty", "****", "....", "<token", "my-secret",
      "my_secret", "put_your", "enter_your", "notreal", "not-a-real", "not_a_real",
    ].map { Array($0.utf8) })
  /// Short words happen in long random text: they count where they are a good part of the value.
  private static let whole: Set<String> = [
    "password", "passwd", "pass", "test", "secret", "token", "null", "none", "nil", "undefined", "true", "false", "user",
    "username", "admin", "key", "apikey", "api_key", "string", "value", "default", "foo", "bar", "baz", "hunter2",
    "pwd", "unset", "disabled", "enabled", "yes", "no", "anonymous", "guest", "required", "optional", "secret_key",
    "access_token", "your", "my", "pw", "tbd", "n/a", "empty", "xxx", "test123", "testtest", "testing", "pass123", "password1", "password123",
    "keyring", "prompt", "mypassword", "mysecret", "supersecret", "topsecret", "s3cr3t", "letmein",
  ]

  private static func isPlaceholder(_ word: [UInt8], isChosen: Bool) -> Bool {
    if word.count <= 16, whole.contains(String(decoding: word, as: UTF8.self)) { return true }
    var covered = 0
    inside.scan(word.span) { _, _ in covered += 4 }
    // `fake` and `todo` alone say nothing in a text of hundreds of random characters.
    return covered > 0 && covered * 24 >= word.count
  }

  /// `$NAME`, `${…}`, `{{…}}`, `op://…`: where the secret is, not what it is.
  static func isReference(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    func starts(_ word: StaticString) -> Bool {
      let bytes = Array(word.description.utf8)
      return value.count >= bytes.count && bytes.indices.allSatisfy { text[value.lowerBound + $0] == bytes[$0] }
    }
    guard let first = value.first, let last = value.last else { return false }
    switch text[first] {
    case UInt8(ascii: "$"):
      let next = first + 1 < value.upperBound ? text[first + 1] : 0
      if next == UInt8(ascii: "{") || next == UInt8(ascii: "(") { return true }
      return value.dropFirst().allSatisfy { ByteSet.word.contains(text[$0]) || text[$0] == UInt8(ascii: ":") }
        && !(0x30...0x39).contains(next)
    case UInt8(ascii: "%") where value.count > 2 && text[last] == UInt8(ascii: "%"): return true
    case UInt8(ascii: "<") where text[last] == UInt8(ascii: ">"): return true
    case UInt8(ascii: "`") where text[last] == UInt8(ascii: "`"): return true
    case UInt8(ascii: "!") where starts("!vault") || starts("!Ref") || starts("!Sub") || starts("!secret"): return true
    default: break
    }
    for word in [
      "{{", "#{", "@Microsoft.KeyVault", "ENC[", "ENC(", "vault:", "op://", "keyring:", "env:", "file:", "secret://", "ssm://",
      "arn:aws:secretsmanager", "arn:aws:ssm", "os.environ", "process.env", "os.getenv", "getenv(", "System.getenv",
      "%(", "@@", "bw://", "keychain:", "secretref:", "ref+", "sm://", "awssm://", "gcp:secretmanager", "data.", "var.",
      "secrets.", "env(", "config(", "settings.", "import.meta", "Deno.env", "ENV[", "/run/secrets/",
    ] as [StaticString] where starts(word) { return true }
    var hasOpen = false
    for index in value {
      switch text[index] {
      case UInt8(ascii: "{") where index + 1 < value.upperBound && (text[index + 1] == UInt8(ascii: "{") || index > first && text[index - 1] == UInt8(ascii: "$")):
        return true
      case UInt8(ascii: "("): hasOpen = true
      case UInt8(ascii: ")") where hasOpen && index == last && ByteSet.word.contains(text[first]):
        // `load("…")`: a call.
        return value.allSatisfy { ByteSet.boundary.contains(text[$0]) || "().,\"' []/".utf8.contains(text[$0]) }
      default: break
      }
    }
    if starts("projects/") { return true }
    return false
  }

  private static func hasBadShape(_ word: [UInt8], isNumeric: Bool, isChosen: Bool) -> Bool {
    guard let first = word.first else { return true }
    if word.count > 1, word.allSatisfy({ $0 == first }) { return true }
    if !isNumeric, word.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    guard !isChosen, word.count >= 8 else { return false }
    // Runs of one character, and of neighbours up or down.
    var same = 1
    var step = 0
    var climb = 1
    var repeated = 0
    for index in 1..<word.count {
      let difference = Int(word[index]) - Int(word[index - 1])
      same = difference == 0 ? same + 1 : 1
      if same == 4 { repeated += 4 } else if same > 4 { repeated += 1 }
      climb = difference != 0 && difference == step && abs(difference) == 1 ? climb + 1 : 2
      step = difference
      if climb >= 7, word.count < 64 { return true }
    }
    return repeated * 10 > word.count * 3
  }
}
