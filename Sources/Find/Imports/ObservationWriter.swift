import Knowledge
import Matching
import Model

/// Recognised things of one host in the form that the inventory takes. Every key carries the imported host's id.
struct ObservationWriter {
  let machine: Machine
  let source: Observation.Source
  let recognition: Recognition
  let instances: [Recognition.Instance]

  /// Indices of the instances of a kind, and of a kind and user.
  private let ofKind: [String: [Int]]
  private let ofUser: [String: [Int]]

  private var host: Host { machine.host }

  init(
    machine: Machine, source: Observation.Source, recognition: Recognition,
    instances: [Recognition.Instance]
  ) {
    self.machine = machine
    self.source = source
    self.recognition = recognition
    self.instances = instances
    ofKind = Dictionary(grouping: instances.indices, by: { instances[$0].candidate.kind })
    ofUser = Dictionary(
      grouping: instances.indices,
      by: { "\(instances[$0].candidate.kind) \(instances[$0].main.user ?? "")" })
  }

  func process(_ instance: Recognition.Instance, in container: ContainerSighting?) -> [Observation] {
    let main = instance.main
    let keys = keys(instance, container)
    let user = main.user.map { Shown.line(recognition.plainUser($0), limit: 64) }
    var facts = Observation.Facts()
    facts.status = main.hasEnded ? .installed : .running
    facts.user = user
    facts.pid = main.pid
    facts.executable = main.path.map { Shown.line($0, limit: 512) }
    facts.reasons = Array(instance.candidate.reasons.prefix(24))
    if let place = place(instance) {
      facts.stateDirectory = Shown.line(place.directory, limit: 512)
    }
    facts.version = version(instance)
    facts.data = data(main.sources)
    facts.data["era"] = .string(instance.candidate.era)
    if !main.switches.isEmpty { facts.data["switches"] = .strings(main.switches) }
    if instance.members.count > 1 {
      facts.data["processes"] = .array(
        instance.members.prefix(64).compactMap { $0.pid.map { .int(Int64($0)) } })
    }
    // Nobody outside reaches a port of the container's own network; what the host publishes for it is what counts.
    facts.listeners = instance.sockets.prefix(64).map(listener)
    var detail = main.pid.map { "pid \($0) " } ?? ""
    detail += Shown.line(main.name, limit: 64)
    if let user { detail += ", user \(user)" }
    if let start = main.start { detail += ", started \(start.rfc3339())" }
    if main.hasEnded { detail += ", ended" }
    detail += "; seen by \(tools(main.sources))"
    var out = [
      observation(
        instance.candidate.confidence, instance.candidate.kind, keys, detail, facts, main.seen)
    ]
    for socket in instance.sockets.prefix(16) {
      let one = listener(socket)
      var facts = Observation.Facts()
      facts.listeners = [one]
      facts.reasons = Array(instance.candidate.reasons.prefix(8))
      facts.data = data([socket.source])
      let owner = "\(main.pid.map { "pid \($0) " } ?? "")\(Shown.line(main.name, limit: 64))"
      let text = "\(one.endpoint) (\(reach(one))), \(owner); seen by \(socket.source.title)"
      out.append(
        observation(
          instance.candidate.confidence, instance.candidate.kind, keys, text, facts, socket.seen))
    }
    return out
  }

  func lonePort(_ lone: LonePorts.Lone) -> Observation {
    var facts = Observation.Facts()
    facts.status = .running
    facts.pid = lone.pid
    facts.user = lone.owner?.user.map { Shown.line(recognition.plainUser($0), limit: 64) }
    facts.executable = lone.owner?.path.map { Shown.line($0, limit: 512) }
    facts.listeners = lone.sockets.prefix(64).map(listener)
    facts.reasons = lone.reasons
    facts.data = data(Set(lone.sockets.map(\.source)))
    let ends = lone.sockets.prefix(4).map { "\(listener($0).endpoint) (\(reach(listener($0))))" }
      .joined(
        separator: ", ")
    let name = lone.owner.map { Shown.line($0.name, limit: 64) } ?? ""
    let owner = [lone.pid.map { "pid \($0)" }, name.isEmpty ? nil : name].compactMap(\.self).joined(
      separator: " ")
    var keys = lone.sockets.map {
      Observation.Key.endpoint(host: host.id, address: $0.address, port: $0.port)
    }
    if let pid = lone.pid {
      let start = lone.owner?.start.map { UInt64(max(0, $0.seconds)) } ?? 0
      keys.insert(.process(host: host.id, pid: pid, start: start), at: 0)
    }
    return observation(
      lone.confidence, lone.kind, Array(keys.prefix(64)),
      "\(ends), \(owner.isEmpty ? "owner not shown" : owner); seen by \(tools(Set(lone.sockets.map(\.source))))",
      facts, lone.sockets.map(\.seen).max() ?? Timestamp(nanoseconds: 0))
  }

  func container(_ container: ContainerSighting, _ verdict: ContainerVerdict) -> Observation {
    let name = Shown.line(
      container.name.isEmpty ? String(container.id.prefix(12)) : container.name, limit: 64)
    var facts = Observation.Facts()
    let restarts = ["always", "unless-stopped", "on-failure"].contains(container.restart ?? "")
    let isRunning = container.isRunning == true
    facts.status = isRunning ? .running : restarts ? .enabled : .installed
    facts.pid = container.pid
    facts.reasons = verdict.reasons
    facts.version =
      container.labels["org.opencontainers.image.version"].flatMap(Self.version)
      ?? container.image.flatMap { image in
        image.lastIndex(of: ":").flatMap { Self.version(String(image[image.index(after: $0)...])) }
      }
    facts.data = data([container.source])
    for entry in container.data.entries { facts.data[entry.name] = entry.value }
    facts.data["era"] = .string(verdict.era)
    var keys = containerKeys(container)
    if isRunning {
      facts.listeners = container.ports.prefix(64).map {
        Listener(address: $0.address ?? .anyIPv4, port: $0.hostPort)
      }
      keys += facts.listeners.map { .endpoint(host: host.id, address: $0.address, port: $0.port) }
    }
    var detail = "\(container.engine.rawValue) container \(name)"
    if let image = container.image { detail += ", image \(Shown.line(image, limit: 120))" }
    let ports = container.ports.prefix(4).map { port in
      Listener(address: port.address ?? .anyIPv4, port: port.hostPort).endpoint
        + (port.containerPort.map { "→\($0)" } ?? "")
    }
    if !ports.isEmpty { detail += ", " + ports.joined(separator: ", ") }
    if container.isPrivileged == true { detail += ", privileged" }
    detail += isRunning ? ", running" : restarts ? ", stopped, restarts by itself" : ", stopped"
    detail += "; seen by \(container.source.title)"
    return observation(verdict.confidence, verdict.kind, keys, detail, facts, container.seen)
  }

  func package(_ package: Machine.Package) -> Observation {
    var facts = Observation.Facts()
    facts.status = .installed
    facts.version = package.version.map { Shown.line($0, limit: 40) }
    facts.reasons = ["package \(Shown.line(package.name)) (\(package.confidence.rawValue))"]
    facts.data = data([package.source])
    facts.data["path"] = .string(Shown.line(package.path, limit: 512))
    let detail =
      "package \(Shown.line(package.name, limit: 64)) \(facts.version ?? "") in \(Shown.line(package.path)); seen by \(package.source.title)"
    return observation(
      package.confidence, package.kind,
      only(package.kind) ?? [.stateDirectory(host: host.id, path: package.path)],
      detail,
      facts, package.seen)
  }

  func place(_ place: Machine.Place) -> Observation {
    var facts = Observation.Facts()
    facts.status = .remains
    facts.stateDirectory = Shown.line(place.directory, limit: 512)
    facts.user = place.user.map { Shown.line($0, limit: 64) }
    facts.reasons = [
      "state directory \(Shown.line(place.directory)) (\(place.confidence.rawValue))"
    ]
    facts.data = data([place.source])
    facts.data["era"] = .string(place.era)
    var keys = [Observation.Key.stateDirectory(host: host.id, path: place.directory)]
    if let short = place.short { keys.append(.stateDirectory(host: host.id, path: short)) }
    return observation(
      place.confidence, place.kind, keys,
      "state directory \(Shown.line(place.directory)); seen by \(place.source.title)",
      facts, place.seen)
  }

  func unit(_ unit: Machine.Unit) -> Observation {
    var facts = Observation.Facts()
    facts.status = unit.state == "active" ? .running : .enabled
    facts.reasons = ["unit \(Shown.line(unit.name)) (\(unit.confidence.rawValue))"]
    facts.data = data([unit.source])
    let key = Observation.Key.unit(host: host.id, path: unit.path ?? unit.name)
    return observation(
      unit.confidence, unit.kind, [key] + (only(unit.kind) ?? []),
      "unit \(Shown.line(unit.name)), \(Shown.line(unit.state ?? "state not shown", limit: 40)); seen by \(unit.source.title)",
      facts, unit.seen)
  }

  // MARK: parts

  private func observation(
    _ confidence: Confidence, _ kind: String, _ keys: [Observation.Key], _ detail: String,
    _ facts: Observation.Facts,
    _ time: Timestamp
  ) -> Observation {
    Observation(
      source: source, time: time, confidence: confidence, kind: kind, host: host, keys: keys,
      detail: detail,
      facts: facts)
  }

  /// A list tells the beginning of the id, an inspection all of it: both lead to one container.
  private func containerKeys(_ container: ContainerSighting) -> [Observation.Key] {
    let short = String(container.id.prefix(12))
    let ids = container.id == short ? [short] : [container.id, short]
    return ids.map { .container(host: host.id, id: $0) }
  }

  private func processKey(_ process: Sighting, _ pid: Int32) -> Observation.Key {
    .process(host: host.id, pid: pid, start: process.start.map { UInt64(max(0, $0.seconds)) } ?? 0)
  }

  /// What lasts comes first: the container, else the user's state directory, else the sockets, so that the same agent in a
  /// later file is the same.
  private func keys(_ instance: Recognition.Instance, _ container: ContainerSighting?)
    -> [Observation.Key]
  {
    var keys: [Observation.Key] = []
    if let container {
      keys += containerKeys(container)
    } else if let place = place(instance) {
      keys.append(.stateDirectory(host: host.id, path: place.directory))
    }
    if container == nil, let home = home(instance) {
      keys.append(.stateDirectory(host: host.id, path: home))
    }
    if let pid = instance.main.pid { keys.append(processKey(instance.main, pid)) }
    if container == nil {
      keys += instance.sockets.prefix(32).map {
        .endpoint(host: host.id, address: $0.address, port: $0.port)
      }
    }
    // An export without pid and sockets names a process by its own number.
    if keys.isEmpty {
      keys.append(.stateDirectory(host: host.id, path: "process \(instance.main.handle)"))
    }
    return keys
  }

  /// `~ada/.openclaw`, where the user runs one agent of the kind: two gateways of one user have a folder each, and which
  /// has which is not shown.
  private func home(_ instance: Recognition.Instance) -> String? {
    guard let user = instance.main.user.map(recognition.plainUser), !user.hasPrefix("uid "),
      !user.hasSuffix("+")
    else {
      return nil
    }
    let kind = instance.candidate.kind
    let same = ofUser["\(kind) \(instance.main.user ?? "")"] ?? []
    guard same.count == 1 || same.prefix(64).allSatisfy({ instances[$0].sockets.isEmpty }) else {
      return nil
    }
    let rows = recognition.fingerprints.rows("state.dir").filter {
      $0.kind == kind && $0.match == .exact && !$0.value.hasPrefix("/")
    }
    guard let row = rows.first(where: { $0.era == instance.candidate.era }) ?? rows.first else {
      return nil
    }
    return "~\(user)/\(row.value)"
  }

  private func place(_ instance: Recognition.Instance) -> Machine.Place? {
    let user = instance.main.user.map(recognition.plainUser)
    let places = machine.places.filter {
      $0.kind == instance.candidate.kind && $0.user != nil && $0.user == user
    }
    return places.count == 1 ? places.first : nil
  }

  /// Keys of the one running agent of a kind: whatever else belongs to the kind on that host is its.
  private func only(_ kind: String) -> [Observation.Key]? {
    guard let same = ofKind[kind], same.count == 1, let one = same.first else { return nil }
    return keys(instances[one], nil)
  }

  private func version(_ instance: Recognition.Instance) -> String? {
    if let path = instance.main.path {
      let parts = path.replacing("\\", with: "/").split(separator: "/").map(String.init)
      if let index = parts.firstIndex(where: {
        $0 == "Cellar" || $0 == "Caskroom" || $0 == "versions"
      }),
        let version = parts.dropFirst(index + 1).lazy.compactMap(Self.version).first
      {
        return version
      }
    }
    let kind = instance.candidate.kind
    let versions = Set(machine.packages.filter { $0.kind == kind }.compactMap(\.version))
    let isOnly = ofKind[kind]?.count == 1
    return isOnly && versions.count == 1 ? versions.first.map { Shown.line($0, limit: 40) } : nil
  }

  static func version(_ text: String) -> String? {
    guard let first = text.utf8.first, (0x30...0x39).contains(first), text.contains("."),
      text.utf8.count <= 40,
      text.utf8.allSatisfy({
        (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D || (0x61...0x7A).contains($0)
          || $0 == 0x2B
      })
    else { return nil }
    return text
  }

  private func listener(_ socket: Machine.Socket) -> Listener {
    Listener(
      address: socket.address, port: socket.port,
      reachableFrom: (machine.visitors[socket.port] ?? []).sorted().prefix(16).map(\.description))
  }

  private func reach(_ listener: Listener) -> String {
    listener.address.isUnspecified ? "every interface" : listener.scope.rawValue
  }

  private func tools(_ sources: Set<Source>) -> String {
    Source.allCases.filter(sources.contains).map(\.title).joined(separator: ", ")
  }

  private func data(_ sources: Set<Source>) -> Value.Members {
    [
      "imported_from": .strings(Source.allCases.filter(sources.contains).map(\.rawValue)),
      "files": .strings(machine.files.prefix(8).map { Shown.line($0) }),
    ]
  }
}

extension ContainerSighting {
  /// The members that the host sensor writes of a container, so that whoever reads those reads these.
  var data: Value.Members {
    func shown(_ text: String) -> Value { .string(Shown.line(text, limit: 512)) }
    var members: Value.Members = [
      "container": .string(id), "engine": .string(engine.rawValue), "container_name": shown(name),
    ]
    members["image"] = image.map(shown)
    if !labels.isEmpty {
      members["labels"] = .array(
        labels.sorted { $0.key < $1.key }.map { shown("\($0.key)=\($0.value)") })
    }
    if !variables.isEmpty { members["variables"] = .array(variables.prefix(128).map(shown)) }
    members["ports"] = .array(
      ports.map { port in
        [
          "address": .optional(port.address?.description), "host_port": .int(Int64(port.hostPort)),
          "container_port": port.containerPort.map { .int(Int64($0)) } ?? .null,
        ]
      })
    members["privileged"] = isPrivileged.map(Value.bool)
    members["capabilities"] = .array(capabilities.map(shown))
    members["mounts"] = .array(
      mounts.map {
        ["source": shown($0.source), "target": shown($0.target), "read_only": .bool($0.isReadOnly)]
      })
    members["container_user"] = user.map(shown)
    members["network"] = network.map(shown)
    members["restart"] = restart.map(shown)
    members["container_running"] = .bool(isRunning == true)
    members["container_pid"] = pid.map { .int(Int64($0)) }
    if source != .docker {
      members["untold"] = ["variables", "capabilities", "privileged", "user", "restart"]
    }
    members["looked_at"] = .string(source.title)
    return members
  }
}
