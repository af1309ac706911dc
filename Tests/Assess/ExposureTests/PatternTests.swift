import Knowledge
import Testing

@testable import Exposure

struct PatternTests {
  private func match(_ pattern: String, _ text: String, at start: Int = 0) throws -> String? {
    let pattern = try Pattern(pattern)
    var matcher = Pattern.Matcher(budget: .init(steps: 1_000_000))
    let bytes = Array(text.utf8)
    return pattern.match(bytes.span, at: start, with: &matcher).map { String(decoding: bytes[$0.value], as: UTF8.self) }
  }

  @Test("every pattern of the table can be read, and few have no anchor")
  func table() {
    #expect(Rules.embedded.faults == [])
    #expect(Rules.embedded.anywhere.count > 150)
    #expect(Rules.embedded.unanchored.count <= 12)
  }

  @Test(
    "a pattern matches what it says",
    arguments: [
      ("a[0-9]{2,4}b", "a123b", "a123b"), ("a[0-9]{2,4}b", "a1b", nil), ("(?:ab|cd)+", "ababcd", "ababcd"),
      ("x(?:y|z)?w", "xw", "xw"), ("k=([a-z]+);", "k=value;", "value"), ("[^a-c]+", "xyzab", nil),
      ("(?i:Key)", "kEY", "kEY"), ("a.c", "abc", "abc"), ("a.c", "a\nc", nil), ("\\S+@\\S+", "me@host", "me@host"),
      ("[]x]+", "x]x", "x]x"), ("[a\\]-]+", "a]-", "a]-"), ("a$", "a\nb", "a"), ("^a", "a", "a"),
      ("[A-Z]{3}[A-Z0-9]{2,}X", "ABCDEX", "ABCDEX"), ("a{0,2}b", "aab", "aab"), ("(?:a|ab)c", "abc", "abc"),
    ] as [(String, String, String?)])
  func semantics(pattern: String, text: String, expected: String?) throws {
    #expect(try match(pattern, text) == expected)
  }

  @Test("a value inside a longer word is none, one after an escaped line end is one")
  func boundary() throws {
    #expect(try match("tok_[a-z]{4}", "xtok_abcd", at: 1) == nil)
    #expect(try match("tok_[a-z]{4}", "tok_abcde") == nil)
    #expect(try match("tok_[a-z]{4}", "-tok_abcd", at: 1) == nil)
    #expect(try match("tok_[a-z]{4}", "=tok_abcd=", at: 1) == "tok_abcd")
    #expect(try match("tok_[a-z]{4}", "\\ntok_abcd\"", at: 2) == "tok_abcd")
  }

  @Test("no text makes a pattern take more than its bound of steps")
  func bound() throws {
    let pattern = try Pattern("(?:[a-z]+[a-z]*)+=[0-9]{4}")
    var matcher = Pattern.Matcher(budget: .init(steps: 1_000_000))
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 60_000)
    #expect(pattern.match(text.span, at: 0, with: &matcher) == nil)
    #expect(matcher.budget.steps > 1_000_000 - 2 * Pattern.Budget.each)
  }

  @Test(
    "a pattern that cannot be read says where", arguments: ["a(b", "[a-", "a{2", "(?=a)", "\\q", "*a", "[z-a]", "a)"])
  func faults(text: String) {
    #expect(throws: Pattern.Fault.self) { try Pattern(text) }
  }

  @Test(
    "the anchor is the text by which the pattern is found",
    arguments: [
      ("ghp_[A-Za-z0-9]{36}", ["ghp_"], 0...0), ("do[opr]_v1_[a-f0-9]{64}", ["doo_v1_", "dop_v1_", "dor_v1_"], 0...0),
      ("[A-Za-z0-9]{14}\\.atlasv1\\.x", [".atlasv1.x"], 14...14), ("[0-9]{8,10}:AA[a-z]", [":AA"], 8...10),
      ("https?://x", ["http://x", "https://x"], 0...0),
    ] as [(String, [String], ClosedRange<Int>)])
  func anchors(pattern: String, texts: [String], before: ClosedRange<Int>) throws {
    guard case .literals(let found, let place) = try Pattern(pattern).anchor else {
      Issue.record("no literal")
      return
    }
    let names = found.map { String(decoding: $0, as: UTF8.self) }
    #expect(place == before)
    // What follows an anchor may belong to it as far as it is fixed.
    #expect(
      names.count >= texts.count
        && texts.allSatisfy { text in names.contains { $0.hasPrefix(text) || text.hasPrefix($0) } })
  }

  @Test("all texts are found in one pass, those inside others too")
  func index() {
    let index = LiteralIndex(["he", "she", "his", "hers", "e"].map { Array($0.utf8) })
    var found: [Int] = []
    index.scan(Array("ushers".utf8).span) { number, _ in found.append(number) }
    #expect(found.sorted() == [0, 1, 3, 4])
  }

  @Test(
    "for every self-identifying kind, a value of its pattern is found, and one with a wrong character before it is not")
  func positives() {
    var draw = Draw(42)
    let rules = Rules.embedded
    var missed: [String] = []
    for rule in rules.anywhere {
      for _ in 0..<5 {
        let value = draw.matching(rule.pattern.root)
        let text = Array("x = \"".utf8) + value + Array("\"\n".utf8)
        var matcher = Pattern.Matcher(budget: .init(steps: 1_000_000))
        let found = Examination.anywhere(rules, text.span, &matcher)
        if !found.contains(where: { rules.anywhere[$0.rule].kind == rule.kind }) {
          missed.append("\(rules.kinds.kinds[rule.kind].name): \(String(decoding: value.prefix(12), as: UTF8.self))")
        }
        guard let first = value.first, ByteSet.boundary.contains(first) else { continue }
        let longer = Array("x = \"Z".utf8) + value + Array("\"\n".utf8)
        let near = Examination.anywhere(rules, longer.span, &matcher).filter {
          $0.value.lowerBound <= 6 && $0.value.upperBound >= longer.count - 2
        }
        if near.contains(where: {
          rules.anywhere[$0.rule].pattern.program.instructions.count == rule.pattern.program.instructions.count
            && rules.anywhere[$0.rule].kind == rule.kind && $0.value.lowerBound == 6
        }) {
          missed.append("inside a word: \(rules.kinds.kinds[rule.kind].name)")
        }
      }
    }
    #expect(missed == [])
  }
}
