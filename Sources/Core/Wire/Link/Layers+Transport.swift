/// TCP (RFC 9293), UDP (RFC 768), and the rest without looking into it.
extension Layers {
  /// - Parameter length: bytes on the wire from `at` on, as IP gives them; `end` says how many were captured.
  @inline(__always)
  func transport(_ number: UInt8, _ at: Int, _ length: Int, _ packet: inout Packet) -> Reason {
    if number == 6 { return tcp(at, length, &packet) }
    if number == 17 { return udp(at, length, &packet) }
    return otherTransport(number, at, length, &packet)
  }

  @inline(__always)
  private func tcp(_ at: Int, _ length: Int, _ packet: inout Packet) -> Reason {
    guard length >= 20 else { return .tcpLength }
    let captured = end &- at
    // Up to the window; checksum, urgent pointer and options are not needed.
    guard captured >= 16 else { return ports(at, length, 20, &packet) ? .tcp : .tcpTruncated }
    let first = bytes.big64(at)
    let second = bytes.big64(at &+ 8)
    packet.sourcePort = UInt16(truncatingIfNeeded: first >> 48)
    packet.destinationPort = UInt16(truncatingIfNeeded: first >> 32)
    packet.sequence = UInt32(truncatingIfNeeded: first)
    packet.acknowledgement = UInt32(truncatingIfNeeded: second >> 32)
    packet.tcpFlags = UInt8(truncatingIfNeeded: second >> 16)
    packet.window = UInt16(truncatingIfNeeded: second)
    let header = Int(second >> 28 & 15) &* 4
    guard header >= 20, header <= length else { return .tcpLength }
    payload(at &+ min(header, captured), length &- header, &packet)
    return .tcp
  }

  @inline(__always)
  private func udp(_ at: Int, _ length: Int, _ packet: inout Packet) -> Reason {
    guard length >= 8 else { return .udpLength }
    guard end &- at >= 8 else { return ports(at, length, 8, &packet) ? .udp : .udpTruncated }
    let first = bytes.big64(at)
    packet.sourcePort = UInt16(truncatingIfNeeded: first >> 48)
    packet.destinationPort = UInt16(truncatingIfNeeded: first >> 32)
    let given = Int(first >> 16 & 0xFFFF)
    guard given >= 8 || given == 0 else { return .udpLength }
    // 0 for a jumbogram and under offload. Of a first fragment the datagram is longer than what is here.
    let size = given == 0 ? length : min(given, length)
    let layers = cut(at &+ size)
    layers.payload(at &+ 8, size &- 8, &packet)
    if Self.tunnelPorts.contains(packet.destinationPort) || packet.sourcePort == Self.mobilePort, !packet.isFragment {
      return layers.datagramTunnel(at &+ 8, &packet) ?? .udp
    }
    return .udp
  }

  /// Of a header that the capture cut, the ports, where they are there: a flow is told by them. The rest stays zero.
  @inline(never)
  private func ports(_ at: Int, _ length: Int, _ header: Int, _ packet: inout Packet) -> Bool {
    guard end - at >= 4 else { return false }
    packet.sourcePort = bytes.big16(at)
    packet.destinationPort = bytes.big16(at + 2)
    payload(end, length - header, &packet)
    return true
  }

  @inline(never)
  private func otherTransport(_ number: UInt8, _ at: Int, _ length: Int, _ packet: inout Packet) -> Reason {
    payload(at, length, &packet)
    switch number {
    case 4: return within(at, &packet) { layers, at, inner in layers.ipv4(at, &inner) } ?? .otherProtocol
    case 41: return within(at, &packet) { layers, at, inner in layers.ipv6(at, &inner) } ?? .otherProtocol
    case 47: return routingTunnel(at, &packet) ?? .otherProtocol
    case 50: return .encrypted
    default: return .otherProtocol
    }
  }

  /// - Parameter length: bytes on the wire.
  @inline(__always)
  func payload(_ at: Int, _ length: Int, _ packet: inout Packet) {
    packet.payloadOffset = Int32(truncatingIfNeeded: at)
    packet.payloadLength = Int32(truncatingIfNeeded: length)
    packet.payloadCount = Int32(truncatingIfNeeded: max(0, min(end &- at, length)))
  }
}
