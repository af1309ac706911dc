import Model
import Testing

@testable import Knowledge

@Suite struct FingerprintsTests {
  @Test func `every line of the embedded table is a row`() throws {
    let text = try #require(Embedded.text("agents.tsv")?.description)
    let lines = text.split(separator: "\n").count
    #expect(lines > 700)
    #expect(Fingerprints.embedded.rows.count == lines - 1)
  }

  @Test(arguments: [
    ("*/cursor-agent/versions/*/node", "/h/cursor-agent/versions/1.2/node", true),
    ("2024[1-5]", "20243", true), ("2024[1-5]", "20246", false), ("a?c", "abc", true), ("a?c", "ac", false),
    ("*", "", true), ("[", "[", true), ("a[b", "a[b", true),
    ("nanoclaw-v2-????????.service", "nanoclaw-v2-0123abcd.service", true),
    ("*a*b*c", "xaxbxc", true), ("*a*b*c", "xaxbx", false),
  ])
  func `a glob matches whole texts`(pattern: String, text: String, expected: Bool) {
    #expect(Glob.matches(pattern, text) == expected)
  }

  @Test func `a hostile glob text takes no exponential time`() {
    let text = String(repeating: "a", count: 5000)
    #expect(!Glob.matches("*a*a*a*a*a*a*a*b", text))
  }

  @Test(arguments: [
    (["ssh", "-R", "80:localhost:18789", "nokey@localhost.run"], ["tunnel:localhost.run", "tunnel:ssh-r"]),
    (["ssh", "-fNR80:localhost:3000", "me@host"], ["tunnel:ssh-r"]),
    (["ssh", "-p", "443", "a.pinggy.io", "-R0:localhost:3000"], ["tunnel:pinggy", "tunnel:ssh-r"]),
    (["ssh", "-o", "RemoteForward=80 localhost:3000", "me@host"], ["tunnel:ssh-r"]),
    (["ssh", "me@host", "ssh", "-R", "80:localhost:3000", "other"], []),
    (["ssh", "me@host", "tar", "-R"], []),
    (["ssh", "-L", "8080:localhost:80", "me@host"], []),
  ])
  func `remote forwards are told from local ones and from commands`(arguments: [String], kinds: [String]) {
    let hits = Fingerprints.embedded.match(
      ProcessLook(command: "ssh", executable: "/usr/bin/ssh", arguments: arguments))
    #expect(Set(hits.map(\.row.kind)) == Set(kinds))
  }

  @Test func `an MCP server is known by its package`() {
    let hits = Fingerprints.embedded.match(
      ProcessLook(
        command: "node", executable: "/usr/bin/node",
        arguments: ["node", "/home/a/.npm/_npx/H/node_modules/.bin/mcp-server-filesystem", "/"]))
    #expect(hits.first?.row.kind == "mcp-server")
    #expect(hits.first?.row.confidence == .high)
    #expect(!Fingerprints.isAgent(kind: "mcp-server"))
  }
}
