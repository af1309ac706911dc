import Formats
import Knowledge
import Model
import Platform

/// The version of a running agent, out of files that belong to the very tree it runs from. Nothing is executed.
enum Version {
  static func running(_ process: ProcessTable.Process, _ kind: String, _ files: some FileSystem) -> String? {
    let variables = process.variables ?? [:]
    let root = process.container == nil ? "" : "/proc/\(process.pid)/root"
    switch kind {
    case "claude-code":
      // ~/.local/share/claude/versions/2.1.332: the file name is the version.
      if let exe = process.executable, exe.contains("/claude/versions/"), isVersion(exe.lastPathPart) {
        return exe.lastPathPart
      }
      let home = variables["HOME"] ?? ""
      if let session = try? files.text("\(home)/.claude/sessions/\(process.pid).json", limit: 64 << 10),
        let version = field("version", in: session)
      {
        return version
      }
    case "openclaw":
      if let version = variables["OPENCLAW_SERVICE_VERSION"], isVersion(version) { return version }
    default: break
    }
    let program = process.executable ?? ""
    let script = process.arguments.first { $0.hasPrefix("/") && $0 != program } ?? ""
    for start in [script, program] where start.hasPrefix("/") {
      let path = (try? files.realPath(root + start)) ?? root + start
      if let version = package(above: path, kind, files) { return version }
    }
    if let version = fromLoadedLibraries(process, kind, root, files) { return version }
    if let exe = process.executable { return fromPath(exe) }
    return nil
  }

  /// A Python program that wrote a title over its arguments no longer shows its script; the libraries that it has loaded
  /// still lie in the very site-packages it runs from (proc_pid_maps(5)).
  private static func fromLoadedLibraries(
    _ process: ProcessTable.Process, _ kind: String, _ root: String, _ files: some FileSystem
  ) -> String? {
    guard let program = process.executable?.lastPathPart, program.hasPrefix("python") || program.hasPrefix("pypy"),
      let maps = try? files.text("/proc/\(process.pid)/maps", limit: 8 << 20)
    else { return nil }
    var seen: Set<Substring> = []
    for line in maps.split(separator: "\n") {
      guard let slash = line.firstIndex(of: "/"), let end = line[slash...].firstRange(of: "/site-packages/")?.lowerBound
      else { continue }
      let place = line[slash..<end]
      guard seen.insert(place).inserted, seen.count <= 16 else { continue }
      let path = root + String(place) + "/site-packages"
      if let version = package(above: "\(path)/x", kind, files) { return version }
    }
    return nil
  }

  /// Walks up from a program to the `package.json` of its package, or to the `dist-info` beside its site-packages.
  private static func package(above path: String, _ kind: String, _ files: some FileSystem) -> String? {
    let names = Set(Fingerprints.embedded.rows.filter { $0.kind == kind && $0.signal == "package.npm" }.map(\.value))
    let wheels = Fingerprints.embedded.rows.filter { $0.kind == kind && $0.signal == "package.pypi" }
      .map { $0.value.replacing("-", with: "_") }
    var directory = path
    for _ in 0..<12 {
      guard let slash = directory.lastIndex(of: "/"), slash > directory.startIndex else { return nil }
      directory = String(directory[..<slash])
      if !names.isEmpty, let json = try? files.text("\(directory)/package.json", limit: 1 << 20),
        let name = field("name", in: json), names.contains(name)
      {
        return field("version", in: json)
      }
      if !wheels.isEmpty {
        let places = directory.hasSuffix("/site-packages") ? [directory] : sitePackages(of: directory, files)
        for place in places {
          for entry in (try? files.list(place)) ?? [] where entry.hasSuffix(".dist-info") {
            let parts = entry.dropLast(10).split(separator: "-", maxSplits: 1)
            if parts.count == 2, wheels.contains(String(parts[0])) { return String(parts[1]) }
          }
        }
      }
    }
    return nil
  }

  private static func sitePackages(of directory: String, _ files: some FileSystem) -> [String] {
    guard directory.lastPathPart != "lib", files.exists("\(directory)/pyvenv.cfg") else { return [] }
    return ((try? files.list("\(directory)/lib")) ?? []).filter { $0.hasPrefix("python") }
      .map { "\(directory)/lib/\($0)/site-packages" }
  }

  /// A string member of a JSON document.
  private static func field(_ name: String, in text: String) -> String? {
    guard let node = try? JSON5.parse(text), let value = node[name]?.string, value.utf8.count <= 64 else { return nil }
    return value
  }

  /// `…/Cellar/NAME/V/…`, `.pnpm/NAME@V`.
  private static func fromPath(_ path: String) -> String? {
    let parts = path.split(separator: "/").map(String.init)
    if let index = parts.firstIndex(where: { $0 == "Cellar" || $0 == "Caskroom" || $0 == "versions" }),
      let version = parts.dropFirst(index + 1).first(where: isVersion)
    {
      return version
    }
    return nil
  }

  static func isVersion(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x30...0x39).contains(first), text.contains("."), text.utf8.count <= 40 else {
      return false
    }
    return text.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x2D || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2B
    }
  }
}
