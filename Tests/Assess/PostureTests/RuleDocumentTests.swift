import Foundation
import Testing

@testable import Posture

/// `UPDATE_GOLDEN=1` writes `docs/rules/`; otherwise it must say what the rules say.
@Suite struct RuleDocumentTests {
  private let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../docs").standardizedFileURL
  private var folder: URL { docs.appending(path: "rules") }

  @Test func `the pages of docs say what the rules say`() throws {
    let pages = RuleDocument.pages()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try? FileManager.default.removeItem(at: folder)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for page in pages {
        try page.text.write(to: folder.appending(path: page.name), atomically: true, encoding: .utf8)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == pages.map(\.name).sorted())
    for page in pages {
      let text = try String(contentsOf: folder.appending(path: page.name), encoding: .utf8)
      #expect(text == page.text, "\(page.name) is stale: UPDATE_GOLDEN=1 swift test --filter RuleDocumentTests")
    }
  }

  @Test func `the table of OpenClaw's checks says what the rules say`() throws {
    let fixtures = Dictionary(grouping: Fixture.all, by: \.rule).mapValues(\.count)
    let text = RuleDocument.openClawTable(fixtures: fixtures)
    let file = docs.appending(path: "reference/openclaw-checks.md")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == text,
      "stale: UPDATE_GOLDEN=1 swift test --filter RuleDocumentTests")
  }
}
