public import Model

/// Published weaknesses of agents other than OpenClaw, and of packages that they start as MCP servers.
public struct KinAdvisories: Sendable {
  public struct Advisory: Sendable {
    /// Product as in the fingerprint table; `npm:NAME` for a package.
    public var kind: String
    /// `CVE-…`, `GHSA-…`, or the release whose notes tell of it where nobody gave it a number.
    public var id: String
    public var aliases: [String]
    /// By what happens, where the source gives none.
    public var severity: Severity
    public var introduced: ReleaseVersion?
    public var fixed: ReleaseVersion?
    public var lastAffected: ReleaseVersion?
    public var cause: String
    /// What must be in use for it to matter: `headless`, `channel:whatsapp`.
    public var requires: String?

    /// Nil where the releases are counted in another way than the version.
    public func affects(_ version: ReleaseVersion) -> Bool? {
      let bounds = [introduced, fixed, lastAffected].compactMap(\.self)
      guard bounds.allSatisfy(version.isComparable) else { return nil }
      if let introduced, version < introduced { return false }
      if let fixed { return version < fixed }
      return lastAffected.map { version <= $0 } ?? true
    }
  }

  public struct Floor: Sendable {
    public var kind: String
    public var version: ReleaseVersion
    public var reason: String
  }

  public let all: [Advisory]
  public let floors: [Floor]
  /// Day up to which the table is complete.
  public let compiled: String
  /// Lines that could not be read. Empty in the embedded table (a test says so).
  public let problems: [String]

  public static let embedded = KinAdvisories(tsv: Embedded.text("kin-advisories.tsv")?.description ?? "")

  public func of(_ kind: String) -> [Advisory] { all.filter { $0.kind == kind } }

  /// The release below which a way out is known, and why.
  public func floor(of kind: String) -> Floor? { floors.first { $0.kind == kind } }

  /// Reads the table: lines of nine fields, `#` lines with the facts about the table itself.
  public init(tsv: String) {
    var table = Table(tsv)
    all = table.values(9, "an advisory", Self.advisory)
    floors = table.facts("floor", 3, "no version") { fields in
      ReleaseVersion(fields[1]).map { Floor(kind: fields[0], version: $0, reason: fields[2]) }
    }
    compiled = table.compiled
    problems = table.problems
  }

  private static func advisory(_ fields: [String]) -> Advisory? {
    guard !fields[0].isEmpty, !fields[1].isEmpty, let severity = Severity(rawValue: fields[3]),
      !fields[7].isEmpty
    else { return nil }
    let bounds = fields[4...6].map { $0.isEmpty ? nil : ReleaseVersion($0) }
    // A bound that is written but not understood would widen or narrow the range without a word.
    for (text, bound) in zip(fields[4...6], bounds) where !text.isEmpty && bound == nil { return nil }
    guard bounds[1] != nil || bounds[2] != nil else { return nil }
    return Advisory(
      kind: fields[0], id: fields[1], aliases: fields[2].split(separator: ",").map(String.init), severity: severity,
      introduced: bounds[0], fixed: bounds[1], lastAffected: bounds[2], cause: fields[7],
      requires: fields[8].isEmpty ? nil : fields[8])
  }
}
