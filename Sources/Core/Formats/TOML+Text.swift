/// Strings, numbers, dates.
extension TOML.Reader {
  // MARK: strings

  /// Whether three quotes stand here.
  var isLong: Bool { text.byte(ahead: 1) == text.byte && text.byte(ahead: 2) == text.byte }

  /// A string on one line.
  mutating func line() throws(TOML.Error) -> String {
    let quote = text.bytes[text.offset]
    let start = text.position
    text.advance(plain: 1)
    var out: [UInt8] = []
    while let byte = text.byte {
      switch byte {
      case quote:
        text.advance(plain: 1)
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""): try escape(into: &out)
      case 0..<0x09, 0x0A..<0x20, 0x7F: throw text.expected("a quote to end the text")
      default:
        out.append(byte)
        text.advance()
      }
    }
    throw TOML.Error(.expected("a quote to end the text", found: "the end of the file"), at: start)
  }

  /// A string between three quotes.
  mutating func lines() throws(TOML.Error) -> String {
    let quote = text.bytes[text.offset]
    let start = text.position
    text.advance(plain: 3)
    if text.byte == 0x0D, text.byte(ahead: 1) == 0x0A { text.advance() }
    if text.byte == 0x0A { text.advance() }
    var out: [UInt8] = []
    while let byte = text.byte {
      switch byte {
      case quote where isLong:
        text.advance(plain: 3)
        // Up to two quotes before the last three are part of the text.
        for _ in 0..<2 where text.byte == quote {
          out.append(quote)
          text.advance(plain: 1)
        }
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
        if try !skipFold() { try escape(into: &out) }
      case 0x0D where text.byte(ahead: 1) != 0x0A: throw text.expected("LF after CR")
      case 0..<0x09, 0x0B..<0x0D, 0x0E..<0x20, 0x7F: throw text.expected("no control character")
      default:
        out.append(byte)
        text.advance()
      }
    }
    throw TOML.Error(.expected("three quotes to end the text", found: "the end of the file"), at: start)
  }

  /// A backslash at the end of a line takes all space that follows with it.
  private mutating func skipFold() throws(TOML.Error) -> Bool {
    var ahead = 1
    while text.byte(ahead: ahead) == 0x20 || text.byte(ahead: ahead) == 0x09 { ahead += 1 }
    guard text.byte(ahead: ahead) == 0x0A || (text.byte(ahead: ahead) == 0x0D && text.byte(ahead: ahead + 1) == 0x0A)
    else {
      guard ahead == 1 else { throw text.expected("the end of the line after `\\` and a blank") }
      return false
    }
    text.advance(plain: 1)
    while let byte = text.byte, [0x20, 0x09, 0x0A].contains(byte) || (byte == 0x0D && text.byte(ahead: 1) == 0x0A) {
      text.advance()
    }
    return true
  }

  private mutating func escape(into out: inout [UInt8]) throws(TOML.Error) {
    text.advance(plain: 1)
    switch text.byte {
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(text.bytes[text.offset])
    case UInt8(ascii: "u"): return try codePoint(digits: 4, into: &out)
    case UInt8(ascii: "U"): return try codePoint(digits: 8, into: &out)
    default: throw text.expected("an escape that TOML knows")
    }
    text.advance(plain: 1)
  }

  private mutating func codePoint(digits: Int, into out: inout [UInt8]) throws(TOML.Error) {
    let start = text.position
    text.advance(plain: 1)
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = text.byte, let digit = JSON5.hexadecimalDigit(byte) else {
        throw text.expected("\(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      text.advance(plain: 1)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw TOML.Error(.expected("the number of a character", found: "another"), at: start)
    }
    out += UTF8.encode(scalar).map(Array.init) ?? []
  }

  // MARK: numbers, words, dates

  mutating func scalar() throws(TOML.Error) -> Node.Content {
    let start = text.position
    while let byte = text.byte, Self.isWordByte(byte) { text.advance(plain: 1) }
    if text.offset - start.offset == 10, text.byte == 0x20, Self.isDate(text.bytes[start.offset..<text.offset]),
      let next = text.byte(ahead: 1), Self.isDigit(next)
    {
      // A blank may stand between a date and its time.
      text.advance(plain: 1)
      while let byte = text.byte, Self.isWordByte(byte) { text.advance(plain: 1) }
    }
    let word = text.bytes[start.offset..<text.offset]
    guard !word.isEmpty else { throw text.expected("a value") }
    guard word.count <= 1024 else {
      throw TOML.Error(.expected("a value of at most 1,024 characters", found: "a longer one"), at: start)
    }
    let spelling = String(decoding: word, as: UTF8.self)
    switch spelling {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "inf", "+inf": return .number(.infinity, spelling)
    case "-inf": return .number(-.infinity, spelling)
    case "nan", "+nan", "-nan": return .number(.nan, spelling)
    default: break
    }
    if Self.isDateOrTime(word) { return .string(spelling) }
    guard let value = Self.number(word) else {
      throw TOML.Error(.expected("a value", found: "a word or number that TOML does not know"), at: start)
    }
    return .number(value, spelling)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-+.:".utf8.contains(byte)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func number(_ word: ArraySlice<UInt8>) -> Double? {
    var word = word
    let isNegative = word.first == UInt8(ascii: "-")
    let isSigned = isNegative || word.first == UInt8(ascii: "+")
    if isSigned { word = word.dropFirst() }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.starts(with: prefix.utf8) {
      guard !isSigned, let text = plain(word.dropFirst(2), { JSON5.hexadecimalDigit($0) != nil }) else { return nil }
      return Int64(text, radix: radix).map(Double.init)
    }
    let mark = word.firstIndex { $0 | 0x20 == UInt8(ascii: "e") }
    let mantissa = word[..<(mark ?? word.endIndex)]
    let point = mantissa.firstIndex(of: UInt8(ascii: "."))
    guard let whole = plain(mantissa[..<(point ?? mantissa.endIndex)], isDigit),
      whole == "0" || !whole.hasPrefix("0")
    else { return nil }
    if mark == nil, point == nil { return Int64((isNegative ? "-" : "") + whole).map(Double.init) }
    var text = whole
    if let point {
      guard let fraction = plain(mantissa[(point + 1)...], isDigit) else { return nil }
      text += "." + fraction
    }
    if let mark {
      var exponent = word[(mark + 1)...]
      var sign = ""
      if let first = exponent.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
        sign = first == UInt8(ascii: "-") ? "-" : ""
        exponent = exponent.dropFirst()
      }
      guard let digits = plain(exponent, isDigit) else { return nil }
      text += "e" + sign + digits
    }
    return Double((isNegative ? "-" : "") + text)
  }

  /// Digits without the underscores between them; nil where there is none, or an underscore stands elsewhere.
  private static func plain(_ digits: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> String? {
    let parts = digits.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    return String(decoding: parts.joined(), as: UTF8.self)
  }

  // MARK: dates

  private static func isDateOrTime(_ word: ArraySlice<UInt8>) -> Bool {
    guard isDate(word.prefix(10)) else { return isTime(word, mayHaveZone: false) }
    let rest = word.dropFirst(10)
    guard let mark = rest.first else { return true }
    return (mark | 0x20 == UInt8(ascii: "t") || mark == 0x20) && isTime(rest.dropFirst(), mayHaveZone: true)
  }

  private static func two(_ word: ArraySlice<UInt8>, at place: Int) -> Int? {
    let digits = word.dropFirst(place).prefix(2)
    guard digits.count == 2, digits.allSatisfy(isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// `1979-05-27`.
  private static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count == 10, two(word, at: 0) != nil, two(word, at: 2) != nil, let month = two(word, at: 5),
      let day = two(word, at: 8)
    else { return false }
    let dashes = [4, 7].allSatisfy { word[word.startIndex + $0] == UInt8(ascii: "-") }
    return dashes && 1...12 ~= month && 1...31 ~= day
  }

  /// `07:32:00`, `07:32:00.999`, `07:32:00Z`, `07:32:00-07:00`.
  private static func isTime(_ word: ArraySlice<UInt8>, mayHaveZone: Bool) -> Bool {
    guard let hour = two(word, at: 0), let minute = two(word, at: 3), let second = two(word, at: 6),
      [2, 5].allSatisfy({ word[word.startIndex + $0] == UInt8(ascii: ":") }), hour < 24, minute < 60, second <= 60
    else { return false }
    var rest = word.dropFirst(8)
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      guard !fraction.isEmpty else { return false }
      rest = rest[fraction.endIndex...]
    }
    guard let zone = rest.first else { return true }
    guard mayHaveZone else { return false }
    if zone | 0x20 == UInt8(ascii: "z") { return rest.count == 1 }
    guard zone == UInt8(ascii: "+") || zone == UInt8(ascii: "-"), rest.count == 6,
      rest[rest.startIndex + 3] == UInt8(ascii: ":"), let hours = two(rest, at: 1), let minutes = two(rest, at: 4)
    else { return false }
    return hours < 24 && minutes < 60
  }
}
