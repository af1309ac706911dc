import Model

extension Span<UInt8> {
  /// A name of a host in lower case without its final dot; nil for what can be none, and for what a terminal obeys.
  func hostName(_ range: Range<Int>) -> [UInt8]? {
    guard range.upperBound <= count, (1...255).contains(range.count) else { return nil }
    var name: [UInt8] = []
    name.reserveCapacity(range.count)
    for place in range {
      switch self[place] {
      case 0x41...0x5A: name.append(self[place] | 0x20)
      case 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F: name.append(self[place])
      default: return nil
      }
    }
    if name.last == 0x2E { name.removeLast() }
    return name.isEmpty || name.first == 0x2E ? nil : name
  }

  /// An address of four or sixteen bytes that stands there; nil for another size, and where the bytes end before.
  func address(at offset: Int, _ size: Int) -> IP? {
    guard size == 4 || size == 16, offset >= 0, count - offset >= size else { return nil }
    var words: (high: UInt64, low: UInt64) = (0, size == 4 ? 0xFFFF : 0)
    for place in offset..<(offset + size) {
      words.high = size == 4 ? 0 : words.high << 8 | words.low >> 56
      words.low = words.low << 8 | UInt64(self[place])
    }
    return IP(high: words.high, low: words.low)
  }

  /// Whether the text stands at the front, or as much of it as is there.
  func holds(prefixOf text: String) -> Bool {
    var place = 0
    for expected in text.utf8 {
      guard place < count else { return true }
      guard self[place] == expected else { return false }
      place += 1
    }
    return true
  }
}
