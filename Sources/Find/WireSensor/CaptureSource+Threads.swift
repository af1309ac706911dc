import Detection
import Model
import Platform
import Wire

extension CaptureSource {
  /// Reads files one after the other, each with several threads where that gives the same as one thread would.
  ///
  /// Every thread takes the conversations of its share of the hosts. Pieces of a pcap file are walked and dissected by
  /// whoever has time, see `PieceBoard`; other files are walked by every thread. Where hosts of two shares turn out to hang
  /// together, or a file cannot be walked as it is, everything is read again with one thread.
  ///
  /// - Parameters:
  ///   - threads: 1 to `threadLimit`.
  ///   - traffic: one that has taken nothing yet. Its conversations are told when this returns, where several threads read.
  ///   - progress: called from time to time with the path and the bytes that were read of how many; false ends the reading.
  public static func read(
    _ paths: [String], threads: Int, into traffic: inout Traffic,
    progress: @escaping @Sendable (String, Int, Int) -> Bool = { _, _, _ in true }
  ) async throws(Unread) -> [Outcome] {
    let count = min(max(1, threads), threadLimit)
    if count > 1, traffic.counters.frames == 0, let outcomes = await shared(paths, count, &traffic, progress) {
      return outcomes
    }
    var outcomes: [Outcome] = []
    for path in paths {
      do throws(Problem) {
        outcomes.append(try read(path, into: &traffic) { progress(path, $0, $1) })
      } catch { throw Unread(path: path, problem: error) }
    }
    return outcomes
  }

  /// The file of several that cannot be read, and why.
  public struct Unread: Error, Sendable {
    public var path: String
    public var problem: Problem
  }

  /// Threads that share the hosts of a capture.
  public static let threadLimit = 16

  /// Bytes of a piece: what is noted of its frames stays in a processor's cache.
  static let pieceSize = 1 << 20
  /// Pieces at once, for each thread.
  private static let pieces = 3
  /// Bytes between two calls of `progress`.
  private static let pace = 16 << 20
  private static let step = 1 << 16

  private struct Part: Sendable {
    var index: Int
    var share: Traffic.Share
    var outcomes: [Outcome]
  }

  /// Nil where one thread has to do it.
  static func shared(
    _ paths: [String], _ count: Int, _ traffic: inout Traffic, pieceSize: Int = pieceSize,
    _ progress: @escaping @Sendable (String, Int, Int) -> Bool = { _, _, _ in true }
  ) async -> [Outcome]? {
    let (limits, observer, seed) = (traffic.limits, traffic.observer.share(of: count), traffic.seed)
    let board = PieceBoard(paths, shards: count, window: max(1, pieceSize), pieces: count * pieces)
    let parts = await withTaskGroup(of: Part?.self) { group in
      for index in 0..<count {
        group.addTask {
          var part = Traffic(shard: index, of: count, limits: limits, observer: observer, seed: seed)
          guard let outcomes = await take(board, into: &part, progress) else {
            board.halt()
            return nil
          }
          part.finish()
          return Part(index: index, share: part.share, outcomes: outcomes)
        }
      }
      var parts: [Part] = []
      for await part in group { if let part { parts.append(part) } }
      return parts.sorted { $0.index < $1.index }
    }
    guard parts.count == count, traffic.absorb(parts.map(\.share)) else { return nil }
    return parts[0].outcomes
  }

  /// How far a shard has come.
  private struct Reading {
    var outcomes: [Outcome] = []
    var place: CapturePlace?
    /// Bytes of the files before.
    var passed: UInt64 = 0
    var asked = 0
  }

  /// Takes all pieces in their order, and fills those that nobody has filled yet.
  private static func take(
    _ board: PieceBoard, into part: inout Traffic, _ progress: (String, Int, Int) -> Bool
  ) async -> [Outcome]? {
    var reading = Reading()
    var number = 0
    while reading.outcomes.count < board.paths.count {
      switch board.work(for: number) {
      case .take(let piece):
        guard take(consume piece, board, &reading, into: &part, progress), !part.shard.hasConflict else { return nil }
        board.giveBack(number)
        number += 1
      case .fill(let number, let window, var piece):
        piece.fill(window, part.shard)
        board.put(piece, number)
      case .wait(let version): await board.change(since: version)
      case .halted: return nil
      }
    }
    return reading.outcomes
  }

  private static func take(
    _ piece: consuming CapturePiece, _ board: PieceBoard, _ reading: inout Reading, into part: inout Traffic,
    _ progress: (String, Int, Int) -> Bool
  ) -> Bool {
    let window = piece.window
    let path = board.paths[window.file]
    guard case .records(let file, let first) = window.source else {
      guard let outcome = take(path, into: &part, board, reading.passed, progress) else { return false }
      reading.outcomes.append(outcome)
      reading.passed &+= UInt64(outcome.size)
      return true
    }
    var place = window.isFirst ? first : reading.place ?? first
    file.withBytes { bytes in
      if let walk = piece.walk, place.pass(walk) { part.take(piece, bytes, after: reading.passed) }
      // Whatever of the piece was not walked, each shard walks for itself, as one thread would.
      if place.offset < window.range.upperBound {
        place = walk(bytes, from: place, to: window.range.upperBound, into: &part, reading.passed)
      }
    }
    reading.place = place
    var isWanted = true
    if part.shard.index == 0, window.range.upperBound - reading.asked >= pace {
      reading.asked = window.range.upperBound
      // All would have to stop at the same frame: one thread does.
      isWanted = progress(path, reading.asked, file.count)
    }
    if window.isLast {
      reading.outcomes.append(
        Outcome(path: path, statistics: place.statistics, fault: place.fault, size: file.count))
      reading.passed &+= UInt64(file.count)
      reading.asked = 0
    }
    return isWanted
  }

  /// Walks the records that start before `end`; gives where the next one starts.
  private static func walk(
    _ bytes: Span<UInt8>, from place: CapturePlace, to end: Int, into part: inout Traffic, _ passed: UInt64
  ) -> CapturePlace {
    var reader = CaptureReader(bytes, at: place)
    while reader.offset < end, let frame = reader.next() {
      part.take(reader.bytes(of: frame), frame, after: passed)
    }
    return reader.place
  }

  /// A file that has no pieces.
  private static func take(
    _ path: String, into part: inout Traffic, _ board: PieceBoard, _ passed: UInt64,
    _ progress: (String, Int, Int) -> Bool
  ) -> Outcome? {
    // Whatever is wrong, one thread meets it again and says so.
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { return nil }
    do throws(CaptureFault) {
      var reader = try CaptureReader(file.bytes)
      var left = step
      var known = 0
      while let frame = reader.next() {
        if reader.nameCount != known { part.learn(reader.names, &known) }
        part.take(reader.bytes(of: frame), frame, after: passed)
        left -= 1
        guard left == 0 else { continue }
        left = step
        if part.shard.hasConflict || board.isHalted { return nil }
        if part.shard.index == 0, !progress(path, reader.offset, file.count) { return nil }
      }
      part.learn(reader.names, &known)
      return Outcome(path: path, statistics: reader.statistics, fault: reader.fault, size: file.count)
    } catch { return nil }
  }
}

extension Traffic {
  /// Takes one frame of a file that every shard walks.
  @inline(__always)
  fileprivate mutating func take(_ bytes: Span<UInt8>, _ frame: Frame, after passed: UInt64) {
    shard.place = passed &+ UInt64(clamping: frame.offset)
    if frame.time != Frame.unknownTime { shard.see(earliest: frame.time, latest: frame.time) }
    take(bytes, link: frame.link, time: frame.time, length: frame.length)
  }
}
