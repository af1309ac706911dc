import Knowledge

/// The table of kinds, made ready to be asked: patterns compiled, their anchors in one automaton.
struct Rules: Sendable {
  static let embedded = Rules(.embedded)

  struct Rule: Sendable {
    var kind: Int
    var pattern: Pattern
    /// Characters that every value begins with: how much the form alone says.
    var literal = 0
    var first = ByteSet()
  }

  struct Named: Sendable {
    var kind: Int
    var pattern: Pattern
    /// Words of which one, alone, is enough.
    var strong: [String]
    /// Words that count in the kind's own files only.
    var weak: [String]
  }

  struct Key: Sendable {
    var path: [String]
    var condition: CredentialKind.Condition?
    var isMark: Bool
    /// The name at its end may be any.
    var isOpen: Bool
  }

  struct Literal: Sendable {
    var rule: Int
    var length: Int
    var before: ClosedRange<Int>
  }

  let kinds: CredentialKinds
  let places: Places
  private(set) var anywhere: [Rule] = []
  private(set) var literals: [Literal] = []
  let index: LiteralIndex
  /// Rules without a text to look for, by their first byte.
  private(set) var unanchored: [Int] = []
  private(set) var unanchoredFirst: [UInt32] = Array(repeating: 0, count: 256)
  private(set) var inPlace: [Int: [Rule]] = [:]
  private(set) var headers: [Int: [Rule]] = [:]
  private(set) var paths: [Int: [Rule]] = [:]
  private(set) var wholes: [Int: [Rule]] = [:]
  private(set) var magics: [Int: [[UInt8]]] = [:]
  private(set) var keys: [Int: [Key]] = [:]
  private(set) var named: [Named] = []
  /// Words of `named`, and which of it each is of.
  let words: LiteralIndex
  private(set) var wordOwners: [(rule: Int, isStrong: Bool, length: Int)] = []
  private(set) var variables: [String: [Int]] = [:]
  private(set) var sockets: Set<Int> = []
  private(set) var webTokens: Set<Int> = []
  private(set) var expressions: Set<Int> = []
  /// Patterns that cannot be read; a test asserts that there are none.
  private(set) var faults: [String] = []

  init(_ kinds: CredentialKinds) {
    self.kinds = kinds
    places = Places(kinds)
    var texts: [[UInt8]] = []
    var words: [[UInt8]] = []
    var faults: [String] = []
    func compile(_ text: String, _ kind: Int) -> Rule? {
      do {
        let pattern = try Pattern(text)
        var rule = Rule(kind: kind, pattern: pattern)
        switch pattern.anchor {
        case .literals(let literals, let before):
          rule.literal = literals.map(\.count).min() ?? 0
          if before == 0...0 {
            rule.first = ByteSet(literals.compactMap(\.first))
          } else {
            rule.first = ByteSet().inverted
          }
        case .first(let set): rule.first = set
        }
        return rule
      } catch {
        faults.append("\(kinds.kinds[kind].name): \(text): \(error)")
        return nil
      }
    }
    for (number, kind) in kinds.kinds.enumerated() {
      for name in kind.variables { variables[name, default: []].append(number) }
      for shape in kind.shapes {
        switch shape {
        case .anywhere(let text):
          guard let rule = compile(text, number) else { continue }
          anywhere.append(rule)
          switch rule.pattern.anchor {
          case .literals(let found, let before):
            for literal in found {
              literals.append(Literal(rule: anywhere.count - 1, length: literal.count, before: before))
              texts.append(literal)
            }
          case .first(let set):
            guard unanchored.count < 32 else {
              faults.append("\(kind.name): too many patterns without an anchor")
              continue
            }
            for byte in set.bytes { unanchoredFirst[Int(byte)] |= 1 << UInt32(unanchored.count) }
            unanchored.append(anywhere.count - 1)
          }
        case .inPlace(let text): if let rule = compile(text, number) { inPlace[number, default: []].append(rule) }
        case .header(let text): if let rule = compile(text, number) { headers[number, default: []].append(rule) }
        case .path(let text): if let rule = compile(text, number) { paths[number, default: []].append(rule) }
        case .whole(let text): if let rule = compile(text, number) { wholes[number, default: []].append(rule) }
        case .magic(let bytes): magics[number, default: []].append(bytes)
        case .named(let names, let text):
          guard let rule = compile(text, number) else { continue }
          let weak = names.filter { Self.weakWords.contains($0.lowercased()) }
          let strong = names.filter { !Self.weakWords.contains($0.lowercased()) }
          for (word, isStrong) in strong.map({ ($0, true) }) + weak.map({ ($0, false) }) {
            words.append(Array(word.lowercased().utf8))
            wordOwners.append((named.count, isStrong, word.utf8.count))
          }
          named.append(Named(kind: number, pattern: rule.pattern, strong: strong, weak: weak))
        case .key(let path, let condition):
          keys[number, default: []].append(
            Key(
              path: path, condition: condition, isMark: false, isOpen: path.last.map { $0 == "*" || $0 == "**" } ?? true
            ))
        case .mark(let path, let condition):
          keys[number, default: []].append(Key(path: path, condition: condition, isMark: true, isOpen: false))
        case .webToken: webTokens.insert(number)
        case .keyExpression: expressions.insert(number)
        case .socket: sockets.insert(number)
        case .privateKey: break
        case .variable(let names): for name in names { variables[name, default: []].append(number) }
        }
      }
    }
    index = LiteralIndex(texts)
    self.words = LiteralIndex(words)
    self.faults = faults
  }

  /// Words that many names have: they tell that a value is secret, and not of which kind it is.
  private static let weakWords: Set = [
    "secret", "key", "token", "password", "passwd", "pwd", "pass", "credential", "dsn", "auth", "private", "api_key",
    "auth_token", "client_secret", "app_secret", "app_key", "secret_key", "encrypt", "session_token", "security_token",
    "sessiontoken", "mail", "email", "secretid", "private_api_key", "hmac", "private-key", "privatekey", "private_key",
    "wallet",
    "signer", "acl", "meta", "access_key_secret", "application_secret", "consumer_key", "api_hash", "master_key",
  ]

  func kind(_ name: String) -> Int? { kinds.kinds.firstIndex { $0.name == name } }
}
