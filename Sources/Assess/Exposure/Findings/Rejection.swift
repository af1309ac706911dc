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
    if isPlaceholder(text, value) { return .placeholder }
    if let name, isSame(text, value, Array(name.utf8)) { return .placeholder }
    if hasBadShape(text, value, isNumeric: isNumeric || isChosen, isChosen: isChosen) { return .shape }
    return nil
  }

  static func small(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }

  /// Whether a part of a text is a word, whatever the case of its letters. No copy is made: it may be a secret.
  static func isSame(_ text: Span<UInt8>, _ range: Range<Int>, _ word: [UInt8]) -> Bool {
    guard range.count == word.count else { return false }
    for (offset, byte) in word.enumerated() where small(text[range.lowerBound + offset]) != small(byte) { return false }
    return true
  }

  static func isOne(of words: [[UInt8]], _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    words.contains { isSame(text, range, $0) }
  }

  private static let inside = LiteralIndex(
    [
      "example", "sample", "changeme", "change_me", "change-me", "your-", "your_", "yourkey", "yourtoken", "xxxx",
      "placeholder", "dummy", "fake", "redacted", "removed", "insert", "todo", "replace", "mytoken", "secretkey",
      "foobar", "lorem", "deadbeef", "0123456789", "abcdefgh", "qwerty", "****", "....", "<token", "my-secret",
      "my_secret", "abc-def", "put_your", "enter_your", "notreal", "not-a-real", "not_a_real",
    ].map { Array($0.utf8) })
  /// Short words happen in long random text: they count where they are a good part of the value.
  private static let whole: [[UInt8]] = [
    "password", "passwd", "pass", "test", "secret", "token", "null", "none", "nil", "undefined", "true", "false",
    "user",
    "username", "admin", "key", "apikey", "api_key", "string", "value", "default", "foo", "bar", "baz", "hunter2",
    "pwd", "unset", "disabled", "enabled", "yes", "no", "anonymous", "guest", "required", "optional", "secret_key",
    "access_token", "your", "my", "pw", "tbd", "n/a", "empty", "xxx", "test123", "testtest", "testing", "pass123",
    "password1", "password123",
    "keyring", "prompt", "mypassword", "mysecret", "supersecret", "topsecret", "s3cr3t", "letmein",
  ].map { Array($0.utf8) }

  private static func isPlaceholder(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    if value.count <= 16, isOne(of: whole, text, value) { return true }
    var covered = 0
    inside.scan(text, value, ignoringCase: true) { _, _ in covered += 4 }
    // `fake` and `todo` alone say nothing in a text of hundreds of random characters.
    return covered > 0 && covered * 24 >= value.count
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
      "{{", "#{", "{file:", "{env:", "@Microsoft.KeyVault", "ENC[", "ENC(", "vault:", "op://", "keyring:", "env:",
      "file:", "secret://",
      "ssm://",
      "arn:aws:secretsmanager", "arn:aws:ssm", "os.environ", "process.env", "os.getenv", "getenv(", "System.getenv",
      "%(", "@@", "bw://", "keychain:", "secretref:", "ref+", "sm://", "awssm://", "gcp:secretmanager", "data.", "var.",
      "secrets.", "env(", "config(", "settings.", "import.meta", "Deno.env", "ENV[", "/run/secrets/",
    ] as [StaticString] where starts(word) { return true }
    var hasOpen = false
    for index in value {
      switch text[index] {
      case UInt8(ascii: "{")
      where index + 1 < value.upperBound
        && (text[index + 1] == UInt8(ascii: "{") || index > first && text[index - 1] == UInt8(ascii: "$")):
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

  private static func hasBadShape(_ text: Span<UInt8>, _ value: Range<Int>, isNumeric: Bool, isChosen: Bool) -> Bool {
    let first = small(text[value.lowerBound])
    if value.count > 1, value.allSatisfy({ small(text[$0]) == first }) { return true }
    if !isNumeric, value.allSatisfy({ (0x30...0x39).contains(text[$0]) }) { return true }
    guard !isChosen, value.count >= 8 else { return false }
    // Runs of one character, and of neighbours up or down.
    var same = 1
    var step = 0
    var climb = 1
    var repeated = 0
    for index in value.dropFirst() {
      let difference = Int(small(text[index])) - Int(small(text[index - 1]))
      same = difference == 0 ? same + 1 : 1
      if same == 4 { repeated += 4 } else if same > 4 { repeated += 1 }
      climb = difference != 0 && difference == step && abs(difference) == 1 ? climb + 1 : 2
      step = difference
      if climb >= 7, value.count < 64 { return true }
    }
    return repeated * 10 > value.count * 3
  }
}
