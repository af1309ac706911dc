/// Walks the frames of a capture that comes in pieces: from a pipe, a decompressor, a file that grows.
///
/// Feed bytes, take frames until there is none, feed again. Offsets count from the first byte ever fed. What is held back
/// is less than one block of pcapng (16 MiB), or four records of pcap while damage is stepped over; nothing but what was
/// fed is ever allocated. Gives the frames and counts that `CaptureReader` gives for the whole.
public struct CaptureStream: ~Copyable, Sendable {
  private var buffer: [UInt8] = []
  /// First byte in the buffer that was not read yet.
  private var offset = 0
  /// Where the buffer's first byte stands in the stream.
  private var base = 0
  private var parser = CaptureParser()
  private var opened = false
  private var ended = false

  public init() {}

  /// Takes the next bytes. Frames that were taken before are gone.
  /// - Throws: where the stream's first bytes are no header of pcap or pcapng; feeding on throws it again.
  public mutating func feed(_ bytes: [UInt8]) throws(CaptureFault) { try feed(bytes.span) }

  /// The same with bytes that belong to someone else, such as what a decompressor puts out.
  public mutating func feed(_ bytes: Span<UInt8>) throws(CaptureFault) {
    buffer.removeFirst(offset)
    base += offset
    offset = 0
    buffer.append(addingCapacity: bytes.count) { out in
      for index in bytes.indices { out.append(bytes[index]) }
    }
    try open()
  }

  /// No more bytes will come: the rest is judged as the end of the file.
  /// - Throws: where not even a header came.
  public mutating func finish() throws(CaptureFault) {
    ended = true
    try open()
    guard opened else { throw .tooShort(buffer.count) }
  }

  private mutating func open() throws(CaptureFault) {
    guard !opened else { return }
    guard let start = try parser.open(buffer) else { return }
    offset = start
    opened = true
  }

  /// The next frame; nil until more is fed, or at the end.
  public mutating func next() -> Frame? {
    guard opened else { return nil }
    return parser.next(buffer, at: &offset, base: base, ended: ended)
  }

  /// The bytes of the frame that `next` gave, until more is fed; empty for an older one.
  @_lifetime(borrow self)
  public func bytes(of frame: Frame) -> Span<UInt8> {
    let bytes = buffer.span
    let start = frame.offset - base
    guard start >= 0, start <= bytes.count, frame.captured >= 0 else { return bytes.extracting(first: 0) }
    return bytes.extracting(start..<start + min(frame.captured, bytes.count - start))
  }

  public var statistics: CaptureStatistics { parser.total }
  /// Names of name resolution blocks, in their order.
  public var names: [CaptureName] { parser.names }
  /// How many there are, without touching them.
  @inline(__always)
  public var nameCount: Int { parser.names.count }
  /// The first place where bytes made no sense.
  public var fault: CaptureFault? { parser.fault }
  /// Bytes that wait for the rest of their record.
  public var held: Int { buffer.count - offset }
}

extension CaptureParser {
  // The same on an array, so that a value that owns both can lend one while it changes the other.

  fileprivate mutating func open(_ bytes: [UInt8]) throws(CaptureFault) -> Int? { try open(bytes.span) }

  fileprivate mutating func next(_ bytes: [UInt8], at: inout Int, base: Int, ended: Bool) -> Frame? {
    next(bytes.span, at: &at, base: base, ended: ended)
  }
}
