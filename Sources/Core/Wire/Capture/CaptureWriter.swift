/// Writes a pcap file with nanoseconds: a header, then records. Little-endian, one link type for the file.
public struct CaptureWriter: Sendable {
  public let link: LinkType

  public init(link: LinkType) { self.link = link }

  /// The 24 bytes that a file starts with.
  public var header: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(24)
    // Magic, version 2.4, two words that nobody uses, the largest frame, the link type.
    let words: [UInt32] = [
      0xA1B2_3C4D, 0x0004_0002, 0, 0, UInt32(CaptureReader.frameLimit), UInt32(link.rawValue),
    ]
    for word in words { Self.append(word, to: &out) }
    return out
  }

  /// The 16 bytes before a frame's own.
  ///
  /// A time before 1970 or unknown is written as 0. The format's seconds end in 2106: what is later keeps that end.
  public func record(_ frame: Frame) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(16)
    append(recordOf: frame, to: &out)
    return out
  }

  /// Record and bytes behind what is there already, so that many frames go out in one write.
  public func append(_ frame: Frame, _ bytes: Span<UInt8>, to out: inout [UInt8]) {
    var frame = frame
    frame.captured = min(bytes.count, CaptureReader.frameLimit)
    frame.length = max(frame.length, frame.captured)
    append(recordOf: frame, to: &out)
    for index in 0..<frame.captured { out.append(bytes[index]) }
  }

  private func append(recordOf frame: Frame, to out: inout [UInt8]) {
    let time = max(0, frame.time)
    Self.append(UInt32(clamping: time / 1_000_000_000), to: &out)
    Self.append(UInt32(truncatingIfNeeded: time % 1_000_000_000), to: &out)
    Self.append(UInt32(clamping: frame.captured), to: &out)
    Self.append(UInt32(clamping: frame.length), to: &out)
  }

  private static func append(_ word: UInt32, to out: inout [UInt8]) {
    for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
  }
}
