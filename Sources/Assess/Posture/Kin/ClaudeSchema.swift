import Installations

/// The types that Claude Code demands of the settings which rules ask about. One value of another type, and the program
/// drops the whole file with a line that only an interactive session shows.
enum ClaudeSchema {
  private enum Kind {
    case flag
    case text
    case strings
    case table
    case count
    case words(Set<String>)
  }

  private static let kinds: [(key: String, kind: Kind)] = [
    ("permissions", .table), ("permissions.allow", .strings), ("permissions.ask", .strings),
    ("permissions.deny", .strings), ("permissions.additionalDirectories", .strings),
    (
      "permissions.defaultMode",
      .words(["default", "plan", "acceptEdits", "auto", "bypassPermissions", "dontAsk", "delegate", "manual"])
    ),
    ("permissions.disableBypassPermissionsMode", .words(["disable"])),
    ("sandbox", .table), ("sandbox.enabled", .flag), ("sandbox.failIfUnavailable", .flag),
    ("sandbox.allowUnsandboxedCommands", .flag), ("sandbox.autoAllowBashIfSandboxed", .flag),
    ("sandbox.excludedCommands", .strings), ("sandbox.enableWeakerNestedSandbox", .flag),
    ("sandbox.enableWeakerNetworkIsolation", .flag), ("sandbox.allowAppleEvents", .flag), ("sandbox.network", .table),
    ("sandbox.network.allowedDomains", .strings), ("sandbox.network.strictAllowlist", .flag),
    ("sandbox.network.allowAllUnixSockets", .flag), ("sandbox.network.allowLocalBinding", .flag),
    ("sandbox.filesystem", .table), ("sandbox.filesystem.allowWrite", .strings),
    ("sandbox.filesystem.denyRead", .strings), ("sandbox.credentials", .table), ("hooks", .table), ("env", .table),
    ("apiKeyHelper", .text), ("awsCredentialExport", .text), ("otelHeadersHelper", .text),
    ("disableAllHooks", .flag), ("allowManagedHooksOnly", .flag), ("allowManagedPermissionRulesOnly", .flag),
    ("allowManagedMcpServersOnly", .flag), ("disableSideloadFlags", .flag), ("enableAllProjectMcpServers", .flag),
    ("enabledMcpjsonServers", .strings), ("disabledMcpjsonServers", .strings), ("disableSkillShellExecution", .flag),
    ("remoteControlAtStartup", .flag), ("autoUploadSessions", .flag), ("disableRemoteControl", .flag),
    ("channelsEnabled", .flag), ("cleanupPeriodDays", .count), ("minimumVersion", .text),
    ("requiredMinimumVersion", .text), ("enabledPlugins", .table), ("extraKnownMarketplaces", .table),
  ]

  /// The first value that does not fit; nil where the program takes the file.
  static func fault(in configuration: Configuration) -> Merging.Fault? {
    guard case .object = configuration.root.content else {
      return Merging.Fault(key: "", setting: configuration.root, what: "the file is no table of settings")
    }
    for (key, kind) in kinds {
      // A null is as good as absent.
      guard let setting = configuration.root.at(key) else { continue }
      if let what = complaint(setting, kind) { return Merging.Fault(key: key, setting: setting, what: what) }
    }
    return nil
  }

  private static func complaint(_ setting: Configuration.Setting, _ kind: Kind) -> String? {
    switch kind {
    case .flag: setting.bool == nil ? "must be true or false" : nil
    case .text: setting.string == nil ? "must be text" : nil
    case .table: setting.members == nil ? "must be a table" : nil
    case .strings:
      if let array = setting.array {
        array.allSatisfy { $0.string != nil } ? nil : "must hold texts only"
      } else {
        "must be a list"
      }
    case .count: setting.number.map { $0 >= 0 && $0 == $0.rounded() } == true ? nil : "must be a whole number from 0"
    case .words(let words):
      setting.string.map(words.contains) == true ? nil : "must be one of \(words.sorted().joined(separator: ", "))"
    }
  }
}
