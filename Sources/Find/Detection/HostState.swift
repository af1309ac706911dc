import Knowledge
import Model

/// What is kept of one host. Everything has a cap; what is dropped is counted, and totals never lose anything.
struct HostState: Sendable {
  var first = Int64.max
  var last = Int64.min
  /// Totals by place in the catalogue.
  var services: [Int: Totals] = [:]
  /// Connections to names of the catalogue.
  var contacts: [Contact] = []
  /// Other connections of programs, for what happens between two calls.
  var others: [Other] = []
  /// Questions for names of the catalogue.
  var queries: [Query] = []
  /// Ports on which it serves a gateway of an agent.
  var gateways: [UInt16: Gateway] = [:]
  /// Gateways of others that it used.
  var usedGateways: [GatewayUse] = []
  var tunnels = NameTunnels()
  var scan = Scan()
  /// Upload by day and category, for the last days.
  var days: [Int64: [Endpoints.Category: UInt64]] = [:]
  /// Kinds of agents named by a user agent in the clear, with the first moment.
  var userAgents: [String: Int64] = [:]
  /// Some connection, to whatever name, opened as a browser's does.
  var hasBrowser = false
  var dropped = 0

  struct Totals: Sendable, Hashable {
    var first = Int64.max
    var last = Int64.min
    var connections = 0
    var queries = 0
    var up: UInt64 = 0
    var down: UInt64 = 0
    var domain: String
    /// Hours of the day with traffic, counted.
    var hours: [UInt32] = []
    var dayMask: Set<Int64> = []

    mutating func merge(_ other: Totals) {
      first = min(first, other.first)
      last = max(last, other.last)
      connections += other.connections
      queries += other.queries
      up.saturate(adding: other.up)
      down.saturate(adding: other.down)
      domain = min(domain, other.domain)
      if hours.isEmpty {
        hours = other.hours
      } else if !other.hours.isEmpty {
        for hour in hours.indices { hours[hour] = hours[hour] &+ other.hours[hour] }
      }
      dayMask.formUnion(other.dayMask)
    }
  }

  struct Contact: Sendable, Hashable {
    var start: Int64
    var end: Int64
    var place: Int
    var name: String
    var hello: Client?
    var isBrowser: Bool
    var calls: [Call]
    var up: UInt64
    var down: UInt64
    var keepalive: Double?
    var isWebSocket: Bool
    var isEstablished: Bool
    var isWhole: Bool
    var isStreamed: Bool
    /// What a socket opens with after its upgrade: two uploads, as they came.
    var opening: [Call] = []
  }

  /// What a hello says.
  struct Client: Sendable, Hashable {
    var ja4: String
    var row: Hellos.Row?
    /// The cipher hash with the letters of the ALPN: what stays when a connection is resumed.
    var program: String
    var hasNoALPN: Bool
    /// `node`, `python or curl`; of an unknown value, nothing.
    var runtime: String? { row?.runtime }

    /// Nothing says that the two are different programs: a runtime in common, or where one is not known the cipher list.
    func mayBe(_ other: Client) -> Bool {
      guard let mine = runtime, let theirs = other.runtime else {
        return program.prefix(while: { $0 != "_" }) == other.program.prefix(while: { $0 != "_" })
      }
      return !Self.names(mine).isDisjoint(with: Self.names(theirs))
    }

    /// Those of `python or curl`.
    private static func names(_ runtime: String) -> Set<Substring> {
      var names = Set(runtime.split(separator: " "))
      names.remove("or")
      return names
    }

    /// A language's runtime or a library, and no tool of the command line.
    var isRuntime: Bool {
      guard let row else { return false }
      return row.kind == .runtime || row.kind == .library || row.runtime.hasPrefix("python")
    }

    /// What OpenClaw and its kin run on.
    var isJavaScript: Bool { ["node", "bun", "deno"].contains(row?.runtime) }
  }

  struct Other: Sendable, Hashable {
    var start: Int64
    var end: Int64
    /// What sort of program, in one word: `curl`, `git`, `port 22`.
    var program: String
    /// The cipher hash with ALPN letters and what follows, where a hello was seen.
    var client: Client?
    var target: String
    var ja4: String? { client?.ja4 }
  }

  struct Query: Sendable, Hashable {
    var time: Int64
    var place: Int
    var type: UInt16
    var name: String
  }

  struct Gateway: Sendable, Hashable {
    var first: Int64
    var last: Int64
    var kind: String
    var hasChallenge = false
    var isAnnounced = false
    var isWebSocket = false
    var isCrossing = false
    /// Other hosts that connected, with the first time.
    var peers: [Address: Int64] = [:]
  }

  struct GatewayUse: Sendable, Hashable {
    var time: Int64
    var server: Address
    var port: UInt16
    var isCertain: Bool
  }

  mutating func see(_ start: Int64, _ end: Int64) {
    first = min(first, start)
    last = max(last, max(start, end))
  }

  /// Hosts without anything of interest go first when room is needed.
  var isInteresting: Bool {
    !services.isEmpty || !gateways.isEmpty || !usedGateways.isEmpty || !userAgents.isEmpty
  }

  mutating func merge(_ other: HostState) {
    first = min(first, other.first)
    last = max(last, other.last)
    for (place, totals) in other.services {
      if services[place] == nil { services[place] = totals } else { services[place]?.merge(totals) }
    }
    contacts += other.contacts
    others += other.others
    queries += other.queries
    for (port, gateway) in other.gateways {
      guard var mine = gateways[port] else {
        gateways[port] = gateway
        continue
      }
      mine.merge(gateway)
      gateways[port] = mine
    }
    usedGateways += other.usedGateways
    tunnels.merge(other.tunnels)
    scan.merge(other.scan)
    for (day, categories) in other.days {
      for (category, bytes) in categories { days[day, default: [:]][category, default: 0].saturate(adding: bytes) }
    }
    userAgents.merge(other.userAgents, uniquingKeysWith: min)
    hasBrowser = hasBrowser || other.hasBrowser
    dropped += other.dropped
  }
}

extension HostState.Gateway {
  mutating func merge(_ other: Self) {
    first = min(first, other.first)
    last = max(last, other.last)
    hasChallenge = hasChallenge || other.hasChallenge
    isAnnounced = isAnnounced || other.isAnnounced
    isWebSocket = isWebSocket || other.isWebSocket
    isCrossing = isCrossing || other.isCrossing
    peers.merge(other.peers, uniquingKeysWith: min)
  }
}

extension Array {
  /// Keeps the latest half of the room once it is used up, so that the cost of sorting is spread; says how many went.
  mutating func trim(to limit: Int, by time: (Element) -> Int64) -> Int {
    guard count > limit else { return 0 }
    sort { time($0) < time($1) }
    let surplus = count - limit / 2
    removeFirst(surplus)
    return surplus
  }
}
