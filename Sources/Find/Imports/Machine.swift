import Model

/// Everything that files said of one host.
struct Machine: Sendable {
  var host: Host
  /// By handle.
  private(set) var processes: [String: Sighting] = [:]
  private(set) var sockets: [Socket] = []
  private var socketIndex: [Socket.Identity: Int] = [:]
  var containers: [String: ContainerSighting] = [:]
  var packages: [Package] = []
  var places: [Place] = []
  var units: [Unit] = []
  /// Names of users by number.
  var users: [String: String] = [:]
  /// Far ends of connections that were made to a port.
  private(set) var visitors: [UInt16: Set<Address>] = [:]
  var sources: Set<Source> = []
  var files: [String] = []

  /// A listening TCP socket.
  struct Socket: Sendable, Hashable {
    struct Identity: Hashable, Sendable {
      var address: Address
      var port: UInt16
      var owner: String?
    }
    var address: Address
    var port: UInt16
    /// Handle of the process that holds it; nil where the tool did not tell.
    var owner: String?
    var unit: String?
    var source: Source
    var seen: Timestamp
    /// Told by a connection that came in, not by the socket itself.
    var isInferred = false
  }

  /// A package of an agent.
  struct Package: Sendable, Hashable {
    var kind: String
    var name: String
    var version: String?
    var path: String
    var era: String
    var confidence: Confidence
    var seen: Timestamp
    var source: Source
  }

  /// A state directory or configuration of an agent.
  struct Place: Sendable, Hashable {
    var kind: String
    var directory: String
    /// `~ada/.openclaw`: the same, as a process of that user leads to it.
    var short: String?
    var user: String?
    var era: String
    var confidence: Confidence
    var seen: Timestamp
    var source: Source
  }

  struct Unit: Sendable, Hashable {
    var kind: String
    var name: String
    var path: String?
    var state: String?
    var era: String
    var confidence: Confidence
    var seen: Timestamp
    var source: Source
  }

  init(host: Host) { self.host = host }

  mutating func add(_ sighting: Sighting) {
    if processes[sighting.handle]?.merge(sighting) == nil { processes[sighting.handle] = sighting }
  }

  mutating func add(_ socket: Socket) {
    // One tool names the owner, the other does not: one socket.
    let key = Socket.Identity(address: socket.address, port: socket.port, owner: socket.owner)
    let bare = Socket.Identity(address: socket.address, port: socket.port, owner: nil)
    if let index = socketIndex[key] {
      sockets[index].unit = sockets[index].unit ?? socket.unit
      sockets[index].seen = max(sockets[index].seen, socket.seen)
    } else if socket.owner != nil, let index = socketIndex[bare], sockets[index].owner == nil {
      sockets[index].owner = socket.owner
      sockets[index].unit = sockets[index].unit ?? socket.unit
      socketIndex[key] = index
    } else if socket.owner == nil, ownedPorts.contains(bare) {
      return
    } else {
      socketIndex[key] = sockets.count
      sockets.append(socket)
    }
    if socket.owner != nil { ownedPorts.insert(bare) }
  }

  private var ownedPorts: Set<Socket.Identity> = []

  mutating func visit(port: UInt16, from address: Address) {
    guard !address.isLoopback, !address.isUnspecified, visitors[port, default: []].count < 64 else {
      return
    }
    visitors[port, default: []].insert(address)
  }

  mutating func removeProcess(_ handle: String) { processes[handle] = nil }

  mutating func removeSocket(address: Address, port: UInt16, owner: String?) {
    let key = Socket.Identity(address: address, port: port, owner: owner)
    guard let index = socketIndex.removeValue(forKey: key) else { return }
    ownedPorts.remove(Socket.Identity(address: address, port: port, owner: nil))
    // Kept in place, so that the other indices stay; port 0 is nobody's.
    sockets[index].port = 0
  }
}
