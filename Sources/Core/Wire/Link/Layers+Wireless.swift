/// IEEE 802.11 data frames, and the headers that capture programs put before them.
extension Layers {
  /// PPI: version, flags, length of the header, link type of the frame behind it, all little-endian; fields follow.
  func ppi(_ packet: inout Packet) -> Reason {
    guard end >= 8 else { return .linkTruncated }
    let header = Int(bytes.little16(2))
    guard bytes.octet(0) == 0, header >= 8, header < end else { return .linkTruncated }
    // Not again itself or another header of its kind: that would be a way to loop.
    switch bytes.little32(4) {
    case 1: return ethernet(header, &packet)
    case 12, 14, 101: return raw(header, &packet)
    case 105: return wireless(header, &packet)
    case 127: return radiotap(header, &packet)
    case 228: return ipv4(header, &packet)
    case 229: return ipv6(header, &packet)
    default: return .otherLinkType
    }
  }

  /// Version 0, a byte of padding, length of the header, little-endian; what the radio says follows.
  func radiotap(_ at: Int, _ packet: inout Packet) -> Reason {
    guard end - at >= 8 else { return .linkTruncated }
    let header = Int(bytes.little16(at + 2))
    guard bytes.octet(at) == 0, header >= 8, header < end - at else { return .linkTruncated }
    return wireless(at + header, &packet)
  }

  /// A data frame (IEEE 802.11 §9.3.2): control, duration, three addresses, sequence, for bridges a fourth address, for
  /// quality of service two bytes and with them perhaps four more, then 802.2. Management, control and what is encrypted
  /// are of another kind for us: nothing in them can be read.
  func wireless(_ start: Int, _ packet: inout Packet) -> Reason {
    guard end - start >= 2 else { return .linkTruncated }
    let control = bytes.little16(start)
    // Version 0, type 2; subtypes with bit 2 have no data.
    guard control & 0x000F == 0x0008, control & 0x0040 == 0 else { return .otherLinkType }
    guard end - start >= 24 else { return .linkTruncated }
    let (toSystem, fromSystem) = (control & 0x0100 != 0, control & 0x0200 != 0)
    // Receiver, transmitter and a third address, which are sender and destination depending on who relays.
    let destination = toSystem ? 16 : 4
    let source = fromSystem ? (toSystem ? 24 : 16) : 10
    var at = start + 24 + (toSystem && fromSystem ? 6 : 0)
    var isAggregate = false
    if control & 0x0080 != 0 {
      isAggregate = bytes.octet(at) & 0x80 != 0
      at += 2
      // The order bit: a field for high throughput.
      if control & 0x8000 != 0 { at += 4 }
    }
    guard end > at else { return .linkTruncated }
    packet.destinationMAC = bytes.big64(start + destination) >> 16
    packet.sourceMAC = bytes.big64(start + source) >> 16
    // Encrypted, or a later fragment: no header to read.
    guard control & 0x4000 == 0, bytes.little16(start + 22) & 0xF == 0 else { return .otherLinkType }
    // Several frames in one: the first, with its two addresses and its length.
    guard isAggregate else { return llc(at, &packet) }
    guard end - at >= 14 else { return .linkTruncated }
    packet.destinationMAC = bytes.big64(at) >> 16
    packet.sourceMAC = bytes.big64(at + 6) >> 16
    return cut(at + 14 + Int(bytes.big16(at + 12))).llc(at + 14, &packet)
  }
}
