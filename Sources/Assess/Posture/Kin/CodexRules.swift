import Formats
import Installations
import Model

/// Codex CLI: its sandbox, who is asked, and what a trusted folder may change about both.
enum CodexRules {
  static let all =
    confinement + folders + credentials + organisation + [state, AdvisoryRules.rule("codex-cli", "Codex CLI")]

  static func rule(
    _ name: String, _ title: String, _ severity: Severity, because: String, reads: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String], roles: Set<String> = [],
    _ question: @escaping @Sendable (KinSettings) -> [Answer]
  ) -> Rule {
    .kin(
      "codex-cli", .codex, name, title, severity, because: because, reads: reads, tier: tier, requirement: requirement,
      why: why, remedy: remedy, references: references, roles: roles, question)
  }

  static let confinement = [sandboxFull, approvalNever, network, writableRoots, readAll, autoReview]

  /// Words of `-c key=value` and of profiles that a start brings along.
  static func overrides(_ launch: Installation.Launch, _ key: String) -> String? {
    launch.switches.values("-c", "--config").last { $0.hasPrefix(key + "=") }.map { text in
      String(text.dropFirst(key.count + 1)).filter { $0 != "\"" && $0 != "'" }
    }
  }

  /// Whether the limits of the organisation leave a word out of a list, so that the program refuses it.
  static func isForbidden(_ word: String, by list: String, _ settings: KinSettings) -> Bool {
    settings.files("requirements").contains { layer in
      layer.configuration[list]?.array.map { !$0.contains { $0.string == word } } ?? false
    }
  }

  static let sandboxFull = rule(
    "sandbox-full", "Commands run without a sandbox", .critical,
    because: "nothing confines them: network, keys and home are open",
    reads: ["sandbox_mode", "-s", "--dangerously-bypass-approvals-and-sandbox", "allowed_sandbox_modes"], tier: 1,
    requirement: "H11", why: "Whatever the model is talked into reads every key and sends it anywhere.",
    remedy: "Set sandbox_mode to workspace-write or read-only.", references: ["CWE-693"], roles: ["requirements"]
  ) { settings in
    let key = "sandbox_mode"
    if isForbidden("danger-full-access", by: "allowed_sandbox_modes", settings) {
      return [
        .pass(
          "the requirements do not allow danger-full-access",
          at: .init(file: settings.files("requirements").first?.path))
      ]
    }
    var failures: [Answer] = []
    for launch in settings.subject.launches {
      let switches = launch.switches
      let mode = switches.value("-s", "--sandbox") ?? overrides(launch, key)
      let bypass = ["--dangerously-bypass-approvals-and-sandbox", "--yolo"].first { switches.has($0) }
      guard mode == "danger-full-access" || bypass != nil else { continue }
      failures.append(.fail("\(bypass ?? "danger-full-access") \(launch.place)", at: launch.location(key)))
    }
    let answers = settings.ask(
      key, default: "read-only, or workspace-write in a trusted folder", set: "workspace-write"
    ) {
      $0?.string == "danger-full-access"
    }
    return failures.isEmpty ? settings.subject.doubting(answers) : failures + answers.filter { $0.outcome == .fail }
  }

  static let approvalNever = rule(
    "approval-never", "Commands run without a question", .high,
    because: "nobody is asked before it writes; the sandbox still holds",
    reads: ["approval_policy", "sandbox_mode", "-a"], tier: 2, requirement: "H18b",
    why: "What the model is talked into is done to every file of the folder at once.",
    remedy: "Set approval_policy to on-request.", references: ["CWE-862"], roles: ["requirements"]
  ) { settings in
    let key = "approval_policy"
    if isForbidden("never", by: "allowed_approval_policies", settings) {
      return [.pass("the requirements do not allow never", at: .init(file: settings.files("requirements").first?.path))]
    }
    if let container = settings.subject.container.found.flatMap({ $0 }) {
      return [.pass("it runs in container \(container.name)", at: settings.place(key))]
    }
    var failures: [Answer] = []
    for launch in settings.subject.launches {
      let policy = launch.switches.value("-a", "--ask-for-approval") ?? overrides(launch, key)
      let mode = launch.switches.value("-s", "--sandbox") ?? overrides(launch, "sandbox_mode")
      guard policy == "never", mode != "read-only", mode != nil || settings.text("sandbox_mode") != "read-only" else {
        continue
      }
      failures.append(.fail("approval never \(launch.place)", at: launch.location(key)))
    }
    let answers = settings.everywhere { context in
      let policy = context.text(key)
      let evidence = "\(key) is \(context[key]?.shown ?? "unset, which means on-request")"
      guard policy == "never" else { return [.pass(evidence, at: context.place(key))] }
      // Unset, a folder that is not trusted is read only; a trusted one is not.
      let mode = context.text("sandbox_mode")
      if mode == "read-only" { return [.pass("\(evidence), and sandbox_mode is read-only", at: context.place(key))] }
      return [
        .fail(
          "\(evidence), and sandbox_mode is \(mode ?? "unset")", at: context.place(key),
          fix: context.set(key, to: "on-request"))
      ]
    }
    return failures.isEmpty ? settings.subject.doubting(answers) : failures + answers.filter { $0.outcome == .fail }
  }

  static let network = rule(
    "net-on", "Sandboxed commands reach the network", .high, because: "what a command reads it may send away",
    reads: ["sandbox_workspace_write.network_access", "features.network_proxy", "permissions.*.network"], tier: 2,
    requirement: "H12", why: "A steered command carries the project, and what else it may read, to any host.",
    remedy: "Set sandbox_workspace_write.network_access to false.", references: ["CWE-923"]
  ) { settings in
    settings.everywhere { context in
      let key = "sandbox_workspace_write.network_access"
      if let profile = context.text("default_permissions"),
        let found = context.value("permissions.\(profile).network.enabled"),
        found.setting.bool == true
      {
        return [.fail("\(Configuration.Setting.shown(found.key)) is true", at: found.place)]
      }
      let evidence = "\(key) is \(context[key]?.shown ?? "unset, which means false")"
      guard context.flag(key) == true else { return [.pass(evidence, at: context.place(key))] }
      return [.fail(evidence, at: context.place(key), fix: context.set(key, to: false))]
    }
  }

  /// Folders from which programs are started or settings read, so that what is written there runs later.
  private static func persists(_ path: String, _ home: String?) -> String? {
    if let reason = Reach.danger(of: path, home: home) { return reason }
    let parts = path.split(separator: "/")
    if let last = parts.last, last == "bin" || last == "sbin" { return "programs are started from there" }
    return path.contains("/.config") || path.contains("/.local") ? "settings are read from there" : nil
  }

  static let writableRoots = rule(
    "writable-roots", "The sandbox may write where later programs start", .medium,
    because: "what is written there outlives the sandbox",
    reads: [
      "sandbox_workspace_write.writable_roots", "sandbox_workspace_write.exclude_slash_tmp",
      "sandbox_workspace_write.exclude_tmpdir_env_var", "--add-dir",
    ], tier: 2, requirement: "H13",
    why: "A steered command leaves a program or a start file that runs without any sandbox.",
    remedy: "Empty writable_roots, and set exclude_slash_tmp and exclude_tmpdir_env_var to true.",
    references: ["CWE-668"]
  ) { settings in
    let home = settings.subject.home
    let key = "sandbox_workspace_write.writable_roots"
    var failures = settings.everywhere { context in
      context.entries(key).compactMap { found in
        guard let path = found.setting.string, let reason = persists(path, home) else { return nil }
        return .fail("\(key) has \(found.setting.shown): \(reason)", at: found.place)
      }
    }
    for launch in settings.subject.launches {
      for path in launch.switches.values("--add-dir") {
        guard let reason = persists(path, home) else { continue }
        failures.append(
          .fail(
            "--add-dir \(Configuration.Setting.shown(path)) \(launch.place): \(reason)",
            at: launch.location("--add-dir")))
      }
    }
    guard failures.isEmpty else { return failures }
    let temporary = ["exclude_slash_tmp", "exclude_tmpdir_env_var"].map { "sandbox_workspace_write.\($0)" }
    guard let open = temporary.first(where: { settings.flag($0) != true }) else {
      return settings.subject.doubting([
        .pass("no folder beside the project, and none for temporary files", at: settings.place(key))
      ])
    }
    return [
      .fail(
        "\(open) is \(settings[open]?.shown ?? "unset, which means that temporary folders may be written")",
        at: settings.place(open),
        severity: .low, fix: settings.set(open, to: true))
    ]
  }

  static let readAll = rule(
    "read-all", "Sandboxed commands read the whole disk", .medium,
    because: "the sandbox stops writing and sending, not reading",
    reads: ["default_permissions", "permissions.*.filesystem"],
    tier: 3, requirement: "H13",
    why: "Keys and other people's files come into the conversation, and with it to the model's provider.",
    remedy: "Write a permission profile that denies folders with keys, and name it in default_permissions.",
    references: ["CWE-668"]
  ) { settings in
    settings.everywhere { context in
      let key = "default_permissions"
      guard let profile = context.text(key) else {
        return [.fail("\(key) is unset, which means that everything may be read", at: context.place(key))]
      }
      let shown = Configuration.Setting.shown(profile)
      var rules: [Configuration.Setting.Member] = []
      for layer in context.layers {
        rules += layer.configuration["permissions"]?[profile]?["filesystem"]?.members ?? []
      }
      let denied = rules.filter { ["deny", "none"].contains($0.setting.string) }
      guard !denied.isEmpty || (!rules.isEmpty && !rules.contains { $0.name == ":root" || $0.name == "/" }) else {
        return [.fail("profile \(shown) denies no folder", at: context.place(key))]
      }
      return [.pass("profile \(shown) denies \(denied.count) folders", at: context.place(key))]
    }
  }

  static let autoReview = rule(
    "auto-review", "A model approves what leaves the sandbox", .medium,
    because: "the reviewer reads the same text that steers the agent", reads: ["approvals_reviewer"], tier: 3,
    requirement: "H18b", why: "Text that talks the agent into something talks its reviewer into it as well.",
    remedy: "Set approvals_reviewer to user.", references: ["CWE-862"]
  ) { settings in
    settings.ask("approvals_reviewer", default: "user", set: "user") {
      ["auto_review", "guardian_subagent"].contains($0?.string)
    }
  }

  static let state = Rule(
    "codex-cli.state-modes", "Others on this machine may read Codex's transcripts", .high,
    because: "transcripts and databases are written readable for everybody; only the directory keeps others out",
    reads: ["mode of ~/.codex", "modes of the files in it"], for: .init(kinds: ["codex-cli"]), tier: 1,
    requirement: "H13", why: "Every account reads prompts and the output of tools, keys among it.",
    remedy: "Set the mode of ~/.codex to 700.", references: ["CWE-732"]
  ) { subject in StateModes.answers(subject, whole: nil, note: "transcripts and databases in it are written readable") }
}
