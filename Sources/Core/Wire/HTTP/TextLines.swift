/// Lines of text, one after the other: CR LF ends one, a bare LF as well, as RFC 9112 §2.2 allows.
struct TextLines: ~Escapable {
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
