public import Platform

/// What the files of a machine say about how it guards what runs on it. Nothing is judged here, and no command is run.
public struct MachineFacts: Sendable, Hashable {
  /// A file that was looked for.
  public enum Reading<Content: Sendable & Hashable>: Sendable, Hashable {
    case read(Content)
    case absent
    /// With the reason.
    case unread(String)

    public var content: Content? { if case .read(let content) = self { content } else { nil } }
  }

  /// One line of a file.
  public struct Line: Sendable, Hashable {
    public var file: String
    public var line: Int
    public var text: String
    public init(file: String, line: Int, text: String) {
      self.file = file
      self.line = line
      self.text = text
    }
  }

  public struct Group: Sendable, Hashable {
    public var name: String
    public var id: UInt32
    public var members: [String]
    public init(name: String, id: UInt32, members: [String]) {
      self.name = name
      self.id = id
      self.members = members
    }
  }

  /// A right given by sudoers(5).
  public struct SudoGrant: Sendable, Hashable {
    public var place: Line
    /// A user, `%group`, or `ALL`.
    public var who: String
    public var asksNoPassword: Bool
    public var allowsEverything: Bool
    public init(place: Line, who: String, asksNoPassword: Bool, allowsEverything: Bool) {
      self.place = place
      self.who = who
      self.asksNoPassword = asksNoPassword
      self.allowsEverything = allowsEverything
    }
  }

  public struct Firewall: Sendable, Hashable {
    /// `ENABLED=` of ufw.conf.
    public var isEnabled: Line?
    public var enabled: Bool
    /// `DEFAULT_INPUT_POLICY=` of /etc/default/ufw.
    public var inputPolicy: Line?
    /// Rules of its own for what Docker publishes (`DOCKER-USER` in after.rules).
    public var guardsDocker: Bool
    /// Ports that user.rules lets in from anywhere.
    public var openPorts: [Line]
    /// Why its rules are not known, or not all of them.
    public var unread: String?
    public init(
      isEnabled: Line?, enabled: Bool, inputPolicy: Line? = nil, guardsDocker: Bool = false, openPorts: [Line] = []
    ) {
      self.isEnabled = isEnabled
      self.enabled = enabled
      self.inputPolicy = inputPolicy
      self.guardsDocker = guardsDocker
      self.openPorts = openPorts
    }
  }

  /// A place in the configuration of a reverse proxy that leads to a port of this machine.
  public struct ProxySite: Sendable, Hashable {
    /// `nginx`, `Caddy`, `Traefik`.
    public var program: String
    public var place: Line
    public var port: UInt16
    /// Something in the same block or above it asks who is there.
    public var hasLogin: Bool
    public var hasTLS: Bool
    /// Listens on loopback only.
    public var isLocal: Bool
    /// A header of the caller is passed on as the truth about where it comes from.
    public var trusts: Line?
    /// Names a version of TLS before 1.2.
    public var oldTLS: Line?
    public init(
      program: String, place: Line, port: UInt16, hasLogin: Bool, hasTLS: Bool, isLocal: Bool = false,
      trusts: Line? = nil, oldTLS: Line? = nil
    ) {
      self.program = program
      self.place = place
      self.port = port
      self.hasLogin = hasLogin
      self.hasTLS = hasTLS
      self.isLocal = isLocal
      self.trusts = trusts
      self.oldTLS = oldTLS
    }
  }

  /// A tunnel that is set up in a file, whether it runs or not.
  public struct TunnelSetup: Sendable, Hashable {
    /// `ngrok`, `cloudflared`, `frpc`, `ssh RemoteForward`.
    public var name: String
    public var place: Line
    public var port: UInt16
    /// Whether its far end is open to the internet.
    public var isPublic: Bool
    public init(name: String, place: Line, port: UInt16, isPublic: Bool) {
      self.name = name
      self.place = place
      self.port = port
      self.isPublic = isPublic
    }
  }

  /// Groups of /etc/group.
  public var groups: Reading<[Group]> = .absent
  /// Accounts with a shell that lets a person in, and the group that each has first.
  public var people: Set<String> = []
  public var primaryGroups: [String: UInt32] = [:]
  /// Why the accounts are not known.
  public var accountsUnread: String?
  public var sudo: Reading<[SudoGrant]> = .absent
  public var firewall: Reading<Firewall> = .absent
  /// Of /etc/docker/daemon.json: settings by dotted name, lists joined with blanks.
  public var dockerDaemon: Reading<[String: String]> = .absent
  public var dockerDaemonFile = "/etc/docker/daemon.json"
  /// The engine's socket, where it is.
  public var dockerSocket: FileStatus?
  public var isDockerInstalled = false
  /// Why it is not known whether the engine is here, or how it is started.
  public var dockerUnread: String?
  /// First value of each keyword of sshd_config(5), lower case.
  public var ssh: Reading<[String: Line]> = .absent
  /// Values of /proc/sys, by name (`kernel.yama.ptrace_scope`).
  public var kernel: [String: String] = [:]
  /// Whether updates install themselves.
  public var updates: Reading<Line> = .absent
  /// Nil where this kind of system does not say.
  public var isRebootPending: Bool?
  /// Whose virtual machine this is, as far as it has a metadata service at 169.254.169.254; nil for no such.
  public var cloud: Reading<String?> = .absent
  /// Lines that keep programs from that address.
  public var metadataBlocks: [Line] = []
  /// Why there may be more of them.
  public var metadataUnread: String?
  public var proxies: [ProxySite] = []
  /// Reverse proxies whose files were found; those that could not be read stand in `proxyProblems`.
  public var proxyPrograms: [String] = []
  public var proxyProblems: [String] = []
  public var tunnels: [TunnelSetup] = []
  /// Files of tunnels that could not be read.
  public var tunnelProblems: [String] = []
  /// Lines of a firewall that let nothing out but what is named.
  public var outgoing: Reading<[Line]> = .absent
  /// Lines that send the log of this machine to another.
  public var logForwards: Reading<[Line]> = .absent
  /// Mode of each home, by path.
  public var homes: [String: UInt16] = [:]

  public init() {}
}
