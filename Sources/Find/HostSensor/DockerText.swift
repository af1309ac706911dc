import Formats
import Matching
import Model

/// Docker's own JSON about containers: what the engine answers (`/containers/json`, `/containers/ID/json`; Podman answers
/// the same), and what it keeps on the disk (`config.v2.json`, `hostconfig.json`).
enum DockerText {
  /// One container of a list. It tells less than an inspection, and is used where that fails.
  static func listed(_ node: Node, engine: ContainerLook.Engine, source: String) -> ContainerLook? {
    guard let id = id(node["Id"]) else { return nil }
    let name = node["Names"]?.array?.first?.string ?? ""
    var look = ContainerLook(engine: engine, id: id, name: plain(name), source: source)
    look.image = short(node["Image"]?.string)
    look.labels = labels(node["Labels"])
    for port in (node["Ports"]?.array ?? []).prefix(ContainerLook.maximumEntries) {
      guard port["Type"]?.string != "udp", port["Type"]?.string != "sctp",
        let hostPort = number(port["PublicPort"]?.number)
      else { continue }
      look.ports.append(
        ContainerLook.Port(
          address: port["IP"]?.string.flatMap(Address.init), hostPort: hostPort,
          containerPort: number(port["PrivatePort"]?.number)))
    }
    look.mounts = mounts(node["Mounts"]?.array ?? [])
    look.network = short(node["HostConfig"]?["NetworkMode"]?.string)
    let state = node["State"]?.string
    look.isRunning = state == "running" || state == "paused" || state == "restarting"
    look.command = [node["Command"]?.string ?? ""].filter { !$0.isEmpty }
    look.untold = ["variables", "capabilities", "privileged", "user", "restart"]
    return look
  }

  /// An inspection, or the two files on the disk.
  ///
  /// - Parameter volumes: where the engine keeps volumes, which its file names without their place.
  static func inspected(
    _ node: Node, hostConfig: Node?, engine: ContainerLook.Engine, source: String, volumes: String? = nil
  ) -> ContainerLook? {
    guard let id = id(node["Id"] ?? node["ID"]) else { return nil }
    var look = ContainerLook(engine: engine, id: id, name: plain(node["Name"]?.string ?? ""), source: source)
    if let config = node["Config"] { configured(&look, config) }
    look.ports = ports(node["NetworkSettings"]?["Ports"])
    if let host = hostConfig ?? node["HostConfig"] { given(&look, host) }
    // On the disk mounts are an object, by their place in the container.
    let list = node["Mounts"]?.array
    let places = (node["MountPoints"]?.members ?? []).map(\.node)
    look.mounts = mounts(list ?? places, volumes: list == nil ? volumes : nil)
    // A person stopped it, and this policy respects that.
    if look.restart == "unless-stopped", node["HasBeenManuallyStopped"]?.bool == true { look.restart = "no" }
    if let state = node["State"] { running(&look, state) }
    look.command = node["Path"]?.string.map { [$0] } ?? []
    look.command += (node["Args"]?.array ?? []).prefix(64).compactMap(\.string)
    return look
  }

  /// What its image and its maker said.
  private static func configured(_ look: inout ContainerLook, _ config: Node) {
    look.image = short(config["Image"]?.string)
    look.labels = labels(config["Labels"])
    look.variables = names(config["Env"])
    look.user = short(config["User"]?.string)
  }

  /// What the host gives it.
  private static func given(_ look: inout ContainerLook, _ host: Node) {
    if look.ports.isEmpty { look.ports = ports(host["PortBindings"]) }
    look.isPrivileged = host["Privileged"]?.bool
    look.capabilities = (host["CapAdd"]?.array ?? []).prefix(64).compactMap { short($0.string) }.map(capability)
    look.dropped = words(host["CapDrop"]).map(capability)
    look.securityOptions = words(host["SecurityOpt"])
    // Both are null where there is no limit.
    look.memory = host["Memory"].map { $0.number.flatMap(Int64.init(exactly:)) ?? 0 }
    look.processes = host["PidsLimit"].map { $0.number.flatMap(Int64.init(exactly:)) ?? 0 }
    look.isReadOnly = host["ReadonlyRootfs"]?.bool
    look.hosts = words(host["ExtraHosts"])
    look.network = short(host["NetworkMode"]?.string)
    look.restart = short(host["RestartPolicy"]?["Name"]?.string).map { $0.isEmpty ? "no" : $0 }
  }

  private static func running(_ look: inout ContainerLook, _ state: Node) {
    look.isRunning = state["Running"]?.bool ?? false
    guard let pid = state["Pid"]?.number.flatMap(Int32.init(exactly:)), pid > 0 else { return }
    look.pid = pid
  }

  /// Null stands for an empty list.
  private static func words(_ node: Node?) -> [String] {
    (node?.array ?? []).prefix(64).compactMap { short($0.string) }
  }

  /// Whether a network has no way out, by its name and by its id: `/networks`.
  static func networks(_ node: Node) -> [String: Bool] {
    var out: [String: Bool] = [:]
    for network in (node.array ?? []).prefix(1000) {
      guard let isInternal = network["Internal"]?.bool else { continue }
      for name in [network["Name"]?.string, network["Id"]?.string].compactMap(\.self) { out[name] = isInternal }
    }
    return out
  }

  /// Names of the images that an engine holds: `/images/json`.
  static func images(_ node: Node) -> [String] {
    (node.array ?? []).prefix(10_000).flatMap { ($0["RepoTags"]?.array ?? []).prefix(32) }.compactMap {
      short($0.string)
    }
  }

  /// 64 lower-case hexadecimal digits; anything else would become part of a path.
  static func id(_ node: Node?) -> String? { node?.string.flatMap { isID($0) ? $0 : nil } }

  static func isID(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// `/openclaw-gateway-1` without its slash.
  private static func plain(_ name: String) -> String {
    short(name.hasPrefix("/") ? String(name.dropFirst()) : name) ?? ""
  }

  /// Text of a length that names have.
  static func short(_ text: String?) -> String? {
    guard let text else { return nil }
    return text.utf8.count <= 512 ? text : String(text.unicodeScalars.prefix(128).map(Character.init)) + "…"
  }

  static func labels(_ node: Node?) -> [String: String] {
    var out: [String: String] = [:]
    for member in (node?.members ?? []).prefix(ContainerLook.maximumEntries) {
      guard let name = short(member.name), let value = short(member.node.string) else { continue }
      let isSecret = Secret.looksLikeCredential(name: name, value: value)
      out[name] = isSecret || value.contains("\n") ? "" : value
    }
    return out
  }

  /// Names of `NAME=value`; the values are not kept.
  static func names(_ node: Node?) -> [String] {
    (node?.array ?? []).prefix(512).compactMap { entry in
      entry.string.flatMap {
        short($0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init))
      }
    }.filter { !$0.isEmpty }
  }

  static func capability(_ name: String) -> String {
    let upper = name.uppercased()
    return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
  }

  /// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "90/tcp": null}`.
  static func ports(_ node: Node?) -> [ContainerLook.Port] {
    var out: [ContainerLook.Port] = []
    for member in (node?.members ?? []).prefix(1024) {
      let parts = member.name.split(separator: "/")
      guard parts.count == 1 || parts.dropFirst().first == "tcp", let inside = parts.first.flatMap({ UInt16($0) })
      else {
        continue
      }
      for binding in (member.node.array ?? []).prefix(16) {
        // A range (`8000-8010`) leaves the choice to the engine; where it is not made, the first stands for it.
        guard out.count < ContainerLook.maximumEntries,
          let text = binding["HostPort"]?.string?.split(separator: "-").first, let port = UInt16(text), port > 0
        else { continue }
        let port0 = ContainerLook.Port(
          address: binding["HostIp"]?.string.flatMap(Address.init), hostPort: port, containerPort: inside)
        if !out.contains(port0) { out.append(port0) }
      }
    }
    return out.sorted { ($0.hostPort, $0.text) < ($1.hostPort, $1.text) }
  }

  static func mounts(_ list: [Node], volumes: String? = nil) -> [ContainerLook.Mount] {
    list.prefix(ContainerLook.maximumEntries).compactMap { mount in
      guard let target = short(mount["Destination"]?.string), var source = short(mount["Source"]?.string),
        mount["Type"]?.string != "tmpfs"
      else { return nil }
      if source.isEmpty, let volumes, let name = short(mount["Name"]?.string) { source = "\(volumes)/\(name)/_data" }
      return ContainerLook.Mount(source: source, target: target, isReadOnly: mount["RW"]?.bool == false)
    }.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
  }

  private static func number(_ value: Double?) -> UInt16? {
    value.flatMap(UInt16.init(exactly:)).flatMap { $0 > 0 ? $0 : nil }
  }
}
