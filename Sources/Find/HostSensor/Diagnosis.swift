public import Model
public import Platform

/// What works on this host: each thing that a part of Trammel needs, whether it is there, and how to get it.
public enum Diagnosis {
  public struct Item: Sendable, Hashable {
    public enum State: String, Sendable, Hashable { case works, limited, missing }
    public var name: String
    public var state: State
    /// What was seen.
    public var detail: String
    /// What to do; nil where it works.
    public var remedy: String?
    /// What needs it.
    public var neededFor: String

    public init(_ name: String, _ state: State, _ detail: String, remedy: String? = nil, neededFor: String) {
      self.name = name
      self.state = state
      self.detail = detail
      self.remedy = remedy
      self.neededFor = neededFor
    }

    public var value: Value {
      var members: Value.Members = [
        "name": .string(name), "state": .string(state.rawValue), "detail": .string(detail),
        "needed_for": .string(neededFor),
      ]
      members["remedy"] = remedy.map(Value.string)
      return .object(members)
    }
  }

  public static func items(_ files: some FileSystem, interfaces: [Machine.Interface], isRoot: Bool) -> [Item] {
    [
      processes(files, isRoot), multicast(interfaces), containers(files, isRoot), capture(files), namespaces(files),
      landlock(files), seccomp(files), cgroups(files),
    ]
  }

  private static func processes(_ files: some FileSystem, _ isRoot: Bool) -> Item {
    let need = "find host: processes and the sockets they own"
    guard let table = try? ProcessTable.read(files) else {
      return Item("processes", .missing, "/proc cannot be read", remedy: "mount -t proc proc /proc", neededFor: need)
    }
    let text = "\(table.processes.count) processes"
    return table.unreadable == 0
      ? Item("processes", .works, text + ", all readable", neededFor: need)
      : Item(
        "processes", .limited, text + ", \(table.unreadable) of other users readable only in part",
        remedy: isRoot ? "they belong to a namespace above this one" : "sudo trammel up", neededFor: need)
  }

  private static func multicast(_ interfaces: [Machine.Interface]) -> Item {
    let able = interfaces.filter { $0.isMulticast && !$0.isLoopback && !$0.addresses.isEmpty }
    let need = "find mdns: what announces itself on the segment"
    return able.isEmpty
      ? Item(
        "multicast", .missing, "no interface with an address that takes multicast",
        remedy: "bring an interface up: ip link set dev IF multicast on up", neededFor: need)
      : Item("multicast", .works, able.map(\.name).joined(separator: ", "), neededFor: need)
  }

  private static func containers(_ files: some FileSystem, _ isRoot: Bool) -> Item {
    let need = "find host: agents in containers and their published ports"
    let sockets = ["/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock"].filter(files.exists)
    let folders = ["/var/lib/docker/containers", "/var/lib/containers/storage"].filter { (try? files.list($0)) != nil }
    if sockets.isEmpty, folders.isEmpty {
      return Item(
        "containers", .limited, "no engine socket and no readable state folder",
        remedy: isRoot
          ? "no Docker or Podman is installed here, or it never ran" : "sudo trammel up, where an engine is installed",
        neededFor: need)
    }
    return Item("containers", .works, (sockets + folders).joined(separator: ", "), neededFor: need)
  }

  private static func status(_ files: some FileSystem, _ field: String) -> String? {
    guard let text = try? files.text("/proc/self/status", limit: 64 << 10) else { return nil }
    return text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
      .map { String($0.dropFirst(field.count + 1)).filter { !$0.isWhitespace } }
  }

  private static func capture(_ files: some FileSystem) -> Item {
    let need = "live capture"
    // CAP_NET_RAW is bit 13 (capabilities(7)).
    let effective = status(files, "CapEff").flatMap { UInt64($0, radix: 16) } ?? 0
    return effective & (1 << 13) != 0
      ? Item("capture", .works, "CAP_NET_RAW is held", neededFor: need)
      : Item(
        "capture", .missing, "CAP_NET_RAW is not held", remedy: "sudo setcap cap_net_raw+ep \"$(command -v trammel)\"",
        neededFor: need)
  }

  private static func number(_ files: some FileSystem, _ path: String) -> Int? {
    guard let text = try? files.text(path, limit: 64) else { return nil }
    return Int(text.filter { !$0.isWhitespace })
  }

  private static func namespaces(_ files: some FileSystem) -> Item {
    let need = "run: a contained agent without root"
    if number(files, "/proc/sys/user/max_user_namespaces") == 0 {
      return Item(
        "namespaces", .missing, "user namespaces are switched off",
        remedy: "sudo sysctl user.max_user_namespaces=15000", neededFor: need)
    }
    if number(files, "/proc/sys/kernel/unprivileged_userns_clone") == 0 {
      return Item(
        "namespaces", .limited, "only root may make user namespaces",
        remedy: "sudo sysctl kernel.unprivileged_userns_clone=1", neededFor: need)
    }
    if number(files, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 {
      return Item(
        "namespaces", .limited, "AppArmor keeps user namespaces from programs without a profile",
        remedy: "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for trammel", neededFor: need)
    }
    return files.exists("/proc/self/ns/user")
      ? Item("namespaces", .works, "user, mount, network and pid", neededFor: need)
      : Item(
        "namespaces", .missing, "the kernel has no user namespaces", remedy: "a kernel with CONFIG_USER_NS",
        neededFor: need)
  }

  private static func landlock(_ files: some FileSystem) -> Item {
    let need = "run: files that a contained agent may touch"
    guard let modules = try? files.text("/sys/kernel/security/lsm", limit: 4096) else {
      return Item(
        "landlock", .limited, "/sys/kernel/security is not mounted, so nothing says whether Landlock is on",
        remedy: "sudo mount -t securityfs securityfs /sys/kernel/security", neededFor: need)
    }
    return modules.split(separator: ",").contains { $0.filter { !$0.isWhitespace } == "landlock" }
      ? Item("landlock", .works, "on", neededFor: need)
      : Item(
        "landlock", .missing, "not among the security modules",
        remedy: "boot with lsm=landlock,… (kernel 5.13 or later)",
        neededFor: need)
  }

  private static func seccomp(_ files: some FileSystem) -> Item {
    let need = "run: system calls that a contained agent may make"
    let actions = (try? files.text("/proc/sys/kernel/seccomp/actions_avail", limit: 512)) ?? ""
    return actions.contains("user_notif")
      ? Item("seccomp", .works, "with user notification", neededFor: need)
      : Item(
        "seccomp", .missing, "no user notification", remedy: "kernel 5.0 or later with CONFIG_SECCOMP_FILTER",
        neededFor: need)
  }

  private static func cgroups(_ files: some FileSystem) -> Item {
    let need = "run: memory and process limits"
    if let controllers = try? files.text("/sys/fs/cgroup/cgroup.controllers", limit: 512) {
      let names = controllers.split(whereSeparator: \.isWhitespace).map(String.init)
      return names.contains("memory") && names.contains("pids")
        ? Item("cgroups", .works, "version 2: \(names.joined(separator: " "))", neededFor: need)
        : Item(
          "cgroups", .limited, "version 2 without memory or pids",
          remedy: "ask the host's administrator to delegate memory and pids", neededFor: need)
    }
    return files.exists("/sys/fs/cgroup/memory")
      ? Item(
        "cgroups", .limited, "version 1: root only", remedy: "boot with systemd.unified_cgroup_hierarchy=1",
        neededFor: need)
      : Item("cgroups", .missing, "not mounted", remedy: "mount -t cgroup2 cgroup2 /sys/fs/cgroup", neededFor: need)
  }
}
