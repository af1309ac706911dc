import Exposure
import Model
import Platform
import Testing

@testable import Reports

struct JewelsTests {
  @Test("no value stands in text or JSON, and its place does")
  func leak() throws {
    let value = "dop_v1_" + String(repeating: "3f9a1c7e", count: 8)
    var files = MemoryFiles()
    files.add("/home/me/.config/doctl/config.yaml", "context: default\naccess-token: \(value)\n")
    let key = try #require(FingerprintKey([UInt8](repeating: 7, count: 32)))
    let look = Exposure.search(
      home: .init(path: "/home/me", owner: 0), files: files, key: key, now: Timestamp(seconds: 1_795_700_000))
    let reach = Reach(look.jewels, for: .init(home: "/home/me", user: 0)) { _ in nil }
    let radius = BlastRadius(look.jewels, reach: reach)
    let document = JewelsDocument(
      target: "/home/me", home: "/home/me", agent: nil, look: look, reach: reach, radius: radius,
      whatIf: WhatIf.all(radius, look.jewels, reach: reach))
    let text = JewelsText(style: Style(width: 160), explains: true).render(document)
    let json = document.value.json(indent: 2)
    for shown in [text, json] {
      #expect(shown.contains("~/.config/doctl/config.yaml"))
      #expect(!shown.contains("3f9a1c7e"))
    }
    #expect(document.value["schema"]?.string == "trammel.jewels/1")
    #expect(document.worst != nil)
  }
}
