public import Model

extension LogRecord {
  /// The bytes of a text without what the format adds: escapes of JSON, `\xHH` of Zeek and `\"` of web servers, doubled quotes of CSV, entities
  /// of XML, and `(8)openclaw(2)ai(0)` of Windows as `openclaw.ai`.
  ///
  /// Half of a surrogate pair becomes U+FFFD. Never longer than three times the range.
  public func bytes(of text: LogText, in line: Span<UInt8>) -> [UInt8] {
    let from = max(0, min(text.start, line.count)), to = max(from, min(text.end, line.count))
    switch escape {
    case .none: break
    case .json: return Self.unescapeJSON(line, from, to)
    case .hex: return Self.unescapeHex(line, from, to)
    case .csv: return Self.unescapeQuotes(line, from, to)
    case .xml: return Self.unescapeXML(line, from, to)
    case .windows: return Self.dotted(line, from, to)
    }
    var out: [UInt8] = []
    out.reserveCapacity(to - from)
    for index in from..<to { out.append(line[index]) }
    return out
  }

  private static func unescapeJSON(_ line: Span<UInt8>, _ from: Int, _ to: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(to - from)
    var index = from
    func unit(_ at: Int) -> UInt32? {
      guard at + 6 <= to, line.byte(at) == 0x5C, line.byte(at + 1) == UInt8(ascii: "u") else { return nil }
      var value: UInt32 = 0
      for step in 2..<6 {
        guard let digit = hexadecimal(line.byte(at + step)) else { return nil }
        value = value << 4 | UInt32(digit)
      }
      return value
    }
    while index < to {
      let byte = line.byte(index)
      guard byte == 0x5C, index + 1 < to else {
        out.append(byte)
        index += 1
        continue
      }
      let next = line.byte(index + 1)
      switch next {
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "u"):
        guard let first = unit(index) else {
          out.append(next)
          break
        }
        var scalar = first
        if first & 0xFC00 == 0xD800, let second = unit(index + 6), second & 0xFC00 == 0xDC00 {
          scalar = 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
          index += 6
        }
        out += Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
        index += 4
      default: out.append(next)
      }
      index += 2
    }
    return out
  }

  private static func unescapeHex(_ line: Span<UInt8>, _ from: Int, _ to: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(to - from)
    var index = from
    while index < to {
      if line.byte(index) == 0x5C, index + 3 < to, line.byte(index + 1) == UInt8(ascii: "x"),
        let high = hexadecimal(line.byte(index + 2)), let low = hexadecimal(line.byte(index + 3))
      {
        out.append(high << 4 | low)
        index += 4
        continue
      }
      let next = line.byte(index + 1)
      if line.byte(index) == 0x5C, index + 1 < to, next == 0x22 || next == 0x5C { index += 1 }
      out.append(line.byte(index))
      index += 1
    }
    return out
  }

  private static func unescapeQuotes(_ line: Span<UInt8>, _ from: Int, _ to: Int) -> [UInt8] {
    var out: [UInt8] = []
    var index = from
    while index < to {
      out.append(line.byte(index))
      index += line.byte(index) == 0x22 && index + 1 < to && line.byte(index + 1) == 0x22 ? 2 : 1
    }
    return out
  }

  private static func unescapeXML(_ line: Span<UInt8>, _ from: Int, _ to: Int) -> [UInt8] {
    let entities: [(StaticString, UInt8)] = [
      ("&amp;", 0x26), ("&lt;", 0x3C), ("&gt;", 0x3E), ("&quot;", 0x22), ("&apos;", 0x27),
    ]
    var out: [UInt8] = []
    var index = from
    while index < to {
      if line.byte(index) == 0x26, let (text, byte) = entities.first(where: { line.has($0.0, at: index, to: to) }) {
        out.append(byte)
        index += text.utf8CodeUnitCount
      } else {
        out.append(line.byte(index))
        index += 1
      }
    }
    return out
  }

  /// Labels behind their lengths in parentheses. A length that does not fit the line ends the name.
  private static func dotted(_ line: Span<UInt8>, _ from: Int, _ to: Int) -> [UInt8] {
    guard line.byte(from) == 0x28, from < to else {
      var out: [UInt8] = []
      for index in from..<to { out.append(line[index]) }
      return out
    }
    var out: [UInt8] = []
    var index = from
    while index < to, line.byte(index) == 0x28 {
      let close = line.first(0x29, from: index, to: min(to, index + 6))
      guard line.byte(close) == 0x29, let length = line.number(from: index + 1, to: close), length > 0, length <= 63
      else { break }
      let end = close + 1 + Int(length)
      guard end <= to else { break }
      if !out.isEmpty { out.append(0x2E) }
      for place in (close + 1)..<end {
        let byte = line.byte(place)
        if byte == 0x2E || byte == 0x5C { out.append(0x5C) }
        out.append(byte)
      }
      index = end
    }
    return out.isEmpty ? [0x2E] : out
  }

  // MARK: answers

  /// Every address of the answer, in the order of the line.
  public func forEachAnswer(in line: Span<UInt8>, _ body: (IP) -> Void) {
    var at = answers.start
    while let found = nextAnswer(in: line, at: &at) { body(found) }
  }

  func firstAnswer(in line: Span<UInt8>) -> IP {
    var at = answers.start
    return nextAnswer(in: line, at: &at) ?? .none
  }

  /// The next piece between quotes, commas, blanks and brackets that is an address and not the name of a record.
  private func nextAnswer(in line: Span<UInt8>, at: inout Int) -> IP? {
    let end = min(answers.end, line.count)
    func isEdge(_ byte: UInt8) -> Bool {
      byte <= 0x20 || byte == 0x22 || byte == 0x2C || byte == 0x5B || byte == 0x5D || byte == 0x7B || byte == 0x7D
        || byte == 0x3B
    }
    while at < end {
      while at < end, isEdge(line.byte(at)) { at += 1 }
      let start = at
      while at < end, !isEdge(line.byte(at)) { at += 1 }
      guard start < at else { return nil }
      if line.equals("rrname", from: start, to: at) || line.equals("name", from: start, to: at) {
        // The value behind this key is a name, whatever it looks like.
        let open = line.first(0x22, from: at + 1, to: end)
        at = min(end, line.first(0x22, from: open + 1, to: end) + 1)
        continue
      }
      if let address = line.address(from: start, to: at) { return address }
    }
    return nil
  }

  // MARK: messages

  /// The DNS message that the line carries, decoded from base64 or hexadecimal; empty where there is none or it is broken.
  public func message(in line: Span<UInt8>) -> [UInt8] {
    let from = max(0, min(message.start, line.count)), to = max(from, min(message.end, line.count))
    var out: [UInt8] = []
    switch messageCoding {
    case .none: return []
    case .raw:
      out.reserveCapacity(to - from)
      for index in from..<to { out.append(line[index]) }
    case .base64:
      out.reserveCapacity((to - from) / 4 * 3)
      var bits: UInt32 = 0
      var count = 0
      for index in from..<to {
        let byte = line.byte(index)
        let value: UInt8
        switch byte {
        case 0x41...0x5A: value = byte - 0x41
        case 0x61...0x7A: value = byte - 0x61 + 26
        case 0x30...0x39: value = byte - 0x30 + 52
        case 0x2B, 0x2D: value = 62
        case 0x2F, 0x5F: value = 63
        case 0x3D: continue
        // `\/` of JSON.
        case 0x5C: continue
        default: return []
        }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
          count -= 8
          out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
      }
    case .hex:
      var index = line.has("0x", at: from, to: to) || line.has("0X", at: from, to: to) ? from + 2 : from
      out.reserveCapacity((to - index) / 2)
      while index + 1 < to {
        guard let high = hexadecimal(line.byte(index)), let low = hexadecimal(line.byte(index + 1)) else { return [] }
        out.append(high << 4 | low)
        index += 2
      }
    }
    return out
  }
}
