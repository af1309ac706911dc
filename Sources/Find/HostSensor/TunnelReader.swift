import Knowledge
import Model
import Platform

/// Tunnel programs among the processes, and the local ports that their arguments and files name.
struct TunnelReader {
  struct Tunnel: Sendable, Hashable {
    var name: String
    /// How far the far end reaches.
    var reach: Scope
    /// Nil for a daemon that shares without a process of its own.
    var process: ProcessTable.Process?
    var targets: [TunnelTarget] = []
    /// It gives away a shell or a whole network, no single port.
    var isWholeHost = false
    /// Where the targets are written, for the evidence: `arguments`, a file, `connections`.
    var source = "arguments"
  }

  let table: ProcessTable
  let fingerprints: Fingerprints
  let accounts: Accounts
  let files: any FileSystem
  let proc: String

  static let maximumTunnels = 256
  static let maximumTargets = 64

  func tunnels() -> [Tunnel] {
    var out: [Tunnel] = []
    for process in table.processes.values.sorted(by: { $0.pid < $1.pid }) where out.count < Self.maximumTunnels {
      guard let kind = kind(process), var tunnel = tunnel(kind, process) else { continue }
      tunnel.targets = Array(Self.unique(tunnel.targets).prefix(Self.maximumTargets))
      out.append(tunnel)
    }
    return out
  }

  private func kind(_ process: ProcessTable.Process) -> String? {
    guard !process.arguments.isEmpty, process.executable != nil || process.arguments.count > 1 else { return nil }
    let hits = fingerprints.match(process.look).filter { $0.row.kind.hasPrefix("tunnel:") }
    // The daemon of tailscale is only a network; what it shares stands in its state.
    if hits.contains(where: { $0.row.value == "tailscaled" }) { return "tailscaled" }
    return hits.first { $0.row.confidence >= .medium }.map { String($0.row.kind.dropFirst(7)) }
  }

  private func tunnel(_ kind: String, _ process: ProcessTable.Process) -> Tunnel? {
    let arguments = TunnelArguments(process.arguments)
    switch kind {
    case "ngrok": return ngrok(process, arguments)
    case "cloudflared": return cloudflared(process, arguments)
    case "frp": return frp(process, arguments)
    case "bore":
      guard arguments.words.first == "local" else { return nil }
      let port = arguments.words.dropFirst().first ?? process.variables?["BORE_LOCAL_PORT"] ?? ""
      let host = arguments.value("--local-host", "-l") ?? "localhost"
      return Tunnel(name: "bore", reach: .public, process: process, targets: Self.targets(port, host: host))
    case "localtunnel":
      guard let port = arguments.value("--port", "-p") else { return nil }
      let host = arguments.value("--local-host", "-l") ?? "localhost"
      return Tunnel(name: "localtunnel", reach: .public, process: process, targets: Self.targets(port, host: host))
    case "zrok":
      guard let mode = arguments.words.dropFirst().first, arguments.words.first == "share" else { return nil }
      let target = arguments.words.dropFirst(2).lazy.compactMap(TunnelTarget.init).first
      return Tunnel(
        name: "zrok", reach: mode == "private" ? .tailnet : .public, process: process,
        targets: target.map { [$0] } ?? [])
    case "tailscale-serve", "tailscale-funnel":
      guard process.executable?.lastPathPart ?? process.command == "tailscale" else { return nil }
      return tailscale(process, arguments)
    case "tailscaled": return tailscaled(process, arguments)
    case "ssh-r", "pinggy", "localhost.run": return ssh(process)
    case "vscode":
      return Tunnel(name: "VS Code tunnel", reach: .public, process: process, isWholeHost: true)
    case "devtunnel":
      guard arguments.words.first == "host" else { return nil }
      let ports = arguments.values("-p", "--port-numbers")
      return Tunnel(
        name: "devtunnel", reach: arguments.contains("--allow-anonymous", "-a") ? .public : .tailnet, process: process,
        targets: ports.compactMap { UInt16($0) }.map { TunnelTarget(port: $0) })
    default: return nil
    }
  }

  private static func targets(_ port: String, host: String) -> [TunnelTarget] {
    guard let port = UInt16(port), port > 0 else { return [] }
    return [TunnelTarget("\(host):\(port)") ?? TunnelTarget(port: port)]
  }

  static func unique(_ targets: [TunnelTarget]) -> [TunnelTarget] {
    var seen: Set<TunnelTarget> = []
    return targets.filter { seen.insert($0).inserted }
  }

  // MARK: ngrok, cloudflared, frp

  private func ngrok(_ process: ProcessTable.Process, _ arguments: TunnelArguments) -> Tunnel? {
    var tunnel = Tunnel(name: "ngrok", reach: .public, process: process)
    guard let verb = arguments.words.first(where: { Self.ngrokVerbs.contains($0) }) else { return nil }
    if ["http", "tcp", "tls"].contains(verb) {
      tunnel.targets = arguments.target(after: verb).map { [$0] } ?? []
      return tunnel
    }
    if arguments.contains("--none") { return nil }
    let names = verb == "start" ? arguments.words.drop { $0 != verb }.dropFirst().filter { !$0.hasPrefix("/") } : []
    let usual = home(process).map { ["\($0)/.config/ngrok/ngrok.yml", "\($0)/.ngrok2/ngrok.yml"] } ?? []
    let named = arguments.values("--config", "-config").flatMap { $0.split(separator: ",").map(String.init) }
    guard let (path, text) = read(named.isEmpty ? usual : named, process) else { return tunnel }
    tunnel.source = path
    let all = TunnelFiles.ngrok(text)
    let chosen = all.filter { entry in entry.name.map(names.contains) ?? false }
    tunnel.targets = (chosen.isEmpty ? all : chosen).map(\.target)
    return tunnel
  }

  private static let ngrokVerbs: Set<String> = ["http", "tcp", "tls", "start", "service", "start-all"]

  private func cloudflared(_ process: ProcessTable.Process, _ arguments: TunnelArguments) -> Tunnel? {
    // Other verbs (`access`, `proxy-dns`) expose nothing of this host.
    guard arguments.words.contains("tunnel"), !arguments.words.contains("access") else { return nil }
    var tunnel = Tunnel(name: "cloudflared", reach: .public, process: process)
    let given = arguments.value("--url", "-url") ?? process.variables?["TUNNEL_URL"]
    if let target = given.flatMap(TunnelTarget.init) {
      tunnel.targets = [target]
      return tunnel
    }
    // Run by token: its rules are kept by the provider and stand in no file here.
    if arguments.contains("--token", "--token-file") || process.variables?["TUNNEL_TOKEN"] != nil { return tunnel }
    var usual = ["/etc/cloudflared/config.yml", "/usr/local/etc/cloudflared/config.yml"]
    if let home = home(process) {
      usual = ["\(home)/.cloudflared/config.yml", "\(home)/.cloudflared/config.yaml"] + usual
    }
    let named = arguments.values("--config", "-config")
    if let (path, text) = read(named.isEmpty ? usual : named, process) {
      tunnel.source = path
      tunnel.targets = TunnelFiles.cloudflared(text)
    }
    return tunnel
  }

  private func frp(_ process: ProcessTable.Process, _ arguments: TunnelArguments) -> Tunnel? {
    guard process.executable?.lastPathPart ?? process.command == "frpc" else { return nil }
    var tunnel = Tunnel(name: "frpc", reach: .public, process: process)
    if let port = arguments.value("--local-port", "--local_port", "-l") {
      tunnel.targets = Self.targets(port, host: arguments.value("--local-ip", "--local_ip", "-i") ?? "127.0.0.1")
      return tunnel
    }
    let named = arguments.values("-c", "--config")
    if let (path, text) = read(named.isEmpty ? ["frpc.toml", "frpc.ini", "frpc.yaml", "frpc.json"] : named, process) {
      tunnel.source = path
      tunnel.targets = TunnelFiles.frpc(text)
    }
    return tunnel
  }

  // MARK: tailscale, ssh

  private func tailscale(_ process: ProcessTable.Process, _ arguments: TunnelArguments) -> Tunnel? {
    guard let verb = arguments.words.first(where: { $0 == "serve" || $0 == "funnel" }) else { return nil }
    if arguments.words.contains(where: { ["status", "reset", "off", "clear", "drain"].contains($0) }) { return nil }
    let target = arguments.target(
      after: verb, valued: ["--http", "--https", "--tcp", "--tls-terminated-tcp", "--set-path", "--service"])
    return Tunnel(
      name: "tailscale \(verb)", reach: verb == "funnel" ? .public : .tailnet, process: process,
      targets: target.map { [$0] } ?? [])
  }

  /// What was shared with `--bg`, or by another program: no process of its own remains, the daemon does it.
  private func tailscaled(_ process: ProcessTable.Process, _ arguments: TunnelArguments) -> Tunnel? {
    let path = arguments.value("--state", "-state") ?? "/var/lib/tailscale/tailscaled.state"
    guard let (path, text) = read([path], process), let served = TailscaleState.read(text) else { return nil }
    let open = served.filter(\.isFunnel)
    return Tunnel(
      name: open.isEmpty ? "tailscale serve" : "tailscale funnel", reach: open.isEmpty ? .tailnet : .public,
      process: process, targets: (open.isEmpty ? served : open).map(\.target), source: path)
  }

  private func ssh(_ process: ProcessTable.Process) -> Tunnel? {
    guard process.executable?.lastPathPart ?? process.command == "ssh" else { return nil }
    let arguments = SSHArguments(process.arguments)
    let forwards = arguments.remoteForwards.compactMap(SSHForward.init)
    guard !forwards.isEmpty else { return nil }
    let destination = arguments.destination.map { String($0.split(separator: "@").last ?? "") } ?? ""
    let service = ["localhost.run", "pinggy.io", "serveo.net"].first { name in
      destination == name || destination.hasSuffix("." + name)
    }
    var tunnel = Tunnel(
      name: service ?? "ssh -R",
      // A server of one's own listens for itself unless told otherwise (sshd_config(5), GatewayPorts).
      reach: service != nil || forwards.contains(where: \.isOpen) ? .public : .lan, process: process)
    tunnel.targets = forwards.compactMap(\.target)
    tunnel.isWholeHost = tunnel.targets.isEmpty && forwards.contains(where: \.isWholeNetwork)
    return tunnel
  }

  // MARK: files

  private func home(_ process: ProcessTable.Process) -> String? {
    process.variables?["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? accounts[process.user]?.home
  }

  /// The first of these files that can be read, as the process sees them.
  private func read(_ paths: [String], _ process: ProcessTable.Process) -> (path: String, text: String)? {
    for path in paths {
      guard !path.isEmpty, path.hasPrefix("/") || process.workingDirectory != nil else { continue }
      let full = path.hasPrefix("/") ? path : "\(process.workingDirectory ?? "")/\(path)"
      let seen = process.container == nil ? full : "\(proc)/\(process.pid)/root\(full)"
      if let text = try? files.text(seen, limit: 1 << 20) { return (full, text) }
    }
    return nil
  }
}
