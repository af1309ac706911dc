import Knowledge
import Model
import Platform

/// Processes told apart: which ones are agents, and which belong together as one.
struct Recognition {
  /// One running agent: the processes of one kind in one line of descent.
  struct Instance {
    var kind: String
    var era: String
    var confidence: Confidence
    /// The process that does the work: the one that listens, else the lowest that matched.
    var main: ProcessTable.Process
    /// Every process that matched, starters and helpers with it.
    var members: [ProcessTable.Process]
    var reasons: [String]
    var stateDirectory: String?
    var stateExists: Bool
  }

  let table: ProcessTable
  let fingerprints: Fingerprints
  let accounts: Accounts
  let files: any FileSystem
  /// Listening ports by pid.
  let listening: [Int32: [SocketTable.Socket]]

  /// A process with the product that its signs name.
  private struct Candidate {
    var kind: String
    var era: String
    var confidence: Confidence
    var classes: Set<String>
    var reasons: [String]
    var isHelper = false
  }

  func instances() -> [Instance] {
    var candidates: [Int32: Candidate] = [:]
    for (pid, process) in table.processes {
      if let candidate = candidate(process) { candidates[pid] = candidate }
    }
    // A process that only inherited its markers belongs to an ancestor of the same kind, or to nobody any more.
    for (pid, process) in table.processes where candidates[pid] == nil {
      guard let found = markedByItself(process),
        !table.ancestors(pid).contains(where: { candidates[$0.pid]?.kind == found.kind })
      else { continue }
      candidates[pid] = found
    }

    var groups: [Int32: [Int32]] = [:]
    for (pid, candidate) in candidates {
      // The oldest ancestor of the same kind leads: wrapper, relaunch parent and sandbox helper are one agent.
      let lead = table.ancestors(pid).last { candidates[$0.pid]?.kind == candidate.kind }?.pid ?? pid
      groups[lead, default: []].append(pid)
    }
    return groups.values.compactMap { instance($0, candidates) }.sorted { $0.main.pid < $1.main.pid }
  }

  private func candidate(_ process: ProcessTable.Process) -> Candidate? {
    let program = process.executable?.lastPathPart ?? ""
    let runtime = Runtime(program)
    var hits: [ProcessHit] = fingerprints.match(process.look).compactMap { hit in
      guard Fingerprints.isAgent(kind: hit.row.kind) else { return nil }
      var hit = hit
      // Anybody can call a process openclaw-gateway. Where the program is neither an interpreter nor of that name, the
      // title alone is a claim.
      let isTitle = hit.row.signal == "process.title" || hit.row.signal == "process.comm"
      let named = process.look.arguments.first?.lastPathPart
      if isTitle, process.executable != nil, runtime == .native, program != named { hit.row.confidence = .low }
      // A title that a program writes takes the place of all its arguments. One with arguments behind it was given by
      // whoever started it (`exec -a`), and nothing else of the process need agree.
      if hit.row.signal == "process.title", runtime == .interpreter, process.arguments.count > 1, named != program {
        hit.row.confidence = min(hit.row.confidence, .medium)
      }
      return hit
    }
    hits += fingerprints.rows("process.env.self").compactMap { row in
      guard !hits.isEmpty, let names = process.variables,
        let name = row.match == .exact
          ? (names[row.value] != nil ? row.value : nil) : names.keys.first(where: row.matches)
      else { return nil }
      return ProcessHit(row: row, reason: "variable \(name)")
    }
    guard let best = strongest(hits) else { return nil }
    let own = hits.filter { $0.row.kind == best }
    var classes = Set(own.map { Self.signalClass($0.row.signal) })
    var reasons = own.map { "\($0.reason) (\($0.row.confidence.rawValue))" }
    let top = own.map(\.row.confidence).max() ?? .low

    if runtime == .interpreter, classes.contains("name") {
      classes.insert("runtime")
      reasons.append("runs under \(program)")
    }
    let ports = fingerprints.rows("listen.port").filter { $0.kind == best }
    if let socket = listening[process.pid]?.first(where: { socket in ports.contains { $0.matches(String(socket.port)) }
    }) {
      classes.insert("listener")
      reasons.append("listens on its usual port \(socket.port)")
    }
    let era = own.first { $0.row.confidence == top }?.row.era ?? "any"
    if let directory = stateDirectory(process, best, era) {
      if process.descriptors?.values.contains(where: { $0.hasPrefix(directory + "/") }) == true {
        classes.insert("state")
        reasons.append("holds files open below \(directory)")
      } else if files.exists(directory) {
        classes.insert("directory")
        reasons.append("its state directory exists: \(directory)")
      }
    }

    switch top {
    case .certain, .high:
      // One strong sign, and an independent one beside it, make it certain.
      return Candidate(
        kind: best, era: era, confidence: classes.count >= 2 ? .certain : .high, classes: classes, reasons: reasons,
        isHelper: own.contains { Self.helpers.contains($0.row.value) })
    case .medium:
      guard classes.count >= 2 else { return nil }
      return Candidate(kind: best, era: era, confidence: .medium, classes: classes, reasons: reasons)
    case .low:
      // A rebranded fork: its title ends in -gateway, and it serves the port of the family.
      guard best == "openclaw", classes.isSuperset(of: ["name", "listener"]), runtime == .interpreter,
        listening[process.pid]?.contains(where: { $0.port == 18789 }) == true
      else { return nil }
      return Candidate(kind: best, era: "fork", confidence: .low, classes: classes, reasons: reasons)
    }
  }

  /// A process whose environment says that a unit started it as this agent, while its title was cut.
  private func markedByItself(_ process: ProcessTable.Process) -> Candidate? {
    guard let names = process.variables, let program = process.executable?.lastPathPart else { return nil }
    let runtime = Runtime(program)
    guard runtime == .interpreter else { return nil }
    let hits = fingerprints.rows("process.env.self").filter { row in
      Fingerprints.isAgent(kind: row.kind) && names.keys.contains(where: row.matches)
    }
    guard let first = hits.first, hits.filter({ $0.kind == first.kind }).count >= 2 || first.kind != "openclaw" else {
      return nil
    }
    return Candidate(
      kind: first.kind, era: first.era, confidence: .high, classes: ["environment", "runtime"],
      reasons: hits.map { "variable \($0.value) (\($0.confidence.rawValue))" } + ["runs under \(program)"])
  }

  /// The kind whose best row is strongest; among equals the one with more rows, then the first by name.
  private func strongest(_ hits: [ProcessHit]) -> String? {
    let kinds = Dictionary(grouping: hits, by: \.row.kind)
    return kinds.min { a, b in
      let x = a.value.map(\.row.confidence.rank).max() ?? 0
      let y = b.value.map(\.row.confidence.rank).max() ?? 0
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

  private func instance(_ pids: [Int32], _ candidates: [Int32: Candidate]) -> Instance? {
    let members = pids.compactMap { table.processes[$0] }.sorted { ($0.start, $0.pid) < ($1.start, $1.pid) }
    let listener = members.last { listening[$0.pid]?.isEmpty == false }
    guard let main = listener ?? worker(members, candidates), let candidate = candidates[main.pid] else { return nil }
    let confidence = pids.compactMap { candidates[$0]?.confidence }.max() ?? candidate.confidence
    let directory = main.container == nil ? stateDirectory(main, candidate.kind, candidate.era) : nil
    return Instance(
      kind: candidate.kind, era: candidate.era, confidence: confidence, main: main, members: members,
      reasons: candidate.reasons, stateDirectory: directory, stateExists: directory.map(files.exists) ?? false)
  }

  /// The process that does the work: the oldest, unless that only started another of its kind right away, as package
  /// runners, relaunching scripts and wrappers of a native program do. Helpers that come and go never are.
  private func worker(
    _ members: [ProcessTable.Process], _ candidates: [Int32: Candidate]
  ) -> ProcessTable.Process? {
    let lasting = members.filter { candidates[$0.pid]?.isHelper == false }
    guard var current = lasting.first else { return members.first }
    for next in lasting.dropFirst() {
      guard Runtime(current.executable?.lastPathPart ?? current.command) == .interpreter else { break }
      // Later ones are sub-agents.
      let isPrompt = next.start >= current.start && next.start - current.start < Self.relaunchTicks
      if isPrompt, table.ancestors(next.pid).prefix(2).contains(where: { $0.pid == current.pid }) { current = next }
    }
    return current
  }

  /// Fifteen seconds in clock ticks: what a slow machine takes to get from a starter to the program.
  private static let relaunchTicks: UInt64 = 1500

  /// Names of programs beside an agent that live as long as one command.
  private static let helpers: Set<String> = ["codex-linux-sandbox", "/codex-resources/bwrap", "codex-code-mode-host"]

  private func stateDirectory(_ process: ProcessTable.Process, _ kind: String, _ era: String) -> String? {
    let variables = process.variables ?? [:]
    let home = variables["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? accounts[process.user]?.home
    return StatePlaces(fingerprints: fingerprints, files: files).directory(kind, era, variables: variables, home: home)
  }
}
