import Testing

@testable import Formats

@Suite struct EditingTests {
  struct Change: Sendable {
    var before: String
    var path: String
    var value: JSON5.Replacement?
    var after: String
    init(_ before: String, _ path: String, _ value: JSON5.Replacement?, _ after: String) {
      self.before = before
      self.path = path
      self.value = value
      self.after = after
    }
  }

  static let changes: [Change] = [
    // A value in place: its comment and its neighbours stay.
    .init("{a: 1, // why\n b: 'x'}", "b", .string("y"), "{a: 1, // why\n b: \"y\"}"),
    .init("{\"a\": {\"b\": [1, 2]}}", "a.b", .array([.number(3)]), "{\"a\": {\"b\": [3]}}"),
    // The last of two counts.
    .init("{a: 1, a: 2}", "a", .number(3), "{a: 1, a: 3}"),
    // New members, in the style of the file.
    .init("{}", "a", .bool(true), "{ \"a\": true }"),
    .init("{a: 1}", "b", .bool(true), "{a: 1, b: true}"),
    .init("{'a': 1,}", "b", .bool(true), "{'a': 1, \"b\": true,}"),
    .init("{\n  \"a\": 1\n}\n", "b", .number(2), "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
    .init("{\n  a: 1, // last\n}\n", "b", .number(2), "{\n  a: 1, // last\n  b: 2,\n}\n"),
    .init("{\n  a: 1 // last\n  // end\n}\n", "b", .null, "{\n  a: 1, // last\n  // end\n  b: null\n}\n"),
    .init("{\n\ta: {\n\t\tb: 1\n\t}\n}", "a.c", .number(0.5), "{\n\ta: {\n\t\tb: 1,\n\t\tc: 0.5\n\t}\n}"),
    .init("{\n  // nothing yet\n}", "a", .number(1), "{\n  // nothing yet\n  \"a\": 1\n}"),
    // Objects on the way.
    .init(
      "{\n  \"a\": 1\n}", "logging.redact.level", .string("tools"),
      "{\n  \"a\": 1,\n  \"logging\": {\n    \"redact\": {\n      \"level\": \"tools\"\n    }\n  }\n}"),
    .init("{a: {}}", "a.b.c", .number(1), "{a: { b: { c: 1 } }}"),
    // The ends of lines are those of the file.
    .init(
      "{\r\n  \"a\": 1\r\n}\r\n", "b.c", .number(2),
      "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": 2\r\n  }\r\n}\r\n"),
    .init(
      "{\r\n  \"a\": 1\r\n}\r\n", "a", .object([.init("c", .number(2))]),
      "{\r\n  \"a\": {\r\n    \"c\": 2\r\n  }\r\n}\r\n"),
    // Removal, with the comma that has become too many.
    .init("{a: 1, b: 2}", "b", nil, "{a: 1}"),
    .init("{a: 1, b: 2}", "a", nil, "{ b: 2}"),
    .init("{\n  a: 1,\n  b: 2, // two\n  c: 3\n}", "b", nil, "{\n  a: 1,\n   // two\n  c: 3\n}"),
    .init("{\n  a: 1,\n  b: 2,\n  c: 3\n}", "b", nil, "{\n  a: 1,\n  c: 3\n}"),
    .init("{\n  a: 1,\n  // about b\n  b: 2\n}", "b", nil, "{\n  a: 1,\n  // about b\n}"),
    .init("{a: 1, a: 2}", "a", nil, "{}"),
    .init("{a: 1}", "b.c", nil, "{a: 1}"),
    .init("{a: 'é', b: {c: 1}}", "b.c", .string("\u{2028}\"\u{1}"), "{a: 'é', b: {c: \"\\u2028\\\"\\u0001\"}}"),
  ]

  @Test(arguments: changes)
  func `one setting changes and every other byte stays`(change: Change) throws {
    let path = change.path.split(separator: ".").map(String.init)
    let bytes = Array(change.before.utf8)
    let result =
      if let value = change.value {
        try JSON5.setting(path, to: value, in: bytes)
      } else { try JSON5.removing(path, from: bytes) }
    #expect(String(decoding: result, as: UTF8.self) == change.after)
  }

  @Test func `a way through something that is no object is refused`() {
    #expect(throws: JSON5.EditError.notObject("a")) {
      _ = try JSON5.setting(["a", "b"], to: .null, in: Array("{a: 1}".utf8))
    }
    #expect(throws: JSON5.EditError.self) { _ = try JSON5.setting(["a"], to: .null, in: Array("{a:".utf8)) }
  }

  @Test func `whatever the text, a change says what it should or is refused`() throws {
    var state: UInt64 = 0x1234_5678_9ABC_DEF1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let pieces = [
      "{", "}", "a", "b", ":", ",", "1", "'x'", "\n", "  ", "// c\n", "/* d */", "[", "]", "{a:1}", "\t", "\r\n",
    ]
    var done = 0
    for _ in 0..<60_000 {
      var text = "{"
      for _ in 0..<next(10) { text += pieces[next(pieces.count)] }
      text += "}"
      let bytes = Array(text.utf8)
      guard let node = try? JSON5.parse(bytes), node.members != nil else { continue }
      done += 1
      for path in [["a"], ["b"], ["a", "b"], ["z", "y"]] {
        if let result = try? JSON5.setting(path, to: .number(7), in: bytes) {
          let value = try JSON5.parse(result)
          #expect(path.reduce(Optional(value)) { $0?[$1] }?.number == 7)
        } else {
          #expect(path.count == 2 && node[path[0]] != nil && node[path[0]]?.members == nil, "\(text) \(path)")
        }
        let without = try JSON5.removing(path, from: bytes)
        let value = try JSON5.parse(without)
        #expect(path.reduce(Optional(value)) { $0?[$1] } == nil)
      }
    }
    #expect(done > 1000)
  }
}
