import Testing

@testable import Exposure

struct BlastTests {
  @Test("one value in several places is one sentence, the worst first")
  func grouping() throws {
    let jewels = [
      jewel("telegram_bot_token", "~/a/.env", severity: 3), jewel("pypi_token", "~/.pypirc"),
      jewel("pypi_token", "~/b/.env"), jewel("pypi_token", "~/c/.env"), jewel("groq_key", "~/old", severity: 0),
    ]
    let radius = BlastRadius(jewels, reach: reach(jewels, user: 1000))
    #expect(radius.sentences.map(\.kind) == ["pypi_token", "telegram_bot_token"])
    let first = try #require(radius.sentences.first)
    #expect(first.places.count == 3)
    #expect(first.values == 1)
    #expect(first.chain != nil)
    #expect(first.text.hasPrefix("the attacker could upload a poisoned release of your packages, because "))
    #expect(first.text.contains("~/.pypirc and 2 more places"))
    #expect(radius.harmless == 1)
  }

  @Test("what is out of reach is counted and not said, what is not measured says so")
  func doubt() {
    let jewels = [jewel()]
    #expect(BlastRadius(jewels, reach: reach(jewels)).sentences.isEmpty)
    #expect(BlastRadius(jewels, reach: reach(jewels)).out == 1)
    let blind = BlastRadius(jewels, reach: reach(jewels, user: nil))
    #expect(blind.unmeasured == 1)
    #expect(blind.sentences.first?.cause.contains("not measured") == true)
  }

  @Test(
    "a consequence becomes what an attacker could do",
    arguments: [
      ("Attacker reads and pushes to every repository.", "read and push to every repository"),
      ("Copies the safe and guesses its password offline.", "copy the safe and guess its password offline"),
      ("Is you in Slack.", "be you in Slack"),
      ("Sends texts and calls on your bill and reads messages.", "send texts and calls on your bill and read messages"),
      ("Same calls as the role.", "use this: T (same calls as the role)"),
    ])
  func action(_ consequence: String, _ action: String) { #expect(Action.of(consequence, title: "T") == action) }

  @Test("controls are sorted by what they take away, and one that takes nothing is left out")
  func controls() {
    let jewels = [jewel(), jewel("telegram_bot_token", "~/a/.env", severity: 3)]
    let reach = reach(jewels, user: 1000)
    let all = WhatIf.all(BlastRadius(jewels, reach: reach), jewels, reach: reach)
    #expect(all.first?.removed == 2)
    #expect(all.map(\.effect) == all.map(\.effect).sorted(by: >))
    #expect(!all.contains { $0.control == .noEngine })
  }
}
