import Knowledge
public import Model

/// Watches what wire sensors tell and says, when asked, which hosts run agents and why.
///
/// Keeps a bounded amount for each host. What it says does not hang on the order of what it was told, as long as no cap
/// was reached; `statistics` counts what was dropped. Sessions may come when they end, queries when they are asked. Only
/// what comes to a gateway counts from when it is known to be one.
public struct Observer: Sendable {
  public struct Options: Sendable, Hashable {
    public var hosts = 50_000
    /// Pairs of a host and a service, over all hosts.
    public var pairs = 100_000
    /// Kept of one host: connections to services of the catalogue, other connections, questions.
    public var contactsPerHost = 1024
    public var othersPerHost = 512
    public var queriesPerHost = 512
    /// Ports of agents' gateways, with their kind.
    public var gatewayPorts: [UInt16: String] = [18789: "openclaw", 19789: "openclaw"]
    /// Days without contact after which a contact is news; and days that a baseline needs.
    public var quietDays = 14
    public init() {}
  }

  /// What was taken in, and what had to be dropped.
  public struct Statistics: Sendable, Hashable {
    public var sessions = 0
    public var queries = 0
    public var evictedHosts = 0
    public var evictedRecords = 0
  }

  /// A gateway of an agent that something else told of: an announcement, a probe, a configuration.
  public struct Gateway: Sendable, Hashable {
    public var address: Address
    public var port: UInt16
    public var kind: String
    public var time: Timestamp
    /// Announced by its owner over mDNS or DNS-SD.
    public var isAnnounced: Bool
    /// The announcement came from another segment than its address belongs to.
    public var isCrossing: Bool
    public init(
      address: Address, port: UInt16, kind: String = "openclaw", time: Timestamp, isAnnounced: Bool = true,
      isCrossing: Bool = false
    ) {
      self.address = address
      self.port = port
      self.kind = kind
      self.time = time
      self.isAnnounced = isAnnounced
      self.isCrossing = isCrossing
    }
  }

  public let options: Options
  public internal(set) var statistics = Statistics()
  /// Which host used which service when, over restarts: store it, and give it back to the next observer.
  public var baseline: Baseline
  let endpoints: Endpoints
  let hellos: Hellos
  var hosts: [IP: HostState] = [:]
  var pairs = 0
  /// Other addresses of a host, to its lowest.
  var aliases: [IP: IP] = [:]
  var clients: [String: HostState.Client] = [:]
  private let userAgentRows: [Fingerprints.Row]

  public init(options: Options = Options(), baseline: Baseline? = nil) {
    self.options = options
    self.baseline = baseline ?? Baseline(quietDays: options.quietDays)
    endpoints = .embedded
    hellos = .embedded
    userAgentRows = Fingerprints.embedded.rows("useragent").filter {
      $0.confidence >= .high && Fingerprints.isAgent(kind: $0.kind)
    }
  }

  /// Takes in a connection.
  public mutating func add(_ session: Session) {
    statistics.sessions += 1
    let end = max(session.start, session.end).nanoseconds
    let place = session.name.flatMap { endpoints.place(of: $0) } ?? endpoints.place(of: session.server)
    let client = session.hello.map { self.client($0) }
    let key = IP(session.client)
    let isLocal = session.server.scope != .public && !session.server.isLoopback
    var isNewPair = false

    makeRoom(for: key)
    let userAgent = session.userAgent.flatMap { text in userAgentRows.first { $0.matches(text) }?.kind }
    let dropped = hosts[key, default: HostState()].take(
      session, until: end, userAgent: userAgent, place: place, category: place.map { endpoints.rows[$0].category },
      contact: place.map { Self.contact(session, place: $0, client: client) },
      other: place == nil ? Self.other(session, client: client) : nil, isLocal: isLocal, options: options,
      isNewPair: &isNewPair)
    statistics.evictedRecords += dropped
    if Self.isBrowser(session, client) { hosts[key]?.hasBrowser = true }
    if isNewPair { addPair() }
    if isLocal { noteGateway(session) }

    baseline.see(session.client, at: session.start)
    if let place, session.isEstablished, endpoints.rows[place].isModel {
      baseline.contact(session.client, endpoints.rows[place].provider, at: session.start)
    }
  }

  /// Takes in a question to a resolver.
  public mutating func add(_ query: NameQuery) {
    statistics.queries += 1
    let place = endpoints.place(of: query.name)
    let key = IP(query.client)
    var isNewPair = false
    makeRoom(for: key)
    let dropped = hosts[key, default: HostState()].take(query, place: place, options: options, isNewPair: &isNewPair)
    statistics.evictedRecords += dropped
    if isNewPair { addPair() }

    baseline.see(query.client, at: query.time)
    if let place, !query.isBlocked, endpoints.rows[place].isModel {
      baseline.contact(query.client, endpoints.rows[place].provider, at: query.time)
    }
  }

  /// Takes in that a gateway of an agent is somewhere.
  public mutating func note(_ gateway: Gateway) {
    let time = gateway.time.nanoseconds
    let key = IP(gateway.address)
    makeRoom(for: key)
    hosts[key, default: HostState()].see(time, time)
    hosts[key, default: HostState()].gateway(gateway.port, kind: gateway.kind, at: time) {
      $0.isAnnounced = $0.isAnnounced || gateway.isAnnounced
      $0.isCrossing = $0.isCrossing || gateway.isCrossing
    }
  }

  /// Takes in that addresses belong to one machine, as its network card or a lease told.
  public mutating func note(sameHost addresses: [Address]) {
    guard let lowest = addresses.min(), aliases.count < options.hosts else { return }
    for address in addresses where address != lowest { aliases[IP(address)] = IP(lowest) }
  }

  /// Contacts with model services that are news; each is told once.
  public mutating func firstContacts() -> [FirstContact] { baseline.take() }

  /// Every host with traffic that the catalogue knows, the surest agents first.
  ///
  /// - Parameter now: the moment of the look; nothing that came later than it is told as seen before.
  public func verdicts(at now: Timestamp) -> [HostActivity] {
    var merged: [IP: HostState] = [:]
    var addresses: [IP: [Address]] = [:]
    for (key, state) in hosts where state.isInteresting || !state.scan.found.isEmpty || !state.tunnels.found.isEmpty {
      let main = root(key)
      addresses[main, default: []].append(key.address)
      if merged[main] == nil { merged[main] = state } else { merged[main]?.merge(state) }
    }
    return merged.map { key, state in
      Judge(state: state, endpoints: endpoints).activity(addresses: (addresses[key] ?? []).sorted(), now: now)
    }.sorted {
      ($0.agentProbability, $1.addresses.first ?? .anyIPv4) > ($1.agentProbability, $0.addresses.first ?? .anyIPv4)
    }
  }

  private func root(_ key: IP) -> IP {
    var key = key
    // A chain of aliases is followed a few steps: whoever gives circles gets no loop.
    for _ in 0..<8 {
      guard let next = aliases[key], next != key else { break }
      key = next
    }
    return key
  }
}

extension Observer {
  private mutating func noteGateway(_ session: Session) {
    guard session.isEstablished, session.client != session.server else { return }
    let known = hosts[IP(session.server)]?.gateways[session.serverPort] != nil
    let kind = options.gatewayPorts[session.serverPort]
    guard session.isGatewayChallenge || known || kind != nil else { return }
    let time = session.start.nanoseconds
    let server = IP(session.server)
    makeRoom(for: server)
    hosts[server, default: HostState()].see(time, session.end.nanoseconds)
    hosts[server, default: HostState()].gateway(session.serverPort, kind: kind ?? "openclaw", at: time) {
      $0.hasChallenge = $0.hasChallenge || session.isGatewayChallenge
      $0.isWebSocket = $0.isWebSocket || session.webSocketPath != nil
      if $0.peers.count < 64 || $0.peers[session.client] != nil {
        $0.peers[session.client] = min(time, $0.peers[session.client] ?? .max)
      }
    }
    let use = HostState.GatewayUse(
      time: time, server: session.server, port: session.serverPort,
      isCertain: session.isGatewayChallenge || session.webSocketPath != nil)
    let client = IP(session.client)
    hosts[client, default: HostState()].usedGateways.append(use)
    _ = hosts[client]?.usedGateways.trim(to: 128) { $0.time }
  }

  private mutating func addPair() {
    pairs += 1
    guard pairs > options.pairs else { return }
    // Only hosts that have pairs make room for pairs: those not seen for longest, an eighth at a time.
    var surplus = options.pairs / 8
    drop(
      oldest(where: \.isInteresting).prefix { key in
        defer { surplus -= hosts[key]?.services.count ?? 0 }
        return surplus >= 0
      })
  }

  private mutating func makeRoom(for key: IP) {
    guard hosts.count >= options.hosts, hosts.index(forKey: key) == nil else { return }
    // Those of which nothing is known go first.
    let order = oldest { !$0.isInteresting } + oldest(where: \.isInteresting)
    drop(order.prefix(max(1, hosts.count / 8)))
  }

  private func oldest(where isVictim: (HostState) -> Bool) -> [IP] {
    hosts.filter { isVictim($0.value) }.map { ($0.value.last, $0.key) }
      .sorted { ($0.0, $0.1.high, $0.1.low) < ($1.0, $1.1.high, $1.1.low) }.map(\.1)
  }

  private mutating func drop(_ victims: ArraySlice<IP>) {
    for key in victims { hosts[key] = nil }
    statistics.evictedHosts += victims.count
    pairs = hosts.values.reduce(0) { $0 + $1.services.count }
  }
}

extension Endpoints.Row {
  /// A service that answers as a model, whether to programs or to people, and does little else under its name.
  var isModel: Bool { (category == .llmAPI || category == .llmWeb) && weight != .shared }
}
