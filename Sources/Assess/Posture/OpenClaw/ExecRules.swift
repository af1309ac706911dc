import Formats
import Installations
import Matching
import Model

/// Ways around the question before a command.
enum ExecRules {
  static let all = [
    hostSandbox, filesOnly, safeBins, safeFolders, skillsAllowed, interpreters, boundary, registries, elevatedMany,
    minimalOverridden,
  ]

  static let hostSandbox = Rule(
    "exec.sandbox-not-there", "Commands are told to run in a sandbox that is off", .medium,
    because: "the owner believes that commands are locked in; releases differ in what they do instead",
    reads: ["tools.exec.host", "agents.*.tools.exec.host", "agents.*.sandbox.mode"], tier: 2, requirement: "H11",
    openclaw: ["tools.exec.host_sandbox_no_sandbox_defaults", "tools.exec.host_sandbox_no_sandbox_agents"],
    why: "Commands run on the host with all rights of its user, or not at all, and nobody looks any more.",
    remedy: "Set agents.defaults.sandbox.mode to all, or tools.exec.host to what is meant."
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = settings.scopes.compactMap { scope -> Answer? in
        let key = scope.prefix + "tools.exec.host"
        guard let host = scope.section.at("tools.exec.host"), host.string == "sandbox" else { return nil }
        let sandbox = settings.sandbox(scope)
        guard sandbox.mode == .off else { return nil }
        return .fail("\(key) is sandbox, and \(sandbox.evidence)", at: settings.place(host, key: key)).naming(
          scope.prefix.isEmpty
            ? "tools.exec.host_sandbox_no_sandbox_defaults" : "tools.exec.host_sandbox_no_sandbox_agents")
      }
      return Settings.outcome(
        failures,
        else: .pass("no command is told to run in a sandbox that is off", at: settings.place("tools.exec.host")))
    }
  }

  static let filesOnly = Rule(
    "exec.files-denied-in-vain", "File tools are denied, but commands still write files", .medium,
    because: "the denial looks like a wall and is none", reads: ["tools.deny", "tools.exec", "agents.*.sandbox.mode"],
    tier: 2, requirement: "H17", openclaw: ["tools.exec.fs_tools_disabled_but_exec_enabled"],
    why: "What the file tools may not write, a command such as tee or sed -i writes.",
    remedy: "Deny group:runtime as well, or run commands in a sandbox."
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = settings.scopes.compactMap { scope -> Answer? in
        guard let deny = scope.section.at("tools.deny") else { return nil }
        let names = Set(deny.strings)
        guard !names.isDisjoint(with: ["write", "edit", "group:fs"]), settings.unavailable(.runtime, in: scope) == nil
        else {
          return nil
        }
        guard settings.exec(scope).policy != .deny, settings.sandbox(scope).mode != .all || settings.hostForced(scope)
        else {
          return nil
        }
        let key = scope.prefix + "tools.deny"
        return .fail("\(key) has file tools and leaves commands (\(scope.name))", at: settings.place(deny, key: key))
      }
      return Settings.outcome(
        failures, else: .pass("no denial of file tools is undone by commands", at: settings.place("tools.deny")))
    }
  }

  private static let interpreterNames: Set<String> = [
    "ash", "awk", "bash", "busybox", "bun", "cmd", "cscript", "dash", "deno", "fish", "gawk", "gsed", "ksh", "lua",
    "mawk", "nawk", "node", "nodejs", "perl", "php", "powershell", "pwsh", "pypy", "python", "ruby", "sed", "sh",
    "toybox", "wscript", "zsh", "osascript", "find", "make", "xargs",
  ]
  private static let broadNames: Set<String> = ["jq", "awk", "gawk", "mawk", "nawk", "sed", "gsed"]

  /// The program of a path or name, without a version at its end: `/usr/bin/python3.12` is `python`.
  static func program(_ text: String) -> String {
    var name = String(text.split(separator: "/").last ?? "").lowercased()
    if name.hasSuffix(".exe") { name.removeLast(4) }
    while let last = name.last, last.isNumber || last == "." || last == "-" { name.removeLast() }
    return name
  }
  static func isInterpreter(_ text: String) -> Bool { interpreterNames.contains(program(text)) }

  static let safeBins = Rule(
    "exec.safe-bins-unsafe", "A program that runs others counts as harmless", .high,
    because: "what is listed runs without a question, and these programs run any text that they are given",
    reads: ["tools.exec.safeBins", "tools.exec.safeBinProfiles", "agents.*.tools.exec.safeBins"], tier: 1,
    requirement: "H18b",
    openclaw: ["tools.exec.safe_bins_interpreter_unprofiled", "tools.exec.safe_bins_broad_behavior"],
    why: "One line for the interpreter does what no allowed command would: the question before a command is gone.",
    remedy: "Take interpreters and jq, awk, sed out of tools.exec.safeBins.", references: ["CWE-77"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for scope in settings.scopes {
        guard let list = scope.section.at("tools.exec.safeBins") else { continue }
        let key = scope.prefix + "tools.exec.safeBins"
        let profiles = [scope, settings.scopes[0]].compactMap { $0.section.at("tools.exec.safeBinProfiles") }
        for name in list.strings {
          let shown = VisibleText.cutMiddle(VisibleText.terminal(name), to: 60)
          if broadNames.contains(program(name)) {
            failures.append(
              .fail(
                "\(key) has \(shown), which reads files and runs programs of its own",
                at: settings.place(list, key: key), severity: .medium
              )
              .naming("tools.exec.safe_bins_broad_behavior"))
          } else if isInterpreter(name), !profiles.contains(where: { $0[name] != nil }) {
            failures.append(
              .fail("\(key) has \(shown), an interpreter without a profile", at: settings.place(list, key: key))
                .naming("tools.exec.safe_bins_interpreter_unprofiled"))
          }
        }
      }
      return Settings.outcome(
        failures, else: .pass("no interpreter counts as harmless", at: settings.place("tools.exec.safeBins")))
    }
  }

  /// Folders that others than root fill: by packages, by everybody, by the agent itself.
  static func risk(ofFolder path: String, home: String?) -> String? {
    if path.hasPrefix("~") { return "it lies in a home directory" }
    guard path.hasPrefix("/") else { return "it is no absolute path" }
    for place in ["/tmp", "/var/tmp", "/dev/shm"] where path == place || path.hasPrefix(place + "/") {
      return "everybody may write there"
    }
    for place in ["/usr/local/bin", "/opt/homebrew", "/opt/local/bin", "/home/linuxbrew"]
    where path == place || path.hasPrefix(place + "/") {
      return "a package manager fills it without root"
    }
    if let home, path == home || path.hasPrefix(home + "/") { return "the agent's own user may write there" }
    return path.hasPrefix("/home/") || path.hasPrefix("/Users/") ? "it lies in a home directory" : nil
  }

  static let safeFolders = Rule(
    "exec.trusted-folder-writable", "Programs of a folder that others fill run unasked", .medium,
    because: "something must first put a program there, and the agent itself can in some of them",
    reads: ["tools.exec.safeBinTrustedDirs", "agents.*.tools.exec.safeBinTrustedDirs"], tier: 2, requirement: "H18b",
    openclaw: ["tools.exec.safe_bin_trusted_dirs_risky"],
    why: "A file with the name of a harmless program, put into that folder, runs without a question.",
    remedy: "Leave only folders that root alone may write, such as /usr/bin.", references: ["CWE-426"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for scope in settings.scopes {
        guard let list = scope.section.at("tools.exec.safeBinTrustedDirs") else { continue }
        let key = scope.prefix + "tools.exec.safeBinTrustedDirs"
        for path in list.strings {
          guard let risk = risk(ofFolder: path, home: settings.home) else { continue }
          let shown = VisibleText.cutMiddle(VisibleText.terminal(path), to: 80)
          failures.append(.fail("\(key) has \(shown): \(risk)", at: settings.place(list, key: key)))
        }
      }
      return Settings.outcome(
        failures, else: .pass("no such folder is trusted", at: settings.place("tools.exec.safeBinTrustedDirs")))
    }
  }

  /// Sections of the approvals document: what holds for all, and each agent's own.
  private static func approvals(
    _ subject: Subject, _ question: (Settings, [(name: String, section: Configuration.Setting)]) -> [Answer]
  ) -> [Answer] {
    Settings.judgeDetails(subject) { settings, details in
      guard let document = details.documents(.approvals).first else {
        if settings.keepsStateInDatabase { return [.notMeasured("approvals: \(Settings.databaseReason)")] }
        return [.pass("there is no exec-approvals.json, so nothing was approved for good")]
      }
      let place = Finding.Location(file: document.path)
      guard let root = document.configuration?.root else {
        return [.notMeasured("exec-approvals.json was not read: \(document.problem ?? "no object")", at: place)]
      }
      var sections: [(String, Configuration.Setting)] = root["defaults"].map { [("defaults", $0)] } ?? []
      sections += (root["agents"]?.members ?? []).map { ("agents.\($0.name)", $0.setting) }
      return question(settings, sections)
    }
  }

  static let skillsAllowed = Rule(
    "exec.skills-approve-themselves", "Programs that a skill names run without a question", .medium,
    because: "whoever writes a skill writes the list of programs", reads: ["exec-approvals.json: autoAllowSkills"],
    tier: 2, requirement: "H18b", openclaw: ["tools.exec.auto_allow_skills_enabled"],
    why: "A skill from the internet brings the programs that the owner would have been asked about.",
    remedy: "Set autoAllowSkills to false in the approvals document."
  ) { subject in
    approvals(subject) { _, sections in
      let failures = sections.compactMap { name, section -> Answer? in
        guard let own = section["autoAllowSkills"], own.bool == true else { return nil }
        let key = "\(name).autoAllowSkills"
        return .fail(
          "\(key) is true", at: Finding.Location(file: own.file, line: own.position.line, key: key),
          fix: Finding.Fix(
            "In \(own.file), line \(own.position.line): set \(key) to false.",
            edit: name.contains("agents.")
              ? nil : .set(file: own.file, key: ["defaults", "autoAllowSkills"], .bool(false))))
      }
      return Settings.outcome(failures, else: .pass("skills approve nothing by themselves"))
    }
  }

  static let interpreters = Rule(
    "exec.interpreter-approved", "An interpreter was approved for good", .high,
    because: "the approval was for one use and holds for any program text",
    reads: ["exec-approvals.json: allowlist", "tools.exec.strictInlineEval"], tier: 1, requirement: "H18b",
    openclaw: ["tools.exec.allowlist_interpreter_without_strict_inline_eval"],
    why: "python -c or node -e with any text in it runs without a question, because python or node is on the list.",
    remedy: "Set tools.exec.strictInlineEval to true, and take interpreters off the list.", references: ["CWE-77"]
  ) { subject in
    approvals(subject) { settings, sections in
      var failures: [Answer] = []
      for (name, section) in sections {
        let agent = name.hasPrefix("agents.") ? String(name.dropFirst("agents.".count)) : nil
        let scope = settings.scopes.first { agent != nil && $0.name == "agent \(agent ?? "")" } ?? settings.scopes[0]
        let strict = [scope, settings.scopes[0]].compactMap { $0.section.at("tools.exec.strictInlineEval")?.bool }.first
        guard strict != true else { continue }
        for entry in section["allowlist"]?.array ?? [] {
          guard let pattern = entry["pattern"]?.string, isInterpreter(pattern) else { continue }
          let shown = VisibleText.cutMiddle(VisibleText.terminal(pattern), to: 80)
          failures.append(
            .fail(
              "\(name).allowlist has \(shown), and tools.exec.strictInlineEval is off",
              at: Finding.Location(file: entry.file, line: entry.position.line, key: "\(name).allowlist"),
              severity: entry["argPattern"] == nil ? nil : .low,
              fix: settings.edit("tools.exec.strictInlineEval", to: "true")))
        }
      }
      return Settings.outcome(failures, else: .pass("no interpreter is approved for good"))
    }
  }

  static let boundary = Rule(
    "exec.skill-list-no-boundary", "An agent's list of skills does not keep it from tool servers", .low,
    because: "the list is no boundary: commands reach what skills would reach",
    reads: ["agents.*.skills", "tools.exec", "mcp.servers", "mcporter registries"], tier: 3, requirement: "H17",
    openclaw: ["tools.exec.agent_skill_mcp_boundary_drift"],
    why: "An agent that was given few skills on purpose calls the others' tool servers through a command.",
    remedy: "Take commands away from that agent, or run it in a sandbox without the registries."
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      let servers = settings["mcp.servers"]?.members?.count ?? 0
      let registries = details.documents(.registry).count
      guard servers + registries > 0 else {
        return [.pass("no tool server is configured", at: settings.place("mcp.servers"))]
      }
      let failures = settings.scopes.dropFirst().compactMap { scope -> Answer? in
        guard let list = scope.section.at("skills"), list.array != nil,
          settings.unavailable(.runtime, in: scope) == nil,
          settings.exec(scope).policy != .deny, settings.sandbox(scope).mode != .all || settings.hostForced(scope)
        else { return nil }
        let key = scope.prefix + "skills"
        return .fail(
          "\(key) is a list, and commands of \(scope.name) reach \(servers) tool servers and \(registries) registries",
          at: settings.place(list, key: key))
      }
      return Settings.outcome(
        failures, else: .pass("no agent has a list of skills beside free commands", at: settings.place("agents")))
    }
  }

  static let registries = Rule(
    "skills.registry-unread", "A skill's list of tool servers cannot be read", .low,
    because: "what was not read was not judged", reads: ["skills/*/config/mcporter.json"], tier: 3, requirement: "H4",
    openclaw: ["tools.exec.mcporter_registry_inspection_incomplete"],
    why: "Tool servers that the skill starts are in no inventory, and a broken file may be an attempt to hide them.",
    remedy: "Correct the file, or remove the skill."
  ) { subject in
    Settings.details(subject) { details, _ in
      let documents = details.documents(.registry)
      return Settings.outcome(
        documents.compactMap { document in
          document.problem.map { .fail("it was not read: \($0)", at: Finding.Location(file: document.path)) }
        }, else: .pass(documents.isEmpty ? "no skill brings such a list" : "\(documents.count) lists were read"))
    }
  }

  static let elevatedMany = Rule(
    "tools.elevated-many", "Many people may leave the sandbox", .low,
    because: "each of them must be misled or taken over first", reads: ["tools.elevated.allowFrom"], tier: 3,
    requirement: "H17", openclaw: ["tools.elevated.allowFrom.<p>.large"],
    why: "With more than 25 senders one stolen account is a matter of time, and then it commands the host.",
    remedy: "Leave only those senders in tools.elevated.allowFrom who need it."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for scope in settings.scopes
      where scope.section.at("tools.elevated.enabled")?.bool != false
        && settings.flag("tools.elevated.enabled") != false
      {
        for member in scope.section.at("tools.elevated.allowFrom")?.members ?? []
        where member.setting.strings.count > 25 {
          let key = "\(scope.prefix)tools.elevated.allowFrom.\(member.name)"
          failures.append(
            .fail("\(key) has \(member.setting.strings.count) entries", at: settings.place(member.setting, key: key))
              .naming("tools.elevated.allowFrom.\(member.name).large"))
        }
      }
      return Settings.outcome(
        failures, else: .pass("no list has more than 25 senders", at: settings.place("tools.elevated")))
    }
  }

  static let minimalOverridden = Rule(
    "tools.minimal-overridden", "An agent has more tools than the common minimum", .low,
    because: "it may be meant, but the common setting says otherwise",
    reads: ["tools.profile", "agents.*.tools.profile"],
    tier: 3, requirement: "H17", openclaw: ["tools.profile_minimal_overridden"],
    why: "The owner believes that every agent is held to the minimum, and one of them is not.",
    remedy: "Give that agent the profile minimal and add the tools it needs by name."
  ) { subject in
    Settings.judge(subject) { settings in
      guard settings["tools.profile"]?.string == "minimal" else {
        return [.pass("tools.profile is not minimal", at: settings.place("tools.profile"))]
      }
      let failures = settings.scopes.dropFirst().compactMap { scope -> Answer? in
        guard let own = scope.section.at("tools.profile"), let name = own.string, name != "minimal" else { return nil }
        let key = scope.prefix + "tools.profile"
        return .fail("\(key) is \(name)", at: settings.place(own, key: key))
      }
      return Settings.outcome(failures, else: .pass("no agent overrides it", at: settings.place("tools.profile")))
    }
  }
}

extension Settings {
  /// Home of the owner, as far as the state directory's place tells.
  var home: String? {
    let state = installation.stateDirectory
    return state.lastIndex(of: "/").map { String(state[..<$0]) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
