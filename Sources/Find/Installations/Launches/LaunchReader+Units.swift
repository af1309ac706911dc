import Formats
import Platform

/// Units of systemd that start an agent, other than those that `UnitReader` has read; and Quadlet files
/// (podman-systemd.unit(5)), whose `[Container]` says what runs.
extension LaunchReader {
  private static let systemFolders = ["/etc/systemd/system", "/usr/local/lib/systemd/system"]

  mutating func readUnits(_ homes: [Finder.Home], known: Set<String>) {
    readUnits(in: Self.systemFolders, home: nil, known: known)
    readUnits(in: ["/etc/systemd/user"], home: nil, known: known)
    for home in homes {
      readUnits(
        in: ["\(home.path)/.config/systemd/user", "\(home.path)/.local/share/systemd/user"], home: home, known: known)
    }
  }

  /// A service whose command is an agent.
  private struct Service {
    var unit: UnitFile
    var path: String
    var kind: String
    var line: Int
    var command: ShellCommand
    var home: String?
  }

  private mutating func readUnits(in folders: [String], home: Finder.Home?, known: Set<String>) {
    var services: [String: Service] = [:]
    var timers: [(name: String, path: String)] = []
    for folder in folders {
      for name in names(folder, .unit, limit: 2000) {
        let path = "\(folder)/\(name)"
        if name.hasSuffix(".timer") { timers.append((name, path)) }
        guard name.hasSuffix(".service"), let text = text(path, .unit, owner: home.map(owner)),
          let service = service(UnitFile(text, path: path), path, home)
        else { continue }
        if services[name] == nil { services[name] = service }
        if !known.contains(path) { add(launch(service, .unit, home)) }
      }
    }
    for timer in timers { readTimer(timer.name, timer.path, services, home) }
  }

  private func service(_ unit: UnitFile, _ path: String, _ home: Finder.Home?) -> Service? {
    let user = unit.last("Service", "User")?.value
    for command in unit.commands() {
      let inner = ShellCommand(words: command.arguments).behindStarters()
      guard !inner.words.isEmpty, let kind = recogniser.program(inner.words) else { continue }
      return Service(
        unit: unit, path: path, kind: kind, line: command.line, command: inner,
        home: home?.path ?? self.home(of: user ?? "root", []))
    }
    return nil
  }

  private func launch(_ service: Service, _ origin: Installation.Launch.Origin, _ home: Finder.Home?) -> FoundLaunch {
    var found = FoundLaunch(
      origin, kind: service.kind, file: service.path, line: service.line, words: service.command.words,
      variables: service.unit.environment.map { ($0.name, $0.value) } + service.command.assignments,
      home: service.home)
    found.launch.options = Self.options(service.unit, section: "Service")
    if home == nil, service.unit.last("Service", "User") == nil {
      found.launch.options.append(.init("User", "root", line: service.line))
    }
    return found
  }

  /// systemd.timer(5): `Unit=`, else the service of the same name.
  private mutating func readTimer(
    _ name: String, _ path: String, _ services: [String: Service], _ home: Finder.Home?
  ) {
    guard !services.isEmpty, let text = text(path, .timer, owner: home.map(owner)) else { return }
    let unit = UnitFile(text, path: path)
    let target = unit.last("Timer", "Unit")?.value ?? "\(name.dropLast(6)).service"
    let template = target.firstIndex(of: "@").map { "\(target[...$0]).service" } ?? target
    guard let service = services[target] ?? services[template] else { return }
    var found = launch(service, .timer, home)
    let times = unit.entries.filter { $0.section == "Timer" && $0.name.hasPrefix("On") }
    (found.launch.file, found.launch.line) = (path, times.first?.line ?? 1)
    found.launch.options += times.prefix(20).map { .init($0.name, $0.value, line: $0.line) }
    add(found)
  }

  /// Settings that say what a process may do; commands and variables stand elsewhere.
  static func options(_ unit: UnitFile, section: String) -> [Installation.Launch.Option] {
    unit.entries.filter { $0.section == section && !$0.name.hasPrefix("Exec") && !$0.name.hasPrefix("Environment") }
      .prefix(200).map {
        .init($0.name, ShownWords.cut([$0.value]).first ?? "", line: $0.line)
      }
  }

  // MARK: Quadlet

  mutating func readQuadlets(_ homes: [Finder.Home]) {
    readQuadlets(in: "/etc/containers/systemd", home: nil, depth: 2)
    readQuadlets(in: "/usr/share/containers/systemd", home: nil, depth: 1)
    readQuadlets(in: "/etc/containers/systemd/users", home: nil, depth: 2)
    for home in homes { readQuadlets(in: "\(home.path)/.config/containers/systemd", home: home, depth: 2) }
  }

  private mutating func readQuadlets(in folder: String, home: Finder.Home?, depth: Int) {
    for name in names(folder, .quadlet, limit: 500) where name != "users" {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".container") {
        guard let text = text(path, .quadlet, owner: home.map(owner)) else { continue }
        readQuadlet(UnitFile(text, path: path), path, home: home)
      } else if depth > 1, (try? files.status(path, followingLinks: true).kind) == .directory {
        readQuadlets(in: path, home: home, depth: depth - 1)
      }
    }
  }

  private mutating func readQuadlet(_ unit: UnitFile, _ path: String, home: Finder.Home?) {
    let section = "Container"
    let image = unit.last(section, "Image")
    let words = unit.last(section, "Exec").map { UnitFile.words($0.value) } ?? []
    let name = Paths.name(of: path)
    guard let kind = containerKind(name: name, image: image?.value, words: words) else { return }
    let variables = unit.list(section, "Environment").flatMap { UnitFile.words($0.value) }
      .compactMap(ShellCommand.assignment)
    var found = FoundLaunch(
      .quadlet, kind: kind, file: path, line: image?.line, words: words, variables: variables,
      home: home?.path ?? "/root")
    var options: [Installation.Launch.Option] = []
    for entry in unit.entries where entry.section == section {
      guard let translated = Self.quadletNames[entry.name] else { continue }
      let values = translated == "cap_add" ? UnitFile.words(entry.value) : [entry.value]
      options += values.prefix(64).map { .init(translated, ShownWords.cut([$0]).first ?? "", line: entry.line) }
    }
    for entry in unit.list(section, "PodmanArgs") {
      let arguments = UnitFile.words(entry.value)
      if arguments.contains("--privileged") || arguments.contains("--privileged=true") {
        options.append(.init("privileged", "true", line: entry.line))
      }
      for (index, argument) in arguments.enumerated() where argument == "--network" || argument == "--net" {
        if index + 1 < arguments.count { options.append(.init("network_mode", arguments[index + 1], line: entry.line)) }
      }
    }
    if unit.last(section, "NoNewPrivileges")?.value == "true" {
      options.append(.init("security_opt", "no-new-privileges", line: 1))
    }
    found.launch.options = options
    add(found)
  }

  private static let quadletNames = [
    "Image": "image", "PublishPort": "ports", "Volume": "volumes", "Network": "network_mode", "User": "user",
    "AddCapability": "cap_add", "ContainerName": "container_name", "ReadOnly": "read_only", "UserNS": "userns_mode",
    "EnvironmentFile": "env_file", "SecurityLabelDisable": "label_disable",
  ]

  /// Which agent runs in a container, by its command, else by the last part of its image's name, else by its own name.
  func containerKind(name: String, image: String?, words: [String]) -> String? {
    if !words.isEmpty, let kind = recogniser.program(words) { return kind }
    let base = image.map { image in
      String(image.split(separator: "/").last?.prefix { $0 != ":" && $0 != "@" } ?? "")
    }
    for candidate in [base, name].compactMap({ $0 }) {
      var word = candidate.lowercased()
      for suffix in [".container", "-gateway", "-agent", "-server", "-cli"] where word.hasSuffix(suffix) {
        word = String(word.dropLast(suffix.count))
      }
      if let kind = recogniser.program([word]) { return kind }
    }
    return nil
  }
}
