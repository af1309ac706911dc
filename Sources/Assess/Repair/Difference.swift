/// Lines that differ between two texts, with a few around each change, as in `diff -u`.
public enum Difference {
  public struct Line: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case same, removed, added }
    public var kind: Kind
    public var text: String
  }

  /// Changes that stand close together, and the lines around them.
  public struct Hunk: Sendable, Hashable {
    /// Line of the first one, in the text before.
    public var first: Int
    public var lines: [Line]
  }

  /// - Parameter around: lines of context before and after.
  public static func hunks(_ before: [UInt8], _ after: [UInt8], around: Int = 2) -> [Hunk] {
    let lines = lines(split(before), split(after))
    let changed = lines.indices.filter { lines[$0].kind != .same }
    var hunks: [Hunk] = []
    var place = 0
    while place < changed.count {
      let begin = max(0, changed[place] - around)
      while place + 1 < changed.count, changed[place + 1] - changed[place] <= 2 * around + 1 { place += 1 }
      let end = min(lines.count, changed[place] + around + 1)
      let first = lines[..<begin].count { $0.kind != .added } + 1
      hunks.append(Hunk(first: first, lines: Array(lines[begin..<end])))
      place += 1
    }
    return hunks
  }

  private static func lines(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Line] {
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map(\.offset))
    let added = Set(difference.insertions.map(\.offset))
    var lines: [Line] = []
    var (from, to) = (0, 0)
    while from < old.count || to < new.count {
      if removed.contains(from) {
        lines.append(Line(kind: .removed, text: String(decoding: old[from], as: UTF8.self)))
        from += 1
      } else if added.contains(to) {
        lines.append(Line(kind: .added, text: String(decoding: new[to], as: UTF8.self)))
        to += 1
      } else {
        lines.append(Line(kind: .same, text: String(decoding: new[to], as: UTF8.self)))
        from += 1
        to += 1
      }
    }
    return lines
  }

  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
