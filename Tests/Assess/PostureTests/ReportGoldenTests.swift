import Foundation
import Installations
import Model
import Reports
import Testing

@testable import Posture

/// What a person sees of an installation as it ships: subject, findings, text. `UPDATE_GOLDEN=1` writes it anew.
@Suite struct ReportGoldenTests {
  @Test func `an installation as it ships reads like this`() throws {
    let subject = Fixture.openclaw("{\n  channels: {\n    telegram: {dmPolicy: 'open'},\n  },\n}") {
      $0.sockets = .seen([Fixture.socket("0.0.0.0")])
      $0.agent.version = "2026.3.3"
      $0.installation?.mode = 0o755
      $0.installation?.files = [Fixture.file("openclaw.json", .configuration, 0o644)]
      $0.container = .blind("the socket of Docker is closed to this user")
    }
    let text = FindingsText(width: 100).render(assess(subject), target: "openclaw 2026.3.3 of ada on build-1")
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/posture-shipped.txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: golden.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: golden, encoding: .utf8) == text)
  }
}
