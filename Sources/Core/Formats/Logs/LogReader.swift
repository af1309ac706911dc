public import Model

/// Reads the lines of one log into records, without an allocation for a line.
///
/// It remembers what a format states once: Zeek's and Umbrella's headers, the order of day and month in Windows' dates.
public struct LogReader: Sendable {
  public let format: LogFormat
  var time: LogTime
  /// Numbers, texts and states of the fields of one JSON, Zeek or CSV line until they are judged together.
  var fields = LogFields()
  let schema: LogSchema
  /// What each column of Zeek's or Umbrella's log holds, from its header.
  var columns: [LogField] = []
  var zeek = ZeekHeader()
  var windows = WindowsDates()
  /// What stands between time and message, `dnsmasq[29996]: `, of the last line.
  var tag = RepeatedText()

  /// - Parameters:
  ///   - now: stands for the year where times have none: such a time is the last that is at most a day after it.
  ///   - zone: seconds east of Greenwich, for times that do not give their zone.
  public init(format: LogFormat, now: Timestamp, zone: Int = 0) {
    self.format = format
    time = LogTime(now: now, zone: Int64(max(-86_400, min(86_400, zone))))
    schema = LogSchema(format)
    if format == .umbrella { columns = Self.umbrellaColumns }
  }

  /// What `init` says of it: whoever follows a log over a new year moves it on.
  public var now: Timestamp {
    get { time.now }
    set { time.now = newValue }
  }

  /// Reads one line, or one frame of dnstap. The record is reset first; its ranges are of this line.
  public mutating func read(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    record = LogRecord()
    guard line.count <= Int(Int32.max) else { return .malformed }
    switch format {
    case .dnsmasq, .pihole: return readDnsmasq(line, into: &record)
    case .unbound: return readUnbound(line, into: &record)
    case .bind: return readBIND(line, into: &record)
    case .coredns: return readCoreDNS(line, into: &record)
    case .squid: return readSquid(line, into: &record)
    case .nginx: return readCombined(line, into: &record)
    case .windowsDNS: return readWindowsDNS(line, into: &record)
    case .windowsAnalytical: return readWindowsEvent(line, into: &record)
    case .umbrella: return readUmbrella(line, into: &record)
    case .zeek:
      return line.byte(0) == 0x7B || line.byte(0) == 0xEF
        ? readJSON(line, into: &record) : readZeek(line, into: &record)
    case .adguard, .cloudflare, .suricata, .ntopng, .ecs: return readJSON(line, into: &record)
    case .dnstap: return readDnstap(line, into: &record)
    case .piholeFTL: return .malformed
    }
  }
}
