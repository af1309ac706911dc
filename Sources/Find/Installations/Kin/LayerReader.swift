import Formats
import Matching
import Platform
import YAML

/// Reads the settings files of one installation into layers: in its owner's name, with credentials cut out, and with a
/// problem for each file that is there and could not be read.
struct LayerReader {
  typealias Layer = Installation.Layer
  typealias Setting = Configuration.Setting

  enum Limit {
    static let bytes = 2 << 20
    /// Records that a program writes for itself grow with use.
    static let recordBytes = 16 << 20
    static let projects = 200
    /// Files in one folder of policies, profiles, extensions.
    static let siblings = 200
    static let layers = 2000
    static let problems = 200
    /// Lines of a file that is kept as its lines.
    static let lines = 5000
  }

  /// Where a user has told the product to work.
  struct Project {
    var path: String
    var isTrusted: Bool?
  }

  let files: any FileSystem
  let tags: KeyedTag
  /// The user's home; nil for what lies outside of all homes.
  let home: String?
  /// The state directory, by the path under which it was found.
  let state: String
  var layers: [Layer] = []
  var problems: [Installation.Problem] = []
  var facts: [Installation.FileFact] = []
  var secrets: [Installation.SecretFact] = []
  var storedSecrets: [Installation.SecretFact] = []
  var moreTranscripts = 0
  /// The program's version, and the file that says so.
  var version: (text: String, file: String)?
  private var seen: Set<String> = []

  init(files: any FileSystem, owner: UInt32, tags: KeyedTag, home: String?, state: String) {
    self.files = OwnersFiles(files, owner: owner)
    self.tags = tags
    self.home = home
    self.state = state
  }

  // MARK: layers

  /// Reads a file and puts it below those that came before; nothing where there is none.
  @discardableResult
  mutating func add(
    _ scope: Layer.Scope, _ path: String, role: String = "settings", as format: Format? = nil,
    of project: Project? = nil
  ) -> Layer? {
    guard let layer = read(scope, path, role: role, as: format, of: project) else { return nil }
    add(layer)
    return layer
  }

  mutating func add(_ layer: Layer?) {
    guard let layer, layers.count < Limit.layers else { return }
    layers.append(layer)
  }

  /// A file as a layer; nil where there is none, or it was read before.
  ///
  /// Of a record that a program keeps for itself only the members are kept that `keeping` names: the rest are people's
  /// prompts.
  mutating func read(
    _ scope: Layer.Scope, _ path: String, role: String = "settings", as format: Format? = nil,
    of project: Project? = nil,
    keeping: ((Node) -> Node)? = nil
  ) -> Layer? {
    guard !path.contains("\0"), let status = try? files.status(path, followingLinks: true) else {
      report(dangling: path, project)
      return nil
    }
    // A folder of that name is none of the product's files.
    guard status.kind != .directory, seen.insert((try? files.realPath(path)) ?? path).inserted else { return nil }
    let nothing = Setting(file: path, position: Position(line: 1, column: 1, offset: 0), content: .object([]))
    var layer = Layer(
      scope, role: role, Configuration(path: path, root: nothing), status: status, project: project?.path,
      isTrusted: project?.isTrusted)
    do throws(FileError) {
      let limit = keeping == nil ? Limit.bytes : Limit.recordBytes
      guard status.size <= limit else { throw FileError(path, .tooLarge) }
      let bytes = try files.read(path, limit: limit)
      let format = format ?? Format(path)
      if let root = parse(bytes, format, path, limit, keeping) { layer.configuration.root = cut(root, format) }
    } catch {
      // The owner's program would not read it either: it is no file of this installation.
      if error.code == Paths.notForOwner, project != nil { return nil }
      let limit = keeping == nil ? Limit.bytes : Limit.recordBytes
      report(path, nil, Paths.explain(error, limit: limit))
    }
    return layer
  }

  /// The user's own file as it counts where there is none: nothing is set, and the product's defaults hold.
  func unset(_ path: String) -> Layer? {
    do {
      _ = try files.status(path, followingLinks: true)
      return nil
    } catch {
      // What is hidden may well be there.
      guard error.code == .notFound else { return nil }
    }
    let nothing = Setting(file: path, position: Position(line: 1, column: 1, offset: 0), content: .object([]))
    var layer = Layer(.user, Configuration(path: path, root: nothing), status: FileStatus(kind: .other, mode: 0))
    layer.exists = false
    return layer
  }

  /// A link to nothing is no file; one in a circle, or a folder that is closed, hides one.
  private mutating func report(dangling path: String, _ project: Project?) {
    do { _ = try files.status(path, followingLinks: true) } catch {
      guard error.code == .denied || error.code == .symlinkLoop, project == nil else { return }
      report(path, nil, Paths.explain(error))
    }
  }

  mutating func report(_ path: String, _ position: Position?, _ what: String) {
    guard problems.count < Limit.problems else { return }
    problems.append(Installation.Problem(path: path, line: position?.line, column: position?.column, what: what))
  }

  // MARK: formats

  enum Format {
    case json, toml, environment
    case yaml(YAML.Dialect)
    /// Not understood: kept as its lines.
    case lines

    init(_ path: String) {
      let name = Paths.name(of: path)
      self =
        if name.hasSuffix(".toml") { .toml } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
          .yaml(.pyYAML)
        } else if name == ".env" || name.hasSuffix(".env") {
          .environment
        } else if name.hasSuffix(".rules") { .lines } else { .json }
    }

    var name: String {
      switch self {
      case .json: "JSON"
      case .toml: "TOML"
      case .yaml: "YAML"
      case .environment: "a file of variables"
      case .lines: "text"
      }
    }
  }

  private mutating func parse(
    _ bytes: [UInt8], _ format: Format, _ path: String, _ limit: Int, _ keeping: ((Node) -> Node)?
  ) -> Setting? {
    do throws(JSON5.Error) {
      let limits = JSON5.Limits(bytes: limit)
      let node: Node
      switch format {
      case .json: node = try JSON5.parse(bytes, limits: limits)
      case .toml: node = try TOML.parse(bytes, limits: limits)
      case .yaml(let dialect):
        let document = try YAML.document(bytes, as: dialect, limits: limits)
        if let next = document.next { report(path, next, "a second document begins, which is not read") }
        node = try Self.mapping(document.root)
      case .environment: return Self.variables(Dotenv(bytes), path)
      case .lines: return Self.lines(bytes, path)
      }
      return Self.setting(keeping.map { $0(node) } ?? node, in: path)
    } catch {
      report(path, error.position, "not \(format.name): \(error.message)")
      if problems.last?.path == path { problems[problems.count - 1].excerpt = ShownLine.excerpt(error, of: bytes) }
      return nil
    }
  }

  private mutating func cut(_ root: Setting, _ format: Format) -> Setting {
    var cutter = CredentialCutter(tags: tags, variables: [:])
    if case .environment = format {
      let root = cutter.cutVariables(root)
      if storedSecrets.count < 2000 { storedSecrets += cutter.facts.prefix(500) }
      return root
    }
    let root = cutter.cut(root)
    if secrets.count < 10_000 { secrets += cutter.facts }
    return root
  }

  /// Almost any text is YAML: settings are names with values, or nothing.
  private static func mapping(_ root: Node) throws(JSON5.Error) -> Node {
    switch root.content {
    case .object: return root
    case .null: return Node(.object([]), start: root.start, end: root.end)
    default: throw JSON5.Error(.expected("names with values", found: "a list or text"), at: root.start)
    }
  }

  /// Of names that occur twice the last counts.
  static func setting(_ node: Node, in file: String) -> Setting {
    let content: Setting.Content
    switch node.content {
    case .null: content = .null
    case .bool(let value): content = .bool(value)
    case .number(let value, _): content = .number(value)
    case .string(let value): content = .string(value)
    case .array(let elements): content = .array(elements.map { setting($0, in: file) })
    case .object(let members):
      var own: [Setting.Member] = []
      var places: [String: Int] = [:]
      for member in members {
        let value = setting(member.node, in: file)
        if let place = places[member.name] {
          own[place].setting = value
        } else {
          places[member.name] = own.count
          own.append(Setting.Member(name: member.name, setting: value))
        }
      }
      content = .object(own)
    }
    return Setting(file: file, position: node.start, content: content)
  }

  private static func variables(_ dotenv: Dotenv, _ file: String) -> Setting {
    var own: [Setting.Member] = []
    var places: [String: Int] = [:]
    for entry in dotenv.entries {
      let position = Position(line: entry.line, column: 1, offset: 0)
      let value = Setting(file: file, position: position, content: .string(entry.value))
      if let place = places[entry.name] {
        own[place].setting = value
      } else {
        places[entry.name] = own.count
        own.append(Setting.Member(name: entry.name, setting: value))
      }
    }
    return Setting(file: file, position: Position(line: 1, column: 1, offset: 0), content: .object(own))
  }

  private static func lines(_ bytes: [UInt8], _ file: String) -> Setting {
    let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
    let settings = lines.prefix(Limit.lines).enumerated().map { index, line in
      Setting(
        file: file, position: Position(line: index + 1, column: 1, offset: 0), content: .string(String(line)))
    }
    return Setting(file: file, position: Position(line: 1, column: 1, offset: 0), content: .array(settings))
  }
}
