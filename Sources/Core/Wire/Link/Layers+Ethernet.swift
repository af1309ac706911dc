/// Ethernet, 802.2, VLAN tags, MPLS, PPPoE.
extension Layers {
  @inline(__always)
  func ethernet(_ at: Int, _ packet: inout Packet) -> Reason {
    guard end &- at >= 14 else { return .linkTruncated }
    let first = bytes.big64(at)
    packet.destinationMAC = first >> 16
    packet.sourceMAC = (first & 0xFFFF) << 32 | UInt64(bytes.big32(at &+ 8))
    return network(bytes.big16(at &+ 12), at &+ 14, &packet)
  }

  /// What an EtherType announces, behind up to four VLAN tags (802.1Q, 802.1ad and their forerunners).
  @inline(__always)
  func network(_ type: UInt16, _ at: Int, _ packet: inout Packet) -> Reason {
    var type = type
    var at = at
    var tags = 0
    while type == 0x8100 || type == 0x88A8 || type == 0x9100 || type == 0x9200 {
      guard tags < 4 else { return .tooManyTags }
      guard end &- at >= 4 else { return .linkTruncated }
      // Number 0 carries a priority and no VLAN.
      let vlan = bytes.big16(at) & 0xFFF
      if vlan != 0 { packet.vlan = vlan }
      type = bytes.big16(at &+ 2)
      at &+= 4
      tags &+= 1
    }
    packet.etherType = type
    if type == 0x0800 { return ipv4(at, &packet) }
    if type == 0x86DD { return ipv6(at, &packet) }
    return otherNetwork(type, at, &packet)
  }

  @inline(never)
  private func otherNetwork(_ type: UInt16, _ at: Int, _ packet: inout Packet) -> Reason {
    switch type {
    // 802.3: a length instead of a type.
    case 0...1500: cut(at + Int(type)).llc(at, &packet)
    case 0x0806, 0x8035: .arp
    case 0x88CC: .lldp
    case 0x8847, 0x8848: mpls(at, &packet)
    case 0x8863: .pppControl
    case 0x8864: pppoe(at, &packet)
    case 0x880B: ppp(at, &packet)
    default: .otherEtherType
    }
  }

  /// IEEE 802.2, with SNAP where an EtherType follows.
  func llc(_ at: Int, _ packet: inout Packet) -> Reason {
    guard end - at >= 3 else { return .linkTruncated }
    switch bytes.big32(at) >> 8 {
    // SNAP.
    case 0xAAAA03 where end - at >= 8:
      let organisation = bytes.big32(at + 3) >> 8
      // An EtherType follows for 0 (RFC 1042) and for bridge tunnels (802.1H).
      guard organisation == 0 || organisation == 0xF8 else { return .llc }
      let type = bytes.big16(at + 6)
      // A length again would be a way to loop.
      guard type > 1500 else { return .llc }
      return network(type, at + 8, &packet)
    case 0x424203: return .spanningTree
    case 0x060603: return ipv4(at + 3, &packet)
    default: return .llc
    }
  }

  /// RFC 2516 §4: version and type 1, code, session, length.
  func pppoe(_ at: Int, _ packet: inout Packet) -> Reason {
    guard end - at >= 8 else { return .linkTruncated }
    guard bytes.big16(at) == 0x1100 else { return .pppControl }
    return cut(at + 6 + Int(bytes.big16(at + 4))).ppp(at + 6, &packet)
  }

  /// The protocol number (RFC 1661 §2), with address and control before it or not; one byte where it was compressed.
  func ppp(_ start: Int, _ packet: inout Packet) -> Reason {
    var at = start
    if bytes.big16(at) == 0xFF03 { at += 2 }
    guard end - at >= 2 else { return .linkTruncated }
    var number = UInt16(bytes.octet(at))
    at += 1
    if number & 1 == 0 {
      number = number << 8 | UInt16(bytes.octet(at))
      at += 1
    }
    switch number {
    case 0x21: return ipv4(at, &packet)
    case 0x57: return ipv6(at, &packet)
    case 0x281, 0x283: return mpls(at, &packet)
    default: return .pppControl
    }
  }

  /// Labels up to the one that is marked as the last (RFC 3032), then IP or Ethernet (RFC 4448): nothing says which.
  func mpls(_ start: Int, _ packet: inout Packet) -> Reason {
    var at = start
    for _ in 0..<16 {
      guard end - at >= 4 else { return .linkTruncated }
      let label = bytes.big32(at)
      at += 4
      guard label & 0x100 != 0 else { continue }
      guard end > at else { return .linkTruncated }
      let first = bytes.octet(at) >> 4
      if first == 4 || first == 6, !looksLikeFrame(at) {
        let inside = within(at, &packet) { layers, at, inner in layers.raw(at, &inner) }
        if let inside { return inside }
      }
      // A pseudowire may have a control word, which begins with four zero bits; a hardware address may, too.
      if first == 0, let inside = pseudowire(at + 4, &packet) { return inside }
      return pseudowire(at, &packet) ?? .mpls
    }
    return .tooManyTags
  }

  /// A hardware address can begin like an IP header. Then an EtherType and the version that it announces follow.
  private func looksLikeFrame(_ at: Int) -> Bool {
    switch bytes.big16(at + 12) {
    case 0x0800: bytes.octet(at + 14) >> 4 == 4
    case 0x86DD: bytes.octet(at + 14) >> 4 == 6
    default: false
    }
  }

  private func pseudowire(_ at: Int, _ packet: inout Packet) -> Reason? {
    within(at, &packet) { layers, at, inner in
      let reason = layers.ethernet(at, &inner)
      // Any two bytes are a type: only one that we know makes it a frame.
      return reason == .otherEtherType || reason == .llc ? .linkTruncated : reason
    }
  }
}
