import Model

extension LogReader {
  /// Objects inside each other that are looked into: a bound on the stack. What is deeper is stepped over.
  private static let depthLimit = 8

  /// A line that is one JSON object. It is walked once; what the format's table does not name is stepped over.
  mutating func readJSON(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    fields = LogFields()
    // The first line may begin with a byte order mark.
    var at = line.has("\u{FEFF}", at: 0, to: line.count) ? 3 : 0
    Self.skipBlanks(line, &at)
    guard line.byte(at) == 0x7B, object(line, at: &at, path: LogSchema.root, depth: 0, into: &record) else {
      return .malformed
    }
    Self.skipBlanks(line, &at)
    guard at == line.count else { return .malformed }
    guard fields.seen != 0 else { return .ignored }
    return judge(line, into: &record)
  }

  @inline(__always)
  static func skipBlanks(_ line: Span<UInt8>, _ at: inout Int) {
    while line.byte(at) == 0x20 || line.byte(at) == 0x09 || line.byte(at) == 0x0D || line.byte(at) == 0x0A { at &+= 1 }
  }

  /// At a `"`: the end of the text before its closing quote, and steps over that. Nil where it does not end.
  @inline(__always)
  static func text(_ line: Span<UInt8>, _ at: inout Int, _ isEscaped: inout Bool) -> Int? {
    let end = line.count
    var index = at &+ 1
    while true {
      index = line.firstQuoteOrBackslash(from: index, to: end)
      guard index < end else { return nil }
      if line.byte(index) == 0x22 {
        at = index &+ 1
        return index
      }
      isEscaped = true
      index &+= 2
    }
  }

  /// Steps over any value. False where it does not end. Brackets are counted, whatever their kind.
  static func skip(_ line: Span<UInt8>, _ at: inout Int) -> Bool {
    let end = line.count
    var depth = 0
    var ignored = false
    while at < end {
      switch line.byte(at) {
      case 0x22:
        guard text(line, &at, &ignored) != nil else { return false }
        if depth == 0 { return true }
      case 0x7B, 0x5B:
        depth += 1
        at += 1
      case 0x7D, 0x5D:
        // The end of what holds it: a number or a word ended here.
        if depth == 0 { return true }
        depth -= 1
        at += 1
        if depth == 0 { return true }
      case 0x2C:
        if depth == 0 { return true }
        at += 1
      default: at += 1
      }
    }
    return false
  }

  private mutating func object(
    _ line: Span<UInt8>, at: inout Int, path: UInt64, depth: Int, into record: inout LogRecord
  ) -> Bool {
    at &+= 1
    Self.skipBlanks(line, &at)
    if line.byte(at) == 0x7D {
      at &+= 1
      return true
    }
    while true {
      guard line.byte(at) == 0x22 else { return false }
      let keyStart = at &+ 1
      var isEscaped = false
      guard let keyEnd = Self.text(line, &at, &isEscaped) else { return false }
      Self.skipBlanks(line, &at)
      guard line.byte(at) == 0x3A else { return false }
      at &+= 1
      Self.skipBlanks(line, &at)
      let hash = LogSchema.hash(line, from: keyStart, to: keyEnd, below: path)
      guard value(schema.field(hash), line, at: &at, path: hash, depth: depth, into: &record) else { return false }
      Self.skipBlanks(line, &at)
      switch line.byte(at) {
      case 0x2C:
        at &+= 1
        Self.skipBlanks(line, &at)
      case 0x7D:
        at &+= 1
        return true
      default: return false
      }
    }
  }

  private mutating func value(
    _ field: LogField, _ line: Span<UInt8>, at: inout Int, path: UInt64, depth: Int, into record: inout LogRecord
  ) -> Bool {
    if field == .none || depth >= Self.depthLimit { return Self.skip(line, &at) }
    let start = at
    switch line.byte(at) {
    case 0x22:
      var isEscaped = false
      guard let end = Self.text(line, &at, &isEscaped) else { return false }
      if isEscaped { record.escape = .json }
      assign(field, .text, line, from: start &+ 1, to: end, into: &record)
      return true
    case 0x7B:
      if field == .answers || field == .alpn { return whole(field, line, at: &at, into: &record) }
      let below = field == .wrapper ? LogSchema.root : path
      return object(line, at: &at, path: below, depth: depth + 1, into: &record)
    case 0x5B:
      if field == .answers || field == .alpn { return whole(field, line, at: &at, into: &record) }
      return list(field, line, at: &at, path: path, depth: depth + 1, into: &record)
    default:
      guard Self.skip(line, &at), at > start else { return false }
      var end = at
      while end > start, line.byte(end - 1) <= 0x20 { end -= 1 }
      switch line.byte(start) {
      case UInt8(ascii: "t"): assign(field, .yes, line, from: start, to: end, into: &record)
      case UInt8(ascii: "f"): assign(field, .no, line, from: start, to: end, into: &record)
      case UInt8(ascii: "n"): break
      default: assign(field, .number, line, from: start, to: end, into: &record)
      }
      return true
    }
  }

  /// A list or an object that is one value: its range is kept.
  private mutating func whole(
    _ field: LogField, _ line: Span<UInt8>, at: inout Int, into record: inout LogRecord
  ) -> Bool {
    let start = at
    guard Self.skip(line, &at) else { return false }
    if at - start > 2 { assign(field, .text, line, from: start, to: at, into: &record) }
    return true
  }

  /// Each element counts as the value of the key.
  private mutating func list(
    _ field: LogField, _ line: Span<UInt8>, at: inout Int, path: UInt64, depth: Int, into record: inout LogRecord
  ) -> Bool {
    at += 1
    Self.skipBlanks(line, &at)
    if line.byte(at) == 0x5D {
      at += 1
      return true
    }
    while true {
      guard value(field, line, at: &at, path: path, depth: depth, into: &record) else { return false }
      Self.skipBlanks(line, &at)
      switch line.byte(at) {
      case 0x2C:
        at += 1
        Self.skipBlanks(line, &at)
      case 0x5D:
        at += 1
        return true
      default: return false
      }
    }
  }
}
