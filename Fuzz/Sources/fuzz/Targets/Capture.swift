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
