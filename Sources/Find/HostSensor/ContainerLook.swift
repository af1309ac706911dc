public import Model

/// A container as its engine or its state files describe it: what a person who judges it wants to know. Values of its
/// variables, and its command line, are read for recognition and not kept.
public struct ContainerLook: Sendable, Hashable {
  public enum Engine: String, Sendable, Hashable, CaseIterable {
    case docker, podman
  }

  /// A TCP port of the container that the host gives away.
  public struct Port: Sendable, Hashable {
    /// Address on the host; nil where none was given, which means every address.
    public var address: Address?
    public var hostPort: UInt16
    /// Nil where only the socket on the host was seen.
    public var containerPort: UInt16?
    public init(address: Address?, hostPort: UInt16, containerPort: UInt16?) {
      self.address = address
      self.hostPort = hostPort
      self.containerPort = containerPort
    }
    /// The address that the socket has.
    var bound: Address { address ?? .anyIPv4 }
    var text: String {
      let host = address.map { $0.isIPv4 ? "\($0)" : "[\($0)]" } ?? "0.0.0.0"
      return "\(host):\(hostPort)" + (containerPort.map { "→\($0)" } ?? "")
    }
  }

  public struct Mount: Sendable, Hashable {
    /// Path on the host; for a volume, where it lies.
    public var source: String
    public var target: String
    public var isReadOnly: Bool
    public init(source: String, target: String, isReadOnly: Bool) {
      self.source = source
      self.target = target
      self.isReadOnly = isReadOnly
    }
  }

  public var engine: Engine
  /// 64 hexadecimal digits.
  public var id: String
  public var name: String
  public var image: String?
  /// Values that look like credentials are empty.
  public var labels: [String: String] = [:]
  /// Names only.
  public var variables: [String] = []
  public var ports: [Port] = []
  public var isPrivileged: Bool?
  /// Beyond the engine's defaults, without `CAP_`.
  public var capabilities: [String] = []
  public var mounts: [Mount] = []
  /// Dropped, without `CAP_`; nil where this source does not tell it, as with what follows.
  public var dropped: [String]?
  /// `no-new-privileges`, `seccomp=…`, `label=disable`.
  public var securityOptions: [String]?
  /// Limit in bytes; 0 is none.
  public var memory: Int64?
  /// Limit of processes; 0 and less is none.
  public var processes: Int64?
  /// Whether its root may not be written.
  public var isReadOnly: Bool?
  /// Names that it was given for addresses: `host.docker.internal:host-gateway`.
  public var hosts: [String]?
  /// As given to the engine; nil or empty is the image's default.
  public var user: String?
  /// `host`, `bridge`, `none`, `container:ID`, or a network's name.
  public var network: String?
  /// Whether that network has no way out.
  public var isNetworkInternal: Bool?
  /// `no`, `always`, `unless-stopped`, `on-failure`.
  public var restart: String?
  public var isRunning = false
  /// Of its first process, as the host numbers it.
  public var pid: Int32?
  /// What this source does not tell: `labels`, `ports`, `restart`.
  public var untold: [String] = []
  /// The socket or folder that said all this.
  public var source: String
  /// What it runs; never stored, since command lines hold tokens.
  var command: [String] = []

  public init(engine: Engine, id: String, name: String, source: String) {
    self.engine = engine
    self.id = id
    self.name = name
    self.source = source
  }

  /// Whether the engine starts it again by itself.
  public var restarts: Bool { restart == "always" || restart == "unless-stopped" || restart == "on-failure" }

  /// The beginning of the id, as engines show it.
  var shortID: String { String(id.prefix(12)) }

  static let maximumEntries = 128
}

extension ContainerLook {
  /// The description as members of an observation's data, one level deep:
  ///
  /// `container` (id), `engine`, `container_name`, `image`, `labels` (`name=value`), `variables` (names),
  /// `ports` (`{address, host_port, container_port}`, null where unknown), `privileged`, `capabilities`,
  /// `mounts` (`{source, target, read_only}`), `dropped`, `security_options`, `memory`, `processes`, `read_only`, `hosts`,
  /// `container_user`, `network`, `network_internal`, `restart`, `container_running`, `container_pid`, `untold`,
  /// `looked_at`.
  public var data: Value.Members {
    var members: Value.Members = [
      "container": .string(id), "engine": .string(engine.rawValue), "container_name": .string(name),
    ]
    members["image"] = image.map(Value.string)
    if !labels.isEmpty {
      members["labels"] = .strings(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    }
    if !variables.isEmpty { members["variables"] = .strings(variables) }
    members["ports"] = .array(
      ports.map { port in
        [
          "address": .optional(port.address?.description), "host_port": .int(Int64(port.hostPort)),
          "container_port": port.containerPort.map { .int(Int64($0)) } ?? .null,
        ]
      })
    members["privileged"] = isPrivileged.map(Value.bool)
    members["capabilities"] = .strings(capabilities)
    members["mounts"] = .array(
      mounts.map {
        ["source": .string($0.source), "target": .string($0.target), "read_only": .bool($0.isReadOnly)]
      })
    members["dropped"] = dropped.map(Value.strings)
    members["security_options"] = securityOptions.map(Value.strings)
    members["memory"] = memory.map(Value.int)
    members["processes"] = processes.map(Value.int)
    members["read_only"] = isReadOnly.map(Value.bool)
    members["hosts"] = hosts.map(Value.strings)
    members["container_user"] = user.map(Value.string)
    members["network"] = network.map(Value.string)
    members["network_internal"] = isNetworkInternal.map(Value.bool)
    members["restart"] = restart.map(Value.string)
    members["container_running"] = .bool(isRunning)
    members["container_pid"] = pid.map { .int(Int64($0)) }
    if !untold.isEmpty { members["untold"] = .strings(untold) }
    members["looked_at"] = .string(source)
    return members
  }

  /// Reads what `data` wrote; nil where the members describe no container.
  public init?(data: Value.Members) {
    guard let id = data["container"]?.string, let engine = data["engine"]?.string.flatMap(Engine.init(rawValue:)) else {
      return nil
    }
    self.init(
      engine: engine, id: id, name: data["container_name"]?.string ?? "", source: data["looked_at"]?.string ?? "")
    func strings(_ name: String) -> [String] { (data[name]?.array ?? []).compactMap(\.string) }
    image = data["image"]?.string
    for entry in strings("labels") {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      labels[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    variables = strings("variables")
    ports = (data["ports"]?.array ?? []).compactMap { value in
      guard let port = value["host_port"]?.int.flatMap(UInt16.init(exactly:)) else { return nil }
      return Port(
        address: value["address"]?.string.flatMap(Address.init), hostPort: port,
        containerPort: value["container_port"]?.int.flatMap(UInt16.init(exactly:)))
    }
    isPrivileged = data["privileged"]?.bool
    capabilities = strings("capabilities")
    mounts = (data["mounts"]?.array ?? []).compactMap { value in
      guard let source = value["source"]?.string, let target = value["target"]?.string else { return nil }
      return Mount(source: source, target: target, isReadOnly: value["read_only"]?.bool ?? false)
    }
    dropped = data["dropped"].map { _ in strings("dropped") }
    securityOptions = data["security_options"].map { _ in strings("security_options") }
    memory = data["memory"]?.int
    processes = data["processes"]?.int
    isReadOnly = data["read_only"]?.bool
    hosts = data["hosts"].map { _ in strings("hosts") }
    user = data["container_user"]?.string
    isNetworkInternal = data["network_internal"]?.bool
    network = data["network"]?.string
    restart = data["restart"]?.string
    isRunning = data["container_running"]?.bool ?? false
    pid = data["container_pid"]?.int.flatMap(Int32.init(exactly:))
    untold = strings("untold")
  }
}
