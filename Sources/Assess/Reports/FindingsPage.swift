import Matching
public import Model

/// Findings of one audit as a page for a browser or as Markdown, by agent and severity.
public struct FindingsPage: Sendable {
  public var target: String
  public var time: Timestamp
  public var agents: [Agent]
  public var findings: [Finding]

  public init(target: String, time: Timestamp, agents: [Agent], findings: [Finding]) {
    self.target = target
    self.time = time
    self.agents = agents
    self.findings = findings
  }

  private func failed(_ agent: Agent) -> [Finding] {
    Severity.allCases.reversed().flatMap { severity in
      findings.filter { $0.agent == agent.id && $0.outcome == .fail && $0.severity == severity }
    }
  }

  public var html: String {
    var body = "<h1>Audit of \(HTML.text(target))</h1>\n"
    body += "<p class=\"soft\">\(HTML.text(FindingsSummary(findings).line)).</p>\n"
    body += "<p class=\"faint\">\(time.rfc3339())</p>\n"
    for agent in agents {
      let own = findings.filter { $0.agent == agent.id }
      body += "<h2>\(HTML.text(agent.id))</h2>\n"
      if let directory = agent.stateDirectory { body += "<p class=\"mono\">\(HTML.text(directory))</p>\n" }
      body += "<p class=\"soft\">\(HTML.text(FindingsSummary(own).line)).</p>\n"
      body += failed(agent).map(HTML.finding).joined()
      body += HTML.unmeasured(own)
      let passed = own.filter { $0.outcome == .pass }
      if !passed.isEmpty {
        body +=
          "<h3>Passed</h3>\n<p class=\"mono faint\">\(HTML.text(passed.map(\.rule).joined(separator: ", ")))</p>\n"
      }
    }
    return HTML.page(title: "Audit of \(target)", body)
  }

  public var markdown: String {
    var out = "# Audit of \(Markdown.text(target))\n\n\(FindingsSummary(findings).line). \(time.rfc3339())\n"
    for agent in agents {
      let own = findings.filter { $0.agent == agent.id }
      out += "\n## \(Markdown.text(agent.id))\n\n"
      if let directory = agent.stateDirectory { out += "\(Markdown.code(directory))\n\n" }
      out += FindingsSummary(own).line + ".\n"
      for finding in failed(agent) {
        out +=
          "\n### \(FindingsText.shape(finding.severity)) \(finding.severity.rawValue): \(Markdown.text(finding.title))\n\n"
        if let place = FindingsText.place(finding.location) { out += "- where: \(Markdown.code(place))\n" }
        out += "- seen: \(Markdown.text(finding.evidence))\n- why: \(Markdown.text(finding.why))\n"
        out += "- fix: \(Markdown.text(finding.fix.text))\n"
        if let command = finding.fix.command { out += "- command: \(Markdown.code(command))\n" }
        out += "- rule: `\(finding.rule)`\n"
      }
      let reasons = FindingsText.unmeasured(own)
      if !reasons.isEmpty {
        out += "\n### Not measured\n\n| reason | rules |\n|---|---|\n"
        for (reason, rules) in reasons {
          out += "| \(Markdown.text(reason)) | \(rules.map { "`\($0)`" }.joined(separator: ", ")) |\n"
        }
      }
    }
    return out
  }
}

/// Text from anywhere in Markdown: what could be markup is escaped, so that a file name is no link and no HTML.
enum Markdown {
  static func text(_ text: String) -> String {
    var out = ""
    for scalar in VisibleText.terminal(text).unicodeScalars {
      if "\\`*_{}[]<>#|!~&".unicodeScalars.contains(scalar) { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }

  /// A span that its content cannot end: the fence is longer than any run of backticks inside.
  static func code(_ text: String) -> String {
    let visible = VisibleText.terminal(text)
    var longest = 0
    var run = 0
    for scalar in visible.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? "`\(visible)`" : "\(fence) \(visible) \(fence)"
  }
}
