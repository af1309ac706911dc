internal import Model

/// The members of a small JSON object (RFC 8259) by dotted name: `payload.nonce`. Arrays count as `null`.
///
/// Enough to recognise an answer, and nothing that an answer could abuse: 16 levels, 128 members.
struct FlatJSON: Sendable, Hashable {
  private(set) var members: [String: Value] = [:]
  /// Names of the object itself, in order.
  private(set) var names: [String] = []

  static let memberLimit = 128
  static let depthLimit = 16

  private struct Malformed: Error {}
  private var bytes: [UInt8]
  private var at = 0

  /// Nil where the bytes are not one JSON object.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    do {
      skipBlanks()
      guard peek == UInt8(ascii: "{") else { return nil }
      try object("", depth: 0)
      skipBlanks()
      guard at == bytes.count else { return nil }
    } catch {
      return nil
    }
    self.bytes = []
  }

  subscript(name: String) -> Value? { members[name] }

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
  }

  private mutating func expect(_ byte: UInt8) throws {
    guard peek == byte else { throw Malformed() }
    at += 1
  }

  private mutating func keep(_ name: String, _ value: Value, depth: Int) throws {
    if depth == 1 { names.append(name) }
    // The first of a name counts.
    if members[name] == nil { members[name] = value }
    guard members.count <= Self.memberLimit, names.count <= Self.memberLimit else { throw Malformed() }
  }

  private mutating func object(_ path: String, depth: Int) throws {
    guard depth < Self.depthLimit else { throw Malformed() }
    try expect(UInt8(ascii: "{"))
    skipBlanks()
    if peek == UInt8(ascii: "}") {
      at += 1
      return
    }
    while true {
      skipBlanks()
      let key = try string()
      let name = path.isEmpty ? key : "\(path).\(key)"
      skipBlanks()
      try expect(UInt8(ascii: ":"))
      try value(name, depth: depth + 1)
      skipBlanks()
      if peek == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try expect(UInt8(ascii: "}"))
      return
    }
  }

  private mutating func array(_ path: String, depth: Int) throws {
    guard depth < Self.depthLimit else { throw Malformed() }
    try expect(UInt8(ascii: "["))
    skipBlanks()
    if peek == UInt8(ascii: "]") {
      at += 1
      return
    }
    while true {
      try value(nil, depth: depth + 1)
      skipBlanks()
      if peek == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try expect(UInt8(ascii: "]"))
      return
    }
  }

  /// - Parameter name: nil inside arrays, whose members are read and not kept.
  private mutating func value(_ name: String?, depth: Int) throws {
    skipBlanks()
    var scalar: Value = .null
    switch peek {
    case UInt8(ascii: "{"):
      if let name { try keep(name, .null, depth: depth) }
      let before = (members, names)
      try object(name ?? "", depth: depth)
      if name == nil { (members, names) = before }
      return
    case UInt8(ascii: "["):
      if let name { try keep(name, .null, depth: depth) }
      try array(name ?? "", depth: depth)
      return
    case UInt8(ascii: "\""): scalar = .string(try string())
    case UInt8(ascii: "t"):
      try word("true")
      scalar = .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      scalar = .bool(false)
    case UInt8(ascii: "n"): try word("null")
    default: scalar = try number()
    }
    if let name { try keep(name, scalar, depth: depth) }
  }

  private mutating func word(_ text: String) throws {
    for byte in text.utf8 { try expect(byte) }
  }

  private mutating func number() throws -> Value {
    let start = at
    while let byte = peek, (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte),
      at - start < 40
    { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if let whole = Int64(text) { return .int(whole) }
    guard let real = Double(text), real.isFinite else { throw Malformed() }
    return .double(real)
  }

  /// Escapes other than the short ones become `?`: no rule needs them.
  private mutating func string() throws -> String {
    try expect(UInt8(ascii: "\""))
    var out: [UInt8] = []
    while let byte = peek {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escape = peek else { throw Malformed() }
        at += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
        case UInt8(ascii: "u"):
          for _ in 0..<4 {
            guard let digit = peek, (0x30...0x39).contains(digit) || (0x61...0x66).contains(digit | 0x20) else {
              throw Malformed()
            }
            at += 1
          }
          out.append(UInt8(ascii: "?"))
        case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
          out.append(0x20)
        default: throw Malformed()
        }
      case 0..<0x20: throw Malformed()
      default: out.append(byte)
      }
    }
    throw Malformed()
  }
}
