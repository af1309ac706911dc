public import Model

/// Hears what agents announce by multicast DNS on the segments of this machine, and asks for it unless told not to.
///
/// It binds the group addresses, so a resolver on this machine keeps its unicast packets, and needs no privilege.
public struct MDNS: Sensor {
  public struct Options: Sendable {
    /// Names of interfaces; empty for all that are up and have multicast.
    public var interfaces: [String] = []
    /// Listen only.
    public var passive = false
    /// How long `look` listens.
    public var window: Duration = .milliseconds(2500)
    public var limits = Segment.Limits()
    public init() {}
  }

  /// The state of the segment, and what changed since the report before.
  public struct Report: Sendable {
    /// Complete: a missed report loses nothing of it.
    public var sweep: Sweep
    public var announcements: [Announcement]
    public var queries: [Segment.Query]
    public var changes: [Segment.Change]
    public var time: Timestamp
  }

  /// This machine, as the other sensors know it: what it announces itself is tied to it.
  public let host: Host
  public let options: Options

  public init(host: Host, options: Options = Options()) {
    self.host = host
    self.options = options
  }

  /// Listens for the window, or until the task is cancelled.
  public func look(now: Timestamp) async -> Sweep { await browse(from: now).sweep }

  /// Like `look`, with everything that was heard.
  public func browse(from start: Timestamp) async -> Report {
    var last: Report?
    let clock = ContinuousClock()
    let begin = clock.now
    var watch = Watch(self, tick: 50)
    for await event in watch.station.events {
      let now = start.advanced(by: begin.duration(to: clock.now))
      watch.take(event, at: now)
      if begin.duration(to: clock.now) >= options.window { break }
      // Interfaces are looked at every five seconds: within a shorter window none can come that is not there.
      if watch.station.looked.isEmpty, options.window <= .seconds(5) { break }
    }
    last = watch.report(at: start.advanced(by: begin.duration(to: clock.now)), since: start)
    return last ?? Report(sweep: Sweep(), announcements: [], queries: [], changes: [], time: start)
  }

  /// Watches until the task is cancelled, and hands over a report at the first round's end and whenever something changes.
  ///
  /// Waits for `each`; meanwhile packets queue up, and beyond 1024 are dropped and counted.
  public func run(from start: Timestamp, each: (Report) async throws -> Void) async throws {
    let clock = ContinuousClock()
    let begin = clock.now
    var watch = Watch(self, tick: 250)
    var reported = false
    for await event in watch.station.events {
      let now = start.advanced(by: begin.duration(to: clock.now))
      watch.take(event, at: now)
      guard case .tick = event else { continue }
      let firstRoundIsOver = !reported && begin.duration(to: clock.now) >= options.window
      if firstRoundIsOver || (reported && watch.hasNews) {
        reported = true
        try await each(watch.report(at: now, since: start))
      }
    }
    try Task.checkCancellation()
  }

  /// The reports of `run` as a stream; ends when its reader is gone. It keeps the newest 64 and loses older ones.
  public func reports(from start: Timestamp) -> AsyncStream<Report> {
    let (stream, continuation) = AsyncStream.makeStream(of: Report.self, bufferingPolicy: .bufferingNewest(64))
    let sensor = self
    // The one task that is not structured: a stream has no scope of its own. It ends with the stream.
    let task = Task {
      defer { continuation.finish() }
      try await sensor.run(from: start) { continuation.yield($0) }
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }
}

extension Timestamp {
  func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return advanced(bySeconds: Double(seconds) + Double(attoseconds) / 1e18)
  }
}

/// One watch: the sockets, what was heard, and the changes that nobody was told of yet.
private struct Watch {
  let sensor: MDNS
  let station: Station
  var segment: Segment
  var changes: [Segment.Change] = []
  /// What one report may carry; the segment's own budget keeps it far below.
  static let changeLimit = 4096
  var lastFollow: Timestamp?
  var lastBlind: [SourceStatus.Blind] = []
  var hasNews: Bool { !changes.isEmpty || blindChanged }
  var blindChanged = false

  init(_ sensor: MDNS, tick: Int) {
    self.sensor = sensor
    station = Station(tick: tick)
    segment = Segment(passive: sensor.options.passive, limits: sensor.options.limits)
  }

  mutating func take(_ event: Station.Event, at now: Timestamp) {
    switch event {
    case .packet(var packet):
      guard let interface = station.interfaces[packet.link.index] else { return }
      packet.link = interface.link
      note(segment.receive(packet, at: now))
    case .tick:
      follow(now)
      note(segment.advance(to: now))
      for outgoing in segment.outgoing(at: now) { station.send(outgoing) }
    }
  }

  private mutating func note(_ new: [Segment.Change]) {
    changes += new.prefix(max(0, Self.changeLimit - changes.count))
  }

  /// Looks at the interfaces every five seconds: they come and go.
  private mutating func follow(_ now: Timestamp) {
    if let lastFollow, now.seconds(since: lastFollow) < 5 { return }
    lastFollow = now
    let current = Interface.all()
    segment.own = Set(current.flatMap(\.addresses))
    let (new, gone) = station.follow(
      current, chosen: sensor.options.interfaces, asking: !sensor.options.passive)
    for index in gone { note(segment.detach(index)) }
    for link in new { segment.attach(link, at: now) }
    blindChanged = station.blind != lastBlind
    lastBlind = station.blind
  }

  mutating func report(at now: Timestamp, since start: Timestamp) -> MDNS.Report {
    defer {
      changes = []
      blindChanged = false
    }
    return MDNS.report(
      segment, host: sensor.host, neighbours: segment.announcements.isEmpty ? Neighbours() : Multicast.neighbours(),
      places: station.looked, dropped: station.dropped, blind: station.blind, changes: changes, at: now, since: start)
  }
}

extension MDNS {
  /// What a segment heard, as a report of this host.
  ///
  /// - Parameters:
  ///   - places: interfaces that were listened to.
  ///   - dropped: packets that came faster than they were read.
  static func report(
    _ segment: Segment, host: Host, neighbours: Neighbours, places: [String], dropped: Int = 0,
    blind: [SourceStatus.Blind] = [], changes: [Segment.Change], at now: Timestamp, since start: Timestamp
  ) -> Report {
    let announcements = segment.announcements
    let surroundings = Announcement.Surroundings(host: host, own: segment.own, neighbours: neighbours)
    let observations = announcements.compactMap { $0.observation(in: surroundings) }
    let status = status(
      segment, places: places, dropped: dropped, blind: blind, announcements: announcements.count,
      observed: observations.count, seconds: now.seconds(since: start))
    return Report(
      sweep: Sweep(observations: observations, status: [status]), announcements: announcements,
      queries: segment.queries, changes: changes, time: now)
  }

  /// The report of a host that heard these packets on one link: for a segment that is made of values.
  public static func report(
    hearing packets: [Segment.Packet], on link: Link, host: Host, neighbours: Neighbours, at now: Timestamp
  ) -> Report {
    var segment = Segment(passive: true)
    segment.own = Set(host.addresses)
    segment.attach(link, at: now)
    let changes = packets.flatMap { segment.receive($0, at: now) }
    return report(
      segment, host: host, neighbours: neighbours, places: [link.name], changes: changes, at: now, since: now)
  }

  private static func status(
    _ segment: Segment, places: [String], dropped: Int, blind: [SourceStatus.Blind], announcements: Int, observed: Int,
    seconds: Double
  ) -> SourceStatus {
    var looked = places.isEmpty ? "multicast DNS on no interface" : "multicast DNS on \(places.joined(separator: ", "))"
    looked += segment.isPassive ? ", listening only" : ", asking for \(ServiceType.known.count) service types"
    let time = seconds < 60 ? "\((seconds * 10).rounded() / 10) s" : "\(Int(seconds / 60)) min"
    looked +=
      ": \(segment.counters.packets) packets and \(announcements) \(announcements == 1 ? "announcement" : "announcements") in \(time)"
    let askers = Set(segment.queries.map(\.address)).subtracting(segment.own)
    if !askers.isEmpty {
      let names = askers.sorted().prefix(3).map(\.description).joined(separator: ", ")
      looked += "; \(askers.count) other \(askers.count == 1 ? "host" : "hosts") looked for gateways (\(names))"
    }
    var skipped = segment.counters.skipped
    if dropped > 0 { skipped["packets that came too fast"] = dropped }
    if announcements > observed { skipped["announcements without a port"] = announcements - observed }
    var blind = blind
    if let flood = segment.flood {
      blind.append(
        .init(
          "\(segment.counters.refusedInstances) announcements beyond the cap on \(flood.link.name), "
            + "the first from \(flood.address): real ones may be among them",
          remedy: "find the sender at its switch port and stop it, then look again"))
    }
    return SourceStatus(.mdns, looked: looked, blind: blind, skipped: skipped)
  }
}
