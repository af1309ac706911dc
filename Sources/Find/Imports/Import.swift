public import Model

/// Takes in files of other hosts, one after the other, and says at the end what they show.
///
/// What several files say of one host is put together: a socket of `netstat` finds its program in the task list by the pid,
/// a process its container by the container's first pid. A host is known by the name in the data (`hostIdentifier`,
/// `DeviceName`, a shell's prompt), else by the name that was given, else by the file's name.
public struct Import: Sendable {
  /// A longer file is refused.
  public static let maximumBytes = 1 << 30

  private var intake: Intake
  private let host: Host?
  private let source: Observation.Source
  private let now: Timestamp
  private var files = 0
  private var nameless: [String] = []
  private var namelessIDs: Set<String> = []

  /// - Parameters:
  ///   - host: of data that names none itself, as `Import.host(named:)` makes it; nil where the file's name must do.
  ///   - source: what the observations and the status say of their origin.
  ///   - now: time of what has none of its own.
  public init(host: Host?, source: Observation.Source, now: Timestamp) {
    self.host = host
    self.source = source
    self.now = now
    intake = Intake()
  }

  /// A host by the name that the user gives: its id is `import:` and the name in lower case. Nil for an empty one.
  public static func host(named name: String) -> Host? { RemoteHost.named(name) }

  /// Takes in one file.
  ///
  /// - Parameters:
  ///   - name: of the file, for messages and, without any other name, for the host.
  ///   - source: nil to have the form detected; a file may hold the output of several commands.
  /// - Throws: where nothing in the file is understood. What is damaged in one that is understood is counted.
  public mutating func add(file name: String, bytes: [UInt8], source form: Source?)
    throws(ImportFault)
  {
    guard bytes.count <= Self.maximumBytes else {
      throw .tooLarge(file: name, limit: Self.maximumBytes)
    }
    let fallback = host ?? RemoteHost.fromFile(name)
    let reader = FileReader(file: name, source: form, host: fallback, now: now)
    let skipped = intake.skipped
    let found = reader.read(PlainText.decode(bytes), into: &intake)
    guard !found.isEmpty else {
      intake.forget(skipped)
      if let form { throw .nothing(file: name, source: form) }
      throw .unrecognised(file: name)
    }
    files += 1
    let id = (fallback ?? FileReader.nameless).id
    if host == nil, intake.machines[id] != nil {
      nameless.append(name)
      namelessIDs.insert(id)
    }
  }

  /// Everything that the files show, host by host in the order of their ids.
  public func finish() -> Sweep {
    var observations: [Observation] = []
    var processes = 0
    var sockets = 0
    var containers = 0
    var withAgent = 0
    var sandboxes = 0
    var ownerless: [(String, Int)] = []
    var nameOnly: [(String, Int)] = []
    var pidOnly: [(String, Int)] = []
    let machines = Pairing.paired(intake.machines, byFile: namelessIDs)
    for machine in machines.values.sorted(by: { $0.host.id < $1.host.id }) {
      let result = machine.observations(intake.fingerprints, source: source)
      observations += result.observations
      processes += machine.processes.count
      sockets += machine.sockets.count { $0.port > 0 }
      containers += machine.containers.count
      sandboxes += result.sandboxes
      if !result.observations.isEmpty { withAgent += 1 }
      if result.ownerless > 0 { ownerless.append((machine.host.name, result.ownerless)) }
      if result.pidOnly > 0 { pidOnly.append((machine.host.name, result.pidOnly)) }
      if result.nameOnly > 0 { nameOnly.append((machine.host.name, result.nameOnly)) }
    }
    func count(_ number: Int, _ what: String) -> String {
      "\(number) \(what)\(number == 1 ? "" : "s")"
    }
    var looked = "\(count(files, "file")) of \(count(machines.count, "host")): "
    looked += [(processes, "process"), (sockets, "listening socket"), (containers, "container")]
      .filter { $0.0 > 0 }
      .map { $0.1 == "process" ? "\($0.0) process\($0.0 == 1 ? "" : "es")" : count($0.0, $0.1) }
      .joined(separator: ", ")
    if looked.hasSuffix(": ") { looked += "nothing of interest" }
    looked += "; \(count(withAgent, "host")) with signs of an agent"
    if sandboxes > 0 {
      looked += ", \(count(sandboxes, "container")) where an agent runs its tools"
    }
    var blind: [SourceStatus.Blind] = []
    if !ownerless.isEmpty {
      blind.append(
        .init(
          "owner of \(Self.sum(ownerless, "listening socket"))",
          remedy:
            "run it as root and with the owner: sudo ss -tlnp, sudo lsof -nP -iTCP -sTCP:LISTEN, netstat -ano and tasklist"
        ))
    }
    if !pidOnly.isEmpty {
      blind.append(
        .init(
          "name of the program that holds \(Self.sum(pidOnly, "listening socket"))",
          remedy: "add the output of tasklist, or of ps -ef"))
    }
    if !nameOnly.isEmpty {
      blind.append(
        .init(
          "arguments of \(Self.sum(nameOnly, "process"))",
          remedy: "add the output of ps -ef, or of an export with command lines"))
    }
    if !nameless.isEmpty {
      let names = nameless.prefix(3).map { Shown.line($0, limit: 60) }.joined(separator: ", ")
      blind.append(
        .init("name of the host of \(names): the file's name stands for it", remedy: "--host NAME"))
    }
    return Sweep(
      observations: observations,
      status: [SourceStatus(source, looked: looked, blind: blind, skipped: intake.skipped)])
  }

  private static func sum(_ counts: [(String, Int)], _ what: String) -> String {
    let total = counts.reduce(0) { $0 + $1.1 }
    let plural = total == 1 ? "" : what.hasSuffix("s") ? "es" : "s"
    let names = counts.prefix(3).map { Shown.line($0.0, limit: 60) }.joined(separator: ", ")
    return
      "\(total) \(what)\(plural) on \(names)\(counts.count > 3 ? " and \(counts.count - 3) more hosts" : "")"
  }
}
