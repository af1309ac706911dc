public import Detection
import Knowledge
public import Model
public import Wire

/// What goes over a wire, packet by packet: flows with their names, handshakes, questions to resolvers, announcements.
///
/// Fed with frames in the order in which they were captured, it keeps a bounded amount of memory and hands what matters to
/// an `Observer`. It opens no file, no socket and knows no clock: time is what the frames say.
public struct Traffic: ~Copyable {
  public struct Limits: Sendable, Hashable {
    /// Conversations at once, of 120 bytes each.
    public var flows = 1_000_000
    /// Conversations of which more than counts is kept.
    public var details = 1 << 16
    public var names = 1 << 20
    public var nameBytes = 48 << 20
    /// Bytes of handshakes that are not complete, of all conversations.
    public var handshakeBytes = 32 << 20
    /// Addresses whose name a client learnt: 16 bytes each, a power of two.
    public var addressNames = 1 << 16
    /// Pairs of a client and a name of which the first question was told.
    public var firstQuestions = 1 << 20
    /// Seconds without a packet after which a conversation is over: of TCP, and of everything else.
    public var idleTCP: Int64 = 600
    public var idleOther: Int64 = 120
    public init() {}
  }

  public let limits: Limits
  var packet = Packet()
  var dissector = Dissector()
  var fragments = Fragments()
  var flows: FlowTable
  var details: Details
  var names: Names
  var addressNames: AddressNames
  var firstQuestions: SeenPairs
  var segment = Segment(passive: true)
  /// Senders that spoke of gateways by multicast DNS: all they say is heard.
  var announcers: Set<IP> = []
  /// What was announced at any time: a capture outlives the minutes for which an announcement holds.
  var announced: [DNS.Name: Announcement] = [:]
  var cards: [IP: UInt64] = [:]
  /// Hosts that contacted a service of the catalogue.
  var interesting: Set<IP> = []
  /// Since when, in nanoseconds since 1970.
  var interestingSince: [IP: Int64] = [:]
  /// All conversations, unless several values share them.
  var shard = Shard.whole
  public internal(set) var observer: Observer
  public internal(set) var counters = Counters()
  var scratch: [UInt8] = []
  /// Time of the latest frame, in nanoseconds since 1970.
  public internal(set) var now: Int64 = 0
  public internal(set) var firstTime: Int64 = 0
  private var sweepPlace = 0
  /// When announcements that ran out were last looked for, in nanoseconds since 1970.
  var advanced: Int64 = 0
  /// Only names are taken: nothing that is seen now is judged.
  public var isLearning = false
  /// A log told questions in lines of their own.
  var hasQueryLines = false
  /// Of the hosts that read this capture: what they say themselves is not news from the wire.
  let seed: UInt64

  /// - Parameter seed: from a source of randomness, so that nobody can aim at the tables.
  public init(limits: Limits = Limits(), observer: Observer = Observer(), seed: UInt64) {
    self.limits = limits
    self.seed = seed
    flows = FlowTable(capacity: limits.flows, seed: seed)
    details = Details(limit: limits.details, byteLimit: limits.handshakeBytes)
    names = Names(limit: limits.names, byteLimit: limits.nameBytes, seed: seed &* 0xD6E8_FEB8_6659_FD93)
    addressNames = AddressNames(places: limits.addressNames, seed: seed)
    firstQuestions = SeenPairs(places: limits.firstQuestions, seed: seed)
    self.observer = observer
    segment.attach(Link(index: 1, name: "capture"), at: Timestamp(nanoseconds: 0))
    scratch.reserveCapacity(1024)
  }

  /// Takes one frame.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since 1970; `Frame.unknownTime` where the capture does not say.
  ///   - length: bytes on the wire.
  @inline(__always)
  public mutating func take(_ frame: Span<UInt8>, link: LinkType, time: Int64, length: Int) {
    counters.frames &+= 1
    counters.bytes &+= UInt64(clamping: length)
    if time != Frame.unknownTime {
      if firstTime == 0 { firstTime = time }
      now = time
    }
    switch dissector.dissect(frame, link: link, into: &packet) {
    case .transport: transport(frame)
    case .fragment: fragment(frame)
    case .ip, .other, .damaged: break
    }
    if counters.frames & 15 == 0 { sweep() }
  }

  mutating func fragment(_ frame: Span<UInt8>) {
    let completed = fragments.add(frame, packet, time: now)
    countLost()
    guard let datagram = completed else { return }
    var whole = Packet()
    let bytes = datagram.bytes.span
    guard dissector.dissect(bytes, link: .raw, into: &whole) == .transport else { return }
    datagram.complete(&whole)
    packet = whole
    transport(bytes)
  }

  /// A first fragment without the rest is a packet of its conversation all the same, though nothing is read in it.
  private mutating func countLost() {
    for lost in fragments.takeLost() {
      packet = lost.packet
      guard shard.owns(packet) else { continue }
      let hash = flows.hash(packet)
      let (place, up): (Int, Bool)
      if let found = flows.find(packet, hash) {
        (place, up) = found
      } else {
        up = isFromClient()
        place = add(clientIsSource: up, hash, at: lost.time)
      }
      flows[place].first = min(flows[place].first, lost.time)
      flows[place].last = max(flows[place].last, lost.time)
      tally(place, up)
    }
  }

  private mutating func transport(_ frame: Span<UInt8>) {
    if shard.owns(packet) { own(frame) }
  }

  /// A packet with ports, of this shard.
  @inline(__always)
  mutating func own(_ frame: Span<UInt8>) {
    let hash = flows.hash(packet)
    if let (place, up) = flows.find(packet, hash) {
      let isSilent = now &- flows[place].last > patience(flows[place])
      // A new start between the same ports: the old conversation is over.
      if isSilent
        || packet.transport == 6 && packet.tcpFlags & 0x12 == 2 && (flows[place].isOver || isRestart(place, up))
      {
        end(place)
        open(hash, frame)
      } else {
        count(place, up, frame)
      }
    } else {
      open(hash, frame)
    }
  }

  /// A SYN with another first sequence number than the one that opened the flow.
  private func isRestart(_ place: Int, _ up: Bool) -> Bool {
    let flow = flows[place]
    guard flow.marks.contains(.synSeen), up else { return flow.bytesUp > 0 || flow.bytesDown > 0 }
    return flow.startUp != packet.sequence &+ 1
  }

  private mutating func open(_ hash: UInt64, _ frame: Span<UInt8>) {
    let up = isFromClient()
    let place = add(clientIsSource: up, hash, at: now)
    count(place, up, frame)
  }

  /// Puts a conversation into the table that the packet at hand belongs to; gives its place.
  mutating func add(clientIsSource up: Bool, _ hash: UInt64, at time: Int64) -> Int {
    // Two looks for each newcomer: whatever the traffic, the table holds little more than what is still open.
    sweep()
    sweep()
    if flows.isFull { end(flows.victim()) }
    counters.flows &+= 1
    var flow = Flow()
    flow.client = up ? packet.source : packet.destination
    flow.server = up ? packet.destination : packet.source
    flow.clientPort = up ? packet.sourcePort : packet.destinationPort
    flow.serverPort = up ? packet.destinationPort : packet.sourcePort
    flow.transport = packet.transport
    flow.encapsulation = packet.encapsulation
    if up { flow.vlanUp = packet.vlan } else { flow.vlanDown = packet.vlan }
    flow.first = time
    flow.last = time
    if packet.transport == 6 {
      counters.tcpFlows &+= 1
      if packet.tcpFlags & 2 == 0 { flow.marks.insert(.midstream) }
      if flow.serverPort == 53 { flow.stage = .messages }
    } else {
      counters.udpFlows &+= 1
      switch flow.serverPort {
      case 53, 5353, 5355: flow.stage = .messages
      default: break
      }
    }
    note(card: packet.sourceMAC, of: packet.source)
    if flow.stage != .messages {
      let own = addressNames.name(flow.client, flow.server, at: time)
      // What a resolver's log tells without the asker holds for everybody.
      let name = own != 0 ? own : addressNames.name(.none, flow.server, at: time)
      if name != 0 {
        flow.name = name
        flow.marks.insert(.nameFromDNS)
        if names.entries[Int(name)].row >= 0 { mark(flow.client) }
        if names.entries[Int(name)].isFollowed { flow.marks.insert(.followed) }
      }
      if isGatewayPort(flow.serverPort) || flow.server.isMetadata { mark(flow.client) }
    }
    return flows.insert(flow, hash)
  }

  /// Whether the packet that opens a flow comes from its client.
  func isFromClient() -> Bool {
    if packet.transport == 6 {
      if packet.tcpFlags & 0x12 == 2 { return true }
      if packet.tcpFlags & 0x12 == 0x12 { return false }
    }
    // An answer of multicast DNS to a program that asks once (RFC 6762 §6.7), from the port of the service.
    if packet.sourcePort == 5353, packet.transport == 17 { return packet.destinationPort == 5353 }
    // Both ends alike: whoever speaks first.
    if packet.sourcePort == packet.destinationPort { return true }
    let low = min(packet.sourcePort, packet.destinationPort)
    // An ephemeral port against another says nothing; a port below 1024 or of a gateway is the server's.
    if low < 1024 || isGatewayPort(low) || packet.transport == 6 { return packet.destinationPort == low }
    return true
  }

  func isGatewayPort(_ port: UInt16) -> Bool { Self.isGatewayPort(port) }

  static func isGatewayPort(_ port: UInt16) -> Bool { port == 18789 || port == 19789 }

  private mutating func note(card: UInt64, of address: IP) {
    guard card != 0, address.isLocal, cards.count < 65_536, cards[address] == nil else { return }
    cards[address] = card
    if !shard.isWhole { shard.cardFrames[address] = shard.place }
  }

  /// From now on every conversation of this host is told.
  mutating func mark(_ host: IP) {
    if interesting.count < 65_536, interesting.insert(host).inserted { interestingSince[host] = now }
  }

  private mutating func count(_ place: Int, _ up: Bool, _ frame: Span<UInt8>) {
    flows[place].last = now
    tally(place, up)
    if packet.transport == 6 { state(place, up) }
    if flows[place].stage == .count, !flows[place].marks.contains(.followed) { return }
    inspect(place, up, frame)
  }

  @inline(__always)
  private mutating func tally(_ place: Int, _ up: Bool) {
    let length = UInt64(packet.payloadLength)
    if up {
      flows[place].packetsUp &+= 1
      flows[place].bytesUp &+= length
      if flows[place].vlanUp == Flow.anyTag { flows[place].vlanUp = packet.vlan }
      // Who sends behind a handshake was answered, though the capture may have one direction only.
      if length > 0, packet.transport == 6, packet.tcpFlags & 0x16 == 0x10 { flows[place].marks.insert(.answered) }
    } else {
      flows[place].packetsDown &+= 1
      flows[place].bytesDown &+= length
      if flows[place].vlanDown == Flow.anyTag { flows[place].vlanDown = packet.vlan }
      flows[place].marks.insert(.answered)
    }
  }

  /// What the flags of a segment say.
  private mutating func state(_ place: Int, _ up: Bool) {
    let flags = packet.tcpFlags
    guard flags & 7 != 0 else { return }
    if flags & 2 != 0 {
      if up {
        flows[place].startUp = packet.sequence &+ 1
        flows[place].marks.insert(.synSeen)
      } else {
        flows[place].startDown = packet.sequence &+ 1
        flows[place].marks.insert(.downStart)
      }
    }
    if flags & 1 != 0 { flows[place].marks.insert(up ? .finUp : .finDown) }
    if flags & 4 != 0 { flows[place].marks.insert(.reset) }
  }

  /// Looks at one place in the table: conversations that are silent for long are over.
  mutating func sweep() {
    guard flows.used > 0 else { return }
    sweepPlace = sweepPlace + 1 < flows.used ? sweepPlace + 1 : 0
    let flow = flows[sweepPlace]
    guard flow.transport != 0 else { return }
    if now &- flow.last > patience(flow) &+ Shard.disorder { end(sweepPlace) }
  }

  /// Ends what has been silent for long, all of it at once, by a clock that goes on where no frame comes.
  public mutating func endIdle(at time: Timestamp) {
    now = max(now, time.nanoseconds)
    fragments.expire(at: now)
    countLost()
    for place in 0..<flows.used {
      let flow = flows[place]
      guard flow.transport != 0 else { continue }
      if now &- flow.last > patience(flow) { end(place) }
    }
  }

  /// Nothing more will come: every conversation is told.
  public mutating func finish() {
    fragments.expire(at: nil)
    countLost()
    for place in 0..<flows.used where flows[place].transport != 0 { tell(flows[place]) }
    flows.removeAll()
    details.removeAll()
  }

  /// Ends a time of learning: names stay, conversations are forgotten.
  public mutating func endLearning() {
    flows.removeAll()
    details.removeAll()
    isLearning = false
    counters = Counters()
    firstTime = 0
  }
}

extension Traffic {
  public struct Counters: Sendable, Hashable {
    public var frames: UInt64 = 0
    public var bytes: UInt64 = 0
    public var flows: UInt64 = 0
    public var tcpFlows: UInt64 = 0
    public var udpFlows: UInt64 = 0
    public var dnsQueries: UInt64 = 0
    public var dnsResponses: UInt64 = 0
    public var dnsOverTCP: UInt64 = 0
    public var nameErrors: UInt64 = 0
    public var malformedDNS: UInt64 = 0
    public var mdnsQueries: UInt64 = 0
    public var mdnsResponses: UInt64 = 0
    public var llmnr: UInt64 = 0
    public var tlsHellos: UInt64 = 0
    public var quicHellos: UInt64 = 0
    public var dtlsHellos: UInt64 = 0
    /// Over several segments or datagrams.
    public var splitTLS: UInt64 = 0
    public var splitQUIC: UInt64 = 0
    public var helloWithoutName: UInt64 = 0
    public var hellosWithECH: UInt64 = 0
    public var damagedTLS: UInt64 = 0
    public var damagedQUIC: UInt64 = 0
    public var httpRequests: UInt64 = 0
    public var connects: UInt64 = 0
    /// Requests to SOCKS proxies, headers of the PROXY protocol, connections that went over to TLS.
    public var socks: UInt64 = 0
    public var proxyHeaders: UInt64 = 0
    public var upgrades: UInt64 = 0
    public var webSockets: UInt64 = 0
    public var challenges: UInt64 = 0
    public var ssh: UInt64 = 0
    public var sessionsTold: UInt64 = 0
    /// Lines of logs and records of flow exports that were taken.
    public var lines: UInt64 = 0
    public var flowRecords: UInt64 = 0
    /// Questions by record type: those below 512, by which nearly all are, and the few above that are ever asked for (TA,
    /// DLV, private use). A sender can ask for any: types beyond the limit are counted together.
    var types = [UInt64](repeating: 0, count: 512)
    var highTypes: [UInt16: UInt64] = [:]
    static let highTypeLimit = 1024
    public internal(set) var otherTypes: UInt64 = 0
    public var ja4: [String: UInt64] = [:]
    public var ja4QUIC: [String: UInt64] = [:]
    mutating func countQuery(_ type: UInt16) {
      if type < 512 {
        types[Int(type)] &+= 1
      } else if highTypes[type] != nil || highTypes.count < Self.highTypeLimit {
        highTypes[type, default: 0] &+= 1
      } else {
        otherTypes &+= 1
      }
    }

    public var queryTypes: [UInt16: UInt64] {
      var out = highTypes
      for type in types.indices where types[type] > 0 { out[UInt16(type)] = types[type] }
      return out
    }

    /// Fingerprints beyond the limit.
    public var ja4Refused: UInt64 = 0
  }
}

extension IP {
  /// Of a network that is not the internet: RFC 1918, RFC 4193, link-local, carrier's NAT.
  var isLocal: Bool {
    if isIPv4 {
      let value = UInt32(truncatingIfNeeded: low)
      return value >> 24 == 10 || value >> 20 == 0xAC1 || value >> 16 == 0xC0A8 || value >> 16 == 0xA9FE
        || value >> 22 == 0x191
    }
    return high >> 57 == 0x7E || high >> 54 == 0x3FA
  }

  /// RFC 5771, RFC 4291 §2.7.
  var isMulticast: Bool { isIPv4 ? low >> 28 & 15 == 14 : high >> 56 == 0xFF }

  /// Where clouds hand out credentials: 169.254.169.254, 169.254.170.2, fd00:ec2::254 and their kin.
  var isMetadata: Bool {
    if isIPv4 { return low >> 16 & 0xFFFF == 0xA9FE && Endpoints.embedded.match(address) != nil }
    return high == 0xFD00_0EC2_0000_0000
  }
}

/// Pairs of a host and a name that were seen before, as hashes in a table of fixed size.
struct SeenPairs {
  private var entries: [UInt64]
  private let limit: Int
  private var count = 0
  private let seed: UInt64

  init(places: Int, seed: UInt64) {
    limit = places
    entries = [UInt64](repeating: 0, count: 1 << 10)
    self.seed = seed | 1
  }

  /// True the first time. Where the table is full, it is emptied: then some are told twice.
  mutating func insert(_ host: IP, _ name: UInt32) -> Bool {
    var hash = (host.low ^ host.high &* 0x9FB2_1C65_1E98_DF25 ^ UInt64(name) << 32) &* seed
    hash = (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15 | 1
    let mask = entries.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while entries[slot] != 0 {
      if entries[slot] == hash { return false }
      slot = (slot + 1) & mask
    }
    entries[slot] = hash
    count += 1
    // Three quarters full: what a line of a log asks for must stay in the processor's cache.
    if count * 4 > entries.count * 3 { grow() }
    return true
  }

  private mutating func grow() {
    guard entries.count < limit else {
      entries = [UInt64](repeating: 0, count: entries.count)
      count = 0
      return
    }
    let old = entries
    entries = [UInt64](repeating: 0, count: old.count * 2)
    let mask = entries.count - 1
    for hash in old where hash != 0 {
      var slot = Int(truncatingIfNeeded: hash >> 20) & mask
      while entries[slot] != 0 { slot = (slot + 1) & mask }
      entries[slot] = hash
    }
  }
}
