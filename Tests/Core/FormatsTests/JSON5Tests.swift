import Formats
import Testing

@Suite struct JSON5Tests {
  @Test(arguments: [
    ("null", Node.Content.null), ("true", .bool(true)), (" false ", .bool(false)),
    ("\"a\"", .string("a")), ("'it\\'s'", .string("it's")), ("\"it's\"", .string("it's")),
    ("'\\b\\f\\n\\r\\t\\v\\0\\\\\\/\\q'", .string("\u{8}\u{C}\n\r\t\u{B}\0\\/q")),
    ("'\\x41\\xff'", .string("Aÿ")), ("'\\u00e9\\u4E2D'", .string("é中")),
    ("'\\uD83D\\uDE00'", .string("😀")), ("'\\uD83Dx'", .string("\u{FFFD}x")), ("'\\uDE00'", .string("\u{FFFD}")),
    ("'\\uD83D\\u0041'", .string("\u{FFFD}A")), ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e'", .string("abcde")),
    ("'\\é\\😀'", .string("é😀")), ("'\u{2028}'", .string("\u{2028}")), ("'\t'", .string("\t")),
    ("0", .number(0, "0")), ("-12.5e+2", .number(-1250, "-12.5e+2")), (".5", .number(0.5, ".5")),
    ("5.", .number(5, "5.")), ("5.e3", .number(5000, "5.e3")), ("+1", .number(1, "+1")),
    ("0xDECAF", .number(0xDECAF, "0xDECAF")), ("-0XaF", .number(-175, "-0XaF")),
    ("Infinity", .number(.infinity, "Infinity")), ("-Infinity", .number(-.infinity, "-Infinity")),
    ("+Infinity", .number(.infinity, "+Infinity")), ("1e999", .number(.infinity, "1e999")),
    ("[]", .array([])), ("{}", .object([])), ("\u{FEFF}null", .null), ("\u{A0}\u{2003}\u{2029}null\u{B}\u{C}", .null),
    ("/* a */ null // b", .null), ("// a\u{2028}null", .null), ("/***/null/* * / **/", .null),
  ])
  func `every form of JSON5 1.0 is read`(text: String, expected: Node.Content) throws {
    #expect(try JSON5.parse(text).content == expected)
  }

  @Test func `not a number is read with either sign`() throws {
    for text in ["NaN", "+NaN", "-NaN"] { #expect(try JSON5.parse(text).number?.isNaN == true) }
  }

  @Test(arguments: [
    ("{a:1}", ["a"]), ("{$_b9:1,'c d':2,\"e\":3,}", ["$_b9", "c d", "e"]), ("{ünïcode:1,中文:2}", ["ünïcode", "中文"]),
    ("{\\u0061b:1}", ["ab"]), ("{true:1,null:2,Infinity:3}", ["true", "null", "Infinity"]),
    ("{a\u{200D}b:1}", ["a\u{200D}b"]), ("{a/**/:/**/1/**/,/**/b:2}", ["a", "b"]),
  ])
  func `names may go without quotes`(text: String, names: [String]) throws {
    #expect(try JSON5.parse(text).members?.map(\.name) == names)
  }

  @Test func `the last of two members with one name wins, and both are kept`() throws {
    let node = try JSON5.parse("{a:1,b:2,a:3}")
    #expect(node.members?.count == 3)
    #expect(node["a"]?.number == 3)
  }

  @Test func `values know where they stand, whatever ends the lines`() throws {
    let text = "// é\n{\r\n  'ключ': [1,\r    2], // x\n\tb: \"é\", c: true }"
    let node = try JSON5.parse(text)
    #expect(node.start == Position(line: 2, column: 1, offset: 6))
    let list = try #require(node.members?[0])
    #expect(list.namePosition.line == 3 && list.namePosition.column == 3)
    #expect(list.node.start.line == 3 && list.node.start.column == 11)
    let second = try #require(list.node.array?[1])
    #expect(second.start.line == 4 && second.start.column == 5)
    let c = try #require(node.members?[2])
    #expect(c.namePosition.line == 5 && c.namePosition.column == 10)
    #expect(c.node.start.column == 13 && c.node.end.column == 17)
    let bytes = Array(text.utf8)
    #expect(String(decoding: bytes[c.node.start.offset..<c.node.end.offset], as: UTF8.self) == "true")
  }

  @Test func `a byte order mark takes no column`() throws {
    #expect(try JSON5.parse("\u{FEFF}{a:1}").members?[0].namePosition.column == 2)
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value, found the end of the file"),
    ("{", 1, 2, "expected a name or `}`, found the end of the file"),
    ("{a}", 1, 3, "expected `:` after the name, found `}`"), ("{a:}", 1, 4, "expected a value, found `}`"),
    ("{a:1 b:2}", 1, 6, "expected `,` or `}`, found `b`"), ("[1 2]", 1, 4, "expected `,` or `]`, found `2`"),
    ("[,]", 1, 2, "expected a value, found `,`"), ("{,}", 1, 2, "expected a name or `}`, found `,`"),
    ("[1,,2]", 1, 4, "expected a value, found `,`"),
    ("\n\n  'abc\n'", 3, 7, "expected `'` to end the text, found the end of the line"),
    ("[\"abc", 1, 2, "expected `\"` to end the text, found the end of the file"),
    ("/* x", 1, 1, "expected `*/` to end the comment, found the end of the file"),
    ("/x", 1, 1, "expected a comment, a value or a name, found `/`"),
    ("1 x", 1, 3, "expected the end of the file, found `x`"), ("truely", 1, 1, "expected a value, found `t`"),
    ("01", 1, 1, "expected a number without leading zeros, found `0`"),
    (".", 1, 2, "expected a digit, found the end of the file"),
    ("+", 1, 2, "expected a digit, found the end of the file"),
    ("1e", 1, 3, "expected a digit of the exponent, found the end of the file"),
    ("0x", 1, 3, "expected a hexadecimal digit, found the end of the file"),
    ("3in", 1, 2, "expected the end of the number, found `i`"),
    ("'\\x4'", 1, 5, "expected 2 hexadecimal digits, found `'`"),
    ("'\\u12'", 1, 6, "expected 4 hexadecimal digits, found `'`"),
    ("'\\1'", 1, 2, "expected an escape that JSON5 knows, found `\\1`"),
    ("'\\01'", 1, 2, "expected no digit after `\\0`, found `1`"),
    ("'\\", 1, 3, "expected a character after `\\`, found the end of the file"),
    ("{a\\x:1}", 1, 4, "expected `u` and four hexadecimal digits, found `x`"),
    ("{\\u0020:1}", 1, 2, "expected a character that a name may have, found U+0020"),
    ("{\\uD83D:1}", 1, 2, "expected a character that a name may have, found U+FFFD"),
    ("\u{202E}", 1, 1, "expected a value, found U+202E"), ("\u{1B}", 1, 1, "expected a value, found U+001B"),
    ("{9a:1}", 1, 2, "expected a name or `}`, found `9`"), ("+true", 1, 2, "expected a digit, found `t`"),
  ])
  func `an error names line, column and what was expected`(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: JSON5.Error.self) { try JSON5.parse(text) }
    #expect(error?.line == line && error?.column == column)
    #expect(error?.message == message)
  }

  @Test(
    arguments: [
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC3], 1), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
      ([0x0A, 0x22, 0xF4, 0x90, 0x80, 0x80], 2), ([0x22, 0xE2, 0x82], 1), ([0x22, 0xF0, 0x80, 0x80, 0x80, 0x22], 1),
      ([0x22, 0xC3, 0xA9, 0xE2, 0x28, 0xA1, 0x22], 3),
    ] as [([UInt8], Int)])
  func `bytes that are no UTF-8 are an error with their place`(bytes: [UInt8], offset: Int) {
    let error = #expect(throws: JSON5.Error.self) { try JSON5.parse(bytes) }
    #expect(error?.reason == .notUTF8)
    #expect(error?.position.offset == offset)
  }

  @Test func `ten thousand nested arrays are refused at the limit, not on the stack`() {
    for (open, close) in [("[", "]"), ("{a:", "}")] {
      let text = String(repeating: open, count: 10_000) + "1" + String(repeating: close, count: 10_000)
      #expect(throws: JSON5.Error.self) { try JSON5.parse(text) }
    }
    let allowed = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(throws: Never.self) { try JSON5.parse(allowed) }
    let error = #expect(throws: JSON5.Error.self) { try JSON5.parse("[" + allowed + "]") }
    #expect(error?.reason == .tooDeep(128))
    #expect(error?.column == 129)
  }

  @Test func `bytes and values are counted against their limits`() {
    let long = #expect(throws: JSON5.Error.self) { try JSON5.parse("[1,2,3]", limits: .init(bytes: 6)) }
    #expect(long?.reason == .tooLarge(6))
    let many = #expect(throws: JSON5.Error.self) { try JSON5.parse("[1,2,3]", limits: .init(nodes: 3)) }
    #expect(many?.reason == .tooMany(3))
    #expect(many?.column == 6)
    #expect(throws: JSON5.Error.self) { try JSON5.parse(String(repeating: "9", count: 1025)) }
  }

  @Test func `the excerpt puts a caret below the place and cuts long lines`() {
    func excerpt(_ text: String, width: Int = 76) -> String? {
      do {
        _ = try JSON5.parse(text)
        return nil
      } catch { return error.excerpt(of: Array(text.utf8), width: width) }
    }
    #expect(excerpt("{\n  é: oops,\n}") == "  é: oops,\n     ^")
    #expect(excerpt("{a:1") == "{a:1\n    ^")
    #expect(excerpt("[" + String(repeating: "1,", count: 500) + "?,2]", width: 20) == "…,1,1,1,1,?,2]\n          ^")
    let before = excerpt("[? " + String(repeating: "x", count: 500), width: 20)
    #expect(before == "[? xxxxxxxxxxxxxxxx…\n ^")
    #expect(excerpt("['\u{1B}[31m\u{202E}' ?]") == "['\u{FFFD}[31m\u{FFFD}' ?]\n          ^")
  }

  @Test(arguments: [
    ("{ bind: 'lan' 'auth': {} }", "{ bind: 'lan' 'auth': {} }"),
    ("{ token: 'changeme' 'auth': {} }", "{ token: '••••••••' 'auth': {} }"),
    ("{ name: 'Uma 12' 'x' }", "{ name: '••••••' 'x' }"),
    ("{ a: 0123456789abcdef ]", "{ a: •••••••••••••••• ]"),
    ("{ \"apiKey\": 12 ]", "{ \"apiKey\": •• ]"),
    ("{ a: 'never ends", "{ a: '••••••••••"),
    ("{ a: 'it\\'s 1' ]", "{ a: '•••••••' ]"),
  ])
  func `an excerpt can hide what may be a secret, and its caret stays in place`(line: String, hidden: String) {
    let bytes = Array(line.utf8)
    do {
      _ = try JSON5.parse(bytes)
      Issue.record("\(line) is broken")
    } catch {
      let shown = error.excerpt(of: bytes, hidesValues: true).split(separator: "\n")
      #expect(shown.first.map(String.init) == hidden)
      #expect(shown.last == error.excerpt(of: bytes).split(separator: "\n").last)
    }
  }

  @Test func `an excerpt is safe for a place in any other text`() {
    let error = #expect(throws: JSON5.Error.self) { try JSON5.parse("[\"é\", ?]") }
    for bytes in [[], [0xA9], Array("é".utf8), Array(repeating: 0xA9, count: 900)] as [[UInt8]] {
      #expect(error?.excerpt(of: bytes).hasSuffix("^") == true)
    }
  }

  static let everything = """
    \u{FEFF}// agents
    { gateway: { bind: 'lan', port: 0x4965, auth: { token: "${TOKEN}", }, }, /* list */ list: [1, -.5, +2.e3, NaN,],
      "ключ": 'a\\\nb\\u00e9\\x41\\uD83D\\uDE00', $include: ["./a.json5",], ok: true, no: null, ünï\\u0063ode: -Infinity }

    """

  @Test func `every truncation is an error or a value, never a trap`() throws {
    let bytes = Array(Self.everything.utf8)
    _ = try JSON5.parse(bytes)
    for length in 0..<bytes.count {
      do {
        _ = try JSON5.parse(Array(bytes[..<length]))
        // Only the line end behind the value may be missing.
        #expect(length >= bytes.count - 2)
      } catch {
        #expect(error.position.offset <= length)
        _ = error.excerpt(of: bytes)
      }
    }
  }

  @Test func `mutated bytes never trap, and positions stay inside the file`() {
    var random = SplitMix(state: 7)
    let original = Array(Self.everything.utf8)
    let interesting: [UInt8] = Array("{}[]\"'\\/*:,+-.0xuEN\n\r".utf8) + [0, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
    for _ in 0..<4000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = interesting.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: index)
        default: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: index)
        }
      }
      do {
        let node = try JSON5.parse(bytes)
        #expect(node.end.offset <= bytes.count)
      } catch {
        #expect(error.position.offset <= bytes.count)
        #expect(error.line >= 1 && error.column >= 1)
      }
    }
  }
}

/// A small generator with a fixed seed, so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
