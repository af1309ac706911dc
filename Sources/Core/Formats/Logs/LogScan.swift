import Model

// The one file of this folder with unsafe accesses: each is behind a comparison with `count` in the same function, and
// the span keeps its bytes alive for as long as it can be named.
extension Span where Element == UInt8 {
  /// Eight bytes, the first in the lowest place. The caller has compared `at + 8` with `count`.
  @inline(__always)
  fileprivate func word(at index: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }

  /// The byte at `index`, or 0 outside.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 { index >= 0 && index < count ? unsafe self[unchecked: index] : 0 }

  /// First place of `wanted` in `from..<to`; `to` where there is none. Looks at eight bytes at a time.
  @inline(__always)
  func first(_ wanted: UInt8, from: Int, to: Int) -> Int {
    let end = Swift.min(to, count)
    var index = Swift.max(0, from)
    let pattern = UInt64(wanted) &* 0x0101_0101_0101_0101
    while index &+ 8 <= end {
      let difference = word(at: index) ^ pattern
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      if zeros != 0 { return index &+ zeros.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    guard index < end else { return to }
    if end >= 8 {
      // The last eight bytes, of which those before `index` were looked at: they are made to differ.
      let start = end &- 8
      let difference = (word(at: start) ^ pattern) | ((1 &<< UInt64(8 &* (index &- start))) &- 1)
      let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
      return zeros != 0 ? start &+ zeros.trailingZeroBitCount &>> 3 : to
    }
    while index < end {
      if unsafe self[unchecked: index] == wanted { return index }
      index &+= 1
    }
    return to
  }

  /// First `"` or `\` in `from..<to`; `to` where there is none.
  @inline(__always)
  func firstQuoteOrBackslash(from: Int, to: Int) -> Int {
    let end = Swift.min(to, count)
    var index = Swift.max(0, from)
    while index &+ 8 <= end {
      let eight = word(at: index)
      let quote = eight ^ 0x2222_2222_2222_2222
      let slash = eight ^ 0x5C5C_5C5C_5C5C_5C5C
      let zeros =
        ((quote &- 0x0101_0101_0101_0101) & ~quote | (slash &- 0x0101_0101_0101_0101) & ~slash) & 0x8080_8080_8080_8080
      if zeros != 0 { return index &+ zeros.trailingZeroBitCount &>> 3 }
      index &+= 8
    }
    while index < end {
      let byte = unsafe self[unchecked: index]
      if byte == 0x22 || byte == 0x5C { return index }
      index &+= 1
    }
    return to
  }

  /// Last place of `wanted` in `from..<to`; nil where there is none.
  @inline(__always)
  func last(_ wanted: UInt8, from: Int, to: Int) -> Int? {
    var end = Swift.min(to, count)
    let from = Swift.max(0, from)
    let pattern = UInt64(wanted) &* 0x0101_0101_0101_0101
    while end &- from >= 8 {
      let difference = word(at: end &- 8) ^ pattern
      // Unlike the sum in `first`, without a carry from one byte to the next: the highest mark is right.
      let low = (difference & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F
      let zeros = ~(low | difference | 0x7F7F_7F7F_7F7F_7F7F)
      if zeros != 0 { return end &- 1 &- zeros.leadingZeroBitCount &>> 3 }
      end &-= 8
    }
    while end > from {
      end &-= 1
      if unsafe self[unchecked: end] == wanted { return end }
    }
    return nil
  }

  /// Whether the text stands at `index`, wholly before `end`.
  @inline(__always)
  func has(_ text: StaticString, at index: Int, to end: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard index >= 0, end <= count, index &+ length <= end else { return false }
    let wanted = unsafe text.utf8Start
    for step in 0..<length where unsafe wanted[step] != self[unchecked: index &+ step] { return false }
    return true
  }

  /// Whether the text is all of `from..<to`.
  @inline(__always)
  func equals(_ text: StaticString, from: Int, to: Int) -> Bool {
    to - from == text.utf8CodeUnitCount && has(text, at: from, to: to)
  }

  /// Likewise, whatever the case of ASCII letters in the line; the text is upper case.
  func equalsFolded(_ text: StaticString, from: Int, to: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard to - from == length, from >= 0, to <= count else { return false }
    let wanted = unsafe text.utf8Start
    for step in 0..<length {
      let byte = unsafe self[unchecked: from + step]
      let folded = byte &- 0x61 < 26 ? byte & 0xDF : byte
      if unsafe folded != wanted[step] { return false }
    }
    return true
  }

  /// First place where the text stands in `from..<to`; nil where there is none.
  func find(_ text: StaticString, from: Int, to: Int) -> Int? {
    let start = unsafe text.utf8Start[0]
    var index = from
    let end = Swift.min(to, count)
    while true {
      index = first(start, from: index, to: end)
      guard index < end else { return nil }
      if has(text, at: index, to: end) { return index }
      index += 1
    }
  }

  /// Last place where the text stands in `from..<to`; nil where there is none.
  func findLast(_ text: StaticString, from: Int, to: Int) -> Int? {
    var index = Swift.min(to, count) - text.utf8CodeUnitCount
    while index >= from {
      if has(text, at: index, to: to) { return index }
      index -= 1
    }
    return nil
  }

  // MARK: numbers

  @inline(__always)
  func isDigit(_ index: Int) -> Bool { byte(index) &- 0x30 < 10 }

  /// Decimal digits and nothing else; nil for what is empty or does not fit.
  @inline(__always)
  func number(from: Int, to: Int) -> UInt64? {
    guard from >= 0, from < to, to <= count, to &- from <= 19 else { return nil }
    var value: UInt64 = 0
    var index = from
    while index < to {
      let digit = unsafe self[unchecked: index] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    return value
  }

  @inline(__always)
  func port(from: Int, to: Int) -> UInt16? {
    guard to &- from <= 5, let value = number(from: from, to: to) else { return nil }
    return UInt16(exactly: value)
  }

  /// Two digits; nil for anything else.
  @inline(__always)
  func two(_ index: Int) -> Int? {
    let high = byte(index) &- 0x30, low = byte(index &+ 1) &- 0x30
    guard high < 10, low < 10 else { return nil }
    return Int(high) &* 10 &+ Int(low)
  }

  /// `123`, `123.4567` or `.5` with 10⁹ units to one, whatever the sign of it; nil for anything else and for overflow.
  func nano(from: Int, to: Int) -> Int64? {
    let isNegative = byte(from) == 0x2D && from < to
    let from = isNegative ? from + 1 : from
    let dot = first(0x2E, from: from, to: to)
    var whole: UInt64 = 0
    if dot > from {
      guard let value = number(from: from, to: dot) else { return nil }
      whole = value
    }
    guard dot > from || dot + 1 < to, whole < 9_200_000_000 else { return nil }
    var fraction: UInt64 = 0
    var digits = 0
    var index = dot &+ 1
    while index < to {
      let digit = byte(index) &- 0x30
      guard digit < 10 else { return nil }
      if digits < 9 {
        fraction = fraction &* 10 &+ UInt64(digit)
        digits &+= 1
      }
      index &+= 1
    }
    while digits < 9 {
      fraction &*= 10
      digits &+= 1
    }
    let value = Int64(whole &* 1_000_000_000 &+ fraction)
    return isNegative ? -value : value
  }

  // MARK: addresses

  /// A dotted quad or IPv6 text (RFC 4291 §2.2; a zone is dropped) that is all of `from..<to`; nil for anything else.
  @inline(__always)
  func address(from: Int, to: Int) -> IP? {
    guard from >= 0, to <= count, to &- from >= 2 else { return nil }
    if let four = quad(from: from, to: to) { return IP(v4: four) }
    // What begins like a name is none.
    let head = byte(from)
    guard head == 0x3A || hexadecimal(head) != nil else { return nil }
    return sixteen(from: from, to: to)
  }

  @inline(__always)
  func quad(from: Int, to: Int) -> UInt32? {
    guard from >= 0, to <= count, to &- from >= 7, to &- from <= 15 else { return nil }
    var value: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    var index = from
    while index < to {
      let byte = unsafe self[unchecked: index]
      if byte == 0x2E {
        guard digits > 0, part < 256 else { return nil }
        value = value &<< 8 | part
        part = 0
        digits = 0
        dots &+= 1
      } else {
        let digit = byte &- 0x30
        guard digit < 10, digits < 3 else { return nil }
        part = part &* 10 &+ UInt32(digit)
        digits &+= 1
      }
      index &+= 1
    }
    guard dots == 3, digits > 0, part < 256 else { return nil }
    return value &<< 8 | part
  }

  private func sixteen(from: Int, to: Int) -> IP? {
    guard to <= count, from >= 0 else { return nil }
    // Eight groups as one number, the last in the lowest place; and how many stood before a `::`.
    var high: UInt64 = 0
    var low: UInt64 = 0
    var groups = 0
    var gap = -1
    var index = from
    var end = to
    if byte(index) == 0x3A {
      guard byte(index &+ 1) == 0x3A, index &+ 1 < to else { return nil }
      gap = 0
      index &+= 2
    }
    while index < end {
      let start = index
      var group: UInt64 = 0
      while index < end, let digit = hexadecimal(unsafe self[unchecked: index]) {
        group = group &<< 4 | UInt64(digit)
        index &+= 1
      }
      let next: UInt8 = index < end ? unsafe self[unchecked: index] : 0
      if next == 0x25 { end = index }
      if next == 0x2E {
        var stop = index
        while stop < end, byte(stop) != 0x25 { stop &+= 1 }
        guard groups <= 6, let four = quad(from: start, to: stop) else { return nil }
        high = high &<< 32 | low &>> 32
        low = low &<< 32 | UInt64(four)
        groups &+= 2
        break
      }
      guard index &- start <= 4 else { return nil }
      if index == start {
        // Behind a `::` a zone may come at once.
        guard next == 0x25, gap == groups else { return nil }
        break
      }
      guard groups < 8 else { return nil }
      high = high &<< 16 | low &>> 48
      low = low &<< 16 | group
      groups &+= 1
      if index == end { break }
      guard next == 0x3A else { return nil }
      index &+= 1
      if index < end, unsafe self[unchecked: index] == 0x3A {
        guard gap < 0 else { return nil }
        gap = groups
        index &+= 1
      } else if index == end || byte(index) == 0x25 {
        return nil
      }
    }
    if gap < 0 {
      guard groups == 8 else { return nil }
      return IP(high: high, low: low)
    }
    guard groups < 8 else { return nil }
    let value = UInt128(high) << 64 | UInt128(low)
    let tailBits = UInt128(16 * (groups - gap))
    let tail = value & ((1 << tailBits) - 1)
    let head = gap == 0 ? 0 : (value >> tailBits) << UInt128(16 * (8 - gap))
    let whole = head | tail
    return IP(high: UInt64(truncatingIfNeeded: whole >> 64), low: UInt64(truncatingIfNeeded: whole))
  }

  /// `address<mark>port`, as `192.0.2.7#53`; the port may be missing.
  @inline(__always)
  func endpoint(_ mark: UInt8, from: Int, to: Int) -> (address: IP, port: UInt16)? {
    let place = first(mark, from: from, to: to)
    guard place < to else { return address(from: from, to: to).map { ($0, 0) } }
    guard let address = address(from: from, to: place), let port = port(from: place + 1, to: to) else { return nil }
    return (address, port)
  }
}

@inline(__always)
func hexadecimal(_ byte: UInt8) -> UInt8? {
  let digit = byte &- 0x30
  if digit < 10 { return digit }
  let letter = (byte | 0x20) &- 0x61
  return letter < 6 ? letter + 10 : nil
}

/// A beginning that line after line of a log repeats: its second, its program. Eight to thirty-two bytes, as words that
/// may overlap.
struct RepeatedText: Sendable, BitwiseCopyable {
  /// 0 where nothing is kept.
  private(set) var count = 0
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  mutating func forget() { count = 0 }

  /// Keeps the bytes of `from..<to`; forgets what it kept where they are too many or too few.
  mutating func keep(_ line: Span<UInt8>, from: Int, to: Int) {
    count = to &- from
    guard from >= 0, to <= line.count, (8...32).contains(count) else { return count = 0 }
    words = Self.words(line, from, count)
  }

  /// Whether the line has the kept bytes at `from`.
  @inline(__always)
  func isAt(_ from: Int, in line: Span<UInt8>) -> Bool {
    guard count > 0, from >= 0, from &+ count <= line.count else { return false }
    return Self.words(line, from, count) == words
  }

  /// The caller has compared `from + count` with the line's.
  @inline(__always)
  private static func words(_ line: Span<UInt8>, _ from: Int, _ count: Int) -> (UInt64, UInt64, UInt64, UInt64) {
    let last = count &- 8
    return (
      line.word(at: from), line.word(at: from &+ Swift.min(8, last)), line.word(at: from &+ Swift.min(16, last)),
      line.word(at: from &+ last)
    )
  }
}
