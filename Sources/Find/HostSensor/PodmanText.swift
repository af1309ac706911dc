import Formats
import Model

/// What Podman keeps on the disk beside its database: the list of its store, and the runtime's description (OCI runtime
/// specification, `config.json`). Labels, published ports and the restart policy stand in the database alone.
enum PodmanText {
  /// `overlay-containers/containers.json`: id, name and image of each.
  static func listed(_ node: Node, source: String) -> [ContainerLook] {
    (node.array ?? []).prefix(10_000).compactMap { entry in
      guard let id = DockerText.id(entry["id"]) else { return nil }
      let name = DockerText.short(entry["names"]?.array?.first?.string) ?? ""
      var look = ContainerLook(engine: .podman, id: id, name: name, source: source)
      // Text with JSON in it.
      if let text = entry["metadata"]?.string,
        let metadata = try? JSON5.parse(text, limits: JSON5.Limits(bytes: 64 << 10, depth: 8, nodes: 1000))
      {
        look.image = DockerText.short(metadata["image-name"]?.string)
      }
      look.untold = ["labels", "ports", "restart"]
      return look
    }
  }

  /// Fills in what the runtime was told. It is there once the container has been started.
  static func describe(_ look: inout ContainerLook, _ node: Node) {
    if let process = node["process"] { run(&look, process) }
    if let text = node["annotations"]?["io.podman.annotations.privileged"]?.string {
      look.isPrivileged = text == "TRUE"
    } else {
      look.untold.append("privileged")
    }
    look.mounts = mounts(node)
    look.isReadOnly = isReadOnly(node)
    look.memory = limit(of: "memory", node)
    look.processes = limit(of: "pids", node)
    if sharesNetwork(node) { look.network = "host" }
  }

  // Small functions that stand for themselves: as one, the optimiser of Swift 6.3 fails on them.

  @inline(never)
  private static func mounts(_ node: Node) -> [ContainerLook.Mount] {
    (node["mounts"]?.array ?? []).prefix(512).compactMap { mount in
      guard mount["type"]?.string == "bind", let source = DockerText.short(mount["source"]?.string),
        let target = DockerText.short(mount["destination"]?.string), !isOwn(source: source, target: target)
      else { return nil }
      return ContainerLook.Mount(
        source: source, target: target, isReadOnly: mount["options"]?.array?.contains { $0.string == "ro" } ?? false)
    }.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
  }

  @inline(never)
  private static func isReadOnly(_ node: Node) -> Bool {
    guard let root = node["root"] else { return false }
    return root["readonly"]?.bool ?? false
  }

  /// 0 where there is none.
  @inline(never)
  private static func limit(of name: String, _ node: Node) -> Int64 {
    guard let linux = node["linux"], let resources = linux["resources"], let resource = resources[name],
      let number = resource["limit"]?.number
    else { return 0 }
    return Int64(exactly: number) ?? 0
  }

  /// A runtime that is given no network namespace shares the host's.
  @inline(never)
  private static func sharesNetwork(_ node: Node) -> Bool {
    guard let linux = node["linux"], let namespaces = linux["namespaces"]?.array else { return false }
    return !namespaces.contains { $0["type"]?.string == "network" }
  }

  private static func run(_ look: inout ContainerLook, _ process: Node) {
    look.variables = DockerText.names(process["env"])
    if let number = process["user"]?["uid"]?.number, let user = UInt32(exactly: number) { look.user = String(user) }
    look.command = (process["args"]?.array ?? []).prefix(64).compactMap { $0.string }
    let bounding = (process["capabilities"]?["bounding"]?.array ?? []).prefix(64).compactMap {
      DockerText.short($0.string)
    }
    let kept = Set(bounding.map(DockerText.capability))
    look.capabilities = kept.subtracting(defaults).sorted()
    if process["capabilities"] != nil {
      look.dropped = kept.isEmpty ? ["ALL"] : defaults.subtracting(kept).subtracting(undefaulted).sorted()
    }
    look.securityOptions = process["noNewPrivileges"]?.bool == true ? ["no-new-privileges"] : []
  }

  /// Names in `overlay-images/images.json`.
  static func images(_ node: Node) -> [String] {
    (node.array ?? []).prefix(10_000).flatMap { ($0["names"]?.array ?? []).prefix(32) }.compactMap {
      DockerText.short($0.string)
    }
  }

  /// Files that the engine puts into every container.
  private static func isOwn(source: String, target: String) -> Bool {
    ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/run/.containerenv", "/dev/shm", "/run/secrets"].contains(
      target)
      || target.hasPrefix("/proc") || target.hasPrefix("/sys") || source.contains("/overlay-containers/")
  }

  /// Of those, what newer ones do not grant any more: its absence says nothing.
  private static let undefaulted: Set<String> = ["MKNOD", "NET_RAW", "AUDIT_WRITE"]

  /// What engines grant unasked (containers/common, moby), so that the rest was added.
  private static let defaults: Set<String> = [
    "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
    "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
  ]
}
