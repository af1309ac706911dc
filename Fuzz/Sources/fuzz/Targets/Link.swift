import Wire

/// Two bytes choose the link type, the rest is a frame.
@Sendable func fuzzLink(_ bytes: [UInt8]) throws {
  guard bytes.count >= 2 else { return }
  let link = LinkType(rawValue: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
  let frame = bytes.span.extracting(droppingFirst: 2)
  var dissector = Dissector()
  var packet = Packet()
  let result = dissector.dissect(frame, link: link, into: &packet)

  try hold(packet.payloadOffset >= 0 && packet.payloadCount >= 0 && packet.payloadLength >= 0, "a negative place")
  try hold(Int(packet.payloadOffset) + Int(packet.payloadCount) <= frame.count, "payload past the frame")
  try hold(packet.payloadCount <= packet.payloadLength, "more captured than there was")
  try hold(Int(packet.networkOffset) <= frame.count, "a network layer past the frame")
  switch result {
  case .transport:
    try hold(packet.transport == 6 || packet.transport == 17, "another transport")
    try hold(packet.networkLength > 0 && !packet.isFragment, "transport without network")
  case .fragment: try hold(packet.isFragment, "no fragment")
  case .ip: try hold(packet.networkLength > 0 && !packet.isFragment, "no network")
  case .other: try hold(packet.networkLength == 0, "a network that is none")
  case .damaged: break
  }

  // Nothing of what was in the packet before may show.
  let first = packet
  packet.sourcePort = 9
  packet.vlan = 9
  packet.encapsulation = 9
  packet.isFragment = true
  packet.sourceMAC = 9
  try hold(dissector.dissect(frame, link: link, into: &packet) == result && packet == first, "a field that stayed")
  try hold(dissector.counts.sum(of: result) == 2, "a frame that was not counted")

  // A shorter frame says less and never something else about addresses.
  var shorter = Packet()
  for count in [frame.count / 2, frame.count * 3 / 4, max(0, frame.count - 1)] {
    _ = dissector.dissect(frame.extracting(first: count), link: link, into: &shorter)
    try hold(Int(shorter.payloadOffset) + Int(shorter.payloadCount) <= count, "payload past a shorter frame")
  }
}
