import Installations
import Matching
import Model

/// What comes together: who may write, and what the agent can do for them.
enum ExposureRules {
  static let all = [elevated, tools, control, shared, groupMain, switches, roster, suppressions, summary]

  static func open(_ settings: Settings) -> [Settings.Door] {
    (settings.doors(.direct) + settings.doors(.group)).filter { $0.policy == .open }
  }

  private static let doorKeys = ["channels.*.dmPolicy", "channels.*.groupPolicy"]

  static let elevated = Rule(
    "channels.open-with-elevated", "Strangers write to an agent that may leave its sandbox", .high,
    because: "leaving takes a sender on the list; where the list has everybody it is critical",
    reads: doorKeys + ["tools.elevated.enabled", "tools.elevated.allowFrom"], tier: 1, requirement: "H18",
    openclaw: ["security.exposure.open_groups_with_elevated"],
    why:
      "A group that anybody joins holds people who may switch the agent to full rights on the host, and people who trick them.",
    remedy: "Close the channel, or set tools.elevated.enabled to false.", references: ["CWE-250"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard let door = open(settings).first else {
        return [.pass("no channel is open to strangers", at: settings.place("channels"))]
      }
      if settings.flag("tools.elevated.enabled") == false {
        return [.pass("tools.elevated.enabled is off", at: settings.place("tools.elevated.enabled"))]
      }
      let lists = settings.scopes.flatMap { $0.section.at("tools.elevated.allowFrom")?.members ?? [] }
      let wide = lists.contains { $0.setting.strings.contains("*") }
      let some = lists.contains { !$0.setting.strings.isEmpty }
      return [
        .fail(
          "\(door.evidence) (\(door.name)), and tools.elevated is not switched off\(wide ? ": everybody may use it" : some ? "" : "; nobody is on its list")",
          at: door.location, severity: wide ? .critical : some ? nil : .low,
          fix: settings.edit("tools.elevated.enabled", to: "false"))
      ]
    }
  }

  /// Tools that a scope still has, outside a sandbox: commands, then files.
  private static func reach(_ settings: Settings) -> (text: String, runtime: Bool)? {
    for scope in settings.scopes {
      let caged = settings.sandbox(scope).mode == .all && !settings.hostForced(scope)
      if !caged, settings.unavailable(.runtime, in: scope) == nil, settings.exec(scope).policy != .deny {
        return ("commands run on the host (\(scope.name))", true)
      }
    }
    for scope in settings.scopes {
      let confined =
        [scope, settings.scopes[0]].compactMap { $0.section.at("tools.fs.workspaceOnly")?.bool }.first == true
      if settings.sandbox(scope).mode != .all, !confined, settings.unavailable(.files, in: scope) == nil {
        return ("file tools reach the whole disk (\(scope.name))", false)
      }
    }
    return nil
  }

  static let tools = Rule(
    "channels.open-with-tools", "Strangers write to an agent with commands or file tools", .critical,
    because: "with commands it is a shell for strangers; with file tools alone it is high",
    reads: doorKeys + ["tools.profile", "tools.deny", "tools.fs.workspaceOnly", "agents.*.sandbox.mode"], tier: 1,
    requirement: "N4", openclaw: ["security.exposure.open_groups_with_runtime_or_fs"],
    why: "A stranger's message reads keys from the disk or runs a command, and the answer goes back to the group.",
    remedy:
      "Close the channel, or give the agent the profile messaging, a sandbox, and file tools for its workspace only.",
    references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard let door = open(settings).first else {
        return [.pass("no channel is open to strangers", at: settings.place("channels"))]
      }
      guard let reach = reach(settings) else {
        return [.pass("a channel is open, but neither commands nor the disk are in reach", at: door.location)]
      }
      return [
        .fail(
          "\(door.evidence) (\(door.name)), and \(reach.text)", at: door.location,
          severity: reach.runtime ? nil : .high,
          fix: settings.fix(
            door, to: door.location.key?.hasSuffix("groupPolicy") == true ? "\"allowlist\"" : "\"pairing\""))
      ]
    }
  }

  static let controlTools = Settings.ToolGroup(group: "group:automation", names: ["gateway", "cron", "automations"])

  static let control = Rule(
    "channels.open-with-control", "Strangers write to an agent that may change itself", .critical,
    because: "one message makes a job that runs for good, or a setting that opens the rest",
    reads: doorKeys + ["tools.profile", "tools.allow", "tools.deny"], tier: 1, requirement: "H17",
    openclaw: ["security.exposure.open_groups_with_control_plane_tools"],
    why: "A stranger has the agent schedule jobs or rewrite the gateway's own configuration, and it stays so.",
    remedy: "Deny the tools gateway and cron, or close the channel.", references: ["CWE-284"]
  ) { subject in
    Settings.judge(subject) { settings in
      guard let door = open(settings).first else {
        return [.pass("no channel is open to strangers", at: settings.place("channels"))]
      }
      guard let scope = settings.scopes.first(where: { settings.unavailable(controlTools, in: $0) == nil }) else {
        return [.pass("the tools gateway and cron are not available", at: settings.place("tools"))]
      }
      return [
        .fail(
          "\(door.evidence) (\(door.name)), and the tools gateway and cron are there (\(scope.name))",
          at: door.location,
          fix: settings.edit("tools.deny", to: "the list with gateway and cron in it"))
      ]
    }
  }

  static let shared = Rule(
    "channels.shared-agent", "People who may not trust each other share one agent", .low,
    because: "it is safe only among people who could read each other's secrets anyway",
    reads: doorKeys + ["channels.*.allowFrom", "channels.*.groups", "channels.*.guilds", "agents.*.sandbox.mode"],
    tier: 2,
    requirement: "H18", openclaw: ["security.trust_model.multi_user_heuristic"],
    why: "The agent has one set of keys and one memory: each of them gets at what the others told it.",
    remedy: "Run one gateway for each circle of trust, or put the shared agent into a sandbox without keys."
  ) { subject in
    Settings.judge(subject) { settings in
      var signs: [(text: String, location: Finding.Location)] = open(settings).map { ($0.evidence, $0.location) }
      for account in settings.accounts(setting: ["groups", "guilds", "channels", "rooms"]) {
        for name in ["groups", "guilds", "channels", "rooms"] {
          guard let map = account.own.at(name), let count = map.members?.count, count > 0,
            account.find("groupPolicy")?.setting.string != "disabled"
          else { continue }
          signs.append(
            ("\(account.key).\(name) has \(count) entries", settings.place(map, key: "\(account.key).\(name)")))
        }
      }
      guard let first = signs.first else { return [.pass("no sign of several users", at: settings.place("channels"))] }
      return [
        .fail(
          first.text + (signs.count > 1 ? ", and \(signs.count - 1) more signs" : ""), at: first.location,
          severity: settings.unattendedExec.isEmpty ? nil : .medium)
      ]
    }
  }

  static let groupMain = Rule(
    "sessions.groups-share-main", "Groups and the owner share one conversation", .high,
    because: "whoever is in the group reads along and speaks to the model as part of the owner's talk",
    reads: ["session.groupScope", "bindings"], tier: 1, requirement: "H18",
    openclaw: ["security.trust_model.group_scope_main"],
    why: "Members of the group ask for what the owner said in private, and their text steers the owner's next turn.",
    remedy: "Set session.groupScope to per-group.", references: ["CWE-668"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "session.groupScope"
      var failures: [Answer] = []
      if settings[key]?.string == "main" {
        failures.append(.fail("\(key) is main", at: settings.place(key), fix: settings.edit(key, to: "\"per-group\"")))
      }
      for (index, binding) in (settings["bindings"]?.array ?? []).enumerated() {
        guard let own = binding.at("session.groupScope"), own.string == "main" else { continue }
        if binding.at("match.peer.kind")?.string == "direct" || binding.at("match.peer.kind")?.string == "dm" {
          continue
        }
        let channel =
          binding.at("match.channel")?.string.map { " for \(VisibleText.cutMiddle(VisibleText.terminal($0), to: 40))" }
          ?? ""
        failures.append(
          .fail(
            "bindings[\(index)].session.groupScope is main\(channel)",
            at: settings.place(own, key: "bindings[\(index)].session.groupScope")))
      }
      return Settings.outcome(
        failures,
        else: .pass("\(key) is \(settings[key]?.string ?? "unset, which means per-group")", at: settings.place(key)))
    }
  }

  /// Switches that have a rule of their own.
  private static let elsewhere: Set<String> = [
    "dangerouslyAllowHostHeaderOriginFallback", "dangerouslyDisableDeviceAuth", "dangerouslyAllowNameMatching",
  ]
  /// Switches that the product's own check names beside its own.
  private static let named: Set<String> = ["allowUnsafeExternalContent"]

  static let switches = Rule(
    "configuration.dangerous-switch", "A switch is on whose own name says that it is dangerous", .medium,
    because: "each takes one wall away; what is behind it differs",
    reads: [
      "every key that begins with dangerously", "allowUnsafeExternalContent", "tools.exec.applyPatch.workspaceOnly",
      "plugins.entries.acpx.config.permissionMode", "browser.ssrfPolicy", "plugins.entries.codex",
    ],
    tier: 1, requirement: "H4", openclaw: ["config.insecure_or_dangerous_flags"],
    why:
      "The switch was meant for a test or an emergency and stayed: the wall that it took away is missed by nobody until it is needed.",
    remedy: "Delete the switch."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      func walk(_ setting: Configuration.Setting, _ path: String, _ depth: Int) {
        guard depth < 24, failures.count < 100 else { return }
        for member in setting.members ?? [] {
          let key = path.isEmpty ? member.name : "\(path).\(member.name)"
          if member.setting.bool == true, member.name.hasPrefix("dangerously") || named.contains(member.name),
            !elsewhere.contains(member.name), !key.hasPrefix("browser.ssrfPolicy.")
          {
            failures.append(
              .fail(
                "\(VisibleText.cutMiddle(VisibleText.terminal(key), to: 120)) is true",
                at: settings.place(member.setting, key: key), fix: settings.remove(key)
              ).naming(named.contains(member.name) ? "config.insecure_or_dangerous_flags" : nil))
          }
          walk(member.setting, key, depth + 1)
        }
        for (index, element) in (setting.array ?? []).enumerated() { walk(element, "\(path)[\(index)]", depth + 1) }
      }
      walk(settings.configuration.root, "", 0)
      for scope in settings.scopes {
        let key = scope.prefix + "tools.exec.applyPatch.workspaceOnly"
        if let own = scope.section.at("tools.exec.applyPatch.workspaceOnly"), own.bool == false {
          failures.append(.fail("\(key) is false", at: settings.place(own, key: key), fix: settings.remove(key)))
        }
      }
      let mode = "plugins.entries.acpx.config.permissionMode"
      if settings[mode]?.string == "approve-all" {
        failures.append(
          .fail("\(mode) is approve-all", at: settings.place(mode), severity: .high, fix: settings.remove(mode)))
      }
      for name in ["allow_all_plugins", "allow_destructive_actions"] {
        let key = "plugins.entries.codex.config.codexPlugins.\(name)"
        if settings.flag(key) == true {
          failures.append(.fail("\(key) is true", at: settings.place(key), fix: settings.remove(key)).naming(nil))
        }
      }
      return Settings.outcome(failures, else: .pass("no dangerous switch is on", at: settings.place("gateway")))
    }
  }

  static let roster = Rule(
    "agents.no-single-default", "Not exactly one agent is the default", .low,
    because: "who answers is decided by order, not by the owner",
    reads: ["agents.entries", "agents.list", "routing.agents"],
    tier: 3, requirement: "H4", openclaw: ["config.agent_roster.invalid_default_count"],
    why: "Messages reach an agent with other rights than the owner had in mind.",
    remedy: "Mark exactly one agent as the default."
  ) { subject in
    Settings.judge(subject) { settings in
      let agents = settings.agents
      let key =
        settings["agents.entries"] != nil
        ? "agents.entries" : settings["agents.list"] != nil ? "agents.list" : "routing.agents"
      guard !agents.isEmpty else {
        return [.pass("one agent, main, which is the default", at: settings.place("agents"))]
      }
      let count =
        key == "routing.agents"
        ? (settings["routing.defaultAgentId"] == nil ? 0 : 1) : agents.count { $0.setting.at("default")?.bool == true }
      if count == 1 { return [.pass("one of \(agents.count) agents is the default", at: settings.place(key))] }
      // In lists the first one counts where none says so, and where there is one it is the only one.
      if count == 0, key != "agents.entries" || agents.count == 1 {
        return [.pass("none of \(agents.count) agents is marked, which means the first", at: settings.place(key))]
      }
      return [.fail("\(count) of \(agents.count) agents are marked as the default", at: settings.place(key))]
    }
  }

  static let suppressions = Rule(
    "audit.suppressions", "The product's own audit was told to keep quiet about something", .low,
    because: "it may be a considered choice, and it hides what changes later", reads: ["security.audit.suppressions"],
    tier: 3,
    requirement: "H4", openclaw: ["security.audit.suppressions.active"],
    why:
      "A suppressed finding stays silent when it becomes worse, and an intruder suppresses what would give them away.",
    remedy: "Look through security.audit.suppressions and delete what nobody can give a reason for."
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "security.audit.suppressions"
      let entries = settings[key]?.array ?? []
      guard !entries.isEmpty else { return [.pass("\(key) is empty", at: settings.place(key))] }
      let ids = entries.prefix(5).map {
        VisibleText.cutMiddle(VisibleText.terminal($0["checkId"]?.string ?? "?"), to: 60)
      }
      return [.fail("\(entries.count) entries: \(ids.joined(separator: ", "))", at: settings.place(key))]
    }
  }

  static let summary = Rule(
    "summary.attack-surface", "Somebody else than the owner has a way in", .info,
    because: "it is a summary: each way has a rule of its own",
    reads: doorKeys + ["tools.elevated.allowFrom", "hooks.enabled", "browser.enabled"], tier: 3, requirement: "N4",
    openclaw: ["summary.attack_surface"],
    why: "Ways that were opened one at a time add up, and nobody has looked at all of them together.",
    remedy: "Close what is not used."
  ) { subject in
    Settings.judge(subject) { settings in
      let direct = settings.doors(.direct).count { $0.policy == .open }
      let groups = settings.doors(.group).count { $0.policy == .open }
      let elevated =
        settings.scopes.contains { scope in
          scope.section.at("tools.elevated.allowFrom")?.members?.contains { !$0.setting.strings.isEmpty } == true
        } && settings.flag("tools.elevated.enabled") != false
      let hooks = settings.flag("hooks.enabled") == true
      let browser = settings.flag("browser.enabled") != false
      let text =
        "\(settings.channels.count) channels, \(direct) open to direct messages, \(groups) open to groups; elevated tools \(elevated ? "for some senders" : "for nobody"); hooks \(hooks ? "on" : "off"); browser \(browser ? "on" : "off")"
      return [
        direct + groups > 0 || elevated || hooks
          ? .fail(text, at: settings.place("channels")) : .pass(text, at: settings.place("channels"))
      ]
    }
  }
}
