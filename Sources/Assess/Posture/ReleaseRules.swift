import Matching
import Installations
import Knowledge
import Model

/// Which release it is, and what older ones left behind.
enum ReleaseRules {
  static let all = [advisories, legacy, redaction]

  static let advisories = Rule(
    "release.advisories", "The release has known weaknesses", .high,
    because: "the severity is that of the worst weakness that this configuration can have",
    reads: ["version of the process or the package", "channels", "hooks", "sandbox"], tier: 1, requirement: "H22",
    why: "The weaknesses are published, with enough detail to use them.",
    remedy: "Update to the newest release.", references: ["CWE-1395"]
  ) { subject in
    guard let text = subject.version else { return [.notMeasured("the version is not known")] }
    guard let version = OpenClawVersion(text) else {
      return [.notMeasured("\(text) is not a version in OpenClaw's numbering, so it cannot be compared")]
    }
    let table = Advisories.openClaw
    let isFromDisk = text == subject.installation?.version
    let place = Finding.Location(file: isFromDisk ? subject.installation?.versionSource : nil, key: "version")
    let open = table.open(in: version)
    // Advisories of channels and parts that are not configured are counted, not held against it.
    let settings = Settings.configured(subject)
    let applying = open.filter { advisory in advisory.requires.map { settings?.has($0) ?? true } ?? true }
    let floor = table.floor.flatMap { version < $0.version ? $0 : nil }
    let fix = Finding.Fix(
      "Update to \(table.floor.map { "\($0.version)" } ?? "the newest release") or later, then restart the gateway.")
    guard let worst = applying.first else {
      if let floor {
        return [
          .fail("\(version) is older than \(floor.version): \(floor.reason)", at: place, severity: .medium, fix: fix)
        ]
      }
      return [.pass("\(version): no advisory known on \(table.compiled)", at: place)]
    }
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = applying.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)"
    }
    let idle = open.count - applying.count
    let evidence =
      "\(version): \(applying.count) open advisories (\(counts.joined(separator: ", "))), the worst \(worst.id): \(worst.cause)"
      + (idle > 0 ? "; \(idle) more concern parts that are not configured" : "")
    return [.fail(evidence, at: place, severity: worst.severity, fix: fix)]
  }

  /// Eras before the present name.
  private static let oldEras: Set<String> = ["Clawdbot", "Moltbot", "Clawdis", "Moldbot"]

  static let legacy = Rule(
    "release.legacy-remains", "An installation under an older name is still there", .medium,
    because: "it keeps live keys; where it still runs it lacks every fix since January 2026",
    reads: ["state directory", "units", "status"], tier: 1, requirement: "H14",
    why:
      "Old state holds tokens and conversations that nobody looks after; an old unit starts a second gateway without any fix.",
    remedy:
      "Move what is needed to ~/.openclaw, revoke the old tokens, disable old units, and delete the old directory.",
    references: ["CWE-459"]
  ) { subject in
    guard let installation = subject.installation else { return [.notMeasured(subject.installationMissing)] }
    var failures: [Answer] = []
    let place = Finding.Location(file: installation.stateDirectory)
    let runs = subject.agent.status == .running
    if oldEras.contains(installation.era) {
      let modern = subject.openClawVersion.map { $0 >= OpenClawVersion(year: 2026, month: 1, number: 30) }
      if runs, modern == nil {
        failures.append(.fail("an agent of unknown release runs on the state of \(installation.era)", at: place))
      } else if runs, modern == true {
        failures.append(
          .fail(
            "this release still uses the directory of \(installation.era)", at: place, severity: .low,
            fix: Finding.Fix(
              "Stop the gateway, rename the directory to ~/.openclaw and its configuration to openclaw.json, and start it again."
            )))
      } else if runs {
        failures.append(
          .fail(
            "\(installation.era) is running", at: place, severity: .high,
            fix: Finding.Fix("Stop it and install the newest OpenClaw; then revoke the tokens that it had.")))
      } else {
        failures.append(.fail("\(installation.era) was here: its state is left over", at: place))
      }
    }
    for unit in installation.units
    where installation.era == "OpenClaw" && (unit.name.hasPrefix("clawdbot-") || unit.name.hasPrefix("moltbot-")) {
      let command = ShellWord.quote(unit.name).map { "systemctl \(unit.system ? "" : "--user ")disable --now \($0)" }
      failures.append(
        .fail(
          "\(unit.name) is still there\(unit.enabled ? " and enabled" : "")", at: Finding.Location(file: unit.path),
          severity: unit.enabled ? .high : nil,
          fix: Finding.Fix("Disable the old unit and delete it.", command: command)))
    }
    return failures.isEmpty ? [.pass("nothing of Clawdbot or Moltbot in it", at: place)] : failures
  }

  static let redaction = Rule(
    "logging.redaction-off", "Secrets are written to the logs", .medium,
    because: "logs are kept long and read by many, the agent included", reads: ["logging.redactSensitive"], tier: 1,
    requirement: "H14", openclaw: ["logging.redact_off"],
    why: "Tokens and keys that pass through tools end up in log files and in whatever collects them.",
    remedy: "Set logging.redactSensitive to tools.", references: ["CWE-532"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "logging.redactSensitive"
      guard settings[key]?.string == "off" else {
        return [
          .pass(
            settings[key].map { "\(key) is \($0.string ?? "set")" } ?? "\(key) is unset, which means on",
            at: settings.place(key))
        ]
      }
      if settings.ignoresRetiredKeys {
        return [.pass("\(key) is off; \(Settings.retiredNote)", at: settings.place(key))]
      }
      return [
        .fail("\(key) is off", at: settings.place(key), fix: settings.edit(key, to: "\"tools\"", automatic: true))
      ]
    }
  }
}

extension Settings {
  /// Whether the part that an advisory needs is in use, by the configuration. What cannot be told counts as in use.
  func has(_ requirement: String) -> Bool {
    let parts = requirement.split(separator: ":", maxSplits: 1).map(String.init)
    switch parts[0] {
    case "channel":
      return parts.count == 2 && channels.contains { $0.member.name == parts[1] }
    case "plugin":
      guard parts.count == 2, let entry = configuration["plugins.entries"]?[parts[1]] else { return false }
      return entry.at("enabled")?.bool != false
    case "hooks": return flag("hooks.enabled") == true
    case "sandbox": return scopes.contains { sandbox($0).mode != .off }
    case "app": return false
    default: return true
    }
  }
}
