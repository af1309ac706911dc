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
      let check = rule.openclawCheckID.map { "`\($0)`" } ?? "–"
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
    if let check = rule.openclawCheckID { out += "| OpenClaw's own check | `\(check)` |\n" }
    out += "\n## Why it matters\n\n\(rule.why)\n\n## What to do\n\n\(rule.remedy)\n"
    if !rule.references.isEmpty {
      out += "\n## References\n\n" + rule.references.map { "- \(reference($0))\n" }.joined()
    }
    return out
  }

  private static func audience(_ rule: Rule) -> String {
    let kinds = rule.appliesTo.kinds.isEmpty ? "all" : rule.appliesTo.kinds.joined(separator: ", ")
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
