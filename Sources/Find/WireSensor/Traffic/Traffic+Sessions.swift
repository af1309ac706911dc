import Detection
import Model
import Wire

extension Traffic {
  /// A conversation is over: it is told where it can matter, and its place is free.
  mutating func end(_ place: Int) {
    let flow = flows[place]
    tell(flow)
    details.remove(flow.detail)
    flows.remove(place)
  }

  /// Hands a conversation to detection, where it can matter.
  mutating func tell(_ flow: Flow) {
    guard !isLearning else { return }
    if isTold(flow) { observer.add(session(flow)) }
    checkShare(flow)
  }

  private mutating func isTold(_ flow: Flow) -> Bool {
    guard flow.stage != .messages, flow.transport == 6 || flow.transport == 17 else { return false }
    let isKnown = flow.name != 0 && names.entries[Int(flow.name)].row >= 0
    // A scan is made of those: nobody answers, or the host refuses.
    let isRefused = !flow.marks.contains(.answered) || (flow.marks.contains(.reset) && flow.bytesDown == 0)
    let unanswered = flow.transport == 6 && isRefused && flow.server.isLocal
    let told =
      isKnown || unanswered || isGatewayPort(flow.serverPort) || flow.server.isMetadata
      || isInteresting(flow)
    if told { counters.sessionsTold &+= 1 }
    return told
  }

  func session(_ flow: Flow) -> Session {
    var session = Session(
      client: flow.client.address, server: flow.server.address, serverPort: flow.serverPort,
      transport: flow.marks.contains(.quic) ? .quic : flow.transport == 6 ? .tcp : .udp,
      start: Timestamp(nanoseconds: flow.first), end: Timestamp(nanoseconds: flow.last))
    session.clientPort = flow.clientPort
    session.bytesUp = flow.bytesUp
    session.bytesDown = flow.bytesDown
    session.packetsUp = UInt64(flow.packetsUp)
    session.packetsDown = UInt64(flow.packetsDown)
    session.isEstablished =
      flow.marks.contains(.answered) && (flow.transport != 6 || flow.bytesDown > 0 || !flow.marks.contains(.reset))
    session.isWhole = !flow.marks.contains(.midstream)
    if flow.name != 0 {
      session.name = names.text(flow.name)
      session.nameSource =
        flow.marks.contains(.nameFromDNS)
        ? .dns
        : flow.marks.contains(.nameFromConnect)
          ? .connect : flow.marks.contains(.nameFromHTTP) ? .http : flow.marks.contains(.quic) ? .quic : .tls
    }
    if flow.detail != 0 {
      let detail = details[flow.detail]
      session.hello = detail.hello
      session.webSocketPath = detail.webSocketPath
      session.isGatewayChallenge = detail.isGatewayChallenge
      session.userAgent = detail.userAgent
      session.keepalive = detail.turns.keepalive
      if flow.marks.contains(.followed) { session.turns = detail.turns.all }
    }
    return session
  }
}
