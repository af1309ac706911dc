import Platform

extension ProxyReader {
  func caddy(_ facts: inout MachineFacts) {
    let main = "/etc/caddy/Caddyfile"
    var count = 0
    // Without the main file the usual folders are read; with it, they count where it imports them.
    let paths =
      MachineReader.exists(main, in: files) != false
      ? [main] : folder("/etc/caddy/conf.d", [], &facts) + folder("/etc/caddy/sites-enabled", [], &facts)
    var lines: [Line] = []
    for path in paths { lines += self.lines(path, "Caddy", &facts) ?? [] }
    lines = expanded(lines, "Caddy", count: &count, &facts) { line in
      // What is imported is a file where it looks like one, and a snippet otherwise.
      let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count >= 2, words[0] == "import", words[1].contains("/") || words[1].contains("*") else { return nil }
      let pattern = words[1].filter { $0 != "\"" }
      return pattern.hasPrefix("/") ? pattern : "\(Paths.parent(of: line.file))/\(pattern)"
    }
    for path in ["/etc/caddy/caddy.json", "/etc/caddy/config.json"]
    where MachineReader.exists(path, in: files) != false {
      problem("\(path): a configuration in JSON, which is not read", &facts)
    }
    var file = CaddyFile()
    var doubts: [String] = []
    facts.proxies += file.sites(in: lines) { if doubts.count < 50 { doubts.append($0) } }.prefix(1000)
    for doubt in doubts { problem(doubt, &facts) }
  }
}

/// The sites of a Caddyfile that lead to a port of this machine; blocks are followed by their braces.
struct CaddyFile {
  typealias Line = MachineFacts.Line
  private typealias Site = MachineFacts.ProxySite

  private var depth = 0
  private var open: [MachineFacts.ProxySite] = []
  private var done: [MachineFacts.ProxySite] = []
  private var hasLogin = false
  private var isPlain = false
  private var isLocal = false
  private var isGlobal = false
  private var isBoundLocally: Bool?
  private var oldTLS: Line?
  private var trusts: Line?
  private var globalTrust: Line?
  private var addresses: [String] = []
  /// Addresses go on in the next line.
  private var isListOpen = false
  /// A file of one site needs no braces.
  private var isBare = false
  /// The depth inside a `reverse_proxy` block, where `to` names more of its targets.
  private var proxyDepth: Int?

  init() {}

  mutating func sites(in lines: [Line], doubt: (String) -> Void) -> [MachineFacts.ProxySite] {
    for line in Self.withSnippets(lines) { take(line, doubt) }
    finish()
    return done
  }

  /// Named pieces, `(name) { … }`, in place of the lines that import them.
  private static func withSnippets(_ lines: [Line]) -> [Line] {
    var snippets: [String: [Line]] = [:]
    var rest: [Line] = []
    var name: String?
    var depth = 0
    for line in lines {
      let change = line.text.reduce(0) { $0 + ($1 == "{" ? 1 : $1 == "}" ? -1 : 0) }
      if depth == 0, name == nil, line.text.hasPrefix("("), let close = line.text.firstIndex(of: ")") {
        name = String(line.text[line.text.index(after: line.text.startIndex)..<close])
      } else if let name {
        if depth + change > 0 { snippets[name, default: []].append(line) }
      } else {
        rest.append(line)
      }
      depth = max(0, depth + change)
      if depth == 0 { name = nil }
    }
    var out: [Line] = []
    func add(_ lines: [Line], level: Int) {
      for line in lines where out.count < ProxyReader.maximumLines {
        let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        if words.count >= 2, words[0] == "import", let snippet = snippets[String(words[1])], level < 8 {
          add(snippet, level: level + 1)
        } else {
          out.append(line)
        }
      }
    }
    add(rest, level: 0)
    return out
  }

  private mutating func take(_ line: Line, _ doubt: (String) -> Void) {
    let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard let first = words.first else { return }
    if depth == 0 { begin(words) }
    switch first {
    case "basic_auth", "basicauth", "forward_auth", "client_auth", "authorize", "authenticate", "mutual_tls":
      hasLogin = true
    case "reverse_proxy":
      target(words.dropFirst(), line, doubt)
      if line.text.hasSuffix("{") { proxyDepth = depth + 1 }
    case "to" where proxyDepth == depth: target(words.dropFirst(), line, doubt)
    case "import": doubt("\(line.file), line \(line.line): what it imports was not found")
    case "tls" where words.count > 1 || line.text.hasSuffix("{"): isPlain = false
    case "bind":
      isBoundLocally = words.dropFirst().allSatisfy { Self.isLocal(host: $0) }
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
    if let inside = proxyDepth, depth < inside { proxyDepth = nil }
    // A site without braces reaches to the end of the file.
    if depth == 0, !isBare, !isListOpen { finish() }
  }

  private mutating func target(_ words: ArraySlice<Substring>, _ line: Line, _ doubt: (String) -> Void) {
    for word in words where !word.hasPrefix("/") && !word.hasPrefix("@") && word != "{" {
      if let port = TunnelSetupReader.localPort(word) {
        open.append(.init(program: "Caddy", place: line, port: port, hasLogin: false, hasTLS: true))
      } else if word.hasPrefix("{") {
        doubt("\(line.file), line \(line.line): a variable says where it leads")
      }
    }
  }

  /// A line outside of all braces names the addresses of a site, unless one is open that has none.
  private mutating func begin(_ words: [Substring]) {
    guard let first = words.first, first != "}", !isBare else { return }
    if isListOpen { isListOpen = false } else { finish() }
    isGlobal = first == "{"
    addresses += words.filter { $0 != "{" }.flatMap { $0.split(separator: ",").map(String.init) }
    isListOpen = words.last?.hasSuffix(",") == true
    isBare = words.last?.hasSuffix("{") == false && !isListOpen
    // Caddy gets a certificate for a name by itself, and none for `http://` or a bare port.
    isPlain = addresses.contains { address in
      address.hasPrefix("http://") || address.hasPrefix(":") && address != ":443" || address.hasSuffix(":80")
    }
    isLocal =
      !addresses.isEmpty
      && addresses.allSatisfy { address in
        let rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        return Self.isLocal(host: rest.prefix { $0 != ":" || rest.hasPrefix("[") })
      }
  }

  private static func isLocal(host: Substring) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host.hasPrefix("[::1]") || host == "::1"
      || host.hasPrefix("unix/")
  }

  private mutating func finish() {
    for var entry in open {
      (entry.hasLogin, entry.hasTLS, entry.oldTLS) = (hasLogin, !isPlain, oldTLS)
      entry.isLocal = isBoundLocally ?? isLocal
      entry.trusts = trusts ?? globalTrust
      done.append(entry)
    }
    addresses = []
    (open, hasLogin, isPlain, isLocal, isBoundLocally, oldTLS, trusts) = ([], false, false, false, nil, nil, nil)
    isGlobal = false
  }
}
