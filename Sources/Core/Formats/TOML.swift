/// TOML 1.0 as agents' configurations and policies are written in it, read into values that remember where they stand.
///
/// Follows toml.io/en/v1.0.0. A date or a time becomes the text as it is written, a number keeps its spelling, and
/// a name that is defined twice is an error, as the specification asks. Limits and errors are those of `JSON5`.
public enum TOML {
  public typealias Limits = JSON5.Limits
  public typealias Error = JSON5.Error

  public static func parse(_ text: String, limits: Limits = Limits()) throws(Error) -> Node {
    try parse(Array(text.utf8), limits: limits)
  }

  public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(Error) -> Node {
    var reader = Reader(try JSON5.Reader.opened(bytes, limits: limits))
    return try reader.document()
  }
}

extension JSON5.Reader {
  /// Text that is known to be UTF-8 and not larger than allowed, past its byte order mark.
  static func opened(_ bytes: [UInt8], limits: JSON5.Limits) throws(JSON5.Error) -> JSON5.Reader {
    guard bytes.count <= limits.bytes else {
      throw JSON5.Error(.tooLarge(limits.bytes), at: Position(line: 1, column: 1, offset: 0))
    }
    var reader = JSON5.Reader(bytes, limits: limits)
    if let bad = reader.firstInvalidByte() {
      reader.skip(to: bad)
      throw JSON5.Error(.notUTF8, at: reader.position)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.skipByteOrderMark() }
    return reader
  }
}

extension TOML {
  /// One pass over the text. Tables grow in a list, since a later header may go on with an earlier one.
  struct Reader {
    var text: JSON5.Reader
    private var tables: [Table] = []
    /// Elements of each `[[list]]`: numbers of tables.
    private var lists: [[Int]] = []
    private var nodes = 0

    /// Who made a table decides who may go on with it.
    private enum Maker { case header, longerHeader, dottedName }
    private enum Item {
      case value(Node)
      case table(Int)
      case list(Int)
    }
    private struct Table {
      var maker: Maker
      var start: Position
      var end: Position
      var names: [(name: String, position: Position)] = []
      var items: [Item] = []
      var places: [String: Int] = [:]
    }
    typealias Name = (text: String, position: Position)

    init(_ text: JSON5.Reader) { self.text = text }

    mutating func document() throws(Error) -> Node {
      var current = try newTable(.header)
      var depth = 0
      while true {
        skipBlanks()
        switch text.byte {
        case nil: return try node(of: 0, depth: 0)
        case 0x0A, 0x0D, UInt8(ascii: "#"): try endLine()
        case UInt8(ascii: "["):
          (current, depth) = try header()
          try endLine()
        default:
          try assign(into: current, depth: depth)
          tables[current].end = text.position
          try endLine()
        }
      }
    }

    // MARK: tables

    private mutating func newTable(_ maker: Maker) throws(Error) -> Int {
      try count()
      tables.append(Table(maker: maker, start: text.position, end: text.position))
      return tables.count - 1
    }

    mutating func count() throws(Error) {
      nodes += 1
      guard nodes <= text.limits.nodes else { throw Error(.tooMany(text.limits.nodes), at: text.position) }
    }

    private mutating func put(_ item: Item, _ name: Name, in table: Int) {
      tables[table].places[name.text] = tables[table].items.count
      tables[table].names.append((name.text, name.position))
      tables[table].items.append(item)
    }

    private func again(_ name: Name) -> Error {
      Error(.expected("a name that is not defined yet", found: "it again"), at: name.position)
    }

    /// `[a.b]` or `[[a.b]]`: the table that following lines belong to, and how deep it lies.
    private mutating func header() throws(Error) -> (table: Int, depth: Int) {
      let isList = text.byte(ahead: 1) == UInt8(ascii: "[")
      text.advance(plain: isList ? 2 : 1)
      let names = try dottedName()
      for _ in 0..<(isList ? 2 : 1) {
        guard text.byte == UInt8(ascii: "]") else { throw text.expected("`]`") }
        text.advance(plain: 1)
      }
      var table = 0
      for name in names.dropLast() {
        switch tables[table].places[name.text].map({ tables[table].items[$0] }) {
        case .table(let next): table = next
        case .list(let list): table = lists[list].last ?? 0
        case .value: throw again(name)
        case nil:
          let next = try newTable(.longerHeader)
          put(.table(next), name, in: table)
          table = next
        }
      }
      guard let last = names.last else { return (table, 0) }
      switch tables[table].places[last.text].map({ tables[table].items[$0] }) {
      case nil:
        let next = try newTable(.header)
        if isList {
          lists.append([next])
          put(.list(lists.count - 1), last, in: table)
        } else {
          put(.table(next), last, in: table)
        }
        table = next
      case .list(let list) where isList:
        let next = try newTable(.header)
        lists[list].append(next)
        table = next
      case .table(let next) where !isList && tables[next].maker == .longerHeader:
        tables[next].maker = .header
        tables[next].start = text.position
        tables[next].end = text.position
        table = next
      default: throw again(last)
      }
      return (table, names.count)
    }

    /// `a.b = value`.
    private mutating func assign(into table: Int, depth: Int) throws(Error) {
      let names = try dottedName()
      guard text.byte == UInt8(ascii: "=") else { throw text.expected("`=` after the name") }
      text.advance(plain: 1)
      skipBlanks()
      var table = table
      for name in names.dropLast() {
        switch tables[table].places[name.text].map({ tables[table].items[$0] }) {
        case .table(let next) where tables[next].maker == .dottedName: table = next
        case nil:
          let next = try newTable(.dottedName)
          put(.table(next), name, in: table)
          table = next
        default: throw again(name)
        }
      }
      guard let last = names.last else { return }
      guard tables[table].places[last.text] == nil else { throw again(last) }
      put(.value(try value(depth: depth + names.count)), last, in: table)
      tables[table].end = text.position
    }

    private mutating func dottedName() throws(Error) -> [Name] {
      var names: [Name] = []
      while true {
        skipBlanks()
        guard names.count < text.limits.depth else { throw Error(.tooDeep(text.limits.depth), at: text.position) }
        let position = text.position
        names.append((try name(), position))
        skipBlanks()
        guard text.byte == UInt8(ascii: ".") else { return names }
        text.advance(plain: 1)
      }
    }

    private mutating func name() throws(Error) -> String {
      if text.byte == UInt8(ascii: "\"") || text.byte == UInt8(ascii: "'") { return try line() }
      let start = text.offset
      while let byte = text.byte, Self.isNameByte(byte) { text.advance(plain: 1) }
      guard text.offset > start else { throw text.expected("a name") }
      return String(decoding: text.bytes[start..<text.offset], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }

    private func node(of table: Int, depth: Int) throws(Error) -> Node {
      let table = tables[table]
      guard depth < text.limits.depth else { throw Error(.tooDeep(text.limits.depth), at: table.start) }
      var members: [Node.Member] = []
      members.reserveCapacity(table.items.count)
      for ((name, position), item) in zip(table.names, table.items) {
        let node: Node
        switch item {
        case .value(let value): node = value
        case .table(let inner): node = try self.node(of: inner, depth: depth + 1)
        case .list(let list):
          var elements: [Node] = []
          for element in lists[list] { elements.append(try self.node(of: element, depth: depth + 2)) }
          node = Node(.array(elements), start: position, end: elements.last?.end ?? position)
        }
        members.append(Node.Member(name: name, namePosition: position, node: node))
      }
      return Node(.object(members), start: table.start, end: table.end)
    }

    // MARK: space

    mutating func skipBlanks() {
      while text.byte == 0x20 || text.byte == 0x09 { text.advance(plain: 1) }
    }

    /// The end of a line, with a comment before it.
    mutating func endLine() throws(Error) {
      skipBlanks()
      if text.byte == UInt8(ascii: "#") {
        while let byte = text.byte, byte != 0x0A, !(byte == 0x0D && text.byte(ahead: 1) == 0x0A) {
          guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else { throw text.expected("no control character") }
          text.advance()
        }
      }
      guard !text.atEnd else { return }
      if text.byte == 0x0D, text.byte(ahead: 1) == 0x0A { text.advance() }
      guard text.byte == 0x0A else { throw text.expected("the end of the line") }
      text.advance()
    }

    // MARK: values

    private mutating func value(depth: Int) throws(Error) -> Node {
      guard depth < text.limits.depth else { throw Error(.tooDeep(text.limits.depth), at: text.position) }
      try count()
      let start = text.position
      let content: Node.Content
      switch text.byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): content = .string(try isLong ? lines() : line())
      case UInt8(ascii: "["): content = .array(try elements(depth: depth))
      case UInt8(ascii: "{"): return try inlineTable(depth: depth)
      default: content = try scalar()
      }
      return Node(content, start: start, end: text.position)
    }

    private mutating func elements(depth: Int) throws(Error) -> [Node] {
      text.advance(plain: 1)
      var elements: [Node] = []
      while true {
        try skipLines()
        if text.byte == UInt8(ascii: "]") { break }
        elements.append(try value(depth: depth + 1))
        try skipLines()
        if text.byte == UInt8(ascii: "]") { break }
        guard text.byte == UInt8(ascii: ",") else { throw text.expected("`,` or `]`") }
        text.advance(plain: 1)
      }
      text.advance(plain: 1)
      return elements
    }

    private mutating func skipLines() throws(Error) {
      while true {
        skipBlanks()
        guard let byte = text.byte, byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "#") else { return }
        try endLine()
      }
    }

    private mutating func inlineTable(depth: Int) throws(Error) -> Node {
      let table = try newTable(.header)
      text.advance(plain: 1)
      skipBlanks()
      if text.byte != UInt8(ascii: "}") {
        while true {
          try assign(into: table, depth: depth)
          skipBlanks()
          if text.byte == UInt8(ascii: "}") { break }
          guard text.byte == UInt8(ascii: ",") else { throw text.expected("`,` or `}`") }
          text.advance(plain: 1)
        }
      }
      text.advance(plain: 1)
      tables[table].end = text.position
      return try node(of: table, depth: depth)
    }
  }
}
