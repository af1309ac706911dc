import Formats
import Platform

extension ProxyReader {
  /// Traefik joins its files: each router leads to a service, through middlewares of its own and of its entry points.
  func traefik(_ facts: inout MachineFacts) {
    var paths = ["yml", "yaml", "toml"].map { "/etc/traefik/traefik.\($0)" }
    for folder in ["dynamic", "conf.d"] {
      paths += self.folder("/etc/traefik/\(folder)", [".yml", ".yaml", ".toml"], &facts)
    }
    var seen: Set<String> = []
    var file = TraefikFile()
    while let path = paths.popLast(), seen.count < Self.maximumFiles {
      guard seen.insert(path).inserted, let text = text(path, "Traefik", &facts) else { continue }
      if text.contains("{{") {
        problem("\(path): a template, which was not followed", &facts)
        continue
      }
      do { file.take(try Self.entries(text, path)) } catch {
        problem("\(path), line \(error.line): \(error.what)", &facts)
        continue
      }
      // What the main file names is read too.
      for (key, value) in file.providers where value.hasPrefix("/") {
        if key == "filename" {
          paths.append(value)
        } else {
          paths += folder(value, [".yml", ".yaml", ".toml"], &facts)
        }
      }
      file.providers = []
    }
    facts.proxies += file.sites().prefix(1000)
  }

  private static func entries(_ text: String, _ path: String) throws(OutlineText.Fault) -> [TraefikFile.Entry] {
    guard path.hasSuffix(".toml") else {
      return try OutlineText.entries(text).map { .init(path: $0.path, value: $0.value, file: path, line: $0.line) }
    }
    let root: Node
    do { root = try TOML.parse(text) } catch {
      throw OutlineText.Fault(line: error.position.line, what: "not TOML: \(error.message)")
    }
    var entries: [TraefikFile.Entry] = []
    func add(_ node: Node, _ names: [String]) {
      guard entries.count < OutlineText.maximumEntries else { return }
      if let members = node.members {
        if members.isEmpty { entries.append(.init(path: names, value: "", file: path, line: node.start.line)) }
        for member in members { add(member.node, names + [member.name]) }
      } else if let array = node.array {
        for (index, element) in array.enumerated() { add(element, names + ["\(index)"]) }
      } else {
        let value = node.string ?? node.bool.map { "\($0)" } ?? ""
        entries.append(.init(path: names, value: value, file: path, line: node.start.line))
      }
    }
    add(root, [])
    return entries
  }
}

/// What Traefik's files say together.
struct TraefikFile {
  typealias Line = MachineFacts.Line

  struct Entry {
    var path: [String]
    var value: String
    var file: String
    var line: Int
  }

  private struct Router {
    var service = ""
    var middlewares: [String] = []
    var entryPoints: [String] = []
    var hasTLS = false
    var options: String?
  }

  private struct EntryPoint {
    var address = ""
    var middlewares: [String] = []
    var hasTLS = false
    var trusts: Line?
    var options: String?
  }

  private var routers: [String: Router] = [:]
  private var entryPoints: [String: EntryPoint] = [:]
  private var targets: [String: [(port: UInt16, place: Line)]] = [:]
  private var services: [String: [String]] = [:]
  /// Middlewares that ask who is there, and those that are made of others.
  private var logins: Set<String> = []
  private var chains: [String: [String]] = [:]
  private var clientLogins: Set<String> = []
  private var oldTLS: [String: Line] = [:]
  /// Files and folders that the file provider reads: `filename` or `directory`, with the path.
  var providers: [(key: String, value: String)] = []

  mutating func take(_ entries: [Entry]) {
    for entry in entries where entry.path.count >= 2 {
      let path = entry.path
      let line = Line(file: entry.file, line: entry.line, text: String(entry.value.prefix(100)))
      switch (path[0], path[1]) {
      case ("providers", "file") where path.count > 2: providers.append((path[2], entry.value))
      case ("entryPoints", let name): take(entryPoint: name, path.dropFirst(2), entry.value, line)
      case ("tls", "options") where path.count > 3: take(options: path[2], path.dropFirst(3), entry.value, line)
      case ("http", "routers") where path.count > 3, ("tcp", "routers") where path.count > 3:
        take(router: "\(path[0]) \(path[2])", path.dropFirst(3), entry.value)
      case ("http", "services") where path.count > 3, ("tcp", "services") where path.count > 3:
        take(service: "\(path[0]) \(path[2])", path.dropFirst(3), entry.value, line)
      case ("http", "middlewares") where path.count > 3: take(middleware: path[2], path.dropFirst(3), entry.value)
      default: break
      }
    }
  }

  private mutating func take(entryPoint name: String, _ path: ArraySlice<String>, _ value: String, _ line: Line) {
    var point = entryPoints[name] ?? EntryPoint()
    switch path.first {
    case "address": point.address = value
    case "forwardedHeaders", "proxyProtocol":
      if path.last == "insecure", value == "true" { point.trusts = line }
      if path.contains("trustedIPs"), value == "0.0.0.0/0" || value == "::/0" { point.trusts = line }
    case "http":
      if path.contains("middlewares"), !value.isEmpty { point.middlewares.append(Self.bare(value)) }
      if path.contains("tls") { point.hasTLS = true }
      if path.suffix(2) == ["tls", "options"] { point.options = Self.bare(value) }
    default: break
    }
    entryPoints[name] = point
  }

  private mutating func take(options name: String, _ path: ArraySlice<String>, _ value: String, _ line: Line) {
    if path.first == "minVersion", value == "VersionTLS10" || value == "VersionTLS11" { oldTLS[name] = line }
    if path.contains("clientAuthType"), value.hasPrefix("RequireAndVerify") || value.hasPrefix("RequireAny") {
      clientLogins.insert(name)
    }
  }

  private mutating func take(router name: String, _ path: ArraySlice<String>, _ value: String) {
    var router = routers[name] ?? Router()
    switch path.first {
    case "service": router.service = Self.bare(value)
    // The key alone, before the items of its list.
    case "middlewares": if !value.isEmpty { router.middlewares.append(Self.bare(value)) }
    case "entryPoints": if !value.isEmpty { router.entryPoints.append(value) }
    case "tls":
      router.hasTLS = value != "false"
      if path.count == 2, path.last == "options" { router.options = Self.bare(value) }
    default: break
    }
    routers[name] = router
  }

  private mutating func take(service name: String, _ path: ArraySlice<String>, _ value: String, _ line: Line) {
    if path.last == "url" || path.last == "address", path.contains("servers") {
      guard let port = TunnelSetupReader.localPort(Substring(value)) else { return }
      targets[name, default: []].append((port, line))
    } else if path.last == "name" || path.last == "service" || path.last == "fallback", path.first != "loadBalancer" {
      services[name, default: []].append(Self.bare(value))
    }
  }

  private mutating func take(middleware name: String, _ path: ArraySlice<String>, _ value: String) {
    switch path.first {
    case "basicAuth", "digestAuth", "forwardAuth": logins.insert(name)
    case "chain": chains[name, default: []].append(Self.bare(value))
    default: break
    }
  }

  /// `auth@file` names the one of that provider.
  private static func bare(_ name: String) -> String { String(name.prefix { $0 != "@" }) }

  // MARK: what it comes to

  /// One for each router, entry point and target.
  func sites() -> [MachineFacts.ProxySite] {
    var sites: [MachineFacts.ProxySite] = []
    for (name, router) in routers.sorted(by: { $0.key < $1.key }) {
      let kind = name.prefix { $0 != " " }
      let points = router.entryPoints.isEmpty ? entryPoints.keys.sorted() : router.entryPoints
      for target in reached("\(kind) \(router.service)", depth: 0) {
        for point in points.isEmpty ? [""] : points {
          guard sites.count < 2000 else { return sites }
          sites.append(site(router, entryPoints[point] ?? EntryPoint(), target))
        }
      }
    }
    return sites
  }

  private func site(
    _ router: Router, _ point: EntryPoint, _ target: (port: UInt16, place: Line)
  ) -> MachineFacts.ProxySite {
    let hasTLS = router.hasTLS || point.hasTLS
    let options = router.options ?? point.options ?? "default"
    let hasLogin =
      (router.middlewares + point.middlewares).contains { asks($0, depth: 0) }
      || hasTLS && clientLogins.contains(options)
    let host = point.address.lastIndex(of: ":").map { point.address[..<$0] } ?? ""
    return .init(
      program: "Traefik", place: target.place, port: target.port, hasLogin: hasLogin, hasTLS: hasTLS,
      isLocal: host == "localhost" || host.hasPrefix("127.") || host == "[::1]", trusts: point.trusts,
      oldTLS: hasTLS ? oldTLS[options] : nil)
  }

  private func reached(_ service: String, depth: Int) -> [(port: UInt16, place: Line)] {
    guard depth < 8 else { return [] }
    let kind = service.prefix { $0 != " " }
    return (targets[service] ?? [])
      + (services[service] ?? []).prefix(100).flatMap { reached("\(kind) \($0)", depth: depth + 1) }.prefix(1000)
  }

  private func asks(_ middleware: String, depth: Int) -> Bool {
    logins.contains(middleware)
      || depth < 8 && (chains[middleware] ?? []).prefix(100).contains { asks($0, depth: depth + 1) }
  }
}
