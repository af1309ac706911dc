// Posture: checks over what was found: pass, fail, or not measured and why.
//
// Pure: an agent, its installation and its sockets go in, findings come out.
import Installations
import Matching
public import Model

/// Every rule's answers about one agent, in the order of the rules.
///
/// A rule that does not concern this kind of agent says nothing; every other one answers at least once.
public func assess(_ subject: Subject, rules: [Rule] = Rules.all) -> [Finding] {
  var subject = subject
  subject.workings = Workings()
  let absent = subject.installation?.layers.filter { !$0.exists }.map(\.path) ?? []
  return rules.filter { $0.appliesTo.includes(subject) }.flatMap { [subject] rule in
    rule.check(subject).map { $0.without(absent) }.map { answer in
      // Rules that hold for every product ask nothing of another's audit.
      let theirs = subject.agent.kind == "openclaw" ? answer.openclawCheckID ?? rule.openclaw.first : nil
      return Finding(
        rule: rule.id, title: rule.title, severity: answer.severity ?? rule.severity, outcome: answer.outcome,
        agent: subject.agent.id, location: answer.location, evidence: shown(answer.evidence), why: rule.why,
        fix: answer.fix ?? Finding.Fix(rule.remedy), references: rule.references, requirement: rule.requirement,
        tier: rule.tier, openclawCheckID: theirs?.isEmpty == false ? theirs : nil)
    }
  }
}

extension Answer {
  /// An answer about a file that does not exist says so, and changes no file that is not there: the defaults were judged,
  /// and its first setting makes it.
  fileprivate func without(_ absent: [String]) -> Answer {
    guard !absent.isEmpty else { return self }
    var answer = self
    if let file = answer.location.file, absent.contains(file) {
      answer.evidence += " (\(VisibleText.terminal(file)) does not exist)"
    }
    guard let fix = answer.fix else { return answer }
    switch fix.edit {
    case .set(let path, _, _), .remove(let path, _):
      if absent.contains(path) {
        answer.fix?.edit = nil
        answer.fix?.automatic = false
      }
    case .mode, nil: break
    }
    for path in absent {
      guard let place = fix.text.firstRange(of: "In \(path):") else { continue }
      answer.fix?.text.replaceSubrange(place, with: "In \(path), which is to be made:")
    }
    return answer
  }
}

/// Names from files are part of what is said: nothing of them may be obeyed by a terminal, or fill a page.
private func shown(_ evidence: String) -> String {
  let visible = VisibleText.terminal(evidence)
  return visible.utf8.count > 600 ? VisibleText.cutMiddle(visible, to: 600) : visible
}

/// What the findings of one agent come to.
///
/// The level is the worst severity that failed. The score says the same more finely and never leaves the band of its
/// level: info 1–9, low 10–29, medium 30–54, high 55–79, critical 80–100. A band starts with its first failure; every
/// further one adds 1 (info, low), 2 (medium), 4 (high) or 6 (critical). 0: assessed, and nothing failed. Without a
/// level: nothing could be measured.
public func risk(of findings: [Finding]) -> Agent.Risk {
  let failed = findings.filter { $0.outcome == .fail }.sorted { $0.severity > $1.severity }
  guard let worst = failed.first?.severity else {
    return Agent.Risk(level: findings.contains { $0.outcome == .pass } ? .info : nil, score: 0)
  }
  let band: ClosedRange<Int> =
    switch worst {
    case .info: 1...9
    case .low: 10...29
    case .medium: 30...54
    case .high: 55...79
    case .critical: 80...100
    }
  let further = failed.dropFirst().reduce(0) { sum, finding in
    switch finding.severity {
    case .info, .low: sum + 1
    case .medium: sum + 2
    case .high: sum + 4
    case .critical: sum + 6
    }
  }
  var reasons: [String] = []
  // Stable order: by severity, then as the rules stand; a rule that failed in five places is one reason.
  for severity in Severity.allCases.reversed() {
    for finding in failed where finding.severity == severity && !reasons.contains(finding.title + ".") {
      reasons.append(finding.title + ".")
    }
  }
  return Agent.Risk(
    level: worst, score: min(band.upperBound, band.lowerBound + further), reasons: Array(reasons.prefix(5)))
}
