import Installations
import Matching
import Model

/// What the code of plugins and skills looks like.
enum CodeRules {
  static let all = [entries, manifests, unread, pluginCode, skillCode, collector]

  private static func shown(_ names: [String]) -> String {
    VisibleText.cutMiddle(VisibleText.terminal(names.prefix(5).joined(separator: ", ")), to: 120)
  }

  static let entries = Rule(
    "plugins.entry-hidden", "A plugin's code lies where nobody looks for it", .medium,
    because: "scanners and people skip hidden and downloaded folders; outside its own folder it is another's code",
    reads: ["extensions/*/package.json: openclaw.extensions"], tier: 2, requirement: "H15",
    openclaw: ["plugins.code_safety.entry_path", "plugins.code_safety.entry_escape"],
    why: "The gateway runs a file that no check reads, or one that somebody else may change.",
    remedy: "Look at the file that is named, and remove the plugin if nobody can say why it lies there.",
    references: ["CWE-829"]
  ) { subject in
    Settings.details(subject) { details, _ in
      var failures: [Answer] = []
      for plugin in details.plugins {
        let place = Finding.Location(file: plugin.folder + "/package.json", key: "openclaw.extensions")
        for entry in plugin.entries {
          var depth = 0
          var escapes = entry.hasPrefix("/") || entry.hasPrefix("~")
          var hidden = false
          for part in entry.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { escapes = true }
            if part == "node_modules" || (part.hasPrefix(".") && part != "..") { hidden = true }
          }
          if escapes {
            failures.append(
              .fail(
                "\(shown([plugin.id])) starts \(shown([entry])), outside its folder", at: place, severity: .critical
              )
              .naming("plugins.code_safety.entry_escape"))
          } else if hidden {
            failures.append(
              .fail("\(shown([plugin.id])) starts \(shown([entry]))", at: place).naming(
                "plugins.code_safety.entry_path"))
          }
        }
      }
      return Settings.outcome(
        failures, else: .pass("\(details.plugins.count) plugins, each with its code in its own folder"))
    }
  }

  private static func documents(_ subject: Subject, _ pick: @escaping (String) -> Bool, _ pass: String) -> [Answer] {
    Settings.details(subject) { details, _ in
      let folders = details.plugins.map(\.folder)
      let code = details.unreadCode.filter { problem in
        pick(problem.what) && folders.contains { problem.path.hasPrefix($0 + "/") }
      }
      let failures =
        code.map { Answer.fail($0.what, at: Finding.Location(file: $0.path)) }
        + (details.documents(.manifest) + details.documents(.package)).compactMap { document -> Answer? in
          guard let problem = document.problem, pick(problem) else { return nil }
          return .fail(problem, at: Finding.Location(file: document.path))
        }
      return Settings.outcome(failures, else: .pass(pass))
    }
  }

  static let manifests = Rule(
    "plugins.manifest-broken", "A plugin's description of itself is broken", .low,
    because: "what it says about its rights cannot be checked",
    reads: ["extensions/*/openclaw.plugin.json", "extensions/*/package.json"],
    tier: 3, requirement: "H15", openclaw: ["plugins.code_safety.manifest_parse_error"],
    why: "Which code it starts and which dangerous switches it has is not known to any audit.",
    remedy: "Install the plugin again, or remove it."
  ) { subject in documents(subject, { $0.hasPrefix("not JSON") }, "every description of a plugin was read") }

  static let unread = Rule(
    "plugins.unreadable", "Part of a plugin cannot be read", .low,
    because: "what was not read was not judged",
    reads: ["extensions/*/openclaw.plugin.json", "extensions/*/package.json"],
    tier: 3, requirement: "H15", openclaw: ["plugins.code_safety.scan_failed"],
    why: "A plugin that the audit may not read still runs in the gateway.",
    remedy: "Set its files to be readable by their owner, or remove the plugin."
  ) { subject in documents(subject, { !$0.hasPrefix("not JSON") }, "no file of a plugin was refused") }

  private static func words(_ kind: OpenClawDetails.CodeSign.Kind) -> (text: String, severity: Severity) {
    switch kind {
    case .startsPrograms: ("it starts programs", .medium)
    case .dynamicCode: ("it runs text as code", .medium)
    case .mining: ("it names a mining program", .critical)
    case .oddPort: ("it opens a socket to an unusual port", .low)
    case .sendsFiles: ("it reads files and sends requests", .medium)
    case .hidden: ("part of it is made unreadable", .high)
    case .sendsEnvironment: ("it reads variables and sends requests beside that", .high)
    }
  }

  /// Signs in the code of plugins or of skills.
  private static func code(_ subject: Subject, ofPlugins: Bool, unread: String?) -> [Answer] {
    Settings.details(subject) { details, _ in
      var failures = details.codeSigns.filter { $0.isPlugin == ofPlugins }.map { sign in
        let words = words(sign.kind)
        return Answer.fail(words.text, at: Finding.Location(file: sign.file, line: sign.line), severity: words.severity)
      }
      if let unread {
        let folders = details.skills.map(\.folder)
        failures += details.unreadCode.filter { problem in folders.contains { problem.path.hasPrefix($0 + "/") } }.map {
          Answer.fail("it was not read: \($0.what)", at: Finding.Location(file: $0.path), severity: .low).naming(unread)
        }
      }
      if failures.isEmpty, details.moreCode { return [.notMeasured("there is more code than is looked through")] }
      let count = ofPlugins ? details.plugins.count : details.skills.count
      return Settings.outcome(
        failures, else: .pass("nothing stands out in the code of \(count) \(ofPlugins ? "plugins" : "skills")"))
    }
  }

  static let pluginCode = Rule(
    "plugins.code-suspicious", "A plugin's code does what harmless code rarely does", .medium,
    because: "it is a sign and no proof: each kind of sign has its own severity",
    reads: ["extensions/**/*.js and the like"], tier: 2,
    requirement: "H15", openclaw: ["plugins.code_safety"],
    why: "Code that runs programs, hides text or sends variables away does so as the gateway, with all its keys.",
    remedy: "Read the line that is named; keep only plugins whose code somebody read.", references: ["CWE-506"]
  ) { subject in code(subject, ofPlugins: true, unread: nil) }

  static let skillCode = Rule(
    "skills.code-suspicious", "A skill's code does what harmless code rarely does", .medium,
    because: "it is a sign and no proof: each kind of sign has its own severity",
    reads: ["skills/**/*.js and the like"], tier: 2,
    requirement: "H15", openclaw: ["skills.code_safety", "skills.code_safety.scan_failed"],
    why: "Programs that a skill brings run with the agent's rights and read its variables.",
    remedy: "Read the line that is named; remove skills that nobody read.", references: ["CWE-506"]
  ) { subject in code(subject, ofPlugins: false, unread: "skills.code_safety.scan_failed") }

  static let collector = Rule.unanswered(
    "plugins.own-audit-failed", "A plugin's own security check broke down", .low,
    because: "its part of the product's audit is missing", tier: 3, requirement: "H4",
    openclaw: ["plugins.<pluginId>.security_audit_failed"],
    why: "Silence of that part looks like a pass.",
    remedy: "Run `openclaw security audit --deep` and update the plugin that it names.",
    reason:
      "only the product runs its plugins' own checks; `openclaw security audit --deep` says whether one broke down")
}
