import Detection
import Model
import Wire

/// The part of a capture's conversations that one of several `Traffic` values takes, so that each can have its thread.
///
/// What is kept of a host hangs on what it asked and opened before, so a host's conversations come to one shard: the one
/// of the client. A packet alone does not always say who that is. Both directions are told by the same rule, and where
/// the conversation turns out to be that of a host of another shard, one thread has to read it all.
struct Shard: Sendable {
  let index: Int
  let count: Int
  private let seed: UInt64
  /// Time of the latest frame of all, in nanoseconds since 1970.
  private var latest = Int64.min
  /// Frames of pieces that this shard looked at.
  var taken: UInt64 = 0
  /// What only one thread can tell in the right order was seen.
  var hasConflict = false
  /// Where the frame at hand stands: bytes from the start of the first file, the same in every shard.
  var place: UInt64 = 0
  /// Place of the frame in which each address showed its card first.
  var cardFrames: [IP: UInt64] = [:]

  static let whole = Shard(index: 0, count: 1, seed: 0)

  init(index: Int, count: Int, seed: UInt64) {
    self.index = index
    self.count = count
    self.seed = seed | 1
  }

  var isWhole: Bool { count == 1 }

  /// Nanoseconds by which a frame may come late.
  ///
  /// A table is swept now and then, each at other moments: what one has swept another may still hold. That can be told
  /// apart only where a clock goes back to before the moment at which a conversation was over, so one is swept so much
  /// later than it is over, and where the clock goes back by more one thread has to read it all.
  static let disorder: Int64 = 10_000_000_000

  /// Notes the times of frames that follow, of all shards.
  @inline(__always)
  mutating func see(earliest: Int64, latest other: Int64) {
    let (bound, isBelow) = latest.subtractingReportingOverflow(Self.disorder)
    if !isBelow, earliest < bound { hasConflict = true }
    latest = max(latest, other)
  }

  /// Whether this shard takes the packet, which has ports.
  @inline(__always)
  func owns(_ packet: Packet) -> Bool { isWhole || place(of: packet) == index }

  /// The shard of a host's own conversations.
  @inline(__always)
  func home(_ host: IP) -> Int {
    var hash = (host.low ^ host.high &* 0x9FB2_1C65_1E98_DF25) &* seed
    hash = (hash ^ hash >> 31) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
  }

  @inline(__always)
  func place(of packet: Packet) -> Int {
    // Announcements of a segment are judged together.
    if packet.transport == 17, packet.sourcePort == 5353 || packet.destinationPort == 5353 { return 0 }
    return home(Self.client(of: packet))
  }

  /// Who likely opened the conversation of a packet: the same of both directions.
  @inline(__always)
  static func client(of packet: Packet) -> IP {
    let (source, destination) = (packet.sourcePort, packet.destinationPort)
    let isTold = min(source, destination) < 1024 || Traffic.isGatewayPort(min(source, destination))
    if source != destination, packet.transport == 6 || isTold {
      return source > destination ? packet.source : packet.destination
    }
    let isSourceLocal = packet.source.isLocal
    if isSourceLocal != packet.destination.isLocal { return isSourceLocal ? packet.source : packet.destination }
    if source != destination { return source > destination ? packet.source : packet.destination }
    let isSourceLower =
      packet.source.high != packet.destination.high
      ? packet.source.high < packet.destination.high : packet.source.low < packet.destination.low
    return isSourceLower ? packet.source : packet.destination
  }
}

extension Traffic {
  /// A part of what frames say, of `count` parts.
  init(shard index: Int, of count: Int, limits: Limits, observer: Observer, seed: UInt64) {
    self.init(limits: limits.divided(by: count), observer: observer, seed: seed)
    shard = Shard(index: index, count: count, seed: seed)
  }

  /// Nanoseconds for which a conversation may be silent before it is over.
  @inline(__always)
  func patience(_ flow: Flow) -> Int64 {
    (flow.transport == 6 && !flow.isOver ? limits.idleTCP : flow.isOver ? 30 : limits.idleOther) &* 1_000_000_000
  }

  /// Whether the client became interesting before the conversation was over. When the table is swept says nothing.
  func isInteresting(_ flow: Flow) -> Bool {
    guard let moment = interestingSince[flow.client] else { return false }
    // Lines and records of other sensors come late, and in no order.
    return counters.lines > 0 || counters.flowRecords > 0 || moment <= flow.last &+ patience(flow)
  }

  /// Sees whether a conversation belongs to a host of this shard.
  mutating func checkShare(_ flow: Flow) {
    guard !shard.isWhole else { return }
    // What comes to a gateway on a port of its own choice counts from the first challenge on, whoever saw it.
    if flow.detail != 0, details[flow.detail].isGatewayChallenge, !isGatewayPort(flow.serverPort) {
      shard.hasConflict = true
    }
    guard shard.home(flow.client) != shard.index else { return }
    // Announcements of a segment are one shard's, whoever speaks.
    if flow.stage != .messages || flow.serverPort == 53 { shard.hasConflict = true }
  }
}

extension Traffic.Limits {
  /// For one of several that together hold no more.
  func divided(by count: Int) -> Self {
    var part = self
    part.flows = max(16, flows / count)
    part.details = max(16, details / count)
    part.names = max(16, names / count)
    part.nameBytes = max(1024, nameBytes / count)
    part.handshakeBytes = max(1 << 17, handshakeBytes / count)
    return part
  }
}
