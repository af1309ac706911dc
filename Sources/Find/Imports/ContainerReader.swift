import Formats
import Model

/// `docker inspect`, `podman inspect`, and the objects of `docker ps --format json`, `podman ps --format json` and the
/// engine's `/containers/json`.
struct ContainerReader {
  let file: String
  let host: Host
  let now: Timestamp

  static func isInspection(_ node: Node) -> Bool {
    (node["Id"] ?? node["ID"]) != nil && node["State"]?.members != nil
      && (node["Config"]?.members != nil || node["HostConfig"]?.members != nil)
  }

  static func isListed(_ node: Node) -> Bool {
    guard node["Id"] ?? node["ID"] != nil, node["Image"]?.string != nil else { return false }
    return node["Names"] != nil || node["Status"] != nil || node["Ports"] != nil
  }

  func inspected(_ node: Node, into intake: inout Intake) -> Source? {
    guard let id = node.text("Id", "ID").flatMap(ContainerSighting.id) else {
      intake.skip("containers without an id")
      return nil
    }
    // Podman's description names the runtime and the monitor's files.
    let isPodman = node["ConmonPidFile"] != nil || node["OCIConfigPath"] != nil || node["Pod"] != nil
    var sighting = ContainerSighting(id: id, engine: isPodman ? .podman : .docker, source: .docker, seen: now)
    sighting.name = Self.plain(node.text("Name"))
    sighting.image = ContainerSighting.short(node.text("ImageName"))
    if let config = node["Config"] { configured(config, &sighting) }
    if let given = node["HostConfig"] { self.given(given, &sighting) }
    if let network = node["NetworkSettings"] { ports(network["Ports"], &sighting) }
    if sighting.ports.isEmpty, let given = node["HostConfig"] { ports(given["PortBindings"], &sighting) }
    sighting.mounts = mounts(node.list("Mounts"))
    if let state = node["State"] { running(state, &sighting) }
    if let path = node.text("Path") { sighting.command = [path] }
    for argument in node.list("Args").prefix(64) {
      if let text = argument.string { sighting.command.append(text) }
    }
    intake.at(host, .docker, file: file) { $0.add(sighting) }
    return .docker
  }

  // Small pieces: chains of look-ups in one long function made the optimiser of Swift 6.3.1 crash in CopyPropagation.

  /// What its image and its maker said.
  private func configured(_ config: Node, _ sighting: inout ContainerSighting) {
    if let image = ContainerSighting.short(config.text("Image")) { sighting.image = image }
    for label in config.object("Labels").prefix(ContainerSighting.maximumEntries) {
      sighting.addLabel(label.name, label.node.string ?? "")
    }
    for entry in config.list("Env").prefix(512) {
      let name = entry.string?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first
      if let name = ContainerSighting.short(name.map { String($0) }) { sighting.variables.append(name) }
    }
    sighting.user = ContainerSighting.short(config.text("User"))
  }

  private func running(_ state: Node, _ sighting: inout ContainerSighting) {
    let status = state.text("Status")
    sighting.isRunning = state["Running"]?.bool ?? (status == "running")
    sighting.pid = state.pid("Pid")
  }

  private func mounts(_ list: [Node]) -> [ContainerSighting.Mount] {
    list.prefix(ContainerSighting.maximumEntries).compactMap { mount in
      guard let target = ContainerSighting.short(mount.text("Destination")) else { return nil }
      let source = ContainerSighting.short(mount.text("Source")) ?? ""
      let isReadOnly = mount["RW"]?.bool == false
      return ContainerSighting.Mount(source: source, target: target, isReadOnly: isReadOnly)
    }
  }

  /// What the host gives it.
  private func given(_ node: Node, _ sighting: inout ContainerSighting) {
    sighting.isPrivileged = node["Privileged"]?.bool
    for entry in node.list("CapAdd").prefix(64) {
      guard let name = ContainerSighting.short(entry.string)?.uppercased() else { continue }
      sighting.capabilities.append(name.hasPrefix("CAP_") ? String(name.dropFirst(4)) : name)
    }
    sighting.network = ContainerSighting.short(node.text("NetworkMode"))
    if let policy = node["RestartPolicy"] { sighting.restart = String((policy.text("Name") ?? "no").prefix(32)) }
  }

  /// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "90/tcp": null}`.
  private func ports(_ node: Node?, _ sighting: inout ContainerSighting) {
    for member in (node?.members ?? []).prefix(1024) {
      let parts = member.name.split(separator: "/")
      guard parts.count == 1 || parts.dropFirst().first == "tcp" else { continue }
      for binding in (member.node.array ?? []).prefix(16)
      where sighting.ports.count < ContainerSighting.maximumEntries {
        guard let text = binding.text("HostPort"), let port = UInt16(text), port > 0 else {
          continue
        }
        let one = ContainerSighting.Port(
          address: binding.text("HostIp").flatMap { Address($0) }, hostPort: port,
          containerPort: parts.first.flatMap { UInt16($0) })
        if !sighting.ports.contains(one) { sighting.ports.append(one) }
      }
    }
  }

  func listed(_ node: Node, into intake: inout Intake) -> Source? {
    guard let id = node.text("Id", "ID").flatMap(ContainerSighting.id) else {
      intake.skip("containers without an id")
      return nil
    }
    let isPodman = node.number("Pid") != nil || node["PodName"] != nil || node["IsInfra"] != nil
    var sighting = ContainerSighting(id: id, engine: isPodman ? .podman : .docker, source: .dockerList, seen: now)
    sighting.name = Self.plain(node.text("Names") ?? node.list("Names").first?.string)
    sighting.image = ContainerSighting.short(node.text("Image"))
    for label in node.object("Labels").prefix(ContainerSighting.maximumEntries) {
      sighting.addLabel(label.name, label.node.string ?? "")
    }
    for label in (node.text("Labels") ?? "").split(separator: ",").prefix(ContainerSighting.maximumEntries) {
      let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      sighting.addLabel(parts[0], parts.count == 2 ? parts[1] : "")
    }
    if let text = node.text("Ports") { sighting.addPorts(text) }
    for port in node.list("Ports").prefix(ContainerSighting.maximumEntries) { listed(port, &sighting) }
    if let state = node.text("State")?.lowercased() {
      sighting.isRunning = ["running", "paused", "restarting"].contains(state)
    } else if let status = node.text("Status") {
      sighting.isRunning = status.hasPrefix("Up ")
    }
    sighting.pid = node.pid("Pid")
    for word in node.list("Command").prefix(64) {
      if let text = word.string { sighting.command.append(text) }
    }
    intake.at(host, .dockerList, file: file) { $0.add(sighting) }
    return .dockerList
  }

  /// A port as the engine's interface tells it, or as Podman does.
  private func listed(_ port: Node, _ sighting: inout ContainerSighting) {
    guard let outside = port.port("PublicPort", "host_port", "hostPort"),
      port.text("Type", "protocol") ?? "tcp" == "tcp"
    else { return }
    let inside = port.port("PrivatePort", "container_port", "containerPort")
    let address = port.text("IP", "host_ip", "hostIP").flatMap { Address($0) }
    for step in 0..<min(max(port.port("range") ?? 1, 1), 64) {
      let (next, isOver) = outside.addingReportingOverflow(step)
      guard !isOver, sighting.ports.count < ContainerSighting.maximumEntries else { return }
      let (inner, isBeyond) = (inside ?? 0).addingReportingOverflow(step)
      sighting.ports.append(
        .init(address: address, hostPort: next, containerPort: inside == nil || isBeyond ? nil : inner))
    }
  }

  private static func plain(_ name: String?) -> String {
    ContainerSighting.short(name).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 } ?? ""
  }
}
