import Knowledge
import Model

// What an agent on the host could do harm with, or does.
extension Judge {
  func concerns(isAgent: Bool) -> [Concern] {
    var concerns: [Concern] = []
    func services(_ category: Endpoints.Category) -> [(row: Endpoints.Row, totals: HostState.Totals)] {
      state.services.sorted { $0.key < $1.key }.map { (endpoints.rows[$0.key], $0.value) }.filter {
        $0.0.category == category
      }
    }
    let isProgram = programs.contains { $0.hello != nil }

    for (port, gateway) in state.gateways.sorted(by: { $0.key < $1.key }) {
      if !gateway.peers.isEmpty {
        concerns.append(
          Concern(
            "gateway.reached", .high,
            "port \(port), a gateway of \(gateway.kind), was reached from \(gateway.peers.count) other \(gateway.peers.count == 1 ? "host" : "hosts")",
            gateway.peers.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
              evidence($0.value, "from \($0.key)")
            }))
      }
      if gateway.isCrossing {
        concerns.append(
          Concern(
            "mdns.crossing", .medium, "its announcement is heard in another segment: multicast DNS is passed on",
            [evidence(gateway.first, "port \(port)")]))
      }
    }
    for use in Dictionary(grouping: state.usedGateways, by: { "\($0.server):\($0.port)" }).sorted(by: {
      $0.key < $1.key
    }) {
      guard let first = use.value.min(by: { $0.time < $1.time }) else { continue }
      let isCertain = use.value.contains(where: \.isCertain)
      concerns.append(
        Concern(
          "gateway.used", isCertain ? .medium : .low, "uses the gateway of an agent at \(use.key)",
          [evidence(first.time, use.key)]))
    }
    for tunnel in services(.tunnel) where tunnel.totals.connections > 0 || tunnel.totals.queries > 0 {
      concerns.append(
        Concern(
          "tunnel", isAgent ? .critical : .low,
          "\(tunnel.row.provider): a tunnel leads in from outside" + (isAgent ? " while an agent runs" : ""),
          [evidence(tunnel.totals.first, tunnel.totals.domain)]))
    }
    for metadata in services(.cloudMetadata) {
      concerns.append(
        Concern(
          "metadata.address", isAgent ? .critical : isProgram ? .high : .low,
          "asks \(metadata.totals.domain), where a cloud gives out credentials",
          [evidence(metadata.totals.first, metadata.row.provider)]))
    }
    for drop in services(.exfil) where drop.totals.connections > 0 || isAgent {
      guard drop.totals.up > 1_000_000 || isAgent else { continue }
      concerns.append(
        Concern(
          "exfil.upload", isAgent && drop.totals.up > 1_000_000 ? .critical : isAgent ? .medium : .medium,
          "\(bytes(drop.totals.up)) to \(drop.totals.domain), where data is left for others",
          [evidence(drop.totals.first, drop.row.provider)]))
    }
    for found in state.tunnels.found {
      concerns.append(
        Concern(
          "dns.tunnel", .high,
          "\(found.names) different long names below \(found.domain) within an hour: data in questions",
          [evidence(found.time, found.domain)]))
    }
    for found in state.scan.found {
      concerns.append(
        Concern(
          "scan", isAgent ? .critical : .medium,
          "asked \(found.hosts) hosts of the network on port \(found.port) within an hour",
          [evidence(found.hour &* 3_600_000_000_000, "port \(found.port)")]))
    }
    if isAgent {
      for store in services(.skillRegistry) where store.row.weight != .shared {
        concerns.append(
          Concern(
            "skills", .medium, "gets skills or tools from \(store.totals.domain)",
            [evidence(store.totals.first, store.row.provider)]))
      }
      for resolver in services(.dohBypass) {
        concerns.append(
          Concern(
            "dns.bypass", .medium, "asks names at \(resolver.totals.domain), past the resolver of the network",
            [evidence(resolver.totals.first, resolver.row.provider)]))
      }
    }
    concerns += anomalies()
    return concerns.sorted {
      $0.severity != $1.severity ? $0.severity > $1.severity : ($0.name, $0.words) < ($1.name, $1.words)
    }
  }

  /// A day on which far more goes up than on the days before it: over six deviations of the logarithm, and 50 MB.
  private func anomalies() -> [Concern] {
    let days = state.days.sorted { $0.key < $1.key }
    guard days.count > 14, let (today, totals) = days.last else { return [] }
    return totals.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { category, bytes in
      guard bytes > 50_000_000 else { return nil }
      let before = days.dropLast().compactMap { Numerics.ln(1 + Double($0.value[category] ?? 0)) }
      guard let today = Numerics.ln(1 + Double(bytes)).map({ ($0, today) }), let median = Numerics.median(before),
        let deviation = Numerics.median(before.map { ($0 - median).magnitude })
      else { return nil }
      // A host that sent the same each day has no deviation of its own.
      guard (today.0 - median) / (1.4826 * max(deviation, 0.05)) > 6 else { return nil }
      return Concern(
        "upload.anomaly", .medium,
        "\(self.bytes(bytes)) to services of kind \(category.rawValue) in a day, far above its habit",
        [evidence(today.1 &* 86_400_000_000_000, category.rawValue)])
    }
  }
}
