import HostSensor
import Installations
import Inventory
import Model
import Posture

/// Puts together what is known of each agent and asks the rules.
enum Judgement {
  static func findings(
    agents: [Agent], installations: [Installation], host: Host, now: Timestamp
  ) -> [Finding] {
    let byDirectory = Dictionary(installations.map { ($0.stateDirectory, $0) }, uniquingKeysWith: { a, _ in a })
    return agents.flatMap { agent -> [Finding] in
      // What runs on another machine was only heard of: its files and sockets are not ours to see.
      let isHere = agent.host.id == host.id
      let installation = isHere ? agent.stateDirectory.flatMap { byDirectory[$0] } : nil
      return assess(subject(agent, installation, isHere: isHere, now: now))
    }
  }

  static func risks(agents: [Agent], findings: [Finding]) -> [String: Agent.Risk] {
    let byAgent = Dictionary(grouping: findings, by: { $0.agent ?? "" })
    return Dictionary(agents.map { ($0.id, risk(of: byAgent[$0.id] ?? [])) }, uniquingKeysWith: { a, _ in a })
  }

  private static func subject(_ agent: Agent, _ installation: Installation?, isHere: Bool, now: Timestamp) -> Subject {
    var subject = Subject(agent: agent, installation: installation, now: now)
    guard isHere else {
      subject.installationMissing = "it runs on another host"
      subject.sockets = .blind("it runs on another host")
      return subject
    }
    let process = agent.evidence.first { $0.source == .process }
    subject.environment = process.map(environment) ?? subject.environment
    subject.sandboxes = sandboxes(of: agent)
    subject.container = .seen(
      agent.evidence.lazy.filter { $0.source == .container }.compactMap { ContainerLook(data: $0.data) }.first
        .map(facts))
    subject.tunnels = .seen(
      agent.evidence.filter { $0.source == .tunnel }.compactMap { TunnelLook(data: $0.data) }.map {
        Subject.Tunnel(name: $0.name, isPublic: $0.isPublic, port: $0.port, detail: $0.detail)
      })
    let sockets = agent.evidence.filter { $0.source == .listener }
    guard let process else {
      if agent.evidence.contains(where: { $0.source == .container }), agent.status == .running {
        subject.sockets = .seen(agent.listeners.map { Subject.Socket($0, owner: "published by its container") })
      } else {
        subject.sockets = .blind(agent.status == .running ? "its process was not seen" : "it does not run now")
      }
      return subject
    }
    subject.sockets = .seen(
      agent.listeners.map { listener in
        let owner = sockets.first { $0.detail.hasPrefix(listener.endpoint + " ") }?.detail
        return Subject.Socket(
          listener,
          owner: owner.flatMap { $0.split(separator: ", ", maxSplits: 1).last.map(String.init) } ?? process.detail)
      })
    if let uid = process.data["uid"]?.int.flatMap(UInt32.init(exactly:)) {
      subject.account = .seen(Subject.Account(uid: uid, name: agent.user))
    }
    let switches = process.data["switches"]?.array?.compactMap(\.string) ?? []
    subject.arguments = .seen([agent.kind] + switches.flatMap { $0.split(separator: " ").map(String.init) })
    return subject
  }

  private static func facts(_ look: ContainerLook) -> ContainerFacts {
    var facts = ContainerFacts(
      name: look.name, image: look.image,
      ports: look.ports.map {
        ContainerFacts.PublishedPort(
          host: $0.address, hostPort: $0.hostPort, containerPort: $0.containerPort ?? $0.hostPort)
      },
      isPrivileged: look.isPrivileged ?? false, capabilities: look.capabilities,
      mounts: look.mounts.map {
        ContainerFacts.Mount(source: $0.source, target: $0.target, isReadOnly: $0.isReadOnly)
      }, user: look.user, network: look.network)
    facts.confinement = ContainerFacts.Confinement(
      dropped: look.dropped, securityOptions: look.securityOptions, memory: look.memory, processes: look.processes,
      isReadOnly: look.isReadOnly, hosts: look.hosts)
    facts.isNetworkInternal = look.isNetworkInternal
    return facts
  }
}
