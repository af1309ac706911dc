import Knowledge
import Model

/// Sockets that container engines hold on the host for the ports that they publish: of docker-proxy, conmon, rootlessport.
struct PublishedPorts {
  struct Owned: Sendable, Hashable {
    var socket: SocketTable.Socket
    /// Nil where the owner could not be read.
    var process: ProcessTable.Process?
  }

  /// Sockets of this host's own network, by port.
  private var listening: [UInt16: [Owned]] = [:]
  /// Sockets that conmon holds, by container; it names the container in its arguments.
  private var byContainer: [String: [Owned]] = [:]
  /// What docker-proxy says of itself, which anybody may read.
  private var proxies: [(address: Address?, hostPort: UInt16, containerPort: UInt16)] = []

  init(table: ProcessTable?, sockets: Sockets?) {
    guard let table, let sockets else { return }
    for (pid, owned) in sockets.byProcess {
      let process = table.processes[pid]
      for socket in owned {
        if socket.isOwnNetwork { listening[socket.port, default: []].append(Owned(socket: socket, process: process)) }
        if let process, Self.isConmon(process), let id = Self.value("-c", process.arguments), DockerText.isID(id) {
          byContainer[id, default: []].append(Owned(socket: socket, process: process))
        }
      }
    }
    for socket in sockets.orphans { listening[socket.port, default: []].append(Owned(socket: socket, process: nil)) }
    for process in table.processes.values.sorted(by: { $0.pid < $1.pid }) {
      guard process.command == "docker-proxy", Self.value("-proto", process.arguments) ?? "tcp" == "tcp",
        let port = Self.value("-host-port", process.arguments).flatMap({ UInt16($0) }),
        let inside = Self.value("-container-port", process.arguments).flatMap({ UInt16($0) })
      else { continue }
      proxies.append((Self.value("-host-ip", process.arguments).flatMap(Address.init), port, inside))
    }
  }

  /// The socket for a published port; nil where a firewall rule does it without one.
  func owner(of port: ContainerLook.Port) -> Owned? {
    (listening[port.hostPort] ?? []).first { owned in
      owned.socket.address == port.bound || owned.socket.address.isUnspecified || port.bound.isUnspecified
    }
  }

  /// Adds ports that the description lacks and conmon's sockets show, and says so.
  func complete(_ look: inout ContainerLook, _ table: ProcessTable?, _ sockets: Sockets?) {
    let owned = byContainer[look.id] ?? []
    let members = (table?.processes.values).map { $0.filter { $0.container == look.id } } ?? []
    let inside = Set(members.flatMap { sockets?.byProcess[$0.pid] ?? [] }.map(\.port))
    for one in owned.sorted(by: { ($0.socket.port, $0.socket.address) < ($1.socket.port, $1.socket.address) })
    where !look.ports.contains(where: { $0.hostPort == one.socket.port }) {
      look.ports.append(
        ContainerLook.Port(
          address: one.socket.address, hostPort: one.socket.port,
          // One port inside can only be the one that is given away.
          containerPort: inside.count == 1 ? inside.first : nil))
    }
    if !owned.isEmpty { look.untold.removeAll { $0 == "ports" } }
  }

  /// Sockets that probably belong to a container which no engine describes: conmon's by its id, docker-proxy's where it
  /// leads to a port on which the agent listens inside.
  func guessed(container id: String, inner: Set<UInt16>) -> [Owned] {
    if let owned = byContainer[id] { return owned }
    return proxies.filter { inner.contains($0.containerPort) }.flatMap { proxy in
      (listening[proxy.hostPort] ?? []).filter { proxy.address == nil || $0.socket.address == proxy.address }
    }
  }

  private static func isConmon(_ process: ProcessTable.Process) -> Bool {
    process.command == "conmon" && process.executable?.lastPathPart ?? "conmon" == "conmon"
  }

  private static func value(_ name: String, _ arguments: [String]) -> String? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
    return arguments[index + 1]
  }
}
