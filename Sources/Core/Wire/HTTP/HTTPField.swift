/// One field of a head: its name stays where it is.
struct HTTPField: ~Escapable {
  /// Fields in a head that are read at most: a browser sends thirty.
  static let limit = 256

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
