internal import Model

/// One run over a survey: starts endpoints at the set rate, keeps so many connections open, and waits for them.
///
/// One thread does all of it. Memory is that of the open connections and of the results.
struct Round {
  private struct Slot {
    var place: UInt64
    var endpoint: Endpoint
    var interview: Interview
    var connection: Connection
    var from: Address?
  }

  private let survey: Survey
  private let options: Prober.Options
  private let stop: Stop
  private let report: @Sendable (Prober.Progress) -> Void
  private let order: Order
  private let pause: Double

  private var slots: [Slot] = []
  private var progress = Prober.Progress()
  private var next: UInt64
  private var nextStart: Int64
  /// Places that are done while an earlier one is not.
  private var ahead: Set<UInt64> = []
  private(set) var results: [Outcome] = []

  /// A tarpit answers on every address of its network.
  static let resultLimit = 65_536

  init(
    survey: Survey, options: Prober.Options, stop: Stop, progress report: @escaping @Sendable (Prober.Progress) -> Void
  ) {
    self.survey = survey
    self.options = options
    self.stop = stop
    self.report = report
    order = Order(count: survey.total, seed: options.seed)
    pause = 1e9 / min(max(options.rate, 0.01), 100_000)
    next = min(options.position, survey.total)
    progress.total = survey.total
    progress.done = next
    progress.position = next
    nextStart = Sockets.clock()
  }

  mutating func run() {
    while !stop.isSet {
      start()
      if slots.isEmpty, next >= survey.total { return }
      let now = Sockets.clock()
      // Every tenth of a second somebody looks whether the run is to end.
      var until = now + 100_000_000
      if mayStart { until = min(until, nextStart) }
      for slot in slots { until = min(until, slot.connection.deadline) }
      let ready = Sockets.wait(
        slots.map { ($0.connection.stream.raw, $0.connection.wantsToWrite) },
        milliseconds: Int32(clamping: (max(0, until - now) + 999_999) / 1_000_000))
      serve(ready)
    }
  }

  private var mayStart: Bool { slots.count < max(1, options.concurrency) && next < survey.total }

  private mutating func start() {
    var leftOut = 0
    while mayStart, leftOut < 4096, !stop.isSet {
      let now = Sockets.clock()
      guard now >= nextStart else { return }
      let place = next
      guard let endpoint = survey[order[place]], !options.denied.contains(endpoint.address, endpoint.port) else {
        leaveOut(place, survey[order[place]])
        leftOut += 1
        continue
      }
      var interview = Interview(endpoint, followsUp: options.followsUp)
      let question = interview.begin()
      let (progress, stream) = Sockets.connect(endpoint)
      if progress == .exhausted, !slots.isEmpty {
        // One of ours ends soon and gives its descriptor back.
        nextStart = now + 10_000_000
        return
      }
      next += 1
      // From the planned time, so that the rate holds; not from long ago, so that there is no burst after a wait.
      nextStart = max(nextStart, now - Int64(pause)) + Int64(pause * Double.random(in: 0.5...1.5))
      guard let stream else {
        conclude(place, endpoint, &interview, Self.reply(progress), from: nil)
        continue
      }
      slots.append(
        Slot(
          place: place, endpoint: endpoint, interview: interview,
          connection: Connection(stream, question, endpoint, now: now, options: options)))
    }
  }

  private static func reply(_ progress: Sockets.Progress) -> Reply {
    switch progress {
    case .refused: .refused
    case .silent: .silent
    case .connected, .underWay, .unreachable, .exhausted: .unreachable
    }
  }

  private mutating func serve(_ ready: [Bool]) {
    var kept: [Slot] = []
    kept.reserveCapacity(slots.count)
    for (index, slot) in slots.enumerated() {
      var slot = slot
      let now = Sockets.clock()
      var reply: Reply?
      if ready[index] {
        let before = slot.connection.phase
        reply = slot.connection.step(now: now)
        if before == .connecting, slot.connection.phase != .connecting, slot.from == nil {
          slot.from = slot.connection.stream.localAddress
        }
      }
      if reply == nil, now >= slot.connection.deadline { reply = slot.connection.expired() }
      guard let reply else {
        kept.append(slot)
        continue
      }
      if let slot = goOn(slot, after: reply, now: now) { kept.append(slot) }
    }
    slots = kept
  }

  /// The slot with its next question; nil where there is none.
  private mutating func goOn(_ slot: Slot, after reply: Reply, now: Int64) -> Slot? {
    var slot = slot
    var reply = reply
    while let question = slot.interview.take(reply) {
      let (progress, stream) = Sockets.connect(slot.endpoint)
      guard let stream else {
        reply = Self.reply(progress)
        continue
      }
      slot.connection = Connection(stream, question, slot.endpoint, now: now, options: options)
      return slot
    }
    finish(slot.place, slot.endpoint, slot.interview.verdict, from: slot.from)
    return nil
  }

  private mutating func conclude(
    _ place: UInt64, _ endpoint: Endpoint, _ interview: inout Interview, _ reply: Reply, from: Address?
  ) {
    _ = interview.take(reply)
    finish(place, endpoint, interview.verdict, from: from)
  }

  private mutating func leaveOut(_ place: UInt64, _ endpoint: Endpoint?) {
    next += 1
    progress.skipped += 1
    if let endpoint, endpoint.isNamed, results.count < Self.resultLimit {
      results.append(Outcome(endpoint: endpoint, verdict: Verdict()))
    }
    advance(place)
  }

  private mutating func finish(_ place: UInt64, _ endpoint: Endpoint, _ verdict: Verdict, from: Address?) {
    switch verdict.state {
    case .open: progress.open += 1
    case .refused: progress.refused += 1
    case .silent, .unreachable, .untouched: progress.silent += 1
    }
    if verdict.kind != nil, verdict.confidence >= .medium { progress.found += 1 }
    if verdict.state == .open || endpoint.isNamed, results.count < Self.resultLimit {
      results.append(Outcome(endpoint: endpoint, verdict: verdict, from: from))
    }
    advance(place)
  }

  private mutating func advance(_ place: UInt64) {
    progress.done += 1
    ahead.insert(place)
    while ahead.remove(progress.position) != nil { progress.position += 1 }
    report(progress)
  }
}
