/// Tunnels over UDP: VXLAN and its generic extension, Geneve, GTP-U.
extension Layers {
  /// From the lowest port of these tunnels to the highest: one comparison that spares the rest for most datagrams.
  static var tunnelPorts: ClosedRange<UInt16> { 2152...8472 }
  /// GTP-U's, of the destination (3GPP TS 29.281 §4.4.2). There are senders that answer to the port they were asked from.
  static var mobilePort: UInt16 { 2152 }

  /// What a datagram to the port of a tunnel carries, or to and from the port of GTP-U.
  ///
  /// Any client may have such a port by chance and get an answer there. So the reserved bits count, and an inside that is
  /// no more than a number which we do not know is no tunnel.
  /// - Parameter at: where the datagram's payload starts; `packet` has its ports and its length on the wire.
  @inline(never)
  func datagramTunnel(_ at: Int, _ packet: inout Packet) -> Reason? {
    let outer = packet
    let reason: Reason?
    switch packet.destinationPort {
    case 4789, 8472: reason = vxlan(at, &packet)
    case 4790: reason = genericVXLAN(at, &packet)
    case 6081: reason = geneve(at, &packet)
    case Self.mobilePort: reason = mobile(at, &packet)
    default: reason = packet.sourcePort == Self.mobilePort ? mobile(at, &packet) : nil
    }
    switch reason {
    case .otherEtherType, .llc, .pppControl, .mpls:
      packet = outer
      return nil
    default: return reason
    }
  }

  /// RFC 7348; 8472 is the port that Linux took before.
  private func vxlan(_ at: Int, _ packet: inout Packet) -> Reason? {
    // The bit that says that there is an identifier. Extensions set others.
    guard end - at >= 8, bytes.octet(at) & 0x08 != 0, bytes.octet(at + 7) == 0 else { return nil }
    return frame(at + 8, &packet, identifier: bytes.big32(at + 4) >> 8)
  }

  /// VXLAN with a number for what is in it (draft-ietf-nvo3-vxlan-gpe §3).
  private func genericVXLAN(_ at: Int, _ packet: inout Packet) -> Reason? {
    // Version 0, with identifier and number, and no message of the tunnel's own management.
    guard end - at >= 8, bytes.octet(at) & 0x3D == 0x0C, bytes.big16(at + 1) == 0, bytes.octet(at + 7) == 0 else {
      return nil
    }
    let identifier = bytes.big32(at + 4) >> 8
    switch bytes.octet(at + 3) {
    case 1: return version4(at + 8, &packet, identifier: identifier)
    case 2: return version6(at + 8, &packet, identifier: identifier)
    case 3: return frame(at + 8, &packet, identifier: identifier)
    default: return nil
    }
  }

  /// RFC 8926. Its identifier is no part of what tells conversations apart: each end chooses the one that it sends with,
  /// so those of the two directions may differ, and would make two halves of one conversation. The price: equal private
  /// addresses of two tenants are one.
  private func geneve(_ at: Int, _ packet: inout Packet) -> Reason? {
    // Version 0; the length of the options counts words.
    guard end - at >= 8, bytes.octet(at) & 0xC0 == 0, bytes.octet(at + 1) & 0x3F == 0, bytes.octet(at + 7) == 0 else {
      return nil
    }
    let inside = at + 8 + Int(bytes.octet(at) & 0x3F) * 4
    switch bytes.big16(at + 2) {
    case 0x6558: return frame(inside, &packet)
    case 0x0800: return version4(inside, &packet)
    case 0x86DD: return version6(inside, &packet)
    default: return nil
    }
  }

  /// GTP-U (3GPP TS 29.281 §5): the packets of a mobile network's users. Each receiver chooses the number of its end of the
  /// tunnel, so that of the other direction is another one, and tells nothing here.
  private func mobile(_ start: Int, _ packet: inout Packet) -> Reason? {
    // Version 1 and no charging protocol (GTP'); 255 is a user's packet. The length is that of all behind the first eight
    // bytes, to the end of the datagram: few answers to a client that has this port say that by chance.
    guard end - start >= 8, bytes.octet(start) & 0xF0 == 0x30, bytes.octet(start + 1) == 255,
      Int(bytes.big16(start + 2)) + 8 == Int(packet.payloadLength)
    else { return nil }
    var at = start + 8
    // With any of three flags the fields of all three are there: sequence, number, first extension.
    if bytes.octet(start) & 7 != 0 {
      at += 4
      var next = bytes.octet(start) & 4 != 0 ? bytes.octet(at - 1) : 0
      var headers = 0
      while next != 0 {
        let size = Int(bytes.octet(at)) * 4
        guard headers < Self.extensionLimit, size > 0, size < end - at else { return nil }
        at += size
        next = bytes.octet(at - 1)
        headers += 1
      }
    }
    // What is in it was agreed on elsewhere; here only the version tells.
    return within(at, &packet) { layers, at, inner in layers.raw(at, &inner) }
  }
}
