import Installations
import Model

/// What is loaded into the gateway and what may call it from outside.
enum ExtensionRules {
  static let all = [plugins, hookToken, hookReuse, hookPath]

  static let plugins = Rule(
    "plugins.no-allow-list", "Any plugin that is found is loaded", .low,
    because: "a plugin must get onto the disk first; worse where plugins are in use",
    reads: ["plugins.enabled", "plugins.allow", "plugins.entries", "plugins.load.paths"], tier: 2, requirement: "H15",
    openclaw: ["plugins.extensions_no_allowlist"],
    why:
      "A plugin runs inside the gateway with all its rights. One that a download or the agent itself drops into a folder is loaded at the next start.",
    remedy: "Name the plugins that are wanted in plugins.allow.", references: ["CWE-829"]
  ) { subject in
    Settings.judge(subject) { settings in
      if settings.flag("plugins.enabled") == false {
        return [.pass("plugins.enabled is off", at: settings.place("plugins.enabled"))]
      }
      let place = settings.place("plugins.allow")
      let allow = settings["plugins.allow"]?.strings ?? []
      if !allow.isEmpty, !allow.contains("*") { return [.pass("plugins.allow has \(allow.count) entries", at: place)] }
      let entered = (settings["plugins.entries"]?.members ?? []).map(\.name)
      let found = (settings.installation.details?.plugins ?? []).map(\.id)
      let names = entered + found.filter { !entered.contains($0) }
      let paths = settings["plugins.load.paths"]?.strings ?? []
      let used = !names.isEmpty || !paths.isEmpty
      let list = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
      return [
        .fail(
          "plugins.allow is \(allow.isEmpty ? "empty" : "*")\(used ? ", and \(names.count + paths.count) plugins or folders are there" : "")",
          at: place, severity: used ? .medium : nil,
          fix: settings.edit(
            "plugins.allow", to: names.isEmpty ? "the ids of the plugins that are wanted" : "[\(list)], or fewer"))
      ]
    }
  }

  /// Everything here needs hooks to be on; off is fine.
  static func hooks(_ subject: Subject, _ question: (Settings) -> [Answer]) -> [Answer] {
    Settings.judge(subject) { settings in
      guard settings.flag("hooks.enabled") == true else {
        return [.pass("hooks are off", at: settings.place("hooks.enabled"))]
      }
      return question(settings)
    }
  }

  static let hookToken = Rule(
    "hooks.token-weak", "The token of the hooks can be guessed", .high,
    because: "a hook puts text before the model as if the owner had sent it", reads: ["hooks.enabled", "hooks.token"],
    tier: 1, requirement: "H10", openclaw: ["hooks.token_too_short"],
    why: "Who guesses it gives the agent instructions with one HTTP request.",
    remedy: "Use a random token of at least 32 bytes, another than the gateway's.", references: ["CWE-521"]
  ) { subject in
    hooks(subject) { settings in
      guard settings.secret("hooks.token") != nil else {
        return [
          .fail(
            "hooks are on and hooks.token is unset", at: settings.place("hooks.token"),
            fix: settings.edit(
              "hooks.token", to: "\"${\(settings.variablePrefix)_HOOKS_TOKEN}\", a random value of its own"))
        ]
      }
      return LoginRules.strength("hooks.token", settings, absent: [])
    }
  }

  static let hookReuse = Rule(
    "hooks.token-reused", "The hooks use the gateway's own token", .critical,
    because: "the token is given to mail and web services, and it is the operator's key",
    reads: ["hooks.token", "gateway.auth.token", "gateway.auth.password"], tier: 1, requirement: "H10",
    openclaw: ["hooks.token_reuse_gateway_token"],
    why: "Every service that may call a hook holds the key to the whole gateway, and leaks it with its own logs.",
    remedy: "Give the hooks a token of their own, and make a new one for the gateway.", references: ["CWE-1391"]
  ) { subject in
    hooks(subject) { settings in
      guard let hook = settings.secret("hooks.token") else {
        return [.pass("hooks.token is unset", at: settings.place("hooks.token"))]
      }
      let place = Finding.Location(file: hook.file, line: hook.line, key: hook.key)
      var unknown: String?
      for key in ["gateway.auth.token", "gateway.auth.password"] {
        guard let other = settings.secret(key) else { continue }
        if let a = settings.literal(hook), let b = settings.literal(other), a.tag == b.tag, a.length == b.length {
          return [.fail("hooks.token equals \(key)", at: place, fix: fix(settings))]
        }
        switch (hook.form, other.form) {
        case (.environment(let a, _), .environment(let b, _)) where a == b:
          return [.fail("hooks.token and \(key) come from the same variable \(a)", at: place, fix: fix(settings))]
        case (.literal, .literal): continue
        default: if settings.literal(hook) == nil || settings.literal(other) == nil { unknown = key }
        }
      }
      if let unknown {
        return [.notMeasured("hooks.token and \(unknown) stand in different places and cannot be compared", at: place)]
      }
      return [.pass("hooks.token is another than the gateway's", at: place)]
    }
  }

  private static func fix(_ settings: Settings) -> Finding.Fix {
    let fix = settings.edit(
      "hooks.token", to: "\"${\(settings.variablePrefix)_HOOKS_TOKEN}\", a random value of its own")
    return Finding.Fix(fix.text, command: "openssl rand -hex 32")
  }

  static let hookPath = Rule(
    "hooks.path-root", "The hooks answer on every path", .high,
    because: "the hooks take over the gateway's other routes", reads: ["hooks.enabled", "hooks.path"], tier: 1,
    requirement: "H10", openclaw: ["hooks.path_root"],
    why: "Requests meant for other parts of the gateway are treated as hooks, with the hooks' weaker login.",
    remedy: "Set hooks.path to /hooks."
  ) { subject in
    hooks(subject) { settings in
      let path = settings["hooks.path"]?.string ?? "/hooks"
      guard path.allSatisfy({ $0 == "/" }) else {
        return [.pass("hooks.path is \(path)", at: settings.place("hooks.path"))]
      }
      return [
        .fail(
          "hooks.path is \"\(path)\"", at: settings.place("hooks.path"),
          fix: settings.edit("hooks.path", to: "\"/hooks\""))
      ]
    }
  }
}
