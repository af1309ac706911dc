extension Range<Int> {
  /// The first of it, at most that many.
  func prefix(_ count: Int) -> Range<Int> { lowerBound..<Swift.min(upperBound, lowerBound + count) }
}

extension Span<UInt8> {
  /// Whether that text stands there.
  func holds(_ text: String, at offset: Int, folding: Bool = false) -> Bool {
    guard offset >= 0, count - offset >= text.utf8.count else { return false }
    var index = offset
    for expected in text.utf8 {
      let byte = self[index]
      guard byte == expected || (folding && (0x41...0x5A).contains(byte) && byte | 0x20 == expected) else {
        return false
      }
      index += 1
    }
    return true
  }

  /// Text that can be shown. The range lies within the bytes.
  func text(_ range: Range<Int>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(range.count)
    var isPlain = true
    for index in range {
      out.append(self[index])
      if !(0x20...0x7E).contains(self[index]) || self[index] == 0x5C { isPlain = false }
    }
    return isPlain ? String(decoding: out, as: UTF8.self) : SafeText.render(out)
  }

  /// A decimal number; nil where there is anything else, or more digits than any length has.
  func number(_ range: Range<Int>) -> Int? {
    guard (1...15).contains(range.count) else { return nil }
    var value = 0
    for index in range {
      guard (0x30...0x39).contains(self[index]) else { return nil }
      value = value * 10 + Int(self[index] - 0x30)
    }
    return value
  }

  /// Whether a list with commas has that element, in whatever case and with whatever parameters.
  func lists(_ element: String, in range: Range<Int>) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, self[end] != UInt8(ascii: ",") { end += 1 }
      while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
      let behind = start + element.utf8.count
      if behind <= end, holds(element, at: start, folding: true) {
        // It ends here, or a blank or a parameter follows.
        if behind == end || [0x20, 0x09, 0x3B].contains(self[behind]) { return true }
      }
      start = end + 1
    }
    return false
  }

  /// Where the path ends and query or fragment start.
  func pathEnd(_ range: Range<Int>) -> Int {
    var end = range.lowerBound
    while end < range.upperBound, self[end] != UInt8(ascii: "?"), self[end] != UInt8(ascii: "#") { end += 1 }
    return end
  }

  /// `host`, `host:port`, `[address]` or `[address]:port` (RFC 3986 §3.2): the host in lower case without a final dot. Both
  /// are nil where the host can be none, the port alone where it is none.
  func authority(_ range: Range<Int>) -> (host: String?, port: UInt16?) {
    var name: [UInt8] = []
    var index = range.lowerBound
    let isBracketed = index < range.upperBound && self[index] == UInt8(ascii: "[")
    if isBracketed { index += 1 }
    while index < range.upperBound, self[index] != UInt8(ascii: isBracketed ? "]" : ":") {
      let byte = self[index]
      guard Self.isHost(byte) || (isBracketed && (byte == 0x3A || byte == 0x25)), name.count < 255 else {
        return (nil, nil)
      }
      name.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      index += 1
    }
    if isBracketed {
      guard index < range.upperBound else { return (nil, nil) }
      index += 1
    } else if name.last == UInt8(ascii: ".") {
      name.removeLast()
    }
    guard !name.isEmpty else { return (nil, nil) }
    let host = String(decoding: name, as: UTF8.self)
    guard index < range.upperBound else { return (host, nil) }
    guard self[index] == UInt8(ascii: ":") else { return (nil, nil) }
    return (host, number((index + 1)..<range.upperBound).flatMap { UInt16(exactly: $0) })
  }

  /// Letters, digits, and what else names of hosts are made of in practice.
  private static func isHost(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}
