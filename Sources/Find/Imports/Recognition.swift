import Knowledge
import Model

/// Which processes of a host are agents, and which of them belong together as one. The rules are those of the host
/// sensor, as far as an export lets them apply.
struct Recognition {
  let machine: Machine
  let fingerprints: Fingerprints
  /// Sockets by the process that holds them.
  let sockets: [String: [Machine.Socket]]

  init(_ machine: Machine, _ fingerprints: Fingerprints) {
    self.machine = machine
    self.fingerprints = fingerprints
    var handles: [Int32: [String]] = [:]
    for (handle, process) in machine.processes {
      if let pid = process.pid { handles[pid, default: []].append(handle) }
    }
    var sockets: [String: [Machine.Socket]] = [:]
    for socket in machine.sockets where socket.port > 0 {
      guard let owner = socket.owner else { continue }
      sockets[Self.resolve(owner, machine, handles), default: []].append(socket)
    }
    self.sockets = sockets.mapValues(Self.withoutInferred)
  }

  /// Events name a process by pid and start, tables by the pid alone: where there is one of that pid, it is meant.
  private static func resolve(_ owner: String, _ machine: Machine, _ handles: [Int32: [String]])
    -> String
  {
    if machine.processes[owner] != nil { return owner }
    guard let pid = Int32(owner.prefix { $0 != "@" }), let known = handles[pid], known.count == 1
    else { return owner }
    return known[0]
  }

  /// A connection that came in proves a listener; where that one is known, its own address counts.
  private static func withoutInferred(_ sockets: [Machine.Socket]) -> [Machine.Socket] {
    let seen = Set(sockets.filter { !$0.isInferred }.map(\.port))
    return sockets.filter { !$0.isInferred || !seen.contains($0.port) }
  }

  struct Candidate {
    var kind: String
    var era: String
    var confidence: Confidence
    var reasons: [String]
    var isHelper: Bool
  }

  struct Instance {
    var candidate: Candidate
    var main: Sighting
    var members: [Sighting]
    var sockets: [Machine.Socket]
  }

  func instances() -> [Instance] {
    var candidates: [String: Candidate] = [:]
    for (handle, sighting) in machine.processes {
      if let candidate = candidate(sighting) { candidates[handle] = candidate }
    }
    var groups: [String: [String]] = [:]
    for (handle, candidate) in candidates {
      // The oldest ancestor of the same kind leads: wrapper, relaunch parent and helper are one agent.
      let lead = ancestors(handle).last { candidates[$0]?.kind == candidate.kind } ?? handle
      groups[lead, default: []].append(handle)
    }
    return groups.compactMap { lead, handles in instance(lead, handles, candidates) }.sorted {
      ($0.main.pid ?? 0, $0.main.handle) < ($1.main.pid ?? 0, $1.main.handle)
    }
  }

  private func instance(_ lead: String, _ handles: [String], _ candidates: [String: Candidate])
    -> Instance?
  {
    let members = handles.compactMap { machine.processes[$0] }.sorted { a, b in
      if let x = a.start, let y = b.start, x != y { return x < y }
      return (a.pid ?? 0, a.handle) < (b.pid ?? 0, b.handle)
    }
    let lasting = members.filter { candidates[$0.handle]?.isHelper == false }
    let main =
      members.last { sockets[$0.handle]?.isEmpty == false } ?? lasting.first ?? members.first
    guard let main, var candidate = candidates[main.handle] else { return nil }
    candidate.confidence =
      handles.compactMap { candidates[$0]?.confidence }.max() ?? candidate.confidence
    let owned = members.flatMap { sockets[$0.handle] ?? [] }.sorted {
      ($0.port, $0.address) < ($1.port, $1.address)
    }
    return Instance(candidate: candidate, main: main, members: members, sockets: owned)
  }

  /// Parents, nearest first; a table that was pasted together may hold a loop.
  private func ancestors(_ handle: String) -> [String] {
    var out: [String] = []
    var current = machine.processes[handle]?.parent
    while let parent = current, out.count < 64, parent != handle,
      let process = machine.processes[parent]
    {
      out.append(parent)
      current = process.parent == parent ? nil : process.parent
    }
    return out
  }

  private func candidate(_ sighting: Sighting) -> Candidate? {
    let signs = sighting.signs
    guard let kind = strongest(signs) else { return nil }
    let own = signs.filter { $0.kind == kind }
    var classes = Set(own.map { Self.signalClass($0.signal) })
    var reasons: [String] = []
    for sign in own.sorted(by: { $0.confidence > $1.confidence }) {
      let isTold = reasons.contains { $0.hasPrefix("\(sign.reason) (") }
      if !isTold { reasons.append("\(sign.reason) (\(sign.confidence.rawValue))") }
    }
    let top = own.map(\.confidence).max() ?? .low
    if sighting.runtime == .interpreter, classes.contains("name") {
      classes.insert("runtime")
      reasons.append("runs under an interpreter")
    }
    let mine = sockets[sighting.handle] ?? []
    let ports = fingerprints.rows("listen.port").filter { $0.kind == kind }
    if let socket = mine.first(where: { socket in ports.contains { $0.matches(String(socket.port)) }
    }) {
      classes.insert("listener")
      reasons.append("listens on its usual port \(socket.port)")
    }
    let unitNames = Set(mine.compactMap(\.unit) + [sighting.unit].compactMap(\.self))
    if let name = unitNames.sorted().first(where: { name in
      fingerprints.rows("unit.systemd").contains { $0.kind == kind && $0.matches(name) }
    }) {
      classes.insert("unit")
      reasons.append("runs in \(Shown.line(name))")
    }
    let user = sighting.user.map(plainUser)
    if let place = machine.places.first(where: {
      $0.kind == kind && $0.user != nil && $0.user == user
    }) {
      classes.insert("directory")
      reasons.append("its state directory exists: \(Shown.line(place.directory))")
    }
    let strongest = own.first { $0.confidence == top }
    func made(_ confidence: Confidence) -> Candidate {
      Candidate(
        kind: kind, era: strongest?.era ?? "any", confidence: confidence, reasons: reasons,
        isHelper: own.contains { Self.helpers.contains($0.value) })
    }
    switch top {
    case .certain, .high:
      // One strong sign, and an independent one beside it, make it certain.
      return made(classes.count >= 2 ? .certain : .high)
    case .medium:
      if classes.count >= 2 { return made(.medium) }
      if own.contains(where: { $0.full >= .high && $0.confidence == .medium }) {
        reasons.append("the tool shows no more of it")
        return made(.medium)
      }
      // Where its program was shown the same rule as on this host: a medium sign alone makes no agent.
      guard sighting.path == nil else { return nil }
      reasons.append("by this sign alone")
      return made(.low)
    case .low:
      // A rebranded fork: its title ends in -gateway, and it serves the port of the family.
      guard kind == "openclaw", classes.contains("name"),
        mine.contains(where: { $0.port == Self.gatewayPort })
      else {
        return nil
      }
      var candidate = made(.low)
      candidate.era = "fork"
      return candidate
    }
  }

  static let gatewayPort: UInt16 = 18789

  func plainUser(_ name: String) -> String {
    if name.hasPrefix("uid "), let known = machine.users[String(name.dropFirst(4))] { return known }
    if name == "uid 0" { return "root" }
    return name.split(separator: "\\").last.map(String.init) ?? name
  }

  /// The kind whose best sign is strongest; among equals the one with more, then the first by name.
  private func strongest(_ signs: [Sighting.Sign]) -> String? {
    Dictionary(grouping: signs, by: \.kind).min { a, b in
      let x = a.value.map(\.confidence.rank).max() ?? 0
      let y = b.value.map(\.confidence.rank).max() ?? 0
      if x != y { return x > y }
      if a.value.count != b.value.count { return a.value.count > b.value.count }
      return a.key < b.key
    }?.key
  }

  /// Title and name are one sign: whoever sets one sets the other.
  private static func signalClass(_ signal: String) -> String {
    switch signal {
    case "process.title", "process.comm": "name"
    case "process.exe": "program"
    case "process.argv": "script"
    default: "environment"
    }
  }

  /// Programs beside an agent that live as long as one command.
  private static let helpers: Set<String> = [
    "codex-linux-sandbox", "/codex-resources/bwrap", "codex-code-mode-host",
  ]
}
