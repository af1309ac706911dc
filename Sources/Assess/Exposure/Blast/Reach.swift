/// Which ways lead to a credential for one agent's account: told from rights, mounts and sockets, without trying any.
///
/// Access control lists and security modules (SELinux, AppArmor, Landlock) are not asked: they can take away what is
/// told here.
public struct Reach: Sendable, Hashable {
  public enum Answer: Sendable, Hashable {
    case reached([Way])
    /// Why not.
    case out(String)
    /// What would have to be known.
    case notMeasured(String)

    public var ways: [Way] { if case .reached(let ways) = self { ways } else { [] } }
    public var isOut: Bool { if case .out = self { true } else { false } }
  }

  public enum Way: Sendable, Hashable {
    case owner
    case group
    case everybody
    case root
    /// A capability that passes over file rights.
    case capability(String)
    /// Path in the container.
    case mounted(String, isReadOnly: Bool)
    case privileged
    case engineSocket

    public var text: String {
      switch self {
      case .owner: "its account owns it"
      case .group: "a group of its account may use it"
      case .everybody: "everybody on this machine may use it"
      case .root: "it runs as root"
      case .capability(let name): "\(name) passes over file rights"
      case .mounted(let target, let isReadOnly):
        "mounted into its container at \(target)\(isReadOnly ? ", read-only" : "")"
      case .privileged: "its container is privileged, which is root of this host"
      case .engineSocket: "it holds a container engine's socket, which is root of this host"
      }
    }
  }

  /// Who is judged, in plain values. Nil is what was not measured.
  public struct Account: Sendable, Hashable {
    /// Absolute path of the home that was searched.
    public var home: String
    public var user: UInt32?
    public var groups: Set<UInt32>?
    /// Nil for an agent that runs in no container.
    public var container: Container?
    /// Names with or without `CAP_`.
    public var capabilities: Set<String> = []
    public init(home: String, user: UInt32? = nil, groups: Set<UInt32>? = nil, container: Container? = nil) {
      self.home = home
      self.user = user
      self.groups = groups
      self.container = container
    }
  }

  public struct Container: Sendable, Hashable {
    public var mounts: [Mount]
    public var isPrivileged: Bool
    public init(mounts: [Mount] = [], isPrivileged: Bool = false) {
      self.mounts = mounts
      self.isPrivileged = isPrivileged
    }
  }

  public struct Mount: Sendable, Hashable {
    public var source: String
    public var target: String
    public var isReadOnly: Bool
    public init(source: String, target: String, isReadOnly: Bool = false) {
      self.source = source
      self.target = target
      self.isReadOnly = isReadOnly
    }
  }

  /// Owner and rights of a folder on the way.
  public struct Rights: Sendable, Hashable {
    public var owner: UInt32
    public var group: UInt32
    public var mode: UInt16
    public init(owner: UInt32, group: UInt32, mode: UInt16) {
      self.owner = owner
      self.group = group
      self.mode = mode
    }
  }

  public let account: Account
  /// Whether one of the sockets that mean root of this host is open to it.
  public let hasEngine: Bool
  /// In the order of the jewels.
  public let answers: [Answer]

  /// - Parameter folder: rights of a folder above a jewel; nil where they cannot be read.
  public init(_ jewels: [Jewel], for account: Account, folder: (String) -> Rights?) {
    self.account = account
    let mounted = account.container?.mounts.contains { Self.isEngine($0.source) } ?? false
    let answers = jewels.map { Self.answer($0, account, folder) }
    hasEngine =
      mounted
      || zip(jewels, answers).contains { jewel, answer in
        guard jewel.kind == "docker_socket", Self.isEngine(jewel.place.path) else { return false }
        return !answer.ways.isEmpty
      }
    let isRoot = hasEngine
    self.answers = answers.map { answer in
      guard isRoot else { return answer }
      return .reached(answer.ways + [.engineSocket])
    }
  }

  /// Sockets of engines that run as root; those of a user's own engine give no more than the user has.
  static func isEngine(_ path: String) -> Bool {
    [
      "/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/var/run/podman/podman.sock",
      "/run/containerd/containerd.sock", "/run/crio/crio.sock",
    ].contains(path)
  }

  private static func answer(_ jewel: Jewel, _ account: Account, _ folder: (String) -> Rights?) -> Answer {
    let path = jewel.place.path.hasPrefix("~/") ? account.home + jewel.place.path.dropFirst() : jewel.place.path
    var ways: [Way] = []
    if let container = account.container {
      if container.isPrivileged { return .reached([.privileged]) }
      let mount = container.mounts.filter { covers($0.source, path) }.max {
        $0.source.utf8.count < $1.source.utf8.count
      }
      guard let mount else { return .out("not mounted into its container") }
      let rest = mount.source == "/" ? Substring(path) : path.dropFirst(mount.source.count)
      ways.append(.mounted(mount.target + rest, isReadOnly: mount.isReadOnly))
    }
    guard let user = account.user else {
      return .notMeasured(ways.isEmpty ? "its account is not known" : "its user in the container is not known")
    }
    if user == 0 { return .reached([.root] + ways) }
    for name in ["DAC_OVERRIDE", "DAC_READ_SEARCH"] where account.capabilities.contains(where: { $0.hasSuffix(name) }) {
      return .reached([.capability("CAP_" + name)] + ways)
    }
    let place = jewel.place
    // A socket is reached by writing to it.
    let bit: UInt16 = jewel.facts.contains(Jewel.Fact("form", "socket")) ? 0o2 : 0o4
    let way: Way
    if place.owner == user {
      // An owner gives himself the rights that are missing.
      way = .owner
    } else if let groups = account.groups {
      let isIn = groups.contains(place.group)
      guard place.mode & (isIn ? bit << 3 : bit) != 0 else { return .out("its account has no right to it") }
      way = isIn ? .group : .everybody
    } else if place.mode & bit != 0, place.mode & bit << 3 != 0 {
      way = .everybody
    } else if place.mode & (bit | bit << 3) == 0 {
      return .out("its account has no right to it")
    } else {
      return .notMeasured("the groups of its account are not known")
    }
    if place.target != nil, way != .owner { return .notMeasured("the folders behind the link were not looked at") }
    // Mounted, the folders above on the host do not count.
    if account.container == nil {
      switch passes(path, user, account.groups, folder) {
      case true?: break
      case false?: return .out("a folder above it is closed to its account")
      case nil: return .notMeasured("the folders above it could not be looked at")
      }
    }
    return .reached([way] + ways)
  }

  private static func covers(_ source: String, _ path: String) -> Bool {
    source == "/" || path == source || path.hasPrefix(source.hasSuffix("/") ? source : source + "/")
  }

  /// Whether every folder above may be searched: path_resolution(7).
  private static func passes(
    _ path: String, _ user: UInt32, _ groups: Set<UInt32>?, _ folder: (String) -> Rights?
  ) -> Bool? {
    var isKnown = true
    var above = path
    for _ in 0..<256 {
      guard let slash = above.lastIndex(of: "/") else { break }
      above = String(above[..<slash])
      guard let rights = folder(above.isEmpty ? "/" : above) else {
        isKnown = false
        if above.isEmpty { break } else { continue }
      }
      if rights.owner != user {
        if let groups {
          if rights.mode & (groups.contains(rights.group) ? 0o010 : 0o001) == 0 { return false }
        } else if rights.mode & 0o011 == 0 {
          return false
        } else if rights.mode & 0o011 != 0o011 {
          isKnown = false
        }
      }
      if above.isEmpty { break }
    }
    return isKnown ? true : nil
  }
}
