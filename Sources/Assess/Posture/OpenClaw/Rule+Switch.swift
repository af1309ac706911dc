import Installations
import Model

extension Rule {
  /// The common shape of a rule about one setting: it fails where one of `keys` has the value that is bad.
  static func value(
    _ id: String, _ title: String, _ severity: Severity, because: String, keys: [String], isBad: [String], tier: Int,
    requirement: String, exposed: Severity? = nil, why: String, remedy: String, references: [String] = []
  ) -> Rule {
    Rule(
      id, title, severity, because: because, reads: keys, tier: tier, requirement: requirement, why: why,
      remedy: remedy,
      references: references
    ) { subject in
      Settings.judge(subject) { settings in
        let failures = keys.compactMap { key -> Answer? in
          guard let setting = settings[key], let text = setting.plain, isBad.contains(text) else { return nil }
          return .fail(
            "\(key) is \(text)", at: settings.place(key), severity: settings.exposure.isEmpty ? nil : exposed,
            fix: settings.remove(key))
        }
        let text = settings[keys[0]].map { $0.plain ?? "set" } ?? "unset"
        return Settings.outcome(failures, else: .pass("\(keys[0]) is \(text)", at: settings.place(keys[0])))
      }
    }
  }

  /// The common shape of a rule about a setting of each agent and of the common section.
  static func scoped(
    _ id: String, _ title: String, _ severity: Severity, because: String, key: String, tier: Int, requirement: String,
    why: String, remedy: String, references: [String] = [],
    isBad: @escaping @Sendable (Settings, Configuration.Setting) -> (text: String, severity: Severity?)?
  ) -> Rule {
    Rule(
      id, title, severity, because: because, reads: [key, "agents.*.\(key)"], tier: tier, requirement: requirement,
      why: why, remedy: remedy, references: references
    ) { subject in
      Settings.judge(subject) { settings in
        let failures = settings.scopes.compactMap { scope -> Answer? in
          guard let setting = scope.section.at(key), let bad = isBad(settings, setting) else { return nil }
          let full = scope.prefix + key
          return .fail("\(full) \(bad.text)", at: settings.place(setting, key: full), severity: bad.severity)
        }
        return Settings.outcome(failures, else: .pass("\(key) is nothing of that kind", at: settings.place(key)))
      }
    }
  }

  /// The common shape of a rule about sandboxes: the defaults and each agent's own section.
  static func sandbox(
    _ id: String, _ title: String, _ severity: Severity, because: String, keys: [String], tier: Int,
    requirement: String, why: String, remedy: String, references: [String] = [],
    isBad: @escaping @Sendable (String, Configuration.Setting) -> String?
  ) -> Rule {
    Rule(
      id, title, severity, because: because, reads: keys.map { "agents.*.sandbox.\($0)" }, tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references
    ) { subject in
      Settings.judge(subject) { settings in
        var failures: [Answer] = []
        for section in SandboxRules.sections(settings) {
          for key in keys {
            guard let setting = section.setting.at(key), let text = isBad(key, setting) else { continue }
            let full = "\(section.key).\(key)"
            failures.append(
              .fail("\(full) \(text)", at: settings.place(setting, key: full), fix: settings.remove(full)))
          }
        }
        return Settings.outcome(
          failures, else: .pass("no sandbox is loosened so", at: settings.place("agents.defaults.sandbox")))
      }
    }
  }

  /// The common shape of a rule about variables that the gateway runs with.
  static func variables(
    _ id: String, _ title: String, _ severity: Severity, because: String, names: Set<String>,
    milder: Set<String> = [], tier: Int, requirement: String, why: String, remedy: String, references: [String] = []
  ) -> Rule {
    Rule(
      id, title, severity, because: because,
      reads: [".env", "units", "environment of the process", "env.vars", "env.*"] + names.sorted(), tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references
    ) { subject in
      Settings.judge(subject) { settings in
        let harmless = settings.installation.units.flatMap(\.environment).filter {
          $0.name == "NODE_OPTIONS" && $0.value.map(onlyTunes) == true
        }
        var failures = settings.variables(names).filter { found in
          !harmless.contains { $0.name == found.name && $0.line == found.location.line }
        }.map { found in
          Answer.fail(
            "\(found.name) is set in \(found.source)", at: found.location,
            severity: milder.contains(found.name) ? .medium : nil)
        }
        for base in ["env.vars", "env"] {
          for member in settings[base]?.members ?? [] where names.contains(member.name) {
            let key = "\(base).\(member.name)"
            failures.append(
              .fail("\(key) sets it", at: settings.place(member.setting, key: key), fix: settings.remove(key)))
          }
        }
        if failures.isEmpty, case .blind(let reason) = subject.environment, subject.agent.status == .running {
          return [.notMeasured("it is in no file, and the environment of the process was not read: \(reason)")]
        }
        return subject.doubting(Settings.outcome(failures, else: .pass("none of these variables is set")))
      }
    }
  }
}

/// Whether options of Node.js load no code: units of the product itself set its memory.
private func onlyTunes(_ options: String) -> Bool {
  options.split(separator: " ").allSatisfy { option in
    ["--max-old-space-size", "--max-semi-space-size", "--no-warnings", "--enable-source-maps", "--dns-result-order"]
      .contains { option == $0 || option.hasPrefix($0 + "=") }
  }
}

extension Configuration.Setting {
  /// `true`, `off`, `3`: a plain value as text.
  var plain: String? {
    switch content {
    case .bool(let value): value ? "true" : "false"
    case .string(let value): value
    case .number(let value): Int64(exactly: value).map(String.init) ?? "\(value)"
    case .null, .array, .object: nil
    }
  }
}
