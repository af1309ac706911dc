public import Model

/// The signals by which agent products are known, from `Data/agents.tsv`: one row a signal.
public struct Fingerprints: Sendable {
  /// One signal of one product.
  public struct Row: Sendable, Hashable {
    /// `openclaw`, `claude-code`; with a prefix for what is no agent: `tunnel:ngrok`, `model-server:ollama`.
    public var kind: String
    /// Dotted, such as `process.exe`, `state.dir`, `listen.port`.
    public var signal: String
    public var match: Match
    public var value: String
    /// How surely the signal alone names the product.
    public var confidence: Confidence
    public var era: String
    public var note: String
  }

  public enum Match: String, Sendable, Hashable {
    case exact, prefix, suffix, basename, glob
    case pathComponent = "contains-path-component"
  }

  public let rows: [Row]
  private let bySignal: [String: [Row]]

  public init(rows: [Row]) {
    self.rows = rows
    bySignal = Dictionary(grouping: rows, by: \.signal)
  }

  /// Rows of one signal, in the order of the table.
  public func rows(_ signal: String) -> [Row] { bySignal[signal] ?? [] }

  /// The table that the program carries.
  public static let embedded = Fingerprints(table: Embedded.text("agents.tsv")?.description ?? "")

  /// Reads tab-separated rows under a header line; rows with an unknown match kind or confidence are dropped
  /// (a test asserts that the embedded table has none).
  public init(table: String) {
    var table = Table(table)
    let rows = table.values(8) { fields -> Row? in
      guard let match = Match(rawValue: fields[2]), let confidence = Confidence(rawValue: fields[4]) else { return nil }
      return Row(
        kind: fields[0], signal: fields[1], match: match, value: fields[3], confidence: confidence, era: fields[5],
        note: fields[6])
    }
    self.init(rows: rows)
  }

  /// Whether a kind is an agent: not a tunnel, a model server, a tool server or a convention of several products.
  public static func isAgent(kind: String) -> Bool {
    !kind.contains(":") && kind != "mcp-server" && kind != "agent-generic"
  }
}

extension Fingerprints.Row {
  /// Whether a text matches. `basename` compares the last path part; a glob's `*` crosses slashes, `?` is one character,
  /// `[0-9]` a class.
  public func matches(_ text: String) -> Bool {
    switch match {
    case .exact: text == value
    case .prefix: text.hasPrefix(value)
    case .suffix: text.hasSuffix(value)
    case .basename: text.lastPathPart == value
    case .glob: Glob.matches(value, text)
    case .pathComponent: text.split(separator: "/").contains { $0 == value }
    }
  }
}

extension StringProtocol {
  /// What follows the last slash.
  public var lastPathPart: String {
    guard let slash = lastIndex(of: "/") else { return String(self) }
    return String(self[index(after: slash)...])
  }
}

/// Shell-style patterns over whole texts.
public enum Glob {
  /// `*` is any run, `?` one character, `[a-z]` a class. Linear in practice: one remembered star, no recursion.
  public static func matches(_ pattern: String, _ text: String) -> Bool {
    let p = Array(pattern.utf8)
    let t = Array(text.utf8)
    var i = 0
    var j = 0
    var star: (pattern: Int, text: Int)?
    while j < t.count {
      if i < p.count, p[i] == UInt8(ascii: "*") {
        star = (i, j)
        i += 1
        continue
      }
      if i < p.count, let length = single(p, i, t[j]) {
        i += length
        j += 1
        continue
      }
      guard let last = star else { return false }
      star = (last.pattern, last.text + 1)
      i = last.pattern + 1
      j = last.text + 1
    }
    while i < p.count, p[i] == UInt8(ascii: "*") { i += 1 }
    return i == p.count
  }

  /// Length of the pattern element at `i` where it accepts the byte; nil where it does not.
  private static func single(_ p: [UInt8], _ i: Int, _ byte: UInt8) -> Int? {
    switch p[i] {
    case UInt8(ascii: "?"): return 1
    case UInt8(ascii: "["):
      guard let close = p[(i + 1)...].firstIndex(of: UInt8(ascii: "]")) else { return p[i] == byte ? 1 : nil }
      var k = i + 1
      while k < close {
        if k + 2 < close, p[k + 1] == UInt8(ascii: "-") {
          if p[k] <= byte, byte <= p[k + 2] { return close - i + 1 }
          k += 3
        } else {
          if p[k] == byte { return close - i + 1 }
          k += 1
        }
      }
      return nil
    default: return p[i] == byte ? 1 : nil
    }
  }
}
