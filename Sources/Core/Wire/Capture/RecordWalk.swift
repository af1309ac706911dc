/// Walks records of a pcap file in the middle of it, so that several can walk one file at once.
///
/// Nothing in a pcap file says where records start but the record before, so a walk from the middle starts at a guess. What
/// it found is good for a reader that comes to exactly that place: see `CapturePlace.pass`. So a wrong guess, by accident or
/// because somebody sent frames that look like records, costs the work and changes nothing.
public struct RecordWalk: Sendable {
  /// First byte of the first record, from the start of the file.
  public private(set) var start = 0
  /// First byte behind the last record that was walked.
  public private(set) var end = 0
  private(set) var parser: CaptureParser
  private var ahead = ReadAhead()

  /// Records that are looked at before a guess is believed.
  private static let chain = 32
  /// Records that are looked at behind first ones before a search is given up: bytes that are made so that records seem to
  /// start everywhere cost no more than others.
  private static let patience = 4096

  /// - Returns: nil for pcapng, whose blocks say more and are not walked so.
  public init?(of place: CapturePlace) {
    guard place.parser.format == .classic else { return nil }
    parser = place.parser
    begin(of: place, at: place.offset)
  }

  /// Begins anew, maybe in another file, with what was learnt of the lengths of records.
  public mutating func begin(of place: CapturePlace, at offset: Int) {
    start = offset
    end = offset
    parser = place.parser
    parser.statistics = CaptureStatistics()
    parser.fault = nil
    parser.lastSeconds = nil
    parser.searching = false
  }

  /// Records that were walked.
  public var frames: Int { parser.statistics.frames }

  /// The record at `end`, which moves behind it; nil where there is no sound one that is all in these bytes.
  /// - Parameter bytes: the whole file.
  @inline(__always)
  public mutating func next(_ bytes: Span<UInt8>) -> Frame? {
    let before = end
    guard let frame = parser.record(bytes, at: &end, base: 0) else { return nil }
    ahead.look(bytes, from: end, after: end &- before)
    return frame
  }

  /// The first place in a range from which on records follow each other, as it seems.
  /// - Parameter bytes: the whole file.
  public func likelyStart(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int? {
    var at = max(0, range.lowerBound)
    var left = Self.patience
    while at < range.upperBound, at <= bytes.count &- 16, left > 0 {
      if isChain(bytes, at, &left) { return at }
      at &+= 1
    }
    return nil
  }

  @inline(__always)
  private func isChain(_ bytes: Span<UInt8>, _ start: Int, _ left: inout Int) -> Bool {
    var at = start
    var before: UInt32?
    for step in 0..<Self.chain {
      // The file's last records: they end with it, or were cut.
      guard at <= bytes.count &- 16 else { return step > 1 || step == 1 && at == bytes.count }
      guard let next = follower(bytes, at, after: before) else { return false }
      before = parser.long(bytes, at)
      at = next
      left &-= 1
    }
    return true
  }

  /// Where the next record stands, if there may be one here: a frame (the first with bytes), no more than on the wire and than
  /// the file's limit, within a day of the record before.
  @inline(__always)
  private func follower(_ bytes: Span<UInt8>, _ at: Int, after before: UInt32?) -> Int? {
    let (captured, length) = parser.lengths(bytes, at)
    guard captured > 0 || before != nil, captured <= length, length <= 1 << 20, captured <= CaptureReader.frameLimit,
      parser.snapLength == 0 || captured <= parser.snapLength, parser.long(bytes, at &+ 4) < parser.fractionEnd
    else { return nil }
    if let before {
      let seconds = parser.long(bytes, at)
      guard max(seconds, before) &- min(seconds, before) <= 86_400 else { return nil }
    }
    return at &+ 16 &+ captured
  }
}
