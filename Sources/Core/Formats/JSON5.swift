/// JSON5 as agents' configurations are written in it, read into values that remember where they stand.
///
/// Follows the JSON5 specification 1.0 (spec.json5.org), of which JSON is a part. Where a file spells half of a surrogate
/// pair (`"\uD800"`), which JavaScript keeps and a Swift string cannot, U+FFFD stands for it.
public enum JSON5 {
  /// What a file may cost. The default for bytes is OpenClaw's own limit for an included file.
  public struct Limits: Sendable, Hashable {
    public var bytes: Int
    /// Arrays and objects inside each other: a bound on the stack.
    public var depth: Int
    /// Values in the file: a bound on memory, about 150 bytes each.
    public var nodes: Int
    public init(bytes: Int = 2 << 20, depth: Int = 128, nodes: Int = 200_000) {
      self.bytes = bytes
      self.depth = depth
      self.nodes = nodes
    }
  }

  public static func parse(_ text: String, limits: Limits = Limits()) throws(Error) -> Node {
    try parse(Array(text.utf8), limits: limits)
  }

  public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(Error) -> Node {
    guard bytes.count <= limits.bytes else {
      throw Error(.tooLarge(limits.bytes), at: Position(line: 1, column: 1, offset: 0))
    }
    var reader = Reader(bytes, limits: limits)
    if let bad = reader.firstInvalidByte() {
      reader.skip(to: bad)
      throw Error(.notUTF8, at: reader.position)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.skipByteOrderMark() }
    try reader.skipSpace()
    let root = try reader.value(depth: 0)
    try reader.skipSpace()
    guard reader.atEnd else { throw reader.expected("the end of the file") }
    return root
  }
}

extension JSON5 {
  /// One pass over the bytes. Bytes are known to be UTF-8 before the first value is read.
  struct Reader {
    let bytes: [UInt8]
    let limits: Limits
    var offset = 0
    private var line = 1
    private var lineStart = 0
    /// Bytes of this line that continue a character, so that columns count characters.
    private var continuations = 0
    private var nodes = 0

    init(_ bytes: [UInt8], limits: Limits) {
      self.bytes = bytes
      self.limits = limits
    }

    var atEnd: Bool { offset >= bytes.count }
    /// The byte here; nil at the end.
    var byte: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    func byte(ahead count: Int) -> UInt8? { offset + count < bytes.count ? bytes[offset + count] : nil }

    var position: Position {
      Position(line: line, column: offset - lineStart - continuations + 1, offset: offset)
    }

    /// One byte further, with lines and columns kept. Lines end as in editors: LF, CR LF or CR.
    mutating func advance() {
      let byte = bytes[offset]
      offset += 1
      if byte & 0xC0 == 0x80 {
        continuations += 1
      } else if byte == 0x0A || (byte == 0x0D && self.byte != 0x0A) {
        line += 1
        lineStart = offset
        continuations = 0
      }
    }

    /// Bytes that are known to be ASCII and to end no line.
    mutating func advance(plain count: Int) { offset += count }

    mutating func skip(to target: Int) {
      while offset < min(target, bytes.count) { advance() }
    }

    mutating func skipByteOrderMark() {
      offset = 3
      lineStart = 3
    }

    func expected(_ what: String) -> Error { Error(.expected(what, found: found), at: position) }

    private var found: String {
      guard let scalar else { return "the end of the file" }
      return scalar.value < 0x21 || !JSON5.isVisible(scalar)
        ? JSON5.codePoint(scalar) : "`\(Character(scalar))`"
    }

    // MARK: space and comments

    mutating func skipSpace() throws(Error) {
      while let byte {
        switch byte {
        case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20: advance()
        case UInt8(ascii: "/"): try skipComment()
        case 0x80...:
          guard let scalar, JSON5.isSpace(scalar) else { return }
          skip(to: offset + JSON5.width(scalar))
        default: return
        }
      }
    }

    private mutating func skipComment() throws(Error) {
      let start = position
      switch byte(ahead: 1) {
      case UInt8(ascii: "/"):
        while let byte, byte != 0x0A, byte != 0x0D, !atLineSeparator { advance() }
      case UInt8(ascii: "*"):
        advance(plain: 2)
        while !(byte == UInt8(ascii: "*") && byte(ahead: 1) == UInt8(ascii: "/")) {
          guard !atEnd else {
            throw Error(.expected("`*/` to end the comment", found: "the end of the file"), at: start)
          }
          advance()
        }
        advance(plain: 2)
      default: throw expected("a comment, a value or a name")
      }
    }

    /// U+2028 or U+2029, which end a line in JavaScript and in no editor.
    var atLineSeparator: Bool {
      byte == 0xE2 && byte(ahead: 1) == 0x80 && (byte(ahead: 2) == 0xA8 || byte(ahead: 2) == 0xA9)
    }

    // MARK: values

    mutating func value(depth: Int) throws(Error) -> Node {
      guard depth < limits.depth else { throw Error(.tooDeep(limits.depth), at: position) }
      nodes += 1
      guard nodes <= limits.nodes else { throw Error(.tooMany(limits.nodes), at: position) }
      let start = position
      let content: Node.Content
      switch byte {
      case UInt8(ascii: "{"): content = .object(try members(depth: depth))
      case UInt8(ascii: "["): content = .array(try elements(depth: depth))
      case UInt8(ascii: "\""), UInt8(ascii: "'"): content = .string(try string())
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
        content = try number()
      default: content = try word()
      }
      return Node(content, start: start, end: position)
    }

    private mutating func word() throws(Error) -> Node.Content {
      for (word, content) in [
        ("true", Node.Content.bool(true)), ("false", .bool(false)), ("null", .null),
        ("NaN", .number(.nan, "NaN")), ("Infinity", .number(.infinity, "Infinity")),
      ] where isHere(word) {
        advance(plain: word.utf8.count)
        return content
      }
      throw expected("a value")
    }

    /// Whether that word stands here as a whole, not as the beginning of a longer one.
    func isHere(_ word: String) -> Bool {
      let end = offset + word.utf8.count
      guard end <= bytes.count, bytes[offset..<end].elementsEqual(word.utf8) else { return false }
      guard let next = scalar(at: end) else { return true }
      return !JSON5.continuesName(next) && next != "\\"
    }

    private mutating func elements(depth: Int) throws(Error) -> [Node] {
      advance(plain: 1)
      var elements: [Node] = []
      while true {
        try skipSpace()
        if byte == UInt8(ascii: "]") { break }
        elements.append(try value(depth: depth + 1))
        try skipSpace()
        if byte == UInt8(ascii: "]") { break }
        guard byte == UInt8(ascii: ",") else { throw expected("`,` or `]`") }
        advance(plain: 1)
      }
      advance(plain: 1)
      return elements
    }

    private mutating func members(depth: Int) throws(Error) -> [Node.Member] {
      advance(plain: 1)
      var members: [Node.Member] = []
      while true {
        try skipSpace()
        if byte == UInt8(ascii: "}") { break }
        let namePosition = position
        let name = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") ? try string() : try self.name()
        try skipSpace()
        guard byte == UInt8(ascii: ":") else { throw expected("`:` after the name") }
        advance(plain: 1)
        try skipSpace()
        members.append(Node.Member(name: name, namePosition: namePosition, node: try value(depth: depth + 1)))
        try skipSpace()
        if byte == UInt8(ascii: "}") { break }
        guard byte == UInt8(ascii: ",") else { throw expected("`,` or `}`") }
        advance(plain: 1)
      }
      advance(plain: 1)
      return members
    }
  }
}
