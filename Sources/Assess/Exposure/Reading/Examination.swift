import Knowledge
import Matching
import Model
import Platform

/// One file, looked through: its text goes in, candidates come out, none with a value in it.
struct Examination {
  /// Something that has the form of a credential.
  struct Candidate {
    enum Source: Int, Comparable {
      case entropy, variable, anywhere, named, inPlace, key, whole, header
      static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }
    }
    var kind: Int
    var source: Source
    var value: Range<Int>
    /// Its place in `outline`, where it has a name.
    var slot: Int?
    var literal = 0
    var isOwn = false
    var isRooted = false
    var isEscaped = false
    var verdict = Checksum.Verdict.none
    var key: PrivateKey?
    /// A setting or a store, without a value.
    var isMark = false
  }

  let rules: Rules
  /// With `~` for the home.
  let path: String
  let hits: [Places.Hit]
  let syntax: Syntax
  private(set) var candidates: [Candidate] = []
  private(set) var outline = Outline()
  private(set) var rejected: [Rejection: Int] = [:]
  private var matcher: Pattern.Matcher

  /// - Parameters:
  ///   - text: of the whole file or the part that is read.
  init(rules: Rules, path: String, hits: [Places.Hit], text: Span<UInt8>, isBinary: Bool = false) {
    self.rules = rules
    self.path = path
    self.hits = hits
    syntax = Syntax(path: path, text: text)
    matcher = Pattern.Matcher(budget: .init(steps: 2_000_000 + 64 * text.count))
    findStores(text)
    if isBinary { return }
    findPrivateKeys(text)
    findAnywhere(text)
    findInPlace(text)
    readOutline(text)
    findNamed(text)
    nameTheRest()
    findSeedPhrases(text)
  }

  var stepsLeft: Int { matcher.budget.steps }

  func isOwn(_ kind: Int) -> Bool { hits.contains { $0.kind == kind && $0.isOwn } }
  func isHere(_ kind: Int) -> Bool { hits.contains { $0.kind == kind } }

  private mutating func add(_ candidate: Candidate) {
    guard candidates.count < 5_000 else { return }
    candidates.append(candidate)
  }

  mutating func reject(_ reason: Rejection) { rejected[reason, default: 0] += 1 }

  // MARK: what the file itself is

  private mutating func findStores(_ text: Span<UInt8>) {
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
  private mutating func findExpression(_ text: Span<UInt8>, _ kind: Int) {
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

  // MARK: private keys

  private static let begin = LiteralIndex([Array("-----BEGIN ".utf8)])

  private mutating func findPrivateKeys(_ text: Span<UInt8>) {
    var starts: [Int] = []
    Self.begin.scan(text) { _, end in if starts.count < 200 { starts.append(end - 11) } }
    if let putty = puttyKey(text) { add(putty) }
    for (number, start) in starts.enumerated() {
      let next = number + 1 < starts.count ? starts[number + 1] : text.count
      let label = Outline.text(text, start..<min(start + 70, text.count))
      guard label.contains("PRIVATE KEY") else { continue }
      guard let key = PrivateKey(text, start..<min(next, start + 65_536)) else {
        reject(.shape)
        continue
      }
      let kind: String
      switch key.format {
      case .openSSH: kind = key.isHardware ? "ssh_fido_key" : "ssh_private_key_openssh"
      case .pem:
        kind =
          isHit("tls_server_key")
          ? "tls_server_key"
          : isHit("oci_api_key")
            ? "oci_api_key" : isHit("openclaw_state_secrets") ? "openclaw_state_secrets" : "ssh_private_key_pem"
      case .pkcs8:
        kind =
          ["tls_server_key", "oci_api_key", "openclaw_state_secrets", "k8s_admin_file"].first { isHit($0) }
          ?? "pkcs8_private_key"
      case .pgp: kind = "gpg_secret_key"
      case .cosign: kind = "signing_key_cosign_minisign"
      case .nebula: kind = "zerotier_netbird_identity"
      case .putty, .argo: kind = "putty_ppk"
      }
      guard let place = rules.kind(kind) else { continue }
      var candidate = Candidate(kind: place, source: .header, value: start..<min(next, text.count), isOwn: isOwn(place))
      candidate.isRooted = hits.contains { $0.isRooted && rules.kinds.kinds[$0.kind].family == .sshAndGPG }
      candidate.value = start..<Self.blockEnd(text, start, min(next, start + 65_536))
      candidate.key = key
      add(candidate)
    }
  }

  private func isHit(_ name: String) -> Bool { rules.kind(name).map { isOwn($0) } ?? false }

  private static func blockEnd(_ text: Span<UInt8>, _ start: Int, _ limit: Int) -> Int {
    var index = start + 16
    let end = min(limit, text.count)
    while index + 8 < end {
      if text[index] == UInt8(ascii: "-"), text[index + 1] == UInt8(ascii: "-"), text[index + 5] == UInt8(ascii: "E"),
        text[index + 6] == UInt8(ascii: "N"), text[index + 7] == UInt8(ascii: "D")
      {
        return index
      }
      index += 1
    }
    return end
  }

  private func puttyKey(_ text: Span<UInt8>) -> Candidate? {
    let head = Array("PuTTY-User-Key-File-".utf8)
    guard text.count > 60, head.indices.allSatisfy({ text[$0] == head[$0] }), let kind = rules.kind("putty_ppk") else {
      return nil
    }
    var key = PrivateKey(format: .putty)
    TextLine.each(text, 0..<min(text.count, 4096)) { line in
      let content = Outline.text(text, line)
      if content.hasPrefix("Encryption: "), content != "Encryption: none" { key.protection = .strong("PuTTY") }
      if content.hasPrefix("Encryption: ") {
        key.facts.append(Jewel.Fact("encryption", VisibleText.terminal(String(content.dropFirst(12)))))
      }
      return true
    }
    var candidate = Candidate(kind: kind, source: .header, value: 0..<text.count, isOwn: isOwn(kind))
    candidate.key = key
    return candidate
  }

  // MARK: forms that tell their kind

  private mutating func findAnywhere(_ text: Span<UInt8>) {
    for match in Self.anywhere(rules, text, &matcher) {
      add(
        Candidate(
          kind: rules.anywhere[match.rule].kind, source: .anywhere, value: match.value,
          literal: rules.anywhere[match.rule].literal, isOwn: isOwn(rules.anywhere[match.rule].kind)))
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
      guard mask != 0, !previous || !isWord, found.count < 5_000 else { continue }
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

  private mutating func findInPlace(_ text: Span<UInt8>) {
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

  // MARK: names and values

  /// What was found by its form may stand under a name all the same.
  private mutating func nameTheRest() {
    let order = outline.slots.indices.sorted { outline.slots[$0].value.lowerBound < outline.slots[$1].value.lowerBound }
    for index in candidates.indices
    where candidates[index].slot == nil && !candidates[index].isMark && candidates[index].key == nil {
      let value = candidates[index].value
      var low = 0
      var high = order.count
      while low < high {
        let middle = (low + high) / 2
        if outline.slots[order[middle]].value.lowerBound <= value.lowerBound { low = middle + 1 } else { high = middle }
      }
      // The innermost begins last.
      for place in order[max(0, low - 4)..<low].reversed()
      where outline.slots[place].value.upperBound >= value.upperBound {
        candidates[index].slot = place
        break
      }
    }
  }

  private mutating func readOutline(_ text: Span<UInt8>) {
    let all = 0..<text.count
    switch syntax {
    case .json:
      outline.readJSON(text, all)
    case .yaml: outline.readYAML(text, all)
    case .xml: outline.readXML(text, all)
    case .ini: outline.readLines(text, all, isLoose: false)
    case .loose: outline.readLines(text, all, isLoose: true)
    }
    outline.splitConnections(text)
  }

  private mutating func findNamed(_ text: Span<UInt8>) {
    let keyKinds = hits.filter { rules.keys[$0.kind] != nil }
    let generic = rules.kind("dotenv_family")
    let isVariables = generic.map { isHere($0) } ?? false
    let slots = outline.slots
    for (number, slot) in slots.enumerated() {
      let value = slot.value
      guard value.count >= 3, value.count <= 20_000 else { continue }
      let names = outline.path(of: slot.name)
      for hit in keyKinds {
        for key in rules.keys[hit.kind] ?? [] where Self.matches(key.path[...], names[...]) {
          if let condition = key.condition {
            guard let other = outline.sibling(condition.key, of: slot),
              Glob.matches(condition.value, Outline.text(text, other.value))
            else { continue }
          }
          guard
            key.isMark || !key.isOpen || Self.isOpenKind(rules.kinds.kinds[hit.kind].name)
              || Secret.isCredentialName(names.last ?? "")
          else { continue }
          var candidate = Candidate(
            kind: hit.kind, source: .key, value: value, slot: number, isOwn: hit.isOwn, isEscaped: slot.isEscaped)
          candidate.isMark = key.isMark
          add(candidate)
          break
        }
      }
      findByWords(text, slot, number, names)
      guard let last = names.last(where: { $0 != "[]" }) else { continue }
      for kind in rules.variables[last] ?? [] {
        for rule in rules.named where rule.kind == kind {
          if let match = rule.pattern.match(text, at: value.lowerBound, with: &matcher), match.range == value {
            add(Candidate(kind: kind, source: .named, value: match.value, slot: number, literal: 3, isOwn: isOwn(kind)))
          }
        }
        if rules.kinds.kinds[kind].shapes.contains(where: {
          if case .variable(let names) = $0 { names.contains(last) } else { false }
        }) {
          add(Candidate(kind: kind, source: .named, value: value, slot: number, literal: 4, isOwn: true))
        }
      }
      if isVariables, let generic, value.count >= 8, value.count <= 500, Secret.isCredentialName(last),
        !Self.isSetting(text, value)
      {
        add(Candidate(kind: generic, source: .variable, value: value, slot: number, isOwn: true))
      }
    }
  }

  /// Kinds whose open key paths hold nothing but credentials.
  private static func isOpenKind(_ name: String) -> Bool {
    ["k8s_secret_manifest", "composer_auth", "nuget_key", "pulumi_token", "vault_approle_unseal", "ethereum_keystore"]
      .contains(name)
  }

  private mutating func findByWords(_ text: Span<UInt8>, _ slot: Outline.Slot, _ number: Int, _ names: [String]) {
    guard slot.value.count >= 4 else { return }
    let label = Array(names.joined(separator: ".").lowercased().utf8)
    var wanted: [Int: Bool] = [:]
    Self.words(rules, label.span, 0..<label.count, into: &wanted)
    // The words before a value on its line.
    if let context = slot.context { Self.words(rules, text, context.suffix(120), into: &wanted) }
    // In a kind's own file, any name that promises a credential is one of its names.
    let own = hits.filter { $0.isOwn && $0.isRooted }
    if !own.isEmpty, Secret.isCredentialName(names.last { $0 != "[]" } ?? "") {
      for hit in own {
        for (rule, named) in rules.named.enumerated() where named.kind == hit.kind && wanted[rule] == nil {
          wanted[rule] = false
        }
      }
    }
    for (rule, isStrong) in wanted.sorted(by: { $0.key < $1.key }) {
      let named = rules.named[rule]
      let kind = rules.kinds.kinds[named.kind]
      guard kind.name != "dotenv_family", kind.name != "high_entropy_assignment", kind.name != "bip39_seed_phrase"
      else { continue }
      guard isStrong || isOwn(named.kind) || pathSpeaks(for: named) else { continue }
      guard let match = named.pattern.match(text, at: slot.value.lowerBound, with: &matcher),
        match.range == slot.value
      else { continue }
      if ["smtp_credentials", "backup_tool_password", "terraform_vars"].contains(kind.name) {
        guard Secret.isCredentialName(names.last ?? ""), !Self.isSetting(text, slot.value) else { continue }
      }
      add(
        Candidate(
          kind: named.kind, source: .named, value: match.value, slot: number, literal: isStrong ? 2 : 0,
          isOwn: isOwn(named.kind)))
    }
  }

  /// Rules of which a word stands in a text, and whether it is a strong one.
  private static func words(_ rules: Rules, _ text: Span<UInt8>, _ range: Range<Int>, into wanted: inout [Int: Bool]) {
    var found: [(word: Int, end: Int)] = []
    rules.words.scan(text, range, ignoringCase: true) { word, end in if found.count < 200 { found.append((word, end)) }
    }
    for (word, end) in found {
      let owner = rules.wordOwners[word]
      // Two or three letters must be a word of their own.
      if owner.length <= 4 {
        let start = end - owner.length
        if start > range.lowerBound, (0x61...0x7A).contains(Rejection.small(text[start - 1])) { continue }
        if end < range.upperBound, (0x61...0x7A).contains(Rejection.small(text[end])) { continue }
      }
      wanted[owner.rule] = (wanted[owner.rule] ?? false) || owner.isStrong
    }
  }

  private func pathSpeaks(for named: Rules.Named) -> Bool {
    let lower = path.lowercased()
    return named.strong.contains { $0.utf8.count > 3 && lower.contains($0) }
  }

  /// A path, an address without a password, a switch, a sentence: no credential whatever its name.
  static func isSetting(_ text: Span<UInt8>, _ value: Range<Int>) -> Bool {
    guard let first = value.first else { return true }
    if value.contains(where: { text[$0] == 0x20 || text[$0] == 0x0A }) { return true }
    let head = Outline.text(text, value.lowerBound..<min(value.upperBound, value.lowerBound + 12)).lowercased()
    if head.hasPrefix("http://") || head.hasPrefix("https://") || head.hasPrefix("-----begin") || head.hasPrefix("ssh-")
      || head.hasPrefix("arn:")
    {
      return true
    }
    if text[first] == UInt8(ascii: "/") || text[first] == UInt8(ascii: "~") || text[first] == UInt8(ascii: ".") {
      return !value.contains { text[$0] == UInt8(ascii: "+") || text[$0] == UInt8(ascii: "=") }
    }
    if text[first] == UInt8(ascii: "{") || text[first] == UInt8(ascii: "[") { return true }
    // Addresses of databases have kinds of their own.
    var index = value.lowerBound
    while index + 2 < value.upperBound {
      if text[index] == UInt8(ascii: ":"), text[index + 1] == UInt8(ascii: "/"), text[index + 2] == UInt8(ascii: "/") {
        return true
      }
      index += 1
    }
    return false
  }

  /// Whether names lead where a key path says.
  static func matches(_ wanted: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
    guard let first = wanted.first else { return names.isEmpty }
    if first == "**" {
      if wanted.count == 1 { return true }
      var rest = names
      while true {
        if matches(wanted.dropFirst(), rest) { return true }
        guard !rest.isEmpty else { return false }
        rest = rest.dropFirst()
      }
    }
    guard let name = names.first, first == "*" || first == name || first.contains("*") && Glob.matches(first, name)
    else {
      return false
    }
    return matches(wanted.dropFirst(), names.dropFirst())
  }

  // MARK: seed phrases

  /// 12, 15, 18, 21 or 24 words of 3 to 8 letters, none of which is in every sentence.
  private static func isPhrase(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var count = 0
    var start = range.lowerBound
    while start < range.upperBound {
      let end = (start..<range.upperBound).first { text[$0] == 0x20 } ?? range.upperBound
      guard (3...8).contains(end - start), !Rejection.isOne(of: noSeedWords, text, start..<end) else { return false }
      count += 1
      start = end + 1
    }
    return count >= 12 && count <= 24 && count.isMultiple(of: 3)
  }

  private static let noSeedWords = [
    "the", "and", "for", "are", "with", "from", "not", "your", "was", "were", "has", "have", "been", "into", "which",
    "should", "must", "may", "its", "our",
  ].map { Array($0.utf8) }
  private static let seedNames = LiteralIndex(
    ["mnemonic", "seed", "recovery", "phrase", "wallet"].map { Array($0.utf8) })

  /// Lines of nothing but 12, 15, 18, 21 or 24 short words, where a name before them, on their line or in the line above,
  /// speaks of a wallet.
  private mutating func findSeedPhrases(_ text: Span<UInt8>) {
    guard text.count <= 1 << 20, let kind = rules.kind("bip39_seed_phrase"), isHere(kind) || syntax != .loose else {
      return
    }
    var isNamed = false
    Self.seedNames.scan(text, ignoringCase: true) { _, _ in isNamed = true }
    guard isNamed || path.lowercased().contains("seed") || path.lowercased().contains("wallet") else { return }
    var found: [Range<Int>] = []
    var above = 0..<0
    TextLine.each(text, 0..<text.count) { line in
      let content = Outline.trimmed(text, line)
      guard !content.isEmpty else { return true }
      defer { above = line }
      // The longest tail of words.
      var start = content.upperBound
      while start > content.lowerBound, Outline.isQuote(text[start - 1]) || text[start - 1] == UInt8(ascii: ",") {
        start -= 1
      }
      let end = start
      while start > content.lowerBound, (0x61...0x7A).contains(text[start - 1]) || text[start - 1] == 0x20 {
        start -= 1
      }
      while start < end, text[start] == 0x20 { start += 1 }
      guard end - start <= 240, Self.isPhrase(text, start..<end) else { return true }
      let lower = path.lowercased()
      var speaks = lower.contains("seed") || lower.contains("wallet") || lower.contains("mnemonic")
      Self.seedNames.scan(text, line.lowerBound..<start, ignoringCase: true) { _, _ in speaks = true }
      Self.seedNames.scan(text, above, ignoringCase: true) { _, _ in speaks = true }
      if speaks, found.count < 50 { found.append(start..<end) }
      return true
    }
    for value in found { add(Candidate(kind: kind, source: .named, value: value, literal: 4, isOwn: isOwn(kind))) }
  }
}

extension PrivateKey {
  init(format: Format) { self.format = format }
}
