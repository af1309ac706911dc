/// Where something stands in a text: line and column from 1 (columns count Unicode scalars), offset in bytes from 0.
public struct Position: Sendable, Hashable, Comparable {
  public var line: Int
  public var column: Int
  public var offset: Int
  public init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }
  public static func < (a: Position, b: Position) -> Bool { a.offset < b.offset }
}

/// A value of a configuration file that remembers where it was written.
public struct Node: Sendable, Hashable {
  public var content: Content
  public var start: Position
  /// Just past the last byte.
  public var end: Position

  public enum Content: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The number, and how it was spelled.
    case number(Double, String)
    case string(String)
    case array([Node])
    case object([Member])
  }

  /// A member of an object. A name may occur twice in a hostile or careless file: the last one wins, as in JSON5.
  public struct Member: Sendable, Hashable {
    public var name: String
    public var namePosition: Position
    public var node: Node
    public init(name: String, namePosition: Position, node: Node) {
      self.name = name
      self.namePosition = namePosition
      self.node = node
    }
  }

  public init(_ content: Content, start: Position, end: Position) {
    self.content = content
    self.start = start
    self.end = end
  }

  /// The member of that name, the last one where there are several; nil where this is no object or has none.
  ///
  /// Not inlined: chains of look-ups that were inlined made the optimiser of Swift 6.3.1 crash in CopyPropagation.
  public subscript(name: String) -> Node? {
    @inline(never) get {
      guard case .object(let members) = content else { return nil }
      return members.last { $0.name == name }?.node
    }
  }

  public var string: String? { if case .string(let value) = content { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  public var number: Double? { if case .number(let value, _) = content { value } else { nil } }
  public var array: [Node]? { if case .array(let value) = content { value } else { nil } }
  public var members: [Member]? { if case .object(let value) = content { value } else { nil } }
}
