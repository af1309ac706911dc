import Formats

extension Event.Scalar {
  /// What a scalar is: by its tag, else by its quotes, else by its text.
  func content(in scalars: YAML.Dialect.Scalars) -> Node.Content {
    let core = "tag:yaml.org,2002:"
    guard scalars != .text else { return .string(text) }
    if let tag {
      switch tag {
      case "!", core + "str", core + "binary": return .string(text)
      case core + "int", core + "float", core + "bool", core + "null":
        return YAML.plain(text, in: scalars) ?? .string(text)
      // A tag that nobody here knows says nothing.
      default: break
      }
    }
    return isPlain ? YAML.plain(text, in: scalars) ?? .string(text) : .string(text)
  }
}

extension YAML {
  /// What a scalar without quotes stands for; nil for ordinary text.
  static func plain(_ text: String, in scalars: Dialect.Scalars) -> Node.Content? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case "yes", "Yes", "YES", "on", "On", "ON": return scalars == .first ? .bool(true) : nil
    case "no", "No", "NO", "off", "Off", "OFF": return scalars == .first ? .bool(false) : nil
    case ".nan", ".NaN", ".NAN": return .number(.nan, text)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity, text)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity, text)
    default: break
    }
    // Longer numbers carry no more meaning, only work for whoever converts them.
    let bytes = Array(text.utf8)
    guard bytes.count <= 1024, let first = bytes.first, first < 0x3A else { return nil }
    let number = scalars == .first ? firstNumber(bytes) : coreNumber(bytes)
    return number.map { .number($0, text) }
  }

  // MARK: YAML 1.1, by the expressions of PyYAML

  private static func firstNumber(_ bytes: [UInt8]) -> Double? {
    let (sign, digits) = signed(bytes[...])
    guard let first = digits.first else { return nil }
    let dot = digits.firstIndex(of: UInt8(ascii: "."))
    if digits.contains(UInt8(ascii: ":")) { return base60(digits).map { sign * $0 } }
    if dot == nil {
      guard first == UInt8(ascii: "0"), digits.count > 1 else {
        return isDigit(first) ? integer(digits, radix: 10).map { sign * $0 } : nil
      }
      switch digits[digits.startIndex + 1] {
      case UInt8(ascii: "b"): return integer(digits.dropFirst(2), radix: 2).map { sign * $0 }
      case UInt8(ascii: "x"): return integer(digits.dropFirst(2), radix: 16).map { sign * $0 }
      default: return integer(digits.dropFirst(), radix: 8).map { sign * $0 }
      }
    }
    // `.5` takes no sign there, and an exponent needs one.
    if first == UInt8(ascii: ".") {
      guard digits.count == bytes.count, let next = digits.dropFirst().first, isDigit(next) else { return nil }
    }
    guard isDigit(first) || first == UInt8(ascii: ".") else { return nil }
    return decimal(digits, underscores: true, exponent: .signed).map { sign * $0 }
  }

  /// `1:30:00`, where the last part may have a fraction.
  private static func base60(_ digits: ArraySlice<UInt8>) -> Double? {
    let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let head = parts.first, let first = head.first, isDigit(first) else { return nil }
    let hasFraction = digits.contains(UInt8(ascii: "."))
    if !hasFraction, first == UInt8(ascii: "0") { return nil }
    guard var value = integer(head, radix: 10) else { return nil }
    for (index, part) in parts.enumerated().dropFirst() {
      let isLast = index == parts.count - 1
      let whole = part.prefix { isDigit($0) }
      guard (1...2).contains(whole.count), let number = integer(whole, radix: 10), number < 60 else { return nil }
      value = value * 60 + number
      let rest = part.dropFirst(whole.count)
      if rest.isEmpty { continue }
      guard isLast, rest.first == UInt8(ascii: "."),
        let part = decimal([0x30] + rest, underscores: true, exponent: .none)
      else {
        return nil
      }
      value += part
    }
    return value
  }

  // MARK: YAML 1.2, as serde_yaml decides

  private static func coreNumber(_ bytes: [UInt8]) -> Double? {
    let (sign, digits) = signed(bytes[...])
    guard let first = digits.first else { return nil }
    if first == UInt8(ascii: "0"), digits.count > 1 {
      let rest = digits.dropFirst(2)
      switch digits[digits.startIndex + 1] {
      case UInt8(ascii: "x"):
        return rest.count <= 32 ? integer(rest, radix: 16, underscores: false).map { sign * $0 } : nil
      case UInt8(ascii: "o"):
        return rest.count <= 42 ? integer(rest, radix: 8, underscores: false).map { sign * $0 } : nil
      case UInt8(ascii: "b"):
        return rest.count <= 128 ? integer(rest, radix: 2, underscores: false).map { sign * $0 } : nil
      default: break
      }
      // `0123` is text.
      if digits.allSatisfy(isDigit) { return nil }
    }
    guard let value = decimal(digits, underscores: false, exponent: .any), value.isFinite else { return nil }
    return sign * value
  }

  // MARK: digits

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func signed(_ bytes: ArraySlice<UInt8>) -> (sign: Double, digits: ArraySlice<UInt8>) {
    switch bytes.first {
    case UInt8(ascii: "-"): (-1, bytes.dropFirst())
    case UInt8(ascii: "+"): (1, bytes.dropFirst())
    default: (1, bytes)
    }
  }

  /// Nil where another character stands there, or no digit does.
  private static func integer(_ digits: ArraySlice<UInt8>, radix: Int, underscores: Bool = true) -> Double? {
    var value = 0.0
    var count = 0
    for byte in digits {
      if byte == UInt8(ascii: "_"), underscores { continue }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { return nil }
      value = value * Double(radix) + Double(digit)
      count += 1
    }
    guard count > 0 else { return nil }
    // Every digit counts: by the library, which rounds once.
    return radix == 10 ? decimal(digits, underscores: underscores, exponent: .none) : value
  }

  private enum Exponent { case none, signed, any }

  /// `12.5e+3`: digits on at least one side of the point.
  private static func decimal(
    _ digits: ArraySlice<UInt8>, underscores: Bool, exponent: Exponent
  ) -> Double? {
    var text = ""
    var rest = digits
    func take(_ allowed: Bool) -> Int {
      var count = 0
      while let byte = rest.first, isDigit(byte) || (allowed && byte == UInt8(ascii: "_")) {
        rest = rest.dropFirst()
        guard byte != UInt8(ascii: "_") else { continue }
        text.unicodeScalars.append(Unicode.Scalar(byte))
        count += 1
      }
      return count
    }
    var count = take(underscores)
    if count == 0 { text = "0" }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      text += "."
      let fraction = take(underscores)
      if fraction == 0 { text += "0" }
      count += fraction
    }
    guard count > 0 else { return nil }
    if exponent != .none, let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      text += "e"
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        text.unicodeScalars.append(Unicode.Scalar(sign))
        rest = rest.dropFirst()
      } else if exponent == .signed {
        return nil
      }
      guard take(false) > 0 else { return nil }
    }
    return rest.isEmpty ? Double(text) : nil
  }
}
