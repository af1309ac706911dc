import Formats
import Installations
import Matching
import Model
import Platform

/// One server of the Model Context Protocol as some client has it in its configuration: the same record for all of them.
struct MCPServer: Sendable {
  enum Transport: String { case stdio, http, sse }

  var name: String
  /// The product that starts it or connects to it.
  var client: String
  var transport: Transport
  var command: String?
  var arguments: [String] = []
  var url: String?
  /// Variables and headers that are set for it, with their values as far as these are no credential.
  var environment: [Configuration.Setting.Member] = []
  var headers: [Configuration.Setting.Member] = []
  var scope: Installation.Layer.Scope
  var project: String?
  /// Whether the folder that brings it is trusted; nil where nobody is asked or it is not known.
  var isTrusted: Bool?
  var isDisabled: Bool
  /// Key of the table in its file: `mcpServers.x`.
  var key: String
  var setting: Configuration.Setting
  /// Where literal credentials stand in it.
  private(set) var secrets: [Place] = []

  struct Place: Hashable, Sendable {
    var key: String
    var line: Int
  }

  var location: Finding.Location { location(nil) }
  var shownName: String { Configuration.Setting.shown(name) }

  /// Where something of it stands, the server's own place where it does not.
  func location(_ part: String?) -> Finding.Location {
    let inner = part.flatMap { setting.at($0) }
    return Finding.Location(
      file: setting.file, line: (inner ?? setting).position.line,
      key: Configuration.Setting.shown(part.map { "\(key).\($0)" } ?? key))
  }

  /// The first of some settings that it has.
  func first(_ names: [String]) -> (name: String, setting: Configuration.Setting)? {
    for name in names {
      if let found = setting.at(name) { return (name, found) }
    }
    return nil
  }

  /// The program without its folder and ending: `npx`, `docker`; nil for remote servers.
  var program: String? {
    command.map { command in
      let name = command.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? command
      for ending in [".exe", ".cmd", ".bat"] where name.lowercased().hasSuffix(ending) {
        return String(name.dropLast(ending.count)).lowercased()
      }
      return name
    }
  }

  /// For comparing two definitions of the same name.
  var target: String { url ?? ([command ?? ""] + arguments).joined(separator: " ") }
}

extension MCPServer {
  /// Servers of an agent over all its files. Empty where there is none, or where nothing was read: see `unread`.
  static func all(of subject: Subject) -> [MCPServer] {
    subject.workings?.servers { read(subject) } ?? read(subject)
  }

  private static func read(_ subject: Subject) -> [MCPServer] {
    guard let installation = subject.installation else { return [] }
    let kind = subject.agent.kind
    var servers: [MCPServer] = []
    // What the reader cut because a variable or a reference stands there is no literal.
    let filled = Set(installation.secrets.lazy.filter { $0.form != .literal }.map { Slot(file: $0.file, key: $0.key) })
    // Products that join the tables of several files by name and field: the strongest word counts.
    let isJoined = joined.contains(kind)
    var isEnabled: [String: Bool] = [:]
    var defined: Set<String> = []
    for layer in files(of: installation) {
      let root = layer.configuration.root
      for (path, table) in tables(root, kind, layer.role) {
        for member in table.members ?? [] where servers.count < 1000 {
          let joins = isJoined && layer.role == "settings"
          if joins, isEnabled[member.name] == nil { isEnabled[member.name] = member.setting["enabled"]?.bool }
          guard var server = MCPServer(member, path, layer, kind, filled) else { continue }
          if joins {
            guard defined.insert(member.name).inserted else { continue }
            if let isEnabled = isEnabled[member.name] { server.isDisabled = !isEnabled }
          }
          servers.append(server)
        }
      }
    }
    return servers
  }

  private static let joined: Set = ["goose", "hermes"]

  /// Layers; and the configuration where it is none of them.
  private static func files(of installation: Installation) -> [Installation.Layer] {
    guard let configuration = installation.configuration,
      !installation.layers.contains(where: { $0.path == configuration.path })
    else { return installation.layers }
    let status = installation.files.first { $0.path == configuration.path }?.status
    return installation.layers
      + [Installation.Layer(.user, configuration, status: status ?? .init(kind: .other, mode: 0))]
  }

  /// Roles of files that may hold servers; `~/.claude.json` holds records of trust and servers.
  private static let holders: Set = ["settings", "mcp", "trust", "state", "extension", "group"]

  /// Why servers may stand where nobody could look; nil where all was read.
  static func unread(_ subject: Subject) -> String? {
    subject.workings.map { $0.unread { readUnread(subject) } } ?? readUnread(subject)
  }

  private static func readUnread(_ subject: Subject) -> String? {
    guard let installation = subject.installation else { return subject.installationMissing }
    let problem = KinSettings.problems(of: installation, installation.layers).first { problem in
      installation.layers.first { $0.path == problem.path }.map { holders.contains($0.role) } ?? true
    }
    if let problem {
      return "the configuration was not read: \(problem.what)"
    }
    return installation.layers.isEmpty && installation.configuration == nil ? "no configuration was read" : nil
  }

  private static func tables(_ root: Configuration.Setting, _ kind: String, _ role: String)
    -> [(path: String, table: Configuration.Setting)]
  {
    var paths = ["mcpServers", "mcp_servers", "tools.mcpServers", "mcp.servers", "tools.mcp_servers"]
    if role == "mcp" { paths.append("servers") }
    if kind == "opencode" { paths.append("mcp") }
    if kind == "goose" { paths.append("extensions") }
    var out = paths.compactMap { path in root.at(path).map { (path, $0) } }
    // Claude Code keeps servers of one folder in the record of that folder.
    for project in root["projects"]?.members ?? [] {
      if let table = project.setting.at("mcpServers") { out.append(("projects.\(project.name).mcpServers", table)) }
    }
    return out
  }

  private init?(
    _ member: Configuration.Setting.Member, _ path: String, _ layer: Installation.Layer, _ kind: String,
    _ filled: Set<Slot>
  ) {
    let setting = member.setting
    guard setting.members != nil else { return nil }
    name = member.name
    client = kind
    scope = layer.scope
    project = layer.project
    isTrusted = layer.isTrusted
    key = "\(path).\(member.name)"
    self.setting = setting
    // Names without points, so nothing needs to be split.
    func get(_ name: String) -> Configuration.Setting? {
      setting[name].flatMap { $0.content == .null ? nil : $0 }
    }
    isDisabled = get("disabled")?.bool == true || get("enabled")?.bool == false
    // OpenCode gives program and arguments in one list; Goose calls the program `cmd`.
    let program = get("command") ?? get("cmd")
    if let words = program?.array?.compactMap(\.string) {
      command = words.first
      arguments = Array(words.dropFirst())
    } else {
      command = program?.string
    }
    arguments += get("args")?.strings ?? []
    url = ["url", "httpUrl", "serverUrl", "uri"].lazy.compactMap { get($0)?.string }.first
    let kind = (get("type") ?? get("transport"))?.string ?? ""
    guard command != nil || url != nil else { return nil }
    transport = command != nil && url == nil ? .stdio : kind == "sse" ? .sse : .http
    for name in ["env", "environment", "envs"] { environment += get(name)?.members ?? [] }
    for name in ["headers", "http_headers"] { headers += get(name)?.members ?? [] }
    secrets = Self.secrets(in: setting, key: key, filled)
  }

  /// A setting of some file.
  private struct Slot: Hashable {
    var file: String
    var key: String
  }
}

// MARK: credentials

extension MCPServer {
  /// Literal credentials: cut out by the reader, or of a form and name that give them away.
  private static func secrets(
    in server: Configuration.Setting, key: String, _ filled: Set<Slot>
  ) -> [Place] {
    var places: [Place] = []
    func look(_ setting: Configuration.Setting, _ path: String, name: String, isHeader: Bool, depth: Int = 0) {
      guard depth < 12 else { return }
      switch setting.content {
      case .object(let members):
        for member in members.prefix(200) where !names.contains(member.name) {
          let headers = ["headers", "http_headers"].contains(member.name)
          look(
            member.setting, "\(path).\(member.name)", name: member.name, isHeader: isHeader || headers, depth: depth + 1
          )
        }
      case .array(let elements):
        var option = ""
        for (index, element) in elements.prefix(500).enumerated() {
          let text = element.string ?? ""
          look(element, "\(path).\(index)", name: text.hasPrefix("-") ? "" : option, isHeader: false, depth: depth + 1)
          option = text.hasPrefix("-") ? text : ""
        }
      case .string(let text):
        if filled.contains(Slot(file: setting.file, key: path)) { return }
        guard isLiteral(text, name: name, isHeader: isHeader) else { return }
        places.append(Place(key: path, line: setting.position.line))
      default: break
      }
    }
    look(server, key, name: "", isHeader: false)
    return places
  }

  private static func isLiteral(_ text: String, name: String, isHeader: Bool) -> Bool {
    // `${NAME}`, `{env:NAME}` and `${input:id}` are filled in when it starts.
    if ["${", "{env:", "{file:"].contains(where: text.contains) {
      // `${NAME:-value}` holds a value all the same.
      guard let mark = text.firstRange(of: ":-") else { return false }
      let fallback = String(text[mark.upperBound...].prefix { $0 != "}" })
      return fallback == Configuration.redacted || Secret.looksLikeCredential(name: name, value: fallback)
    }
    if text.contains(Configuration.redacted) { return true }
    if !Secret.cut(text, replacement: Configuration.redacted).secrets.isEmpty { return true }
    // `-e NAME=value` of a container.
    if let equals = text.firstIndex(of: "="), !text.contains("://"), !text.hasPrefix("-"),
      Secret.looksLikeCredential(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    {
      return true
    }
    let value =
      isHeader && text.contains(" ")
      ? String(text[text.index(after: text.firstIndex(of: " ") ?? text.startIndex)...]) : text
    return Secret.hasKnownForm(value) || Secret.looksLikeCredential(name: name, value: value)
  }

  /// Settings whose value is the name of a variable, not its content.
  private static let names: Set = ["bearer_token_env_var", "env_vars", "env_keys", "env_http_headers", "enabled_tools"]
}
