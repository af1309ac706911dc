import Model

/// How long a record may be believed.
struct Lifetime: Sendable, Hashable {
  /// The longest that is believed; RFC 6762 §10 recommends 75 minutes, and an attacker would like 136 years.
  static let longest: UInt32 = 24 * 3600

  var received: Timestamp
  var seconds: Double
  var expires: Timestamp
  /// From a legacy answer, whose times are capped: good enough until the next multicast one.
  var isProvisional: Bool
  /// Refresh questions already asked, at 80, 90 and 95 per cent (RFC 6762 §5.2).
  var refreshed = 0

  init(ttl: UInt32, at now: Timestamp, legacy: Bool) {
    received = now
    // A legacy answer gives ten seconds at most; the record lives on until multicast says more.
    seconds = Double(min(legacy ? max(ttl, 120) : ttl, Self.longest))
    expires = now.advanced(bySeconds: seconds)
    isProvisional = legacy
  }

  /// Gone in one second, so that another sender of the same record can object (RFC 6762 §10.1).
  mutating func end(at now: Timestamp) { expires = min(expires, now.advanced(bySeconds: 1)) }

  func isOver(_ now: Timestamp) -> Bool { now >= expires }

  /// Whether it is time to ask again.
  func wantsRefresh(_ now: Timestamp) -> Bool {
    let marks = [0.80, 0.90, 0.95]
    return refreshed < marks.count && now >= received.advanced(bySeconds: seconds * marks[refreshed])
  }

  /// Half of its life is still ahead: it may be named as a known answer (RFC 6762 §7.1).
  func isFresh(_ now: Timestamp) -> Bool {
    !isProvisional && now.seconds(since: received) < seconds / 2
  }

  /// A later sight of the same record. A legacy answer does not shorten what multicast said.
  static func renewed(_ old: Lifetime?, by new: Lifetime) -> Lifetime {
    guard let old, new.isProvisional, !old.isProvisional, old.expires > new.expires else { return new }
    return old
  }
}
