internal import Model
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif
import Dispatch

/// The sockets of one watch: which interfaces are listened to, in which family, and what stood in the way.
final class Station {
  enum Event: Sendable { case packet(Segment.Packet), tick }

  /// Packets and ticks in order. What comes faster than it is judged is dropped and counted.
  let events: AsyncStream<Event>
  private let inbox: AsyncStream<Event>.Continuation
  private let queue = DispatchQueue(label: "trammel.mdns")
  private let timer: any DispatchSourceTimer
  private let lost = LostPackets()

  private var group4: Channel?
  private var group6: [UInt32: Channel] = [:]
  private var questions: [Int32: Channel] = [:]
  private var joined: Set<Membership> = []
  private(set) var interfaces: [UInt32: Interface] = [:]
  private(set) var blind: [SourceStatus.Blind] = []

  private struct Membership: Hashable {
    var index: UInt32
    var family: Int32
  }
  private final class LostPackets: Sendable { let count = Atomic<Int>(0) }

  /// - Parameter tick: milliseconds between two looks at the clock.
  init(tick: Int) {
    (events, inbox) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingOldest(1024))
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now(), repeating: .milliseconds(tick), leeway: .milliseconds(tick / 4))
    timer.setEventHandler { [inbox] in _ = inbox.yield(.tick) }
    timer.resume()
  }

  deinit {
    timer.cancel()
    group4?.cancel()
    for channel in group6.values { channel.cancel() }
    for channel in questions.values { channel.cancel() }
    inbox.finish()
  }

  var dropped: Int { lost.count.load(ordering: .relaxed) }

  private func channel(_ role: Channel.Role, _ family: Int32, _ index: UInt32) throws(SocketError) -> Channel {
    try Channel(role, family: family, index: index, queue: queue) { [inbox, lost] packet in
      if case .dropped = inbox.yield(.packet(packet)) { lost.count.add(1, ordering: .relaxed) }
    }
  }

  /// Follows the interfaces as they come and go. Returns those that are new and those that are gone.
  func follow(_ current: [Interface], chosen: [String], asking: Bool) -> (new: [Link], gone: [UInt32]) {
    let wanted = current.filter { $0.isUsable && (chosen.isEmpty || chosen.contains($0.link.name)) }
    blind = []
    for name in chosen where !wanted.contains(where: { $0.link.name == name }) {
      let found = current.first { $0.link.name == name }
      let why =
        switch found {
        case nil: "there is no such interface"
        case let one? where !one.isUp: "it is down"
        case let one? where one.isLoopback || !one.hasMulticast: "it has no multicast"
        default: "it has no address"
        }
      blind.append(.init("interface \(name): \(why)", remedy: "choose one of `ip -brief link` that is up"))
    }
    if wanted.isEmpty, chosen.isEmpty {
      blind.append(
        .init(
          "no interface with multicast is up, so nothing on the segment was heard",
          remedy: "connect a network, or choose an interface with --interface"))
    }
    let gone = interfaces.keys.filter { index in !wanted.contains { $0.link.index == index } }
    for index in gone {
      group6.removeValue(forKey: index)?.cancel()
      joined = joined.filter { $0.index != index }
    }
    let new = wanted.filter { interfaces[$0.link.index] == nil }.map(\.link)
    interfaces = Dictionary(wanted.map { ($0.link.index, $0) }, uniquingKeysWith: { first, _ in first })
    for interface in wanted { listen(interface) }
    if asking { for family in Set(wanted.flatMap(\.families)) { openQuestions(family) } }
    return (new, gone)
  }

  private func listen(_ interface: Interface) {
    for family in interface.families {
      let membership = Membership(index: interface.link.index, family: family)
      if joined.contains(membership) { continue }
      do throws(SocketError) {
        try socket(family, on: membership.index).join(membership.index)
        joined.insert(membership)
      } catch {
        // Joined already: the interface went and came back before anybody looked.
        if error.call == "join", error.number == EADDRINUSE {
          joined.insert(membership)
        } else {
          blind.append(Self.explain(error, on: interface.link.name, family))
        }
      }
    }
  }

  /// The socket that hears the group. IPv4 has one for all interfaces; a link-local IPv6 group needs one for each.
  private func socket(_ family: Int32, on index: UInt32) throws(SocketError) -> Channel {
    if let open = family == AF_INET ? group4 : group6[index] { return open }
    let new = try channel(.group, family, family == AF_INET ? 0 : index)
    if family == AF_INET { group4 = new } else { group6[index] = new }
    return new
  }

  private func openQuestions(_ family: Int32) {
    if questions[family] != nil { return }
    do throws(SocketError) {
      questions[family] = try channel(.questions, family, 0)
    } catch {
      blind.append(Self.explain(error, on: "every interface", family))
    }
  }

  /// Sends a question in each family of its link; what fails is remembered until the next `follow`.
  func send(_ outgoing: Segment.Outgoing) {
    guard let interface = interfaces[outgoing.link.index] else { return }
    for family in interface.families {
      let group = family == AF_INET ? group4 : group6[outgoing.link.index]
      guard let channel = outgoing.isLegacy ? questions[family] : group else { continue }
      do throws(SocketError) {
        try channel.send(outgoing.bytes, on: outgoing.link.index)
      } catch {
        let note = Self.explain(error, on: outgoing.link.name, family)
        if !blind.contains(note) { blind.append(note) }
      }
    }
  }

  /// `eth0 (IPv4, IPv6)` for each interface that is really listened to.
  var looked: [String] {
    interfaces.values.sorted { $0.link.name < $1.link.name }.compactMap { interface in
      let families = interface.families.filter {
        joined.contains(Membership(index: interface.link.index, family: $0))
      }
      guard !families.isEmpty else { return nil }
      return "\(interface.link.name) (\(families.map { $0 == AF_INET ? "IPv4" : "IPv6" }.joined(separator: ", ")))"
    }
  }

  private static func explain(_ error: SocketError, on name: String, _ family: Int32) -> SourceStatus.Blind {
    let version = family == AF_INET ? "IPv4" : "IPv6"
    switch (error.call, error.number) {
    case ("bind", EADDRINUSE):
      return .init(
        "mDNS over \(version) on \(name): port 5353 is held by a program that does not share it",
        remedy: "find it with `ss -ulpn sport = 5353` and let it set SO_REUSEADDR, or stop it while looking")
    case (_, ENETUNREACH), (_, ENODEV), (_, EADDRNOTAVAIL):
      return .init(
        "mDNS over \(version) on \(name): no multicast route (\(error.reason))",
        remedy: "`ip route add 224.0.0.0/4 dev \(name)`, or choose another interface with --interface")
    case (_, EPERM), (_, EACCES):
      return .init(
        "mDNS over \(version) on \(name): \(error.call) is not permitted (a firewall or a sandbox)",
        remedy: "allow UDP port 5353 to and from 224.0.0.251 and ff02::fb")
    default:
      return .init(
        "mDNS over \(version) on \(name): \(error.call) failed: \(error.reason)",
        remedy: "see `ip maddress show dev \(name)` and the kernel's limits in net.ipv4.igmp_max_memberships")
    }
  }
}
