// HostSensor: processes, listeners, units, containers and tunnels of this host, as observations.
//
// Goes in: reading /proc, unit folders and container state through a `FileSystem`. Stays out: merging and judging.

public import Knowledge
import Matching
public import Model
public import Platform

/// Running agents of this host and the sockets they listen on. Reads /proc only; needs no root.
public struct Processes: Sensor {
  private let files: any FileSystem
  private let host: Host
  private let fingerprints: Fingerprints
  private let proc: String
  private let ownPid: Int32
  private let isRoot: Bool

  /// - Parameters:
  ///   - host: this machine, as it appears in every observation.
  ///   - ownPid: Trammel itself, left out with its children.
  public init(
    files: any FileSystem, host: Host, fingerprints: Fingerprints = .embedded, proc: String = "/proc", ownPid: Int32,
    isRoot: Bool
  ) {
    self.files = files
    self.host = host
    self.fingerprints = fingerprints
    self.proc = proc
    self.ownPid = ownPid
    self.isRoot = isRoot
  }

  public func look(now: Timestamp) async -> Sweep {
    guard let table = try? ProcessTable.read(files, proc: proc, excluding: [ownPid]) else {
      return Sweep(status: [unreadable])
    }
    let sockets = Sockets(files: files, proc: proc, table: table)
    let recognition = self.recognition(table, sockets)
    return self.sweep(table, sockets, recognition, instances: recognition.instances(), units: nil, now: now)
  }

  /// Where /proc is not there, nothing was looked at, and that is what is said.
  var unreadable: SourceStatus {
    SourceStatus(
      .process, looked: "nothing: \(proc) is not readable",
      blind: [.init("every process", remedy: "mount /proc: mount -t proc proc /proc")])
  }

  func recognition(_ table: ProcessTable, _ sockets: Sockets) -> Recognition {
    Recognition(
      table: table, fingerprints: fingerprints, accounts: Accounts.read(files), files: files,
      listening: sockets.byProcess)
  }

  /// - Parameter units: those that were read, so that a process is tied to the unit that started it.
  func sweep(
    _ table: ProcessTable, _ sockets: Sockets, _ recognition: Recognition, instances: [Recognition.Instance],
    units: Units?, now: Timestamp
  ) -> Sweep {
    var sweep = Sweep()
    for instance in instances {
      let unit = instance.main.unit.flatMap { units?.path(of: $0) }
      sweep.observations += observations(instance, recognition, sockets, table, unit: unit, now)
    }
    let known = Set(instances.flatMap { $0.members.map(\.pid) })
    sweep.observations += Behaviour(
      table: table, fingerprints: fingerprints, accounts: recognition.accounts, files: files,
      listening: sockets.byProcess, now: now
    ).unknownAgents(except: known).map { observation($0, recognition.accounts, table, now) }
    sweep.status = status(table, sockets)
    return sweep
  }

  /// Names of variables that are kept of a process.
  static let maximumVariables = 512

  private func observations(
    _ instance: Recognition.Instance, _ recognition: Recognition, _ sockets: Sockets, _ table: ProcessTable,
    unit: String?, _ now: Timestamp
  ) -> [Observation] {
    let main = instance.main
    let user = recognition.accounts.name(main.user)
    var keys: [Observation.Key] = [.process(host: host.id, pid: main.pid, start: main.start)]
    if let container = main.container {
      keys.insert(.container(host: host.id, id: container), at: 0)
    } else if let directory = instance.stateDirectory {
      keys.insert(.stateDirectory(host: host.id, path: directory), at: 0)
    }
    if let unit { keys.append(.unit(host: host.id, path: unit)) }
    var facts = Observation.Facts()
    facts.status = .running
    facts.user = user
    facts.pid = main.pid
    facts.executable = main.executable
    facts.stateDirectory = instance.stateExists ? instance.stateDirectory : nil
    facts.reasons = instance.reasons
    facts.version = Version.running(main, instance.kind, files)
    facts.data["era"] = .string(instance.era)
    facts.data["uid"] = .int(Int64(main.user))
    let switches = Switches.shown(main.arguments)
    if !switches.isEmpty { facts.data["switches"] = .strings(switches) }
    // Names alone: what a variable holds is nobody's business. Nil where the kernel did not let us look.
    if let variables = main.variables {
      let names = variables.keys.filter { $0.utf8.count <= 128 }.sorted()
      facts.data["environment"] = .strings(Array(names.prefix(Self.maximumVariables)))
    }
    if main.executableDeleted { facts.data["program_replaced"] = true }
    if instance.members.count > 1 {
      facts.data["processes"] = .array(instance.members.map { .int(Int64($0.pid)) })
    }
    let shells = table.tree(main.pid).dropFirst().filter {
      Runtime($0.executable?.lastPathPart ?? $0.command) == .shell
    }
    if !shells.isEmpty { facts.data["shells"] = .int(Int64(shells.count)) }

    var owned = sockets.owned(by: instance.members.map(\.pid) + table.tree(main.pid).map(\.pid))
    // Nobody outside reaches a port of the container's own network; what the host publishes for it is what counts.
    let inner = main.container == nil ? [] : owned.filter { !$0.socket.isOwnNetwork }
    if !inner.isEmpty {
      facts.data["container_listeners"] = .strings(
        inner.map { Listener(address: $0.socket.address, port: $0.socket.port).endpoint })
      owned.removeAll { !$0.socket.isOwnNetwork }
    }
    let guessed = owned.isEmpty && inner.isEmpty ? sockets.likely(for: instance, fingerprints) : []
    facts.listeners = (owned.map(\.socket) + guessed).map { Listener(address: $0.address, port: $0.port) }

    let title = main.arguments.first?.lastPathPart ?? ""
    // A title may be as long as an argument list may be.
    let name = VisibleText.cutMiddle(title.isEmpty ? main.command : title, to: 64)
    let started = table.startTime(main).rfc3339()
    var out = [
      Observation(
        source: .process, time: now, confidence: instance.confidence, kind: instance.kind, host: host, keys: keys,
        detail: "pid \(main.pid) \(name), user \(user), started \(started)",
        proof: "ps -o pid,ppid,user,lstart,comm -p \(main.pid)", facts: facts)
    ]
    for (pid, socket) in owned {
      out.append(
        listener(
          socket, "pid \(pid) \(table.processes[pid]?.command ?? "")", keys, instance.kind, .certain, now))
    }
    for socket in guessed {
      out.append(
        listener(
          socket, "same user and usual port; owner not readable without root", keys, instance.kind, .medium, now))
    }
    return out
  }

  private func listener(
    _ socket: SocketTable.Socket, _ owner: String, _ keys: [Observation.Key], _ kind: String, _ confidence: Confidence,
    _ now: Timestamp
  ) -> Observation {
    let listener = Listener(address: socket.address, port: socket.port)
    var facts = Observation.Facts()
    facts.listeners = [listener]
    let reach = socket.address.isUnspecified ? "every interface" : listener.scope.rawValue
    return Observation(
      source: .listener, time: now, confidence: confidence, kind: kind, host: host,
      keys: keys + Sockets.endpoints(socket, host), detail: "\(listener.endpoint) (\(reach)), \(owner)",
      proof: "ss -tlnp 'sport = :\(socket.port)'", facts: facts)
  }

  private func observation(
    _ unknown: Behaviour.Unknown, _ accounts: Accounts, _ table: ProcessTable, _ now: Timestamp
  ) -> Observation {
    var facts = Observation.Facts()
    facts.status = .running
    facts.user = accounts.name(unknown.process.user)
    facts.pid = unknown.process.pid
    facts.executable = unknown.process.executable
    facts.reasons = unknown.reasons
    facts.name = unknown.process.command
    facts.data["points"] = .int(Int64(unknown.points))
    facts.data["uid"] = .int(Int64(unknown.process.user))
    facts.listeners = unknown.sockets.map { Listener(address: $0.address, port: $0.port) }
    return Observation(
      source: .process, time: now, confidence: .low, kind: nil, host: host,
      keys: [.process(host: host.id, pid: unknown.process.pid, start: unknown.process.start)],
      detail:
        "pid \(unknown.process.pid) \(unknown.process.command), user \(accounts.name(unknown.process.user)): behaves like an agent (\(unknown.points) points)",
      proof: "ps -o pid,ppid,user,lstart,comm --ppid \(unknown.process.pid) -p \(unknown.process.pid)", facts: facts)
  }

  private func status(_ table: ProcessTable, _ sockets: Sockets) -> [SourceStatus] {
    var processBlind: [SourceStatus.Blind] = []
    if table.unreadable > 0, !isRoot {
      processBlind.append(
        .init(
          "environment and open files of \(table.unreadable) processes of other users",
          remedy: "sudo trammel up, or give the binary CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"))
    }
    var socketBlind: [SourceStatus.Blind] = []
    if sockets.ownerless > 0 {
      socketBlind.append(
        .init(
          "owner of \(sockets.ownerless) of \(sockets.all.count) listening sockets",
          remedy: isRoot ? "their process is in another namespace or ended" : "sudo trammel up"))
    }
    return [
      SourceStatus(
        .process, looked: "\(table.processes.count) processes", blind: processBlind,
        skipped: table.vanished > 0 ? ["ended while read": table.vanished] : [:]),
      SourceStatus(
        .listener, looked: "\(sockets.all.count) listening TCP sockets", blind: socketBlind,
        skipped: sockets.skipped > 0 ? ["unreadable lines": sockets.skipped] : [:]),
    ]
  }
}
