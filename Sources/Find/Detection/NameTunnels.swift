import Matching

/// Data carried in questions to a resolver: many different long names below one domain within an hour.
struct NameTunnels: Sendable, Hashable {
  private var windows: [Key: Window] = [:]

  private struct Key: Sendable, Hashable {
    var domain: String
    var hour: Int64
  }
  private struct Window: Sendable, Hashable {
    var names: Set<UInt64> = []
    var questions = 0
    var odd = 0
    var entropy = 0.0
    var first = Int64.max

    mutating func add(_ hash: UInt64, isOdd: Bool, _ time: Int64, entropy: () -> Double) {
      first = min(first, time)
      questions += 1
      if isOdd { odd += 1 }
      guard names.count < NameTunnels.nameLimit, names.insert(hash).inserted else { return }
      self.entropy += entropy()
    }
  }

  struct Found: Sendable, Hashable {
    var domain: String
    var time: Int64
    var names: Int
  }

  /// Windows kept for a host, and different names counted in one.
  private static let windowLimit = 32
  private static let nameLimit = 256

  /// Looks only at names that could carry something: 16 characters below their domain, or a type made for data.
  mutating func add(_ name: String, type: UInt16, at time: Int64) {
    let isData = type == 16 || type == 10 || type == 65399
    // Nearly every question ends here.
    guard isData || name.utf8.count >= 20, type != 12 else { return }
    let labels = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard labels.count > 2, labels.count <= 64 else { return }
    // Without a list of public suffixes: three labels where the second is short and the last a country.
    let isCountry = labels[labels.count - 1].count == 2 && labels[labels.count - 2].count <= 3
    let kept = isCountry ? 3 : 2
    guard labels.count > kept else { return }
    let domain = labels.suffix(kept).compactMap { String($0) }.joined(separator: ".")
    let below = Array(labels.dropLast(kept).joined(separator: [0x2E]))
    guard below.count >= 16 || isData else { return }
    let key = Key(domain: domain, hour: time / 3_600_000_000_000)
    if windows[key] == nil, windows.count >= Self.windowLimit {
      // The window with the fewest names makes room; of those the oldest.
      guard
        let least = windows.min(by: {
          ($0.value.names.count, $0.key.hour, $0.key.domain) < ($1.value.names.count, $1.key.hour, $1.key.domain)
        })
      else { return }
      windows[least.key] = nil
    }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in below { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    windows[key, default: Window()].add(hash, isOdd: isData || below.count >= 40, time) {
      Entropy.perCharacter(String(decoding: below.filter { $0 != 0x2E }, as: UTF8.self))
    }
  }

  /// Domains with over 50 names in an hour whose letters look random, most of them long or asked for data.
  var found: [Found] {
    windows.filter { _, window in
      window.names.count > 50 && window.entropy / Double(max(1, window.names.count)) > 3.2
        && Double(window.odd) > 0.6 * Double(window.questions)
    }.map { Found(domain: $0.key.domain, time: $0.value.first, names: $0.value.names.count) }
      .sorted { ($0.time, $0.domain) < ($1.time, $1.domain) }
  }

  mutating func merge(_ other: NameTunnels) {
    windows.merge(other.windows) { mine, theirs in mine.names.count >= theirs.names.count ? mine : theirs }
  }
}

/// Many hosts of the own network asked on one port within an hour.
struct Scan: Sendable, Hashable {
  private struct Key: Sendable, Hashable {
    var port: UInt16
    var hour: Int64
  }
  private var windows: [Key: Set<UInt64>] = [:]
  private var refused: [Key: Int] = [:]

  struct Found: Sendable, Hashable {
    var port: UInt16
    var hour: Int64
    var hosts: Int
  }

  private static let windowLimit = 32
  private static let hostLimit = 256
  /// Hosts that make a scan, most of which did not answer.
  static let threshold = 16

  mutating func add(_ server: UInt64, port: UInt16, isEstablished: Bool, at time: Int64) {
    let key = Key(port: port, hour: time / 3_600_000_000_000)
    if windows[key] == nil, windows.count >= Self.windowLimit {
      guard
        let least = windows.min(by: {
          ($0.value.count, $0.key.hour, $0.key.port) < ($1.value.count, $1.key.hour, $1.key.port)
        })
      else { return }
      windows[least.key] = nil
      refused[least.key] = nil
    }
    guard windows[key, default: []].count < Self.hostLimit, windows[key, default: []].insert(server).inserted else {
      return
    }
    if !isEstablished { refused[key, default: 0] += 1 }
  }

  var found: [Found] {
    windows.filter { $0.value.count >= Self.threshold && (refused[$0.key] ?? 0) * 2 >= $0.value.count }
      .map { Found(port: $0.key.port, hour: $0.key.hour, hosts: $0.value.count) }
      .sorted { ($0.hour, $0.port) < ($1.hour, $1.port) }
  }

  mutating func merge(_ other: Scan) {
    windows.merge(other.windows) { $0.union($1) }
    refused.merge(other.refused) { $0 + $1 }
  }
}
