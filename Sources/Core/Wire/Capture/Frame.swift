/// Where one captured frame stands in its file and when it was seen. The bytes stay in the file.
public struct Frame: Sendable, Hashable, BitwiseCopyable {
  /// Nanoseconds since 1970; `unknownTime` where the file does not say or says something beyond the year 2262.
  public var time: Int64
  /// First byte of the frame, from the start of the file.
  public var offset: Int
  /// Bytes that are in the file: at most `CaptureReader.frameLimit`.
  public var captured: Int
  /// Bytes that the frame had on the wire.
  public var length: Int
  /// Counts through all sections of a pcapng file; 0 in a pcap file.
  public var interface: UInt32
  public var link: LinkType

  public static let unknownTime = Int64.min

  @inline(__always)
  public init(time: Int64, offset: Int, captured: Int, length: Int, interface: UInt32 = 0, link: LinkType) {
    self.time = time
    self.offset = offset
    self.captured = captured
    self.length = length
    self.interface = interface
    self.link = link
  }
}
