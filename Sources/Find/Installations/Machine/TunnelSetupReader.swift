import Platform

/// Tunnels that are set up in the files of the usual programs, whether they run or not. Running ones are found by the
/// processes; here a port and the line that names it is all.
struct TunnelSetupReader {
  let files: any FileSystem

  init(files: any FileSystem) { self.files = files }

  func read(homes: [Finder.Home], into facts: inout MachineFacts) {
    var seen: Set<String> = []
    func look(
      _ path: String, _ name: String, isPublic: Bool, _ ports: (String, String) -> [(MachineFacts.Line, UInt16)]
    ) {
      guard seen.insert(path).inserted else { return }
      let text: String
      switch MachineReader.reading(path, in: files) {
      case .absent: return
      case .unread(let reason):
        if facts.tunnelProblems.count < 50 { facts.tunnelProblems.append(reason) }
        return
      case .read(let content): text = content
      }
      for (line, port) in ports(text, path).prefix(64) where facts.tunnels.count < 500 {
        facts.tunnels.append(.init(name: name, place: line, port: port, isPublic: isPublic))
      }
    }
    let frp = [
      "/etc/frp/frpc.toml", "/etc/frp/frpc.ini", "/etc/frpc.toml", "/etc/frpc.ini", "/opt/frp/frpc.toml",
      "/opt/frp/frpc.ini",
    ]
    for path in frp { look(path, "frpc", isPublic: true, Self.frp) }
    for path in ["/etc/cloudflared/config.yml", "/usr/local/etc/cloudflared/config.yml"] {
      look(path, "cloudflared", isPublic: true, Self.cloudflared)
    }
    look("/etc/ssh/ssh_config", "ssh RemoteForward", isPublic: false, Self.ssh)
    for home in homes {
      do { _ = try files.list(home.path) } catch {
        // A closed home is one gap, not twelve.
        if error.code == .denied {
          if facts.tunnelProblems.count < 50 {
            facts.tunnelProblems.append("\(home.path): \(Paths.explain(error))")
          }
          continue
        }
      }
      for path in [".config/ngrok/ngrok.yml", ".ngrok2/ngrok.yml", "Library/Application Support/ngrok/ngrok.yml"] {
        look("\(home.path)/\(path)", "ngrok", isPublic: true, Self.ngrok)
      }
      for name in ["config.yml", "config.yaml"] {
        look("\(home.path)/.cloudflared/\(name)", "cloudflared", isPublic: true, Self.cloudflared)
      }
      look("\(home.path)/.ssh/config", "ssh RemoteForward", isPublic: false, Self.ssh)
      for name in ["frpc.toml", "frpc.ini", "frp/frpc.toml", "frp/frpc.ini"] {
        look("\(home.path)/\(name)", "frpc", isPublic: true, Self.frp)
      }
    }
  }

  /// The port at the end of `http://localhost:18789/x`, `127.0.0.1:18789` or `18789`, where the host is this machine.
  static func localPort(_ text: Substring) -> UInt16? {
    var rest = text.drop { $0 == " " || $0 == "\"" || $0 == "'" }
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    rest = rest.prefix { !"/\"' ,#?".contains($0) }
    if let port = UInt16(rest), port > 0 { return port }
    guard let colon = rest.lastIndex(of: ":") else { return nil }
    let host = rest[..<colon]
    guard isLocal(host), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else { return nil }
    return port
  }

  static func isLocal(_ host: Substring) -> Bool {
    let host = host.lowercased()
    return host.isEmpty || host == "localhost" || host.hasPrefix("127.") || host == "[::1]" || host == "0.0.0.0"
      || host == "host.docker.internal" || host == "[::]"
  }

  private static func keyed(_ text: String, _ path: String, _ names: Set<String>) -> [(MachineFacts.Line, UInt16)] {
    MachineReader.lines(text, of: path).compactMap { line in
      let body = line.text.drop { $0 == "-" || $0 == " " }
      let name = body.prefix { $0.isLetter || $0 == "_" }
      let rest = body.dropFirst(name.count).drop { " \t".contains($0) }
      guard names.contains(String(name)), let first = rest.first, first == ":" || first == "=" else { return nil }
      return localPort(rest.dropFirst()).map { (shown(line, String(name), $0), $0) }
    }
  }

  /// Lines may hold a password before `@`: only the name and the port are kept.
  private static func shown(_ line: MachineFacts.Line, _ name: String, _ port: UInt16) -> MachineFacts.Line {
    MachineFacts.Line(file: line.file, line: line.line, text: "\(name) → port \(port)")
  }

  static func ngrok(_ text: String, _ path: String) -> [(MachineFacts.Line, UInt16)] {
    keyed(text, path, ["addr", "url"])
  }
  static func cloudflared(_ text: String, _ path: String) -> [(MachineFacts.Line, UInt16)] {
    keyed(text, path, ["service", "url"])
  }
  static func frp(_ text: String, _ path: String) -> [(MachineFacts.Line, UInt16)] {
    keyed(text, path, ["localPort", "local_port"])
  }

  /// `RemoteForward [bind:]port host:hostport` of ssh_config(5).
  static func ssh(_ text: String, _ path: String) -> [(MachineFacts.Line, UInt16)] {
    MachineReader.lines(text, of: path).compactMap { line in
      let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "=" })
      guard words.count >= 3, words[0].lowercased() == "remoteforward" else { return nil }
      return localPort(words[2]).map { (shown(line, "RemoteForward", $0), $0) }
    }
  }
}
