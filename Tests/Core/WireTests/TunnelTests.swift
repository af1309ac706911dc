import Model
import Testing
import Wire

@Suite struct TunnelTests {
  private static let network = Array(Crafted.inner.dropFirst(14))
  private static let six = Crafted.ipv6(6, Crafted.tcp(40_000, 443, Array("hello".utf8)))

  private func carried(_ header: String, by number: UInt8, _ inside: [UInt8]) -> [UInt8] {
    Crafted.ethernet(0x0800, Crafted.ipv4(number, bytes(header) + inside), tags: [(0x8100, 100)])
  }

  private func carried(_ header: String, on port: Int, from source: Int = 50_000, _ inside: [UInt8]) -> [UInt8] {
    Crafted.ethernet(
      0x0800, Crafted.ipv4(17, Crafted.udp(source, port, bytes(header) + inside)), tags: [(0x8100, 100)])
  }

  /// Every tunnel around an Ethernet frame: header, protocol or port, identifier, VLAN.
  @Test(
    arguments: [
      ("08000000 000fff00", 4789, 0xFFF, 0), ("88000123 000fff00", 8472, 0xFFF, 0),
      ("0c000003 000fff00", 4790, 0xFFF, 0), ("0e000003 00000000", 4790, 0, 0),
      ("0000 6558 00abcd00", 6081, 0, 0), ("0240 6558 00abcd00 0102030405060708", 6081, 0, 0),
      ("0000 6558", 47, 0, 0), ("2000 6558 00000042", 47, 0x42, 0),
      ("b000 6558 00000000 00000042 00000001", 47, 0x42, 0),
      ("0000 88be", 47, 0, 0), ("1000 88be 00000001 1007 082a 00000000", 47, 0x2A, 7),
      ("1000 22eb 00000001 2007 082a 00000000 0000 0000", 47, 0x2A, 7),
      ("1000 22eb 00000001 2007 082a 00000000 0000 0001 0000000000000000", 47, 0x2A, 7),
    ] as [(String, Int, UInt32, UInt16)])
  func `a frame in a tunnel is the packet`(header: String, place: Int, identifier: UInt32, vlan: UInt16) {
    let frame =
      place == 47
      ? carried(header, by: 47, Crafted.inner) : carried(header, on: place, Crafted.inner)
    let (result, packet, _) = Crafted.dissect(frame)
    #expect(result == .transport)
    #expect(packet.source == Crafted.ip("10.77.0.5") && packet.destinationPort == 443 && packet.payloadCount == 5)
    #expect(packet.encapsulation == identifier && packet.vlan == vlan)
    #expect(packet.sourceMAC == 0x0200_5E00_5301)
    #expect(Int(packet.networkOffset) == frame.count - Self.network.count)
  }

  @Test(
    arguments: [
      ("", 4, 4, 0), ("", 41, 6, 0), ("0000 0800", 47, 4, 0), ("2000 86dd 00000042", 47, 6, 0x42),
      ("0000 8847 00010140", 47, 4, 0), ("1000 22eb 00000001 2007 082a 00000000 0000 0800", 47, 4, 0x2A),
      ("3081 880b 0030 0001 00000000 00000000 ff03 0021", 47, 4, 0), ("2001 880b 0030 0001 0057", 47, 6, 0),
      ("0000 0800 00abcd00", 6081, 4, 0), ("0000 86dd 00abcd00", 6081, 6, 0),
      ("0c000001 000fff00", 4790, 4, 0xFFF), ("0c000002 000fff00", 4790, 6, 0xFFF),
      // Without options, with a number, with the number of an N-PDU and so no extension, with one extension, with two.
      ("30ff 002d 00000007", 2152, 4, 0), ("30ff 0041 00000007", 2152, 6, 0),
      ("32ff 0031 00000007 0001 00 00", 2152, 4, 0),
      ("31ff 0031 00000007 0000 05 85", 2152, 4, 0), ("34ff 0035 00000007 0000 00 85 01 1009 00", 2152, 4, 0),
      ("36ff 0051 00000007 0001 00 85 01 1009 c0 02 000000000000 00", 2152, 6, 0),
    ] as [(String, Int, Int, UInt32)])
  func `an IP packet in a tunnel keeps the VLAN and the addresses of the frame`(
    header: String, place: Int, version: Int, identifier: UInt32
  ) {
    let inside = version == 4 ? Self.network : Self.six
    let frame = place > 255 ? carried(header, on: place, inside) : carried(header, by: UInt8(place), inside)
    let (result, packet, _) = Crafted.dissect(frame)
    #expect(result == .transport)
    #expect(packet.source == (version == 4 ? Crafted.ip("10.77.0.5") : Crafted.ip("2001:db8::1")))
    #expect(packet.encapsulation == identifier && packet.vlan == 100 && packet.sourceMAC == 0x0200_5E00_5301)
  }

  @Test(arguments: ["00000000", ""])
  func `a frame behind labels is the packet, with a control word and without`(word: String) {
    let (result, packet, _) = Crafted.dissect(
      Crafted.ethernet(0x8847, bytes("00010000 00020140 \(word)") + Crafted.inner))
    #expect(result == .transport && packet.source == Crafted.ip("10.77.0.5"))
  }

  @Test func `a hardware address that looks like IP does not hide the frame behind labels`() {
    for first: UInt8 in [0x45, 0x60] {
      var inside = Crafted.inner
      inside[0] = first
      let (result, packet, _) = Crafted.dissect(Crafted.ethernet(0x8847, bytes("00020140") + inside))
      #expect(result == .transport && packet.source == Crafted.ip("10.77.0.5"))
    }
  }

  /// What is no tunnel, or one whose inside cannot be read: the outer packet is the answer.
  @Test(
    arguments: [
      ("00000000 000fff00", 4789), ("08000000 000fff01", 4789), ("08000000", 4789), ("4000 6558 00abcd00", 6081),
      ("0001 6558 00abcd00", 6081), ("3f00 6558 00abcd00", 6081), ("0000 88b5 00abcd00", 6081),
      ("08000000 000fff00 02005e005302 02005e005301 88b5", 4789),
      ("08000000 000fff00 02005e005302 02005e005301 0800 45", 4789),
      // No number of what follows, another version, management, reserved bits, what we do not know, what cannot be read.
      ("08000003 000fff00", 4790), ("1c000003 000fff00", 4790), ("0d000003 000fff00", 4790),
      ("0c000103 000fff00", 4790), ("0c000003 000fff01", 4790), ("0c000004 000fff00", 4790), ("0c000003", 4790),
      ("0c000003 000fff00 02005e005302 02005e005301 88b5", 4790), ("0c000001 000fff00 45", 4790),
      // An echo, the end of a tunnel, charging, another version, nothing, what is no IP.
      ("3201 0006 00000000 0001 0000 0e00", 2152), ("30fe 0000 00000007", 2152), ("20ff 0000 00000007", 2152),
      ("50ff 0000 00000007", 2152), ("30ff 0000 00000007", 2152), ("30ff 0004 00000007 0a000001", 2152),
      // Extensions of no length, past the end, cut.
      ("34ff 0008 00000007 0000 00 85 00 000000", 2152), ("34ff 0008 00000007 0000 00 85 05 000000", 2152),
      ("34ff 0002 00000007 0000", 2152), ("30ff", 2152),
    ] as [(String, Int)])
  func `a port alone makes no tunnel`(payload: String, port: Int) {
    let (result, packet, reason) = Crafted.dissect(carried(payload, on: port, []))
    #expect(result == .transport && reason == .udp)
    #expect(
      packet.source == Crafted.ip("192.0.2.1") && Int(packet.destinationPort) == port && packet.encapsulation == 0)
    #expect(Int(packet.payloadCount) == bytes(payload).count && packet.vlan == 100)
  }

  /// The header of GTP-U, an extension many times, and an IP packet.
  private func mobile(_ length: Int, extensions: Int = 0) -> [UInt8] {
    var header = bytes(extensions == 0 ? "30ff" : "34ff") + Crafted.word(length) + bytes("00000007")
    if extensions > 0 { header += bytes("0000 00 85") }
    for left in (0..<extensions).reversed() { header += bytes("01 1009") + [left == 0 ? 0 : 0x85] }
    return header + Self.network
  }

  @Test func `GTP-U says how long it is, and its extensions are few`() {
    let whole = Self.network.count
    for (length, extensions, isTunnel) in [
      (whole, 0, true), (whole - 1, 0, false), (whole + 1, 0, false), (0, 0, false),
      (whole + 4 + 64, 16, true), (whole + 4 + 68, 17, false),
    ] {
      let datagram = Crafted.udp(2152, 2152, mobile(length, extensions: extensions))
      let (_, packet, _) = Crafted.dissect(Crafted.ipv4(17, datagram), .raw)
      #expect(packet.destinationPort == (isTunnel ? 443 : 2152), "\(length) \(extensions)")
    }
  }

  @Test func `the answer of a mobile network's gateway goes to any port`() {
    let datagram = Crafted.udp(2152, 50_000, mobile(Self.network.count))
    #expect(Crafted.dissect(Crafted.ipv4(17, datagram), .raw).1.source == Crafted.ip("10.77.0.5"))
    // The port of another tunnel goes first.
    let other = Crafted.udp(2152, 4789, mobile(Self.network.count))
    #expect(Crafted.dissect(Crafted.ipv4(17, other), .raw).1.destinationPort == 4789)
  }

  @Test(arguments: [
    ("0000 6558 00000a00", "0000 6558 00000b00", 6081), ("30ff 002d 00000007", "30ff 002d 00000008", 2152),
  ])
  func `a number that each direction chooses for itself does not part a conversation`(
    one: String, two: String, port: Int
  ) {
    let inside = port == 6081 ? Crafted.inner : Self.network
    let packets = [one, two].map { Crafted.dissect(carried($0, on: port, inside)).1 }
    #expect(packets[0] == packets[1] && packets[0].source == Crafted.ip("10.77.0.5"))
  }

  @Test func `the source port of a client makes no tunnel`() {
    let frame = carried("08000000 000fff00", on: 53, from: 4789, Crafted.inner)
    #expect(Crafted.dissect(frame).1.destinationPort == 53)
  }

  @Test func `an answer to a client on a tunnel's port is an answer`() {
    let answer = bytes(
      "0800 8180 0001 0001 0000 0000 076578616d706c65 03636f6d 00 0001 0001 c00c 0001 0001 00000e10 0004 c0000201")
    for port in [2152, 4789, 4790, 8472, 6081] {
      let (_, packet, reason) = Crafted.dissect(
        Crafted.ethernet(0x0800, Crafted.ipv4(17, Crafted.udp(53, port, answer))))
      #expect(reason == .udp && packet.sourcePort == 53 && Int(packet.payloadCount) == answer.count)
    }
  }

  @Test(arguments: [
    "4000 0800 0000 0000 00", "0002 0800", "0001 0800", "0001 880b 0000 0001", "2001 880b 0004 0001 c021 0101",
    "2001 880b 0004 0001 00fd 9000", "0000 88b5 00", "0000 0800", "00", "1000 88be 00000001 2007 082a 00000000",
    "1000 88be 00000001 1007", "1000 22eb 00000001 1007 082a 00000000 0000 0000", "1000 22eb 00000001 2007",
    "1000 22eb 00000001 2007 082a 00000000 0000 0c00", "0000 0800 46", "0000 86dd 46",
  ])
  func `GRE that cannot be read is IP with its protocol`(payload: String) {
    let (result, packet, _) = Crafted.dissect(carried(payload, by: 47, []))
    #expect(result == .ip && packet.transport == 47 && packet.source == Crafted.ip("192.0.2.1"))
    #expect(Int(packet.payloadCount) == bytes(payload).count)
  }

  @Test func `at most four tunnels are entered`() {
    var frame = Self.network
    for depth in 1...6 {
      frame = Crafted.ipv4(4, frame, source: [192, 0, 2, UInt8(depth)])
      let (result, packet, _) = Crafted.dissect(frame, .raw)
      #expect(packet.source == (depth <= 4 ? Crafted.ip("10.77.0.5") : Crafted.ip("192.0.2.\(depth - 4)")), "\(depth)")
      #expect(result == (depth <= 4 ? .transport : .ip))
    }
  }

  @Test func `an inner tunnel without a number keeps the one around it`() {
    let inside = Crafted.ethernet(0x0800, Crafted.ipv4(4, Self.network), tags: [(0x8100, 9)])
    let (_, packet, _) = Crafted.dissect(carried("08000000 000fff00", on: 4789, inside))
    #expect(packet.encapsulation == 0xFFF && packet.vlan == 9 && packet.source == Crafted.ip("10.77.0.5"))
  }

  @Test func `ARP and fragments in a tunnel are what they are`() {
    let arp = Crafted.ethernet(0x0806, Array(repeating: 0, count: 28))
    #expect(Crafted.dissect(carried("08000000 000fff00", on: 4789, arp)).2 == .arp)
    let fragment = Crafted.ethernet(0x0800, Crafted.ipv4(17, Array(repeating: 0, count: 24), place: 0x2001))
    let (result, packet, _) = Crafted.dissect(carried("08000000 000fff00", on: 4789, fragment))
    #expect(result == .fragment && packet.encapsulation == 0xFFF && packet.fragmentOffset == 8)
  }

  @Test func `a fragment of a tunnel is not entered`() {
    let datagram = Crafted.udp(50_000, 4789, bytes("08000000 000fff00") + Crafted.inner, length: 3000)
    let (result, packet, _) = Crafted.dissect(Crafted.ipv4(17, datagram, place: 0x2000), .raw)
    #expect(result == .fragment && packet.destinationPort == 4789 && packet.source == Crafted.ip("192.0.2.1"))
  }

  @Test(
    arguments: [
      ("08000000 000fff00", 4789, Crafted.inner), ("0c000003 000fff00", 4790, Crafted.inner),
      ("0040 6558 00abcd00", 6081, Crafted.inner), ("34ff 0035 00000007 0000 00 85 01 1009 00", 2152, network),
    ] as [(String, Int, [UInt8])])
  func `every truncation of a tunnel is the outer packet or a part of the inner one`(
    header: String, port: Int, inside: [UInt8]
  ) {
    let frame = carried(header, on: port, inside)
    for length in 46..<frame.count {
      let (result, packet, _) = Crafted.dissect(Array(frame.prefix(length)))
      #expect(result == .transport)
      #expect(
        packet.source == Crafted.ip("10.77.0.5") ? packet.destinationPort == 443 : Int(packet.destinationPort) == port)
    }
    #expect(Crafted.dissect(frame).1.source == Crafted.ip("10.77.0.5"))
  }
}
