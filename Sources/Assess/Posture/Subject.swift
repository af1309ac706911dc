public import Installations
import Knowledge
public import Model

/// Everything that is known of one agent when it is judged. What nobody could look at is `blind`, with the reason.
public struct Subject: Sendable {
  public var agent: Agent { didSet { workings = nil } }
  /// Nil where no state directory was found.
  public var installation: Installation? { didSet { workings = nil } }
  /// Why there is no installation: shown as the reason where a check needs one.
  public var installationMissing: String
  /// Listening sockets that were really seen, with their owner.
  public var sockets: Look<[Socket]>
  public var account: Look<Account>
  /// Nil inside `seen`: it was looked for, and the agent runs in no container.
  public var container: Look<ContainerFacts?>
  /// Containers in which its tools run, of this product on this host.
  public var sandboxes: Look<[SandboxContainer]> = .blind("the containers of sandboxes were not looked at")
  /// Tunnels that lead to a port of the agent.
  public var tunnels: Look<[Tunnel]>
  /// Argument list of the agent's own process, program name first.
  public var arguments: Look<[String]>
  /// Names of the variables of its process, never values.
  public var environment: Look<Set<String>>
  public var now: Timestamp
  /// What rules work out once for all of them; nil outside of an assessment, and where the subject was changed.
  var workings: Workings?

  /// Something that was looked for: seen (empty means there is none), or out of reach and why.
  public enum Look<Found: Sendable & Hashable>: Sendable, Hashable {
    case seen(Found)
    case blind(String)

    public var found: Found? { if case .seen(let found) = self { found } else { nil } }
  }

  public struct Socket: Sendable, Hashable {
    public var listener: Listener
    /// `pid 812 openclaw-gateway`, for the evidence line.
    public var owner: String
    public init(_ listener: Listener, owner: String) {
      self.listener = listener
      self.owner = owner
    }
  }

  public struct Account: Sendable, Hashable {
    public var uid: UInt32
    public var name: String?
    public init(uid: UInt32, name: String? = nil) {
      self.uid = uid
      self.name = name
    }
    var text: String { name.map { "\($0) (uid \(uid))" } ?? "uid \(uid)" }
  }

  public struct Tunnel: Sendable, Hashable {
    /// Program or service: `ngrok`, `tailscale funnel`, `ssh -R`.
    public var name: String
    /// Whether its far end is open to the internet.
    public var isPublic: Bool
    public var port: UInt16
    /// `pid 990 ngrok http 18789`, without tokens.
    public var detail: String
    public init(name: String, isPublic: Bool, port: UInt16, detail: String) {
      self.name = name
      self.isPublic = isPublic
      self.port = port
      self.detail = detail
    }
  }

  public init(
    agent: Agent, installation: Installation? = nil, installationMissing: String = "no state directory was found",
    sockets: Look<[Socket]> = .blind("listening sockets were not looked at"),
    account: Look<Account> = .blind("no running process was seen"),
    container: Look<ContainerFacts?> = .blind("containers were not looked at"),
    tunnels: Look<[Tunnel]> = .blind("tunnels were not looked for"),
    arguments: Look<[String]> = .blind("no running process was seen"),
    environment: Look<Set<String>> = .blind("no running process was seen"), now: Timestamp
  ) {
    self.agent = agent
    self.installation = installation
    self.installationMissing = installationMissing
    self.sockets = sockets
    self.account = account
    self.container = container
    self.tunnels = tunnels
    self.arguments = arguments
    self.environment = environment
    self.now = now
  }

  /// The running version where it is known, else the installed one.
  var version: String? { agent.version ?? installation?.version }
  var openClawVersion: OpenClawVersion? { version.flatMap(OpenClawVersion.init) }

  /// Name of the era, the product's own name for others.
  var era: String? { installation?.era }
}

/// The container that an agent runs in, as its engine or its state files describe it.
public struct ContainerFacts: Sendable, Hashable {
  public var name: String
  public var image: String?
  public var ports: [PublishedPort]
  public var isPrivileged: Bool
  /// Added capabilities, with or without `CAP_`.
  public var capabilities: [String]
  public var mounts: [Mount]
  /// `User` of the container: nil or empty is the image's default.
  public var user: String?
  /// `host`, `bridge`, a network's name; nil where it is not known.
  public var network: String?
  /// What confines it; nil where the engine was not asked.
  public var confinement: Confinement?
  /// Whether its network has no way out; nil where nobody looked.
  public var isNetworkInternal: Bool?

  /// What an engine was told to take away from a container. Each part is nil where the source does not tell it.
  public struct Confinement: Sendable, Hashable {
    /// Capabilities that were dropped, with or without `CAP_`; empty: none.
    public var dropped: [String]?
    /// `no-new-privileges`, `seccomp=…`; empty: none.
    public var securityOptions: [String]?
    /// Bytes; 0 is no limit.
    public var memory: Int64?
    /// Processes; 0 and less is no limit.
    public var processes: Int64?
    /// Whether its root may not be written.
    public var isReadOnly: Bool?
    /// Further names for addresses: `host.docker.internal:host-gateway`.
    public var hosts: [String]?
    public init(
      dropped: [String]? = nil, securityOptions: [String]? = nil, memory: Int64? = nil, processes: Int64? = nil,
      isReadOnly: Bool? = nil, hosts: [String]? = nil
    ) {
      self.dropped = dropped
      self.securityOptions = securityOptions
      self.memory = memory
      self.processes = processes
      self.isReadOnly = isReadOnly
      self.hosts = hosts
    }
  }

  public struct PublishedPort: Sendable, Hashable {
    /// Nil where none was given: every address.
    public var host: Address?
    public var hostPort: UInt16
    public var containerPort: UInt16
    public init(host: Address?, hostPort: UInt16, containerPort: UInt16) {
      self.host = host
      self.hostPort = hostPort
      self.containerPort = containerPort
    }
    var text: String {
      let address = host.map { $0.isIPv4 ? "\($0)" : "[\($0)]" } ?? "0.0.0.0"
      return "\(address):\(hostPort)→\(containerPort)"
    }
  }

  public struct Mount: Sendable, Hashable {
    /// Path on the host.
    public var source: String
    public var target: String
    public var isReadOnly: Bool
    public init(source: String, target: String, isReadOnly: Bool = false) {
      self.source = source
      self.target = target
      self.isReadOnly = isReadOnly
    }
  }

  public init(
    name: String, image: String? = nil, ports: [PublishedPort] = [], isPrivileged: Bool = false,
    capabilities: [String] = [], mounts: [Mount] = [], user: String? = nil, network: String? = nil
  ) {
    self.name = name
    self.image = image
    self.ports = ports
    self.isPrivileged = isPrivileged
    self.capabilities = capabilities
    self.mounts = mounts
    self.user = user
    self.network = network
  }
}
