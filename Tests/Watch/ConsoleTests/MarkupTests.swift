import ConsoleSamples
import Model
import Testing

@testable import Console

@Suite struct MarkupTests {
  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("\"'&", "&quot;&#39;&amp;"),
    // One Character each, and still the end of an attribute or the start of a tag.
    ("\"\u{301} onfocus=x", "&quot;\u{301} onfocus=x"),
    ("<\u{301}b>\u{20DD}", "&lt;\u{301}b&gt;\u{20DD}"),
    ("a\u{202E}b", "a[U+202E]b"),
    ("a\nb\u{0}", "a[U+000A]b[U+0000]"),
    ("grüße 你好", "grüße 你好"),
  ])
  func `text is escaped scalar by scalar, also in an attribute`(text: String, html: String) {
    #expect(Markup(text).html == html)
    #expect(("<a title=\"\(text)\">" as Markup).html == "<a title=\"\(html)\">")
  }

  @Test(arguments: [
    ("\u{202E}", "U+202E"), ("\u{2066}", "U+2066"), ("\u{200B}", "U+200B"), ("\u{FEFF}", "U+FEFF"),
    ("\u{1B}", "U+001B"),
    ("\u{AD}", "U+00AD"), ("\u{2028}", "U+2028"), ("\u{E0041}", "U+E0041"), ("\u{3164}", "U+3164"),
    ("\u{A0}", "U+00A0"),
    ("\u{E000}", "U+E000"), ("\u{200D}", "U+200D"), ("\n", "U+000A"),
  ])
  func `what cannot be seen is spelled out in a frame`(text: String, name: String) {
    #expect(Markup.seen("a\(text)b").html == "a<span class=\"ctl\">\(name)</span>b")
  }

  @Test func `a pile of combining marks is cut down to two`() {
    let pile = "a" + String(repeating: "\u{301}", count: 50)
    #expect(Markup.seen(pile).html.hasPrefix("a\u{301}\u{301}<span class=\"ctl\">U+0301</span>"))
  }

  @Test func `a text that is too long for a page is cut and says so`() {
    let html = Markup.seen(String(repeating: "x", count: 1_000_000)).html
    #expect(html.utf8.count < 5000)
    #expect(html.contains("1000000 characters"))
  }

  @Test func `backticks become code and an odd one stays a backtick`() {
    #expect(Markup.prose("set `a<b` now").html == "set <code>a&lt;b</code> now")
    #expect(Markup.prose("a ` b").html == "a ` b")
  }

  @Test func `a tame name is plain, any other is shown as text from outside`() {
    #expect(Markup.name("codex@dev-ana").html == "codex@dev-ana")
    #expect(Markup.name(SampleOffice.scriptName).html.contains("class=\"mid raw\""))
    #expect(!Markup.name(SampleOffice.scriptName).html.contains("<script"))
    #expect(Markup.name("").html.contains("no name"))
    #expect(Markup.name("аdmin").html.contains("raw"), "a Cyrillic a is not tame")
  }

  @Test func `a long value keeps its tail and its whole in the title`() {
    let html = Markup.cut("0123456789abcdefghijklmnopqrstuvwxyz", raw: false).html
    #expect(html.contains("<span>stuvwxyz</span>"))
    #expect(html.contains("title=\"0123456789abcdefghijklmnopqrstuvwxyz\""))
    #expect(Markup.cut("short", raw: true).html == "<span class=\"raw\">short</span>")
  }

  @Test func `a template takes nothing that is not markup, and holds no style and no script of its own`() throws {
    _ = try Templates()
    let names = Embedded.names.filter { $0.hasSuffix(".mustache") }
    #expect(names.count >= 13)
    for name in names {
      let text = Templates.text(name)
      for piece in text.split(separator: "{{").dropFirst() where !piece.isEmpty {
        #expect("#^/{>".contains(piece.first ?? " "), "\(name): {{\(piece.prefix(20))")
      }
      #expect(!text.contains("style="), "\(name)")
      #expect(!text.contains("<script>"), "\(name)")
      for place in text.ranges(of: " on") {
        let rest = text[place.upperBound...].drop { $0.isLetter }
        #expect(!rest.hasPrefix("="), "\(name) holds an inline handler")
      }
    }
  }
}

@Suite struct CSVTests {
  @Test(arguments: [
    ("=1+1", "\"'=1+1\""), ("+49", "\"'+49\""), ("-5", "\"'-5\""), ("@SUM(A1)", "\"'@SUM(A1)\""),
    ("  =cmd|' /C calc'!A0", "\"  '=cmd|' /C calc'!A0\""), ("\t=1", "\"'\t'=1\""), ("\u{FF1D}1", "\"'\u{FF1D}1\""),
    ("a;=1", "\"a;'=1\""), ("a\n=1", "\"a\n'=1\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("a;\"=1", "\"a;\"\"'=1\""),
    ("plain, text", "\"plain, text\""), ("a=b", "\"a=b\""), ("", "\"\""),
  ])
  func `no cell becomes a formula`(cell: String, expected: String) {
    #expect(CSV.cell(cell) == expected)
  }

  @Test func `rows end as RFC 4180 asks`() {
    var csv = CSV(["a", "b"])
    csv.add(["1", "2,3"])
    #expect(csv.text == "\"a\",\"b\"\r\n\"1\",\"2,3\"\r\n")
  }
}

@Suite struct PageTests {
  @Test func `parts keep to their counts where labels allow`() {
    let widths = Sight.widths([(4, 27), (5, 23), (1, 12), (1, 12)])
    #expect(abs(widths.reduce(0, +) - 100) < 0.001)
    #expect(widths[2] == 12 && widths[3] == 12)
    #expect(widths[1] > widths[0])
    #expect(Sight.widths([(1, 27)]) == [100])
    #expect(Sight.widths([]) == [])
    #expect(abs(Sight.widths([(1, 27), (10_000, 23)])[0] - 27) < 0.001)
  }

  @Test(arguments: [
    (0.0, "0 s ago"), (59.9, "59 s ago"), (60, "1 min ago"), (3600, "1 h ago"), (86_400, "1 d ago"), (-50, "0 s ago"),
  ])
  func `times are said as a reader would`(seconds: Double, text: String) {
    let now = Timestamp(seconds: 1_795_000_000)
    #expect(Moment.ago(now.advanced(bySeconds: -seconds), now: now) == text)
  }

  @Test func `numbers and lists are said as a reader would`() {
    #expect(Words.grouped(1_204_091) == "1,204,091")
    #expect(Words.grouped(999) == "999")
    #expect(Words.count(1, "agent") == "1 agent")
    #expect(Words.list(["a", "b", "c"]) == "a, b and c")
  }
}
