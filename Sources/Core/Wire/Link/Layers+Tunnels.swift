/// Packets in packets: what all tunnels share, and GRE with the mirror formats that use it.
extension Layers {
  /// Reads what a tunnel carries into a packet of its own, which takes the place of the outer one where it makes sense.
  ///
  /// The inner packet keeps VLAN and hardware addresses of the outer one until it has its own.
  /// - Parameter identifier: what tells this tunnel from others; 0 leaves that of the tunnel around it.
  /// - Returns: nil where the inside is damaged or we are too deep; the packet is then as it was.
  @inline(never)
  func within(
    _ at: Int, _ packet: inout Packet, identifier: UInt32 = 0, vlan: UInt16? = nil,
    _ read: (borrowing Layers, Int, inout Packet) -> Reason
  ) -> Reason? {
    guard depth < Dissector.nestingLimit else { return nil }
    var inner = Packet()
    inner.encapsulation = identifier == 0 ? packet.encapsulation : identifier
    inner.vlan = vlan ?? packet.vlan
    inner.sourceMAC = packet.sourceMAC
    inner.destinationMAC = packet.destinationMAC
    let reason = read(Layers(bytes, end, depth: depth + 1), at, &inner)
    guard reason.dissection != .damaged else { return nil }
    packet = inner
    return reason
  }

  func frame(_ at: Int, _ packet: inout Packet, identifier: UInt32 = 0, vlan: UInt16 = 0) -> Reason? {
    within(at, &packet, identifier: identifier, vlan: vlan) { layers, at, inner in layers.ethernet(at, &inner) }
  }

  func version4(_ at: Int, _ packet: inout Packet, identifier: UInt32 = 0) -> Reason? {
    within(at, &packet, identifier: identifier) { layers, at, inner in layers.ipv4(at, &inner) }
  }

  func version6(_ at: Int, _ packet: inout Packet, identifier: UInt32 = 0) -> Reason? {
    within(at, &packet, identifier: identifier) { layers, at, inner in layers.ipv6(at, &inner) }
  }

  /// GRE (RFC 2784, RFC 2890), its version for PPTP (RFC 2637), and the mirror formats that use it.
  func routingTunnel(_ start: Int, _ packet: inout Packet) -> Reason? {
    guard end - start >= 4 else { return nil }
    let flags = bytes.big16(start)
    let type = bytes.big16(start + 2)
    var at = start + 4
    // Source routes (RFC 1701) are gone from the standard.
    guard flags & 0x4000 == 0 else { return nil }
    if flags & 7 == 1 {
      // Payload length and call, which differs for the two directions and so tells nothing here; then two numbers.
      guard type == 0x880B, flags & 0x2000 != 0 else { return nil }
      at += 4 + (flags & 0x1000 != 0 ? 4 : 0) + (flags & 0x0080 != 0 ? 4 : 0)
      let reason = within(at, &packet) { layers, at, inner in
        let outcome = layers.ppp(at, &inner)
        // Negotiation and encryption: the outer packet says more.
        return outcome == .pppControl ? .linkTruncated : outcome
      }
      return reason
    }
    guard flags & 7 == 0 else { return nil }
    if flags & 0x8000 != 0 { at += 4 }
    var key: UInt32 = 0
    if flags & 0x2000 != 0 {
      key = bytes.big32(at)
      at += 4
    }
    let numbered = flags & 0x1000 != 0
    if numbered { at += 4 }
    guard at < end else { return nil }
    switch type {
    case 0x0800: return version4(at, &packet, identifier: key)
    case 0x86DD: return version6(at, &packet, identifier: key)
    case 0x6558: return frame(at, &packet, identifier: key)
    case 0x8847, 0x8848:
      return within(at, &packet, identifier: key) { layers, at, inner in layers.mpls(at, &inner) }
    // ERSPAN (draft-foschiano-erspan): the first type has no header, the second comes with a sequence number.
    case 0x88BE:
      guard numbered else { return frame(at, &packet, identifier: key) }
      guard end - at >= 8, bytes.octet(at) >> 4 == 1 else { return nil }
      return mirrored(at, at + 8, &packet)
    case 0x22EB:
      guard end - at >= 12, bytes.octet(at) >> 4 == 2 else { return nil }
      let details = bytes.big16(at + 10)
      let inside = at + 12 + (details & 1 != 0 ? 8 : 0)
      // Bits 10 to 14 are the frame's type: 0 Ethernet, 2 IP.
      switch details >> 10 & 0x1F {
      case 0: return mirrored(at, inside, &packet)
      case 2:
        let session = UInt32(bytes.big16(at + 2) & 0x3FF)
        return within(inside, &packet, identifier: session) { layers, at, inner in layers.raw(at, &inner) }
      default: return nil
      }
    default: return nil
    }
  }

  /// The VLAN that the mirrored frame came from is in the lower 12 bits of the first word, the session in 10 of the second.
  private func mirrored(_ at: Int, _ inside: Int, _ packet: inout Packet) -> Reason? {
    frame(inside, &packet, identifier: UInt32(bytes.big16(at + 2) & 0x3FF), vlan: bytes.big16(at) & 0xFFF)
  }
}
