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
    guard let id = (node["Id"] ?? node["ID"])?.string.flatMap(ContainerSighting.id) else {
      intake.skip("containers without an id")
      return nil
    }
    // Podman's description names the runtime and the monitor's files.
    let isPodman =
      node["ConmonPidFile"] != nil || node["OCIConfigPath"] != nil || node["Pod"] != nil
    var sighting = ContainerSighting(
      id: id, engine: isPodman ? .podman : .docker, source: .docker, seen: now)
    sighting.name = Self.plain(node["Name"]?.string)
    let config = node["Config"]
    sighting.image = ContainerSighting.short(config?["Image"]?.string ?? node["ImageName"]?.string)
    for label in (config?["Labels"]?.members ?? []).prefix(ContainerSighting.maximumEntries) {
      sighting.addLabel(label.name, label.node.string ?? "")
    }
    sighting.variables = (config?["Env"]?.array ?? []).prefix(512).compactMap { entry in
      entry.string?.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first
        .flatMap { ContainerSighting.short(String($0)) }
    }
    sighting.user = ContainerSighting.short(config?["User"]?.string)
    given(node["HostConfig"], &sighting)
    ports(node["NetworkSettings"]?["Ports"], &sighting)
    if sighting.ports.isEmpty { ports(node["HostConfig"]?["PortBindings"], &sighting) }
    sighting.mounts = (node["Mounts"]?.array ?? []).prefix(ContainerSighting.maximumEntries)
      .compactMap { mount in
        guard let target = ContainerSighting.short(mount["Destination"]?.string) else { return nil }
        return .init(
          source: ContainerSighting.short(mount["Source"]?.string) ?? "", target: target,
          isReadOnly: mount["RW"]?.bool == false)
      }
    sighting.isRunning =
      node["State"]?["Running"]?.bool ?? (node["State"]?["Status"]?.string == "running")
    sighting.pid = node["State"]?["Pid"]?.number.flatMap { Int32(exactly: $0) }.flatMap {
      $0 > 0 ? $0 : nil
    }
    sighting.command =
      (node["Path"]?.string.map { [$0] } ?? [])
      + (node["Args"]?.array ?? []).prefix(64).compactMap(\.string)
    // What describes one machine alone: swarm's node, where there is one.
    let name = node["Node"]?["Name"]?.string.flatMap(RemoteHost.named) ?? host
    intake.at(name, .docker, file: file) { $0.add(sighting) }
    return .docker
  }

  private func given(_ node: Node?, _ sighting: inout ContainerSighting) {
    guard let node else { return }
    sighting.isPrivileged = node["Privileged"]?.bool
    sighting.capabilities = (node["CapAdd"]?.array ?? []).prefix(64).compactMap {
      ContainerSighting.short($0.string)
    }
    .map {
      let upper = $0.uppercased()
      return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
    }
    sighting.network = ContainerSighting.short(node["NetworkMode"]?.string)
    sighting.restart = node["RestartPolicy"]?["Name"]?.string.map {
      $0.isEmpty ? "no" : String($0.prefix(32))
    }
  }

  /// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "90/tcp": null}`.
  private func ports(_ node: Node?, _ sighting: inout ContainerSighting) {
    for member in (node?.members ?? []).prefix(1024) {
      let parts = member.name.split(separator: "/")
      guard parts.count == 1 || parts.dropFirst().first == "tcp" else { continue }
      for binding in (member.node.array ?? []).prefix(16)
      where sighting.ports.count < ContainerSighting.maximumEntries {
        guard let text = binding["HostPort"]?.string, let port = UInt16(text), port > 0 else {
          continue
        }
        let one = ContainerSighting.Port(
          address: binding["HostIp"]?.string.flatMap { Address($0) }, hostPort: port,
          containerPort: parts.first.flatMap { UInt16($0) })
        if !sighting.ports.contains(one) { sighting.ports.append(one) }
      }
    }
  }

  func listed(_ node: Node, into intake: inout Intake) -> Source? {
    guard let id = (node["Id"] ?? node["ID"])?.string.flatMap(ContainerSighting.id) else {
      intake.skip("containers without an id")
      return nil
    }
    let isPodman = node["Pid"]?.number != nil || node["PodName"] != nil || node["IsInfra"] != nil
    var sighting = ContainerSighting(
      id: id, engine: isPodman ? .podman : .docker, source: .dockerList, seen: now)
    sighting.name = Self.plain(node["Names"]?.string ?? node["Names"]?.array?.first?.string)
    sighting.image = ContainerSighting.short(node["Image"]?.string)
    if let labels = node["Labels"]?.members {
      for label in labels.prefix(ContainerSighting.maximumEntries) {
        sighting.addLabel(label.name, label.node.string ?? "")
      }
    } else {
      for label in (node["Labels"]?.string ?? "").split(separator: ",").prefix(
        ContainerSighting.maximumEntries)
      {
        let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        sighting.addLabel(parts[0], parts.count == 2 ? parts[1] : "")
      }
    }
    if let text = node["Ports"]?.string { sighting.addPorts(text) }
    for port in (node["Ports"]?.array ?? []).prefix(ContainerSighting.maximumEntries) {
      listed(port, &sighting)
    }
    let state = node["State"]?.string?.lowercased()
    sighting.isRunning =
      state.map { ["running", "paused", "restarting"].contains($0) }
      ?? node["Status"]?.string?.hasPrefix("Up ") ?? nil
    sighting.pid = node["Pid"]?.number.flatMap { Int32(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
    if let list = node["Command"]?.array { sighting.command = list.prefix(64).compactMap(\.string) }
    intake.at(host, .dockerList, file: file) { $0.add(sighting) }
    return .dockerList
  }

  /// A port as the engine's interface tells it, or as Podman does.
  private func listed(_ port: Node, _ sighting: inout ContainerSighting) {
    func number(_ names: String...) -> UInt16? {
      names.lazy.compactMap { port[$0]?.number }.first.flatMap { UInt16(exactly: $0) }.flatMap {
        $0 > 0 ? $0 : nil
      }
    }
    guard let outside = number("PublicPort", "host_port", "hostPort"),
      (port["Type"] ?? port["protocol"])?.string ?? "tcp" == "tcp"
    else { return }
    let inside = number("PrivatePort", "container_port", "containerPort")
    let address = (port["IP"] ?? port["host_ip"] ?? port["hostIP"])?.string.flatMap { Address($0) }
    for step in 0..<min(max(number("range") ?? 1, 1), 64) {
      let (next, isOver) = outside.addingReportingOverflow(step)
      guard !isOver, sighting.ports.count < ContainerSighting.maximumEntries else { return }
      let inner = inside.map { $0.addingReportingOverflow(step) }.flatMap {
        $0.overflow ? nil : $0.partialValue
      }
      sighting.ports.append(.init(address: address, hostPort: next, containerPort: inner))
    }
  }

  private static func plain(_ name: String?) -> String {
    ContainerSighting.short(name).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 } ?? ""
  }
}
