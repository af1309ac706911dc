/// What a runner of packages or containers is told to fetch and start.
struct MCPPackage {
  enum Runner { case npm, python, container }

  var runner: Runner
  /// `@scope/server`, `mcp-server-x`, `mcp/x`.
  var name: String
  /// As written behind the name; nil where there is nothing.
  var version: String?
  /// Whether the same code comes at each start.
  var isPinned: Bool

  /// The first package that a command line starts; nil where it starts something else.
  static func of(program: String, arguments: [String]) -> MCPPackage? {
    var arguments = arguments[...]
    func drop(_ words: String...) -> Bool {
      guard let first = arguments.first(where: { !$0.hasPrefix("-") }), words.contains(first),
        let index = arguments.firstIndex(of: first)
      else { return false }
      arguments = arguments[(index + 1)...]
      return true
    }
    switch program {
    case "npx", "bunx", "pnpx": return npm(arguments)
    case "npm": return drop("exec", "x") ? npm(arguments) : nil
    case "pnpm", "yarn": return drop("dlx") ? npm(arguments) : nil
    case "bun": return drop("x") ? npm(arguments) : nil
    case "uvx": return python(arguments)
    case "uv":
      if drop("tool") { return drop("run") ? python(arguments) : nil }
      guard arguments.contains(where: { $0 == "--with" || $0.hasPrefix("--with=") || $0 == "--from" }) else {
        return nil
      }
      return drop("run") ? python(arguments) : nil
    case "pipx": return drop("run") ? python(arguments) : nil
    case "docker", "podman", "nerdctl": return drop("run") ? container(arguments) : nil
    default: return nil
    }
  }

  private static func npm(_ arguments: ArraySlice<String>) -> MCPPackage? {
    var spec: String?
    var index = arguments.startIndex
    while index < arguments.endIndex {
      let argument = arguments[index]
      index += 1
      if argument == "-p" || argument == "--package", index < arguments.endIndex {
        spec = arguments[index]
        break
      }
      if argument.hasPrefix("--package=") {
        spec = String(argument.dropFirst("--package=".count))
        break
      }
      if argument == "--" || argument.hasPrefix("-") { continue }
      spec = argument
      break
    }
    guard let spec, !spec.isEmpty else { return nil }
    // A path is no package.
    if spec.hasPrefix("/") || spec.hasPrefix(".") || spec.hasPrefix("~") { return nil }
    if let scheme = ["git+", "github:", "http://", "https://"].first(where: spec.hasPrefix) {
      return MCPPackage(runner: .npm, name: spec, version: nil, isPinned: scheme != "http://" && hasCommit(spec))
    }
    let start = spec.hasPrefix("@") ? spec.index(after: spec.startIndex) : spec.startIndex
    guard let at = spec[start...].firstIndex(of: "@") else {
      return MCPPackage(runner: .npm, name: spec, version: nil, isPinned: false)
    }
    let version = String(spec[spec.index(after: at)...])
    return MCPPackage(runner: .npm, name: String(spec[..<at]), version: version, isPinned: isExact(version))
  }

  private static func python(_ arguments: ArraySlice<String>) -> MCPPackage? {
    let valued: Set = ["--from", "--spec", "--with"]
    // What is fetched is named by the option where there is one, else it is the first word.
    var chosen: String?
    var index = arguments.startIndex
    while index < arguments.endIndex {
      let argument = arguments[index]
      index += 1
      if valued.contains(argument), index < arguments.endIndex {
        chosen = arguments[index]
        break
      }
      if let equals = argument.firstIndex(of: "="), valued.contains(String(argument[..<equals])) {
        chosen = String(argument[argument.index(after: equals)...])
        break
      }
      if ["-p", "--python", "--index-url", "--directory"].contains(argument) {
        index += 1
        continue
      }
      if argument.hasPrefix("-") { continue }
      chosen = argument
      break
    }
    guard let spec = chosen, !spec.isEmpty else { return nil }
    if spec.hasPrefix("/") || spec.hasPrefix(".") || spec.hasPrefix("~") { return nil }
    if spec.hasPrefix("git+") || spec.contains("://") {
      return MCPPackage(runner: .python, name: spec, version: nil, isPinned: hasCommit(spec))
    }
    for mark in ["===", "=="] {
      guard let range = spec.firstRange(of: mark) else { continue }
      let version = String(spec[range.upperBound...])
      return MCPPackage(
        runner: .python, name: String(spec[..<range.lowerBound]), version: version, isPinned: isExact(version))
    }
    if let at = spec.firstIndex(of: "@") {
      let version = String(spec[spec.index(after: at)...])
      return MCPPackage(runner: .python, name: String(spec[..<at]), version: version, isPinned: isExact(version))
    }
    let name = String(spec.prefix { $0 != ">" && $0 != "<" && $0 != "~" && $0 != "!" })
    return MCPPackage(runner: .python, name: name, version: nil, isPinned: false)
  }

  /// Options of `run` that stand alone; every other one takes the next argument.
  private static let alone: Set = [
    "-i", "-t", "-it", "-ti", "-d", "--rm", "--init", "--interactive", "--tty", "--privileged", "--read-only",
    "--detach",
    "-P", "--publish-all", "--no-healthcheck", "--oom-kill-disable", "--sig-proxy",
  ]

  static func container(_ arguments: ArraySlice<String>) -> MCPPackage? {
    var index = arguments.startIndex
    while index < arguments.endIndex {
      let argument = arguments[index]
      index += 1
      if argument.hasPrefix("-") {
        if !argument.contains("="), !alone.contains(argument) { index += 1 }
        continue
      }
      guard let at = argument.firstIndex(of: "@") else {
        let slash = argument.lastIndex(of: "/") ?? argument.startIndex
        let tag = argument[slash...].firstIndex(of: ":")
        return MCPPackage(
          runner: .container, name: String(argument[..<(tag ?? argument.endIndex)]),
          version: tag.map { String(argument[argument.index(after: $0)...]) }, isPinned: false)
      }
      let digest = String(argument[argument.index(after: at)...])
      return MCPPackage(
        runner: .container, name: String(argument[..<at]), version: digest, isPinned: digest.hasPrefix("sha256:"))
    }
    return nil
  }

  /// One release and no other: digits and points, with a suffix; no range, no tag, no star.
  private static func isExact(_ version: String) -> Bool {
    let text = version.hasPrefix("v") ? version.dropFirst() : Substring(version)
    guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return false }
    let allowed = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || ".-+_!".utf8.contains(byte)
    }
    // `1` and `1.x` stand for every release of that line.
    return allowed && text.split(separator: ".").count >= 2
      && !text.split(separator: ".").contains { $0 == "x" || $0 == "X" }
  }

  /// Whether an address of a repository names a commit, which nobody can move.
  private static func hasCommit(_ text: String) -> Bool {
    guard let mark = text.lastIndex(where: { $0 == "@" || $0 == "#" }) else { return false }
    let word = text[text.index(after: mark)...].prefix { $0 != "#" && $0 != "&" }
    return (7...64).contains(word.utf8.count)
      && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0) }
  }
}
