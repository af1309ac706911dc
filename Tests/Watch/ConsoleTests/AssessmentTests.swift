import Console
import ConsoleSamples
import Model
import Testing

/// What the page of an agent says of its tier and of the credentials that it reaches.
@Suite struct AssessmentTests {
  private static let page = "/agents/\(SampleOffice.studio)"

  @Test func `the tier that is met and what is missing for the next stand on the page of an agent`() async throws {
    try await Wire.serving { wire in
      let body = try await wire.ask(Self.page, cookie: try await wire.signedIn()).body
      for word in ["Tier 0 of 3 is met", "Before tier 1", "It can be reached from this machine alone"] {
        #expect(body.contains(word), "\(word)")
      }
    }
  }

  @Test func `where nobody has looked for credentials, the page says how`() async throws {
    try await Wire.serving { wire in
      let body = try await wire.ask(Self.page, cookie: try await wire.signedIn()).body
      #expect(body.contains("trammel jewels \(SampleOffice.studio)"))
      #expect(!body.contains("the attacker could"))
    }
  }

  @Test func `the newest look for credentials is told in sentences, and its text is text`() async throws {
    try await Wire.serving { wire in
      let sentence: Value = [
        "kind": "npm_token", "severity": "critical", "action": "publish <script>alert(1)</script> releases",
        "values": 3,
      ]
      wire.reading.record("credential.seen", agent: SampleOffice.studio, data: ["credentials": 99])
      wire.reading.record(
        "credential.seen", severity: .critical, agent: SampleOffice.studio,
        data: [
          "credentials": 12, "out_of_reach": 2, "not_measured": 1, "counts": ["critical": 1, "low": -5],
          "sentences": .array(Array(repeating: sentence, count: 9)),
          "what_if": [["control": "broker", "title": "Secrets at run time", "removed": 4, "milder": 0]],
        ])
      // Of another agent: none of this one's business.
      wire.reading.record("credential.seen", agent: SampleOffice.hostile, data: ["credentials": 4711])
      let body = try await wire.ask(Self.page, cookie: try await wire.signedIn()).body
      for word in [
        "12 credentials found, 2 out of its reach, 1 not measured", "Critical 1", "3 credentials",
        "… publish &lt;script&gt;alert(1)&lt;/script&gt; releases.", "The six worst of 9", "Secrets at run time.",
        "4 drop out",
      ] {
        #expect(body.contains(word), "\(word)")
      }
      for word in ["<script>alert", "99 credentials found", "4711 credentials", "get milder", "Low -5"] {
        #expect(!body.contains(word), "\(word)")
      }
    }
  }
}
