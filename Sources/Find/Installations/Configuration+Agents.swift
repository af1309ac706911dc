extension Configuration {
  /// One agent of the configuration, whichever era wrote it.
  public struct AgentEntry: Sendable, Hashable {
    public var id: String
    public var isDefault: Bool
    public var setting: Setting
    public init(id: String, isDefault: Bool, setting: Setting) {
      self.id = id
      self.isDefault = isDefault
      self.setting = setting
    }
  }

  /// The agents of `agents.entries` (since the summer of 2026), `agents.list` (before) or `routing.agents` (January).
  ///
  /// Exactly one is the default where there are any: the one that says so, else the first. Empty where none is listed:
  /// then one agent, `main`, runs with `agentDefaults` alone.
  public var agents: [AgentEntry] {
    var entries: [AgentEntry]
    if let members = self["agents.entries"]?.members {
      entries = members.map {
        AgentEntry(id: $0.name, isDefault: $0.setting["default"]?.bool == true, setting: $0.setting)
      }
    } else if let list = self["agents.list"]?.array {
      entries = list.compactMap { setting in
        setting["id"]?.string.map { AgentEntry(id: $0, isDefault: setting["default"]?.bool == true, setting: setting) }
      }
    } else if let members = self["routing.agents"]?.members {
      let chosen = self["routing.defaultAgentId"]?.string
      entries = members.map { AgentEntry(id: $0.name, isDefault: $0.name == chosen, setting: $0.setting) }
    } else {
      return []
    }
    let chosen = entries.firstIndex(where: \.isDefault) ?? 0
    for index in entries.indices { entries[index].isDefault = index == chosen }
    return entries
  }

  /// What holds for each agent that says nothing of its own: `agents.defaults`, before January 2026 ended `agent`.
  public var agentDefaults: Setting? { self["agents.defaults"] ?? self["agent"] }
}
