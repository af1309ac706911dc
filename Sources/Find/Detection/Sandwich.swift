import Knowledge

/// A connection that begins soon after an answer and ends just before the next call, which carries what it brought.
struct Sandwich {
  var other: HostState.Other
  /// Another program than the caller: its runtime is not the caller's. Side requests of the caller itself, with other
  /// letters of ALPN, are not foreign, nor is a hello that fits both.
  var isForeign: Bool
  /// The next call carries more: what the connection brought went into it.
  var isFed: Bool

  /// Seconds from the answer to the connection, and from its end to the next upload.
  private static let before = 2.0
  private static let after = 0.6
  /// A tool that runs longer is no longer told from chance.
  private static let longest = 900.0

  static func all(chains: [Judge.ProgramChain], others: [HostState.Other]) -> [Sandwich] {
    let others = others.sorted { ($0.start, $0.end, $0.target, $0.program) < ($1.start, $1.end, $1.target, $1.program) }
    var found: [Sandwich] = []
    var taken: Set<Int> = []
    for group in chains {
      for place in group.steps.indices.dropFirst() {
        let (answer, next) = (group.steps[place - 1].end, group.steps[place].start)
        guard answer < next, Numerics.seconds(from: answer, to: next) < longest else { continue }
        var low = 0
        var high = others.count
        while low < high {
          let middle = (low + high) / 2
          if others[middle].start < answer { low = middle + 1 } else { high = middle }
        }
        while low < others.count, others[low].start < next {
          defer { low += 1 }
          let other = others[low]
          guard Numerics.seconds(from: answer, to: other.start) < before, other.end < next,
            Numerics.seconds(from: other.end, to: next) < after, taken.insert(low).inserted
          else { continue }
          found.append(
            Sandwich(
              other: other, isForeign: isForeign(other, to: group.hello), isFed: group.isFed(before: place)))
        }
      }
    }
    return found
  }

  private static func isForeign(_ other: HostState.Other, to caller: HostState.Client?) -> Bool {
    guard let caller else { return false }
    guard let client = other.client else { return other.ja4 != caller.ja4 }
    return !client.mayBe(caller)
  }

  /// Tools among those that are no caller's: curl, git, pip. What is one of two counts once.
  static func tools(_ found: [Sandwich]) -> [String] {
    let rows = found.filter(\.isForeign).compactMap(\.other.client?.row).filter { $0.kind == .tool }
    let names = Set(rows.map(\.runtime))
    return names.filter { name in
      !names.contains { $0 != name && name.split(separator: " ").contains(Substring($0)) }
    }.sorted()
  }

  /// How many one would expect if connections came at any time: their rate outside of pauses, times the time within
  /// which one would count.
  static func expected(chains: [Judge.ProgramChain], others: [HostState.Other], found: Int) -> Double {
    let moments = chains.flatMap(\.steps)
    guard let first = moments.map(\.start).min(), let last = moments.map(\.end).max() else { return 0 }
    let span = Numerics.seconds(from: first, to: last)
    let outside = others.count { $0.start >= first && $0.start <= last } - found
    guard span > 1, outside > 0 else { return 0 }
    let window = chains.reduce(0.0) { sum, group in
      group.steps.indices.dropFirst().reduce(sum) { sum, place in
        let pause = Numerics.seconds(from: group.steps[place - 1].end, to: group.steps[place].start)
        return pause > 0 && pause < longest ? sum + min(pause, after) : sum
      }
    }
    return Double(outside) / span * window
  }
}
