/// One message that arrives in pieces: in any order, with overlaps, more than once. Of bytes that came twice the first
/// ones count.
struct MessageFragments: Sendable {
  /// A gap costs the peer one byte and us a range: the bound on what a stranger can make us keep and search. Chrome cuts a
  /// hello into up to eleven pieces a datagram and shuffles them, so sixteen would be too few for one that takes three.
  static let gapLimit = 32
  static let byteLimit = 16 << 10

  private(set) var bytes: [UInt8] = []
  /// What is there: sorted, apart from each other.
  private var ranges: [Range<Int>] = []

  /// How many bytes are there without a gap from the start on.
  var prefixCount: Int {
    guard let first = ranges.first, first.lowerBound == 0 else { return 0 }
    return first.upperBound
  }

  /// The message of a handshake (type, length of three bytes, body) once it is complete.
  var message: (type: UInt8, body: Range<Int>)? {
    guard let length, prefixCount - 4 >= length else { return nil }
    return (bytes[0], 4..<(4 + length))
  }

  /// The length that the header gives, as soon as it is there.
  var length: Int? {
    guard prefixCount >= 4 else { return nil }
    return Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
  }

  /// False where the piece lies beyond the limit or makes too many gaps; nothing is kept of it then.
  mutating func insert(_ piece: Span<UInt8>, at offset: Int) -> Bool {
    guard offset >= 0, piece.count <= Self.byteLimit, offset <= Self.byteLimit - piece.count else { return false }
    guard piece.count > 0 else { return true }
    let end = offset + piece.count
    if ranges.count >= Self.gapLimit, !ranges.contains(where: { $0.upperBound >= offset && $0.lowerBound <= end }) {
      return false
    }
    if bytes.count < end { bytes.append(contentsOf: repeatElement(0, count: end - bytes.count)) }
    var merged = offset..<end
    var unwritten = offset
    var kept: [Range<Int>] = []
    kept.reserveCapacity(ranges.count + 1)
    var place = 0
    for range in ranges {
      if range.upperBound < offset {
        kept.append(range)
        place = kept.count
      } else if range.lowerBound > end {
        kept.append(range)
      } else {
        write(piece, from: unwritten, to: range.lowerBound, offset: offset)
        unwritten = max(unwritten, range.upperBound)
        merged = min(merged.lowerBound, range.lowerBound)..<max(merged.upperBound, range.upperBound)
      }
    }
    write(piece, from: unwritten, to: end, offset: offset)
    kept.insert(merged, at: place)
    ranges = kept
    return true
  }

  private mutating func write(_ piece: Span<UInt8>, from start: Int, to end: Int, offset: Int) {
    var index = start
    while index < end {
      bytes[index] = piece[index - offset]
      index += 1
    }
  }
}
