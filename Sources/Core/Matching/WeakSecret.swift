/// Secrets that everybody tries first.
public enum WeakSecret {
  /// Whether a secret is a default, an example, one repeated pattern, a run of keys, or made of nothing but such words.
  ///
  /// Letter case, separators and up to four digits at the end do not help: `My_Secret-Token2026` is well known.
  public static func isWellKnown(_ secret: String) -> Bool {
    var key = secret.lowercased().utf8.filter {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 >= 0x80
    }
    // Nothing but punctuation: `****`, `---`.
    if key.isEmpty { return true }
    // Longer than any word list; repetition is found at any length.
    if isRepetition(key) { return true }
    guard key.count <= 80 else { return false }
    if isRun(key) || isMadeOfWords(key) { return true }
    let digits = key.reversed().prefix { (0x30...0x39).contains($0) }.count
    guard digits > 0, digits <= 4 else { return false }
    key.removeLast(digits)
    return key.isEmpty || isRepetition(key) || isRun(key) || isMadeOfWords(key)
  }

  /// One to eight bytes over and over: `aaaa`, `abcabcabc`. A text shorter than two rounds is none.
  private static func isRepetition(_ key: [UInt8]) -> Bool {
    for length in 1...8 where key.count >= max(2 * length, 3) {
      if key.indices.allSatisfy({ key[$0] == key[$0 % length] }) { return true }
    }
    return false
  }

  /// Part of a row of keys or of the alphabet, forwards or backwards, perhaps several times.
  private static func isRun(_ key: [UInt8]) -> Bool {
    guard key.count >= 3 else { return false }
    return rows.contains { row in contains(row, key) }
  }

  private static func contains(_ row: [UInt8], _ key: [UInt8]) -> Bool {
    guard key.count <= row.count else { return false }
    return (0...(row.count - key.count)).contains { row[$0..<($0 + key.count)].elementsEqual(key) }
  }

  private static let rows: [[UInt8]] = [
    "01234567890123456789", "abcdefghijklmnopqrstuvwxyz",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "asdfghjkl", "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "abc123def456ghi789", "q1w2e3r4t5y6u7i8o9p0",
    "abcd1234abcd1234", "a1b2c3d4e5f6g7h8i9j0",
  ].flatMap { [Array($0.utf8), Array($0.utf8.reversed())] }

  /// Whether the whole text can be cut into words of the list. At most 80 × 14 steps.
  private static func isMadeOfWords(_ key: [UInt8]) -> Bool {
    var reachable = [Bool](repeating: false, count: key.count + 1)
    reachable[0] = true
    for start in key.indices where reachable[start] {
      for length in 1...min(longest, key.count - start)
      where words.contains(String(decoding: key[start..<(start + length)], as: UTF8.self)) {
        reachable[start + length] = true
      }
    }
    return reachable[key.count]
  }

  private static let longest = words.map(\.utf8.count).max() ?? 1

  private static let words: Set<String> = Set(
    """
    a access account admin administrator agent ai an api auth bearer bot change changeit changeme changethis claw clawd \
    clawdbot clawdis code credential default demo dev docs dummy enter example fill foo foobar bar baz gateway generate \
    goes guest hackme hello here hook hooks insert is iloveyou key keys letmein life local localhost login lobster long \
    main master me molt moltbot monkey my name new none not null nopassword of openclaw openssl paste pass passphrase \
    passw0rd passwd password passwort p4ssw0rd pa55word please pw pwd public put qwerty random rand raspberry real \
    replace replaceme root sample secret secrets secure server set sk some something staging string strong super \
    supersecret system temp temporary test tester testing that the this tmp todo token tokens top trustno1 undefined \
    unsafe unset update use user username value very webhook welcome with world your yours \
    111 123 1234 12345 123456 1234567 12345678 123456789 1234567890 000 0000 4711 12 1 2 3 abc xyz xxx hex 32 64
    """.split(separator: " ").map(String.init))
}
