import Knowledge
import Model
import Testing

@Suite struct AdvisoriesTests {
  let table = Advisories.openClaw

  @Test func `every line of the embedded table is read`() throws {
    #expect(table.problems == [])
    #expect(table.all.count == 656)
    #expect(table.all.count(where: { $0.severity == .critical }) == 24)
    #expect(table.all.count(where: { $0.severity == .high }) == 251)
    #expect(Set(table.all.map(\.id)).count == 656)
    #expect(table.compiled == "2026-09-21")
    #expect(try #require(table.floor).version == OpenClawVersion("2026.9.3"))
    for advisory in table.all {
      if let introduced = advisory.introduced, let fixed = advisory.fixed {
        #expect(introduced < fixed, "\(advisory.id)")
      }
    }
  }

  @Test func `the token leak of January is open before 2026.1.29 and closed in it`() throws {
    func isOpen(_ text: String) throws -> Bool {
      let version = try #require(OpenClawVersion(text))
      return table.open(in: version).contains { $0.aliases.contains("CVE-2026-25253") }
    }
    #expect(try isOpen("2026.1.28"))
    #expect(try isOpen("2026.1.29-beta.1"))
    #expect(try !isOpen("2026.1.29"))
    #expect(try !isOpen("2026.1.29-1"))
  }

  @Test func `a release before the weakness was introduced does not have it`() throws {
    let row = try #require(table.all.first { $0.id == "CVE-2026-62226" })
    #expect(!row.affects(try #require(OpenClawVersion("2026.3.27"))))
    #expect(row.affects(try #require(OpenClawVersion("2026.3.28"))))
    #expect(row.affects(try #require(OpenClawVersion("2026.5.18"))))
    #expect(!row.affects(try #require(OpenClawVersion("2026.5.19"))))
  }

  @Test func `where no fix is stated the last affected release is the bound`() throws {
    let row = try #require(table.all.first { $0.id == "CVE-2026-3689" })
    #expect(row.affects(try #require(OpenClawVersion("2026.2.19-2"))))
    #expect(!row.affects(try #require(OpenClawVersion("2026.2.20"))))
  }

  @Test func `the worst comes first and an old release has more`() throws {
    let old = table.open(in: try #require(OpenClawVersion("2026.1.15")))
    let new = table.open(in: try #require(OpenClawVersion("2026.6.1")))
    #expect(old.count > 500)
    #expect(old.first?.severity == .critical)
    #expect(old.map(\.severity) == old.map(\.severity).sorted(by: >))
    #expect(!new.isEmpty && new.count < 40)
    #expect(table.open(in: try #require(OpenClawVersion("2026.9.5"))).isEmpty)
  }

  @Test(arguments: [
    "CVE-1\t\thigh\t\t2026.1.1\t\tgateway\tcause", "CVE-1\t\tbad\t\t2026.1.1\t\tgateway\tcause\t",
    "CVE-1\t\thigh\t\tnot-a-version\t\tgateway\tcause\t", "CVE-1\t\thigh\t\t\t\tgateway\tcause\t",
    "X-1\t\thigh\t\t2026.1.1\t\tgateway\tcause\t", "# floor\tsoon\tbecause",
  ])
  func `a line that cannot be read is reported, not skipped`(line: String) {
    let table = Advisories(tsv: "id\n" + line)
    #expect(table.all.isEmpty)
    #expect(table.problems == ["line 2: not an advisory"] || table.problems == ["line 2: no version"])
  }
}
