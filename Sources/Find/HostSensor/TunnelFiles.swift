import Formats

/// Local ports out of the files of tunnel programs.
enum TunnelFiles {
  /// ngrok.yml: version 2 with `tunnels.NAME.addr`, version 3 with `endpoints[].upstream.url`.
  static func ngrok(_ text: String) -> [(name: String?, target: TunnelTarget)] {
    let entries = ConfigLines(text).entries
    return entries.compactMap { entry in
      switch entry.path.count {
      case 3 where entry.path[0] == "tunnels" && entry.path[2] == "addr":
        return TunnelTarget(entry.value).map { (entry.path[1], $0) }
      case 4 where entry.path[0] == "endpoints" && entry.path[2] == "upstream" && entry.path[3] == "url":
        let name = entries.first { $0.path == ["endpoints", entry.path[1], "name"] }?.value
        return TunnelTarget(entry.value).map { (name, $0) }
      default: return nil
      }
    }
  }

  /// config.yml: `ingress[].service`, or one `url`.
  static func cloudflared(_ text: String) -> [TunnelTarget] {
    ConfigLines(text).entries.compactMap { entry in
      let isRule = entry.path.count == 3 && entry.path[0] == "ingress" && entry.path[2] == "service"
      // `http_status:404`, `hello_world` and sockets are no ports.
      guard isRule || entry.path == ["url"], entry.value.contains("://") else { return nil }
      return TunnelTarget(entry.value)
    }
  }

  /// frpc.toml, .yaml, .json (`localPort`, `localIP`) and the older .ini (`local_port`, `local_ip`).
  static func frpc(_ text: String) -> [TunnelTarget] {
    var out: [TunnelTarget] = []
    var ports: [UInt16] = []
    var host = "127.0.0.1"
    func flush() {
      out += ports.map { TunnelTarget(host: host, port: $0) }
      ports = []
      host = "127.0.0.1"
    }
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "," || $0 == "{" }).prefix(20_000) {
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("[") || trimmed.hasPrefix("- ") { flush() }
      let body = trimmed.drop { $0 == "-" || $0 == " " || $0 == "\"" }
      let name = body.prefix { $0.isLetter || $0 == "_" }
      let rest = body.dropFirst(name.count).drop { "\" \t:=".contains($0) }
      let value = rest.prefix { !"\" \t\r}]#".contains($0) }
      switch name {
      case "localPort", "local_port":
        let ends = value.split(separator: "-").compactMap { UInt16($0) }
        if let first = ends.first, let last = ends.last, first > 0, last >= first,
          out.count + ports.count < TunnelReader.maximumTargets
        {
          ports += (first...min(last, first.addingReportingOverflow(63).overflow ? .max : first + 63))
        }
      case "localIP", "local_ip": if !value.isEmpty { host = String(value.prefix(253)) }
      default: break
      }
      if line.contains("}") { flush() }
      if out.count > TunnelReader.maximumTargets { break }
    }
    flush()
    return out
  }
}

/// What tailscaled serves, out of its state file: `_serve/PROFILE` holds base64 of JSON (tailscale ipn, ServeConfig).
enum TailscaleState {
  struct Served: Sendable, Hashable {
    var target: TunnelTarget
    /// Open to the internet, not only to the tailnet.
    var isFunnel: Bool
  }

  /// Nil where nothing is served.
  static func read(_ text: String) -> [Served]? {
    guard let state = try? JSON5.parse(text) else { return nil }
    var out: [Served] = []
    for member in (state.members ?? []).prefix(1000) where member.name.hasPrefix("_serve/") {
      guard let bytes = member.node.string.flatMap(decodeBase64), let config = try? JSON5.parse(bytes) else { continue }
      out += served(config)
      // What a running `tailscale serve` shares for as long as it runs.
      for session in (config["Foreground"]?.members ?? []).prefix(64) { out += served(session.node) }
    }
    return out.isEmpty ? nil : out
  }

  private static func served(_ config: Node) -> [Served] {
    var out: [Served] = []
    let open = Set((config["AllowFunnel"]?.members ?? []).filter { $0.node.bool == true }.map(\.name))
    let openPorts = Set(open.compactMap { $0.split(separator: ":").last.map(String.init) })
    for web in (config["Web"]?.members ?? []).prefix(64) {
      for handler in (web.node["Handlers"]?.members ?? []).prefix(64) {
        guard let target = handler.node["Proxy"]?.string.flatMap(TunnelTarget.init) else { continue }
        out.append(Served(target: target, isFunnel: open.contains(web.name)))
      }
    }
    for tcp in (config["TCP"]?.members ?? []).prefix(64) {
      guard let target = tcp.node["TCPForward"]?.string.flatMap(TunnelTarget.init) else { continue }
      out.append(Served(target: target, isFunnel: openPorts.contains(tcp.name)))
    }
    return out
  }

  /// RFC 4648 §4; nil for anything else.
  static func decodeBase64(_ text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte + 4
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: return nil
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }
}
