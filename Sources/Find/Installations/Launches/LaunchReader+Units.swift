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

  private mutating func readUnits(in folders: [String], home: Finder.Home?, known: Set<String>) {
    for folder in folders {
      for name in ((try? files.list(folder)) ?? []).prefix(2000) where name.hasSuffix(".service") {
        let path = "\(folder)/\(name)"
        guard !known.contains(path), let text = try? files.text(path, limit: Self.maximumBytes) else { continue }
        let unit = UnitFile(text, path: path)
        let user = unit.last("Service", "User")?.value
        let place = home?.path ?? self.home(of: user ?? "root", [])
        for command in unit.commands() {
          let inner = ShellCommand(words: command.arguments).behindStarters()
          guard !inner.words.isEmpty, let kind = recogniser.program(inner.words) else { continue }
          var found = FoundLaunch(
            .unit, kind: kind, file: path, line: command.line, words: inner.words,
            variables: unit.environment.map { ($0.name, $0.value) } + inner.assignments, home: place)
          found.launch.options = Self.options(unit, section: "Service")
          if home == nil, user == nil { found.launch.options.append(.init("User", "root", line: command.line)) }
          add(found)
          break
        }
      }
    }
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
    for name in ((try? files.list(folder)) ?? []).prefix(500) where name != "users" {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".container") {
        guard let text = text(path, owner: home.map(owner)) else { continue }
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
