import Knowledge
import Platform

/// Where an agent keeps its state: by its own variables, else below the home of its user.
struct StatePlaces {
  let fingerprints: Fingerprints
  let files: any FileSystem

  /// The real path, whether it exists or not; nil where nothing says where it would be.
  func directory(_ kind: String, _ era: String, variables: [String: String], home: String?) -> String? {
    func set(_ name: String) -> String? { variables[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    func real(_ path: String) -> String { (try? files.realPath(path)) ?? path }
    switch kind {
    case "openclaw":
      if let path = set("OPENCLAW_STATE_DIR") ?? set("CLAWDBOT_STATE_DIR") ?? set("MOLTBOT_STATE_DIR") {
        return real(path)
      }
      let base = set("OPENCLAW_HOME") ?? home
      if let profile = variables["OPENCLAW_PROFILE"], !profile.isEmpty, profile != "default", !profile.contains("/") {
        return base.map { real("\($0)/.openclaw-\(profile)") }
      }
      guard let base else { return nil }
      if let row = fingerprints.rows("state.dir").first(where: {
        $0.kind == kind && $0.era == era && $0.match == .exact && !$0.value.hasPrefix("/")
          && files.exists("\(base)/\($0.value)")
      }) {
        return real("\(base)/\(row.value)")
      }
      // A new gateway on an old home goes on using the old directory.
      if !files.exists("\(base)/.openclaw"), files.exists("\(base)/.clawdbot") { return real("\(base)/.clawdbot") }
      return real("\(base)/.openclaw")
    case "codex-cli": if let path = set("CODEX_HOME") { return real(path) }
    case "claude-code": if let path = set("CLAUDE_CONFIG_DIR") { return real(path) }
    case "hermes": if let path = set("HERMES_HOME") { return real(path) }
    case "picoclaw": if let path = set("PICOCLAW_HOME") { return real(path) }
    default: break
    }
    let rows = fingerprints.rows("state.dir").filter {
      $0.kind == kind && $0.match == .exact && !$0.value.hasPrefix("/")
    }
    guard let home, let first = rows.first else { return nil }
    return real("\(home)/" + (rows.first { files.exists("\(home)/\($0.value)") } ?? first).value)
  }
}
