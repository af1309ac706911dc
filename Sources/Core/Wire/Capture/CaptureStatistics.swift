public import Model

/// What was read of a capture file so far, and what could not be.
public struct CaptureStatistics: Sendable, Hashable {
  /// Frames that were handed out.
  public var frames = 0
  /// The file ends within a record: it was still being written, or it was cut.
  public var truncatedTail = false
  /// Records whose frame could not be told from what the record says (no such interface, more bytes than the record has).
  public var damagedRecords = 0
  /// Places from which bytes made no sense.
  public var damagedPlaces = 0
  /// Of those, where a sound record was found further on.
  public var resynchronised = 0
  /// Bytes that were stepped over on the way there.
  public var skippedBytes = 0
  /// Frames that the capturing interfaces and system say they lost, as pcapng counts them.
  public var interfaceDrops: UInt64 = 0
  /// Blocks of pcapng that carry no frame and are of no use here.
  public var skippedBlocks = 0
  /// Interfaces of pcapng beyond the limit, and names beyond theirs.
  public var beyondLimits = 0

  public init() {}
}

/// A name that a capture file gives to an address (name resolution block of pcapng).
public struct CaptureName: Sendable, Hashable {
  public var address: IP
  /// Can be shown: see `SafeText`.
  public var name: String

  public init(address: IP, name: String) {
    self.address = address
    self.name = name
  }
}
