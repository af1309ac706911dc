import Knowledge
import Platform

extension Examination {
  mutating func findAnywhere(_ text: Span<UInt8>) {
    for match in Self.anywhere(rules, text, &matcher) {
      add(
        Candidate(
          kind: rules.anywhere[match.rule].kind, source: .anywhere, value: match.value,
          literal: rules.anywhere[match.rule].literal, isOwn: isOwn(rules.anywhere[match.rule].kind)))
    }
  }

  /// In a file that is no text, what nothing else looks like: databases of editors and browsers, swap files.
  mutating func findStrings(_ text: Span<UInt8>) {
    for match in Self.anywhere(rules, text, &matcher) where rules.anywhere[match.rule].literal >= 3 {
      let kind = rules.anywhere[match.rule].kind
      let name = rules.kinds.kinds[kind].name
      guard !Judge.loose.contains(name) || name == "jwt_generic", name != "database_url" else { continue }
      add(
        Candidate(
          kind: kind, source: .anywhere, value: match.value, literal: rules.anywhere[match.rule].literal,
          isOwn: isOwn(kind)))
    }
  }

  /// Values of self-identifying kinds in a text, at most 5 000.
  static func anywhere(
    _ rules: Rules, _ text: Span<UInt8>, _ matcher: inout Pattern.Matcher
  ) -> [(rule: Int, value: Range<Int>)] {
    var found: [(rule: Int, value: Range<Int>)] = []
    // The places first: the automaton cannot lend the matcher while it runs.
    var spots: [(literal: Int, end: Int)] = []
    rules.index.scan(text) { number, end in if spots.count < 200_000 { spots.append((number, end)) } }
    for (number, end) in spots where found.count < 5_000 {
      let literal = rules.literals[number]
      let place = end - literal.length
      let rule = rules.anywhere[literal.rule]
      for before in literal.before where place - before >= 0 {
        if let match = rule.pattern.match(text, at: place - before, with: &matcher) {
          found.append((literal.rule, match.value))
          break
        }
      }
    }
    guard !rules.unanchored.isEmpty else { return found }
    var previous = false
    for index in 0..<text.count {
      let byte = text[index]
      let isWord = ByteSet.boundary.contains(byte)
      defer { previous = isWord }
      var mask = rules.unanchoredFirst[Int(byte)]
      guard mask != 0, !previous || !isWord || Pattern.isEscape(text, before: index), found.count < 5_000 else {
        continue
      }
      // All of them are words of 18 characters or more.
      var end = index
      while end < text.count, end - index < 18, !ByteSet.blanks.contains(text[end]) { end += 1 }
      guard end - index >= 18 else { continue }
      while mask != 0 {
        let bit = mask.trailingZeroBitCount
        mask &= mask - 1
        let rule = rules.unanchored[bit]
        if let match = rules.anywhere[rule].pattern.match(text, at: index, with: &matcher) {
          found.append((rule, match.value))
        }
      }
    }
    return found
  }

  // MARK: forms that count in their own files

  mutating func findInPlace(_ text: Span<UInt8>) {
    for hit in hits {
      for rule in rules.inPlace[hit.kind] ?? [] {
        var index = 0
        while index < text.count, candidates.count < 5_000 {
          guard rule.first.contains(text[index]) else {
            index += 1
            continue
          }
          if let match = rule.pattern.match(text, at: index, with: &matcher) {
            add(Candidate(kind: hit.kind, source: .inPlace, value: match.value, isOwn: hit.isOwn))
            index = max(match.range.upperBound, index + 1)
          } else {
            index += 1
          }
        }
      }
    }
  }
}
