/// What sizes and pauses of a program's calls say.
struct Work {
  private let chain: Chain
  private let isStreamed: Bool
  private let keepsContext: Bool

  /// More than a question: a prompt with its tools.
  private static let large: UInt64 = 10_000
  /// Nobody reads, thinks and types in less.
  private static let quickPause = 2.0

  init(_ group: Judge.ProgramChain) {
    chain = group.chain
    isStreamed = group.contacts.contains(where: \.isStreamed)
    // A socket to a service that remembers what was said: later uploads are what is new.
    keepsContext = group.contacts.contains { $0.isWebSocket || ($0.hello?.hasNoALPN ?? false) }
  }

  private var steps: [Call] { chain.steps }

  private func isQuick(_ place: Int) -> Bool {
    let pause = chain.pause(before: place)
    return pause > -0.5 && pause < Self.quickPause
  }

  func quick(_ task: Range<Int>) -> Int { task.dropFirst().count { isQuick($0) } }

  func isFast(_ task: Range<Int>) -> Bool {
    Numerics.median(task.dropFirst().map { chain.pause(before: $0) }).map { $0 < 5 } ?? false
  }

  private func tau(_ task: Range<Int>) -> Double { Numerics.tau(steps[task].map { Double($0.up) }) }

  /// A task that opens large and goes on quickly.
  var driven: Range<Int>? {
    chain.tasks.filter { steps[$0.lowerBound].up >= Self.large && quick($0) >= 2 }.max { quick($0) < quick($1) }
  }

  /// Uploads of the task follow an order: they grow with the context, or shrink to what is new. Documents of a batch do
  /// neither, but for a few by chance: of three or four the growth must look like a context's, step by step.
  var isOrdered: Bool {
    guard let task = driven else { return false }
    let tau = tau(task)
    if keepsContext, tau <= -0.3 { return true }
    let growth = task.dropFirst().map { Double(steps[$0].up) / Double(max(1, steps[$0 - 1].up)) }
    let bound = task.count < 4 ? 1.25 : 1.5
    return tau >= 0.5 && (Numerics.median(growth) ?? 0) <= bound
      && (task.count > 4 || growth.allSatisfy { $0 <= bound })
  }

  /// Four calls or more, each upload larger than nearly all before.
  var growing: Range<Int>? {
    chain.tasks.filter { $0.count >= 4 && tau($0) > 0.6 && isGrowth($0) }.max { $0.count < $1.count }
      // One call in a task, again and again: the context outlives the silence.
      ?? (chain.tasks.count >= 5 && tau(0..<steps.count) > 0.8 && isGrowth(0..<steps.count)
        ? 0..<steps.count : nil)
  }

  /// More than sizes that waver, and by steps: requests of another sort that happen to be larger come with a leap.
  private func isGrowth(_ task: Range<Int>) -> Bool {
    let (first, last) = (steps[task.lowerBound].up, steps[task.upperBound - 1].up)
    return last > first && last - first > 200 + first / 25
      && task.dropFirst().allSatisfy { steps[$0].up / 12 <= Swift.max(steps[$0 - 1].up, 300) }
  }

  /// A task in which uploads grow by more than the answers before could have added.
  ///
  /// Streams wrap each token of some four letters in a hundred bytes and more, so a twentieth of one is text at most.
  var fed: (task: Range<Int>, count: Int)? {
    var best: (task: Range<Int>, count: Int)?
    for task in chain.tasks where task.count >= 4 && tau(task) > 0.6 && isGrowth(task) {
      let count = task.dropFirst().count { place in
        let (before, next) = (steps[place - 1], steps[place])
        guard next.up > before.up, chain.pause(before: place) < 15, !next.isWholeConnection else { return false }
        let said = isStreamed ? Double(before.down) / 20 : Double(before.down)
        return Double(next.up) - Double(before.up) > said + 1000
      }
      if count >= 3, count > best?.count ?? 0 { best = (task, count) }
    }
    return best
  }

  /// A task fed by tools until a call carries more than a question.
  func passesLarge(_ task: Range<Int>) -> Bool {
    steps[task.lowerBound].up < Self.large && task.contains { steps[$0].up >= Self.large }
  }

  /// Calls that hang together in nothing: in words.
  var batch: String? {
    guard steps.count >= 5 else { return nil }
    let tau = tau(0..<steps.count)
    let sizes = steps.map(\.up)
    guard tau.magnitude < 0.4, let least = sizes.min(), let most = sizes.max(), most / 4 <= Swift.max(least, 500) else {
      return nil
    }
    return "\(steps.count) calls of like size in no order: a batch"
  }

  var areAllSmall: Bool {
    steps.count >= 3 && steps.allSatisfy { $0.up < 6000 && !$0.isWholeConnection }
      && growing.map { $0.count < 8 } ?? true
  }

  /// Calls that come at even distances after silence.
  var heartbeat: Beacon? {
    let beats = chain.tasks.map { steps[$0.lowerBound].start }
    guard beats.count >= 4, let beacon = Beacon(beats, candidates: Beacon.knownPeriods), beacon.medianInterval >= 15,
      beacon.dispersionScore >= 0.9, beacon.presence >= 0.6
    else { return nil }
    return beacon
  }
}
