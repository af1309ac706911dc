import Platform

/// A line on standard error for work that takes over a second: how far, how fast, how long still.
struct Progress {
  let isShown: Bool
  let what: String
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var last: ContinuousClock.Instant
  private var wasShown = false

  init(isShown: Bool, what: String) {
    self.isShown = isShown
    self.what = what
    begin = clock.now
    last = begin
  }

  mutating func report(_ done: Int, of total: Int) {
    guard isShown, total > 0 else { return }
    let now = clock.now
    guard begin.duration(to: now) > .seconds(1), last.duration(to: now) > .milliseconds(200) else { return }
    last = now
    wasShown = true
    let elapsed = begin.duration(to: now)
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let rate = Double(done) / seconds
    let rest = rate > 0 ? Int(Double(total - done) / rate) : 0
    Machine.write(
      "\r\u{1B}[K\(Terminal.clean(what)): \(done * 100 / total) %, \(Int(rate / 1_000_000)) MB/s, \(rest) s left", to: 2
    )
  }

  /// Takes the line away again.
  func clear() { if wasShown { Machine.write("\r\u{1B}[K", to: 2) } }
}
