import Knowledge
import Model

extension HostState {
  /// Days for which uploads are kept.
  private static let dayLimit = 64
  private static let day: Int64 = 86_400_000_000_000

  /// Takes in a connection that the host opened; says how many older records went.
  mutating func take(
    _ session: Session, until end: Int64, userAgent: String?, place: Int?, category: Endpoints.Category?,
    contact: Contact?, other: Other?, isLocal: Bool, options: Observer.Options, isNewPair: inout Bool
  ) -> Int {
    let start = session.start.nanoseconds
    see(start, end)
    if let userAgent, userAgents.count < 16 { userAgents[userAgent] = min(start, userAgents[userAgent] ?? .max) }
    if isLocal, session.serverPort != 53 {
      let server = IP(session.server)
      scan.add(
        server.low ^ (server.high &* 0x9E37_79B9_7F4A_7C15), port: session.serverPort,
        isEstablished: session.isEstablished, at: start)
    }
    var gone = 0
    if let place, let category, let contact {
      isNewPair = note(session, place: place, category: category, name: session.name)
      contacts.append(contact)
      gone = contacts.trim(to: options.contactsPerHost) { $0.start }
    } else if let other {
      others.append(other)
      gone = others.trim(to: options.othersPerHost) { $0.start }
    }
    dropped += gone
    return gone
  }

  /// Takes in a question of the host; says how many older records went.
  mutating func take(_ query: NameQuery, place: Int?, options: Observer.Options, isNewPair: inout Bool) -> Int {
    let time = query.time.nanoseconds
    see(time, time)
    guard let place else {
      tunnels.add(query.name, type: query.type, at: time)
      return 0
    }
    isNewPair = note(query, place: place)
    queries.append(.init(time: time, place: place, type: query.type, name: query.name))
    let gone = queries.trim(to: options.queriesPerHost) { $0.time }
    dropped += gone
    return gone
  }

  /// Adds a connection to the totals of its service; says whether the service is new for the host.
  mutating func note(_ session: Session, place: Int, category: Endpoints.Category, name: String?) -> Bool {
    let start = session.start.nanoseconds
    let isNew = touch(place, name ?? session.server.description, start, max(start, session.end.nanoseconds))
    services[place]?.connections += session.isEstablished ? 1 : 0
    services[place]?.up.saturate(adding: session.bytesUp)
    services[place]?.down.saturate(adding: session.bytesDown)
    let number = start / Self.day
    days[number, default: [:]][category, default: 0].saturate(adding: session.bytesUp)
    if days.count > Self.dayLimit, let oldest = days.keys.min() { days[oldest] = nil }
    return isNew
  }

  mutating func note(_ query: NameQuery, place: Int) -> Bool {
    let time = query.time.nanoseconds
    let isNew = touch(place, query.name, time, time)
    services[place]?.queries += 1
    return isNew
  }

  mutating func gateway(_ port: UInt16, kind: String, at time: Int64, _ change: (inout Gateway) -> Void) {
    guard gateways[port] != nil || gateways.count < 16 else { return }
    var gateway = gateways[port] ?? Gateway(first: time, last: time, kind: kind)
    gateway.first = min(gateway.first, time)
    gateway.last = max(gateway.last, time)
    change(&gateway)
    gateways[port] = gateway
  }

  private mutating func touch(_ place: Int, _ name: String, _ start: Int64, _ end: Int64) -> Bool {
    let isNew = services[place] == nil
    services[place, default: Totals(domain: name)].see(name, start, end)
    return isNew
  }
}

extension HostState.Totals {
  private static let day: Int64 = 86_400_000_000_000
  private static let hour: Int64 = 3_600_000_000_000

  mutating func see(_ name: String, _ start: Int64, _ end: Int64) {
    first = min(first, start)
    last = max(last, end)
    if name < domain { domain = name }
    if hours.isEmpty { hours = Array(repeating: 0, count: 24) }
    let inDay = ((start % Self.day) + Self.day) % Self.day
    hours[Int(inDay / Self.hour)] &+= 1
    if dayMask.count < 400 { dayMask.insert(start / Self.day) }
  }
}
