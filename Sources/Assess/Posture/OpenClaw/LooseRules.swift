import Formats
import Installations
import Matching
import Model

/// Loosened cages and skipped questions.
enum LooseRules {
  static let all = [
    approvalFallback, approvalLoose, searchPath, sandboxSoftened, sandboxNetwork, sandboxWorkspace, sandboxShared,
    sandboxBrowser, sandboxHostKeys, sandboxSecrets, browserUncaged, browserFlags, browserOwn, oneForAll, jobsUnsafe,
    bots,
  ]

  private static func shown(_ text: String, _ width: Int = 80) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(text), to: width)
  }

  /// Sections of the approvals document with a policy.
  private static func approvals(
    _ subject: Subject, pass: String, _ question: (String, Configuration.Setting) -> Answer?
  ) -> [Answer] {
    Settings.judgeDetails(subject) { settings, details in
      guard let document = details.documents(.approvals).first else {
        if settings.keepsStateInDatabase { return [.notMeasured("approvals: \(Settings.databaseReason)")] }
        return [.pass("there is no exec-approvals.json")]
      }
      let place = Finding.Location(file: document.path)
      guard let root = document.configuration?.root else {
        return [.notMeasured("exec-approvals.json was not read: \(document.problem ?? "no object")", at: place)]
      }
      var sections = root["defaults"].map { [("defaults", $0)] } ?? []
      sections += (root["agents"]?.members ?? []).map { ("agents.\($0.name)", $0.setting) }
      return Settings.outcome(sections.compactMap { question($0.0, $0.1) }, else: .pass(pass, at: place))
    }
  }

  static let approvalFallback = Rule(
    "exec.unanswered-means-yes", "A question that nobody answers counts as a yes", .high,
    because: "nobody is there at night, and then everything is allowed", reads: ["exec-approvals.json: askFallback"],
    tier: 1,
    requirement: "H18b", why: "An injected command waits until the question runs out, and then it runs.",
    remedy: "Set askFallback to deny in the approvals document.", references: ["CWE-636"]
  ) { subject in
    approvals(subject, pass: "questions that nobody answers are refused") { name, section in
      guard let own = section["askFallback"], own.string == "full" else { return nil }
      return .fail(
        "\(shown(name)).askFallback is full",
        at: Finding.Location(file: own.file, line: own.position.line, key: "\(name).askFallback"),
        fix: Finding.Fix(
          "In \(own.file), line \(own.position.line): set askFallback to \"deny\".",
          edit: name == "defaults" ? .set(file: own.file, key: ["defaults", "askFallback"], "deny") : nil))
    }
  }

  static let approvalLoose = Rule(
    "exec.approved-for-everything", "An approval lets every program run", .high,
    because: "a pattern for everything is no list", reads: ["exec-approvals.json: allowlist"], tier: 1,
    requirement: "H18b",
    why: "The list of allowed programs looks like a wall, and any program passes it.",
    remedy: "Remove the pattern, and approve programs by their full path."
  ) { subject in
    approvals(subject, pass: "no approval is for every program") { name, section in
      for entry in section["allowlist"]?.array ?? [] {
        guard let pattern = entry["pattern"]?.string else { continue }
        let isWide = ["*", "**", "/**", "/*", "/usr/bin/*", "/bin/*", "/usr/bin/**", "~/**"].contains(pattern)
        let isWritable = pattern.hasPrefix("/tmp/") || pattern.hasPrefix("/var/tmp/") || pattern.hasPrefix("/dev/shm/")
        guard isWide || isWritable else { continue }
        return .fail(
          "\(shown(name)).allowlist has \(shown(pattern))\(isWritable ? ", where everybody may write" : "")",
          at: Finding.Location(file: entry.file, line: entry.position.line, key: "\(name).allowlist"))
      }
      return nil
    }
  }

  static let searchPath = Rule.scoped(
    "exec.search-path-writable", "Commands are looked for first in a folder that others fill", .medium,
    because: "something must put a program there, and the agent itself can in some of them",
    key: "tools.exec.pathPrepend",
    tier: 2, requirement: "H18b", why: "A file called git or ls in that folder runs in place of the real one.",
    remedy: "Remove the folder from tools.exec.pathPrepend.", references: ["CWE-426"]
  ) { settings, setting in
    for path in setting.strings {
      guard let risk = ExecRules.risk(ofFolder: path, home: settings.home), !risk.contains("package manager") else {
        continue
      }
      return ("has \(shown(path)): \(risk)", nil)
    }
    return nil
  }

  static let sandboxSoftened = Rule.sandbox(
    "sandbox.softened", "The sandbox has rights that it does not need", .medium,
    because: "each of them helps whoever wants to get out",
    keys: ["docker.readOnlyRoot", "docker.capDrop", "docker.user"],
    tier: 2, requirement: "H11",
    why: "A program inside changes the sandbox for the next run, or uses a right of the kernel to leave it.",
    remedy: "Delete the key: the defaults are a read-only root, no capabilities and an ordinary user.",
    references: ["CWE-250"]
  ) { key, setting in
    switch key {
    case "docker.readOnlyRoot": setting.bool == false ? "is false" : nil
    case "docker.capDrop":
      setting.array.map { $0.contains { $0.string?.uppercased() == "ALL" } } == false ? "does not drop ALL" : nil
    default:
      ["0", "root"].contains(setting.plain?.split(separator: ":").first.map(String.init) ?? "") ? "is root" : nil
    }
  }

  static let sandboxNetwork = Rule.sandbox(
    "sandbox.reaches-network", "The sandbox reaches the network", .low,
    because: "many tasks need it; it is also the way out for what was read inside", keys: ["docker.network"], tier: 3,
    requirement: "H12",
    why: "A misled program inside sends files and keys away, and reaches services of the private network.",
    remedy: "Set docker.network to none, or to a network whose way out is a filtering proxy.", references: ["CWE-668"]
  ) { _, setting in
    // The host's own network, and that of another container, are a rule of their own.
    guard let name = setting.string, name != "none", name != "host", !name.hasPrefix("container:") else { return nil }
    return "is \(shown(name, 40))"
  }

  static let sandboxWorkspace = Rule.sandbox(
    "sandbox.writes-workspace", "What runs in the sandbox rewrites the agent's own instructions", .medium,
    because: "it needs no way out: the next turn outside obeys what was written inside", keys: ["workspaceAccess"],
    tier: 2,
    requirement: "H13",
    why: "A program in the sandbox adds a line to AGENTS.md or SOUL.md, and the unsandboxed session follows it.",
    remedy: "Set workspaceAccess to ro or none.", references: ["CWE-668"]
  ) { _, setting in setting.string == "rw" ? "is rw" : nil }

  static let sandboxShared = Rule.sandbox(
    "sandbox.shared", "All agents and senders share one sandbox", .medium,
    because: "it keeps them from the host, not from each other", keys: ["scope"], tier: 2, requirement: "H11",
    why: "What one sender's session leaves behind, files and running programs, is there for the next one's.",
    remedy: "Set scope to agent or session."
  ) { _, setting in setting.string == "shared" ? "is shared" : nil }

  static let sandboxBrowser = Rule.sandbox(
    "sandbox.host-browser", "Tools in the sandbox drive the browser outside", .high,
    because: "the browser outside has the person's logins and the host's network", keys: ["browser.allowHostControl"],
    tier: 1,
    requirement: "H11", why: "A misled program inside acts in every account that the browser is logged in to.",
    remedy: "Delete browser.allowHostControl.", references: ["CWE-668"]
  ) { _, setting in setting.bool == true ? "is true" : nil }

  static let sandboxHostKeys = Rule.sandbox(
    "sandbox.ssh-unchecked", "The machine that holds the sandbox is not checked", .high,
    because: "whoever is on the way can be that machine", keys: ["ssh.strictHostKeyChecking"], tier: 1,
    requirement: "H9",
    why: "Files and keys of the workspace are copied to whoever answers first.",
    remedy: "Delete ssh.strictHostKeyChecking.", references: ["CWE-322"]
  ) { _, setting in setting.bool == false ? "is false" : nil }

  static let sandboxSecrets = Rule(
    "sandbox.holds-secrets", "The sandbox is given keys", .medium,
    because: "what runs inside is what one does not trust", reads: ["agents.*.sandbox.docker.env"], tier: 2,
    requirement: "H14",
    why: "Any program inside reads its variables, and the key leaves with the next request.",
    remedy: "Remove the variable; give the tool outside the key, or use the store's proxy.", references: ["CWE-522"]
  ) { subject in
    Settings.judge(subject) { settings in
      let found = settings.installation.secrets.filter { $0.key.contains("sandbox.docker.env.") }
      let failures = found.map { secret in
        Answer.fail(
          "\(shown(secret.key, 120)) is a credential",
          at: Finding.Location(file: secret.file, line: secret.line, key: secret.key))
      }
      return Settings.outcome(
        failures,
        else: .pass("no key among a sandbox's variables", at: settings.place("agents.defaults.sandbox.docker.env")))
    }
  }

  static let browserUncaged = Rule.value(
    "browser.no-sandbox", "The agent's browser runs without its own sandbox", .high,
    because: "pages come from anywhere, and the browser's wall is what keeps them in", keys: ["browser.noSandbox"],
    isBad: ["true"],
    tier: 1, requirement: "H11",
    why: "One flaw in the browser, of which there are many a year, gives a page the agent's user.",
    remedy: "Delete browser.noSandbox, and run as an ordinary user.", references: ["CWE-693"])

  static let browserFlags = Rule(
    "browser.dangerous-flags", "The agent's browser is started with its walls down", .high,
    because: "each of these flags takes away what keeps pages apart, or opens the control port",
    reads: ["browser.extraArgs", "browser.profiles.*.extraArgs"], tier: 1, requirement: "H11",
    why: "A page reads other pages' data, or others on the network drive the browser.", remedy: "Remove the flag.",
    references: ["CWE-693"]
  ) { subject in
    Settings.judge(subject) { settings in
      let bad = [
        "--disable-web-security", "--disable-site-isolation", "--ignore-certificate-errors", "--no-sandbox",
        "--remote-debugging-address=", "--remote-allow-origins=*", "--allow-file-access-from-files",
      ]
      var lists = [("browser.extraArgs", settings["browser.extraArgs"])]
      for profile in settings["browser.profiles"]?.members ?? [] {
        lists.append(("browser.profiles.\(profile.name).extraArgs", profile.setting.at("extraArgs")))
      }
      var failures: [Answer] = []
      for (key, list) in lists {
        for entry in list?.array ?? [] {
          guard let text = entry.string, bad.contains(where: text.hasPrefix),
            text != "--remote-debugging-address=127.0.0.1"
          else { continue }
          failures.append(.fail("\(shown(key)) has \(shown(text))", at: settings.place(entry, key: key)))
        }
      }
      return Settings.outcome(failures, else: .pass("no such flag", at: settings.place("browser.extraArgs")))
    }
  }

  static let browserOwn = Rule(
    "browser.persons-own", "The agent acts in the person's own browser", .medium,
    because: "it is a choice, and hands over every login that the person has",
    reads: ["browser.profiles.*.driver", "browser.defaultProfile"], tier: 2,
    requirement: "H17", why: "A misled agent reads the mail, pays, and changes passwords as the person.",
    remedy: "Let the agent have a profile of its own (driver openclaw) with the few logins that it needs."
  ) { subject in
    Settings.judge(subject) { settings in
      if settings.flag("browser.enabled") == false {
        return [.pass("browser.enabled is off", at: settings.place("browser.enabled"))]
      }
      let failures = (settings["browser.profiles"]?.members ?? []).compactMap { profile -> Answer? in
        guard let driver = profile.setting.at("driver"), let name = driver.string,
          name == "existing-session" || name == "extension"
        else { return nil }
        let key = "browser.profiles.\(profile.name).driver"
        return .fail("\(shown(key)) is \(name)", at: settings.place(driver, key: key))
      }
      return Settings.outcome(
        failures, else: .pass("no profile is the person's own", at: settings.place("browser.profiles")))
    }
  }

  static let oneForAll = Rule.value(
    "sessions.one-for-all", "All senders share one conversation", .medium,
    because: "everybody who was let in, on every channel, is in the same talk", keys: ["session.scope"],
    isBad: ["global"], tier: 2,
    requirement: "H18",
    why: "What one person tells the agent is repeated to the next, and one person's text steers the other's turn.",
    remedy: "Delete session.scope: each sender has a conversation of their own then.", references: ["CWE-668"])

  static let jobsUnsafe = Rule(
    "cron.unsafe-content", "A scheduled job takes text of strangers for instructions", .medium,
    because: "nobody is there when it runs", reads: ["cron/jobs.json: allowUnsafeExternalContent"], tier: 1,
    requirement: "H18",
    why: "A page or mail that the job reads commands the agent, at a time when nobody looks.",
    remedy: "Remove allowUnsafeExternalContent from the job.", references: ["CWE-1427"]
  ) { subject in
    Settings.judgeDetails(subject) { settings, details in
      guard let document = details.documents(.jobs).first else {
        return settings.keepsStateInDatabase
          ? [.notMeasured("scheduled jobs: \(Settings.databaseReason)")] : [.pass("there is no cron/jobs.json")]
      }
      let place = Finding.Location(file: document.path)
      guard let root = document.configuration?.root else {
        return [.notMeasured("cron/jobs.json was not read: \(document.problem ?? "no object")", at: place)]
      }
      let jobs = root.array ?? root["jobs"]?.array ?? []
      let failures = jobs.enumerated().compactMap { index, job -> Answer? in
        guard job.at("enabled")?.bool != false,
          let own = job.at("payload.allowUnsafeExternalContent") ?? job.at("allowUnsafeExternalContent"),
          own.bool == true
        else { return nil }
        return .fail(
          "job \(shown(job.at("name")?.string ?? "\(index)", 40)) has allowUnsafeExternalContent",
          at: Finding.Location(file: own.file, line: own.position.line, key: "jobs[\(index)]"))
      }
      return Settings.outcome(failures, else: .pass("\(jobs.count) jobs, none of which does", at: place))
    }
  }

  static let bots = Rule(
    "channels.answers-bots", "The agent answers other programs on a channel", .low,
    because: "a program has no judgement, and two of them talk without end", reads: ["channels.*.allowBots"], tier: 3,
    requirement: "H18",
    why: "Another bot passes on text of strangers as its own, and a loop of two bots spends the budget in a night.",
    remedy: "Set allowBots to false or mentions."
  ) { subject in
    Settings.judge(subject) { settings in
      let failures = settings.accounts(setting: ["allowBots"]).compactMap { account -> Answer? in
        guard let own = account.own.at("allowBots"), own.bool == true else { return nil }
        let key = account.key + ".allowBots"
        return .fail("\(key) is true", at: settings.place(own, key: key), fix: settings.remove(key))
      }
      return Settings.outcome(failures, else: .pass("no channel answers bots unasked", at: settings.place("channels")))
    }
  }
}
