import Formats
import Installations
import Knowledge
import Model

/// What an organisation decides for all its users of Claude Code, and what leaves the machine.
extension ClaudeRules {
  static let organisation = [managedOnly, plugins, skillShell, remote, telemetry, update]

  private static let locks = [
    "allowManagedHooksOnly", "allowManagedPermissionRulesOnly", "allowManagedMcpServersOnly", "disableSideloadFlags",
  ]

  static let managedOnly = rule(
    "managed-only", "Users and repositories add rules to those of the organisation", .medium,
    because: "what the managed file forbids can be allowed again beside it", reads: locks, tier: 3,
    requirement: "N9", why: "A repository or a user adds hooks, permissions and servers that nobody approved.",
    remedy: "In managed-settings.json set \(locks.joined(separator: ", ")) to true.", references: ["CWE-284"]
  ) { settings in
    let managed = settings.layers.first { $0.scope == .managed }
    let open = locks.filter { key in !settings.written(key, in: [.managed]).contains { $0.setting.bool == true } }
    guard !open.isEmpty else { return [.pass("all four locks are on", at: .init(file: managed?.path, key: locks[0]))] }
    guard let managed else {
      return [.fail("there is no managed file that sets \(open.joined(separator: ", "))", at: .init(key: open[0]))]
    }
    let place = settings.written(open[0], in: [.managed]).first?.place ?? .init(file: managed.path, key: open[0])
    return [
      .fail(
        "\(open.joined(separator: ", ")) \(open.count == 1 ? "is" : "are") not true in the managed file", at: place,
        fix: Finding.Fix("In \(managed.path): set \(open.joined(separator: ", ")) to true."))
    ]
  }

  static let plugins = rule(
    "plugins", "Plugins may come from any source", .high,
    because: "a plugin brings hooks, servers and agents with it",
    reads: ["extraKnownMarketplaces", "strictKnownMarketplaces"], tier: 3, requirement: "H15",
    why: "A repository or a user adds a source, and its next release runs commands here.",
    remedy: "Set strictKnownMarketplaces in the managed file to the sources that are wanted, or to [] for none.",
    references: ["CWE-829"]
  ) { settings in
    let key = "strictKnownMarketplaces"
    let strict = settings.written(key, in: [.managed]).first
    let added = settings.written("extraKnownMarketplaces", in: [.project, .local]).filter {
      $0.setting.members?.isEmpty == false
    }
    if let strict { return [.pass("\(key) is \(strict.setting.shown)", at: strict.place)] }
    guard added.isEmpty else {
      return added.map {
        .fail(
          "extraKnownMarketplaces is \($0.setting.shown) in a folder of work", at: $0.place, fix: KinSettings.remove($0)
        )
      }
    }
    return [.fail("\(key) is unset, which means any source", at: settings.place(key, in: .managed))]
  }

  static let skillShell = rule(
    "skill-shell", "A skill's text runs commands as it is loaded", .medium,
    because: "the command runs before the model has read a word, once the folder is trusted",
    reads: ["disableSkillShellExecution"], tier: 3, requirement: "H16",
    why: "A skill that somebody adds to a repository runs what stands in its text.",
    remedy: "Set disableSkillShellExecution to true.", references: ["CWE-94"]
  ) { settings in
    settings.ask("disableSkillShellExecution", default: "false", set: true) { $0?.bool != true }
  }

  static let remote = rule(
    "remote", "Sessions are steered or copied from outside", .medium,
    because: "another device with the account sees and steers what happens here",
    reads: ["remoteControlAtStartup", "autoUploadSessions", "disableRemoteControl"], tier: 3, requirement: "N7",
    why: "Who takes over the account works on this machine, and transcripts lie elsewhere.",
    remedy: "Set disableRemoteControl to true and autoUploadSessions to false.", references: ["CWE-284"]
  ) { settings in
    settings.everywhere { context in
      var failures = ["remoteControlAtStartup", "autoUploadSessions"].compactMap { key -> Answer? in
        guard let found = context.value(key), found.setting.bool == true else { return nil }
        return .fail("\(key) is true", at: found.place, fix: context.set(key, to: false))
      }
      let key = "disableRemoteControl"
      let place = context.place(key)
      if failures.isEmpty, context.flag(key) != true {
        failures.append(
          .fail(
            "\(key) is \(context[key]?.shown ?? "unset, which means false")", at: place, severity: .low,
            fix: context.set(key, to: true)))
      }
      return failures.isEmpty ? [.pass("\(key) is true, and nothing is uploaded", at: place)] : failures
    }
  }

  static let telemetry = rule(
    "telemetry-prompts", "Prompts are written into telemetry", .medium,
    because: "collectors are read by many and kept long",
    reads: ["env.OTEL_LOG_USER_PROMPTS", "env.OTEL_LOG_TOOL_DETAILS", "env.OTEL_EXPORTER_OTLP_ENDPOINT"], tier: 2,
    requirement: "H20",
    why: "What is typed, and what tools were given, is read by whoever reads the collector or the line to it.",
    remedy: "Set OTEL_LOG_USER_PROMPTS and OTEL_LOG_TOOL_DETAILS to 0, and use an https endpoint.",
    references: ["CWE-532", "CWE-319"]
  ) { settings in
    settings.everywhere { context in
      var failures: [Answer] = []
      for key in ["env.OTEL_LOG_USER_PROMPTS", "env.OTEL_LOG_TOOL_DETAILS"] {
        guard let found = context.value(key), ["1", "true"].contains(found.setting.string?.lowercased()) else {
          continue
        }
        failures.append(.fail("\(key) is \(found.setting.shown)", at: found.place, fix: context.set(key, to: "0")))
      }
      if let found = context.value("env.OTEL_EXPORTER_OTLP_ENDPOINT"), let url = found.setting.string,
        Reach.isClear(url)
      {
        failures.append(
          .fail(
            "\(found.key) is \(found.setting.shown), which is not encrypted", at: found.place,
            fix: Finding.Fix("In \(found.setting.file), line \(found.setting.position.line): use https.")))
      }
      return failures.isEmpty
        ? [.pass("no prompt or tool detail is logged", at: context.place("env.OTEL_LOG_USER_PROMPTS"))] : failures
    }
  }

  static let update = rule(
    "update", "Known ways out of its trust and its sandbox stay open", .high,
    because: "each release below the floor has one that is published",
    reads: ["version", "env.DISABLE_AUTOUPDATER", "requiredMinimumVersion"], tier: 1, requirement: "H22",
    why: "What was repaired elsewhere still works here: hooks before the trust answer, ways out of the sandbox.",
    remedy: "Update, keep the updater on, and set requiredMinimumVersion in the managed file.",
    references: ["CWE-1395"]
  ) { settings in
    let table = KinAdvisories.embedded
    guard let floor = table.floor(of: "claude-code") else { return [.notMeasured("no floor is known")] }
    if let text = settings.subject.version, let version = ReleaseVersion(text), version < floor.version {
      return [
        .fail(
          "\(version) is older than \(floor.version): \(floor.reason)",
          at: .init(file: settings.installation.versionSource, key: "version"),
          fix: Finding.Fix("Update to \(floor.version) or later.", command: "claude update"))
      ]
    }
    let key = "requiredMinimumVersion"
    if let found = settings.value(key), let version = found.setting.string.flatMap(ReleaseVersion.init) {
      let evidence = "\(key) is \(found.setting.shown)"
      guard version < floor.version else { return [.pass(evidence, at: found.place)] }
      return [
        .fail(
          "\(evidence), older than \(floor.version)", at: found.place,
          fix: settings.set(key, to: .string("\(floor.version)"), in: .managed))
      ]
    }
    let updater = settings.value("env.DISABLE_AUTOUPDATER")
    if let updater, !["0", "false", ""].contains(updater.setting.string ?? "1") {
      return [
        .fail(
          "\(updater.key) is \(updater.setting.shown), and no \(key) holds it up", at: updater.place,
          severity: settings.subject.version.flatMap(ReleaseVersion.init) == nil ? nil : .medium,
          fix: KinSettings.remove(updater))
      ]
    }
    guard let text = settings.subject.version else { return [.notMeasured("the version is not known")] }
    guard let version = ReleaseVersion(text) else {
      return [.notMeasured("\(Configuration.Setting.shown(text)) is not a version that can be compared")]
    }
    return [.pass("\(version), and the updater is on", at: .init(key: "version"))]
  }
}
