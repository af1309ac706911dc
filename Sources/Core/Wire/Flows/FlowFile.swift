/// A file of datagrams one after another, as collectors write them raw and as IPFIX files are (RFC 5655).
///
/// Nothing stands between the datagrams, so each one must tell where it ends. NetFlow v5 and IPFIX have a length.
/// NetFlow v9 has none: its sets are followed until something stands where a set would be that no set begins with,
/// and versions 5, 9 and 10 are no set ids. sFlow is followed by the lengths of its samples. Different formats may
/// follow each other. After a damaged datagram the rest cannot be found and is left.
public struct FlowFile: Sendable, Hashable {
  /// Where the next datagram starts.
  public private(set) var offset = 0

  public init() {}

  /// The place of the next datagram; nil at the end, and where none can be found: `offset` then is not the count of the
  /// bytes.
  /// - Parameter bytes: the whole file, each time.
  public mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    let raw = bytes.raw
    guard offset < bytes.count, offset + 4 <= bytes.count,
      let format = FlowDecoder.format(raw, at: offset),
      let count = Self.count(raw, at: offset, format), count <= Int(UInt16.max)
    else { return nil }
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// Bytes of the datagram that starts there; nil where it does not end within the bytes.
  static func count(_ bytes: RawSpan, at start: Int, _ format: FlowFormat) -> Int? {
    let rest = bytes.byteCount - start
    switch format {
    case .netFlow5:
      guard rest >= 24 else { return nil }
      let count = 24 + Int(bytes.word(start + 2)) * 48
      return count > 24 && count <= rest ? count : nil
    case .ipfix:
      guard rest >= 16 else { return nil }
      let count = Int(bytes.word(start + 2))
      return count >= 16 && count <= rest ? count : nil
    case .netFlow9: return countSets(bytes, at: start)
    case .sFlow: return countSamples(bytes, at: start)
    }
  }

  private static func countSets(_ bytes: RawSpan, at start: Int) -> Int? {
    guard bytes.byteCount - start >= 24 else { return nil }
    var at = start + 20
    while at + 4 <= bytes.byteCount {
      let id = bytes.word(at)
      guard id <= 1 || id >= 256, at == start + 20 || !beginsDatagram(bytes, at) else { break }
      let length = Int(bytes.word(at + 2))
      guard length >= 4, at + length <= bytes.byteCount else { return nil }
      at += length
    }
    return at > start + 20 && (at == bytes.byteCount || beginsDatagram(bytes, at)) ? at - start : nil
  }

  /// An sFlow datagram begins like a set of templates with a length of 5, which none has.
  private static func beginsDatagram(_ bytes: RawSpan, _ at: Int) -> Bool {
    guard at + 4 <= bytes.byteCount else { return false }
    return FlowDecoder.format(bytes, at: at) != nil
  }

  private static func countSamples(_ bytes: RawSpan, at start: Int) -> Int? {
    guard bytes.byteCount - start >= 28 else { return nil }
    let kind = bytes.long(start + 4)
    guard kind == 1 || kind == 2 else { return nil }
    var at = start + (kind == 1 ? 28 : 40)
    guard at <= bytes.byteCount else { return nil }
    var left = bytes.long(at - 4)
    while left > 0 {
      guard at + 8 <= bytes.byteCount else { return nil }
      let length = Int(bytes.long(at + 4))
      guard length <= bytes.byteCount - at - 8 else { return nil }
      at += 8 + length
      left -= 1
    }
    return at - start
  }
}
