public import Model
internal import Wire

extension Segment.Change {
  /// Name of the event in the ledger.
  public var kind: String {
    switch self {
    case .queried: "mdns.queried"
    case .appeared, .changed, .withdrawn, .flooded: "mdns.announced"
    }
  }

  /// The change as an event of the ledger.
  ///
  /// - Parameter host: id of the machine that records it.
  public func event(id: EventID, time: Timestamp, host: String) -> Event {
    var event = Event(id: id, time: time, kind: kind, host: host)
    func fill(_ announcement: Announcement, _ change: String) {
      event.object = announcement.title
      event.actor = announcement.announcers.first?.address.description
      event.data = [
        "change": .string(change), "service_type": .string(announcement.type.text),
        "interface": .string(announcement.link.name), "addresses": .strings(announcement.addresses.map(\.description)),
        "leaks": .strings(announcement.leaks.map { "\($0.what.title): \($0.value)" }),
      ]
      event.data["port"] = announcement.service.map { .int(Int64($0.port)) }
      event.data["mode"] = announcement.mode.map { .string($0.rawValue) }
    }
    switch self {
    case .appeared(let announcement): fill(announcement, "appeared")
    case .changed(let announcement): fill(announcement, "changed")
    case .withdrawn(let announcement, let reason): fill(announcement, reason.rawValue)
    case .queried(let query):
      event.actor = query.address.description
      event.object = query.type.text
      event.data = ["interface": .string(query.link.name)]
    case .flooded(let flood):
      event.severity = .medium
      event.actor = flood.address.description
      event.reason = "more announcements than the cap allows; the rest is counted and dropped"
      event.data = [
        "change": "flooded", "interface": .string(flood.link.name), "kept": .int(Int64(flood.kept)),
      ]
    }
    return event
  }
}
