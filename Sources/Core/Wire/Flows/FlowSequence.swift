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
  /// A jump ahead beyond this is no loss but another count.
  static let limit = Int32(1) << 24

  init() {}

  /// - Parameters:
  ///   - count: units in this datagram; nil where that cannot be told.
  ///   - clock: a clock of the exporter, and how far it may go back without having been set anew.
  mutating func note(_ sequence: UInt32, count: UInt32?, clock: UInt32, tolerance: UInt32) {
    defer { self.clock = clock }
    guard let expected else {
      advance(sequence, count)
      return
    }
    let distance = Int32(bitPattern: sequence &- expected)
    if distance == 0 { return advance(sequence, count) }
    let moved = Int32(bitPattern: clock &- self.clock)
    if moved < 0, Int64(moved) < -Int64(tolerance) {
      // The clock of the exporter went back with its number: it was started again.
      restarts += 1
      return advance(sequence, count)
    }
    if distance > 0 {
      if distance <= Self.limit { lost += UInt64(distance) } else { restarts += 1 }
      return advance(sequence, count)
    }
    let reach = Int64(Self.window) * Int64(max(1, count ?? 1))
    guard Int64(distance) >= -reach, sequence != 0, moved <= 0 || Int64(moved) <= Int64(tolerance) else {
      restarts += 1
      return advance(sequence, count)
    }
    late += 1
    lost -= min(lost, UInt64(count ?? 1))
  }

  private mutating func advance(_ sequence: UInt32, _ count: UInt32?) { expected = count.map { sequence &+ $0 } }
}
