import Formats
import YAML

/// The services of a Compose file (compose-spec, `05-services.md`): every setting by its name, long forms put together as the
/// short ones, with anchors, merge keys and `extends` within the file resolved and `${NAME:-value}` left as written. What
/// stands in other files, by `include` or `extends`, is not followed; a file that does so says so in `isPartial`.
struct ComposeText {
  struct Service {
    var name: String
    var line: Int
    var options: [Installation.Launch.Option] = []
    var environment: [(name: String, value: String)] = []
    /// `entrypoint`, then `command`.
    var words: [String] = []
  }

  private(set) var services: [Service] = []
  private(set) var isPartial = false

  static let maximumServices = 200
  static let maximumOptions = 500
  private static let limits = YAML.Limits(bytes: LaunchReader.maximumBytes, depth: 40, nodes: 60_000)
  /// Services that go on with each other.
  private static let maximumChain = 16

  init(_ text: String) throws(YAML.Error) {
    let document = try YAML.document(Array(text.utf8), as: .written, limits: Self.limits)
    let root = document.root
    isPartial = document.next != nil || root["include"] != nil
    let table = root["services"]
    for member in table?.members ?? [] where services.count < Self.maximumServices {
      guard member.node.members != nil else { continue }
      // Of a name that occurs twice the last counts.
      services.removeAll { $0.name == member.name }
      var service = Service(name: member.name, line: member.namePosition.line)
      let chain = self.chain(member.node, named: member.name, in: table)
      for layer in chain { take(layer, into: &service) }
      service.words = Self.words(chain)
      services.append(service)
    }
  }

  /// A service with what it extends, the most general first.
  private mutating func chain(_ node: Node, named name: String, in table: Node?) -> [Node] {
    var chain = [node]
    var names: Set = [name]
    while let extends = chain.first?["extends"], chain.count < Self.maximumChain {
      guard let next = extends.string ?? extends["service"]?.string, extends["file"] == nil,
        names.insert(next).inserted, let base = table?[next]
      else {
        isPartial = true
        break
      }
      chain.insert(base, at: 0)
    }
    return chain
  }

  private func take(_ node: Node, into service: inout Service) {
    for member in node.members ?? [] where member.name != "extends" {
      guard service.options.count < Self.maximumOptions else { return }
      switch member.name {
      case "environment": service.environment += Self.variables(member.node)
      case "command", "entrypoint": break
      default: keep(member.name, member.node, member.namePosition.line, into: &service)
      }
    }
  }

  // MARK: settings

  private func keep(_ name: String, _ node: Node, _ line: Int, into service: inout Service) {
    func add(_ name: String, _ value: String, _ line: Int) {
      guard service.options.count < Self.maximumOptions else { return }
      service.options.append(.init(String(name.prefix(128)), ShownWords.cut([value]).first ?? "", line: line))
    }
    func table(_ name: String, _ members: [Node.Member], depth: Int) {
      for member in members {
        let inner = "\(name).\(member.name)"
        let line = member.namePosition.line
        switch member.node.content {
        case .object(let members) where depth < 3: table(inner, members, depth: depth + 1)
        case .array(let elements):
          for element in elements { if let text = element.string { add(inner, text, element.start.line) } }
        default: add(inner, member.node.string ?? "", line)
        }
      }
    }
    switch node.content {
    case .array(let elements):
      for element in elements {
        if let text = element.string, !text.isEmpty { add(name, text, element.start.line) }
        guard let members = element.members else { continue }
        let (short, used) = Self.short(name, element)
        if let short { add(name, short, element.start.line) }
        table(name, members.filter { !used.contains($0.name) }, depth: 0)
      }
    case .object(let members): table(name, members, depth: 0)
    default: if let text = node.string, !text.isEmpty { add(name, text, line) }
    }
  }

  /// The short form of an item's long form, and which members it says.
  private static func short(_ name: String, _ item: Node) -> (text: String?, used: Set<String>) {
    func get(_ name: String) -> String? { item[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    switch name {
    case "ports":
      guard let target = get("target") else { return (nil, []) }
      // Without `published` the engine chooses a port.
      var parts = [get("published") ?? "0", target]
      if let host = get("host_ip") { parts.insert(host.contains(":") ? "[\(host)]" : host, at: 0) }
      let kind = get("protocol").map { $0 == "tcp" ? "" : "/\($0)" } ?? ""
      return (parts.joined(separator: ":") + kind, ["target", "published", "host_ip", "protocol"])
    case "volumes", "devices":
      guard let source = get("source"), let target = get("target") else { return (nil, []) }
      let end = get("read_only") == "true" ? ":ro" : get("permissions").map { ":\($0)" } ?? ""
      return ("\(source):\(target)\(end)", ["source", "target"])
    case "env_file": return (get("path"), ["path"])
    case "secrets", "configs": return (get("source"), ["source"])
    default: return (nil, [])
    }
  }

  private static func variables(_ node: Node) -> [(name: String, value: String)] {
    if let members = node.members {
      return members.prefix(maximumOptions).compactMap { member in member.node.string.map { (member.name, $0) } }
    }
    return (node.array ?? []).prefix(maximumOptions).compactMap { $0.string.flatMap(ShellCommand.assignment) }
  }

  /// What is run: of several services that go on with each other the last that says so.
  private static func words(_ chain: [Node]) -> [String] {
    ["entrypoint", "command"].flatMap { name -> [String] in
      guard let node = chain.last(where: { $0[name] != nil })?[name] else { return [] }
      if let elements = node.array { return elements.prefix(ShellCommand.maximumWords).compactMap(\.string) }
      return node.string.flatMap { ShellCommand.all(in: $0).first?.words } ?? []
    }
  }
}
