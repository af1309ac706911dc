import Model

/// What a key of a JSON log, a column of Zeek's or of Umbrella's log means, whatever it is called there.
enum LogField: UInt8, Sendable {
  /// Not looked at.
  case none
  /// An object (or a list of them) whose members are looked at.
  case group
  /// An object that wraps the document: its members count as members of the line.
  case wrapper
  case time, start, end, duration, milliseconds, ageSeconds
  case client, clientPort, server, serverPort, transport, service
  case bytesUp, bytesDown, packetsUp, packetsDown
  case eventType, connState, established, status
  case name, typeNumber, typeName, rcodeNumber, rcodeName, answers, dnsKind, rejected
  case serverName, alpn, ja3, ja4, userAgent, host, method, uri
  case message, isFiltered, reason, isCached, decision
  case proto, externalIP, isFinal, cipher, path
}

/// What was found in one line, before it is judged.
struct LogFields: Sendable, BitwiseCopyable {
  var eventType = LogText()
  var dnsKind = LogText()
  var connState = LogText()
  var decision = LogText()
  var path = LogText()
  var reason: UInt64 = 0
  var end = LogRecord.unknownTime
  var isFiltered = false
  var isCached = false
  var isRejected = false
  var hasCipher = false
  var isUnanswered = false
  /// Fields that were known.
  var seen: UInt64 = 0

  @inline(__always)
  func has(_ field: LogField) -> Bool { seen & (1 &<< UInt64(field.rawValue)) != 0 }
}

extension LogReader {
  enum Token { case text, number, yes, no }

  /// Takes one value. The first value of a field counts; a value that makes no sense is as if it were not there.
  @inline(__always)
  mutating func assign(
    _ field: LogField, _ token: Token, _ line: Span<UInt8>, from: Int, to: Int, into record: inout LogRecord
  ) {
    let isSeen = fields.has(field)
    fields.seen |= 1 &<< UInt64(field.rawValue)
    switch field {
    case .none, .group, .wrapper: return
    case .time: if record.time == LogRecord.unknownTime { record.time = moment(token, line, from: from, to: to) }
    case .start: if record.start == LogRecord.unknownTime { record.start = moment(token, line, from: from, to: to) }
    case .end: if fields.end == LogRecord.unknownTime { fields.end = moment(token, line, from: from, to: to) }
    case .duration: if !isSeen { record.duration = max(0, line.nano(from: from, to: to) ?? 0) }
    case .milliseconds:
      if !isSeen { record.duration = Int64(min(line.number(from: from, to: to) ?? 0, 1 << 43)) &* 1_000_000 }
    case .ageSeconds:
      if record.duration == 0 { record.duration = max(0, line.nano(from: from, to: to) ?? 0) }
    case .client: if record.client == .none { record.client = line.address(from: from, to: to) ?? .none }
    case .externalIP: if record.client == .none { record.client = line.address(from: from, to: to) ?? .none }
    case .server: if record.server == .none { record.server = line.address(from: from, to: to) ?? .none }
    case .clientPort: if record.clientPort == 0 { record.clientPort = line.port(from: from, to: to) ?? 0 }
    case .serverPort: if record.serverPort == 0 { record.serverPort = line.port(from: from, to: to) ?? 0 }
    case .transport, .proto: if record.transport == 0 { record.transport = Self.transport(line, from: from, to: to) }
    case .service: if record.service.isEmpty { record.service = LogText(from, to) }
    case .bytesUp: if !isSeen { record.bytesUp = line.number(from: from, to: to) ?? 0 }
    case .bytesDown: if !isSeen { record.bytesDown = line.number(from: from, to: to) ?? 0 }
    case .packetsUp: if !isSeen { record.packetsUp = line.number(from: from, to: to) ?? 0 }
    case .packetsDown: if !isSeen { record.packetsDown = line.number(from: from, to: to) ?? 0 }
    case .eventType: if fields.eventType.isEmpty { fields.eventType = LogText(from, to) }
    case .connState: fields.connState = LogText(from, to)
    case .established: fields.isUnanswered = isNo(token, line, from: from, to: to)
    case .status: if record.status == 0 { record.status = line.port(from: from, to: to) ?? 0 }
    case .name: if record.name.isEmpty { record.name = Self.name(line, from: from, to: to) }
    case .typeNumber: if record.type == 0 { record.type = DNSType.number(line, from: from, to: to) }
    case .typeName: if record.type == 0 { record.type = DNSType.number(line, from: from, to: to) }
    case .rcodeNumber:
      if record.rcode == LogRecord.unknownCode { record.rcode = line.port(from: from, to: to) ?? LogRecord.unknownCode }
    case .rcodeName:
      if record.rcode == LogRecord.unknownCode { record.rcode = DNSType.code(line, from: from, to: to) }
    case .answers: if record.answers.isEmpty { record.answers = LogText(from, to) }
    case .dnsKind: fields.dnsKind = LogText(from, to)
    case .rejected: fields.isRejected = isYes(token, line, from: from, to: to)
    case .serverName: if record.serverName.isEmpty { record.serverName = Self.name(line, from: from, to: to) }
    case .alpn: if record.alpn.isEmpty { record.alpn = LogText(from, to) }
    case .ja3: if record.ja3.isEmpty { record.ja3 = LogText(from, to) }
    case .ja4: if record.ja4.isEmpty { record.ja4 = LogText(from, to) }
    case .userAgent: if record.userAgent.isEmpty { record.userAgent = LogText(from, to) }
    case .host: if record.host.isEmpty { record.host = Self.name(line, from: from, to: to) }
    case .method: if record.method.isEmpty { record.method = LogText(from, to) }
    case .uri: if record.uri.isEmpty { record.uri = LogText(from, to) }
    case .message: if record.message.isEmpty { record.message = LogText(from, to) }
    case .isFiltered: fields.isFiltered = isYes(token, line, from: from, to: to)
    case .isCached: fields.isCached = isYes(token, line, from: from, to: to)
    case .reason: fields.reason = line.number(from: from, to: to) ?? 0
    case .decision: if fields.decision.isEmpty { fields.decision = LogText(from, to) }
    case .isFinal: break
    case .cipher: fields.hasCipher = true
    case .path: if fields.path.isEmpty { fields.path = LogText(from, to) }
    }
  }

  @inline(__always)
  private func isYes(_ token: Token, _ line: Span<UInt8>, from: Int, to: Int) -> Bool {
    token == .yes
      || (token == .text && (line.equals("T", from: from, to: to) || line.equals("true", from: from, to: to)))
  }

  @inline(__always)
  private func isNo(_ token: Token, _ line: Span<UInt8>, from: Int, to: Int) -> Bool {
    token == .no
      || (token == .text && (line.equals("F", from: from, to: to) || line.equals("false", from: from, to: to)))
  }

  @inline(__always)
  private mutating func moment(_ token: Token, _ line: Span<UInt8>, from: Int, to: Int) -> Int64 {
    // `2026-11-26` has its first `-` at 4, a number has none.
    if line.byte(from &+ 4) == 0x2D || line.byte(from &+ 4) == 0x2F {
      var at = from
      return time.iso(line, at: &at) ?? LogRecord.unknownTime
    }
    return LogTime.epoch(line, from: from, to: to) ?? LogRecord.unknownTime
  }

  /// `tcp`, `UDP`, `ICMP`, `ipv6-icmp`, `https`, a number; 0 for anything else.
  @inline(__always)
  static func transport(_ line: Span<UInt8>, from: Int, to: Int) -> UInt8 {
    switch (to &- from, line.byte(from) | 0x20) {
    case (3, 0x74):
      return line.byte(from &+ 1) | 0x20 == 0x63 ? 6 : (line.equalsFolded("TLS", from: from, to: to) ? 6 : 0)
    case (3, 0x75): return 17
    default: break
    }
    if line.isDigit(from) { return UInt8(exactly: line.number(from: from, to: to) ?? 256) ?? 0 }
    if line.equalsFolded("ICMP", from: from, to: to) { return 1 }
    if line.equalsFolded("IPV6-ICMP", from: from, to: to) || line.equalsFolded("ICMP6", from: from, to: to)
      || line.equalsFolded("ICMPV6", from: from, to: to)
    {
      return 58
    }
    if line.equalsFolded("HTTPS", from: from, to: to) || line.equalsFolded("DOH", from: from, to: to)
      || line.equalsFolded("DOT", from: from, to: to)
    {
      return 6
    }
    if line.equalsFolded("QUIC", from: from, to: to) || line.equalsFolded("DOQ", from: from, to: to) { return 17 }
    if line.equalsFolded("SCTP", from: from, to: to) { return 132 }
    return 0
  }

  /// Swaps the ends: the line was written by whom the other one asked.
  static func swapEnds(_ record: inout LogRecord) {
    (record.client, record.server) = (record.server, record.client)
    (record.clientPort, record.serverPort) = (record.serverPort, record.clientPort)
    (record.bytesUp, record.bytesDown) = (record.bytesDown, record.bytesUp)
    (record.packetsUp, record.packetsDown) = (record.packetsDown, record.packetsUp)
  }
}
