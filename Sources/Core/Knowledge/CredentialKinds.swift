/// One kind of credential: where it lies, what it looks like, what its loss means. A row of `Data/credentials.tsv`.
public struct CredentialKind: Sendable, Hashable {
  /// `aws_access_key`.
  public var name: String
  public var family: Family
  /// For a person: `GitHub personal access token`.
  public var title: String
  /// Where it lies by default: globs of whole paths. `~` is the home; a glob without a slash is about the last part of
  /// a path; `*` stays within one part and `**` does not; `@dotenv` and its like are groups of places that many kinds
  /// share.
  public var locations: [String]
  /// Names of variables that carry it; a `*` at the end is any rest.
  public var variables: [String]
  public var shapes: [Shape]
  /// Name of the checksum or decoder that tells a real value from a made-up one; nil where nobody published any.
  public var checksum: String?
  /// 0 (nothing) to 5 (money, identity, many systems or people, root), before anything is known about one value.
  public var severity: Int
  /// What whoever holds it can do, in one sentence.
  public var consequence: String

  public enum Family: String, Sendable, Hashable, CaseIterable {
    case cloud, database, chat, mail, payment, model, agent, browser, history, generic
    case sshAndGPG = "ssh_gpg"
    case kubernetesAndContainers = "k8s_containers"
    case versionControlAndRegistry = "vcs_registry"
    case continuousIntegration = "ci_infra"
    case tunnel = "vpn_tunnel"
    case passwordStore = "password_store"
  }

  /// One way to recognise a value. Patterns are those of `Exposure`; a group `(…)` in one is the value itself.
  public enum Shape: Sendable, Hashable {
    /// Tells its kind by itself, in any text.
    case anywhere(String)
    /// Only in the files of `locations`.
    case inPlace(String)
    /// Only where a name in front of it holds one of the words.
    case named([String], String)
    /// At a key path of a parsed file; `*` is one name, `**` any number of them, `[]` any element. The condition is a
    /// key of the same object, and what its value must be.
    case key([String], condition: Condition?)
    /// As `key`, for a setting that leads to a credential and is none.
    case mark([String], condition: Condition?)
    /// The first line that is not blank.
    case header(String)
    /// The leading bytes.
    case magic([UInt8])
    /// The path alone.
    case path(String)
    /// The whole text of a small file.
    case whole(String)
    /// A JSON web token in one of its own places.
    case webToken
    /// An S-expression of GnuPG.
    case keyExpression
    /// A socket: something to reach, not a value.
    case socket
    /// A private key that a variable holds whose name has one of the words.
    case privateKey([String])
    /// Whatever a variable of that name holds.
    case variable([String])
  }

  public struct Condition: Sendable, Hashable {
    public var key: String
    public var value: String
  }
}

/// The kinds of credentials that the program knows, from `Data/credentials.tsv`: one row a kind.
public struct CredentialKinds: Sendable {
  public let kinds: [CredentialKind]
  /// Places that many kinds share, by name: `@dotenv`.
  public let places: [String: [String]]
  private let byName: [String: Int]

  /// The table that the program carries, read once.
  public static let embedded = CredentialKinds(
    table: Embedded.text("credentials.tsv")?.description ?? "",
    places: Embedded.text("credential-places.tsv")?.description ?? "")

  public subscript(name: String) -> CredentialKind? { byName[name].map { kinds[$0] } }

  /// Reads tab-separated rows under a header line. Rows that cannot be read are dropped (a test asserts that the embedded
  /// table has none).
  public init(table: String, places groups: String = "") {
    var table = Table(table)
    kinds = table.values(9) { fields in
      guard let family = CredentialKind.Family(rawValue: fields[1]), let severity = Int(fields[7]),
        let shapes = Self.shapes(fields[5])
      else { return nil }
      return CredentialKind(
        name: fields[0], family: family, title: fields[2], locations: Self.list(fields[3], ";"),
        variables: Self.list(fields[4], ","), shapes: shapes, checksum: fields[6] == "-" ? nil : fields[6],
        severity: severity, consequence: fields[8])
    }
    var shared = Table(groups)
    places = Dictionary(
      shared.values(2) { ($0[0], Self.list($0[1], ";")) }, uniquingKeysWith: { _, last in last })
    byName = Dictionary(kinds.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  private static func list(_ text: String, _ separator: Character) -> [String] {
    text.split(separator: separator).map(String.init)
  }

  /// Items separated by ` ;; `; nil where one of them is of no known form.
  private static func shapes(_ text: String) -> [CredentialKind.Shape]? {
    var shapes: [CredentialKind.Shape] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      let item: Substring
      if let end = rest.firstRange(of: " ;; ") {
        item = rest[..<end.lowerBound]
        rest = rest[end.upperBound...]
      } else {
        item = rest
        rest = ""
      }
      guard let shape = shape(item) else { return nil }
      shapes.append(shape)
    }
    return shapes
  }

  private static func shape(_ item: Substring) -> CredentialKind.Shape? {
    if item.hasPrefix("ctx("), let close = item.firstRange(of: "):") {
      return .named(
        list(item[item.index(item.startIndex, offsetBy: 4)..<close.lowerBound]), String(item[close.upperBound...]))
    }
    guard let colon = item.firstIndex(of: ":") else { return nil }
    let text = String(item[item.index(after: colon)...])
    switch item[..<colon] {
    case "re": return .anywhere(text)
    case "fre": return .inPlace(text)
    case "hdr": return .header(text)
    case "path": return .path(text)
    case "whole": return .whole(text)
    case "sock": return .socket
    case "jwt": return .webToken
    case "pgp": return .keyExpression
    case "pem": return .privateKey(list(Substring(text)))
    case "var": return .variable(list(Substring(text)))
    case "magic": return bytes(text).map { .magic($0) }
    case "key", "mark":
      var path = Substring(text)
      var condition: CredentialKind.Condition?
      if let mark = path.firstRange(of: " if ") {
        let parts = path[mark.upperBound...].split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        condition = CredentialKind.Condition(key: String(parts[0]), value: String(parts[1]))
        path = path[..<mark.lowerBound]
      }
      let components = path.split(separator: ".").flatMap { part in
        part.hasSuffix("[]") && part.count > 2 ? [String(part.dropLast(2)), "[]"] : [String(part)]
      }
      return item.hasPrefix("key") ? .key(components, condition: condition) : .mark(components, condition: condition)
    default: return nil
    }
  }

  private static func list(_ text: Substring) -> [String] { text.split(separator: ",").map(String.init) }

  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = hex.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x61 + 10
      default: nil
      }
    }
    guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
