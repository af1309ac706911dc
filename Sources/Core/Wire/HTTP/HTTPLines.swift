/// The lines of a head, one after the other: CR LF ends one, a bare LF as well (RFC 9112 §2.2).
struct HTTPLines: ~Escapable {
  /// Fields in a head: a browser sends thirty.
  static let fieldLimit = 256

  private let bytes: Span<UInt8>
  private let limit: Int
  /// Where the next line starts.
  private(set) var offset = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, limit: Int) {
    self.bytes = bytes
    self.limit = limit
  }

  /// The next line without its end; nil where no end is there, or not within the limit.
  @_lifetime(self: copy self)
  mutating func next() -> Range<Int>? {
    let start = offset
    var index = start
    let end = min(limit, bytes.count)
    while index < end {
      if bytes[index] == 0x0A {
        offset = index + 1
        return start..<(index > start && bytes[index - 1] == 0x0D ? index - 1 : index)
      }
      index += 1
    }
    return nil
  }

  /// Whether more bytes would not help.
  var isOverLimit: Bool { bytes.count >= limit }
}

/// One field of a head: its name stays where it is.
struct HTTPField: ~Escapable {
  private let bytes: Span<UInt8>
  private let name: Range<Int>
  /// Without the blanks around it.
  let value: Range<Int>

  /// Nil where the line has no name and colon, or continues the line before, which RFC 9112 §5.2 forbids.
  @_lifetime(copy bytes)
  init?(_ bytes: Span<UInt8>, _ line: Range<Int>) {
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon] != UInt8(ascii: ":") {
      guard (0x21...0x7E).contains(bytes[colon]) else { return nil }
      colon += 1
    }
    guard colon > line.lowerBound, colon < line.upperBound else { return nil }
    var start = colon + 1
    var end = line.upperBound
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    self.bytes = bytes
    name = line.lowerBound..<colon
    value = start..<end
  }

  /// - Parameter expected: in lower case.
  func isNamed(_ expected: String) -> Bool {
    name.count == expected.utf8.count && bytes.holds(expected, at: name.lowerBound, folding: true)
  }
}
