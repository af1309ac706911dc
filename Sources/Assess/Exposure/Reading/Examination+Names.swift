import Knowledge
import Matching
import Model

extension Examination {
  /// What was found by its form may stand under a name all the same.
  mutating func nameTheRest() {
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

  mutating func readOutline(_ text: Span<UInt8>) {
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
    outline.pairNeighbours(text)
    outline.readValues(text)
    if syntax == .loose {
      var known = Set(outline.slots.map(\.value.lowerBound))
      outline.readPairs(text, all, known: &known)
      if path.hasSuffix(".tf") { outline.nameDefaults(text, all) }
    }
  }

  mutating func findNamed(_ text: Span<UInt8>) {
    let keyKinds = hits.filter { rules.keys[$0.kind] != nil }
    let isVariables = rules.kind("dotenv_family").map { isHere($0) } ?? false
    let slots = outline.slots
    for (number, slot) in slots.enumerated() {
      var value = slot.value
      // What follows the scheme of a header is the value.
      if let scheme = Self.scheme(text, value) { value = scheme }
      guard value.count >= 3, value.count <= 20_000 else { continue }
      let names = outline.path(of: slot.name)
      for hit in keyKinds {
        for key in rules.keys[hit.kind] ?? [] where Self.matches(key.path[...], names[...]) {
          // Of an argument only what follows its `=` is a value, and that has a name of its own.
          if names.last == "[]", rules.kinds.kinds[hit.kind].name == "mcp_config_inline_secret" { continue }
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
      findUnrecognised(text, slot, number, names, isVariables: isVariables)
    }
  }

  /// The rest of `Bearer …`, `Token …`, `base64:…`.
  static func scheme(_ text: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
    for word in schemes
    where value.count > word.count + 8
      && Rejection.isSame(text, value.lowerBound..<value.lowerBound + word.count, word)
    {
      return value.lowerBound + word.count..<value.upperBound
    }
    return nil
  }
  private static let schemes = ["Bearer ", "Token ", "base64:", "Bot "].map { Array($0.utf8) }

  /// Kinds whose open key paths hold nothing but credentials.
  private static func isOpenKind(_ name: String) -> Bool {
    ["k8s_secret_manifest", "composer_auth", "nuget_key", "pulumi_token", "vault_approle_unseal", "ethereum_keystore"]
      .contains(name)
  }

  mutating func findByWords(_ text: Span<UInt8>, _ slot: Outline.Slot, _ number: Int, _ names: [String]) {
    guard slot.value.count >= 4 else { return }
    let label = Array(names.joined(separator: ".").lowercased().utf8)
    var wanted: [Int: Bool] = [:]
    Self.words(rules, label.span, 0..<label.count, into: &wanted)
    // `ddApiKey`, `dd.api.key` and `dd-api-key` are `dd_api_key`.
    let spelled = Array(names.map { Naming.words(of: $0).joined(separator: "_") }.joined(separator: "_").utf8)
    if spelled != label { Self.words(rules, spelled.span, 0..<spelled.count, into: &wanted) }
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
  static func words(_ rules: Rules, _ text: Span<UInt8>, _ range: Range<Int>, into wanted: inout [Int: Bool]) {
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
}
