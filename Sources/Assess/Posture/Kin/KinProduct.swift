import Formats
import Installations
import Matching
import Model

/// One product whose rules are about to be written down: its kind in the fingerprint table, and how it merges its files.
struct KinProduct {
  let kind: String
  var merging = Merging.plain

  /// A rule about its settings.
  func rule(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String],
    _ question: @escaping @Sendable (KinSettings) -> [Answer]
  ) -> Rule {
    .kin(
      kind, merging, name, title, severity, because: because, reads: reads, tier: tier, requirement: requirement,
      why: why, remedy: remedy, references: references, question)
  }

  /// A rule that needs no settings file: about starts, variables, modes, other files.
  func check(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String],
    _ question: @escaping @Sendable (Subject) -> [Answer]
  ) -> Rule {
    Rule(
      "\(kind).\(name)", title, severity, because: because, reads: reads, for: .init(kinds: [kind]), tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references, check: question)
  }
}

/// A variable that a product is started with, wherever that is written down.
struct StartVariable {
  var name: String
  /// Nil where it is a credential, or where only its name was seen.
  var value: String?
  var place: Finding.Location
  /// `in /etc/systemd/system/x.service`.
  var text: String
  /// Whether its value is a word that everybody knows.
  var isWellKnown = false
  /// Whether it is set to something that products take for yes; what is only known by its name counts.
  var isOn: Bool {
    guard let value else { return true }
    return !["", "0", "false", "no", "off"].contains(value.lowercased())
  }
  var shown: String { "\(name) is \(value.map(Configuration.Setting.shown) ?? "set") \(text)" }
}

extension Subject {
  /// Variables of starts, of the user's own `.env` files and of the process; those of folders of work are left out.
  func variables(_ matches: (String) -> Bool) -> [StartVariable] {
    var found: [StartVariable] = []
    for launch in launches {
      var names = launch.environment
      names += launch.values.keys.sorted().filter { !names.contains($0) }
      for name in names where matches(name) {
        found.append(
          StartVariable(
            name: name, value: launch.values[name], place: launch.location(name), text: launch.place,
            isWellKnown: launch.wellKnown.contains(name)))
      }
    }
    for layer in installation?.layers ?? [] where layer.role == "environment" {
      guard layer.scope != .project, layer.scope != .local else { continue }
      for member in layer.configuration.root.members ?? [] where matches(member.name) {
        found.append(
          StartVariable(
            name: Configuration.Setting.shown(member.name), value: member.setting.string ?? member.setting.shown,
            place: .init(
              file: layer.path, line: member.setting.position.line, key: Configuration.Setting.shown(member.name)),
            text: "in \(layer.path)"))
      }
    }
    for entry in installation?.dotenv ?? [] where matches(entry.name) && !entry.isEmpty {
      guard !found.contains(where: { $0.name == entry.name }) else { continue }
      found.append(
        StartVariable(
          name: entry.name, value: nil,
          place: .init(file: installation.map { $0.stateDirectory + "/.env" }, line: entry.line, key: entry.name),
          text: "in its .env"))
    }
    for name in environment.found?.sorted() ?? [] where matches(name) && !found.contains(where: { $0.name == name }) {
      found.append(
        StartVariable(name: name, value: nil, place: .init(key: name), text: "in the environment of the process"))
    }
    return found
  }

  func variable(_ names: String...) -> StartVariable? { variables(names.contains).first }

  /// Asks of each variable: those that fail; a pass only where somebody looked.
  func ask(variables matches: (String) -> Bool, pass: String, _ question: (StartVariable) -> Answer?) -> [Answer] {
    let failures = variables(matches).compactMap(question)
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let reason = variablesBlind { return [.notMeasured(reason)] }
    return [.pass(pass)]
  }

  /// Why nobody knows its variables; nil where something is known.
  var variablesBlind: String? {
    if let reason = startsUnread() { return reason }
    if installation?.layers.contains(where: { $0.role == "environment" }) == true { return nil }
    if environment.found != nil { return nil }
    return launchesBlind
  }

  /// Asks of each start: those that fail; a pass only where some start is known.
  func ask(launches question: (Installation.Launch) -> Answer?, pass: String) -> [Answer] {
    let known = launches
    let failures = known.compactMap(question)
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let reason = launchesBlind { return [.notMeasured(reason)] }
    return [known.isEmpty ? .notMeasured("no start of it is known") : .pass(pass)]
  }

  /// Files of a role, over all scopes.
  func files(_ role: String) -> [Installation.Layer] { installation?.layers.filter { $0.role == role } ?? [] }

  /// Asks about files of one kind; says why not where none was read.
  func ask(
    files: [Installation.Layer], none: String, pass: (Installation.Layer) -> String,
    _ question: (Installation.Layer) -> [Answer]
  ) -> [Answer] {
    guard let installation else { return [.notMeasured(installationMissing)] }
    let read = files.filter { layer in !installation.problems.contains { $0.path == layer.path } }
    let failures = read.flatMap(question).filter { $0.outcome == .fail }
    if !failures.isEmpty { return FileRules.capped(failures) }
    if let problem = installation.problems.first(where: { problem in files.contains { $0.path == problem.path } }) {
      return [.notMeasured("the file was not read: \(problem.what)", at: .init(file: problem.path))]
    }
    guard let first = read.first else { return [.notMeasured(none)] }
    return [.pass(pass(first), at: .init(file: first.path))]
  }

  /// The container that it runs in, where one was seen.
  var box: ContainerFacts? { container.found.flatMap { $0 } }

  /// Sockets that other machines reach.
  func open(_ port: UInt16?) -> [Socket] {
    (sockets.found ?? []).filter { $0.listener.scope > .loopback && (port == nil || $0.listener.port == port) }
  }
}

extension Installation.Launch {
  /// What follows the first of these programs: `uvx openhands web` is `web`. Nil where none of them is named.
  func arguments(of programs: Set<String>) -> [String]? {
    for (index, word) in words.prefix(8).enumerated() {
      let name = word.split(separator: "/").last.map(String.init) ?? word
      if programs.contains(name) { return Array(words[(index + 1)...]) }
    }
    return nil
  }

  /// The switches behind a subcommand; nil where another one, or none, is given.
  func switches(of programs: Set<String>, _ commands: Set<String>) -> Switches? {
    guard let rest = arguments(of: programs), let command = rest.first(where: { !$0.hasPrefix("-") }),
      commands.contains(command)
    else { return nil }
    return Switches([command] + rest.filter { $0 != command })
  }
}

extension Reach {
  /// Whether a program that is told to listen there is reached from this machine alone.
  static func isLocal(host: String) -> Bool { isLoopback(host: host.filter { $0 != "[" && $0 != "]" }) }

  /// Whether a name sounds like that of a secret.
  static func isSecretName(_ name: String) -> Bool {
    if Secret.isCredentialName(name) { return true }
    let name = name.uppercased()
    return ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD"].contains { mark in
      name.split(separator: "_").contains { $0 == mark }
    }
  }
}

extension KinSettings {
  /// Whether a credential stands there itself: the reader cut it, or it names no variable and no file.
  func isLiteral(_ found: Found) -> Bool { Self.isLiteral(found, installation) }

  static func isLiteral(_ found: Found, _ installation: Installation) -> Bool {
    guard let text = found.setting.string, !text.isEmpty else { return false }
    let file = found.setting.file
    if installation.secrets.contains(where: { $0.file == file && $0.key == found.key && $0.form != .literal }) {
      return false
    }
    if text.contains(Configuration.redacted) { return true }
    return !text.hasPrefix("$") && !["${", "{env:", "{file:"].contains(where: text.contains)
  }

  /// The members of a table of a member: `providers.*.apiKey`.
  func each(_ table: String, _ keys: [String]) -> [Found] {
    members(table).flatMap { member in
      keys.compactMap { key in
        member.found.setting.at(key).map {
          Found(
            key: "\(table).\(Configuration.Setting.shown(member.name)).\(key)", layer: member.found.layer, setting: $0)
        }
      }
    }
  }

  /// Where the settings file of the user is, for what stands in none.
  var main: Finding.Location { Finding.Location(file: layers.first?.path) }
}

extension KinSettings.Found {
  var line: String { "In \(setting.file), line \(setting.position.line)" }
}
