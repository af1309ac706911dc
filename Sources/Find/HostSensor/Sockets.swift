import Knowledge
import Model
import Platform

/// Listening sockets of every network namespace that a process was seen in, with their owners.
struct Sockets {
  private(set) var all: [SocketTable.Socket] = []
  private(set) var byProcess: [Int32: [SocketTable.Socket]] = [:]
  private(set) var ownerless = 0
  private(set) var skipped = 0
  /// Sockets of this namespace whose owner was not found.
  private(set) var orphans: [SocketTable.Socket] = []
  /// Folder of each network namespace's tables, by namespace.
  private(set) var directories: [String: String] = [:]
  /// Namespace that Trammel is in.
  let own: String

  init(files: some FileSystem, proc: String, table: ProcessTable) {
    // One table for each network namespace: containers have their own.
    own = (try? files.readLink("\(proc)/self/ns/net")) ?? "own"
    directories[own] = "\(proc)/net"
    for process in table.processes.values.sorted(by: { $0.pid < $1.pid }) {
      guard let namespace = process.networkNamespace, directories[namespace] == nil, directories.count < 256 else {
        continue
      }
      directories[namespace] = "\(proc)/\(process.pid)/net"
    }
    var owners: [UInt64: Int32] = [:]
    for process in table.processes.values {
      for target in (process.descriptors ?? [:]).values where target.hasPrefix("socket:[") {
        guard let inode = UInt64(target.dropFirst(8).dropLast()) else { continue }
        // A socket that a parent opened is inherited by its children: the oldest holder is the owner, unless it is the
        // manager that opened it for a service.
        if let other = owners[inode].flatMap({ table.processes[$0] }),
          (Self.isManager(other) ? 1 : 0, other.start, other.pid)
            < (Self.isManager(process) ? 1 : 0, process.start, process.pid)
        {
          continue
        }
        owners[inode] = process.pid
      }
    }
    for (namespace, directory) in directories.sorted(by: { $0.value < $1.value }) {
      guard let sockets = try? SocketTable.read(files, directory: directory) else { continue }
      skipped += sockets.skipped
      for var socket in sockets.listening {
        socket.isOwnNetwork = namespace == own
        all.append(socket)
        if let pid = owners[socket.inode] {
          byProcess[pid, default: []].append(socket)
        } else {
          ownerless += 1
          if namespace == own { orphans.append(socket) }
        }
      }
    }
  }

  private static func isManager(_ process: ProcessTable.Process) -> Bool { process.command == "systemd" }

  /// Sockets of these processes, in the order of port and address.
  func owned(by pids: [Int32]) -> [(pid: Int32, socket: SocketTable.Socket)] {
    var seen: Set<Int32> = []
    return pids.filter { seen.insert($0).inserted }
      .flatMap { pid in (byProcess[pid] ?? []).map { (pid: pid, socket: $0) } }
      .sorted { ($0.socket.port, $0.socket.address) < ($1.socket.port, $1.socket.address) }
  }

  /// Without root the owner of another user's socket is hidden; its user and port are not.
  func likely(for instance: Recognition.Instance, _ fingerprints: Fingerprints) -> [SocketTable.Socket] {
    guard instance.main.descriptors == nil else { return [] }
    let ports = fingerprints.rows("listen.port").filter { $0.kind == instance.kind && $0.match == .exact }
    return orphans.filter { socket in
      socket.user == instance.main.user && ports.contains { $0.matches(String(socket.port)) }
    }
  }

  /// Endpoint keys by which an announcement or a probe finds this socket: each address of the host that it answers on.
  static func endpoints(_ socket: SocketTable.Socket, _ host: Host) -> [Observation.Key] {
    // An address of another network namespace says nothing about this host's.
    guard socket.isOwnNetwork else { return [] }
    // Loopback is an address too: the key carries the host, so that no other machine's is meant.
    let everywhere = host.addresses + [.loopbackIPv4] + [Address("::1")].compactMap { $0 }
    let addresses = socket.address.isUnspecified ? everywhere : [socket.address]
    return addresses.filter { socket.isIPv6 || $0.isIPv4 }
      .map { .endpoint(host: host.id, address: $0, port: socket.port) }
  }
}
