import Installations
import Knowledge
import Model

/// Releases of the kin against what is published about them: one rule a product, from one table.
enum AdvisoryRules {
  static func rule(_ kind: String, _ name: String) -> Rule {
    Rule(
      "\(kind).advisories", "This release of \(name) has known weaknesses", .high,
      because: "the severity is that of the worst weakness that is open in this release",
      reads: ["version of the process or the package"], for: .init(kinds: [kind]), tier: 1, requirement: "H22",
      why: "The weaknesses are published, with enough detail to use them.", remedy: "Update to the newest release.",
      references: ["CWE-1395"]
    ) { subject in answers(subject, KinAdvisories.embedded.of(kind)) }
  }

  static func answers(_ subject: Subject, _ table: [KinAdvisories.Advisory]) -> [Answer] {
    guard let text = subject.version else { return [.notMeasured("the version is not known")] }
    guard let version = ReleaseVersion(text) else {
      return [
        .notMeasured(
          "\(Configuration.Setting.shown(text)) is not a version that can be put in order: a fork's own count")
      ]
    }
    let place = Finding.Location(
      file: text == subject.installation?.version ? subject.installation?.versionSource : nil, key: "version")
    let verdicts = table.map { ($0, $0.affects(version)) }
    let open = verdicts.filter { $0.1 == true && applies($0.0, to: subject) }.map(\.0)
      .sorted { a, b in
        if a.severity != b.severity { return a.severity > b.severity }
        return (b.fixed.flatMap { last in a.fixed.map { $0 > last } } ?? false)
      }
    guard let worst = open.first else {
      guard !verdicts.contains(where: { $0.1 == nil }) else {
        return [
          .notMeasured(
            "\(version) is counted in another way than the releases that are named in the advisories", at: place)
        ]
      }
      return [.pass("\(version): no advisory known on \(KinAdvisories.embedded.compiled)", at: place)]
    }
    let newest = open.compactMap(\.fixed).max()
    let others = open.dropFirst().prefix(4).map(\.id).joined(separator: ", ")
    let rest = open.count > 5 ? " and \(open.count - 5) more" : ""
    return [
      .fail(
        "\(version): \(worst.id): \(worst.cause)" + (others.isEmpty ? "" : "; also \(others)\(rest)"), at: place,
        severity: worst.severity,
        fix: newest.map { Finding.Fix("Update to \($0) or later.") })
    ]
  }

  /// Whether the part that an advisory needs is in use. What cannot be told counts as in use.
  private static func applies(_ advisory: KinAdvisories.Advisory, to subject: Subject) -> Bool {
    switch advisory.requires {
    case "channel:whatsapp":
      guard let configuration = subject.installation?.configuration else { return true }
      return (configuration["platforms.whatsapp.enabled"] ?? configuration["whatsapp.enabled"])?.bool != false
    default: return true
    }
  }
}
