import Detection
import Model
import Wire

extension Traffic {
  /// What a shard found, once its capture is over.
  struct Share: Sendable {
    var shard: Shard
    var observer: Observer
    var counters: Counters
    var names: Names
    var addressNames: AddressNames
    var interestingSince: [IP: Int64]
    var cards: [IP: UInt64]
    var segment: Segment
    var announcers: Set<IP>
    var announced: [DNS.Name: Announcement]
    var dissector: Dissector
    var fragments: Fragments
    var evicted: UInt64
    var refused: UInt64
    var firstTime: Int64
    var now: Int64
  }

  /// Everything that is kept beyond conversations. `finish` first.
  var share: Share {
    Share(
      shard: shard, observer: observer, counters: counters, names: names, addressNames: addressNames,
      interestingSince: interestingSince, cards: cards, segment: segment, announcers: announcers, announced: announced,
      dissector: dissector, fragments: fragments, evicted: flows.evicted, refused: details.refused,
      firstTime: firstTime, now: now)
  }

  /// Becomes what one value would be that had taken all that the shards took.
  ///
  /// - Parameter shares: of every shard, in their order, all of which were given the same frames.
  /// - Returns: false where a shard would have had to know what happened in another at that moment; nothing has changed
  ///   then.
  mutating func absorb(_ shares: [Share]) -> Bool {
    guard let first = shares.first, !Self.areEntangled(shares) else { return false }
    for share in shares {
      observer.merge(share.observer)
      counters.add(share.counters)
      names.add(share.names)
      interestingSince.merge(share.interestingSince, uniquingKeysWith: min)
      interesting.formUnion(share.interestingSince.keys)
      flows.evicted &+= share.evicted
      details.refused &+= share.refused
    }
    // Every shard looks at every frame; only conversations are shared out.
    counters.frames = first.counters.frames
    counters.bytes = first.counters.bytes
    dissector = first.dissector
    fragments = first.fragments
    segment = first.segment
    announcers = first.announcers
    announced = first.announced
    firstTime = first.firstTime
    now = first.now
    absorbCards(shares)
    return true
  }

  /// An address has the card that it showed first.
  private mutating func absorbCards(_ shares: [Share]) {
    var all: [(frame: UInt64, address: IP, card: UInt64)] = []
    for share in shares {
      for (address, card) in share.cards {
        all.append((share.shard.cardFrames[address] ?? .max, address, card))
      }
    }
    all.sort { ($0.frame, $0.address.high, $0.address.low) < ($1.frame, $1.address.high, $1.address.low) }
    for entry in all where cards.count < 65_536 && cards[entry.address] == nil { cards[entry.address] = entry.card }
  }

  private static func areEntangled(_ shares: [Share]) -> Bool {
    if shares.contains(where: \.shard.hasConflict) { return true }
    // It began to matter where most of its conversations are not.
    for share in shares
    where share.interestingSince.keys.contains(where: { share.shard.home($0) != share.shard.index }) { return true }
    return false
  }
}

extension Traffic.Counters {
  mutating func add(_ other: Self) {
    frames &+= other.frames
    bytes &+= other.bytes
    flows &+= other.flows
    tcpFlows &+= other.tcpFlows
    udpFlows &+= other.udpFlows
    dnsQueries &+= other.dnsQueries
    dnsResponses &+= other.dnsResponses
    dnsOverTCP &+= other.dnsOverTCP
    nameErrors &+= other.nameErrors
    malformedDNS &+= other.malformedDNS
    mdnsQueries &+= other.mdnsQueries
    mdnsResponses &+= other.mdnsResponses
    llmnr &+= other.llmnr
    tlsHellos &+= other.tlsHellos
    quicHellos &+= other.quicHellos
    dtlsHellos &+= other.dtlsHellos
    splitTLS &+= other.splitTLS
    splitQUIC &+= other.splitQUIC
    helloWithoutName &+= other.helloWithoutName
    hellosWithECH &+= other.hellosWithECH
    damagedTLS &+= other.damagedTLS
    damagedQUIC &+= other.damagedQUIC
    httpRequests &+= other.httpRequests
    connects &+= other.connects
    socks &+= other.socks
    proxyHeaders &+= other.proxyHeaders
    upgrades &+= other.upgrades
    webSockets &+= other.webSockets
    challenges &+= other.challenges
    ssh &+= other.ssh
    sessionsTold &+= other.sessionsTold
    lines &+= other.lines
    flowRecords &+= other.flowRecords
    for type in types.indices { types[type] &+= other.types[type] }
    for (type, count) in other.highTypes {
      if highTypes[type] != nil || highTypes.count < Self.highTypeLimit {
        highTypes[type, default: 0] &+= count
      } else {
        otherTypes &+= count
      }
    }
    otherTypes &+= other.otherTypes
    ja4.merge(other.ja4, uniquingKeysWith: &+)
    ja4QUIC.merge(other.ja4QUIC, uniquingKeysWith: &+)
    ja4Refused &+= other.ja4Refused
  }
}
