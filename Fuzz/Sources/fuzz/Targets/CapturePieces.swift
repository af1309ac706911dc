import Wire

/// A capture file in pieces that are walked from guesses, as several threads do: it says what it says when it is read from
/// front to back.
@Sendable func fuzzCapturePieces(_ bytes: [UInt8]) throws {
  guard let first = try? CapturePlace(bytes.span), var walk = RecordWalk(of: first) else { return }
  var whole = CaptureReader(bytes.span, at: first)
  var frames: [Frame] = []
  while let frame = whole.next() { frames.append(frame) }

  let sum = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
  let size = 24 + sum % max(1, bytes.count)
  var place = first
  var seen: [Frame] = []
  for start in stride(from: 0, to: bytes.count, by: size) {
    let end = min(bytes.count, start + size)
    if let guess = start == 0 ? first.offset : walk.likelyStart(bytes.span, in: start..<end) {
      try hold(guess >= start || start == 0, "a start before the piece")
      walk.begin(of: first, at: guess)
      var found: [Frame] = []
      while walk.end < end, let frame = walk.next(bytes.span) { found.append(frame) }
      try hold(walk.frames == found.count && walk.end <= bytes.count, "a walk past the end")
      if place.pass(walk) { seen += found }
    }
    var reader = CaptureReader(bytes.span, at: place)
    while reader.offset < end, let frame = reader.next() { seen.append(frame) }
    place = reader.place
  }
  try hold(seen == frames, "other frames in pieces")
  try hold(place.statistics == whole.statistics && place.fault == whole.fault, "other counts in pieces")
}
