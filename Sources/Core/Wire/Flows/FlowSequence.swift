/// Finds what got lost between an exporter and here, from the running number of its datagrams.
///
/// What the number counts depends on the format: flows (v5), datagrams (v9, sFlow), data records (IPFIX).
struct FlowSequence: Sendable, Hashable {
  /// Nil before the first, and where it cannot be known how far the last one counted.
  private(set) var expected: UInt32?
  /// Units that did not come; one that comes late is taken off again.
  private(set) var lost: UInt64 = 0
  private(set) var late: UInt64 = 0
  /// The exporter began anew: no loss.
  private(set) var restarts: UInt64 = 0
  private var clock: UInt32 = 0

  /// Datagrams by which one may be late.
  static let window = 64
  /// And time by which its clock may be behind.
  static let milliseconds: UInt32 = 10_000
  /// A jump ahead beyond this is no loss but another count.
  static let limit = Int32(1) << 24

  init() {}

  /// - Parameters:
  ///   - count: units in this datagram; nil where that cannot be told.
  ///   - clock: a clock of the exporter, and how far it may go back without having been set anew.
  mutating func note(_ sequence: UInt32, count: UInt32?, clock: UInt32, tolerance: UInt32) {
    let moved = Int64(Int32(bitPattern: clock &- self.clock))
    guard let expected, sequence != expected else { return advance(sequence, count, clock) }
    let distance = Int32(bitPattern: sequence &- expected)
    if moved < -Int64(tolerance) || distance > Self.limit {
      // The clock of the exporter went back with its number: it was started again.
      restarts += 1
      return advance(sequence, count, clock)
    }
    if distance > 0 {
      lost += UInt64(distance)
      return advance(sequence, count, clock)
    }
    // A number that was there before: late, or the first after a start.
    let reach = Int64(Self.window) * Int64(max(1, count ?? 1))
    guard Int64(distance) >= -reach, sequence != 0, moved <= Int64(tolerance) else {
      restarts += 1
      return advance(sequence, count, clock)
    }
    late += 1
    lost -= min(lost, UInt64(count ?? 1))
  }

  private mutating func advance(_ sequence: UInt32, _ count: UInt32?, _ clock: UInt32) {
    expected = count.map { sequence &+ $0 }
    self.clock = clock
  }
}
