import Databases
import Formats
import Matching
import Platform

/// What stands in the central database of NanoClaw (`data/v2.db` of its checkout): who may write to an agent, and what is
/// installed for it. Credentials are cut out.
public struct NanoClawState: Sendable, Hashable {
  public var path: String
  /// `messaging_groups`: what happens with a stranger's message, by channel.
  public var policies: [Policy] = []
  /// `container_configs`, each as `container.json` would say it.
  public var containers: [Configuration.Setting] = []

  public struct Policy: Sendable, Hashable {
    /// `telegram`, `whatsapp`.
    public var channel: String
    /// `strict`, `request_approval`, `public`.
    public var policy: String
    /// Groups of that channel with that policy.
    public var count: Int
    public init(channel: String, policy: String, count: Int) {
      self.channel = channel
      self.policy = policy
      self.count = count
    }
  }

  public init(path: String) { self.path = path }

  private static let maximumRows = 10_000

  /// - Parameter isOfThisMachine: databases of a mounted image are not opened: a link in it could lead anywhere.
  static func read(_ installation: inout Installation, tags: KeyedTag, isOfThisMachine: Bool) {
    guard installation.kind == "nanoclaw", isOfThisMachine,
      let path = installation.files.first(where: { $0.role == .database && $0.path.hasSuffix("/data/v2.db") })?.path
    else { return }
    do throws(Database.Fault) {
      var database = try Database(readOnly: path, patience: 500)
      database.valueLimit = 64 << 10
      installation.nanoClaw = try read(database, path, tags)
    } catch {
      installation.problems.append(Installation.Problem(path: path, what: StateDatabase.explain(error)))
    }
  }

  private static func read(_ database: borrowing Database, _ path: String, _ tags: KeyedTag) throws(Database.Fault)
    -> NanoClawState
  {
    var state = NanoClawState(path: path)
    let tables = Set(try database.tables())
    if tables.contains("messaging_groups") {
      let known = try database.columns(of: "messaging_groups")
      if known.contains("unknown_sender_policy") {
        let columns = ["channel_type", "unknown_sender_policy"].filter(known.contains)
        var counts: [Policy: Int] = [:]
        try database.rows(of: "messaging_groups", columns: columns, limit: maximumRows) { row in
          let values = texts(columns, row)
          let policy = Policy(
            channel: values["channel_type"] ?? "", policy: values["unknown_sender_policy"] ?? "", count: 0)
          counts[policy, default: 0] += 1
          return true
        }
        state.policies = counts.map { Policy(channel: $0.channel, policy: $0.policy, count: $1) }
          .sorted { ($0.channel, $0.policy) < ($1.channel, $1.policy) }
      }
    }
    guard tables.contains("container_configs") else { return state }
    let names = ["packages_npm", "packages_apt", "mcp_servers", "image_tag"]
    let known = try database.columns(of: "container_configs")
    let columns = names.filter(known.contains)
    try database.rows(of: "container_configs", columns: columns, limit: 500) { row in
      let values = texts(columns, row)
      var cutter = CredentialCutter(tags: tags, variables: [:])
      state.containers.append(cutter.cut(container(values, path)))
      return true
    }
    return state
  }

  /// One row in the words of `container.json`.
  private static func container(_ values: [String: String], _ path: String) -> Configuration.Setting {
    typealias Setting = Configuration.Setting
    let start = Position(line: 1, column: 1, offset: 0)
    func setting(_ content: Setting.Content) -> Setting { Setting(file: path, position: start, content: content) }
    func parsed(_ name: String) -> Setting? {
      guard let text = values[name], let node = try? JSON5.parse(text, limits: .init(bytes: 64 << 10)) else {
        return nil
      }
      return LayerReader.setting(node, in: path)
    }
    var packages: [Setting.Member] = []
    for (name, column) in [("npm", "packages_npm"), ("apt", "packages_apt")] {
      if let list = parsed(column) { packages.append(.init(name: name, setting: list)) }
    }
    var members = [Setting.Member(name: "packages", setting: setting(.object(packages)))]
    if let servers = parsed("mcp_servers") { members.append(.init(name: "mcpServers", setting: servers)) }
    if let tag = values["image_tag"], !tag.isEmpty {
      members.append(.init(name: "imageTag", setting: setting(.string(tag))))
    }
    return setting(.object(members))
  }

  private static func texts(_ columns: [String], _ row: Database.Row) -> [String: String] {
    var texts: [String: String] = [:]
    for (name, value) in zip(columns, row.values) {
      if case .text(let text) = value { texts[name] = text }
    }
    return texts
  }
}
