import Formats
import Installations
import Matching
import Model

/// Where code and instructions of others come from.
enum SupplyRules {
  static let all = [
    inProcess, pluginFolder, loadPaths, conversationAccess, installPolicy, archives, extraFolders, transforms,
  ]

  private static func shown(_ text: String, _ width: Int = 80) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(text), to: width)
  }

  static let inProcess = Rule(
    "plugins.in-process", "Code of others runs in the gateway's own process", .low,
    because: "there is no wall between a plugin and the gateway's keys; it is a choice, to be made knowingly",
    reads: ["extensions/", "plugins.enabled", "plugins.entries.*.enabled"], tier: 3, requirement: "H15",
    why: "A plugin reads every token and conversation of the gateway, and an update of it changes what it does.",
    remedy: "Keep only plugins whose code somebody read, pin their versions, and prefer tool servers in a sandbox.",
    references: ["CWE-653"]
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      if settings.flag("plugins.enabled") == false {
        return [.pass("plugins.enabled is off", at: settings.place("plugins.enabled"))]
      }
      let on = details.plugins.filter { settings["plugins.entries"]?[$0.id]?.at("enabled")?.bool != false }
      guard let first = on.first else { return [.pass("no plugin of others is installed")] }
      return [
        .fail(
          "\(on.count) plugins: \(shown(on.prefix(6).map(\.id).joined(separator: ", ")))",
          at: Finding.Location(file: first.folder))
      ]
    }
  }

  static let pluginFolder = Rule(
    "plugins.folder-writable", "Others may change a plugin's code", .critical,
    because: "what they write runs in the gateway at the next start", reads: ["modes and owners of extensions/*"],
    tier: 1,
    requirement: "H13", why: "Another account on this machine becomes the agent, with all its keys.",
    remedy: "Give the folder to the agent's own user and take the rights of others away.", references: ["CWE-732"]
  ) { subject in
    Settings.details(subject) { details, installation in
      let failures = details.plugins.compactMap { plugin -> Answer? in
        let place = Finding.Location(file: plugin.folder)
        if let others = FileRules.others(plugin.mode), others.writes {
          let sheltered = installation.mode & 0o011 == 0 && plugin.folder.hasPrefix(installation.stateDirectory + "/")
          return .fail(
            "mode \(FileRules.octal(plugin.mode)): \(others.text)\(sheltered ? "; the state directory keeps others out today" : "")",
            at: place, severity: sheltered ? .low : nil, fix: FileRules.chmod("700", plugin.folder))
        }
        guard plugin.owner != 0, plugin.owner != installation.owner else { return nil }
        return .fail("it belongs to uid \(plugin.owner), not to the agent's user", at: place, severity: .high)
      }
      return Settings.outcome(failures, else: .pass("\(details.plugins.count) plugins, none that others may change"))
    }
  }

  static let loadPaths = Rule(
    "plugins.loaded-from-elsewhere", "Plugins are loaded from a folder that others fill", .high,
    because: "whatever lies there runs in the gateway", reads: ["plugins.load.paths"], tier: 1, requirement: "H15",
    why:
      "A file put into that folder, by a download, a checkout or another account, is code of the gateway at the next start.",
    remedy: "Copy the plugin into the state directory's extensions folder.", references: ["CWE-427"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "plugins.load.paths"
      let failures = (settings[key]?.array ?? []).compactMap { entry -> Answer? in
        guard let text = entry.string else { return nil }
        let place = settings.place(entry, key: key)
        for tmp in ["/tmp", "/var/tmp", "/dev/shm"] where text == tmp || text.hasPrefix(tmp + "/") {
          return .fail("\(key) has \(shown(text)), where everybody may write", at: place)
        }
        if !text.hasPrefix("/"), !text.hasPrefix("~") {
          return .fail(
            "\(key) has \(shown(text)), which depends on where the gateway is started", at: place, severity: .medium)
        }
        return text.contains("/Downloads") || text.contains("/workspace")
          ? .fail("\(key) has \(shown(text)), where downloads or the agent itself write", at: place) : nil
      }
      return Settings.outcome(
        failures, else: .pass("\(key) has \(settings[key]?.array?.count ?? 0) folders", at: settings.place(key)))
    }
  }

  static let conversationAccess = Rule(
    "plugins.reads-conversations", "A plugin reads or writes what the model sees", .low,
    because: "it is a right that somebody gave by hand",
    reads: ["plugins.entries.*.hooks.allowConversationAccess", "plugins.entries.*.hooks.allowPromptInjection"],
    tier: 3, requirement: "H15",
    why: "The plugin copies private talk, or slips the model instructions that no person sees.",
    remedy: "Delete the right unless the plugin cannot do without it."
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for entry in settings["plugins.entries"]?.members ?? [] where entry.setting.at("enabled")?.bool != false {
        for name in ["allowConversationAccess", "allowPromptInjection"] {
          guard let own = entry.setting.at("hooks.\(name)"), own.bool == true else { continue }
          let key = "plugins.entries.\(entry.name).hooks.\(name)"
          failures.append(
            .fail(
              "\(shown(key, 120)) is true", at: settings.place(own, key: key),
              severity: name == "allowPromptInjection" ? .medium : nil, fix: settings.remove(key)))
        }
      }
      return Settings.outcome(
        failures, else: .pass("no plugin was given that right", at: settings.place("plugins.entries")))
    }
  }

  static let installPolicy = Rule(
    "extensions.no-install-gate", "Skills and plugins are installed without a check in between", .low,
    because: "it is a gate that few have; it matters where things are installed at all",
    reads: ["security.installPolicy.enabled", "extensions/", "skills/"], tier: 3, requirement: "H15",
    why: "A skill with a planted instruction is in place, and read, before anybody looks at it.",
    remedy: "Set security.installPolicy with a program that decides, such as a scanner."
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      let key = "security.installPolicy.enabled"
      if settings.flag(key) == true { return [.pass("\(key) is true", at: settings.place(key))] }
      guard !details.plugins.isEmpty || !details.skills.isEmpty else {
        return [.pass("nothing of others is installed", at: settings.place(key))]
      }
      return [
        .fail(
          "\(key) is \(settings[key] == nil ? "unset" : "off"), with \(details.plugins.count) plugins and \(details.skills.count) skills",
          at: settings.place(key))
      ]
    }
  }

  static let archives = Rule.value(
    "skills.uploads-allowed", "Clients may upload skills", .medium,
    because: "it takes the operator's rights, and then the skill stays",
    keys: ["skills.install.allowUploadedArchives"], isBad: ["true"], tier: 2, requirement: "H15", exposed: .high,
    why: "A stolen token leaves a skill behind that works on after the token was changed.",
    remedy: "Delete skills.install.allowUploadedArchives.", references: ["CWE-434"])

  static let extraFolders = Rule(
    "skills.folder-others-fill", "Skills are loaded from a folder that others fill", .medium,
    because: "a skill is text that the model obeys",
    reads: ["skills.load.extraDirs", "skills.load.allowSymlinkTargets"], tier: 2,
    requirement: "H15",
    why: "A file put there by another account, a download or the agent itself becomes an instruction.",
    remedy: "Copy the skills that are wanted into the state directory's skills folder.", references: ["CWE-427"]
  ) { subject in
    Settings.judge(subject) { settings in
      var failures: [Answer] = []
      for key in ["skills.load.extraDirs", "skills.load.allowSymlinkTargets"] {
        for entry in settings[key]?.array ?? [] {
          guard let text = entry.string else { continue }
          let risk: String? =
            ["/tmp", "/var/tmp", "/dev/shm"].contains { text == $0 || text.hasPrefix($0 + "/") }
            ? "where everybody may write"
            : text == "/"
              ? "which is everything"
              : text == "~" || text == settings.home
                ? "which is the whole home" : text.contains("/Downloads") ? "where downloads end" : nil
          if let risk {
            failures.append(.fail("\(key) has \(shown(text)), \(risk)", at: settings.place(entry, key: key)))
          }
        }
      }
      return Settings.outcome(failures, else: .pass("no such folder", at: settings.place("skills.load.extraDirs")))
    }
  }

  static let transforms = Rule(
    "hooks.code-elsewhere", "Code for the hooks lies outside its folder", .medium,
    because: "it runs in the gateway for each request",
    reads: ["hooks.transformsDir", "hooks.mappings.*.transform.module"], tier: 2,
    requirement: "H15", why: "Whoever may write there decides what the gateway does with every request.",
    remedy: "Move the code to hooks/transforms in the state directory.", references: ["CWE-22", "CWE-427"]
  ) { subject in
    ExtensionRules.hooks(subject) { settings in
      var failures: [Answer] = []
      let state = settings.installation.stateDirectory
      let key = "hooks.transformsDir"
      if let text = settings[key]?.string, text.hasPrefix("/") && !text.hasPrefix(state + "/") || text.contains("..") {
        failures.append(.fail("\(key) is \(shown(text))", at: settings.place(key)))
      }
      for (index, mapping) in (settings["hooks.mappings"]?.array ?? []).enumerated() {
        guard let module = mapping.at("transform.module"), let text = module.string,
          text.hasPrefix("/") || text.split(separator: "/").contains("..")
        else { continue }
        let own = "hooks.mappings[\(index)].transform.module"
        failures.append(.fail("\(own) is \(shown(text))", at: settings.place(module, key: own)))
      }
      return Settings.outcome(failures, else: .pass("no code of theirs lies elsewhere", at: settings.place(key)))
    }
  }
}
