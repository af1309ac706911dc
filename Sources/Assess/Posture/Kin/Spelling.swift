import Installations

/// Keys that are one or two slips away from one that protects: the product takes them without a word and does nothing.
enum Spelling {
  /// The known key that an unknown one must mean; nil where it is known, or like none of them.
  static func meant(by key: String, known: [String], important: Set<String>) -> String? {
    guard !known.contains(key), !important.contains(key), key.utf8.count <= 60 else { return nil }
    // In the order of the known keys first, so that the answer does not depend on a set's order.
    let candidates = known.filter(important.contains) + important.subtracting(known).sorted()
    return candidates.first { candidate in
      if candidate.lowercased() == key.lowercased() { return true }
      return distance(key, candidate) <= (candidate.utf8.count < 6 ? 1 : 2)
    }
  }

  /// Insertions, deletions, substitutions and swaps of neighbours between two short words.
  static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8)
    let b = Array(b.utf8)
    if abs(a.count - b.count) > 2 { return 3 }
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      before = last
      last = row
    }
    return last[b.count]
  }
}
