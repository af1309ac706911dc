import Model

extension LogReader {
  /// Events of the channel Microsoft-Windows-DNSServer/Analytical, one a line: as XML (`wevtutil qe`, `Get-WinEvent` with
  /// `ToXml()`), as JSON (evtx converters, winlogbeat), or with the message as text (`Export-Csv`, `wevtutil /f:text`).
  ///
  /// 256 is a query, 257 and 258 are its answers; what the server asks others (260 to 262) is left out.
  mutating func readWindowsEvent(_ line: Span<UInt8>, into record: inout LogRecord) -> LogOutcome {
    let end = line.count
    var at = 0
    Self.skipBlanks(line, &at)
    guard at < end else { return .ignored }
    let style: EventStyle =
      switch line.byte(at) {
      case 0x3C: .xml
      case 0x7B: .json
      default: .text
      }
    guard let event = eventID(line, style) else { return style == .text ? .ignored : .malformed }
    guard event == 256 || event == 257 || event == 258 else { return .ignored }
    guard let name = property("QNAME", line, style) else { return .malformed }
    record.kind = event == 256 ? .query : .answer
    record.name = Self.name(line, from: name.start, to: name.end)
    record.escape = style == .xml ? .xml : (style == .json ? .json : .none)
    if let type = property("QTYPE", line, style) {
      record.type = DNSType.number(line, from: type.start, to: type.end)
    }
    if let client = property(event == 256 ? "Source" : "Destination", line, style) {
      record.client = line.address(from: client.start, to: client.end) ?? .none
    }
    if let port = property("Port", line, style) { record.clientPort = line.port(from: port.start, to: port.end) ?? 0 }
    if let own = property("InterfaceIP", line, style) {
      record.server = line.address(from: own.start, to: own.end) ?? .none
    }
    if let tcp = property("TCP", line, style) {
      record.transport =
        line.equals("1", from: tcp.start, to: tcp.end) || line.equalsFolded("TRUE", from: tcp.start, to: tcp.end)
        ? 6 : 17
    }
    if event != 256, let code = property("RCODE", line, style) {
      record.rcode = DNSType.code(line, from: code.start, to: code.end)
    }
    if let packet = property("PacketData", line, style) {
      record.message = packet
      record.messageCoding = .hex
    }
    record.action = event == 257 ? .allowed : .none
    if event == 258, record.rcode == 5 { record.action = .blocked }
    record.time = eventTime(line, style)
    return .record
  }

  private enum EventStyle { case xml, json, text }

  private func eventID(_ line: Span<UInt8>, _ style: EventStyle) -> UInt64? {
    let end = line.count
    switch style {
    case .text:
      if line.find("QUERY_RECEIVED:", from: 0, to: end) != nil { return 256 }
      if line.find("RESPONSE_SUCCESS:", from: 0, to: end) != nil { return 257 }
      if line.find("RESPONSE_FAILURE:", from: 0, to: end) != nil { return 258 }
      if let colon = line.find(": TCP=", from: 0, to: end), colon > 3 { return 0 }
      return nil
    case .xml:
      guard let open = line.find("<EventID", from: 0, to: end) else { return nil }
      let start = line.first(0x3E, from: open, to: end) + 1
      return line.number(from: start, to: line.first(0x3C, from: start, to: end))
    case .json:
      for key in ["\"EventID\"", "\"event_id\"", "\"Id\""] as [StaticString] {
        guard let found = line.find(key, from: 0, to: end) else { continue }
        // `256`, `"256"` or `{"#text":256}`.
        var start = found + key.utf8CodeUnitCount
        while start < end, !line.isDigit(start), line.byte(start) != 0x2C { start += 1 }
        var stop = start
        while line.isDigit(stop) { stop += 1 }
        if let number = line.number(from: start, to: stop) { return number }
      }
      return nil
    }
  }

  /// The value of one property: `<Data Name="QNAME">…<`, `"QNAME":"…"`, or `QNAME=…;`.
  private func property(_ name: StaticString, _ line: Span<UInt8>, _ style: EventStyle) -> LogText? {
    let end = line.count
    var from = 0
    if style == .text { from = line.find(": TCP=", from: 0, to: end) ?? 0 }
    while let found = line.find(name, from: from, to: end) {
      from = found + 1
      let after = found + name.utf8CodeUnitCount
      switch style {
      case .xml:
        guard line.has("Name=", at: found - 6, to: end), line.byte(after) == line.byte(found - 1),
          line.byte(after + 1) == 0x3E
        else { continue }
        return LogText(after + 2, line.first(0x3C, from: after + 2, to: end))
      case .text:
        guard line.byte(after) == 0x3D, line.byte(found - 1) == 0x20 || line.byte(found - 1) == 0x3B else { continue }
        var stop = line.first(0x3B, from: after + 1, to: end)
        stop = line.first(0x22, from: after + 1, to: stop)
        return LogText(after + 1, stop)
      case .json:
        guard line.byte(found - 1) == 0x22, line.byte(after) == 0x22 else { continue }
        var at = after + 1
        Self.skipBlanks(line, &at)
        guard line.byte(at) == 0x3A else { continue }
        at += 1
        Self.skipBlanks(line, &at)
        if line.byte(at) == 0x22 {
          var isEscaped = false
          let start = at + 1
          guard let stop = Self.text(line, &at, &isEscaped) else { return nil }
          return LogText(start, stop)
        }
        let start = at
        guard Self.skip(line, &at) else { return nil }
        return LogText(start, at)
      }
    }
    return nil
  }

  private mutating func eventTime(_ line: Span<UInt8>, _ style: EventStyle) -> Int64 {
    let end = line.count
    switch style {
    case .xml, .json:
      for key in ["SystemTime", "\"@timestamp\"", "\"TimeCreated\"", "\"time_created\""] as [StaticString] {
        guard let found = line.find(key, from: 0, to: end) else { continue }
        var at = found + key.utf8CodeUnitCount
        while at < end, !line.isDigit(at) { at += 1 }
        if let moment = time.iso(line, at: &at) { return moment }
      }
      return LogRecord.unknownTime
    case .text:
      // Wherever the export put it: the first field that is a date.
      var at = 0
      while at < end {
        if line.isDigit(at), at == 0 || !line.isDigit(at - 1) {
          var place = at
          if let moment = time.iso(line, at: &place) ?? windowsTime(line, at: &place) { return moment }
        }
        // Byte by byte: a search for each of the two would go to the end of the line where the other is rare.
        while at < end, line.byte(at) != 0x22, line.byte(at) != 0x2C { at += 1 }
        at += 1
      }
      return LogRecord.unknownTime
    }
  }
}
