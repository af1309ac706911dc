/// What `CaptureReader` and `CaptureStream` have in common: all that is known of a file but its bytes.
struct CaptureParser: Sendable {
  enum Format: Sendable { case classic, blocks }

  var format = Format.classic
  /// Words have their highest byte first.
  var bigEndian = false
  var statistics = CaptureStatistics()
  var names: [CaptureName] = []
  var fault: CaptureFault?
  /// A sound record is being looked for.
  var searching = false

  // pcap
  var link = LinkType.ethernet
  var checksum = 0
  /// Nanoseconds of a unit of the fraction, and the first fraction that is too large.
  var unit: UInt32 = 1000
  var fractionEnd: UInt32 = 1_000_000
  var snapLength = 0
  /// Versions up to 2.3 may have the two lengths in the other order.
  var oldOrder = false
  var minor: UInt16 = 4
  /// Seconds of the last sound record, to judge candidates by.
  var lastSeconds: UInt32?

  // pcapng
  var interfaces: [CaptureInterface] = []
  /// The section has a version that nobody wrote down: it gets no interfaces, and so no frames.
  var isForeign = false
  /// Interfaces and drops of the sections before.
  var interfaceBase: UInt32 = 0
  var closedDrops: UInt64 = 0

  @inline(__always)
  func long(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 { bigEndian ? bytes.big32(at) : bytes.little32(at) }

  @inline(__always)
  func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt16 { bigEndian ? bytes.big16(at) : bytes.little16(at) }

  /// Two words that follow each other with one load: the first in the lower half.
  @inline(__always)
  func pair(_ bytes: Span<UInt8>, _ at: Int) -> UInt64 {
    let value = bytes.big64(at)
    return bigEndian ? value &>> 32 | value &<< 32 : value.byteSwapped
  }

  /// Reads the file's header: where the first record starts; nil where more bytes are needed.
  mutating func open(_ bytes: Span<UInt8>) throws(CaptureFault) -> Int? {
    guard bytes.count >= 4 else { return nil }
    let magic = bytes.big32(0)
    if magic == Block.section {
      guard bytes.count >= 28 else { return nil }
      guard let order = Self.order(bytes, at: 0) else { throw .unknownFormat(magic) }
      format = .blocks
      bigEndian = order
      let major = word(bytes, 12)
      guard major == 1 else { throw .unsupportedVersion(major: major, minor: word(bytes, 14)) }
      // The section header is a block like any other: `next` reads it.
      return 0
    }
    switch magic {
    case 0xA1B2_C3D4, 0xA1B2_3C4D: bigEndian = true
    case 0xD4C3_B2A1, 0x4D3C_B2A1: bigEndian = false
    default: throw CaptureFault.known(magic) ?? .unknownFormat(magic)
    }
    guard bytes.count >= 24 else { return nil }
    if long(bytes, 0) == 0xA1B2_3C4D {
      unit = 1
      fractionEnd = 1_000_000_000
    }
    let major = word(bytes, 4)
    minor = word(bytes, 6)
    guard major == 2 else { throw .unsupportedVersion(major: major, minor: minor) }
    oldOrder = minor <= 3
    snapLength = Int(long(bytes, 16))
    let value = long(bytes, 20)
    link = LinkType(rawValue: UInt16(truncatingIfNeeded: value))
    // The four top bits count 16-bit units of the frame's checksum, where bit 26 says so.
    if value & 0x0400_0000 != 0 { checksum = Int(value >> 28) * 2 }
    return 24
  }

  /// The next frame from `at` on, which moves to the record behind it; nil where there is none, or none yet.
  /// - Parameter base: where the first of the bytes stands in the file.
  /// - Parameter ended: whether these bytes reach to the end of the file.
  @inline(__always)
  mutating func next(_ bytes: Span<UInt8>, at: inout Int, base: Int, ended: Bool) -> Frame? {
    switch format {
    case .classic: nextRecord(bytes, at: &at, base: base, ended: ended)
    case .blocks: nextBlock(bytes, at: &at, base: base, ended: ended)
    }
  }

  /// Notes the first byte that makes no sense.
  mutating func damage(at: Int) {
    searching = true
    statistics.damagedPlaces += 1
    fault = fault ?? .damaged(at: at)
  }

  mutating func found(skipped: Int) {
    searching = false
    statistics.resynchronised += 1
    statistics.skippedBytes += skipped
  }

  /// The counts with those of the interfaces that are still open.
  var total: CaptureStatistics {
    var out = statistics
    out.interfaceDrops = interfaces.reduce(closedDrops) { Self.sum($0, $1.drops) }
    return out
  }

  static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : value
  }
}
