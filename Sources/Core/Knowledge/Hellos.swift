/// Which program sends which first message of TLS, from `Data/hellos.tsv`: by JA4, with what it cannot tell apart.
///
/// Some values are one program's, many are a library's that everybody uses, and anybody can imitate any of them: a match
/// is evidence with a strength, no proof.
public struct Hellos: Sendable {
  public struct Row: Sendable, Hashable {
    public var ja4: String
    /// Programs seen with it, in words.
    public var client: String
    /// `node`, `python`, `chromium`; several joined by "or" where the value fits them all.
    public var runtime: String
    public var kind: Kind
    /// Agent product that is one of the programs.
    public var product: String?
    public var strength: Strength
    /// What else has the same value.
    public var note: String
  }

  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case browser, runtime, library, tool
    /// The value fits a browser and a program.
    case ambiguous
  }

  /// How surely the value names the client.
  public enum Strength: String, Sendable, Hashable { case weak, medium, strong }

  public let rows: [Row]
  /// Lines that could not be read. Empty in the embedded table (a test says so).
  public let problems: [String]
  private let whole: [String: Row]
  private let byCiphersAndALPN: [String: Row]
  private let byCiphers: [String: Row]

  /// The table that the program carries.
  public static let embedded = Hellos(table: Embedded.text("hellos.tsv")?.description ?? "")

  /// Reads tab-separated rows under a header line.
  public init(table: String) {
    var table = Table(table)
    rows = table.values(7) { fields in
      guard Parts(fields[0]) != nil, let kind = Kind(rawValue: fields[3]), let strength = Strength(rawValue: fields[5])
      else { return nil }
      return Row(
        ja4: fields[0], client: fields[1], runtime: fields[2], kind: kind, product: fields[4].isEmpty ? nil : fields[4],
        strength: strength, note: fields[6])
    }
    problems = table.problems
    whole = Dictionary(rows.map { ($0.ja4, $0) }, uniquingKeysWith: { first, _ in first })
    byCiphersAndALPN = Self.merged(rows) { "\($0.ciphers)_\($0.alpn)" }
    byCiphers = Self.merged(rows) { $0.ciphers }
  }

  /// What is known of a JA4: by the whole value, else by its cipher hash together with the letters of its ALPN, else by
  /// the cipher hash. The further from the whole value, the weaker; where the rows that fit disagree, the answer says so.
  public func match(ja4: String) -> Row? {
    guard let parts = Parts(ja4) else { return nil }
    // The fingerprint of QUIC has three cipher suites, the same for all programs.
    if parts.isQUIC { return whole[ja4] }
    return whole[ja4] ?? byCiphersAndALPN["\(parts.ciphers)_\(parts.alpn)"] ?? byCiphers[parts.ciphers]
  }

  /// The three parts of a JA4.
  struct Parts {
    var ciphers: String
    /// First and last character of the first ALPN value, `00` where none was offered.
    var alpn: String
    var isQUIC: Bool

    /// Nil for what does not have the form `t13d1516h2_8daaf6152771_02713d6af862`.
    init?(_ ja4: String) {
      let parts = ja4.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0].utf8.count == 10, parts[1].utf8.count == 12, parts[2].utf8.count == 12 else {
        return nil
      }
      ciphers = String(parts[1])
      // nDPI writes the first two characters: `ht` for http/1.1.
      let letters = String(parts[0].suffix(2))
      alpn = letters == "ht" ? "h1" : letters
      isQUIC = parts[0].utf8.first == UInt8(ascii: "q")
    }
  }

  private static func merged(_ rows: [Row], by key: (Parts) -> String) -> [String: Row] {
    var groups: [String: [Row]] = [:]
    for row in rows { if let parts = Parts(row.ja4) { groups[key(parts), default: []].append(row) } }
    return groups.mapValues { group in
      func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { list, text in if !list.contains(text) { list.append(text) } }
      }
      var row = group[0]
      let kinds = Set(group.map(\.kind))
      let runtimes = distinct(group.flatMap { $0.runtime.split(separator: " or ").map(String.init) })
      row.client = distinct(group.map(\.client)).joined(separator: "; ")
      row.runtime = runtimes.joined(separator: " or ")
      row.kind = kinds.count == 1 ? row.kind : kinds.contains(.browser) ? .ambiguous : .library
      row.product = Set(group.map(\.product)).count == 1 ? row.product : nil
      row.strength = runtimes.count == 1 ? .medium : .weak
      row.note = "by its cipher list" + (runtimes.count == 1 ? "" : ", which these share: \(row.runtime)")
      return row
    }
  }
}
