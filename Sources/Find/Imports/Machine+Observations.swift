import Knowledge
import Model

extension Machine {
  /// What a host's files amount to.
  struct Result {
    var observations: [Observation] = []
    var ownerless = 0
    /// Sockets of which the pid is known, and no more.
    var pidOnly = 0
    var nameOnly = 0
    var sandboxes = 0
  }

  func observations(_ fingerprints: Fingerprints, source: Observation.Source) -> Result {
    var result = Result()
    let recognition = Recognition(self, fingerprints)
    let instances = recognition.instances()
    let writer = ObservationWriter(
      machine: self, source: source, recognition: recognition, instances: instances)

    var inside: [Int32: String] = [:]
    for instance in instances {
      for member in instance.members {
        if let pid = member.pid { inside[pid] = instance.candidate.kind }
      }
    }
    var published: Set<UInt16> = []
    var held: [Int32: ContainerSighting] = [:]
    for (_, container) in containers.sorted(by: { $0.key < $1.key }) {
      let kind = container.pid.flatMap { inside[$0] }
      guard let verdict = ContainerVerdict(container, inside: kind, fingerprints) else { continue }
      if verdict.isToolSandbox {
        result.sandboxes += 1
        continue
      }
      if container.isRunning != false { published.formUnion(container.ports.map(\.hostPort)) }
      if let pid = container.pid, kind != nil { held[pid] = container }
      result.observations.append(writer.container(container, verdict))
    }
    for instance in instances {
      let container = instance.members.lazy.compactMap { $0.pid.flatMap { held[$0] } }.first
      result.observations += writer.process(instance, in: container)
    }
    let known = Set(instances.flatMap { $0.members.map(\.handle) })
    let lone = LonePorts(
      machine: self, fingerprints: fingerprints, published: published, known: known)
    result.observations += lone.all().map(writer.lonePort)
    result.observations +=
      packages.map(writer.package) + places.map(writer.place) + units.map(writer.unit)
    result.ownerless = sockets.count { $0.port > 0 && $0.owner == nil }
    result.pidOnly = recognition.sockets.reduce(0) { sum, entry in
      sum + (processes[entry.key]?.name.isEmpty == false ? 0 : entry.value.count)
    }
    result.nameOnly = processes.values.count { !$0.hasArguments && !$0.name.isEmpty }
    return result
  }
}
