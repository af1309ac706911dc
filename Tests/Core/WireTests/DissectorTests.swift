import Model
import Testing
import Wire

@Suite struct DissectorTests {
  private let request = Crafted.tcp(40_000, 443, Array("hello".utf8))

  @Test func `a TCP segment is read into place`() {
    let (result, packet, reason) = Crafted.dissect(Crafted.ethernet(0x0800, Crafted.ipv4(6, request)))
    var expected = Packet()
    expected.destinationMAC = 0x0200_5E00_5301
    expected.sourceMAC = 0x0200_5E00_5302
    swap(&expected.destinationMAC, &expected.sourceMAC)
    expected.source = Crafted.ip("192.0.2.1")
    expected.destination = Crafted.ip("198.51.100.2")
    expected.transport = 6
    expected.hopLimit = 64
    expected.sourcePort = 40_000
    expected.destinationPort = 443
    expected.tcpFlags = 0x18
    expected.window = 0xFAF0
    expected.sequence = 0x0102_0304
    expected.acknowledgement = 0x0506_0708
    expected.payloadOffset = 54
    expected.payloadCount = 5
    expected.payloadLength = 5
    expected.networkLength = 45
    expected.networkOffset = 14
    expected.etherType = 0x0800
    #expect(packet == expected)
    #expect(result == .transport && reason == .tcp)
  }

  @Test func `a UDP datagram over IPv6 is read into place`() {
    let (result, packet, reason) = Crafted.dissect(
      Crafted.ethernet(0x86DD, Crafted.ipv6(17, Crafted.udp(5353, 5354, [1, 2, 3]))))
    var expected = Packet()
    expected.destinationMAC = 0x0200_5E00_5302
    expected.sourceMAC = 0x0200_5E00_5301
    expected.source = Crafted.ip("2001:db8::1")
    expected.destination = Crafted.ip("2001:db8::2")
    expected.transport = 17
    expected.hopLimit = 63
    expected.sourcePort = 5353
    expected.destinationPort = 5354
    expected.payloadOffset = 62
    expected.payloadCount = 3
    expected.payloadLength = 3
    expected.networkLength = 51
    expected.networkOffset = 14
    expected.etherType = 0x86DD
    #expect(packet == expected)
    #expect(result == .transport && reason == .udp)
  }

  /// The same IPv4 packet behind each link header; where it starts.
  @Test(
    arguments: [
      (.raw, "", 0), (.rawBSD, "", 0), (.rawOpenBSD, "", 0), (.ipv4, "", 0),
      (.null, "02000000", 4), (.null, "00000002", 4), (.loop, "00000002", 4),
      (.sll, "0000 0001 0006 02005e005301 0000 0800", 16),
      (.sll2, "0800 0000 00000002 0001 04 06 02005e005301 0000", 20),
      (.ppp, "0021", 2), (.ppp, "21", 1), (.ppp, "ff03 0021", 4), (.pppSerial, "ff03 0021", 4),
      (.pppoe, "1100 0001 0030 0021", 8), (.ciscoHDLC, "0f00 0800", 4),
      (.ppp, "0f00 0800", 4), (.pppSerial, "8f00 0800", 4), (.pppSerial, "0f00 8100 0007 0800", 8),
      // A prefix of three bytes and its padding, then the packet; the second in the other byte order.
      (.nflog, "0200 0000  0700 0a00 616200 00  3100 0900", 16), (.nflog, "0200 0000  0031 0009", 8),
      (.pktap, "0c000000 01000000 0c000000", 12), (.pktap, "10000000 01000000 00000000 00000000 02000000", 20),
      (.pktap, "0e000000 01000000 01000000 0000  02005e005302 02005e005301 0800", 28),
      (.ethernet, "02005e005302 02005e005301 0800", 14),
      (.ethernet, "02005e005302 02005e005301 0035 aaaa03 000000 0800", 22),
      (.ethernet, "02005e005302 02005e005301 0035 aaaa03 0000f8 0800", 22),
      (.ethernet, "02005e005302 02005e005301 0030 060603", 17),
      (.ethernet, "02005e005302 02005e005301 8100 6007 0800", 18),
      (.ethernet, "02005e005302 02005e005301 88a8 0064 8100 0007 9100 0007 9200 0007 0800", 30),
      (.ethernet, "02005e005302 02005e005301 8864 1100 0001 0030 0021", 22),
      (.ethernet, "02005e005302 02005e005301 8847 00010000 00020140", 22),
      (.ethernet, "02005e005302 02005e005301 8848 00020140", 18),
      (.ethernet, "02005e005302 02005e005301 880b 0021", 16),
      (.sll, "0000 0001 0006 02005e005301 0000 0004 aaaa03 000000 0800", 24),
      (.sll, "0000 0001 0006 02005e005301 0000 8100 0007 0800", 20),
      (.ppp, "0281 00010140", 6),
    ] as [(LinkType, String, Int)])
  func `every link layer leads to the packet`(link: LinkType, header: String, offset: Int) {
    let (result, packet, _) = Crafted.dissect(bytes(header) + Crafted.ipv4(6, request), link)
    #expect(result == .transport)
    #expect(packet.networkOffset == offset && packet.etherType == 0x0800)
    #expect(packet.source == Crafted.ip("192.0.2.1") && packet.destinationPort == 443 && packet.payloadCount == 5)
    if [.sll, .sll2, .ethernet].contains(link) { #expect(packet.sourceMAC == 0x0200_5E00_5301) }
    if header.contains("0007 0800") || header.contains("6007") { #expect(packet.vlan == 7) }
  }

  @Test(
    arguments: [
      (.raw, ""), (.ipv6, ""), (.null, "0a000000"), (.null, "17000000"), (.null, "18000000"), (.null, "1c000000"),
      (.null, "0000001e"), (.loop, "0000001e"), (.sll, "0004 0001 0000 0000000000000000 86dd"),
      (.sll2, "86dd 0000 00000002 0001 00 00 0000000000000000"), (.ppp, "0057"), (.ppp, "0283 00010140"),
      (.nflog, "0a00 0000 4500 0900"),
    ] as [(LinkType, String)])
  func `and to IPv6`(link: LinkType, header: String) {
    let (result, packet, _) = Crafted.dissect(bytes(header) + Crafted.ipv6(6, request), link)
    #expect(result == .transport && packet.source == Crafted.ip("2001:db8::1") && packet.payloadCount == 5)
    #expect(packet.sourceMAC == 0)
  }

  @Test(
    arguments: [
      (.ethernet, "02005e005302 02005e005301 0806 0001", .arp),
      (.ethernet, "02005e005302 02005e005301 8035 0001", .arp),
      (.ethernet, "0180c200000e 02005e005301 88cc 0207", .lldp),
      (.ethernet, "0180c2000000 02005e005301 0026 424203 0000", .spanningTree),
      (.ethernet, "02005e005302 02005e005301 0003 e0e003", .llc),
      (.ethernet, "01000ccccccc 02005e005301 0020 aaaa03 00000c 2000 02b4", .llc),
      (.ethernet, "02005e005302 02005e005301 0009 aaaa03 000000 0008 0000", .llc),
      (.ethernet, "02005e005302 02005e005301 88b5 0000", .otherEtherType),
      (.ethernet, "02005e005302 02005e005301 05dd 0000", .otherEtherType),
      (.ethernet, "02005e005302 02005e005301 8863 1109 0000", .pppControl),
      (.ethernet, "02005e005302 02005e005301 8864 1100 0001 0008 c021 0101", .pppControl),
      (.ethernet, "02005e005302 02005e005301 8864 11a7 0001 0000 0000 0000", .pppControl),
      (.ethernet, "02005e005302 02005e005301 8847 00010140 10000000 00000000 00000000 0000 0000", .mpls),
      (.ciscoHDLC, "8f00 8035 00000002", .arp), (.pppSerial, "8f00 2000 02b4", .otherEtherType),
      (.ppp, "c021 0101", .pppControl), (.sll, "0000 0001 0006 02005e005301 0000 000c 00", .otherEtherType),
      (.null, "07000000 00", .otherLinkType), (.loop, "02000000 00", .otherLinkType),
      (LinkType(rawValue: 147), "00", .otherLinkType),
      (.nflog, "0200 0000" + String(repeating: "0400 0a00", count: 70), .otherLinkType),
      (.pktap, "0c000000 01000000 02010000 00", .otherLinkType),
    ] as [(LinkType, String, Dissection.Reason)])
  func `what carries no IP is told by name`(link: LinkType, frame: String, expected: Dissection.Reason) {
    let (result, packet, reason) = Crafted.dissect(bytes(frame), link)
    #expect(result == .other && reason == expected)
    #expect(packet.networkLength == 0 && packet.source == IP.none)
  }

  @Test(
    arguments: [
      (.ethernet, "02005e005302 02005e005301 08", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 8100 00", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 0800", .tooManyTags),
      (.ethernet, "02005e005302 02005e005301 0010 aa", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 8847" + String(repeating: "00010000", count: 16), .tooManyTags),
      (.ethernet, "02005e005302 02005e005301 8847 0001", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 8847 00010140", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 8864 1100", .linkTruncated),
      (.ethernet, "02005e005302 02005e005301 0800 60", .networkTruncated),
      (.ethernet, "02005e005302 02005e005301 86dd 60", .networkTruncated),
      (.null, "020000", .linkTruncated), (.sll, "0000", .linkTruncated), (.sll2, "0000", .linkTruncated),
      (.ppp, "00", .linkTruncated), (.ciscoHDLC, "0f00", .linkTruncated), (.pppSerial, "0f00 08", .linkTruncated),
      (.raw, "", .networkTruncated),
      (.nflog, "0200", .linkTruncated), (.nflog, "0200 0000 0300 0900", .linkTruncated),
      (.nflog, "0200 0000 0400 0a00", .linkTruncated), (.pktap, "0c000000", .linkTruncated),
      (.pktap, "0b000000 01000000 01000000 00", .linkTruncated),
      (.pktap, "ff000000 01000000 01000000 00", .linkTruncated),
      (.pktap, "0c000000 01000000 00000000 00", .linkTruncated),
    ] as [(LinkType, String, Dissection.Reason)])
  func `what is cut or piled up in the link layer is damaged`(
    link: LinkType, frame: String, expected: Dissection.Reason
  ) {
    let (result, _, reason) = Crafted.dissect(bytes(frame), link)
    #expect(result == .damaged && reason == expected)
  }

  @Test func `padding behind the packet is not payload`() {
    let frame = Crafted.ethernet(0x0800, Crafted.ipv4(6, Crafted.tcp(1, 2, []))) + Array(repeating: 0, count: 6)
    #expect(Crafted.dissect(frame).1.payloadCount == 0)
    let six = Crafted.ethernet(0x86DD, Crafted.ipv6(17, Crafted.udp(1, 2, [7]))) + [0, 0]
    #expect(Crafted.dissect(six).1.payloadCount == 1)
  }

  @Test func `a length of zero under segmentation offload means all that was captured`() {
    let data = Array(repeating: UInt8(9), count: 70_000)
    let four = Crafted.dissect(Crafted.ipv4(6, Crafted.tcp(1, 2, data), total: 0), .raw)
    #expect(four.0 == .transport && four.1.payloadCount == 70_000 && four.1.networkLength == 70_040)
    let six = Crafted.dissect(Crafted.ipv6(17, Crafted.udp(1, 2, data, length: 0), length: 0), .raw)
    #expect(six.0 == .transport && six.1.payloadCount == 70_000 && six.1.payloadLength == 70_000)
  }

  @Test func `a packet of 64 KiB is read`() {
    let data = Array(repeating: UInt8(9), count: 65_535 - 40)
    #expect(Crafted.dissect(Crafted.ipv4(6, Crafted.tcp(1, 2, data)), .raw).1.payloadCount == 65_495)
  }

  @Test func `a packet that the capture cut is read as far as it goes`() {
    let frame = Crafted.ethernet(0x0800, Crafted.ipv4(6, request))
    for length in 0..<frame.count {
      let (result, packet, reason) = Crafted.dissect(Array(frame.prefix(length)))
      switch length {
      case ..<14: #expect(reason == .linkTruncated)
      case ..<34: #expect(reason == .networkTruncated)
      case ..<38: #expect(reason == .tcpTruncated)
      default:
        #expect(result == .transport && packet.destinationPort == 443, "cut at \(length)")
        #expect(Int(packet.payloadCount) == max(0, length - 54) && packet.payloadLength == 5)
        #expect(packet.tcpFlags == (length >= 50 ? 0x18 : 0))
      }
    }
    let datagram = Crafted.ipv6(17, Crafted.udp(53, 5353, [1, 2]))
    for length in 0..<datagram.count {
      let (result, packet, _) = Crafted.dissect(Array(datagram.prefix(length)), .ipv6)
      #expect((result == .transport) == (length >= 44), "cut at \(length)")
      #expect(Int(packet.payloadCount) == max(0, length - 48))
      if length >= 44 { #expect(packet.payloadLength == 2 && packet.destinationPort == 5353) }
    }
  }

  @Test(
    arguments: [
      ("43 00 0014 0000 0000 40 06 0000 c0000201 c6336402", .networkLength),
      ("46 00 0014 0000 0000 40 06 0000 c0000201 c6336402", .networkLength),
      ("46 00 0018 0000 0000 40 06 0000 c0000201 c6336402", .networkTruncated),
      ("45 00 0013 0000 0000 40 06 0000 c0000201 c6336402", .networkLength),
      ("55 00 0014 0000 0000 40 06 0000 c0000201 c6336402", .networkVersion),
      ("45 00 0027 0000 0000 40 06 0000 c0000201 c6336402 0001 0002 00000000 00000000 50 00 0000 0000 00", .tcpLength),
      (
        "45 00 0028 0000 0000 40 06 0000 c0000201 c6336402 0001 0002 00000000 00000000 40 00 0000 0000 0000", .tcpLength
      ),
      (
        "45 00 0028 0000 0000 40 06 0000 c0000201 c6336402 0001 0002 00000000 00000000 f0 00 0000 0000 0000", .tcpLength
      ),
      ("45 00 001b 0000 0000 40 11 0000 c0000201 c6336402 0001 0002 0008 00", .udpLength),
      ("45 00 001c 0000 0000 40 11 0000 c0000201 c6336402 0001 0002 0007 0000", .udpLength),
      ("45 00 001c 0000 0000 40 11 0000 c0000201 c6336402 0001 00", .udpTruncated),
    ] as [(String, Dissection.Reason)])
  func `an IPv4 packet that contradicts itself is damaged`(packet: String, expected: Dissection.Reason) {
    let (result, _, reason) = Crafted.dissect(bytes(packet), .ipv4)
    #expect(result == .damaged && reason == expected)
  }

  @Test func `options of IPv4 and TCP are stepped over`() {
    let segment = Crafted.tcp(1, 2, bytes("020405b4") + [0xAB], offset: 6)
    let (_, packet, _) = Crafted.dissect(Crafted.ipv4(6, segment, options: [1, 1, 1, 0]), .ipv4)
    #expect(packet.payloadOffset == 48 && packet.payloadCount == 1)
  }

  @Test(
    arguments: [
      (1, .otherProtocol), (132, .otherProtocol), (50, .encrypted), (4, .otherProtocol), (41, .otherProtocol),
      (47, .otherProtocol),
    ] as [(UInt8, Dissection.Reason)])
  func `another protocol has no ports and its payload is what IP carries`(number: UInt8, expected: Dissection.Reason) {
    let (result, packet, reason) = Crafted.dissect(Crafted.ipv4(number, [8, 0, 1, 2]), .raw)
    #expect(result == .ip && reason == expected)
    #expect(packet.transport == number && packet.sourcePort == 0)
    #expect(packet.payloadOffset == 20 && packet.payloadCount == 4)
  }

  /// Hop-by-hop, routing, destination options, authentication, mobility: lengths count differently.
  @Test func `extension headers of IPv6 are stepped over`() {
    let chain = bytes(
      """
      2b 00 000000000000                     # hop-by-hop, next routing
      3c 01 000000000000 0000000000000000    # routing, next destination
      33 00 000000000000                     # destination, next authentication
      87 01 0000 00000000 00000000           # authentication of 12 bytes, next mobility
      11 00 000000000000                     # mobility, next UDP
      """)
    let (result, packet, _) = Crafted.dissect(Crafted.ipv6(0, chain + Crafted.udp(1, 2, [5])), .raw)
    #expect(result == .transport && packet.transport == 17)
    #expect(packet.payloadOffset == Int32(40 + chain.count + 8) && packet.payloadLength == 1)
  }

  @Test func `at most sixteen extension headers are followed`() {
    let one = bytes("3c 00 000000000000")
    func chain(_ count: Int) -> [UInt8] {
      Array(repeating: one, count: count - 1).flatMap { $0 } + bytes("11 00 000000000000") + Crafted.udp(1, 2, [])
    }
    #expect(Crafted.dissect(Crafted.ipv6(60, chain(16)), .raw).0 == .transport)
    #expect(Crafted.dissect(Crafted.ipv6(60, chain(17)), .raw).2 == .extensionHeaders)
  }

  @Test(arguments: ["3c", "11 01 000000000000", "11 ff 000000000000 0000"])
  func `an extension header that runs past the packet is damage`(chain: String) {
    #expect(Crafted.dissect(Crafted.ipv6(60, bytes(chain)), .raw).2 == .extensionHeaders)
  }

  @Test func `nothing behind the last header is no damage`() {
    let (result, packet, _) = Crafted.dissect(Crafted.ipv6(59, [], length: 0), .raw)
    #expect(result == .ip && packet.transport == 59)
  }

  @Test func `the first fragment has ports and no other one has`() {
    let datagram = Crafted.udp(53, 40_000, Array(repeating: 7, count: 16), length: 3000)
    let first = Crafted.dissect(Crafted.ipv4(17, datagram, place: 0x2000), .raw)
    #expect(first.0 == .fragment && first.1.isFragment && first.1.moreFragments && first.1.fragmentID == 0x1234)
    #expect(first.1.sourcePort == 53 && first.1.payloadCount == 16 && first.1.payloadOffset == 28)
    let next = Crafted.dissect(Crafted.ipv4(17, datagram, place: 0x2003), .raw)
    #expect(next.0 == .fragment && next.1.fragmentOffset == 24 && next.1.destinationPort == 0)
    #expect(next.1.payloadOffset == 20 && next.1.payloadCount == 24)
    let last = Crafted.dissect(Crafted.ipv4(17, datagram, place: 0x0003), .raw)
    #expect(last.0 == .fragment && !last.1.moreFragments)
  }

  @Test func `so it is for IPv6, and an atomic fragment is whole`() {
    let datagram = Crafted.udp(53, 40_000, Array(repeating: 7, count: 16))
    func fragment(_ place: String, next: String = "11", _ data: [UInt8]) -> (Dissection, Packet, Dissection.Reason?) {
      Crafted.dissect(Crafted.ipv6(44, bytes("\(next) 00 \(place) 01020304") + data), .raw)
    }
    let first = fragment("0001", datagram)
    #expect(first.0 == .fragment && first.1.fragmentID == 0x0102_0304 && first.1.sourcePort == 53)
    let next = fragment("0018", datagram)
    #expect(next.0 == .fragment && next.1.fragmentOffset == 24 && next.1.sourcePort == 0 && next.1.transport == 17)
    let atomic = fragment("0000", datagram)
    #expect(atomic.0 == .transport && !atomic.1.isFragment && atomic.1.payloadCount == 16)
    // The rest of the headers may be in the next fragment.
    #expect(fragment("0001", next: "3c", [17, 1, 0, 0, 0, 0, 0, 0]).0 == .fragment)
    #expect(fragment("0001", next: "3c", bytes("11 00 000000000000") + datagram).1.sourcePort == 53)
    #expect(fragment("0001", [1, 2]).0 == .fragment)
  }

  @Test func `each reason has a name, belongs to one kind, and is counted`() {
    #expect(Set(Dissection.Reason.allCases.map(\.name)).count == Dissection.Reason.allCases.count)
    var counts = Dissection.Counts()
    for reason in Dissection.Reason.allCases { counts[reason] += 2 }
    #expect(Dissection.allCases.map { counts.sum(of: $0) }.reduce(0, +) == UInt64(2 * Dissection.Reason.allCases.count))
    #expect(counts.sum(of: .transport) == 4)
  }
}
