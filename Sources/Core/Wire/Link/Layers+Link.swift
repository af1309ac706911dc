/// Link layers other than Ethernet.
extension Layers {
  @inline(never)
  func link(_ type: LinkType, _ packet: inout Packet) -> Reason {
    switch type {
    case .ethernet: return ethernet(0, &packet)
    case .raw, .rawBSD, .rawOpenBSD: return raw(0, &packet)
    case .ipv4: return ipv4(0, &packet)
    case .ipv6: return ipv6(0, &packet)
    case .null:
      // In the byte order of the machine that captured: families are small numbers.
      let family = bytes.little32(0)
      return loopback(family > 0xFFFF ? family.byteSwapped : family, &packet)
    case .loop: return loopback(bytes.big32(0), &packet)
    case .sll:
      guard end >= 16 else { return .linkTruncated }
      if bytes.big16(4) == 6 { packet.sourceMAC = bytes.big64(6) >> 16 }
      return cooked(bytes.big16(14), 16, &packet)
    case .sll2:
      guard end >= 20 else { return .linkTruncated }
      if bytes.octet(11) == 6 { packet.sourceMAC = bytes.big64(12) >> 16 }
      return cooked(bytes.big16(0), 20, &packet)
    case .ppp, .pppSerial: return serial(&packet)
    case .pppoe: return pppoe(0, &packet)
    case .ciscoHDLC: return hdlc(&packet)
    case .nflog: return nflog(&packet)
    case .pktap: return pktap(&packet)
    case .ieee80211: return wireless(0, &packet)
    case .radiotap: return radiotap(0, &packet)
    case .ppi: return ppi(&packet)
    default: return .otherLinkType
    }
  }

  /// PPP, or Cisco's HDLC under the same number, as tcpdump.org's list says: the address is 0x0F for one, 0x8F for all
  /// (RFC 1547 §4.3.1), the control byte 0.
  private func serial(_ packet: inout Packet) -> Reason {
    bytes.big16(0) & 0x7FFF == 0x0F00 ? hdlc(&packet) : ppp(0, &packet)
  }

  /// Address, control, then an EtherType.
  private func hdlc(_ packet: inout Packet) -> Reason {
    guard end >= 4 else { return .linkTruncated }
    return network(bytes.big16(2), 4, &packet)
  }

  /// The version is in the first four bits.
  func raw(_ at: Int, _ packet: inout Packet) -> Reason {
    guard end > at else { return .networkTruncated }
    return bytes.octet(at) >> 4 == 6 ? ipv6(at, &packet) : ipv4(at, &packet)
  }

  /// AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 on Windows, 24 on NetBSD, 28 on FreeBSD, 30 on macOS.
  private func loopback(_ family: UInt32, _ packet: inout Packet) -> Reason {
    guard end >= 4 else { return .linkTruncated }
    switch family {
    case 2: return ipv4(4, &packet)
    case 10, 23, 24, 28, 30: return ipv6(4, &packet)
    default: return .otherLinkType
    }
  }

  /// Linux's cooked headers: numbers up to 1536 are its own, 4 of them is 802.2.
  private func cooked(_ type: UInt16, _ at: Int, _ packet: inout Packet) -> Reason {
    if type == 4 {
      packet.etherType = type
      return llc(at, &packet)
    }
    guard type > 1536 else { return .otherEtherType }
    return network(type, at, &packet)
  }

  /// Family, version, resource, then values with a length and a type in the writer's byte order. Type 9 is the packet.
  private func nflog(_ packet: inout Packet) -> Reason {
    guard end >= 4 else { return .linkTruncated }
    var at = 4
    for _ in 0..<64 {
      guard end - at >= 4 else { return .linkTruncated }
      var length = Int(bytes.little16(at))
      var type = bytes.little16(at + 2)
      // Types are below 256, so the wrong order shows. The top bits are flags.
      if type & 0x3FFF > 0xFF {
        length = Int(bytes.big16(at))
        type = bytes.big16(at + 2)
      }
      guard length >= 4 else { return .linkTruncated }
      if type & 0x3FFF == 9 { return cut(at + length).raw(at + 4, &packet) }
      at += (length + 3) & ~3
    }
    return .otherLinkType
  }

  /// Header length and the link type of the frame behind it, both little-endian.
  private func pktap(_ packet: inout Packet) -> Reason {
    guard end >= 12 else { return .linkTruncated }
    let header = Int(bytes.little32(0))
    guard header >= 12, header < end else { return .linkTruncated }
    // Not again itself: that would be a way to loop.
    switch bytes.little32(8) {
    case 1: return ethernet(header, &packet)
    case 12, 14, 101: return raw(header, &packet)
    case 0:
      guard end - header >= 4 else { return .linkTruncated }
      return raw(header + 4, &packet)
    default: return .otherLinkType
    }
  }
}
