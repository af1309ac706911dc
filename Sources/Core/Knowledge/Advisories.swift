public import Model

/// A published weakness of OpenClaw and the releases that have it.
public struct Advisory: Sendable, Hashable {
  /// `CVE-…` or `GHSA-…`.
  public var id: String
  /// Other ids of the same weakness.
  public var aliases: [String]
  public var severity: Severity
  /// First release that has it; nil where all earlier ones do.
  public var introduced: OpenClawVersion?
  /// First release without it; nil where none is stated.
  public var fixed: OpenClawVersion?
  /// Last release known to have it, where no fix is stated.
  public var lastAffected: OpenClawVersion?
  /// Part of the product, coarse.
  public var area: String
  /// What goes wrong, in one line.
  public var cause: String
  /// What must be configured for it to matter: `channel:slack`, `plugin:voice-call`, `hooks`, `sandbox`, `app:macos`.
  public var requires: String?

  public func affects(_ version: OpenClawVersion) -> Bool {
    if let introduced, version < introduced { return false }
    if let fixed { return version < fixed }
    return lastAffected.map { version <= $0 } ?? true
  }
}

/// The advisories of OpenClaw as embedded: what is open at a version.
public struct Advisories: Sendable {
  /// In the order of the table: by the release that fixes.
  public let all: [Advisory]
  /// Day up to which the table is complete.
  public let compiled: String
  /// A release below which something is open though no id is known, and why.
  public let floor: Floor?
  /// Lines that could not be read. Empty in the embedded table (a test says so).
  public let problems: [String]

  public struct Floor: Sendable, Hashable {
    public var version: OpenClawVersion
    public var reason: String
  }

  /// The embedded table, parsed once.
  public static let openClaw = Advisories(tsv: Embedded.text("advisories.tsv")?.description ?? "")

  /// What is open in a release: the worst first, then the latest fix, then the id.
  public func open(in version: OpenClawVersion) -> [Advisory] {
    all.filter { $0.affects(version) }.sorted { a, b in
      if a.severity != b.severity { return a.severity > b.severity }
      if a.fixed != b.fixed {
        guard let left = a.fixed else { return true }
        guard let right = b.fixed else { return false }
        return left > right
      }
      return a.id < b.id
    }
  }

  /// Reads the table: lines of nine fields, `#` lines with the facts about the table itself.
  public init(tsv: String) {
    var table = Table(tsv)
    all = table.values(9, "an advisory", Self.advisory)
    floor =
      table.facts("floor", 2, "no version") { fields in
        OpenClawVersion(fields[0]).map { Floor(version: $0, reason: fields[1]) }
      }.last
    compiled = table.compiled
    problems = table.problems
  }

  private static func advisory(_ fields: [String]) -> Advisory? {
    guard fields[0].hasPrefix("CVE-") || fields[0].hasPrefix("GHSA-"),
      let severity = Severity(rawValue: fields[2]), !fields[6].isEmpty, !fields[7].isEmpty
    else { return nil }
    let bounds = fields[3...5].map { $0.isEmpty ? nil : OpenClawVersion($0) }
    // A bound that is written but not understood would widen or narrow the range without a word.
    for (text, bound) in zip(fields[3...5], bounds) where !text.isEmpty && bound == nil { return nil }
    guard bounds[1] != nil || bounds[2] != nil else { return nil }
    return Advisory(
      id: fields[0], aliases: fields[1].split(separator: ",").map(String.init), severity: severity,
      introduced: bounds[0], fixed: bounds[1], lastAffected: bounds[2], area: fields[6], cause: fields[7],
      requires: fields[8].isEmpty ? nil : fields[8])
  }
}
