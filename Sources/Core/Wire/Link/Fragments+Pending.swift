extension Fragments {
  /// Where a fragment's data stands in its frame, and where it belongs in the datagram.
  struct Piece {
    /// In the datagram's payload.
    var start: Int
    var end: Int
    /// In the frame.
    var offset: Int
    var isLast: Bool
    /// Headers before the payload in the frame: of a first fragment they become the datagram's.
    var header: Range<Int>
    /// IPv6: where in the frame the number stands that announced the fragment header.
    var announcement: Int?
    /// IPv6: what the fragment header announced in its turn.
    var next: UInt8

    /// Nil where the data is not all there, or could not be part of a datagram.
    init?(_ frame: Span<UInt8>, _ packet: Packet) {
      let network = Int(packet.networkOffset)
      let stop = network + Int(packet.networkLength)
      guard network >= 0, stop <= frame.count, stop > network else { return nil }
      if packet.etherType == 0x0800 {
        offset = network + Int(frame.octet(network) & 15) * 4
        header = network..<max(network, offset)
        next = packet.transport
      } else {
        // The dissector walked the same headers and found the fragment header behind at most as many.
        var at = network + 40
        var field = network + 6
        var headers = 0
        while frame.octet(field) != 44 {
          guard headers < Layers.extensionLimit, at + 2 <= stop else { return nil }
          let isAuthentication = frame.octet(field) == 51
          field = at
          let units = Int(frame.octet(at + 1))
          at += isAuthentication ? (units + 2) * 4 : (units + 1) * 8
          headers += 1
        }
        guard at + 8 <= stop else { return nil }
        announcement = field
        next = frame.octet(at)
        header = network..<at
        offset = at + 8
      }
      start = Int(packet.fragmentOffset)
      end = start + stop - offset
      isLast = !packet.moreFragments
      // Only the last may have an odd end; a piece of nothing says nothing.
      guard offset < stop, end <= 65_535, isLast || (stop - offset) % 8 == 0 else { return nil }
    }
  }

  /// A datagram that waits for the rest of its fragments.
  struct Pending {
    enum Outcome { case kept, repeated, overlapping, refused, complete(overlapped: Bool) }

    /// Time of the first fragment.
    let since: Int64
    /// What the fragment with the transport header says, once it came.
    private(set) var first: Packet?
    /// Bytes that are held.
    private(set) var size = 0
    /// In order, without overlap.
    private var pieces: [(start: Int, bytes: [UInt8])] = []
    /// Bytes of the whole payload, known from the last fragment.
    private var length: Int?
    private var header: [UInt8] = []
    private var isIPv6 = false
    /// Stays until it expires, so that late fragments do not begin it anew (RFC 8200 §4.5).
    private var isRefused = false

    init(since: Int64) { self.since = since }

    mutating func add(_ piece: Piece, _ frame: Span<UInt8>, _ packet: Packet, limits: Limits) -> Outcome {
      if first == nil, packet.hasPorts { first = packet }
      guard !isRefused else { return .kept }
      isIPv6 = piece.announcement != nil
      guard fits(piece) else { return refuse() }
      var gaps: [Range<Int>] = []
      var at = piece.start
      var firstAfter = pieces.count
      for (index, held) in pieces.enumerated() {
        let end = held.start + held.bytes.count
        if end <= piece.start { continue }
        if held.start >= piece.end {
          firstAfter = index
          break
        }
        if held.start > at { gaps.append(at..<held.start) }
        at = max(at, end)
      }
      if at < piece.end { gaps.append(at..<piece.end) }
      let fresh = gaps.reduce(0) { $0 + $1.count }
      let overlapped = fresh < piece.end - piece.start
      if overlapped, isIPv6 {
        // The same bytes again are a copy on the way or of the mirror, and no overlap (RFC 8200 §4.5).
        return fresh == 0 && isSame(piece, frame) ? .repeated : refuse()
      }
      guard pieces.count + gaps.count <= limits.pieces else { return refuse() }
      if piece.isLast { length = piece.end }
      if piece.start == 0, header.isEmpty { takeHeader(piece, frame) }
      if fresh == 0 { return .repeated }
      insert(gaps, of: piece, frame, before: firstAfter)
      size += fresh
      if let length, size == length, !header.isEmpty { return .complete(overlapped: overlapped) }
      return overlapped ? .overlapping : .kept
    }

    /// Whether the end of the datagram, once known, stays where it is, and no byte lies behind it.
    private func fits(_ piece: Piece) -> Bool {
      if let length { return piece.end <= length && (!piece.isLast || piece.end == length) }
      guard piece.isLast, let last = pieces.last else { return true }
      return last.start + last.bytes.count <= piece.end
    }

    private mutating func refuse() -> Outcome {
      isRefused = true
      pieces = []
      header = []
      size = 0
      return .refused
    }

    /// Looks only at what lies in both: a copy of eight bytes must not cost the datagram.
    private func isSame(_ piece: Piece, _ frame: Span<UInt8>) -> Bool {
      for held in pieces {
        let from = max(held.start, piece.start)
        let to = min(held.start + held.bytes.count, piece.end)
        guard from < to else { continue }
        for place in from..<to
        where frame.octet(piece.offset + place - piece.start) != held.bytes[place - held.start] {
          return false
        }
      }
      return true
    }

    private mutating func insert(_ gaps: [Range<Int>], of piece: Piece, _ frame: Span<UInt8>, before index: Int) {
      for gap in gaps {
        let bytes = frame.copy(piece.offset + gap.lowerBound - piece.start, gap.count)
        var place = index
        while place > 0, pieces[place - 1].start > gap.lowerBound { place -= 1 }
        while place < pieces.count, pieces[place].start < gap.lowerBound { place += 1 }
        pieces.insert((gap.lowerBound, bytes), at: place)
      }
    }

    private mutating func takeHeader(_ piece: Piece, _ frame: Span<UInt8>) {
      header = frame.copy(piece.header.lowerBound, piece.header.count)
      if let announcement = piece.announcement {
        header[announcement - piece.header.lowerBound] = piece.next
      }
    }

    /// The packet with its whole length; nil where that is more than a length field can say.
    consuming func assembled() -> [UInt8]? {
      var out = header
      let total = isIPv6 ? out.count - 40 + size : out.count + size
      guard out.count >= (isIPv6 ? 40 : 20), total <= 65_535 else { return nil }
      let field = isIPv6 ? 4 : 2
      out[field] = UInt8(total >> 8)
      out[field + 1] = UInt8(total & 0xFF)
      if !isIPv6 {
        // Neither offset nor more to come; "do not fragment" stays.
        out[6] &= 0x40
        out[7] = 0
      }
      out.reserveCapacity(out.count + size)
      for piece in pieces { out += piece.bytes }
      return out
    }
  }
}
