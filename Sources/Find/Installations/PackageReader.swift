import Formats
import Platform

/// Program trees of the product, and which of them an installation runs.
struct PackageReader {
  typealias Package = Finder.Package

  let files: any FileSystem
  private(set) var packages: [Package] = []

  init(files: any FileSystem) { self.files = files }

  /// Every folder in which npm, its kin and the product's own installer put packages.
  mutating func look(homes: [Finder.Home], units: [FoundUnit], states: [String]) {
    var folders = ["/usr/lib/node_modules", "/usr/local/lib/node_modules", "/opt/homebrew/lib/node_modules"]
    for home in homes.map(\.path) {
      folders += [
        "\(home)/.npm-global/lib/node_modules", "\(home)/.npm-packages/lib/node_modules",
        "\(home)/.local/lib/node_modules", "\(home)/node_modules", "\(home)/.bun/install/global/node_modules",
        "\(home)/.volta/tools/image/packages/openclaw/lib/node_modules",
      ]
      folders += versions("\(home)/.nvm/versions/node", then: "lib/node_modules")
      folders += versions("\(home)/.local/share/fnm/node-versions", then: "installation/lib/node_modules")
      folders += versions("\(home)/.local/share/mise/installs/node", then: "lib/node_modules")
      folders += versions("\(home)/.asdf/installs/nodejs", then: "lib/node_modules")
      folders += versions("\(home)/.local/share/pnpm/global", then: "node_modules")
    }
    folders += states.map { "\($0)/lib/node_modules" }
    for folder in folders {
      for era in Era.allCases { add("\(folder)/\(era.word)") }
    }
    // The image of the container has the tree itself as its work directory.
    add("/app")
    for unit in units {
      for argument in unit.fact.execStart { _ = tree(of: argument) }
    }
  }

  private func versions(_ parent: String, then rest: String) -> [String] {
    ((try? files.list(parent)) ?? []).prefix(100).map { "\(parent)/\($0)/\(rest)" }
  }

  /// Version by the tree that a unit starts, else by the packages that belong to its era, else what the configuration
  /// was last written by, else what the unit says.
  mutating func setVersion(of installation: inout Installation, era: Era, units: [FoundUnit]) {
    let started = units.lazy.flatMap(\.fact.execStart)
    for argument in started {
      guard let package = tree(of: argument) else { continue }
      set(package, of: &installation)
      return
    }
    let era = Era(rawValue: installation.era) ?? era
    let own = packages.filter { era.packages.contains($0.name) }
    // The one below the state directory or in the same home comes before a tree for everybody.
    let home = Paths.parent(of: installation.stateDirectory)
    for place in [installation.stateDirectory, home == "/" ? installation.stateDirectory : home] {
      if let package = Self.newest(own.filter { Paths.isInside($0.path, place) }) {
        set(package, of: &installation)
        return
      }
    }
    if let package = Self.newest(own.filter { !$0.path.hasPrefix("/home/") && !$0.path.hasPrefix("/root/") }) {
      set(package, of: &installation)
      return
    }
    guard installation.version == nil else { return }
    for unit in units {
      for name in ["OPENCLAW_SERVICE_VERSION", "CLAWDBOT_SERVICE_VERSION"] {
        guard let version = unit.variables[name], Self.isVersion(version) else { continue }
        installation.version = version
        installation.versionSource = unit.fact.path
        return
      }
    }
  }

  private func set(_ package: Package, of installation: inout Installation) {
    installation.version = package.version
    installation.versionSource = "\(package.path)/package.json"
  }

  private static func newest(_ packages: [Package]) -> Package? {
    packages.max { numbers($0.version).lexicographicallyPrecedes(numbers($1.version)) }
  }

  private static func numbers(_ version: String) -> [Int] {
    version.split { !$0.isNumber }.map { Int($0) ?? 0 }
  }

  /// Whether a text from outside is fit to be shown as a version.
  static func isVersion(_ text: String) -> Bool {
    text.utf8.count <= 40 && text.first?.isNumber == true
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || "-.+".utf8.contains($0) }
  }

  /// The tree that a program or script belongs to: its link followed, then up to the package.json that has its name.
  private mutating func tree(of argument: String) -> Package? {
    guard argument.hasPrefix("/"), Era.mentioned(in: argument) != nil, let real = try? files.realPath(argument) else {
      return nil
    }
    var directory = Paths.parent(of: real)
    for _ in 0..<6 where directory != "/" {
      if let package = add(directory) { return package }
      directory = Paths.parent(of: directory)
    }
    return nil
  }

  @discardableResult
  private mutating func add(_ directory: String) -> Package? {
    guard let real = try? files.realPath(directory) else { return nil }
    if let known = packages.first(where: { $0.path == real }) { return known }
    guard packages.count < 1000, let bytes = try? files.read("\(real)/package.json", limit: 1 << 20),
      let node = try? JSON5.parse(bytes), let name = node["name"]?.string, let version = node["version"]?.string,
      Era.allCases.contains(where: { $0.word == name }), Self.isVersion(version)
    else { return nil }
    let package = Package(path: real, name: name, version: version)
    packages.append(package)
    return package
  }
}
