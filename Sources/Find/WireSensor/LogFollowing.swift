public import Formats
public import Model

/// Several logs that grow, as one stream of what they tell.
public struct LogFollowing: ~Copyable {
  private var traffic: Traffic
  private var sources: [Part] = []
  private let format: LogFormat?
  private let zone: Int

  /// A log whose format is not known yet keeps its first bytes.
  private final class Part {
    var head: [UInt8] = []
    var source: LogSource?
  }

  public init(count: Int, format: LogFormat?, zone: Int, seed: UInt64) {
    traffic = Traffic(seed: seed)
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

  public mutating func look(host: Host) -> Traffic.Look { traffic.look(host: host, source: .log) }
}
