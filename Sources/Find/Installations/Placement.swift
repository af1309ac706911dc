/// Where an environment puts an installation: what OPENCLAW_STATE_DIR, OPENCLAW_HOME, OPENCLAW_CONFIG_PATH and
/// OPENCLAW_PROFILE say, with the older prefixes.
struct Placement {
  /// Directories to try, best first: more than one where nothing was said and older names count too.
  var stateDirectories: [String]
  var configurationPath: String?
  var profile: String?
  /// A variable names the directory itself.
  var isExplicit: Bool

  init?(variables: [String: String], home: String?, era: Era = .openClaw) {
    func value(_ name: String) -> String? {
      for prefix in ["OPENCLAW_", "CLAWDBOT_", "MOLTBOT_"] {
        if let value = variables[prefix + name], !value.isEmpty { return value }
      }
      return nil
    }
    let base = value("HOME") ?? variables["HOME"] ?? home
    func absolute(_ path: String) -> String? {
      if path.hasPrefix("/") { return path }
      guard let base, path == "~" || path.hasPrefix("~/") else { return nil }
      return base + path.dropFirst()
    }
    profile = value("PROFILE").flatMap { $0 == "default" ? nil : $0 }
    configurationPath = value("CONFIG_PATH").flatMap(absolute)
    if let directory = value("STATE_DIR").flatMap(absolute) {
      stateDirectories = [directory]
      isExplicit = true
      return
    }
    isExplicit = false
    guard let base = base.flatMap({ $0.hasPrefix("/") ? $0 : nil }) else { return nil }
    if let profile, Self.isPlainName(profile) {
      stateDirectories = ["\(base)/\(era.directoryName)-\(profile)"]
    } else {
      let others = Era.allCases.filter { $0 != era }
      stateDirectories = ([era] + others).map { "\(base)/\($0.directoryName)" }
    }
  }

  /// A profile becomes part of a path; one with a slash in it would lead elsewhere.
  private static func isPlainName(_ name: String) -> Bool { !name.contains("/") && name != "." && name != ".." }
}
