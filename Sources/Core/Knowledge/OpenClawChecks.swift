/// One check of OpenClaw's own `security audit`, as its documentation and source describe it.
public struct OpenClawCheck: Sendable, Hashable {
  /// With `<p>`, `<pluginId>`, `<n>` where the product puts a name or a number: `channels.<p>.dm.open`.
  public var id: String
  /// In its own words: `info`, `warn`, `critical`, and what makes it worse.
  public var severity: String
  /// Only asked with `--deep`.
  public var isDeep: Bool
  /// What its `--fix` does about it: `yes`, `part`, `no`.
  public var fix: String
  /// Some release asked it, newer ones do not.
  public var isGone: Bool
  /// Releases in which it was seen.
  public var seen: String

  /// Whether an id that was reported is this check: `channels.telegram.dm.open` is `channels.<p>.dm.open`.
  public func matches(_ reported: String) -> Bool {
    guard id.contains("<") else { return id == reported }
    let pattern = id.split(separator: ".")
    let parts = reported.split(separator: ".", omittingEmptySubsequences: false)
    return pattern.count == parts.count
      && zip(pattern, parts).allSatisfy { $0.hasPrefix("<") ? !$1.isEmpty : $0 == $1 }
  }
}

/// The checks of OpenClaw as embedded: what an audit that wants to replace its own must ask at least.
public struct OpenClawChecks: Sendable {
  /// In the order of the product's documentation.
  public let all: [OpenClawCheck]
  /// Day up to which the list is complete.
  public let compiled: String
  /// Lines that could not be read. Empty in the embedded table (a test says so).
  public let problems: [String]

  /// The embedded table, parsed once.
  public static let embedded = OpenClawChecks(tsv: Embedded.text("openclaw-checks.tsv")?.description ?? "")

  /// The check that an id names, literally or with its placeholders filled in; nil where there is none.
  public func check(_ id: String) -> OpenClawCheck? {
    all.first { $0.id == id } ?? all.first { $0.matches(id) }
  }

  /// Reads the table: lines of six fields, `#` lines with the facts about the table itself.
  public init(tsv: String) {
    var table = Table(tsv)
    all = table.values(6, "a check") { fields in
      guard !fields.contains(""), ["yes", "no"].contains(fields[2]), ["yes", "part", "no"].contains(fields[3]),
        ["emitted", "gone"].contains(fields[4])
      else { return nil }
      return OpenClawCheck(
        id: fields[0], severity: fields[1], isDeep: fields[2] == "yes", fix: fields[3], isGone: fields[4] == "gone",
        seen: fields[5])
    }
    compiled = table.compiled
    problems = table.problems
  }
}
