/// Where a `CaptureReader` stands in its file, and all that it knows by then: another one can go on from there.
public struct CapturePlace: Sendable {
  /// First byte of the next record.
  public private(set) var offset: Int
  private(set) var parser: CaptureParser

  init(offset: Int, parser: CaptureParser) {
    self.offset = offset
    self.parser = parser
  }

  /// Before the first record.
  /// - Parameter start: bytes from the file's start on: 28 are enough.
  /// - Throws: where these bytes are no header of pcap or pcapng.
  public init(_ start: Span<UInt8>) throws(CaptureFault) {
    parser = CaptureParser()
    guard let offset = try parser.open(start) else { throw .tooShort(start.count) }
    self.offset = offset
  }

  public var statistics: CaptureStatistics { parser.total }
  /// The first place where bytes made no sense.
  public var fault: CaptureFault? { parser.fault }

  /// Goes behind the records that somebody else walked, if they start here.
  ///
  /// A reader that stands at the same record of the same file finds the same records: none of what it met before changes
  /// how it reads a sound one.
  /// - Returns: false where they start somewhere else, or there are none; then nothing has changed.
  public mutating func pass(_ walk: RecordWalk) -> Bool {
    guard parser.format == .classic, walk.start == offset, walk.frames > 0 else { return false }
    offset = walk.end
    parser.statistics.frames &+= walk.frames
    parser.lastSeconds = walk.parser.lastSeconds
    return true
  }
}
