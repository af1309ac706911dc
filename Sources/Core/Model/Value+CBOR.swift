extension Value {
  /// Deterministic CBOR (RFC 8949 §4.2.1): shortest integers and lengths, definite lengths, map keys sorted by their
  /// encoded bytes, floating point always as 64 bits (the shortest-float rule is not needed where every writer is us).
  public var canonicalBytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    encode(into: &out)
    return out
  }

  package func encode(into out: inout [UInt8]) {
    switch self {
    case .null: out.append(0xF6)
    case .bool(let value): out.append(value ? 0xF5 : 0xF4)
    case .int(let value): Self.encode(value, into: &out)
    case .double(let value):
      out.append(0xFB)
      Self.bigEndian(value.isNaN ? 0x7FF8_0000_0000_0000 : value.bitPattern, bytes: 8, into: &out)
    case .string(let value):
      Self.text(value, into: &out)
    case .bytes(let value):
      Self.head(major: 2, UInt64(value.count), into: &out)
      out.append(contentsOf: value)
    case .array(let values):
      Self.head(major: 4, UInt64(values.count), into: &out)
      for value in values { value.encode(into: &out) }
    case .object(let members): Self.encode(members, into: &out)
    }
  }

  static func encode(_ value: Int64, into out: inout [UInt8]) {
    if value >= 0 {
      head(major: 0, UInt64(value), into: &out)
    } else {
      head(major: 1, UInt64(bitPattern: ~value), into: &out)
    }
  }

  static func encode(_ members: Members, into out: inout [UInt8]) {
    head(major: 5, UInt64(members.count), into: &out)
    for entry in members.canonicalEntries {
      text(entry.name, into: &out)
      entry.value.encode(into: &out)
    }
  }

  static func text(_ value: String, into out: inout [UInt8]) {
    head(major: 3, UInt64(value.utf8.count), into: &out)
    out.append(contentsOf: value.utf8)
  }

  static func head(major: UInt8, _ value: UInt64, into out: inout [UInt8]) {
    let type = major << 5
    switch value {
    case 0..<24: out.append(type | UInt8(value))
    case 24..<0x100:
      out.append(type | 24)
      out.append(UInt8(value))
    case 0x100..<0x1_0000:
      out.append(type | 25)
      bigEndian(value, bytes: 2, into: &out)
    case 0x1_0000..<0x1_0000_0000:
      out.append(type | 26)
      bigEndian(value, bytes: 4, into: &out)
    default:
      out.append(type | 27)
      bigEndian(value, bytes: 8, into: &out)
    }
  }

  private static func bigEndian(_ value: UInt64, bytes: Int, into out: inout [UInt8]) {
    for shift in stride(from: (bytes - 1) * 8, through: 0, by: -8) {
      out.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }
}

extension Value.Members {
  /// In the order of their encoded names: a longer name has a larger length in its head, so that is by length, then
  /// bytes. Most members are written in that order or nearly so, and are not copied then.
  fileprivate var canonicalEntries: [Entry] {
    func precedes(_ a: Entry, _ b: Entry) -> Bool {
      a.name.utf8.count != b.name.utf8.count
        ? a.name.utf8.count < b.name.utf8.count : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
    for index in entries.indices.dropFirst() where precedes(entries[index], entries[index - 1]) {
      return entries.sorted(by: precedes)
    }
    return entries
  }
}

/// Why bytes are not a canonical value, with the offset where that showed.
public enum CBORError: Error, Sendable, Hashable {
  case truncated(at: Int)
  /// Valid CBOR perhaps, but not in the one form that `canonicalBytes` writes.
  case notCanonical(at: Int)
  case unsupported(at: Int)
  case tooDeep(at: Int)
  case trailingBytes(at: Int)
}

extension Value {
  /// Reads what `canonicalBytes` wrote and nothing else: a second spelling of the same value is refused, so that equal
  /// values have equal hashes. Depth is bounded; memory is bounded by the length of the input.
  public init(canonicalBytes bytes: [UInt8]) throws(CBORError) {
    var reader = Reader(bytes: bytes)
    let value = try reader.value(depth: 0)
    guard reader.offset == bytes.count else { throw .trailingBytes(at: reader.offset) }
    self = value
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(CBORError) -> UInt8 {
      guard offset < bytes.count else { throw .truncated(at: offset) }
      defer { offset += 1 }
      return bytes[offset]
    }

    mutating func unsigned(_ count: Int) throws(CBORError) -> UInt64 {
      guard bytes.count - offset >= count else { throw .truncated(at: offset) }
      var value: UInt64 = 0
      for _ in 0..<count { value = value << 8 | UInt64(try byte()) }
      return value
    }

    mutating func argument(_ info: UInt8, at start: Int) throws(CBORError) -> UInt64 {
      let value: UInt64
      switch info {
      case 0..<24: return UInt64(info)
      case 24:
        value = try unsigned(1)
        guard value >= 24 else { throw .notCanonical(at: start) }
      case 25:
        value = try unsigned(2)
        guard value >= 0x100 else { throw .notCanonical(at: start) }
      case 26:
        value = try unsigned(4)
        guard value >= 0x1_0000 else { throw .notCanonical(at: start) }
      case 27:
        value = try unsigned(8)
        guard value >= 0x1_0000_0000 else { throw .notCanonical(at: start) }
      default: throw .unsupported(at: start)
      }
      return value
    }

    /// A length or count that the rest of the input can hold: never allocate by an attacker's number.
    mutating func length(_ info: UInt8, at start: Int) throws(CBORError) -> Int {
      let value = try argument(info, at: start)
      guard value <= UInt64(bytes.count - offset) else { throw .truncated(at: start) }
      return Int(value)
    }

    mutating func slice(_ count: Int) -> ArraySlice<UInt8> {
      defer { offset += count }
      return bytes[offset..<offset + count]
    }

    mutating func text(_ info: UInt8, at start: Int) throws(CBORError) -> String {
      let count = try length(info, at: start)
      guard let text = String(validating: slice(count), as: UTF8.self) else { throw .unsupported(at: start) }
      return text
    }

    mutating func value(depth: Int) throws(CBORError) -> Value {
      let start = offset
      guard depth < 64 else { throw .tooDeep(at: start) }
      let head = try byte()
      let info = head & 0x1F
      switch head >> 5 {
      case 0:
        guard let value = Int64(exactly: try argument(info, at: start)) else { throw .unsupported(at: start) }
        return .int(value)
      case 1:
        guard let value = Int64(exactly: try argument(info, at: start)) else { throw .unsupported(at: start) }
        return .int(~value)
      case 2:
        let count = try length(info, at: start)
        return .bytes(Array(slice(count)))
      case 3: return .string(try text(info, at: start))
      case 4:
        let count = try length(info, at: start)
        var values: [Value] = []
        for _ in 0..<count { values.append(try value(depth: depth + 1)) }
        return .array(values)
      case 5:
        let count = try length(info, at: start)
        var entries: [Value.Members.Entry] = []
        for _ in 0..<count {
          let at = offset
          let keyHead = try byte()
          guard keyHead >> 5 == 3 else { throw .unsupported(at: at) }
          let name = try text(keyHead & 0x1F, at: at)
          if let last = entries.last?.name {
            let ordered =
              last.utf8.count != name.utf8.count
              ? last.utf8.count < name.utf8.count : last.utf8.lexicographicallyPrecedes(name.utf8)
            guard ordered else { throw .notCanonical(at: at) }
          }
          entries.append(.init(name, try value(depth: depth + 1)))
        }
        return .object(.init(distinct: entries))
      case 7:
        switch info {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 27:
          let bits = try unsigned(8)
          let value = Double(bitPattern: bits)
          guard !value.isNaN || bits == 0x7FF8_0000_0000_0000 else { throw .notCanonical(at: start) }
          return .double(value)
        default: throw .unsupported(at: start)
        }
      default: throw .unsupported(at: start)
      }
    }
  }
}
