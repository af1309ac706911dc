import Formats
import Installations
import Model

/// Who may write to the agent, by channel and account, in the keys of every era.
extension Settings {
  /// One door: a channel, or one account of it.
  struct Door {
    /// `telegram`, `telegram account work`.
    var name: String
    var policy: Policy
    var location: Finding.Location
    var evidence: String
    /// Written down as closed to everybody.
    var isDisabled = false

    /// `telegram`.
    var channel: String { String(name.prefix { $0 != " " }) }
  }

  enum Policy { case open, closed }
  enum Side { case direct, group }

  /// Enabled channels: below `channels`, and at the top as in January 2026.
  var channels: [(key: String, member: Configuration.Setting.Member)] {
    let named = (configuration["channels"]?.members ?? []).filter { $0.name != "defaults" }.map {
      ("channels.\($0.name)", $0)
    }
    let top = (configuration.root.members ?? []).filter { Self.topChannels.contains($0.name) }.map { ($0.name, $0) }
    return (named + top).filter { $0.1.setting.members != nil && $0.1.setting.at("enabled")?.bool != false }
  }

  private static let topChannels: Set<String> = [
    "whatsapp", "telegram", "discord", "slack", "signal", "imessage", "msteams", "googlechat", "matrix", "mattermost",
  ]

  /// Every enabled channel and account, with what it does on one side.
  func doors(_ side: Side) -> [Door] {
    var out: [Door] = []
    for (key, channel) in channels {
      out.append(door(side, name: channel.name, key: key, own: channel.setting, parent: nil))
      for account in channel.setting.at("accounts")?.members ?? []
      where account.setting.members != nil && account.setting.at("enabled")?.bool != false {
        // An account that says nothing inherits, and is the same door.
        let says = side == .direct ? ["dmPolicy", "dm", "allowFrom"] : ["groupPolicy", "groupAllowFrom"]
        guard says.contains(where: { account.setting.at($0) != nil }) else { continue }
        out.append(
          door(
            side, name: "\(channel.name) account \(account.name)", key: "\(key).accounts.\(account.name)",
            own: account.setting, parent: (key, channel.setting)))
      }
    }
    return out
  }

  /// The first of some spellings, in the account before its channel: `dmPolicy` is current, `dm.policy` is older.
  private func find(
    _ names: [String], key: String, own: Configuration.Setting, parent: (String, Configuration.Setting)?
  ) -> (key: String, setting: Configuration.Setting)? {
    for (base, section) in [(key, own)] + (parent.map { [$0] } ?? []) {
      for name in names {
        if let setting = section.at(name) { return ("\(base).\(name)", setting) }
      }
    }
    return nil
  }

  private func door(
    _ side: Side, name: String, key: String, own: Configuration.Setting, parent: (String, Configuration.Setting)?
  ) -> Door {
    let direct = side == .direct
    var policy = find(direct ? ["dmPolicy", "dm.policy"] : ["groupPolicy"], key: key, own: own, parent: parent)
    if policy == nil, !direct, let common = self["channels.defaults.groupPolicy"] {
      policy = ("channels.defaults.groupPolicy", common)
    }
    let list = find(direct ? ["allowFrom", "dm.allowFrom"] : ["groupAllowFrom"], key: key, own: own, parent: parent)
    let text = policy?.setting.string
    if text == "open", let policy {
      return Door(
        name: name, policy: .open, location: place(policy.setting, key: policy.key), evidence: "\(policy.key) is open")
    }
    if let list, list.setting.strings.contains("*"), text != "disabled" {
      return Door(
        name: name, policy: .open, location: place(list.setting, key: list.key),
        evidence: "\(list.key) has *, which lets everybody in")
    }
    let unset =
      direct ? "\(key).dmPolicy is unset, which means pairing" : "\(key).groupPolicy is unset, which means allowlist"
    return Door(
      name: name, policy: .closed,
      location: policy.map { place($0.setting, key: $0.key) }
        ?? Finding.Location(file: own.file, line: own.position.line, key: key),
      evidence: policy.map { "\($0.key) is \(text ?? "no text")" } ?? unset, isDisabled: text == "disabled")
  }
}
