import Knowledge
import Model

/// Which containers hold an agent: by image, labels, variables and command.
struct ContainerVerdict: Sendable, Hashable {
  var kind: String
  var era: String
  var confidence: Confidence
  var reasons: [String]
  /// Where an agent runs its tools: the agent itself is elsewhere.
  var isToolSandbox: Bool

  /// - Parameter inside: kind of the agent that was recognised as the container's process.
  init?(_ container: ContainerSighting, inside: String?, _ fingerprints: Fingerprints) {
    var hits: [(row: Fingerprints.Row, confidence: Confidence, reason: String)] = []
    if let image = container.image {
      for (row, confidence) in Self.images(image, fingerprints) {
        hits.append((row, confidence, "image \(image)"))
      }
    }
    for row in fingerprints.rows("container.label") {
      if let name = container.labels.keys.sorted().first(where: row.matches) {
        hits.append((row, row.confidence, "label \(name)"))
      }
    }
    for row in fingerprints.rows("container.env") where row.confidence >= .medium {
      if let name = container.variables.first(where: row.matches) {
        hits.append((row, row.confidence, "variable \(name)"))
      }
    }
    for hit in Self.command(container.command, fingerprints) {
      hits.append((hit.row, .high, "its command \(hit.reason)"))
    }
    hits.removeAll { !Fingerprints.isAgent(kind: $0.row.kind) }
    // Of two images that match, the longer name says more.
    let best = hits.filter { $0.confidence >= .medium }.max { a, b in
      (a.confidence.rank, a.row.value.utf8.count, b.row.kind) < (
        b.confidence.rank, b.row.value.utf8.count, a.row.kind
      )
    }
    guard let kind = inside ?? best?.row.kind else { return nil }
    let own = hits.filter { $0.row.kind == kind }
    self.kind = kind
    era = own.max { $0.confidence < $1.confidence }?.row.era ?? "any"
    var reasons: [String] = []
    for hit in hits.sorted(by: { $0.confidence > $1.confidence }).prefix(32) {
      let reason = Shown.line(hit.reason)
      let isTold = reasons.contains { $0.hasPrefix("\(reason) (\(hit.row.kind)") }
      if !isTold { reasons.append("\(reason) (\(hit.row.kind), \(hit.confidence.rawValue))") }
    }
    if inside != nil { reasons.append("a process of \(kind) runs in it") }
    self.reasons = reasons
    confidence = inside != nil ? .certain : own.map(\.confidence).max() ?? .medium
    isToolSandbox = inside == nil && own.contains { Self.isSandbox($0.row) }
  }

  /// Rows that an image's name matches, with how sure that makes it: a copy in a registry of one's own is less so.
  static func images(_ image: String, _ fingerprints: Fingerprints) -> [(
    Fingerprints.Row, Confidence
  )] {
    let name = names(image)
    return fingerprints.rows("container.image").compactMap { row in
      let value = names(row.value)
      func matches(_ text: String, _ value: String) -> Bool {
        var row = row
        row.value = value
        if row.matches(text) { return true }
        // An exact row names the repository; tag and digest stand behind it.
        return (row.match == .exact || row.match == .basename) && row.matches(repository(text))
      }
      if matches(image, row.value) || matches(name.short, value.short) {
        return (row, row.confidence)
      }
      if name.bare.contains("/"), matches(name.bare, value.bare) {
        return (row, min(row.confidence, .medium))
      }
      return nil
    }
  }

  /// `docker.io/library/x:1` is `x:1`; without its registry, `reg.example:5000/a/b:1` is `a/b:1`.
  private static func names(_ image: String) -> (short: String, bare: String) {
    var short = Substring(image)
    for prefix in ["docker.io/library/", "docker.io/", "localhost/", "index.docker.io/"]
    where short.hasPrefix(prefix) {
      short = short.dropFirst(prefix.count)
      break
    }
    var bare = short
    if let slash = short.firstIndex(of: "/"),
      short[..<slash].contains(where: { $0 == "." || $0 == ":" })
    {
      bare = short[short.index(after: slash)...]
    }
    return (String(short), String(bare))
  }

  private static func repository(_ image: String) -> String {
    let name = image.prefix { $0 != "@" }
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else {
      return String(name)
    }
    return String(name[..<colon])
  }

  /// What the command runs, with the wrappers in front of it passed over.
  private static func command(_ arguments: [String], _ fingerprints: Fingerprints) -> [ProcessHit] {
    var rest = arguments[...]
    for _ in 0..<3 {
      guard let first = rest.first else { return [] }
      let name = first.lastPathPart
      guard
        name.hasSuffix(".sh") || ["tini", "dumb-init", "catatonit", "docker-init"].contains(name)
      else { break }
      rest = rest.dropFirst().drop { $0.hasPrefix("-") }
    }
    guard let program = rest.first, !program.contains(" ") else { return [] }
    let look = ProcessLook(
      command: String(program.lastPathPart.prefix(15)),
      executable: program.hasPrefix("/") ? program : nil,
      arguments: Array(rest))
    return fingerprints.match(look).filter { $0.row.confidence >= .high }
  }

  /// Containers in which an agent's tools run: OpenClaw's sandboxes carry its labels, whatever their image.
  private static func isSandbox(_ row: Fingerprints.Row) -> Bool {
    switch (row.kind, row.signal) {
    case ("openclaw", "container.label"): true
    case ("openclaw", "container.image"): row.value.hasSuffix("-sandbox")
    case ("ironclaw", "container.image"): row.value.hasSuffix("-worker")
    default: false
    }
  }
}
