import Knowledge
import Matching
import Model

/// A process of another host, as far as a tool showed it. Its arguments are judged when they are read, and not kept.
struct Sighting: Sendable {
  /// What its sockets and children name it by: the pid, or the number that an export gives it.
  var handle: String
  var pid: Int32?
  var parent: String?
  /// Of the program or the title, as shown.
  var name: String
  /// Path of its program, where the tool tells it.
  var path: String?
  var user: String?
  var start: Timestamp?
  var seen: Timestamp
  var signs: [Sign] = []
  var runtime: Runtime = .native
  /// Whether arguments were shown, so that one who runs nothing known can be told from one of whom nothing is known.
  var hasArguments = false
  var switches: [String] = []
  var container: String?
  var unit: String?
  var hasEnded = false
  var sources: Set<Source> = []

  /// A fingerprint row that it matched.
  struct Sign: Sendable, Hashable {
    var kind: String
    var signal: String
    var value: String
    var era: String
    var confidence: Confidence
    /// Of the row, where the tool showed too little to grant all of it.
    var full: Confidence
    var reason: String
  }

  init(handle: String, pid: Int32?, name: String, seen: Timestamp) {
    self.handle = handle
    self.pid = pid
    self.name = name
    self.seen = seen
  }

  /// Adds what another tool, or another record, says of the same process.
  mutating func merge(_ other: Sighting) {
    // Who shows arguments knows the name best; a list of names cuts it off.
    if other.hasArguments, !hasArguments || other.path != nil || path == nil {
      if !other.name.isEmpty { name = other.name }
      runtime = other.runtime
    } else if name.isEmpty {
      name = other.name
      runtime = other.runtime
    }
    pid = pid ?? other.pid
    parent = other.parent ?? parent
    path = other.path ?? path
    user = other.user ?? user
    start = start ?? other.start
    seen = max(seen, other.seen)
    for sign in other.signs where !signs.contains(sign) && signs.count < 32 { signs.append(sign) }
    if switches.isEmpty { switches = other.switches }
    hasArguments = hasArguments || other.hasArguments
    container = container ?? other.container
    unit = unit ?? other.unit
    hasEnded = hasEnded || other.hasEnded
    sources.formUnion(other.sources)
  }
}

extension Sighting {
  /// How much of a process a tool shows.
  enum Look {
    /// Path of the program, and its command line.
    case program(path: String, commandLine: String)
    /// The command line alone: its first word stands for the program.
    case commandLine(String)
    /// A name, and after how many characters the tool cuts it; nil where it does not.
    case name(String, cutAt: Int?)
    /// The same, where the name is the first argument's and therefore a title.
    case title(String, cutAt: Int?)
  }

  /// Compares with the fingerprints.
  mutating func judge(_ look: Look, _ fingerprints: Fingerprints) {
    switch look {
    case .program(let path, let commandLine):
      judge(path: path, commandLine: commandLine, fingerprints)
    case .commandLine(let text):
      let isWindows = CommandLine.isWindows(text)
      let arguments = Self.arguments(text, isWindows: isWindows)
      guard let first = arguments.first, !(first.hasPrefix("[") && first.hasSuffix("]")) else {
        return
      }
      judge(arguments: arguments, program: nil, fingerprints)
      // ps cuts lines at the width of the terminal.
      if arguments.count == 1, runtime == .native {
        judge(beginning: first.lastPathPart, cutAt: 8, fingerprints)
      }
    case .name(let name, let limit): judge(name: name, isTitle: false, cutAt: limit, fingerprints)
    case .title(let name, let limit): judge(name: name, isTitle: true, cutAt: limit, fingerprints)
    }
  }

  private static func arguments(_ text: String, isWindows: Bool) -> [String] {
    var arguments = isWindows ? CommandLine.windows(text) : CommandLine.unix(text)
    if isWindows, let first = arguments.first { arguments[0] = CommandLine.plainProgram(first) }
    return arguments
  }

  private mutating func judge(path: String, commandLine: String, _ fingerprints: Fingerprints) {
    let isWindows = CommandLine.isWindows(path) || CommandLine.isWindows(commandLine)
    var program = path
    if isWindows { program = CommandLine.plainProgram(path) }
    if program.hasSuffix(" (deleted)") { program = String(program.dropLast(10)) }
    let arguments = Self.arguments(commandLine, isWindows: isWindows)
    self.path = String(path.prefix(512))
    judge(arguments: arguments.isEmpty ? [program] : arguments, program: program, fingerprints)
    hasArguments = !commandLine.isEmpty
  }

  private mutating func judge(arguments: [String], program: String?, _ fingerprints: Fingerprints) {
    guard let first = arguments.first else { return }
    let named = first.lastPathPart
    let base = program?.lastPathPart ?? named
    runtime = Runtime(base)
    hasArguments = true
    if name.isEmpty { name = named.isEmpty ? base : named }
    switches = Shown.switches(arguments)
    let look = ProcessLook(
      command: String(decoding: base.utf8.prefix(15), as: UTF8.self), executable: program ?? first,
      arguments: arguments
    )
    for hit in fingerprints.match(look) where Fingerprints.isAgent(kind: hit.row.kind) {
      var confidence = hit.row.confidence
      let isTitle = hit.row.signal == "process.title" || hit.row.signal == "process.comm"
      if program != nil {
        // Anybody can call a process openclaw-gateway: under a native program of another name the title is a claim.
        if isTitle, runtime == .native, base != named { confidence = .low }
        if hit.row.signal == "process.title", runtime == .interpreter, arguments.count > 1,
          base != named
        {
          confidence = min(confidence, .medium)
        }
      } else {
        // A title that a program writes takes the place of its arguments. With some behind it, it was given.
        if hit.row.signal == "process.title", hit.row.match == .exact, arguments.count > 1 {
          confidence = min(confidence, .medium)
        }
        // The first word is what was typed, and no path.
        if hit.row.signal == "process.exe", !first.contains("/") {
          confidence = min(confidence, .medium)
        }
        // The first 15 bytes of it are no name that a process gave itself.
        if hit.row.signal == "process.comm" { confidence = min(confidence, .medium) }
      }
      add(hit.row, confidence, hit.reason)
    }
  }

  private mutating func judge(
    name text: String, isTitle: Bool, cutAt limit: Int?, _ fingerprints: Fingerprints
  ) {
    let plain = CommandLine.plainProgram(text)
    if name.isEmpty { name = text }
    let own = Runtime(plain)
    if !hasArguments { runtime = own }
    guard own != .bystander, own != .shell else { return }
    let look = ProcessLook(
      command: String(decoding: plain.utf8.prefix(15), as: UTF8.self), executable: plain,
      arguments: isTitle ? [plain] : [])
    for hit in fingerprints.match(look) where Fingerprints.isAgent(kind: hit.row.kind) {
      let isProgram = hit.row.signal == "process.exe"
      add(
        hit.row, isProgram ? min(hit.row.confidence, .medium) : hit.row.confidence,
        isProgram ? "name \(plain)" : hit.reason)
    }
    if let limit { judge(beginning: plain, cutAt: limit, fingerprints) }
  }

  /// Programs and titles of which the name is the beginning, where the tool cuts names as short as that.
  private mutating func judge(
    beginning plain: String, cutAt limit: Int, _ fingerprints: Fingerprints
  ) {
    guard plain.utf8.count >= max(limit, 8) else { return }
    for signal in ["process.title", "process.exe"] {
      for row in fingerprints.rows(signal)
      where (row.match == .exact || row.match == .basename)
        && row.value.utf8.count > plain.utf8.count
        && row.value.hasPrefix(plain) && Fingerprints.isAgent(kind: row.kind)
        && !signs.contains(where: { $0.kind == row.kind && $0.full >= .high })
      {
        add(row, min(row.confidence, .medium), "name \(plain), cut off, as of \(row.value)")
      }
    }
  }

  private mutating func add(_ row: Fingerprints.Row, _ confidence: Confidence, _ reason: String) {
    let sign = Sign(
      kind: row.kind, signal: row.signal, value: row.value, era: row.era, confidence: confidence,
      full: row.confidence,
      reason: Shown.line(reason))
    if !signs.contains(sign), signs.count < 32 { signs.append(sign) }
  }
}
