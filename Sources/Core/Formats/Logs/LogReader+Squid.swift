import Model

extension LogReader {
  /// Squid's access log: the native format, and what a custom one appends to it (user agent, `%ssl::>sni`, bytes sent) by
  /// what it looks like; the combined format with Squid's result at the end. Follows squid-cache.org "LogFormat" and
  /// Squid 5.7 (recorded).
  mutating func readSquid(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    guard end > 0 else { return .ignored }
    var at = 0
    // A host and a program of syslog may come first.
    if !line.isDigit(0) || line.byte(4) == 0x2D {
      var place = 0
      let when = time.leading(line, at: &place)
      if when != LogRecord.unknownTime,
        let start = Self.message(of: "squid", in: line, from: place)
          ?? Self.message(of: "(squid-1)", in: line, from: place)
      {
        at = start
      } else {
        return when != LogRecord.unknownTime ? .ignored : readCombined(line, into: &record)
      }
    }
    let timeEnd = line.first(0x20, from: at, to: end)
    guard let time = line.nano(from: at, to: timeEnd) else { return readCombined(line, into: &record) }
    at = Self.pastBlanks(line, timeEnd)
    let elapsedEnd = line.first(0x20, from: at, to: end)
    // Squid writes -1 or a negative number for what it does not know; an address here is another format.
    guard let elapsed = Self.signed(line, from: at, to: elapsedEnd) else { return readCombined(line, into: &record) }
    at = Self.pastBlanks(line, elapsedEnd)
    let clientEnd = line.first(0x20, from: at, to: end)
    let client = line.address(from: at, to: clientEnd) ?? .none
    at = Self.pastBlanks(line, clientEnd)
    let resultEnd = line.first(0x20, from: at, to: end)
    let slash = line.first(0x2F, from: at, to: resultEnd)
    guard resultEnd < end, slash < resultEnd, line.byte(at) &- 0x41 < 26 else { return .malformed }
    record.kind = .request
    record.transport = 6
    record.time = time
    // The line is written at the end.
    record.duration = elapsed
    record.start = time &- elapsed
    record.client = client
    result(line, from: at, to: slash, into: &record)
    record.status = line.port(from: slash &+ 1, to: resultEnd) ?? 0
    at = Self.pastBlanks(line, resultEnd)
    let bytesEnd = line.first(0x20, from: at, to: end)
    record.bytesDown = line.number(from: at, to: bytesEnd) ?? 0
    at = Self.pastBlanks(line, bytesEnd)
    let methodEnd = line.first(0x20, from: at, to: end)
    guard methodEnd < end else { return .malformed }
    record.method = LogText(at, methodEnd)
    // A URL may hold a blank where a client sent one: the peer (`HIER_DIRECT/…`) is the third from there.
    at = methodEnd &+ 1
    let uriEnd = line.first(0x20, from: at, to: end)
    record.uri = LogText(at, uriEnd)
    target(line, into: &record)
    at = Self.pastBlanks(line, uriEnd)
    let userEnd = line.first(0x20, from: at, to: end)
    at = Self.pastBlanks(line, userEnd)
    let peerEnd = line.first(0x20, from: at, to: end)
    let peer = line.first(0x2F, from: at, to: peerEnd)
    // A parent proxy is not the server.
    if peer < peerEnd, line.has("HIER_DIRECT", at: at, to: peer) || Self.isOrigin(line, from: at, to: peer) {
      record.server = line.address(from: peer &+ 1, to: peerEnd) ?? .none
    }
    at = Self.pastBlanks(line, peerEnd)
    let contentEnd = line.first(0x20, from: at, to: end)
    if contentEnd < end { extras(line, from: Self.pastBlanks(line, contentEnd), into: &record) }
    return .record
  }

  /// The combined format of web servers, and Squid's with `TCP_MISS:HIER_DIRECT` at the end.
  mutating func readCombined(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    guard end > 0 else { return .ignored }
    let clientEnd = line.first(0x20, from: 0, to: end)
    guard let client = line.address(from: 0, to: clientEnd), let open = line.find(" [", from: clientEnd, to: end) else {
      return .malformed
    }
    var at = open + 2
    guard let moment = time.dayFirst(line, at: &at), line.has("] \"", at: at, to: end) else { return .malformed }
    record.client = client
    record.time = moment
    record.kind = .request
    record.transport = 6
    at += 3
    let requestEnd = Self.closingQuote(line, from: at)
    guard requestEnd < end else { return .malformed }
    let methodEnd = line.first(0x20, from: at, to: requestEnd)
    if methodEnd < requestEnd {
      record.method = LogText(at, methodEnd)
      let uriEnd = line.findLast(" HTTP/", from: methodEnd + 1, to: requestEnd) ?? requestEnd
      record.uri = LogText(methodEnd + 1, uriEnd)
      target(line, into: &record)
    }
    at = requestEnd + 2
    let statusEnd = line.first(0x20, from: at, to: end)
    guard statusEnd == at + 3, let status = line.port(from: at, to: statusEnd) else {
      record.kind = .none
      return .malformed
    }
    record.status = status
    let bytesEnd = line.first(0x20, from: statusEnd + 1, to: end)
    record.bytesDown = line.number(from: statusEnd + 1, to: bytesEnd) ?? 0
    at = bytesEnd + 1
    if line.byte(at) == 0x22 {
      let refererEnd = Self.closingQuote(line, from: at + 1)
      at = refererEnd + 2
      if line.byte(at) == 0x22, at < end {
        let agentEnd = Self.closingQuote(line, from: at + 1)
        if agentEnd < end, !line.equals("-", from: at + 1, to: agentEnd) {
          record.userAgent = LogText(at + 1, agentEnd)
          if line.first(0x5C, from: at + 1, to: agentEnd) < agentEnd { record.escape = .hex }
        }
        at = agentEnd + 2
      }
    }
    if format == .squid, at < end {
      let colon = line.first(0x3A, from: at, to: end)
      if colon < end { result(line, from: at, to: colon, into: &record) }
    }
    return .record
  }

  /// Escapes in quoted fields are `\"` and `\x22`.
  private static func closingQuote(_ line: Span<UInt8>, from: Int) -> Int {
    var at = from
    let end = line.count
    while true {
      at = line.firstQuoteOrBackslash(from: at, to: end)
      guard at < end, line.byte(at) == 0x5C else { return at }
      at += 2
    }
  }

  @inline(__always)
  static func pastBlanks(_ line: Span<UInt8>, _ from: Int) -> Int {
    var at = from
    while line.byte(at) == 0x20 { at &+= 1 }
    return at
  }

  private static func isOrigin(_ line: Span<UInt8>, from: Int, to: Int) -> Bool {
    line.equals("DIRECT", from: from, to: to) || line.equals("ORIGINAL_DST", from: from, to: to)
      || line.equals("PINNED", from: from, to: to)
  }

  /// Milliseconds as nanoseconds; what is below zero is 0.
  @inline(__always)
  private static func signed(_ line: Span<UInt8>, from: Int, to: Int) -> Int64? {
    let isNegative = line.byte(from) == 0x2D && from < to
    guard let value = line.number(from: isNegative ? from &+ 1 : from, to: to), value < 1 << 43 else { return nil }
    return isNegative ? 0 : Int64(value) &* 1_000_000
  }

  /// `TCP_DENIED`, `TCP_TUNNEL`, `NONE_NONE`, `TCP_MEM_HIT`.
  @inline(__always)
  private func result(_ line: Span<UInt8>, from: Int, to: Int, into record: inout LogRecord) {
    if line.has("TCP_TUNNEL", at: from, to: to) || line.has("TCP_MISS", at: from, to: to) {
      record.action = .allowed
    } else if line.find("DENIED", from: from, to: to) != nil {
      record.action = .blocked
    } else if line.has("NONE", at: from, to: to) {
      // No request that could be answered, or no peer that could be reached.
      record.action = .none
    } else if line.find("HIT", from: from, to: to) != nil {
      record.action = .cached
    } else {
      record.action = .allowed
    }
  }

  /// Host and port: of `CONNECT host:443` and of a whole URL.
  @inline(__always)
  private func target(_ line: Span<UInt8>, into record: inout LogRecord) {
    var from = record.uri.start
    let end = record.uri.end
    var port: UInt16 = 0
    let isConnect = record.method.count == 7 && line.has("CONNECT", at: record.method.start, to: record.method.end)
    var stop = end
    if !isConnect {
      guard let scheme = line.find("://", from: from, to: Swift.min(end, from + 16)) else { return }
      let isTLS = line.has("https", at: from, to: end) || line.has("wss", at: from, to: end)
      port = isTLS ? 443 : (line.has("ftp", at: from, to: end) ? 21 : 80)
      from = scheme &+ 3
      stop = line.first(0x2F, from: from, to: end)
      stop = line.first(0x3F, from: from, to: stop)
      if let at = line.last(0x40, from: from, to: stop) { from = at &+ 1 }
    }
    var hostEnd = stop
    if line.byte(from) == 0x5B {
      hostEnd = line.first(0x5D, from: from, to: stop)
      from &+= 1
      if line.byte(hostEnd &+ 1) == 0x3A, hostEnd &+ 1 < stop {
        port = line.port(from: hostEnd &+ 2, to: stop) ?? port
      }
    } else {
      hostEnd = line.first(0x3A, from: from, to: stop)
      if hostEnd < stop { port = line.port(from: hostEnd &+ 1, to: stop) ?? port }
    }
    record.host = Self.name(line, from: from, to: hostEnd)
    record.serverPort = port
    if isConnect, line.address(from: from, to: hostEnd) == nil { record.serverName = record.host }
  }

  /// What a custom format appends: a quoted text is the user agent, a number bytes of the request, a name the SNI.
  private func extras(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) {
    let end = line.count
    var at = from
    while at < end {
      if line.byte(at) == 0x22 {
        let close = Self.closingQuote(line, from: at + 1)
        guard close < end else { return }
        if record.userAgent.isEmpty, !line.equals("-", from: at + 1, to: close) {
          record.userAgent = LogText(at + 1, close)
          if line.first(0x5C, from: at + 1, to: close) < close { record.escape = .hex }
        }
        at = close + 1
      } else {
        let next = line.first(0x20, from: at, to: end)
        if let value = line.number(from: at, to: next) {
          if record.bytesUp == 0 { record.bytesUp = value }
        } else if Self.isHostName(line, from: at, to: next) {
          // What the hello says is nearer to the truth than the CONNECT line.
          record.serverName = Self.name(line, from: at, to: next)
        }
        at = next
      }
      at = Self.pastBlanks(line, at)
    }
  }

  /// Letters, digits, `-`, `_` and at least one dot; no address.
  private static func isHostName(_ line: Span<UInt8>, from: Int, to: Int) -> Bool {
    guard to - from >= 3, to - from <= 253, line.address(from: from, to: to) == nil else { return false }
    var dots = 0
    for index in from..<to {
      switch line.byte(index) {
      case 0x2E: dots += 1
      case 0x2D, 0x5F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: break
      default: return false
      }
    }
    return dots > 0
  }
}
