/// Walks the frames of a capture file that lies in memory: pcap and pcapng, both byte orders, every time unit.
///
/// It copies nothing and allocates nothing for a frame. Damage in the middle never ends the reading: the next record that
/// makes sense is looked for, `fault` keeps the first place and `statistics` count. Follows draft-ietf-opsawg-pcap and
/// draft-ietf-opsawg-pcapng.
public struct CaptureReader: ~Escapable {
  /// The whole file.
  public let bytes: Span<UInt8>
  /// First byte of the next record.
  public private(set) var offset: Int
  /// Names that were read so far. Stored, so that it costs nothing to be asked after each frame.
  public private(set) var nameCount = 0
  private var parser = CaptureParser()
  private var ahead = ReadAhead()

  /// Bytes of the largest frame that is believed: the largest that libpcap writes.
  public static let frameLimit = 262_144
  /// Bytes of the largest block of pcapng.
  public static let blockLimit = 16 << 20
  /// Interfaces of one section.
  public static let interfaceLimit = 65_536
  /// Names kept of a file.
  public static let nameLimit = 65_536

  /// - Throws: where the first bytes are no header of pcap or pcapng.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) throws(CaptureFault) {
    self.bytes = bytes
    guard let start = try parser.open(bytes) else { throw .tooShort(bytes.count) }
    offset = start
  }

  /// Goes on where another reader of the same bytes stood.
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, at place: CapturePlace) {
    self.bytes = bytes
    offset = place.offset
    nameCount = place.parser.names.count
    parser = place.parser
  }

  /// Where this reader stands.
  public var place: CapturePlace { CapturePlace(offset: offset, parser: parser) }

  /// The next frame; nil at the end.
  @_lifetime(self: copy self)
  public mutating func next() -> Frame? {
    let start = offset
    let frame = parser.next(bytes, at: &offset, base: 0, ended: true)
    nameCount = parser.names.count
    ahead.look(bytes, from: offset, after: offset &- start)
    return frame
  }

  /// The bytes of a frame that this reader gave.
  @_lifetime(copy self)
  public func bytes(of frame: Frame) -> Span<UInt8> {
    guard frame.offset >= 0, frame.offset <= bytes.count, frame.captured >= 0 else { return bytes.extracting(first: 0) }
    return bytes.extracting(frame.offset..<frame.offset + min(frame.captured, bytes.count - frame.offset))
  }

  public var statistics: CaptureStatistics { parser.total }
  /// Names of name resolution blocks, in their order.
  public var names: [CaptureName] { parser.names }
  /// The first place where bytes made no sense.
  public var fault: CaptureFault? { parser.fault }
}
