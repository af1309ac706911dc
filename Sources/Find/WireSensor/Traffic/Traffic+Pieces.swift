import Wire

extension Traffic {
  /// Takes this shard's frames of a piece, and counts all of them.
  ///
  /// - Parameter passed: bytes of the files before.
  mutating func take(_ piece: CapturePiece, _ bytes: Span<UInt8>, after passed: UInt64) {
    guard let walk = piece.walk else { return }
    let (notes, sums) = (piece.notes, piece.notes.sums)
    counters.frames &+= UInt64(walk.frames)
    counters.bytes &+= sums.length
    dissector.add(sums.dissector.counts)
    if firstTime == 0 { firstTime = sums.firstTime }
    if sums.setback > Shard.disorder { shard.hasConflict = true }
    shard.see(earliest: sums.earliest, latest: sums.latest)
    let (frames, owners) = (notes.frames.span, notes.owners.span)
    let mine = UInt8(truncatingIfNeeded: shard.index)
    for index in 0..<notes.count {
      let owner = owners[index]
      guard owner == mine || owner == CapturePiece.Notes.everyone else { continue }
      packet = frames[index].packet
      now = frames[index].time
      let offset = frames[index].offset
      shard.place = passed &+ UInt64(truncatingIfNeeded: offset)
      let frame = bytes.extracting(offset..<offset &+ frames[index].count)
      if owner == mine { own(frame) } else { fragment(frame) }
      shard.taken &+= 1
      if shard.taken & 15 == 0 { sweep() }
    }
    now = sums.lastTime
  }
}
