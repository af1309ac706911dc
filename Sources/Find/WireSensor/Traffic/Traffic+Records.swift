import Detection
public import Formats
import Model
public import Wire

// What other sensors write down, as conversations and questions of the same kind that packets give.

extension Traffic {
  /// Takes what one line of a log tells.
  ///
  /// - Parameter line: the bytes that the record's ranges are of.
  public mutating func take(_ record: LogRecord, _ line: Span<UInt8>) {
    var record = record
    take(from: &record, line)
  }

  /// The same. The record is not changed: a parameter of 200 bytes that is one would be copied for each line.
  mutating func take(from record: inout LogRecord, _ line: Span<UInt8>) {
    counters.lines &+= 1
    if record.time != LogRecord.unknownTime {
      if firstTime == 0 || record.time < firstTime { firstTime = record.time }
      now = max(now, record.time)
    }
    let time = record.time == LogRecord.unknownTime ? now : record.time
    switch record.kind {
    case .none: return
    case .query, .answer:
      if record.messageCoding != .none { message(&record, line, at: time) } else { question(&record, line, at: time) }
    case .connection: connection(record, line, at: time)
    case .request: request(&record, line, at: time)
    }
    if counters.lines & 15 == 0 { sweep() }
  }

  /// A name in lower case, without a final dot, as the tables of names hold it.
  private func lower(_ text: LogText, of record: LogRecord, in line: Span<UInt8>, into name: inout [UInt8]) {
    name.removeAll(keepingCapacity: true)
    guard !text.isEmpty else { return }
    if record.escape == .none {
      for place in text.start..<min(text.end, line.count) {
        let byte = line[place]
        name.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      }
    } else {
      for byte in record.bytes(of: text, in: line) { name.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) }
    }
    if name.count > 1, name.last == 0x2E { name.removeLast() }
  }

  /// The number of a name. As it stands in the line: most names are known, and nothing is copied then.
  @inline(__always)
  private mutating func intern(_ text: LogText, of record: inout LogRecord, in line: Span<UInt8>) -> UInt32 {
    if record.escape == .none {
      let start = min(text.start, line.count)
      var end = max(start, min(text.end, line.count))
      if end - start > 1, line[end - 1] == 0x2E { end -= 1 }
      return names.intern(line.extracting(start..<end)).id
    }
    var name = scratch
    scratch = []
    lower(text, of: record, in: line, into: &name)
    let id = names.intern(name).id
    scratch = name
    return id
  }

  private mutating func question(_ record: inout LogRecord, _ line: Span<UInt8>, at time: Int64) {
    let id = intern(record.name, of: &record, in: line)
    // A log that has only answers, each with who asked: every answer is a question.
    let isQuestion = record.kind == .query || (record.client != .none && !hasQueryLines)
    if record.kind == .query { hasQueryLines = true }
    if isQuestion {
      counters.dnsQueries &+= 1
      counters.countQuery(record.type)
      if id != 0 { names.countQuery(id) }
    }
    if record.kind == .answer { counters.dnsResponses &+= 1 }
    if record.rcode == 3 { counters.nameErrors &+= 1 }
    guard id != 0 else { return }
    let isBlocked = record.action == .blocked
    if record.client != .none, !isLearning {
      let isKnown = names.entries[Int(id)].row >= 0
      if isKnown { mark(record.client) }
      // An answer speaks of the question before it; where the log has answers only, it is the question.
      let isFirst = firstQuestions.insert(record.client, id)
      if isFirst || (isKnown && (isQuestion || isBlocked)) {
        observer.add(
          NameQuery(
            time: Timestamp(nanoseconds: time), client: record.client.address, name: names.text(id),
            type: record.type, isBlocked: isBlocked))
      }
    }
    guard !isBlocked else { return }
    if record.answer != .none { learn(id, record.client, record.answer, at: time) }
    if !record.answers.isEmpty {
      let client = record.client
      record.forEachAnswer(in: line) { addressNames.learn(client, $0, name: id, until: time &+ Self.remembered) }
    }
  }

  /// Nanoseconds for which an address keeps the name that it was learnt under.
  private static var remembered: Int64 { 6 * 3600 * 1_000_000_000 }

  private mutating func learn(_ id: UInt32, _ client: IP, _ address: IP, at time: Int64) {
    addressNames.learn(client, address, name: id, until: time &+ Self.remembered)
  }

  /// A whole DNS message, as dnstap and AdGuard Home keep it.
  private mutating func message(_ record: inout LogRecord, _ line: Span<UInt8>, at time: Int64) {
    let bytes = record.message(in: line)
    if record.kind == .query, !record.name.isEmpty {
      // The line tells the question; the message is the answer to it.
      question(&record, line, at: time)
    }
    dns(bytes.span, client: record.client, isCut: false)
  }

  private mutating func connection(_ record: LogRecord, _ line: Span<UInt8>, at time: Int64) {
    guard record.client != .none, record.server != .none else { return }
    let start = record.start == LogRecord.unknownTime ? time : record.start
    let end = start.addingReportingOverflow(max(0, record.duration))
    let place = conversation(
      client: record.client, record.clientPort, server: record.server, record.serverPort,
      transport: record.transport == 0 ? 6 : record.transport, vlan: 0, at: start)
    flows[place].first = min(flows[place].first, start)
    flows[place].last = max(flows[place].last, end.overflow ? start : end.partialValue, time)
    // Sensors write one line for the hello and one for the flow: counters are those of the latter.
    if record.bytesUp > 0 || record.bytesDown > 0 || record.packetsUp > 0 || record.packetsDown > 0 {
      flows[place].bytesUp = max(flows[place].bytesUp, record.bytesUp)
      flows[place].bytesDown = max(flows[place].bytesDown, record.bytesDown)
      flows[place].packetsUp = max(flows[place].packetsUp, UInt32(clamping: record.packetsUp))
      flows[place].packetsDown = max(flows[place].packetsDown, UInt32(clamping: record.packetsDown))
    }
    if record.state != .unanswered { flows[place].marks.insert(.answered) }
    flows[place].stage = .count
    var name = scratch
    scratch = []
    defer { scratch = name }
    lower(record.serverName.isEmpty ? record.host : record.serverName, of: record, in: line, into: &name)
    if !name.isEmpty {
      let id = learn(name, for: place, as: record.serverName.isEmpty ? .nameFromHTTP : [])
      if !record.serverName.isEmpty {
        flows[place].marks.insert(.tls)
        counters.tlsHellos &+= 1
        names.countHello(id, quic: false)
      }
    }
    let isFollowed = flows[place].marks.contains(.followed) || interesting.contains(record.client)
    guard isFollowed, !record.ja4.isEmpty || !record.userAgent.isEmpty, let id = detail(place) else { return }
    if !record.ja4.isEmpty {
      let ja4 = String(decoding: record.bytes(of: record.ja4, in: line).prefix(64), as: UTF8.self)
      details[id].hello = Session.Hello(ja4: SafeText.render(ja4.utf8))
    }
    if !record.userAgent.isEmpty {
      details[id].userAgent = SafeText.render(record.bytes(of: record.userAgent, in: line).prefix(512))
    }
  }

  /// A line of a proxy: one connection, whose far end is a name.
  private mutating func request(_ record: inout LogRecord, _ line: Span<UInt8>, at time: Int64) {
    guard record.client != .none else { return }
    let id = intern(record.serverName.isEmpty ? record.host : record.serverName, of: &record, in: line)
    guard id != 0 else { return }
    counters.httpRequests &+= 1
    names.countHello(id, quic: false)
    let isKnown = names.entries[Int(id)].row >= 0
    if isKnown { mark(record.client) }
    guard isKnown || interesting.contains(record.client) else { return }
    let start = record.start == LogRecord.unknownTime ? time : record.start
    var session = Session(
      client: record.client.address, server: (record.server == .none ? IP.none : record.server).address,
      serverPort: record.serverPort == 0 ? 443 : record.serverPort, transport: .tcp,
      start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: max(start, time)))
    session.clientPort = record.clientPort
    session.bytesUp = record.bytesUp
    session.bytesDown = record.bytesDown
    session.isEstablished = record.action != .blocked
    session.name = names.text(id)
    session.nameSource = .connect
    if !record.userAgent.isEmpty {
      session.userAgent = SafeText.render(record.bytes(of: record.userAgent, in: line).prefix(512))
    }
    guard !isLearning else { return }
    counters.sessionsTold &+= 1
    observer.add(session)
  }

  /// Place of the conversation between two ends, made where it is new.
  private mutating func conversation(
    client: IP, _ clientPort: UInt16, server: IP, _ serverPort: UInt16, transport: UInt8, vlan: UInt16, at time: Int64
  ) -> Int {
    packet = Packet()
    packet.source = client
    packet.destination = server
    packet.sourcePort = clientPort
    packet.destinationPort = serverPort
    packet.transport = transport
    packet.vlan = vlan
    let hash = flows.hash(packet)
    if let (place, _) = flows.find(packet, hash) { return place }
    return add(clientIsSource: true, hash, at: time)
  }

  /// Takes one record of a flow export.
  ///
  /// - Parameter datagram: the bytes that the record's ranges are of.
  /// - Parameter received: when it came, in nanoseconds since 1970: an exporter whose clock is a day off is not believed.
  public mutating func take(_ record: FlowRecord, _ datagram: Span<UInt8>, received: Int64) {
    counters.flowRecords &+= 1
    var record = record
    let off = record.end.subtractingReportingOverflow(received)
    if off.overflow || off.partialValue.magnitude > Self.clockLimit || record.start > record.end {
      record.start = received
      record.end = received
    }
    if !record.packet.isEmpty { return sample(record, datagram) }
    guard record.source != .none || record.destination != .none else { return }
    packet = Packet()
    packet.source = record.source
    packet.destination = record.destination
    packet.sourcePort = record.sourcePort
    packet.destinationPort = record.destinationPort
    // 0 marks a place of the table that is free; 255 is reserved, so nobody sends it.
    packet.transport = record.protocol == 0 ? 255 : record.protocol
    packet.vlan = record.vlan & 0xFFF
    packet.sourceMAC = record.sourceMAC
    account(record, datagram)
  }

  private static var clockLimit: UInt64 { 86_400 * 1_000_000_000 }

  /// The head of a packet that a switch sampled: its ports, and whatever names stand in it.
  private mutating func sample(_ record: FlowRecord, _ datagram: Span<UInt8>) {
    guard record.packet.range.upperBound <= datagram.count else { return }
    let head = datagram.extracting(record.packet.range)
    let link: LinkType
    switch record.link {
    case .ethernet: link = .ethernet
    case .ip: link = .raw
    case .none, .mpls, .other: return
    }
    guard dissector.dissect(head, link: link, into: &packet) == .transport else { return }
    let whole = packet
    guard let place = account(record, datagram) else { return }
    packet = whole
    let start = Int(packet.payloadOffset)
    guard packet.payloadCount > 0, start + Int(packet.payloadCount) <= head.count else { return }
    let payload = head.extracting(start..<(start + Int(packet.payloadCount)))
    let isUp = flows[place].client == packet.source && flows[place].clientPort == packet.sourcePort
    if flows[place].stage == .messages {
      if packet.transport == 17 { messages(place, isUp, payload) }
    } else if isUp, flows[place].stage == .inspect {
      hello(place, payload)
    }
  }

  @discardableResult
  private mutating func account(_ record: FlowRecord, _ datagram: Span<UInt8>) -> Int? {
    let time = record.start == 0 ? now : record.start
    if firstTime == 0 || (time != 0 && time < firstTime) { firstTime = time }
    now = max(now, record.end, time)
    let hash = flows.hash(packet)
    let place: Int
    let up: Bool
    if let found = flows.find(packet, hash) {
      (place, up) = found
    } else {
      // The side that opened the conversation, as exporters that say so do; else by the ports.
      up = record.biflowDirection == 1 || isFromClient()
      place = add(clientIsSource: up, hash, at: time)
      flows[place].stage = flows[place].stage == .messages ? .messages : .inspect
    }
    if up, flows[place].vlanUp == Flow.anyTag { flows[place].vlanUp = packet.vlan }
    if !up, flows[place].vlanDown == Flow.anyTag { flows[place].vlanDown = packet.vlan }
    // Exporters count whole packets: what headers take is no payload.
    let header: UInt64 = packet.source.isIPv4 ? 40 : 60
    func payload(_ bytes: UInt64, _ packets: UInt64) -> UInt64 {
      let heads = packets.multipliedReportingOverflow(by: header)
      return heads.overflow || heads.partialValue > bytes ? 0 : bytes - heads.partialValue
    }
    let forward = payload(record.bytes, record.packets)
    let back = payload(record.reverseBytes, record.reversePackets)
    flows[place].bytesUp = flows[place].bytesUp.addingCapped(up ? forward : back)
    flows[place].bytesDown = flows[place].bytesDown.addingCapped(up ? back : forward)
    flows[place].packetsUp = UInt32(
      clamping: UInt64(flows[place].packetsUp) + min(up ? record.packets : record.reversePackets, 1 << 32))
    flows[place].packetsDown = UInt32(
      clamping: UInt64(flows[place].packetsDown) + min(up ? record.reversePackets : record.packets, 1 << 32))
    flows[place].first = min(flows[place].first, time)
    flows[place].last = max(flows[place].last, record.end, time)
    // One direction alone cannot say that nobody answered, unless all it ever sent were SYNs.
    if !up || record.reversePackets > 0 || record.tcpFlags & 0x3F != 2 { flows[place].marks.insert(.answered) }
    let text = record.names.server.isEmpty ? record.names.host : record.names.server
    if !text.isEmpty, text.range.upperBound <= datagram.count {
      var name = scratch
      scratch = []
      name.removeAll(keepingCapacity: true)
      for index in text.range where datagram[index] != 0 {
        let byte = datagram[index]
        name.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      }
      learn(name, for: place, as: record.names.server.isEmpty ? .nameFromHTTP : [])
      scratch = name
    }
    if counters.flowRecords & 15 == 0 { sweep() }
    return place
  }
}

extension UInt64 {
  fileprivate func addingCapped(_ other: UInt64) -> UInt64 {
    let sum = addingReportingOverflow(other)
    return sum.overflow ? .max : sum.partialValue
  }
}
