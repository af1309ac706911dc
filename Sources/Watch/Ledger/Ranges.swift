import Model

/// A set of places in the chain, kept as runs.
struct Ranges: Sendable, Hashable {
  /// Ascending, apart from each other.
  private(set) var list: [ClosedRange<Int64>] = []

  init() {}
  init(_ range: ClosedRange<Int64>) { list = [range] }

  var count: Int64 { list.reduce(0) { $0 + Int64($1.count) } }
  var isEmpty: Bool { list.isEmpty }

  /// Adds a place after all that are in.
  mutating func add(_ seq: Int64) {
    if let last = list.last, last.upperBound + 1 == seq {
      list[list.count - 1] = last.lowerBound...seq
    } else {
      list.append(seq...seq)
    }
  }

  /// Adds a run after all that are in.
  mutating func add(_ range: ClosedRange<Int64>) { list.append(range) }

  mutating func subtract(_ other: Ranges) {
    var rest: [ClosedRange<Int64>] = []
    for var range in list {
      var isLeft = true
      for cut in other.list where cut.overlaps(range) {
        if cut.lowerBound > range.lowerBound { rest.append(range.lowerBound...(cut.lowerBound - 1)) }
        guard cut.upperBound < range.upperBound else {
          isLeft = false
          break
        }
        range = (cut.upperBound + 1)...range.upperBound
      }
      if isLeft { rest.append(range) }
    }
    list = rest
  }

  /// Pairs of first and last.
  var value: Value { .array(list.map { [.int($0.lowerBound), .int($0.upperBound)] }) }

  /// Nil unless it is a list of ascending pairs.
  init?(_ value: Value?) {
    guard let pairs = value?.array else { return nil }
    var last: Int64 = 0
    for pair in pairs {
      guard let ends = pair.array, ends.count == 2, let first = ends[0].int, let end = ends[1].int, first > last,
        end >= first
      else { return nil }
      list.append(first...end)
      last = end
    }
  }
}
