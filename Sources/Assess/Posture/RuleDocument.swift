public import Knowledge
import Model

/// The rules as Markdown for `docs/rules/`: one page each, and an index. A test compares them with what lies there.
public enum RuleDocument {
  /// File name and text, the index first.
  public static func pages(_ rules: [Rule] = Rules.all) -> [(name: String, text: String)] {
    [("README.md", index(rules))] + rules.map { ("\($0.id).md", page($0)) }
  }

  static func index(_ rules: [Rule]) -> String {
    var out = """
      # Rules

      What `trammel audit` asks of an agent: \(rules.count) rules. Each answers pass, fail, or not measured and why.
      These pages are generated from the rules; `UPDATE_GOLDEN=1 swift test --filter RuleDocumentTests` writes them anew.

      | rule | fails when | severity | tier | requirement | agents | OpenClaw's own check |
      |---|---|---|---|---|---|---|

      """
    for rule in rules {
      let check = rule.openclaw.isEmpty ? "–" : rule.openclaw.map { "`\($0)`" }.joined(separator: ", ")
      out +=
        "| [\(rule.id)](\(rule.id).md) | \(cell(rule.title)) | \(rule.severity.rawValue) | \(rule.tier) | \(rule.requirement) | \(audience(rule)) | \(check) |\n"
    }
    return out
  }

  static func page(_ rule: Rule) -> String {
    var out = """
      # \(rule.id)

      **\(rule.title).**

      | | |
      |---|---|
      | severity | \(rule.severity.rawValue): \(cell(rule.severityReason)) |
      | tier | \(rule.tier): the lowest deployment tier that must pass it |
      | requirement | \(rule.requirement) |
      | agents | \(audience(rule)) |
      | reads | \(cell(rule.reads.map { "`\($0)`" }.joined(separator: ", "))) |

      """
    if !rule.openclaw.isEmpty {
      let name = rule.openclaw.count == 1 ? "OpenClaw's own check" : "OpenClaw's own checks"
      out += "| \(name) | \(rule.openclaw.map { "`\($0)`" }.joined(separator: ", ")) |\n"
    }
    if !rule.measures { out += "| answers | always \"not measured\", with the reason |\n" }
    out += "\n## Why it matters\n\n\(rule.why)\n\n## What to do\n\n\(rule.remedy)\n"
    if !rule.references.isEmpty {
      out += "\n## References\n\n" + rule.references.map { "- \(reference($0))\n" }.joined()
    }
    return out
  }

  private static func audience(_ rule: Rule) -> String {
    let except = rule.appliesTo.except
    let all = except.isEmpty ? "all" : "all but \(except.joined(separator: ", "))"
    let kinds = rule.appliesTo.kinds.isEmpty ? all : rule.appliesTo.kinds.joined(separator: ", ")
    return rule.appliesTo.eras.isEmpty ? kinds : "\(kinds) (\(rule.appliesTo.eras.joined(separator: ", ")))"
  }

  private static func reference(_ text: String) -> String {
    if text.hasPrefix("CWE-") { return "[\(text)](https://cwe.mitre.org/data/definitions/\(text.dropFirst(4)).html)" }
    if text.hasPrefix("GHSA-") { return "[\(text)](https://github.com/advisories/\(text))" }
    return text
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension RuleDocument {
  /// OpenClaw's own checks beside ours, for `docs/reference/openclaw-checks.md`. `fixtures` counts them by rule.
  public static func openClawTable(
    _ checks: OpenClawChecks = .embedded, rules: [Rule] = Rules.all, fixtures: [String: Int]
  ) -> String {
    let measured = checks.all.count { check in rules.contains { $0.measures && $0.openclaw.contains(check.id) } }
    var out = """
      # Checks of OpenClaw and ours

      `openclaw security audit` knows \(checks.all.count) checks, as its documentation and source of \(checks.compiled)
      describe them. Each has a rule here: \(measured) are measured, \(checks.all.count - measured) say "not measured" and
      why, because only the product itself, running, can answer them. A finding names the check in `openclaw_check_id`.
      Severities are our own judgement: they rise where others can reach the agent, and fall where the product warns of
      every installation. This page is generated from the rules;
      `UPDATE_GOLDEN=1 swift test --filter RuleDocumentTests` writes it anew.

      | check | its severity | seen in | `--deep` | its `--fix` | our rule | our severity | measured | fixtures |
      |---|---|---|---|---|---|---|---|---|

      """
    for check in checks.all {
      let own = rules.filter { $0.openclaw.contains(check.id) }
      let names = own.map { "[\($0.id)](../rules/\($0.id).md)" }.joined(separator: ", ")
      let severities = own.map(\.severity.rawValue).joined(separator: ", ")
      let measures = own.contains(where: \.measures) ? "yes" : "no"
      let count = own.reduce(0) { $0 + (fixtures[$1.id] ?? 0) }
      out +=
        "| `\(check.id)` | \(check.severity) | \(check.seen)\(check.isGone ? "; gone since" : "") | \(check.isDeep ? "yes" : "") | \(check.fix == "no" ? "" : check.fix) | \(names) | \(severities) | \(measures) | \(count) |\n"
    }
    return out
  }
}
