import Formats
import Testing

@testable import YAML

@Suite struct HostileTests {
  /// Ten lists of ten aliases to the one before: a billion texts in some hundred bytes.
  static let laughs = (0..<10).reduce("a0: &a0 lol\n") { text, level in
    let aliases = Array(repeating: "*a\(level)", count: 10).joined(separator: ", ")
    return text + "a\(level + 1): &a\(level + 1) [\(aliases)]\n"
  }

  @Test func `what aliases repeat counts in full`() throws {
    #expect(throws: YAML.Error(.tooMany(200_000), at: Position(line: 7, column: 10, offset: 316))) {
      try YAML.parse(Self.laughs, as: .pyYAML)
    }
    let long = "a: &a \(String(repeating: "x", count: 1 << 20))\nb: [" + String(repeating: "*a, ", count: 20) + "]"
    let error = try #require(throws: YAML.Error.self) { try YAML.parse(long, as: .pyYAML) }
    #expect(error.reason == .tooLarge(4 << 20) && error.line == 2)
    // By merging as well.
    let names = (0..<100).map { "k\($0): 1" }.joined(separator: ", ")
    let merges = "a: &a {\(names)}\nb:\n" + String(repeating: "- {<<: [*a, *a, *a, *a, *a, *a, *a, *a]}\n", count: 300)
    #expect(throws: YAML.Error.self) { try YAML.parse(merges, as: .pyYAML) }
  }

  @Test func `an alias brings its depth with it`() throws {
    let inner = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
    let outer = String(repeating: "[", count: 70) + "*a" + String(repeating: "]", count: 70)
    let error = try #require(throws: YAML.Error.self) { try YAML.parse("a: &a \(inner)\nb: \(outer)", as: .pyYAML) }
    #expect(error.reason == .tooDeep(128) && error.line == 2)
    #expect(throws: Never.self) { try YAML.parse("a: &a \(inner)\nb: [*a]", as: .pyYAML) }
  }

  static let deep: [String] = {
    var all = ["[", "{", "- ", "{a: ", "? ", "[{", "[a: "].map { many($0, 200_000) }
    all.append((0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined())
    return all
  }()

  @Test(arguments: deep)
  func `nesting ends at the limit`(text: String) throws {
    let error = try #require(throws: YAML.Error.self) { try YAML.parse(text, as: .pyYAML) }
    switch error.reason {
    case .tooDeep(128), .malformed, .expected: break
    default: Issue.record("\(error)")
    }
  }

  @Test func `size, number of values and of directives end at their limits`() throws {
    #expect(throws: YAML.Error(.tooLarge(10), at: Position(line: 1, column: 1, offset: 0))) {
      try YAML.parse("a: 12345678", as: .pyYAML, limits: .init(bytes: 10))
    }
    let error = try #require(throws: YAML.Error.self) {
      try YAML.parse("- 1\n- 2\n- 3\n", as: .pyYAML, limits: .init(nodes: 3))
    }
    #expect(error.reason == .tooMany(3) && error.line == 3)
    let directives = (0..<100_000).map { "%TAG !t\($0)! x\n" }.joined() + "---\na: 1\n"
    #expect(throws: YAML.Error.self) { try YAML.parse(directives, as: .pyYAML) }
    let few = (0..<100).map { "%TAG !t\($0)! x\n" }.joined() + "---\na: 1\n"
    #expect(try YAML.parse(few, as: .pyYAML)["a"]?.number == 1)
  }

  /// A valid part, bytes that are no UTF-8, and what follows.
  @Test(
    arguments: [
      [0xFF], [0x80], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func `what is no UTF-8 is told with its place`(wrong: [UInt8]) throws {
    for tail in ["", "\n", "bc\n"] {
      let bytes = Array("# ü\nä: ".utf8) + wrong + Array(tail.utf8)
      let error = try #require(throws: YAML.Error.self) { try YAML.parse(bytes, as: .pyYAML) }
      #expect(error.reason == .notUTF8 && error.position == Position(line: 2, column: 4, offset: 9), "\(error)")
    }
  }

  @Test func `UTF-16 is read by its byte order mark, with places in its bytes`() throws {
    let units = Array("é: 1\nb: \u{1F600}\nc: 2".utf16)
    var little: [UInt8] = [0xFF, 0xFE]
    var big: [UInt8] = [0xFE, 0xFF]
    for unit in units {
      let (low, high) = (UInt8(unit & 0xFF), UInt8(unit >> 8))
      little += [low, high]
      big += [high, low]
    }
    for bytes in [little, big] {
      let root = try YAML.parse(bytes, as: .pyYAML)
      #expect(root["b"]?.string == "\u{1F600}")
      #expect(root["b"]?.start == Position(line: 2, column: 4, offset: 18))
      #expect(root["c"]?.start == Position(line: 3, column: 4, offset: 30))
    }
    // Half of a pair.
    let error = try #require(throws: YAML.Error.self) {
      try YAML.parse([0xFF, 0xFE, 0x3D, 0xD8, 0x61, 0], as: .pyYAML)
    }
    #expect(error.reason == .notUTF8)
  }

  @Test func `lines end as in editors, and places can be asked for backwards`() {
    let text = "a\rb\r\nc\nd\u{2028}e" + String(repeating: "x\n", count: 3000)
    var places = Places(Array(text.utf8))
    #expect(places.position(character: 2) == Position(line: 2, column: 1, offset: 2))
    #expect(places.position(character: 4) == Position(line: 2, column: 3, offset: 4))
    #expect(places.position(character: 9) == Position(line: 4, column: 3, offset: 11))
    #expect(places.position(character: 6000).line == 2_999)
    #expect(places.position(character: 5) == Position(line: 3, column: 1, offset: 5))
    #expect(places.position(character: 2500).line == 1_249)
    #expect(places.position(character: 100_000).offset == text.utf8.count)
  }

  static func many(_ text: String, _ count: Int, after: String = "", before: String = "") -> String {
    after + String(repeating: text, count: count) + before
  }
  static let large: [String] = {
    var all = [
      many("x, ", 100_000, after: "a: [", before: "]"), many("# c\n", 500_000),
      many("\\n", 900_000, after: "a: \"", before: "\""), many("  x\n", 400_000, after: "a: |\n"),
    ]
    all += [
      many("\n", 2_000_000), many("x ", 900_000, after: "a: "), many("a: ", 600_000), many("é", 900_000, before: ": 1"),
    ]
    all += [many("''", 900_000, after: "a: '", before: "'"), many("x", 1_000_000, after: "a: !<", before: "> b")]
    all += [many("x", 1_000_000, after: "&", before: " b"), many("*a ", 600_000), many("%YAML 1.1\n", 200_000)]
    all += [many("--- \n", 400_000), many("! ", 900_000), many("? a ", 400_000, after: "{")]
    all += [many("a: b, ", 60_000, after: "[", before: "]"), many("\t", 2_000_000), many("-\n", 200_000)]
    all.append((0..<60_000).map { "k\($0): &a\($0) v\n" }.joined())
    all.append((1..<60_000).map { "k\($0): &a\($0) *a\($0 - 1)\n" }.joined())
    all.append("a: &a v\n" + many("- *a\n", 199_000, after: "b:\n"))
    return all
  }()

  /// Up to two megabytes of each, in bounded time: none of these makes libyaml look at what it has seen again.
  @Test(arguments: large)
  func `large and odd files are read or refused`(text: String) {
    let clock = ContinuousClock()
    let taken = clock.measure { _ = try? YAML.parse(text, as: .pyYAML) }
    #expect(taken < .seconds(20))
  }

  @Test func `truncated and changed files never trap, and keep every rule`() throws {
    for seed in [YAMLTests.sample, Self.laughs, "%TAG ! !x\n--- !!map {? [a] : &b 'c', <<: *b}\n...\n---\n"] {
      let bytes = Array(seed.utf8)
      for count in 0...bytes.count { check(Array(bytes.prefix(count))) }
      var state: UInt64 = 88_172_645_463_325_252
      func next() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33)
      }
      let alphabet = Array("[]{}:,\"'\\#\n\r \t-?&*!|>%@<0x_.".utf8) + [0xFF, 0xC3, 0xA9, 0]
      for _ in 0..<4_000 {
        var changed = bytes
        for _ in 0..<(1 + next() % 6) { changed[next() % changed.count] = alphabet[next() % alphabet.count] }
        check(changed)
      }
    }
  }

  /// Whatever comes out stands inside of the text; an error too.
  private func check(_ bytes: [UInt8]) {
    do throws(YAML.Error) {
      walk(try YAML.parse(bytes, as: .pyYAML), bytes.count)
    } catch {
      if !(0...bytes.count).contains(error.position.offset) || error.line < 1 || error.column < 1 {
        Issue.record(error)
      }
    }
  }

  private func walk(_ node: Node, _ count: Int) {
    if node.start > node.end || node.start.offset < 0 || node.end.offset > count { Issue.record("\(node)") }
    for element in node.array ?? [] { walk(element, count) }
    for member in node.members ?? [] {
      if member.namePosition.offset > count { Issue.record("\(member)") }
      walk(member.node, count)
    }
  }
}
