import Formats
import Knowledge
import Model

/// Rows of osquery's tables: `processes`, `listening_ports`, `process_open_sockets`, `docker_containers`,
/// `docker_container_ports`, `docker_container_labels`, `npm_packages`, `python_packages`, `homebrew_packages`, `file`,
/// `systemd_units`, `users`, and rows of queries that join them. A row is told by its columns, since queries have any name.
struct OsqueryReader {
  let file: String
  let host: Host
  let now: Timestamp

  static func knows(_ names: Set<String>) -> Bool {
    func all(_ list: String...) -> Bool { list.allSatisfy(names.contains) }
    return all("pid", "port") || all("pid", "local_port") || all("pid", "cmdline")
      || all("pid", "name", "path")
      || all("pid", "name", "parent") || all("id", "image", "name") || all("id", "host_port")
      || all("name", "version", "path")
      || all("path", "filename") || all("path", "directory") || all("name", "version", "directory")
      || all("id", "active_state") || all("id", "key", "value") || all("uid", "username", "directory")
      || all("port", "address", "protocol")
  }

  /// A line of the result log: snapshot, differential or batch (osquery.readthedocs.io: deployment/logging).
  static func isLog(_ node: Node) -> Bool {
    node["columns"]?.members != nil || node["snapshot"]?.array != nil || node["diffResults"] != nil
  }

  func log(_ node: Node, into intake: inout Intake) -> Source? {
    let time =
      node.text("unixTime").flatMap { Fields.time($0) } ?? node.number("unixTime").flatMap { Fields.time("\($0)") }
    let host = hostName(node).flatMap(RemoteHost.named) ?? host
    let reader = OsqueryReader(file: file, host: host, now: time ?? now)
    let table = node.text("name")
    var rows: [(Node, Bool)] = []
    if let row = node["columns"] { rows.append((row, node.text("action") == "removed")) }
    for row in node.list("snapshot") { rows.append((row, false)) }
    if let difference = node["diffResults"] {
      // What was removed in this round comes first: the same socket may have been opened anew.
      for row in difference.list("removed") { rows.append((row, true)) }
      for row in difference.list("added") { rows.append((row, false)) }
    }
    intake.understand()
    for (row, isRemoved) in rows
    where !reader.row(Fields(row), table: table, isRemoved: isRemoved, into: &intake) {
      intake.skip("rows of other tables")
    }
    return .osquery
  }

  private func hostName(_ node: Node) -> String? {
    let decorations = node["decorations"]
    return decorations?.text("hostname", "host_name") ?? node.text("hostname", "hostIdentifier", "host_identifier")
      ?? decorations?.text("host_uuid")
  }

  /// - Returns: false where the row is of no table that is read.
  func row(_ fields: Fields, table: String?, isRemoved: Bool = false, into intake: inout Intake)
    -> Bool
  {
    let host =
      fields[["hostidentifier", "host_identifier", "hostname", "host_hostname"]].flatMap(
        RemoteHost.named) ?? host
    let here = OsqueryReader(file: file, host: host, now: now)
    if fields["host_port"] != nil, fields["id"] != nil {
      return here.containerPort(fields, into: &intake)
    }
    if fields["image"] != nil, fields["id"] != nil { return here.container(fields, into: &intake) }
    if fields["id"] != nil, fields["key"] != nil { return here.label(fields, into: &intake) }
    if fields["id"] != nil, fields.has("active_state", "fragment_path") {
      return here.unit(fields, into: &intake)
    }
    if fields["username"] != nil, let uid = fields["uid"], fields["directory"] != nil,
      fields["pid"] == nil
    {
      intake.at(host, .osquery, file: file) {
        if $0.users.count < 10_000 { $0.users[uid] = fields["username"] }
      }
      return true
    }
    if fields["pid"] == nil, fields["version"] != nil, fields["name"] != nil {
      return here.package(fields, table: table, isRemoved: isRemoved, into: &intake)
    }
    let port = fields.port(["port", "local_port"])
    if let pid = fields.pid(["pid"]) {
      let isProcess =
        fields.has("cmdline", "parent", "name")
        || (!fields.has("port", "local_port") && fields["path"] != nil)
      if isRemoved, port == nil {
        intake.at(host, .osquery, file: file) { $0.removeProcess("\(pid)") }
        return true
      }
      if isProcess, !isRemoved { here.process(fields, pid, into: &intake) }
      if port != nil || fields.has("port", "local_port") {
        here.socket(fields, "\(pid)", isRemoved, into: &intake)
      }
      return isProcess || port != nil || fields.has("port", "local_port", "socket")
    }
    if port != nil { return here.socket(fields, nil, isRemoved, into: &intake) }
    if fields["path"] != nil { return here.place(fields, isRemoved: isRemoved, into: &intake) }
    return false
  }

  private func process(_ fields: Fields, _ pid: Int32, into intake: inout Intake) {
    let path = fields[["path"]]
    var sighting = Sighting(
      handle: "\(pid)", pid: pid, name: String((fields["name"] ?? "").prefix(256)), seen: now)
    sighting.parent = fields[["parent", "ppid"]]
    sighting.user = fields[["username", "user"]] ?? fields["uid"].map { "uid \($0.prefix(12))" }
    sighting.start = fields.time(["start_time"])
    sighting.sources = [.osquery]
    if let path {
      sighting.judge(
        .program(path: path, commandLine: fields["cmdline"] ?? ""), intake.fingerprints)
    } else if let commandLine = fields["cmdline"] {
      sighting.judge(.commandLine(commandLine), intake.fingerprints)
    }
    if let name = fields["name"] { sighting.judge(.name(name, cutAt: 15), intake.fingerprints) }

    intake.at(host, .osquery, file: file) { $0.add(sighting) }
  }

  @discardableResult
  private func socket(
    _ fields: Fields, _ owner: String?, _ isRemoved: Bool, into intake: inout Intake
  ) -> Bool {
    // 6 is TCP (IANA protocol numbers); port 0 stands for sockets of other families.
    guard let port = fields.port(["port", "local_port"]), (fields["protocol"] ?? "6") == "6" else {
      intake.understand()
      return true
    }
    let isIPv6 = fields["family"] == "10" || fields["family"] == "30" || fields["family"] == "23"
    let address =
      fields[["address", "local_address"]].flatMap {
        Endpoint.address($0, wildcard: isIPv6 ? Endpoint.anyIPv6 : .anyIPv4)
      } ?? (isIPv6 ? Endpoint.anyIPv6 : .anyIPv4)
    if fields.has("remote_port", "remote_address") {
      let listens =
        fields["state"].map { $0.uppercased() == "LISTEN" } ?? (fields["remote_port"] == "0")
      guard listens else {
        if let remote = fields.address(["remote_address"]), !isRemoved {
          intake.at(host, .osquery, file: file) { $0.visit(port: port, from: remote) }
        }
        return true
      }
    }
    intake.at(host, .osquery, file: file) { machine in
      if isRemoved {
        machine.removeSocket(address: address, port: port, owner: owner)
      } else {
        machine.add(
          Machine.Socket(address: address, port: port, owner: owner, source: .osquery, seen: now))
      }
    }
    return true
  }

  private func container(_ fields: Fields, into intake: inout Intake) -> Bool {
    guard let id = fields["id"].flatMap(ContainerSighting.id) else { return false }
    var sighting = ContainerSighting(id: id, engine: .docker, source: .osquery, seen: now)
    sighting.name =
      ContainerSighting.short(fields["name"]).map {
        $0.hasPrefix("/") ? String($0.dropFirst()) : $0
      } ?? ""
    sighting.image = ContainerSighting.short(fields["image"])
    sighting.isRunning =
      ["running", "paused", "restarting"].contains(fields["state"]?.lowercased() ?? "")
      || fields["status"]?.hasPrefix("Up ") == true
    sighting.pid = fields.pid(["pid"]).flatMap { $0 > 0 ? $0 : nil }
    sighting.isPrivileged = fields["privileged"].map { $0 == "1" || $0 == "true" }
    sighting.command = fields[["config_entrypoint", "command"]].map { CommandLine.unix($0) } ?? []
    // `["A=b", …]` or `A=b, …`: names alone are kept.
    sighting.variables = (fields["env_variables"] ?? "").prefix(64 << 10).split(whereSeparator: {
      "[],\" ".contains($0)
    })
    .compactMap { entry in entry.firstIndex(of: "=").map { String(entry[..<$0].prefix(128)) } }
    .filter {
      $0.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
    intake.at(host, .osquery, file: file) { $0.add(sighting) }
    return true
  }

  private func containerPort(_ fields: Fields, into intake: inout Intake) -> Bool {
    guard let id = fields["id"].flatMap(ContainerSighting.id) else { return false }
    guard let port = fields.port(["host_port"]), (fields["type"] ?? "tcp") == "tcp" else {
      return true
    }
    var sighting = ContainerSighting(id: id, engine: .docker, source: .osquery, seen: now)
    sighting.ports = [
      .init(
        address: fields.address(["host_ip"]), hostPort: port, containerPort: fields.port(["port"]))
    ]
    intake.at(host, .osquery, file: file) { $0.add(sighting) }
    return true
  }

  private func label(_ fields: Fields, into intake: inout Intake) -> Bool {
    guard let id = fields["id"].flatMap(ContainerSighting.id) else { return false }
    var sighting = ContainerSighting(id: id, engine: .docker, source: .osquery, seen: now)
    sighting.addLabel(fields["key"] ?? "", fields["value"] ?? "")
    intake.at(host, .osquery, file: file) { $0.add(sighting) }
    return true
  }

  private func package(_ fields: Fields, table: String?, isRemoved: Bool, into intake: inout Intake)
    -> Bool
  {
    let name = fields["name"] ?? ""
    let path = fields[["path", "directory"]] ?? ""
    let signal: String
    if table?.contains("npm") == true || path.contains("node_modules") {
      signal = "package.npm"
    } else if table?.contains("python") == true || path.contains("site-packages")
      || path.contains("dist-packages")
    {
      signal = "package.pypi"
    } else if table?.contains("homebrew") == true || path.contains("/Cellar/")
      || path.contains("/Caskroom/")
    {
      signal = "package.brew"
    } else {
      return false
    }
    intake.understand()
    let plain = signal == "package.pypi" ? name.lowercased().replacing("_", with: "-") : name
    let row = intake.fingerprints.rows(signal).first {
      $0.matches(plain) && Fingerprints.isAgent(kind: $0.kind)
    }
    guard !isRemoved, let row else { return true }
    let package = Machine.Package(
      kind: row.kind, name: String(name.prefix(128)),
      version: fields["version"].map { String($0.prefix(64)) },
      path: String(path.prefix(512)), era: row.era, confidence: row.confidence, seen: now,
      source: .osquery)
    intake.at(host, .osquery, file: file) { machine in
      if machine.packages.count < 256, !machine.packages.contains(package) {
        machine.packages.append(package)
      }
    }
    return true
  }

  private func place(_ fields: Fields, isRemoved: Bool, into intake: inout Intake) -> Bool {
    guard let path = fields["path"] else { return false }
    intake.understand()
    guard !isRemoved,
      let place = HomePath(path).place(intake.fingerprints, seen: now, source: .osquery)
    else {
      return true
    }
    intake.at(host, .osquery, file: file) { machine in
      let isKnown = machine.places.contains {
        $0.kind == place.kind && $0.directory == place.directory
      }
      if !isKnown, machine.places.count < 256 { machine.places.append(place) }
    }
    return true
  }

  private func unit(_ fields: Fields, into intake: inout Intake) -> Bool {
    guard let name = fields["id"] else { return false }
    intake.understand()
    let row = intake.fingerprints.rows("unit.systemd").first {
      $0.matches(name) && Fingerprints.isAgent(kind: $0.kind)
    }
    guard let row else { return true }
    let unit = Machine.Unit(
      kind: row.kind, name: String(name.prefix(128)),
      path: fields["fragment_path"].map { String($0.prefix(512)) },
      state: fields["active_state"], era: row.era, confidence: row.confidence, seen: now,
      source: .osquery)
    intake.at(host, .osquery, file: file) { machine in
      if machine.units.count < 256, !machine.units.contains(unit) { machine.units.append(unit) }
    }
    return true
  }
}
