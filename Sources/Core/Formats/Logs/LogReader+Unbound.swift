import Model

extension LogReader {
  /// unbound's `log-queries`, `log-replies`, `log-local-actions` and `rpz-log`, with or without `log-tag-queryreply`;
  /// to its own file with either kind of time, or through syslog. Follows unbound 1.17.1 (recorded).
  mutating func readUnbound(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    var at = 0
    let end = line.count
    record.time = time.leading(line, at: &at)
    guard var at = message(of: "unbound", in: line, at: at) else {
      return record.time != LogRecord.unknownTime ? .ignored : .malformed
    }
    // Through syslog the process and thread come again.
    if line.byte(at) == 0x5B {
      at = line.first(0x5D, from: at, to: Swift.min(end, at &+ 24)) &+ 1
      while line.byte(at) == 0x20 { at &+= 1 }
    }
    var isTagged = false
    if line.has("query: ", at: at, to: end) || line.has("reply: ", at: at, to: end) {
      isTagged = true
      at &+= 7
    } else if line.has("info: ", at: at, to: end) {
      at &+= 6
    } else {
      return .ignored
    }
    let blank = line.first(0x20, from: at, to: end)
    guard blank < end else { return .ignored }
    if let client = line.address(from: at, to: blank) {
      record.client = client
      return exchange(line, from: blank &+ 1, into: &record)
    }
    return isTagged ? .malformed : localAction(line, from: at, into: &record)
  }

  /// `name. type class`, and of a reply `RCODE seconds cached size`. A query that its zone refuses is a query like others.
  @inline(__always)
  private func exchange(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    let nameEnd = line.first(0x20, from: from, to: end)
    let typeEnd = line.first(0x20, from: nameEnd &+ 1, to: end)
    guard typeEnd < end, line.byte(nameEnd &- 1) == 0x2E else { return .malformed }
    record.name = Self.name(line, from: from, to: nameEnd)
    record.type = DNSType.number(line, from: nameEnd &+ 1, to: typeEnd)
    let classEnd = line.first(0x20, from: typeEnd &+ 1, to: end)
    guard classEnd < end else {
      record.kind = .query
      return .record
    }
    record.kind = .answer
    record.action = .allowed
    let codeEnd = line.first(0x20, from: classEnd &+ 1, to: end)
    record.rcode = DNSType.code(line, from: classEnd &+ 1, to: codeEnd)
    let timeEnd = line.first(0x20, from: codeEnd &+ 1, to: end)
    if timeEnd < end {
      record.duration = max(0, line.nano(from: codeEnd &+ 1, to: timeEnd) ?? 0)
      if line.byte(timeEnd &+ 1) == UInt8(ascii: "1"), line.byte(timeEnd &+ 2) == 0x20 { record.action = .cached }
    }
    return .record
  }

  /// `zone action client@port name. type class`, also behind `rpz: applied [list] `.
  private func localAction(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    var at = from
    if line.has("rpz: ", at: at, to: end) {
      guard let bracket = line.find("] ", from: at, to: end) else {
        guard let applied = line.find("applied ", from: at, to: end) else { return .ignored }
        at = applied + 8
        return zoneAction(line, from: at, into: &record)
      }
      at = bracket + 2
    }
    return zoneAction(line, from: at, into: &record)
  }

  private func zoneAction(_ line: Span<UInt8>, from: Int, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    let zoneEnd = line.first(0x20, from: from, to: end)
    let actionEnd = line.first(0x20, from: zoneEnd + 1, to: end)
    let clientEnd = line.first(0x20, from: actionEnd + 1, to: end)
    guard clientEnd < end, line.byte(zoneEnd - 1) == 0x2E || line.has("rpz-", at: zoneEnd + 1, to: end),
      let client = line.endpoint(0x40, from: actionEnd + 1, to: clientEnd)
    else { return .ignored }
    let nameEnd = line.first(0x20, from: clientEnd + 1, to: end)
    let typeEnd = line.first(0x20, from: nameEnd + 1, to: end)
    guard typeEnd < end else { return .malformed }
    record.kind = .answer
    record.client = client.address
    record.clientPort = client.port
    record.name = Self.name(line, from: clientEnd + 1, to: nameEnd)
    record.type = DNSType.number(line, from: nameEnd + 1, to: typeEnd)
    func isAction(_ name: StaticString) -> Bool { line.equals(name, from: zoneEnd + 1, to: actionEnd) }
    if isAction("inform") || isAction("transparent") || isAction("typetransparent") || isAction("always_transparent")
      || isAction("rpz-passthru") || isAction("nodefault") || isAction("rpz-tcp-only")
    {
      record.action = .allowed
    } else if isAction("static") || isAction("redirect") || isAction("inform_redirect") || isAction("rpz-local-data")
      || isAction("rpz-cname-override")
    {
      // Answered from the configuration, be it a host of one's own or a sinkhole.
      record.action = isAction("rpz-local-data") || isAction("rpz-cname-override") ? .blocked : .none
    } else {
      record.action = .blocked
    }
    if isAction("always_nxdomain") || isAction("rpz-nxdomain") || isAction("always_null_nxdomain") { record.rcode = 3 }
    if isAction("always_refuse") || isAction("refuse") { record.rcode = 5 }
    if isAction("always_nodata") || isAction("rpz-nodata") || isAction("always_null") { record.rcode = 0 }
    return .record
  }
}
