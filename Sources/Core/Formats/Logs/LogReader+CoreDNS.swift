import Model

extension LogReader {
  /// CoreDNS' plugin `log` in its common and combined formats, behind whatever time the platform writes. Follows
  /// coredns/coredns `plugin/log/README.md`.
  mutating func readCoreDNS(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    var at = 0
    let end = line.count
    if line.byte(0) != 0x5B || line.isDigit(1) { record.time = time.leading(line, at: &at) }
    let quote = line.first(0x22, from: at, to: end)
    guard quote < end else {
      return record.time != LogRecord.unknownTime || line.byte(at) == 0x5B ? .ignored : .malformed
    }
    // Before it: `client:port - id `, in older versions `client - [time] `.
    guard let dash = lastDash(line, from: at, to: quote), dash > at else { return .ignored }
    let word = (line.last(0x20, from: at, to: dash - 1) ?? at - 1) + 1
    guard endpoint(line, from: word, to: dash - 1, into: &record) else { return .ignored }
    if line.byte(dash + 2) == 0x5B {
      var place = dash + 3
      if let found = time.dayFirst(line, at: &place) { record.time = found }
    }
    // "type class name proto size do bufsize"
    let typeEnd = line.first(0x20, from: quote &+ 1, to: end)
    let classEnd = line.first(0x20, from: typeEnd &+ 1, to: end)
    let nameEnd = line.first(0x20, from: classEnd &+ 1, to: end)
    guard nameEnd < end else { return .malformed }
    let protoEnd = line.first(0x20, from: nameEnd &+ 1, to: end)
    let close = line.first(0x22, from: nameEnd, to: end)
    guard close < end, protoEnd < close, Self.isClass(line, from: typeEnd &+ 1, to: classEnd) else { return .ignored }
    record.kind = .query
    record.type = DNSType.number(line, from: quote &+ 1, to: typeEnd)
    record.name = Self.name(line, from: classEnd &+ 1, to: nameEnd)
    record.transport =
      line.has("udp", at: nameEnd &+ 1, to: protoEnd) ? 17 : (line.has("tcp", at: nameEnd &+ 1, to: protoEnd) ? 6 : 0)
    // RCODE flags size duration
    let codeEnd = line.first(0x20, from: close &+ 2, to: end)
    record.rcode = DNSType.code(line, from: close &+ 2, to: codeEnd)
    let flagsEnd = line.first(0x20, from: codeEnd &+ 1, to: end)
    let sizeEnd = line.first(0x20, from: flagsEnd &+ 1, to: end)
    let durationEnd = line.first(0x20, from: sizeEnd &+ 1, to: end)
    if sizeEnd < end, line.byte(durationEnd &- 1) == UInt8(ascii: "s") {
      record.duration = max(0, line.nano(from: sizeEnd &+ 1, to: durationEnd &- 1) ?? 0)
    }
    return .record
  }

  @inline(__always)
  private static func isClass(_ line: Span<UInt8>, from: Int, to: Int) -> Bool {
    line.equals("IN", from: from, to: to) || line.equals("CH", from: from, to: to)
      || line.equals("HS", from: from, to: to) || line.equals("ANY", from: from, to: to)
      || line.equals("NONE", from: from, to: to) || line.has("CLASS", at: from, to: to)
  }

  /// The `-` between blanks before the quote.
  @inline(__always)
  private func lastDash(_ line: Span<UInt8>, from: Int, to: Int) -> Int? {
    var at = to &- 2
    while at > from {
      if line.byte(at) == 0x2D, line.byte(at &- 1) == 0x20, line.byte(at &+ 1) == 0x20 { return at }
      at &-= 1
    }
    return nil
  }

  /// `192.0.2.7:40123`, `[2001:db8::7]:40123` or an address alone.
  @inline(__always)
  private func endpoint(_ line: Span<UInt8>, from: Int, to: Int, into record: inout LogRecord) -> Bool {
    if line.byte(from) == 0x5B {
      let bracket = line.first(0x5D, from: from, to: to)
      guard bracket < to, let address = line.address(from: from + 1, to: bracket) else { return false }
      record.client = address
      record.clientPort = line.port(from: bracket + 2, to: to) ?? 0
      return true
    }
    let colon = line.first(0x3A, from: from, to: to)
    if let four = line.quad(from: from, to: colon) {
      record.client = IP(v4: four)
      record.clientPort = line.port(from: colon &+ 1, to: to) ?? 0
      return true
    }
    guard let address = line.address(from: from, to: to) else { return false }
    record.client = address
    return true
  }
}
