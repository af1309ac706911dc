import Installations
import Knowledge
import Model
import Platform

/// Containers of this host as observations: those that hold an agent, with the ports that the host gives away for them.
struct Containers {
  let host: Host
  let fingerprints: Fingerprints
  let found: ContainerEngines.Found
  let isRoot: Bool
  let now: Timestamp

  /// - Parameters:
  ///   - instances: agents seen as processes; those in a container name it.
  ///   - sockets: nil where none could be looked at.
  ///   - installations: of which a container may have the state directory mounted.
  func sweep(
    instances: [Recognition.Instance], table: ProcessTable?, sockets: Sockets?, installations: [Installation]
  ) -> Sweep {
    var inside: [String: [String]] = [:]
    for instance in instances {
      if let id = instance.main.container { inside[id, default: []].append(instance.kind) }
    }
    let recognition = ContainerRecognition(fingerprints: fingerprints, inside: inside)
    let published = PublishedPorts(table: table, sockets: sockets)
    var observations: [Observation] = []
    var agents = 0
    var sandboxes = 0
    for look in found.looks {
      guard let verdict = recognition.verdict(look) else { continue }
      if verdict.isToolSandbox {
        sandboxes += 1
        continue
      }
      agents += 1
      var look = look
      published.complete(&look, table, sockets)
      observations += self.observations(look, verdict, published, installations)
    }
    // Without an engine to ask, the process itself and the proxy's argument list still tell which port is given away.
    let told = Set(found.looks.map(\.id))
    for instance in instances {
      guard let id = instance.main.container, !told.contains(id) else { continue }
      let inner = Set((sockets?.byProcess[instance.main.pid] ?? []).map(\.port))
      for owned in published.guessed(container: id, inner: inner) {
        observations.append(listener(owned, kind: instance.kind, id: id, name: String(id.prefix(12)), .medium))
      }
    }
    return Sweep(observations: observations, status: [status(agents, sandboxes, instances, told)])
  }

  /// Running containers in which agents of that kind run their tools. Which agent's they are, no engine says.
  func sandboxes(of kind: String) -> SandboxLook.Seen {
    if let blind = found.blind.first { return .unread("\(blind.what): \(blind.remedy)") }
    let recognition = ContainerRecognition(fingerprints: fingerprints, inside: [:])
    let looks = found.looks.filter { look in
      guard look.isRunning, let verdict = recognition.verdict(look) else { return false }
      return verdict.isToolSandbox && verdict.kind == kind
    }
    // Where only files were read, labels and ports are not known.
    if let untold = looks.first(where: { look in look.untold.contains { $0 == "labels" || $0 == "ports" } }) {
      return .unread("its engine was not asked, and \(untold.source) does not tell labels and ports of containers")
    }
    return .seen(looks.map { SandboxLook($0, kind: kind) })
  }

  private func observations(
    _ look: ContainerLook, _ verdict: ContainerRecognition.Verdict, _ published: PublishedPorts,
    _ installations: [Installation]
  ) -> [Observation] {
    var keys: [Observation.Key] = [.container(host: host.id, id: look.id)]
    var facts = Observation.Facts()
    facts.status = look.isRunning ? .running : look.restarts ? .enabled : .installed
    facts.pid = look.pid
    facts.reasons = verdict.reasons
    facts.version = version(look)
    facts.data = look.data
    facts.data["era"] = .string(verdict.era)
    // A state directory that is mounted is the same agent's as the one on the disk.
    if let installation = installations.first(where: { installation in
      installation.kind == verdict.kind && look.mounts.contains { Self.isBelow(installation.stateDirectory, $0.source) }
    }) {
      keys.insert(.stateDirectory(host: host.id, path: installation.stateDirectory), at: 0)
      facts.stateDirectory = installation.stateDirectory
    }
    if look.isRunning {
      facts.listeners = look.ports.map { Listener(address: $0.bound, port: $0.hostPort) }
      for port in look.ports {
        let socket = SocketTable.Socket(
          address: port.bound, port: port.hostPort, inode: 0, user: 0, isIPv6: !port.bound.isIPv4)
        keys += Sockets.endpoints(socket, host)
      }
    }
    var detail = "\(look.engine.rawValue) container \(look.name.isEmpty ? look.shortID : look.name)"
    if let image = look.image { detail += ", image \(image)" }
    if !look.ports.isEmpty { detail += ", " + look.ports.prefix(4).map(\.text).joined(separator: ", ") }
    if look.isPrivileged == true { detail += ", privileged" }
    detail += look.isRunning ? ", running" : look.restarts ? ", stopped, restarts by itself" : ", stopped"
    var out = [
      Observation(
        source: .container, time: now, confidence: verdict.confidence, kind: verdict.kind, host: host, keys: keys,
        detail: detail, proof: "\(look.engine.rawValue) inspect \(look.shortID)", facts: facts)
    ]
    guard look.isRunning else { return out }
    for port in look.ports {
      // The socket on the host, whose owner is the engine's and not the agent's.
      guard let owned = published.owner(of: port) else { continue }
      out.append(
        listener(owned, kind: verdict.kind, id: look.id, name: look.name.isEmpty ? look.shortID : look.name, .certain))
    }
    return out
  }

  private func listener(
    _ owned: PublishedPorts.Owned, kind: String, id: String, name: String, _ confidence: Confidence
  ) -> Observation {
    let listener = Listener(address: owned.socket.address, port: owned.socket.port)
    var facts = Observation.Facts()
    facts.listeners = [listener]
    let reach = owned.socket.address.isUnspecified ? "every interface" : listener.scope.rawValue
    let owner = owned.process.map { "pid \($0.pid) \($0.command), " } ?? ""
    return Observation(
      source: .listener, time: now, confidence: confidence, kind: kind, host: host,
      keys: [.container(host: host.id, id: id)] + Sockets.endpoints(owned.socket, host),
      detail: "\(listener.endpoint) (\(reach)), \(owner)published by container \(name)",
      proof: "ss -tlnp 'sport = :\(owned.socket.port)'", facts: facts)
  }

  private func version(_ look: ContainerLook) -> String? {
    if let label = look.labels["org.opencontainers.image.version"], Version.isVersion(label) { return label }
    guard let image = look.image, let colon = image.lastIndex(of: ":") else { return nil }
    let tag = String(image[image.index(after: colon)...])
    return Version.isVersion(tag) ? tag : nil
  }

  static func isBelow(_ path: String, _ folder: String) -> Bool {
    folder.count > 1 && (path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/"))
  }

  private func status(
    _ agents: Int, _ sandboxes: Int, _ instances: [Recognition.Instance], _ told: Set<String>
  ) -> SourceStatus {
    var looked = found.looked.isEmpty ? "no container engine found" : found.looked.joined(separator: ", ")
    if !found.looked.isEmpty { looked += "; \(agents) with an agent" }
    if sandboxes > 0 { looked += ", \(sandboxes) where an agent runs its tools" }
    let recognition = ContainerRecognition(fingerprints: fingerprints, inside: [:])
    let used = Set(found.looks.compactMap(\.image))
    // An image is a download: it makes no agent.
    let idle = found.images.filter { image in
      !used.contains(image)
        && recognition.images(image).contains { Fingerprints.isAgent(kind: $0.0.kind) && $0.1 >= .medium }
    }.sorted()
    if !idle.isEmpty { looked += "; images present, not in use: " + idle.prefix(5).joined(separator: ", ") }
    var blind = found.blind
    let untold = Set(instances.compactMap(\.main.container)).subtracting(told)
    if !untold.isEmpty, blind.isEmpty {
      blind.append(
        .init(
          "settings of \(untold.count) container\(untold.count == 1 ? "" : "s") in which an agent runs",
          remedy: isRoot ? "its engine (containerd, CRI-O) is not asked: use its own tools" : "sudo trammel up"))
    }
    return SourceStatus(.container, looked: looked, blind: blind, skipped: found.skipped)
  }
}
