// Several observers, each of its own hosts, become one.
extension Observer {
  /// An observer for one of several that together hold no more than this one may; it knows what this one's baseline knows.
  public func share(of count: Int) -> Observer {
    var options = options
    options.hosts = max(16, options.hosts / max(1, count))
    options.pairs = max(16, options.pairs / max(1, count))
    return Observer(options: options, baseline: baseline)
  }

  /// Takes in what another one was told. A host that both know has what both know.
  public mutating func merge(_ other: Observer) {
    statistics.sessions += other.statistics.sessions
    statistics.queries += other.statistics.queries
    statistics.evictedHosts += other.statistics.evictedHosts
    statistics.evictedRecords += other.statistics.evictedRecords
    for (key, state) in other.hosts {
      guard hosts[key] != nil else {
        hosts[key] = state
        continue
      }
      hosts[key]?.merge(state)
    }
    pairs = hosts.values.reduce(0) { $0 + $1.services.count }
    aliases.merge(other.aliases) { mine, _ in mine }
    clients.merge(other.clients) { mine, _ in mine }
    baseline.merge(other.baseline)
  }
}

extension Baseline {
  /// Takes in what another one saw that began with the same hosts.
  mutating func merge(_ other: Baseline) {
    for (key, theirs) in other.hosts {
      guard var mine = hosts[key] else {
        hosts[key] = theirs
        continue
      }
      mine.first = min(mine.first, theirs.first)
      mine.last = max(mine.last, theirs.last)
      mine.services.merge(theirs.services, uniquingKeysWith: max)
      hosts[key] = mine
    }
    pending += other.pending
    let surplus = max(0, pending.count - Self.pendingLimit)
    pending.removeLast(surplus)
    dropped += other.dropped + surplus
  }
}
