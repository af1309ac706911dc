import Knowledge
import Matching
import Model

extension Examination {
  mutating func findStores(_ text: Span<UInt8>) {
    let name = Array(path.utf8)
    for hit in hits {
      for magic in rules.magics[hit.kind] ?? []
      where text.count > magic.count && magic.indices.allSatisfy({ text[$0] == magic[$0] }) {
        add(Candidate(kind: hit.kind, source: .header, value: 0..<0, isOwn: hit.isOwn, isMark: true))
      }
      for rule in rules.paths[hit.kind] ?? [] where text.count > 0 {
        if Self.search(rule, name.span, &matcher) != nil {
          add(Candidate(kind: hit.kind, source: .header, value: 0..<0, isOwn: hit.isOwn, isMark: true))
        }
      }
      guard text.count <= 65_536 else { continue }
      let content = Outline.trimmed(text, 0..<text.count)
      for rule in rules.headers[hit.kind] ?? [] where !content.isEmpty {
        // Private keys are found by their blocks, wherever they begin.
        if content.count > 11, text[content.lowerBound] == UInt8(ascii: "-"),
          text[content.lowerBound + 5] == UInt8(ascii: "B"), rules.kinds.kinds[hit.kind].name != "cloudflared_tunnel"
        {
          continue
        }
        if rule.pattern.match(text, at: content.lowerBound, with: &matcher) != nil {
          add(Candidate(kind: hit.kind, source: .header, value: 0..<0, isOwn: hit.isOwn, isMark: true))
        }
      }
      for rule in rules.wholes[hit.kind] ?? [] where hit.isOwn && !content.isEmpty {
        if let match = rule.pattern.match(text, at: content.lowerBound, with: &matcher), match.range == content {
          add(Candidate(kind: hit.kind, source: .whole, value: content, isOwn: true))
        }
      }
      if rules.webTokens.contains(hit.kind), hit.isOwn, WebToken(text, content) != nil {
        add(Candidate(kind: hit.kind, source: .whole, value: content, isOwn: true))
      }
      if rules.expressions.contains(hit.kind), hit.isOwn { findExpression(text, hit.kind) }
    }
  }

  /// Files of gpg-agent: `(private-key`, `(protected-private-key`, `(shadowed-private-key`.
  mutating func findExpression(_ text: Span<UInt8>, _ kind: Int) {
    let words = [
      "(private-key", "(protected-private-key", "(shadowed-private-key", "11:private-key", "21:protected-private-key",
      "20:shadowed-private-key",
    ]
    let index = LiteralIndex(words.map { Array($0.utf8) })
    var found: Int?
    index.scan(text) { number, _ in if found == nil { found = number % 3 } }
    guard let found else { return }
    var candidate = Candidate(kind: kind, source: .header, value: 0..<text.count, isOwn: true)
    var key = PrivateKey(format: .pgp)
    if found == 1 { key.protection = .strong("s2k") }
    if found == 2 { key.isHardware = true }
    candidate.key = key
    add(candidate)
  }

  static func search(_ rule: Rules.Rule, _ text: Span<UInt8>, _ matcher: inout Pattern.Matcher) -> Pattern.Match? {
    for start in 0..<text.count where rule.first.contains(text[start]) {
      if let match = rule.pattern.match(text, at: start, with: &matcher) { return match }
    }
    return nil
  }
}
