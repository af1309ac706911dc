import Model
import Testing

@testable import Reports

@Suite struct ReportsTests {
  let findings = [
    Finding(
      rule: "files.configuration-mode", title: "Others may read it", severity: .high, outcome: .fail, agent: "a1",
      location: .init(file: "/home/ada/.openclaw/openclaw.json", line: 12, key: "gateway"),
      evidence: "mode 0644: everybody may read it",
      why: "Another account copies the keys in it, or points the agent at a model, a server or a command of its own.",
      fix: .init(
        "Take the rights of others away.", command: "chmod 600 /home/ada/.openclaw/openclaw.json", automatic: true)),
    Finding(
      rule: "gateway.auth-none", title: "No login", severity: .critical, outcome: .fail, evidence: "none", why: "Open.",
      fix: .init("Set one.")),
    Finding(
      rule: "a.pass", title: "Fine", severity: .critical, outcome: .pass, evidence: "all good", why: "", fix: .init("")),
    Finding(
      rule: "a.blind", title: "Dark", severity: .critical, outcome: .notMeasured("no right to look"), evidence: "",
      why: "", fix: .init("")),
    Finding(
      rule: "b.blind", title: "Dark", severity: .low, outcome: .notMeasured("no right to look"), evidence: "", why: "",
      fix: .init("")),
  ]

  @Test func `the worst comes first, passes are a count, what was not seen says why`() {
    #expect(
      FindingsText(width: 72).render(findings, target: "openclaw of ada") == """
        openclaw of ada
        1 critical, 1 high; 1 passed, 2 not measured

        ◆ CRITICAL  No login
          seen      none
          why       Open.
          fix       Set one.
          rule      gateway.auth-none

        ▲ HIGH      Others may read it
          where     /home/ada/.openclaw/openclaw.json:12  gateway
          seen      mode 0644: everybody may read it
          why       Another account copies the keys in it, or points the agent
                    at a model, a server or a command of its own.
          fix       Take the rights of others away.
                    $ chmod 600 /home/ada/.openclaw/openclaw.json
          rule      files.configuration-mode

        Not measured
          – no right to look
            a.blind, b.blind

        """)
  }

  @Test func `nothing from outside reaches the terminal as a control`() {
    let hostile = "x\u{1B}]0;owned\u{07}\u{202E}\n\u{9B}31m"
    let finding = Finding(
      rule: "r", title: hostile, severity: .low, outcome: .fail,
      location: .init(file: hostile, key: hostile, address: hostile),
      evidence: hostile, why: hostile, fix: .init(hostile, command: hostile))
    let blind = Finding(
      rule: "r", title: "", severity: .low, outcome: .notMeasured(hostile), evidence: "", why: "", fix: .init(""))
    let passed = Finding(
      rule: "r", title: "", severity: .low, outcome: .pass, evidence: hostile, why: "", fix: .init(""))
    let text = FindingsText(showsPasses: true).render([finding, blind, passed], target: hostile)
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
    }
    // Only our own line breaks: each hostile one has become visible.
    #expect(text.contains("<U+000A>") && text.contains("<U+001B>"))
  }

  @Test(arguments: [40, 60, 80, 200])
  func `prose keeps to the width, colour or not`(width: Int) {
    let plain = FindingsText(width: width).render(findings, target: "t")
    for line in plain.split(separator: "\n") where !line.contains("/home/") && !line.contains("rule") {
      #expect(FindingsText.columns(String(line)) <= width)
    }
    let coloured = FindingsText(width: width, color: true).render(findings, target: "t")
    var stripped = ""
    var inside = false
    for scalar in coloured.unicodeScalars {
      if scalar == "\u{1B}" {
        inside = true
      } else if inside {
        inside = scalar != "m"
      } else {
        stripped.unicodeScalars.append(scalar)
      }
    }
    #expect(coloured != plain && stripped == plain)
  }

  @Test func `wide letters count two columns`() {
    #expect(FindingsText.columns("日本") == 4)
    #expect(FindingsText.columns("e\u{301}") == 1)
  }

  @Test func `the document has the shape of the contract`() throws {
    let value = FindingsDocument.value(findings, target: "a1")
    #expect(value["schema"] == "trammel.findings/1" && value["target"] == "a1")
    #expect(
      value["summary"] == ["critical": 1, "high": 1, "medium": 0, "low": 0, "info": 0, "passed": 1, "not_measured": 2])
    let list = try #require(value["findings"]?.array)
    #expect(list.count == 5)
    #expect(list[0]["fix"]?["automatic"] == true && list[0]["location"]?["line"] == 12)
    #expect(list[3]["outcome"] == "not-measured" && list[3]["not_measured"] == "no right to look")
    #expect(FindingsDocument.value(findings, target: "a1", onlyFailures: true)["findings"]?.array?.count == 2)
  }

  @Test(arguments: [
    ("never", false), ("info", true), ("high", true), ("critical", true),
  ])
  func `fail-on looks at what failed`(text: String, exceeded: Bool) throws {
    #expect(findings.exceeds(try #require(FailOn(text))) == exceeded)
  }

  @Test func `neither a pass nor a blind spot fails a run`() throws {
    #expect(!findings.filter { $0.outcome != .fail }.exceeds(.level(.info)))
    #expect(![findings[0]].exceeds(.level(.critical)))
    #expect(FailOn("severe") == nil)
  }
}
