/// The calls of one program to one provider in the order of time, with tries that failed told from steps.
struct Chain: Sendable {
  /// One step of the work: equal uploads that were tried again count once.
  private(set) var steps: [Call] = []
  /// Tries that were the same upload again.
  private(set) var retries = 0
  /// Steps that follow one another within a minute, as ranges of `steps`.
  private(set) var tasks: [Range<Int>] = []

  /// Longer silence between an answer and the next upload ends a task.
  static let taskGap = 20.0

  init(_ calls: [Call]) {
    let sorted = calls.sorted { ($0.start, $0.end, $0.up, $0.down) < ($1.start, $1.end, $1.up, $1.down) }
    var index = 0
    while index < sorted.count {
      var last = index
      while last + 1 < sorted.count, Self.isSame(sorted[last], sorted[last + 1]) { last += 1 }
      if !Self.isLadder(sorted[index...last]) { last = index }
      var step = sorted[last]
      step.start = sorted[index].start
      steps.append(step)
      retries += last - index
      index = last + 1
    }
    var begin = 0
    for place in steps.indices.dropFirst() where pause(before: place) > Self.taskGap {
      tasks.append(begin..<place)
      begin = place
    }
    if !steps.isEmpty { tasks.append(begin..<steps.count) }
  }

  /// Seconds from the end of the answer before a step to its upload.
  func pause(before place: Int) -> Double { Numerics.seconds(from: steps[place - 1].end, to: steps[place].start) }

  /// The same bytes again, after an answer too short to be one.
  private static func isSame(_ a: Call, _ b: Call) -> Bool {
    guard a.isWholeConnection == b.isWholeConnection else { return false }
    guard Numerics.seconds(from: a.end, to: b.start) < 120 else { return false }
    let difference = distance(a.up, b.up)
    // An error of a few lines, the same each time: the request may name its try, and differ.
    if !a.isWholeConnection, a.down < 600, distance(a.down, b.down) <= 32, a.up >= 300, difference <= 64 + a.up / 16 {
      return true
    }
    // A whole connection has the server's certificates in it.
    return a.up >= 1000 && difference <= 64 + a.up / 500 && a.down < (a.isWholeConnection ? 8000 : 1500)
  }

  private static func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }

  /// Tries lie further and further apart; equal questions of a batch do not. Of two, the size decides.
  private static func isLadder(_ run: ArraySlice<Call>) -> Bool {
    guard run.count > 2, let first = run.first, let last = run.last else {
      return run.count == 2 && run.allSatisfy { $0.up >= 8000 }
    }
    let gaps = zip(run, run.dropFirst()).map { Numerics.seconds(from: $0.start, to: $1.start) }
    guard let shortest = gaps.first, let longest = gaps.last else { return false }
    let isWidening = zip(gaps, gaps.dropFirst()).allSatisfy { $1 >= $0 * 0.8 }
    return isWidening && longest >= shortest * 1.5 || first.up >= 8000 && last.down < 1500 && longest < 10
  }
}
