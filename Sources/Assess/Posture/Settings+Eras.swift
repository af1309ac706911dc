import Installations

/// A configuration as the present release would read it: what earlier ones kept elsewhere is moved to its present place, as
/// the product itself does when it loads an old file. Each setting still knows the file and line where it is written.
struct Modernised {
  var configuration: Configuration
  /// Present and written place of what was moved: `agents.defaults.sandbox`, `agent.sandbox`.
  private(set) var moves: [(current: String, written: String)] = []

  init(_ configuration: Configuration) {
    self.configuration = configuration
    let root = configuration.root
    guard
      root["agent"] != nil || root["routing"] != nil || root["tools"]?["bash"] != nil
        || root["gateway"]?["token"] != nil
    else { return }
    move("agent.tools.allow", to: "tools.allow")
    move("agent.tools.deny", to: "tools.deny")
    move("agent.elevated", to: "tools.elevated")
    move("tools.bash", to: "tools.exec")
    move("agent.bash", to: "tools.exec")
    move("agent.sandbox.tools", to: "tools.sandbox.tools")
    for member in configuration.root["agent"]?.members ?? [] where !["tools", "elevated", "bash"].contains(member.name)
    {
      move("agent.\(member.name)", to: "agents.defaults.\(member.name)")
    }
    move("routing.agentToAgent", to: "tools.agentToAgent")
    move("routing.bindings", to: "bindings")
    move("routing.allowFrom", to: root["whatsapp"] == nil ? "channels.whatsapp.allowFrom" : "whatsapp.allowFrom")
    move("gateway.token", to: "gateway.auth.token")
    // What is left of it has no meaning any more.
    if let members = self.configuration.root.members {
      self.configuration.root.content = .object(members.filter { $0.name != "agent" })
    }
  }

  /// The present place wins where both are written, as in the product.
  private mutating func move(_ written: String, to current: String) {
    guard let setting = configuration[written], configuration[current] == nil else { return }
    configuration.root = Self.put(
      setting, at: current.split(separator: ".")[...].map(String.init)[...], in: configuration.root)
    moves.append((current, written))
  }

  private static func put(
    _ setting: Configuration.Setting, at path: ArraySlice<String>, in parent: Configuration.Setting?
  ) -> Configuration.Setting {
    guard let name = path.first else { return setting }
    var parent = parent ?? Configuration.Setting(file: setting.file, position: setting.position, content: .object([]))
    // Something that is no object stands there: it is wrong as it is, and stays.
    guard case .object(var members) = parent.content else { return parent }
    let inner = put(setting, at: path.dropFirst(), in: parent[name])
    if let index = members.lastIndex(where: { $0.name == name }) {
      members[index].setting = inner
    } else {
      members.append(.init(name: name, setting: inner))
    }
    parent.content = .object(members)
    return parent
  }

  /// The place where a key is written, by its present name; the present one where it is not.
  func written(_ key: String) -> String {
    // What is written nowhere has no other place than the present one.
    guard !moves.isEmpty, configuration[key] != nil else { return key }
    for move in moves where key == move.current || key.hasPrefix(move.current + ".") {
      return move.written + key.dropFirst(move.current.count)
    }
    return key
  }

  /// A sentence with the names that the file has.
  func inItsWords(_ text: String) -> String {
    var out = text
    for move in moves {
      out = out.split(separator: " ", omittingEmptySubsequences: false).map { word in
        word == move.current || word.hasPrefix(move.current + ".") ? written(String(word)) : String(word)
      }.joined(separator: " ")
    }
    return out
  }
}
