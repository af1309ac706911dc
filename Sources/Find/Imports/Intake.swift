import Knowledge
import Model

/// What has been taken in so far, by host, within limits.
struct Intake: Sendable {
  struct Limits: Sendable {
    var hosts = 20_000
    /// Processes, sockets and containers of all hosts together.
    var entries = 1_000_000
    static let detection = Limits(hosts: 64, entries: 5_000)
  }

  /// By host id.
  private(set) var machines: [String: Machine] = [:]
  private(set) var skipped: [String: Int] = [:]
  private(set) var entries = 0
  /// Things that were understood, skipped or not: what tells a file of another form.
  private(set) var understood = 0
  let limits: Limits
  let fingerprints: Fingerprints

  init(limits: Limits = Limits(), fingerprints: Fingerprints = .embedded) {
    self.limits = limits
    self.fingerprints = fingerprints
  }

  mutating func skip(_ what: String, _ count: Int = 1) { skipped[what, default: 0] += count }

  /// What was skipped in a file that turned out to be nothing is nobody's.
  mutating func forget(_ before: [String: Int]) { skipped = before }

  mutating func understand() { understood += 1 }

  /// Changes what is known of a host; counts one entry.
  mutating func at(_ host: Host, _ source: Source, file: String, _ change: (inout Machine) -> Void) {
    understood += 1
    guard entries < limits.entries else { return skip("beyond \(limits.entries) records") }
    if machines[host.id] == nil {
      guard machines.count < limits.hosts else { return skip("beyond \(limits.hosts) hosts") }
      machines[host.id] = Machine(host: host)
    }
    entries += 1
    change(&machines[host.id, default: Machine(host: host)])
    if machines[host.id]?.sources.contains(source) == false || machines[host.id]?.files.last != file {
      machines[host.id]?.sources.insert(source)
      if machines[host.id]?.files.contains(file) == false, machines[host.id]?.files.count ?? 0 < 32 {
        machines[host.id]?.files.append(file)
      }
    }
  }
}
