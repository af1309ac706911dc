/// A pattern of the subset in which credentials are described: literals, classes, groups, alternation, bounded and
/// unbounded repeats, `^` and `$` at line ends, `(?i:…)`. No look-around, no back-references.
///
/// It is matched by backtracking over single bytes with a bound on the steps, so no text can make it slow. The first
/// capturing group `(…)` is the value; without one the whole match is.
struct Pattern: Sendable {
  indirect enum Node: Sendable {
    case set(ByteSet)
    case sequence([Node])
    case alternation([Node])
    case repeated(Node, least: Int, most: Int)
    case capture(Node)
    case lineStart
    case lineEnd
  }

  struct Fault: Error, Hashable {
    var offset: Int
    var expected: String
  }

  /// Repeats that say no more than "at least" stop here, the longest line that is looked at.
  static let unbounded = 1 << 16
  private static let nesting = 16

  let root: Node
  let program: Program

  init(_ text: String) throws(Fault) {
    var parser = Parser(bytes: Array(text.utf8))
    root = try parser.alternation(depth: 0, ignoringCase: false)
    guard parser.isAtEnd else { throw Fault(offset: parser.position, expected: "end of the pattern") }
    program = try Program(root)
  }

  private struct Parser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }
    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ text: StaticString) -> Bool {
      let wanted = Array(text.description.utf8)
      guard bytes[position...].starts(with: wanted) else { return false }
      position += wanted.count
      return true
    }

    mutating func alternation(depth: Int, ignoringCase: Bool) throws(Fault) -> Node {
      guard depth < Pattern.nesting else { throw Fault(offset: position, expected: "fewer groups in groups") }
      var branches: [Node] = []
      repeat { branches.append(try sequence(depth: depth, ignoringCase: ignoringCase)) } while take("|")
      return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func sequence(depth: Int, ignoringCase: Bool) throws(Fault) -> Node {
      var nodes: [Node] = []
      while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
        nodes.append(try repeated(try atom(depth: depth, ignoringCase: ignoringCase)))
      }
      return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func atom(depth: Int, ignoringCase: Bool) throws(Fault) -> Node {
      if take("(?:") { return try group(depth: depth, ignoringCase: ignoringCase) }
      if take("(?i:") { return try group(depth: depth, ignoringCase: true) }
      if take("(?") { throw Fault(offset: position, expected: "(?: or (?i:") }
      if take("(") { return .capture(try group(depth: depth, ignoringCase: ignoringCase)) }
      if take("^") { return .lineStart }
      if take("$") { return .lineEnd }
      if take(".") { return .set(ByteSet([0x0A]).inverted) }
      let set = take("[") ? try self.set() : try single()
      return .set(ignoringCase ? set.ignoringCase : set)
    }

    private mutating func group(depth: Int, ignoringCase: Bool) throws(Fault) -> Node {
      let node = try alternation(depth: depth + 1, ignoringCase: ignoringCase)
      guard take(")") else { throw Fault(offset: position, expected: ")") }
      return node
    }

    /// One byte or one escaped class.
    private mutating func single() throws(Fault) -> ByteSet {
      guard let byte = next else { throw Fault(offset: position, expected: "a character") }
      position += 1
      if byte != UInt8(ascii: "\\") {
        guard !"*+?{".utf8.contains(byte) else { throw Fault(offset: position - 1, expected: "something to repeat") }
        return ByteSet([byte])
      }
      guard let escaped = next else { throw Fault(offset: position, expected: "a character after \\") }
      position += 1
      switch escaped {
      case UInt8(ascii: "d"): return .digits
      case UInt8(ascii: "w"): return .word
      case UInt8(ascii: "s"): return .blanks
      case UInt8(ascii: "S"): return ByteSet.blanks.inverted
      case UInt8(ascii: "n"): return ByteSet([0x0A])
      case UInt8(ascii: "t"): return ByteSet([0x09])
      case UInt8(ascii: "r"): return ByteSet([0x0D])
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: throw Fault(offset: position - 1, expected: "a known escape")
      default: return ByteSet([escaped])
      }
    }

    /// After the opening bracket.
    private mutating func set() throws(Fault) -> ByteSet {
      let isInverted = take("^")
      var set = ByteSet()
      var isFirst = true
      while let byte = next, byte != UInt8(ascii: "]") || isFirst {
        isFirst = false
        let isClass = byte == UInt8(ascii: "\\")
        // Inside brackets nothing repeats.
        let low: ByteSet
        if isClass {
          low = try single()
        } else {
          position += 1
          low = ByteSet([byte])
        }
        if low.count == 1, next == UInt8(ascii: "-"), position + 1 < bytes.count,
          bytes[position + 1] != UInt8(ascii: "]")
        {
          position += 1
          let first = low.bytes[0]
          let last: UInt8
          if next == UInt8(ascii: "\\") {
            let end = try single()
            guard end.count == 1 else { throw Fault(offset: position, expected: "the end of a range") }
            last = end.bytes[0]
          } else {
            guard let end = next else { throw Fault(offset: position, expected: "the end of a range") }
            position += 1
            last = end
          }
          guard first <= last else { throw Fault(offset: position, expected: "a range that goes up") }
          set.formUnion(ByteSet(first...last))
        } else {
          set.formUnion(low)
        }
      }
      guard take("]") else { throw Fault(offset: position, expected: "]") }
      return isInverted ? set.inverted : set
    }

    private mutating func repeated(_ node: Node) throws(Fault) -> Node {
      if take("*") { return .repeated(node, least: 0, most: Pattern.unbounded) }
      if take("+") { return .repeated(node, least: 1, most: Pattern.unbounded) }
      if take("?") { return .repeated(node, least: 0, most: 1) }
      guard take("{") else { return node }
      guard let least = number() else { throw Fault(offset: position, expected: "a number") }
      var most = least
      if take(",") { most = number() ?? Pattern.unbounded }
      guard take("}"), least <= most, most <= Pattern.unbounded else {
        throw Fault(offset: position, expected: "{least,most}")
      }
      return .repeated(node, least: least, most: most)
    }

    private mutating func number() -> Int? {
      var value: Int?
      while let byte = next, (0x30...0x39).contains(byte), (value ?? 0) <= Pattern.unbounded {
        value = (value ?? 0) * 10 + Int(byte - 0x30)
        position += 1
      }
      return value
    }
  }
}
