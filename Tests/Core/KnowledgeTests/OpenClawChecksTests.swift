import Testing

@testable import Knowledge

@Suite struct OpenClawChecksTests {
  @Test func `the embedded list is whole and names each check once`() {
    let checks = OpenClawChecks.embedded
    #expect(checks.problems == [])
    #expect(checks.compiled == "2026-08-22")
    #expect(checks.all.count == 141)
    #expect(Set(checks.all.map(\.id)).count == checks.all.count)
    #expect(checks.check("fs.config.perms_writable")?.fix == "yes")
    #expect(checks.check("gateway.probe_failed")?.isDeep == true)
    #expect(checks.check("logging.redact_off")?.isGone == true)
  }

  @Test func `a reported id is found behind its placeholder`() {
    let checks = OpenClawChecks.embedded
    #expect(checks.check("channels.telegram.dm.open")?.id == "channels.<p>.dm.open")
    #expect(checks.check("tools.elevated.allowFrom.slack.wildcard")?.id == "tools.elevated.allowFrom.<p>.wildcard")
    #expect(
      checks.check("channels.telegram.groups.allowFrom.missing")?.id == "channels.telegram.groups.allowFrom.missing")
    #expect(checks.check("channels..dm.open") == nil)
    #expect(checks.check("channels.telegram.dm") == nil)
    #expect(checks.check("") == nil)
  }

  @Test func `a line that is no check is told of`() {
    let checks = OpenClawChecks(
      tsv:
        "id\tx\na.b\twarn\tno\tno\temitted\n\na.c\twarn\tno\tno\temitted\t2026.8\na.d\twarn\tno\tmaybe\temitted\t2026.8"
    )
    #expect(checks.all.map(\.id) == ["a.c"])
    #expect(checks.problems == ["line 2: not a check", "line 5: not a check"])
  }
}
