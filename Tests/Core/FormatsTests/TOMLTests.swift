import Testing

@testable import Formats

@Suite struct TOMLTests {
  static let sample = """
    # made up, in the form of an agent's configuration
    model = "m" # comment
    list = [ 1, 0x_f, 2.5e3, # one
      'lit', ]
    when = 1979-05-27 07:32:00Z
    point = { x.y = 1, z = true }
    text = \"\"\"
    one \\
       two\"\"\"\"
    [mcp_servers.docs]
    command = "npx"
    env.TOKEN = "a\\u00e9b"
    [projects."/home/ada/a b"]
    trust_level = "trusted"
    [[rule]]
    decision = "allow"
    [[rule]]
    [rule.inner]
    x = -inf

    """.replacing("0x_f", with: "0xf")

  @Test func `every form is read, with its place`() throws {
    let root = try TOML.parse(Self.sample)
    #expect(root["model"]?.string == "m" && root["model"]?.start.line == 2)
    #expect(root["list"]?.array?.compactMap(\.number) == [1, 15, 2500] && root["list"]?.array?.last?.string == "lit")
    #expect(root["when"]?.string == "1979-05-27 07:32:00Z")
    #expect(root["point"]?["x"]?["y"]?.number == 1 && root["point"]?["z"]?.bool == true)
    #expect(root["text"]?.string == "one two\"")
    #expect(root["mcp_servers"]?["docs"]?["env"]?["TOKEN"]?.string == "aéb")
    #expect(root["projects"]?["/home/ada/a b"]?["trust_level"]?.start.line == 14)
    #expect(root["rule"]?.array?.count == 2)
    #expect(root["rule"]?.array?.last?["inner"]?["x"]?.number == -.infinity)
  }

  @Test(arguments: [
    "a = 1\na = 2", "[a]\n[a]", "a.b = 1\n[a]\nc = 1\n[a.b]", "a = {b = 1}\na.c = 2", "[[a]]\n[a]", "a = []\n[[a]]",
    "[a.b.c]\n[a]\nb.d = 1", "a = 01", "a = 1__0", "a = 0x_f", "a = \"\\e\"", "a = 1 b = 2", "a = ", "= 1", "a = 'x\n'",
    "a = 9223372036854775808", "a = 1.", "a = .5", "a = {b = 1,}", "a = \"\\ud800\"", "a = 1\rb = 2", "[a", "a = [1 2]",
    "a = 1979-13-01", "a = tru",
  ])
  func `what the specification forbids is an error`(text: String) {
    #expect(throws: TOML.Error.self) { try TOML.parse(text) }
  }

  @Test func `nesting and repetition end at the limits`() {
    for text in [
      "a = " + String(repeating: "[", count: 10_000), "[" + String(repeating: "a.", count: 10_000) + "a]",
      "a = " + String(repeating: "{a=", count: 10_000), String(repeating: "a.", count: 10_000) + "a = 1",
      String(repeating: "[[a]]\n", count: 250_000),
    ] {
      #expect(throws: TOML.Error.self) { try TOML.parse(text) }
    }
  }

  @Test func `truncated and changed files never trap`() {
    let bytes = Array(Self.sample.utf8)
    for count in 0...bytes.count { _ = try? TOML.parse(Array(bytes.prefix(count))) }
    var seed: UInt64 = 88_172_645_463_325_252
    func next() -> Int {
      seed ^= seed << 13
      seed ^= seed >> 7
      seed ^= seed << 17
      return Int(seed >> 33)
    }
    let alphabet = Array("[]{}=.,\"'\\#\n\r \tau0-_:eT".utf8) + [0xFF, 0xC3]
    for _ in 0..<30_000 {
      var changed = bytes
      for _ in 0..<(1 + next() % 6) { changed[next() % changed.count] = alphabet[next() % alphabet.count] }
      _ = try? TOML.parse(changed)
    }
  }
}
