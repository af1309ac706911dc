import Knowledge
import Matching
import Model
import Platform

/// One search: known places, then names, then contents.
struct Search: ~Copyable {
  let home: Exposure.Home
  let files: any FileTree
  let limits: Exposure.Limits
  let rules = Rules.embedded
  let judge: Judge
  private(set) var look = Look()
  private var room: SecretBytes
  private var seen: Set<Identity> = []
  private var done: Set<String> = []
  private var queue: [(path: String, shown: String, hits: [Places.Hit])] = []

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  init(home: Exposure.Home, files: any FileTree, key: FingerprintKey, limits: Exposure.Limits, now: Timestamp) {
    self.home = home
    self.files = files
    self.limits = limits
    judge = Judge(rules: .embedded, key: key, now: now, owner: home.owner)
    room = SecretBytes(capacity: max(limits.file, limits.history) + 1)
  }

  mutating func run(clock: () -> Double, progress: (Exposure.Progress) -> Bool) {
    let begin = clock()
    var isWanted = true
    func tell(_ stage: Exposure.Progress.Stage, _ look: Look) {
      isWanted =
        progress(.init(stage: stage, folders: look.folders, files: look.files, jewels: look.jewels.count)) && isWanted
    }
    for (place, path) in knownPlaces() {
      examine(path, shown: show(path), place: place, hits: rules.places.hits(place), isKnown: true)
    }
    tell(.knownPlaces, look)
    if isWanted {
      walk {
        tell(.names, $0); return isWanted
      }
    }
    // What a kind calls its own comes before what only might hold something.
    queue.sort { a, b in
      let left = a.hits.contains(where: \.isOwn), right = b.hits.contains(where: \.isOwn)
      return left != right ? left : a.path < b.path
    }
    let started = clock()
    var lastTold = started
    for (number, entry) in queue.enumerated() {
      let time = clock()
      if time - lastTold > 0.25 {
        lastTold = time
        tell(.contents, look)
      }
      guard isWanted, time - started <= limits.seconds, number < limits.files else {
        look.blind.append(.init(path: VisibleText.terminal(entry.shown), reason: .timeOut))
        if look.blind.count > 10_000 { break }
        continue
      }
      examine(entry.path, shown: entry.shown, hits: entry.hits, isKnown: !entry.hits.isEmpty)
    }
    _ = begin
    finish()
    tell(.contents, look)
  }

  // MARK: known places

  /// Every known place that is there: as the kinds spell it, and where it is.
  private mutating func knownPlaces() -> [(shown: String, path: String)] {
    var found: [(String, String)] = []
    var listed: [String: [String]] = [:]
    for glob in rules.places.rooted {
      if glob.hasPrefix("~/") {
        var bases = [(home.path + "/", "~/")]
        for (name, folder) in Moved.folders where glob.hasPrefix(folder) {
          if let value = home.variables[name], value.hasPrefix("/") {
            bases.append((value.hasSuffix("/") ? value : value + "/", folder))
          }
        }
        for (base, prefix) in bases {
          expand(String(glob.dropFirst(prefix.count)), below: base, shown: prefix, into: &found, &listed)
        }
      } else if limits.system {
        expand(String(glob.dropFirst()), below: "/", shown: "/", into: &found, &listed)
      }
    }
    for (name, place) in Moved.files {
      for path in (home.variables[name] ?? "").split(separator: ":").prefix(16) where path.hasPrefix("/") {
        found.append((place, String(path)))
      }
    }
    return found
  }

  private func expand(
    _ glob: String, below base: String, shown: String, into found: inout [(String, String)],
    _ listed: inout [String: [String]]
  ) {
    guard let star = glob.firstIndex(of: "*") else {
      found.append((shown + glob, base + glob))
      return
    }
    let before = glob[..<star]
    let folder = before.lastIndex(of: "/").map { String(before[...$0]) } ?? ""
    let rest = glob.dropFirst(folder.count)
    let part = rest.prefix { $0 != "/" }
    // Any depth: the walk comes by.
    guard !part.contains("**"), found.count < 20_000 else { return }
    let path = base + folder
    let place = path.count > 1 ? String(path.dropLast()) : path
    let names: [String]
    if let known = listed[place] {
      names = known
    } else {
      names = ((try? files.folder(place))?.children ?? []).map(\.name).sorted()
      listed[place] = names
    }
    let pattern = Array(part.utf8)
    for name in names where Places.matches(pattern, Array(name.utf8)) {
      let tail = String(rest.dropFirst(part.count).dropFirst())
      if tail.isEmpty {
        found.append((shown + folder + name, path + name))
      } else {
        expand(tail, below: path + name + "/", shown: shown + folder + name + "/", into: &found, &listed)
      }
    }
  }

  private func show(_ path: String) -> String {
    path.hasPrefix(home.path + "/") ? "~" + path.dropFirst(home.path.count) : path
  }

  // MARK: names

  private mutating func walk(_ goOn: (Look) -> Bool) {
    var stack = [(path: home.path, shown: "~", depth: 0, device: UInt64?.none)]
    var last: [(path: String, shown: String, depth: Int, device: UInt64?)] = []
    var entries = 0
    while let folder = stack.popLast() ?? last.popLast() {
      let listing: Folder
      do { listing = try files.folder(folder.path) } catch {
        blind(folder.shown, error)
        continue
      }
      if listing.medium == .remote {
        look.blind.append(.init(path: VisibleText.terminal(folder.shown), reason: .remote))
        continue
      }
      if let device = folder.device, device != listing.device || listing.medium == .kernel {
        look.skipped[.otherDevice, default: 0] += 1
        continue
      }
      look.folders += 1
      if look.folders.isMultiple(of: 2_000), !goOn(look) { return }
      look.skipped[.notUTF8, default: 0] += listing.unnameable
      if folder.depth > 0, !limits.all,
        listing.children.contains(where: { $0.name == "pyvenv.cfg" || $0.name == "CACHEDIR.TAG" })
      {
        look.skipped[.pruned, default: 0] += 1
        continue
      }
      for child in listing.children {
        entries += 1
        guard entries <= limits.entries else {
          look.skipped[.tooMany, default: 0] += 1
          return
        }
        let path = folder.path == "/" ? "/" + child.name : folder.path + "/" + child.name
        let shown = folder.shown + "/" + child.name
        switch child.kind {
        case .directory:
          if !limits.all, Pruning.isPruned(shown, child.name) {
            look.skipped[.pruned, default: 0] += 1
          } else if folder.depth >= limits.depth {
            look.skipped[.tooDeep, default: 0] += 1
          } else if child.name == "Trash" || child.name == ".Trash" {
            last.append((path, shown, folder.depth + 1, listing.device))
          } else {
            stack.append((path, shown, folder.depth + 1, listing.device))
          }
        case .regular, .symlink, .socket: meet(path, shown, child, depth: folder.depth)
        case .other: look.skipped[.notRegular, default: 0] += 1
        }
      }
    }
  }

  private static let copies = [".bak", ".orig", ".save", ".old", "~", ".backup", ".swp", ".1", ".tmp", ".migrated"]

  private mutating func meet(_ path: String, _ shown: String, _ child: Folder.Child, depth: Int) {
    look.files += 1
    var hits = rules.places.hits(shown)
    if hits.isEmpty, let copy = Self.copies.first(where: { child.name.hasSuffix($0) }) {
      var name = child.name.dropLast(copy.count)
      if copy == ".swp", name.hasPrefix(".") { name = name.dropFirst() }
      hits = rules.places.hits(String(shown.dropLast(child.name.count)) + name)
    }
    switch child.kind {
    case .regular where !hits.isEmpty && !Pruning.isLock(child.name.lowercased()):
      queue.append((path, shown, hits))
    case .regular where limits.all || Pruning.isInteresting(shown, child.name, depth: depth):
      queue.append((path, shown, []))
    case .regular: look.skipped[.uninteresting, default: 0] += 1
    case .symlink where hits.contains(where: \.isOwn): queue.append((path, shown, hits))
    case .symlink: look.skipped[.symbolicLink, default: 0] += 1
    case .socket where hits.contains { rules.sockets.contains($0.kind) }: queue.append((path, shown, hits))
    default: look.skipped[.notRegular, default: 0] += 1
    }
  }

  private mutating func blind(_ shown: String, _ error: FileError) {
    let reason: Look.Blind.Reason
    switch error.code {
    case .denied: reason = .denied
    case .notFound: reason = .vanished
    case .symlinkLoop, .notDirectory:
      look.skipped[.symbolicLink, default: 0] += 1
      return
    case .notRegular:
      look.skipped[.notRegular, default: 0] += 1
      return
    case .tooLarge, .system: reason = .failed
    }
    if look.blind.count < 10_000 { look.blind.append(.init(path: VisibleText.terminal(shown), reason: reason)) }
  }

  // MARK: contents

  /// Reads one file and adds what is in it.
  ///
  /// - Parameter place: as its kind spells it, where a variable moved it.
  private mutating func examine(
    _ path: String, shown: String, place: String? = nil, hits: [Places.Hit], isKnown: Bool
  ) {
    guard done.insert(path).inserted, look.jewels.count < limits.jewels else { return }
    let outside: TreeStatus
    do { outside = try files.look(path) } catch {
      // That a known place is not there is the normal case.
      if error.code != .notFound && error.code != .notDirectory { blind(shown, error) }
      return
    }
    if outside.file.kind == .socket {
      for hit in hits where hit.isOwn && rules.sockets.contains(hit.kind) { addSocket(shown, hit.kind, outside) }
      return
    }
    guard outside.file.kind == .regular || outside.file.kind == .symlink && isKnown else {
      if outside.file.kind == .other { look.skipped[.notRegular, default: 0] += 1 }
      return
    }
    if outside.file.kind == .regular,
      seen.contains(Identity(device: outside.file.device, inode: outside.file.inode)), outside.file.inode != 0
    {
      look.skipped[.duplicate, default: 0] += 1
      return
    }
    let isHistory = Pruning.isHistory(shown)
    let limit = isHistory ? limits.history : limits.file
    let status: TreeStatus
    do {
      status = try files.load(
        path, limit: limit, tail: isHistory, followingLink: outside.file.kind == .symlink, into: &room)
    } catch {
      blind(shown, error)
      return
    }
    defer { room.wipe() }
    if outside.file.kind == .symlink, let owner = home.owner, status.file.owner != owner, status.file.owner != 0 {
      look.skipped[.symbolicLink, default: 0] += 1
      return
    }
    if status.file.inode != 0, !seen.insert(Identity(device: status.file.device, inode: status.file.inode)).inserted {
      look.skipped[.duplicate, default: 0] += 1
      return
    }
    look.bytes += room.count
    look.read += 1
    if status.file.size > Int64(room.count) { look.skipped[.cut, default: 0] += 1 }
    let found = Self.read(
      room.bytes, rules: rules, judge: judge, path: shown, place: place, hits: hits, status: status,
      target: outside.file.kind == .symlink ? "(link)" : nil)
    if found.isUnread { look.skipped[.binary, default: 0] += 1 }
    for (reason, count) in found.rejected { look.rejected[reason, default: 0] += count }
    look.jewels += found.jewels.prefix(max(0, limits.jewels - look.jewels.count))
  }

  struct Reading {
    var jewels: [Jewel]
    var rejected: [Rejection: Int]
    /// Binary, and of no kind that is known by its beginning or its place.
    var isUnread: Bool
  }

  /// What is in the text of one file.
  static func read(
    _ text: Span<UInt8>, rules: Rules, judge: Judge, path: String, place: String? = nil, hits: [Places.Hit],
    status: TreeStatus, target: String?
  ) -> Reading {
    let decoding = Decoding(text, path: path)
    if decoding != .none {
      let decoded = decoding.decode(text)
      return read(
        plain: decoded.bytes, rules: rules, judge: judge, path: path, place: place, hits: hits, status: status,
        target: target)
    }
    return read(
      plain: text, rules: rules, judge: judge, path: path, place: place, hits: hits, status: status, target: target)
  }

  private static func read(
    plain text: Span<UInt8>, rules: Rules, judge: Judge, path: String, place: String?, hits: [Places.Hit],
    status: TreeStatus, target: String?
  ) -> Reading {
    let isBinary = (0..<min(text.count, 8192)).contains { text[$0] == 0 }
    var examination = Examination(
      rules: rules, path: place ?? path, shown: path, hits: hits, text: text, isBinary: isBinary)
    let jewels = judge.judge(&examination, text, status: status, target: target)
    return Reading(jewels: jewels, rejected: examination.rejected, isUnread: isBinary && jewels.isEmpty)
  }

  private mutating func addSocket(_ shown: String, _ number: Int, _ status: TreeStatus) {
    let kind = rules.kinds.kinds[number]
    var jewel = Jewel(
      kind: kind.name, family: kind.family, title: kind.title,
      place: .init(
        path: VisibleText.terminal(shown), line: nil, key: nil, target: nil, owner: status.file.owner,
        group: status.file.group, mode: status.file.mode),
      facts: [.init("form", "socket")], state: .live, protection: .none, confidence: .certain, severity: kind.severity,
      reasons: [], consequence: kind.consequence, expires: nil, modified: status.file.modified, accessed: nil,
      fingerprint: nil, count: 1)
    Weight.weigh(&jewel, base: kind.severity, now: judge.now, isRenewable: false)
    look.jewels.append(jewel)
  }

  /// Transcripts repeat themselves: one line for a value, with how often. Then the worst first.
  private mutating func finish() {
    look.skipped = look.skipped.filter { $0.value > 0 }
    var first: [String: Int] = [:]
    var kept: [Jewel] = []
    let transcripts = (rules.kinds.places["@transcript"] ?? []).map { Array($0.utf8) }
    for jewel in look.jewels.sorted(by: { $0.place.path < $1.place.path }) {
      let path = Array(jewel.place.path.utf8)
      if let fingerprint = jewel.fingerprint, transcripts.contains(where: { Places.matches($0, path) }) {
        if let place = first[fingerprint] {
          kept[place].count += jewel.count
          continue
        }
        first[fingerprint] = kept.count
      }
      kept.append(jewel)
    }
    for index in kept.indices { kept[index].use = lastUse(of: kept[index]) }
    look.jewels = kept.sorted { a, b in
      if a.severity != b.severity { return a.severity > b.severity }
      if a.confidence != b.confidence { return a.confidence > b.confidence }
      if a.place.path != b.place.path { return a.place.path < b.place.path }
      return (a.place.line ?? 0, a.kind) < (b.place.line ?? 0, b.kind)
    }
  }
}
