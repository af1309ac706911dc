import Formats
import Testing

@testable import YAML

@Suite struct YAMLTests {
  static let sample = """
    # made up, in the form of an agent's configuration
    %s: "kept"
    model:
      default: some/model
      timeout: 30
    list: [1, 0x1f, 2.5,
      'lit', ]
    servers:
    - name: docs
      command: npx
    - &other
      name: "caf\\u00e9"
      env: {TOKEN: abc, "on": yes}
    again: *other
    folded: >-
      one
      two
    block: |
      a
       b
    ~: nothing
    12: twelve
    ? plain
    : value
    empty:
    é: ü # comment

    """.replacing("%s", with: "first")

  @Test func `every form is read, with its place`() throws {
    let root = try YAML.parse(Self.sample, as: .pyYAML)
    #expect(root["first"]?.string == "kept" && root["first"]?.start == Position(line: 2, column: 8, offset: 58))
    #expect(root["model"]?["default"]?.string == "some/model" && root["model"]?["default"]?.start.line == 4)
    #expect(root["model"]?["timeout"]?.number == 30 && root["model"]?["timeout"]?.start.column == 12)
    #expect(root["model"]?.start.line == 4 && root["model"]?.end.line == 5)
    #expect(root["list"]?.array?.compactMap(\.number) == [1, 31, 2.5] && root["list"]?.array?.last?.string == "lit")
    #expect(root["list"]?.end.line == 7)
    #expect(root["servers"]?.array?.first?["command"]?.string == "npx")
    #expect(root["servers"]?.array?.last?["name"]?.string == "café")
    #expect(root["servers"]?.array?.last?["env"]?["on"]?.bool == true)
    #expect(root["again"] == root["servers"]?.array?.last)
    #expect(root["folded"]?.string == "one two" && root["block"]?.string == "a\n b\n")
    #expect(root["~"]?.string == "nothing" && root["12"]?.string == "twelve" && root["plain"]?.string == "value")
    #expect(root["empty"]?.content == .null && root["é"]?.string == "ü")
    let last = try #require(root.members?.last)
    #expect(last.namePosition.column == 1 && last.node.start.column == 4)
    #expect(last.node.start.offset == last.namePosition.offset + 4)
  }

  /// What each dialect makes of a scalar without quotes, as PyYAML 6.0 and serde_yaml 0.9 do.
  static let scalars: [(text: String, first: Node.Content, core: Node.Content)] = {
    func text(_ value: String) -> Node.Content { .string(value) }
    func both(_ value: String, _ number: Double) -> (String, Node.Content, Node.Content) {
      (value, .number(number, value), .number(number, value))
    }
    func apart(_ value: String, _ first: Double?, _ core: Double?) -> (String, Node.Content, Node.Content) {
      (value, first.map { .number($0, value) } ?? text(value), core.map { .number($0, value) } ?? text(value))
    }
    return [
      ("~", .null, .null), ("null", .null, .null), ("NULL", .null, .null), ("nULL", text("nULL"), text("nULL")),
      ("true", .bool(true), .bool(true)), ("FALSE", .bool(false), .bool(false)), ("tRUE", text("tRUE"), text("tRUE")),
      ("yes", .bool(true), text("yes")), ("Off", .bool(false), text("Off")), ("on", .bool(true), text("on")),
      ("NO", .bool(false), text("NO")), ("y", text("y"), text("y")), ("n", text("n"), text("n")),
      both("0", 0), both("-0", 0), both("17", 17), both("+17", 17), both("-17", -17),
      both("9007199254740993", 9007199254740992),
      both("0x1F", 31), both("-0x10", -16), both("0b101", 5), apart("010", 8, nil), apart("0o10", nil, 8),
      apart("08", nil, nil), apart("1_000", 1000, nil), apart("0x_f", 15, nil), apart("1:30", 90, nil),
      apart("1:30:00", 5400, nil), apart("1:60", nil, nil), apart("01:30", nil, nil), apart("1:30.5", 90.5, nil),
      both("1.5", 1.5), both("-1.5", -1.5), both("1.", 1), both(".5", 0.5), apart("-.5", nil, -0.5),
      apart("1e3", nil, 1000),
      apart("1.0e3", nil, 1000), both("1.0e+3", 1000), both("1.5E-1", 0.15), apart("1.0e+999", .infinity, nil),
      both(".inf", .infinity), both("-.INF", -.infinity), both("+.inf", .infinity), apart("inf", nil, nil),
      apart("nan", nil, nil), apart("-x", nil, nil), apart("+", nil, nil), apart(".", nil, nil),
      apart("1.2.3", nil, nil),
      apart("127.0.0.1", nil, nil), apart("0x", nil, nil), apart("0xg", nil, nil), apart("0b2", nil, nil),
      apart("2026-01-02", nil, nil), apart("1e", nil, nil), apart("1.e+", nil, nil), apart("_1", nil, nil),
      apart("._1", nil, nil), apart("++1", nil, nil), apart("1_000.5", 1000.5, nil), apart("0b_", nil, nil),
      apart("22:22:22:22:22", 289_952_542, nil), apart("1:2x", nil, nil), apart("1:2.5x", nil, nil),
      apart("1:123", nil, nil),
      apart("0" + "x" + String(repeating: "f", count: 33), pow16(33), nil),
      (
        String(repeating: "1", count: 1025), text(String(repeating: "1", count: 1025)),
        text(String(repeating: "1", count: 1025))
      ),
      ("<<x", text("<<x"), text("<<x")), ("=", text("="), text("=")),
    ]
  }()
  static func pow16(_ digits: Int) -> Double { (0..<digits).reduce(0) { value, _ in value * 16 + 15 } }

  @Test(arguments: scalars)
  func `a scalar is what its dialect says`(text: String, first: Node.Content, core: Node.Content) throws {
    #expect(try YAML.parse("a: \(text)", as: .pyYAML)["a"]?.content == first)
    #expect(try YAML.parse("a: \(text)", as: .serde)["a"]?.content == core)
    #expect(try YAML.parse("a: \(text)", as: .written)["a"]?.content == .string(text))
    #expect(try YAML.parse("a: '\(text)'", as: .pyYAML)["a"]?.content == .string(text))
    #expect(try YAML.parse("a: !!str \(text)", as: .serde)["a"]?.content == .string(text))
  }

  @Test func `no number can be told by its comparison`() throws {
    let number = try #require(try YAML.parse("a: .nan", as: .pyYAML)["a"]?.number)
    #expect(number.isNaN)
  }

  @Test(arguments: [
    ("!!int '12'", Node.Content.number(12, "12")), ("!!bool 'true'", .bool(true)), ("!!float 1", .number(1, "1")),
    ("!!null ''", .null), ("!!int twelve", .string("twelve")), ("! 12", .string("12")),
    ("!secret 12", .number(12, "12")),
    ("!secret '12'", .string("12")), ("!!binary aGk=", .string("aGk=")), ("!<tag:example.com,2026:x> yes", .bool(true)),
  ])
  func `a known tag decides, an unknown one says nothing`(text: String, content: Node.Content) throws {
    #expect(try YAML.parse("a: \(text)", as: .pyYAML)["a"]?.content == content)
  }

  @Test func `an empty file is null, and so is one of comments`() throws {
    for text in ["", "\n", "# nothing\n", "---\n", "---\n...\n", "\u{FEFF}"] {
      #expect(try YAML.parse(text, as: .serde).content == .null)
    }
  }

  @Test func `of names that occur twice the last counts`() throws {
    #expect(try YAML.parse("a: 1\na: 2", as: .pyYAML)["a"]?.number == 2)
  }

  @Test func `the first of several documents is read, and it is told that others follow`() throws {
    let several = try YAML.document(Array("--- {a: 1}\n--- {a: 2}\n".utf8), as: .pyYAML)
    #expect(several.root["a"]?.number == 1 && several.next == Position(line: 2, column: 1, offset: 11))
    for text in ["a: 1", "---\na: 1\n...\n", "a: 1\n...\n# end\n"] {
      let one = try YAML.document(Array(text.utf8), as: .pyYAML)
      #expect(one.root["a"]?.number == 1 && one.next == nil)
    }
  }

  @Test func `merge keys lie below what a mapping says itself, the first of several uppermost`() throws {
    let text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\nd:\n  <<: *a\n  x: 4\ne: {'<<': 1}"
    let root = try YAML.parse(text, as: .pyYAML)
    let merged = try #require(root["c"])
    #expect(merged["x"]?.number == 1 && merged["y"]?.number == 3 && merged["z"]?.number == 2)
    #expect(merged["z"]?.start.line == 2)
    #expect(root["d"]?["x"]?.number == 4 && root["d"]?["y"]?.number == 1)
    #expect(root["e"]?["<<"]?.number == 1)
    #expect(try YAML.parse(text, as: .serde)["d"]?["<<"]?["x"]?.number == 1)
    #expect(try YAML.parse(text, as: .serde)["d"]?["y"] == nil)
  }

  @Test func `an anchor may be named again, and may name a name`() throws {
    let root = try YAML.parse("- &a 1\n- *a\n- &a 2\n- *a\n- {&n key: *a, *n : x}", as: .pyYAML)
    #expect(root.array?.prefix(4).compactMap(\.number) == [1, 1, 2, 2])
    #expect(root.array?.last?["key"]?.string == "x")
  }

  /// Text, and where it is wrong.
  @Test(arguments: [
    ("a: b: c", 1, 5), ("a:\n\t- b", 2, 1), ("a: [1, 2", 1, 9), ("a: 'b", 1, 6), ("a: *b", 1, 4), ("a: &a [*a]", 1, 8),
    ("{[1]: 2}", 1, 2), ("? {a: 1}\n: 2", 1, 3), ("a: &x [1]\n*x : 2", 2, 1), ("a: 1\nb", 2, 2), ("- a\nb: 1", 2, 1),
    ("a: @b", 1, 4), ("a: %b", 1, 4), ("%YAML 3.0\n---\na", 1, 1), ("a: \"\\q\"", 1, 5), ("a: \"\\ud800\"", 1, 7),
    ("a: 1\nb: {<<: 3}", 2, 9), ("a: 1\n...\n{", 3, 1), ("é: [", 1, 5), ("a: !x!y z", 1, 4), ("a: \u{1}", 1, 4),
    ("a: &", 1, 5),
  ])
  func `what is wrong is told with its place`(text: String, line: Int, column: Int) throws {
    let error = try #require(throws: YAML.Error.self) { try YAML.parse(text, as: .pyYAML) }
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(!error.message.isEmpty)
  }
}
