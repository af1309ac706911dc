import Model
import Testing
import Wire

/// What the fuzz targets `capture` and `link` hold, over truncations and mutations of small inputs.
@Suite struct CaptureMutationTests {
  /// Frames of every kind that the dissector reads.
  static let frames: [(link: LinkType, frame: [UInt8])] = {
    let network = Array(Crafted.inner.dropFirst(14))
    let vxlan = Crafted.udp(50_000, 4789, bytes("08000000 000fff00") + Crafted.inner)
    let geneve = Crafted.udp(50_000, 6081, bytes("0240 6558 00abcd00 0102030405060708") + Crafted.inner)
    return [
      (.ethernet, Crafted.inner),
      (.ethernet, Crafted.ethernet(0x86DD, Crafted.ipv6(0, bytes("11 00 000000000000") + Crafted.udp(53, 5, [1])))),
      (.ethernet, Crafted.ethernet(0x0800, Crafted.ipv4(17, vxlan), tags: [(0x88A8, 1), (0x8100, 2)])),
      (.raw, Crafted.ipv4(17, geneve)),
      (.raw, Crafted.ipv4(17, Crafted.udp(2152, 2152, bytes("34ff 0035 00000007 0000 00 85 01 1009 00") + network))),
      (.raw, Crafted.ipv4(17, Crafted.udp(50_000, 4790, bytes("0c000003 000fff00") + Crafted.inner))),
      (.pppSerial, bytes("0f00 0800") + network),
      (
        .sll2,
        bytes("0800 0000 00000002 0001 04 06 02005e005301 0000")
          + Crafted.ipv4(47, bytes("2000 6558 00000042") + Crafted.inner)
      ),
      (.sll, bytes("0000 0001 0006 02005e005301 0000 86dd") + Crafted.ipv6(44, bytes("11 00 0001 01020304") + vxlan)),
      (
        .ethernet,
        Crafted.ethernet(0x0800, Crafted.ipv4(47, bytes("1000 88be 00000001 1007 082a 00000000") + Crafted.inner))
      ),
      (
        .ipv4,
        Crafted.ipv4(47, bytes("1000 22eb 00000001 2007 082a 00000000 0000 0001 0000000000000000") + Crafted.inner)
      ),
      (.ipv4, Crafted.ipv4(47, bytes("3081 880b 0030 0001 00000000 00000000 ff03 0021") + network)),
      (.ethernet, Crafted.ethernet(0x8847, bytes("00010000 00020140 00000000") + Crafted.inner)),
      (.pppoe, bytes("1100 0001 0030 0021") + network),
      (.nflog, bytes("0200 0000  0700 0a00 616200 00  3100 0900") + network),
      (.pktap, bytes("0e000000 01000000 01000000 0000") + Crafted.inner), (.null, bytes("02000000") + network),
      (.raw, Crafted.ipv4(4, Crafted.ipv4(41, Crafted.ipv6(6, Crafted.tcp(1, 2, [3]))))),
      (.ethernet, bytes("02005e005302 02005e005301 0035 aaaa03 000000 0800") + network),
    ]
  }()

  static let files: [[UInt8]] =
    CaptureStreamTests.files + [
      Crafted.capture(frames.filter { $0.link == .ethernet }.map(\.frame)),
      Crafted.capture(
        FragmentsTests.cut(FragmentsTests.datagram, at: 1480).map {
          FragmentsTests.four($0.offset, $0.data, more: $0.more)
        }),
    ]

  private func mutate(_ seed: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var mutant = seed
    for _ in 0..<Int.random(in: 1...5, using: &random) where !mutant.isEmpty {
      let at = Int.random(in: mutant.indices, using: &random)
      switch Int.random(in: 0...5, using: &random) {
      case 0: mutant[at] = .random(in: 0...255, using: &random)
      case 1: mutant.remove(at: at)
      case 2: mutant.insert(.random(in: 0...255, using: &random), at: at)
      case 3: mutant.removeSubrange(at..<min(at + 9, mutant.count))
      case 4: mutant[at] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      default: mutant[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
    }
    return mutant
  }

  @Test func `mutated frames never trap and leave a packet that holds together`() throws {
    var random = Seeded(1126)
    for (link, frame) in Self.frames {
      let seed = [UInt8(link.rawValue >> 8), UInt8(link.rawValue & 0xFF)] + frame
      for length in 0...seed.count { try fuzzLink(Array(seed.prefix(length))) }
      for _ in 0..<2500 { try fuzzLink(mutate(seed, &random)) }
    }
  }

  @Test func `mutated files never trap and read the same in pieces`() throws {
    var random = Seeded(1127)
    for file in Self.files {
      for length in 0...min(file.count, 700) { try fuzzCapture(Array(file.prefix(length))) }
      for _ in 0..<2500 { try fuzzCapture(mutate(file, &random)) }
    }
  }
}

private struct Broken: Error { var what: String }

private func hold(_ condition: Bool, _ what: @autoclosure () -> String) throws(Broken) {
  if !condition { throw Broken(what: what()) }
}

private func isSafe(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }

// The two functions of Fuzz/Sources/fuzz/Targets/{Capture,Link}.swift, which no test can import.

/// Two bytes choose the link type, the rest is a frame.
private func fuzzLink(_ bytes: [UInt8]) throws {
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

/// A whole capture file: read at once and in pieces, its frames dissected, its fragments put together.
private func fuzzCapture(_ bytes: [UInt8]) throws {
  var frames: [Frame] = []
  var statistics = CaptureStatistics()
  var names: [CaptureName] = []
  var fault: CaptureFault?
  do throws(CaptureFault) {
    var reader = try CaptureReader(bytes.span)
    while let frame = reader.next() { frames.append(frame) }
    statistics = reader.statistics
    names = reader.names
    fault = reader.fault
  } catch { fault = error }

  try hold(statistics.frames == frames.count, "frames that were not counted")
  try hold(names.allSatisfy { isSafe($0.name) }, "a name with controls")
  var end = 0
  var dissector = Dissector()
  var fragments = Fragments()
  var packet = Packet()
  for frame in frames {
    try hold(frame.offset >= end && frame.captured >= 0 && frame.length >= 0, "a frame before its predecessor's end")
    end = frame.offset + frame.captured
    try hold(frame.captured <= CaptureReader.frameLimit && end <= bytes.count, "a frame past the end")
    let content = bytes.span.extracting(frame.offset..<end)
    if dissector.dissect(content, link: frame.link, into: &packet) == .fragment,
      let datagram = fragments.add(content, packet, time: frame.time)
    {
      try hold(datagram.bytes.count <= 65_535 + 40, "a datagram that is too long")
      var whole = Packet()
      _ = dissector.dissect(datagram.bytes.span, link: .raw, into: &whole)
      try hold(!whole.isFragment, "a datagram that is a fragment still")
    }
    try hold(fragments.count <= 256, "too many datagrams")
  }

  // Pieces of a size that the input chooses.
  var stream = CaptureStream()
  let size = 1 + Int(bytes.last ?? 0) * 4
  var at = 0
  var seen = 0
  var late: CaptureFault?
  do throws(CaptureFault) {
    var ended = false
    while !ended {
      let piece = Array(bytes[at..<min(at + size, bytes.count)])
      at += piece.count
      ended = piece.isEmpty
      if ended { try stream.finish() } else { try stream.feed(piece) }
      while let frame = stream.next() {
        if seen < frames.count, frames[seen] == frame { seen += 1 } else { seen = .max - 1 }
      }
    }
    late = stream.fault
  } catch { late = error }
  try hold(seen == frames.count, "other frames in pieces")
  try hold(late == fault, "another fault in pieces")
  try hold(late != nil || stream.statistics == statistics, "other counts in pieces")
}
