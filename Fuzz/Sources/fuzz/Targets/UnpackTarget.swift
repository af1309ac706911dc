import Platform

/// A stream of gzip or zstd, unpacked at once and in pieces: what comes out is the same, and a bomb can be left.
@Sendable func fuzzUnpack(_ bytes: [UInt8]) throws {
  guard let kind = Unpacker.Kind(bytes.span) else { return }
  let whole = try Unpacked(bytes, kind, step: bytes.count)
  for step in [1, 13, 1 + Int(bytes.last ?? 0) * 8] {
    let pieces = try Unpacked(bytes, kind, step: step)
    // A decoder that sees a whole frame may give nothing of it where its end is damaged.
    try hold(
      whole.text.starts(with: pieces.text) || pieces.text.starts(with: whole.text), "other text in pieces of \(step)")
    guard !whole.isLeft, !pieces.isLeft else { continue }
    try hold((whole.fault == nil) == (pieces.fault == nil), "damage in pieces of \(step)")
    if whole.fault == nil { try hold(whole == pieces, "another end in pieces of \(step)") }
  }
}

struct Unpacked: Equatable {
  var text: [UInt8] = []
  var isComplete = false
  var read = 0
  var fault: Unpacker.Fault?
  /// More than `limit` came out, and the rest was not asked for.
  var isLeft = false
  private static let limit = 1 << 18

  init(_ bytes: [UInt8], _ kind: Unpacker.Kind, step: Int) throws {
    var unpacker = try Unpacker(kind)
    var isPiece = true
    do throws(Unpacker.Fault) {
      for start in stride(from: 0, to: bytes.count, by: max(1, step)) where !isLeft {
        let piece = bytes.span.extracting(start..<min(bytes.count, start + max(1, step)))
        try unpacker.unpack(piece) { out in
          isPiece = isPiece && !out.isEmpty && out.count <= 1 << 16 && !isLeft
          for index in out.indices { text.append(out[index]) }
          isLeft = text.count > Self.limit
          return !isLeft
        }
      }
    } catch { fault = error }
    isComplete = unpacker.isComplete
    read = unpacker.read
    try hold(isPiece, "an empty piece, a long one, or one that nobody asked for")
    try hold(read <= bytes.count && (isLeft || fault != nil || read == bytes.count), "\(read) bytes read")
    if case .damaged(let place) = fault { try hold(place <= bytes.count, "damage behind the end") }
    try hold(fault == nil || !isComplete || isLeft, "damaged, and complete")
  }
}
