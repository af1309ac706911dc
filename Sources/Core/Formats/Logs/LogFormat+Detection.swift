import Model

extension LogFormat {
  /// Bytes and lines of a log that are looked at.
  private static let headLimit = 64 << 10
  private static let lineLimit = 400

  /// Whose log begins with these bytes; nil where nothing says so. 64 KiB are enough and no more are looked at.
  ///
  /// Each line counts for at most one format, by the marks that its program writes around whatever clients can choose;
  /// most lines win.
  public static func detect(_ head: Span<UInt8>) -> LogFormat? {
    let head = head.extracting(0..<min(head.count, headLimit))
    if let utf16 = LogUTF16(head) {
      var decoder = utf16
      return detectLines(decoder.read(head).span)
    }
    if isFrameStream(head) { return .dnstap }
    return detectLines(head)
  }

  public static func detect(_ head: [UInt8]) -> LogFormat? { detect(head.span) }

  /// A control frame that starts or offers a stream of dnstap.
  private static func isFrameStream(_ head: Span<UInt8>) -> Bool {
    guard head.count >= 12, head.has("\0\0\0\0\0\0", at: 0, to: head.count), head.byte(8) == 0, head.byte(9) == 0,
      head.byte(10) == 0
    else { return false }
    let length = Int(head.byte(6)) << 8 | Int(head.byte(7))
    return head.find(LogFrames.content, from: 12, to: min(head.count, 8 + length)) != nil
  }

  private static func detectLines(_ head: Span<UInt8>) -> LogFormat? {
    var votes = Array(repeating: 0, count: allCases.count)
    var electors = Electors()
    var at = head.has("\u{FEFF}", at: 0, to: head.count) ? 3 : 0
    var lines = 0
    while at < head.count, lines < lineLimit {
      let next = head.first(0x0A, from: at, to: head.count)
      var end = next
      if end > at, head.byte(end - 1) == 0x0D { end -= 1 }
      if let format = electors.format(of: head.extracting(at..<end)), let index = allCases.firstIndex(of: format) {
        votes[index] += 1
      }
      at = next + 1
      lines += 1
    }
    // Pi-hole's lines are dnsmasq's; one of its own verbs makes the log Pi-hole's.
    var best: (format: LogFormat, votes: Int)?
    for (format, count) in zip(allCases, votes) where count > 0 && count > (best?.votes ?? 0) { best = (format, count) }
    if best?.format == .dnsmasq, electors.isPihole { return .pihole }
    return best?.format
  }
}

/// A reader of each format that is told by what it can read.
private struct Electors {
  private static let epoch = Timestamp(seconds: 1_795_000_000)
  private var bind = LogReader(format: .bind, now: epoch)
  private var coredns = LogReader(format: .coredns, now: epoch)
  private var squid = LogReader(format: .squid, now: epoch)
  private var windows = LogReader(format: .windowsDNS, now: epoch)
  private var umbrella = LogReader(format: .umbrella, now: epoch)
  private var events = LogReader(format: .windowsAnalytical, now: epoch)
  private var clock = LogTime(now: epoch, zone: 0)
  private var record = LogRecord()
  private(set) var isPihole = false

  mutating func format(of line: Span<UInt8>) -> LogFormat? {
    let end = line.count
    var start = 0
    LogReader.skipBlanks(line, &start)
    guard start < end else { return nil }
    if line.byte(start) == 0x7B { return object(line, from: start) }
    if line.byte(0) == 0x23 {
      let isZeek =
        line.has("#separator \\x", at: 0, to: end) || line.has("#fields\tts\t", at: 0, to: end)
        || line.has("#set_separator", at: 0, to: end)
      return isZeek ? .zeek : nil
    }
    if line.byte(start) == 0x3C, events.read(line, into: &record) == .record { return .windowsAnalytical }
    var at = 0
    _ = clock.leading(line, at: &at)
    if let message = LogReader.message(of: "dnsmasq", in: line, from: at) {
      for verb in ["gravity blocked ", "exactly denied ", "regex denied ", "Pi-hole hostname "] as [StaticString] {
        if line.find(verb, from: message, to: end) != nil { isPihole = true }
      }
      return .dnsmasq
    }
    if LogReader.message(of: "unbound", in: line, from: at) != nil { return .unbound }
    if windows.read(line, into: &record) == .record { return .windowsDNS }
    if umbrella.read(line, into: &record) == .record, record.action != .none, isUmbrella(line) { return .umbrella }
    if squid.read(line, into: &record) == .record {
      // A combined line begins with an address, and a proxy ends it with where it got the answer.
      let isCombined = line.address(from: 0, to: line.first(0x20, from: 0, to: end)) != nil
      return isCombined && line.find(":HIER_", from: 0, to: end) == nil ? .nginx : .squid
    }
    if bind.read(line, into: &record) == .record { return .bind }
    if coredns.read(line, into: &record) == .record { return .coredns }
    if events.read(line, into: &record) == .record { return .windowsAnalytical }
    return nil
  }

  /// Nothing but the words that Umbrella uses: any other CSV with a date in front is another log.
  private func isUmbrella(_ line: Span<UInt8>) -> Bool {
    for word in ["Allowed", "Blocked", "Proxied"] as [StaticString]
    where line.find(word, from: 0, to: line.count) != nil {
      return record.type != 0
    }
    return false
  }

  /// The keys of a document tell, those of its outermost object or of what Elasticsearch wraps.
  private func object(_ line: Span<UInt8>, from: Int) -> LogFormat? {
    let end = line.count
    var at = from + 1
    var keys = Keys()
    for _ in 0..<400 {
      LogReader.skipBlanks(line, &at)
      guard line.byte(at) == 0x22 else { break }
      let start = at + 1
      var isEscaped = false
      guard let stop = LogReader.text(line, &at, &isEscaped) else { break }
      LogReader.skipBlanks(line, &at)
      guard line.byte(at) == 0x3A else { break }
      at += 1
      LogReader.skipBlanks(line, &at)
      keys.note(line, from: start, to: stop)
      if line.equals("_source", from: start, to: stop), line.byte(at) == 0x7B { return object(line, from: at) }
      guard LogReader.skip(line, &at) else { break }
      LogReader.skipBlanks(line, &at)
      guard line.byte(at) == 0x2C else { break }
      at += 1
    }
    if keys.isWindows {
      return line.find("QNAME", from: from, to: end) != nil
        || line.find("Microsoft-Windows-DNSServer", from: from, to: end) != nil ? .windowsAnalytical : nil
    }
    if keys.adguard == 3 { return .adguard }
    if keys.cloudflare >= 2 { return .cloudflare }
    if keys.suricata == 2 { return .suricata }
    if keys.zeek >= 2 { return .zeek }
    if keys.ntop >= 2 { return .ntopng }
    if keys.hasTimestamp, keys.ecs >= 1 { return .ecs }
    return nil
  }

  private struct Keys {
    var adguard = 0, cloudflare = 0, suricata = 0, zeek = 0, ntop = 0, ecs = 0
    var hasTimestamp = false
    var isWindows = false

    mutating func note(_ line: Span<UInt8>, from: Int, to: Int) {
      func isAny(_ names: StaticString...) -> Bool {
        for name in names where line.equals(name, from: from, to: to) { return true }
        return false
      }
      if isAny("T", "QH", "QT") { adguard += 1 }
      if isAny("QueryName", "QueryTypeName", "ResolverDecision", "ResolvedIPs", "SrcIP") { cloudflare += 1 }
      if isAny("event_type", "timestamp") { suricata += 1 }
      if isAny("ts", "uid", "id.orig_h", "id.resp_h", "_path") { zeek += 1 }
      if isAny(
        "IPV4_SRC_ADDR", "IPV6_SRC_ADDR", "IPV4_DST_ADDR", "IPV6_DST_ADDR", "L4_SRC_PORT", "L4_DST_PORT", "IN_BYTES",
        "FIRST_SWITCHED", "cli_ip", "srv_ip")
      {
        ntop += 1
      }
      if isAny("@timestamp") { hasTimestamp = true }
      if isAny("Event", "winlog", "EventData") { isWindows = true }
      if isAny(
        "ecs", "source", "destination", "client", "server", "event", "dns", "network", "tls", "source.ip",
        "ecs.version",
        "destination.ip", "event.category", "event.dataset", "dns.question.name", "client.ip")
      {
        ecs += 1
      }
    }
  }
}
