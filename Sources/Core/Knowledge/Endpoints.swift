public import Model

/// Host names of the services that agents use, from `Data/endpoints.tsv`: model services, platforms, channels, tunnels.
///
/// Names decide, addresses never do, since most services share theirs with half the web; the one exception are the fixed
/// addresses of cloud metadata services.
public struct Endpoints: Sendable {
  /// One name, or a family of names, and whose it is.
  public struct Row: Sendable, Hashable {
    /// Lower case, without a final dot. In a glob `*` stands for any run of characters without a dot.
    public var name: String
    public var match: Match
    public var category: Category
    public var provider: String
    /// Family of models behind the name (`gpt`, `claude`), where the name tells it.
    public var family: String?
    public var weight: Weight
    /// Where the name was read: a public repository and path, or the kind of source.
    public var source: String
  }

  public enum Match: String, Sendable, Hashable {
    /// This name only.
    case exact
    /// The name and everything below it, on label borders.
    case suffix
    case glob
  }

  public enum Category: String, Sendable, Hashable, CaseIterable {
    case llmAPI = "llm-api"
    case llmWeb = "llm-web"
    /// What the software of model clients fetches at its start: tokenizer files, lists of models.
    case llmData = "llm-data"
    case agentPlatform = "agent-platform"
    case skillRegistry = "skill-registry"
    case messaging
    case codeHost = "code-host"
    case tunnel
    /// Where data is left for somebody else: paste sites, file drops, request bins.
    case exfil
    /// Answers with the asker's own public address.
    case addressEcho = "address-echo"
    case cloudMetadata = "cloud-metadata"
    /// Resolvers that defeat control over DNS.
    case dohBypass = "doh-bypass"
  }

  /// What a contact says of the host that makes it.
  public enum Weight: String, Sendable, Hashable {
    /// Much else is reached under the name: context, never evidence.
    case shared
    case normal
    /// Hardly anybody goes there but an agent, a bot or its owner.
    case strong
  }

  public let rows: [Row]
  /// Lines that could not be read. Empty in the embedded table (a test says so).
  public let problems: [String]
  let index: NameIndex
  private let byAddress: [Address: Int]
  private let firstBytes: [Bool]

  /// The table that the program carries.
  public static let embedded = Endpoints(table: Embedded.text("endpoints.tsv")?.description ?? "")

  /// Reads tab-separated rows under a header line.
  public init(table: String) {
    var table = Table(table)
    let rows = table.values(7) { fields -> Row? in
      guard let match = Match(rawValue: fields[1]), let category = Category(rawValue: fields[2]),
        let weight = Weight(rawValue: fields[5]), !fields[0].isEmpty, !fields[3].isEmpty
      else { return nil }
      return Row(
        name: fields[0], match: match, category: category, provider: fields[3],
        family: fields[4].isEmpty ? nil : fields[4], weight: weight, source: fields[6])
    }
    var byAddress: [Address: Int] = [:]
    for (place, row) in rows.enumerated() where row.category == .cloudMetadata {
      if let address = Address(row.name) { byAddress[address] = place }
    }
    self.rows = rows
    problems = table.problems
    self.byAddress = byAddress
    firstBytes = (0...255).map { byte in byAddress.keys.contains { Int($0.bytes[0]) == byte } }
    index = NameIndex(rows.map { ($0.name, $0.match) })
  }

  /// The most specific row for a name in any case, with or without a final dot: the whole name before a glob, a glob
  /// before a suffix, a longer suffix before a shorter one. A metadata service's address counts as its name.
  public func match(_ name: String) -> Row? { place(of: name).map { rows[$0] } }

  /// Place in `rows` of the most specific row for a name.
  public func place(of name: String) -> Int? {
    if name.utf8.contains(0x3A) { return Address(name).flatMap { byAddress[$0] } }
    return index.match(name.utf8.span)
  }

  /// The same for the bytes of a name as they stand in a packet or a log, without allocation: place in `rows`.
  public func match(_ name: Span<UInt8>) -> Int? { index.match(name) }

  /// The row of a cloud metadata service's fixed address.
  public func match(_ address: Address) -> Row? { place(of: address).map { rows[$0] } }

  /// Place in `rows` of a cloud metadata service's fixed address.
  public func place(of address: Address) -> Int? {
    // Most addresses are told by their first byte, without hashing.
    firstBytes[Int(address.bytes[0])] ? byAddress[address] : nil
  }
}
