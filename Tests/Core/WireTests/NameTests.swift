import Testing
import Wire

@Suite struct NameTests {
  @Test(arguments: [
    ("studio (OpenClaw)", #"studio\032(OpenClaw)"#),
    ("a.b\\c", #"a\.b\\c"#),
    ("Büro 東京", #"Büro\032東京"#),
    ("\u{1B}[2J", #"\027[2J"#),
    // Right-to-left override, zero width space, line separator: they show something else than what is there.
    ("a\u{202E}b", #"a\226\128\174b"#), ("a\u{200B}b", #"a\226\128\139b"#), ("a\u{2028}b", #"a\226\128\168b"#),
  ])
  func `a label is shown so that it reads as what it is`(label: String, text: String) throws {
    let name = try #require(DNS.Name(labels: [Array(label.utf8), Array("local".utf8)]))
    #expect(name.description == text + ".local")
  }

  @Test func `bytes that are no UTF-8 are shown as numbers`() throws {
    let name = try #require(DNS.Name(labels: [[0xFF, 0xFE, 0x41, 0xC3, 0xA9]]))
    #expect(name.description == #"\255\254A\195\169"#)
  }

  @Test(arguments: [#"studio\032(OpenClaw)._openclaw-gw._tcp.local"#, #"a\.b\\c.local"#, "Büro.local", "local."])
  func `presentation text can be read again`(text: String) throws {
    let name = try #require(DNS.Name(text))
    #expect(DNS.Name(name.description) == name)
  }

  @Test(arguments: [#"a\"#, #"a\25"#, #"a\256"#, "a..b", ".a", String(repeating: "a", count: 64)])
  func `what is no name is refused`(text: String) { #expect(DNS.Name(text) == nil) }

  @Test func `names are equal whatever the case, and only in ASCII`() throws {
    let upper = try #require(DNS.Name("_OpenClaw-GW._TCP.local"))
    let lower = try #require(DNS.Name("_openclaw-gw._tcp.LOCAL"))
    #expect(upper == lower)
    #expect(Set([upper, lower]).count == 1)
    #expect(upper.description == "_OpenClaw-GW._TCP.local")
    #expect(DNS.Name("É.local") != DNS.Name("é.local"))
    // `[` and `{` differ by the same bit as a letter's cases do.
    #expect(DNS.Name("[.local") != DNS.Name("{.local"))
  }

  @Test func `the length of a name is bounded`() {
    let label = Array(repeating: UInt8(0x61), count: 63)
    #expect(DNS.Name(labels: [label, label, label, Array(label.prefix(61))])?.wire.count == 255)
    #expect(DNS.Name(labels: [label, label, label, Array(label.prefix(62))]) == nil)
    #expect(DNS.Name(labels: [[]]) == nil)
  }

  @Test func `a name has a front and a rest`() throws {
    let name = try #require(DNS.Name(#"a\.b._x._tcp.local"#))
    #expect(Array(name.first) == Array("a.b".utf8))
    #expect(name.title == "a.b")
    #expect(name.parent.description == "_x._tcp.local")
    #expect(DNS.Name.root.parent == .root)
    #expect(DNS.Name.root.first.isEmpty)
  }
}
