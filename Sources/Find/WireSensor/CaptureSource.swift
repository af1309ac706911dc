import Model
public import Platform
public import Wire

/// Reads capture files into `Traffic`: plain ones as they lie in memory, packed and piped ones as a stream.
public enum CaptureSource {
  /// What became of one file.
  public struct Outcome: Sendable {
    public var path: String
    public var statistics: CaptureStatistics
    /// The first place where bytes made no sense.
    public var fault: CaptureFault?
    /// Bytes of the file as it is stored, or that came through the pipe.
    public var size: Int
    /// How the file is packed.
    public var packing: Unpacker.Kind?
    /// The packed bytes break off or are damaged, from here on: what came before was read.
    public var packingFault: Int?
    /// Frames that the filter did not take; nil without a filter.
    public var filteredOut: Int?
  }

  public enum Problem: Error, Sendable {
    case file(FileError)
    case format(CaptureFault)
    /// Packed, and damaged or broken off before the first frame could be read.
    case packed(Unpacker.Kind, at: Int)
  }

  /// Frames between two calls of `progress`.
  private static let step = 1 << 16

  /// Reads a file to its end, or until `progress` says no.
  ///
  /// - Parameter path: a regular file, a FIFO, or `-` for standard input.
  /// - Parameter progress: called from time to time with the bytes that were read of how many, 0 for a pipe; false ends the
  ///   reading.
  public static func read(
    _ path: String, into traffic: inout Traffic, progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(Problem) -> Outcome {
    guard !PipedInput.isNeeded(for: path) else {
      return try pipe(path, into: &traffic, { _, _ in true }, progress)
    }
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    if let kind = Unpacker.Kind(file.bytes) {
      return try packed(file.bytes, kind, path, into: &traffic, { _, _ in true }, progress)
    }
    do throws(CaptureFault) {
      var reader = try CaptureReader(file.bytes)
      var left = step
      var known = 0
      while let frame = reader.next() {
        // A name stands before the packets that it is for: what is known by now holds for them.
        if reader.nameCount != known { traffic.learn(reader.names, &known) }
        traffic.take(reader.bytes(of: frame), link: frame.link, time: frame.time, length: frame.length)
        left -= 1
        if left == 0 {
          left = step
          guard progress(reader.offset, file.count) else { break }
        }
      }
      traffic.learn(reader.names, &known)
      return Outcome(path: path, statistics: reader.statistics, fault: reader.fault, size: file.count)
    } catch { throw .format(error) }
  }

  /// The same for the frames that a filter takes, if there is one.
  public static func read(
    _ path: String, into traffic: inout Traffic, filter: inout PacketFilter?,
    progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(Problem) -> Outcome {
    guard filter != nil else { return try read(path, into: &traffic, progress: progress) }
    let before = filter?.rejected ?? 0
    var outcome = try walk(
      path, into: &traffic,
      { frame, bytes in filter?.accepts(bytes, link: frame.link, length: frame.length) ?? true }, progress)
    outcome.filteredOut = (filter?.rejected ?? 0) - before
    return outcome
  }

  private static func walk(
    _ path: String, into traffic: inout Traffic, _ accepts: (Frame, Span<UInt8>) -> Bool,
    _ progress: (Int, Int) -> Bool
  ) throws(Problem) -> Outcome {
    guard !PipedInput.isNeeded(for: path) else { return try pipe(path, into: &traffic, accepts, progress) }
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    if let kind = Unpacker.Kind(file.bytes) {
      return try packed(file.bytes, kind, path, into: &traffic, accepts, progress)
    }
    do throws(CaptureFault) {
      var reader = try CaptureReader(file.bytes)
      var left = step
      var known = 0
      while let frame = reader.next() {
        if reader.nameCount != known { traffic.learn(reader.names, &known) }
        let bytes = reader.bytes(of: frame)
        if accepts(frame, bytes) {
          traffic.take(bytes, link: frame.link, time: frame.time, length: frame.length)
        }
        left -= 1
        if left == 0 {
          left = step
          guard progress(reader.offset, file.count) else { break }
        }
      }
      traffic.learn(reader.names, &known)
      return Outcome(path: path, statistics: reader.statistics, fault: reader.fault, size: file.count)
    } catch { throw .format(error) }
  }
}

extension Traffic {
  /// A name that the capture file itself gives to an address: it holds for every client.
  mutating func learn(_ name: String, of address: IP) {
    let id = names.intern(Array(name.lowercased().utf8)).id
    addressNames.learn(.none, address, name: id, until: .max)
  }

  /// Names of a file, from the ones on that are not known yet.
  @inline(never)
  mutating func learn(_ names: [CaptureName], _ known: inout Int) {
    for name in names[min(known, names.count)...] { learn(name.name, of: name.address) }
    known = names.count
  }
}
