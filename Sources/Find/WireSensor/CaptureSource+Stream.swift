import Model
import Platform
import Wire

#if canImport(Glibc)
  import Glibc
#endif

/// Captures that come in pieces: out of a decompressor, through a pipe.
///
/// What is held is one record, the decompressor's window (at most 128 MiB, RFC 8878 §3.1.1.1.2) and a piece of 64 KiB, so
/// that a bomb costs time and no memory, and `progress` can end it.
extension CaptureSource {
  /// Bytes that go into the decompressor at once.
  private static let chunk = 1 << 16
  /// Unpacked bytes between two calls of `progress`.
  private static let pace = 4 << 20
  /// Milliseconds after which a pipe that is silent asks `progress`.
  private static let patience: Int32 = 100
  /// Milliseconds that a writer has to end once the reading is given up: Ctrl-C reaches both, and the last frames come then.
  private static let grace = 1000

  /// A capture of which pieces come.
  struct Pieces: ~Copyable {
    var stream = CaptureStream()
    private var known = 0
    private var unpacked = 0
    private(set) var fault: CaptureFault?

    /// Takes the next bytes of the capture itself; false where they are none.
    mutating func take(
      _ piece: Span<UInt8>, into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool
    ) -> Bool {
      unpacked &+= piece.count
      do throws(CaptureFault) { try stream.feed(piece) } catch {
        fault = error
        return false
      }
      drain(into: &traffic, accepts)
      return true
    }

    /// No more will come.
    mutating func finish(into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool) throws(CaptureFault) {
      try stream.finish()
      drain(into: &traffic, accepts)
    }

    private mutating func drain(into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool) {
      while let frame = stream.next() {
        if stream.nameCount != known { traffic.learn(stream.names, &known) }
        let bytes = stream.bytes(of: frame)
        if accepts(frame, bytes) {
          traffic.take(bytes, link: frame.link, time: frame.time, length: frame.length)
        }
      }
      if stream.nameCount != known { traffic.learn(stream.names, &known) }
    }

    /// Whether it is time to ask `progress`.
    mutating func isDue() -> Bool {
      guard unpacked >= CaptureSource.pace else { return false }
      unpacked = 0
      return true
    }
  }

  /// A file of gzip or zstd that lies in memory.
  static func packed(
    _ bytes: Span<UInt8>, _ kind: Unpacker.Kind, _ path: String, into traffic: inout Traffic,
    _ accepts: (Frame, Span<UInt8>) -> Bool, _ progress: (Int, Int) -> Bool
  ) throws(Problem) -> Outcome {
    var unpacking = try Unpacking(kind)
    var offset = 0
    while offset < bytes.count, !unpacking.isOver {
      let end = min(bytes.count, offset + chunk)
      try unpacking.take(bytes.extracting(offset..<end), into: &traffic, accepts) { progress(offset, bytes.count) }
      offset = end
    }
    return try unpacking.finish(path, size: bytes.count, into: &traffic, accepts)
  }

  /// Packed bytes on their way into a capture.
  struct Unpacking: ~Copyable {
    private let kind: Unpacker.Kind
    private var unpacker: Unpacker
    private var pieces = Pieces()
    private var damage: Int?
    private var wasStopped = false

    init(_ kind: Unpacker.Kind) throws(Problem) {
      self.kind = kind
      do throws(Unpacker.Fault) { unpacker = try Unpacker(kind) } catch { throw .packed(kind, at: 0) }
    }

    /// Damaged, or given up.
    var isOver: Bool { damage != nil || wasStopped }

    mutating func take(
      _ input: Span<UInt8>, into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool,
      _ goesOn: () -> Bool
    ) throws(Problem) {
      guard !isOver else { return }
      var isCapture = true
      var isWanted = true
      do throws(Unpacker.Fault) {
        try unpacker.unpack(input) { piece in
          isCapture = pieces.take(piece, into: &traffic, accepts)
          if pieces.isDue() { isWanted = goesOn() }
          return isCapture && isWanted
        }
      } catch { damage = unpacker.read }
      if !isCapture { throw .format(pieces.fault ?? .unknownFormat(0)) }
      if !isWanted { wasStopped = true }
    }

    mutating func stop() { wasStopped = true }

    mutating func finish(
      _ path: String, size: Int, into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool
    ) throws(Problem) -> Outcome {
      if !wasStopped {
        if damage == nil, !unpacker.isComplete { damage = unpacker.read }
        do throws(CaptureFault) { try pieces.finish(into: &traffic, accepts) } catch {
          throw damage.map { .packed(kind, at: $0) } ?? .format(error)
        }
      }
      var statistics = pieces.stream.statistics
      // Counted once: the packed bytes broke off, not the record.
      if damage != nil { statistics.truncatedTail = false }
      return Outcome(
        path: path, statistics: statistics, fault: pieces.stream.fault, size: size, packing: kind, packingFault: damage)
    }
  }

  /// Bytes that come once; packed or not, which the first ones tell.
  static func pipe(
    _ path: String, into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool,
    _ progress: (Int, Int) -> Bool
  ) throws(Problem) -> Outcome {
    var input: PipedInput
    do throws(FileError) { input = try PipedInput(path) } catch { throw .file(error) }
    var head: [UInt8] = []
    var done = 0
    // Nothing may come for long: the first bytes tell what it is, and they may come one by one.
    while head.count < 4 {
      switch try next(&input) {
      case .bytes:
        let bytes = input.bytes
        for index in bytes.indices { head.append(bytes[index]) }
        done += bytes.count
      case .none:
        guard progress(done, 0) else {
          return Outcome(path: path, statistics: CaptureStatistics(), fault: nil, size: done)
        }
      case .end: throw .format(.tooShort(head.count))
      }
    }
    if let kind = Unpacker.Kind(head.span) {
      var unpacking = try Unpacking(kind)
      try unpacking.take(head.span, into: &traffic, accepts) { progress(done, 0) }
      let wasStopped = try each(&input, &done, progress) { (bytes) throws(Problem) in
        try unpacking.take(bytes, into: &traffic, accepts) { true }
        return !unpacking.isOver
      }
      if wasStopped { unpacking.stop() }
      return try unpacking.finish(path, size: done, into: &traffic, accepts)
    }
    var pieces = Pieces()
    guard pieces.take(head.span, into: &traffic, accepts) else { throw .format(pieces.fault ?? .unknownFormat(0)) }
    let wasStopped = try each(&input, &done, progress) { (bytes) throws(Problem) in
      guard pieces.take(bytes, into: &traffic, accepts) else { throw .format(pieces.fault ?? .unknownFormat(0)) }
      return true
    }
    if !wasStopped {
      do throws(CaptureFault) { try pieces.finish(into: &traffic, accepts) } catch { throw .format(error) }
    }
    return Outcome(path: path, statistics: pieces.stream.statistics, fault: pieces.stream.fault, size: done)
  }

  private static func next(_ input: inout PipedInput) throws(Problem) -> PipedInput.Event {
    do throws(FileError) { return try input.read(waiting: patience) } catch { throw .file(error) }
  }

  /// Hands on what comes, to the end, until `body` has enough, or until `progress` says no and the grace is over.
  /// - Returns: whether `progress` ended it before the end came.
  private static func each(
    _ input: inout PipedInput, _ done: inout Int, _ progress: (Int, Int) -> Bool,
    _ body: (Span<UInt8>) throws(Problem) -> Bool
  ) throws(Problem) -> Bool {
    let clock = ContinuousClock()
    var limit: ContinuousClock.Instant?
    while true {
      let event = try next(&input)
      if event == .end { return false }
      if event == .bytes {
        let bytes = input.bytes
        done += bytes.count
        guard try body(bytes) else { return false }
      }
      if let limit {
        if clock.now >= limit { return true }
      } else if !progress(done, 0) {
        limit = clock.now + .milliseconds(grace)
      }
    }
  }
}
