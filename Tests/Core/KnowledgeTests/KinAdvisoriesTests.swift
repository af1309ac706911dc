import Knowledge
import Testing

@Suite struct KinAdvisoriesTests {
  let table = KinAdvisories.embedded

  @Test func `every line of the embedded table is read`() throws {
    #expect(table.problems == [])
    #expect(table.all.count == 29)
    #expect(Set(table.all.map { "\($0.kind) \($0.id)" }).count == 29)
    #expect(table.compiled == "2026-11-24")
    #expect(try #require(table.floor(of: "claude-code")).version == ReleaseVersion("2.1.238"))
    for advisory in table.all {
      if let introduced = advisory.introduced, let fixed = advisory.fixed {
        #expect(introduced < fixed, "\(advisory.id)")
      }
    }
  }

  private func isOpen(_ kind: String, _ id: String, _ version: String) throws -> Bool? {
    let row = try #require(table.of(kind).first { $0.id == id })
    return row.affects(try #require(ReleaseVersion(version)))
  }

  @Test func `a weakness is open from the release that brought it to the one that ends it`() throws {
    #expect(try isOpen("claude-code", "socks-2.1.90", "2.0.23") == false)
    #expect(try isOpen("claude-code", "socks-2.1.90", "2.0.24") == true)
    #expect(try isOpen("claude-code", "socks-2.1.90", "2.1.89") == true)
    #expect(try isOpen("claude-code", "socks-2.1.90", "2.1.90") == false)
    #expect(try isOpen("npm:mcp-remote", "CVE-2025-6514", "0.0.4") == false)
    #expect(try isOpen("npm:mcp-remote", "CVE-2025-6514", "0.1.15") == true)
    #expect(try isOpen("npm:mcp-remote", "CVE-2025-6514", "0.1.16") == false)
    #expect(try isOpen("nanobot", "security-0.1.4.post4", "0.1.4.post3") == true)
    #expect(try isOpen("nanobot", "security-0.1.4.post4", "0.1.4.post4") == false)
    #expect(try isOpen("hermes", "CVE-2026-9350", "2026.4.16") == true)
    #expect(try isOpen("hermes", "CVE-2026-9350", "2026.4.17") == false)
  }

  @Test func `a release that is counted in another way is neither open nor closed`() throws {
    #expect(try isOpen("hermes", "CVE-2026-9350", "0.19.0") == nil)
  }

  @Test(arguments: [
    "x\tCVE-1\t\thigh\t\t1.0\t\tcause", "x\tCVE-1\t\tbad\t\t1.0\t\tcause\t", "x\tCVE-1\t\thigh\t\tlatest\t\tcause\t",
    "x\tCVE-1\t\thigh\t\t\t\tcause\t", "\tCVE-1\t\thigh\t\t1.0\t\tcause\t", "# floor\tx\tlatest\twhy",
  ])
  func `a line that says nothing sure is a problem, not a guess`(line: String) {
    let table = KinAdvisories(tsv: "kind\n" + line)
    #expect(table.all.isEmpty && table.floors.isEmpty)
    #expect(table.problems == ["line 2: not an advisory"] || table.problems == ["line 2: no version"])
  }
}
