import Model

/// What the fields of a line make together.
extension LogReader {
  mutating func judge(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    if !record.answers.isEmpty, record.answer == .none {
      record.answer = record.firstAnswer(in: line)
    }
    switch format {
    case .zeek: return judgeZeek(line, into: &record)
    case .suricata: return judgeSuricata(line, into: &record)
    case .adguard:
      guard !record.name.isEmpty || fields.has(.typeName) else { return .ignored }
      record.kind = .query
      record.messageCoding = record.message.isEmpty ? .none : .base64
      // AdGuard writes nanoseconds.
      record.duration /= 1_000_000
      if record.transport == 0 { record.transport = fields.has(.proto) ? 0 : 17 }
      // Block list, safe browsing, parental control, invalid, blocked service.
      let isBlocked = fields.isFiltered && [3, 4, 5, 6, 8].contains(fields.reason)
      record.action = isBlocked ? .blocked : (fields.isCached ? .cached : .allowed)
      return .record
    case .cloudflare:
      guard !record.name.isEmpty else { return .ignored }
      record.kind = .query
      record.action = decision(line) ?? (fields.isCached ? .cached : .none)
      if record.action == .allowed, fields.isCached { record.action = .cached }
      return .record
    case .umbrella:
      guard record.time != LogRecord.unknownTime, !record.name.isEmpty else { return .malformed }
      record.kind = .query
      record.action = decision(line) ?? .none
      return .record
    case .ntopng:
      guard record.client != .none || record.server != .none else { return .ignored }
      finishTimes(&record)
      record.kind = .connection
      if !record.name.isEmpty, record.serverPort == 53 || record.serverPort == 5353 { record.kind = .query }
      return .record
    case .ecs: return judgeECS(line, into: &record)
    default: return .malformed
    }
  }

  /// `blockedByCategory`, `Blocked`, `allowedOnNoPolicyMatch`, `overrideApplied`, `Proxied`.
  private func decision(_ line: Span<UInt8>) -> LogRecord.Action? {
    let text = fields.decision
    guard !text.isEmpty else { return nil }
    if line.equalsFolded("BLOCK", from: text.start, to: min(text.end, text.start + 5)) { return .blocked }
    return .allowed
  }

  private func finishTimes(_ record: inout LogRecord) {
    if record.start == LogRecord.unknownTime, record.kind == .connection, fields.end == LogRecord.unknownTime { return }
    if record.duration == 0, fields.end != LogRecord.unknownTime, record.start != LogRecord.unknownTime {
      let (length, isOutside) = fields.end.subtractingReportingOverflow(record.start)
      record.duration = isOutside ? 0 : max(0, length)
    }
    if record.time == LogRecord.unknownTime {
      record.time = fields.end != LogRecord.unknownTime ? fields.end : record.start
    }
  }

  private func judgeZeek(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    guard fields.has(.client) || fields.has(.server) else { return .ignored }
    func isText(_ name: StaticString) -> Bool { line.equals(name, from: fields.path.start, to: fields.path.end) }
    func isPath(_ name: StaticString, _ path: ZeekHeader.Path) -> Bool {
      fields.path.isEmpty ? line.byte(0) != 0x7B && zeek.path == path : isText(name)
    }
    let isNamed = !fields.path.isEmpty || (line.byte(0) != 0x7B && zeek.path != .other)
    if isNamed ? isPath("dns", .dns) : (fields.has(.name) || fields.has(.rcodeName) || fields.has(.rejected)) {
      record.kind = .query
      if !record.service.isEmpty { record.service = LogText() }
      return .record
    }
    if isNamed ? isPath("conn", .conn) : !fields.connState.isEmpty {
      record.kind = .connection
      record.start = record.time
      func isState(_ name: StaticString) -> Bool {
        line.equals(name, from: fields.connState.start, to: fields.connState.end)
      }
      if isState("S0") || isState("REJ") || isState("RSTOS0") || isState("SH") {
        record.state = .unanswered
      } else if !fields.connState.isEmpty, !isState("OTH"), !isState("RSTRH"), !isState("SHR") {
        record.state = .established
      }
      return .record
    }
    if isNamed ? isPath("http", .http) : !record.method.isEmpty {
      record.kind = .request
      if record.transport == 0 { record.transport = 6 }
      record.state = .established
      return .record
    }
    if isNamed ? isPath("ssl", .ssl) || isPath("quic", .quic) : fields.hasCipher || !record.serverName.isEmpty {
      record.kind = .connection
      record.start = record.time
      record.duration = 0
      record.state = fields.isUnanswered ? .unknown : .established
      if record.transport == 0 { record.transport = isPath("quic", .quic) || !fields.has(.established) ? 17 : 6 }
      return .record
    }
    return .ignored
  }

  private func judgeSuricata(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    func isEvent(_ name: StaticString) -> Bool {
      line.equals(name, from: fields.eventType.start, to: fields.eventType.end)
    }
    func isKind(_ name: StaticString) -> Bool { line.equals(name, from: fields.dnsKind.start, to: fields.dnsKind.end) }
    guard !fields.eventType.isEmpty else { return .ignored }
    if isEvent("dns") {
      guard !fields.dnsKind.isEmpty || !record.name.isEmpty else { return .ignored }
      record.start = LogRecord.unknownTime
      let isAnswer = isKind("answer") || isKind("response")
      record.kind = isAnswer ? .answer : .query
      // Up to version 7 the client stays `src_ip`; from 8 on it is who sent the packet. The port tells which.
      if isAnswer, record.serverPort != 53, record.clientPort == 53 || isKind("response") { Self.swapEnds(&record) }
      if isAnswer { record.action = .allowed }
      return .record
    }
    if isEvent("flow") || isEvent("netflow") {
      record.kind = .connection
      finishTimes(&record)
      if record.packetsDown > 0 {
        record.state = .established
      } else if isEvent("flow") {
        record.state = .unanswered
      }
      return .record
    }
    if isEvent("tls") || isEvent("quic") {
      record.kind = .connection
      record.state = .established
      record.start = record.start == LogRecord.unknownTime ? record.time : record.start
      if record.service.isEmpty { record.service = fields.eventType }
      return .record
    }
    if isEvent("http") {
      record.kind = .request
      record.state = .established
      if record.service.isEmpty { record.service = fields.eventType }
      return .record
    }
    return .ignored
  }

  private func judgeECS(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    // ECS counts nanoseconds where the others count milliseconds.
    record.duration /= 1_000_000
    if fields.has(.isFinal) { record.kind = .connection }
    if !record.name.isEmpty {
      // Suricata's module writes question and answer apart, as Suricata does; all others one document for both.
      let isApart = line.has("suricata", at: fields.eventType.start, to: fields.eventType.end)
      let isAnswer = line.equals("answer", from: fields.dnsKind.start, to: fields.dnsKind.end)
      record.kind = isApart && isAnswer ? .answer : .query
      if record.kind == .answer { record.action = .allowed }
      return .record
    }
    if !record.method.isEmpty {
      record.kind = .request
      finishTimes(&record)
      return .record
    }
    guard record.client != .none, record.server != .none else { return .ignored }
    record.kind = .connection
    finishTimes(&record)
    if record.packetsDown > 0 || record.bytesDown > 0 || !record.alpn.isEmpty { record.state = .established }
    func isState(_ name: StaticString) -> Bool {
      line.equals(name, from: fields.connState.start, to: fields.connState.end)
    }
    if isState("S0") || isState("REJ") || isState("RSTOS0") { record.state = .unanswered }
    return .record
  }
}
