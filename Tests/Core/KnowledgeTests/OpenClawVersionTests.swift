import Knowledge
import Testing

@Suite struct OpenClawVersionTests {
  @Test func `beta sorts before, a correction after the release`() throws {
    let order = [
      "2026.1.29-beta.1", "2026.1.29", "2026.2.21", "2026.2.21-2", "2026.2.22", "2026.7.1-beta.2", "2026.7.1-beta.10",
      "2026.7.1", "2026.7.1-1", "2026.7.1-2", "2026.7.2", "2026.10.1", "2027.1.1",
    ]
    let versions = try order.map { try #require(OpenClawVersion($0)) }
    #expect(versions.shuffled().sorted() == versions)
    #expect(versions.map(\.description) == order)
  }

  @Test func `a leading v is the tag of the same release`() {
    #expect(OpenClawVersion("v2026.9.5") == OpenClawVersion("2026.9.5"))
    #expect(OpenClawVersion("2026.6.35")?.number == 35)
  }

  @Test(arguments: [
    "", "v", "2026", "2026.3", "2026.3.3.1", "2026.3.x", "2026.13.1", "2026.0.1", "1.2.3", "2.0.0-beta5", "2026.3.3-",
    "2026.3.3-beta", "2026.3.3-beta.", "2026.3.3-beta.1-2", "2026.3.3-nemoclaw.1", "2026.3.3-dev.7", "2026.3.3+build",
    "2026.3.3 ", " 2026.3.3", "2026.-3.3", "2026.+3.3", "2026.3.99999999999999999999", "V2026.3.3", "2026.3.3-2.1",
  ])
  func `anything else cannot be compared`(text: String) { #expect(OpenClawVersion(text) == nil) }
}
