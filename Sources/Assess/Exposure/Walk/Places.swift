import Knowledge

/// Which kinds of credentials lie where: asked for every file that is met, so by the last part of its path first.
struct Places: Sendable {
  /// One kind in one place.
  struct Hit: Sendable, Hashable {
    var kind: Int
    /// The place is this kind's own, and not one that holds anything.
    var isOwn: Bool
    /// The place is spelled from the home or the root.
    var isRooted = false
  }

  private struct Entry: Sendable {
    var glob: [UInt8]
    /// What stands before its first star.
    var front: Int
    /// Its last part, where that alone can refuse a path; empty for any depth.
    var last: [UInt8]
    var hit: Hit
  }

  private var byName: [String: [Entry]] = [:]
  private var byEnding: [String: [Entry]] = [:]
  private var others: [Entry] = []
  /// Every place that is spelled from the home or the root.
  private(set) var rooted: [String] = []

  init(_ kinds: CredentialKinds) {
    var seen: Set<String> = []
    for (index, kind) in kinds.kinds.enumerated() {
      for location in kind.locations {
        for glob in kinds.places[location] ?? [location] where !glob.hasPrefix("@") {
          add(
            glob,
            Hit(kind: index, isOwn: !location.hasPrefix("@"), isRooted: glob.hasPrefix("~/") || glob.hasPrefix("/")))
          if glob.hasPrefix("~/") || glob.hasPrefix("/"), seen.insert(glob).inserted { rooted.append(glob) }
        }
      }
    }
  }

  private mutating func add(_ glob: String, _ hit: Hit) {
    let last = glob.lastPathPart
    // A name alone, or a tail: in any folder.
    let whole = glob.hasPrefix("~/") || glob.hasPrefix("/") ? glob : glob.hasPrefix("*/") ? "*" + glob : "**/" + glob
    let bytes = Array(whole.utf8)
    let front = bytes.firstIndex(of: UInt8(ascii: "*")) ?? bytes.count
    let entry = Entry(glob: bytes, front: front, last: last.contains("**") ? [] : Array(last.utf8), hit: hit)
    if !last.contains("*") {
      byName[last, default: []].append(entry)
    } else if last.hasPrefix("*."), !last.dropFirst(2).contains("*"), !last.dropFirst(2).contains(".") {
      byEnding[String(last.dropFirst(2)), default: []].append(entry)
    } else {
      others.append(entry)
    }
  }

  /// `path` begins with `~/` for what lies below the home.
  func hits(_ path: String) -> [Hit] {
    let name = path.lastPathPart
    let bytes = Array(path.utf8)
    let nameBytes = Array(name.utf8)
    var hits: [Hit] = []
    func take(_ entries: [Entry]?) {
      for entry in entries ?? []
      where bytes.count >= entry.front && (entry.front == 0 || bytes[entry.front - 1] == entry.glob[entry.front - 1])
        && (entry.last.isEmpty || Self.matches(entry.last, nameBytes)) && Self.matches(entry.glob, bytes)
        && !hits.contains(entry.hit)
      {
        hits.append(entry.hit)
      }
    }
    take(byName[name])
    if let dot = name.lastIndex(of: ".") { take(byEnding[String(name[name.index(after: dot)...])]) }
    take(others)
    // A kind's own place says more than a shared one.
    return hits.filter { hit in
      !hits.contains {
        $0.kind == hit.kind && ($0.isOwn && !hit.isOwn || $0.isOwn == hit.isOwn && $0.isRooted && !hit.isRooted)
      }
    }
  }

  /// `*` stays within one part of a path, `**` does not.
  static func matches(_ glob: [UInt8], _ path: [UInt8]) -> Bool {
    var g = 0
    var p = 0
    // The last `**` and the last `*`, to come back to.
    var wide: (glob: Int, path: Int)?
    var narrow: (glob: Int, path: Int)?
    let star = UInt8(ascii: "*")
    while p < path.count {
      if g < glob.count, glob[g] == star {
        if g + 1 < glob.count, glob[g + 1] == star {
          wide = (g + 2, p)
          narrow = nil
          g += 2
        } else {
          narrow = (g + 1, p)
          g += 1
        }
        continue
      }
      if g < glob.count, glob[g] == path[p] {
        g += 1
        p += 1
        continue
      }
      if let last = narrow, path[last.path] != UInt8(ascii: "/") {
        narrow = (last.glob, last.path + 1)
        g = last.glob
        p = last.path + 1
        continue
      }
      guard let last = wide else { return false }
      wide = (last.glob, last.path + 1)
      narrow = nil
      g = last.glob
      p = last.path + 1
    }
    while g < glob.count, glob[g] == star { g += 1 }
    return g == glob.count
  }
}
