import Model

extension LogReader {
  /// dnsmasq's `log-queries`, plain, `extra` and `proto`, to its own file or through syslog; Pi-hole's log is the same
  /// with verbs of its own. Follows dnsmasq 2.90 (recorded) and pi-hole/FTL `src/dnsmasq/cache.c`.
  mutating func readDnsmasq(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    var at = 0
    let end = line.count
    record.time = time.leading(line, at: &at)
    guard let start = message(of: "dnsmasq", in: line, at: at) else {
      return record.time != LogRecord.unknownTime ? .ignored : .malformed
    }
    at = start
    // With `extra`: a serial number and the client before the verb.
    if line.isDigit(at) || line.byte(at) == 0x2A {
      var blank = line.first(0x20, from: at, to: end)
      let serialEnd = blank
      // `proto` puts the transport before the client.
      if line.has("UDP ", at: blank &+ 1, to: end) || line.has("TCP ", at: blank &+ 1, to: end) {
        record.transport = line.byte(blank &+ 1) == UInt8(ascii: "U") ? 17 : 6
        blank &+= 4
      }
      let next = line.first(0x20, from: blank &+ 1, to: end)
      if next < end, let client = line.endpoint(0x2F, from: blank &+ 1, to: next) {
        record.serial = line.number(from: at, to: serialEnd) ?? 0
        record.client = client.address
        record.clientPort = client.port
        at = next &+ 1
      }
    }
    switch line.byte(at) {
    case UInt8(ascii: "q"):
      guard line.has("query[", at: at, to: end) else { return .ignored }
      let bracket = line.first(0x5D, from: at &+ 6, to: end)
      guard bracket < end, line.byte(bracket &+ 1) == 0x20 else { return .malformed }
      // A name can hold blanks, an address cannot: the last `from` is dnsmasq's own.
      guard let from = line.last(0x20, from: bracket &+ 2, to: end), line.has(" from ", at: from &- 5, to: end),
        let client = line.address(from: from &+ 1, to: end)
      else { return .malformed }
      record.kind = .query
      record.type = DNSType.number(line, from: at &+ 6, to: bracket)
      record.name = Self.name(line, from: bracket &+ 2, to: from &- 5)
      record.client = client
      return .record
    case UInt8(ascii: "r"):
      if line.has("reply ", at: at, to: end) {
        return answer(line, from: at &+ 6, action: .allowed, into: &record)
      }
      if line.has("regex denied ", at: at, to: end) {
        return answer(line, from: at &+ 13, action: .blocked, into: &record)
      }
      if line.has("regex blacklisted ", at: at, to: end) {
        return answer(line, from: at &+ 18, action: .blocked, into: &record)
      }
    case UInt8(ascii: "c"):
      if line.has("cached ", at: at, to: end) {
        return answer(line, from: at &+ 7, action: .cached, into: &record)
      }
      if line.has("config ", at: at, to: end) {
        return answer(line, from: at &+ 7, action: .none, into: &record)
      }
      if line.has("cached-stale ", at: at, to: end) {
        return answer(line, from: at &+ 13, action: .cached, into: &record)
      }
    case UInt8(ascii: "f"):
      if line.has("forwarded ", at: at, to: end) {
        guard let to = line.last(0x20, from: at &+ 10, to: end), line.has(" to ", at: to &- 3, to: end) else {
          return .malformed
        }
        record.kind = .answer
        record.action = .forwarded
        record.name = Self.name(line, from: at &+ 10, to: to &- 3)
        if let server = line.endpoint(0x23, from: to &+ 1, to: end) {
          record.server = server.address
          record.serverPort = server.port
        }
        return .record
      }
    case UInt8(ascii: "/"):
      // `/etc/hosts name is 192.0.2.1`: whatever file it was, and a list of names to block may be one.
      let blank = line.first(0x20, from: at, to: end)
      let isLocal = line.has("localhost", at: blank &+ 1, to: end)
      return answer(line, from: blank &+ 1, action: isLocal ? .allowed : .none, into: &record)
    case UInt8(ascii: "g"):
      if line.has("gravity blocked ", at: at, to: end) {
        return answer(line, from: at &+ 16, action: .blocked, into: &record)
      }
    case UInt8(ascii: "e"):
      if line.has("exactly denied ", at: at, to: end) {
        return answer(line, from: at &+ 15, action: .blocked, into: &record)
      }
      if line.has("exactly blacklisted ", at: at, to: end) {
        return answer(line, from: at &+ 20, action: .blocked, into: &record)
      }
    case UInt8(ascii: "s"):
      if line.has("special domain ", at: at, to: end) {
        return answer(line, from: at &+ 15, action: .blocked, into: &record)
      }
    case UInt8(ascii: "a"):
      if line.has("auth ", at: at, to: end) {
        return answer(line, from: at &+ 5, action: .allowed, into: &record)
      }
    case UInt8(ascii: "D"):
      if line.has("DHCP ", at: at, to: end) {
        return answer(line, from: at &+ 5, action: .allowed, into: &record)
      }
    case UInt8(ascii: "P"):
      if line.has("Pi-hole hostname ", at: at, to: end) {
        return answer(line, from: at &+ 17, action: .allowed, into: &record)
      }
    case UInt8(ascii: "b"):
      // `blocked during CNAME inspection` and `blocked upstream with …`: what Pi-hole saw in an answer.
      if line.has("blocked upstream with ", at: at, to: end),
        let last = line.last(0x20, from: at, to: end)
      {
        return answer(line, from: last &+ 1, action: .blocked, into: &record)
      }
    default: break
    }
    return .ignored
  }

  /// `name is value`.
  @inline(__always)
  private func answer(
    _ line: Span<UInt8>, from: Int, action: LogRecord.Action, into record: inout LogRecord
  ) -> LogOutcome {
    let end = line.count
    guard from < end else { return .ignored }
    // An address or a word of dnsmasq's own is last; only the text of a TXT record can hold another ` is `.
    var place: Int
    if let last = line.last(0x20, from: from, to: end), line.has(" is ", at: last &- 3, to: end) {
      place = last &- 3
      let value = last &+ 1
      let head = line.byte(value)
      if let address = line.address(from: value, to: end) {
        record.answer = address
        record.answers = LogText(value, end)
        record.type = address.isIPv4 ? 1 : 28
        record.rcode = 0
      } else if head == UInt8(ascii: "N") || head == UInt8(ascii: "S") || head == UInt8(ascii: "R")
        || head == UInt8(ascii: "F") || head == UInt8(ascii: "d")
      {
        noAnswer(line, from: value, to: end, into: &record)
      } else if head == UInt8(ascii: "<") {
        record.type = DNSType.number(line, from: value &+ 1, to: end &- 1)
        record.rcode = 0
      } else if let first = line.find(" is ", from: from, to: end) {
        place = first
        record.answers = LogText(first &+ 4, end)
      }
    } else if let first = line.find(" is ", from: from, to: end) {
      place = first
      noAnswer(line, from: first &+ 4, to: end, into: &record)
      if record.rcode == LogRecord.unknownCode { record.answers = LogText(first &+ 4, end) }
    } else {
      return .ignored
    }
    record.kind = .answer
    record.action = action
    if action == .none {
      // Of its own configuration: nothing, `0.0.0.0`, `::` and loopback are how a name is blocked.
      let isSink =
        record.rcode == 3 || record.rcode == 5
        || (record.rcode == 0 && record.answer == .none && record.type == 0)
        || (record.answers.count > 0 && Self.isSink(record.answer))
      record.action = isSink ? .blocked : .allowed
    }
    record.name = Self.name(line, from: from, to: place)
    // `reply error is SERVFAIL`: the line names no name.
    if record.rcode != 0, line.equals("error", from: record.name.start, to: record.name.end) { record.name = LogText() }
    return .record
  }

  private func noAnswer(_ line: Span<UInt8>, from: Int, to: Int, into record: inout LogRecord) {
    let blank = line.first(0x20, from: from, to: to)
    if line.equals("NXDOMAIN", from: from, to: blank) {
      record.rcode = 3
    } else if line.has("NODATA", at: from, to: blank) {
      record.rcode = 0
      if line.equals("NODATA-IPv4", from: from, to: blank) { record.type = 1 }
      if line.equals("NODATA-IPv6", from: from, to: blank) { record.type = 28 }
    } else if line.equals("SERVFAIL", from: from, to: blank) {
      record.rcode = 2
    } else if line.equals("REFUSED", from: from, to: blank) {
      record.rcode = 5
    } else if line.equals("FORMERR", from: from, to: blank) {
      record.rcode = 1
    } else if line.equals("NOTIMP", from: from, to: blank) {
      record.rcode = 4
    }
  }

  /// Unspecified or loopback: where blocked names are sent.
  static func isSink(_ address: IP) -> Bool {
    address.isIPv4
      ? address.low & 0xFFFF_FFFF == 0 || address.low >> 24 & 0xFF == 127 : address.high == 0 && address.low <= 1
  }

  /// The name without its final dot.
  @inline(__always)
  static func name(_ line: Span<UInt8>, from: Int, to: Int) -> LogText {
    to &- from > 1 && line.byte(to &- 1) == 0x2E && line.byte(to &- 2) != 0x5C
      ? LogText(from, to &- 1) : LogText(from, to)
  }

  /// Likewise; the same program as in the line before is told at a glance.
  @inline(__always)
  mutating func message(of program: StaticString, in line: Span<UInt8>, at: Int) -> Int? {
    if tag.isAt(at, in: line), line.byte(at &+ tag.count) > 0x20 { return at &+ tag.count }
    guard let start = Self.message(of: program, in: line, from: at) else { return nil }
    tag.keep(line, from: at, to: start)
    return start
  }

  /// Where the message of that program starts: behind `program[1]: `, `host program[1]: ` or, of RFC 5424,
  /// `host program 1 - - `. Nil where another program wrote the line.
  @inline(__always)
  static func message(of program: StaticString, in line: Span<UInt8>, from: Int) -> Int? {
    var at = from
    let end = line.count
    // The host, and on some systems the facility, come before it.
    for _ in 0..<3 {
      if line.has(program, at: at, to: end) {
        var next = at &+ program.utf8CodeUnitCount
        let hasID = line.byte(next) == 0x5B
        if hasID {
          let bracket = line.first(0x5D, from: next, to: Swift.min(end, next &+ 24))
          guard line.byte(bracket) == 0x5D else { return nil }
          next = bracket &+ 1
        }
        if line.byte(next) == 0x3A {
          next &+= 1
          while line.byte(next) == 0x20 { next &+= 1 }
          return next
        }
        if line.byte(next) == 0x20, next < end {
          if hasID { return next &+ 1 }
          // Else it may be a host of that name.
          if let start = structured(line, from: next &+ 1) { return start }
        }
      }
      at = line.first(0x20, from: at, to: end) &+ 1
      guard at < end else { return nil }
    }
    return nil
  }

  /// Behind the process id, message id and structured data of RFC 5424; nil where these do not stand here.
  private static func structured(_ line: Span<UInt8>, from: Int) -> Int? {
    let end = line.count
    var at = line.first(0x20, from: from, to: end) &+ 1
    guard at < end, line.byte(from) == 0x2D || line.number(from: from, to: at - 1) != nil else { return nil }
    at = line.first(0x20, from: at, to: end) &+ 1
    guard at < end else { return nil }
    if line.byte(at) == 0x2D {
      at += 1
    } else if line.byte(at) == 0x5B {
      guard let close = line.find("] ", from: at, to: end) else { return nil }
      at = close + 1
    } else {
      return nil
    }
    while line.byte(at) == 0x20 { at += 1 }
    return at
  }
}
