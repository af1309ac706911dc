/// Finds the most specific of many name patterns for a name, without allocation.
///
/// A name is hashed from its end; at each label border the hash so far is that of a suffix, and is looked up in one table
/// with open addressing. The last two labels are looked up first: nearly every name of the world ends there. Equal
/// hashes are compared byte by byte, so that nobody can make up a name that passes for another.
struct NameIndex: Sendable {
  private struct Entry: Sendable {
    /// Where the pattern stands in `text`.
    var start: Int32
    var count: Int32
    var row: Int32
    var isExact: Bool
  }

  /// Patterns in lower case, one after another.
  private var text: [UInt8] = []
  private var entries: [Entry] = []
  /// Globs, the one with more fixed characters first.
  private var globs: [Entry] = []
  /// Hash in the upper half, 1 + place in `entries` in the lower; 0 is free. Lower half all ones: only the last two
  /// labels of some pattern.
  private var slots: [UInt64] = []
  private var mask = 0

  private static let marker: UInt64 = 0xFFFF_FFFF
  /// Longer names are not names (RFC 1035 §2.3.4).
  private static let limit = 254

  init(_ patterns: [(name: String, match: Endpoints.Match)]) {
    var wanted: [(hash: UInt32, value: UInt64)] = []
    for (row, pattern) in patterns.enumerated() where !pattern.name.utf8.contains(0x3A) {
      let bytes = pattern.name.utf8.map(Self.lower)
      let entry = Entry(
        start: Int32(text.count), count: Int32(bytes.count), row: Int32(row), isExact: pattern.match == .exact)
      text += bytes
      wanted.append((Self.hash(bytes[Self.twoLabels(bytes)...]), Self.marker))
      if pattern.match == .glob {
        globs.append(entry)
      } else {
        entries.append(entry)
        wanted.append((Self.hash(bytes[...]), UInt64(entries.count)))
      }
    }
    globs.sort { a, b in
      let left = text[Int(a.start)..<Int(a.start + a.count)].count { $0 != UInt8(ascii: "*") }
      let right = text[Int(b.start)..<Int(b.start + b.count)].count { $0 != UInt8(ascii: "*") }
      return left != right ? left > right : a.row < b.row
    }
    var size = 64
    while size < wanted.count * 4 { size *= 2 }
    mask = size - 1
    slots = Array(repeating: 0, count: size)
    for (hash, value) in wanted {
      let slot = UInt64(hash) << 32 | value
      var place = Int(hash) & mask
      while slots[place] != 0, slots[place] != slot { place = (place + 1) & mask }
      slots[place] = slot
    }
  }

  /// Row of the most specific pattern; nil where none fits.
  func match(_ name: Span<UInt8>) -> Int? {
    var count = name.count
    if count > 1, name[count - 1] == UInt8(ascii: ".") { count -= 1 }
    guard count > 0, count <= Self.limit else { return nil }
    var best = -1
    var hash = Self.seed
    var labels = 0
    var isWhole = false
    var place = count
    while place > 0 {
      place -= 1
      let byte = name[place]
      if byte != UInt8(ascii: ".") {
        hash = Self.step(hash, Self.lower(byte))
        if place > 0 { continue }
        labels += 1
        isWhole = true
        if labels <= 2, !isKnown(hash) { return nil }
        if let row = find(hash, name, place, count) { best = row.row } else { isWhole = false }
        break
      }
      labels += 1
      if labels == 2, !isKnown(hash) { return nil }
      if labels >= 2, let row = find(hash, name, place + 1, count), !row.isExact { best = row.row }
      hash = Self.step(hash, byte)
    }
    if isWhole, best >= 0 { return best }
    for glob in globs where fits(glob, name, count) { return Int(glob.row) }
    return best >= 0 ? best : nil
  }

  /// Whether some pattern ends in the two labels of this hash.
  private func isKnown(_ hash: UInt32) -> Bool {
    let wanted = UInt64(hash) << 32 | Self.marker
    var place = Int(hash) & mask
    while slots[place] != 0 {
      if slots[place] == wanted { return true }
      place = (place + 1) & mask
    }
    return false
  }

  private func find(_ hash: UInt32, _ name: Span<UInt8>, _ start: Int, _ end: Int) -> (row: Int, isExact: Bool)? {
    var place = Int(hash) & mask
    var found: (row: Int, isExact: Bool)?
    while slots[place] != 0 {
      let slot = slots[place]
      place = (place + 1) & mask
      guard UInt32(truncatingIfNeeded: slot >> 32) == hash, slot & Self.marker != Self.marker else { continue }
      let entry = entries[Int(slot & Self.marker) - 1]
      guard Int(entry.count) == end - start, isEqual(entry, name, start) else { continue }
      // One name may stand there exactly and as a suffix: of the whole name the exact row speaks.
      if entry.isExact, start == 0 { return (Int(entry.row), true) }
      if !entry.isExact { found = (Int(entry.row), false) }
    }
    return found
  }

  private func isEqual(_ entry: Entry, _ name: Span<UInt8>, _ start: Int) -> Bool {
    for offset in 0..<Int(entry.count) where text[Int(entry.start) + offset] != Self.lower(name[start + offset]) {
      return false
    }
    return true
  }

  /// One remembered star, no recursion; a star takes no dot.
  private func fits(_ glob: Entry, _ name: Span<UInt8>, _ count: Int) -> Bool {
    let start = Int(glob.start)
    let length = Int(glob.count)
    var i = 0
    var j = 0
    var star = -1
    var resume = 0
    while j < count {
      let byte = Self.lower(name[j])
      if i < length, text[start + i] == UInt8(ascii: "*") {
        star = i
        resume = j
        i += 1
      } else if i < length, text[start + i] == byte {
        i += 1
        j += 1
      } else {
        guard star >= 0, name[resume] != UInt8(ascii: ".") else { return false }
        resume += 1
        i = star + 1
        j = resume
      }
    }
    while i < length, text[start + i] == UInt8(ascii: "*") { i += 1 }
    return i == length
  }

  // FNV-1a with 32 bits, from the last byte to the first.
  private static let seed: UInt32 = 2_166_136_261

  @inline(__always)
  private static func step(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reversed().reduce(seed, step) }

  /// Where the last two labels begin.
  private static func twoLabels(_ bytes: [UInt8]) -> Int {
    var dots = 0
    for place in bytes.indices.reversed() where bytes[place] == UInt8(ascii: ".") {
      dots += 1
      if dots == 2 { return place + 1 }
    }
    return 0
  }
}
