import Formats
import Platform

/// What containers of agents may see; and the checkout that the program runs from, where a unit says where it lies, or
/// where it lies in a usual place.
enum NanoClawFiles {
  /// Checkouts that are read, and groups of each.
  private static let mostCheckouts = 4
  private static let mostGroups = 200

  static func read(_ reader: inout LayerReader) {
    guard let home = reader.home else { return }
    reader.add(.user, "\(home)/.config/nanoclaw/mount-allowlist.json")
    reader.add(.user, "\(home)/.config/nanoclaw/sender-allowlist.json", role: "policy")
    var read = 0
    for folder in checkouts(home, &reader) where read < mostCheckouts {
      if self.read(folder.path, isNamed: folder.isNamed, &reader) { read += 1 }
    }
  }

  /// False where there is no program of that name.
  private static func read(_ folder: String, isNamed: Bool, _ reader: inout LayerReader) -> Bool {
    let package = reader.read(.user, "\(folder)/package.json", role: "package", as: .json) {
      $0.keeping(["name", "version"])
    }
    guard let package, isNamed || package.configuration["name"]?.string == "nanoclaw" else { return false }
    reader.add(package)
    if reader.version == nil, let text = package.configuration["version"]?.string, PackageReader.isVersion(text) {
      reader.version = (text, package.path)
    }
    reader.add(.user, "\(folder)/.env", role: "environment")
    let groups = "\(folder)/groups"
    for name in reader.names(in: groups).prefix(mostGroups) {
      reader.add(.user, "\(groups)/\(name)/container.json", role: "group")
    }
    reader.add(.user, "\(folder)/container/Dockerfile", role: "image", as: .lines)
    let source = "\(folder)/container/agent-runner/src"
    for path in ["\(source)/providers/claude.ts", "\(source)/index.ts"] {
      guard var layer = reader.read(.user, path, role: "runner", as: .lines) else { continue }
      // The one word that matters; the rest is a program.
      layer.configuration.root.content = .array(
        (layer.configuration.root.array ?? []).filter { $0.string?.contains("permissionMode") == true })
      reader.add(layer)
    }
    reader.note("\(folder)/data/v2.db", .database)
    return true
  }

  /// Folders in which it may lie; those that a unit of its name names first.
  private static func checkouts(_ home: String, _ reader: inout LayerReader) -> [(path: String, isNamed: Bool)] {
    var found: [(path: String, isNamed: Bool)] = []
    func add(_ path: String, isNamed: Bool) {
      guard path.hasPrefix("/"), !path.contains("\0"), path.utf8.count < 4096,
        !found.contains(where: { $0.path == path })
      else { return }
      found.append((path, isNamed))
    }
    for folder in ["\(home)/.config/systemd/user", "\(home)/.local/share/systemd/user", "/etc/systemd/system"] {
      for name in reader.names(in: folder, quietly: true) where isUnit(name) {
        guard let text = try? reader.files.text("\(folder)/\(name)", limit: 256 << 10) else { continue }
        let unit = UnitFile(text, path: "\(folder)/\(name)")
        if let path = unit.last("Service", "WorkingDirectory")?.value {
          add(expanded(path, home), isNamed: true)
        } else if let script = unit.commands().flatMap(\.arguments).first(where: { $0.hasSuffix("/dist/index.js") }) {
          add(Paths.parent(of: Paths.parent(of: expanded(script, home))), isNamed: true)
        }
      }
    }
    for folder in ["", "/src", "/code", "/projects", "/dev", "/git", "/repos", "/work"] {
      for name in ["nanoclaw", "nanoclaw-v2"] { add("\(home)\(folder)/\(name)", isNamed: false) }
    }
    return found
  }

  /// `nanoclaw.service`, and since the second version one with the beginning of a digest of the checkout's path.
  private static func isUnit(_ name: String) -> Bool {
    name == "nanoclaw.service" || name.hasPrefix("nanoclaw-v2-") && name.hasSuffix(".service")
  }

  /// `%h` and `~` stand for the home; quotes and a leading `-` for nothing.
  private static func expanded(_ text: String, _ home: String) -> String {
    var text = text.filter { $0 != "\"" }
    if text.hasPrefix("-") { text.removeFirst() }
    for mark in ["%h", "~"] where text.hasPrefix(mark) { text = home + text.dropFirst(mark.count) }
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }
}
