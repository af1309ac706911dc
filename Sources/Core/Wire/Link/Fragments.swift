import Model

/// Puts the fragments of IP packets together again (RFC 791 §3.2, RFC 8200 §4.5).
///
/// Bounded in datagrams, in bytes and in time by the packets' clock: an attacker can fill it, and then the oldest datagram
/// goes, but cannot make it grow. Where fragments overlap, IPv4 keeps what came first and counts, IPv6 drops the datagram
/// (RFC 5722): what a receiver would make of them is not ours to guess.
public struct Fragments: Sendable {
  public struct Limits: Sendable, Hashable {
    /// Datagrams that wait for more.
    public var datagrams = 256
    /// Pieces of one datagram: the largest in the smallest link of the internet needs 121.
    public var pieces = 256
    /// Nanoseconds from a datagram's first fragment to its last.
    public var age: Int64 = 30_000_000_000
    public init() {}
  }

  public struct Statistics: Sendable, Hashable {
    /// Fragments that were taken.
    public var fragments = 0
    /// Datagrams that were completed.
    public var completed = 0
    /// Fragments that repeat what is there, wholly.
    public var repeated = 0
    /// IPv4 fragments of which a part was there already.
    public var overlapping = 0
    /// Datagrams that were dropped for overlap, contradicting ends or too many pieces.
    public var refused = 0
    /// Fragments that are cut by the capture, no multiple of eight bytes, or run past 64 KiB.
    public var damaged = 0
    /// Datagrams that waited too long.
    public var expired = 0
    /// Datagrams that had to make room.
    public var evicted = 0
  }

  /// A whole packet: bytes that start at an IP header without fragment fields, and what was known from outside of it.
  public struct Datagram: Sendable, Hashable {
    /// To be dissected as `LinkType.raw`.
    public var bytes: [UInt8]
    public var vlan: UInt16
    public var encapsulation: UInt32
    public var sourceMAC: UInt64
    public var destinationMAC: UInt64

    /// Gives a packet that was dissected from `bytes` what only the frames around the fragments said.
    public func complete(_ packet: inout Packet) {
      if packet.encapsulation == 0 { packet.encapsulation = encapsulation }
      if packet.vlan == 0 { packet.vlan = vlan }
      if packet.sourceMAC == 0, packet.destinationMAC == 0 {
        packet.sourceMAC = sourceMAC
        packet.destinationMAC = destinationMAC
      }
    }
  }

  /// The first fragment of a datagram whose rest did not come, or was refused: it has the ports.
  public struct Lost: Sendable, Hashable {
    public var packet: Packet
    /// Of the datagram's first fragment to come.
    public var time: Int64
  }

  public private(set) var statistics = Statistics()
  /// Not yet taken: as many as may wait, so that nobody can make it grow.
  private var lost: [Lost] = []
  private let limits: Limits
  private var waiting: [Key: Pending] = [:]
  /// Nothing can have expired before: spares looking through all datagrams for each new one.
  private var nextSweep: Int64?

  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Datagrams that wait for more.
  public var count: Int { waiting.count }
  /// Bytes that they hold.
  public var bytes: Int { waiting.values.reduce(0) { $0 + $1.size } }

  struct Key: Hashable {
    var source: IP
    var destination: IP
    var identifier: UInt32
    var encapsulation: UInt32
    var vlan: UInt16
    /// 0 for IPv6, whose identifier stands for itself.
    var number: UInt8
  }

  /// Takes a fragment: a frame that was dissected as `Dissection.fragment` into `packet`.
  /// - Parameter time: nanoseconds since 1970, as the capture says; `Frame.unknownTime` never expires anything.
  /// - Returns: the datagram that this fragment completed.
  public mutating func add(_ frame: Span<UInt8>, _ packet: Packet, time: Int64) -> Datagram? {
    guard packet.isFragment, let piece = Piece(frame, packet) else {
      statistics.damaged += 1
      // What the capture cut is never completed.
      if packet.isFragment, packet.hasPorts { lose(packet, at: time) }
      return nil
    }
    statistics.fragments += 1
    let key = Key(
      source: packet.source, destination: packet.destination, identifier: packet.fragmentID,
      encapsulation: packet.encapsulation, vlan: packet.vlan,
      number: packet.etherType == 0x0800 ? packet.transport : 0)
    if let pending = waiting[key], isOld(pending, time) {
      drop(key)
      statistics.expired += 1
    }
    if waiting[key] == nil { makeRoom(time) }
    // One access in place: a copy of the pending bytes for each fragment would be quadratic.
    let outcome = waiting[key, default: Pending(since: time)].add(piece, frame, packet, limits: limits)
    switch outcome {
    case .kept: return nil
    case .repeated:
      statistics.repeated += 1
      return nil
    case .overlapping:
      statistics.overlapping += 1
      return nil
    case .refused:
      statistics.refused += 1
      return nil
    case .complete(let overlapped):
      if overlapped { statistics.overlapping += 1 }
      guard let whole = waiting.removeValue(forKey: key)?.assembled() else {
        statistics.refused += 1
        return nil
      }
      statistics.completed += 1
      return Datagram(
        bytes: whole, vlan: packet.vlan, encapsulation: packet.encapsulation, sourceMAC: packet.sourceMAC,
        destinationMAC: packet.destinationMAC)
    }
  }

  private func isOld(_ pending: Pending, _ time: Int64) -> Bool {
    guard time != Frame.unknownTime, pending.since != Frame.unknownTime else { return false }
    let (age, overflow) = time.subtractingReportingOverflow(pending.since)
    // A clock that was set back a long way makes everything old as well.
    return overflow || age > limits.age || age < -limits.age
  }

  private mutating func makeRoom(_ time: Int64) {
    if time >= nextSweep ?? .min {
      nextSweep = time.addingReportingOverflow(limits.age / 8).partialValue
      expire(at: time)
    }
    guard waiting.count >= limits.datagrams, let oldest = waiting.min(by: { $0.value.since < $1.value.since }) else {
      return
    }
    drop(oldest.key)
    statistics.evicted += 1
  }

  private mutating func drop(_ key: Key) {
    guard let pending = waiting.removeValue(forKey: key), let first = pending.first else { return }
    lose(first, at: pending.since)
  }

  private mutating func lose(_ packet: Packet, at time: Int64) {
    if lost.count < max(1, limits.datagrams) { lost.append(Lost(packet: packet, time: time)) }
  }

  /// Drops the datagrams that waited too long by that time; nil for all of them, where nothing more will come.
  public mutating func expire(at time: Int64?) {
    for (key, pending) in waiting where time.map({ isOld(pending, $0) }) ?? true {
      drop(key)
      statistics.expired += 1
    }
  }

  /// First fragments that stay alone: at once for what the capture cut, else when they have waited too long or had to make
  /// room. Each is given once, so that a flow can be counted for it; at most as many are kept as datagrams may wait.
  public mutating func takeLost() -> [Lost] {
    guard !lost.isEmpty else { return [] }
    defer { lost = [] }
    return lost
  }
}

extension Packet {
  /// The transport header was there, and its ports.
  var hasPorts: Bool { fragmentOffset == 0 && (sourcePort != 0 || destinationPort != 0) }
}
