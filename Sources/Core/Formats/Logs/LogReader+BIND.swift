import Model

extension LogReader {
  /// BIND's query log and what its response policy rewrote: with or without time, category, severity, `@pointer`, TSIG key
  /// and view; to a file or through syslog. Follows BIND 9.18 (recorded) and the older forms of its reference manual.
  mutating func readBIND(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    var at = 0
    let end = line.count
    record.time = time.leading(line, at: &at)
    // The word stands behind at most a host, a program, a category and a severity.
    var steps = 0
    while !line.has("client ", at: at, to: end) {
      at = line.first(0x20, from: at, to: end) &+ 1
      steps &+= 1
      guard at < end, steps < 8 else {
        return record.time != LogRecord.unknownTime || line.find(": info: ", from: 0, to: end) != nil
          ? .ignored : .malformed
      }
    }
    at &+= 7
    if line.byte(at) == 0x40 { at = line.first(0x20, from: at, to: end) &+ 1 }
    let mark = line.first(0x23, from: at, to: Swift.min(end, at &+ 64))
    guard line.byte(mark) == 0x23, let client = line.address(from: at, to: mark) else { return .ignored }
    record.client = client
    at = mark &+ 1
    while line.isDigit(at) { at &+= 1 }
    record.clientPort = line.port(from: mark &+ 1, to: at) ?? 0
    // `/key name`, ` (name)` and `view x: ` may stand before the verb; parentheses inside of a name are escaped.
    if line.has("/key ", at: at, to: end) { at = line.first(0x20, from: at &+ 5, to: end) }
    if line.byte(at) == 0x20, line.byte(at &+ 1) == 0x28 {
      guard let close = closing(line, from: at &+ 2) else { return .malformed }
      at = close &+ 1
    }
    guard line.byte(at) == 0x3A else { return .ignored }
    at &+= 2
    if line.has("view ", at: at, to: end) {
      guard let colon = line.find(": ", from: at &+ 5, to: end) else { return .malformed }
      at = colon &+ 2
    }
    if line.has("query: ", at: at, to: end) { return query(line, from: at &+ 7, into: &record) }
    if line.has("rpz ", at: at, to: end) || line.has("disabled rpz ", at: at, to: end) {
      return rewrite(line, from: at, into: &record)
    }
    if line.has("query failed (", at: at, to: end) { return failure(line, from: at &+ 14, into: &record) }
    return .ignored
  }

  /// The parenthesis that ends what begins at `from`, past escaped ones.
  @inline(__always)
  private func closing(_ line: Span<UInt8>, from: Int) -> Int? {
    var at = from
    while true {
      at = line.first(0x29, from: at, to: line.count)
      guard at < line.count else { return nil }
      if line.byte(at &- 1) != 0x5C { return at }
      at &+= 1
    }
  }

  /// `name class type flags (server)`.
  @inline(__always)
  private func query(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    let nameEnd = line.first(0x20, from: from, to: end)
    let classEnd = line.first(0x20, from: nameEnd &+ 1, to: end)
    guard nameEnd > from, classEnd < end else { return .malformed }
    let typeEnd = line.first(0x20, from: classEnd &+ 1, to: end)
    record.kind = .query
    record.name = Self.name(line, from: from, to: nameEnd)
    record.type = DNSType.number(line, from: classEnd &+ 1, to: typeEnd)
    // `+E(0)TK`: T is TCP.
    let flagsEnd = line.first(0x20, from: typeEnd &+ 1, to: end)
    record.transport = 17
    var at = typeEnd &+ 1
    while at < flagsEnd {
      if line.byte(at) == UInt8(ascii: "T") { record.transport = 6 }
      at &+= 1
    }
    if line.byte(flagsEnd &+ 1) == 0x28, line.byte(end &- 1) == 0x29 {
      record.server = line.address(from: flagsEnd &+ 2, to: end &- 1) ?? .none
    }
    return .record
  }

  /// `rpz QNAME NXDOMAIN rewrite name/type/class via rule`.
  private func rewrite(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    let isDisabled = line.has("disabled", at: from, to: end)
    let trigger = from + (isDisabled ? 13 : 4)
    let policy = line.first(0x20, from: trigger, to: end) + 1
    let policyEnd = line.first(0x20, from: policy, to: end)
    guard let via = line.findLast(" via ", from: policyEnd, to: end),
      let verb = line.find("rewrite ", from: policyEnd, to: via)
    else { return .ignored }
    let target = verb + 8
    record.kind = .answer
    if let slash = line.last(0x2F, from: target, to: via), let type = line.last(0x2F, from: target, to: slash) {
      record.name = Self.name(line, from: target, to: type)
      record.type = DNSType.number(line, from: type + 1, to: slash)
    } else {
      record.name = Self.name(line, from: target, to: via)
    }
    func isPolicy(_ name: StaticString) -> Bool { line.equalsFolded(name, from: policy, to: policyEnd) }
    record.action = isDisabled || isPolicy("PASSTHRU") || isPolicy("TCP-ONLY") ? .allowed : .blocked
    if isPolicy("NXDOMAIN") { record.rcode = 3 }
    if isPolicy("NODATA") { record.rcode = 0 }
    return .record
  }

  /// `query failed (REFUSED) for name/class/type at file`.
  private func failure(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    guard let forWord = line.find(") for ", from: from, to: end),
      let at = line.findLast(" at ", from: forWord, to: end),
      let slash = line.last(0x2F, from: forWord + 6, to: at),
      let nameEnd = line.last(0x2F, from: forWord + 6, to: slash)
    else { return .ignored }
    record.kind = .answer
    record.rcode = DNSType.code(line, from: from, to: forWord)
    if record.rcode == LogRecord.unknownCode { record.rcode = 2 }
    record.name = Self.name(line, from: forWord + 6, to: nameEnd)
    record.type = DNSType.number(line, from: slash + 1, to: at)
    return .record
  }
}
