import Formats
import Installations
import Model

/// The configuration of one installation as the rules read it: keys of every era, with their places.
struct Settings {
  let subject: Subject
  /// In the places of the present release, whichever wrote it.
  let configuration: Configuration
  let installation: Installation
  private let modernised: Modernised

  init(subject: Subject, configuration: Configuration, installation: Installation) {
    self.subject = subject
    self.installation = installation
    modernised = Modernised(configuration)
    self.configuration = modernised.configuration
  }

  /// Asks a rule's question where there is a configuration to ask, and says why not where there is none.
  ///
  /// An answer without a line rests on a default. Where an included file could not be read, a key that looks unset may be
  /// set there, so such an answer becomes "not measured".
  static func judge(_ subject: Subject, _ question: (Settings) -> [Answer]) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    guard let configuration = configuration(of: subject, installation) else {
      let whole = installation.problems.first { $0.path == installation.stateDirectory }
      if let problem = problems(of: installation).first ?? whole {
        return [
          .notMeasured(
            "the configuration was not read: \(problem.what)", at: .init(file: problem.path, line: problem.line))
        ]
      }
      return [
        .notMeasured(
          "there is no configuration file in \(installation.stateDirectory), and the gateway does not start without one"
        )
      ]
    }
    let settings = Settings(subject: subject, configuration: configuration, installation: installation)
    var answers = settings.withoutMisfits(question(settings))
    if !settings.modernised.moves.isEmpty {
      for index in answers.indices {
        answers[index].evidence = settings.modernised.inItsWords(answers[index].evidence)
        answers[index].location.key = answers[index].location.key.map(settings.modernised.written)
      }
    }
    guard let problem = problems(of: installation).first else { return answers }
    return answers.map { answer in
      answer.location.line != nil || answer.outcome.isNotMeasured
        ? answer
        : .notMeasured(
          "part of the configuration was not read (\(problem.what)), and the key may be set there",
          at: .init(file: problem.path, line: problem.line))
    }
  }

  /// Problems with the configuration or what it includes, without those of other files.
  static func problems(of installation: Installation) -> [Installation.Problem] {
    installation.problems.filter { problem in
      if problem.path == installation.configuration?.path { return true }
      if let fact = installation.files.first(where: { $0.path == problem.path }) {
        return fact.role == .configuration || fact.role == .include
      }
      return problem.path.hasSuffix(".json") || problem.path.hasSuffix(".json5")
    }
  }

  /// A gateway that was started with `--allow-unconfigured` runs on defaults: judged as an empty file.
  private static func configuration(of subject: Subject, _ installation: Installation) -> Configuration? {
    if let configuration = installation.configuration { return configuration }
    guard problems(of: installation).isEmpty, subject.arguments.found?.contains("--allow-unconfigured") == true else {
      return nil
    }
    let path = installation.stateDirectory + "/openclaw.json"
    return Configuration(
      path: path,
      root: Configuration.Setting(
        file: path, position: .init(line: 1, column: 1, offset: 0), content: .object([])))
  }

  /// The setting at a dotted path, a null counting as absent.
  subscript(path: String) -> Configuration.Setting? {
    guard let setting = configuration[path], setting.content != .null else { return nil }
    return setting
  }

  /// The first of several spellings that is set: the current key before the older ones.
  func first(of paths: [String]) -> (key: String, setting: Configuration.Setting)? {
    for path in paths {
      if let setting = self[path] { return (path, setting) }
    }
    return nil
  }

  /// Where a key stands, or would stand: with the line where it is written.
  func place(_ key: String) -> Finding.Location {
    guard let setting = self[key] else { return Finding.Location(file: configuration.path, key: key) }
    return place(setting, key: key)
  }
  func place(_ setting: Configuration.Setting, key: String) -> Finding.Location {
    Finding.Location(file: setting.file, line: setting.position.line, key: modernised.written(key))
  }

  /// An exact edit: file, key, new value. The product's own command for it is not relied on: its releases differ.
  ///
  /// `value` is JSON5 where the change can be spelled out, and then goes along as an edit; else it is a hint in words.
  func edit(_ key: String, to value: String, restart: Bool = true, automatic: Bool = false) -> Finding.Fix {
    let place = place(key)
    let file = place.file ?? configuration.path
    let line = place.line.map { ", line \($0)" } ?? ""
    var edit: Finding.Edit?
    if let path = names(key), let node = try? JSON5.parse(value) {
      edit = .set(file: file, key: path, Self.value(node))
    }
    let key = modernised.written(key)
    return Finding.Fix(
      "In \(file)\(line): set \(key) to \(value)\(restart ? ", then restart the gateway." : ".")",
      automatic: automatic && edit != nil, edit: edit)
  }
  func remove(_ key: String, automatic: Bool = false) -> Finding.Fix {
    let place = place(key)
    let file = place.file ?? configuration.path
    let line = place.line.map { ", line \($0)" } ?? ""
    let edit = place.line == nil ? nil : names(key).map { Finding.Edit.remove(file: file, key: $0) }
    let key = modernised.written(key)
    return Finding.Fix(
      "In \(file)\(line): delete \(key), then restart the gateway.", automatic: automatic && edit != nil, edit: edit)
  }

  /// The names that lead to a key; nil where an element of a list is on the way, or where a name with a dot in it would be
  /// taken for two.
  private func names(_ key: String) -> [String]? {
    guard !key.contains("[") else { return nil }
    let names = key.split(separator: ".").map(String.init)
    let written = modernised.written(key).split(separator: ".").map(String.init)
    guard self[key] == nil, names.count > 3 else { return written }
    // Below a name that a person chose, the section must be there.
    return self[names.prefix(3).joined(separator: ".")] != nil || names[0] == "gateway" || names[0] == "tools"
      ? written : nil
  }

  private static func value(_ node: Node) -> Value {
    switch node.content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let value, _): Int64(exactly: value).map(Value.int) ?? .double(value)
    case .string(let value): .string(value)
    case .array(let elements): .array(elements.map(value))
    case .object(let members):
      .object(members.reduce(into: Value.Members()) { $0[$1.name] = value($1.node) })
    }
  }

  func secret(_ key: String) -> Installation.SecretFact? {
    let written = modernised.written(key)
    return installation.secrets.first { $0.key == written }
  }

  /// The literal behind a secret: itself, or what its variable is set to in `.env` and units, where that was read.
  func literal(_ secret: Installation.SecretFact) -> Installation.SecretFact? {
    switch secret.form {
    case .literal: secret
    case .environment(let name, _): stored(name)
    case .reference: nil
    }
  }

  /// A credential outside the configuration, by the name of its variable or switch.
  func stored(_ name: String) -> Installation.SecretFact? {
    installation.storedSecrets.first { $0.key == name && $0.form == .literal }
  }

  /// `true` and `false` as written; nil for anything else.
  func flag(_ key: String) -> Bool? { self[key]?.bool }

  /// Per-agent sections of every era: `agents.entries.<id>` (since mid 2026), `agents.list[]`, `routing.agents.<id>`.
  var agents: [(id: String, key: String, setting: Configuration.Setting)] {
    var out: [(String, String, Configuration.Setting)] = []
    for member in configuration["agents.entries"]?.members ?? [] {
      out.append((member.name, "agents.entries.\(member.name)", member.setting))
    }
    for (index, setting) in (configuration["agents.list"]?.array ?? []).enumerated() {
      out.append((setting["id"]?.string ?? "\(index)", "agents.list[\(index)]", setting))
    }
    for member in configuration["routing.agents"]?.members ?? [] {
      out.append((member.name, "routing.agents.\(member.name)", member.setting))
    }
    return out
  }
}

extension Configuration.Setting {
  /// A dotted path below this setting, a null counting as absent.
  func at(_ path: String) -> Configuration.Setting? {
    // Most keys are one name, or begin with one that is not there: nothing is cut before it is needed.
    guard let point = path.utf8.firstIndex(of: UInt8(ascii: ".")) else {
      return path.isEmpty ? self : self[path].flatMap { $0.isNull ? nil : $0 }
    }
    guard point > path.startIndex, var setting = self[String(path[..<point])] else { return nil }
    for part in path[point...].split(separator: ".") {
      guard let next = setting[String(part)] else { return nil }
      setting = next
    }
    return setting.isNull ? nil : setting
  }

  var isNull: Bool { if case .null = content { true } else { false } }

  /// The strings of a list; a single string counts as a list of one.
  var strings: [String] { array?.compactMap(\.string) ?? string.map { [$0] } ?? [] }
}

extension Finding.Outcome {
  var isNotMeasured: Bool { if case .notMeasured = self { true } else { false } }
}
