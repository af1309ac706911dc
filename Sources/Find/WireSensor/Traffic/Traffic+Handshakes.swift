import Detection
import Model
import Wire

extension Traffic {
  /// Payloads looked at before a conversation's protocol is given up.
  static let inspectionLimit: UInt8 = 6
  /// Datagrams of both sides that are looked at for a hello after STUN: checks of paths come before it, by the dozen.
  static let mediaLimit: UInt8 = 100

  /// What a packet of a conversation says beyond its size.
  mutating func inspect(_ place: Int, _ up: Bool, _ frame: Span<UInt8>) {
    let flow = flows[place]
    if flow.marks.contains(.followed) { follow(place, up) }
    guard packet.payloadCount > 0 else { return }
    let start = Int(packet.payloadOffset)
    let bytes = frame.extracting(start..<(start + Int(packet.payloadCount)))
    // What a SYN carries (RFC 7413) begins behind it in the sequence.
    if packet.transport == 6, packet.tcpFlags & 2 != 0 { packet.sequence &+= 1 }
    if flow.stage == .messages {
      messages(place, up, bytes)
    } else if flow.stage != .count {
      if packet.transport == 6 { tcp(place, up, bytes) } else { udp(place, up, bytes) }
    }
  }

  /// Tells uploads from answers.
  private mutating func follow(_ place: Int, _ up: Bool) {
    guard let id = detail(place) else { return }
    let length = UInt64(packet.payloadLength)
    if packet.transport == 6, up, packet.tcpFlags & 6 == 0 {
      details[id].turns.segment(packet.sequence, Int(packet.payloadLength), at: now)
      // A keepalive may carry one byte that was sent before.
      if length <= 1, flows[place].bytesUp == 0 { return }
    }
    if length > 1 { details[id].turns.add(length, fromClient: up, at: now) }
  }

  /// The detail of a flow, made where there is none; nil where there are too many.
  func existingDetail(_ place: Int) -> UInt32? { flows[place].detail == 0 ? nil : flows[place].detail }

  mutating func detail(_ place: Int) -> UInt32? {
    if flows[place].detail != 0 { return flows[place].detail }
    let id = details.make()
    guard id != 0 else { return nil }
    flows[place].detail = id
    return id
  }

  mutating func giveUp(_ place: Int) {
    flows[place].stage = .count
    guard let id = existingDetail(place) else { return }
    _ = details.keep(nil, of: id, up: true)
    _ = details.keep(nil, of: id, up: false)
    details.endDatagrams(id)
  }

  // MARK: TCP

  private mutating func tcp(_ place: Int, _ up: Bool, _ bytes: Span<UInt8>) {
    if up { client(place, bytes) } else { server(place, bytes) }
  }

  private mutating func client(_ place: Int, _ bytes: Span<UInt8>) {
    let flow = flows[place]
    if flow.inspectedUp < 255 { flows[place].inspectedUp += 1 }
    if let id = existingDetail(place), var stream = details.take(of: id, up: true) {
      let grew = stream.add(bytes, at: packet.sequence)
      let isOver = stream.isOverfull || flow.inspectedUp > 64
      guard details.keep(stream, of: id, up: true) else { return giveUp(place) }
      if grew { readUp(place, id) }
      if isOver { giveUp(place) }
      return
    }
    let isStart = !flow.marks.contains(.synSeen) ? flow.inspectedUp == 0 : packet.sequence == flow.startUp
    if isStart {
      switch TLSRecords.read(bytes) {
      case .hello(let hello): return heard(hello, place, .tcp)
      case .needMore:
        // One byte may be the start of anything; a stream is kept only for what looks like a hello.
        return keep(place, bytes)
      case .notTLS: break
      case .serverHello, .alert: return giveUp(place)
      case .damaged, .tooLarge:
        counters.damagedTLS &+= 1
        return giveUp(place)
      }
      if StartTLS.isUsed(on: flow.serverPort) { return dialogue(place, bytes) }
      if HTTPRequestHead.isPlausible(bytes) || Self.mayBePreamble(bytes) { return keep(place, bytes) }
      switch SSHBanner.read(bytes) {
      case .banner:
        flows[place].marks.insert(.ssh)
        counters.ssh &+= 1
        return giveUp(place)
      case .needMore: return keep(place, bytes)
      default: break
      }
    } else if StartTLS.isUsed(on: flow.serverPort) {
      return dialogue(place, bytes)
    } else if flow.marks.contains(.synSeen), flow.inspectedUp < Self.inspectionLimit,
      Int32(bitPattern: packet.sequence &- flow.startUp) > 0, flow.bytesUp == UInt64(packet.payloadLength)
    {
      // The first segment comes late: what is here waits for it.
      return keep(place, bytes)
    }
    if flow.inspectedUp >= Self.inspectionLimit { giveUp(place) }
  }

  /// Starts to keep the client's bytes, and reads what is there.
  /// - Parameter base: sequence number of the first byte; nil for the start of the connection.
  mutating func keep(_ place: Int, _ bytes: Span<UInt8>, from base: UInt32? = nil) {
    guard let id = detail(place) else { return giveUp(place) }
    let start = flows[place].marks.contains(.synSeen) ? flows[place].startUp : packet.sequence
    var stream = StreamStart(base: base ?? start)
    let grew = stream.add(bytes, at: packet.sequence)
    guard details.keep(stream, of: id, up: true) else { return giveUp(place) }
    if grew { readUp(place, id) }
  }

  mutating func readUp(_ place: Int, _ id: UInt32) {
    guard readPreambles(place, id), let stream = details[id].up else { return }
    let bytes = stream.bytes.span
    switch TLSRecords.read(bytes) {
    case .hello(let hello):
      if bytes.count > Int(packet.payloadCount) { counters.splitTLS &+= 1 }
      if details[id].preambles > 0, StartTLS.isUsed(on: flows[place].serverPort) { counters.upgrades &+= 1 }
      return heard(hello, place, .tcp)
    case .needMore:
      if bytes.count < 6 || TLSRecords.isPlausible(bytes) { return }
    case .notTLS: break
    case .serverHello, .alert: return giveUp(place)
    case .damaged, .tooLarge:
      counters.damagedTLS &+= 1
      return giveUp(place)
    }
    if StartTLS.isUsed(on: flows[place].serverPort), !details[id].isProxied { return endDialogue(place, id) }
    switch HTTPRequestHead.read(bytes) {
    case .needMore: return
    case .notHTTP, .tooLarge:
      switch SSHBanner.read(bytes) {
      case .banner:
        flows[place].marks.insert(.ssh)
        counters.ssh &+= 1
        giveUp(place)
      // A line of a banner ends within 255 bytes.
      case .needMore: break
      default: giveUp(place)
      }
    case .head(let head, let consumed): heard(head, consumed: consumed, place, id)
    }
  }

  private mutating func heard(_ head: HTTPRequestHead, consumed: Int, _ place: Int, _ id: UInt32) {
    counters.httpRequests &+= 1
    flows[place].marks.insert(.http)
    details[id].userAgent = head.userAgent ?? details[id].userAgent
    if head.isConnect, !details[id].isProxied {
      counters.connects &+= 1
      details[id].isProxied = true
      if let host = head.host { tunnel(place, to: host) }
      // The client's own protocol follows in the same stream.
      var rest = details.take(of: id, up: true)
      rest?.drop(consumed)
      _ = details.keep(rest, of: id, up: true)
      if let rest, !rest.bytes.isEmpty { readUp(place, id) }
      return
    }
    if let host = head.host, Address(host) == nil { learn(Array(host.utf8), for: place, as: .nameFromHTTP) }
    if head.isWebSocketUpgrade {
      counters.webSockets &+= 1
      details[id].webSocketPath = head.path
      _ = details.keep(nil, of: id, up: true)
      if flows[place].marks.contains(.downStart) {
        _ = details.keep(StreamStart(base: flows[place].startDown), of: id, up: false)
      }
      mark(flows[place].client)
      return
    }
    giveUp(place)
  }

  private mutating func server(_ place: Int, _ bytes: Span<UInt8>) {
    let flow = flows[place]
    if flow.inspectedDown < 255 { flows[place].inspectedDown += 1 }
    guard let id = existingDetail(place), details[id].webSocketPath != nil else {
      // A server that speaks first, and much, is not one of ours.
      if flow.inspectedDown > 16, flow.inspectedUp == 0 { giveUp(place) }
      return
    }
    var stream = details.take(of: id, up: false) ?? StreamStart(base: packet.sequence)
    let grew = stream.add(bytes, at: packet.sequence)
    guard details.keep(stream, of: id, up: false) else { return giveUp(place) }
    guard grew else { return }
    let all = stream.bytes.span
    guard case .head(let head, let consumed) = HTTPResponseHead.read(all) else {
      if stream.isOverfull || flow.inspectedDown > 64 { giveUp(place) }
      return
    }
    guard head.isWebSocket else { return giveUp(place) }
    switch WebSocketFrames.firstText(all.extracting(consumed..<all.count), isClient: false) {
    case .needMore: if stream.isOverfull || flow.inspectedDown > 64 { giveUp(place) }
    case .text(let isChallenge):
      if isChallenge {
        counters.challenges &+= 1
        details[id].isGatewayChallenge = true
        mark(flow.client)
        mark(flow.server)
      }
      giveUp(place)
    case .noText, .notWebSocket, .gaveUp: giveUp(place)
    }
  }

  /// The first payload of a client of which only this much is known: a sampled packet.
  mutating func hello(_ place: Int, _ bytes: Span<UInt8>) {
    if packet.transport == 6 {
      if case .hello(let hello) = TLSRecords.read(bytes) { heard(hello, place, .tcp) }
    } else {
      udp(place, true, bytes)
    }
  }

  // MARK: UDP

  private mutating func udp(_ place: Int, _ up: Bool, _ bytes: Span<UInt8>) {
    if flows[place].stage == .media { return media(place, bytes) }
    guard up else { return }
    if let id = existingDetail(place), details[id].quic != nil { return quic(place, id, bytes) }
    if let id = existingDetail(place), details[id].dtls != nil { return dtls(place, id, bytes) }
    if QUICInitialAssembler.isInitial(bytes) {
      guard let id = detail(place) else { return giveUp(place) }
      flows[place].marks.insert(.quic)
      guard details.begin(id, quic: QUICInitialAssembler()) else { return giveUp(place) }
      return quic(place, id, bytes)
    }
    if DTLSHelloAssembler.isHello(bytes) {
      guard let id = detail(place) else { return giveUp(place) }
      guard details.begin(id, dtls: DTLSHelloAssembler()) else { return giveUp(place) }
      return dtls(place, id, bytes)
    }
    if MediaDatagram.isSTUN(bytes) {
      flows[place].stage = .media
      return
    }
    flows[place].inspectedUp += 1
    if flows[place].inspectedUp >= 3 { giveUp(place) }
  }

  /// Datagrams of either side after STUN: whoever answered the offer sends the hello of DTLS (RFC 8842 §5).
  private mutating func media(_ place: Int, _ bytes: Span<UInt8>) {
    flows[place].inspectedUp += 1
    switch MediaDatagram(bytes) {
    case .dtls: greet(place, bytes)
    case .channel(let range):
      let inner = bytes.extracting(range)
      if case .dtls = MediaDatagram(inner) { greet(place, inner) }
    // Keys were agreed without us.
    case .media: return giveUp(place)
    case .stun, .zrtp, .other: break
    }
    if flows[place].stage == .media, flows[place].inspectedUp >= Self.mediaLimit { giveUp(place) }
  }

  /// Takes a piece of a hello; what the other side says to it is of no interest.
  private mutating func greet(_ place: Int, _ bytes: Span<UInt8>) {
    guard DTLSHelloAssembler.isHello(bytes) else { return }
    guard let id = detail(place) else { return giveUp(place) }
    if details[id].dtls == nil, !details.begin(id, dtls: DTLSHelloAssembler()) { return giveUp(place) }
    dtls(place, id, bytes)
  }

  private mutating func quic(_ place: Int, _ id: UInt32, _ bytes: Span<UInt8>) {
    flows[place].inspectedUp &+= 1
    switch details[id].quic?.receive(bytes) {
    case .hello(let hello):
      if flows[place].inspectedUp > 1 { counters.splitQUIC &+= 1 }
      heard(hello, place, .quic)
    case .needMore, nil: break
    case .damaged: counters.damagedQUIC &+= 1
    case .notQUIC, .gaveUp: giveUp(place)
    }
  }

  private mutating func dtls(_ place: Int, _ id: UInt32, _ bytes: Span<UInt8>) {
    switch details[id].dtls?.receive(bytes) {
    case .hello(let hello): heard(hello, place, .datagram)
    case .needMore, .damaged, nil: break
    case .notDTLS, .gaveUp: giveUp(place)
    }
  }

  // MARK: Names

  private mutating func heard(_ hello: ClientHello, _ place: Int, _ transport: ClientHello.Transport) {
    let ja4 = hello.ja4(transport)
    switch transport {
    case .tcp: counters.tlsHellos &+= 1
    case .quic: counters.quicHellos &+= 1
    case .datagram: counters.dtlsHellos &+= 1
    }
    if hello.hasECH { counters.hellosWithECH &+= 1 }
    countFingerprint(ja4, isQUIC: transport == .quic)
    flows[place].marks.insert(.tls)
    giveUp(place)
    if let name = hello.serverName, Address(name) == nil {
      let isProxied = existingDetail(place).map { details[$0].isProxied } ?? false
      let id = learn(Array(name.utf8), for: place, as: isProxied ? .nameFromConnect : [])
      names.countHello(id, quic: transport == .quic)
    } else {
      counters.helloWithoutName &+= 1
    }
    // A hello is kept where somebody will ask for it: of conversations that are followed, and of interesting hosts.
    if flows[place].marks.contains(.followed) || interesting.contains(flows[place].client), let id = detail(place) {
      details[id].hello = Session.Hello(
        ja4: ja4, ja3: nil, alpn: hello.applicationProtocols, hasGREASE: hello.hasGREASE, hasECH: hello.hasECH,
        isResumption: hello.isResumption)
    } else if let id = existingDetail(place) {
      details.remove(id)
      flows[place].detail = 0
    }
  }

  private mutating func countFingerprint(_ ja4: String, isQUIC: Bool) {
    if isQUIC {
      if counters.ja4QUIC.count < 4096 || counters.ja4QUIC[ja4] != nil {
        counters.ja4QUIC[ja4, default: 0] &+= 1
      } else {
        counters.ja4Refused &+= 1
      }
    } else if counters.ja4.count < 4096 || counters.ja4[ja4] != nil {
      counters.ja4[ja4, default: 0] &+= 1
    } else {
      counters.ja4Refused &+= 1
    }
  }

  /// Gives a conversation a name that it says itself.
  @discardableResult
  mutating func learn(_ name: [UInt8], for place: Int, as source: Flow.Marks) -> UInt32 {
    let (id, _) = names.intern(name)
    guard id != 0 else { return 0 }
    let client = flows[place].client
    flows[place].name = id
    flows[place].marks.remove([.nameFromDNS, .nameFromConnect, .nameFromHTTP])
    flows[place].marks.insert(source)
    if source.isEmpty {
      // What one client learnt labels what it does later without saying a name.
      addressNames.learn(client, flows[place].server, name: id, until: now &+ 3_600_000_000_000)
    }
    let entry = names.entries[Int(id)]
    if entry.row >= 0 { mark(client) }
    if entry.isFollowed, !flows[place].marks.contains(.followed) {
      flows[place].marks.insert(.followed)
      // The packet that told the name is the first upload.
      follow(place, true)
    } else if !entry.isFollowed {
      flows[place].marks.remove(.followed)
    }
    return id
  }
}
