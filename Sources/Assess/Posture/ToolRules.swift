import Formats
import Installations
import Model

/// What the agent may do on this host, and who is asked.
enum ToolRules {
  static let all = [execFull, execAsk, elevated, profile, workspaceOnly]

  static let execFull = Rule(
    "exec.policy-full", "The agent may run any command on this host", .high,
    because:
      "a message, page or file that misleads the model becomes a command of its user; this is the shipped default",
    reads: [
      "tools.exec.mode", "tools.exec.security", "tools.exec.host", "agents.*.sandbox.mode", "tools.profile",
      "tools.deny",
    ],
    tier: 1, requirement: "H17", openclaw: ["tools.exec.security_full_configured"],
    why:
      "One successful injection reads keys, changes files and installs what it likes, with all rights of the agent's user.",
    remedy: "Set tools.exec.mode to ask or allowlist, or run tools in a sandbox.", references: ["CWE-77", "CWE-1188"]
  ) { subject in
    judge(subject) { settings, scope in
      let exec = settings.exec(scope)
      guard exec.policy == .full else { return .pass(exec.evidence, at: exec.location) }
      return .fail(
        "\(exec.evidence) (\(scope.name))", at: exec.location, severity: exec.ask == "always" ? .medium : nil,
        fix: edit(settings, scope, exec))
    }
  }

  static let execAsk = Rule(
    "exec.ask-off", "Nobody is asked before a command runs", .high,
    because: "the person who could stop a wrong command never sees it",
    reads: ["tools.exec.mode", "tools.exec.ask", "tools.exec.security"], tier: 1, requirement: "H18b",
    why: "High-risk commands run at the speed of the model. The first notice is the damage.",
    remedy: "Set tools.exec.mode to ask.", references: ["CWE-862"]
  ) { subject in
    judge(subject) { settings, scope in
      let exec = settings.exec(scope)
      switch exec.policy {
      case .deny, .allowlist, .ask: return .pass(exec.evidence, at: exec.location)
      case .auto:
        return .fail(
          "\(exec.evidence): a model decides, not a person (\(scope.name))", at: exec.location, severity: .medium,
          fix: edit(settings, scope, exec))
      case .full:
        guard exec.isUnattended else { return .pass(exec.evidence, at: exec.location) }
        return .fail(
          "\(exec.evidence), without a question (\(scope.name))", at: exec.location, fix: edit(settings, scope, exec))
      }
    }
  }

  /// The edit in the form that the file already uses.
  private static func edit(_ settings: Settings, _ scope: Settings.Section, _ exec: Settings.Exec) -> Finding.Fix {
    guard let key = exec.location.key, key.hasSuffix(".security") else {
      let place = exec.location
      let line = place.line.map { ", line \($0)" } ?? ""
      return Finding.Fix(
        "In \(place.file ?? settings.configuration.path)\(line): set \(place.key ?? "tools.exec.mode") to \"ask\", then restart the gateway. Releases before mid 2026: tools.exec.security \"allowlist\" with tools.exec.ask \"on-miss\"."
      )
    }
    let base = key.dropLast(".security".count)
    return Finding.Fix(
      "In \(exec.location.file ?? settings.configuration.path), line \(exec.location.line ?? 1): set \(key) to \"allowlist\" and \(base).ask to \"on-miss\", then restart the gateway."
    )
  }

  /// Asks once for everything that commands run under: the common policy, and each agent that has its own.
  private static func judge(_ subject: Subject, _ question: (Settings, Settings.Section) -> Answer) -> [Answer] {
    Settings.judge(subject) { settings in
      let scopes = settings.scopes.filter { scope in
        scope.prefix.isEmpty || scope.section.at("tools") != nil || scope.section.at("sandbox") != nil
      }
      return scopes.map { scope in
        if let why = settings.unavailable(.runtime, in: scope) {
          return .pass("commands are not available: \(why) (\(scope.name))", at: settings.place("tools"))
        }
        let sandbox = settings.sandbox(scope)
        if sandbox.mode == .all, !settings.hostForced(scope) {
          return .pass("commands run in the sandbox: \(sandbox.evidence) (\(scope.name))", at: sandbox.location)
        }
        return question(settings, scope)
      }
    }
  }

  static let elevated = Rule(
    "tools.elevated-wildcard", "Anybody on a channel may leave the sandbox", .critical,
    because: "a stranger's message runs on the host, outside everything that should hold it",
    reads: ["tools.elevated.enabled", "tools.elevated.allowFrom"], tier: 1, requirement: "H17",
    openclaw: ["tools.elevated.allowFrom.<p>.wildcard"],
    why: "Every sender of that channel can switch a session to elevated and run commands on the host.",
    remedy: "List sender ids, or set tools.elevated.enabled to false.", references: ["CWE-250"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for scope in settings.scopes {
        guard scope.section.at("tools.elevated.enabled")?.bool != false,
          settings.flag("tools.elevated.enabled") != false
        else { continue }
        for member in scope.section.at("tools.elevated.allowFrom")?.members ?? []
        where member.setting.strings.contains("*") {
          let key = "\(scope.prefix)tools.elevated.allowFrom.\(member.name)"
          let place = settings.place(member.setting, key: key)
          failures.append(
            .fail(
              "\(key) has *", at: place,
              fix: Finding.Fix(
                "In \(member.setting.file), line \(member.setting.position.line): replace * in \(key) by the ids of the senders who may, then restart the gateway."
              )
            ).naming("tools.elevated.allowFrom.\(member.name).wildcard"))
        }
      }
      return failures.isEmpty
        ? [.pass("no list of senders for elevated tools has *", at: settings.place("tools.elevated"))] : failures
    }
  }

  static let profile = Rule(
    "tools.profile-full", "Every tool is on", .medium,
    because: "what is off cannot be misused; unset means everything",
    reads: ["tools.profile", "tools.allow", "agents.*.tools.profile"], tier: 2, requirement: "H17",
    why:
      "Tools that nobody needs (scheduled jobs, the gateway's own controls, browsers, paired devices) are there for an injection to use.",
    remedy: "Set tools.profile to messaging or minimal and add what is needed.", references: ["CWE-250"]
  ) { subject in
    Settings.judge(subject) { settings in
      settings.scopes.compactMap { scope -> Answer? in
        let own = scope.section.at("tools.profile")
        if !scope.prefix.isEmpty, own == nil { return nil }
        let key = scope.prefix + "tools.profile"
        let place = own.map { settings.place($0, key: key) } ?? settings.place(key)
        if let allow = scope.section.at("tools.allow")?.strings, !allow.isEmpty, !allow.contains("*") {
          return .pass(
            "\(scope.prefix)tools.allow lists \(allow.count) tools", at: settings.place(scope.prefix + "tools.allow"))
        }
        let name = own?.string
        guard name == nil || name == "full" else { return .pass("\(key) is \(name ?? "")", at: place) }
        return .fail(
          name == nil ? "\(key) is unset, which means full" : "\(key) is full", at: place,
          fix: settings.edit(key, to: "\"messaging\""))
      }
    }
  }

  static let workspaceOnly = Rule(
    "tools.files-unconfined", "File tools reach the whole disk", .medium,
    because: "reading keys needs no shell then, only a file tool; commands are judged elsewhere",
    reads: ["tools.fs.workspaceOnly", "tools.profile", "agents.*.sandbox.mode"], tier: 1, requirement: "H13",
    why: "The model may read ~/.ssh, cloud keys and other people's files, and overwrite what the user may overwrite.",
    remedy: "Set tools.fs.workspaceOnly to true.", references: ["CWE-552"]
  ) { subject in
    Settings.judge(subject) { settings in
      let scope = settings.scopes[0]
      let key = "tools.fs.workspaceOnly"
      if settings.flag(key) == true { return [.pass("\(key) is true", at: settings.place(key))] }
      if let why = settings.unavailable(.files, in: scope) {
        return [.pass("file tools are not available: \(why)", at: settings.place("tools"))]
      }
      let sandbox = settings.sandbox(scope)
      if sandbox.mode == .all {
        return [.pass("file tools run in the sandbox: \(sandbox.evidence)", at: sandbox.location)]
      }
      return [
        .fail(
          settings[key] == nil ? "\(key) is unset, which means the whole disk" : "\(key) is false",
          at: settings.place(key), fix: settings.edit(key, to: "true"))
      ]
    }
  }
}
