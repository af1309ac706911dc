import Matching

/// Phrases that restore a wallet (BIP 39), by their form alone: the list of words is no part of this program, so neither
/// the words nor the checksum in their last bits are looked up, and a wallet must be spoken of beside them.
extension Examination {
  private static let speakers = LiteralIndex(
    ["mnemonic", "seed", "recovery", "phrase", "wallet", "ledger", "metamask", "bip39"].map { Array($0.utf8) })
  private static let lengths: Set = [12, 15, 18, 21, 24]
  /// Words that sentences have and phrases never: none of them is in the English list.
  private static let sentences = LiteralIndex(
    ["the", "and", "for", "with", "from", "are", "was", "were", "has", "its", "not", "but", "our", "into", "which"]
      .map { Array(" \($0) ".utf8) })

  /// One line, one word a line, numbered or with commas; where the file, its name or the text before speaks of a wallet.
  mutating func findPhrases(_ text: Span<UInt8>) {
    guard text.count <= 8 << 20, let kind = rules.kind("bip39_seed_phrase") else { return }
    var spoken: [Int] = []
    Self.speakers.scan(text, ignoringCase: true) { _, end in if spoken.count < 10_000 { spoken.append(end) } }
    let lower = path.lowercased()
    let isNamed = ["seed", "wallet", "mnemonic", "recovery"].contains { lower.contains($0) }
    guard isNamed || !spoken.isEmpty, text.count > 30 else { return }
    var run: [Range<Int>] = []
    var found: [Range<Int>] = []
    func close() {
      defer { run.removeAll(keepingCapacity: true) }
      guard Self.lengths.contains(run.count), found.count < 50, let start = run.first?.lowerBound,
        let end = run.last?.upperBound
      else { return }
      guard isNamed || spoken.contains(where: { $0 <= start + 16 && start - $0 < 400 }) else { return }
      if Self.isPhrase(text, run) { found.append(start..<end) }
    }
    var index = 0
    while index < text.count {
      guard (0x61...0x7A).contains(text[index]) else {
        if !Self.joins(text, index) { close() }
        index += 1
        continue
      }
      let start = index
      while index < text.count, (0x61...0x7A).contains(text[index]) { index += 1 }
      // `\nword` in a quoted text.
      let isEscape = start > 0 && text[start - 1] == UInt8(ascii: "\\")
      let first = isEscape && "nrt".utf8.contains(text[start]) ? start + 1 : start
      if let last = run.last, first - last.upperBound > 16 { close() }
      // Longer runs are prose, and cost no more memory than this.
      if (3...8).contains(index - first), run.count < 64 { run.append(first..<index) } else { close() }
    }
    close()
    for value in found {
      add(Candidate(kind: kind, source: .named, value: value, literal: 4, isOwn: isOwn(kind)))
    }
  }

  /// Whether words can be a phrase: the first four letters tell each word of the list from all others, and few come twice.
  private static func isPhrase(_ text: Span<UInt8>, _ words: [Range<Int>]) -> Bool {
    var distinct: [Range<Int>] = []
    for word in words {
      var isKnown = false
      for other in distinct where isSame(text, head(word), head(other)) {
        guard isSame(text, word, other) else { return false }
        isKnown = true
      }
      if !isKnown { distinct.append(word) }
    }
    guard distinct.count >= 5, let start = words.first?.lowerBound, let end = words.last?.upperBound else {
      return false
    }
    var isSentence = false
    sentences.scan(text.extracting(start..<end)) { _, _ in isSentence = true }
    return !isSentence
  }

  private static func isSame(_ text: Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { text[a.lowerBound + $0] == text[b.lowerBound + $0] }
  }

  private static func head(_ word: Range<Int>) -> Range<Int> {
    word.lowerBound..<min(word.upperBound, word.lowerBound + 4)
  }

  /// What may stand between two words of a phrase. A colon, point or bracket belongs to a number, a dash to a list.
  private static func joins(_ text: Span<UInt8>, _ index: Int) -> Bool {
    let before = index > 0 ? text[index - 1] : 0x0A
    switch text[index] {
    case 0x09, 0x0A, 0x0D, 0x20, 0x30...0x39, UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "\\"): return true
    case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ")"): return (0x30...0x39).contains(before)
    case UInt8(ascii: "-"): return before == 0x0A || before == 0x20
    default: return false
    }
  }
}
