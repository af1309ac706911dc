import Model
import Posture

extension Sight {
  /// Which deployment tier an agent meets, and what stands before the next one, what helps most first.
  ///
  /// - Parameter findings: of this agent, every answer.
  func tier(_ findings: [Finding]) -> View {
    guard !findings.isEmpty else {
      return [
        "heading": "Deployment tier", "tab": "Tier", "line": "Not measured", "missing": [],
        "nothing": "Nothing has been assessed yet, so no tier is known to be met.",
      ]
    }
    let report = TierReport(findings)
    return [
      "heading": .text("Tier \(report.met) of 3 is met"), "tab": .text("Tier \(report.met)"),
      "line": .text(
        report.met == 3 ? "Everything holds" : "Before tier \(report.met + 1), what helps most first"),
      "missing": .list(report.next.prefix(12).map(missing)),
      "nothing": "All that the three tiers ask holds, as far as it was measured.",
    ]
  }

  private func missing(_ state: TierReport.State) -> View {
    let (badge, answer): (Markup, Markup) =
      switch state.answer {
      case .holds: (.pass(), "holds")
      case .fails(let count, let severity): (.severity(severity), "\(Words.count(count, "finding"))")
      case .unknown(let reason): (.unmeasured(), .prose(Self.period(reason)))
      }
    return [
      "badge": .markup(badge), "title": .markup(.prose(state.control.title)), "answer": .markup(answer),
      "consequence": .markup(.prose(state.control.consequence)),
    ]
  }
}
