public import Detection
import Knowledge
public import Model
import Wire

extension Traffic {
  /// What a host was seen to do, with what the frames say of the host itself.
  public struct Look: Sendable {
    public var activities: [HostActivity]
    public var announcements: [Announcement]
    public var observations: [Observation]
    public var names: [NameCount]
  }

  /// A name with how often it was asked for and said in hellos.
  public struct NameCount: Sendable, Hashable {
    public var name: String
    public var queries: UInt64
    public var tls: UInt64
    public var quic: UInt64
    /// Category of the catalogue, where the name is in it.
    public var category: String?
    public var provider: String?
  }

  /// Everything so far, judged. `finish` first, where the capture is over.
  ///
  /// - Parameters:
  ///   - host: this machine, whose own addresses are known.
  ///   - source: what the frames came from.
  public mutating func look(host: Host, source: Observation.Source = .wire) -> Look {
    let time = Timestamp(nanoseconds: now)
    // What is alive is told as it is now, what has expired as it was last.
    for one in segment.announcements { remember(one) }
    let announcements = announced.values.sorted {
      ($0.type.text, $0.title, $0.name.description) < ($1.type.text, $1.title, $1.name.description)
    }
    for announcement in announcements {
      guard let service = announcement.service else { continue }
      // Addresses that a machine announces as its own are one machine's.
      if announcement.isAnnouncedByItself, announcement.addresses.count <= 8 {
        observer.note(sameHost: announcement.addresses)
      }
      for address in announcement.addresses {
        observer.note(
          Observer.Gateway(
            address: address, port: service.port, kind: announcement.type.kind, time: announcement.lastSeen,
            isAnnounced: announcement.isAnnouncedByItself, isCrossing: !announcement.isOnLink))
      }
    }
    noteSameHosts()
    let activities = observer.verdicts(at: time)
    var neighbours = Neighbours()
    for (address, card) in cards { neighbours.add(address.address, link: 1, mac: Self.bytes(card)) }
    let surroundings = Announcement.Surroundings(host: host, own: Set(host.addresses), neighbours: neighbours)
    var observations = announcements.compactMap { $0.observation(in: surroundings) }
    for activity in activities {
      observations += activity.observations(host: self.host(of: activity, own: host), source: source)
    }
    return Look(
      activities: activities, announcements: announcements, observations: observations, names: nameCounts())
  }

  /// Contacts with models that are news, each told once, and the baseline to keep for the next time.
  public mutating func takeNews() -> (contacts: [FirstContact], baseline: [UInt8]) {
    let contacts = observer.firstContacts()
    return (contacts, observer.baseline.storedBytes)
  }

  /// Addresses behind one card are one machine's where they are what one machine has: one of IPv4, and some of IPv6 in one
  /// network. Several of IPv4 are a router's, behind which are many.
  private mutating func noteSameHosts() {
    var byCard: [UInt64: [IP]] = [:]
    for (address, card) in cards { byCard[card, default: []].append(address) }
    for addresses in byCard.values where (2...8).contains(addresses.count) {
      let global = addresses.filter { !$0.isIPv4 && $0.high >> 54 != 0x3FA }
      guard addresses.count(where: \.isIPv4) <= 1, Set(global.map(\.high)).count <= 1, global.count <= 4 else {
        continue
      }
      observer.note(sameHost: addresses.map(\.address).sorted())
    }
  }

  /// The machine behind an activity: this one where it has one of its addresses, else named by its card or address.
  func host(of activity: HostActivity, own: Host) -> Host {
    if activity.addresses.contains(where: { own.addresses.contains($0) }) { return own }
    var card: UInt64?
    for address in activity.addresses where card == nil { card = cards[IP(address)] }
    let mac = card.map { Self.bytes($0).map { Hex.encode([$0]) }.joined(separator: ":") }
    let first = activity.addresses.first ?? .anyIPv4
    return Host(
      id: mac.map { "mac:\($0)" } ?? "ip:\(first)", name: first.description, addresses: activity.addresses, mac: mac,
      vendor: mac.flatMap { Vendor.name(mac: $0) })
  }

  private static func bytes(_ card: UInt64) -> [UInt8] {
    stride(from: 40, through: 0, by: -8).map { UInt8(truncatingIfNeeded: card >> UInt64($0)) }
  }

  /// Names of the catalogue first, then by how often.
  private func nameCounts() -> [NameCount] {
    var out: [NameCount] = []
    for place in names.entries.indices.dropFirst() {
      let entry = names.entries[place]
      guard entry.queries > 0 || entry.hellos > 0 || entry.quicHellos > 0 else { continue }
      let row = names.row(UInt32(place))
      out.append(
        NameCount(
          name: names.text(UInt32(place)), queries: UInt64(entry.queries), tls: UInt64(entry.hellos),
          quic: UInt64(entry.quicHellos), category: row?.category.rawValue, provider: row?.provider))
    }
    return out.sorted { a, b in
      let (x, y) = (a.queries + a.tls + a.quic, b.queries + b.tls + b.quic)
      return (a.category == nil ? 1 : 0, y, a.name) < (b.category == nil ? 1 : 0, x, b.name)
    }
  }

  /// The counters as the member `capture` of the JSON document.
  public func value(names list: [NameCount], limit: Int) -> Value {
    func int(_ value: UInt64) -> Value { .int(Int64(clamping: value)) }
    func counts<K: Comparable>(_ table: [K: UInt64], _ text: (K) -> String) -> Value {
      var members: Value.Members = [:]
      for (key, count) in table.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        members[text(key)] = int(count)
      }
      return .object(members)
    }
    let c = counters
    var damaged: Value.Members = [:]
    for reason in Dissection.Reason.allCases where dissector.counts[reason] > 0 {
      damaged[reason.name] = int(dissector.counts[reason])
    }
    return [
      "frames": int(c.frames), "bytes": int(c.bytes),
      "first": c.frames > 0 ? .string(Timestamp(nanoseconds: firstTime).rfc3339(digits: 6)) : .null,
      "last": c.frames > 0 ? .string(Timestamp(nanoseconds: now).rfc3339(digits: 6)) : .null,
      "kinds": .object(damaged),
      "damaged": int(dissector.counts.sum(of: .damaged)),
      "flows": ["tcp": int(c.tcpFlows), "udp": int(c.udpFlows), "evicted": int(flows.evicted)],
      "fragments": [
        "seen": .int(Int64(fragments.statistics.fragments)), "completed": .int(Int64(fragments.statistics.completed)),
        "overlapping": .int(Int64(fragments.statistics.overlapping)),
        "refused": .int(Int64(fragments.statistics.refused)),
      ],
      "dns": [
        "queries": int(c.dnsQueries), "responses": int(c.dnsResponses), "over_tcp": int(c.dnsOverTCP),
        "nxdomain": int(c.nameErrors), "malformed": int(c.malformedDNS), "names": .int(Int64(names.count)),
        "by_type": counts(c.queryTypes) { DNS.Kind.name($0) }, "other_types": int(c.otherTypes),
      ],
      "mdns": ["queries": int(c.mdnsQueries), "responses": int(c.mdnsResponses)], "llmnr": int(c.llmnr),
      "tls": [
        "client_hellos": int(c.tlsHellos), "split": int(c.splitTLS), "damaged": int(c.damagedTLS),
        "without_name": int(c.helloWithoutName), "ech": int(c.hellosWithECH), "dtls": int(c.dtlsHellos),
        "ja4": counts(c.ja4) { $0 },
      ],
      "quic": [
        "client_hellos": int(c.quicHellos), "split": int(c.splitQUIC), "damaged": int(c.damagedQUIC),
        "ja4": counts(c.ja4QUIC) { $0 },
      ],
      "http": [
        "requests": int(c.httpRequests), "connects": int(c.connects), "websockets": int(c.webSockets),
        "gateway_challenges": int(c.challenges),
      ], "ssh": int(c.ssh), "socks": int(c.socks), "proxy_headers": int(c.proxyHeaders), "starttls": int(c.upgrades),
      "names": .array(
        list.prefix(limit).map { name in
          var members: Value.Members = [
            "name": .string(name.name), "queries": int(name.queries), "tls": int(name.tls), "quic": int(name.quic),
          ]
          members["category"] = name.category.map(Value.string)
          members["provider"] = name.provider.map(Value.string)
          return .object(members)
        }),
    ]
  }
}

extension Traffic {
  /// What was looked at, and what could not be seen.
  public func status(
    _ source: Observation.Source, what: String, skipped: [String: Int], blind: [SourceStatus.Blind]
  ) -> SourceStatus {
    var skipped = skipped
    func note(_ name: String, _ count: UInt64) { if count > 0 { skipped[name] = Int(clamping: count) } }
    note("damaged frames", dissector.counts.sum(of: .damaged))
    note("malformed DNS messages", counters.malformedDNS)
    note("damaged TLS handshakes", counters.damagedTLS)
    note("damaged QUIC packets", counters.damagedQUIC)
    note("flows that had to make room", flows.evicted)
    note("names over the cap", names.refused)
    note("handshakes over the cap", details.refused)
    var blind = blind
    let hellos = counters.tlsHellos &+ counters.quicHellos
    if source == .wire, counters.tcpFlows > 20, hellos == 0, counters.dnsQueries == 0 {
      blind.append(
        .init(
          "no name in \(counters.tcpFlows) TCP flows: neither hello nor question to a resolver",
          remedy: "capture whole packets (snap length 0) and both directions"))
    }
    let c = counters
    var looked = what
    if source == .wire { looked += ": \(c.frames) frames" }
    looked += " \(span), \(c.flows) flows, \(c.dnsQueries) questions to resolvers"
    if hellos > 0 { looked += ", \(c.tlsHellos) TLS and \(c.quicHellos) QUIC hellos" }
    return SourceStatus(source, looked: looked, blind: blind, skipped: skipped)
  }

  /// How long it went on; of more than two days, from which to which: logs hold years, and a clock may have jumped.
  private var span: String {
    let (whole, isOutside) = now.subtractingReportingOverflow(firstTime)
    let seconds = isOutside ? Double(now) / 1e9 - Double(firstTime) / 1e9 : Double(max(0, whole)) / 1e9
    switch seconds {
    case ..<120: return "in \(Int(seconds.rounded())) s"
    case ..<7200: return "in \(Int(seconds / 60)) min"
    case ..<172_800: return "in \(Int(seconds / 3600)) h"
    default:
      let first = Timestamp(nanoseconds: firstTime).rfc3339().prefix(10)
      return "from \(first) to \(Timestamp(nanoseconds: now).rfc3339().prefix(10))"
    }
  }
}
