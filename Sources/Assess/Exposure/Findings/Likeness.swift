import Matching

/// How much a value looks like a secret where nothing but its name says that it is one.
enum Likeness: Int, Comparable {
  /// A word, a setting, a text for people.
  case nothing
  /// Digits of a hash or an id as well as of a key: its name alone decides.
  case hexadecimal
  /// What a person would choose.
  case chosen
  /// Drawn at random.
  case random

  static func < (a: Likeness, b: Likeness) -> Bool { a.rawValue < b.rawValue }

  /// - Parameter isPassword: whether the name promises what people choose.
  static func of(_ text: Span<UInt8>, _ value: Range<Int>, isPassword: Bool) -> Likeness {
    guard (6...512).contains(value.count) else { return .nothing }
    var tally = Tally()
    for index in value { tally.add(text[index]) }
    guard tally.blank == 0 else { return .nothing }
    if isHexadecimal(tally, value.count) || isUUID(text, value) {
      return tally.digits > 0 && tally.letters > 0 ? .hexadecimal : .nothing
    }
    if isRandom(text, value, tally) { return .random }
    return isPassword && isChosen(text, value, tally) ? .chosen : .nothing
  }

  private struct Tally {
    var lower = 0
    var upper = 0
    var digits = 0
    var hexLetters = 0
    /// `-`, `_`, `.`: between words of a name.
    var joints = 0
    var symbols = 0
    var blank = 0
    var letters: Int { lower + upper }

    mutating func add(_ byte: UInt8) {
      switch byte {
      case 0x61...0x7A:
        lower += 1
        if byte <= 0x66 { hexLetters += 1 }
      case 0x41...0x5A:
        upper += 1
        if byte <= 0x46 { hexLetters += 1 }
      case 0x30...0x39: digits += 1
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): joints += 1
      case 0x21...0x7E: symbols += 1
      default: blank += 1
      }
    }
  }

  private static func isHexadecimal(_ tally: Tally, _ count: Int) -> Bool {
    tally.digits + tally.hexLetters == count && (tally.lower == 0 || tally.upper == 0)
  }

  static func isUUID(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    guard value.count == 36 else { return false }
    return value.enumerated().allSatisfy { offset, index in
      [8, 13, 18, 23].contains(offset) ? text[index] == UInt8(ascii: "-") : Examination.isHex(text[index])
    }
  }

  /// One alphabet, as much entropy as random text of that length has in 999 cases of 1000, and no words.
  private static func isRandom(_ text: Span<UInt8>, _ value: Range<Int>, _ tally: Tally) -> Bool {
    let count = value.count
    guard count >= 16, tally.digits > 0 || count >= 32 && tally.lower > 3 && tally.upper > 3, tally.letters > 2,
      tally.joints * 5 <= count, tally.symbols * 3 <= count
    else { return false }
    let size = tally.upper > 0 && tally.lower > 0 ? 62 : 36
    guard entropy(text, value) >= floor(count, alphabet: size) else { return false }
    guard let surprise = LetterPairs.surprise(text, value) else { return false }
    return surprise >= LetterPairs.floor(count)
  }

  /// Two sorts of characters and eight of them, and more than a word that everybody writes there.
  private static func isChosen(_ text: Span<UInt8>, _ value: Range<Int>, _ tally: Tally) -> Bool {
    guard value.count >= 8, value.count <= 100, tally.letters >= 3 else { return false }
    let sorts = [tally.lower > 0, tally.upper > 1, tally.digits > 0, tally.symbols > 0].count { $0 }
    guard tally.digits > 0 || tally.symbols > 0, sorts >= 2 else { return false }
    // `item.value`, `form[password]`, `key:name`: parts of programs.
    if tally.symbols > 0, tally.digits == 0, value.contains(where: { "()[]{}<>:/\\,;|".utf8.contains(text[$0]) }) {
      return false
    }
    return !isWeak(text, value)
  }

  /// Words that stand for a password, also with digits for letters and digits behind them.
  private static func isWeak(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    var letters: [UInt8] = []
    for index in value {
      switch text[index] {
      case UInt8(ascii: "0"): letters.append(UInt8(ascii: "o"))
      case UInt8(ascii: "1"), UInt8(ascii: "!"): letters.append(UInt8(ascii: "i"))
      case UInt8(ascii: "3"): letters.append(UInt8(ascii: "e"))
      case UInt8(ascii: "4"), UInt8(ascii: "@"): letters.append(UInt8(ascii: "a"))
      case UInt8(ascii: "5"), UInt8(ascii: "$"): letters.append(UInt8(ascii: "s"))
      case let byte where (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte): letters.append(byte | 0x20)
      default: break
      }
    }
    var covered = 0
    var last = 0
    weak.scan(letters.span) { number, end in
      let start = end - weakWords[number].utf8.count
      guard start >= last else { return }
      covered += end - start
      last = end
    }
    for index in letters.indices { letters[index] = 0 }
    return covered > 0 && covered + 4 >= letters.count
  }

  private static let weakWords = [
    "password", "passwd", "passwort", "passphrase", "secret", "changeme", "changeit", "admin", "example", "qwerty",
    "letmein", "welcome", "default", "postgres", "mysql", "test", "demo", "user", "root", "token", "dummy", "sample",
    "my", "your", "super", "strong", "some", "the", "here", "please", "insecure", "development", "guest", "rabbit",
    "key", "api", "pass", "correct", "horse", "hunter", "foo", "bar", "abc", "local", "dev", "string", "value",
    "enter", "placeholder", "new", "old",
  ]
  private static let weak = LiteralIndex(weakWords.map { Array($0.utf8) })

  // MARK: entropy

  private static func entropy(_ text: Span<UInt8>, _ value: Range<Int>) -> Double {
    var counts = [Int](repeating: 0, count: 128)
    for index in value { counts[Int(text[index] & 0x7F)] += 1 }
    let total = Double(value.count)
    var sum = 0.0
    for count in counts where count > 0 {
      let share = Double(count) / total
      sum -= share * logarithm(share)
    }
    return sum
  }

  /// log 2, without a library: by halving and the series of atanh.
  private static func logarithm(_ number: Double) -> Double {
    let exponent = Double(number.exponent)
    let mantissa = number.significand
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    for power in stride(from: 1, through: 21, by: 2) {
      sum += term / Double(power)
      term *= square
    }
    return exponent + 2 * sum * 1.442_695_040_888_963_4
  }

  /// Entropy that 999 of 1000 random texts of a length reach, in bits a character.
  private static func floor(_ length: Int, alphabet: Int) -> Double {
    let points: [(length: Int, small: Double, large: Double)] = [
      (16, 2.95, 3.20), (20, 3.25, 3.48), (24, 3.45, 3.74), (32, 3.76, 4.08), (40, 3.98, 4.34), (64, 4.37, 4.81),
      (128, 4.76, 5.33),
    ]
    func pick(_ point: (length: Int, small: Double, large: Double)) -> Double {
      alphabet < 62 ? point.small : point.large
    }
    guard let above = points.firstIndex(where: { $0.length >= length }) else { return pick(points[points.count - 1]) }
    guard above > 0 else { return pick(points[0]) }
    let low = points[above - 1], high = points[above]
    return pick(low) + (pick(high) - pick(low)) * Double(length - low.length) / Double(high.length - low.length)
  }
}
