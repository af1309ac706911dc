import Knowledge
import Model
import Wire

/// Names seen on the wire, each kept once, with what the catalogue says of it and how often it was asked for.
///
/// Bounded in names and in bytes: beyond that a new name is counted in `refused` and known as number 0, which is no name.
struct Names {
  struct Entry {
    var offset: UInt32
    var count: UInt16
    /// Place in the catalogue; -1 for none.
    var row: Int16
    var hash: UInt32
    var queries: UInt32 = 0
    var hellos: UInt32 = 0
    var quicHellos: UInt32 = 0
    /// The flow is worth telling uploads from answers: a model, a channel, a platform of agents.
    var isFollowed: Bool
  }

  private var bytes: [UInt8] = []
  private(set) var entries: [Entry]
  private var index: [UInt32]
  private(set) var refused: UInt64 = 0
  let limit: Int
  let byteLimit: Int
  private let endpoints: Endpoints
  private let seed: UInt64

  /// - Parameter seed: from outside, so that nobody can choose names that meet in one place.
  init(limit: Int = 1 << 20, byteLimit: Int = 48 << 20, seed: UInt64, endpoints: Endpoints = .embedded) {
    self.seed = seed
    self.limit = limit
    self.byteLimit = byteLimit
    self.endpoints = endpoints
    entries = [Entry(offset: 0, count: 0, row: -1, hash: 0, isFollowed: false)]
    index = [UInt32](repeating: 0, count: 1 << 12)
  }

  /// Names without number 0.
  var count: Int { entries.count - 1 }

  /// As it can be shown: a log may tell a name with bytes that a terminal obeys.
  func text(_ id: UInt32) -> String {
    let entry = entries[Int(id)]
    let start = Int(entry.offset)
    let name = bytes[start..<(start + Int(entry.count))]
    guard name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return SafeText.render(name, escaping: []) }
    return String(decoding: name, as: UTF8.self)
  }

  func row(_ id: UInt32) -> Endpoints.Row? {
    let row = entries[Int(id)].row
    return row < 0 ? nil : endpoints.rows[Int(row)]
  }

  /// Takes in what another table counted.
  mutating func add(_ other: Names) {
    for entry in other.entries.dropFirst() {
      let start = Int(entry.offset)
      let id = intern(other.bytes.span.extracting(start..<(start + Int(entry.count)))).id
      guard id != 0 else { continue }
      entries[Int(id)].queries &+= entry.queries
      entries[Int(id)].hellos &+= entry.hellos
      entries[Int(id)].quicHellos &+= entry.quicHellos
    }
    refused &+= other.refused
  }

  mutating func countQuery(_ id: UInt32) { entries[Int(id)].queries &+= 1 }
  mutating func countHello(_ id: UInt32, quic: Bool) {
    if quic { entries[Int(id)].quicHellos &+= 1 } else { entries[Int(id)].hellos &+= 1 }
  }

  /// The number of a name in any case, and whether it is new. Nothing is copied of a name that is known.
  mutating func intern(_ name: Span<UInt8>) -> (id: UInt32, isNew: Bool) {
    let count = name.count
    guard count > 0, count <= 1024 else { return (0, false) }
    let short = hash(of: name)
    let mask = index.count - 1
    var slot = Int(short) & mask
    while index[slot] != 0 {
      let id = index[slot]
      if entries[Int(id)].hash == short, Int(entries[Int(id)].count) == count,
        equal(name, at: Int(entries[Int(id)].offset))
      {
        return (id, false)
      }
      slot = (slot + 1) & mask
    }
    guard entries.count < limit, bytes.count + count <= byteLimit else {
      refused &+= 1
      return (0, false)
    }
    let row = endpoints.match(name) ?? -1
    let id = UInt32(entries.count)
    entries.append(
      Entry(
        offset: UInt32(bytes.count), count: UInt16(count), row: Int16(truncatingIfNeeded: row), hash: short,
        isFollowed: row >= 0 && Self.isFollowed(endpoints.rows[row].category)))
    for place in 0..<count { bytes.append(Self.lower(name[place])) }
    index[slot] = id
    if entries.count * 2 > index.count { grow() }
    return (id, true)
  }

  mutating func intern(_ name: [UInt8]) -> (id: UInt32, isNew: Bool) { intern(name.span) }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  private static func isFollowed(_ category: Endpoints.Category) -> Bool {
    switch category {
    case .llmAPI, .llmWeb, .messaging, .agentPlatform: true
    case .llmData, .skillRegistry, .codeHost, .tunnel, .exfil, .addressEcho, .cloudMetadata, .dohBypass: false
    }
  }

  /// Eight bytes at a step, each folded by a multiplication whose high half counts: the seed decides what meets what.
  @inline(__always)
  private func hash(of name: Span<UInt8>) -> UInt32 {
    let key = 0xA076_1D64_78BD_642F ^ (seed | 1)
    var hash = seed ^ UInt64(truncatingIfNeeded: name.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    while true {
      let product = (hash ^ Self.eight(name, at: place)).multipliedFullWidth(by: key)
      hash = product.high ^ product.low &+ 0xE703_7ED1_A0B4_28DB
      guard let next = Self.next(place, in: name.count) else { break }
      place = next
    }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }

  @inline(__always)
  private func equal(_ name: Span<UInt8>, at offset: Int) -> Bool {
    let known = bytes.span.extracting(offset..<(offset &+ name.count))
    var place = 0
    while true {
      guard Self.eight(name, at: place) == Self.eight(known, at: place) else { return false }
      guard let next = Self.next(place, in: name.count) else { return true }
      place = next
    }
  }

  /// Where the next eight bytes are looked at: the last eight begin within those before them.
  @inline(__always)
  private static func next(_ place: Int, in count: Int) -> Int? {
    let end = place &+ 8
    return end >= count ? nil : min(end, count &- 8)
  }

  /// Eight bytes from `place` on in lower case, or what is left of a name that is shorter. The load is in bounds: that is checked before it.
  @inline(__always)
  private static func eight(_ name: Span<UInt8>, at place: Int) -> UInt64 {
    var word: UInt64 = 0
    if name.count &- place >= 8 {
      word = unsafe name.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
    } else {
      for at in place..<name.count { word = word << 8 | UInt64(name[at]) }
    }
    // A letter A to Z gets its sixth bit, in all eight bytes at once: no carry leaves a byte, since the top bits are off.
    let low = word & 0x7F7F_7F7F_7F7F_7F7F
    let atLeastA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let aboveZ = low &+ 0x2525_2525_2525_2525
    let isUpper = atLeastA & ~aboveZ & ~word & 0x8080_8080_8080_8080
    return word | isUpper >> 2
  }

  private mutating func grow() {
    var larger = [UInt32](repeating: 0, count: index.count * 2)
    let mask = larger.count - 1
    for id in entries.indices.dropFirst() {
      var slot = Int(entries[id].hash) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = UInt32(id)
    }
    index = larger
  }
}

/// Which name a client last learnt for an address. A fixed number of places: a newer pair takes the place of an older one.
///
/// Four places that a pair may have lie beside each other, 64 bytes in all. A pair is known by 40 bits of a hash, and by
/// where it lies: two that are alike are met once in a million millions.
struct AddressNames {
  private struct Entry: BitwiseCopyable {
    /// Forty bits of the hash, and the number of the name below them.
    var pair: UInt64 = 0
    /// Nanoseconds since 1970.
    var expires: Int64 = 0
  }
  private var entries: [Entry]
  private let mask: Int
  private let seed: UInt64
  private static let ways = 4
  private static var nameMask: UInt64 { 0xFF_FFFF }

  /// - Parameter places: a power of two.
  init(places: Int = 1 << 15, seed: UInt64) {
    entries = [Entry](repeating: Entry(), count: places)
    mask = places - 1
    self.seed = seed | 1
  }

  @inline(__always)
  private func hash(_ client: IP, _ server: IP) -> UInt64 {
    var hash = (client.low ^ client.high &* 0x9FB2_1C65_1E98_DF25) &* seed
    hash = hash ^ (hash >> 31) ^ server.low ^ (server.high &* 0xD6E8_FEB8_6659_FD93)
    // Odd whatever the seed: by 0 all pairs would be one.
    let product = (hash ^ seed).multipliedFullWidth(by: (0x9E37_79B9_7F4A_7C15 ^ seed) | 1)
    return product.high ^ product.low
  }

  @inline(__always)
  private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & mask & ~(Self.ways - 1) }

  /// - Parameters:
  ///   - client: who asked; `none` for a name that holds for everybody.
  ///   - until: nanoseconds since 1970.
  mutating func learn(_ client: IP, _ server: IP, name: UInt32, until: Int64) {
    guard name != 0, UInt64(name) <= Self.nameMask else { return }
    let hash = hash(client, server)
    let first = slot(hash)
    let pair = hash & ~Self.nameMask
    var oldest = first
    for place in first..<min(first + Self.ways, entries.count) {
      if entries[place].pair & ~Self.nameMask == pair {
        oldest = place
        break
      }
      if entries[place].expires < entries[oldest].expires { oldest = place }
    }
    entries[oldest] = Entry(pair: pair | UInt64(name), expires: until)
  }

  /// The name that a client knows an address by; 0 for none.
  func name(_ client: IP, _ server: IP, at time: Int64) -> UInt32 {
    let hash = hash(client, server)
    let first = slot(hash)
    let pair = hash & ~Self.nameMask
    for place in first..<min(first + Self.ways, entries.count)
    where entries[place].pair & ~Self.nameMask == pair && entries[place].expires >= time {
      return UInt32(truncatingIfNeeded: entries[place].pair & Self.nameMask)
    }
    return 0
  }
}
