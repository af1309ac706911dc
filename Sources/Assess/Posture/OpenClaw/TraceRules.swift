import Installations
import Model

/// What is kept of what was said and done.
enum TraceRules {
  static let all = [auditOff, redaction, contentExported, cacheTrace, updatesOff]

  static let auditOff = Rule.value(
    "logging.no-audit-trail", "What the agent did is not recorded", .medium,
    because: "it harms nothing until something happens", keys: ["logging.audit.enabled", "audit.enabled"],
    isBad: ["false"], tier: 1, requirement: "H20",
    why: "After an incident nobody can tell which tools ran, when, and on whose message.",
    remedy: "Delete logging.audit.enabled.", references: ["CWE-778"])

  static let redaction = Rule(
    "logging.patterns-replaced", "Only secrets of some own forms are kept out of the logs", .low,
    because: "own patterns replace the built-in ones, they do not add to them", reads: ["logging.redactPatterns"],
    tier: 2, requirement: "H14",
    why: "Keys of all other forms end up in logs and transcripts.",
    remedy: "Delete logging.redactPatterns, or repeat the built-in patterns in it.", references: ["CWE-532"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "logging.redactPatterns"
      guard let list = settings[key]?.array else { return [.pass("\(key) is unset", at: settings.place(key))] }
      return [
        .fail(
          "\(key) has \(list.count) patterns, in place of the built-in ones", at: settings.place(key),
          severity: list.isEmpty ? .medium : nil, fix: settings.remove(key))
      ]
    }
  }

  static let contentExported = Rule(
    "diagnostics.content-exported", "What is said is sent to a collector", .medium,
    because: "the collector is somebody's choice, and holds it in clear",
    reads: ["diagnostics.otel.enabled", "diagnostics.otel.captureContent"], tier: 2, requirement: "H14",
    why: "Prompts, answers and tool output with keys in them stand in another system, with other readers.",
    remedy: "Delete diagnostics.otel.captureContent.", references: ["CWE-532"]
  ) { subject in
    Settings.judge(subject) { settings in
      let key = "diagnostics.otel.captureContent"
      guard settings.flag("diagnostics.otel.enabled") == true, let own = settings[key], own.bool != false else {
        return [.pass("no content is exported", at: settings.place(key))]
      }
      let parts = own.members?.filter { $0.setting.bool == true }.map(\.name)
      if let parts, parts.isEmpty { return [.pass("\(key) names nothing", at: settings.place(key))] }
      return [.fail("\(key) is on", at: settings.place(key), fix: settings.remove(key))]
    }
  }

  static let cacheTrace = Rule.value(
    "diagnostics.trace-on", "Every request to the model is kept in a file", .medium,
    because: "it was meant for debugging, and is not redacted",
    keys: ["diagnostics.cacheTrace.enabled"], isBad: ["true"], tier: 2, requirement: "H14",
    why: "Prompts with files and keys in them pile up in logs/cache-trace.jsonl.",
    remedy: "Delete diagnostics.cacheTrace, and the file.", references: ["CWE-532"])

  static let updatesOff = Rule.value(
    "release.no-update-check", "Nobody is told of a newer release", .low,
    because: "the present release may be sound; in a month it is not",
    keys: ["update.checkOnStart"], isBad: ["false"], tier: 2, requirement: "H22",
    why: "Published weaknesses stay open because nobody notices that there is a fix.",
    remedy: "Delete update.checkOnStart, or follow the releases in another way.", references: ["CWE-1104"])
}
