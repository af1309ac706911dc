import Installations
import Model

/// Which tools the agent may use, and who asks before a command runs.
extension Settings {
  /// A part of the configuration with its own policy: the whole, or one agent of it.
  struct Section {
    /// `""`, or the key of the agent's section.
    var prefix: String
    var name: String
    var section: Configuration.Setting
  }

  var scopes: [Section] {
    [Section(prefix: "", name: "all agents", section: configuration.root)]
      + agents.map { Section(prefix: $0.key + ".", name: "agent \($0.id)", section: $0.setting) }
  }

  enum ExecPolicy: String { case deny, allowlist, ask, auto, full }

  struct Exec {
    var policy: ExecPolicy
    /// `off`, `on-miss`, `always`, as written or as the mode implies.
    var ask: String
    var location: Finding.Location
    var evidence: String
    var isDefault: Bool

    /// Full rights miss nothing, so only `always` puts a person in between.
    var isUnattended: Bool { policy == .full && ask != "always" }
  }

  /// What decides about commands on the host in a scope, new key before old pair, the agent's before the common one.
  /// Unset means full and unasked: that is what ships.
  func exec(_ scope: Section) -> Exec {
    for candidate in [scope, scopes[0]] {
      let key = candidate.prefix + "tools.exec"
      if let mode = candidate.section.at("tools.exec.mode"), let text = mode.string,
        let policy = ExecPolicy(rawValue: text)
      {
        return Exec(
          policy: policy, ask: policy == .ask || policy == .auto ? "on-miss" : "off",
          location: place(mode, key: key + ".mode"),
          evidence: "\(key).mode is \(text)", isDefault: false)
      }
      if let security = candidate.section.at("tools.exec.security"), let text = security.string {
        let ask = candidate.section.at("tools.exec.ask")?.string ?? "off"
        let policy: ExecPolicy =
          text == "deny" ? .deny : text == "allowlist" ? (ask == "off" ? .allowlist : .ask) : .full
        return Exec(
          policy: policy, ask: ask, location: place(security, key: key + ".security"),
          evidence: "\(key).security is \(text), ask is \(ask)", isDefault: false)
      }
    }
    let ask = self["tools.exec.ask"]?.string
    return Exec(
      policy: .full, ask: ask ?? "off", location: place("tools.exec.mode"),
      evidence: "tools.exec.mode is unset, which means full on the host"
        + (ask.map { "; tools.exec.ask is \($0)" } ?? ""),
      isDefault: true)
  }

  enum SandboxMode: String {
    case off
    case nonMain = "non-main"
    case all
  }

  struct Sandbox {
    var mode: SandboxMode
    var location: Finding.Location
    var evidence: String
  }

  func sandbox(_ scope: Section) -> Sandbox {
    let candidates = [
      (scope.prefix + "sandbox.mode", scope.prefix.isEmpty ? nil : scope.section.at("sandbox.mode")),
      ("agents.defaults.sandbox.mode", self["agents.defaults.sandbox.mode"]),
    ]
    for (key, setting) in candidates {
      if let setting, let text = setting.string, let mode = SandboxMode(rawValue: text) {
        return Sandbox(mode: mode, location: place(setting, key: key), evidence: "\(key) is \(text)")
      }
    }
    return Sandbox(
      mode: .off, location: place("agents.defaults.sandbox.mode"),
      evidence: "agents.defaults.sandbox.mode is unset, which means off")
  }

  /// Why a group of tools cannot be used in a scope; nil where it can.
  func unavailable(_ tools: ToolGroup, in scope: Section) -> String? {
    for candidate in [scope, scopes[0]] {
      let denied = candidate.section.at("tools.deny")?.strings ?? []
      if denied.contains(where: tools.names.contains) || denied.contains("*") || denied.contains(tools.group) {
        return "\(candidate.prefix)tools.deny has it"
      }
    }
    let section = [scope, scopes[0]]
    let added = section.compactMap { $0.section.at("tools.alsoAllow") }.first?.strings ?? []
    if added.contains(where: tools.names.contains) || added.contains("*") || added.contains(tools.group) { return nil }
    if let allow = section.compactMap({ $0.section.at("tools.allow") }).first?.strings, !allow.isEmpty {
      return allow.contains(where: { tools.names.contains($0) || $0 == "*" || $0 == tools.group || $0.contains("*") })
        ? nil : "tools.allow does not have it"
    }
    if let profile = section.compactMap({ $0.section.at("tools.profile")?.string }).first,
      profile == "minimal" || profile == "messaging"
    {
      return "tools.profile is \(profile)"
    }
    return nil
  }

  struct ToolGroup {
    var group: String
    var names: Set<String>
    static let runtime = ToolGroup(group: "group:runtime", names: ["exec", "bash"])
    static let files = ToolGroup(group: "group:fs", names: ["read", "write", "edit"])
  }

  /// Scopes in which a command on the host runs without anybody's leave.
  var unattendedExec: [(scope: Section, exec: Exec)] {
    scopes.compactMap { scope in
      guard unavailable(.runtime, in: scope) == nil, sandbox(scope).mode != .all || hostForced(scope) else {
        return nil
      }
      let exec = exec(scope)
      return exec.isUnattended ? (scope, exec) : nil
    }
  }

  /// `tools.exec.host` of gateway or node leaves a sandbox that is on.
  func hostForced(_ scope: Section) -> Bool {
    let host = [scope, scopes[0]].compactMap { $0.section.at("tools.exec.host")?.string }.first
    return host == "gateway" || host == "node"
  }
}
