public import Model

/// What retention took away: the event `ledger.removed`, signed by itself and followed at once by a checkpoint.
///
/// Without the signature, whoever can write the file could take payloads away and call that retention.
public struct Removal: Sendable, Hashable {
  static let kind = "ledger.removed"

  /// Payloads of events before this moment are gone.
  public var before: Timestamp
  /// How many this removal took.
  public var count: Int64
  var ranges: Ranges
  public var signature: [UInt8] = []

  init(before: Timestamp, count: Int64, ranges: Ranges) {
    self.before = before
    self.count = count
    self.ranges = ranges
  }

  /// First and last place of each run. The ledger's own events in a run keep their payload.
  public var runs: [ClosedRange<Int64>] { ranges.list }

  /// What is signed: a line of text, then deterministic CBOR. The place is part of it, so it holds nowhere else.
  func message(ledger: [UInt8], seq: Int64) -> [UInt8] {
    let value: Value = [
      "seq": .int(seq), "count": .int(count), "before": .int(before.nanoseconds), "ledger": .bytes(ledger),
      "ranges": ranges.value,
    ]
    return Array("trammel/ledger-removal/1\n".utf8) + value.canonicalBytes
  }

  func isSigned(by key: PublicKey, ledger: [UInt8], seq: Int64) -> Bool {
    key.verifies(signature, of: message(ledger: ledger, seq: seq))
  }

  func event(id: EventID, time: Timestamp, host: String) -> Event {
    var event = Event(id: id, time: time, kind: Self.kind, host: host)
    event.data = [
      "count": .int(count), "before": .int(before.nanoseconds), "ranges": ranges.value, "signature": .bytes(signature),
    ]
    return event
  }

  /// The removal that an event holds; nil for other events.
  init?(_ event: Event) {
    guard event.kind == Self.kind, let count = event.data["count"]?.int, let before = event.data["before"]?.int,
      let ranges = Ranges(event.data["ranges"]), let signature = event.data["signature"]?.bytes
    else { return nil }
    self.init(before: Timestamp(nanoseconds: before), count: count, ranges: ranges)
    self.signature = signature
  }
}
