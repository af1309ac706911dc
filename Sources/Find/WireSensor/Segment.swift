public import Model
internal import Wire

/// What is known of the agents on the links of this machine, from multicast DNS alone: RFC 6762's cache, for the service
/// types of agents only, with a cap on everything that a stranger can make grow.
///
/// A value without I/O: packets and times go in, changes and questions to send come out.
public struct Segment: Sendable {
  public struct Limits: Sendable {
    /// Instances in all, and for one sender. A real host announces one to three.
    public var instances = 1024
    public var instancesPerSource = 32
    public var addressesPerHost = 16
    public var announcersPerInstance = 4
    /// Bytes of TXT attributes kept of an instance; a full record of OpenClaw has about 300.
    public var textBytes = 2048
    /// RFC 6762 §17.
    public var packetBytes = 9000
    public var queriers = 256
    /// Changes reported in a minute: a sender that flaps cannot fill a ledger.
    public var changesPerMinute = 240
    public init() {}
  }

  /// A datagram as it came in.
  public struct Packet: Sendable {
    public var bytes: [UInt8]
    public var address: Address
    public var port: UInt16
    public var link: Link
    public var hopLimit: UInt8?
    /// Answer to a question from an ephemeral port: its lifetimes are capped by the sender (RFC 6762 §6.7).
    public var isLegacy: Bool
    /// Longer than the receiver's buffer.
    public var isCut: Bool

    public init(
      bytes: [UInt8], address: Address, port: UInt16 = 5353, link: Link, hopLimit: UInt8? = 255, isLegacy: Bool = false,
      isCut: Bool = false
    ) {
      self.bytes = bytes
      self.address = address
      self.port = port
      self.link = link
      self.hopLimit = hopLimit
      self.isLegacy = isLegacy
      self.isCut = isCut
    }
  }

  public enum Change: Sendable, Hashable {
    case appeared(Announcement)
    case changed(Announcement)
    case withdrawn(Announcement, Reason)
    case queried(Query)
    case flooded(Flood)

    public enum Reason: String, Sendable, Hashable { case goodbye, expired, linkGone, evicted }
  }

  /// Somebody looks for gateways.
  public struct Query: Sendable, Hashable {
    public var address: Address
    public var link: Link
    public var type: ServiceType
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var count: Int
  }

  /// More announcements than a segment has hosts: what is beyond the caps was counted and dropped.
  public struct Flood: Sendable, Hashable {
    public var link: Link
    /// Sender of the first that was refused. Forged as easily as the rest.
    public var address: Address
    public var time: Timestamp
    public var kept: Int
  }

  /// What was seen and what was left out.
  public struct Counters: Sendable, Hashable {
    public var packets = 0
    public var malformed = 0
    public var damagedRecords = 0
    public var oversized = 0
    public var notUTF8 = 0
    public var foreign = 0
    public var refusedInstances = 0
    public var refusedAddresses = 0
    public var cutTexts = 0
    public var suppressedChanges = 0
    /// By name, those that are not zero.
    public var skipped: [String: Int] {
      [
        "malformed messages": malformed, "damaged records": damagedRecords, "oversized packets": oversized,
        "texts that are not UTF-8": notUTF8, "records that do not belong together": foreign,
        "instances over the cap": refusedInstances, "addresses over the cap": refusedAddresses,
        "attributes over the cap": cutTexts, "changes over the cap": suppressedChanges,
      ].filter { $0.value > 0 }
    }
  }

  struct Key: Hashable, Sendable {
    var link: UInt32
    var name: DNS.Name
  }

  struct Instance: Sendable {
    var announcement: Announcement
    /// Against whose share it counts.
    var owner: Address
    /// Who said where the service is: another one that says something else disputes it.
    var serviceSenders: [Address] = []
    var pointer: Lifetime?
    var service: Lifetime?
    var text: Lifetime?
    /// As last reported, and when.
    var reported: Announcement?
    var reportedAt: Timestamp?
    var isPending = true
    var asked = 0
    var goodbye = false
  }

  struct HostAddress: Sendable {
    var address: Address
    var lifetime: Lifetime
  }

  public var limits: Limits
  /// No questions are sent.
  public let isPassive: Bool
  /// Addresses of this machine, by which it knows its own questions when they come back.
  public var own: Set<Address> = []
  public internal(set) var counters = Counters()
  public internal(set) var flood: Flood?
  var instances: [Key: Instance] = [:]
  var hosts: [Key: [HostAddress]] = [:]
  /// By host, the instances whose service is there.
  var pointing: [Key: Set<Key>] = [:]
  var perSource: [Address: Int] = [:]
  var queriers: [QuerierKey: Query] = [:]
  var links: [UInt32: Attachment] = [:]
  var sent: [[UInt8]] = []
  var changeWindow: (start: Timestamp, count: Int)?

  struct QuerierKey: Hashable, Sendable {
    var link: UInt32
    var address: Address
    var type: DNS.Name
  }

  public init(passive: Bool = false, limits: Limits = Limits()) {
    self.isPassive = passive
    self.limits = limits
  }

  /// Every instance that is alive, in a stable order.
  public var announcements: [Announcement] {
    instances.values.map { resolved($0.announcement) }.sorted {
      ($0.link.name, $0.type.text, $0.title, $0.name.description) < (
        $1.link.name, $1.type.text, $1.title, $1.name.description
      )
    }
  }

  /// Who asked for gateways, in a stable order.
  public var queries: [Query] {
    queriers.values.sorted {
      ($0.address, $0.link.name, $0.type.text) < ($1.address, $1.link.name, $1.type.text)
    }
  }

  /// Takes one packet; what it changed comes back.
  public mutating func receive(_ packet: Packet, at now: Timestamp) -> [Change] {
    counters.packets += 1
    guard !packet.isCut, packet.bytes.count <= limits.packetBytes else {
      counters.oversized += 1
      return []
    }
    let message: DNS.Message
    do throws(Fault) {
      message = try DNS.Message(decoding: packet.bytes)
    } catch {
      counters.malformed += 1
      return []
    }
    // `unread` is the sender's own claim, and may be any number: it counts as one.
    counters.damagedRecords += message.damaged + min(1, message.unread)
    // RFC 6762 §18.3 and §18.11: anything else is to be ignored.
    guard message.opcode == 0, message.responseCode == 0 else { return [] }
    let changes = message.isResponse ? answers(message, packet, now) : questions(message, packet, now)
    return budgeted(changes, now)
  }

  func resolved(_ announcement: Announcement) -> Announcement {
    var out = announcement
    if let target = announcement.service?.target {
      let key = Key(link: announcement.link.index, name: target)
      out.addresses = (hosts[key] ?? []).map(\.address).sorted(by: Self.preferred)
    }
    return out
  }

  /// The address a person would type first: IPv4, then IPv6, link-local last.
  private static func preferred(_ a: Address, _ b: Address) -> Bool {
    a.isLinkLocal != b.isLinkLocal ? b.isLinkLocal : a < b
  }

  private mutating func questions(_ message: DNS.Message, _ packet: Packet, _ now: Timestamp) -> [Change] {
    // Our own question, looped back by the kernel.
    if own.contains(packet.address), sent.contains(packet.bytes) { return [] }
    // Records in the authority section make it a probe: the sender is about to announce, not looking (RFC 6762 §8.1).
    guard message.authorities.isEmpty else { return [] }
    var out: [Change] = []
    var seen: Set<DNS.Name> = []
    for question in message.questions where question.class == 1 || question.class == 255 {
      guard let type = ServiceType.named(question.name) ?? ServiceType.named(question.name.parent),
        seen.insert(type.name).inserted
      else { continue }
      let key = QuerierKey(link: packet.link.index, address: packet.address, type: type.name)
      if var known = queriers[key] {
        // A browser repeats itself for as long as it is open; a new look begins after an hour of silence.
        let isNew = now.seconds(since: known.lastSeen) > 3600
        known.lastSeen = now
        known.count += 1
        queriers[key] = known
        if isNew { out.append(.queried(known)) }
        continue
      }
      if queriers.count >= limits.queriers, let oldest = queriers.min(by: { $0.value.lastSeen < $1.value.lastSeen }) {
        queriers[oldest.key] = nil
      }
      let query = Query(
        address: packet.address, link: packet.link, type: type, firstSeen: now, lastSeen: now, count: 1)
      queriers[key] = query
      out.append(.queried(query))
    }
    return out
  }

  mutating func budgeted(_ changes: [Change], _ now: Timestamp) -> [Change] {
    if changes.isEmpty { return [] }
    if changeWindow.map({ now.seconds(since: $0.start) >= 60 || now < $0.start }) ?? true { changeWindow = (now, 0) }
    let room = max(0, limits.changesPerMinute - (changeWindow?.count ?? 0))
    changeWindow?.count += changes.count
    counters.suppressedChanges += max(0, changes.count - room)
    // A flood is reported whatever the budget: it explains why the rest is missing.
    return changes.enumerated().filter { index, change in
      if case .flooded = change { return true }
      return index < room
    }.map(\.element)
  }
}
