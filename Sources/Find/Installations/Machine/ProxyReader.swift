import Platform

/// Where nginx, Caddy and Traefik lead to a port of this machine, as far as their files say, with the files that those
/// include. What is there and could not be read or followed is a problem.
struct ProxyReader {
  typealias Line = MachineFacts.Line
  let files: any FileSystem

  init(files: any FileSystem) { self.files = files }

  static let maximumFiles = 300
  static let maximumLines = 100_000

  func read(into facts: inout MachineFacts) {
    nginx(&facts)
    caddy(&facts)
    traefik(&facts)
  }

  /// Lines of a file; nil where there is none, and a problem where it could not be read.
  func lines(_ path: String, _ program: String, _ facts: inout MachineFacts) -> [Line]? {
    text(path, program, &facts).map { MachineReader.lines($0, of: path) }
  }

  func text(_ path: String, _ program: String, _ facts: inout MachineFacts) -> String? {
    do {
      let text = try files.text(path, limit: MachineReader.maximumBytes)
      if !facts.proxyPrograms.contains(program) { facts.proxyPrograms.append(program) }
      return text
    } catch {
      guard error.code != .notFound, error.code != .notDirectory else { return nil }
      // Names in a folder of sites may be folders themselves.
      if error.code == .notRegular, (try? files.status(path, followingLinks: true).kind) == .directory { return nil }
      problem("\(path): \(Paths.explain(error, limit: MachineReader.maximumBytes))", &facts)
      return nil
    }
  }

  func folder(_ path: String, _ suffixes: [String], _ facts: inout MachineFacts) -> [String] {
    switch MachineReader.names(path, in: files) {
    case .absent: return []
    case .unread(let reason):
      problem(reason, &facts)
      return []
    case .read(let names):
      let wanted = names.filter { name in suffixes.isEmpty || suffixes.contains { name.hasSuffix($0) } }
      if wanted.count > 200 { problem("\(path): only 200 of its \(wanted.count) files were read", &facts) }
      return wanted.prefix(200).map { "\(path)/\($0)" }
    }
  }

  func problem(_ text: String, _ facts: inout MachineFacts) {
    if facts.proxyProblems.count < 50, !facts.proxyProblems.contains(text) { facts.proxyProblems.append(text) }
  }

  /// What a line includes, by a rule of each program; nil where it is no such line.
  typealias Inclusion = (Line) -> String?

  /// Lines with those of included files in place of the lines that name them.
  func expanded(
    _ lines: [Line], _ program: String, depth: Int = 0, count: inout Int, _ facts: inout MachineFacts,
    _ included: Inclusion
  ) -> [Line] {
    var out: [Line] = []
    for line in lines {
      guard let pattern = included(line) else {
        count += 1
        guard count < Self.maximumLines else {
          problem("\(line.file), line \(line.line): more than \(Self.maximumLines) lines before it", &facts)
          return out
        }
        out.append(line)
        continue
      }
      guard depth < 8, count < Self.maximumLines else {
        problem("\(line.file), line \(line.line): included too deep; not followed", &facts)
        continue
      }
      // Each costs, so that a few files which include each other do not cost the world.
      count += 10
      switch PathPattern(pattern).matches(in: files) {
      case .absent: break
      case .unread(let reason): problem(reason, &facts)
      case .read(let paths):
        if paths.count > Self.maximumFiles {
          problem("\(pattern): only \(Self.maximumFiles) of its \(paths.count) files were read", &facts)
        }
        for path in paths.prefix(Self.maximumFiles) {
          guard let inner = self.lines(path, program, &facts) else { continue }
          out += expanded(inner, program, depth: depth + 1, count: &count, &facts, included)
        }
      }
    }
    return out
  }

  // MARK: nginx

  private func nginx(_ facts: inout MachineFacts) {
    let included: Inclusion = { line in
      let words = line.text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard words.count == 2, words[0] == "include", words[1].hasSuffix(";") else { return nil }
      let pattern = words[1].dropLast().filter { $0 != "\"" && $0 != "'" }
      return pattern.hasPrefix("/") ? pattern : "/etc/nginx/\(pattern)"
    }
    var count = 0
    if let main = lines("/etc/nginx/nginx.conf", "nginx", &facts) {
      let all = expanded(main, "nginx", count: &count, &facts, included)
      var outer = NginxScope()
      take(all, &outer, &facts)
      return
    }
    // Without the main file each of the usual ones is read by itself; what one names the others may use.
    let paths = folder("/etc/nginx/conf.d", [".conf"], &facts) + folder("/etc/nginx/sites-enabled", [], &facts)
    var texts: [[Line]] = []
    for path in paths {
      guard let lines = lines(path, "nginx", &facts) else { continue }
      texts.append(expanded(lines, "nginx", count: &count, &facts, included))
    }
    var outer = NginxScope()
    var ignored: [MachineFacts.ProxySite] = []
    for text in texts { NginxBlocks.read(text, outer: &outer, sites: &ignored) { _ in } }
    for text in texts {
      var scope = outer
      take(text, &scope, &facts)
    }
  }

  private func take(_ lines: [Line], _ outer: inout NginxScope, _ facts: inout MachineFacts) {
    var doubts: [String] = []
    NginxBlocks.read(lines, outer: &outer, sites: &facts.proxies) { if doubts.count < 50 { doubts.append($0) } }
    for doubt in doubts { problem(doubt, &facts) }
  }
}
