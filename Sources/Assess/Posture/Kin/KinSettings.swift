import Formats
import Installations
import Matching
import Model
import Platform

/// The settings of a product that merges several files, as it merges them: which value counts, and which file says so.
///
/// A project's files count only in that project, a profile's only with that profile, so there is one view for each of
/// these `contexts` beside the one that holds everywhere.
struct KinSettings {
  typealias Layer = Installation.Layer
  typealias Setting = Configuration.Setting

  /// What is the same in all contexts.
  private let frame: Frame
  /// Settings files that count in this context, strongest first.
  let layers: [Layer]
  /// Nil for what holds outside of any folder of work.
  let project: String?

  var subject: Subject { frame.subject }
  var installation: Installation { frame.installation }
  var merging: Merging { frame.merging }
  /// Every file that was read, whatever its role, strongest first.
  var files: [Layer] { frame.base.files }
  /// Settings files that the product throws away, with the reason.
  var dropped: [Dropped] { frame.base.dropped }
  /// Files that should have been read and were not.
  var unread: [Installation.Problem] { frame.base.unread }

  private final class Frame: Sendable {
    let subject: Subject
    let installation: Installation
    let merging: Merging
    let base: Base
    init(_ subject: Subject, _ installation: Installation, _ merging: Merging, _ base: Base) {
      self.subject = subject
      self.installation = installation
      self.merging = merging
      self.base = base
    }
  }

  struct Dropped: Sendable {
    var layer: Layer
    var fault: Merging.Fault
  }

  /// A value and the layer that says so.
  struct Found {
    var key: String
    var layer: Layer
    var setting: Setting
    var place: Finding.Location {
      Finding.Location(file: setting.file, line: setting.position.line, key: key)
    }
  }

  private init(_ frame: Frame, layers: [Layer], project: String?) {
    self.frame = frame
    self.layers = layers
    self.project = project
  }

  // MARK: asking

  /// Asks where there is something to ask, and says why not where there is nothing.
  ///
  /// Where a file could not be read, a stronger word may stand in it: an answer that rests on a default, and a pass that
  /// an unread file could overrule, become "not measured". What fails where it stands stays a failure.
  static func judge(
    _ subject: Subject, _ kind: String, _ merging: Merging, roles: Set<String> = [],
    _ question: (KinSettings) -> [Answer]
  ) -> [Answer] {
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    let base =
      subject.workings?.base(kind) { Base(installation, merging) } ?? Base(installation, merging)
    let (all, unread) = (base.all, base.unread)
    guard base.hasSettings else {
      if let problem = unread.first {
        return [.notMeasured("the configuration was not read: \(problem.what)", at: .init(file: problem.path))]
      }
      return [.notMeasured("no configuration was read")]
    }
    let settings = KinSettings(
      Frame(subject, installation, merging, base), layers: base.layers, project: nil)
    let answers = question(settings)
    // A file of another role says nothing about this question.
    let deciding = unread.filter { problem in
      all.first { $0.path == problem.path }.map { $0.role == "settings" || roles.contains($0.role) } ?? true
    }
    guard let problem = deciding.first else { return answers }
    return answers.map { answer in
      answer.outcome == .fail && !settings.restsOnDefault(answer, all) || answer.outcome.isNotMeasured
        || answer.outcome == .pass && settings.isBeyondDoubt(answer, all, deciding)
        ? answer
        : .notMeasured("part of the configuration was not read (\(problem.what)), and the key may be set there")
    }
  }

  /// Whether a failure names a key of a settings file that is not written there.
  private func restsOnDefault(_ answer: Answer, _ all: [Layer]) -> Bool {
    answer.location.line == nil && answer.location.key != nil
      && all.contains { $0.role == "settings" && $0.path == answer.location.file }
  }

  /// Whether nothing stronger than the file that an answer names is unread.
  private func isBeyondDoubt(_ answer: Answer, _ all: [Layer], _ deciding: [Installation.Problem]) -> Bool {
    guard answer.location.line != nil, let index = all.firstIndex(where: { $0.path == answer.location.file }) else {
      return false
    }
    return deciding.allSatisfy { problem in
      all.firstIndex { $0.path == problem.path }.map { $0 > index } ?? false
    }
  }

  /// The files of an installation. One that was read as a single configuration is one layer of its user.
  static func layers(of installation: Installation) -> [Layer] {
    guard installation.layers.isEmpty, let configuration = installation.configuration else {
      return installation.layers
    }
    // Without a fact about the file, nothing is known of its mode.
    let status = installation.files.first { $0.path == configuration.path }?.status
    return [Layer(.user, configuration, status: status ?? .init(kind: .other, mode: 0))]
  }

  /// Problems with files that settings may stand in.
  static func problems(of installation: Installation, _ layers: [Layer]) -> [Installation.Problem] {
    installation.problems.filter { problem in
      if problem.isOfLaunch { return false }
      if problem.path == installation.configuration?.path || layers.contains(where: { $0.path == problem.path }) {
        return true
      }
      if let fact = installation.files.first(where: { $0.path == problem.path }) {
        return fact.role == .configuration || fact.role == .include
      }
      return [".json", ".jsonc", ".json5", ".toml", ".yaml", ".yml"].contains { problem.path.hasSuffix($0) }
    }
  }

  // MARK: contexts

  /// What holds outside of any folder and without a profile, then each folder of work, then each profile.
  var contexts: [KinSettings] {
    frame.base.contexts.map { KinSettings(frame, layers: $0.layers, project: $0.project) }
  }

  /// Asks in every context: all failures, each once; where there is none, what holds everywhere.
  func everywhere(_ question: (KinSettings) -> [Answer]) -> [Answer] {
    var failures: [Answer] = []
    var seen: Set<Answer> = []
    var first: [Answer] = []
    for (index, context) in contexts.enumerated() {
      let answers = question(context)
      if index == 0 { first = answers }
      for answer in answers where answer.outcome == .fail && seen.insert(answer).inserted { failures.append(answer) }
    }
    return failures.isEmpty ? first : FileRules.capped(failures)
  }

  // MARK: values

  private func counts(_ layer: Layer, _ key: String, _ setting: Setting) -> Bool {
    !merging.ignores(.init(layer: layer, key: key, setting: setting, layers: layers))
  }

  /// The value that counts: of the strongest layer that has the key and is heard about it; a null is absent.
  func value(_ key: String) -> Found? {
    // By their index: a layer is large, and most do not have the key.
    for index in layers.indices {
      guard let setting = layers[index].configuration.root.at(key), counts(layers[index], key, setting) else {
        continue
      }
      return Found(key: key, layer: layers[index], setting: setting)
    }
    return nil
  }
  subscript(_ key: String) -> Setting? { value(key)?.setting }
  func flag(_ key: String) -> Bool? { self[key]?.bool }
  func text(_ key: String) -> String? { self[key]?.string }

  /// The entries of a list that counts, each with its place; a single string counts as a list of one.
  func entries(_ key: String) -> [Found] {
    var found: [Found] = []
    for index in layers.indices {
      guard let setting = layers[index].configuration.root.at(key) else { continue }
      let layer = layers[index]
      guard counts(layer, key, setting) else { continue }
      if let array = setting.array {
        found += array.map { Found(key: key, layer: layer, setting: $0) }
      } else if setting.string != nil {
        found.append(Found(key: key, layer: layer, setting: setting))
      }
      if !merging.joinsLists { break }
    }
    return found
  }

  /// The members of a table over all layers that count, the strongest of each name.
  func members(_ key: String) -> [(name: String, found: Found)] {
    var out: [(name: String, found: Found)] = []
    for index in layers.indices {
      guard let setting = layers[index].configuration.root.at(key) else { continue }
      let layer = layers[index]
      guard counts(layer, key, setting) else { continue }
      for member in setting.members ?? [] where !out.contains(where: { $0.name == member.name }) {
        out.append((member.name, Found(key: "\(key).\(member.name)", layer: layer, setting: member.setting)))
      }
    }
    return out
  }

  /// Every place in which a key is written, heard or not.
  func written(_ key: String, in scopes: Set<Layer.Scope> = Set(Layer.Scope.allCases)) -> [Found] {
    layers.indices.compactMap { index in
      guard scopes.contains(layers[index].scope), let setting = layers[index].configuration.root.at(key) else {
        return nil
      }
      return Found(key: key, layer: layers[index], setting: setting)
    }
  }

  /// Files of some role other than settings.
  func files(_ role: String) -> [Layer] { files.filter { $0.role == role } }

  /// Why a file that is there could not be read; nil where each of these was.
  func unread(where matches: (Layer) -> Bool) -> String? {
    unread.first { problem in installation.layers.contains { $0.path == problem.path && matches($0) } }?.what
  }

  // MARK: places and changes

  /// The file in which a setting of that scope belongs: one that is there, else the strongest of the user's.
  private func home(_ scope: Layer.Scope) -> String? {
    (layers.first { $0.scope == scope } ?? layers.first { $0.scope == .user } ?? layers.first)?.path
  }

  /// Where a key stands, or would stand.
  func place(_ key: String, in scope: Layer.Scope = .user) -> Finding.Location {
    value(key)?.place ?? Finding.Location(file: home(scope), key: key)
  }

  /// An exact change: file, key, new value. Where it can be written back without harm to its comments, as an edit too.
  func set(_ key: String, to value: Value, in scope: Layer.Scope = .user, also: String = "") -> Finding.Fix {
    let found = self.value(key)
    let isThere = layers.contains { $0.scope == scope }
    let file = found?.setting.file ?? home(scope) ?? installation.stateDirectory
    let line = found.map { ", line \($0.setting.position.line)" } ?? ""
    let isJSON = file.hasSuffix(".json") && (found != nil || isThere)
    return Finding.Fix(
      "In \(file)\(line): set \(key) to \(Self.written(value)).\(also.isEmpty ? "" : " \(also)")",
      edit: isJSON ? .set(file: file, key: key.split(separator: ".").map(String.init), value) : nil)
  }

  static func remove(_ found: Found, because reason: String = "") -> Finding.Fix {
    let file = found.setting.file
    let names = found.key.split(separator: ".").map(String.init)
    // A key with a name from the file in it was made fit to be shown, and may not be the one that stands there.
    let isExact = file.hasSuffix(".json") && found.layer.configuration.root.at(found.key) == found.setting
    return Finding.Fix(
      "In \(file), line \(found.setting.position.line): delete \(found.key).\(reason.isEmpty ? "" : " \(reason)")",
      edit: isExact ? .remove(file: file, key: names) : nil)
  }

  private static func written(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .bytes: "bytes"
    case .array(let values): "[\(values.map(written).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.entries.map { "\"\($0.name)\": \(written($0.value))" }.joined(separator: ", "))}"
    }
  }

  // MARK: one key

  /// A question about one key: `isBad` sees its value, nil where it is unset and `meaning` holds.
  func ask(
    _ key: String, default meaning: String, set value: Value, in scope: Layer.Scope = .user,
    severity: Severity? = nil, isBad: (Setting?) -> Bool
  ) -> [Answer] {
    everywhere { context in
      let found = context.value(key)
      let evidence = "\(key) is \(found.map(\.setting.shown) ?? "unset, which means \(meaning)")"
      let place = context.place(key, in: scope)
      guard isBad(found?.setting) else { return [.pass(evidence, at: place)] }
      return [.fail(evidence, at: place, severity: severity, fix: context.set(key, to: value, in: scope))]
    }
  }
}

extension Configuration.Setting {
  /// A value for an evidence line: short, on one line, without what a terminal would obey.
  var shown: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): value.rounded() == value && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    case .string(let value): value.isEmpty ? "\"\"" : Self.shown(value)
    case .array(let values): values.isEmpty ? "an empty list" : "a list of \(values.count)"
    case .object(let members): "a table of \(members.count)"
    }
  }

  static func shown(_ text: String) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(Secret.cut(text, replacement: Configuration.redacted).text), to: 100)
  }
}
