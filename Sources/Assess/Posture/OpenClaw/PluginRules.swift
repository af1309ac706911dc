import Installations
import Matching
import Model

/// Code of others that runs in the gateway's own process, and how it got there.
enum PluginRules {
  static let all = [phantom, installs, hookInstalls, reachable, symlinks, truncated]

  static let phantom = Rule(
    "plugins.allowed-but-absent", "A plugin is allowed that is not installed", .low,
    because: "somebody must publish or drop a plugin of that name first",
    reads: ["plugins.allow", "extensions/", "plugins.installs"], tier: 3, requirement: "H15",
    openclaw: ["plugins.allow_phantom_entries"],
    why: "Whoever takes the free name later is already allowed in, with all rights of the gateway.",
    remedy: "Remove names of plugins that are gone from plugins.allow.", references: ["CWE-829"]
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      let key = "plugins.allow"
      let allow = (settings[key]?.strings ?? []).filter { $0 != "*" && !$0.hasPrefix("group:") }
      guard !allow.isEmpty else { return [.pass("\(key) names no plugin", at: settings.place(key))] }
      let known = Set(details.plugins.map(\.id) + details.plugins.map { folderName($0.folder) })
        .union((settings["plugins.installs"]?.members ?? []).map(\.name))
      let absent = allow.filter { !known.contains($0) }
      // Plugins of the release itself are in no folder of the owner's.
      let settled = absent.filter { settings["plugins.entries"]?[$0] == nil && !bundled.contains($0) }
      guard !settled.isEmpty else { return [.pass("\(key) has \(allow.count) entries", at: settings.place(key))] }
      if settings.keepsStateInDatabase {
        return [
          .notMeasured(
            "\(shown(settled)): not in extensions/, and whether the index in state/openclaw.sqlite has it was not read",
            at: settings.place(key))
        ]
      }
      return [
        .fail(
          "\(key) has \(shown(settled)), which is neither in extensions/ nor known to come with a release",
          at: settings.place(key))
      ]
    }
  }

  /// Plugins that come with releases and need no folder.
  private static let bundled: Set<String> = [
    "acpx", "admin-http-rpc", "bonjour", "browser", "codex", "memory-core", "memory-lancedb", "voice-call", "telegram",
    "discord", "slack", "whatsapp", "signal", "imessage", "msteams", "googlechat", "matrix", "mattermost", "irc",
    "twitch",
    "nextcloud-talk", "synology-chat", "line", "zalo", "zalouser", "feishu", "qqbot", "nostr", "tlon", "bluebubbles",
    "diagnostics-otel", "llm-task", "lobster", "copilot-proxy", "open-prose",
  ]

  private static func folderName(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
  private static func shown(_ names: [String]) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(names.prefix(5).joined(separator: ", ")), to: 120)
  }

  /// `name@1.2.3`, with nothing that stands for several versions.
  static func isExact(_ spec: String) -> Bool {
    guard let at = spec.lastIndex(of: "@"), at != spec.startIndex else { return false }
    let core = spec[spec.index(after: at)...].prefix { $0 != "-" && $0 != "+" }.split(
      separator: ".", omittingEmptySubsequences: false)
    return core.count == 3 && core.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }

  /// Records of installs in the configuration, as releases before mid 2026 kept them.
  private static func records(
    _ subject: Subject, _ section: String, _ base: String, isUsed: @escaping (Settings, OpenClawDetails) -> Bool
  ) -> [Answer] {
    Settings.judgeDetails(subject) { settings, details in
      let records = (settings[section]?.members ?? []).filter { $0.setting.at("source")?.string == "npm" }
      guard !records.isEmpty else {
        if settings.keepsStateInDatabase, isUsed(settings, details) {
          return [.notMeasured("records of installs: \(Settings.databaseReason)")]
        }
        return [.pass("\(section) has no record of a package", at: settings.place(section))]
      }
      var failures: [Answer] = []
      for record in records {
        let key = "\(section).\(record.name)"
        let place = settings.place(record.setting, key: key)
        let spec = record.setting.at("spec")?.string ?? ""
        if !isExact(spec) {
          failures.append(
            .fail("\(key) asked for \(shown([spec])), which is no exact version", at: place).naming(
              "\(base)_unpinned_npm_specs"))
        }
        if record.setting.at("integrity")?.string?.isEmpty ?? true {
          failures.append(.fail("\(key) has no integrity value", at: place).naming("\(base)_missing_integrity"))
        }
        let recorded = record.setting.at("resolvedVersion")?.string ?? record.setting.at("version")?.string
        let path = record.setting.at("installPath")?.string
        let plugin = details.plugins.first { $0.id == record.name || $0.folder == path }
        if let recorded, let there = plugin?.version, there != recorded {
          failures.append(
            .fail(
              "\(key) was installed as \(shown([recorded])), and \(shown([there])) is there", at: place,
              severity: .medium
            )
            .naming("\(base)_version_drift"))
        }
      }
      return Settings.outcome(
        failures, else: .pass("\(records.count) packages, each with version and integrity", at: settings.place(section))
      )
    }
  }

  static let installs = Rule(
    "plugins.install-untraceable", "What a plugin was installed from cannot be checked", .low,
    because: "the next update may bring anything under the same name",
    reads: ["plugins.installs", "extensions/*/package.json"], tier: 3, requirement: "H15",
    openclaw: [
      "plugins.installs_unpinned_npm_specs", "plugins.installs_missing_integrity", "plugins.installs_version_drift",
    ],
    why: "A package that was taken over upstream, or changed on disk, runs in the gateway and no check notices.",
    remedy: "Install it again with an exact version: `openclaw plugins install NAME@VERSION --pin`.",
    references: ["CWE-494"]
  ) { subject in records(subject, "plugins.installs", "plugins.installs") { _, details in !details.plugins.isEmpty } }

  static let hookInstalls = Rule(
    "hooks.install-untraceable", "What a hook was installed from cannot be checked", .low,
    because: "a hook is code in the gateway's process, like a plugin",
    reads: ["hooks.internal.installs"], tier: 3, requirement: "H15",
    openclaw: [
      "hooks.installs_unpinned_npm_specs", "hooks.installs_missing_integrity", "hooks.installs_version_drift",
    ],
    why: "A package that was taken over upstream, or changed on disk, runs in the gateway and no check notices.",
    remedy: "Install it again with an exact version.", references: ["CWE-494"]
  ) { subject in
    records(subject, "hooks.internal.installs", "hooks.installs") { settings, _ in
      settings["hooks.internal.entries"]?.members?.isEmpty == false
    }
  }

  static let reachable = Rule(
    "plugins.tools-reachable", "Tools of plugins are open to every conversation", .low,
    because: "which tools those are, only the plugin decides",
    reads: ["plugins.entries", "extensions/", "tools.profile", "tools.allow"],
    tier: 3, requirement: "H15", openclaw: ["plugins.tools_reachable_permissive_policy"],
    why: "A misled agent calls tools that the owner never looked at, from a plugin that an update may change.",
    remedy: "Set a profile that names what is wanted, and add tools of plugins one by one."
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      guard settings.flag("plugins.enabled") != false else {
        return [.pass("plugins.enabled is off", at: settings.place("plugins.enabled"))]
      }
      let used =
        (settings["plugins.entries"]?.members ?? []).filter { $0.setting.at("enabled")?.bool == true }.map(\.name)
        + details.plugins.map(\.id)
      guard let first = used.first else {
        return [.pass("no plugin of others is in use", at: settings.place("plugins"))]
      }
      let failures = settings.scopes.compactMap { scope -> Answer? in
        let allow = scope.section.at("tools.allow") ?? scope.section.at("tools.alsoAllow")
        let names = allow?.strings ?? []
        let deny = [scope, settings.scopes[0]].flatMap { $0.section.at("tools.deny")?.strings ?? [] }
        guard !deny.contains("group:plugins"), !deny.contains("*") else { return nil }
        if names.contains("group:plugins") || names.contains("*") {
          let key = scope.prefix + (scope.section.at("tools.allow") == nil ? "tools.alsoAllow" : "tools.allow")
          return .fail(
            "\(key) lets all of them in (\(shown([first])) and \(Set(used).count - 1) more)",
            at: allow.map { settings.place($0, key: key) } ?? settings.place(key))
        }
        guard scope.prefix.isEmpty || scope.section.at("tools") != nil, names.isEmpty else { return nil }
        let profile = [scope, settings.scopes[0]].compactMap { $0.section.at("tools.profile")?.string }.first
        guard profile == nil || profile == "full" else { return nil }
        let key = scope.prefix + "tools.profile"
        return .fail(
          "\(key) is \(profile == nil ? "unset, which means full" : "full"), and \(Set(used).count) plugins are in use (\(scope.name))",
          at: settings.place(key))
      }
      return Settings.outcome(
        failures, else: .pass("tools of plugins are not open to all", at: settings.place("tools.profile")))
    }
  }

  static let symlinks = Rule(
    "skills.link-out", "A skill in the workspace is a link to somewhere else", .medium,
    because: "the agent writes its workspace, so it can make such a link itself",
    reads: ["workspace/skills/**/SKILL.md"],
    tier: 2, requirement: "H15", openclaw: ["skills.workspace.symlink_escape"],
    why:
      "Text from another folder, perhaps another user's, becomes an instruction of the agent, and changes without notice.",
    remedy: "Replace the link by the file itself.", references: ["CWE-59"]
  ) { subject in
    Settings.details(subject) { details, _ in
      let failures = details.skills.compactMap { skill -> Answer? in
        skill.escapesTo.map {
          .fail("its SKILL.md is \(shown([$0]))", at: Finding.Location(file: skill.folder + "/SKILL.md"))
        }
      }
      return Settings.outcome(
        failures, else: .pass("\(details.skills.count) skills, none of which leads out of its workspace"))
    }
  }

  static let truncated = Rule(
    "skills.too-many-folders", "There are more folders of skills than are looked through", .low,
    because: "the rest was not looked at", reads: ["workspace/skills/"], tier: 3, requirement: "H4",
    openclaw: ["skills.workspace.scan_truncated"],
    why: "A skill hidden behind thousands of folders is loaded and in no inventory.",
    remedy: "Flatten the folder, and delete what is no skill."
  ) { subject in
    Settings.details(subject) { details, _ in
      Settings.outcome(
        details.truncatedSkills.map { .fail("not walked to the end", at: Finding.Location(file: $0)) },
        else: .pass("\(details.skills.count) skills; every folder was walked to its end"))
    }
  }
}
