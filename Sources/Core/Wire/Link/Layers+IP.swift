import Model

/// IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.
extension Layers {
  /// Extension headers of one packet.
  static var extensionLimit: Int { 16 }

  @inline(__always)
  func ipv4(_ at: Int, _ packet: inout Packet) -> Reason {
    let available = end &- at
    guard available >= 20 else { return .networkTruncated }
    let first = bytes.big32(at)
    guard first >> 28 == 4 else { return .networkVersion }
    let header = Int(first >> 24 & 15) &* 4
    // 0 is what segmentation offload leaves there for the card to fill in.
    let total = first & 0xFFFF == 0 ? available : Int(first & 0xFFFF)
    guard header >= 20, header <= total else { return .networkLength }
    let second = bytes.big32(at &+ 4)
    let third = bytes.big32(at &+ 8)
    packet.etherType = 0x0800
    packet.networkOffset = Int32(truncatingIfNeeded: at)
    packet.networkLength = Int32(truncatingIfNeeded: total)
    packet.source = IP(v4: bytes.big32(at &+ 12))
    packet.destination = IP(v4: bytes.big32(at &+ 16))
    packet.hopLimit = UInt8(truncatingIfNeeded: third >> 24)
    let number = UInt8(truncatingIfNeeded: third >> 16)
    packet.transport = number
    guard header <= available else { return .networkTruncated }
    // Ethernet fills up short packets: what is behind the total length is not the packet's.
    let layers = cut(at &+ total)
    if second & 0x3FFF != 0 {
      packet.isFragment = true
      packet.moreFragments = second & 0x2000 != 0
      packet.fragmentID = second >> 16
      packet.fragmentOffset = UInt16(truncatingIfNeeded: (second & 0x1FFF) &* 8)
      return layers.fragment(number, at &+ header, total &- header, &packet)
    }
    return layers.transport(number, at &+ header, total &- header, &packet)
  }

  @inline(__always)
  func ipv6(_ at: Int, _ packet: inout Packet) -> Reason {
    let available = end &- at &- 40
    guard available >= 0 else { return .networkTruncated }
    let first = bytes.big64(at)
    guard first >> 60 == 6 else { return .networkVersion }
    let given = Int(first >> 16 & 0xFFFF)
    // 0 for a jumbogram (RFC 2675) and under segmentation offload.
    let length = given == 0 ? available : given
    packet.etherType = 0x86DD
    packet.networkOffset = Int32(truncatingIfNeeded: at)
    packet.networkLength = Int32(truncatingIfNeeded: length &+ 40)
    packet.hopLimit = UInt8(truncatingIfNeeded: first)
    packet.source = IP(high: bytes.big64(at &+ 8), low: bytes.big64(at &+ 16))
    packet.destination = IP(high: bytes.big64(at &+ 24), low: bytes.big64(at &+ 32))
    let next = UInt8(truncatingIfNeeded: first >> 8)
    packet.transport = next
    let layers = cut(at &+ 40 &+ length)
    if next == 6 || next == 17 { return layers.transport(next, at &+ 40, length, &packet) }
    return layers.extensions(next, at &+ 40, length, &packet)
  }

  /// Steps over the headers between IPv6's own and the payload (RFC 8200 §4, RFC 7045).
  @inline(never)
  private func extensions(_ first: UInt8, _ start: Int, _ given: Int, _ packet: inout Packet) -> Reason {
    var next = first
    var at = start
    var length = given
    for _ in 0...Self.extensionLimit {
      let size: Int
      switch next {
      // Hop-by-hop, routing, destination, mobility, host identity, shim.
      case 0, 43, 60, 135, 139, 140: size = (Int(bytes.octet(at + 1)) + 1) * 8
      // Authentication (RFC 4302) counts differently.
      case 51: size = (Int(bytes.octet(at + 1)) + 2) * 4
      case 44: size = 8
      default:
        packet.transport = next
        return packet.isFragment ? fragment(next, at, length, &packet) : transport(next, at, length, &packet)
      }
      guard end - at >= 8, size <= length, size <= end - at else {
        return packet.isFragment ? .fragment : .extensionHeaders
      }
      let number = next
      next = bytes.octet(at)
      packet.transport = next
      if number == 44 {
        let place = bytes.big16(at + 2)
        // Neither offset nor more to come: whole (RFC 6946).
        if place & 0xFFF9 != 0 {
          packet.isFragment = true
          packet.moreFragments = place & 1 != 0
          packet.fragmentID = bytes.big32(at + 4)
          packet.fragmentOffset = place & 0xFFF8
          if packet.fragmentOffset != 0 { return fragment(next, at + 8, length - 8, &packet) }
        }
      }
      at += size
      length -= size
    }
    return packet.isFragment ? .fragment : .extensionHeaders
  }

  /// The first piece has the transport header, which is read as far as it goes; no other one has ports.
  @inline(never)
  private func fragment(_ number: UInt8, _ at: Int, _ length: Int, _ packet: inout Packet) -> Reason {
    if packet.fragmentOffset == 0, number == 6 || number == 17 {
      var inner = packet
      let reason = transport(number, at, length, &inner)
      if reason.dissection == .transport { packet = inner }
    }
    if packet.payloadOffset == 0 { payload(at, length, &packet) }
    return .fragment
  }
}
