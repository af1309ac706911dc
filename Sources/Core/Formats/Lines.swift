/// The lines of a text with their numbers from 1; LF or CR LF ends a line, a byte order mark is no part of the first.
struct Lines: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var offset: Int
  private var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  mutating func next() -> (number: Int, bytes: ArraySlice<UInt8>)? {
    guard offset < bytes.count else { return nil }
    number += 1
    let start = offset
    while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
    var end = offset
    offset += 1
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return (number, bytes[start..<end])
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  /// Text with what is no UTF-8 repaired.
  static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
}
