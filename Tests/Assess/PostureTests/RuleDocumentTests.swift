import Foundation
import Testing

@testable import Posture

/// `UPDATE_GOLDEN=1` writes `docs/rules/`; otherwise it must say what the rules say.
@Suite struct RuleDocumentTests {
  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../docs/rules").standardizedFileURL

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
}
