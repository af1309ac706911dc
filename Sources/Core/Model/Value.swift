/// A structured value: what an event carries, what JSON output is made of.
///
/// It has one deterministic binary form (`canonicalBytes`, RFC 8949 §4.2) and one text form (`json`).
public enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case array([Value])
  case object(Members)

  /// The members of an object, in the order in which they were given; two are equal whatever their order.
  ///
  /// A name occurs once: giving it again replaces the value in place. Two names are one where their bytes are: of `é` in
  /// one scalar and in two, which are equal as strings, the encoding makes two members.
  public struct Members: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public private(set) var entries: [Entry] = []

    public struct Entry: Sendable, Hashable {
      public var name: String
      public var value: Value
      public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
      }
    }

    public init() {}
    public init(dictionaryLiteral elements: (String, Value)...) {
      for (name, value) in elements { self[name] = value }
    }
    /// Takes entries whose names are known to differ; keeps their order.
    init(distinct entries: [Entry]) { self.entries = entries }

    public var isEmpty: Bool { entries.isEmpty }
    public var count: Int { entries.count }

    /// Setting nil removes the member.
    public subscript(name: String) -> Value? {
      get { entries.first { Self.isSame($0.name, name) }?.value }
      set {
        if let index = entries.firstIndex(where: { Self.isSame($0.name, name) }) {
          if let newValue { entries[index].value = newValue } else { entries.remove(at: index) }
        } else if let newValue {
          entries.append(Entry(name, newValue))
        }
      }
    }

    public static func == (a: Members, b: Members) -> Bool {
      a.count == b.count && a.entries.allSatisfy { b[$0.name] == $0.value }
    }
    public func hash(into hasher: inout Hasher) {
      for entry in entries.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
        hasher.combine(entry)
      }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool { a == b && a.utf8.elementsEqual(b.utf8) }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) {
    var members = Members()
    for (name, value) in elements { members[name] = value }
    self = .object(members)
  }
}

extension Value {
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var int: Int64? { if case .int(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var array: [Value]? { if case .array(let value) = self { value } else { nil } }
  public var members: Members? { if case .object(let value) = self { value } else { nil } }
  public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
  public subscript(name: String) -> Value? { members?[name] }

  /// A string, or null where there is none.
  public static func optional(_ text: String?) -> Value { text.map(Value.string) ?? .null }
  public static func strings(_ texts: [String]) -> Value { .array(texts.map(Value.string)) }
}
