import Matching
import Model

/// Parts of a page that stands alone: nothing is fetched from elsewhere, nothing runs, and it prints.
enum HTML {
  /// Text from anywhere: control and bidirectional characters visible, markup as text.
  static func text(_ text: String) -> String {
    var out = ""
    for scalar in VisibleText.terminal(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  static func page(title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="referrer" content="no-referrer">
    <title>\(text(title))</title>
    <style>
    \(sheet)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  /// The console's colours and measures, in one small sheet.
  private static let sheet = """
    :root { color-scheme: light dark; --page: light-dark(#fcfcfb, #131312); --sunken: light-dark(#f4f4f1, #21211f);
      --line: light-dark(#e4e4e0, #2d2d2a); --ink: light-dark(#1a1a18, #ededea); --soft: light-dark(#52524d, #b6b6af);
      --faint: light-dark(#686862, #98988f); --critical: light-dark(#b0103c, #ff8093); --high: light-dark(#ab4400, #ff9f5a);
      --medium: light-dark(#7d5b00, #e0b83e); --low: light-dark(#2a5db0, #86b2f7); --pass: light-dark(#19703f, #6cc890); }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
    main { max-width: 880px; margin: 0 auto; padding: 32px 24px 64px; }
    h1 { font-size: 22px; line-height: 32px; margin: 0 0 8px; letter-spacing: -.01em; text-wrap: balance; }
    h2 { font-size: 17px; line-height: 24px; margin: 32px 0 8px; }
    h3 { font-size: 15px; line-height: 24px; margin: 24px 0 4px; }
    p { margin: 0 0 8px; max-width: 68ch; text-wrap: pretty; }
    .soft { color: var(--soft); } .faint { color: var(--faint); font-size: 13px; }
    code, .mono { font: 13px/20px ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; overflow-wrap: anywhere; }
    pre { margin: 4px 0; padding: 8px 12px; background: var(--sunken); border-radius: 6px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
    table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 20px; margin: 8px 0 16px; }
    th { text-align: left; font-weight: 500; color: var(--faint); } th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    td.n, th.n { text-align: right; }
    .table { overflow-x: auto; }
    .critical { color: var(--critical); } .high { color: var(--high); } .medium { color: var(--medium); } .low { color: var(--low); }
    .info { color: var(--soft); } .pass { color: var(--pass); } .word { font-weight: 600; white-space: nowrap; }
    .finding { border-top: 1px solid var(--line); padding: 12px 0; } dl { margin: 4px 0 0; display: grid; grid-template-columns: 56px 1fr; gap: 4px 12px; font-size: 13px; line-height: 20px; }
    dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
    svg { display: block; margin: 8px 0 16px; max-width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
    ol { margin: 0; padding-left: 24px; } ol li { margin: 0 0 8px; }
    @media (max-width: 520px) { main { padding: 16px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
    @media print { :root { color-scheme: light; } body { font-size: 9.5pt; line-height: 1.4; background: none; }
      main { max-width: none; padding: 0; } h2 { margin: 16px 0 4px; } svg { width: 440px; margin: 4px 0 8px; }
      table { font-size: 8.5pt; line-height: 1.35; margin: 4px 0 8px; } th, td { padding: 4px 8px 4px 0; }
      ol li { margin: 0 0 4px; } .faint { font-size: 8.5pt; } .second { break-before: page; }
      .finding, tr, li { break-inside: avoid; } h2, h3 { break-after: avoid; } @page { margin: 14mm; } }
    """

  static func severity(_ severity: Severity) -> String {
    "<span class=\"word \(severity.rawValue)\">\(FindingsText.shape(severity)) \(severity.rawValue)</span>"
  }

  /// Bars with their label and number beside them, the same as a table for those who hear the page.
  static func bars(_ rows: [(label: String, count: Int, colour: String)], title: String) -> String {
    let most = max(1, rows.map(\.count).max() ?? 1)
    let height = rows.count * 28
    var out =
      "<svg viewBox=\"0 0 640 \(height)\" width=\"640\" height=\"\(height)\" role=\"img\"><title>\(text(title))</title>"
    out += "<desc>" + text(rows.map { "\($0.label) \($0.count)" }.joined(separator: ", ")) + "</desc>\n"
    for (place, row) in rows.enumerated() {
      let y = place * 28
      let width = row.count == 0 ? 0 : max(3, row.count * 440 / most)
      out += "<text x=\"0\" y=\"\(y + 18)\">\(text(row.label))</text>"
      if width > 0 {
        out +=
          "<rect x=\"120\" y=\"\(y + 6)\" width=\"\(width)\" height=\"16\" rx=\"2\" fill=\"var(--\(row.colour))\"/>"
      }
      out += "<text x=\"\(128 + width)\" y=\"\(y + 18)\">\(row.count)</text>\n"
    }
    return out + "</svg>\n"
  }

  static func finding(_ finding: Finding) -> String {
    var out =
      "<div class=\"finding\"><div>\(severity(finding.severity)) <strong>\(text(finding.title))</strong></div>\n<dl>"
    func row(_ name: String, _ html: String) { out += "<dt>\(name)</dt><dd>\(html)</dd>" }
    if let place = FindingsText.place(finding.location) { row("where", "<code>\(text(place))</code>") }
    row("seen", text(finding.evidence))
    row("why", text(finding.why))
    row("fix", text(finding.fix.text) + (finding.fix.command.map { "<pre><code>\(text($0))</code></pre>" } ?? ""))
    row("rule", "<code>\(text(finding.rule))</code>")
    return out + "</dl></div>\n"
  }

  static func unmeasured(_ findings: [Finding]) -> String {
    let reasons = FindingsText.unmeasured(findings)
    guard !reasons.isEmpty else { return "" }
    var out = "<h3>Not measured</h3>\n<div class=\"table\"><table><tr><th>reason</th><th>rules</th></tr>\n"
    for (reason, rules) in reasons {
      out += "<tr><td>\(text(reason))</td><td class=\"mono\">\(text(rules.joined(separator: ", ")))</td></tr>\n"
    }
    return out + "</table></div>\n"
  }
}
