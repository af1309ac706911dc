/// Comma-separated values (RFC 4180), also with semicolons or tabs, as spreadsheets of other languages write them.
struct CSV {
  private let bytes: [UInt8]
  private let separator: UInt8
  private(set) var offset: Int

  static let maximumCells = 600

  init(_ bytes: [UInt8], at offset: Int, separator: UInt8) {
    self.bytes = bytes
    self.offset = offset
    self.separator = separator
  }

  /// The cells of the next line that is not empty; nil at the end. A quoted cell may hold line ends.
  mutating func next() -> [String]? {
    while offset < bytes.count, bytes[offset] == 0x0A || bytes[offset] == 0x0D { offset += 1 }
    guard offset < bytes.count else { return nil }
    var cells: [String] = []
    while true {
      let cell = cell()
      if cells.count < Self.maximumCells { cells.append(cell) }
      guard offset < bytes.count else { return cells }
      let byte = bytes[offset]
      offset += 1
      if byte != separator { return cells }
    }
  }

  private mutating func cell() -> String {
    while offset < bytes.count, bytes[offset] == 0x20 { offset += 1 }
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
      let start = offset
      while offset < bytes.count, bytes[offset] != separator, bytes[offset] != 0x0A { offset += 1 }
      return String(decoding: bytes[start..<offset], as: UTF8.self).trimmed
    }
    offset += 1
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\"") {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { break }
        offset += 1
      }
      text.append(byte)
    }
    // What stands between the closing quote and the separator is nobody's.
    while offset < bytes.count, bytes[offset] != separator, bytes[offset] != 0x0A { offset += 1 }
    return String(decoding: text, as: UTF8.self)
  }

  /// The line there as cells of one line, with the separator that gives most of them.
  static func header(_ bytes: [UInt8], at offset: Int) -> (names: [String], separator: UInt8)? {
    var best: (names: [String], separator: UInt8)?
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A, end - offset < 32 << 10 { end += 1 }
    let line = Array(bytes[offset..<end])
    for separator in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09] {
      var reader = CSV(line, at: 0, separator: separator)
      let cells = reader.next() ?? []
      if cells.count > best?.names.count ?? 2 {
        // Sentinel and the portal add the zone to names of times.
        best = (cells.map { $0.lowercased().replacing(" [utc]", with: "") }, separator)
      }
    }
    return best
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmed: String {
    var text = Substring(self)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop(while: \.isWhitespace))
  }
}
