import Platform

/// Where nginx, Caddy and Traefik lead to a port of this machine, as far as their files say. Blocks are followed by their
/// braces (nginx, Caddy); of Traefik's dynamic files only the lines that matter are looked at.
struct ProxyReader {
  typealias Line = MachineFacts.Line
  let files: any FileSystem

  init(files: any FileSystem) { self.files = files }

  private static let maximumFiles = 300

  func read(into facts: inout MachineFacts) {
    nginx(&facts)
    caddy(&facts)
    traefik(&facts)
  }

  private func texts(_ paths: [String], _ program: String, _ facts: inout MachineFacts) -> [(
    path: String, text: String
  )] {
    var texts: [(String, String)] = []
    for path in paths.prefix(Self.maximumFiles) {
      do {
        texts.append((path, try files.text(path, limit: MachineReader.maximumBytes)))
        if !facts.proxyPrograms.contains(program) { facts.proxyPrograms.append(program) }
      } catch {
        guard error.code != .notFound, error.code != .notDirectory, error.code != .notRegular else { continue }
        facts.proxyProblems.append("\(path): \(Paths.explain(error, limit: MachineReader.maximumBytes))")
      }
    }
    return texts
  }

  private func folder(_ path: String, _ suffixes: [String]) -> [String] {
    ((try? files.list(path)) ?? []).filter { name in suffixes.isEmpty || suffixes.contains { name.hasSuffix($0) } }
      .prefix(200).map { "\(path)/\($0)" }
  }

  // MARK: nginx

  private func nginx(_ facts: inout MachineFacts) {
    let main = texts(["/etc/nginx/nginx.conf"], "nginx", &facts)
    let paths = folder("/etc/nginx/conf.d", [".conf"]) + folder("/etc/nginx/sites-enabled", [])
    let others = texts(paths, "nginx", &facts)
    // The main file's settings in `http` hold for every file that it includes.
    var outer = NginxScope()
    for (path, text) in main { NginxBlocks.read(text, path, outer: &outer, sites: &facts.proxies) }
    for (path, text) in others {
      var scope = outer
      NginxBlocks.read(text, path, outer: &scope, sites: &facts.proxies)
    }
  }

  // MARK: Caddy

  private func caddy(_ facts: inout MachineFacts) {
    let paths = ["/etc/caddy/Caddyfile"] + folder("/etc/caddy/conf.d", []) + folder("/etc/caddy/sites-enabled", [])
    for (path, text) in texts(paths, "Caddy", &facts) {
      var depth = 0
      var site: [MachineFacts.ProxySite] = []
      var hasLogin = false
      var hasTLS = true
      var isLocal = false
      var oldTLS: Line?
      var trusts: Line?
      var globalTrust: Line?
      var isGlobal = false
      for line in MachineReader.lines(text, of: path) {
        let words = line.text.split(separator: " ")
        guard let first = words.first else { continue }
        if depth == 0 {
          isGlobal = first == "{"
          // Caddy gets a certificate for a name by itself, and none for `http://` or a bare port.
          hasTLS = !line.text.contains("http://") && !first.hasPrefix(":80")
          isLocal = line.text.contains("localhost") || line.text.contains("127.0.0.1")
          (site, hasLogin, oldTLS, trusts) = ([], false, nil, nil)
        }
        switch first {
        case "basic_auth", "basicauth", "forward_auth", "client_auth", "authorize", "authenticate", "mutual_tls":
          hasLogin = true
        case "reverse_proxy":
          for word in words.dropFirst() {
            guard let port = TunnelSetupReader.localPort(word), !word.hasPrefix("/") else { continue }
            site.append(.init(program: "Caddy", place: line, port: port, hasLogin: false, hasTLS: hasTLS))
          }
        case "protocols" where words.contains("tls1.0") || words.contains("tls1.1"): oldTLS = line
        case "trusted_proxies":
          if words.contains(where: { $0 == "0.0.0.0/0" || $0 == "::/0" }) {
            if isGlobal { globalTrust = line } else { trusts = line }
          }
        case "header_up" where line.text.contains("X-Forwarded-For") || line.text.contains("X-Real-IP"):
          if line.text.contains("{header.") || line.text.contains("{http.request.header.") { trusts = line }
        default: break
        }
        for character in line.text {
          if character == "{" { depth += 1 } else if character == "}" { depth -= 1 }
        }
        depth = max(0, depth)
        if depth == 0 {
          for var entry in site {
            (entry.hasLogin, entry.hasTLS, entry.isLocal, entry.oldTLS) = (hasLogin, hasTLS, isLocal, oldTLS)
            entry.trusts = trusts ?? globalTrust
            facts.proxies.append(entry)
          }
          site = []
        }
      }
    }
  }

  // MARK: Traefik

  private func traefik(_ facts: inout MachineFacts) {
    let statics = ["/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml", "/etc/traefik/traefik.toml"]
    let paths =
      statics + folder("/etc/traefik/dynamic", [".yml", ".yaml", ".toml"])
      + folder("/etc/traefik/conf.d", [".yml", ".yaml", ".toml"])
    var all: [Line] = []
    for (path, text) in texts(paths, "Traefik", &facts) { all += MachineReader.lines(text, of: path) }
    let login = ["basicAuth", "forwardAuth", "digestAuth", "clientAuth"]
    let hasLogin = all.contains { line in login.contains { line.text.contains($0) } }
    let trusts = all.first {
      $0.text.hasPrefix("insecure: true") || $0.text.hasPrefix("insecure = true") || $0.text.contains("0.0.0.0/0")
    }
    let old = all.first { $0.text.contains("VersionTLS10") || $0.text.contains("VersionTLS11") }
    let hasTLS = all.contains {
      $0.text.hasPrefix("tls:") || $0.text.contains("certResolver") || $0.text.contains(".tls]")
    }
    for line in all {
      let body = line.text.drop { $0 == "-" || $0 == " " || $0 == "{" }
      guard body.hasPrefix("url"), let mark = body.firstIndex(where: { $0 == ":" || $0 == "=" }),
        let port = TunnelSetupReader.localPort(body[body.index(after: mark)...])
      else { continue }
      facts.proxies.append(
        .init(
          program: "Traefik", place: line, port: port, hasLogin: hasLogin, hasTLS: hasTLS, trusts: trusts, oldTLS: old))
    }
  }
}

/// What holds in a block of nginx, inherited from those around it.
struct NginxScope {
  var hasLogin = false
  var hasTLS = false
  /// Nil where no `listen` was seen.
  var isLocal: Bool?
  var trusts: MachineFacts.Line?
  var oldTLS: MachineFacts.Line?
  /// Named upstreams and the local ports in them.
  var upstreams: [String: [UInt16]] = [:]
}

enum NginxBlocks {
  private struct Block {
    var name: String
    var scope: NginxScope
    var sites: [(place: MachineFacts.Line, target: String)] = []
    /// Finished sites of inner blocks, which still take on what this one says later.
    var done: [(place: MachineFacts.Line, target: String, scope: NginxScope)] = []
  }

  /// - Parameter outer: settings around this file; gets what its `http` block says.
  static func read(
    _ text: String, _ path: String, outer: inout NginxScope, sites: inout [MachineFacts.ProxySite]
  ) {
    var blocks = [Block(name: "", scope: outer)]
    var upstreams = outer.upstreams
    var pending = ""
    var start = 1
    for line in MachineReader.lines(text, of: path) {
      // A comment ends at the line's end; quotes around a brace are rare enough to be passed over.
      let body = line.text.split(separator: " #", maxSplits: 1).first.map(String.init) ?? line.text
      for character in body {
        if pending.isEmpty { start = line.line }
        switch character {
        case "{":
          guard blocks.count < 32 else { return }
          var scope = blocks[blocks.count - 1].scope
          let words = pending.split(separator: " ")
          if words.first == "server" { scope.isLocal = nil }
          blocks.append(Block(name: words.prefix(2).joined(separator: " "), scope: scope))
          pending = ""
        case "}":
          guard blocks.count > 1 else { continue }
          close(&blocks, outer: &outer)
          pending = ""
        case ";":
          take(pending, at: .init(file: path, line: start, text: pending), &blocks, &upstreams)
          pending = ""
        default: if !(pending.isEmpty && character == " "), pending.utf8.count < 2000 { pending.append(character) }
        }
      }
      if !pending.isEmpty { pending.append(" ") }
    }
    while blocks.count > 1 { close(&blocks, outer: &outer) }
    outer.upstreams = upstreams
    for site in blocks[0].done + blocks[0].sites.map({ ($0.place, $0.target, blocks[0].scope) }) {
      let ports: [UInt16]
      let bare = site.target.split(separator: "/").first { !$0.isEmpty && !$0.hasSuffix(":") }.map(String.init) ?? ""
      if let named = upstreams[bare] {
        ports = named
      } else {
        ports = TunnelSetupReader.localPort(Substring(site.target)).map { [$0] } ?? []
      }
      for port in ports where sites.count < 1000 {
        sites.append(
          .init(
            program: "nginx", place: site.place, port: port, hasLogin: site.scope.hasLogin, hasTLS: site.scope.hasTLS,
            isLocal: site.scope.isLocal ?? false, trusts: site.scope.trusts, oldTLS: site.scope.oldTLS))
      }
    }
  }

  private static func close(_ blocks: inout [Block], outer: inout NginxScope) {
    let block = blocks.removeLast()
    let all = block.done + block.sites.map { ($0.place, $0.target, block.scope) }
    let isServer = block.name.hasPrefix("server")
    blocks[blocks.count - 1].done += all.map { entry in
      var scope = entry.2
      // Order inside a block means nothing to nginx: what stands behind the location holds for it too.
      scope.hasLogin = scope.hasLogin || block.scope.hasLogin
      scope.hasTLS = scope.hasTLS || block.scope.hasTLS
      scope.trusts = scope.trusts ?? block.scope.trusts
      scope.oldTLS = scope.oldTLS ?? block.scope.oldTLS
      if isServer || scope.isLocal == nil { scope.isLocal = block.scope.isLocal }
      return (entry.0, entry.1, scope)
    }
    if block.name == "http" { outer = block.scope }
  }

  private static func take(
    _ directive: String, at line: MachineFacts.Line, _ blocks: inout [Block], _ upstreams: inout [String: [UInt16]]
  ) {
    let words = directive.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let name = words.first else { return }
    let index = blocks.count - 1
    switch name {
    case "proxy_pass" where words.count > 1:
      blocks[index].sites.append(
        (MachineFacts.Line(file: line.file, line: line.line, text: "proxy_pass"), String(words[1])))
    case "server" where blocks[index].name.hasPrefix("upstream ") && words.count > 1:
      if let port = TunnelSetupReader.localPort(words[1]) {
        upstreams[String(blocks[index].name.dropFirst(9)), default: []].append(port)
      }
    case "auth_basic", "auth_request", "auth_jwt": blocks[index].scope.hasLogin = words.count > 1 && words[1] != "off"
    case "ssl_verify_client": if words.count > 1, words[1] == "on" { blocks[index].scope.hasLogin = true }
    case "listen" where words.count > 1:
      if words.contains("ssl") || words.contains("quic") { blocks[index].scope.hasTLS = true }
      let host = words[1].contains(":") ? words[1].prefix { $0 != ":" } : ""
      let isLocal =
        !host.isEmpty && (host.hasPrefix("127.") || host == "localhost") || words[1].hasPrefix("[::1]")
        || words[1].hasPrefix("unix:")
      blocks[index].scope.isLocal = (blocks[index].scope.isLocal ?? true) && isLocal
    case "ssl_protocols":
      let old = words.contains { ["TLSv1", "TLSv1.0", "TLSv1.1", "SSLv3", "SSLv2"].contains($0) }
      blocks[index].scope.oldTLS = old ? line : nil
    case "proxy_set_header" where words.count > 2:
      let header = words[1].lowercased()
      guard header == "x-forwarded-for" || header == "x-real-ip" || header == "x-forwarded-host" else { return }
      if words[2].hasPrefix("$http_x_") { blocks[index].scope.trusts = line }
    case "set_real_ip_from" where words.count > 1:
      if words[1] == "0.0.0.0/0" || words[1] == "::/0" { blocks[index].scope.trusts = line }
    default: break
    }
  }
}
