import Databases
public import Detection
public import Formats
public import Model
import Wire

/// Logs that grow and collectors, into the same tables: names out of the one label the flows of the other.
public struct WireFeed: ~Copyable {
  private var traffic: Traffic
  private var flows: FlowSource
  private var collectors: [Collector] = []
  private var sources: [Part] = []
  private let format: LogFormat?
  private let zone: Int

  private final class Collector {
    var socket: FlowCollector
    init(_ socket: consuming FlowCollector) { self.socket = socket }
  }

  /// A log whose format is not known yet keeps its first bytes.
  private final class Part {
    var head: [UInt8] = []
    var source: LogSource?
  }

  /// - Parameters:
  ///   - count: of logs; each has a place from 0 on.
  ///   - format: whose logs they are; nil to have that detected, log by log.
  ///   - templates: what an earlier feed kept of its exporters.
  public init(
    count: Int, format: LogFormat?, zone: Int = 0, seed: UInt64, observer: Observer = Observer(),
    templates: [UInt8]? = nil
  ) {
    var limits = Traffic.Limits()
    // Exporters tell a conversation piece by piece: what is silent for a minute is judged.
    limits.idleTCP = 60
    limits.idleOther = 60
    traffic = Traffic(limits: limits, observer: observer, seed: seed)
    flows = FlowSource(decoder: templates.flatMap { try? FlowDecoder(storedBytes: $0) } ?? FlowDecoder())
    self.format = format
    self.zone = zone
    sources = (0..<count).map { _ in Part() }
  }

  /// Lines that were read of all logs.
  public var lines: UInt64 { traffic.counters.lines }
  /// Places of logs whose format is not known.
  public var undetected: [Int] { sources.indices.filter { sources[$0].source == nil } }

  public mutating func take(_ bytes: [UInt8], of place: Int, now: Timestamp) {
    let part = sources[place]
    if part.source == nil {
      part.head += bytes
      part.source = LogSource(head: part.head.span, format: format, now: now, zone: zone)
      guard part.source != nil else {
        // What cannot be told from 64 KiB will not be told from more.
        if part.head.count > 1 << 16 { part.head.removeFirst(part.head.count / 2) }
        return
      }
      let head = part.head
      part.head = []
      part.source?.take(head.span, into: &traffic)
    } else {
      part.source?.advance(to: now)
      part.source?.take(bytes.span, into: &traffic)
    }
  }

  /// What was read of the logs, and what keeps one from being read.
  public func status(what: String, _ troubles: [SourceStatus.Blind?]) -> SourceStatus {
    traffic.status(.log, what: "\(what), \(lines) lines", skipped: [:], blind: troubles.compactMap(\.self))
  }

  /// Takes the next questions of a database; whether there may be more.
  mutating func take(_ database: inout PiholeDatabase, now: Timestamp) throws(Database.Fault) -> Bool {
    var outcome = LogSource.Outcome(format: .piholeFTL)
    return try database.read(now: now, outcome: &outcome, into: &traffic)
  }

  /// Whether a log goes on and on, and nothing in it is known by its form.
  func isUnknown(_ place: Int) -> Bool { sources[place].source == nil && sources[place].head.count > 4096 }

  /// Opens one more collector for flow exports.
  public mutating func listen(_ address: Address, _ port: UInt16) throws(FlowCollector.Problem) {
    collectors.append(Collector(try FlowCollector(address: address, port: port)))
  }

  /// Takes flow exports that came, waiting for the first where there is one collector; the number of datagrams, 0 also
  /// where nothing listens.
  public mutating func collect(waiting milliseconds: Int32, now: Timestamp) throws(FlowCollector.Problem) -> Int {
    var count = 0
    for collector in collectors {
      count += try collector.socket.feed(
        &flows, &traffic, waiting: collectors.count == 1 ? milliseconds : 0, at: now)
    }
    return count
  }

  public var isListening: Bool { !collectors.isEmpty }
  /// Datagrams that found no room in a socket.
  public var dropped: UInt64 { collectors.reduce(0) { $0 &+ $1.socket.dropped } }

  /// What of the exporters is worth keeping for the next feed.
  public var templates: [UInt8] { flows.decoder.storedBytes() }
  public var flowCounters: FlowSource.Counters { flows.counters }

  /// Which host used which model service when, and the contacts that are news: each is told once.
  public mutating func takeNews() -> (contacts: [FirstContact], baseline: [UInt8]) { traffic.takeNews() }

  /// - Parameter now: by the clock of this machine: what has been silent for a minute is told.
  public mutating func look(host: Host, source: Observation.Source = .log, now: Timestamp) -> Traffic.Look {
    traffic.endIdle(at: now)
    return traffic.look(host: host, source: source)
  }
}
