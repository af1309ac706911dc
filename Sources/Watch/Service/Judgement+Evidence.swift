import HostSensor
import Model
import Posture

/// What the sightings of an agent say that rules ask for.
extension Judgement {
  /// Names of the variables of a process, as its sighting has them.
  static func environment(of process: Agent.Evidence) -> Subject.Look<Set<String>> {
    guard let names = process.data["environment"]?.array else {
      return .blind("the variables of its process may be read by its own user and by root alone")
    }
    return .seen(Set(names.compactMap(\.string)))
  }

  /// Containers in which its tools run, from the newest sighting that speaks of them.
  static func sandboxes(of agent: Agent) -> Subject.Look<[SandboxContainer]> {
    let told = agent.evidence.sorted { $0.observed > $1.observed }.lazy.compactMap { SandboxLook.Seen(data: $0.data) }
    switch told.first {
    case nil: return .blind("the containers of sandboxes were not looked at")
    case .unread(let reason)?: return .blind(reason)
    case .seen(let looks)?:
      return .seen(
        looks.map { look in
          SandboxContainer(
            name: look.name, labels: look.labels,
            ports: look.ports.map {
              ContainerFacts.PublishedPort(
                host: $0.address, hostPort: $0.hostPort, containerPort: $0.containerPort ?? $0.hostPort)
            })
        })
    }
  }
}
