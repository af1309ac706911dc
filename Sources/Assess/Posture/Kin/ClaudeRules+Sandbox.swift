import Formats
import Installations
import Model

/// The cage around the shell commands of Claude Code, and who decides about it.
extension ClaudeRules {
  static let sandbox = [
    sandboxOff, sandboxFailOpen, sandboxEscape, sandboxProject, sandboxWeakened, sandboxCredentials, sandboxAutoAllow,
    sandboxDomains,
  ]

  /// Asks only where the sandbox is on: a hole in a wall that is not there is no finding of its own.
  private static func caged(_ settings: KinSettings, _ question: (KinSettings) -> [Answer]) -> [Answer] {
    settings.everywhere { context in
      guard context.flag("sandbox.enabled") == true else {
        return [.pass("the sandbox is off, which another rule judges", at: context.place("sandbox.enabled"))]
      }
      return question(context)
    }
  }

  static let sandboxOff = rule(
    "sandbox-off", "Shell commands run without a sandbox", .medium,
    because: "commands have all rights of the user; each is still asked for", reads: ["sandbox.enabled"], tier: 2,
    requirement: "H11", why: "One command that was waved through reads every key and reaches every network.",
    remedy: "Set sandbox.enabled and sandbox.failIfUnavailable to true.", references: ["CWE-693"]
  ) { settings in
    settings.ask("sandbox.enabled", default: "false", set: true) { $0?.bool != true }
  }

  static let sandboxFailOpen = rule(
    "sandbox-fail-open", "Where the sandbox cannot start, commands run without it", .high,
    because: "the belief in a sandbox is worse than none",
    reads: ["sandbox.enabled", "sandbox.failIfUnavailable"], tier: 2, requirement: "H11",
    why: "An update that removes bubblewrap or socat takes the sandbox away, after a warning that no job reads.",
    remedy: "Set sandbox.failIfUnavailable to true.", references: ["CWE-636"]
  ) { settings in
    caged(settings) { context in
      let key = "sandbox.failIfUnavailable"
      let evidence = "\(key) is \(context[key]?.shown ?? "unset, which means false")"
      guard context.flag(key) != true else { return [.pass(evidence, at: context.place(key))] }
      return [.fail(evidence, at: context.place(key), fix: context.set(key, to: true))]
    }
  }

  static let sandboxEscape = rule(
    "sandbox-escape-hatch", "The model may ask to leave the sandbox", .high,
    because: "one answer to one question, or one excluded command, and the sandbox is behind it",
    reads: ["sandbox.allowUnsandboxedCommands", "sandbox.excludedCommands"], tier: 2, requirement: "H11",
    why: "A steered model asks for one command outside, and that command does the rest.",
    remedy: "Set sandbox.allowUnsandboxedCommands to false and empty sandbox.excludedCommands.",
    references: ["CWE-693"]
  ) { settings in
    caged(settings) { context in
      let key = "sandbox.allowUnsandboxedCommands"
      let excluded = context.entries("sandbox.excludedCommands").filter { found in
        found.setting.string.map(Reach.isBroad(command:)) ?? false
      }
      var failures = excluded.map { found -> Answer in
        .fail(
          "sandbox.excludedCommands has \(found.setting.shown)", at: found.place,
          fix: Finding.Fix(
            "In \(found.setting.file), line \(found.setting.position.line): delete \(found.setting.shown) from sandbox.excludedCommands."
          ))
      }
      if context.flag(key) != false {
        failures.append(
          .fail(
            "\(key) is \(context[key]?.shown ?? "unset, which means true")", at: context.place(key),
            fix: context.set(key, to: false)))
      }
      return failures.isEmpty
        ? [.pass("\(key) is false, and no broad command is excluded", at: context.place(key))] : failures
    }
  }

  /// Keys of a folder that weaken a sandbox, and the values with which they do.
  private static func weakening(_ layer: Installation.Layer) -> [KinSettings.Found] {
    let keys: [(String, (Configuration.Setting) -> Bool)] = [
      ("enabled", { $0.bool == false }), ("failIfUnavailable", { $0.bool == false }),
      ("allowUnsandboxedCommands", { $0.bool == true }), ("autoAllowBashIfSandboxed", { $0.bool == true }),
      ("excludedCommands", { $0.array?.isEmpty == false }), ("filesystem.allowWrite", { $0.array?.isEmpty == false }),
      ("network.allowedDomains", { $0.array?.isEmpty == false }),
    ]
    let weak = weakFlags.filter { $0 != "filesystem.disabled" }.map {
      ($0, { (s: Configuration.Setting) in s.bool == true })
    }
    return (keys + weak).compactMap { name, isWeak in
      guard let setting = layer.configuration.root.at("sandbox.\(name)"), isWeak(setting) else { return nil }
      return KinSettings.Found(key: "sandbox.\(name)", layer: layer, setting: setting)
    }
  }

  static let sandboxProject = rule(
    "sandbox-project-weakened", "A repository decides about the sandbox that should hold it", .critical,
    because: "the repository's word beats the user's, whether its folder is trusted or not",
    reads: ["sandbox.* of the project", "sandbox.allowUnsandboxedCommands of the managed file"], tier: 1,
    requirement: "H11",
    why:
      "Whoever writes the repository switches your sandbox off, excludes commands from it or opens folders, and you see nothing.",
    remedy:
      "In the managed file set sandbox.enabled to true and sandbox.allowUnsandboxedCommands to false; the user's own settings do not hold it.",
    references: ["CWE-284"]
  ) { settings in
    let folders = settings.layers.filter { $0.scope == .project || $0.scope == .local }
    guard !folders.isEmpty else { return [.pass("no settings file came with a folder of work")] }
    let managed = settings.written("sandbox.allowUnsandboxedCommands", in: [.managed]).first {
      $0.setting.bool == false
    }
    if let managed { return [.pass("\(managed.key) is false in the managed file, which holds", at: managed.place)] }
    let failures = folders.flatMap { layer in
      weakening(layer).map { found -> Answer in
        .fail(
          "\(found.key) is \(found.setting.shown) in a folder of work", at: found.place, fix: KinSettings.remove(found))
      }
    }
    return failures.isEmpty
      ? [.pass("none of \(folders.count) files of folders weakens the sandbox", at: .init(file: folders[0].path))]
      : FileRules.capped(failures)
  }

  private static let weakFlags = [
    "enableWeakerNestedSandbox", "enableWeakerNetworkIsolation", "allowAppleEvents", "allowNestedUserNamespaces",
    "network.allowAllUnixSockets", "network.allowLocalBinding", "filesystem.disabled",
  ]

  static let sandboxWeakened = rule(
    "sandbox-weakened", "A switch opens a known way out of the sandbox", .high,
    because: "each of these reopens one way out", reads: weakFlags.map { "sandbox.\($0)" }, tier: 2,
    requirement: "H11",
    why: "What runs inside uses that way: a socket of the container engine, another program, the files themselves.",
    remedy: "Delete the key.", references: ["CWE-693"]
  ) { settings in
    settings.everywhere { context in
      let failures = weakFlags.compactMap { name -> Answer? in
        guard let found = context.value("sandbox.\(name)"), found.setting.bool == true else { return nil }
        return .fail("\(found.key) is true", at: found.place, fix: KinSettings.remove(found))
      }
      return failures.isEmpty
        ? [.pass("none of the switches that weaken the sandbox is on", at: context.place("sandbox"))] : failures
    }
  }

  static let sandboxCredentials = rule(
    "sandbox-credentials", "Sandboxed commands still read every key", .high,
    because: "inside, the whole disk and every variable stay readable until they are named",
    reads: ["sandbox.credentials.files", "sandbox.credentials.envVars", "sandbox.filesystem.denyRead"], tier: 2,
    requirement: "H14b",
    why: "A command in the sandbox prints ~/.ssh and the API key, and the model carries them out.",
    remedy: "Name the files and variables in sandbox.credentials with mode deny.", references: ["CWE-522"]
  ) { settings in
    caged(settings) { context in
      let keys = ["sandbox.credentials.files", "sandbox.credentials.envVars", "sandbox.filesystem.denyRead"]
      if let key = keys.first(where: { !context.entries($0).isEmpty }) {
        return [.pass("\(key) is \(context[key]?.shown ?? "set")", at: context.place(key))]
      }
      return [
        .fail(
          "sandbox.credentials and sandbox.filesystem.denyRead are empty", at: context.place("sandbox.credentials"),
          fix: Finding.Fix(
            "In \(context.place("sandbox.enabled").file ?? "the user's settings.json"): set sandbox.credentials to {\"envVars\": [{\"name\": \"AWS_SECRET_ACCESS_KEY\", \"mode\": \"deny\"}], \"files\": [{\"path\": \"~/.ssh\", \"mode\": \"deny\"}]} and add what else is secret here."
          ))
      ]
    }
  }

  static let sandboxAutoAllow = rule(
    "sandbox-autoallow", "In the sandbox commands run unasked", .medium,
    because: "the sandbox becomes the only gate, and it lets keys and some hosts through",
    reads: ["sandbox.autoAllowBashIfSandboxed", "sandbox.credentials", "sandbox.network.strictAllowlist"], tier: 2,
    requirement: "H18b",
    why: "Whatever the model is talked into runs at once, and reads what the sandbox leaves readable.",
    remedy: "Set sandbox.autoAllowBashIfSandboxed to false, or name the credentials and set network.strictAllowlist.",
    references: ["CWE-862"]
  ) { settings in
    caged(settings) { context in
      let key = "sandbox.autoAllowBashIfSandboxed"
      guard context.flag(key) == true else {
        return [.pass("\(key) is \(context[key]?.shown ?? "unset, which means false")", at: context.place(key))]
      }
      let hides = ["files", "envVars"].contains { !context.entries("sandbox.credentials.\($0)").isEmpty }
      let strict = context.flag("sandbox.network.strictAllowlist") == true
      if hides, strict {
        return [.pass("\(key) is true; credentials are hidden and hosts are listed", at: context.place(key))]
      }
      return [
        .fail(
          "\(key) is true, and \(hides ? "hosts are not held to a list" : "credentials stay readable")",
          at: context.place(key), fix: context.set(key, to: false))
      ]
    }
  }

  private static let dropHosts = [
    "pastebin.com", "transfer.sh", "file.io", "0x0.st", "paste.rs", "termbin.com", "gofile.io", "catbox.moe",
    "webhook.site", "requestbin.com", "ngrok.io", "ngrok-free.app",
  ]

  static let sandboxDomains = rule(
    "sandbox-domains", "The sandbox may send data to hosts that nobody chose", .medium,
    because: "a host outside the list is asked for, not refused",
    reads: ["sandbox.network.allowedDomains", "sandbox.network.strictAllowlist"], tier: 3, requirement: "H12",
    why: "A sandboxed command carries files to any host, or to one where everybody may drop them.",
    remedy: "List the hosts that are needed and set sandbox.network.strictAllowlist to true, not in a project file.",
    references: ["CWE-923"]
  ) { settings in
    caged(settings) { context in
      let domains = context.entries("sandbox.network.allowedDomains")
      var failures = domains.compactMap { found -> Answer? in
        guard let domain = found.setting.string else { return nil }
        let bare = domain.hasPrefix("*.") ? String(domain.dropFirst(2)) : domain
        guard bare == "*" || !bare.contains(".") && domain.contains("*") || dropHosts.contains(bare) else { return nil }
        return .fail(
          "\(found.key) has \(found.setting.shown)", at: found.place,
          fix: Finding.Fix(
            "In \(found.setting.file), line \(found.setting.position.line): replace \(found.setting.shown) in \(found.key) by the hosts that are needed."
          ))
      }
      let key = "sandbox.network.strictAllowlist"
      if context.flag(key) != true {
        failures.append(
          .fail(
            "\(key) is \(context[key]?.shown ?? "unset, which means that other hosts are asked for")",
            at: context.place(key), fix: context.set(key, to: true)))
      }
      return failures.isEmpty ? [.pass("\(domains.count) hosts, and no other", at: context.place(key))] : failures
    }
  }
}
