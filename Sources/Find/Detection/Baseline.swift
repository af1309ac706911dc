public import Model

/// A host's first contact with a model service after a time without any.
public struct FirstContact: Sendable, Hashable {
  public var host: Address
  public var provider: String
  public var time: Timestamp
  /// It used no other model service before either.
  public var isFirstOfHost: Bool
  /// Days for which the host was watched before.
  public var daysWatched: Int

  public var value: Value {
    [
      "host": .string(host.description), "provider": .string(provider), "time": .string(time.rfc3339()),
      "first_of_host": .bool(isFirstOfHost), "days_watched": .int(Int64(daysWatched)),
    ]
  }
}

/// Since when each host is known, and when it last used which service: what makes a contact news.
///
/// A contact is news where the host has been watched for the quiet days and did not use the service in them. It is told
/// once, also over restarts: the value is stored as bytes and read again. Bounded; the hosts not seen for longest go first.
public struct Baseline: Sendable, Hashable {
  /// Days without contact that make one news, at least 1.
  public let quietDays: Int
  var hosts: [IP: Entry] = [:]
  var pending: [FirstContact] = []
  /// Hosts forgotten for want of room, and contacts that nobody took in time.
  public internal(set) var dropped = 0

  struct Entry: Sendable, Hashable {
    var first: Int64
    var last: Int64
    var services: [String: Int64] = [:]

    mutating func see(_ moment: Int64) {
      first = min(first, moment)
      last = max(last, moment)
    }
  }

  static let hostLimit = 50_000
  static let serviceLimit = 64
  static let pendingLimit = 4096
  private static let day = 86_400.0

  public init(quietDays: Int = 14) { self.quietDays = min(max(1, quietDays), 3650) }

  /// Hosts that are known.
  public var count: Int { hosts.count }

  mutating func see(_ host: Address, at time: Timestamp) {
    let key = IP(host)
    let moment = time.nanoseconds
    if hosts[key] == nil, hosts.count >= Self.hostLimit { makeRoom() }
    hosts[key, default: Entry(first: moment, last: moment)].see(moment)
  }

  mutating func contact(_ host: Address, _ provider: String, at time: Timestamp) {
    see(host, at: time)
    let key = IP(host)
    let moment = time.nanoseconds
    guard var entry = hosts[key] else { return }
    let quiet = Double(quietDays) * Self.day
    let watched = Numerics.seconds(from: entry.first, to: moment)
    let before = entry.services[provider]
    let isQuiet = before.map { Numerics.seconds(from: $0, to: moment) >= quiet } ?? true
    let latest = entry.services.values.max()
    if watched >= quiet, isQuiet {
      if pending.count < Self.pendingLimit {
        pending.append(
          FirstContact(
            host: host, provider: provider, time: time,
            isFirstOfHost: latest.map { Numerics.seconds(from: $0, to: moment) >= quiet } ?? true,
            daysWatched: Int(min(watched / Self.day, 1e6))))
      } else {
        dropped += 1
      }
    }
    if before != nil || entry.services.count < Self.serviceLimit {
      entry.services[provider] = max(before ?? .min, moment)
    }
    hosts[key] = entry
  }

  mutating func take() -> [FirstContact] {
    defer { pending = [] }
    return pending.sorted { ($0.time, $0.host, $0.provider) < ($1.time, $1.host, $1.provider) }
  }

  private mutating func makeRoom() {
    let victims = hosts.sorted { ($0.value.last, $0.key.high, $0.key.low) < ($1.value.last, $1.key.high, $1.key.low) }
      .prefix(Self.hostLimit / 8)
    for victim in victims { hosts[victim.key] = nil }
    dropped += victims.count
  }
}

// The stored form: a value in canonical bytes (RFC 8949 §4.2), so that equal baselines have equal bytes.
extension Baseline {
  private static let version: Int64 = 1

  /// Everything but contacts that were not taken yet: take them first.
  public var storedBytes: [UInt8] {
    let entries = hosts.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }.map { key, entry -> Value in
      [
        "address": .bytes(key.address.bytes), "first": .int(entry.first), "last": .int(entry.last),
        "services": .array(
          entry.services.sorted { $0.key < $1.key }.map { .array([.string($0.key), .int($0.value)]) }),
      ]
    }
    let value: Value = [
      "version": .int(Self.version), "quiet_days": .int(Int64(quietDays)), "hosts": .array(entries),
    ]
    return value.canonicalBytes
  }

  /// Reads the stored form; nil for anything else. What is over the limits is left out and counted.
  ///
  /// - Parameter quietDays: replaces the stored number.
  public init?(storedBytes: [UInt8], quietDays: Int? = nil) {
    guard let value = try? Value(canonicalBytes: storedBytes), value["version"]?.int == Self.version,
      let days = value["quiet_days"]?.int, let entries = value["hosts"]?.array
    else { return nil }
    self.init(quietDays: quietDays ?? Int(min(max(days, 1), 3650)))
    for item in entries {
      guard let address = item["address"]?.bytes.flatMap(Address.init(bytes:)), let first = item["first"]?.int,
        let last = item["last"]?.int, first <= last, let services = item["services"]?.array
      else { return nil }
      guard hosts.count < Self.hostLimit else {
        dropped += 1
        continue
      }
      var entry = Entry(first: first, last: last)
      for pair in services.prefix(Self.serviceLimit) {
        guard let fields = pair.array, fields.count == 2, let name = fields[0].string, let time = fields[1].int else {
          return nil
        }
        entry.services[name] = time
      }
      hosts[IP(address)] = entry
    }
  }
}
