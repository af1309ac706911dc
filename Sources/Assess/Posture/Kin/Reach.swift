import Matching
import Model

/// What a path or a command pattern would put into an agent's hands.
enum Reach {
  /// Why a folder is too much to give away; nil where nothing speaks against it. Relative paths stay in a folder of work.
  static func danger(of path: String, home: String?) -> String? {
    // Longer than any path can be; and what follows looks at it more than once.
    guard path.utf8.count <= 4096 else { return nil }
    var path = path
    for variable in ["${HOME}", "$HOME"] where path.hasPrefix(variable) { path = "~" + path.dropFirst(variable.count) }
    while path.count > 1, path.hasSuffix("/") || path.hasSuffix("/**") || path.hasSuffix("/*") {
      path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
      if path.isEmpty { path = "/" }
    }
    guard path.hasPrefix("/") || path.hasPrefix("~") else { return nil }
    if path == "~", home == nil { return "it is a home directory" }
    return SandboxRules.danger(of: path, home: home)
  }

  /// Every folder that lies above one of these, to a depth that paths have.
  static func above(_ paths: [String]) -> Set<String> {
    var folders: Set<String> = []
    for path in paths {
      var folder = ""
      for part in path.split(separator: "/").dropLast().prefix(40) {
        folder += "/" + part
        folders.insert(folder)
      }
    }
    return folders
  }

  /// Whether whoever clones into it makes what he clones trusted: the root, a home, the place for temporary files, or a
  /// folder in which clones are kept. `above`: folders that hold other folders of work.
  static func breeds(_ path: String, home: String?, above: Set<String>) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    if parts.isEmpty { return "it is the root of everything" }
    if ["/tmp", "/var/tmp", "/private/tmp", "/dev/shm"].contains("/" + parts.joined(separator: "/")) {
      return "everybody may write there"
    }
    if path == home || parts == ["root"] || parts.count <= 2 && ["home", "Users"].contains(parts[0]) {
      return "it is a home directory"
    }
    if above.contains("/" + parts.joined(separator: "/")) {
      return "other folders of work lie below it"
    }
    let name = parts[parts.count - 1].lowercased()
    let isBelowHome = home.map { "/" + parts.dropLast().joined(separator: "/") == $0 } ?? false
    return isBelowHome && cloneRoots.contains(name) ? "it is a folder to clone into" : nil
  }

  private static let cloneRoots: Set = [
    "src", "code", "projects", "repos", "repositories", "git", "github", "work", "workspace", "dev", "documents",
    "downloads", "desktop",
  ]

  /// Programs that run whatever they are told: interpreters, downloaders, package runners, containers, other users.
  private static let programs: Set = [
    "sh", "bash", "zsh", "dash", "ksh", "fish", "pwsh", "powershell", "cmd", "python", "python2", "python3", "node",
    "nodejs", "deno", "bun", "ruby", "perl", "php", "lua", "osascript", "awk", "curl", "wget", "npx", "pnpx", "bunx",
    "uvx", "pipx", "docker", "podman", "nerdctl", "kubectl", "sudo", "doas", "su", "env", "xargs", "nohup", "ssh",
    "eval", "exec", "nsenter", "chroot", "systemd-run", "find",
  ]
  /// Words after which such a program runs what follows.
  private static let runners: Set = ["run", "exec", "-c", "-e", "-m", "--eval", "x"]
  /// Managers of packages, and the words by which they run one that was just fetched.
  private static let packageManagers: [String: Set<String>] = [
    "npm": ["exec", "x"], "pnpm": ["dlx", "exec"], "yarn": ["dlx", "exec"], "uv": ["run", "tool"],
  ]

  /// Whether a pattern for commands, such as `curl:*`, `python3 *` or `*`, lets any command through.
  static func isBroad(command pattern: String) -> Bool {
    var text = Substring(pattern.trimming())
    // Without a wildcard it is one exact command.
    guard text.last == "*" else { return false }
    while let last = text.last, last == "*" || last == ":" || last == " " { text = text.dropLast() }
    let words = text.split(whereSeparator: { $0 == " " || $0 == ":" }).map(String.init)
    guard let program = words.first.map({ String($0.split(separator: "/").last ?? "") }) else { return true }
    if let runners = packageManagers[program] { return words.count > 1 && runners.contains(words[1]) }
    return programs.contains(program) && words.count <= 4
      && words.dropFirst().allSatisfy { runners.contains($0) || $0.hasPrefix("-") }
  }

  /// Whether an address leads to this machine.
  static func isLoopback(host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    return Address(host)?.scope == .loopback
  }

  /// Scheme and host of an address; nil where it is none.
  static func parts(of url: String) -> (scheme: String, host: String)? {
    guard let mark = url.firstRange(of: "://") else { return nil }
    let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority[(authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex)...]
    if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
      return (url[..<mark.lowerBound].lowercased(), String(host[host.index(after: host.startIndex)..<end]))
    }
    return (url[..<mark.lowerBound].lowercased(), String(host.prefix { $0 != ":" }))
  }

  /// Whether text sent there crosses a network in clear.
  static func isClear(_ url: String) -> Bool {
    guard let parts = parts(of: url), ["http", "ws"].contains(parts.scheme) else { return false }
    return !isLoopback(host: parts.host) && !parts.host.hasPrefix("$")
  }
}

extension String {
  func trimming() -> String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
