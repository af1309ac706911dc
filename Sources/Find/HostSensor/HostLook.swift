public import Installations
public import Knowledge
public import Model
public import Platform

/// One look at a host: processes, listeners, units, containers, tunnels and installations, from a single reading of the
/// process table. It reads, and asks container engines; it changes nothing and needs no root.
public struct HostLook: Sendable {
  /// What one look brought.
  public struct Result: Sendable {
    public var sweep: Sweep
    public var installations: [Installation]
    /// Everything that `Installations` said, with packages and loose units.
    public var found: Finder.Found
  }

  let files: any FileSystem
  let sockets: any LocalSocket
  let host: Host
  let fingerprints: Fingerprints
  let proc: String
  let ownPid: Int32
  let isRoot: Bool
  let isImage: Bool
  let runtimeDirectory: String?
  let homes: [Finder.Home]
  let directories: [String]

  /// - Parameters:
  ///   - files: of the machine, or of an image mounted somewhere (`SystemFiles(root:)`).
  ///   - sockets: how container engines are asked.
  ///   - host: the machine that the files belong to.
  ///   - ownPid: Trammel itself, left out with its children.
  ///   - isImage: only what lies on the disk is looked at: installations, units, state of containers.
  ///   - runtimeDirectory: `$XDG_RUNTIME_DIR`, where rootless engines have their socket.
  ///   - homes: looked through beside those of the accounts.
  ///   - directories: taken for state directories where they look like one, wherever they lie.
  public init(
    files: any FileSystem, sockets: any LocalSocket = SystemSockets(), host: Host,
    fingerprints: Fingerprints = .embedded, proc: String = "/proc", ownPid: Int32, isRoot: Bool, isImage: Bool = false,
    runtimeDirectory: String? = nil, homes: [Finder.Home] = [], directories: [String] = []
  ) {
    self.files = files
    self.sockets = sockets
    self.host = host
    self.fingerprints = fingerprints
    self.proc = proc
    self.ownPid = ownPid
    self.isRoot = isRoot
    self.isImage = isImage
    self.runtimeDirectory = runtimeDirectory
    self.homes = homes
    self.directories = directories
  }

  public func look(now: Timestamp) async -> Result {
    let accounts = Accounts.read(files)
    let homes = Home.all(accounts, files)
    var status: [SourceStatus] = []

    let processes = Processes(
      files: files, host: host, fingerprints: fingerprints, proc: proc, ownPid: ownPid, isRoot: isRoot)
    var running: Running?
    if !isImage {
      if let table = try? ProcessTable.read(files, proc: proc, excluding: [ownPid]) {
        let sockets = Sockets(files: files, proc: proc, table: table)
        let recognition = processes.recognition(table, sockets)
        running = Running(
          table: table, sockets: sockets, recognition: recognition, instances: recognition.instances())
      } else {
        status.append(processes.unreadable)
      }
    }

    let found = Finder(
      files: files, homes: self.homes, directories: directories, environments: environments(running?.instances ?? []),
      fingerprints: Self.places(fingerprints),
      recogniser: .table(fingerprints)
    ).find()
    var engines = ContainerEngines(files: files, sockets: sockets, table: running?.table)
    engines.look(
      ContainerEngines.Places(
        files: files, homes: homes.map(\.path), runtimeDirectory: runtimeDirectory, isRoot: isRoot, isImage: isImage))
    var unitReader = UnitReader(
      files: files, fingerprints: fingerprints, accounts: accounts,
      known: Set(found.installations.flatMap(\.units).map(\.path) + found.looseUnits.map(\.path)))
    unitReader.read(homes: homes)
    let units = Units(found: found, read: unitReader.units, homes: homes)

    var observations: [Observation] = []
    if let running {
      let sweep = processes.sweep(
        running.table, running.sockets, running.recognition, instances: running.instances, units: units, now: now)
      observations += sweep.observations
      status += sweep.status
    }
    let looked = Containers(host: host, fingerprints: fingerprints, found: engines.found, isRoot: isRoot, now: now)
    let containers = looked.sweep(
      instances: running?.instances ?? [], table: running?.table, sockets: running?.sockets,
      installations: found.installations)
    observations += containers.observations
    status += containers.status
    if let running {
      let tunnels = TunnelReader(
        table: running.table, fingerprints: fingerprints, accounts: accounts, files: files, proc: proc
      ).tunnels()
      let sweep = Tunnels(host: host, files: files, isRoot: isRoot, now: now)
        .sweep(tunnels, sockets: running.sockets, agents: observations, instances: running.instances)
      observations += sweep.observations
      status += sweep.status
    }
    observations += units.observations(host: host, now: now)
    let starts = WrittenStarts.observations(found.looseLaunches, host: host, now: now)
    observations += starts
    status.append(units.status(unitReader, found: found, starts: starts.count))
    observations += InstalledAgents.observations(found.installations, host: host, now: now)
    if !isImage { Self.tell(&observations, of: "openclaw", looked.sandboxes(of: "openclaw")) }
    status.append(SourceStatus(.installation, looked: found.looked.description, blind: found.blind))
    return Result(
      sweep: Sweep(observations: observations, status: status), installations: found.installations, found: found)
  }

  /// Puts what was seen of sandboxes to every sighting of the agent itself.
  private static func tell(_ observations: inout [Observation], of kind: String, _ seen: SandboxLook.Seen) {
    for index in observations.indices where observations[index].kind == kind {
      guard [.process, .installation, .container].contains(observations[index].source) else { continue }
      for entry in seen.data.entries { observations[index].facts.data[entry.name] = entry.value }
    }
  }

  private struct Running {
    var table: ProcessTable
    var sockets: Sockets
    var recognition: Recognition
    var instances: [Recognition.Instance]
  }

  /// What running agents say about where their state lies.
  private func environments(_ instances: [Recognition.Instance]) -> [Finder.Environment] {
    instances.filter { $0.main.container == nil }.compactMap { instance in
      // Values that were not kept are empty here, and say nothing.
      let variables = (instance.main.variables ?? [:]).filter { !$0.value.isEmpty }
      return variables.isEmpty ? nil : Finder.Environment(variables, origin: "pid \(instance.main.pid)")
    }
  }

  /// Where the products of the table keep state, as the finder of installations wants to know it.
  static func places(_ fingerprints: Fingerprints) -> [Finder.Fingerprint] {
    let roles: [(String, Finder.Fingerprint.Role)] = [("state.dir", .stateDirectory), ("config.file", .configuration)]
    return roles.flatMap { signal, role in
      fingerprints.rows(signal).filter { $0.match == .exact && Fingerprints.isAgent(kind: $0.kind) }
        .map { Finder.Fingerprint(kind: $0.kind, role: role, path: $0.value, confidence: $0.confidence) }
    }
  }
}
