import Matching
import Testing

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("plain — é 中 😀", "plain — é 中 😀"), ("\u{1B}[31mred\u{7}", "<U+001B>[31mred<U+0007>"),
    ("a\u{202E}b\u{2069}", "a<U+202E>b<U+2069>"), ("zero\u{200B}width\u{FEFF}", "zero<U+200B>width<U+FEFF>"),
    ("line\nend\r\t", "line<U+000A>end<U+000D><U+0009>"), ("\u{9B}31m", "<U+009B>31m"), ("\u{E0041}", "<U+E0041>"),
    ("\u{3164}\u{E000}\u{FFFF}\u{2028}\u{AD}", "<U+3164><U+E000><U+FFFF><U+2028><U+00AD>"), ("❤️", "❤️"), ("", ""),
    ("\u{FE01}\u{E0100}", "<U+FE01><U+E0100>"), ("<script>", "<script>"), ("\u{FFFD}", "\u{FFFD}"),
  ])
  func `a terminal shows what it would otherwise obey or hide`(text: String, shown: String) {
    #expect(VisibleText.terminal(text) == shown)
  }

  @Test func `pieces keep text and controls apart, for a frame around the controls`() {
    #expect(
      VisibleText.pieces("a\u{202E}\u{0}b") == [.plain("a"), .control("U+202E"), .control("U+0000"), .plain("b")])
    #expect(VisibleText.pieces("a\n\tb\r", keepingLines: true) == [.plain("a\n\tb"), .control("U+000D")])
    #expect(VisibleText.pieces("") == [])
  }

  @Test func `a heap of combining marks is cut off after a few`() {
    let pieces = VisibleText.pieces("e" + String(repeating: "\u{301}", count: 50))
    #expect(pieces.count == 49)
    #expect(pieces.last == .control("U+0301"))
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "ab…ef"), ("abcdef", 4, "ab…f"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("abcdef", 7, "abcdef"), ("", 3, ""), ("ééé😀😀😀", 5, "éé…😀😀"),
  ])
  func `the middle is cut, never the end`(text: String, count: Int, cut: String) {
    #expect(VisibleText.cutMiddle(text, to: count) == cut)
  }
}
