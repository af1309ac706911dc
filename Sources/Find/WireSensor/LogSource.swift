public import Databases
public import Formats
public import Model
public import Platform
import Wire

/// Reads logs of resolvers, proxies and sensors into `Traffic`: whole files, packed ones, and files that grow.
public struct LogSource: ~Copyable {
  public enum Problem: Error, Sendable {
    case file(FileError)
    /// Nothing says whose log it is.
    case unknownFormat
    /// gzip or zstd that breaks off or is no such thing inside.
    case packed(at: Int)
    /// A SQLite database that cannot be read.
    case database(Database.Fault)
    /// A SQLite database that is not Pi-hole's.
    case otherDatabase
  }

  /// What became of a log.
  public struct Outcome: Sendable, Hashable {
    public var format: LogFormat
    /// Lines, or frames of dnstap.
    public var lines = 0
    /// Lines that told about traffic.
    public var records = 0
    /// Lines that are none of the format.
    public var malformed = 0
    public var tooLong = 0
    public var bytes = 0
    /// What ended the reading of a database early: what came before it counts.
    public var fault: Database.Fault?
    /// Lately stored questions that the database's writer has not moved into the file yet are not among the lines.
    public var omitsLog = false
  }

  public private(set) var outcome: Outcome
  private var reader: LogReader
  private var lines = LogLines()
  private var frames = LogFrames()
  private var utf16: LogUTF16?
  private var record = LogRecord()

  /// - Parameters:
  ///   - head: the first bytes of the log, unpacked: they tell the format where none is given.
  ///   - now: stands for the year where times have none.
  ///   - zone: seconds east of Greenwich for times without a zone.
  public init?(head: Span<UInt8>, format: LogFormat?, now: Timestamp, zone: Int = 0) {
    guard let format = format ?? LogFormat.detect(head) else { return nil }
    reader = LogReader(format: format, now: now, zone: zone)
    outcome = Outcome(format: format)
    utf16 = LogUTF16(head)
  }

  /// Moves on the moment that times without a year are near to.
  public mutating func advance(to now: Timestamp) { reader.now = now }

  /// Takes the next bytes of the log.
  public mutating func take(_ chunk: Span<UInt8>, into traffic: inout Traffic) {
    outcome.bytes += chunk.count
    if utf16 != nil {
      let text = utf16?.read(chunk) ?? []
      cut(text.span, into: &traffic)
    } else {
      cut(chunk, into: &traffic)
    }
  }

  private mutating func cut(_ chunk: Span<UInt8>, into traffic: inout Traffic) {
    // The parts are moved out, so that the closure below changes them while the cutter is at work.
    var (reader, record, outcome) = (reader, record, outcome)
    let latest = LogRecord.latest(at: reader.now)
    if outcome.format == .dnstap {
      frames.read(chunk) { frame in Self.read(frame, latest, &reader, &record, &outcome, &traffic) }
      outcome.tooLong = frames.skipped
    } else {
      lines.read(chunk) { line, _ in Self.read(line, latest, &reader, &record, &outcome, &traffic) }
      outcome.tooLong = lines.skipped
    }
    (self.reader, self.record, self.outcome) = (reader, record, outcome)
  }

  /// The log has ended: what is behind the last line end counts as a line.
  public mutating func finish(into traffic: inout Traffic) {
    var (reader, record, outcome) = (reader, record, outcome)
    let latest = LogRecord.latest(at: reader.now)
    lines.finish { line, _ in Self.read(line, latest, &reader, &record, &outcome, &traffic) }
    (self.reader, self.record, self.outcome) = (reader, record, outcome)
  }

  @inline(__always)
  private static func read(
    _ line: Span<UInt8>, _ latest: Int64, _ reader: inout LogReader, _ record: inout LogRecord,
    _ outcome: inout Outcome, _ traffic: inout Traffic
  ) {
    outcome.lines += 1
    switch reader.read(line, into: &record) {
    case .record:
      outcome.records += 1
      if record.time > latest { record.time = LogRecord.unknownTime }
      traffic.take(from: &record, line)
    case .ignored: break
    case .malformed: if line.count > 0 { outcome.malformed += 1 }
    }
  }

  // MARK: Files

  private static let headLength = 1 << 16
  private static let chunk = 1 << 20

  /// Reads a file to its end; packed ones are unpacked on the way.
  ///
  /// - Parameter progress: called from time to time with the bytes read of how many; false ends the reading.
  public static func read(
    _ path: String, format: LogFormat?, now: Timestamp, zone: Int = 0, into traffic: inout Traffic,
    progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(Problem) -> Outcome {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
    let bytes = file.bytes
    if Database.isDatabase(bytes) {
      return try database(path, format: format, now: now, size: bytes.count, into: &traffic, progress: progress)
    }
    if let kind = Unpacker.Kind(bytes) {
      return try packed(bytes, kind, format: format, now: now, zone: zone, into: &traffic, progress: progress)
    }
    guard
      var source = LogSource(
        head: bytes.extracting(first: headLength), format: format, now: now, zone: zone)
    else { throw .unknownFormat }
    var offset = 0
    while offset < bytes.count {
      let end = min(bytes.count, offset + chunk)
      source.take(bytes.extracting(offset..<end), into: &traffic)
      offset = end
      guard progress(offset, bytes.count) else { break }
    }
    source.finish(into: &traffic)
    return source.outcome
  }

  private static func database(
    _ path: String, format: LogFormat?, now: Timestamp, size: Int, into traffic: inout Traffic,
    progress: (Int, Int) -> Bool
  ) throws(Problem) -> Outcome {
    guard format == nil || format == .piholeFTL else { throw .unknownFormat }
    var outcome = Outcome(format: .piholeFTL)
    outcome.bytes = size
    do throws(Database.Fault) {
      var source = try PiholeDatabase(path)
      outcome.omitsLog = source.omitsLog
      guard let ends = try source.ends() else { return outcome }
      let width = Double(ends.last) - Double(ends.first) + 1
      while try source.read(now: now, outcome: &outcome, into: &traffic) {
        let share = (Double(source.last ?? ends.first) - Double(ends.first)) / width
        guard progress(Int(Double(size) * min(1, share)), size) else { break }
      }
    } catch {
      switch error {
      case .noTable, .noColumn: throw .otherDatabase
      default:
        guard outcome.lines > 0 else { throw .database(error) }
        outcome.fault = error
      }
    }
    return outcome
  }

  private static func packed(
    _ bytes: Span<UInt8>, _ kind: Unpacker.Kind, format: LogFormat?, now: Timestamp, zone: Int,
    into traffic: inout Traffic, progress: (Int, Int) -> Bool
  ) throws(Problem) -> Outcome {
    var unpacker: Unpacker
    do throws(Unpacker.Fault) { unpacker = try Unpacker(kind) } catch { throw .packed(at: 0) }
    var head: [UInt8] = []
    var damage: Int?
    do throws(Unpacker.Fault) {
      var probe = try Unpacker(kind)
      try probe.unpack(bytes.extracting(first: 1 << 17)) { piece in
        for index in 0..<min(piece.count, headLength - head.count) { head.append(piece[index]) }
        return head.count < headLength
      }
    } catch {
      // What was unpacked before the damage may still tell the format.
      if case .damaged(let place) = error { damage = place }
    }
    guard var source = LogSource(head: head.span, format: format, now: now, zone: zone) else {
      throw damage.map { .packed(at: $0) } ?? .unknownFormat
    }
    var offset = 0
    while offset < bytes.count {
      let end = min(bytes.count, offset + chunk)
      do throws(Unpacker.Fault) {
        try unpacker.unpack(bytes.extracting(offset..<end)) { piece in
          source.take(piece, into: &traffic)
          return true
        }
      } catch {
        // What came before the damage counts.
        source.finish(into: &traffic)
        throw .packed(at: unpacker.read)
      }
      offset = end
      guard progress(offset, bytes.count) else { break }
    }
    source.finish(into: &traffic)
    guard unpacker.isComplete else { throw .packed(at: unpacker.read) }
    return source.outcome
  }
}

extension LogRecord {
  /// A clock that is more than a day ahead would make everything else look old: no later time is believed.
  static func latest(at now: Timestamp) -> Int64 {
    let (time, isOutside) = now.nanoseconds.addingReportingOverflow(86_400_000_000_000)
    return isOutside ? .max : time
  }
}
