import Formats

/// Objects of JSON text, one after the other: of an array, of a line each, or of several in a row. Each is parsed alone, so
/// that one that is damaged costs only itself, and a file of any length costs the memory of one.
struct Records {
  /// For one record: what the longest snapshot of a fleet's host needs.
  static let limits = JSON5.Limits(bytes: 64 << 20, depth: 48, nodes: 2_000_000)

  private let bytes: [UInt8]
  /// Just past what was read.
  private(set) var offset: Int
  private let isArray: Bool
  private let isLines: Bool
  private var isDone = false
  /// Records that could not be read.
  private(set) var damaged = 0

  /// Whether JSON begins there: `{` with a name behind it, `[` with an object, a list or nothing.
  static func begin(_ bytes: [UInt8], at offset: Int) -> Bool {
    guard offset < bytes.count else { return false }
    func next(_ start: Int) -> UInt8? {
      var index = start
      while index < bytes.count, index < start + 4096 {
        if !isBlank(bytes[index]) { return bytes[index] }
        index += 1
      }
      return nil
    }
    switch bytes[offset] {
    case UInt8(ascii: "{"):
      let byte = next(offset + 1)
      return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}")
    case UInt8(ascii: "["):
      let byte = next(offset + 1)
      return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "]")
    default: return false
    }
  }

  /// - Parameter offset: where `begin` said yes.
  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    isArray = bytes[offset] == UInt8(ascii: "[")
    self.offset = isArray ? offset + 1 : offset
    let end = Self.lineEnd(bytes, offset)
    isLines = !isArray && Self.end(of: bytes, from: offset, to: end) != nil
  }

  /// The next record; nil at the end, after which `offset` says where the text goes on.
  mutating func next() -> Node? {
    while !isDone {
      guard let range = nextRange() else {
        isDone = true
        return nil
      }
      if let node = try? JSON5.parse(Array(bytes[range]), limits: Self.limits) { return node }
      if !isLines || !range.isEmpty { damaged += 1 }
    }
    return nil
  }

  private mutating func nextRange() -> Range<Int>? {
    while offset < bytes.count {
      let byte = bytes[offset]
      if Self.isBlank(byte) || (isArray && byte == UInt8(ascii: ",")) {
        offset += 1
        continue
      }
      if isArray, byte == UInt8(ascii: "]") {
        offset += 1
        return nil
      }
      guard byte == UInt8(ascii: "{") else {
        guard isArray else { return nil }
        // A number or text in an array of objects is no record.
        skipScalar()
        continue
      }
      let start = offset
      let limit = isLines ? Self.lineEnd(bytes, offset) : bytes.count
      if let end = Self.end(of: bytes, from: start, to: limit) {
        offset = end
        if isLines, offset < limit, bytes[offset] == UInt8(ascii: ",") { offset += 1 }
        return start..<end
      }
      damaged += 1
      // Cut off: of a line the next one goes on, of anything else nothing can be told any more.
      offset = isLines ? limit : bytes.count
    }
    return nil
  }

  private mutating func skipScalar() {
    var isText = false
    while offset < bytes.count {
      let byte = bytes[offset]
      if isText {
        if byte == UInt8(ascii: "\\") { offset += 1 }
        if byte == UInt8(ascii: "\"") { isText = false }
      } else if byte == UInt8(ascii: "\"") {
        isText = true
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "{") {
        return
      }
      offset += 1
    }
    offset = min(offset, bytes.count)
  }

  /// Just past the bracket that closes the one at `start`; nil where there is none before `limit`.
  private static func end(of bytes: [UInt8], from start: Int, to limit: Int) -> Int? {
    var depth = 0
    var isText = false
    var index = start
    while index < limit {
      switch bytes[index] {
      case UInt8(ascii: "\\") where isText: index += 1
      case UInt8(ascii: "\""): isText.toggle()
      case UInt8(ascii: "{") where !isText, UInt8(ascii: "[") where !isText: depth += 1
      case UInt8(ascii: "}") where !isText, UInt8(ascii: "]") where !isText:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != 0x0A { index += 1 }
    return index
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
  }
}
