// Probe: which endpoints are gateways of agents, proved by connecting to them.
//
// Goes in: the questions, the recognition of answers, and the sockets that carry them. Stays out: credentials, anything
// that changes what answers, and merging (Inventory).
//
// What an endpoint is asked. Everybody gets one HTTP GET, of `/healthz` or of the path by which the usual owner of that
// port is known. Only where that leaves a question is there a second:
// - a port that gave no HTTP answer gets one TLS ClientHello, and nothing after the ServerHello;
// - a port on which a gateway may be that shows nothing over HTTP (releases before March 2026, a filtered path) gets one
//   WebSocket upgrade that waits for the server's `connect.challenge` and closes with 1000. It never sends `connect`: a
//   wrong token would count towards the lockout, a right one with a new device would ask for pairing. A gateway logs
//   "closed before connect" for it, so it is not sent where the health answer already decides;
// - what has shown itself as an OpenClaw gateway is asked for the history of a session that does not exist (401 or not:
//   is a stranger asked who he is?), for its control page, and for the settings of that page (early releases tell their
//   version there).

public import Model
internal import Dispatch
internal import Platform
internal import Synchronization

/// Connects to endpoints and says what answers there.
public struct Prober: Sendable {
  public struct Options: Sendable {
    /// Tried on targets that name no port.
    public var ports: [UInt16] = Ports.gateways()
    /// Time for a connection to come about, in milliseconds.
    public var connectTimeout = 2000
    /// Time for a whole answer, in milliseconds: a server that drips does not get more.
    public var answerTimeout = 3000
    /// Connections open at a time.
    public var concurrency = 32
    /// Endpoints begun in a second. Each start is moved by up to half of the pause between two.
    public var rate = 50.0
    /// Never touched, whatever the targets say.
    public var denied = Denial.standard
    /// Whether the caller confirmed wide networks and public addresses.
    public var yes = false
    /// Whether recognised gateways are asked about authentication and version.
    public var followsUp = true
    /// Order of the endpoints: with the seed and `position` of an earlier run, this one goes on where that one stopped.
    public var seed: UInt64 = .random(in: .min ... .max)
    public var position: UInt64 = 0
    public init() {}
  }

  /// How far a run is. Each endpoint counts once.
  public struct Progress: Sendable, Hashable {
    public var done: UInt64 = 0
    public var total: UInt64 = 0
    /// Endpoints on which an agent was recognised.
    public var found = 0
    public var open = 0
    public var refused: UInt64 = 0
    public var silent: UInt64 = 0
    /// Left out because of the deny list, or named twice.
    public var skipped: UInt64 = 0
    /// Every endpoint before this one in the order of the seed is done.
    public var position: UInt64 = 0
    public init() {}
  }

  /// This machine, as the other sensors know it.
  public let host: Host
  let resolver: any Resolver

  public init(host: Host) { self.init(host: host, resolver: SystemResolver()) }

  init(host: Host, resolver: any Resolver) {
    self.host = host
    self.resolver = resolver
  }

  /// Asks every endpoint of the targets once. Ends early, with what is known by then, when the task is cancelled.
  ///
  /// - Parameter progress: called after each endpoint, never at the same time, from a thread of the prober.
  /// - Returns: every endpoint that accepted a connection, and those that were named one by one even if they did not,
  ///   in the order of address and port.
  /// - Throws: before anything is sent, where a target cannot be resolved or needs a confirmation.
  public func probe(
    _ targets: [Target], options: Options = Options(), progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws(ProbeError) -> [ProbeResult] {
    let stop = Stop()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<[ProbeResult], ProbeError>, Never>) in
        // Waiting for sockets blocks a thread, which must not be one of the pool that runs tasks.
        DispatchQueue(label: "trammel.probe").async {
          continuation.resume(returning: run(targets, options, stop, progress))
        }
      }
    } onCancel: {
      stop.set()
    }
    return try result.get()
  }

  private func run(
    _ targets: [Target], _ options: Options, _ stop: Stop, _ progress: @escaping @Sendable (Progress) -> Void
  ) -> Result<[ProbeResult], ProbeError> {
    do throws(ProbeError) {
      let survey = try Survey(targets, options: options, resolver: resolver)
      var round = Round(survey: survey, options: options, stop: stop, progress: progress)
      round.run()
      let place = Surroundings(host: host, own: Sockets.ownAddresses(), neighbours: Sockets.neighbours())
      let results = round.results.map { $0.located(in: place) }
      return .success(ProbeResult.joined(results.sorted { ($0.address, $0.port) < ($1.address, $1.port) }))
    } catch {
      return .failure(error)
    }
  }

  /// What a run looked at, in the words of every sensor.
  public static func status(_ progress: Progress) -> SourceStatus {
    let parts = [
      "\(progress.done) of \(progress.total) endpoints", "\(progress.open) open", "\(progress.refused) refused",
      "\(progress.silent) silent", "\(progress.found) \(progress.found == 1 ? "agent" : "agents")",
    ]
    var status = SourceStatus(ProbeResult.source, looked: parts.joined(separator: ", "))
    if progress.skipped > 0 {
      status.skipped["endpoints on the deny list or named twice"] = Int(clamping: progress.skipped)
    }
    return status
  }
}

/// Set once, from any thread.
final class Stop: Sendable {
  private let flag = Atomic(false)
  func set() { flag.store(true, ordering: .relaxed) }
  var isSet: Bool { flag.load(ordering: .relaxed) }
}
