import Detection
public import Model
import Platform
public import ServiceLifecycle
import WireSensor

/// Follows logs and collects flows until it is told to stop, and folds what they show into the inventory.
public struct WireWatcher: ServiceLifecycle.Service {
  /// What is watched.
  public struct Options: Sendable {
    public var logs: [String] = []
    /// Address and port of each collector.
    public var flows: [(address: Address, port: UInt16)] = []
    public var quietDays = 14
    /// Seconds between two judgements.
    public var interval = 5.0
    public init() {}
  }

  let keeper: Keeper
  let options: Options
  let bulletin: Bulletin
  let report: @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void
  /// Trouble with a log or the socket, in one line.
  let complain: @Sendable (String) -> Void

  public init(
    keeper: Keeper, options: Options, bulletin: Bulletin,
    report: @escaping @Sendable (Result<Keeper.Outcome, Keeper.Problem>) -> Void,
    complain: @escaping @Sendable (String) -> Void
  ) {
    self.keeper = keeper
    self.options = options
    self.bulletin = bulletin
    self.report = report
    self.complain = complain
  }

  private static let templates = "flow-templates"

  public func run() async throws {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func stored(_ name: String) -> [UInt8]? {
    try? SystemFiles().read("\(keeper.state.path)/\(name)", limit: 256 << 20)
  }

  private func watch() async {
    var observerOptions = Observer.Options()
    observerOptions.quietDays = options.quietDays
    var feed = WireFeed(
      count: options.logs.count, format: nil, seed: Machine.random(8).reduce(0) { $0 << 8 | UInt64($1) },
      observer: Observer(
        options: observerOptions,
        baseline: stored(Keeper.baselineFile).flatMap { Baseline(storedBytes: $0, quietDays: options.quietDays) }),
      templates: stored(Self.templates))
    var logs = options.logs.enumerated().map { LogFollower($1, place: $0) }
    var troubles: [SourceStatus.Blind?] = logs.map { _ in nil }
    for place in options.flows {
      do throws(FlowCollector.Problem) { try feed.listen(place.address, place.port) } catch {
        complain(
          "flows: \(Listener(address: place.address, port: place.port).endpoint) cannot be listened on (\(error))")
      }
    }
    var last = Machine.now
    var hasNews = false
    var told: [String: Timestamp] = [:]
    while !Task.isCancelled {
      let now = Machine.now
      var isBusy = false
      for place in logs.indices {
        if logs[place].feed(&feed, now: now) { isBusy = true }
        guard logs[place].trouble != troubles[place] else { continue }
        troubles[place] = logs[place].trouble
        hasNews = true
        complain(
          troubles[place].map { "\($0.what); \($0.remedy). It is tried again." } ?? "\(logs[place].path): is read again"
        )
      }
      // A socket is emptied before anything else is done: what it cannot hold is lost.
      var left = 64
      while left > 0, let count = try? feed.collect(waiting: 0, now: now), count > 0 {
        isBusy = true
        left -= 1
      }
      hasNews = hasNews || isBusy
      if hasNews, now.seconds(since: last) >= options.interval {
        last = now
        hasNews = false
        judge(&feed, troubles, &told, now)
      }
      if !isBusy {
        do { try await Task.sleep(for: .milliseconds(feed.isListening ? 20 : 250)) } catch { break }
      }
    }
    judge(&feed, troubles, &told, Machine.now)
    if !options.flows.isEmpty { try? keeper.state.write(feed.templates, to: Self.templates) }
  }

  private func judge(
    _ feed: inout WireFeed, _ troubles: [SourceStatus.Blind?], _ told: inout [String: Timestamp], _ now: Timestamp
  ) {
    // Where logs are watched, the console says how many lines were read of them and what keeps one from being read.
    let status =
      options.logs.isEmpty
      ? [] : [feed.status(what: options.logs.count == 1 ? options.logs[0] : "\(options.logs.count) logs", troubles)]
    let look = feed.look(host: keeper.host, now: now)
    let news = feed.takeNews()
    // Of each host and service one event in an hour: the ledger takes what changed, not what goes on.
    let fresh = look.activities.filter { activity in
      guard activity.verdict != .nothing || !activity.concerns.isEmpty, let address = activity.addresses.first else {
        return false
      }
      let key =
        "\(address) \(activity.verdict.name) \(activity.providers.map(\.domain)) \(activity.concerns.map(\.name))"
      if let before = told[key], now.seconds(since: before) < 3600 { return false }
      if told.count > 100_000 { told.removeAll() }
      told[key] = now
      return true
    }
    do throws(Keeper.Problem) {
      report(.success(try keeper.fold(fresh, Sweep(observations: look.observations, status: status), now: now)))
      try keeper.keep(baseline: news.baseline, contacts: news.contacts, now: now)
      bulletin.post(failure: nil)
    } catch {
      report(.failure(error))
      bulletin.post(failure: error.description)
    }
  }
}
