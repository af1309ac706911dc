import Platform

/// Whether a value is one that its provider gave out, where the provider puts a checksum into it.
enum Checksum {
  enum Verdict: Sendable, Hashable {
    /// With what the checksum alone told.
    case verified([Jewel.Fact])
    /// Made up, or damaged.
    case failed
    /// Fails, but the definition is a guess: worth less, and no proof.
    case doubtful
    /// This form has none.
    case none
  }

  static func verdict(_ name: String, _ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    switch name {
    case "github": github(text, value)
    case "npm": prefixed(text, value, "npm_", 30)
    case "vercel": prefixed(text, value, "vc", 50) == .failed ? .doubtful : prefixed(text, value, "vc", 50)
    case "cloudflare": cloudflare(text, value)
    case "gitlab": gitlab(text, value)
    case "grafana": grafana(text, value)
    case "atlassian": atlassian(text, value)
    case "matrix": matrix(text, value)
    case "azure": azure(text, value)
    case "entra": entra(text, value)
    case "cask": cask(text, value)
    case "base58": base58(text, value)
    case "bech32": Bech32.isValid(text, value) ? .verified([]) : .failed
    case "clamp": clamp(text, value)
    case "azdo": devOps(text, value)
    default: .none
    }
  }

  private static func starts(_ text: Span<UInt8>, _ value: Range<Int>, _ prefix: StaticString) -> Bool {
    let bytes = Array(prefix.description.utf8)
    return value.count >= bytes.count && bytes.indices.allSatisfy { text[value.lowerBound + $0] == bytes[$0] }
  }

  /// Six digits of base 62 at the end, over the characters after the prefix.
  private static func prefixed(_ text: Span<UInt8>, _ value: Range<Int>, _ prefix: StaticString, _ count: Int)
    -> Verdict
  {
    guard starts(text, value, prefix), value.count == 4 + count + 6 else { return .none }
    let body = value.lowerBound + 4..<value.lowerBound + 4 + count
    let sum = UInt64(CRC32.of(text, body))
    return Digits.spell(sum, in: Digits.base62, text, body.upperBound..<value.upperBound) ? .verified([]) : .failed
  }

  private static func github(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard starts(text, value, "gh"), value.count == 40 else {
      return starts(text, value, "npm_") ? prefixed(text, value, "npm_", 30) : .none
    }
    return prefixed(text, value, "gh", 30)
  }

  /// Eight digits of hexadecimal, over the forty before.
  private static func cloudflare(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard starts(text, value, "cf"), value.count >= 52 else { return .none }
    let end = value.upperBound - 8
    let isFit = Digits.spell(UInt64(CRC32.of(text, end - 40..<end)), in: Digits.lowerHex, text, end..<value.upperBound)
    return isFit ? .verified([]) : .doubtful
  }

  /// `glpat-BODY.VERSION.LENGTH+CRC`: the sum in base 36 over everything before it.
  private static func gitlab(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard value.count > 20, text[value.upperBound - 10] == UInt8(ascii: "."),
      text[value.upperBound - 13] == UInt8(ascii: ".")
    else { return .none }
    let end = value.upperBound - 7
    let sum = UInt64(CRC32.of(text, value.lowerBound..<end))
    guard Digits.spell(sum, in: Digits.base36, text, end..<value.upperBound) else { return .failed }
    var facts: [Jewel.Fact] = []
    if let dash = value.first(where: { text[$0] == UInt8(ascii: "-") }),
      let body = Base64.decode(text, dash + 1..<value.upperBound - 13)
    {
      // 16 random bytes, lines such as `u:1`, one byte of length.
      let names: [UInt8: String] = [
        UInt8(ascii: "o"): "organisation", UInt8(ascii: "c"): "cell", UInt8(ascii: "u"): "user",
        UInt8(ascii: "p"): "project", UInt8(ascii: "g"): "group", UInt8(ascii: "t"): "type",
      ]
      let bytes = body.bytes
      var index = 16
      while index + 2 < bytes.count - 1 {
        var end = index
        while end < bytes.count - 1, bytes[end] != 0x0A { end += 1 }
        if let name = names[bytes[index]], bytes[index + 1] == UInt8(ascii: ":"), end > index + 2,
          let number = Digits.number(in: Digits.base36, bytes, index + 2..<end)
        {
          facts.append(Jewel.Fact(name, String(number)))
        }
        index = end + 1
      }
    }
    return .verified(facts)
  }

  private static func grafana(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard starts(text, value, "glsa_"), value.count == 46 else { return .none }
    let sum = CRC32.of(text, value.lowerBound..<value.upperBound - 9).byteSwapped
    return Digits.spell(UInt64(sum), in: Digits.lowerHex, text, value.upperBound - 8..<value.upperBound)
      ? .verified([]) : .failed
  }

  private static func atlassian(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard starts(text, value, "ATBB") || starts(text, value, "ATATT3") || starts(text, value, "ATCTT3"),
      value.count > 12
    else { return .none }
    let end = value.upperBound - 8
    let isFit = Digits.spell(
      UInt64(CRC32.of(text, value.lowerBound..<end)), in: Digits.upperHex, text, end..<value.upperBound)
    return isFit ? .verified([]) : .doubtful
  }

  private static func matrix(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard starts(text, value, "syt_"), let last = value.last(where: { text[$0] == UInt8(ascii: "_") }) else {
      return .none
    }
    let sum = UInt64(CRC32.of(text, value.lowerBound..<last))
    guard Digits.spell(sum, in: Digits.base62, text, last + 1..<value.upperBound) else { return .failed }
    guard let second = (value.lowerBound + 4..<last).first(where: { text[$0] == UInt8(ascii: "_") }),
      let name = Base64.decode(text, value.lowerBound + 4..<second)
    else { return .verified([]) }
    return .verified([Jewel.Fact("user", Scope.show(name.bytes, 0..<name.count))])
  }

  /// What a key of 32 or 64 bytes is for, by the seed that fits.
  private static let azureSeeds: [(mark: StaticString, seed: UInt64, use: String)] = [
    ("+ASt", 0x4465_6661_756c_7430, "storage account"), ("ACDb", 0x4d61_7374_5257_3030, "read-write"),
    ("ACDb", 0x4d61_7374_524f_3030, "read-only"), ("AzFu", 0x4d61_7374_6572_3030, "master"),
    ("AzFu", 0x5379_7374_656d_3030, "system"), ("AzFu", 0x4675_6e63_7469_3030, "function"),
    ("+ASb", 0x5365_6e64_3030_3030, "send"), ("+ASb", 0x4c69_7374_656e_3030, "listen"),
    ("+ASb", 0x4d61_6e61_6765_3030, "manage"), ("+AEh", 0x5365_6e64_3030_3030, "send"),
    ("+AEh", 0x4c69_7374_656e_3030, "listen"), ("+AEh", 0x4d61_6e61_6765_3030, "manage"),
    ("+ARm", 0x5365_6e64_3030_3030, "send"), ("+ARm", 0x4c69_7374_656e_3030, "listen"),
    ("+ARm", 0x4d61_6e61_6765_3030, "manage"),
  ]

  private static func azure(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard let key = Base64.decode(text, value), [32, 40, 64].contains(key.count) else { return .none }
    let end = key.count - 4
    let bytes = key.bytes
    let stored = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[end + $1]) << UInt32(8 * $1) }
    var isMarked = false
    let padding = value.reversed().prefix { text[$0] == UInt8(ascii: "=") }.count
    let mark = value.upperBound - padding - 6 - 4
    for (name, seed, use) in azureSeeds where starts(text, max(mark, value.lowerBound)..<value.upperBound, name) {
      isMarked = true
      if Marvin32.of(bytes, 0..<end, seed: seed) == stored { return .verified([Jewel.Fact("rights", use)]) }
    }
    return isMarked ? .failed : .none
  }

  private static let entraAlphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~".utf8)

  private static func entra(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard value.count == 40, starts(text, value.lowerBound + 3..<value.upperBound, "8Q~") else { return .none }
    let end = value.upperBound - 3
    var rest = Marvin32.of(text, value.lowerBound..<end, seed: 0x4161_6450_7764_3030)
    var digits: [UInt8] = []
    while rest > 0 {
      digits.append(entraAlphabet[Int(rest % 66)])
      rest /= 66
    }
    while digits.count < 6 { digits.append(entraAlphabet[0]) }
    let written = Array(digits.reversed())
    return (0..<3).allSatisfy { text[end + $0] == written[$0] } ? .verified([]) : .failed
  }

  /// Common annotated keys: 84 characters, of which the last four are a sum of the first 80.
  private static func cask(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard value.count >= 84, starts(text, value.lowerBound + 52..<value.upperBound, "JQQJ9"),
      let key = Base64.decode(text, value.lowerBound..<value.lowerBound + 80)
    else { return .none }
    let sum = Marvin32.of(key.bytes, 0..<key.count, seed: 0x4465_6661_756c_7430)
    var number: UInt64 = 0
    for shift in [0, 8, 16, 24] as [UInt32] { number = number << 8 | UInt64(sum >> shift & 0xFF) }
    var digits: [UInt8] = []
    while number > 0 {
      digits.append(Digits.base62[Int(number % 62)])
      number /= 62
    }
    while digits.count < 6 { digits.append(UInt8(ascii: "0")) }
    let written = Array(digits.reversed())
    let isFit = (0..<4).allSatisfy { text[value.lowerBound + 80 + $0] == written[$0] }
    var facts = [Jewel.Fact("service", Scope.show(text, value.lowerBound + 76..<value.lowerBound + 80))]
    let year = text[value.lowerBound + 58]
    let month = text[value.lowerBound + 59]
    if (0x41...0x5A).contains(year), (0x41...0x4C).contains(month) {
      let number = Int(month - 0x40)
      facts.append(Jewel.Fact("created", "\(2024 + Int(year - 0x41))-\(number < 10 ? "0" : "")\(number)"))
    }
    return isFit ? .verified(facts) : .doubtful
  }

  private static func base58(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard let key = Base58.checked(text, value), key.count > 0 else { return .failed }
    let bytes = key.bytes
    switch bytes[0] {
    case 0x80: return .verified([Jewel.Fact("network", "main")])
    case 0xEF: return .verified([Jewel.Fact("network", "test")])
    case 0x04 where key.count == 78:
      return .verified([Jewel.Fact("depth", bytes[4] == 0 ? "0, the whole wallet" : String(bytes[4]))])
    default: return .none
    }
  }

  /// X25519: three bits of a private key are always clear and one is always set.
  private static func clamp(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard let key = Base64.decode(text, value), key.count == 32 else { return .failed }
    return key.bytes[0] & 7 == 0 && key.bytes[31] & 0xC0 == 0x40 ? .verified([]) : .doubtful
  }

  private static func devOps(_ text: Span<UInt8>, _ value: Range<Int>) -> Verdict {
    guard value.count == 52 else { return .none }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var held: UInt32 = 0
    for index in value {
      let byte = text[index]
      let digit: UInt32
      switch byte {
      case 0x61...0x7A: digit = UInt32(byte - 0x61)
      case 0x32...0x37: digit = UInt32(byte - 0x32 + 26)
      default: return .none
      }
      bits = bits << 5 | digit
      held += 5
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> held))
      }
    }
    guard bytes.count == 32 else { return .none }
    let covered = [0...1, 3...6, 9...21, 23...31].flatMap { bytes[$0] }
    let sum = CRC32.of(covered.span, 0..<covered.count)
    let stored = [22, 8, 7, 2].enumerated().reduce(UInt32(0)) {
      $0 | UInt32(bytes[$1.element]) << UInt32(8 * $1.offset)
    }
    if sum ^ 0xE0B9_692D == stored { return .verified([Jewel.Fact("identity", "user")]) }
    if sum ^ 0x1019_F92E == stored { return .verified([Jewel.Fact("identity", "app")]) }
    // Nobody published a pair to try this against: a sum that does not fit proves nothing.
    return .none
  }
}
