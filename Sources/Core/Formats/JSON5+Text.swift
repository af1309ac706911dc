/// Strings, names and numbers.
extension JSON5.Reader {
  // MARK: strings

  mutating func string() throws(JSON5.Error) -> String {
    let quote = bytes[offset]
    let start = position
    advance(plain: 1)
    var text: [UInt8] = []
    var run = offset
    while let byte {
      switch byte {
      case quote:
        let value: String
        if text.isEmpty {
          value = String(decoding: bytes[run..<offset], as: UTF8.self)
        } else {
          text += bytes[run..<offset]
          value = String(decoding: text, as: UTF8.self)
        }
        advance(plain: 1)
        return value
      case UInt8(ascii: "\\"):
        text += bytes[run..<offset]
        try escape(into: &text)
        run = offset
      case 0x0A, 0x0D:
        throw JSON5.Error(.expected("\(quoted(quote)) to end the text", found: "the end of the line"), at: position)
      case 0x80...: advance()
      default: advance(plain: 1)
      }
    }
    throw JSON5.Error(.expected("\(quoted(quote)) to end the text", found: "the end of the file"), at: start)
  }

  private func quoted(_ byte: UInt8) -> String { "`\(Character(Unicode.Scalar(byte)))`" }

  private mutating func escape(into text: inout [UInt8]) throws(JSON5.Error) {
    let start = position
    advance(plain: 1)
    guard let byte else { throw expected("a character after `\\`") }
    switch byte {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "0"):
      if let next = self.byte(ahead: 1), next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") {
        throw JSON5.Error(.expected("no digit after `\\0`", found: quoted(next)), at: start)
      }
      text.append(0x00)
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw JSON5.Error(
        .expected("an escape that JSON5 knows", found: "`\\\(Character(Unicode.Scalar(byte)))`"), at: start)
    case UInt8(ascii: "x"):
      advance(plain: 1)
      append(try hexadecimal(digits: 2), to: &text)
      return
    case UInt8(ascii: "u"):
      advance(plain: 1)
      append(try codePoint(), to: &text)
      return
    case 0x0D:
      // A line continuation stands for nothing; CR LF is one end of line.
      advance()
      if self.byte == 0x0A { advance() }
      return
    case 0x0A: break
    case 0x80...:
      if !atLineSeparator, let scalar { append(scalar.value, to: &text) }
      skip(to: offset + (scalar.map(JSON5.width) ?? 1))
      return
    default: text.append(byte)
    }
    advance()
  }

  /// The number after `\u`; a second `\u` is taken with it where both make a surrogate pair.
  private mutating func codePoint() throws(JSON5.Error) -> UInt32 {
    let first = try hexadecimal(digits: 4)
    guard 0xD800..<0xDC00 ~= first, byte == UInt8(ascii: "\\"), byte(ahead: 1) == UInt8(ascii: "u") else {
      return first
    }
    let before = self
    advance(plain: 2)
    let second = try hexadecimal(digits: 4)
    guard 0xDC00..<0xE000 ~= second else {
      self = before
      return first
    }
    return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
  }

  private mutating func hexadecimal(digits: Int) throws(JSON5.Error) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte, let digit = JSON5.hexadecimalDigit(byte) else { throw expected("\(digits) hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      advance(plain: 1)
    }
    return value
  }

  private func append(_ value: UInt32, to text: inout [UInt8]) {
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    text += UTF8.encode(scalar).map(Array.init) ?? []
  }

  // MARK: names

  mutating func name() throws(JSON5.Error) -> String {
    var name = String.UnicodeScalarView()
    while true {
      let here = self
      guard var scalar else { break }
      if scalar == "\\" {
        advance(plain: 1)
        guard byte == UInt8(ascii: "u") else { throw expected("`u` and four hexadecimal digits") }
        advance(plain: 1)
        scalar = Unicode.Scalar(try hexadecimal(digits: 4)) ?? "\u{FFFD}"
        guard name.isEmpty ? JSON5.startsName(scalar) : JSON5.continuesName(scalar) else {
          throw JSON5.Error(
            .expected("a character that a name may have", found: JSON5.codePoint(scalar)), at: here.position)
        }
      } else {
        guard name.isEmpty ? JSON5.startsName(scalar) : JSON5.continuesName(scalar) else { break }
        skip(to: offset + JSON5.width(scalar))
      }
      name.append(scalar)
    }
    guard !name.isEmpty else { throw expected("a name or `}`") }
    return String(name)
  }

  // MARK: numbers

  mutating func number() throws(JSON5.Error) -> Node.Content {
    let start = offset
    let begin = position
    let negative = byte == UInt8(ascii: "-")
    if negative || byte == UInt8(ascii: "+") { advance(plain: 1) }
    let value: Double
    if isHere("Infinity") {
      advance(plain: 8)
      value = .infinity
    } else if isHere("NaN") {
      advance(plain: 3)
      value = .nan
    } else if byte == UInt8(ascii: "0"), byte(ahead: 1) == UInt8(ascii: "x") || byte(ahead: 1) == UInt8(ascii: "X") {
      value = try hexadecimalNumber()
    } else {
      value = try decimalNumber(begin)
    }
    if let next = scalar, JSON5.continuesName(next) || next == "\\" { throw expected("the end of the number") }
    let spelling = String(decoding: bytes[start..<offset], as: UTF8.self)
    return .number(negative ? -value : value, spelling)
  }

  private mutating func hexadecimalNumber() throws(JSON5.Error) -> Double {
    advance(plain: 2)
    var value = 0.0
    var count = 0
    while let byte, let digit = JSON5.hexadecimalDigit(byte) {
      value = value * 16 + Double(digit)
      count += 1
      advance(plain: 1)
    }
    guard count > 0 else { throw expected("a hexadecimal digit") }
    return value
  }

  private mutating func decimalNumber(_ begin: Position) throws(JSON5.Error) -> Double {
    let first = offset
    let whole = digits()
    if whole > 1, bytes[first] == UInt8(ascii: "0") {
      throw JSON5.Error(.expected("a number without leading zeros", found: "`0`"), at: begin)
    }
    var text = whole == 0 ? "0" : String(decoding: bytes[first..<offset], as: UTF8.self)
    var fraction = 0
    if byte == UInt8(ascii: ".") {
      advance(plain: 1)
      let from = offset
      fraction = digits()
      if fraction > 0 { text += "." + String(decoding: bytes[from..<offset], as: UTF8.self) }
    }
    guard whole + fraction > 0 else { throw expected("a digit") }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      let from = offset
      advance(plain: 1)
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { advance(plain: 1) }
      guard digits() > 0 else { throw expected("a digit of the exponent") }
      text += String(decoding: bytes[from..<offset], as: UTF8.self)
    }
    // Longer numbers carry no more meaning, only work for whoever converts them.
    guard text.utf8.count <= 1024, let value = Double(text) else {
      throw JSON5.Error(.expected("a number of at most 1,024 characters", found: "a longer one"), at: begin)
    }
    return value
  }

  private mutating func digits() -> Int {
    let start = offset
    while let byte, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { advance(plain: 1) }
    return offset - start
  }
}
