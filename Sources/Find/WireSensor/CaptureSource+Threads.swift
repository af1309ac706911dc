import Detection
import Model
import Platform
import Wire
import Synchronization

extension CaptureSource {
  /// Reads files one after the other, each with several threads where that gives the same as one thread would.
  ///
  /// Every thread walks all frames and takes the conversations of its share of the hosts. Where hosts of two shares turn
  /// out to hang together, or a file cannot be mapped and walked as it is, everything is read again with one thread.
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

  private static let step = 1 << 16

  private struct Part: Sendable {
    var index: Int
    var share: Traffic.Share
    var outcomes: [Outcome]
  }

  /// Set where one part cannot go on: the others need not either.
  private final class Halt: Sendable {
    let isSet = Atomic(false)
  }

  /// Nil where one thread has to do it.
  static func shared(
    _ paths: [String], _ count: Int, _ traffic: inout Traffic,
    _ progress: @escaping @Sendable (String, Int, Int) -> Bool = { _, _, _ in true }
  ) async -> [Outcome]? {
    let (limits, observer, seed) = (traffic.limits, traffic.observer.share(of: count), traffic.seed)
    let halt = Halt()
    let parts = await withTaskGroup(of: Part?.self) { group in
      for index in 0..<count {
        group.addTask {
          var part = Traffic(shard: index, of: count, limits: limits, observer: observer, seed: seed)
          guard let outcomes = take(paths, into: &part, halt: halt, progress) else { return nil }
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

  private static func take(
    _ paths: [String], into part: inout Traffic, halt: Halt, _ progress: (String, Int, Int) -> Bool
  ) -> [Outcome]? {
    var outcomes: [Outcome] = []
    for path in paths {
      guard let outcome = take(path, into: &part, halt: halt, progress) else {
        halt.isSet.store(true, ordering: .relaxed)
        return nil
      }
      outcomes.append(outcome)
    }
    return outcomes
  }

  private static func take(
    _ path: String, into part: inout Traffic, halt: Halt, _ progress: (String, Int, Int) -> Bool
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
        part.take(reader.bytes(of: frame), link: frame.link, time: frame.time, length: frame.length)
        left -= 1
        guard left == 0 else { continue }
        left = step
        if part.shard.hasConflict || halt.isSet.load(ordering: .relaxed) { return nil }
        // All would have to stop at the same frame: one thread does.
        if part.shard.index == 0, !progress(path, reader.offset, file.count) { return nil }
      }
      part.learn(reader.names, &known)
      return Outcome(path: path, statistics: reader.statistics, fault: reader.fault, size: file.count)
    } catch { return nil }
  }
}
