import Formats
import Installations
import Model

/// What an organisation limits for all users of Codex, what is kept, and what leaves the machine.
extension CodexRules {
  static let organisation = [requirements, history, webSearch, apps, server, telemetry]

  static let requirements = rule(
    "requirements", "Users decide alone about sandbox and questions", .medium,
    because: "limits of the organisation are missing or allow everything",
    reads: ["/etc/codex/requirements.toml", "allowed_sandbox_modes", "allowed_approval_policies"], tier: 3,
    requirement: "N9", why: "Any user, and any trusted repository, switches the sandbox off.",
    remedy:
      "In /etc/codex/requirements.toml list read-only and workspace-write in allowed_sandbox_modes, and on-request in allowed_approval_policies.",
    references: ["CWE-284"], roles: ["requirements"]
  ) { settings in
    let files = settings.files("requirements")
    if let what = settings.unread(where: { $0.role == "requirements" }) {
      return [.notMeasured("the requirements were not read: \(what)")]
    }
    guard !files.isEmpty else {
      return [.fail("no requirements file limits it", at: .init(file: "/etc/codex/requirements.toml"))]
    }
    var failures: [Answer] = []
    for (key, word) in [("allowed_sandbox_modes", "danger-full-access"), ("allowed_approval_policies", "never")] {
      let lists = files.compactMap { layer in layer.configuration[key] }
      guard !lists.isEmpty else {
        if key == "allowed_sandbox_modes" {
          failures.append(.fail("\(key) is unset, which means any", at: .init(file: files[0].path, key: key)))
        }
        continue
      }
      if let list = lists.first(where: { $0.strings.contains(word) }),
        !lists.contains(where: { !$0.strings.contains(word) })
      {
        failures.append(
          .fail(
            "\(key) has \(word)", at: .init(file: list.file, line: list.position.line, key: key),
            fix: Finding.Fix("In \(list.file), line \(list.position.line): delete \(word) from \(key).")))
      }
    }
    return failures.isEmpty
      ? [.pass("neither full access nor never asking is allowed", at: .init(file: files[0].path))] : failures
  }

  static let history = rule(
    "history", "Prompts are kept for ever", .low, because: "what was typed stays readable for whoever gets the disk",
    reads: ["history.persistence", "history.max_bytes"], tier: 3, requirement: "H19",
    why: "Keys and names that were pasted years ago are still there.", remedy: "Set history.persistence to none.",
    references: ["CWE-312"]
  ) { settings in
    settings.everywhere { context in
      let key = "history.persistence"
      if let bytes = context["history.max_bytes"]?.number, bytes > 0, context.text(key) != "save-all" {
        return [.pass("history.max_bytes is \(Int(min(bytes, 1e15)))", at: context.place("history.max_bytes"))]
      }
      let evidence = "\(key) is \(context[key]?.shown ?? "unset, which means save-all")"
      guard context.text(key) != "none" else { return [.pass(evidence, at: context.place(key))] }
      return [.fail(evidence, at: context.place(key), fix: context.set(key, to: "none"))]
    }
  }

  static let webSearch = rule(
    "web-search", "Live pages reach the model, and search terms leave", .low,
    because: "a page steers the model; a term tells what is worked on",
    reads: ["web_search", "--search"], tier: 3, requirement: "H18",
    why: "Text of a stranger's page is read as part of the task.", remedy: "Set web_search to disabled.",
    references: ["CWE-1427"], roles: ["requirements"]
  ) { settings in
    if isForbidden("live", by: "allowed_web_search_modes", settings) {
      return [.pass("the requirements do not allow live", at: .init(file: settings.files("requirements").first?.path))]
    }
    if let launch = settings.subject.launches.first(where: { $0.switches.has("--search") }) {
      return [.fail("--search \(launch.place)", at: launch.location("--search"))]
    }
    return settings.subject.doubting(
      settings.ask("web_search", default: "on", set: "disabled") { setting in
        setting == nil || setting?.string == "live" || setting?.bool == true
      })
  }

  static let apps = rule(
    "apps", "Connectors act on mail, drive and browser", .medium,
    because: "they are on unless somebody switches them off",
    reads: ["features.apps", "features.plugins", "features.browser_use", "features.computer_use", "apps._default"],
    tier: 3, requirement: "H17", why: "Text that steers the model deletes or sends through an account of the user.",
    remedy: "Set apps._default.enabled to false, or destructive_enabled to false, and name the apps that are needed.",
    references: ["CWE-862"]
  ) { settings in
    settings.everywhere { context in
      for key in ["apps._default.enabled", "features.apps"] where context.flag(key) == false {
        return [.pass("\(key) is false", at: context.place(key))]
      }
      let key = "apps._default.destructive_enabled"
      guard context.flag(key) != false else { return [.pass("\(key) is false", at: context.place(key))] }
      return [
        .fail(
          "apps are on, and \(key) is \(context[key]?.shown ?? "unset")", at: context.place(key),
          fix: context.set("apps._default.enabled", to: false))
      ]
    }
  }

  static let server = rule(
    "server", "Any program of this machine may drive the agent", .high,
    because: "on loopback the server asks for no login",
    reads: ["codex app-server --listen", "exec-server", "remote-control", "--ws-auth"], tier: 2, requirement: "H8",
    why: "Another account, or a page in a browser, gives the agent its tasks.",
    remedy: "Listen on a socket file, --listen unix://PATH, or add --ws-auth capability-token.", references: ["CWE-306"]
  ) { settings in
    let failures = settings.subject.launches.compactMap { launch -> Answer? in
      let switches = launch.switches
      guard ["app-server", "exec-server", "remote-control"].contains(where: launch.words.contains),
        let listen = switches.value("--listen"),
        listen.hasPrefix("ws://") || listen.hasPrefix("tcp://") || listen.hasPrefix("http://"),
        !switches.has("--ws-auth")
      else { return nil }
      return .fail(
        "--listen \(Configuration.Setting.shown(listen)) without --ws-auth \(launch.place)",
        at: launch.location("--listen"))
    }
    if failures.isEmpty, let reason = settings.subject.launchesBlind { return [.notMeasured(reason)] }
    return failures.isEmpty ? [.pass("no start of it listens on a port without a login")] : failures
  }

  static let telemetry = rule(
    "telemetry", "Prompts or usage are reported", .low,
    because: "what is typed reaches a collector, or how it is used its maker",
    reads: ["otel.log_user_prompt", "analytics.enabled"], tier: 3, requirement: "H20",
    why: "Whoever reads the collector reads the prompts.",
    remedy: "Set analytics.enabled and otel.log_user_prompt to false.",
    references: ["CWE-532"]
  ) { settings in
    settings.everywhere { context in
      let prompt = "otel.log_user_prompt"
      if context.flag(prompt) == true {
        return [.fail("\(prompt) is true", at: context.place(prompt), fix: context.set(prompt, to: false))]
      }
      let key = "analytics.enabled"
      guard context.flag(key) != false else {
        return [.pass("\(key) is false, and prompts are not logged", at: context.place(key))]
      }
      return [
        .fail("\(key) is \(context[key]?.shown ?? "unset")", at: context.place(key), fix: context.set(key, to: false))
      ]
    }
  }
}
