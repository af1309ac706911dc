import Detection
import Model
import Wire

// What stands in a connection before the client's own protocol: requests to proxies, a balancer's header, talk in the clear
// that ends in TLS.

extension Traffic {
  /// Preambles of one connection: a balancer's header, SOCKS with a password, and both requests of PostgreSQL are seven.
  private static let preambleLimit: UInt8 = 8
  /// Payloads of a client in the clear, until which a request for TLS is awaited.
  private static let dialogueLimit: UInt8 = 32

  /// Whether these can be the first bytes of one. The first byte decides nearly always.
  @inline(__always)
  static func mayBePreamble(_ bytes: Span<UInt8>) -> Bool {
    switch bytes[0] {
    case 4, 5: SOCKSHandshake.isPlausible(bytes)
    case 0x0D, 0x50: ProxyHeader.isPlausible(bytes)
    case 0, 0x20: StartTLS.read(bytes) != .none
    default: false
    }
  }

  /// Reads what stands before the client's own protocol; false where more bytes are awaited, or the flow was given up.
  mutating func readPreambles(_ place: Int, _ id: UInt32) -> Bool {
    while let first = details[id].up?.bytes.first {
      let outcome: PreambleOutcome
      if details[id].socks != nil || ((first == 4 || first == 5) && !details[id].isProxied) {
        outcome = readSOCKS(place, id)
      } else if first == 0x0D || first == 0x50 {
        outcome = readProxyHeader(place, id)
      } else if first == 0 || first == 0x20 {
        outcome = readRequest(id)
      } else {
        return true
      }
      switch outcome {
      case .none: return true
      case .waiting: return false
      case .over:
        giveUp(place)
        return false
      case .read(let count, let wiping):
        details[id].preambles += 1
        guard details[id].preambles <= Self.preambleLimit else {
          giveUp(place)
          return false
        }
        var rest = details.take(of: id, up: true)
        rest?.drop(count, wiping: wiping)
        guard details.keep(rest, of: id, up: true) else { return false }
      }
    }
    return true
  }

  private enum PreambleOutcome {
    /// There is none.
    case none
    case waiting
    /// Nothing that follows is of interest.
    case over
    case read(Int, wiping: Bool)
  }

  private mutating func readSOCKS(_ place: Int, _ id: UInt32) -> PreambleOutcome {
    guard let stream = details[id].up else { return .none }
    let isFirst = details[id].socks == nil
    var socks = details[id].socks ?? SOCKSHandshake()
    switch socks.read(stream.bytes.span) {
    case .needMore:
      details[id].socks = socks
      return .waiting
    case .notSOCKS:
      details[id].socks = nil
      return isFirst ? .none : .over
    case .advanced(let count):
      details[id].socks = socks
      return .read(count, wiping: true)
    case .request(let request, let consumed):
      details[id].socks = nil
      counters.socks &+= 1
      // A port that is opened for others, or a way for datagrams: nothing of it goes through this connection.
      guard request.command == .connect else { return .over }
      details[id].isProxied = true
      switch request.target {
      case .name(let name): learn(name, for: place, as: .nameFromConnect)
      case .address(let address): tunnel(place, to: address)
      }
      return .read(consumed, wiping: true)
    }
  }

  private mutating func readProxyHeader(_ place: Int, _ id: UInt32) -> PreambleOutcome {
    // It stands first or not at all; a request may begin with a P as well.
    guard details[id].preambles == 0, let stream = details[id].up else { return .none }
    switch ProxyHeader.read(stream.bytes.span) {
    case .notProxy: return .none
    case .needMore: return .waiting
    case .header(let header, let consumed):
      counters.proxyHeaders &+= 1
      details[id].forwardedFor = header.source
      if let name = header.authority { learn(name, for: place, as: .nameFromHTTP) }
      return .read(consumed, wiping: false)
    }
  }

  private mutating func readRequest(_ id: UInt32) -> PreambleOutcome {
    guard let stream = details[id].up else { return .none }
    switch StartTLS.read(stream.bytes.span) {
    case .none: return .none
    case .needMore: return .waiting
    case .request(let consumed):
      counters.upgrades &+= 1
      return .read(consumed, wiping: false)
    }
  }

  // MARK: The far end

  /// A proxy is asked for a connection to this host, a name or an address in text.
  mutating func tunnel(_ place: Int, to host: String) {
    if let address = Address(host) { return tunnel(place, to: IP(address)) }
    learn(Array(host.utf8), for: place, as: .nameFromConnect)
  }

  /// A client that asks for an address has looked up its name before, or never knew one.
  func farName(_ client: IP, _ address: IP) -> UInt32 {
    let own = addressNames.name(client, address, at: now)
    return own != 0 ? own : addressNames.name(.none, address, at: now)
  }

  private mutating func tunnel(_ place: Int, to address: IP) {
    let name = farName(flows[place].client, address)
    if name != 0 {
      learn(Array(names.text(name).utf8), for: place, as: .nameFromDNS)
    } else {
      learn(Array(address.address.description.utf8), for: place, as: .nameFromConnect)
    }
  }

  // MARK: Talk in the clear

  /// A client's segment on a port where TLS is asked for in the clear. Nothing of it is kept but where the hello will begin.
  mutating func dialogue(_ place: Int, _ bytes: Span<UInt8>) {
    // The request was not seen, or lay across two segments.
    let isHello = bytes.count >= 6 && bytes[0] == 22 && bytes[5] == 1 && TLSRecords.isPlausible(bytes)
    if !isHello, flows[place].inspectedUp >= Self.dialogueLimit { return giveUp(place) }
    guard isHello || StartTLS.isAsked(in: bytes) else { return }
    guard let id = detail(place) else { return giveUp(place) }
    details[id].preambles = 1
    // Segments of the hello may come in any order from here on.
    let length = UInt32(truncatingIfNeeded: packet.payloadLength)
    keep(place, bytes, from: isHello ? packet.sequence : packet.sequence &+ length)
  }

  /// What came behind a request for TLS is no hello: the server refused, or the word stood in a letter. The talk goes on.
  mutating func endDialogue(_ place: Int, _ id: UInt32) {
    let isAsked = details[id].up.map { StartTLS.isAsked(in: $0.bytes.span) } ?? false
    _ = details.keep(nil, of: id, up: true)
    if flows[place].inspectedUp >= Self.dialogueLimit { return giveUp(place) }
    guard isAsked else { return }
    let end = packet.sequence &+ UInt32(truncatingIfNeeded: packet.payloadLength)
    _ = details.keep(StreamStart(base: end), of: id, up: true)
  }
}
