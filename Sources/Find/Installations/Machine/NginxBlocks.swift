/// What a block of nginx says itself; nil where it leaves it to those around it.
struct NginxScope {
  var hasLogin: Bool?
  var hasTLS: Bool?
  /// Whether every `listen` is one of this machine's own.
  var isLocal: Bool?
  var trusts: MachineFacts.Line?
  /// The versions that it allows, and whether an outdated one is among them.
  var protocols: (line: MachineFacts.Line, isOld: Bool)?
  /// Named upstreams and the local ports in them.
  var upstreams: [String: [UInt16]] = [:]
}

extension NginxScope {
  /// Order inside a block means nothing to nginx: what stands behind a location holds for it too, unless it says otherwise.
  mutating func take(around outer: NginxScope) {
    hasLogin = hasLogin ?? outer.hasLogin
    hasTLS = hasTLS ?? outer.hasTLS
    isLocal = isLocal ?? outer.isLocal
    trusts = trusts ?? outer.trusts
    protocols = protocols ?? outer.protocols
  }
}

/// Blocks of nginx, followed by their braces.
enum NginxBlocks {
  private struct Block {
    var name: String
    var scope: NginxScope
    var sites: [(place: MachineFacts.Line, target: String)] = []
    /// Finished sites of inner blocks, which still take on what this one says later.
    var done: [(place: MachineFacts.Line, target: String, scope: NginxScope)] = []
  }

  static func read(_ text: String, _ path: String, sites: inout [MachineFacts.ProxySite]) {
    var outer = NginxScope()
    read(MachineReader.lines(text, of: path), outer: &outer, sites: &sites) { _ in }
  }

  /// - Parameters:
  ///   - outer: settings around these lines; gets the upstreams that they name.
  ///   - doubt: told where a line leads to a place that only a running nginx knows.
  static func read(
    _ lines: [MachineFacts.Line], outer: inout NginxScope, sites: inout [MachineFacts.ProxySite],
    doubt: (String) -> Void
  ) {
    var blocks = [Block(name: "", scope: NginxScope())]
    var upstreams = outer.upstreams
    var pending = ""
    var start = MachineFacts.Line(file: "", line: 1, text: "")
    for line in lines {
      // A comment ends at the line's end; quotes around a brace are rare enough to be passed over.
      let body = line.text.split(separator: " #", maxSplits: 1).first.map(String.init) ?? line.text
      for character in body {
        if pending.isEmpty { start = line }
        switch character {
        case "{":
          guard blocks.count < 32 else { return doubt("\(line.file), line \(line.line): nested too deep") }
          let words = pending.split(separator: " ")
          blocks.append(Block(name: words.prefix(2).joined(separator: " "), scope: NginxScope()))
          pending = ""
        case "}":
          guard blocks.count > 1 else { continue }
          close(&blocks)
          pending = ""
        case ";":
          take(pending, at: .init(file: start.file, line: start.line, text: pending), &blocks, &upstreams)
          pending = ""
        default: if !(pending.isEmpty && character == " "), pending.utf8.count < 2000 { pending.append(character) }
        }
      }
      if !pending.isEmpty { pending.append(" ") }
    }
    while blocks.count > 1 { close(&blocks) }
    outer.upstreams = upstreams
    for var site in blocks[0].done + blocks[0].sites.map({ ($0.place, $0.target, NginxScope()) }) {
      site.scope.take(around: blocks[0].scope)
      let ports: [UInt16]
      let bare = site.target.split(separator: "/").first { !$0.isEmpty && !$0.hasSuffix(":") }.map(String.init) ?? ""
      if let named = upstreams[bare] {
        ports = named
      } else {
        ports = TunnelSetupReader.localPort(Substring(site.target)).map { [$0] } ?? []
        if ports.isEmpty, bare.contains("$") {
          doubt("\(site.place.file), line \(site.place.line): a variable says where it leads")
        }
      }
      for port in ports where sites.count < 1000 {
        sites.append(
          .init(
            program: "nginx", place: site.place, port: port, hasLogin: site.scope.hasLogin ?? false,
            hasTLS: site.scope.hasTLS ?? false, isLocal: site.scope.isLocal ?? false, trusts: site.scope.trusts,
            oldTLS: site.scope.protocols.flatMap { $0.isOld ? $0.line : nil }))
      }
    }
  }

  private static func close(_ blocks: inout [Block]) {
    let block = blocks.removeLast()
    let all =
      block.done.map { entry in (entry.place, entry.target, entry.scope) }
      + block.sites.map { ($0.place, $0.target, NginxScope()) }
    blocks[blocks.count - 1].done += all.map { entry in
      var scope = entry.2
      scope.take(around: block.scope)
      return (entry.0, entry.1, scope)
    }
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
      blocks[index].scope.protocols = (line, old)
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
