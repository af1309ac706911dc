import Wire

/// The first bytes of one direction of a TCP connection, put in order.
///
/// Just enough for handshakes: what came first wins where segments overlap, at most eight pieces wait for what is missing
/// before them, and nothing beyond `limit` bytes is kept.
struct StreamStart: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Sequence number of the first byte of `bytes`.
  private var base: UInt32
  private var pieces: [(offset: Int, bytes: [UInt8])] = []
  /// Bytes or pieces were left out: what is missing will not come.
  private(set) var isOverfull = false

  /// Bytes that are kept.
  private(set) var size = 0

  static let limit = 64 << 10
  static let pieceLimit = 8

  init(base: UInt32) { self.base = base }

  /// Takes a segment; true where the front grew.
  mutating func add(_ payload: Span<UInt8>, at sequence: UInt32) -> Bool {
    // The distance is signed: a retransmission lies before, a segment out of order behind.
    let offset = Int(Int32(bitPattern: sequence &- base))
    guard payload.count > 0, offset + payload.count > bytes.count, offset < Self.limit else { return false }
    if offset > bytes.count {
      guard pieces.count < Self.pieceLimit, offset + payload.count <= Self.limit else {
        isOverfull = true
        return false
      }
      pieces.append((offset, payload.copied()))
      size += payload.count
      return false
    }
    append(payload, from: bytes.count - offset)
    // A piece that now touches the front may make another one touch it.
    var grew = true
    while grew {
      grew = false
      for place in pieces.indices where pieces[place].offset <= bytes.count {
        let piece = pieces.remove(at: place)
        size -= piece.bytes.count
        append(piece.bytes.span, from: bytes.count - piece.offset)
        grew = true
        break
      }
    }
    return true
  }

  private mutating func append(_ payload: Span<UInt8>, from start: Int) {
    guard start < payload.count else { return }
    let room = Self.limit - bytes.count
    if payload.count - start > room { isOverfull = true }
    let end = min(payload.count, start + room)
    for place in start..<max(start, end) { bytes.append(payload[place]) }
    size += max(0, end - start)
  }

  /// Forgets bytes from the front that were read.
  /// - Parameter wiping: a password may stand there: zeros are written over it first.
  mutating func drop(_ count: Int, wiping: Bool = false) {
    let count = min(count, bytes.count)
    if wiping { for place in 0..<count { bytes[place] = 0 } }
    bytes.removeFirst(count)
    size -= count
    base = base &+ UInt32(truncatingIfNeeded: count)
    for place in pieces.indices { pieces[place].offset -= count }
  }
}

extension Span<UInt8> {
  func copied() -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(count)
    for place in 0..<count { out.append(self[place]) }
    return out
  }
}
