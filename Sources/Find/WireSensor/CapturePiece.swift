import Model
import Platform
import Wire

/// A piece of a capture file: what the headers of its frames say, in a list for each shard.
///
/// Its memory is used again for another piece, so that nothing is allocated for a frame.
struct CapturePiece: Sendable {
  /// Where a piece stands among those of all files.
  struct Window: Sendable {
    /// Which of the files.
    var file: Int
    var source: Source
    /// Bytes of the file in which its records start.
    var range: Range<Int>
    var isFirst: Bool
    var isLast: Bool
  }

  enum Source: Sendable {
    /// Opened, with the place of its first record.
    case records(SharedFile, CapturePlace)
    /// A file that has no records which could be walked from the middle: every shard reads all of it.
    case other
  }

  private(set) var window: Window
  /// The records from the first one in the piece on, as it seems: to be verified by whoever comes there.
  private(set) var walk: RecordWalk?
  private(set) var notes: Notes

  /// What was seen of the frames.
  struct Notes: Sendable {
    /// Packets with ports, and fragments: the first `count`.
    var frames: [DissectedFrame] = []
    /// The shard that takes each, or `everyone`.
    var owners: [UInt8] = []
    var count = 0
    var sums = Sums()

    /// Fragments: every shard puts them together.
    static let everyone = UInt8.max
  }

  /// What is told of all frames together.
  struct Sums: Sendable {
    var dissector = Dissector()
    /// Bytes that the frames had on the wire.
    var length: UInt64 = 0
    /// Of the first frame that has one.
    var firstTime: Int64 = 0
    var lastTime: Int64 = 0
    var earliest = Int64.max
    var latest = Int64.min
    /// By how much a frame is earlier than one before it in the piece, at most.
    var setback: Int64 = 0
  }

  init(_ window: Window) {
    self.window = window
    notes = Notes()
  }

  /// Dissects what is in another piece.
  mutating func fill(_ window: Window, _ shard: Shard) {
    self.window = window
    guard case .records(let file, let place) = window.source else { return walk = nil }
    file.withBytes { fill($0, place, shard) }
  }

  private mutating func fill(_ bytes: Span<UInt8>, _ place: CapturePlace, _ shard: Shard) {
    guard var walk = walk ?? RecordWalk(of: place) else { return }
    var start: Int? = place.offset
    walk.begin(of: place, at: place.offset)
    if !window.isFirst { start = walk.likelyStart(bytes, in: window.range) }
    walk.begin(of: place, at: start ?? place.offset)
    if start != nil { notes.take(&walk, bytes, to: window.range.upperBound, shard) }
    self.walk = walk
  }
}

extension CapturePiece.Notes {
  /// Walks the records that start before `end` and are all there.
  fileprivate mutating func take(_ walk: inout RecordWalk, _ bytes: Span<UInt8>, to end: Int, _ shard: Shard) {
    // Taken out while they are filled: each is written by itself.
    var (frames, owners): ([DissectedFrame], [UInt8]) = ([], [])
    swap(&frames, &self.frames)
    swap(&owners, &self.owners)
    var sums = CapturePiece.Sums()
    count = 0
    repeat {
      if count == frames.count {
        let more = max(1024, count)
        frames += repeatElement(DissectedFrame(), count: more)
        owners += repeatElement(0, count: more)
      }
      var room = frames.mutableSpan
      var tags = owners.mutableSpan
      count = sums.take(&walk, bytes, to: end, shard, &room, &tags, from: count)
    } while count == frames.count
    self.sums = sums
    self.frames = frames
    self.owners = owners
  }
}

extension CapturePiece.Sums {
  /// - Returns: how many frames are noted then: no more than there is room for.
  fileprivate mutating func take(
    _ walk: inout RecordWalk, _ bytes: Span<UInt8>, to end: Int, _ shard: Shard,
    _ frames: inout MutableSpan<DissectedFrame>, _ owners: inout MutableSpan<UInt8>, from first: Int
  ) -> Int {
    var count = first
    while count < frames.count, walk.end < end, let frame = walk.next(bytes) {
      length &+= UInt64(clamping: frame.length)
      see(frame.time)
      frames[count].stand(in: frame)
      let bytes = bytes.extracting(frame.offset..<frame.offset &+ frame.captured)
      switch dissector.dissect(bytes, link: frame.link, into: &frames[count].packet) {
      case .transport: owners[count] = UInt8(truncatingIfNeeded: shard.place(of: frames[count].packet))
      case .fragment: owners[count] = CapturePiece.Notes.everyone
      case .ip, .other, .damaged: continue
      }
      count &+= 1
    }
    return count
  }

  @inline(__always)
  private mutating func see(_ time: Int64) {
    if firstTime == 0 { firstTime = time }
    lastTime = time
    earliest = min(earliest, time)
    latest = max(latest, time)
    setback = max(setback, latest &- time)
  }
}
