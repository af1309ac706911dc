import Detection
import Model
import Wire

extension Traffic {
  /// A packet of a protocol of single messages.
  mutating func messages(_ place: Int, _ up: Bool, _ bytes: Span<UInt8>) {
    switch flows[place].serverPort {
    case 5353: port5353(place, bytes)
    case 5355: counters.llmnr &+= 1
    default:
      if packet.transport == 6 {
        dnsOverTCP(place, up, bytes)
      } else {
        dns(bytes, client: flows[place].client, isCut: packet.payloadCount < packet.payloadLength)
      }
    }
  }

  /// Messages with two bytes of length before each (RFC 7766 §8), wherever segments cut them.
  private mutating func dnsOverTCP(_ place: Int, _ up: Bool, _ bytes: Span<UInt8>) {
    guard let id = detail(place) else { return }
    let isKnown = flows[place].marks.contains(up ? .synSeen : .downStart)
    let base = isKnown ? (up ? flows[place].startUp : flows[place].startDown) : packet.sequence
    // The stream is taken out while it is read, so that no copy of its bytes is made.
    var stream = details.take(of: id, up: up) ?? StreamStart(base: base)
    _ = stream.add(bytes, at: packet.sequence)
    var read = 0
    while stream.bytes.count - read >= 2 {
      let length = Int(stream.bytes[read]) << 8 | Int(stream.bytes[read + 1])
      guard stream.bytes.count - read - 2 >= length else { break }
      counters.dnsOverTCP &+= 1
      dns(
        stream.bytes.span.extracting((read + 2)..<(read + 2 + length)), client: flows[place].client, isCut: false)
      read += 2 + length
    }
    if read > 0 { stream.drop(read) }
    if stream.isOverfull || !details.keep(stream, of: id, up: up) {
      flows[place].stage = .count
      _ = details.keep(nil, of: id, up: true)
      _ = details.keep(nil, of: id, up: false)
    }
  }

  mutating func dns(_ bytes: Span<UInt8>, client: IP, isCut: Bool) {
    var name = scratch
    scratch = []
    defer { scratch = name }
    guard let glance = DNS.Glance(bytes, name: &name) else {
      // What the capture or a sample cut off is not the sender's fault.
      if !isCut { counters.malformedDNS &+= 1 }
      return
    }
    if !glance.isResponse {
      counters.dnsQueries &+= 1
      counters.countQuery(glance.type)
      asked(name, glance.type, by: client)
    } else {
      guard answered(name, glance, bytes, to: client, isCut: isCut) else {
        counters.malformedDNS &+= 1
        return
      }
      counters.dnsResponses &+= 1
      if glance.responseCode == 3 { counters.nameErrors &+= 1 }
    }
  }

  private mutating func asked(_ name: [UInt8], _ type: UInt16, by client: IP) {
    let (id, _) = names.intern(name)
    guard id != 0 else { return }
    names.countQuery(id)
    let isKnown = names.entries[Int(id)].row >= 0
    if isKnown { mark(client) }
    // A first question is news to whoever counts names below a domain; a repeated one only where the name matters.
    guard !isLearning, firstQuestions.insert(client, id) || isKnown else { return }
    observer.add(
      NameQuery(
        time: Timestamp(nanoseconds: now), client: client.address, name: names.text(id), type: type))
  }

  /// Every address in the answers is what this client knows under the name that it asked for, whatever aliases lie between.
  /// False where records that the header promises cannot be read.
  private mutating func answered(
    _ name: [UInt8], _ glance: DNS.Glance, _ bytes: Span<UInt8>, to client: IP, isCut: Bool
  )
    -> Bool
  {
    guard glance.answers > 0 else { return true }
    let id = glance.responseCode == 0 ? names.intern(name).id : 0
    var records = DNS.Records(bytes, after: glance)
    for _ in 0..<glance.answers {
      // A cut answer says so (RFC 2181 §9), and a capture may have cut it.
      guard let entry = records.next() else { return glance.flags & 0x0200 != 0 || isCut }
      guard id != 0 else { continue }
      // Programs keep an address longer than its time to live says.
      let seconds = Int64(max(600, min(entry.ttl, 86_400)))
      let until = now &+ seconds &* 1_000_000_000
      entry.forEachAddress(in: bytes) { addressNames.learn(client, $0, name: id, until: until) }
    }
    return true
  }

  /// Port 5353 is multicast DNS's, and some resolvers of the internet answer there as well: no program asks a far host by
  /// multicast DNS, which stays on the link (RFC 6762 §5.5, §11).
  private mutating func port5353(_ place: Int, _ bytes: Span<UInt8>) {
    let isCut = packet.payloadCount < packet.payloadLength
    let flow = flows[place]
    if flow.clientPort != 5353, !flow.server.isLocal, !flow.server.isMulticast {
      return dns(bytes, client: flow.client, isCut: isCut)
    }
    multicast(bytes, isCut: isCut)
  }

  /// Multicast DNS: counted, and heard by the same segment as on a live interface where it speaks of gateways.
  private mutating func multicast(_ bytes: Span<UInt8>, isCut: Bool) {
    var name = scratch
    scratch = []
    let head = DNS.Glance(bytes, name: &name)
    scratch = name
    // Another operation is to be ignored (RFC 6762 §18.3): here it is a message of something else.
    guard let head, head.opcode == 0, Self.isWhole(bytes, head) || isCut else {
      if !isCut { counters.malformedDNS &+= 1 }
      return
    }
    if head.isResponse { counters.mdnsResponses &+= 1 } else { counters.mdnsQueries &+= 1 }
    if !announcers.contains(packet.source) {
      guard Self.speaksOfGateways(bytes) else { return }
      if announcers.count < 4096 { announcers.insert(packet.source) }
    }
    let time = Timestamp(nanoseconds: now)
    // Each time all announcements are looked at: for each message that would cost more than the message.
    if now < advanced || now &- advanced >= 1_000_000_000 {
      for change in segment.advance(to: time) { note(change) }
      advanced = now
    }
    let link = Link(index: 1, name: "capture")
    let changes = segment.receive(
      Segment.Packet(
        bytes: bytes.copied(), address: packet.source.address, port: packet.sourcePort, link: link,
        hopLimit: packet.hopLimit, isLegacy: packet.sourcePort != 5353), at: time)
    for change in changes { note(change) }
  }

  /// Whether all records that the head promises are there.
  private static func isWhole(_ bytes: Span<UInt8>, _ head: DNS.Glance) -> Bool {
    let count = Int(head.answers) + Int(head.authorities) + Int(head.additionals)
    var records = DNS.Records(bytes, after: head)
    for _ in 0..<count where records.next() == nil { return false }
    return true
  }

  /// Keeps an announcement. The pointer to a gateway outlives the record of its port by an hour: what was said of the port
  /// stays.
  mutating func remember(_ one: Announcement) {
    guard announced.count < 4096 || announced[one.name] != nil else { return }
    if one.service == nil, announced[one.name]?.service != nil { return }
    announced[one.name] = one
  }

  /// What is announced at any time is remembered: who listens later asks what was there.
  private mutating func note(_ change: Segment.Change) {
    switch change {
    case .appeared(let one), .changed(let one):
      remember(one)
    case .withdrawn, .queried, .flooded: break
    }
  }

  /// `-gw`, `-gateway` or `-bridge` stands in it.
  private static func speaksOfGateways(_ bytes: Span<UInt8>) -> Bool {
    var at = 12
    while at + 2 < bytes.count {
      if bytes[at] == 0x2D {
        let (a, b) = (bytes[at + 1] | 0x20, bytes[at + 2] | 0x20)
        if a == 0x67, b == 0x77 || b == 0x61 { return true }
        if a == 0x62, b == 0x72 { return true }
      }
      at += 1
    }
    return false
  }
}
