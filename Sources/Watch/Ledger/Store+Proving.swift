import GRDB
import Model

extension Store {
  /// Proof that an event is under the last checkpoint.
  public func inclusionProof(seq: Int64) throws(StoreError) -> InclusionProof {
    try storing(path) {
      try reader.read { db in
        guard let row = try Row.fetchOne(db, sql: "SELECT leaf FROM event WHERE seq = ?", arguments: [seq]),
          let leaf = Tip.digest(row[0])
        else { throw StoreError.noSuchEvent("\(seq)") }
        let checkpoint = try Tip.resume(db, path: path).1
        guard seq <= checkpoint.size else { throw StoreError.notCovered(seq: seq) }
        var siblings: [Digest] = []
        // RFC 9162 §2.1.3.1, from the head down: one half holds the leaf, the head of the other is a sibling.
        var (low, high, index) = (Int64(0), checkpoint.size, seq - 1)
        while high - low > 1 {
          var half: Int64 = 1
          while half < (high - low + 1) / 2 { half <<= 1 }
          let middle = low + half
          if index < middle {
            siblings.append(try Self.subtree(db, middle..<high, path: path))
            high = middle
          } else {
            siblings.append(try Self.subtree(db, low..<middle, path: path))
            low = middle
          }
        }
        index = low
        return InclusionProof(seq: index + 1, leaf: leaf, path: siblings.reversed(), checkpoint: checkpoint)
      }
    }
  }

  /// Head of the tree over some leaves, by index from 0.
  private static func subtree(_ db: Database, _ range: Range<Int64>, path: String) throws -> Digest {
    var frontier = Frontier()
    let rows = try Row.fetchCursor(
      db, sql: "SELECT leaf FROM event WHERE seq > ? AND seq <= ? ORDER BY seq",
      arguments: [range.lowerBound, range.upperBound])
    while let row = try rows.next() {
      guard let leaf = Tip.digest(row[0]) else { break }
      frontier.append(leaf)
    }
    guard frontier.size == range.upperBound - range.lowerBound else {
      throw StoreError.corrupt(
        path: path, seq: range.lowerBound + frontier.size + 1, detail: "the leaf is missing")
    }
    return frontier.root
  }
}
