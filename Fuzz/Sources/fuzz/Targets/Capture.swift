import Wire

/// A whole capture file: read at once and in pieces, its frames dissected, its fragments put together.
@Sendable func fuzzCapture(_ bytes: [UInt8]) throws {
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

  // Pieces of sizes that the input chooses, among them none at all.
  var stream = CaptureStream()
  var sizes = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  var at = 0
  var seen = 0
  var isSame = true
  var late: CaptureFault?
  do throws(CaptureFault) {
    var ended = false
    while !ended {
      sizes = sizes &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let size = sizes >> 62 == 0 ? (sizes >> 32) % 4 : (sizes >> 32) % 1024
      let piece = Array(bytes[at..<min(at + Int(size), bytes.count)])
      at += piece.count
      ended = at == bytes.count
      try stream.feed(piece)
      if ended { try stream.finish() }
      while let frame = stream.next() {
        let content = stream.bytes(of: frame)
        isSame = isSame && seen < frames.count && frames[seen] == frame && content.count == frame.captured
        seen += 1
        guard isSame else { continue }
        for index in content.indices { isSame = isSame && content[index] == bytes[frame.offset + index] }
      }
    }
    late = stream.fault
  } catch { late = error }
  try hold(isSame && seen == frames.count, "other frames in pieces")
  try hold(late == fault, "another fault in pieces")
  try hold(stream.statistics == statistics && stream.names == names, "other counts or names in pieces")
}
