import Formats
import Platform

extension MachineReader {
  /// The engine's socket, settings and switches.
  func docker(_ facts: inout MachineFacts) {
    for path in ["/run/docker.sock", "/var/run/docker.sock"] where facts.dockerSocket == nil {
      do { facts.dockerSocket = try files.status(path, followingLinks: true) } catch {
        if error.code == .denied { facts.dockerUnread = "\(path): \(Paths.explain(error))" }
      }
    }
    facts.isDockerInstalled =
      facts.dockerSocket != nil
      || ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"].contains { files.exists($0) }
    switch reading(facts.dockerDaemonFile) {
    case .absent: break
    case .unread(let reason): facts.dockerDaemon = .unread(reason)
    case .read(let text): facts.dockerDaemon = Self.daemon(text, facts.dockerDaemonFile)
    }
    switches(&facts)
  }

  private static func daemon(_ text: String, _ path: String) -> MachineFacts.Reading<[String: String]> {
    let node: Node
    do { node = try JSON5.parse(text) } catch {
      return .unread(
        "\(path), line \(error.position.line), column \(error.position.column): not JSON: \(error.message)")
    }
    var settings: [String: String] = [:]
    for member in (node.members ?? []).prefix(200) {
      settings[member.name] =
        member.node.string ?? member.node.bool.map { String($0) }
        ?? member.node.array?.compactMap(\.string).prefix(50).joined(separator: " ")
    }
    return .read(settings)
  }

  /// The switches of the daemon's unit say the same as its file; a unit in /etc hides that of the package.
  private func switches(_ facts: inout MachineFacts) {
    let name = "docker.service"
    var paths = ["/etc", "/usr/lib", "/lib"].map { "\($0)/systemd/system/\(name)" }
    paths = paths.first { exists($0) != false }.map { [$0] } ?? []
    let dropIns = "/etc/systemd/system/\(name).d"
    switch Self.names(dropIns, in: files) {
    case .absent: break
    case .unread(let reason): facts.dockerUnread = facts.dockerUnread ?? reason
    case .read(let names):
      paths += names.prefix(50).filter { $0.hasSuffix(".conf") }.map { "\(dropIns)/\($0)" }
    }
    for path in paths {
      let text: String
      switch reading(path) {
      case .absent: continue
      case .unread(let reason):
        facts.dockerUnread = facts.dockerUnread ?? reason
        continue
      case .read(let content): text = content
      }
      for command in UnitFile(text, path: path).commands() {
        let hosts = Self.hosts(command.arguments)
        guard !hosts.isEmpty else { continue }
        var settings = facts.dockerDaemon.content ?? [:]
        settings["hosts"] = ([settings["hosts"]].compactMap { $0 } + hosts).joined(separator: " ")
        if command.arguments.contains("--tlsverify") { settings["tlsverify"] = "true" }
        facts.dockerDaemon = .read(settings)
        facts.dockerDaemonFile = path
      }
    }
  }

  /// What `-H` names on the network.
  private static func hosts(_ arguments: [String]) -> [String] {
    arguments.enumerated().compactMap { index, argument in
      let value: String =
        if argument == "-H" || argument == "--host" {
          index + 1 < arguments.count ? arguments[index + 1] : ""
        } else if argument.hasPrefix("--host=") {
          String(argument.dropFirst(7))
        } else if argument.hasPrefix("-H=") {
          String(argument.dropFirst(3))
        } else if argument.hasPrefix("-Htcp") {
          String(argument.dropFirst(2))
        } else {
          ""
        }
      return value.hasPrefix("tcp://") ? value : nil
    }
  }
}
